/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of vmx-vi push share. */
#ifndef VX_TOOLS_VI_PUSH_H
#define VX_TOOLS_VI_PUSH_H

#include "cli-report.h"
#include "vi.h"

struct push {
    struct vi_job *job;
    const char *file;
    struct vx_buf text;
    bool domain; /* the file is domain XML */
    struct vmx_doc *doc;
    const char *name, *uuid; /* or NULL */
    char *own_name, *own_uuid;
    const struct vmx_vi_machine *machine; /* NULL: a new one, at: */
    char *path;
};

/* `FILE: error: why`. */
enum cli_exit push_failed(struct push *push, const char *why);
struct vmx_vi_run push_run(struct push *push);

/* To a machine that is there: shows what differs, asks for it, reads back. */
enum cli_exit push_changes(struct push *push);
/* A new one: looks whether it can be, uploads and registers. */
enum cli_exit push_new(struct push *push);

#endif
