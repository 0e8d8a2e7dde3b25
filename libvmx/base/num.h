/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strict numbers: the whole text or nothing, no locale, no errno. */
#ifndef VX_BASE_NUM_H
#define VX_BASE_NUM_H

#include "base/str.h"

/* One or more decimal digits, nothing else; false and `*ret` untouched when the text
 * is something else or does not fit. */
bool vx_num_u64(struct vx_str text, uint64_t *ret);
/* An optional sign, then as above. */
bool vx_num_i64(struct vx_str text, int64_t *ret);
/* One or more hex digits without prefix. */
bool vx_num_hex(struct vx_str text, uint64_t *ret);
/* As vx_num_i64 without the range of 64 bits: what does not fit becomes INT64_MIN or
 * INT64_MAX. */
bool vx_num_clamp(struct vx_str text, int64_t *ret);

#define vx_add_overflows(a, b, ret) __builtin_add_overflow((a), (b), (ret))
#define vx_mul_overflows(a, b, ret) __builtin_mul_overflow((a), (b), (ret))

#endif
