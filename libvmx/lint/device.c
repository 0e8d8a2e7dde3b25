/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions about devices that several rules ask. */
#include "lint/device.h"

#include "lint/findings.h"

#include <stdlib.h>

#include "base/banned.h"

struct vx_line *
vx_lint_first(const struct vx_lint *lint, const struct vx_instance *device,
              const uint16_t *props)
{
    for (; *props; props++)
        if (device->slot[*props])
            return vx_lint_line(lint, device->slot[*props]);
    return NULL;
}

bool
vx_lint_is_cd(const struct vx_lint *lint, const struct vx_instance *disk)
{
    struct vx_str type = vx_lint_told(lint, disk, VX_DISK_deviceType);
    struct vx_str file = vx_lint_told(lint, disk, VX_DISK_fileName);

    if (disk->sub == VX_BUS_FLOPPY || vx_str_iends(file, VX_STR(".vmdk")))
        return false;
    return vx_str_istarts(type, VX_STR("cdrom")) || vx_str_is(type, "atapi-cdrom")
           || vx_str_iends(file, VX_STR(".iso"));
}

bool
vx_lint_is_disk(const struct vx_lint *lint, const struct vx_instance *disk)
{
    static const char *const types[] = {"disk",      "scsi-hardDisk", "ata-hardDisk",
                                        "plainDisk", "rawDisk",       NULL};
    struct vx_str type = vx_lint_told(lint, disk, VX_DISK_deviceType);
    struct vx_str file = vx_lint_told(lint, disk, VX_DISK_fileName);

    if (disk->sub == VX_BUS_FLOPPY || file.n == 0)
        return false;
    return vx_str_iends(file, VX_STR(".vmdk"))
           || (vx_lint_among(type, types) && !vx_str_iends(file, VX_STR(".iso")));
}

bool
vx_lint_is_vmdk(const struct vx_lint *lint, const struct vx_instance *disk)
{
    struct vx_line *type = vx_lint_line(lint, disk->slot[VX_DISK_deviceType]);

    return disk->sub != VX_BUS_FLOPPY
           && vx_str_iends(vx_lint_told(lint, disk, VX_DISK_fileName), VX_STR(".vmdk"))
           && (type == NULL || vx_str_iends(vx_lint_value(lint, type), VX_STR("disk")));
}

struct vx_instance *
vx_lint_controller(const struct vx_lint *lint, const struct vx_instance *disk)
{
    return vx_slots_find(lint->slots, VX_KIND_CONTROLLER, disk->sub, disk->index, 0);
}

bool
vx_lint_among(struct vx_str value, const char *const *words)
{
    for (; value.n && *words; words++)
        if (vx_str_is(value, *words))
            return true;
    return false;
}

void
vx_lint_soften(const struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding && finding->told.severity > VMX_SEVERITY_INFO
        && vx_lint_has_own_severity(lint, finding->rule))
        finding->told.severity = VMX_SEVERITY_INFO;
}

/* ---- twins ----------------------------------------------------------------------- */

static int
compare(const void *left, const void *right)
{
    const struct vx_twin *a = left, *b = right;
    size_t least = a->text.n < b->text.n ? a->text.n : b->text.n;
    int order = least ? memcmp(a->text.s, b->text.s, least) : 0;

    if (order)
        return order;
    if (a->text.n != b->text.n)
        return a->text.n < b->text.n ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Of three lines that say the same, each has the one before it. */
const struct vx_twin *
vx_twins_among(struct vx_twin *rows, size_t count)
{
    struct vx_twin *list = NULL;

    if (count > 1)
        qsort(rows, count, sizeof(*rows), compare);
    for (size_t i = count; i-- > 1;)
        if (vx_str_eq(rows[i].text, rows[i - 1].text)) {
            rows[i].first = rows[i - 1].line;
            rows[i].next = list;
            list = &rows[i];
        }
    return list;
}

const struct vx_twin *
vx_twins(struct vx_lint *lint, enum vx_key_kind kind, vx_twin_fn *say)
{
    size_t room = lint->slots->count[kind], count = 0;
    struct vx_twin *rows;

    if (room < 2)
        return NULL;
    rows = vx_arena_array(lint->arena, room, sizeof(*rows));
    if (rows == NULL)
        return NULL;
    for (struct vx_instance *d = vx_lint_device(lint, kind, NULL); d;
         d = vx_lint_device(lint, kind, d)) {
        rows[count] = say(lint, d);
        count += rows[count].line != NULL;
    }
    return vx_twins_among(rows, count);
}

void
vx_twin_relate(struct vx_finding *finding, const struct vx_twin *twin)
{
    if (finding)
        finding->told.related_line = twin->first->number;
}
