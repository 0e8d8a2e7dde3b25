/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a new device can go. */
#ifndef VX_EDIT_PLACE_H
#define VX_EDIT_PLACE_H

#include "edit/device.h"
#include "edit/machine.h"

/* What is looked for. */
struct vx_wish {
    uint8_t kind;              /* VX_KIND_DISK, _CONTROLLER, _NIC or _SERIAL */
    uint8_t sub;               /* enum vx_bus; nothing for the last two */
    struct vx_str model;       /* of the SCSI controller; s is NULL: any */
    struct vx_str new_model;   /* of one that must be added */
    const struct vx_place *at; /* NULL: the first that is free */
};

struct vx_found {
    struct vx_place place;
    bool new_controller; /* of a drive: its controller must be added */
    bool was_off;        /* switched off: its old keys must go */
};

/* False when there is none. */
bool vx_place_find(const struct vx_machine_view *machine, const struct vx_wish *wish,
                   struct vx_found *ret);

/* The hardware version that a bus began with; 0: any. */
unsigned vx_bus_since(uint8_t bus);

/* The controller, or NULL. */
struct vx_instance *vx_place_controller(const struct vx_machine_view *machine,
                                        uint8_t bus, unsigned index);

#endif
