/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disk controllers: scsiN, sataN and nvmeN ↔ <controller>.  IDE and floppy have none in
 * a VMX; storage.c adds what the disks imply. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/disk.h"

#include "base/num.h"

#include "base/banned.h"

#define C(member) VX_M(vx_controller, member)

/* Lower case, as libvirt prints them; VMware's pvscsi is not QEMU's. */
const struct vx_word vx_scsi_models[] = {
    [VX_SCSI_BUSLOGIC] = {"buslogic", "buslogic"},
    [VX_SCSI_LSILOGIC] = {"lsilogic", "lsilogic"},
    [VX_SCSI_LSISAS1068] = {"lsisas1068", "lsisas1068"},
    [VX_SCSI_PVSCSI] = {"pvscsi", "vmpvscsi"},
    VX_WORDS_END,
};

static const struct vx_word sharings[] = {
    [VX_SHARING_NONE] = {"none", NULL},
    [VX_SHARING_VIRTUAL] = {"virtual", NULL},
    [VX_SHARING_PHYSICAL] = {"physical", NULL},
    VX_WORDS_END,
};

const struct vx_word vx_disk_buses[] = {
    [VX_DISK_BUS_SCSI] = {NULL, "scsi"},  [VX_DISK_BUS_SATA] = {NULL, "sata"},
    [VX_DISK_BUS_IDE] = {NULL, "ide"},    [VX_DISK_BUS_NVME] = {NULL, "nvme"},
    [VX_DISK_BUS_FLOPPY] = {NULL, "fdc"}, VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_CTRL_present),       VX_SELF},
  /* The prefix and the number of the keys. */
  {VX_NOKEY,                    VX_ATTR("", "type"),         .codec = &vx_enum, .arg = vx_disk_buses, C(bus)},
  {VX_NOKEY,                    VX_ATTR("", "index"),        .codec = &vx_integer, C(index)},
  {VX_K(VX_CTRL_virtualDev),    VX_ATTR("", "model"),        .codec = &vx_enum, .arg = vx_scsi_models, C(model), VX_IF(vx_controller, bus, VX_IS(VX_DISK_BUS_SCSI))},
  /* The disks say <shareable/>; which kind of sharing it was, no element says. */
  {VX_K(VX_CTRL_sharedBus),     VX_KEPT,                     .codec = &vx_enum, .arg = sharings, C(sharing)},
  {VX_K(VX_CTRL_pciSlotNumber), VX_HOOK(vx_hook_pci_slot),   .codec = &vx_integer, C(slot)},
};

/* clang-format on */

/* libvirt 11.5 is the first that knows NVMe disks and their controller. */
static bool
nvme_accept(struct vx_map *map, uint32_t present)
{
    if (!vx_map_knows(map, VX_SINCE_NVME)) {
        vx_map_loss(map, VX_NVME_DROPPED, VMX_LOSS_CRITICAL, present, NULL, NULL);
        return false;
    }
    if (map->libvirt == UINT32_MAX) /* nobody said which libvirt will read it */
        vx_map_loss(map, VX_NVME_SINCE, VMX_LOSS_INFORMATION, present, NULL, NULL);
    return true;
}

static bool
controller_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_controller *controller = model;
    uint32_t present = i->slot[VX_CTRL_present];

    if (i->sub == VX_BUS_IDE) { /* both channels are there anyway */
        vx_map_default(map, present);
        return false;
    }
    if (i->index > VX_CONTROLLER_MAX) {
        vx_map_loss(map, VX_DISK_RANGE, VMX_LOSS_WARNING, present, NULL, NULL);
        return false;
    }
    if (i->sub == VX_BUS_NVME && !nvme_accept(map, present))
        return false;
    controller->bus = (uint8_t)(i->sub + 1);
    controller->index = (struct vx_int){i->index, true};
    return true;
}

static void
controller_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    const struct vx_controller *controller = model;
    uint32_t virtual_dev = i->slot[VX_CTRL_virtualDev];

    if (controller->sharing == VX_SHARING_NONE)
        vx_map_default(map, i->slot[VX_CTRL_sharedBus]);
    else if (controller->sharing)
        vx_map_loss(map, VX_SHARED_DISK, VMX_LOSS_CRITICAL, i->slot[VX_CTRL_sharedBus],
                    NULL, NULL);
    if (i->sub == VX_BUS_SATA && virtual_dev
        && vx_str_ieq(vx_map_value(map, virtual_dev), VX_STR("ahci")))
        vx_map_default(map, virtual_dev); /* the only SATA controller there is */
}

/* ---- the way back ---------------------------------------------------------------- */

/* Buses whose controllers are tables of their own, and those that VMware's machines
 * have without a word. */
static const char *const not_ours[] = {"usb",  "pci", "virtio-serial",
                                       "ccid", "isa", "xenbus"};

static bool
controller_claims(const struct vx_node *element)
{
    for (size_t i = 0; i < VX_COUNT(not_ours); i++)
        if (vx_xml_attr_is(element, "type", not_ours[i]))
            return false;
    return true;
}

/* `auto` leaves the choice to whoever makes the disk; so does VMware without a key. */
static void
take_out_model(struct vx_map *map, struct vx_node *element)
{
    struct vx_str model = vx_xml_peek(element, "model");

    if (model.s == NULL || vx_word_of_xml(vx_scsi_models, model))
        return;
    if (!vx_str_eq(model, VX_STR("auto")))
        vx_back_loss(map, VX_SCSI_MODEL, VMX_LOSS_WARNING, element, "model", NULL,
                     NULL);
    vx_xml_set(map->arena, element, "model", VX_STR_NONE);
}

static bool
controller_accept_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                      void *model)
{
    struct vx_controller *controller = model;
    uint64_t index;

    controller->bus = vx_word_of_xml(vx_disk_buses, vx_xml_peek(element, "type"));
    if (controller->bus == VX_DISK_BUS_IDE || controller->bus == VX_DISK_BUS_FLOPPY)
        vx_xml_pass(element); /* there anyway */
    if (controller->bus == VX_DISK_BUS_NONE || element->passed)
        return false;
    if (!vx_num_u64(vx_xml_peek(element, "index"), &index)
        || index > VX_CONTROLLER_MAX) {
        vx_back_loss(map, VX_DISK_ADDRESS, VMX_LOSS_WARNING, element, NULL, NULL, NULL);
        return false;
    }
    if (controller->bus == VX_DISK_BUS_SCSI)
        take_out_model(map, element);
    seat->sub = (uint8_t)(controller->bus - 1);
    seat->index = (uint16_t)index;
    seat->placed = true;
    seat->order = VX_CONTROLLER_ORDER(seat->sub, seat->index);
    return true;
}

static void
controller_in_xml(struct vx_map *map, struct vx_node *element,
                  __attribute__((unused)) struct vx_seat *seat, void *model)
{
    struct vx_controller *controller = model;

    vx_back_slot(map, element, &controller->slot);
}

const struct vx_device vx_device_controller = {
    .name = "controller",
    .element = "controller",
    .kind = VX_KIND_CONTROLLER,
    .present = VX_CTRL_present,
    .size = sizeof(struct vx_controller),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = controller_accept,
    .in = controller_in,
    .claims = controller_claims,
    .accept_xml = controller_accept_xml,
    .in_xml = controller_in_xml,
};
