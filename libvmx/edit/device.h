/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices by their names: what stands before the dot in their keys. */
#ifndef VX_EDIT_DEVICE_H
#define VX_EDIT_DEVICE_H

#include "doc/doc.h"

/* The names of drives and their like, which have numbers, and of all other devices. */
struct vx_place {
    uint8_t kind, sub;    /* enum vx_key_kind; VX_KIND_MACHINE: "usb", "sound" */
    uint16_t index, unit; /* unit: of drives on a bus alone */
};

/* A line that has nothing but a key, with what the catalogue knows of it.  False when
 * `key` can be no key. */
bool vx_key_line(struct vx_str key, struct vx_line *ret);

/* "scsi0:1" is a place; false for what is no device's name. */
bool vx_place_parse(struct vx_str name, struct vx_place *ret);
/* The way back, for drives, controllers, network adapters and serial ports; in `arena`,
 * with a NUL behind it. */
struct vx_str vx_place_name(struct vx_arena *arena, const struct vx_place *place);

/* Is `key` one of the device's: "NAME.…" or "sched.NAME.…"? */
bool vx_is_key_of(struct vx_str key, struct vx_str name);
/* Is it one of a device on the controller `name`: "scsi0:1.…"? */
bool vx_is_key_below(struct vx_str key, struct vx_str name);

#endif
