/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings as lines: for a person, and as a compiler writes them. */
#include "cli-report.h"
#include "lint-formats.h"

#include "base/banned.h"

void
lint_put_line(struct cli *to, const char *path, const struct lint_entry *entry,
              bool plain_words)
{
    const struct vmx_finding *told = entry->told;
    const char *word = plain_words ? lint_level(entry->severity, "note")
                                   : vmx_severity_text(entry->severity);

    /* Who reads what compilers say wants a line, whatever it is about. */
    cli_put_place(to, path, told->line || !plain_words ? told->line : 1, told->column);
    cli_put_severity(to, entry->severity, word);
    vx_buf_lit(&to->out, ": ");
    cli_put_safe(to, told->message);
    cli_put_code(to, told->rule->code);
}

static void
put_lines(struct lint_sink *sink, const struct lint_file *file, bool plain_words)
{
    struct cli *to = &sink->to;

    if (file->failure && sink->path) /* else standard error has it */
        cli_failure(to, file->path, file->failure);
    for (size_t i = 0; i < file->count; i++) {
        const struct lint_entry *entry = &file->entries[i];

        if (entry->mute != LINT_SAID)
            continue;
        lint_put_line(to, file->path, entry, plain_words);
        if (sink->context && !plain_words)
            lint_show(to, file->text, entry->told);
    }
    if (file->dropped) {
        cli_put_place(to, file->path, 0, 0);
        vx_buf_printf(&to->out, "%zu more findings were counted and not kept\n",
                      file->dropped);
    }
}

void
lint_text_file(struct lint_sink *sink, const struct lint_file *file)
{
    put_lines(sink, file, false);
}

void
lint_gcc_file(struct lint_sink *sink, const struct lint_file *file)
{
    put_lines(sink, file, true);
}
