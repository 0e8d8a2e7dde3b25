/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_SECURITY_H
#define VX_MODEL_SECURITY_H

#include "model/types.h"

struct vx_security {
    uint8_t sev; /* enum vx_tri: AMD SEV with encrypted state */
};

#endif
