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
    HW_IOMMU = 14,
    HW_WATCHDOG = 17,
    HW_SEV = 18,
    HW_BRIDGES = 7, /* PCI Express and VMCI */
};

/* ---- the hardware version -------------------------------------------------------- */

/* What the machine asks of its version. */
struct demand {
    uint64_t vcpus, memory_mib;
    unsigned nics, serial_ports, scsi_units, nvme_units;
    unsigned version; /* that has all of its kinds of devices */
};

static unsigned
most(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned
version_of(const struct vx_vm *vm)
{
    const struct {
        uint8_t there;
        uint8_t version;
    } kinds[] = {
        {vm->tpm.present, HW_TPM},
        {vm->iommu.kind ? VX_YES : VX_NO, HW_IOMMU},
        {vm->watchdog.present, HW_WATCHDOG},
        {vm->security.sev, HW_SEV},
    };

    unsigned version = 0;

    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        if (kinds[i].there == VX_YES)
            version = most(version, kinds[i].version);
    return version;
}

static struct demand
demand_of(const struct vx_map *map)
{
    const struct vx_vm *vm = &map->vm;
    struct demand demand = {
        .vcpus = vm->vcpus, .memory_mib = vm->memory_mib, .version = version_of(vm)};

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
           && demand->version <= version->number;
}

/* The lowest that suffices and that ESXi has; 0 when none does. */
static unsigned
lowest(const struct demand *demand)
{
    for (unsigned number = HW_LEAST; number <= vx_hwver_newest(); number++) {
        const struct vx_hwver *version = vx_hwver_find(number);

        if (version && version->esxi && suffices(version, demand))
            return number;
    }
    return 0;
}

/* What the caller wants may be too low, and the newest too. */
static void
check_version(struct vx_map *map, int64_t number, const struct demand *demand)
{
    const struct vx_hwver *version = vx_hwver_find((uint64_t)number);

    if (version == NULL || !version->released) {
        vx_back_diag(
            map,
            number > (int64_t)vx_hwver_newest() ? VX_HW_VERSION_NEW : VX_HW_VERSION,
            NULL, "hardware version %lld is not known here", (long long)number);
        return;
    }
    if (suffices(version, demand))
        return;
    if (lowest(demand))
        vx_back_diag(map, VX_HW_TOO_LOW, NULL,
                     "hardware version %u does not hold this machine; %u is the lowest "
                     "that might",
                     version->number, lowest(demand));
    else
        vx_back_diag(map, VX_HW_TOO_LOW, NULL,
                     "no hardware version holds this machine, %u among them",
                     version->number);
}

static void
settle_version(struct vx_map *map)
{
    struct vx_back *back = map->back;
    struct demand demand = demand_of(map);

    if (back->hw_asked)
        map->vm.hw = back->hw_asked;
    else if (back->config == NULL)
        map->vm.hw = lowest(&demand) ? lowest(&demand) : vx_hwver_newest();
    if (back->hw_asked || back->config == NULL)
        vx_put_int(map, NULL, VX_M_virtualHW_version, map->vm.hw);
    if (back->hw_asked || back->config == NULL)
        check_version(map, map->vm.hw, &demand);
}

/* ---- what every new machine has -------------------------------------------------- */

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
    if (map->vm.hw < HW_BRIDGES)
        return;
    put_bridges(map);
    vx_put(map, NULL, VX_M_vmci0_present, VX_STR("TRUE"));
}
