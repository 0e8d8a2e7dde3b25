/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-lint(1): what is wrong, odd or unwise in VMX files. */
#include "lint-run.h"
#include "lint-sink.h"

#include <stddef.h>
#include <unistd.h>

#include "base/banned.h"

#define M(member) offsetof(struct lint_options, member)

/* clang-format off */
static const struct cli_option table[] = {
    {"profile", 0, CLI_TEXT, "NAME[,...]", M(profile),
     "the rules to begin with: default, security, stig, ..."},
    {"select", 0, CLI_LIST, "RULE[,...]", M(select),
     "these rules and no others; key:PATTERN: such keys alone"},
    {"ignore", 0, CLI_LIST, "RULE[,...]", M(ignore),
     "not these rules; key:PATTERN: not such keys"},
    {"severity", 0, CLI_LIST, "RULE:SEVERITY", M(severity),
     "off, on, style, info, warning or error, for a rule"},
    {"min-severity", 0, CLI_WORD, "style|info|warning|error", M(min_severity),
     "tell nothing that is less"},
    {"fail-on", 0, CLI_WORD, "style|info|warning|error", M(fail_on),
     "end with 1 from this severity on; usually from a warning on"},
    {"exit-zero", 0, CLI_FLAG, NULL, M(exit_zero),
     "end with 0 whatever was found"},
    {"config", 0, CLI_FILE, "FILE", M(config),
     "settings from FILE in place of those from each .vmxlint"},
    {"no-config", 0, CLI_FLAG, NULL, M(no_config),
     "read no .vmxlint"},
    {"baseline", 0, CLI_FILE, "FILE", M(baseline),
     "what FILE knows does not count"},
    {"write-baseline", 0, CLI_FILE, "FILE", M(write_baseline),
     "write all findings into FILE, and let none count"},
    {"fix", 0, CLI_FLAG, NULL, M(fix),
     "make the fixes that leave the meaning as it is, in place"},
    {"unsafe-fixes", 0, CLI_FLAG, NULL, M(unsafe_fixes),
     "with --fix or --diff: the other fixes, too"},
    {"diff", 0, CLI_FLAG, NULL, M(diff),
     "print what --fix would change, and write nothing"},
    {"with-secrets", 0, CLI_FLAG, NULL, M(with_secrets),
     "with --diff: print passwords and keys, too"},
    {"format", 0, CLI_WORD, LINT_FORMATS, M(format),
     "how to tell"},
    {"output", 'o', CLI_LIST, "FORMAT:FILE", M(output),
     "tell in FILE, too; may be given again"},
    {"context", 0, CLI_FLAG, NULL, M(context),
     "with each finding its line, also when this is no terminal"},
    {"stdin-filename", 0, CLI_FILE, "FILE", M(stdin_name),
     "the name and the place of what standard input gives"},
    CLI_FILES_OPTIONS(struct lint_options, files),
    {"explain", 0, CLI_TEXT, "RULE", M(explain),
     "explain a rule, as VMX101 or duplicate-key"},
    {"list-rules", 0, CLI_FLAG, NULL, M(list_rules),
     "list all rules, and which of them count"},
    {"verbose", 'v', CLI_FLAG, NULL, M(verbose),
     "print the sum even when there is nothing to tell"},
    {"quiet", 'q', CLI_FLAG, NULL, M(quiet),
     "print no sum and no progress"},
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-lint",
    .operands = "[FILE|FOLDER|-]...",
    .summary = "Find what is wrong, odd or unwise in VMX files.",
    .glob = "*.vmx *.vmtx",
    .options = table,
    .option_count = VX_COUNT(table),
};

static enum cli_exit
check(struct cli *cli, const struct lint_options *options)
{
    if (options->verbose && options->quiet)
        return cli_usage(cli, "--verbose and --quiet exclude each other");
    if (options->config && options->no_config)
        return cli_usage(cli, "--config and --no-config exclude each other");
    if (options->fix && options->diff)
        return cli_usage(cli, "--fix and --diff exclude each other");
    if (options->with_secrets && !options->diff)
        return cli_usage(cli, "--with-secrets is for --diff");
    if (options->unsafe_fixes && !options->fix && !options->diff)
        return cli_usage(cli, "--unsafe-fixes is for --fix and --diff");
    return CLI_GO_ON;
}

static enum cli_exit
run(struct cli *cli, const struct lint_options *options, char **operands, size_t count)
{
    static char standard[] = "-";
    char *one[] = {standard};
    enum cli_exit status = check(cli, options);

    cli->verbose = options->verbose;
    cli->quiet = options->quiet;
    if (status != CLI_GO_ON)
        return status;
    if (options->explain || options->list_rules)
        return lint_ask(cli, options);
    if (count == 0 && options->files.files_from == NULL) {
        if (isatty(STDIN_FILENO))
            return cli_usage(cli, "no FILE was given");
        operands = one;
        count = 1;
    }
    return lint_run(cli, options, operands, count);
}

int
main(int argc, char **argv)
{
    struct lint_options options = {.fail_on = -1, .min_severity = -1};
    struct cli cli;
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON)
        status = run(&cli, &options, argv + first, (size_t)(argc - first));
    return cli_end(&cli, status);
}
