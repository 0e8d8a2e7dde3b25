/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_VIDEO_H
#define VX_MODEL_VIDEO_H

#include "model/types.h"

struct vx_video {
    uint8_t present; /* enum vx_tri */
    uint8_t accel3d; /* enum vx_tri */
    struct vx_int vram_kib;
    struct vx_int displays;
    struct vx_int slot; /* PCI slot number, VMware's encoding */
};

#endif
