/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_CLOCK_H
#define VX_MODEL_CLOCK_H

#include "model/types.h"

struct vx_clock {
    struct vx_int offset_s; /* of the clock from UTC */
    struct vx_int start_s;  /* since 1970; what each start begins with */
    uint8_t virtual_tsc;    /* enum vx_tri */
    uint8_t hpet;           /* enum vx_tri */
};

#endif
