/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"

#include "base/utf8.h"

#include "base/banned.h"

static void
json_escape(struct vx_buf *buf, uint32_t c)
{
    static const char letters[] = "b\bf\fn\nr\rt\t\"\"\\\\";

    for (const char *at = letters; *at; at += 2)
        if (c == (unsigned char)at[1]) {
            vx_buf_char(buf, '\\');
            vx_buf_char(buf, at[0]);
            return;
        }
    vx_buf_lit(buf, "\\u");
    vx_buf_hex(buf, c, 4);
}

/* What most text is made of. */
static bool
is_plain(char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

void
vx_json_text(struct vx_buf *buf, struct vx_str text)
{
    size_t plain = 0, size;

    for (size_t at = 0; at < text.n; at += size) {
        uint32_t c;

        size = 1;
        if (VX_LIKELY(is_plain(text.s[at])))
            continue;
        c = vx_utf8_first(vx_str_skip(text, at), &size);
        if (VX_LIKELY(c != VX_UTF8_BAD && c != '"' && c != '\\' && !vx_utf8_unsafe(c)))
            continue;
        vx_buf_add(buf, text.s + plain, at - plain);
        plain = at + size;
        if (c == VX_UTF8_BAD)
            vx_buf_lit(buf, "\xef\xbf\xbd");
        else
            json_escape(buf, c);
    }
    if (plain < text.n)
        vx_buf_add(buf, text.s + plain, text.n - plain);
}
