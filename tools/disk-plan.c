/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds where each disk is and what it stands on.  QEMU is led to no file outside the
 * folder of the machine. */
#include "disk-plan.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { PLAN_CEILING = 256 << 20 };

/* ---- where a disk is ------------------------------------------------------------- */

static bool
is_slash(char c, bool windows)
{
    return c == '/' || (windows && c == '\\');
}

/* Cuts a path into folder and name; both may be empty. */
static void
split(struct vx_str path, struct vx_str *ret_folder, struct vx_str *ret_name)
{
    bool windows = path.n > 1 && (path.s[1] == ':' || path.s[0] == '\\');
    size_t n = path.n;

    while (n && !is_slash(path.s[n - 1], windows))
        n--;
    *ret_name = vx_str_skip(path, n);
    while (n && is_slash(path.s[n - 1], windows))
        n--;
    *ret_folder = vx_str_of(path.s, n);
}

/* "[ds] vm/x.vmdk" into datastore and path; false when it is no such name. */
static bool
split_datastore(struct vx_str source, struct vx_str *ret_path)
{
    ptrdiff_t end = source.n && source.s[0] == '[' ? vx_str_find(source, ']') : -1;

    if (end < 0)
        return false;
    *ret_path = vx_str_trim(vx_str_skip(source, (size_t)end + 1));
    return true;
}

static bool
is_device(struct vx_str source)
{
    return vx_str_starts(source, VX_STR("/dev/"))
           || vx_str_starts(source, VX_STR("/vmfs/devices/"))
           || vx_str_starts(source, VX_STR("\\\\.\\"));
}

/* The name of a source that lies in the machine's folder, or none.  Which folder of a
 * datastore that is tells `base`, or its name. */
static struct vx_str
name_beside(const struct disk_plan *plan, struct vx_str source)
{
    struct vx_str path = source, folder, name, outer, last;
    bool datastore = split_datastore(source, &path), same;

    split(path, &folder, &name);
    if (!vmdk_is_beside(name))
        return VX_STR_NONE;
    if (!datastore && folder.n == 0)
        return path.n == name.n ? name : VX_STR_NONE;
    split(folder, &outer, &last);
    if (last.n == 0)
        last = folder;
    same =
        datastore && plan->base.s
            ? source.n > name.n
                  && vx_str_eq(plan->base, vx_str_of(source.s, source.n - name.n - 1))
            : last.n && vx_str_eq(last, plan->folder_name);
    return same ? name : VX_STR_NONE;
}

/* ---- what is to be said about it ------------------------------------------------- */

static void
set(struct move *move, enum move_state state, const char *why, struct vx_str what)
{
    move->state = state;
    move->why = why;
    move->what = what;
}

static bool
has_no_file(struct vx_str kind)
{
    return vx_str_is(kind, "VMFSRDM") || vx_str_is(kind, "VMFSRAW");
}

static bool
is_of_device(const struct vmdk *disk)
{
    if (vx_str_is(disk->type, "fullDevice")
        || vx_str_is(disk->type, "partitionedDevice")
        || vx_str_is(disk->type, "vmfsRawDeviceMap")
        || vx_str_is(disk->type, "vmfsPassthroughRawDeviceMap")
        || vx_str_is(disk->type, "vmfsRaw") || vx_str_is(disk->type, "vmfsRDM"))
        return true;
    for (const struct vmdk_extent *extent = disk->extents; extent;
         extent = extent->next)
        if (has_no_file(extent->kind) || is_device(extent->file))
            return true;
    return false;
}

static void
judge_extents(struct move *move, const struct vmdk *disk)
{
    for (const struct vmdk_extent *extent = disk->extents; extent;
         extent = extent->next) {
        if (!extent->beside)
            return set(move, MOVE_ELSEWHERE,
                       "its descriptor names data outside the folder of the machine",
                       extent->file);
        if (extent->missing)
            set(move, MOVE_MISSING, "its data is not there", extent->file);
    }
}

/* One disk of a chain.  What would lead QEMU elsewhere comes before what is missing. */
static void
judge_link(struct move *move, const struct vmdk *disk)
{
    static const char *const why[] = {
        [VMDK_OK] = NULL,
        [VMDK_MISSING] = "it is not there",
        [VMDK_LINK] = "it is no regular file, and is not followed",
        [VMDK_OPAQUE] = "it has no descriptor: another file describes this data",
        [VMDK_BAD] = "its descriptor cannot be read without doubt",
    };

    if (disk->state == VMDK_MISSING)
        return set(move, MOVE_MISSING, why[VMDK_MISSING], disk->name);
    if (disk->state != VMDK_OK)
        return set(move, disk->state == VMDK_LINK ? MOVE_ELSEWHERE : MOVE_BROKEN,
                   why[disk->state], disk->name);
    if (is_of_device(disk))
        return set(move, MOVE_DEVICE, "it maps a device of the old host", disk->name);
    judge_extents(move, disk);
    if (move->state != MOVE_READY && move->state != MOVE_MISSING)
        return;
    if (disk->endless)
        set(move, MOVE_BROKEN, "its chain of snapshots has no end", disk->hint);
    else if (disk->hint.n && !disk->parent_beside)
        set(move, MOVE_ELSEWHERE, "its parent lies outside the folder of the machine",
            disk->hint);
    else if (disk->hint.n == 0 && disk->parent_cid != VMDK_NO_PARENT)
        set(move, MOVE_BROKEN, "its descriptor names no parent, and it has one",
            disk->name);
    else if (disk->parent && disk->parent->state == VMDK_OK
             && disk->parent->cid != disk->parent_cid)
        set(move, MOVE_BROKEN, "its parent was written to after the snapshot was taken",
            disk->hint);
}

static void
judge_chain(struct move *move)
{
    for (const struct vmdk *disk = move->chain; disk; disk = disk->parent) {
        judge_link(move, disk);
        if (move->state != MOVE_READY && move->state != MOVE_MISSING)
            return;
    }
}

bool
disk_is_image(const struct vmx_disk *disk)
{
    return strcmp(disk->device, "cdrom") == 0 || strcmp(disk->device, "floppy") == 0;
}

static void
judge_image(const struct disk_plan *plan, struct move *move)
{
    if (faccessat(plan->fd, move->file.s, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
        set(move, MOVE_MISSING, "it is not there", move->file);
}

/* False when out of memory. */
static bool
look_at(struct disk_plan *plan, struct move *move)
{
    const struct vmx_disk *disk = move->disk;
    struct vx_str source = vx_str_c(disk->source);

    if (source.n == 0)
        return set(move, MOVE_EMPTY, NULL, VX_STR_NONE), true;
    if (disk->path == NULL && (disk->pool == NULL || disk->volume == NULL))
        return set(move, MOVE_DROPPED, NULL, VX_STR_NONE), true;
    if (disk->path == NULL && !vmdk_is_beside(vx_str_c(disk->volume)))
        return set(move, MOVE_BROKEN, "no volume can have that name",
                   vx_str_c(disk->volume)),
               true;
    if (is_device(source) || strcmp(disk->device, "lun") == 0)
        return set(move, MOVE_DEVICE, "it is a device of the old host", source), true;
    move->file = vx_arena_dup(&plan->arena, name_beside(plan, source));
    if (move->file.s == NULL)
        return set(move, MOVE_ELSEWHERE, "it lies outside the folder of the machine",
                   source),
               !plan->arena.failed;
    if (plan->fd < 0)
        return set(move, MOVE_MISSING, "the machine's folder is not known", source),
               true;
    if (disk_is_image(disk))
        return judge_image(plan, move), true;
    move->chain = vmdk_read(&plan->arena, plan->fd, move->file);
    if (move->chain == NULL)
        return false;
    judge_chain(move);
    return true;
}

/* Two disks of one name on two datastores: which one lies here, nobody knows. */
static void
part_namesakes(struct disk_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        for (size_t j = 0; j < plan->count; j++) {
            struct move *one = &plan->moves[i];
            const struct move *other = &plan->moves[j];

            if (i != j && one->file.s && vx_str_eq(one->file, other->file)
                && strcmp(one->disk->source, other->disk->source) != 0) {
                set(one, MOVE_ELSEWHERE, "another disk has the same name",
                    vx_str_c(other->disk->key));
            }
        }
}

static bool
look_at_all(struct disk_plan *plan, struct vmx_result *result)
{
    plan->count = vmx_result_disks(result);
    plan->moves = vx_arena_array(&plan->arena, plan->count, sizeof(*plan->moves));
    if (plan->moves == NULL && plan->count)
        return false;
    for (size_t i = 0; i < plan->count; i++) {
        plan->moves[i].disk = vmx_result_disk(result, i);
        if (plan->moves[i].disk == NULL || !look_at(plan, &plan->moves[i]))
            return false;
    }
    part_namesakes(plan);
    return true;
}

/* ---- the plan -------------------------------------------------------------------- */

/* The folder of `file`, and its real name even when it was called ".". */
static void
find_folder(struct disk_plan *plan, const char *file)
{
    struct vx_str name, outer;
    char *path;

    plan->fd = -1;
    plan->folder = VX_STR(".");
    if (strcmp(file, "-") == 0)
        return;
    split(vx_str_c(file), &outer, &name);
    if (outer.n)
        plan->folder = vx_arena_dup(&plan->arena, outer);
    else if (file[0] == '/')
        plan->folder = VX_STR("/");
    if (plan->folder.s == NULL)
        return;
    plan->fd = open(plan->folder.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    path = realpath(plan->folder.s, NULL);
    if (path) {
        split(vx_arena_dup(&plan->arena, vx_str_c(path)), &outer, &name);
        plan->folder_name = name;
    }
    free(path);
}

bool
disk_plan_is_json(const char *path)
{
    return vx_str_iends(vx_str_c(path), VX_STR(".json"));
}

/* False when out of memory. */
static bool
make_plan(struct disk_plan *plan, struct vmx_result *result)
{
    vx_arena_init(&plan->arena, PLAN_CEILING);
    find_folder(plan, plan->file);
    return look_at_all(plan, result);
}

static void
end_plan(struct disk_plan *plan)
{
    if (plan->fd >= 0)
        close(plan->fd);
    vx_arena_done(&plan->arena);
}

static bool
write_plan(struct cli *cli, const char *path, struct disk_plan *plan)
{
    struct cli json = {.tool = cli->tool, .out = VX_BUF(PLAN_CEILING), .fd = -1};
    bool written = false;

    if (disk_plan_is_json(path))
        disk_plan_json(&json, plan);
    else
        disk_plan_script(&json.out, plan);
    if (json.out.failed || plan->arena.failed)
        cli_trouble(cli, "%s: out of memory", path);
    else
        written = cli_write(cli, path, json.out.data, json.out.size);
    vx_buf_done(&json.out);
    return written;
}

bool
disk_plan(struct cli *cli, const char *path, const char *file, const char *base,
          struct vmx_result *result)
{
    struct disk_plan plan = {.file = file, .base = vx_str_c(base), .fd = -1};
    bool written = false;

    if (make_plan(&plan, result))
        written = write_plan(cli, path, &plan);
    else
        cli_trouble(cli, "%s: out of memory", path);
    end_plan(&plan);
    return written;
}

bool
disk_plan_part(struct vx_buf *out, bool json, const struct disk_plan_input *input,
               struct vmx_result *result)
{
    struct disk_plan plan = {
        .file = input->file,
        .base = vx_str_c(input->base),
        .below = input->below,
        .fd = -1,
    };
    struct cli text = {.out = VX_BUF(PLAN_CEILING), .fd = -1};
    bool made = make_plan(&plan, result);

    if (made && json)
        disk_plan_json(&text, &plan);
    else if (made)
        disk_plan_script_part(&text.out, &plan);
    vx_buf_str(out, vx_buf_text(&text.out));
    made = made && !text.out.failed && !plan.arena.failed && !out->failed;
    vx_buf_done(&text.out);
    end_plan(&plan);
    return made;
}
