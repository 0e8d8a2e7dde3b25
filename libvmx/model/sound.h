/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_SOUND_H
#define VX_MODEL_SOUND_H

#include "model/types.h"

enum vx_sound_model {
    VX_SOUND_NONE,
    VX_SOUND_ES1371,
    VX_SOUND_SB16,
    VX_SOUND_HDA,
};

struct vx_sound {
    uint8_t present;    /* enum vx_tri */
    uint8_t model;      /* enum vx_sound_model */
    struct vx_int slot; /* PCI slot number, VMware's encoding */
};

#endif
