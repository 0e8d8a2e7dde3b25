/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks double so that a machine of any size costs few calls to malloc.  What is
 * larger than a block gets one of its own, and the newest block goes on being filled.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

#include "base/banned.h"

#define FIRST_BLOCK ((size_t)16 << 10)
#define LARGEST_BLOCK ((size_t)1 << 20)

struct vx_arena_block {
    struct vx_arena_block *next;
    size_t size;
    _Alignas(16) char bytes[];
};

void
vx_arena_init(struct vx_arena *arena, size_t ceiling)
{
    *arena = (struct vx_arena){.ceiling = ceiling};
}

void
vx_arena_done(struct vx_arena *arena)
{
    struct vx_arena_block *next;

    for (struct vx_arena_block *block = arena->blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    vx_arena_init(arena, arena->ceiling);
}

/* Without free bytes every later allocation comes to vx_arena_grow() and fails there.
 */
static void *
arena_fail(struct vx_arena *arena)
{
    arena->at = arena->end = NULL;
    arena->failed = true;
    return NULL;
}

static size_t
block_size(const struct vx_arena *arena, size_t least)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    size_t left = arena->ceiling - arena->used;

    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size > left)
        size = left;
    return size > least ? size : least;
}

void *
vx_arena_grow(struct vx_arena *arena, size_t size)
{
    struct vx_arena_block *block;
    size_t least, total;

    /* An object of no bytes has an address of its own, which may still fit. */
    if (size == 0)
        return vx_arena_alloc(arena, 1);
    if (arena->failed || vx_add_overflows(size, sizeof(*block) + 15, &least))
        return arena_fail(arena);
    least &= ~(size_t)15;
    size = least - sizeof(*block);
    if (least > arena->ceiling - arena->used)
        return arena_fail(arena);

    total = block_size(arena, least);
    block = malloc(total);
    if (!block)
        return arena_fail(arena);
    arena->used += total;
    block->size = total;

    if (total == least && arena->blocks) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
        return block->bytes;
    }
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes + size;
    arena->end = (char *)block + total;
    return block->bytes;
}

void *
vx_arena_array(struct vx_arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (vx_mul_overflows(count, size, &bytes))
        return arena_fail(arena);
    return vx_arena_zero(arena, bytes);
}

struct vx_str
vx_arena_dup(struct vx_arena *arena, struct vx_str text)
{
    char *copy = text.s ? vx_arena_alloc(arena, text.n + 1) : NULL;

    if (!copy)
        return VX_STR_NONE;
    memcpy(copy, text.s, text.n);
    copy[text.n] = '\0';
    return vx_str_of(copy, text.n);
}

struct vx_str
vx_arena_printf(struct vx_arena *arena, const char *format, ...)
{
    /* Most texts fit what is left of the block, and are then formatted only once. */
    char *tried = arena->at, *text;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(tried, (size_t)(arena->end - tried), format, args);
    va_end(args);
    if (n < 0) {
        arena_fail(arena);
        return VX_STR_NONE;
    }
    text = vx_arena_alloc(arena, (size_t)n + 1);
    if (!text)
        return VX_STR_NONE;
    if (text != tried) {
        va_start(args, format);
        (void)vsnprintf(text, (size_t)n + 1, format, args);
        va_end(args);
    }
    return vx_str_of(text, (size_t)n);
}
