/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Byte slices.  Knows ASCII and nothing else: no locale, no NUL termination. */
#ifndef VX_BASE_STR_H
#define VX_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* `n` bytes at `s`; `s` is NULL when there is no text at all, which is not the
 * same as text of no bytes. */
struct vx_str {
    const char *s;
    size_t n;
};

#define VX_STR(literal) ((struct vx_str){"" literal, sizeof(literal) - 1})
#define VX_STR_NONE ((struct vx_str){NULL, 0})

static inline struct vx_str
vx_str_of(const char *s, size_t n)
{
    return (struct vx_str){s, n};
}

/* A C string as a slice; NULL gives VX_STR_NONE. */
static inline struct vx_str
vx_str_c(const char *s)
{
    return (struct vx_str){s, s ? strlen(s) : 0};
}

static inline unsigned char
vx_lower(unsigned char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static inline bool
vx_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool
vx_is_alpha(unsigned char c)
{
    c = vx_lower(c);
    return c >= 'a' && c <= 'z';
}

static inline bool
vx_is_blank(unsigned char c)
{
    return c == ' ' || c == '\t';
}

/* The value of one hex digit, or -1. */
static inline int
vx_hex_digit(unsigned char c)
{
    if (vx_is_digit(c))
        return c - '0';
    c = vx_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A word read from memory as if the machine were little-endian. */
static inline uint32_t
vx_le32(uint32_t word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

static inline bool
vx_str_eq(struct vx_str a, struct vx_str b)
{
    if (a.n != b.n)
        return false;
    /* A slice that has bytes has a place, which the analyser cannot see. */
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
    return a.n == 0 || memcmp(a.s, b.s, a.n) == 0;
}

/* Mostly they are the same byte, or differ in more than the bit that makes the case. */
static inline bool
vx_same_letter(char a, char b)
{
    unsigned differ = (unsigned char)a ^ (unsigned char)b;

    return differ == 0 || (differ == 0x20 && vx_is_alpha((unsigned char)a));
}

/* Equal when the case of ASCII letters is ignored. */
static inline bool
vx_str_ieq(struct vx_str a, struct vx_str b)
{
    size_t i = 0;
    uint64_t x, y;

    if (a.n != b.n)
        return false;
    for (; a.n - i >= 8; i += 8) { /* most are in one spelling, too */
        memcpy(&x, a.s + i, 8);
        memcpy(&y, b.s + i, 8);
        if (x != y)
            break;
    }
    for (; i < a.n; i++)
        if (!vx_same_letter(a.s[i], b.s[i]))
            return false;
    return true;
}

/* The same against a C string, most of which differ in the first byte. */
static inline bool
vx_str_is(struct vx_str a, const char *word)
{
    if (a.n == 0 || !vx_same_letter(a.s[0], word[0]))
        return a.n == 0 && word[0] == '\0';
    return vx_str_ieq(a, vx_str_c(word));
}

static inline bool
vx_str_starts(struct vx_str a, struct vx_str prefix)
{
    if (a.n < prefix.n || prefix.n == 0)
        return prefix.n == 0;
    /* As above. */
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
    return memcmp(a.s, prefix.s, prefix.n) == 0;
}

static inline bool
vx_str_istarts(struct vx_str a, struct vx_str prefix)
{
    return a.n >= prefix.n && vx_str_ieq(vx_str_of(a.s, prefix.n), prefix);
}

static inline bool
vx_str_iends(struct vx_str a, struct vx_str suffix)
{
    return a.n >= suffix.n
           && vx_str_ieq(vx_str_of(a.s + a.n - suffix.n, suffix.n), suffix);
}

/* `a` without its first `n` bytes. */
static inline struct vx_str
vx_str_skip(struct vx_str a, size_t n)
{
    return n < a.n ? vx_str_of(a.s + n, a.n - n) : vx_str_of(a.s + a.n, 0);
}

/* Without blanks (space, TAB) at either end. */
static inline struct vx_str
vx_str_trim(struct vx_str a)
{
    while (a.n && vx_is_blank((unsigned char)a.s[0]))
        a.s++, a.n--;
    while (a.n && vx_is_blank((unsigned char)a.s[a.n - 1]))
        a.n--;
    return a;
}

/* Where byte `c` first stands in `a`, or -1. */
static inline ptrdiff_t
vx_str_find(struct vx_str a, char c)
{
    const char *at = a.n ? (const char *)memchr(a.s, c, a.n) : NULL;

    return at ? at - a.s : -1;
}

#endif
