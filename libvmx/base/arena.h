/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bump allocation: many small pieces, one free.  Failure is sticky: allocate
 * freely and ask `failed` once at the end; a failed arena returns NULL. */
#ifndef VX_BASE_ARENA_H
#define VX_BASE_ARENA_H

#include "base/auto.h"
#include "base/str.h"

struct vx_arena_block;

struct vx_arena {
    char *at, *end;                /* free bytes of the newest block */
    struct vx_arena_block *blocks; /* newest first */
    size_t used, ceiling;          /* bytes taken from malloc, and their limit */
    bool failed;
};

/* Takes nothing from the heap until the first allocation. */
void vx_arena_init(struct vx_arena *arena, size_t ceiling);
/* Frees all that was allocated; the arena may be initialised again. */
void vx_arena_done(struct vx_arena *arena);

/* The slow path of vx_arena_alloc(). */
void *vx_arena_grow(struct vx_arena *arena, size_t size);

/* `size` bytes aligned for any object, not cleared; NULL on failure. */
static inline void *
vx_arena_alloc(struct vx_arena *arena, size_t size)
{
    size_t rounded = (size + 15) & ~(size_t)15; /* 0 too when it overflows */
    char *at = arena->at;

    if (VX_UNLIKELY((size_t)(arena->end - at) < rounded || rounded == 0))
        return vx_arena_grow(arena, size);
    arena->at = at + rounded;
    return at;
}

/* The same, cleared. */
static inline void *
vx_arena_zero(struct vx_arena *arena, size_t size)
{
    void *p = vx_arena_alloc(arena, size);

    if (p)
        memset(p, 0, size);
    return p;
}

/* `count` cleared objects of `size` bytes; NULL on failure or overflow. */
void *vx_arena_array(struct vx_arena *arena, size_t count, size_t size);

/* A copy of `text` with a NUL behind it; VX_STR_NONE on failure or for no text. */
struct vx_str vx_arena_dup(struct vx_arena *arena, struct vx_str text);

/* Formatted text with a NUL behind it; VX_STR_NONE on failure. */
struct vx_str vx_arena_printf(struct vx_arena *arena, const char *format, ...)
    VX_PRINTF(2, 3);

#endif
