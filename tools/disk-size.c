/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-size.h"

#include <unistd.h>

#include "base/num.h"
#include "vmdk.h"

#include "base/banned.h"

enum {
    ARENA_CEILING = 1 << 22,
    SECTOR = 512,
};

static bool
open_folder(struct disk_sizes *sizes)
{
    if (!sizes->tried)
        sizes->folder = vmdk_folder_of(sizes->path);
    sizes->tried = true;
    return sizes->folder > 0;
}

uint64_t
disk_size(struct disk_sizes *sizes, struct vx_str file)
{
    const struct vmdk *disk;
    uint64_t bytes;

    if (sizes->path == NULL || !vmdk_is_beside(file) || !open_folder(sizes))
        return 0;
    vx_arena_done(&sizes->arena);
    vx_arena_init(&sizes->arena, ARENA_CEILING);
    disk = vmdk_read_one(&sizes->arena, sizes->folder, file);
    if (disk == NULL || disk->state != VMDK_OK
        || vx_mul_overflows(disk->sectors, (uint64_t)SECTOR, &bytes))
        return 0;
    return bytes;
}

void
disk_sizes_done(struct disk_sizes *sizes)
{
    if (sizes->folder > 0)
        close(sizes->folder);
    vx_arena_done(&sizes->arena);
    *sizes = (struct disk_sizes){.path = NULL};
}
