/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places that findings go to, and what several formats say alike. */
#include "lint-sink.h"

#include <errno.h>
#include <unistd.h>

#include "base/utf8.h"

#include "base/banned.h"

enum {
    SINK_CEILING = 1 << 30,
};

/* ---- places ---------------------------------------------------------------------- */

static int
format_of(struct vx_str name)
{
    for (int i = 0; i < LINT_FORMAT_COUNT; i++)
        if (vx_str_eq(name, vx_str_c(lint_formats[i].name)))
            return i;
    return -1;
}

static void
begin(struct lint_sink *sink, const struct lint_format *format, const struct cli *cli)
{
    sink->format = format;
    sink->to.tool = cli->tool;
    sink->to.out = VX_BUF(SINK_CEILING);
    sink->failures = VX_BUF(SINK_CEILING);
    if (format->begin)
        format->begin(sink);
}

void
lint_sink_standard(struct lint_sink *sink, struct cli *cli,
                   const struct lint_options *options, int fd)
{
    *sink = (struct lint_sink){.format = NULL};
    cli_look_at(&sink->to, fd);
    sink->to.progress = cli->progress;
    sink->context = options->context || sink->to.terminal;
    begin(sink, &lint_formats[options->format], cli);
}

enum cli_exit
lint_sink_file(struct lint_sink *sink, struct cli *cli, const char *output)
{
    const char *colon = strchr(output, ':');
    int format = colon ? format_of(vx_str_of(output, (size_t)(colon - output))) : -1;
    int number = ENOMEM;

    if (format < 0 || colon[1] == '\0')
        return cli_usage(cli, "--output=%s: expected FORMAT:FILE, with a format of %s",
                         output, LINT_FORMATS);
    *sink = (struct lint_sink){.path = colon + 1};
    if (vx_file_begin(sink->path, &sink->file, &number) != VMX_OK)
        return cli_trouble(cli, "--output: %s: %s", sink->path, strerror(number));
    sink->to.fd = vx_file_fd(sink->file);
    begin(sink, &lint_formats[format], cli);
    return CLI_GO_ON;
}

void
lint_sink_put(struct lint_sink *sink, const struct lint_file *file)
{
    sink->format->file(sink, file);
    if (sink->to.terminal)
        cli_flush(&sink->to);
    else
        cli_flush_if_full(&sink->to);
}

static bool
commit(struct lint_sink *sink, struct cli *cli)
{
    const char *place = sink->path ? sink->path : "standard output";
    int number = sink->to.lost_output;

    if (number == 0
        && (sink->file == NULL || vx_file_commit(sink->file, &number) == VMX_OK))
        return true;
    cli_trouble(cli, "%s: %s", place, strerror(number ? number : ENOMEM));
    return false;
}

bool
lint_sink_end(struct lint_sink *sink, struct cli *cli, const struct lint_totals *totals)
{
    bool well = totals != NULL;

    if (totals && sink->format->end)
        sink->format->end(sink, totals);
    if (totals || sink->file == NULL)
        cli_flush(&sink->to);
    if (well)
        well = commit(sink, cli);
    vx_file_drop(sink->file);
    vx_buf_done(&sink->to.out);
    vx_buf_done(&sink->failures);
    return well;
}

/* ---- what several say ------------------------------------------------------------ */

const char *
lint_level(enum vmx_severity severity, const char *note)
{
    return severity >= VMX_SEVERITY_WARNING ? vmx_severity_text(severity) : note;
}

void
lint_put_fingerprint(struct vx_buf *out, const struct lint_entry *entry)
{
    vx_buf_hex(out, entry->told->fingerprint, 16);
    vx_buf_char(out, ':');
    vx_buf_uint(out, entry->occurrence);
}

/* Characters in the first `size` bytes. */
static uint32_t
characters(struct vx_str text, size_t size)
{
    uint32_t count = 0;
    size_t step;

    for (size_t at = 0; at < size && at < text.n; at += step) {
        vx_utf8_first(vx_str_skip(text, at), &step);
        count++;
    }
    return count;
}

struct lint_region
lint_region_of(struct vx_str text, const struct vmx_finding *told)
{
    struct lint_region region = {told->line, 1, 1};
    struct vx_str line;
    size_t length = told->length, begin;

    if (told->line == 0 || told->offset > text.n || told->column == 0
        || told->column - 1 > told->offset)
        return region;
    begin = told->offset - (told->column - 1);
    line = vx_str_skip(text, begin);
    for (size_t i = 0; i < length; i++)
        if (told->offset + i >= text.n || text.s[told->offset + i] == '\n'
            || text.s[told->offset + i] == '\r')
            length = i;
    region.column = characters(line, told->column - 1) + 1;
    region.end_column = characters(line, told->column - 1 + length) + 1;
    return region;
}
