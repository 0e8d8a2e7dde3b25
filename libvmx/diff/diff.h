/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two sides, matched device by device.  The public half is vmx.h. */
#ifndef VX_DIFF_DIFF_H
#define VX_DIFF_DIFF_H

#include "diff/side.h"

enum {
    VX_UNMATCHED = UINT32_MAX,
};

/* Both sides, and for each device of one its number on the other, or VX_UNMATCHED. */
struct vx_pair {
    struct vx_side a, b;
    uint32_t *to_b, *to_a;
};

/* Devices that are the same: by place and mark, then by mark, then by place.  A mark
 * that two devices of one side have tells nothing.  VMX_OK or VMX_ERR_NOMEM;
 * vx_pair_done() in either case. */
enum vmx_status vx_pair_init(struct vx_pair *pair, struct vmx_doc *before,
                             struct vmx_doc *after, bool bytes);
void vx_pair_done(struct vx_pair *pair);

/* The fact on the other side that belongs to `fact` of `from`, or NULL; `map` leads
 * from the devices of `from` to those of `to`; `hint` as of vx_side_find(). */
struct vx_fact *vx_pair_find(const struct vx_side *from, const struct vx_side *to,
                             const uint32_t *map, const struct vx_fact *fact,
                             struct vx_buf *scratch, size_t *hint);

/* What it takes to change the key while the machine is there. */
enum vmx_apply vx_apply_of(uint16_t entry);

#endif
