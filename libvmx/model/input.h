/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_INPUT_H
#define VX_MODEL_INPUT_H

#include "model/types.h"

/* USB devices that VMX has switches for, beside those with numbers. */
struct vx_input {
    uint8_t mouse, keyboard; /* enum vx_tri */
};

#endif
