/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The known key that an unknown one was probably meant to be. */
#ifndef VX_DOC_NEAREST_H
#define VX_DOC_NEAREST_H

#include "base/buf.h"
#include "doc/key.h"

/* Which letters the name of an entry has, by entry; 0 for those that name a family.
 * Bit 0 to 25 are letters, 26 a number, 27 to 29 dot, colon and hyphen, 30 all else. */
extern const uint32_t vx_key_bags[VX_KEY_ENTRIES];

/* The entry whose name is nearest to `key`, by at most two slips: a byte too many, one
 * missing, one wrong, two in the wrong order.  In a short name there may be fewer: a
 * third of its length, that of the device not counted.  Appends the name as it is
 * written, with the numbers of `key`: "ethernet0.virtualDev" for
 * "ethernet0.virtualDve".
 *
 * VX_KEY_NO_ENTRY, and nothing appended, when no name is near, or when `key` is one of
 * the catalogue's own.  One that only belongs to a family, as all of guestinfo.* do, is
 * compared: whether that is sensible is for the caller to know. */
uint16_t vx_key_nearest(struct vx_str key, struct vx_buf *out);

/* Appends the name of an entry as the catalogue writes it, with the numbers of `key`
 * where the entry has a choice. */
void vx_key_spell(uint16_t entry, struct vx_str key, struct vx_buf *out);

#endif
