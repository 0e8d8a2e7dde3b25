/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disk-size.h"

#include <fcntl.h>
#include <stdlib.h>
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
    const char *slash = strrchr(sizes->path, '/');
    char *folder;

    if (sizes->tried)
        return sizes->folder > 0;
    sizes->tried = true;
    folder =
        slash ? strndup(sizes->path, (size_t)(slash - sizes->path) + 1) : strdup(".");
    if (folder)
        sizes->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
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
