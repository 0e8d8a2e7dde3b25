/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an edit did, as a person reads it: without secrets. */
#include "base/udiff.h"
#include "doc/change.h"
#include "doc/spell.h"

#include "base/banned.h"

/* An entry without what is not to be told. */
static void
put_secret(struct vx_buf *out, const struct vx_line *line, bool changed)
{
    uint32_t behind = line->value + line->value_size;

    vx_buf_add(out, line->text, line->value);
    vx_buf_str(out, changed ? VX_STR("(redacted, changed)") : VX_STR("(redacted)"));
    vx_buf_add(out, line->text + behind, line->size - behind);
}

/* Has `other` the same key with another value, or not at all? */
static bool
is_changed(const struct vx_line *line, struct vmx_doc *other)
{
    const struct vx_line *then = other ? vx_doc_find(other, vx_line_key(line)) : line;

    return then == NULL || !vx_str_eq(vx_line_raw(then), vx_line_raw(line));
}

static void
put_line(struct vx_buf *out, const struct vx_line *line, struct vmx_doc *other)
{
    struct vx_str end = vx_eol_text(line->eol);

    if (line->kind == VX_LINE_ENTRY && line->secret) {
        put_secret(out, line, is_changed(line, other));
    } else if (line->kind != VX_LINE_ENTRY && vx_key_tells_secret(vx_line_text(line))) {
        vx_buf_lit(out, "# (redacted)");
        vx_buf_str(out, end);
    } else {
        vx_buf_str(out, vx_line_text(line));
    }
}

/* `other`, when it is given, tells which secrets are new. */
static void
put_text(struct vx_buf *out, struct vmx_doc *doc, struct vmx_doc *other, bool secrets)
{
    for (size_t i = 0; i < doc->count; i++)
        if (secrets)
            vx_buf_str(out, vx_line_text(&doc->lines[i]));
        else
            put_line(out, &doc->lines[i], other);
}

enum vmx_status
vmx_doc_diff(struct vmx_doc *before, struct vmx_doc *now, const char *name_before,
             const char *name_now, bool with_secrets, char **ret_text, size_t *ret_size)
{
    struct vx_buf old VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);
    struct vx_buf new VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);
    size_t size;
    char *text;

    if (before == NULL || now == NULL || name_before == NULL || name_now == NULL
        || ret_text == NULL)
        return VMX_ERR_MISUSE;
    if (vx_doc_index(before) != VMX_OK)
        return VMX_ERR_NOMEM;
    put_text(&old, before, NULL, with_secrets);
    put_text(&new, now, before, with_secrets);
    if (old.failed || new.failed)
        return VMX_ERR_NOMEM;
    vx_udiff(&out, vx_buf_text(&old), vx_buf_text(&new), name_before, name_now);
    size = out.size;
    text = vx_buf_take(&out);
    if (text == NULL)
        return VMX_ERR_NOMEM;
    *ret_text = text;
    if (ret_size)
        *ret_size = size;
    return VMX_OK;
}
