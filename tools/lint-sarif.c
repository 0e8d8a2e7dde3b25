/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SARIF 2.1.0: all rules first, then a result for each finding, those that a comment or
 * a baseline silences too, since they would come back as new otherwise. */
#include "cli-report.h"
#include "lint-formats.h"
#include "lint-path.h"

#include "base/banned.h"

#define SCHEMA                                                                         \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"              \
    "sarif-schema-2.1.0.json"

/* ---- rules ----------------------------------------------------------------------- */

static const struct {
    const char *confidence, *precision;
} precisions[] = {
    {"certain", "very-high"},
    {"likely", "high"},
    {"possible", "medium"},
};

/* How GitHub sorts findings of security. */
static const char *const scores[LINT_SEVERITIES] = {
    [VMX_SEVERITY_STYLE] = "1.0",
    [VMX_SEVERITY_INFO] = "3.0",
    [VMX_SEVERITY_WARNING] = "5.0",
    [VMX_SEVERITY_ERROR] = "8.0",
};

static void
put_message(struct cli *to, const char *key, const char *text)
{
    cli_json_begin(to, key, '{');
    cli_json_text(to, "text", text);
    cli_json_end(to, '}');
}

/* Words between blanks. */
static void
put_tags(struct cli *to, const struct vmx_rule *rule)
{
    struct vx_buf word = VX_BUF(1 << 12);

    cli_json_begin(to, "tags", '[');
    cli_json_text(to, NULL, rule->category);
    for (const char *at = rule->tags; *at;) {
        size_t size = strcspn(at, " ");

        word.size = 0;
        vx_buf_add(&word, at, size);
        vx_buf_char(&word, '\0');
        if (size && !word.failed)
            cli_json_text(to, NULL, word.data);
        at += size + strspn(at + size, " ");
    }
    cli_json_end(to, ']');
    vx_buf_done(&word);
}

static void
put_properties(struct cli *to, const struct vmx_rule *rule)
{
    cli_json_begin(to, "properties", '{');
    put_tags(to, rule);
    for (size_t i = 0; i < VX_COUNT(precisions); i++)
        if (strcmp(rule->confidence, precisions[i].confidence) == 0)
            cli_json_text(to, "precision", precisions[i].precision);
    cli_json_text(to, "problem.severity", lint_level(rule->severity, "recommendation"));
    if (strcmp(rule->category, "security") == 0)
        cli_json_text(to, "security-severity", scores[rule->severity]);
    cli_json_end(to, '}');
}

static void
put_rule(struct cli *to, const struct vmx_rule *rule)
{
    cli_json_begin(to, NULL, '{');
    cli_json_text(to, "id", rule->code);
    cli_json_text(to, "name", rule->name);
    put_message(to, "shortDescription", rule->title);
    put_message(to, "fullDescription", rule->why);
    put_message(to, "help", *rule->remedy ? rule->remedy : rule->why);
    cli_json_begin(to, "defaultConfiguration", '{');
    cli_json_text(to, "level", lint_level(rule->severity, "note"));
    cli_json_bool(to, "enabled", vmx_rule_in(rule, "default"));
    cli_json_end(to, '}');
    put_properties(to, rule);
    cli_json_end(to, '}');
}

/* The row of a rule: they are sorted by code. */
static size_t
index_of(const struct vmx_rule *rule)
{
    size_t from = 0, to = 64;

    while (vmx_rule(to))
        to *= 2;
    while (from < to) {
        size_t middle = (from + to) / 2;
        const struct vmx_rule *there = vmx_rule(middle);

        if (there && strcmp(there->code, rule->code) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void
lint_sarif_begin(struct lint_sink *sink)
{
    struct cli *to = &sink->to;
    const struct vmx_rule *rule;

    cli_json_begin(to, NULL, '{');
    cli_json_text(to, "$schema", SCHEMA);
    cli_json_text(to, "version", "2.1.0");
    cli_json_begin(to, "runs", '[');
    cli_json_begin(to, NULL, '{');
    cli_json_begin(to, "tool", '{');
    cli_json_begin(to, "driver", '{');
    cli_json_text(to, "name", "vmx-lint");
    cli_json_text(to, "semanticVersion", PACKAGE_VERSION);
    cli_json_begin(to, "rules", '[');
    for (size_t i = 0; (rule = vmx_rule(i)) != NULL; i++)
        put_rule(to, rule);
    cli_json_end(to, ']');
    cli_json_end(to, '}');
    cli_json_end(to, '}');
    cli_json_text(to, "columnKind", "unicodeCodePoints");
    cli_json_begin(to, "results", '[');
}

/* ---- results --------------------------------------------------------------------- */

/* A path as a URI: relative to where the run began, or a file's when it is absolute. */
static void
put_uri(struct cli *to, const char *path)
{
    struct vx_buf uri = VX_BUF(1 << 16);

    path = lint_path_plain(path);
    if (*path == '/')
        vx_buf_lit(&uri, "file://");
    for (const char *at = path; *at; at++) {
        unsigned char c = (unsigned char)*at;

        if (vx_is_alpha(c) || vx_is_digit(c) || strchr("/-._~", c))
            vx_buf_char(&uri, (char)c);
        else
            vx_buf_printf(&uri, "%%%02X", c);
    }
    vx_buf_char(&uri, '\0');
    cli_json_begin(to, "artifactLocation", '{');
    cli_json_text(to, "uri", uri.failed ? "" : uri.data);
    if (*path != '/')
        cli_json_text(to, "uriBaseId", "%SRCROOT%");
    cli_json_end(to, '}');
    vx_buf_done(&uri);
}

static void
put_location(struct cli *to, const struct lint_file *file, struct lint_region region)
{
    cli_json_begin(to, NULL, '{');
    cli_json_begin(to, "physicalLocation", '{');
    put_uri(to, file->path);
    if (region.line) {
        cli_json_begin(to, "region", '{');
        cli_json_number(to, "startLine", region.line);
        if (region.column) {
            cli_json_number(to, "startColumn", region.column);
            cli_json_number(to, "endColumn", region.end_column);
        }
        cli_json_end(to, '}');
    }
    cli_json_end(to, '}');
    cli_json_end(to, '}');
}

static void
put_related(struct cli *to, const struct lint_file *file, uint32_t line)
{
    if (line == 0)
        return;
    cli_json_begin(to, "relatedLocations", '[');
    put_location(to, file, (struct lint_region){line, 0, 0});
    cli_json_end(to, ']');
}

static void
put_suppressions(struct cli *to, enum lint_mute mute)
{
    if (mute == LINT_SAID)
        return;
    cli_json_begin(to, "suppressions", '[');
    cli_json_begin(to, NULL, '{');
    cli_json_text(to, "kind", mute == LINT_IN_SOURCE ? "inSource" : "external");
    cli_json_text(to, "status", "accepted");
    cli_json_end(to, '}');
    cli_json_end(to, ']');
}

static bool
is_ascii(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.s[i] >= 0x80)
            return false;
    return true;
}

static void
put_edit(struct cli *to, const struct vmx_fix_edit *edit)
{
    struct vx_buf text = VX_BUF(VMX_MAX_TEXT);

    vx_buf_add(&text, edit->text, edit->size);
    vx_buf_char(&text, '\0');
    cli_json_begin(to, NULL, '{');
    cli_json_begin(to, "deletedRegion", '{');
    cli_json_number(to, "byteOffset", edit->offset);
    cli_json_number(to, "byteLength", edit->length);
    cli_json_end(to, '}');
    put_message(to, "insertedContent", text.failed ? "" : text.data);
    cli_json_end(to, '}');
    vx_buf_done(&text);
}

/* A safe fix, for editors that offer it; not where its text is in another charset. */
static void
put_fix(struct cli *to, const struct lint_file *file, const struct vmx_finding *told)
{
    const struct vmx_fix_edit *edit;
    size_t count = 0;

    for (; (edit = vmx_finding_edit(told, count)) != NULL; count++)
        if (told->secret || !is_ascii(vx_str_of(edit->text, edit->size)))
            return;
    if (count == 0 || told->fix != VMX_FIX_SAFE)
        return;
    cli_json_begin(to, "fixes", '[');
    cli_json_begin(to, NULL, '{');
    put_message(to, "description", told->rule->remedy);
    cli_json_begin(to, "artifactChanges", '[');
    cli_json_begin(to, NULL, '{');
    put_uri(to, file->path);
    cli_json_begin(to, "replacements", '[');
    for (size_t i = 0; i < count; i++)
        put_edit(to, vmx_finding_edit(told, i));
    cli_json_end(to, ']');
    cli_json_end(to, '}');
    cli_json_end(to, ']');
    cli_json_end(to, '}');
    cli_json_end(to, ']');
}

static void
put_result(struct cli *to, const struct lint_file *file, const struct lint_entry *entry)
{
    const struct vmx_finding *told = entry->told;
    struct vx_buf print = VX_BUF(64);

    lint_put_fingerprint(&print, entry);
    vx_buf_char(&print, '\0');
    cli_json_begin(to, NULL, '{');
    cli_json_text(to, "ruleId", told->rule->code);
    cli_json_number(to, "ruleIndex", index_of(told->rule));
    cli_json_text(to, "level", lint_level(entry->severity, "note"));
    put_message(to, "message", told->message);
    cli_json_begin(to, "locations", '[');
    put_location(to, file, lint_region_of(file->text, told));
    cli_json_end(to, ']');
    put_related(to, file, told->related_line);
    cli_json_begin(to, "partialFingerprints", '{');
    cli_json_text(to, "vmxLint/v1", print.failed ? "" : print.data);
    cli_json_end(to, '}');
    put_suppressions(to, entry->mute);
    put_fix(to, file, told);
    cli_json_end(to, '}');
    vx_buf_done(&print);
}

void
lint_sarif_file(struct lint_sink *sink, const struct lint_file *file)
{
    if (file->failure) {
        vx_buf_str(&sink->failures, vx_str_c(file->path));
        vx_buf_lit(&sink->failures, ": ");
        vx_buf_str(&sink->failures, vx_str_c(file->failure));
        vx_buf_char(&sink->failures, '\0');
    }
    for (size_t i = 0; i < file->count; i++)
        put_result(&sink->to, file, &file->entries[i]);
}

void
lint_sarif_end(struct lint_sink *sink, const struct lint_totals *totals)
{
    struct cli *to = &sink->to;
    size_t at = 0;

    cli_json_end(to, ']');
    cli_json_begin(to, "invocations", '[');
    cli_json_begin(to, NULL, '{');
    cli_json_bool(to, "executionSuccessful", totals->failed == 0);
    cli_json_begin(to, "toolExecutionNotifications", '[');
    while (at < sink->failures.size && !sink->failures.failed) {
        cli_json_begin(to, NULL, '{');
        cli_json_text(to, "level", "error");
        put_message(to, "message", sink->failures.data + at);
        cli_json_end(to, '}');
        at += strlen(sink->failures.data + at) + 1;
    }
    cli_json_end(to, ']');
    cli_json_end(to, '}');
    cli_json_end(to, ']');
    cli_json_end(to, '}');
    cli_json_end(to, ']');
    cli_json_end(to, '}');
}
