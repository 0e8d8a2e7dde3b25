/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Edits of keys that make of one document what another one means, as a list and as a
 * text: vmx-diff(1) has its format.  The public half is vmx.h. */
#ifndef VX_DIFF_PATCH_H
#define VX_DIFF_PATCH_H

#include "diff/side.h"

/* One edit.  `before` and `after` are decoded UTF-8; s is NULL where the key is not
 * there. */
struct vx_edit {
    struct vx_str key, before, after;
    bool to_device; /* a new key of a device that must be there */
    uint32_t line;  /* of the patch's text; 0 when it was made of documents */
};

/* An edit that did not fit. */
struct vx_conflict {
    uint32_t edit;       /* its number */
    struct vx_str found; /* what the document says; s is NULL when the key is absent */
};

struct vmx_patch {
    struct vx_arena arena; /* this itself and all strings */
    struct vx_edit *edits;
    size_t count, room;
    struct vx_conflict *conflicts; /* of the last application */
    size_t conflict_count;
    struct vx_buf text;    /* once somebody asks */
    struct vmx_edit *told; /* the public views, once somebody asks */
    struct vmx_conflict *told_conflicts;
};

/* An empty patch, or NULL. */
struct vmx_patch *vx_patch_new(void);
/* Appends an edit, whose strings are copied; false without memory. */
bool vx_patch_add(struct vmx_patch *patch, const struct vx_edit *edit);

/* The edits that make of `a` what `b` means.  What the host rewrites or has assigned is
 * left as it is unless `all`, or its device leaves. */
enum vmx_status vx_patch_between(struct vmx_doc *a, struct vmx_doc *b, bool all,
                                 struct vmx_patch **ret);

/* patch_text.c */
enum vmx_status vx_patch_read(struct vx_str text, struct vmx_diags *diags,
                              struct vmx_patch **ret);
void vx_patch_write(struct vmx_patch *patch);

/* What becomes of an edit in a document. */
enum vx_edit_fit {
    VX_EDIT_APPLIES,
    VX_EDIT_DONE,     /* the document says it already */
    VX_EDIT_CONFLICT, /* the document says neither the one nor the other */
};

/* Notes the edits that do not fit `doc` in patch->conflicts.  `fits`, if not NULL, has
 * room for each edit's enum vx_edit_fit. */
enum vmx_status vx_patch_check(struct vmx_patch *patch, struct vmx_doc *doc,
                               uint8_t *fits);
/* Makes those edits whose fit is VX_EDIT_APPLIES; what the document cannot take becomes
 * a conflict.  VMX_OK, VMX_ERR_LIMIT or VMX_ERR_NOMEM. */
enum vmx_status vx_patch_make(struct vmx_patch *patch, struct vmx_doc *doc,
                              uint8_t *fits);

#endif
