/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Growable bytes.  Failure is sticky: append freely, ask `failed` once. */
#ifndef VX_BASE_BUF_H
#define VX_BASE_BUF_H

#include "base/auto.h"
#include "base/str.h"

struct vx_buf {
    char *data;
    size_t size, room, ceiling;
    bool failed; /* out of memory or over the ceiling; later appends are ignored */
};

/* An empty buffer that may grow to `ceiling` bytes. */
#define VX_BUF(limit) ((struct vx_buf){.ceiling = (limit)})

void vx_buf_done(struct vx_buf *buf);
/* Makes room for `more` bytes; false when the buffer has failed. */
bool vx_buf_grow(struct vx_buf *buf, size_t more);
/* The bytes with a NUL behind them; the caller frees them, `buf` is empty again.
 * NULL when the buffer has failed. */
char *vx_buf_take(struct vx_buf *buf);

/* A pointer to `more` writable bytes at the end, or NULL; the caller then adds what
 * it wrote to `size`. */
static inline char *
vx_buf_room(struct vx_buf *buf, size_t more)
{
    if (VX_UNLIKELY(buf->room - buf->size < more) && !vx_buf_grow(buf, more))
        return NULL;
    return buf->data + buf->size;
}

/* Copies `size` bytes and returns the end of the copy.  Mostly they are a few, for
 * which a call of memcpy() would be most of the work. */
static inline char *
vx_copy(char *at, const char *from, size_t size)
{
    if (size >= 16) {
        memcpy(at, from, size);
    } else if (size >= 8) {
        memcpy(at, from, 8);
        memcpy(at + (size - 8), from + (size - 8), 8);
    } else if (size >= 4) {
        memcpy(at, from, 4);
        memcpy(at + (size - 4), from + (size - 4), 4);
    } else {
        for (size_t i = 0; i < size; i++)
            at[i] = from[i];
    }
    return at + size;
}

static inline void
vx_buf_add(struct vx_buf *buf, const void *bytes, size_t n)
{
    char *at = n ? vx_buf_room(buf, n) : NULL;

#ifdef __clang_analyzer__
    if (bytes == NULL) /* what has bytes has a place, which it cannot see */
        return;
#endif
    if (VX_LIKELY(at != NULL)) {
        if (__builtin_constant_p(n))
            memcpy(at, bytes, n);
        else
            vx_copy(at, bytes, n);
        buf->size += n;
    }
}

static inline void
vx_buf_str(struct vx_buf *buf, struct vx_str text)
{
    vx_buf_add(buf, text.s, text.n);
}

/* A string literal. */
#define vx_buf_lit(buf, literal) vx_buf_add((buf), "" literal, sizeof(literal) - 1)

static inline void
vx_buf_char(struct vx_buf *buf, char c)
{
    char *at = vx_buf_room(buf, 1);

    if (VX_LIKELY(at != NULL)) {
        *at = c;
        buf->size++;
    }
}

/* The slow path of vx_buf_uint(). */
void vx_buf_digits(struct vx_buf *buf, uint64_t number);

/* Most numbers have one digit. */
static inline void
vx_buf_uint(struct vx_buf *buf, uint64_t number)
{
    if (VX_LIKELY(number < 10))
        vx_buf_char(buf, (char)('0' + number));
    else
        vx_buf_digits(buf, number);
}

void vx_buf_int(struct vx_buf *buf, int64_t number);
/* At least `digits` lower-case hex digits. */
void vx_buf_hex(struct vx_buf *buf, uint64_t number, unsigned digits);
void vx_buf_printf(struct vx_buf *buf, const char *format, ...) VX_PRINTF(2, 3);

static inline struct vx_str
vx_buf_text(const struct vx_buf *buf)
{
    return vx_str_of(buf->data, buf->size);
}

#endif
