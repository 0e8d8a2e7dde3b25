/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_PARALLEL_H
#define VX_MODEL_PARALLEL_H

#include "model/types.h"

struct vx_parallel {
    uint8_t kind;      /* enum vx_port_kind: DEV, FILE or NULL */
    uint8_t connected; /* enum vx_tri */
    uint8_t bidirectional;
    struct vx_str path;
    struct vx_int port;
};

#endif
