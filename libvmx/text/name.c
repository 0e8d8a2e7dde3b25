/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/name.h"

#include "base/banned.h"

/* Lower case for letters, themselves for . : _ -, '#' for digits; for all others a byte
 * that no usual name has. */
/* clang-format off */
#define ODD 0
#define LOWER(c) [(c)] = (c), [(c) - 32] = (c)
static const unsigned char fold[256] = {
    ['.'] = '.', [':'] = ':', ['_'] = '_', ['-'] = '-',
    ['0'] = '#', ['1'] = '#', ['2'] = '#', ['3'] = '#', ['4'] = '#',
    ['5'] = '#', ['6'] = '#', ['7'] = '#', ['8'] = '#', ['9'] = '#',
    LOWER('a'), LOWER('b'), LOWER('c'), LOWER('d'), LOWER('e'), LOWER('f'), LOWER('g'),
    LOWER('h'), LOWER('i'), LOWER('j'), LOWER('k'), LOWER('l'), LOWER('m'), LOWER('n'),
    LOWER('o'), LOWER('p'), LOWER('q'), LOWER('r'), LOWER('s'), LOWER('t'), LOWER('u'),
    LOWER('v'), LOWER('w'), LOWER('x'), LOWER('y'), LOWER('z'),
};
#undef LOWER

/* clang-format on */

/* A run of digits.  One with a leading zero names no device: libvirt builds its names
 * with plain %d. */
static const char *
scan_number(struct vx_name *name, uint32_t *count, const char *p, const char *end)
{
    const char *start = p;
    uint32_t number = 0;

    while (p < end && vx_is_digit((unsigned char)*p)) {
        if (number < VX_NO_NUMBER)
            number = number * 10 + (uint32_t)(*p - '0');
        p++;
    }
    if (number > VX_NO_NUMBER)
        number = VX_NO_NUMBER;
    if (*count < VX_NAME_NUMBERS) {
        if (number == VX_NO_NUMBER || (*start == '0' && p - start > 1))
            name->padded |= (uint8_t)(1u << *count);
        name->numbers[(*count)++] = (uint16_t)number;
    }
    return p;
}

void
vx_name_scan(struct vx_str text, struct vx_name *ret)
{
    const char *p = text.s, *end = p + (text.n < VX_NAME_MAX ? text.n : VX_NAME_MAX);
    unsigned char *to = ret->normal;
    uint32_t count = 0;

    ret->numbers[0] = ret->numbers[1] = ret->numbers[2] = VX_NO_NUMBER;
    ret->padded = 0;
    ret->odd = !(text.n && (text.s[0] == '.' || vx_is_alpha((unsigned char)text.s[0])));
    while (p < end) {
        unsigned char c = fold[(unsigned char)*p++];

        *to++ = c;
        if (c == '#')
            p = scan_number(ret, &count, p - 1, end);
        else if (c == ODD)
            ret->odd = true;
    }
    for (end = text.s + text.n; p < end && !ret->odd; p++)
        ret->odd = fold[(unsigned char)*p] == ODD;
    ret->size = (uint32_t)(to - ret->normal);
    memset(to, 0, 16);
}
