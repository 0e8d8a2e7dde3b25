/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The operands of a tool as a stream of inputs: files, "-" for standard input, folders,
 * and what a list names.
 *
 * The order is that of the operands, the list last.  What a folder holds comes in the
 * order of its bytes, as `find | LC_ALL=C sort` has it.  What is named twice comes
 * twice.  Memory is bounded by the widest folder and its parents, not by the whole.
 *
 * Within a folder, regular files with one of the suffixes count, in any case, and
 * symbolic links to such; hidden ones too.  A link to a folder is an operand or
 * nothing. A name is bytes, and what cannot be read is an input with the reason. */
#ifndef VX_TOOLS_CLI_FILES_H
#define VX_TOOLS_CLI_FILES_H

#include "cli.h"

/* Members of a tool's options. */
struct cli_files_options {
    uint32_t jobs;          /* for batch_jobs() */
    const char *files_from; /* a list of operands, "-": standard input, or NULL */
    bool null;              /* its names end in NUL */
};

/* Their rows in the tool's table. */
/* clang-format off */
#define CLI_FILES_OPTIONS(type, member)                                                \
    {"files-from", 0, CLI_FILE, "LIST", offsetof(type, member.files_from),             \
     "take the files and folders that LIST names, too"},                               \
        {"null", '0', CLI_FLAG, NULL, offsetof(type, member.null),                     \
         "names in LIST end in NUL, not in a line end"},                                   \
        {"jobs", 'j', CLI_NUMBER, "N", offsetof(type, member.jobs),                    \
         "work with N threads instead of one a core"}

/* clang-format on */

/* One input.  All names are parts of `path`. */
struct cli_input {
    const char *path; /* as it is shown and opened; "-" is standard input */
    size_t size;      /* of `path` */
    size_t relative;  /* where what stands below the operand begins */
    size_t name;      /* where its last component begins */
    size_t stem;      /* size of the name without its suffix, if it has one */
    int error;        /* errno: not there, or a folder that cannot be read */
    /* What was seen when its folder was walked; false for what is an operand itself. */
    bool alone;    /* there was no other name in the folder */
    bool undotted; /* there was none that begins with a dot */
};

struct cli_files;

/* `operands` and `suffixes`, which ends in NULL (".vmx", ".vmtx", NULL), are borrowed.
 * CLI_GO_ON with the stream in *ret_files; CLI_TROUBLE, all being said, when the list
 * cannot be opened. */
enum cli_exit cli_files_new(struct cli *cli, const struct cli_files_options *options,
                            char **operands, size_t count, const char *const *suffixes,
                            struct cli_files **ret_files);
/* NULL is fine. */
void cli_files_free(struct cli_files *files);

/* The next input; false past the last.  Valid until the next call. */
bool cli_files_next(struct cli_files *files, struct cli_input *ret);

/* How far the stream has come, about, from 0 to 1; below 0 when nobody knows. */
double cli_files_fraction(const struct cli_files *files);

/* What a slot of batch.h begins with: an input that stays. */
struct cli_item {
    struct cli_input input;
    double fraction;    /* of cli_files_fraction() */
    struct vx_buf path; /* of the input */
};

/* The next input into `item`, all zero or used before; false past the last.  Without
 * memory it is one without a path, and says so. */
bool cli_item_next(struct cli_files *files, struct cli_item *item);
void cli_item_done(struct cli_item *item);

/* The path below the folder that was the operand; the name of a file that was. */
static inline const char *
cli_input_relative(const struct cli_input *input)
{
    return input->path + input->relative;
}

static inline struct vx_str
cli_input_stem(const struct cli_input *input)
{
    return vx_str_of(input->path + input->name, input->stem);
}

#endif
