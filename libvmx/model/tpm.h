/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_TPM_H
#define VX_MODEL_TPM_H

#include "model/types.h"

struct vx_tpm {
    uint8_t present; /* enum vx_tri */
};

#endif
