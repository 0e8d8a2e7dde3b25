/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line of the file and a caret below what is blamed.
 *
 * Knows how wide characters are on a terminal, roughly: wcwidth() would ask the locale.
 */
#include "lint-sink.h"

#include <inttypes.h>

#include "base/utf8.h"

#include "base/banned.h"

enum {
    WIDEST = 120, /* columns of a line that are shown */
    BEFORE = 60,  /* of those, in front of what is blamed, when it is longer */
    TAB_STOP = 8,
};

/* First and last of characters that take two columns, or none. */
static const uint32_t wide[][2] = {
    {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x4dbf},   {0x4e00, 0xa4cf},
    {0xac00, 0xd7a3}, {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
    {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};
static const uint32_t narrow[][2] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
    {0x064b, 0x065f}, {0x200b, 0x200f}, {0x20d0, 0x20f0},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
};

static bool
is_in(const uint32_t (*ranges)[2], size_t count, uint32_t c)
{
    for (size_t i = 0; i < count; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static unsigned
width_of(uint32_t c)
{
    if (c < 0x300 || c == VX_UTF8_BAD)
        return 1;
    if (is_in(narrow, VX_COUNT(narrow), c))
        return 0;
    return is_in(wide, VX_COUNT(wide), c) ? 2 : 1;
}

/* The line that holds `offset`, without its end. */
static struct vx_str
line_at(struct vx_str text, size_t offset, size_t column)
{
    size_t begin = offset - (column - 1), end = offset;

    while (end < text.n && text.s[end] != '\n' && text.s[end] != '\r')
        end++;
    return vx_str_of(text.s + begin, end - begin);
}

/* One character as it may be shown; how many columns it takes from `column` on. */
static unsigned
put_character(struct vx_buf *out, struct vx_str left, unsigned column, size_t *ret_size)
{
    uint32_t c = vx_utf8_first(left, ret_size);
    unsigned width = width_of(c);

    if (c == '\t') {
        width = TAB_STOP - column % TAB_STOP;
        vx_buf_printf(out, "%*s", (int)width, "");
    } else if (c == VX_UTF8_BAD || vx_utf8_unsafe(c)) {
        vx_buf_char(out, '?');
    } else {
        vx_buf_add(out, left.s, *ret_size);
    }
    return width;
}

/* Where to begin so that the byte `at` is in sight: at a character of `line`. */
static size_t
first_shown(struct vx_str line, size_t at)
{
    size_t from = 0, step;

    if (line.n <= WIDEST || at <= BEFORE)
        return 0;
    while (from < line.n && from + BEFORE < at) {
        vx_utf8_first(vx_str_skip(line, from), &step);
        from += step;
    }
    return from;
}

/* The line from `from` on, and how many columns lie before and below what is blamed. */
static void
put_line(struct vx_buf *out, struct vx_str line, size_t from, size_t at, size_t length,
         unsigned *ret_before, unsigned *ret_below)
{
    unsigned column = 0;
    size_t step;

    *ret_before = *ret_below = 0;
    if (from)
        vx_buf_lit(out, "...");
    for (size_t i = from; i < line.n; i += step) {
        unsigned width = put_character(out, vx_str_skip(line, i), column, &step);

        column += width;
        if (i < at)
            *ret_before += width;
        else if (i < at + length)
            *ret_below += width;
        if (column >= WIDEST && i + step < line.n) {
            vx_buf_lit(out, "...");
            break;
        }
    }
    *ret_before += from ? 3 : 0;
}

static void
put_caret(struct cli *to, unsigned before, unsigned below)
{
    vx_buf_printf(&to->out, "      | %*s", (int)before, "");
    vx_buf_str(&to->out, to->colour ? VX_STR("\033[1;32m") : VX_STR(""));
    vx_buf_char(&to->out, '^');
    for (unsigned i = 1; i < below; i++)
        vx_buf_char(&to->out, '~');
    vx_buf_str(&to->out, to->colour ? VX_STR("\033[0m\n") : VX_STR("\n"));
}

void
lint_show(struct cli *to, struct vx_str text, const struct vmx_finding *told)
{
    unsigned before, below;
    struct vx_str line;
    size_t at;

    if (told->line == 0 || told->column == 0 || told->offset > text.n
        || told->column - 1 > told->offset)
        return;
    vx_buf_printf(&to->out, "%5" PRIu32 " | ", told->line);
    if (told->secret) {
        cli_put_safe(to, told->key ? told->key : "");
        vx_buf_str(&to->out,
                   told->key ? VX_STR(" = \"(redacted)\"\n") : VX_STR("(redacted)\n"));
        return;
    }
    line = line_at(text, told->offset, told->column);
    at = told->column - 1;
    put_line(&to->out, line, first_shown(line, at), at, told->length, &before, &below);
    vx_buf_char(&to->out, '\n');
    put_caret(to, before, below);
}
