/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public half of patches. */
#include "diff/patch.h"

#include <stdlib.h>

#include "base/banned.h"

enum vmx_status
vmx_patch_between(struct vmx_doc *before, struct vmx_doc *after, bool all,
                  struct vmx_patch **ret)
{
    if (before == NULL || after == NULL || ret == NULL)
        return VMX_ERR_MISUSE;
    return vx_patch_between(before, after, all, ret);
}

enum vmx_status
vmx_patch_parse(const char *text, size_t size, struct vmx_diags *diags,
                struct vmx_patch **ret)
{
    if (text == NULL || ret == NULL)
        return VMX_ERR_MISUSE;
    return vx_patch_read(vx_str_of(text, size), diags, ret);
}

size_t
vmx_patch_count(const struct vmx_patch *patch)
{
    return patch ? patch->count : 0;
}

static struct vmx_edit
view_of(const struct vx_edit *edit)
{
    return (struct vmx_edit){edit->key.s, edit->before.s, edit->after.s};
}

const struct vmx_edit *
vmx_patch_edit(struct vmx_patch *patch, size_t index)
{
    if (index >= vmx_patch_count(patch))
        return NULL;
    if (patch->told == NULL)
        patch->told = calloc(patch->count, sizeof(*patch->told));
    if (patch->told == NULL)
        return NULL;
    patch->told[index] = view_of(&patch->edits[index]);
    return &patch->told[index];
}

const char *
vmx_patch_text(struct vmx_patch *patch, size_t *ret_size)
{
    if (patch == NULL)
        return NULL;
    vx_patch_write(patch);
    if (patch->text.failed)
        return NULL;
    if (ret_size)
        *ret_size = patch->text.size - 1;
    return patch->text.data;
}

/* ---- applying -------------------------------------------------------------------- */

static void
doc_drop(struct vmx_doc **doc)
{
    vmx_doc_free(*doc);
}

/* On a copy, to see whether all of it can be written. */
static enum vmx_status
try_edits(struct vmx_patch *patch, const struct vmx_doc *doc, uint8_t *fits)
{
    struct vmx_doc *copy VX_AUTO(doc_drop) = NULL;
    enum vmx_status status = vx_doc_copy(doc, &copy);

    return status == VMX_OK ? vx_patch_make(patch, copy, fits) : status;
}

static void
fits_drop(uint8_t **fits)
{
    free(*fits);
}

enum vmx_status
vmx_patch_apply(struct vmx_patch *patch, struct vmx_doc *doc, bool partly)
{
    uint8_t *fits VX_AUTO(fits_drop) = NULL;
    enum vmx_status status;

    if (patch == NULL || doc == NULL)
        return VMX_ERR_MISUSE;
    fits = calloc(patch->count + 1, sizeof(*fits));
    if (fits == NULL)
        return VMX_ERR_NOMEM;
    status = vx_patch_check(patch, doc, fits);
    if (status == VMX_OK && !partly && patch->conflict_count == 0)
        status = try_edits(patch, doc, fits);
    if (status != VMX_OK || (!partly && patch->conflict_count))
        return status;
    return vx_patch_make(patch, doc, fits);
}

size_t
vmx_patch_conflicts(const struct vmx_patch *patch)
{
    return patch ? patch->conflict_count : 0;
}

static bool
is_secret(struct vx_str key)
{
    struct vx_line line = {
        .text = key.s, .key_size = (uint32_t)key.n, .kind = VX_LINE_ENTRY};

    vx_key_learn(&line);
    return line.secret;
}

const struct vmx_conflict *
vmx_patch_conflict(struct vmx_patch *patch, size_t index)
{
    const struct vx_conflict *conflict;
    const struct vx_edit *edit;

    if (index >= vmx_patch_conflicts(patch))
        return NULL;
    if (patch->told_conflicts == NULL)
        patch->told_conflicts =
            calloc(patch->conflict_count, sizeof(*patch->told_conflicts));
    if (patch->told_conflicts == NULL)
        return NULL;
    conflict = &patch->conflicts[index];
    edit = &patch->edits[conflict->edit];
    patch->told_conflicts[index] =
        (struct vmx_conflict){.edit = view_of(edit),
                              .found = conflict->found.s,
                              .secret = is_secret(edit->key)};
    return &patch->told_conflicts[index];
}
