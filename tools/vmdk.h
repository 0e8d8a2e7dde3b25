/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a VMDK says about itself: its parent and the files that hold its data.
 *
 * Nothing but descriptors is read, and nothing outside one folder: a name with a slash,
 * a symbolic link or a device leads nowhere. */
#ifndef VX_TOOLS_VMDK_H
#define VX_TOOLS_VMDK_H

#include "base/arena.h"

enum vmdk_state {
    VMDK_OK,
    VMDK_MISSING, /* no such file */
    VMDK_LINK,    /* a symbolic link, a device: no regular file */
    VMDK_OPAQUE,  /* data without a descriptor: a flat or an old sparse file */
    VMDK_BAD,     /* cannot be read, or not without doubt */
};

enum {
    VMDK_MAX_DESCRIPTOR = 1 << 18, /* bytes; VMware writes some hundred */
    VMDK_MAX_CHAIN = 256,
};

/* parentCID of a disk that stands on its own. */
#define VMDK_NO_PARENT UINT64_C(0xffffffff)

/* Where a part of the data lies: `RW 4192256 SPARSE "disk-s001.vmdk"`. */
struct vmdk_extent {
    struct vmdk_extent *next;
    uint64_t sectors;
    struct vx_str kind; /* "FLAT", "SPARSE", "VMFS", "ZERO", ... */
    struct vx_str file; /* as written; none for ZERO */
    bool beside;        /* it lies in the folder, and nowhere else */
    bool missing;       /* it would lie there, and does not */
};

struct vmdk {
    struct vmdk *parent; /* read already; NULL when there is none, or not here */
    struct vx_str name;
    enum vmdk_state state;
    struct vx_str type; /* createType */
    struct vx_str hint; /* parentFileNameHint, as written; none without a parent */
    uint64_t cid, parent_cid;
    uint64_t sectors;
    struct vmdk_extent *extents; /* in order */
    bool parent_beside;          /* the hint is a name in the folder */
    bool endless;                /* the chain comes back, or is too long */
};

/* The folder that the file `path` lies in, or -1; the caller closes it. */
int vmdk_folder_of(const char *path);

/* `name` with all that it stands on, in the folder open as `folder`.  NULL when out of
 * memory. */
struct vmdk *vmdk_read(struct vx_arena *arena, int folder, struct vx_str name);

/* The same without what it stands on. */
struct vmdk *vmdk_read_one(struct vx_arena *arena, int folder, struct vx_str name);

/* May `name` stand beside others in a folder, for us and for QEMU, who would take a
 * colon as the end of a protocol's name? */
bool vmdk_is_beside(struct vx_str name);

#endif
