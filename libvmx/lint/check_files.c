/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 71x: files beside the VMX.  A VMX often lies in a repository without its disks;
 * so a file is only missed where another of the machine's is there. */
#include "lint/check.h"

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

/* Disks in files; the name in *ret. */
static struct vx_instance *
next_disk(struct vx_lint *lint, struct vx_instance *disk, struct vx_line **ret_line,
          struct vx_str *ret_name)
{
    while ((disk = vx_lint_device(lint, VX_KIND_DISK, disk)) != NULL) {
        struct vx_line *line = vx_lint_line(lint, disk->slot[VX_DISK_fileName]);
        struct vx_line *type = vx_lint_line(lint, disk->slot[VX_DISK_deviceType]);
        struct vx_str name = vx_lint_value(lint, line);

        if (disk->sub == VX_BUS_FLOPPY || !vx_str_iends(name, VX_STR(".vmdk"))
            || (type && !vx_str_iends(vx_lint_value(lint, type), VX_STR("disk"))))
            continue;
        *ret_line = line;
        *ret_name = name;
        return disk;
    }
    return NULL;
}

static bool
is_there(struct vx_lint *lint, enum vx_machine_prop prop)
{
    struct vmx_file_facts facts;

    return look(lint, vx_lint_value(lint, vx_lint_key(lint, prop)), &facts)
           && facts.there;
}

static bool
some_disk_is_there(struct vx_lint *lint)
{
    struct vx_instance *disk = NULL;
    struct vmx_file_facts facts;
    struct vx_line *line;
    struct vx_str name;

    while ((disk = next_disk(lint, disk, &line, &name)) != NULL)
        if (look(lint, name, &facts) && facts.there)
            return true;
    return false;
}

void
vx_check_missing_disk(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_instance *disk = NULL;
    struct vmx_file_facts facts;
    struct vx_line *line;
    struct vx_str name;

    if (lint->options->file == NULL
        || (!some_disk_is_there(lint) && !is_there(lint, VX_M_nvram)))
        return;
    while ((disk = next_disk(lint, disk, &line, &name)) != NULL)
        if (look(lint, name, &facts) && !facts.there)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: there is no file \"%.*s\"", VX_ARG(vx_line_key(line)),
                         VX_ARG(name));
}

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

/* How many files the disk stands on; the one that is not there in *ret_missing, which
 * is NULL when none is.  Past LINKS_MAX nobody counts. */
static unsigned
follow(struct vx_lint *lint, struct vx_str name, struct vx_str *ret_missing)
{
    struct vmx_file_facts facts;
    unsigned links = 0;

    *ret_missing = VX_STR_NONE;
    while (links <= LINKS_MAX && look(lint, name, &facts) && facts.there
           && facts.parent) {
        name = beside(lint, name, facts.parent);
        links++;
    }
    if (links && name.s && look(lint, name, &facts) && !facts.there)
        *ret_missing = name;
    return links;
}

void
vx_check_broken_chain(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_instance *disk = NULL;
    struct vx_str name, missing;
    struct vx_line *line;

    while (lint->options->file
           && (disk = next_disk(lint, disk, &line, &name)) != NULL) {
        unsigned links = follow(lint, name, &missing);

        if (missing.s)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" stands on \"%.*s\", which is not there",
                         VX_ARG(vx_line_key(line)), VX_ARG(name), VX_ARG(missing));
        else if (links > LINKS_MAX)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" stands on a chain without end",
                         VX_ARG(vx_line_key(line)), VX_ARG(name));
    }
}

void
vx_check_long_chain(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_instance *disk = NULL;
    struct vx_str name, missing;
    struct vx_line *line;

    while (lint->options->file
           && (disk = next_disk(lint, disk, &line, &name)) != NULL) {
        unsigned links = follow(lint, name, &missing);

        if (links > LINKS_LONG && links <= LINKS_MAX)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" stands on %u other files",
                         VX_ARG(vx_line_key(line)), VX_ARG(name), links);
    }
}

/* A file that a key names, when disks are there and it is not. */
static void
miss(struct vx_lint *lint, const struct vx_rule *rule, enum vx_machine_prop prop)
{
    struct vx_line *line = vx_lint_key(lint, prop);
    struct vx_str name = vx_lint_value(lint, line);
    struct vmx_file_facts facts;

    if (lint->options->file && line && look(lint, name, &facts) && !facts.there
        && some_disk_is_there(lint))
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
