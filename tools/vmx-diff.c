/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-diff(1): what two configurations mean that is not the same. */
#include "diff-folders.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum mode { MODE_COMPARE, MODE_GIT, MODE_TEXTCONV, MODE_PATCH, MODE_MERGE };

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct options {
    int format; /* enum diff_format */
    int colour; /* enum colour */
    int match;  /* enum diff_match */
    uint32_t jobs;
    bool stat, all, bytes, quiet, patch, merge, git, textconv, null;
    const char *base, *ignore_file, *explain, *output, *files_from;
    struct cli_list ignore, only;
};

#define M(member) offsetof(struct options, member)

/* clang-format off */
static const struct cli_option table[] = {
    {"format", 0, CLI_WORD, "text|unified|json|html|summary", M(format),
     "how to show the differences"},
    {"stat", 0, CLI_FLAG, NULL, M(stat),
     "one line for each machine that differs, and the sum"},
    {"match", 0, CLI_WORD, "path|name|uuid", M(match),
     "by what the files of two folders belong together"},
    {"files-from", 0, CLI_FILE, "LIST", M(files_from),
     "of two folders compare the machines that LIST names"},
    {"null", '0', CLI_FLAG, NULL, M(null),
     "names in LIST end in NUL, not in a line end"},
    {"jobs", 'j', CLI_NUMBER, "N", M(jobs),
     "compare folders with N threads; as many as cores without it"},
    {"all", 'a', CLI_FLAG, NULL, M(all),
     "compare what the host writes or has assigned, too"},
    {"bytes", 0, CLI_FLAG, NULL, M(bytes),
     "compare how things are written, down to the last byte"},
    {"ignore", 'I', CLI_LIST, "PATTERN", M(ignore),
     "pass over keys that match; may be given again"},
    {"only", 0, CLI_LIST, "PATTERN", M(only),
     "compare keys that match, and no others; may be given again"},
    {"ignore-file", 0, CLI_FILE, "FILE", M(ignore_file),
     "take a pattern to ignore from each line of FILE"},
    {"base", 0, CLI_TEXT, "'[DATASTORE] DIR'", M(base),
     "the datastore folder that the VMX of a domain lies in"},
    {"patch", 0, CLI_FLAG, NULL, M(patch),
     "write the edits that make the second of the first"},
    {"merge", 0, CLI_FLAG, NULL, M(merge),
     "BASE OURS THEIRS: write OURS with what THEIRS has changed"},
    {"git", 0, CLI_FLAG, NULL, M(git),
     "be the external diff driver of git"},
    {"textconv", 0, CLI_FLAG, NULL, M(textconv),
     "FILE: write what it means, one key a line, for git"},
    {"color", 0, CLI_WORD, "auto|always|never", M(colour),
     "whether text is coloured; auto: on a terminal"},
    {"explain", 0, CLI_TEXT, "CODE", M(explain),
     "explain a code of a report, as VMX1800"},
    {"quiet", 'q', CLI_FLAG, NULL, M(quiet),
     "write nothing; the exit status tells"},
    {"output", 'o', CLI_FILE, "FILE", M(output),
     "write to FILE, whole or not at all"},
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-diff",
    .operands = "A B",
    .summary = "Compares VMware configurations, or domain XML, by what they mean.",
    .glob = "*.vmx *.vmtx *.xml",
    .options = table,
    .option_count = sizeof(table) / sizeof(table[0]),
};

/* Nothing of the report is left; it had been begun. */
static enum cli_exit
trouble(struct cli *cli, const char *file, const char *why)
{
    if (cli->fd < 0)
        cli->out.size = 0;
    return file ? cli_trouble(cli, "%s: %s", file, why) : cli_trouble(cli, "%s", why);
}

static enum cli_exit
no_memory(struct cli *cli)
{
    return trouble(cli, NULL, vmx_status_text(VMX_ERR_NOMEM));
}

/* What is in cli->out goes where it was asked for. */
static enum cli_exit
finish(struct cli *cli, const char *output, enum cli_exit status)
{
    bool written;

    if (cli->fd >= 0)
        return status;
    written = cli_write(cli, output, cli->out.data, cli->out.size);
    cli->out.size = 0;
    cli->fd = STDOUT_FILENO;
    return written ? status : CLI_TROUBLE;
}

/* ---- two files ------------------------------------------------------------------- */

static enum cli_exit
read_input(struct cli *cli, struct diff_input *input, const struct diff_setting *how)
{
    const char *why = diff_input_read(input, how);

    return why ? trouble(cli, input->name, why) : CLI_GO_ON;
}

static enum vmx_status
put_view(struct cli *cli, const struct options *options, const struct diff_view *view)
{
    if (!options->stat)
        return diff_put_view(cli, view);
    diff_put_stat(cli, view, view->after->name);
    return cli->out.failed ? VMX_ERR_NOMEM : VMX_OK;
}

static enum cli_exit
compare_inputs(struct cli *cli, const struct options *options,
               const struct diff_setting *how, struct diff_input *before,
               struct diff_input *after)
{
    struct diff_view view VX_AUTO(diff_view_done) = {.rows = NULL};
    enum vmx_status status = diff_view_init(&view, how, before, after);

    if (status == VMX_OK && !options->quiet)
        status = put_view(cli, options, &view);
    if (status != VMX_OK)
        return no_memory(cli);
    return view.count ? CLI_FOUND : CLI_WELL;
}

static bool
is_folder(const char *path)
{
    struct stat facts;

    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static enum cli_exit
compare_folders(struct cli *cli, const struct options *options,
                const struct diff_setting *how, char **operands)
{
    struct diff_folders folders = {
        .how = how,
        .before = operands[0],
        .after = operands[1],
        .match = (enum diff_match)options->match,
        .jobs = options->jobs,
        .files_from = options->files_from,
        .null = options->null,
        .stat = options->stat,
        .quiet = options->quiet,
    };

    return diff_folders(cli, &folders);
}

static enum cli_exit
compare_files(struct cli *cli, const struct options *options,
              const struct diff_setting *how, const char *const names[2],
              char *const files[2])
{
    struct diff_input before VX_AUTO(diff_input_done) = {.file = files[0],
                                                         .name = names[0]};
    struct diff_input after VX_AUTO(diff_input_done) = {.file = files[1],
                                                        .name = names[1]};
    enum cli_exit status = read_input(cli, &before, how);

    if (status == CLI_GO_ON)
        status = read_input(cli, &after, how);
    if (status == CLI_GO_ON)
        status = compare_inputs(cli, options, how, &before, &after);
    return status;
}

/* ---- git ------------------------------------------------------------------------- */

enum {
    GIT_OPERANDS = 7, /* path old-file old-hex old-mode new-file new-hex new-mode */
    GIT_RENAMED = 9,  /* and the new path, and a header */
};

/* git takes any other status than 0 for the end of the world. */
static enum cli_exit
compare_git(struct cli *cli, const struct options *options,
            const struct diff_setting *how, int count, char **operands)
{
    const char *renamed = count == GIT_RENAMED ? operands[7] : operands[0];
    const char *const names[2] = {operands[0], renamed};
    enum cli_exit status;

    if (count == 1) { /* a path in conflict */
        vx_buf_lit(&cli->out, "* Unmerged path ");
        cli_put_safe(cli, operands[0]);
        vx_buf_char(&cli->out, '\n');
        return CLI_WELL;
    }
    if (count != GIT_OPERANDS && count != GIT_RENAMED)
        return cli_usage(cli, "--git: git gives %d operands, not %d", GIT_OPERANDS,
                         count);
    status = compare_files(cli, options, how, names,
                           (char *const[2]){operands[1], operands[4]});
    return status == CLI_FOUND ? CLI_WELL : status;
}

static enum cli_exit
list_file(struct cli *cli, const struct diff_setting *how, char *file)
{
    struct diff_input input VX_AUTO(diff_input_done) = {.file = file, .name = file};
    enum cli_exit status = read_input(cli, &input, how);

    if (status != CLI_GO_ON)
        return status;
    return diff_put_listing(&cli->out, &input, how, NULL) == VMX_OK ? CLI_WELL
                                                                    : no_memory(cli);
}

/* ---- patches --------------------------------------------------------------------- */

static void
patch_drop(struct vmx_patch **patch)
{
    vmx_patch_free(*patch);
}

static enum cli_exit
write_patch(struct cli *cli, const struct diff_setting *how, char **files)
{
    struct diff_input before VX_AUTO(diff_input_done) = {.file = files[0],
                                                         .name = files[0]};
    struct diff_input after VX_AUTO(diff_input_done) = {.file = files[1],
                                                        .name = files[1]};
    struct vmx_patch *patch VX_AUTO(patch_drop) = NULL;
    enum cli_exit status = read_input(cli, &before, how);
    const char *text = NULL;

    if (status == CLI_GO_ON)
        status = read_input(cli, &after, how);
    if (status != CLI_GO_ON)
        return status;
    if (vmx_patch_between(before.doc, after.doc, how->all, &patch) == VMX_OK)
        text = vmx_patch_text(patch, NULL);
    if (text == NULL)
        return no_memory(cli);
    vx_buf_str(&cli->out, vx_str_c(text));
    return vmx_patch_count(patch) ? CLI_FOUND : CLI_WELL;
}

/* ---- merge ----------------------------------------------------------------------- */

static void
text_drop(char **text)
{
    free(*text);
}

/* Three VMX files: what a domain remembers is no text to merge. */
static enum cli_exit
merge_inputs(struct cli *cli, struct diff_input inputs[3], const char *output)
{
    char *text VX_AUTO(text_drop) = NULL;
    size_t size, conflicts;
    enum vmx_status status;

    for (int i = 0; i < 3; i++)
        if (inputs[i].domain)
            return trouble(cli, inputs[i].name, "--merge takes VMX files, not domains");
    status = vmx_merge(inputs[0].doc, inputs[1].doc, inputs[2].doc, &text, &size,
                       &conflicts);
    if (status != VMX_OK)
        return trouble(cli, NULL, vmx_status_text(status));
    if (!cli_write(cli, output, text, size))
        return CLI_TROUBLE;
    return conflicts ? CLI_FOUND : CLI_WELL;
}

static enum cli_exit
merge_files(struct cli *cli, const struct diff_setting *how, char **files,
            const char *output)
{
    struct diff_input inputs[3] = {{.file = files[0], .name = files[0]},
                                   {.file = files[1], .name = files[1]},
                                   {.file = files[2], .name = files[2]}};
    enum cli_exit status = CLI_GO_ON;

    for (int i = 0; i < 3 && status == CLI_GO_ON; i++)
        status = read_input(cli, &inputs[i], how);
    if (status == CLI_GO_ON)
        status = merge_inputs(cli, inputs, output);
    for (int i = 0; i < 3; i++)
        diff_input_done(&inputs[i]);
    return status;
}

/* ---- command line ---------------------------------------------------------------- */

static bool
wants_colour(const struct options *options)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool pager = getenv("GIT_PAGER_IN_USE") != NULL && options->git;

    if (options->colour != COLOUR_AUTO)
        return options->colour == COLOUR_ALWAYS;
    return (pager || (isatty(STDOUT_FILENO) && options->output == NULL))
           && (no_color == NULL || *no_color == '\0') && term != NULL
           && strcmp(term, "dumb") != 0;
}

static enum cli_exit
set_up(struct cli *cli, const struct options *options, struct diff_setting *how)
{
    enum cli_exit status;

    how->format = (enum diff_format)options->format;
    how->all = options->all;
    how->bytes = options->bytes;
    how->base = options->base;
    how->colour = wants_colour(options);
    status = diff_patterns_add(cli, &how->ignore, "--ignore", &options->ignore);
    if (status == CLI_GO_ON)
        status = diff_patterns_add(cli, &how->only, "--only", &options->only);
    if (status == CLI_GO_ON && options->ignore_file)
        status = diff_patterns_read(cli, &how->ignore, options->ignore_file);
    return status;
}

static enum cli_exit
choose_mode(struct cli *cli, const struct options *options, int count, enum mode *ret)
{
    static const int operands[] = {
        [MODE_COMPARE] = 2, [MODE_TEXTCONV] = 1, [MODE_PATCH] = 2, [MODE_MERGE] = 3};

    *ret = options->git        ? MODE_GIT
           : options->textconv ? MODE_TEXTCONV
           : options->patch    ? MODE_PATCH
           : options->merge    ? MODE_MERGE
                               : MODE_COMPARE;
    if (options->git + options->textconv + options->patch + options->merge > 1)
        return cli_usage(cli,
                         "--git, --textconv, --patch and --merge exclude each other");
    if (*ret != MODE_GIT && count != operands[*ret])
        return cli_usage(cli, "%d operands are expected, not %d", operands[*ret],
                         count);
    return CLI_GO_ON;
}

static enum cli_exit
work(struct cli *cli, const struct options *options, const struct diff_setting *how,
     enum mode mode, int count, char **operands)
{
    switch (mode) {
    case MODE_GIT:
        return compare_git(cli, options, how, count, operands);
    case MODE_TEXTCONV:
        return list_file(cli, how, operands[0]);
    case MODE_PATCH:
        return write_patch(cli, how, operands);
    case MODE_MERGE:
        return merge_files(cli, how, operands, options->output);
    case MODE_COMPARE:
        break;
    }
    if (is_folder(operands[0]) != is_folder(operands[1]))
        return cli_usage(cli, "a folder is compared with a folder");
    if (options->files_from && !is_folder(operands[0]))
        return cli_usage(cli, "--files-from is for two folders");
    if (is_folder(operands[0]))
        return compare_folders(cli, options, how, operands);
    return compare_files(cli, options, how,
                         (const char *const[2]){operands[0], operands[1]}, operands);
}

static enum cli_exit
explain(struct cli *cli, const char *code)
{
    const char *page = vmx_explain(code);

    if (page == NULL)
        return cli_usage(cli, "--explain=%s: no such code", code);
    return cli_write(cli, NULL, page, strlen(page)) ? CLI_WELL : CLI_TROUBLE;
}

static enum cli_exit
run(struct cli *cli, const struct options *options, int count, char **operands)
{
    struct diff_setting how = {.base = NULL};
    enum mode mode = MODE_COMPARE;
    enum cli_exit status;

    if (options->explain)
        return explain(cli, options->explain);
    status = choose_mode(cli, options, count, &mode);
    if (status == CLI_GO_ON)
        status = set_up(cli, options, &how);
    if (status == CLI_GO_ON) {
        cli->fd = options->output ? -1 : STDOUT_FILENO;
        if (how.format == DIFF_HTML && mode <= MODE_GIT)
            diff_put_html_head(cli);
        status = work(cli, options, &how, mode, count, operands);
        if (how.format == DIFF_HTML && mode <= MODE_GIT && status != CLI_TROUBLE)
            diff_put_html_foot(cli);
        if (status != CLI_TROUBLE && mode != MODE_MERGE)
            status = finish(cli, options->output, status);
    }
    diff_patterns_done(&how.ignore);
    diff_patterns_done(&how.only);
    return status;
}

int
main(int argc, char **argv)
{
    struct options options = {.format = DIFF_TEXT};
    struct cli cli;
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON)
        status = run(&cli, &options, argc - first, argv + first);
    return cli_end(&cli, status);
}
