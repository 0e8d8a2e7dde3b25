/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What two texts differ in, line by line, as `diff -u` prints it. */
#ifndef VX_BASE_UDIFF_H
#define VX_BASE_UDIFF_H

#include "base/buf.h"

enum {
    VX_UDIFF_CONTEXT = 3, /* lines that are the same, around a change */
};

/* Appends the two lines that name the texts and the hunks that make `b` of `a`; nothing
 * when they are equal.  A line ends with LF, any other byte is a byte of it; the last
 * one may lack its end, and then that is said as diff and patch say it.  A name with
 * quotes, backslashes or control characters is written in quotes, as they do.
 *
 * The fewest lines are shown as changed, up to some thousand changes; beyond those all
 * lines between the first and the last change are, so that time and memory have a bound
 * whatever the texts.  Sets out->failed when out of memory. */
void vx_udiff(struct vx_buf *out, struct vx_str a, struct vx_str b, const char *name_a,
              const char *name_b);

#endif
