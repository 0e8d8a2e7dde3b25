/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the differences of two documents to what is asked of a host. */
#ifndef VX_VI_PLAN_H
#define VX_VI_PLAN_H

#include "vi/put.h"
#include "vi/session.h"
#include "vmx.h"

struct vi_device_change;

struct vmx_vi_plan {
    struct vx_arena arena;
    struct vmx_doc *now;    /* the file on the host */
    struct vmx_doc *wanted; /* the caller's */
    struct vmx_diff *diff;
    struct vmx_vi_step *steps;
    struct vi_device_change *
        *devices; /* by step; NULL: the step is none of a device's */
    size_t count;
    const struct vi_MachineConfig *config; /* what the host told of the machine */
    struct vx_str folder;                  /* of the VMX: "[ds] web" */
    struct vi_VirtualMachineConfigSpec *spec;
    struct vi_device_change *changes, **last_change;
    const char *const *stores; /* names of datastores, each with its path behind it */
    size_t store_count;
    int fresh_keys;     /* so many devices are new: their keys are below zero */
    bool asks;          /* something is in the specification */
    struct vx_buf text; /* of vmx_vi_plan_text() */
};

/* Fills in steps and specification; now, wanted and config are there.  VMX_OK or
 * VMX_ERR_NOMEM. */
enum vmx_status vi_plan_make(struct vmx_vi_plan *plan);

/* The step of a key that is none of a device's: a field of the specification, or
 * extraConfig. */
void vi_plan_field(struct vmx_vi_plan *plan, struct vmx_vi_step *step);
void vi_plan_extra(struct vmx_vi_plan *plan, struct vmx_vi_step *step);

/* The same for what a device says; vi_plan_devices() makes the changes of devices when
 * all steps are known. */
void vi_plan_device(struct vmx_vi_plan *plan, size_t index);
void vi_plan_devices(struct vmx_vi_plan *plan);

/* A datastore: its name, and the last part of its path on the host. */
bool vi_store_add(struct vmx_vi_plan *plan, struct vx_str name, struct vx_str volume);

/* Asks for the datastores when a file of the wanted document lies in another one. */
enum vmx_vi_status vi_need_stores(struct vmx_vi *vi, struct vmx_vi_plan *plan);

/* "[ds] web" of "[ds] web/web.vmx", "[ds]" of "[ds] web.vmx". */
struct vx_str vi_folder_of(struct vx_str path);

/* Only another file says it. */
static inline void
vi_plan_leave(struct vmx_vi_step *step, const char *why)
{
    step->means = VMX_VI_BY_FILE;
    step->what = why;
}

/* What the wanted document says of a key, or NULL. */
static inline const char *
vi_wanted(struct vmx_vi_plan *plan, const char *key)
{
    return vmx_doc_get(plan->wanted, key);
}

/* SharesInfo of "normal" or a number, into the member "shares" or "share" at `path`;
 * NULL, or why not. */
const char *vi_put_shares(void *object, const char *path, struct vx_str text,
                          struct vx_arena *arena);

#endif
