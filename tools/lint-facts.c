/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A VMX may name any file of the machine that lints it; so one folder is looked into,
 * and of disks nothing but descriptors is read. */
#include "lint-facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vmdk.h"

#include "base/banned.h"

enum {
    ARENA_CEILING = 1 << 22,
};

static bool
open_folder(struct lint_facts *facts)
{
    if (!facts->tried)
        facts->folder = vmdk_folder_of(facts->path);
    facts->tried = true;
    return facts->folder > 0;
}

/* Does the folder hold nothing but the VMX, whose name this is not? */
static bool
is_alone_without(const struct lint_facts *facts, struct vx_str name)
{
    const char *slash = strrchr(facts->path, '/');

    return facts->alone && !vx_str_is(name, slash ? slash + 1 : facts->path);
}

/* "./disk.vmdk" is a name in the folder, too. */
static const char *
plain_name(const char *path)
{
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    return path;
}

bool
lint_facts_tell(void *closure, const char *path, struct vmx_file_facts *ret)
{
    struct lint_facts *facts = closure;
    struct vx_str name = vx_str_c(plain_name(path));
    struct vmdk *disk;
    struct stat status;

    if (facts->path == NULL || !vmdk_is_beside(name))
        return false;
    *ret = (struct vmx_file_facts){.there = false};
    if (is_alone_without(facts, name))
        return true;
    if (!open_folder(facts))
        return false;
    vx_arena_done(&facts->arena);
    vx_arena_init(&facts->arena, ARENA_CEILING);
    ret->there = fstatat(facts->folder, name.s, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!ret->there || !vx_str_iends(name, VX_STR(".vmdk")))
        return true;
    disk = vmdk_read_one(&facts->arena, facts->folder, name);
    if (disk == NULL)
        return false;
    ret->there = disk->state != VMDK_MISSING;
    if (disk->hint.n)
        ret->parent = vx_arena_dup(&facts->arena, disk->hint).s;
    return true;
}

void
lint_facts_done(struct lint_facts *facts)
{
    if (facts->folder > 0)
        close(facts->folder);
    vx_arena_done(&facts->arena);
    *facts = (struct lint_facts){.path = NULL};
}
