/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_FEATURES_H
#define VX_MODEL_FEATURES_H

#include "model/types.h"

/* Each enum vx_tri. */
struct vx_features {
    uint8_t pae;
    uint8_t hypervisor_leaf;   /* the guest may see that it is one */
    uint8_t pmu;               /* performance counters */
    uint8_t restrict_backdoor; /* no VMware port for programs of the guest */
};

#endif
