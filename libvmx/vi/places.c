/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/places.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    ENTITIES_MAX = 100000,
    DEPTH_MAX = 64, /* a host may tell of folders that lie in each other */
};

void
vi_places_init(struct vi_places *places, struct vx_arena *arena)
{
    *places = (struct vi_places){
        .arena = arena,
        .entities = VX_BUF(ENTITIES_MAX * sizeof(struct vi_entity)),
        .order = VX_BUF(ENTITIES_MAX * sizeof(const struct vi_entity *)),
    };
}

void
vi_places_done(struct vi_places *places)
{
    vx_buf_done(&places->entities);
    vx_buf_done(&places->order);
}

bool
vi_places_add(struct vi_places *places, struct vi_ref ref, const void *view,
              struct vx_str name, struct vx_str parent, const void *more)
{
    const struct vi_entity entity = {
        .view = ((const struct vi_object *)view)->type,
        .ref = vx_arena_dup(places->arena, ref.value),
        .name = vx_arena_dup(places->arena, name),
        .parent = vx_arena_dup(places->arena, parent),
        .more = more,
    };

    vx_buf_add(&places->entities, &entity, sizeof(entity));
    return !places->arena->failed && !places->entities.failed;
}

/* ---- finding --------------------------------------------------------------------- */

static int
by_ref(const void *a, const void *b)
{
    const struct vi_entity *const *x = a, *const *y = b;

    return strcmp(vi_c((*x)->ref), vi_c((*y)->ref));
}

bool
vi_places_sort(struct vi_places *places)
{
    const size_t count = vi_places_count(places);

    places->order.size = 0;
    for (size_t i = 0; i < count; i++) {
        const struct vi_entity *entity = vi_places_at(places, i);

        vx_buf_add(&places->order, &entity, sizeof(entity));
    }
    if (places->order.failed)
        return false;
    if (count)
        qsort(places->order.data, count, sizeof(const struct vi_entity *), by_ref);
    return true;
}

size_t
vi_places_count(const struct vi_places *places)
{
    return places->entities.size / sizeof(struct vi_entity);
}

const struct vi_entity *
vi_places_at(const struct vi_places *places, size_t index)
{
    return (const struct vi_entity *)(const void *)places->entities.data + index;
}

const struct vi_entity *
vi_places_find(const struct vi_places *places, struct vx_str ref)
{
    const struct vi_entity wanted = {.ref = ref}, *key = &wanted;
    const struct vi_entity *const *found;

    if (places->order.size == 0 || ref.n == 0)
        return NULL;
    found = bsearch(&key, places->order.data, places->order.size / sizeof(key),
                    sizeof(key), by_ref);
    return found ? *found : NULL;
}

const struct vi_entity *
vi_places_parent(const struct vi_places *places, const struct vi_entity *entity)
{
    return entity ? vi_places_find(places, entity->parent) : NULL;
}

const struct vi_entity *
vi_places_above(const struct vi_places *places, const struct vi_entity *entity,
                const struct vi_type *view)
{
    for (int depth = 0; entity && depth < DEPTH_MAX; depth++) {
        if (entity->view == view)
            return entity;
        entity = vi_places_parent(places, entity);
    }
    return NULL;
}

struct vx_str
vi_place_of(const struct vi_places *places, const struct vi_entity *entity)
{
    struct vx_str place = VX_STR("");

    for (int depth = 0; entity && entity->parent.n && depth < DEPTH_MAX; depth++) {
        place = vx_arena_printf(places->arena, "%s%s%s", vi_c(entity->name),
                                place.n ? "/" : "", vi_c(place));
        entity = vi_places_parent(places, entity);
    }
    return place;
}
