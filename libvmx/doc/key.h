/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A key name into what the catalogue knows of it: one pass over its bytes, one probe.
 * "scsi0:1.fileName" is the entry (disk, SCSI, fileName) with the numbers 0 and 1. */
#ifndef VX_DOC_KEY_H
#define VX_DOC_KEY_H

#include "base/str.h"
#include "doc/keys.gen.h"
#include "text/lex.h"

/* What the names of disks and controllers begin with, by enum vx_bus. */
extern const struct vx_str vx_bus_words[VX_BUSES];

/* Notes in a line what its key is: entry (VX_KEY_NO_ENTRY: no row, not even a
 * wildcard), index and unit (VX_NO_NUMBER: none, or with a leading zero, or above
 * 65534) and VX_ODD_KEY; and line->secret when the catalogue says so of the entry, or
 * when a guestinfo name speaks of one.  Keys that are equal but for the case of ASCII
 * letters give the same. */
void vx_key_learn(struct vx_line *line);

/* The same for up to 64 lines at a time, whose keys the lexer has read; the bits of
 * those that are worth another look: no entries, and keys of which there is more to
 * know than their row. */
uint64_t vx_key_learn_all(struct vx_line *lines, struct vx_name *names, size_t count);

/* Does text that is no usual assignment, a comment or a broken line, speak of a secret?
 */
bool vx_key_tells_secret(struct vx_str text);

/* Equal for names that are equal but for the case of ASCII letters; `seed` makes
 * collisions unforeseeable. */
uint32_t vx_key_hash(struct vx_str text, uint64_t seed);

/* Can `text` be written as a key and be read back as the same one? */
bool vx_key_writable(struct vx_str text);

/* A row of the catalogue that names this key or its family, and not only its device. */
static inline bool
vx_key_known(uint16_t entry)
{
    return entry != VX_KEY_NO_ENTRY && !(vx_key_entries[entry].flags & VX_KEY_IMPLICIT);
}

#endif
