/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_PCIHOLE_H
#define VX_MODEL_PCIHOLE_H

#include "model/types.h"

/* Address space above 4 GiB for large devices. */
struct vx_pcihole {
    uint8_t use; /* enum vx_tri */
    struct vx_int size_gib;
};

#endif
