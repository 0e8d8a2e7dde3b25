/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "count.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
count_add(struct world *world, const char *name, int64_t count)
{
    struct counter **at = &world->counters->first;

    while (*at && strcmp((*at)->name, name) < 0)
        at = &(*at)->next;
    if (*at == NULL || strcmp((*at)->name, name) != 0) {
        struct counter *counter = must(calloc(1, sizeof(*counter)));

        counter->name = text_of("%s", name);
        counter->next = *at;
        *at = counter;
    }
    (*at)->count += count;
}

int64_t
count_get(const struct world *world, const char *name)
{
    for (struct counter *at = world->counters->first; at; at = at->next)
        if (strcmp(at->name, name) == 0)
            return at->count;
    return 0;
}

void
count_log(struct world *world, const char *format, ...)
{
    va_list args;
    char *line = NULL;

    va_start(args, format);
    if (vasprintf(&line, format, args) < 0)
        line = NULL;
    va_end(args);
    vx_buf_str(&world->counters->log, vx_str_c(must(line)));
    vx_buf_char(&world->counters->log, '\n');
    free(line);
}

void
count_reset(struct world *world)
{
    while (world->counters->first) {
        struct counter *counter = world->counters->first;

        world->counters->first = counter->next;
        free(counter->name);
        free(counter);
    }
    vx_buf_done(&world->counters->log);
    world->counters->log = VX_BUF(TEXT_MAX);
}
