/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A patch as text.  UTF-8, one edit a line:
 *
 *     vmx-patch 1
 *     set memSize = "4096" -> "8192"
 *     add ethernet1.present = "TRUE"
 *     add ethernet0.wakeOnPcktRcv = "FALSE" to ethernet0
 *     remove floppy0.fileName = "boot.flp"
 *
 * Values stand in double quotes, escaped as in a VMX: a quote, a | and what is no
 * character of text as |XX.  A key that is more than letters, digits and . : _ - stands
 * in quotes as well.  What is added to a device fits no machine that lacks it.  Empty
 * lines and those that begin with # say nothing. */
#include "diff/patch.h"

#include "text/charset.h"
#include "text/escape.h"

#include "base/banned.h"

static const struct vx_str head = {"vmx-patch 1", 11};

/* ---- writing --------------------------------------------------------------------- */

/* All that a line of text cannot hold, but CR, LF and NUL. */
static const char escaped[] = "\"\001\002\003\004\005\006\007\010\011\013\014\016\017"
                              "\020\021\022\023\024\025\026\027\030\031\032\033\034"
                              "\035\036\037\177";

static bool
is_bare(char c)
{
    return vx_is_alpha((unsigned char)c) || vx_is_digit((unsigned char)c)
           || (c && strchr(".:_-", c));
}

static bool
is_bare_key(struct vx_str key)
{
    if (key.s == NULL)
        return false;
    for (size_t i = 0; i < key.n; i++)
        if (!is_bare(key.s[i]))
            return false;
    return key.n > 0;
}

static void
put_quoted(struct vx_buf *out, struct vx_str text)
{
    vx_buf_char(out, '"');
    vx_escape(out, text, '|', escaped);
    vx_buf_char(out, '"');
}

/* Bytes of a key that are no UTF-8, as some charsets have them, become escapes. */
static void
put_key(struct vx_buf *out, struct vx_str key)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);

    if (is_bare_key(key)) {
        vx_buf_str(out, key);
        return;
    }
    put_quoted(&text, key);
    if (text.data == NULL)
        out->failed = true;
    else if (vx_utf8_valid(key))
        vx_buf_str(out, vx_buf_text(&text));
    else
        vx_escape_high(out, vx_buf_text(&text));
    out->failed |= text.failed;
}

static void
put_edit(struct vx_buf *out, const struct vx_edit *edit)
{
    vx_buf_str(out, edit->before.s && edit->after.s ? VX_STR("set ")
                    : edit->after.s                 ? VX_STR("add ")
                                                    : VX_STR("remove "));
    put_key(out, edit->key);
    vx_buf_lit(out, " = ");
    put_quoted(out, edit->before.s ? edit->before : edit->after);
    if (edit->before.s && edit->after.s) {
        vx_buf_lit(out, " -> ");
        put_quoted(out, edit->after);
    }
    if (edit->to_device) {
        vx_buf_lit(out, " to ");
        vx_buf_str(out, vx_device_token(edit->key));
    }
    vx_buf_char(out, '\n');
}

void
vx_patch_write(struct vmx_patch *patch)
{
    struct vx_buf *out = &patch->text;

    if (out->size)
        return;
    vx_buf_str(out, head);
    vx_buf_char(out, '\n');
    for (size_t i = 0; i < patch->count; i++)
        put_edit(out, &patch->edits[i]);
    vx_buf_char(out, '\0');
}

/* ---- reading --------------------------------------------------------------------- */

struct reader {
    struct vmx_patch *patch;
    struct vmx_diags *diags;
    struct vx_str text, left; /* of the whole; what was not read yet of the line */
    uint32_t number;
    const char *start; /* of the line */
};

/* Blames what is left of the line, or all of it when nothing is. */
static bool
blame(struct reader *reader, const char *expected)
{
    struct vx_span span = {(size_t)(reader->left.s - reader->text.s), reader->left.n,
                           reader->number,
                           (uint32_t)(reader->left.s - reader->start) + 1};

    vx_diag(reader->diags, VX_BAD_PATCH, span, "expected %s", expected);
    return false;
}

static void
skip_blanks(struct reader *reader)
{
    while (reader->left.n && vx_is_blank((unsigned char)reader->left.s[0]))
        reader->left = vx_str_skip(reader->left, 1);
}

static bool
take(struct reader *reader, struct vx_str word)
{
    if (!vx_str_starts(reader->left, word))
        return false;
    reader->left = vx_str_skip(reader->left, word.n);
    skip_blanks(reader);
    return true;
}

/* The text in quotes that begins here. */
static bool
take_quoted(struct reader *reader, struct vx_str *ret)
{
    struct vx_arena *arena = &reader->patch->arena;
    struct vx_str inside = vx_str_skip(reader->left, 1);
    ptrdiff_t end = -1, stray = -1;

    if (reader->left.n && reader->left.s[0] == '"')
        end = vx_str_find(inside, '"');
    if (end < 0)
        return blame(reader, "text in double quotes");
    *ret = vx_unescape(arena, vx_str_of(inside.s, (size_t)end), '|', &stray);
    if (stray >= 0)
        return blame(reader, "two hex digits behind each |");
    reader->left = vx_str_skip(inside, (size_t)end + 1);
    skip_blanks(reader);
    return true;
}

static bool
take_key(struct reader *reader, struct vx_str *ret)
{
    size_t size = 0;

    if (reader->left.n && reader->left.s[0] == '"')
        return take_quoted(reader, ret) && (ret->n || blame(reader, "a key"));
    while (size < reader->left.n && is_bare(reader->left.s[size]))
        size++;
    if (size == 0)
        return blame(reader, "a key");
    *ret = vx_str_of(reader->left.s, size);
    reader->left = vx_str_skip(reader->left, size);
    skip_blanks(reader);
    return true;
}

/* The device of the key, which is said once more. */
static bool
take_device(struct reader *reader, struct vx_edit *edit)
{
    struct vx_str device = vx_device_token(edit->key), said = VX_STR_NONE;

    edit->to_device = true;
    if (!is_bare_key(device) || !vx_str_istarts(reader->left, device))
        return blame(reader, "the device of the key");
    return take_key(reader, &said)
           && (vx_str_ieq(said, device) || blame(reader, "the device of the key"));
}

static bool
read_edit(struct reader *reader)
{
    struct vx_edit edit = {.line = reader->number};
    struct vx_str value;
    bool set = take(reader, VX_STR("set ")), add = !set && take(reader, VX_STR("add "));

    if (!set && !add && !take(reader, VX_STR("remove ")))
        return blame(reader, "set, add or remove");
    if (!take_key(reader, &edit.key))
        return false;
    if (!take(reader, VX_STR("=")))
        return blame(reader, "= behind the key");
    if (!take_quoted(reader, &value))
        return false;
    if (add)
        edit.after = value;
    else
        edit.before = value;
    if (set && !take(reader, VX_STR("->")))
        return blame(reader, "-> and the new value");
    if (set && !take_quoted(reader, &edit.after))
        return false;
    if (add && take(reader, VX_STR("to ")) && !take_device(reader, &edit))
        return false;
    if (reader->left.n)
        return blame(reader, "the end of the line");
    return vx_patch_add(reader->patch, &edit);
}

/* The next line, without its end, becomes what is left. */
static bool
next_line(struct reader *reader, struct vx_str *rest)
{
    ptrdiff_t end = vx_str_find(*rest, '\n');

    if (rest->n == 0)
        return false;
    reader->left = end < 0 ? *rest : vx_str_of(rest->s, (size_t)end);
    *rest = vx_str_skip(*rest, reader->left.n + (end >= 0));
    if (reader->left.n && reader->left.s[reader->left.n - 1] == '\r')
        reader->left.n--;
    reader->start = reader->left.s;
    reader->number++;
    skip_blanks(reader);
    return true;
}

static bool
read_all(struct reader *reader)
{
    struct vx_str rest = reader->text;
    bool begun = false;

    while (next_line(reader, &rest)) {
        if (reader->left.n == 0 || reader->left.s[0] == '#')
            continue;
        if (!begun && !vx_str_eq(vx_str_trim(reader->left), head))
            return blame(reader, "\"vmx-patch 1\", with which a patch begins");
        if (begun && !read_edit(reader))
            return false;
        begun = true;
    }
    return begun || blame(reader, "\"vmx-patch 1\", with which a patch begins");
}

static void
patch_drop(struct vmx_patch **patch)
{
    vmx_patch_free(*patch);
}

enum vmx_status
vx_patch_read(struct vx_str text, struct vmx_diags *diags, struct vmx_patch **ret)
{
    struct vmx_patch *patch VX_AUTO(patch_drop) = vx_patch_new();
    struct reader reader = {.patch = patch,
                            .diags = diags,
                            .text = text,
                            .left = vx_str_of(text.s, 0),
                            .start = text.s,
                            .number = 0};

    if (patch == NULL)
        return VMX_ERR_NOMEM;
    if (text.n > VMX_MAX_TEXT)
        return VMX_ERR_LIMIT;
    if (!vx_utf8_valid(text)) {
        vx_diag(diags, VX_BAD_PATCH, VX_NO_SPAN, "a patch is UTF-8, and this is not");
        return VMX_ERR_INPUT;
    }
    if (!read_all(&reader))
        return patch->arena.failed ? VMX_ERR_NOMEM : VMX_ERR_INPUT;
    *ret = patch;
    patch = NULL;
    return VMX_OK;
}
