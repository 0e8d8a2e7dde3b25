/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tar archive, file by file; the same bytes for the same files. */
#ifndef VX_TOOLS_TAR_WRITE_H
#define VX_TOOLS_TAR_WRITE_H

#include "base/buf.h"

/* Appends a file; a long name has a pax header before it. */
void tar_put(struct vx_buf *out, const char *name, struct vx_str text);
/* Appends the end of an archive. */
void tar_end(struct vx_buf *out);

#endif
