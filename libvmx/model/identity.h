/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_IDENTITY_H
#define VX_MODEL_IDENTITY_H

#include "model/types.h"

struct vx_identity {
    struct vx_int config_version;
    struct vx_int hw;
    struct vx_str name;
    bool named_by_file;           /* … and by no key */
    struct vx_uuid bios;          /* what the guest sees */
    struct vx_uuid instance;      /* what vCenter knows the machine by */
    struct vx_int genid, genid_x; /* halves of the generation id, first and second */
    struct vx_str description;
};

#endif
