/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 71x: files beside the VMX.  A VMX often lies in a repository without its disks;
 * so a file is only missed where another of the machine's is there. */
#include "lint/device.h"

#include "base/banned.h"

enum {
    LINKS_MAX = 255, /* of a chain; a longer one is a ring */
    LINKS_LONG = 3,  /* vendor's advice */
};

/* What is told of a file; false for what no file beside the VMX can be. */
static bool
look(struct vx_lint *lint, struct vx_str name, struct vmx_file_facts *ret)
{
    struct vx_str path = vx_arena_dup(lint->arena, name);

    *ret = (struct vmx_file_facts){.there = false};
    return lint->options->file && name.n && path.s && strlen(path.s) == path.n
           && lint->options->file(lint->options->closure, path.s, ret);
}

/* A disk in a file, and what that stands on. */
struct disk_file {
    struct disk_file *next;
    struct vx_line *line; /* of the name */
    struct vx_str name;
    bool known, there;
    unsigned links;        /* files that it stands on; past LINKS_MAX nobody counts */
    struct vx_str missing; /* the one that is not there; VX_STR_NONE: none */
};

/* What lies beside the VMX, looked up once for all rules. */
struct vx_beside {
    struct disk_file *disks;
    bool some_disk; /* is there */
};

/* `name` relative to the folder of `child`. */
static struct vx_str
beside(struct vx_lint *lint, struct vx_str child, const char *name)
{
    struct vx_str folder = child;

    while (folder.n && folder.s[folder.n - 1] != '/')
        folder.n--;
    if (name[0] == '/' || folder.n == 0)
        return vx_arena_dup(lint->arena, vx_str_c(name));
    return vx_arena_printf(lint->arena, "%.*s%s", (int)folder.n, folder.s, name);
}

static void
follow(struct vx_lint *lint, struct disk_file *disk)
{
    struct vmx_file_facts facts;
    struct vx_str name = disk->name;

    disk->known = look(lint, name, &facts);
    disk->there = disk->known && facts.there;
    while (disk->links <= LINKS_MAX && facts.there && facts.parent) {
        name = beside(lint, name, facts.parent);
        disk->links++;
        if (!look(lint, name, &facts))
            return; /* elsewhere, where nobody looks */
    }
    if (disk->links && !facts.there)
        disk->missing = name;
}

static struct vx_beside *
look_around(struct vx_lint *lint)
{
    struct vx_beside *made = vx_arena_zero(lint->arena, sizeof(*made));
    struct disk_file **end = made ? &made->disks : NULL;
    struct vx_instance *device = NULL;

    while (made && (device = vx_lint_device(lint, VX_KIND_DISK, device)) != NULL) {
        struct vx_line *line = vx_lint_line(lint, device->slot[VX_DISK_fileName]);
        struct vx_str name = vx_lint_value(lint, line);
        struct disk_file *disk;

        if (!vx_lint_is_vmdk(lint, device))
            continue;
        disk = vx_arena_zero(lint->arena, sizeof(*disk));
        if (disk == NULL)
            break;
        disk->line = line;
        disk->name = name;
        follow(lint, disk);
        made->some_disk |= disk->there;
        *end = disk;
        end = &disk->next;
    }
    return made;
}

/* The first disk; NULL when there is none, or nobody to ask. */
static struct disk_file *
disks_of(struct vx_lint *lint)
{
    if (lint->options->file == NULL)
        return NULL;
    if (lint->beside == NULL)
        lint->beside = look_around(lint);
    return lint->beside ? lint->beside->disks : NULL;
}

static bool
is_there(struct vx_lint *lint, enum vx_machine_prop prop)
{
    struct vmx_file_facts facts;

    return look(lint, vx_lint_value(lint, vx_lint_key(lint, prop)), &facts)
           && facts.there;
}

void
vx_check_missing_disk(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct disk_file *disk = disks_of(lint);

    if (disk == NULL || (!lint->beside->some_disk && !is_there(lint, VX_M_nvram)))
        return;
    for (; disk; disk = disk->next)
        if (disk->known && !disk->there)
            vx_lint_tell(lint, rule, disk->line, VX_PART_VALUE,
                         "%.*s: there is no file \"%.*s\"",
                         VX_ARG(vx_line_key(disk->line)), VX_ARG(disk->name));
}

void
vx_check_broken_chain(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct disk_file *disk = disks_of(lint); disk; disk = disk->next)
        if (disk->missing.s)
            vx_lint_tell(lint, rule, disk->line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" stands on \"%.*s\", which is not there",
                         VX_ARG(vx_line_key(disk->line)), VX_ARG(disk->name),
                         VX_ARG(disk->missing));
        else if (disk->links > LINKS_MAX)
            vx_lint_tell(lint, rule, disk->line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" stands on a chain without end",
                         VX_ARG(vx_line_key(disk->line)), VX_ARG(disk->name));
}

void
vx_check_long_chain(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct disk_file *disk = disks_of(lint); disk; disk = disk->next)
        if (disk->links > LINKS_LONG && disk->links <= LINKS_MAX)
            vx_lint_tell(lint, rule, disk->line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" stands on %u other files",
                         VX_ARG(vx_line_key(disk->line)), VX_ARG(disk->name),
                         disk->links);
}

/* A file that a key names, when disks are there and it is not. */
static void
miss(struct vx_lint *lint, const struct vx_rule *rule, enum vx_machine_prop prop)
{
    struct vx_line *line = vx_lint_key(lint, prop);
    struct vx_str name = vx_lint_value(lint, line);
    struct vmx_file_facts facts;

    if (line && disks_of(lint) && lint->beside->some_disk && look(lint, name, &facts)
        && !facts.there)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE, "%.*s: there is no file \"%.*s\"",
                     VX_ARG(vx_line_key(line)), VX_ARG(name));
}

void
vx_check_missing_nvram(struct vx_lint *lint, const struct vx_rule *rule)
{
    miss(lint, rule, VX_M_nvram);
}

void
vx_check_missing_state(struct vx_lint *lint, const struct vx_rule *rule)
{
    miss(lint, rule, VX_M_checkpoint_vmState);
}
