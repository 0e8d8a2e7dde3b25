/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key name in normal form: lower case, each run of digits one '#', the numbers beside
 * it.  What a name means is not known here. */
#ifndef VX_TEXT_NAME_H
#define VX_TEXT_NAME_H

#include "base/auto.h"
#include "base/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    VX_NAME_MAX = 96,    /* of the normal form; the rest of a longer name is left out */
    VX_NAME_BLOCKS = 48, /* longest that is read in blocks */
    VX_NAME_NUMBERS = 3, /* how many are told */
    VX_NO_NUMBER = 0xFFFF,
};

struct vx_name {
    _Alignas(16) unsigned char normal[VX_NAME_MAX + 16]; /* zeros behind it */
    uint32_t size;                                       /* of the normal form */
    uint16_t numbers[VX_NAME_NUMBERS]; /* VX_NO_NUMBER: none, too large */
    uint8_t padded; /* bit i: number i has a leading zero, or is too large */
    bool odd;       /* it has bytes that no usual name has */
};

void vx_name_scan(struct vx_str text, struct vx_name *ret);

/* What vx_name_scan() finds in a name of `size` bytes, 1 to VX_NAME_BLOCKS, whose
 * blocks are read already; `digits` are the places of its digits.  False for a name
 * that is odd, and when two digits stand together: then it must be scanned. */
static inline bool
vx_name_finish(struct vx_name *name, const char *text, uint32_t size, uint64_t digits)
{
    unsigned char first = name->normal[0];

    if (VX_UNLIKELY((first < 'a' && first != '.') || (digits & digits << 1)))
        return false;
    memset(name->numbers, 0xFF, sizeof(name->numbers)); /* VX_NO_NUMBER */
    for (uint32_t i = 0; digits; digits &= digits - 1) {
        name->numbers[i] = (uint16_t)(text[(uint32_t)__builtin_ctzll(digits)] - '0');
        if (++i == VX_NAME_NUMBERS)
            break;
    }
    memset(name->normal + size, 0, 4);
    name->size = size;
    name->padded = 0;
    name->odd = false;
    return true;
}

#ifdef __SSE2__
/* 0xFF in each byte from `first` to `last`, both ASCII. */
static inline __m128i
vx_bytes_within(__m128i bytes, char first, char last)
{
    const __m128i lifted = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x7F - last)));

    return _mm_cmpgt_epi8(lifted, _mm_set1_epi8((char)(0x7F - last + first - 1)));
}

/* 16 bytes to their normal form, each digit a run of its own; the bits of digits and of
 * bytes that no usual name has. */
static inline void
vx_name_block(const char *raw, unsigned char *normal, unsigned *digits, unsigned *odd)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)raw);
    const __m128i alpha =
        vx_bytes_within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digit = vx_bytes_within(bytes, '0', '9');
    /* - . / 0 to 9 : stand in a row, and only the slash is in no name. */
    const __m128i others = _mm_or_si128(vx_bytes_within(bytes, '-', ':'),
                                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')));
    const __m128i usual = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('/')),
                                           _mm_or_si128(alpha, others));
    const __m128i lower =
        _mm_or_si128(bytes, _mm_and_si128(alpha, _mm_set1_epi8(0x20)));
    const __m128i form = _mm_or_si128(_mm_andnot_si128(digit, lower),
                                      _mm_and_si128(digit, _mm_set1_epi8('#')));

    _mm_store_si128((__m128i *)(void *)normal, form);
    *digits = (unsigned)_mm_movemask_epi8(digit);
    *odd = (unsigned)_mm_movemask_epi8(usual) ^ 0xFFFF;
}
#endif

#endif
