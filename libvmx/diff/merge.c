/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Three-way: what theirs has changed since the base, as edits of ours.  What both have
 * changed in two ways stands in the result twice, between the marks that git has. */
#include "diff/notes.h"
#include "diff/patch.h"

#include <stdlib.h>

#include "doc/spell.h"

#include "base/banned.h"

struct merge {
    struct vmx_doc *base, *theirs;
    struct vmx_doc *result; /* a copy of ours, which takes the edits */
    struct vmx_patch *patch;
    uint8_t *fits;
    uint32_t *blocks; /* by line of the result: conflict + 1 */
    bool *new;        /* the same: the line is theirs, and ours has none */
    struct vx_notes notes;
    struct vx_buf text;
    size_t conflicts;
};

static void
merge_done(struct merge *merge)
{
    vmx_doc_free(merge->result);
    vmx_patch_free(merge->patch);
    free(merge->fits);
    free(merge->blocks);
    free(merge->new);
    vx_notes_done(&merge->notes);
    vx_buf_done(&merge->text);
}

/* ---- conflicts ------------------------------------------------------------------- */

/* What the host writes anew is no reason to bother anybody: ours stays. */
static void
drop_host_conflicts(struct merge *merge)
{
    struct vmx_patch *patch = merge->patch;
    size_t kept = 0;

    for (size_t i = 0; i < patch->conflict_count; i++) {
        const struct vx_edit *edit = &patch->edits[patch->conflicts[i].edit];

        if (vx_concern_of(vx_key_entry_of(edit->key)) < VMX_CONCERN_HOST)
            patch->conflicts[kept++] = patch->conflicts[i];
    }
    patch->conflict_count = kept;
}

static const struct vx_edit *
edit_of(const struct merge *merge, size_t conflict)
{
    return &merge->patch->edits[merge->patch->conflicts[conflict].edit];
}

/* A key that ours has no more gets a line for a while, where its device is.  What the
 * document cannot hold has no line, and is a conflict all the same. */
static enum vmx_status
make_places(struct merge *merge)
{
    enum vmx_status status;

    for (size_t i = 0; i < merge->patch->conflict_count; i++) {
        const struct vx_edit *edit = edit_of(merge, i);

        if (edit->after.s == NULL || vx_doc_find(merge->result, edit->key))
            continue;
        status = vx_doc_put(merge->result, edit->key, edit->after);
        if (status == VMX_ERR_NOMEM || status == VMX_ERR_LIMIT)
            return status;
        merge->fits[merge->patch->conflicts[i].edit] = VX_EDIT_APPLIES; /* new here */
    }
    return VMX_OK;
}

static enum vmx_status
find_places(struct merge *merge)
{
    merge->blocks = calloc(merge->result->count + 1, sizeof(*merge->blocks));
    merge->new = calloc(merge->result->count + 1, sizeof(*merge->new));
    if (merge->blocks == NULL || merge->new == NULL)
        return VMX_ERR_NOMEM;
    for (size_t i = 0; i < merge->patch->conflict_count; i++) {
        const struct vx_line *line = vx_doc_find(merge->result, edit_of(merge, i)->key);
        size_t at;

        if (line == NULL)
            continue;
        at = (size_t)(line - merge->result->lines);
        merge->blocks[at] = (uint32_t)i + 1;
        merge->new[at] =
            merge->fits[merge->patch->conflicts[i].edit] == VX_EDIT_APPLIES;
    }
    return VMX_OK;
}

/* ---- text ------------------------------------------------------------------------ */

/* `KEY = "value"` in the bytes of the result; nothing for no value. */
static enum vmx_status
put_statement(struct merge *merge, struct vx_str key, struct vx_str value,
              struct vx_str eol)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 6);
    enum vmx_status status;

    if (value.s == NULL)
        return VMX_OK;
    status = vx_spell_value(merge->result, key, value, &raw);
    if (status != VMX_OK)
        return status;
    vx_buf_str(&merge->text, key);
    vx_buf_lit(&merge->text, " = \"");
    vx_buf_str(&merge->text, vx_buf_text(&raw));
    vx_buf_lit(&merge->text, "\"");
    vx_buf_str(&merge->text, eol);
    return VMX_OK;
}

static void
put_mark(struct merge *merge, struct vx_str mark, struct vx_str eol)
{
    vx_buf_str(&merge->text, mark);
    vx_buf_str(&merge->text, eol);
}

static bool
ends_line(const struct vx_buf *text)
{
    return text->size == 0 || text->data[text->size - 1] == '\n'
           || text->data[text->size - 1] == '\r';
}

/* The line as ours has it, as the base had it, as theirs has it. */
static enum vmx_status
put_block(struct merge *merge, size_t at)
{
    const struct vx_line *line = &merge->result->lines[at];
    const struct vx_edit *edit = edit_of(merge, merge->blocks[at] - 1);
    struct vx_str eol = line->eol == VX_EOL_CRLF ? vx_eol_text(VX_EOL_CRLF)
                        : line->eol == VX_EOL_CR ? vx_eol_text(VX_EOL_CR)
                                                 : vx_eol_text(VX_EOL_LF);
    enum vmx_status status;

    if (!ends_line(&merge->text))
        vx_buf_str(&merge->text, eol);
    put_mark(merge, VX_STR("<<<<<<< ours"), eol);
    if (!merge->new[at]) {
        vx_buf_add(&merge->text, line->text, line->size);
        if (!ends_line(&merge->text))
            vx_buf_str(&merge->text, eol);
    }
    put_mark(merge, VX_STR("||||||| base"), eol);
    status = put_statement(merge, edit->key, edit->before, eol);
    put_mark(merge, VX_STR("======="), eol);
    if (status == VMX_OK)
        status = put_statement(merge, edit->key, edit->after, eol);
    put_mark(merge, VX_STR(">>>>>>> theirs"), eol);
    return status;
}

/* How the first line ends. */
static struct vx_str
usual_end(const struct merge *merge)
{
    const struct vx_line *first = merge->result->count ? merge->result->lines : NULL;

    return vx_eol_text(first && first->eol == VX_EOL_CRLF ? VX_EOL_CRLF
                       : first && first->eol == VX_EOL_CR ? VX_EOL_CR
                                                          : VX_EOL_LF);
}

static enum vmx_status
put_all(struct merge *merge)
{
    enum vmx_status status = VMX_OK;

    for (size_t i = 0; i < merge->result->count && status == VMX_OK; i++) {
        const struct vx_line *line = &merge->result->lines[i];

        vx_notes_put(&merge->notes, &merge->text, i, usual_end(merge));
        if (merge->notes.gone[i])
            continue;
        if (merge->blocks[i])
            status = put_block(merge, i);
        else
            vx_buf_add(&merge->text, line->text, line->size);
    }
    vx_notes_put(&merge->notes, &merge->text, merge->result->count, usual_end(merge));
    return status == VMX_OK && merge->text.failed ? VMX_ERR_NOMEM : status;
}

/* ---- all ------------------------------------------------------------------------- */

static enum vmx_status
merge_edits(struct merge *merge)
{
    enum vmx_status status =
        vx_patch_between(merge->base, merge->theirs, true, &merge->patch);

    if (status != VMX_OK)
        return status;
    merge->fits = calloc(merge->patch->count + 1, sizeof(*merge->fits));
    if (merge->fits == NULL)
        return VMX_ERR_NOMEM;
    status = vx_patch_check(merge->patch, merge->result, merge->fits);
    if (status == VMX_OK)
        status = vx_patch_make(merge->patch, merge->result, merge->fits);
    if (status != VMX_OK)
        return status;
    drop_host_conflicts(merge);
    merge->conflicts = merge->patch->conflict_count;
    merge->result->escape_unfit = true;
    status = make_places(merge);
    if (status == VMX_OK)
        status = find_places(merge);
    return status == VMX_OK
               ? vx_notes_find(&merge->notes, merge->base, merge->theirs, merge->result)
               : status;
}

/* Ours, with what theirs has changed. */
static enum vmx_status
merge_all(struct merge *merge, const struct vmx_doc *ours)
{
    enum vmx_status status = vx_doc_copy(ours, &merge->result);

    if (status == VMX_OK)
        status = merge_edits(merge);
    return status == VMX_OK ? put_all(merge) : status;
}

enum vmx_status
vmx_merge(struct vmx_doc *base, struct vmx_doc *ours, struct vmx_doc *theirs,
          char **ret_text, size_t *ret_size, size_t *ret_conflicts)
{
    struct merge merge = {.base = base, .theirs = theirs, .text = VX_BUF(SIZE_MAX / 2)};
    bool ours_same = false, theirs_same = false;
    enum vmx_status status;
    size_t size;
    char *text = NULL;

    if (base == NULL || ours == NULL || theirs == NULL || ret_text == NULL)
        return VMX_ERR_MISUSE;
    if (ret_conflicts)
        *ret_conflicts = 0;
    status = vx_doc_same(base, ours, &ours_same);
    if (status == VMX_OK && !ours_same)
        status = vx_doc_same(base, theirs, &theirs_same);
    if (status == VMX_OK && !ours_same && !theirs_same)
        status = vx_doc_same(ours, theirs, &theirs_same);
    if (status == VMX_OK && ours_same)
        return vmx_doc_emit(theirs, ret_text, ret_size);
    if (status == VMX_OK && theirs_same)
        return vmx_doc_emit(ours, ret_text, ret_size);
    if (status == VMX_OK)
        status = merge_all(&merge, ours);
    size = merge.text.size;
    if (status == VMX_OK)
        text = vx_buf_take(&merge.text);
    merge_done(&merge);
    if (text == NULL)
        return status == VMX_OK ? VMX_ERR_NOMEM : status;
    *ret_text = text;
    if (ret_size)
        *ret_size = size;
    if (ret_conflicts)
        *ret_conflicts = merge.conflicts;
    return VMX_OK;
}
