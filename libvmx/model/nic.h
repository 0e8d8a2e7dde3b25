/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_NIC_H
#define VX_MODEL_NIC_H

#include "model/types.h"

/* What a network interface is plugged into. */
enum vx_link {
    VX_LINK_NONE,     /* undecided */
    VX_LINK_VDS,      /* distributed switch */
    VX_LINK_NULL,     /* nothing */
    VX_LINK_BRIDGE,   /* a network by name */
    VX_LINK_BRIDGED,  /* the host's own network: VMnet0 */
    VX_LINK_HOSTONLY, /* VMnet1 */
    VX_LINK_NAT,
    VX_LINK_CUSTOM,  /* a network by name, and a vmnet device */
    VX_LINK_VNET,    /* a vmnet device alone */
    VX_LINK_SEGMENT, /* a LAN segment of Workstation */
};

enum vx_nic_model {
    VX_NIC_MODEL_NONE,
    VX_NIC_MODEL_VLANCE,
    VX_NIC_MODEL_VMXNET,
    VX_NIC_MODEL_VMXNET2,
    VX_NIC_MODEL_VMXNET3,
    VX_NIC_MODEL_E1000,
    VX_NIC_MODEL_E1000E,
    VX_NIC_MODEL_FLEXIBLE,
    VX_NIC_MODEL_SRIOV, /* a function of a card of the host */
    VX_NIC_MODEL_VRDMA,
};

enum vx_mac_kind {
    VX_MAC_NONE,
    VX_MAC_GENERATED, /* by the host */
    VX_MAC_STATIC,    /* by a person */
    VX_MAC_VPX,       /* by vCenter */
};

/* Which key limits what goes out. */
enum vx_nic_outbound {
    VX_OUTBOUND_NONE,
    VX_OUTBOUND_TXBW,  /* Workstation's, in kbit/s */
    VX_OUTBOUND_LIMIT, /* ESXi's, in Mbit/s */
};

struct vx_nic {
    uint8_t link;        /* enum vx_link */
    uint8_t model;       /* enum vx_nic_model */
    uint8_t mac_kind;    /* enum vx_mac_kind */
    uint8_t mac_check;   /* enum vx_tri */
    uint8_t connected;   /* enum vx_tri: at power on */
    uint8_t without_mac; /* 1: its address cannot be said, for guards */
    uint8_t outbound;    /* enum vx_nic_outbound */
    uint8_t rom;         /* enum vx_tri: may the firmware boot from it? */
    uint8_t rom_read;    /* 1: from XML, where no one key says it */
    struct vx_int features;
    struct vx_mac mac;
    struct vx_str network, vnet;
    struct vx_uuid segment;
    struct vx_uuid switch_id;
    struct vx_int port_id, connection_id;
    struct vx_str portgroup_id;
    struct vx_int rx_kilobytes, tx_kilobytes; /* limits, per second */
    struct vx_int limit_mbit;                 /* of what goes out, per second */
    struct vx_int mtu;
    struct vx_int boot_order; /* from 1; see vx_boot_resolve() */
    struct vx_int slot;       /* PCI slot number, VMware's encoding */
};

#endif
