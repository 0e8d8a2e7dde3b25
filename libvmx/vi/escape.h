/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of machines and files in their four spellings: for the API, in a VMX, in a
 * datastore, in a URL; and what "[datastore] path" consists of. */
#ifndef VX_VI_ESCAPE_H
#define VX_VI_ESCAPE_H

#include "base/buf.h"

/* The name that the API knows a machine by: % / and \ as %XX. */
void vi_escape_name(struct vx_buf *out, struct vx_str name);
/* The way back.  A % that begins no pair of hex digits stays as it is. */
void vi_unescape_name(struct vx_buf *out, struct vx_str text);

/* A displayName as a VMX has it: as above, then | " and control characters as |XX. */
void vi_escape_display_name(struct vx_buf *out, struct vx_str name);
/* An annotation as a VMX has it: | " and control characters as |XX. */
void vi_escape_annotation(struct vx_buf *out, struct vx_str text);

/* The base name of the files of a machine in a datastore.  Different names may have the
 * same: "a|b" and "a\"b". */
void vi_escape_item(struct vx_buf *out, struct vx_str name);

/* All but unreserved characters as %XX; a slash, too. */
void vi_escape_url(struct vx_buf *out, struct vx_str text);

/* "[datastore] folder/file" in its parts, which are slices of it.  A file in the root
 * of the datastore has an empty folder. */
struct vi_path {
    struct vx_str datastore, path, folder, file;
};

/* False when it is not written so. */
bool vi_path_parse(struct vx_str text, struct vi_path *ret);

#endif
