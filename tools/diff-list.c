/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A document in its normal form: one key a line, in one spelling and order, without
 * what the host writes and without secrets.  Two documents that mean the same have the
 * same one, so that `diff` and git can compare it. */
#include "diff.h"

#include <stdlib.h>

#include "base/udiff.h"

#include "base/banned.h"

static void
doc_drop(struct vmx_doc **doc)
{
    vmx_doc_free(*doc);
}

static void
diff_drop(struct vmx_diff **diff)
{
    vmx_diff_free(*diff);
}

/* All that a document says: what it has and an empty one has not. */
static enum vmx_status
list_all(struct vmx_doc *doc, const struct diff_setting *how, struct vmx_diff **ret)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;
    struct vmx_doc *nothing VX_AUTO(doc_drop) = NULL;
    enum vmx_status status = vmx_doc_parse("", 0, NULL, &nothing);

    options.all = how->all;
    options.canonical = true;
    return status == VMX_OK ? vmx_diff_new(nothing, doc, &options, ret) : status;
}

static int
compare_letters(const char *a, const char *b)
{
    for (; *a && vx_same_letter(*a, *b); a++, b++) {
    }
    return (int)vx_lower((unsigned char)*a) - (int)vx_lower((unsigned char)*b);
}

static int
compare_rows(const void *a, const void *b)
{
    const struct vmx_difference *one = *(const struct vmx_difference *const *)a;
    const struct vmx_difference *two = *(const struct vmx_difference *const *)b;

    return compare_letters(one->key, two->key);
}

/* Is it a secret that is another one afterwards? */
static bool
is_other_secret(const struct diff_view *view, const struct vmx_difference *row)
{
    if (!row->secret || view == NULL)
        return false;
    for (size_t i = 0; i < view->count; i++)
        if (view->rows[i]->secret && compare_letters(view->rows[i]->key, row->key) == 0)
            return true;
    return false;
}

static void
put_row(struct vx_buf *out, const struct vmx_difference *row,
        const struct diff_view *view)
{
    for (const char *at = row->key; *at; at++)
        vx_buf_char(out, (char)vx_lower((unsigned char)*at));
    vx_buf_lit(out, " = \"");
    diff_put_value(out, row->after, SIZE_MAX);
    if (is_other_secret(view, row))
        vx_buf_lit(out, " another");
    vx_buf_lit(out, "\"\n");
}

enum vmx_status
diff_put_listing(struct vx_buf *out, struct diff_input *input,
                 const struct diff_setting *how, const struct diff_view *view)
{
    struct vmx_diff *diff VX_AUTO(diff_drop) = NULL;
    enum vmx_status status = list_all(input->doc, how, &diff);
    const struct vmx_difference **rows;
    const struct vmx_difference *row;
    size_t count = 0;

    if (status != VMX_OK)
        return status;
    rows = calloc(vmx_diff_count(diff) + 1, sizeof(*rows));
    if (rows == NULL)
        return VMX_ERR_NOMEM;
    for (size_t i = 0; (row = vmx_diff_get(diff, i)) != NULL; i++)
        if (row->key && diff_is_shown(how, row))
            rows[count++] = row;
    qsort(rows, count, sizeof(*rows),
          compare_rows); /* of the order of vmx_diff_get() */
    for (size_t i = 0; i < count; i++)
        put_row(out, rows[i], view);
    free(rows);
    return out->failed ? VMX_ERR_NOMEM : VMX_OK;
}

enum vmx_status
diff_put_unified(struct cli *cli, const struct diff_view *view)
{
    struct vx_buf before VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 4);
    struct vx_buf after VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 4);
    enum vmx_status status = diff_put_listing(&before, view->before, view->how, NULL);

    if (status == VMX_OK)
        status = diff_put_listing(&after, view->after, view->how, view);
    if (status == VMX_OK)
        vx_udiff(&cli->out, vx_buf_text(&before), vx_buf_text(&after),
                 view->before->name, view->after->name);
    return status;
}
