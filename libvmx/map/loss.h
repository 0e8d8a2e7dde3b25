/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loss report: what could not be said in the result. */
#ifndef VX_MAP_LOSS_H
#define VX_MAP_LOSS_H

#include "map/map.h"

/* A row while nobody has asked for it: texts are slices of the result's own memory, or
 * of constants. */
struct vx_lost {
    struct vx_str key, value;
    uint32_t line;
    uint32_t
        code; /* enum vx_code; 0: VX_NO_ELEMENT in its own words, and no more is set */
    enum vmx_loss_category category;
    const char *what, *advice;
};

struct vx_loss_list {
    struct vx_lost *rows;
    size_t count;
    struct vmx_loss *told; /* made when first asked for */
};

/* The rows that the mapper made, then one for each line that nothing says
 * (map->unsaid).  All of it lies in map->arena and lives without the document. */
void vx_loss_list(struct vx_map *map, struct vx_loss_list *list);

/* The public rows; NULL when out of memory.  Lies in `arena`. */
const struct vmx_loss *vx_loss_tell(struct vx_arena *arena, struct vx_loss_list *list);

#endif
