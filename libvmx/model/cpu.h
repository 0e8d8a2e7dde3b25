/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_CPU_H
#define VX_MODEL_CPU_H

#include "model/types.h"

/* What is demanded of a CPU feature. */
enum vx_policy {
    VX_POLICY_NONE,
    VX_POLICY_FORCE,    /* the guest sees it, whatever the host has */
    VX_POLICY_REQUIRE,  /* the guest sees it, and the host must have it */
    VX_POLICY_OPTIONAL, /* the guest sees it where the host has it */
    VX_POLICY_DISABLE,  /* the guest does not see it */
    VX_POLICY_FORBID,   /* the host must not have it */
};

struct vx_cpu {
    struct vx_int cores_per_socket; /* as it is told */
    struct vx_int cores_per_node;   /* of a virtual NUMA node; 0: left to the host */
    uint8_t nested;    /* enum vx_tri: the guest may run virtual machines itself */
    uint64_t cores;    /* of each socket; divides the number of virtual CPUs */
    uint64_t nodes;    /* virtual NUMA nodes, all equal; 0: not told */
    uint8_t *policies; /* enum vx_policy by vx_cpuid_number(); NULL when none is told */
};

#endif
