/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/order.h"

#include "map/order.gen.h"

#include "base/banned.h"

#define RANK(ranks, rest) ((ranks)[prop] ? (ranks)[prop] : (rest))

uint32_t
vx_order_rank(enum vx_key_kind kind, int prop)
{
    switch (kind) {
    case VX_KIND_DISK:
        return RANK(vx_order_disk, VX_ORDER_DISK);
    case VX_KIND_CONTROLLER:
        return RANK(vx_order_ctrl, VX_ORDER_CTRL);
    case VX_KIND_NIC:
        return RANK(vx_order_nic, VX_ORDER_NIC);
    case VX_KIND_SERIAL:
        return RANK(vx_order_serial, VX_ORDER_SERIAL);
    case VX_KIND_PARALLEL:
        return RANK(vx_order_parallel, VX_ORDER_PARALLEL);
    case VX_KIND_FOLDER:
        return RANK(vx_order_folder, VX_ORDER_FOLDER);
    case VX_KIND_PASSTHRU:
        return RANK(vx_order_passthru, VX_ORDER_PASSTHRU);
    case VX_KIND_USBDEV:
        return RANK(vx_order_usbdev, VX_ORDER_USBDEV);
    case VX_KIND_VCPU:
        return RANK(vx_order_vcpu, VX_ORDER_VCPU);
    case VX_KIND_BRIDGE:
        return RANK(vx_order_bridge, VX_ORDER_BRIDGE);
    case VX_KIND_MACHINE:
        return RANK(vx_order_m, VX_ORDER_LAST);
    case VX_KIND_NONE:
    case VX_KIND_AUTOUSB:
    case VX_KIND_CPUID:
    case VX_KINDS:
        break;
    }
    return VX_ORDER_LAST;
}

uint32_t
vx_order_last(void)
{
    return VX_ORDER_LAST;
}
