/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text inside JSON.  All that the tools write is flat; reading JSON is for a library.
 */
#ifndef VX_BASE_JSON_H
#define VX_BASE_JSON_H

#include "base/buf.h"

/* Appends text as the inside of a JSON string is written; bytes that are no UTF-8
 * become U+FFFD, and what must not reach a terminal raw is escaped. */
void vx_json_text(struct vx_buf *buf, struct vx_str text);

#endif
