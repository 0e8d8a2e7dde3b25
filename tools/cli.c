/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows options, files and terminals, and nothing of a VMX. */
#include "cli.h"
#include "cli-complete.h"
#include "cli-progress.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "base/utf8.h"

#include "base/banned.h"

enum {
    OPTIONS_MAX = 64,
    LETTER_NONE = 256, /* getopt's value of an option without letter, plus its row */
    OUT_CEILING = 1 << 30,
    FLUSH_AT = 1 << 16,
    HELP_COLUMN = 30,
};

/* ---- output ---------------------------------------------------------------------- */

void
cli_flush(struct cli *cli)
{
    int number = ENOMEM;

    if (cli->out.size)
        cli_progress_hide(cli->progress);
    if (cli->out.failed
        || (cli->out.size
            && vx_file_write_all(cli->fd, vx_buf_text(&cli->out), &number) != VMX_OK))
        cli->lost_output = number;
    cli->out.size = 0;
}

void
cli_flush_if_full(struct cli *cli)
{
    if (cli->fd >= 0 && cli->out.size > FLUSH_AT)
        cli_flush(cli);
}

/* Printable ASCII at the beginning: mostly that is all. */
static size_t
plain(struct vx_str text)
{
    size_t n = 0;

    while (n < text.n && text.s[n] >= ' ' && text.s[n] <= '~')
        n++;
    return n;
}

void
cli_put_safe(struct cli *cli, const char *text)
{
    struct vx_buf *out = &cli->out;
    struct vx_str left = vx_str_c(text);
    size_t size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c;

        size = plain(left);
        if (size) {
            vx_buf_add(out, left.s, size);
            continue;
        }
        c = vx_utf8_first(left, &size);
        if (c == VX_UTF8_BAD || vx_utf8_unsafe(c))
            vx_buf_char(out, '?');
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
    cli_put_safe(cli, cli->tool->name);
    vx_buf_lit(&cli->out, ": ");
    cli_put_safe(cli, text ? text : "out of memory");
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
    cli_put_safe(cli, cli->tool->name);
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

void
cli_look_at(struct cli *cli, int fd)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    cli->fd = fd;
    cli->terminal = isatty(fd);
    cli->colour = cli->terminal && (no_color == NULL || *no_color == '\0')
                  && term != NULL && strcmp(term, "dumb") != 0;
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

bool
cli_next_word(struct vx_str *words, struct vx_str *ret)
{
    ptrdiff_t bar;

    if (words->s == NULL)
        return false;
    bar = vx_str_find(*words, '|');
    *ret = bar < 0 ? *words : vx_str_of(words->s, (size_t)bar);
    *words = bar < 0 ? vx_str_of(NULL, 0) : vx_str_skip(*words, (size_t)bar + 1);
    return true;
}

static int
word_index(const char *list, const char *text)
{
    struct vx_str words = vx_str_c(list), word;

    for (int i = 0; cli_next_word(&words, &word); i++)
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
        vx_buf_printf(out, cli_needs_argument(option) ? "=%s" : "[=%s]",
                      option->argument);
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
take_item(struct cli *cli, const struct cli_option *option, const char *text,
          struct cli_list *list)
{
    if (list->count == CLI_LIST_MAX)
        return cli_usage(cli, "--%s: %d are enough", option->name, CLI_LIST_MAX);
    list->items[list->count++] = text;
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
    case CLI_CHOICE:
        *(const char **)member = text;
        return CLI_GO_ON;
    case CLI_MAYBE:
        *(const char **)member = text ? text : "";
        return CLI_GO_ON;
    case CLI_LIST:
        return take_item(cli, option, text, member);
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
        if (shell < 0)
            return status;
        cli_complete(&cli->out, cli->tool, shell);
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
                                   cli_needs_argument(option) ? required_argument
                                   : option->argument         ? optional_argument
                                                              : no_argument,
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
    signal(SIGXFSZ, SIG_IGN); /* too large a file is an error to tell, as a full disk */
    cli_look_at(cli, STDERR_FILENO);
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
    return cli_read_as(file, buf, NULL);
}

const char *
cli_read_as(const char *file, struct vx_buf *buf, struct stat *st)
{
    int number = 0;

    switch (vx_file_read_as(file, buf, st, &number)) {
    case VMX_OK:
        return NULL;
    case VMX_ERR_LIMIT:
        return "larger than " STRING(MAX_MIB) " MiB: see vmx-limits(7)";
    case VMX_ERR_IO:
        return strerror(number);
    case VMX_ERR_NOMEM:
    case VMX_ERR_INPUT:
    case VMX_ERR_MISUSE:
    case VMX_ERR_LIBRARY:
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

    cli_progress_hide(cli->progress);
    if (standard)
        status = vx_file_write_all(STDOUT_FILENO, bytes, &number);
    else
        status = vx_file_replace(path, bytes, true, &number);
    if (status == VMX_OK)
        return true;
    cli_trouble(cli, "%s: %s", standard ? "standard output" : path, strerror(number));
    return false;
}
