/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_IDENTITY_H
#define VX_MODEL_IDENTITY_H

#include "model/types.h"

struct vx_identity {
    struct vx_int config_version;
    struct vx_int hw;
    struct vx_str name;
    struct vx_uuid bios;          /* what the guest sees */
    struct vx_uuid instance;      /* what vCenter knows the machine by */
    bool named_by_file;           /* `name` is no key's */
    struct vx_int genid, genid_x; /* halves of the generation id, first and second */
    struct vx_str description;
};

#endif
