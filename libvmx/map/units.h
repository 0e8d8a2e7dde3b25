/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libvirt's reader does to a domain before it means anything: amounts of memory in
 * any unit become KiB, as libvirt itself prints them. */
#ifndef VX_MAP_UNITS_H
#define VX_MAP_UNITS_H

#include "map/back.h"

void vx_units_settle(struct vx_map *map, struct vx_node *domain);

/* `text` of `unit` (VX_STR_NONE: KiB) in KiB, rounded up.  False when it is no number,
 * the unit is none, or it is more than 2^53 KiB. */
bool vx_units_kib(struct vx_str text, struct vx_str unit, uint64_t *ret);

#endif
