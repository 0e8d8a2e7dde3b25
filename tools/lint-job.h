/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One file: read, fixed if that is wanted, and looked at.  Any thread may do it. */
#ifndef VX_TOOLS_LINT_JOB_H
#define VX_TOOLS_LINT_JOB_H

#include "lint-setup.h"

struct lint_job {
    struct cli_item item;
    const char *shown; /* the path, or --stdin-filename */
    const struct lint_setup *setup;
    bool again; /* for what it shares with others: no other rule counts */

    /* The result. */
    struct vx_buf text; /* of the file as it now is */
    const char *failure;
    bool trouble; /* the failure is the environment's */
    struct vmx_doc *doc;
    struct vmx_findings *findings;
    struct vx_buf instead; /* for standard output: a diff, or standard input fixed */
    size_t fixed;          /* or would be */
};

/* A slot that was used before, or is all zero, for the next file. */
void lint_job_reset(struct lint_job *job);
void lint_job_work(struct lint_job *job, const struct lint_options *options);
/* Frees what the next file does not use again. */
void lint_job_end(struct lint_job *job);
void lint_job_drop(struct lint_job *job);

#endif
