/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a value means, whatever its spelling: by the type that the key catalogue gives
 * its key. */
#ifndef VX_DIFF_MEAN_H
#define VX_DIFF_MEAN_H

#include "doc/doc.h"

/* The decoded `value` of a key of the catalogue in its one spelling: TRUE or FALSE, a
 * number without sign or zeros it does not need, UUIDs and MAC addresses as lower-case
 * hexadecimal digits in pairs, the words of an enumeration in lower case.  What is not
 * of its type is itself.  Lies in `arena` where it is not `value`; VX_STR_NONE when out
 * of memory. */
struct vx_str vx_mean(struct vx_arena *arena, uint16_t entry, struct vx_str value);

/* The same, and VX_STR_NONE where the absence of the key says as much: its default, or
 * the FALSE of a device's .present. */
struct vx_str vx_mean_said(struct vx_arena *arena, uint16_t entry, struct vx_str value);

/* Is it the .present of a device? */
static inline bool
vx_is_present_key(uint16_t entry)
{
    const struct vx_key_entry *row;

    if (entry == VX_KEY_NO_ENTRY)
        return false;
    row = &vx_key_entries[entry];
    return row->kind != VX_KIND_MACHINE && row->type == VX_TYPE_BOOL
           && strcmp(vx_key_text + row->name, "present") == 0;
}

/* The catalogue's entry of a key that stands in no document. */
uint16_t vx_key_entry_of(struct vx_str key);

/* VX_STR_NONE is no text at all, and equal to itself alone. */
static inline bool
vx_same_meaning(struct vx_str a, struct vx_str b)
{
    return (a.s == NULL) == (b.s == NULL) && vx_str_eq(a, b);
}

#endif
