/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* FNV-1a, 64 bits: the same on every machine, and no defence against who wants two
 * texts to meet. */
#ifndef VX_BASE_HASH_H
#define VX_BASE_HASH_H

#include "base/str.h"

#define VX_HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t
vx_hash_byte(uint64_t hash, unsigned char c)
{
    return (hash ^ c) * UINT64_C(0x100000001b3);
}

static inline uint64_t
vx_hash_text(uint64_t hash, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        hash = vx_hash_byte(hash, (unsigned char)text.s[i]);
    return hash;
}

#endif
