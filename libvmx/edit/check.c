/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the catalogue of keys says of one key, for those who have no document. */
#include "doc/facts.h"
#include "doc/nearest.h"
#include "edit/device.h"
#include "model/guestos.h"

#include "base/banned.h"

static enum vmx_status
say_unknown(struct vx_str key, struct vmx_diags *diags)
{
    struct vx_buf meant VX_AUTO(vx_buf_done) = VX_BUF(4096);

    vx_key_nearest(key, &meant);
    if (meant.failed)
        return VMX_ERR_NOMEM;
    if (meant.size)
        vx_diag(diags, VX_EDIT_UNKNOWN_KEY, VX_NO_SPAN,
                "%.*s is not in the catalogue; was %.*s meant?", VX_ARG(key),
                VX_ARG(vx_buf_text(&meant)));
    else
        vx_diag(diags, VX_EDIT_UNKNOWN_KEY, VX_NO_SPAN, "%.*s is not in the catalogue",
                VX_ARG(key));
    return VMX_OK;
}

enum vmx_status
vmx_key_check(const char *key, const char *value, struct vmx_diags *diags)
{
    struct vx_buf expected VX_AUTO(vx_buf_done) = VX_BUF(4096);
    struct vx_str name = vx_str_c(key), text = vx_str_c(value);
    struct vx_line line;
    enum vx_fit fit;

    if (key == NULL || value == NULL || !vx_key_line(name, &line))
        return VMX_ERR_MISUSE;
    if (!vx_key_known(line.entry))
        return say_unknown(name, diags);
    fit = vx_key_fits(line.entry, text);
    if (fit == VX_FITS || fit == VX_LOOSE)
        return VMX_OK;
    vx_key_expects(line.entry, &expected);
    if (expected.failed)
        return VMX_ERR_NOMEM;
    if (line.secret)
        text = VX_STR("(redacted)");
    vx_diag(diags, VX_EDIT_VALUE, VX_NO_SPAN,
            "%.*s: \"%.*s\" does not suit; expected %.*s", VX_ARG(name), VX_ARG(text),
            (int)expected.size, expected.data ? expected.data : "");
    return VMX_ERR_INPUT;
}

const char *
vmx_key_type(const char *key)
{
    static const char *const words[VX_TYPES] = {
        [VX_TYPE_STRING] = "string", [VX_TYPE_BOOL] = "bool", [VX_TYPE_INT] = "int",
        [VX_TYPE_ENUM] = "enum",     [VX_TYPE_UUID] = "uuid", [VX_TYPE_MAC] = "mac",
        [VX_TYPE_PATH] = "path",     [VX_TYPE_SIZE] = "size",
    };
    struct vx_line line;

    if (key == NULL || !vx_key_line(vx_str_c(key), &line) || !vx_key_known(line.entry))
        return NULL;
    return words[vx_key_entries[line.entry].type];
}

bool
vmx_key_is_secret(const char *key)
{
    struct vx_line line;

    return key && vx_key_line(vx_str_c(key), &line) && line.secret;
}

const char *
vmx_guest_id(const char *word)
{
    const struct vx_guestos_row *row = word ? vx_guestos_find(vx_str_c(word)) : NULL;

    return row ? row->vim : NULL;
}
