/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain leaves unsaid, as libvirt's reader fills it in: before the tables see
 * the tree.  What stands there is never changed, but for its unit. */
#ifndef VX_MAP_SETTLE_H
#define VX_MAP_SETTLE_H

#include "map/back.h"

/* Sizes in KiB (units.h); of disks type, device, bus by the target's name, and address
 * by the target's number; of controllers the index. */
void vx_settle(struct vx_map *map, struct vx_node *domain);

/* The last part for one <disk>: type, device, bus and address, if they are not there.
 */
void vx_settle_disk(struct vx_map *map, struct vx_node *disk);

#endif
