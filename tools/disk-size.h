/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How large the disks of a machine are, from the descriptors that lie beside its VMX.
 */
#ifndef VX_TOOLS_DISK_SIZE_H
#define VX_TOOLS_DISK_SIZE_H

#include "base/arena.h"

struct disk_sizes {
    const char *path; /* of the VMX; NULL when it is no file */
    int folder;       /* 0: none */
    bool tried;
    struct vx_arena arena;
};

/* The capacity that the descriptor `file` tells, in bytes; 0 when there is none in the
 * machine's folder, or it tells nothing.  No other folder is looked into. */
uint64_t disk_size(struct disk_sizes *sizes, struct vx_str file);

void disk_sizes_done(struct disk_sizes *sizes);

#endif
