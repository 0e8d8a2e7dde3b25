/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of structures by their names, with values as text. */
#ifndef VX_VI_PUT_H
#define VX_VI_PUT_H

#include "vi/types.gen.h"

/* A structure of this type, all of whose members are unset; NULL without memory. */
void *vi_make(enum vi_id type, struct vx_arena *arena);

/* Puts `text` into the member "a.b" of `object`; structures on the way are made.  A
 * list gets one more.  NULL, or why it cannot be: a constant text.  Borrows `text`. */
const char *vi_put(void *object, const char *path, struct vx_str text,
                   struct vx_arena *arena);

/* Has the type a member of this name, at the beginning of a path? */
bool vi_has_member(const struct vi_type *type, const char *path);

/* Appends to a list of structures. */
bool vi_append(void *list, void *object, struct vx_arena *arena);

#endif
