/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual watchdog: vwdt.present ↔ <watchdog>. */
#include "map/back.h"
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
  {VX_K(VX_M_vwdt_present), VX_ATTR("watchdog", "model"),  .codec = &vx_decided, .arg = models,  M(present), .tells = true},
  {VX_NOKEY,                VX_ATTR("watchdog", "action"), .codec = &vx_decided, .arg = actions, M(present), .tells = true},
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

/* libvirt adds an itco to every q35 machine, so nobody has asked for that one. */
static bool
watchdog_accept_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
                    __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_vm *vm = model;
    struct vx_node *watchdog = vx_xml_find(element, "watchdog", NULL);

    if (watchdog == NULL || vx_xml_attr_is(watchdog, "model", "itco")) {
        vx_xml_pass(watchdog);
        return false;
    }
    vm->watchdog.present = VX_YES;
    return true;
}

static void
watchdog_in_xml(struct vx_map *map, struct vx_node *element,
                __attribute__((unused)) struct vx_seat *none,
                __attribute__((unused)) void *model)
{
    struct vx_node *watchdog = vx_xml_find(element, "watchdog", NULL);
    struct vx_str action = vx_xml_value(watchdog, "action");

    if (vx_word_of_xml(models, vx_xml_value(watchdog, "model")) == 0)
        vx_back_loss(map, VX_DEVICE_MODEL, VMX_LOSS_WARNING, watchdog, "model",
                     "The watchdog is VMware's own", NULL);
    if (action.s && vx_word_of_xml(actions, action) == 0)
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_WARNING, watchdog, "action",
                     "VMware's watchdog resets the machine", NULL);
    vx_xml_pass(vx_xml_find(watchdog, "address", NULL));
}

const struct vx_device vx_device_watchdog = {
    .name = "watchdog",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = watchdog_accept,
    .accept_xml = watchdog_accept_xml,
    .in_xml = watchdog_in_xml,
};
