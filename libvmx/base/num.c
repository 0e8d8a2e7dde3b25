/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/num.h"

#include "base/banned.h"

bool
vx_num_u64(struct vx_str text, uint64_t *ret)
{
    uint64_t number = 0;

    for (size_t i = 0; i < text.n; i++) {
        unsigned digit = (unsigned)(unsigned char)text.s[i] - '0';

        if (digit > 9 || vx_mul_overflows(number, (uint64_t)10, &number)
            || vx_add_overflows(number, (uint64_t)digit, &number))
            return false;
    }
    if (text.n == 0)
        return false;
    *ret = number;
    return true;
}

/* The text behind the sign. */
static struct vx_str
take_sign(struct vx_str text, bool *ret_negative)
{
    bool sign = text.n && (text.s[0] == '-' || text.s[0] == '+');

    *ret_negative = sign && text.s[0] == '-';
    return sign ? vx_str_skip(text, 1) : text;
}

bool
vx_num_i64(struct vx_str text, int64_t *ret)
{
    bool negative;
    uint64_t size;

    if (!vx_num_u64(take_sign(text, &negative), &size)
        || size > (uint64_t)INT64_MAX + negative)
        return false;
    /* INT64_MIN has no positive counterpart to negate. */
    if (negative)
        *ret = size ? -(int64_t)(size - 1) - 1 : 0;
    else
        *ret = (int64_t)size;
    return true;
}

bool
vx_num_hex(struct vx_str text, uint64_t *ret)
{
    uint64_t number = 0;

    for (size_t i = 0; i < text.n; i++) {
        int digit = vx_hex_digit((unsigned char)text.s[i]);

        if (digit < 0 || number >> 60)
            return false;
        number = number << 4 | (uint64_t)digit;
    }
    if (text.n == 0)
        return false;
    *ret = number;
    return true;
}

bool
vx_num_clamp(struct vx_str text, int64_t *ret)
{
    bool negative;
    struct vx_str digits = take_sign(text, &negative);

    if (vx_num_i64(text, ret))
        return true;
    for (size_t i = 0; i < digits.n; i++)
        if (!vx_is_digit((unsigned char)digits.s[i]))
            return false;
    if (digits.n == 0)
        return false;
    *ret = negative ? INT64_MIN : INT64_MAX;
    return true;
}
