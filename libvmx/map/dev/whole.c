/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a VMX needs as a whole when it is made of a domain: the hardware version that
 * holds all of it, and the keys that every machine has. */
#include "map/back.h"
#include "map/dev/dev.h"
#include "map/dev/disk.h"
#include "model/hwver.h"

#include "base/banned.h"

enum {
    HW_LEAST =
        13, /* ESXi 6.5: what is older has no NVMe, and VMware no longer supports */
    HW_TPM = 14,
};

/* ---- the hardware version -------------------------------------------------------- */

/* What the machine asks of its version. */
struct demand {
    uint64_t vcpus, memory_mib;
    unsigned nics, serial_ports, scsi_units, nvme_units;
    bool tpm;
};

static unsigned
most(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static struct demand
demand_of(const struct vx_map *map)
{
    const struct vx_vm *vm = &map->vm;
    struct demand demand = {.vcpus = vm->vcpus,
                            .memory_mib = vm->memory_mib,
                            .tpm = vm->tpm.present == VX_YES};

    for (const struct vx_seat *seat = map->back->seats; seat; seat = seat->next) {
        if (seat->refused)
            continue;
        if (seat->table->kind == VX_KIND_NIC)
            demand.nics = most(demand.nics, seat->index + 1u);
        if (seat->table->kind == VX_KIND_SERIAL)
            demand.serial_ports = most(demand.serial_ports, seat->index + 1u);
        if (seat->table->kind != VX_KIND_DISK)
            continue;
        if (seat->sub == VX_BUS_NVME)
            demand.nvme_units = most(demand.nvme_units, seat->unit + 1u);
        if (seat->sub == VX_BUS_SCSI)
            demand.scsi_units = most(demand.scsi_units, seat->unit + 1u);
    }
    return demand;
}

static bool
suffices(const struct vx_hwver *version, const struct demand *demand)
{
    return version->released && demand->vcpus <= version->vcpus
           && demand->memory_mib <= version->memory_mib && demand->nics <= version->nics
           && demand->serial_ports <= version->serial_ports
           && (demand->scsi_units <= 16 || demand->scsi_units <= version->scsi_units)
           && demand->nvme_units <= version->nvme_units
           && (!demand->tpm || version->number >= HW_TPM);
}

/* The lowest that suffices and that ESXi has; the newest when none does. */
static unsigned
lowest(const struct demand *demand)
{
    for (unsigned number = HW_LEAST; number <= vx_hwver_newest(); number++) {
        const struct vx_hwver *version = vx_hwver_find(number);

        if (version && version->esxi && suffices(version, demand))
            return number;
    }
    return vx_hwver_newest();
}

static void
settle_version(struct vx_map *map)
{
    struct vx_back *back = map->back;
    struct demand demand = demand_of(map);
    const struct vx_hwver *version;

    if (back->config && back->hw_asked == 0)
        return; /* it stands in the metadata */
    map->vm.hw = back->hw_asked ? back->hw_asked : lowest(&demand);
    version = vx_hwver_find((uint64_t)map->vm.hw);
    if (version && !suffices(version, &demand))
        vx_back_diag(map, VX_HW_TOO_LOW, NULL,
                     "hardware version %u does not hold this machine; %u is the lowest "
                     "that might",
                     version->number, lowest(&demand));
    vx_put_int(map, NULL, VX_M_virtualHW_version, map->vm.hw);
}

/* ---- what every new machine has -------------------------------------------------- */

static bool
has_bus(const struct vx_map *map, enum vx_bus bus)
{
    for (const struct vx_seat *seat = vx_seat_of(map, VX_KIND_DISK, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_DISK, seat))
        if (seat->sub == bus)
            return true;
    return false;
}

/* As libvirt and VMware write them; the root ports are where PCI devices go. */
static void
put_bridges(struct vx_map *map)
{
    vx_put_at(map, VX_KIND_BRIDGE, 0, 0, 0, VX_BRIDGE_present, VX_STR("TRUE"));
    for (uint16_t i = 4; i < 8; i++) {
        vx_put_at(map, VX_KIND_BRIDGE, 0, i, 0, VX_BRIDGE_present, VX_STR("TRUE"));
        vx_put_at(map, VX_KIND_BRIDGE, 0, i, 0, VX_BRIDGE_virtualDev,
                  VX_STR("pcieRootPort"));
        vx_put_at(map, VX_KIND_BRIDGE, 0, i, 0, VX_BRIDGE_functions, VX_STR("8"));
    }
}

void
vx_whole_back(struct vx_map *map)
{
    settle_version(map);
    if (map->back->config)
        return;
    vx_put(map, NULL, VX_M_encoding, VX_STR("UTF-8"));
    vx_put(map, NULL, VX_M_config_version, VX_STR("8"));
    if (!has_bus(map, VX_BUS_FLOPPY)) /* VMware has one unless told */
        vx_put_at(map, VX_KIND_DISK, VX_BUS_FLOPPY, 0, 0, VX_DISK_present,
                  VX_STR("FALSE"));
    put_bridges(map);
    vx_put(map, NULL, VX_M_vmci0_present, VX_STR("TRUE"));
}
