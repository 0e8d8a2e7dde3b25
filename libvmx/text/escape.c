/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows bytes only: that a mark may be half a character in some charset is the
 * caller's concern, who decodes first. */
#include "text/escape.h"

#include "base/banned.h"

/* The byte that the two digits at `at` + 1 name, or -1. */
static int
escaped_byte(struct vx_str text, size_t at)
{
    int high, low;

    if (text.n - at < 3)
        return -1;
    high = vx_hex_digit((unsigned char)text.s[at + 1]);
    low = vx_hex_digit((unsigned char)text.s[at + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

struct vx_str
vx_unescape(struct vx_arena *arena, struct vx_str text, char mark, ptrdiff_t *ret_stray)
{
    ptrdiff_t next = vx_str_find(text, mark), stray = -1;
    size_t at = 0, size = 0;
    char *out;

    if (ret_stray)
        *ret_stray = -1;
    if (next < 0)
        return text;
    out = vx_arena_alloc(arena, text.n + 1);
    if (!out)
        return VX_STR_NONE;

    for (; next >= 0; next = vx_str_find(vx_str_skip(text, at), mark)) {
        int byte;

        memcpy(out + size, text.s + at, (size_t)next);
        size += (size_t)next;
        at += (size_t)next;
        byte = escaped_byte(text, at);
        if (byte < 0 && stray < 0)
            stray = (ptrdiff_t)at;
        out[size++] = byte < 0 ? mark : (char)byte;
        at += byte < 0 ? 1 : 3;
    }
    memcpy(out + size, text.s + at, text.n - at);
    size += text.n - at;
    out[size] = '\0';
    if (ret_stray)
        *ret_stray = stray;
    return vx_str_of(out, size);
}

/* One bit for each byte value. */
struct byte_set {
    uint64_t bits[4];
};

static void
set_add(struct byte_set *set, char c)
{
    set->bits[(unsigned char)c >> 6] |= UINT64_C(1) << ((unsigned char)c & 63);
}

static bool
set_has(const struct byte_set *set, char c)
{
    return set->bits[(unsigned char)c >> 6] >> ((unsigned char)c & 63) & 1;
}

void
vx_escape_byte(struct vx_buf *buf, char byte, char mark)
{
    static const char digits[] = "0123456789ABCDEF";
    const unsigned char c = (unsigned char)byte;

    vx_buf_char(buf, mark);
    vx_buf_char(buf, digits[c >> 4]);
    vx_buf_char(buf, digits[c & 15]);
}

void
vx_escape(struct vx_buf *buf, struct vx_str text, char mark, const char *set)
{
    struct byte_set escaped = {{0}};
    size_t plain = 0;

    set_add(&escaped, '\0');
    set_add(&escaped, '\n');
    set_add(&escaped, '\r');
    set_add(&escaped, mark);
    for (; *set; set++)
        set_add(&escaped, *set);

    for (size_t i = 0; i < text.n; i++) {
        if (VX_LIKELY(!set_has(&escaped, text.s[i])))
            continue;
        vx_buf_add(buf, text.s + plain, i - plain);
        vx_escape_byte(buf, text.s[i], mark);
        plain = i + 1;
    }
    if (plain < text.n)
        vx_buf_add(buf, text.s + plain, text.n - plain);
}

void
vx_escape_high(struct vx_buf *buf, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.s[i] < 0x80)
            vx_buf_char(buf, text.s[i]);
        else
            vx_escape_byte(buf, text.s[i], '|');
}
