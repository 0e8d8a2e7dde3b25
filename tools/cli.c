/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows options, files and terminals, and of a VMX only how findings about it read. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/num.h"
#include "base/utf8.h"

#include "base/banned.h"

enum {
    OPTIONS_MAX = 64,
    LETTER_NONE = 256, /* getopt's value of an option without letter, plus its row */
    OUT_CEILING = 1 << 30,
    FLUSH_AT = 1 << 16,
    VALUE_MAX = 200, /* bytes of a value in a line of text; JSON has it whole */
    HELP_COLUMN = 30,
};

/* ---- output ---------------------------------------------------------------------- */

void
cli_flush(struct cli *cli)
{
    int number = ENOMEM;

    if (cli->out.failed ||
        (cli->out.size &&
         vx_file_write_all(cli->fd, vx_buf_text(&cli->out), &number) != VMX_OK))
        cli->lost_output = number;
    cli->out.size = 0;
}

void
cli_flush_if_full(struct cli *cli)
{
    if (cli->out.size > FLUSH_AT)
        cli_flush(cli);
}

/* What a terminal must not see becomes a question mark. */
static void
put_safe(struct vx_buf *out, const char *text)
{
    struct vx_str left = vx_str_c(text);
    size_t size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (c == VX_UTF8_BAD || vx_utf8_unsafe(c))
            vx_buf_char(out, '?');
        else
            vx_buf_add(out, left.s, size);
    }
}

static void
put_escape(struct vx_buf *out, struct vx_str bytes)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.s[i];

        vx_buf_char(out, '|');
        vx_buf_char(out, digits[c >> 4]);
        vx_buf_char(out, digits[c & 15]);
    }
}

/* As a VMX spells it, cut where it gets long. */
static void
put_value(struct vx_buf *out, const char *text)
{
    struct vx_str left = vx_str_c(text);
    size_t start = out->size, size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (out->size - start > VALUE_MAX) {
            vx_buf_lit(out, "...");
            return;
        }
        if (c == VX_UTF8_BAD || c == '"' || c == '|' || vx_utf8_unsafe(c))
            put_escape(out, vx_str_of(left.s, size));
        else
            vx_buf_add(out, left.s, size);
    }
}

static void put_message(struct cli *cli, const char *format, va_list args)
    VX_PRINTF(2, 0);

static void
put_message(struct cli *cli, const char *format, va_list args)
{
    char *text = NULL;

    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    put_safe(&cli->out, cli->tool->name);
    vx_buf_lit(&cli->out, ": ");
    put_safe(&cli->out, text ? text : "out of memory");
    vx_buf_char(&cli->out, '\n');
    free(text);
}

/* Messages go to standard error, wherever the report goes. */
static void
say_now(struct cli *cli)
{
    int fd = cli->fd;

    cli->fd = STDERR_FILENO;
    cli_flush(cli);
    cli->fd = fd;
}

enum cli_exit
cli_trouble(struct cli *cli, const char *format, ...)
{
    va_list args;

    cli_flush(cli);
    va_start(args, format);
    put_message(cli, format, args);
    va_end(args);
    say_now(cli);
    return CLI_TROUBLE;
}

enum cli_exit
cli_usage(struct cli *cli, const char *format, ...)
{
    va_list args;

    cli_flush(cli);
    va_start(args, format);
    put_message(cli, format, args);
    va_end(args);
    vx_buf_lit(&cli->out, "Try '");
    put_safe(&cli->out, cli->tool->name);
    vx_buf_lit(&cli->out, " --help'.\n");
    say_now(cli);
    return CLI_TROUBLE;
}

/* A standard stream that is closed would be the number of the next file opened, and
 * messages would go into it. */
static void
hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static void
look_at_terminal(struct cli *cli)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    cli->terminal = isatty(STDERR_FILENO);
    cli->colour = cli->terminal && (no_color == NULL || *no_color == '\0') &&
                  term != NULL && strcmp(term, "dumb") != 0;
}

int
cli_end(struct cli *cli, enum cli_exit status)
{
    cli_flush(cli);
    if (cli->lost_output && cli->fd == STDOUT_FILENO)
        status = cli_trouble(cli, "standard output: %s", strerror(cli->lost_output));
    vx_buf_done(&cli->out);
    /* Without a terminal or a pipe to tell it to, a lost report is a failure still. */
    return cli->lost_output && status == CLI_WELL ? CLI_TROUBLE : (int)status;
}

/* ---- options --------------------------------------------------------------------- */

/* The words of "a|b|c" one by one; false past the last. */
static bool
next_word(struct vx_str *words, struct vx_str *ret)
{
    ptrdiff_t bar;

    if (words->s == NULL)
        return false;
    bar = vx_str_find(*words, '|');
    *ret = bar < 0 ? *words : vx_str_of(words->s, (size_t)bar);
    *words = bar < 0 ? vx_str_of(NULL, 0) : vx_str_skip(*words, (size_t)bar + 1);
    return true;
}

static bool
has_words(const struct cli_option *option)
{
    return option->kind == CLI_WORD || option->kind == CLI_COMPLETION;
}

static int
word_index(const char *list, const char *text)
{
    struct vx_str words = vx_str_c(list), word;

    for (int i = 0; next_word(&words, &word); i++)
        if (vx_str_eq(word, vx_str_c(text)))
            return i;
    return -1;
}

/* The left column of --help: "  -o, --output=FILE". */
static size_t
put_option(struct vx_buf *out, const struct cli_option *option)
{
    size_t start = out->size;

    vx_buf_lit(out, "  ");
    if (option->letter)
        vx_buf_printf(out, "-%c, ", option->letter);
    else
        vx_buf_lit(out, "    ");
    vx_buf_printf(out, "--%s", option->name);
    if (option->argument)
        vx_buf_printf(out, "=%s", option->argument);
    return out->size - start;
}

static void
put_help(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out, "Usage: %s [OPTION]... %s\n%s\n\n", tool->name, tool->operands,
                  tool->summary);
    for (size_t i = 0; i < tool->option_count; i++) {
        const struct cli_option *option = &tool->options[i];
        size_t width = put_option(out, option);

        if (width > HELP_COLUMN - 2) {
            vx_buf_char(out, '\n');
            width = 0;
        }
        vx_buf_printf(out, "%*s%s\n", (int)(HELP_COLUMN - width), "", option->help);
    }
    vx_buf_printf(out,
                  "\nExit status: 0 well, 1 an input failed or findings reached the\n"
                  "threshold, 2 usage or environment.  The whole story: %s(1).\n",
                  tool->name);
}

static void
put_version(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out, "%s %s (libvmx %s)\n", tool->name, PACKAGE_VERSION,
                  vmx_version());
}

/* ---- completions ----------------------------------------------------------------- */

static void
put_words(struct vx_buf *out, const char *list)
{
    struct vx_str words = vx_str_c(list), word;

    for (bool first = true; next_word(&words, &word); first = false) {
        if (!first)
            vx_buf_char(out, ' ');
        vx_buf_str(out, word);
    }
}

/* Both spellings of an option, as a case label: "-o | --output". */
static void
put_label(struct vx_buf *out, const struct cli_option *option)
{
    if (option->letter)
        vx_buf_printf(out, "-%c | ", option->letter);
    vx_buf_printf(out, "--%s", option->name);
}

static void
put_bash_argument(struct vx_buf *out, const struct cli_option *option)
{
    if (option->argument == NULL)
        return;
    vx_buf_lit(out, "    ");
    put_label(out, option);
    vx_buf_lit(out, ")\n        ");
    if (has_words(option)) {
        vx_buf_lit(out, "mapfile -t COMPREPLY < <(compgen -W '");
        put_words(out, option->argument);
        vx_buf_lit(out, "' -- \"$word\")\n");
    } else if (option->kind == CLI_FILE) {
        vx_buf_lit(out, "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n");
    } else {
        vx_buf_lit(out, "COMPREPLY=()\n");
    }
    vx_buf_lit(out, "        return\n        ;;\n");
}

static void
put_bash_files(struct vx_buf *out, const struct cli_tool *tool)
{
    struct vx_str globs = vx_str_c(tool->glob);

    vx_buf_lit(out, "    mapfile -t COMPREPLY < <(\n        compgen -d -- \"$word\"\n");
    while (globs.n) {
        ptrdiff_t blank = vx_str_find(globs, ' ');
        struct vx_str glob = blank < 0 ? globs : vx_str_of(globs.s, (size_t)blank);

        vx_buf_printf(out, "        compgen -f -X '!%.*s' -- \"$word\"\n", (int)glob.n,
                      glob.s);
        globs = vx_str_skip(globs, glob.n + (blank >= 0));
    }
    vx_buf_lit(out, "    )\n");
}

/* bash takes "--to=xml" for three words. */
static void
put_bash(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out,
                  "# %s: completions for bash.\n"
                  "_cli_%.3s_%s() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} "
                  "before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    if [ \"$word\" = = ]; then\n        word=\n"
                  "    elif [ \"$before\" = = ]; then\n"
                  "        before=${COMP_WORDS[COMP_CWORD - 2]}\n    fi\n"
                  "    case $before in\n",
                  tool->name, tool->name, tool->name + 4);
    for (size_t i = 0; i < tool->option_count; i++)
        put_bash_argument(out, &tool->options[i]);
    vx_buf_lit(out, "    esac\n    if [ \"${word:0:1}\" = - ]; then\n"
                    "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < tool->option_count; i++)
        vx_buf_printf(out, "%s--%s%s", i ? " " : "", tool->options[i].name,
                      tool->options[i].argument ? "=" : "");
    vx_buf_printf(out, "' -- \"$word\")\n"
                       "        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace\n"
                       "        return\n    fi\n");
    put_bash_files(out, tool);
    vx_buf_printf(out, "}\ncomplete -o filenames -F _cli_%.3s_%s %s\n", tool->name,
                  tool->name + 4, tool->name);
}

/* Inside '…' and inside zsh's […] and :…:. */
static void
put_zsh_text(struct vx_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') {
            vx_buf_lit(out, "'\\''");
            continue;
        }
        if (strchr("[]:\\", *text))
            vx_buf_char(out, '\\');
        vx_buf_char(out, *text);
    }
}

static void
put_zsh_option(struct vx_buf *out, const struct cli_option *option)
{
    const char *equals = option->argument ? "=" : "";

    vx_buf_lit(out, " \\\n    ");
    if (option->letter)
        vx_buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name,
                      option->letter, option->argument ? "+" : "", option->name,
                      equals);
    else
        vx_buf_printf(out, "'--%s%s[", option->name, equals);
    put_zsh_text(out, option->help);
    vx_buf_char(out, ']');
    if (option->argument) {
        vx_buf_char(out, ':');
        put_zsh_text(out, has_words(option) ? option->name : option->argument);
        vx_buf_char(out, ':');
        if (has_words(option)) {
            vx_buf_char(out, '(');
            put_words(out, option->argument);
            vx_buf_char(out, ')');
        } else if (option->kind == CLI_FILE) {
            vx_buf_lit(out, "_files");
        }
    }
    vx_buf_char(out, '\'');
}

static void
put_zsh(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out, "#compdef %s\n_arguments -s", tool->name);
    for (size_t i = 0; i < tool->option_count; i++)
        put_zsh_option(out, &tool->options[i]);
    vx_buf_printf(out, " \\\n    '*:file:_files -g \"%s\"'\n", tool->glob);
}

static void
put_fish(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out, "# %s: completions for fish.\n", tool->name);
    for (size_t i = 0; i < tool->option_count; i++) {
        const struct cli_option *option = &tool->options[i];

        vx_buf_printf(out, "complete -c %s -l %s", tool->name, option->name);
        if (option->letter)
            vx_buf_printf(out, " -s %c", option->letter);
        if (has_words(option)) {
            vx_buf_lit(out, " -x -a '");
            put_words(out, option->argument);
            vx_buf_char(out, '\'');
        } else if (option->argument) {
            vx_buf_printf(out, " %s", option->kind == CLI_FILE ? "-r -F" : "-x");
        }
        vx_buf_lit(out, " -d '");
        for (const char *at = option->help; *at; at++)
            vx_buf_printf(out, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
        vx_buf_lit(out, "'\n");
    }
}

/* In the order of the words in CLI_COMMON. */
static void (*const completions[])(struct vx_buf *, const struct cli_tool *) = {
    put_bash,
    put_zsh,
    put_fish,
};

/* ---- command line ---------------------------------------------------------------- */

/* What was asked for is a result: standard output, and a failure to write it counts. */
static enum cli_exit
show(struct cli *cli)
{
    cli->fd = STDOUT_FILENO;
    cli_flush(cli);
    return CLI_WELL;
}

static enum cli_exit
take_word(struct cli *cli, const struct cli_option *option, const char *text, int *ret)
{
    *ret = word_index(option->argument, text);
    if (*ret < 0)
        return cli_usage(cli, "--%s=%s: expected %s", option->name, text,
                         option->argument);
    return CLI_GO_ON;
}

static enum cli_exit
take_number(struct cli *cli, const struct cli_option *option, const char *text,
            uint32_t *ret)
{
    uint64_t number;

    if (!vx_num_u64(vx_str_c(text), &number) || number < 1 || number > UINT32_MAX)
        return cli_usage(cli, "--%s=%s: expected a number from 1 on", option->name,
                         text);
    *ret = (uint32_t)number;
    return CLI_GO_ON;
}

static enum cli_exit
take(struct cli *cli, const struct cli_option *option, const char *text, void *values)
{
    void *member = (char *)values + option->offset;
    enum cli_exit status;
    int shell = -1;

    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)member = true;
        return CLI_GO_ON;
    case CLI_TEXT:
    case CLI_FILE:
        *(const char **)member = text;
        return CLI_GO_ON;
    case CLI_WORD:
        return take_word(cli, option, text, member);
    case CLI_NUMBER:
        return take_number(cli, option, text, member);
    case CLI_HELP:
        put_help(&cli->out, cli->tool);
        return show(cli);
    case CLI_VERSION:
        put_version(&cli->out, cli->tool);
        return show(cli);
    case CLI_COMPLETION:
        status = take_word(cli, option, text, &shell);
        if (shell < 0 || (size_t)shell >= VX_COUNT(completions))
            return status;
        completions[shell](&cli->out, cli->tool);
        return show(cli);
    }
    return CLI_TROUBLE;
}

/* getopt's two views of the table.  The first ':' keeps it silent. */
static void
getopt_tables(const struct cli_tool *tool, struct option longs[OPTIONS_MAX + 1],
              char letters[2 * OPTIONS_MAX + 2])
{
    size_t count = tool->option_count < OPTIONS_MAX ? tool->option_count : OPTIONS_MAX;

    *letters++ = ':';
    for (size_t i = 0; i < count; i++) {
        const struct cli_option *option = &tool->options[i];

        longs[i] = (struct option){option->name,
                                   option->argument ? required_argument : no_argument,
                                   NULL, LETTER_NONE + (int)i};
        if (option->letter)
            *letters++ = option->letter;
        if (option->letter && option->argument)
            *letters++ = ':';
    }
    longs[count] = (struct option){NULL, 0, NULL, 0};
    *letters = '\0';
}

static const struct cli_option *
option_of(const struct cli_tool *tool, int value)
{
    if (value >= LETTER_NONE)
        return &tool->options[value - LETTER_NONE];
    for (size_t i = 0; i < tool->option_count; i++)
        if (value && tool->options[i].letter == value)
            return &tool->options[i];
    return NULL;
}

/* getopt tells what is wrong by `optopt`: a letter, the value of a long option that
 * takes no argument or lacks one, or 0. */
static enum cli_exit
refuse(struct cli *cli, int value, char **argv)
{
    const struct cli_option *option = option_of(cli->tool, optopt);

    if (value == ':' && option)
        return cli_usage(cli, "--%s needs an argument: %s", option->name,
                         option->argument);
    if (optopt >= LETTER_NONE && option)
        return cli_usage(cli, "--%s takes no argument", option->name);
    if (optopt)
        return cli_usage(cli, "no such option: -%c", optopt);
    return cli_usage(cli, "no such option, or an ambiguous one: %s", argv[optind - 1]);
}

enum cli_exit
cli_begin(struct cli *cli, const struct cli_tool *tool, int argc, char **argv,
          void *values, int *ret_first)
{
    struct option longs[OPTIONS_MAX + 1];
    char letters[2 * OPTIONS_MAX + 2];
    int value;

    *cli = (struct cli){.tool = tool, .out = VX_BUF(OUT_CEILING), .fd = STDERR_FILENO};
    hold_standard_streams();
    look_at_terminal(cli);
    getopt_tables(tool, longs, letters);
    while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct cli_option *option = option_of(tool, value);
        enum cli_exit status = value == '?' || value == ':' || option == NULL
                                   ? refuse(cli, value, argv)
                                   : take(cli, option, optarg, values);

        if (status != CLI_GO_ON)
            return status;
    }
    *ret_first = optind;
    return CLI_GO_ON;
}

/* ---- files ----------------------------------------------------------------------- */

#define STRING(number) STRING_OF(number)
#define STRING_OF(number) #number
#define MAX_MIB 64

/* NOLINTNEXTLINE(misc-redundant-expression): as long as both say the same. */
_Static_assert(VMX_MAX_TEXT == (size_t)MAX_MIB << 20, "the message tells the ceiling");

const char *
cli_read(const char *file, struct vx_buf *buf)
{
    int number = 0;

    switch (vx_file_read(file, buf, &number)) {
    case VMX_OK:
        return NULL;
    case VMX_ERR_LIMIT:
        return "larger than " STRING(MAX_MIB) " MiB: see vmx-limits(7)";
    case VMX_ERR_IO:
        return strerror(number);
    case VMX_ERR_NOMEM:
    case VMX_ERR_INPUT:
    case VMX_ERR_MISUSE:
        break;
    }
    return "out of memory";
}

bool
cli_write(struct cli *cli, const char *path, const char *text, size_t size)
{
    struct vx_str bytes = vx_str_of(text, size);
    bool standard = path == NULL || strcmp(path, "-") == 0;
    enum vmx_status status;
    int number = ENOMEM;

    if (standard)
        status = vx_file_write_all(STDOUT_FILENO, bytes, &number);
    else
        status = vx_file_replace(path, bytes, true, &number);
    if (status == VMX_OK)
        return true;
    cli_trouble(cli, "%s: %s", standard ? "standard output" : path, strerror(number));
    return false;
}

/* ---- findings as text ------------------------------------------------------------ */

enum paint { PLAIN, RED, YELLOW, CYAN };

static void
put_painted(struct cli *cli, enum paint paint, const char *word)
{
    static const char *const codes[] = {
        [PLAIN] = "",
        [RED] = "\033[1;31m",
        [YELLOW] = "\033[1;33m",
        [CYAN] = "\033[36m",
    };
    const char *code = cli->colour ? codes[paint] : "";

    vx_buf_str(&cli->out, vx_str_c(code));
    vx_buf_str(&cli->out, vx_str_c(word));
    if (*code)
        vx_buf_lit(&cli->out, "\033[0m");
}

/* "FILE:12:7: "; 0 is left out. */
static void
put_place(struct cli *cli, const char *file, uint32_t line, uint32_t column)
{
    put_safe(&cli->out, file);
    vx_buf_char(&cli->out, ':');
    if (line) {
        vx_buf_uint(&cli->out, line);
        vx_buf_char(&cli->out, ':');
    }
    if (line && column) {
        vx_buf_uint(&cli->out, column);
        vx_buf_char(&cli->out, ':');
    }
    vx_buf_char(&cli->out, ' ');
}

static void
put_code(struct cli *cli, const char *code)
{
    vx_buf_lit(&cli->out, " [");
    vx_buf_str(&cli->out, vx_str_c(code));
    vx_buf_lit(&cli->out, "]\n");
    cli_flush_if_full(cli);
}

void
cli_put_name(struct cli *cli, const char *file)
{
    put_safe(&cli->out, file);
}

void
cli_failure(struct cli *cli, const char *file, const char *why)
{
    put_place(cli, file, 0, 0);
    put_painted(cli, RED, vmx_severity_text(VMX_SEVERITY_ERROR));
    vx_buf_lit(&cli->out, ": ");
    put_safe(&cli->out, why);
    vx_buf_char(&cli->out, '\n');
}

static enum vmx_severity
least_severity(const struct cli *cli)
{
    return cli->verbose ? VMX_SEVERITY_STYLE
           : cli->quiet ? VMX_SEVERITY_ERROR
                        : VMX_SEVERITY_WARNING;
}

static void
put_diag(struct cli *cli, const char *file, const struct vmx_diag *diag)
{
    static const enum paint paints[] = {
        [VMX_SEVERITY_STYLE] = CYAN,
        [VMX_SEVERITY_INFO] = CYAN,
        [VMX_SEVERITY_WARNING] = YELLOW,
        [VMX_SEVERITY_ERROR] = RED,
    };

    put_place(cli, file, diag->line, diag->column);
    put_painted(cli, paints[diag->severity], vmx_severity_text(diag->severity));
    vx_buf_lit(&cli->out, ": ");
    put_safe(&cli->out, diag->message);
    put_code(cli, diag->code);
}

void
cli_diags(struct cli *cli, const char *file, const struct vmx_diags *diags)
{
    enum vmx_severity least = least_severity(cli);
    size_t all = vmx_diags_at_least(diags, least), shown = 0;
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++)
        if (diag->severity >= least) {
            put_diag(cli, file, diag);
            shown++;
        }
    if (shown == all)
        return;
    put_place(cli, file, 0, 0);
    vx_buf_printf(&cli->out, "%zu more findings were counted and not kept\n",
                  all - shown);
}

static void
put_loss(struct cli *cli, const char *file, const struct vmx_loss *loss)
{
    static const struct {
        enum paint paint;
        const char *words;
    } heads[] = {
        [VMX_LOSS_INFORMATION] = {CYAN, "lost"},
        [VMX_LOSS_WARNING] = {YELLOW, "lost (warning)"},
        [VMX_LOSS_CRITICAL] = {RED, "lost (critical)"},
    };

    put_place(cli, file, loss->line, 0);
    put_painted(cli, heads[loss->category].paint, heads[loss->category].words);
    vx_buf_lit(&cli->out, ": ");
    if (loss->key) {
        put_value(&cli->out, loss->key);
        vx_buf_lit(&cli->out, " = \"");
        put_value(&cli->out, loss->value ? loss->value : "");
        vx_buf_lit(&cli->out, "\": ");
    }
    put_safe(&cli->out, loss->what);
    if (loss->advice && loss->advice[0]) {
        vx_buf_lit(&cli->out, "; ");
        put_safe(&cli->out, loss->advice);
    }
    put_code(cli, loss->code);
}

static enum vmx_loss_category
least_category(const struct cli *cli)
{
    return cli->verbose ? VMX_LOSS_INFORMATION
           : cli->quiet ? VMX_LOSS_CRITICAL
                        : VMX_LOSS_WARNING;
}

/* Row `index`; without memory for it the report is not whole, which fails the run. */
static const struct vmx_loss *
loss_of(struct cli *cli, struct vmx_result *result, size_t index)
{
    const struct vmx_loss *loss = vmx_result_loss(result, index);

    if (loss == NULL)
        cli->lost_output = ENOMEM;
    return loss;
}

void
cli_losses(struct cli *cli, const char *file, struct vmx_result *result)
{
    size_t count = vmx_result_losses(result);

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = loss_of(cli, result, i);

        if (loss && loss->category >= least_category(cli))
            put_loss(cli, file, loss);
    }
}

/* ---- findings as JSON ------------------------------------------------------------ */

static void
put_json_string(struct vx_buf *out, const char *text)
{
    vx_buf_char(out, '"');
    vx_json_text(out, vx_str_c(text));
    vx_buf_char(out, '"');
}

/* A comma unless the value is the first in its bracket. */
static void
begin_value(struct cli *cli, const char *key)
{
    struct vx_buf *out = &cli->out;

    cli_flush_if_full(cli);
    if (cli->json_more)
        vx_buf_lit(out, ",");
    cli->json_more = true;
    if (key) {
        put_json_string(out, key);
        vx_buf_char(out, ':');
    }
}

void
cli_json_begin(struct cli *cli, const char *key, char bracket)
{
    begin_value(cli, key);
    vx_buf_char(&cli->out, bracket);
    cli->json_more = false;
    cli->json_depth++;
}

void
cli_json_end(struct cli *cli, char bracket)
{
    vx_buf_char(&cli->out, bracket);
    cli->json_more = --cli->json_depth > 0;
    if (cli->json_depth == 0)
        vx_buf_char(&cli->out, '\n');
}

void
cli_json_text(struct cli *cli, const char *key, const char *text)
{
    begin_value(cli, key);
    if (text)
        put_json_string(&cli->out, text);
    else
        vx_buf_lit(&cli->out, "null");
}

void
cli_json_number(struct cli *cli, const char *key, uint64_t number)
{
    begin_value(cli, key);
    vx_buf_uint(&cli->out, number);
}

void
cli_json_diags(struct cli *cli, const struct vmx_diags *diags)
{
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++) {
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "code", diag->code);
        cli_json_text(cli, "name", diag->name);
        cli_json_text(cli, "severity", vmx_severity_text(diag->severity));
        cli_json_text(cli, "message", diag->message);
        cli_json_text(cli, "remedy", diag->remedy);
        cli_json_number(cli, "line", diag->line);
        cli_json_number(cli, "column", diag->column);
        cli_json_number(cli, "offset", diag->offset);
        cli_json_number(cli, "length", diag->length);
        cli_json_end(cli, '}');
    }
}

static void
json_loss(struct cli *cli, const struct vmx_loss *loss)
{
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "code", loss->code);
    cli_json_text(cli, "name", loss->name);
    cli_json_text(cli, "category", vmx_loss_category_text(loss->category));
    cli_json_text(cli, "key", loss->key);
    cli_json_text(cli, "value", loss->value);
    cli_json_text(cli, "what", loss->what);
    cli_json_text(cli, "advice", loss->advice);
    cli_json_number(cli, "line", loss->line);
    cli_json_end(cli, '}');
}

void
cli_json_losses(struct cli *cli, struct vmx_result *result)
{
    size_t count = result ? vmx_result_losses(result) : 0;

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = loss_of(cli, result, i);

        if (loss)
            json_loss(cli, loss);
    }
}
