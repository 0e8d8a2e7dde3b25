/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One byte more than `room` is always allocated, so that vx_buf_take() and vsnprintf()
 * find a place for their NUL, which the ceiling does not count. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"

#include "base/banned.h"

#define FIRST_ROOM ((size_t)4095)

void
vx_buf_done(struct vx_buf *buf)
{
    free(buf->data);
    *buf = VX_BUF(buf->ceiling);
}

/* The bytes stay, so that a caller who goes back to an older size finds them; without
 * room every append comes to vx_buf_grow() and is ignored. */
static bool
buf_fail(struct vx_buf *buf)
{
    buf->room = buf->size;
    buf->failed = true;
    return false;
}

bool
vx_buf_grow(struct vx_buf *buf, size_t more)
{
    size_t room = buf->room ? buf->room : FIRST_ROOM / 2;
    size_t need;
    char *data;

    if (buf->failed || vx_add_overflows(buf->size, more, &need) || need > buf->ceiling)
        return buf_fail(buf);
    if (need <= buf->room)
        return true;
    if (vx_mul_overflows(room, (size_t)2, &room)
        || vx_add_overflows(room, (size_t)1, &room) || room > buf->ceiling)
        room = buf->ceiling;
    if (room < need)
        room = need;
    data = room < PTRDIFF_MAX ? realloc(buf->data, room + 1) : NULL;
    if (!data)
        return buf_fail(buf);
    buf->data = data;
    buf->room = room;
    return true;
}

char *
vx_buf_take(struct vx_buf *buf)
{
    char *data = NULL;

    if (!buf->failed)
        data = buf->data ? buf->data : malloc(1);
    if (!data) {
        vx_buf_done(buf);
        return NULL;
    }
    data[buf->size] = '\0';
    *buf = VX_BUF(buf->ceiling);
    return data;
}

void
vx_buf_digits(struct vx_buf *buf, uint64_t number)
{
    char digits[20]; /* UINT64_MAX has as many */
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    vx_buf_add(buf, digits + at, sizeof(digits) - at);
}

void
vx_buf_int(struct vx_buf *buf, int64_t number)
{
    if (number < 0)
        vx_buf_char(buf, '-');
    vx_buf_uint(buf, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void
vx_buf_hex(struct vx_buf *buf, uint64_t number, unsigned digits)
{
    char *at;

    while (digits < 16 && number >> 4 * digits)
        digits++;
    digits += digits == 0;
    at = vx_buf_room(buf, digits);
    if (at == NULL)
        return;
    buf->size += digits;
    for (at += digits; digits--; number >>= 4)
        *--at = "0123456789abcdef"[number & 15];
}

void
vx_buf_printf(struct vx_buf *buf, const char *format, ...)
{
    va_list args;
    size_t room;
    int n;

    /* No data yet: nowhere for vsnprintf() to put its NUL. */
    if (buf->failed || (!buf->data && !vx_buf_grow(buf, 1)))
        return;
    room = buf->room - buf->size;
    va_start(args, format);
    n = vsnprintf(buf->data + buf->size, room + 1, format, args);
    va_end(args);
    if (n < 0) {
        buf_fail(buf);
        return;
    }
    if ((size_t)n > room) {
        if (!vx_buf_grow(buf, (size_t)n))
            return;
        va_start(args, format);
        (void)vsnprintf(buf->data + buf->size, (size_t)n + 1, format, args);
        va_end(args);
    }
    buf->size += (size_t)n;
}
