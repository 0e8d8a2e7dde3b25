/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "edit/machine.h"

#include "base/num.h"

#include "base/banned.h"

enum { ARENA_CEILING = 64 << 20 };

static struct vx_str
slot_text(const struct vx_machine_view *machine, uint32_t slot)
{
    struct vx_line *line = vx_slot_line(&machine->slots, slot);

    return line ? vx_doc_value(machine->doc, line) : VX_STR_NONE;
}

/* A version that was skipped has no limits, one that is not known yet has the newest's.
 */
static const struct vx_hwver *
limits_of(unsigned version)
{
    const struct vx_hwver *row = vx_hwver_find(version);

    return row && row->released ? row : vx_hwver_find(vx_hwver_newest());
}

enum vmx_status
vx_machine_open(struct vx_machine_view *machine, struct vmx_doc *doc,
                struct vmx_diags *diags)
{
    enum vmx_status status;
    struct vx_str guest;
    uint64_t version;

    *machine = (struct vx_machine_view){.doc = doc, .diags = diags};
    vx_arena_init(&machine->arena, ARENA_CEILING);
    status = vx_slots_fill(&machine->slots, doc, &machine->arena);
    if (status != VMX_OK)
        return status;
    if (vx_num_u64(slot_text(machine, machine->slots.machine[VX_M_virtualHW_version]),
                   &version)
        && version <= UINT16_MAX)
        machine->version = (unsigned)version;
    machine->limits = limits_of(machine->version);
    guest = slot_text(machine, machine->slots.machine[VX_M_guestOS]);
    machine->guest = guest.s ? vx_guestos_find(guest) : NULL;
    machine->arch = guest.s ? vx_guestos_arch(guest) : VX_ARCH_X86_64;
    return VMX_OK;
}

void
vx_machine_close(struct vx_machine_view *machine)
{
    vx_arena_done(&machine->arena);
}

struct vx_str
vx_machine_text(const struct vx_machine_view *machine, const struct vx_instance *device,
                unsigned property)
{
    return device ? slot_text(machine, device->slot[property]) : VX_STR_NONE;
}

/* The number of the property "present" of a kind; 0 for one that has none. */
static unsigned
present_of(uint8_t kind)
{
    switch ((enum vx_key_kind)kind) {
    case VX_KIND_DISK:
        return VX_DISK_present;
    case VX_KIND_CONTROLLER:
        return VX_CTRL_present;
    case VX_KIND_NIC:
        return VX_NIC_present;
    case VX_KIND_SERIAL:
        return VX_SERIAL_present;
    case VX_KIND_NONE:
    case VX_KIND_PARALLEL:
    case VX_KIND_FOLDER:
    case VX_KIND_PASSTHRU:
    case VX_KIND_USBDEV:
    case VX_KIND_VCPU:
    case VX_KIND_BRIDGE:
    case VX_KIND_AUTOUSB:
    case VX_KIND_CPUID:
    case VX_KIND_MACHINE:
    case VX_KINDS:
        break;
    }
    return 0;
}

bool
vx_machine_has(const struct vx_machine_view *machine, const struct vx_instance *device)
{
    unsigned property = device ? present_of(device->kind) : 0;
    bool present = false;

    return property
           && vx_bool_word(vx_machine_text(machine, device, property), &present)
           && present;
}

bool
vx_machine_is_disk(const struct vx_machine_view *machine,
                   const struct vx_instance *device)
{
    struct vx_str type = vx_machine_text(machine, device, VX_DISK_deviceType);
    struct vx_str file = vx_machine_text(machine, device, VX_DISK_fileName);

    if (device->kind != VX_KIND_DISK || device->sub == VX_BUS_FLOPPY)
        return false;
    return vx_str_iends(file, VX_STR(".vmdk"))
           || !(vx_str_istarts(type, VX_STR("cdrom")) || vx_str_is(type, "atapi-cdrom")
                || vx_str_iends(file, VX_STR(".iso")));
}
