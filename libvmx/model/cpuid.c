/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looks bits and names up in the table made from schemas/cpuid.tsv. */
#include "model/cpuid.h"

#include "model/cpuid.gen.h"

enum { BITS = sizeof(vx_cpuid_bits) / sizeof(vx_cpuid_bits[0]) };

static int
order(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int
compare(const struct vx_cpuid_bit *a, const struct vx_cpuid_bit *b)
{
    if (a->leaf != b->leaf)
        return order(a->leaf, b->leaf);
    if (a->subleaf != b->subleaf)
        return order(a->subleaf, b->subleaf);
    if (a->reg != b->reg)
        return order(a->reg, b->reg);
    return order(a->bit, b->bit);
}

static bool
same_register(const struct vx_cpuid_bit *a, const struct vx_cpuid_bit *b)
{
    return a->leaf == b->leaf && a->subleaf == b->subleaf && a->reg == b->reg;
}

const struct vx_cpuid_bit *
vx_cpuid_register(uint32_t leaf, uint32_t subleaf, unsigned reg, size_t *ret_count)
{
    const struct vx_cpuid_bit key = {leaf, subleaf, reg, 0, NULL};
    const struct vx_cpuid_bit *end = vx_cpuid_bits + BITS;
    size_t low = 0, high = BITS;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(&key, &vx_cpuid_bits[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_count = 0;
    while (vx_cpuid_bits + low + *ret_count < end
           && same_register(&key, &vx_cpuid_bits[low + *ret_count]))
        ++*ret_count;
    return *ret_count ? vx_cpuid_bits + low : NULL;
}

size_t
vx_cpuid_count(void)
{
    return BITS;
}

const struct vx_cpuid_bit *
vx_cpuid_at(size_t number)
{
    return number < BITS ? &vx_cpuid_bits[number] : NULL;
}

size_t
vx_cpuid_number(const struct vx_cpuid_bit *bit)
{
    return (size_t)(bit - vx_cpuid_bits);
}

/* Names are few and asked for seldom: no second order is kept for them. */
const struct vx_cpuid_bit *
vx_cpuid_find(struct vx_str name)
{
    for (size_t i = 0; i < BITS; i++)
        if (vx_str_eq(name, vx_str_c(vx_cpuid_bits[i].name)))
            return &vx_cpuid_bits[i];
    return NULL;
}
