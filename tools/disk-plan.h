/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is to do for the disks of a machine that moves. */
#ifndef VX_TOOLS_DISK_PLAN_H
#define VX_TOOLS_DISK_PLAN_H

#include "cli.h"
#include "vmdk.h"

enum move_state {
    MOVE_READY,
    MOVE_MISSING,   /* not beside the VMX; to be done all the same, once it is */
    MOVE_ELSEWHERE, /* it, or a part of it, lies outside the machine's folder */
    MOVE_DEVICE,    /* data on a device of the old host */
    MOVE_BROKEN,
    MOVE_DROPPED, /* the new machine has no such disk */
    MOVE_EMPTY,   /* a drive without a medium */
    MOVE_STATES,
};

/* One disk on its way. */
struct move {
    const struct vmx_disk *disk;
    struct vx_str file; /* its name in the folder; none when it is elsewhere */
    struct vmdk *chain; /* NULL for what is no VMDK */
    enum move_state state;
    const char *why;    /* it is not ready; NULL when the state says it all */
    struct vx_str what; /* that `why` is about; may be none */
};

struct disk_plan {
    struct vx_arena arena;
    struct vx_str folder; /* as the user wrote it */
    struct vx_str folder_name;
    struct vx_str base; /* "[DATASTORE] DIR", or none */
    int fd;             /* of the folder, or -1 */
    const char *file;
    struct vx_str below; /* of many: the folder below the operand */
    struct move *moves;
    size_t count;
};

/* Writes the plan for `result`, which was made of the VMX `file`, to `path`: JSON when
 * that ends in ".json", else a shell script.  `base` is as in the options of the
 * conversion.  The descriptors that lie beside `file` are read.  False when the plan
 * could not be written, which then has been said. */
bool disk_plan(struct cli *cli, const char *path, const char *file, const char *base,
               struct vmx_result *result);

/* One machine of many. */
struct disk_plan_input {
    const char *file;
    struct vx_str below; /* its folder below the operand, ending in a slash, or none */
    const char *base;
};

/* The same for one machine of many: a part of a plan, which stands between the head and
 * the end.  False without memory. */
bool disk_plan_part(struct vx_buf *out, bool json, const struct disk_plan_input *input,
                    struct vmx_result *result);
void disk_plan_head(struct vx_buf *out, bool json);
void disk_plan_end(struct vx_buf *out, bool json);
/* By the name of its file. */
bool disk_plan_is_json(const char *path);

/* The plan as a script, and as JSON in `json->out`; of many machines that of one. */
void disk_plan_script(struct vx_buf *out, const struct disk_plan *plan);
void disk_plan_script_part(struct vx_buf *out, const struct disk_plan *plan);
void disk_plan_json(struct cli *json, struct disk_plan *plan);

/* The image of a CD or a floppy, which is copied as it is. */
bool disk_is_image(const struct vmx_disk *disk);

#endif
