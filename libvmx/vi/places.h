/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The inventory as a tree: each object knows its parent, and hosts tell them in any
 * order. */
#ifndef VX_VI_PLACES_H
#define VX_VI_PLACES_H

#include "vi/property.h"

/* A folder, a datacenter, or what lies in one.  Texts are the arena's, and C texts. */
struct vi_entity {
    const struct vi_type *view; /* by which it was told */
    struct vx_str ref, name, parent;
    const void *more; /* the caller's */
};

struct vi_places {
    struct vx_arena *arena;
    struct vx_buf entities; /* struct vi_entity, as they were told */
    struct vx_buf order;    /* const struct vi_entity *, by their refs */
};

/* vi_places_done() ends it; `arena` is borrowed. */
void vi_places_init(struct vi_places *places, struct vx_arena *arena);
void vi_places_done(struct vi_places *places);

/* `view` is the object that was told.  False without memory, or when there are more
 * than a host may have. */
bool vi_places_add(struct vi_places *places, struct vi_ref ref, const void *view,
                   struct vx_str name, struct vx_str parent, const void *more);
/* All have been told; only then they are found.  False without memory. */
bool vi_places_sort(struct vi_places *places);

size_t vi_places_count(const struct vi_places *places);
/* In the order of the host. */
const struct vi_entity *vi_places_at(const struct vi_places *places, size_t index);
/* NULL when it was not told. */
const struct vi_entity *vi_places_find(const struct vi_places *places,
                                       struct vx_str ref);
/* NULL above the root, and for a NULL `entity`. */
const struct vi_entity *vi_places_parent(const struct vi_places *places,
                                         const struct vi_entity *entity);
/* The one at or above `entity` that was told by `view`, or NULL. */
const struct vi_entity *vi_places_above(const struct vi_places *places,
                                        const struct vi_entity *entity,
                                        const struct vi_type *view);

/* "DC0/vm/folder"; the root folder has no name there.  A C text of the arena. */
struct vx_str vi_place_of(const struct vi_places *places,
                          const struct vi_entity *entity);

#endif
