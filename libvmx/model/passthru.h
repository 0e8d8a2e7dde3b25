/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_PASSTHRU_H
#define VX_MODEL_PASSTHRU_H

#include "model/types.h"

enum vx_passthru_kind {
    VX_PASSTHRU_NONE,
    VX_PASSTHRU_DEVICE,   /* a whole device */
    VX_PASSTHRU_FUNCTION, /* a virtual function of a NIC (SR-IOV), with its address */
    VX_PASSTHRU_VGPU,     /* a mediated device */
    VX_PASSTHRU_DYNAMIC,  /* one that the host picks */
    VX_PASSTHRU_LOST,     /* no address */
};

struct vx_passthru {
    uint8_t kind;     /* enum vx_passthru_kind */
    uint8_t mac_from; /* 1: given, 2: generated */
    struct vx_int
        address; /* of the host: domain, bus, slot, function in 16, 8, 5, 3 bits */
    struct vx_mac mac;
    struct vx_int slot; /* of the guest, VMware's encoding */
};

#endif
