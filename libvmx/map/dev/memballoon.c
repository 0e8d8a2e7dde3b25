/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory balloon, only where it may take nothing: sched.mem.maxmemctl of 0 ↔
 * <memballoon model='none'/>.  Other bounds have no element. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, memballoon.member)

static const struct vx_word models[] = {
    [VX_YES] = {"0", "none"},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_sched_mem_maxmemctl), VX_ATTR("memballoon", "model"), .codec = &vx_decided, .arg = models, M(none), .tells = true},
};

/* clang-format on */

static bool
memballoon_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;
    int64_t mib;

    (void)none;
    if (!vx_map_int(map, map->slots.machine[VX_M_sched_mem_maxmemctl], &mib)
        || mib != 0)
        return false;
    vm->memballoon.none = VX_YES;
    return true;
}

/* Any other balloon is what VMware has without a key. */
static void
memballoon_in_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
                  __attribute__((unused)) struct vx_seat *none,
                  __attribute__((unused)) void *model)
{
    struct vx_node *balloon = vx_xml_find(element, "memballoon", NULL);

    if (balloon == NULL)
        return;
    vx_xml_pass(vx_xml_find(balloon, "address", NULL));
    vx_xml_pass(vx_xml_find(balloon, "stats", NULL)); /* of the host */
}

const struct vx_device vx_device_memballoon = {
    .name = "memballoon",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = memballoon_accept,
    .in_xml = memballoon_in_xml,
};
