/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no element says, so that the way back loses nothing: our <metadata> element and
 * the loss report. */
#ifndef VX_MAP_METADATA_H
#define VX_MAP_METADATA_H

#include "map/map.h"

#define VX_METADATA_URI "urn:libvmx:config:1"

/* What became of each entry, by its state; secrets and, without metadata, all that no
 * element says get a row of the loss report.  `fates` has one byte per entry. */
void vx_fates(struct vx_map *map, uint8_t *fates, size_t counts[VMX_FATES]);

/* Our element, inside <metadata>, which is open. */
void vx_metadata_write(struct vx_map *map);

#endif
