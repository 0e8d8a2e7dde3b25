/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Inputs, and which of their differences are shown. */
#include "diff.h"

#include <stdlib.h>

#include "base/banned.h"

/* ---- inputs ---------------------------------------------------------------------- */

/* XML begins as no VMX does. */
static bool
is_xml(struct vx_str text)
{
    if (vx_str_starts(text, VX_STR("\xEF\xBB\xBF")))
        text = vx_str_skip(text, 3);
    while (text.n && strchr(" \t\r\n", text.s[0]) && text.s[0])
        text = vx_str_skip(text, 1);
    return text.n && text.s[0] == '<';
}

/* The VMX that a domain is; what it remembers of one comes back. */
static const char *
make_vmx(struct diff_input *input, const struct diff_setting *how)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_result *result = NULL;
    enum vmx_status status;
    const char *vmx;
    size_t size;

    options.base = how->base;
    options.with_secrets = true;
    status =
        vmx_convert_to_vmx(input->text.data, input->text.size, &options, NULL, &result);
    if (status == VMX_ERR_INPUT)
        return "XML, and no domain of libvirt's";
    if (status != VMX_OK)
        return vmx_status_text(status);
    vmx = vmx_result_text(result, &size);
    status = vmx_doc_parse(vmx, size, NULL, &input->doc);
    vmx_result_free(result);
    return status == VMX_OK ? NULL : vmx_status_text(status);
}

/* Why it is no VMX, in the words of the library; NULL when it is one. */
static const char *
say_no_vmx(struct diff_input *input)
{
    struct vmx_diags *diags = vmx_diags_new();
    bool is = vmx_doc_is_vmx(input->doc, diags);
    const struct vmx_diag *diag = vmx_diags_get(diags, 0);

    input->text.size = 0; /* parsed, it is needed no more */
    if (diag)
        vx_buf_str(&input->text, vx_str_c(diag->message));
    vx_buf_char(&input->text, '\0');
    vmx_diags_free(diags);
    return is ? NULL : input->text.failed || !diag ? "not a VMX" : input->text.data;
}

const char *
diff_input_read(struct diff_input *input, const struct diff_setting *how)
{
    const char *why = NULL;
    enum vmx_status status;

    input->text.ceiling = VMX_MAX_TEXT;
    if (input->file)
        why = cli_read(input->file, &input->text);
    if (why)
        return why;
    input->domain = is_xml(vx_buf_text(&input->text));
    if (input->domain)
        return make_vmx(input, how);
    status = vmx_doc_parse(input->text.data, input->text.size, NULL, &input->doc);
    if (status != VMX_OK)
        return vmx_status_text(status);
    return input->text.size == 0 ? NULL : say_no_vmx(input);
}

void
diff_input_done(struct diff_input *input)
{
    vmx_doc_free(input->doc);
    vx_buf_done(&input->text);
}

/* ---- which are shown ------------------------------------------------------------- */

/* A device as a whole counts as its .present. */
static bool
matches(const struct diff_patterns *patterns, const struct vmx_difference *row)
{
    struct vx_buf name VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);

    if (patterns->count == 0)
        return false;
    if (row->key)
        return diff_patterns_match(patterns, vx_str_c(row->key))
               || diff_patterns_match(patterns, vx_str_c(row->key_after));
    vx_buf_printf(&name, "%s.present", row->device);
    return diff_patterns_match(patterns, vx_buf_text(&name));
}

bool
diff_is_shown(const struct diff_setting *how, const struct vmx_difference *row)
{
    if (matches(&how->ignore, row))
        return false;
    return how->only.count == 0 || matches(&how->only, row);
}

bool
diff_same_device(const struct vmx_difference *a, const struct vmx_difference *b)
{
    return strcmp(a->device, b->device) == 0
           && strcmp(a->device_after, b->device_after) == 0;
}

/* A device that came or left is shown as long as one of its keys is. */
static void
drop_bare_devices(struct diff_view *view)
{
    size_t kept = 0;

    for (size_t i = 0; i < view->count; i++) {
        const struct vmx_difference *row = view->rows[i], *next = NULL;

        if (i + 1 < view->count)
            next = view->rows[i + 1];
        if (row == NULL || row->key || row->change == VMX_CHANGE_MOVED || !*row->device
            || (next && next->key && diff_same_device(row, next)))
            view->rows[kept++] = row;
    }
    view->count = kept;
}

static void
choose_rows(struct diff_view *view)
{
    const struct diff_setting *how = view->how;
    bool pass = how->ignore.count + how->only.count == 0;
    const struct vmx_difference *row;

    for (size_t i = 0; (row = vmx_diff_get(view->diff, i)) != NULL; i++) {
        bool device = row->key == NULL && row->change != VMX_CHANGE_MOVED;

        if (pass || device || diff_is_shown(how, row))
            view->rows[view->count++] = row;
    }
    if (!pass)
        drop_bare_devices(view);
}

enum vmx_status
diff_view_init(struct diff_view *view, const struct diff_setting *how,
               struct diff_input *before, struct diff_input *after)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;
    enum vmx_status status;

    *view = (struct diff_view){.how = how, .before = before, .after = after};
    options.all = how->all;
    options.bytes = how->bytes;
    options.before_redacted = before->domain;
    options.after_redacted = after->domain;
    status = vmx_diff_new(before->doc, after->doc, &options, &view->diff);
    if (status != VMX_OK)
        return status;
    view->rows =
        calloc(vmx_diff_count(view->diff) + 1, sizeof(struct vmx_difference *));
    if (view->rows == NULL)
        return VMX_ERR_NOMEM;
    choose_rows(view);
    return VMX_OK;
}

void
diff_view_done(struct diff_view *view)
{
    free(view->rows);
    vmx_diff_free(view->diff);
}

/* ---- counting -------------------------------------------------------------------- */

struct diff_count
diff_count(const struct diff_view *view)
{
    struct diff_count count = {.all = 0};

    for (size_t i = 0; i < view->count; i++) {
        const struct vmx_difference *row = view->rows[i];

        if (row->key && row->whole)
            continue;
        count.all++;
        count.apply[row->apply]++;
        count.changed += row->change == VMX_CHANGE_CHANGED;
        count.added += row->change == VMX_CHANGE_ADDED;
        count.removed += row->change == VMX_CHANGE_REMOVED;
        count.moved += row->change == VMX_CHANGE_MOVED;
        count.identity += diff_is_identity(row);
    }
    return count;
}

const char *
diff_needs(const struct diff_count *count)
{
    for (int apply = VMX_APPLY_NOT_BY_VI; apply >= 0; apply--)
        if (count->apply[apply])
            return vmx_apply_text((enum vmx_apply)apply);
    return "";
}

const char *
diff_property(const struct vmx_difference *row)
{
    size_t n = strlen(row->device);
    bool whose = n && strncmp(row->key, row->device, n) == 0 && row->key[n] == '.';

    return whose ? row->key + n + 1 : row->key;
}

/* ---- showing --------------------------------------------------------------------- */

enum vmx_status
diff_put_view(struct cli *cli, const struct diff_view *view)
{
    switch (view->how->format) {
    case DIFF_TEXT:
        diff_put_text(cli, view);
        break;
    case DIFF_SUMMARY:
        diff_put_summary(cli, view);
        break;
    case DIFF_JSON:
        diff_put_json(cli, view);
        break;
    case DIFF_HTML:
        diff_put_html(cli, view);
        break;
    case DIFF_UNIFIED:
        return diff_put_unified(cli, view);
    }
    return cli->out.failed ? VMX_ERR_NOMEM : VMX_OK;
}
