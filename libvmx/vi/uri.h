/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SCHEME://[USER@]HOST[:PORT]/[PATH][?NAME=VALUE&...]: where a host is and how it is
 * talked to, as libvirt spells it. */
#ifndef VX_VI_URI_H
#define VX_VI_URI_H

#include "base/arena.h"

enum vi_scheme { VI_ESX, VI_VPX, VI_GSX };

enum vi_proxy {
    VI_PROXY_NONE,
    VI_PROXY_HTTP,
    VI_PROXY_SOCKS4,
    VI_PROXY_SOCKS4A,
    VI_PROXY_SOCKS5
};

/* Texts are in the arena, decoded, with a NUL behind them. */
struct vi_uri {
    enum vi_scheme scheme;
    bool https;
    struct vx_str user; /* s is NULL for none */
    struct vx_str host; /* an IPv6 address is without its brackets */
    bool ipv6;
    uint16_t port;
    struct vx_str path;    /* without slashes at its ends, as it was spelt: vpx alone */
    struct vx_str vcenter; /* a host, "*", or s is NULL */
    bool no_verify, auto_answer;
    enum vi_proxy proxy;
    struct vx_str proxy_host;
    uint16_t proxy_port;
    struct vx_str
        unknown;       /* parameters that nobody knows, "a, b"; s is NULL for none */
    bool ignored_path; /* one that esx and gsx have no use for */
};

/* NULL, or why `text` is no such URI, in the arena. */
const char *vi_uri_parse(struct vx_str text, struct vx_arena *arena,
                         struct vi_uri *ret);

#endif
