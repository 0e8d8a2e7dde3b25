/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The two escapes of VMX values: |XX in every value, %XX in displayName alone.
 * Seen in what VMware writes; libvirt's reader knows them in those two keys only. */
#ifndef VX_TEXT_ESCAPE_H
#define VX_TEXT_ESCAPE_H

#include "base/arena.h"
#include "base/buf.h"

/* `text` with each `mark` + two hex digits made into the byte they name.  A mark
 * without two hex digits stays as it is; *ret_stray (may be NULL) is then the offset of
 * the first such mark, else -1.  Without a mark the result is `text` itself, else it
 * lies in `arena`. */
struct vx_str vx_unescape(struct vx_arena *arena, struct vx_str text, char mark,
                          ptrdiff_t *ret_stray);

/* Appends `text` with `mark` itself, each byte of `set`, CR, LF and NUL as `mark` + two
 * hex digits, upper case as VMware writes them, so that vx_unescape() gives it back and
 * the value stays on one line. */
void vx_escape(struct vx_buf *buf, struct vx_str text, char mark, const char *set);

/* The same for one byte, whatever it is. */
void vx_escape_byte(struct vx_buf *buf, char byte, char mark);

/* Appends `text`, which has its escapes, with each byte above 0x7F as one more. */
void vx_escape_high(struct vx_buf *buf, struct vx_str text);

#endif
