/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a network serial port leads: "telnet://host:port" and its kin. */
#ifndef VX_MAP_URI_H
#define VX_MAP_URI_H

#include "map/codec.h"
#include "model/serial.h"

/* False when the text is no such address: unknown scheme, no port, odd characters.
 * ret->host is empty, and not absent, for one that names no host ("telnet://:9600"). */
bool vx_uri_parse(struct vx_str text, struct vx_uri *ret);
/* Brackets round an IPv6 address; the canonical word of the scheme. */
void vx_uri_format(struct vx_buf *out, const struct vx_uri *uri);

/* struct vx_uri ↔ the host alone in XML; service and scheme have rows of their own. */
extern const struct vx_codec vx_uri;

#endif
