/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disk controllers: scsiN, sataN and nvmeN ↔ <controller>.  IDE and floppy have none in
 * a VMX; storage.c adds what the disks imply. */
#include "map/codec.h"
#include "map/dev/disk.h"

#include "base/banned.h"

#define C(member) VX_M(vx_controller, member)

/* Lower case, as libvirt prints them; VMware's pvscsi is not QEMU's. */
static const struct vx_word models[] = {
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
  /* back: the prefix and the number of the keys */
  {VX_NOKEY,                    VX_ATTR("", "type"),         .codec = &vx_enum, .arg = vx_disk_buses, C(bus)},
  {VX_NOKEY,                    VX_ATTR("", "index"),        .codec = &vx_integer, C(index)},
  {VX_K(VX_CTRL_virtualDev),    VX_ATTR("", "model"),        .codec = &vx_enum, .arg = models, C(model), VX_IF(vx_controller, bus, VX_IS(VX_DISK_BUS_SCSI))},
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
};
