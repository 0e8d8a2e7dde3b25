/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers that look random and are the same in every run, so that a failure repeats. */
#ifndef VX_TESTS_RANDOM_H
#define VX_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct vx_random {
    uint64_t state; /* not 0 */
};

#define VX_RANDOM ((struct vx_random){UINT64_C(0x9e3779b97f4a7c15)})

/* A number below `limit`, by xorshift64*. */
static inline size_t
vx_random_below(struct vx_random *random, size_t limit)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return (size_t)((random->state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

/* Fills `bytes` from the letters of `from`, or with any bytes when it is NULL. */
static inline void
vx_random_fill(struct vx_random *random, char *bytes, size_t n, const char *from,
               size_t letters)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = from ? from[vx_random_below(random, letters)]
                        : (char)vx_random_below(random, 256);
}

#endif
