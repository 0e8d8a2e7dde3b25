/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a host is told to be, and asked about: script.c has the language. */
#ifndef VX_TESTS_VI_HOST_SCRIPT_H
#define VX_TESTS_VI_HOST_SCRIPT_H

#include "world.h"

/* One line; what it says is added to `out`.  False when it is none, with the reason. */
bool script_line(struct world *world, const char *line, struct vx_buf *out);
/* Lines up to the first that is none. */
bool script_text(struct world *world, const char *text, struct vx_buf *out);

#endif
