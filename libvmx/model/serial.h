/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_SERIAL_H
#define VX_MODEL_SERIAL_H

#include "model/types.h"

/* What a serial or parallel port is connected to. */
enum vx_port_kind {
    VX_PORT_NONE,
    VX_PORT_DEV, /* a port of the host */
    VX_PORT_FILE,
    VX_PORT_PIPE, /* a named pipe, or a socket of that name */
    VX_PORT_UNIX, /* the same, from XML that says socket and end */
    VX_PORT_TCP,
    VX_PORT_UDP,
    VX_PORT_NULL,    /* nothing, or nothing that can be said */
    VX_PORT_PRINTER, /* a virtual printer; no port at all */
};

enum vx_end {
    VX_END_NONE,
    VX_END_SERVER,
    VX_END_CLIENT,
};

enum vx_scheme {
    VX_SCHEME_NONE,
    VX_SCHEME_RAW,
    VX_SCHEME_TELNET,
    VX_SCHEME_TELNETS,
    VX_SCHEME_TLS,
    VX_SCHEME_UDP,
};

/* SCHEME://HOST:SERVICE. */
struct vx_uri {
    struct vx_str host; /* without brackets; set when any of the address is */
    struct vx_str service;
    uint8_t scheme; /* enum vx_scheme */
};

struct vx_serial {
    uint8_t kind;      /* enum vx_port_kind */
    uint8_t end;       /* enum vx_end */
    uint8_t append;    /* enum vx_tri: of a file that is there already */
    uint8_t udp_bind;  /* 1 for a UDP server, for the guard */
    uint8_t connected; /* enum vx_tri, as those below */
    uint8_t yields, no_rx_loss, flow_control;
    struct vx_str path;
    struct vx_uri uri;
    struct vx_int port;
};

#endif
