/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual watchdog: vwdt.present ↔ <watchdog>. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, watchdog.member)

static const struct vx_word models[] = {
    [VX_NO] = {"FALSE", NULL},
    [VX_YES] = {"TRUE", "i6300esb"},
    VX_WORDS_END,
};

static const struct vx_word actions[] = {
    [VX_YES] = {NULL, "reset"},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_vwdt_present), VX_ATTR("watchdog", "model"),  .codec = &vx_decided, .arg = models,  M(present)},
  {VX_NOKEY,                VX_ATTR("watchdog", "action"), .codec = &vx_decided, .arg = actions, M(present)},
};

/* clang-format on */

static bool
watchdog_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;

    (void)none;
    vm->watchdog.present = vx_dev_there(map, map->slots.machine[VX_M_vwdt_present]);
    return vm->watchdog.present == VX_YES;
}

const struct vx_device vx_device_watchdog = {
    .name = "watchdog",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = watchdog_accept,
};
