/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_GRAPHICS_H
#define VX_MODEL_GRAPHICS_H

#include "model/types.h"

struct vx_graphics {
    uint8_t vnc; /* enum vx_tri: is there a VNC display? */
    struct vx_int port, websocket;
    struct vx_str listen, keymap, password;
};

#endif
