/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all tools share: options, files, exit status.
 *
 * A tool is a table of options.  Parsing, --help and the shell completions follow from
 * it, and tests/man.sh holds the man page against it. */
#ifndef VX_TOOLS_CLI_H
#define VX_TOOLS_CLI_H

#include "base/buf.h"
#include "vmx.h"

enum cli_exit {
    CLI_GO_ON = -1, /* not an exit status: there is work to do */
    CLI_WELL = 0,
    CLI_FOUND = 1,   /* findings at or over the threshold, or an input that failed */
    CLI_TROUBLE = 2, /* usage, configuration, environment */
};

enum cli_kind {
    CLI_FLAG,   /* bool */
    CLI_TEXT,   /* const char * */
    CLI_FILE,   /* the same, completed as a file name */
    CLI_WORD,   /* int: the index of one of "a|b|c" */
    CLI_CHOICE, /* const char *: as CLI_WORD, or a file, which "a|b|FILE" names last */
    CLI_LIST,   /* struct cli_list: CLI_TEXT that may be given again */
    CLI_MAYBE,  /* const char *: CLI_TEXT that may be left out, which gives "" */
    CLI_NUMBER, /* uint32_t, at least 1 */
    CLI_HELP,
    CLI_VERSION,
    CLI_COMPLETION,
};

struct cli_option {
    const char *name; /* behind the two dashes */
    char letter;      /* behind one dash, or 0 */
    enum cli_kind kind;
    const char *argument; /* as --help names it; CLI_WORD: the words; NULL for a flag */
    size_t offset;        /* of the member in the tool's own structure */
    const char *help;
};

/* The last rows of every table. */
/* clang-format off */
#define CLI_COMMON                                                                     \
    {"completion", 0, CLI_COMPLETION, "bash|zsh|fish", 0,                              \
     "print completions for a shell"},                                                 \
        {"help", 'h', CLI_HELP, NULL, 0, "print this help"},                           \
        {"version", 0, CLI_VERSION, NULL, 0, "print the versions of tool and library"}

/* clang-format on */

enum {
    CLI_LIST_MAX = 64,
};

/* Borrowed from the command line. */
struct cli_list {
    const char *items[CLI_LIST_MAX];
    size_t count;
};

struct cli_tool {
    const char *name;
    const char *operands; /* "[FILE|-]" */
    const char *summary;
    const char *glob;     /* of the files to complete: "*.vmx *.vmtx" */
    const char *commands; /* words among the operands, "get|set", or NULL */
    const struct cli_option *options;
    size_t option_count;
};

enum cli_format { CLI_FORMAT_TEXT, CLI_FORMAT_JSON };

/* What is reported goes into `out`, and with cli_flush() to standard error. */
struct cli {
    const struct cli_tool *tool;
    struct vx_buf out;
    int fd;                        /* where `out` goes; -1: it stays */
    struct cli_progress *progress; /* what stands on the terminal, or NULL */
    int lost_output; /* errno of a report that could not be written, or 0 */
    bool terminal, colour;
    bool verbose, quiet; /* set by the tool */
    bool json_more;      /* a value stands before the next one */
    unsigned json_depth;
};

/* Reads the command line into `values`, the tool's structure.  CLI_GO_ON, with the
 * index of the first operand in *ret_first; else the status to end with, all being
 * said. */
enum cli_exit cli_begin(struct cli *cli, const struct cli_tool *tool, int argc,
                        char **argv, void *values, int *ret_first);

/* Writes what is left to write.  The status for main() to return. */
int cli_end(struct cli *cli, enum cli_exit status);

/* "TOOL: message" and CLI_TROUBLE; control characters are replaced. */
enum cli_exit cli_trouble(struct cli *cli, const char *format, ...) VX_PRINTF(2, 3);
/* The same with a hint to --help. */
enum cli_exit cli_usage(struct cli *cli, const char *format, ...) VX_PRINTF(2, 3);

/* ---- files ----------------------------------------------------------------------- */

/* Appends all of `file`, or of standard input for "-".  NULL, or why it cannot be used;
 * the text is valid until the next call. */
const char *cli_read(const char *file, struct vx_buf *buf);
/* The same, with what the system knew of the file before; `st` may be NULL. */
struct stat;
const char *cli_read_as(const char *file, struct vx_buf *buf, struct stat *st);

/* To standard output, or in the place of `path`, whole or not at all.  False when that
 * failed, which then has been said. */
bool cli_write(struct cli *cli, const char *path, const char *text, size_t size);

/* ---- output ---------------------------------------------------------------------- */

/* `out` goes to `fd`, in colour if that is a terminal which has it. */
void cli_look_at(struct cli *cli, int fd);

/* Into `out`; what a terminal must not see becomes a question mark. */
void cli_put_safe(struct cli *cli, const char *text);

/* The bytes so far, once there are many and they have a place, or at once. */
void cli_flush_if_full(struct cli *cli);
void cli_flush(struct cli *cli);

/* ---- tables ---------------------------------------------------------------------- */

/* Must something stand behind it? */
static inline bool
cli_needs_argument(const struct cli_option *option)
{
    return option->argument && option->kind != CLI_MAYBE;
}

/* The words of "a|b|c" one by one; false past the last. */
bool cli_next_word(struct vx_str *words, struct vx_str *ret);

#endif
