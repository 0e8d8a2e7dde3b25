/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns as a shell has them, for names that are no paths. */
#ifndef VX_BASE_GLOB_H
#define VX_BASE_GLOB_H

#include "base/str.h"

/* Does all of `text` match?  `*` is any bytes, `?` one byte, [a-z_] one of those,
 * [!a-z] one of the others; a bracket that is not closed stands for itself.  The case
 * of ASCII letters is ignored.  Takes no longer than the product of the two lengths. */
bool vx_glob(struct vx_str pattern, struct vx_str text);

/* Is there anything in it that does not stand for itself? */
bool vx_glob_any(struct vx_str pattern);

#endif
