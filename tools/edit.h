/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of vmx-edit share: one file on its way, and what is done with it. */
#ifndef VX_TOOLS_EDIT_H
#define VX_TOOLS_EDIT_H

#include "cli-files.h"

struct edit_options {
    int format; /* enum cli_format */
    bool dry_run, force, with_secrets, verbose, quiet;
    const char *backup, *output, *explain, *apply;
    /* Of devices that are added. */
    const char *file, *bus, *model, *network, *connection, *mac, *at;
    struct cli_files_options files;
};

/* What is to be done, the same for all files; many threads read it. */
struct edit_plan {
    const struct edit_options *options;
    const struct edit_command *command;
    const char *const *args; /* of the command */
    int arg_count;
    bool many;           /* files: what is told of one begins with its name */
    struct vx_buf patch; /* the text of one, for apply */
};

/* One file; the slot of a batch. */
struct edit_job {
    struct cli_item item; /* the first */
    const struct edit_plan *plan;
    const char *file; /* "-": standard input */
    struct vx_buf text;
    struct vmx_doc *doc;
    struct vmx_diags *diags;
    enum cli_exit status;
    struct vx_buf why; /* it failed; a line of text, or nothing */

    /* What a command leaves behind. */
    struct vx_buf entries;   /* of struct edit_entry: what is to be told */
    struct vx_buf device;    /* the name of the one that was added */
    const char *outcome;     /* "changed", "unchanged", "read"; NULL: it failed */
    struct vmx_patch *patch; /* with the conflicts of apply */
    struct vx_buf diff;
    struct vx_buf output; /* for standard output, when the document goes there */
};

/* Borrowed from the document or the command line. */
struct edit_entry {
    const char *key;
    const char *value; /* NULL: it is not there */
};

struct edit_command {
    const char *word;
    int least, most; /* arguments */
    bool reads;      /* and changes nothing */
    /* Looks at the arguments before any file is read; may be NULL. */
    enum cli_exit (*check)(struct cli *cli, struct edit_plan *plan);
    /* On any thread.  CLI_GO_ON when it is done; else what is wrong is in job->diags or
     * job->why. */
    enum cli_exit (*run)(struct edit_job *job);
};

/* The command called `word`, or NULL. */
const struct edit_command *edit_command_find(const char *word);

/* The entries, as text or inside a JSON object. */
void edit_put_entries(const struct edit_job *job, struct vx_buf *out);
void edit_json_entries(struct cli *cli, const struct edit_job *job);
/* How many of them are not there. */
size_t edit_missing(const struct edit_job *job);

/* Appends text in quotes, as a VMX in UTF-8 has it, so that it can be read back. */
void edit_put_quoted(struct vx_buf *out, const char *text);

/* The edited document goes where it belongs, or a diff is made: job->diff.  CLI_WELL,
 * or CLI_TROUBLE with the reason in job->why.  On any thread. */
enum cli_exit edit_write(struct edit_job *job);

/* Does the document go to standard output, so that nothing else may? */
bool edit_to_stdout(const struct edit_job *job);

/* What became of the file, on the main thread.  The job's status, or CLI_TROUBLE when
 * it could not be told. */
enum cli_exit edit_report(struct cli *cli, struct edit_job *job);

/* Ends the job with a reason; CLI_FOUND. */
enum cli_exit edit_fail(struct edit_job *job, const char *format, ...) VX_PRINTF(2, 3);

#endif
