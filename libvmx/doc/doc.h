/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lossless document: a list of lines that own all their bytes, and an index of the
 * keys.  Law: emit(parse(x)) == x for every byte string.  The public half is vmx.h. */
#ifndef VX_DOC_DOC_H
#define VX_DOC_DOC_H

#include "base/arena.h"
#include "base/buf.h"
#include "diag/diag.h"
#include "doc/key.h"
#include "text/charset.h"
#include "text/lex.h"

struct vmx_doc {
    struct vx_arena arena; /* this itself, the text, edited lines, decoded values */
    struct vx_line *lines;
    size_t count, room;
    size_t entries; /* lines that are entries */
    size_t size;    /* bytes of all lines */

    uint32_t *index; /* open addressing: line + 1 of the first with a key, 0 is free;
                        NULL until somebody asks for a key by name */
    uint32_t index_mask;
    uint64_t seed;

    struct vx_str encoding; /* value of .encoding; s is NULL without one */
    enum vx_charset_kind charset_kind;
    struct vx_charset *charset; /* opened when first needed */
    bool valid;                 /* the text as a whole is UTF-8 and says so */
    bool escapes;               /* a '|' stands somewhere in it */
    bool escape_unfit; /* an edit writes what the charset lacks as |XX of its UTF-8 */

    struct vx_str *values; /* NUL-terminated values given out by vmx_doc_get() */
    const char **names;    /* keys given out by vmx_doc_key(), by entry */
    size_t cursor_entry, cursor_line; /* where vmx_doc_value() was asked last */
    bool edited;                      /* since it was parsed */
};

/* The winning line of `key`, or NULL.  Which of several duplicates wins is decided
 * here: the first, as in libvirt. */
struct vx_line *vx_doc_find(struct vmx_doc *doc, struct vx_str key);
/* The winning line of a machine-wide key of the catalogue. */
struct vx_line *vx_doc_find_machine(struct vmx_doc *doc, enum vx_machine_prop prop);

/* The value in UTF-8 with its escapes decoded.  Borrowed from the document's text where
 * it stands so, else from its arena; not NUL-terminated.  What is odd about it is noted
 * in line->odd.  `s` is NULL when out of memory. */
struct vx_str vx_doc_value(struct vmx_doc *doc, struct vx_line *line);
/* Would vx_doc_set() write `value` with the very bytes that the line has? */
bool vx_doc_spells(struct vmx_doc *doc, const struct vx_line *line,
                   struct vx_str value);
/* The value without decoding escapes. */
struct vx_str vx_doc_text(struct vmx_doc *doc, struct vx_line *line);

/* Truth as it occurs in files: true false yes no on off 1 0 in any case.  False, and
 * *ret untouched, for any other text. */
bool vx_bool_word(struct vx_str text, bool *ret);

/* vx_doc_value() with a NUL behind it.  Lives until the document ends. */
struct vx_str vx_doc_string(struct vmx_doc *doc, struct vx_line *line);

/* As vmx_doc_set() and vmx_doc_remove(), for any bytes: a value may hold NULs, and what
 * is no UTF-8 is escaped. */
enum vmx_status vx_doc_set(struct vmx_doc *doc, struct vx_str key, struct vx_str value);
bool vx_doc_remove(struct vmx_doc *doc, struct vx_str key);
/* Removes all keys that `wanted` says yes to, in one pass; how many entries.  An
 * .encoding that bytes outside ASCII are in stays. */
typedef bool vx_key_wanted(struct vx_str key, const void *what);
size_t vx_doc_remove_where(struct vmx_doc *doc, vx_key_wanted *wanted,
                           const void *what);
/* As vx_doc_set(), and a line that cannot take the value gives way to a new one. */
enum vmx_status vx_doc_put(struct vmx_doc *doc, struct vx_str key, struct vx_str value);

/* What is odd about the lines, as vmx_doc_parse() tells it.  VMX_OK or VMX_ERR_NOMEM.
 */
enum vmx_status vx_doc_report(struct vmx_doc *doc, struct vmx_diags *diags);

/* The document that its bytes are, as nobody has edited it.  VMX_OK, VMX_ERR_NOMEM,
 * VMX_ERR_LIMIT. */
enum vmx_status vx_doc_copy(const struct vmx_doc *doc, struct vmx_doc **ret);
/* Are both the same to the byte?  VMX_OK or VMX_ERR_NOMEM. */
enum vmx_status vx_doc_same(const struct vmx_doc *a, const struct vmx_doc *b,
                            bool *ret);
/* The line that holds the byte at `offset` of a document that is not edited; NULL when
 * it has no lines. */
struct vx_line *vx_doc_line_at(const struct vmx_doc *doc, size_t offset);

/* Where a line, its key or its value stands, for diagnostics. */
struct vx_span vx_line_span(const struct vx_line *line);
struct vx_span vx_key_span(const struct vx_line *line);
struct vx_span vx_value_span(const struct vx_line *line);

/* Makes key data of a new or changed line. */
void vx_doc_learn(struct vx_line *line, uint64_t seed);
/* The index and each line's `winner`: when they are not there yet, and anew after an
 * edit.  VMX_OK or VMX_ERR_NOMEM. */
enum vmx_status vx_doc_index(struct vmx_doc *doc);
enum vmx_status vx_doc_reindex(struct vmx_doc *doc);
/* The same when all that is new is the statement at `at`, whose key no other line has:
 * numbers of lines move, and nothing is hashed again. */
enum vmx_status vx_doc_index_new(struct vmx_doc *doc, size_t at);

#endif
