/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* File names: as the machine has them, and as a domain has them. */
#ifndef VX_MAP_PATH_H
#define VX_MAP_PATH_H

#include "map/map.h"

/* A datastore folder: "[DATASTORE] DIR" or "[DATASTORE]".  It stands before the names
 * of disks, so that what XML cannot hold would leave another name. */
bool vx_is_base(struct vx_str base);

/* A VMX file name as a domain's path: with map->base, relative names become
 * "[DATASTORE] DIR/NAME"; /vmfs/volumes/DS/PATH becomes "[DS] PATH" with or without it;
 * other absolute and Windows paths stay (as libvirt's ESX driver). */
struct vx_str vx_path_to_xml(struct vx_map *map, struct vx_str name);
/* The inverse: VMX name for a domain's path. */
struct vx_str vx_path_to_vmx(struct vx_map *map, struct vx_str path);

/* struct vx_str as the VMX has it; XML through vx_path_to_xml(). */
extern const struct vx_codec vx_path;

#endif
