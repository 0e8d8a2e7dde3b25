/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/escape.h"

#include "base/banned.h"

static bool
is_one_of(unsigned char c, const char *set)
{
    return c && strchr(set, c) != NULL;
}

static void
put_pair(struct vx_buf *out, char mark, unsigned char c)
{
    vx_buf_char(out, mark);
    vx_buf_hex(out, c, 2);
}

void
vi_escape_name(struct vx_buf *out, struct vx_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (is_one_of((unsigned char)name.s[i], "%/\\"))
            put_pair(out, '%', (unsigned char)name.s[i]);
        else
            vx_buf_char(out, name.s[i]);
    }
}

void
vi_unescape_name(struct vx_buf *out, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        int high = -1, low = -1;

        if (text.s[i] == '%' && text.n - i > 2) {
            high = vx_hex_digit((unsigned char)text.s[i + 1]);
            low = vx_hex_digit((unsigned char)text.s[i + 2]);
        }
        if (high >= 0 && low >= 0) {
            vx_buf_char(out, (char)(high * 16 + low));
            i += 2;
        } else {
            vx_buf_char(out, text.s[i]);
        }
    }
}

void
vi_escape_annotation(struct vx_buf *out, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (c < ' ' || c == 0x7f || c == '|' || c == '"')
            put_pair(out, '|', c);
        else
            vx_buf_char(out, text.s[i]);
    }
}

void
vi_escape_display_name(struct vx_buf *out, struct vx_str name)
{
    struct vx_buf first VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);

    vi_escape_name(&first, name);
    out->failed |= first.failed;
    vi_escape_annotation(out, vx_buf_text(&first));
}

/* ---- datastore items ------------------------------------------------------------- */

static bool
is_item_char(unsigned char c)
{
    return vx_is_digit(c) || vx_is_alpha(c) || is_one_of(c, "'(),. _-");
}

/* With a comma for the slash, and without padding. */
static void
put_base64(struct vx_buf *out, struct vx_str text)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

    for (; text.n; text = vx_str_skip(text, 3)) {
        size_t bytes = text.n < 3 ? text.n : 3;
        uint32_t group = 0;

        for (size_t i = 0; i < 3; i++)
            group = group << 8 | (i < bytes ? (unsigned char)text.s[i] : 0);
        for (size_t i = 0; i <= bytes; i++)
            vx_buf_char(out, digits[group >> (18 - 6 * i) & 63]);
    }
}

static void
put_item(struct vx_buf *out, struct vx_str text)
{
    while (text.n) {
        size_t run = 0;

        while (run < text.n && !is_item_char((unsigned char)text.s[run]))
            run++;
        if (run == 0) {
            vx_buf_char(out, text.s[0]);
            text = vx_str_skip(text, 1);
            continue;
        }
        vx_buf_char(out, '+');
        put_base64(out, vx_str_of(text.s, run));
        text = vx_str_skip(text, run);
        if (text.n)
            vx_buf_char(out, '-');
    }
}

void
vi_escape_item(struct vx_buf *out, struct vx_str name)
{
    struct vx_buf plain VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);
    struct vx_buf pairs VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);

    for (size_t i = 0; i < name.n; i++) {
        bool special = is_one_of((unsigned char)name.s[i], "\"*<>:|?");

        vx_buf_char(&plain, special ? '_' : name.s[i]);
    }
    if (plain.data)
        vi_escape_name(&pairs, vx_buf_text(&plain));
    if (pairs.data)
        put_item(out, vx_buf_text(&pairs));
    out->failed |= plain.failed || pairs.failed;
}

void
vi_escape_url(struct vx_buf *out, struct vx_str text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (vx_is_digit(c) || vx_is_alpha(c) || is_one_of(c, "-._~")) {
            vx_buf_char(out, text.s[i]);
        } else {
            vx_buf_char(out, '%');
            vx_buf_char(out, digits[c >> 4]);
            vx_buf_char(out, digits[c & 15]);
        }
    }
}

bool
vi_path_parse(struct vx_str text, struct vi_path *ret)
{
    struct vi_path parts = {0};
    ptrdiff_t end = vx_str_find(text, ']');
    size_t slash;

    if (end < 2 || text.s[0] != '[')
        return false;
    parts.datastore = vx_str_of(text.s + 1, (size_t)end - 1);
    parts.path = vx_str_skip(text, (size_t)end + 1);
    while (parts.path.n && parts.path.s[0] == ' ')
        parts.path = vx_str_skip(parts.path, 1);
    for (slash = parts.path.n; slash > 0; slash--)
        if (parts.path.s[slash - 1] == '/')
            break;
    parts.folder = vx_str_of(parts.path.s, slash ? slash - 1 : 0);
    parts.file = vx_str_skip(parts.path, slash);
    *ret = parts;
    return true;
}
