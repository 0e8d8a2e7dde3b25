/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPUID bits that have a name in libvirt. */
#ifndef VX_MODEL_CPUID_H
#define VX_MODEL_CPUID_H

#include "base/str.h"

/* A row of schemas/cpuid.tsv. */
struct vx_cpuid_bit {
    uint32_t leaf, subleaf;
    unsigned reg; /* 0 eax, 1 ebx, 2 ecx, 3 edx */
    unsigned bit; /* 0 to 31 */
    const char *name;
};

/* The named bits of one register, in the order of bits, *ret_count of them; NULL when
 * it has none. */
const struct vx_cpuid_bit *vx_cpuid_register(uint32_t leaf, uint32_t subleaf,
                                             unsigned reg, size_t *ret_count);

/* Every row has a number, from 0 in the order of leaf, subleaf, register and bit. */
size_t vx_cpuid_count(void);
const struct vx_cpuid_bit *vx_cpuid_at(size_t number);
size_t vx_cpuid_number(const struct vx_cpuid_bit *bit);

/* The bit of a name, which is compared with regard to case; NULL when there is none. */
const struct vx_cpuid_bit *vx_cpuid_find(struct vx_str name);

#endif
