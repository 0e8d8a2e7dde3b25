/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table from hashes to numbers that takes the same memory for a million entries as
 * for some ten thousand: from then on it lies in a file without a name. */
#ifndef VX_TOOLS_SEEN_H
#define VX_TOOLS_SEEN_H

#include "base/str.h"

struct seen;

/* NULL without memory. */
struct seen *seen_new(void);
/* NULL is fine. */
void seen_free(struct seen *seen);

/* Of two texts the same only by chance, which nobody meets unless he looks for it. */
uint64_t seen_hash(struct vx_str text);

/* The number of `hash`, or 0. */
uint64_t seen_get(struct seen *seen, uint64_t hash);
/* `number` is not 0.  What was there before is replaced. */
void seen_put(struct seen *seen, uint64_t hash, uint64_t number);

/* errno, once the file could not be read or written: nothing can be told any more. */
int seen_error(const struct seen *seen);

#endif
