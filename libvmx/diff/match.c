/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which device of one document is which of the other. */
#include "diff/diff.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- by mark --------------------------------------------------------------------- */

/* The devices of one side that are free and have a mark. */
struct marks {
    const struct vx_side *side;
    uint32_t *slots; /* device number + 1, or TWICE | that */
    uint32_t mask;
};

enum {
    TWICE = (int)0x80000000u,
};

static bool
same_mark(const struct vx_device_side *a, const struct vx_device_side *b)
{
    return vx_device_kind(a->id) == vx_device_kind(b->id)
           && vx_same_meaning(a->mark, b->mark);
}

/* The slot of the device with this mark, or the free one it would take. */
static uint32_t *
mark_slot(const struct marks *marks, const struct vx_device_side *device)
{
    uint32_t at = vx_key_hash(device->mark, marks->side->doc->seed);

    for (;; at++) {
        uint32_t *slot = &marks->slots[at & marks->mask];

        if (*slot == 0
            || same_mark(&marks->side->devices[(*slot & ~(uint32_t)TWICE) - 1], device))
            return slot;
    }
}

static bool
is_free(const struct vx_side *side, const uint32_t *map, uint32_t number)
{
    return side->devices[number].listed && map[number] == VX_UNMATCHED;
}

static bool
collect_marks(struct marks *marks, const struct vx_side *side, const uint32_t *map)
{
    uint32_t room = 16;

    while (room < side->device_count * 2)
        room *= 2;
    marks->side = side;
    marks->mask = room - 1;
    marks->slots = calloc(room, sizeof(*marks->slots));
    if (marks->slots == NULL)
        return false;
    for (uint32_t i = 1; i < side->device_count; i++) {
        uint32_t *slot;

        if (!is_free(side, map, i) || side->devices[i].mark.s == NULL)
            continue;
        slot = mark_slot(marks, &side->devices[i]);
        *slot = *slot ? *slot | (uint32_t)TWICE : i + 1;
    }
    return true;
}

static void
join(struct vx_pair *pair, uint32_t a, uint32_t b)
{
    pair->to_b[a] = b;
    pair->to_a[b] = a;
}

static void
join_marks(struct vx_pair *pair, const struct marks *a, const struct marks *b)
{
    for (uint32_t i = 0; i <= a->mask; i++) {
        uint32_t mine = a->slots[i], theirs;

        if (mine == 0 || (mine & (uint32_t)TWICE))
            continue;
        theirs = *mark_slot(b, &pair->a.devices[mine - 1]);
        if (theirs && !(theirs & (uint32_t)TWICE))
            join(pair, mine - 1, theirs - 1);
    }
}

static enum vmx_status
match_marks(struct vx_pair *pair)
{
    struct marks a = {.slots = NULL}, b = {.slots = NULL};
    bool collected = collect_marks(&a, &pair->a, pair->to_b)
                     && collect_marks(&b, &pair->b, pair->to_a);

    if (collected)
        join_marks(pair, &a, &b);
    free(a.slots);
    free(b.slots);
    return collected ? VMX_OK : VMX_ERR_NOMEM;
}

/* ---- by place -------------------------------------------------------------------- */

/* Joins devices at one place; `alike`: only those that have the same mark, or none. */
static void
match_places(struct vx_pair *pair, bool alike)
{
    for (uint32_t i = 0; i < pair->a.device_count; i++) {
        const struct vx_device_side *mine = &pair->a.devices[i];
        uint32_t number = vx_side_device(&pair->b, mine->id);

        if (number == UINT32_MAX || !is_free(&pair->a, pair->to_b, i)
            || !is_free(&pair->b, pair->to_a, number))
            continue;
        if (!alike || same_mark(mine, &pair->b.devices[number]))
            join(pair, i, number);
    }
}

/* ---- all ------------------------------------------------------------------------- */

static uint32_t *
empty_map(const struct vx_side *side)
{
    uint32_t *map = calloc(side->device_count, sizeof(*map));

    if (map)
        memset(map, 0xFF, side->device_count * sizeof(*map)); /* VX_UNMATCHED */
    return map;
}

enum vmx_status
vx_pair_init(struct vx_pair *pair, struct vmx_doc *before, struct vmx_doc *after,
             bool bytes)
{
    enum vmx_status status, other;

    *pair = (struct vx_pair){.to_a = NULL};
    status = vx_side_init(&pair->a, before, bytes);
    other = vx_side_init(&pair->b, after, bytes);
    if (status == VMX_OK)
        status = other;
    if (status != VMX_OK)
        return status;
    pair->to_b = empty_map(&pair->a);
    pair->to_a = empty_map(&pair->b);
    if (pair->to_b == NULL || pair->to_a == NULL)
        return VMX_ERR_NOMEM;
    match_places(pair, true);
    status = match_marks(pair);
    match_places(pair, false);
    return status;
}

void
vx_pair_done(struct vx_pair *pair)
{
    vx_side_done(&pair->a);
    vx_side_done(&pair->b);
    free(pair->to_a);
    free(pair->to_b);
}

struct vx_fact *
vx_pair_find(const struct vx_side *from, const struct vx_side *to, const uint32_t *map,
             const struct vx_fact *fact, struct vx_buf *scratch, size_t *hint)
{
    struct vx_str key = vx_line_key(vx_fact_line(from, fact));
    uint32_t other = map[fact->device];

    if (other == VX_UNMATCHED)
        return NULL;
    if (from->devices[fact->device].id == to->devices[other].id)
        return vx_side_find(to, key, hint);
    scratch->size = 0;
    vx_buf_add(scratch, key.s, fact->skip);
    vx_buf_str(scratch, to->devices[other].name);
    vx_buf_str(scratch, vx_str_skip(key, (size_t)fact->skip + fact->token));
    return scratch->failed ? NULL : vx_side_find(to, vx_buf_text(scratch), hint);
}
