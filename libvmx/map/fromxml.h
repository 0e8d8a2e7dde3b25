/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XML → model, by the same rows and decisions. */
#ifndef VX_MAP_FROMXML_H
#define VX_MAP_FROMXML_H

#include "map/map.h"
#include "xml/tree.h"

/* The kind of the first case that holds for `element`; 0 when none does. */
uint8_t vx_decide_xml(struct vx_map *map, const struct vx_decision *decision,
                      struct vx_node *element);

/* Rows of XML → model, for attributes, texts and flags; hooks are the devices' own
 * business.  What is not there leaves its member alone, and so does what is not of the
 * type, which is a diagnostic; returns how many of those there were. */
size_t vx_rows_from_xml(struct vx_map *map, const struct vx_row *rows, size_t count,
                        struct vx_node *element, void *model);

/* One element of the device into its model, which is zero: decision, accept_xml, rows,
 * in_xml.  `seat` is NULL for machine-wide tables.  False when VMX has no such device.
 */
bool vx_device_from_xml(struct vx_map *map, const struct vx_device *device,
                        struct vx_node *element, struct vx_seat *seat, void *model);

#endif
