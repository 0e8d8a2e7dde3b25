/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings for two services that show them beside a change: GitHub reads commands from
 * the log, GitLab a report of code quality. */
#include "cli-report.h"
#include "lint-formats.h"
#include "lint-path.h"

#include "base/hash.h"
#include "base/utf8.h"

#include "base/banned.h"

/* ---- github ---------------------------------------------------------------------- */

/* `::error file=a.vmx,line=1::text`.  What would end the command, or a property, is
 * written as %XX. */
static void
put_github_text(struct vx_buf *out, const char *text, const char *special)
{
    struct vx_str left = vx_str_c(text);
    size_t size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (c == '%' || c == '\r' || c == '\n' || (c < 0x80 && strchr(special, (int)c)))
            vx_buf_printf(out, "%%%02X", (unsigned)c);
        else if (c == VX_UTF8_BAD || vx_utf8_unsafe(c))
            vx_buf_char(out, '?');
        else
            vx_buf_add(out, left.s, size);
    }
}

#define IN_PROPERTY ":,"
#define IN_TEXT ""

static void
put_github(struct vx_buf *out, const struct lint_file *file,
           const struct lint_entry *entry)
{
    const struct vmx_finding *told = entry->told;
    struct lint_region region = lint_region_of(file->text, told);

    vx_buf_printf(out, "::%s file=", lint_level(entry->severity, "notice"));
    put_github_text(out, lint_path_plain(file->path), IN_PROPERTY);
    if (region.line)
        vx_buf_printf(out, ",line=%u,col=%u,endColumn=%u", region.line, region.column,
                      region.end_column);
    vx_buf_printf(out, ",title=%s %s::", told->rule->code, told->rule->name);
    put_github_text(out, told->message, IN_TEXT);
    vx_buf_char(out, '\n');
}

void
lint_github_file(struct lint_sink *sink, const struct lint_file *file)
{
    struct vx_buf *out = &sink->to.out;

    if (file->failure) {
        vx_buf_lit(out, "::error file=");
        put_github_text(out, lint_path_plain(file->path), IN_PROPERTY);
        vx_buf_lit(out, "::");
        put_github_text(out, file->failure, IN_TEXT);
        vx_buf_char(out, '\n');
    }
    for (size_t i = 0; i < file->count; i++)
        if (file->entries[i].mute == LINT_SAID)
            put_github(out, file, &file->entries[i]);
}

/* ---- gitlab ---------------------------------------------------------------------- */

static const char *const gitlab_severities[LINT_SEVERITIES] = {
    [VMX_SEVERITY_STYLE] = "info",
    [VMX_SEVERITY_INFO] = "info",
    [VMX_SEVERITY_WARNING] = "minor",
    [VMX_SEVERITY_ERROR] = "major",
};

void
lint_gitlab_begin(struct lint_sink *sink)
{
    cli_json_begin(&sink->to, NULL, '[');
}

/* One report has each fingerprint once, so the path is part of it. */
static void
put_gitlab_fingerprint(struct cli *to, const char *path, const struct lint_entry *entry)
{
    struct vx_buf print = VX_BUF(1 << 16);

    vx_buf_hex(&print, vx_hash_text(VX_HASH_START, vx_str_c(path)), 16);
    vx_buf_char(&print, ':');
    lint_put_fingerprint(&print, entry);
    vx_buf_char(&print, '\0');
    cli_json_text(to, "fingerprint", print.failed ? "" : print.data);
    vx_buf_done(&print);
}

static void
put_gitlab_place(struct cli *to, const char *path, uint32_t line)
{
    cli_json_begin(to, "location", '{');
    cli_json_text(to, "path", path);
    cli_json_begin(to, "lines", '{');
    cli_json_number(to, "begin", line ? line : 1);
    cli_json_end(to, '}');
    cli_json_end(to, '}');
}

void
lint_gitlab_file(struct lint_sink *sink, const struct lint_file *file)
{
    const char *path = lint_path_plain(file->path);
    struct cli *to = &sink->to;

    for (size_t i = 0; i < file->count; i++) {
        const struct lint_entry *entry = &file->entries[i];
        const struct vmx_finding *told = entry->told;

        if (entry->mute != LINT_SAID)
            continue;
        cli_json_begin(to, NULL, '{');
        cli_json_text(to, "description", told->message);
        cli_json_text(to, "check_name", told->rule->name);
        put_gitlab_fingerprint(to, path, entry);
        cli_json_text(to, "severity", gitlab_severities[entry->severity]);
        put_gitlab_place(to, path, told->line);
        cli_json_end(to, '}');
    }
}

void
lint_gitlab_end(struct lint_sink *sink, const struct lint_totals *totals)
{
    (void)totals;
    cli_json_end(&sink->to, ']');
}
