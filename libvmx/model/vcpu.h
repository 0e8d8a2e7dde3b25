/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_VCPU_H
#define VX_MODEL_VCPU_H

#include "model/types.h"

/* The host CPUs of one virtual one. */
struct vx_pin {
    struct vx_pin *next; /* in the order of `vcpu` */
    uint32_t vcpu;
    struct vx_str cpus;
};

/* Sets of host CPUs and nodes are text, as "0,2-3": ascending, without overlap, in as
 * few ranges as possible; or "all". */
struct vx_vcpu {
    struct vx_int count;     /* always set: 1 to 65535 */
    struct vx_str cpus;      /* of the host, that the machine may run on */
    struct vx_int shares;    /* its weight, 2 to 262144 */
    struct vx_int limit_mhz; /* of all virtual CPUs together; negative: none */
    struct vx_int reserved_mhz;
    struct vx_pin *pins;
    struct vx_str memory_nodes; /* nodes of the host, for memory alone */
    struct vx_str nodes;        /* for memory and CPUs */
    uint8_t memory_bound;       /* 1: `memory_nodes` says something */
    uint8_t hot_add; /* enum vx_tri: more CPUs may be added; XML alone tells */
    uint32_t most;   /* CPUs with those; likewise */
};

#endif
