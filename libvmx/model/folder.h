/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_FOLDER_H
#define VX_MODEL_FOLDER_H

#include "model/types.h"

struct vx_folder {
    uint8_t readonly; /* enum vx_tri, as those below */
    uint8_t readable;
    uint8_t expires; /* VX_NO: never */
    struct vx_str host_path;
    struct vx_str guest_name;
};

/* What holds for all of them. */
struct vx_folders {
    uint8_t off;       /* enum vx_tri: the whole mechanism */
    struct vx_int max; /* how many are looked at */
    uint32_t written;
};

#endif
