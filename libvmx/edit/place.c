/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which places there are, which are taken, and which comes first. */
#include "edit/place.h"

#include "base/banned.h"

/* Controllers of a bus, places on each, where neither depends on the hardware version,
 * and the first version that has the bus.  Sources: open-vm-tools vm_device_version.h;
 * the vendor's tables of hardware features. */
static const struct {
    unsigned controllers, units, since;
} buses[VX_BUSES] = {
    [VX_BUS_SCSI] = {4, 16, 0}, [VX_BUS_SATA] = {4, 30, 10}, [VX_BUS_IDE] = {2, 2, 0},
    [VX_BUS_NVME] = {4, 0, 13}, [VX_BUS_FLOPPY] = {2, 1, 0},
};

enum { SCSI_OWN_UNIT = 7 };

enum seat { FREE, OFF, TAKEN };

unsigned
vx_bus_since(uint8_t bus)
{
    return buses[bus].since;
}

struct vx_instance *
vx_place_controller(const struct vx_machine_view *machine, uint8_t bus, unsigned index)
{
    return vx_slots_find(&machine->slots, VX_KIND_CONTROLLER, bus, (uint16_t)index, 0);
}

static enum seat
seat_of(const struct vx_machine_view *machine, const struct vx_place *place)
{
    const struct vx_instance *device = vx_slots_find(
        &machine->slots, place->kind, place->sub, place->index, place->unit);

    return device == NULL ? FREE : vx_machine_has(machine, device) ? TAKEN : OFF;
}

/* ---- controllers ----------------------------------------------------------------- */

/* A channel of IDE is there without a word, and a floppy drive has no controller. */
static bool
has_controller(const struct vx_machine_view *machine, const struct vx_wish *wish,
               unsigned index)
{
    const struct vx_instance *device = vx_place_controller(machine, wish->sub, index);
    struct vx_str model = vx_machine_text(machine, device, VX_CTRL_virtualDev);
    struct vx_str present = vx_machine_text(machine, device, VX_CTRL_present);

    if (wish->sub == VX_BUS_FLOPPY || (wish->sub == VX_BUS_IDE && present.s == NULL))
        return true;
    return vx_machine_has(machine, device)
           && (wish->model.s == NULL || vx_str_ieq(model, wish->model));
}

/* Nothing stands on it that would come back with it. */
static bool
can_add_controller(const struct vx_machine_view *machine, uint8_t bus, unsigned index)
{
    if (bus == VX_BUS_IDE || bus == VX_BUS_FLOPPY
        || vx_machine_has(machine, vx_place_controller(machine, bus, index)))
        return false;
    for (const struct vx_instance *i = machine->slots.first[VX_KIND_DISK]; i;
         i = i->next)
        if (i->sub == bus && i->index == index)
            return false;
    return true;
}

/* How many unit numbers it has, its own among them. */
static unsigned
units_of(const struct vx_machine_view *machine, const struct vx_wish *wish,
         unsigned index, bool added)
{
    struct vx_str model = wish->new_model;

    if (wish->sub == VX_BUS_NVME)
        return machine->limits->nvme_units;
    if (wish->sub != VX_BUS_SCSI)
        return buses[wish->sub].units;
    if (!added)
        model = vx_machine_text(machine, vx_place_controller(machine, wish->sub, index),
                                VX_CTRL_virtualDev);
    return vx_str_is(model, "pvscsi") ? machine->limits->scsi_units
                                      : buses[VX_BUS_SCSI].units;
}

/* ---- drives ---------------------------------------------------------------------- */

static bool
is_wanted(const struct vx_wish *wish, const struct vx_place *place)
{
    return wish->at == NULL
           || (wish->at->index == place->index
               && (wish->kind != VX_KIND_DISK || wish->at->unit == place->unit));
}

/* The first place on controller `index` that is `seat`. */
static bool
find_unit(const struct vx_machine_view *machine, const struct vx_wish *wish,
          unsigned index, enum seat seat, bool added, struct vx_found *ret)
{
    unsigned units = units_of(machine, wish, index, added);

    for (unsigned unit = 0; unit < units; unit++) {
        struct vx_place place = {VX_KIND_DISK, wish->sub, (uint16_t)index,
                                 (uint16_t)unit};

        if ((wish->sub == VX_BUS_SCSI && unit == SCSI_OWN_UNIT)
            || !is_wanted(wish, &place) || seat_of(machine, &place) != seat)
            continue;
        *ret = (struct vx_found){
            .place = place, .new_controller = added, .was_off = seat == OFF};
        return true;
    }
    return false;
}

/* The controller that the first disk of the bus is on, or 0. */
static unsigned
usual_controller(const struct vx_machine_view *machine, uint8_t bus)
{
    for (const struct vx_instance *i = machine->slots.first[VX_KIND_DISK]; i;
         i = i->next)
        if (i->sub == bus && vx_machine_has(machine, i)
            && vx_machine_is_disk(machine, i))
            return i->index;
    return 0;
}

static bool
find_present(const struct vx_machine_view *machine, const struct vx_wish *wish,
             enum seat seat, struct vx_found *ret)
{
    unsigned usual = usual_controller(machine, wish->sub);

    if (has_controller(machine, wish, usual)
        && find_unit(machine, wish, usual, seat, false, ret))
        return true;
    for (unsigned index = 0; index < buses[wish->sub].controllers; index++)
        if (has_controller(machine, wish, index)
            && find_unit(machine, wish, index, seat, false, ret))
            return true;
    return false;
}

static bool
find_added(const struct vx_machine_view *machine, const struct vx_wish *wish,
           struct vx_found *ret)
{
    for (unsigned index = 0; index < buses[wish->sub].controllers; index++)
        if (can_add_controller(machine, wish->sub, index)
            && find_unit(machine, wish, index, FREE, true, ret))
            return true;
    return false;
}

/* ---- what has no controller ------------------------------------------------------ */

static unsigned
count_of(const struct vx_machine_view *machine, const struct vx_wish *wish)
{
    if (wish->kind == VX_KIND_NIC)
        return machine->limits->nics;
    if (wish->kind == VX_KIND_SERIAL)
        return machine->limits->serial_ports;
    return buses[wish->sub].controllers;
}

static bool
find_plain(const struct vx_machine_view *machine, const struct vx_wish *wish,
           enum seat seat, struct vx_found *ret)
{
    for (unsigned index = 0; index < count_of(machine, wish); index++) {
        struct vx_place place = {wish->kind, wish->sub, (uint16_t)index, 0};

        if (!is_wanted(wish, &place) || seat_of(machine, &place) != seat
            || (wish->kind == VX_KIND_CONTROLLER
                && !can_add_controller(machine, wish->sub, index)))
            continue;
        *ret = (struct vx_found){.place = place, .was_off = seat == OFF};
        return true;
    }
    return false;
}

bool
vx_place_find(const struct vx_machine_view *machine, const struct vx_wish *wish,
              struct vx_found *ret)
{
    if (wish->kind != VX_KIND_DISK)
        return find_plain(machine, wish, FREE, ret)
               || find_plain(machine, wish, OFF, ret);
    return find_present(machine, wish, FREE, ret) || find_added(machine, wish, ret)
           || find_present(machine, wish, OFF, ret);
}
