/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all changes to a document share: what is known of the whole, brought up to date.
 * For edit.c and remove.c alone. */
#ifndef VX_DOC_CHANGE_H
#define VX_DOC_CHANGE_H

#include "doc/doc.h"

static inline bool
vx_ends_line(uint8_t eol)
{
    return eol == VX_EOL_LF || eol == VX_EOL_CRLF || eol == VX_EOL_CR;
}

static inline struct vx_str
vx_line_text(const struct vx_line *line)
{
    return vx_str_of(line->text, line->size);
}

static inline bool
vx_is_encoding_key(struct vx_str key)
{
    return vx_str_ieq(key, VX_STR(".encoding"));
}

bool vx_doc_is_ascii(const struct vmx_doc *doc);
/* Looks at all lines once more: is it valid, has it escapes? */
void vx_doc_note_all(struct vmx_doc *doc);
/* After an edit of .encoding: `line` is the one that counts now, or NULL. */
void vx_doc_use_encoding(struct vmx_doc *doc, const struct vx_line *line,
                         enum vx_charset_kind kind);
/* Ends what was given out before the change. */
void vx_doc_changed(struct vmx_doc *doc);

#endif
