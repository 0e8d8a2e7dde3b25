/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_MEMORY_H
#define VX_MODEL_MEMORY_H

#include "model/types.h"

/* All amounts are MiB. */
struct vx_memory {
    struct vx_int size;     /* always set: more than 0, and small enough for libvirt */
    struct vx_int limit;    /* of the host's memory; negative: none */
    struct vx_int reserved; /* what the host guarantees; above 0, at most `size` */
    struct vx_int reserved_twin; /* the same under VMware's other name for it */
    uint8_t locked;              /* enum vx_tri: never swapped out by the host */
    uint8_t unshared;   /* its pages are not merged with those of other machines */
    uint8_t prealloc;   /* taken from the host as a whole at power-on */
    uint8_t huge_pages; /* in pages of 1 GiB */
};

#endif
