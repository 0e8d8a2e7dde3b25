/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a value and its statement are written: escapes, charset, quotes.  What is written
 * is read again by the lexer before it counts.  Where it goes stands in edit.c. */
#ifndef VX_DOC_SPELL_H
#define VX_DOC_SPELL_H

#include "doc/doc.h"

/* A statement in its parts. */
struct vx_parts {
    struct vx_str head; /* up to the quote */
    enum vx_quote quote;
    struct vx_str raw;
    struct vx_str tail; /* behind the quote, line end included */
};

struct vx_str vx_quote_text(enum vx_quote quote);
struct vx_str vx_eol_text(enum vx_eol eol);

static inline uint32_t
vx_quote_size(enum vx_quote quote)
{
    return (uint32_t)vx_quote_text(quote).n;
}

static inline uint32_t
vx_eol_size(enum vx_eol eol)
{
    return (uint32_t)vx_eol_text(eol).n;
}

/* Appends the bytes that `value` has in the file, without quotes.  VMX_ERR_INPUT when
 * the document's charset cannot say it, VMX_ERR_LIMIT, VMX_ERR_NOMEM. */
enum vmx_status vx_spell_value(struct vmx_doc *doc, struct vx_str key,
                               struct vx_str value, struct vx_buf *out);

/* `wanted`, or double quotes when `raw` cannot stand in those. */
enum vx_quote vx_spell_quote(enum vx_quote wanted, struct vx_str raw);

/* Writes the statement into the arena and reads it as line number `at`.  VMX_ERR_INPUT
 * when the lexer does not see it as it was meant, VMX_ERR_LIMIT, VMX_ERR_NOMEM. */
enum vmx_status vx_spell_line(struct vmx_doc *doc, size_t at,
                              const struct vx_parts *parts, struct vx_line *ret);

/* Appends an entry whose value has the bytes `raw`, in quotes that hold them; where
 * none do, the bytes in the way become escapes.  `out` is a file from its first byte
 * on, and `eol` ends the line.  False, and nothing is appended, when the lexer would
 * see anything but this one entry, whatever text follows. */
bool vx_spell_entry(struct vx_buf *out, struct vx_str key, struct vx_str raw,
                    struct vx_str eol);
/* The same for a statement, as it stands where that can be.  One that ends with a
 * semicolon gets no line end. */
bool vx_spell_statement(struct vx_buf *out, struct vx_str text, struct vx_str eol);

#endif
