/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `.encoding` to UTF-8 and back, by iconv.  UTF-8 itself needs no converter. */
#ifndef VX_TEXT_CHARSET_H
#define VX_TEXT_CHARSET_H

#include "base/arena.h"
#include "base/buf.h"

struct vx_charset; /* one direction pair; not shared between threads */

enum vx_charset_kind {
    VX_CHARSET_UTF8,    /* valid bytes are used as they are */
    VX_CHARSET_OTHER,   /* known to iconv and a superset of ASCII */
    VX_CHARSET_UNKNOWN, /* not known, or not ASCII-compatible: UTF-16, EBCDIC, … */
    VX_CHARSET_NOMEM,   /* memory did not suffice to find out */
};

/* What `name` (ASCII case ignored) is.  Opens nothing that the caller must close. */
enum vx_charset_kind vx_charset_kind(struct vx_str name);

/* A converter for a name of kind OTHER; NULL when out of memory or unknown. */
struct vx_charset *vx_charset_open(struct vx_str name);
void vx_charset_close(struct vx_charset *charset);
/* Has it run out of memory?  All that is asked of it then fails. */
bool vx_charset_failed(const struct vx_charset *charset);

bool vx_utf8_valid(struct vx_str text);
/* True when all bytes are below 0x80. */
bool vx_ascii(struct vx_str text);

/* `text` in UTF-8, in `arena`; VX_STR_NONE when it does not decode as a whole.  Without
 * memory the arena fails. */
struct vx_str vx_charset_decode(struct vx_charset *charset, struct vx_arena *arena,
                                struct vx_str text);
/* UTF-8 `text` in the charset, appended to `buf`; false, with `buf` as it was, when a
 * character has no place there or does not come back the same. */
bool vx_charset_encode(struct vx_charset *charset, struct vx_buf *buf,
                       struct vx_str text);

/* What undecodable bytes are read as: windows-1252, the five bytes without a
 * character becoming U+0081, U+008D, U+008F, U+0090, U+009D.  Never fails but for
 * memory. */
struct vx_str vx_windows1252_decode(struct vx_arena *arena, struct vx_str text);

/* UTF-8 `text` in which some bytes are none, such as a |E4 leaves: those are read as
 * windows-1252, the others stay.  Never fails but for memory. */
struct vx_str vx_utf8_repair(struct vx_arena *arena, struct vx_str text);

#endif
