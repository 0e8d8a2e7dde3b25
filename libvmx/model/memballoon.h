/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_MEMBALLOON_H
#define VX_MODEL_MEMBALLOON_H

#include "model/types.h"

struct vx_memballoon {
    uint8_t none; /* enum vx_tri: may the host take no memory back? */
};

#endif
