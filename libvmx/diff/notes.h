/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comments in a merge: those that theirs has added come along, before the key that they
 * stand before there, and those that theirs has taken out go. */
#ifndef VX_DIFF_NOTES_H
#define VX_DIFF_NOTES_H

#include "doc/doc.h"

struct vx_note {
    size_t at;          /* the line of the result that it goes before */
    size_t order;       /* its line in theirs */
    struct vx_str text; /* without its line end */
};

struct vx_notes {
    struct vx_note *items;
    size_t count, next;
    bool *gone; /* by line of the result */
};

/* VMX_OK or VMX_ERR_NOMEM; vx_notes_done() in either case.  The texts are borrowed from
 * `theirs`. */
enum vmx_status vx_notes_find(struct vx_notes *notes, const struct vmx_doc *base,
                              const struct vmx_doc *theirs, struct vmx_doc *result);
/* Appends those that go before line `at`; asked for each line in turn. */
void vx_notes_put(struct vx_notes *notes, struct vx_buf *out, size_t at,
                  struct vx_str eol);
void vx_notes_done(struct vx_notes *notes);

#endif
