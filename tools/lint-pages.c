/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --explain and --list-rules: the rules' rows, printed. */
#include "lint-pages.h"

#include <unistd.h>

#include "cli-report.h"

#include "base/banned.h"

/* ---- one ------------------------------------------------------------------------- */

/* The lines of an example, each behind four blanks. */
static void
put_example(struct vx_buf *out, const char *title, const char *lines)
{
    struct vx_str left = vx_str_c(lines);

    if (left.n == 0)
        return;
    vx_buf_printf(out, "\n%s:\n\n", title);
    while (left.n) {
        ptrdiff_t end = vx_str_find(left, '\n');
        size_t size = end < 0 ? left.n : (size_t)end;

        vx_buf_lit(out, "    ");
        vx_buf_add(out, left.s, size);
        vx_buf_char(out, '\n');
        left = vx_str_skip(left, size + (end >= 0));
    }
}

static void
put_profiles(struct vx_buf *out, const struct vmx_rule *rule)
{
    const char *profile;
    bool more = false;

    for (size_t i = 0; (profile = vmx_profile(i)) != NULL; i++)
        if (vmx_rule_in(rule, profile)) {
            vx_buf_printf(out, "%s%s", more ? ", " : "", profile);
            more = true;
        }
    if (!more)
        vx_buf_lit(out, "none");
}

static void
put_rule(struct vx_buf *out, const struct vmx_rule *rule)
{
    vx_buf_printf(out, "\nseverity %s, category %s, %s",
                  vmx_severity_text(rule->severity), rule->category, rule->confidence);
    vx_buf_lit(out, "\nprofiles: ");
    put_profiles(out, rule);
    if (*rule->tags)
        vx_buf_printf(out, "\ntags: %s", rule->tags);
    vx_buf_printf(out, "\n%s\n",
                  rule->fixable ? "vmx-lint can mend some of its findings: --fix"
                                : "to be mended by hand");
    put_example(out, "Found in", rule->bad);
    put_example(out, "Well", rule->good);
}

enum cli_exit
lint_explain(struct cli *cli, const char *code)
{
    const char *page = vmx_explain(code);
    const struct vmx_rule *rule = vmx_rule_find(code);

    if (page == NULL)
        return cli_usage(cli, "--explain=%s: no such rule or code", code);
    vx_buf_str(&cli->out, vx_str_c(page));
    if (rule)
        put_rule(&cli->out, rule);
    cli->fd = STDOUT_FILENO;
    cli_flush(cli);
    return CLI_WELL;
}

/* ---- all ------------------------------------------------------------------------- */

static const char *
severity_of(const struct lint_setup *setup, const struct vmx_rule *rule)
{
    enum vmx_rule_state state = vmx_linter_get(setup->linter, rule);

    if (state == VMX_RULE_OFF)
        return "off";
    return vmx_severity_text(
        state == VMX_RULE_ON
            ? rule->severity
            : (enum vmx_severity)(state - VMX_RULE_STYLE + VMX_SEVERITY_STYLE));
}

static void
put_row(struct vx_buf *out, const struct lint_setup *setup, const struct vmx_rule *rule)
{
    vx_buf_printf(out, "%s  %-28s %-8s %-12s %-3s  %s\n", rule->code, rule->name,
                  severity_of(setup, rule), rule->category, rule->fixable ? "fix" : "",
                  rule->title);
}

static void
put_json_profiles(struct cli *cli, const struct vmx_rule *rule)
{
    const char *profile;

    cli_json_begin(cli, "profiles", '[');
    for (size_t i = 0; (profile = vmx_profile(i)) != NULL; i++)
        if (vmx_rule_in(rule, profile))
            cli_json_text(cli, NULL, profile);
    cli_json_end(cli, ']');
}

static void
put_json_row(struct cli *cli, const struct lint_setup *setup,
             const struct vmx_rule *rule)
{
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "code", rule->code);
    cli_json_text(cli, "name", rule->name);
    cli_json_text(cli, "severity", severity_of(setup, rule));
    cli_json_text(cli, "ownSeverity", vmx_severity_text(rule->severity));
    cli_json_text(cli, "category", rule->category);
    cli_json_text(cli, "confidence", rule->confidence);
    cli_json_bool(cli, "fixable", rule->fixable);
    put_json_profiles(cli, rule);
    cli_json_text(cli, "tags", rule->tags);
    cli_json_text(cli, "title", rule->title);
    cli_json_text(cli, "why", rule->why);
    cli_json_text(cli, "remedy", rule->remedy);
    cli_json_text(cli, "bad", rule->bad);
    cli_json_text(cli, "good", rule->good);
    cli_json_end(cli, '}');
}

enum cli_exit
lint_list_rules(struct cli *cli, const struct lint_setup *setup, enum cli_format format)
{
    const struct vmx_rule *rule;

    cli->fd = STDOUT_FILENO;
    if (format == CLI_FORMAT_JSON)
        cli_json_begin(cli, NULL, '[');
    for (size_t i = 0; (rule = vmx_rule(i)) != NULL; i++)
        if (format == CLI_FORMAT_JSON)
            put_json_row(cli, setup, rule);
        else
            put_row(&cli->out, setup, rule);
    if (format == CLI_FORMAT_JSON)
        cli_json_end(cli, ']');
    cli_flush(cli);
    return CLI_WELL;
}
