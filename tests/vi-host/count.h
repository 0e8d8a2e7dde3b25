/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happened, for tests to ask: how often, and in which order. */
#ifndef VX_TESTS_VI_HOST_COUNT_H
#define VX_TESTS_VI_HOST_COUNT_H

#include "world.h"

struct counter {
    struct counter *next;
    char *name;
    int64_t count;
};

struct counters {
    struct counter *first;
    struct vx_buf log; /* one line each */
};

void count_add(struct world *world, const char *name, int64_t count);
int64_t count_get(const struct world *world, const char *name);

static inline void
count_up(struct world *world, const char *name)
{
    count_add(world, name, 1);
}

void count_log(struct world *world, const char *format, ...) VX_PRINTF(2, 3);
void count_reset(struct world *world);

#endif
