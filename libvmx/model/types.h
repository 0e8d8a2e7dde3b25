/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What members of the model are made of.  A model knows neither VMX nor XML spelling,
 * and all zero bytes are a model that says nothing. */
#ifndef VX_MODEL_TYPES_H
#define VX_MODEL_TYPES_H

#include "base/str.h"

/* Three-valued truth, in a uint8_t. */
enum vx_tri {
    VX_UNSET = 0,
    VX_NO = 1,
    VX_YES = 2,
};

struct vx_int {
    int64_t v;
    bool set;
};

struct vx_mac {
    uint8_t b[6];
    bool set;
};

struct vx_uuid {
    uint8_t b[16]; /* in the order they are written */
    bool set;
};

#endif
