/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UTF-8, one character at a time, as strict as RFC 3629: no overlong form, no
 * surrogate, nothing above U+10FFFF. */
#ifndef VX_BASE_UTF8_H
#define VX_BASE_UTF8_H

#include "base/auto.h"
#include "base/str.h"

/* Instead of the character where the bytes are none. */
#define VX_UTF8_BAD UINT32_MAX

/* The character at the start of `text`, which is not empty, and its bytes in *ret_size.
 * VX_UTF8_BAD when there is none; *ret_size is then how many bytes began one in vain,
 * at least 1, as Unicode counts replacement characters. */
static inline uint32_t
vx_utf8_first(struct vx_str text, size_t *ret_size)
{
    const unsigned char *s = (const unsigned char *)text.s;
    size_t size = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    unsigned char low = 0x80, high = 0xbf;
    uint32_t c;

    *ret_size = 1;
    if (VX_LIKELY(s[0] < 0x80))
        return s[0];
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return VX_UTF8_BAD;
    /* These four first bytes narrow the second: overlong, surrogate, out of range. */
    if (s[0] == 0xe0)
        low = 0xa0;
    else if (s[0] == 0xed)
        high = 0x9f;
    else if (s[0] == 0xf0)
        low = 0x90;
    else if (s[0] == 0xf4)
        high = 0x8f;

    c = s[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        *ret_size = i;
        if (i == text.n || s[i] < low || s[i] > high)
            return VX_UTF8_BAD;
        c = c << 6 | (s[i] & 0x3fu);
        low = 0x80;
        high = 0xbf;
    }
    *ret_size = size;
    return c;
}

/* A character that must not reach a terminal or a line of text raw: controls of C0 and
 * C1, DEL, what breaks lines, and what reverses the reading direction of others. */
static inline bool
vx_utf8_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x2028 && c <= 0x202e)
           || (c >= 0x2066 && c <= 0x2069);
}

#endif
