/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_USB_H
#define VX_MODEL_USB_H

#include "model/types.h"

/* The speeds of USB; VMX has one controller of each. */
enum vx_usb_bus {
    VX_USB_UHCI,
    VX_USB_EHCI,
    VX_USB_XHCI,
    VX_USB_BUSES,
};

struct vx_usb {
    uint8_t present[VX_USB_BUSES]; /* enum vx_tri */
    uint8_t index[VX_USB_BUSES];   /* among those that are there */
    bool none;                     /* the machine is said to have no USB */
    bool many_ports;               /* a port above the fourth of the xHCI is in use */
    struct vx_int slot[VX_USB_BUSES];
};

/* A device of the host: by its ids, product in the lower 16 bits. */
struct vx_usb_host {
    struct vx_int ids;
};

/* A tablet of the machine. */
struct vx_usb_input {
    uint8_t type; /* 1: what the key says */
};

struct vx_usb_disk {
    uint8_t type;      /* 1: a disk */
    uint8_t mode;      /* enum vx_usb_mode */
    uint8_t readonly;  /* enum vx_tri */
    uint8_t addressed; /* 1: bus and port are known */
    struct vx_str source, target;
    struct vx_int parent, bus;
    struct vx_int port; /* from 0 */
};

enum vx_usb_mode {
    VX_USB_MODE_NONE,
    VX_USB_MODE_PERSISTENT,
    VX_USB_MODE_INDEPENDENT,
    VX_USB_MODE_DISCARDED, /* independent, and writes are forgotten */
    VX_USB_MODE_NONPERSISTENT,
    VX_USB_MODE_UNDOABLE,
    VX_USB_MODE_APPEND,
};

#endif
