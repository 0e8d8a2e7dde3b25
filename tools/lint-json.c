/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings as JSON: one object for the run, or one a finding and line. */
#include "cli-report.h"
#include "lint-formats.h"

#include "base/banned.h"

enum {
    VERSION = 1, /* of what follows; members may be added without a new one */
};

static const char *const mutes[] = {
    [LINT_SAID] = NULL,
    [LINT_IN_SOURCE] = "comment",
    [LINT_BASELINED] = "baseline",
};
static const char *const fixes[] = {
    [VMX_FIX_NONE] = "none",
    [VMX_FIX_SAFE] = "safe",
    [VMX_FIX_UNSAFE] = "unsafe",
};

static void
put_members(struct cli *to, const struct lint_entry *entry)
{
    const struct vmx_finding *told = entry->told;
    struct vx_buf print = VX_BUF(64);

    lint_put_fingerprint(&print, entry);
    vx_buf_char(&print, '\0');
    cli_json_text(to, "code", told->rule->code);
    cli_json_text(to, "name", told->rule->name);
    cli_json_text(to, "severity", vmx_severity_text(entry->severity));
    cli_json_text(to, "category", told->rule->category);
    cli_json_text(to, "confidence", told->rule->confidence);
    cli_json_text(to, "message", told->message);
    cli_json_text(to, "remedy", told->rule->remedy);
    cli_json_text(to, "key", told->key);
    cli_json_number(to, "line", told->line);
    cli_json_number(to, "column", told->column);
    cli_json_number(to, "offset", told->offset);
    cli_json_number(to, "length", told->length);
    cli_json_number(to, "relatedLine", told->related_line);
    cli_json_text(to, "fix", fixes[told->fix]);
    cli_json_text(to, "suppressed", mutes[entry->mute]);
    cli_json_text(to, "fingerprint", print.failed ? NULL : print.data);
    vx_buf_done(&print);
}

static void
put_sum(struct cli *to, const struct lint_totals *totals)
{
    cli_json_number(to, "files", totals->files);
    cli_json_number(to, "failed", totals->failed);
    for (int i = LINT_SEVERITIES; i-- > 0;)
        cli_json_number(to, vmx_severity_text((enum vmx_severity)i), totals->said[i]);
    cli_json_number(to, "fixable", totals->safe);
    cli_json_number(to, "unsafeFixable", totals->unsafe);
    cli_json_number(to, "fixed", totals->fixed);
    cli_json_number(to, "suppressed", totals->in_source);
    cli_json_number(to, "baselined", totals->baselined);
}

/* ---- json ------------------------------------------------------------------------ */

void
lint_json_begin(struct lint_sink *sink)
{
    cli_json_begin(&sink->to, NULL, '{');
    cli_json_number(&sink->to, "version", VERSION);
    cli_json_text(&sink->to, "tool", "vmx-lint");
    cli_json_text(&sink->to, "toolVersion", PACKAGE_VERSION);
    cli_json_begin(&sink->to, "files", '[');
}

/* A file that is told of once more has nothing but what is new. */
void
lint_json_file(struct lint_sink *sink, const struct lint_file *file)
{
    struct cli *to = &sink->to;

    cli_json_begin(to, NULL, '{');
    cli_json_text(to, "file", file->path);
    cli_json_text(to, "error", file->failure);
    cli_json_begin(to, "findings", '[');
    for (size_t i = 0; i < file->count; i++) {
        cli_json_begin(to, NULL, '{');
        put_members(to, &file->entries[i]);
        cli_json_end(to, '}');
    }
    cli_json_end(to, ']');
    cli_json_number(to, "dropped", file->dropped);
    cli_json_end(to, '}');
}

void
lint_json_end(struct lint_sink *sink, const struct lint_totals *totals)
{
    struct cli *to = &sink->to;

    cli_json_end(to, ']');
    cli_json_begin(to, "summary", '{');
    put_sum(to, totals);
    cli_json_end(to, '}');
    cli_json_end(to, '}');
}

/* ---- jsonl ----------------------------------------------------------------------- */

/* A file without findings has no line; one that failed has one with `error`. */
void
lint_jsonl_file(struct lint_sink *sink, const struct lint_file *file)
{
    struct cli *to = &sink->to;

    if (file->failure) {
        cli_json_begin(to, NULL, '{');
        cli_json_text(to, "file", file->path);
        cli_json_text(to, "error", file->failure);
        cli_json_end(to, '}');
        to->json_more = false;
    }
    for (size_t i = 0; i < file->count; i++) {
        cli_json_begin(to, NULL, '{');
        cli_json_text(to, "file", file->path);
        put_members(to, &file->entries[i]);
        cli_json_end(to, '}');
        to->json_more = false;
    }
}
