/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_SYSINFO_H
#define VX_MODEL_SYSINFO_H

#include "model/types.h"

/* SMBIOS strings that the guest reads. */
struct vx_sysinfo {
    struct vx_str product, serial, board, asset;
};

#endif
