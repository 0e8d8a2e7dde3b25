/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One conversion of vmx-convert: an input, what it becomes, and what is told about it.
 * Any thread may do it. */
#ifndef VX_TOOLS_CONVERT_H
#define VX_TOOLS_CONVERT_H

#include "cli-files.h"

enum convert_to {
    CONVERT_TO_XML,
    CONVERT_TO_VMX,
    CONVERT_TO_TARGET,
    CONVERT_TO_OTHER, /* than the input is */
};

/* The command line. */
struct convert_options {
    int format;  /* enum cli_format */
    int fail_on; /* enum vmx_loss_category, or -1 */
    bool no_metadata, with_secrets, strict, verbose, quiet;
    uint32_t host_mhz, hw_version;
    const char *to, *map, *disk_plan, *libvirt, *base, *explain, *output;
    struct cli_list params;

    /* Of many machines: */
    struct cli_files_options files;
    const char *folder; /* -O */
    const char *name;   /* a pattern, or NULL: "{path}" */
    int stream;         /* enum convert_stream, or CONVERT_NO_STREAM */
    int from;           /* enum convert_from */
    bool resume;
    bool merge_reports;
    const char *report, *suggest_map, *shard;
};

#define CONVERT_STREAMS "jsonl|tar"

enum convert_stream { CONVERT_NO_STREAM = -1, CONVERT_JSONL, CONVERT_TAR };

enum convert_from {
    CONVERT_FROM_FILES = -1,
    CONVERT_FROM_TAR,
    CONVERT_FROM_HOST, /* whose paths are none here; no option says so */
};

/* What is the same for all inputs of a run. */
struct convert {
    const struct convert_options *options;
    struct vmx_convert_options convert;
    enum convert_to to;
    struct vmx_target *target; /* of CONVERT_TO_TARGET */
};

/* One input on its way. */
struct convert_job {
    const struct convert *run;
    struct cli *cli;  /* where it is reported */
    const char *file; /* as it is shown */
    const char *name; /* of a machine that has none, or NULL */
    const char *base; /* the datastore folder it lies in, or NULL */
    enum convert_to to;
    struct vx_buf text;
    /* Apart, since what the parser says about a picture helps nobody. */
    struct vmx_diags *parsed, *converted;
    struct vmx_doc *doc;
    struct vmx_result *result;
    char *emitted;   /* what is written when there is no result */
    const char *why; /* it failed; NULL when a diagnostic tells it, or it did not */
};

/* A job that was used before, or is all zero, for the next input. */
void convert_job_begin(struct convert_job *job, const struct convert *run);
/* Parses and converts `text`.  CLI_GO_ON when there is something to write; CLI_TROUBLE
 * without a reason when the base is none. */
enum cli_exit convert_job_work(struct convert_job *job);
/* What is to be written, asked for once; valid until the end.  False without memory. */
bool convert_job_text(struct convert_job *job, struct vx_str *ret);
/* Frees all but the buffer. */
void convert_job_end(struct convert_job *job);

/* Findings and losses at least as bad as a warning. */
size_t convert_warnings(const struct convert_job *job);
bool convert_lost_as_much(const struct convert_job *job, enum vmx_loss_category least);
/* Was what --fail-on tells reached? */
bool convert_lost_too_much(const struct convert_job *job);

/* What was found and lost, for a person and for a program. */
void convert_report_text(struct convert_job *job);
void convert_report_json(struct convert_job *job, enum cli_exit status);
/* "converted", "findings", "failed", "not-written". */
const char *convert_status_word(const struct convert_job *job, enum cli_exit status);

/* ---- convert-many.c -------------------------------------------------------------- */

/* Does the command line ask for more than one FILE to standard output or -o? */
bool convert_is_many(const struct convert_options *options);
enum cli_exit convert_many(struct cli *cli, const struct convert *run, char **operands,
                           size_t count);

#endif
