/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 0xx about the file as a whole: its bytes, its encoding, its line ends. */
#include "lint/check.h"

#include "base/utf8.h"
#include "doc/spell.h"

#include "base/banned.h"

enum {
    SURE = 3, /* characters that are UTF-8 by chance are fewer */
};

static struct vx_str
whole(const struct vx_lint *lint)
{
    return lint->doc->count ? vx_str_of(lint->doc->lines[0].text, lint->doc->size)
                            : VX_STR("");
}

void
vx_fix_bom(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, 0, 3, VX_STR(""));
}

void
vx_check_nul(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_str text = whole(lint), rest;
    ptrdiff_t first = vx_str_find(text, '\0'), next;
    size_t count = 0;
    struct vx_line *line;

    if (first < 0)
        return;
    rest = vx_str_skip(text, (size_t)first);
    for (next = 0; next >= 0; next = vx_str_find(rest, '\0')) {
        rest = vx_str_skip(rest, (size_t)next + 1);
        count++;
    }
    line = vx_doc_line_at(lint->doc, (size_t)first);
    vx_lint_tell_at(lint, rule, line,
                    (struct vx_span){(size_t)first, 1, line->number,
                                     line->column + (uint32_t)first - line->offset},
                    "the file holds NUL bytes, %zu of them; this is the first", count);
}

/* ---- encoding -------------------------------------------------------------------- */

static struct vx_line *
encoding_line(const struct vx_lint *lint)
{
    return vx_lint_key(lint, VX_M_encoding);
}

/* Has the value bytes that are not ASCII? */
static bool
is_foreign(const struct vx_line *line)
{
    return !line->plain && !vx_ascii(vx_line_raw(line));
}

/* The first such line behind `line`. */
static struct vx_line *
next_foreign(const struct vx_lint *lint, struct vx_line *line)
{
    while ((line = vx_lint_next(lint, line)) != NULL)
        if (is_foreign(line))
            return line;
    return NULL;
}

/* UTF-8 where all bytes are, or else what they are read as. */
void
vx_fix_encoding(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_value(lint, finding, finding->line,
                 vx_utf8_valid(whole(lint)) ? VX_STR("UTF-8") : VX_STR("windows-1252"));
}

void
vx_check_encoding_absent(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = encoding_line(lint) ? NULL : next_foreign(lint, NULL);

    if (line)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: the value is not ASCII, and no .encoding says how to read "
                     "it",
                     VX_ARG(vx_line_key(line)));
}

/* Where the first entry may stand: behind a byte order mark and `#!/usr/bin/vmware`. */
static size_t
head_size(const struct vx_lint *lint)
{
    const struct vx_line *first = &lint->doc->lines[0];

    if (first->kind == VX_LINE_COMMENT
        && vx_str_starts(vx_str_of(first->text, first->size), VX_STR("#!")))
        return first->eol == VX_EOL_NONE ? 0 : first->size;
    return first->odd & VX_ODD_BOM ? 3 : 0;
}

/* It is read as UTF-8 as it is. */
void
vx_fix_encoding_absent(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(100);
    struct vx_str eol = vx_eol_text(lint->doc->lines[0].eol);

    if (!vx_utf8_valid(whole(lint)))
        return;
    vx_buf_lit(&text, ".encoding = \"UTF-8\"");
    vx_buf_str(&text, eol.n && eol.s[0] != ';' ? eol : VX_STR("\n"));
    if (vx_lint_has(lint, &text))
        vx_fix_bytes(lint, finding, head_size(lint), 0, vx_buf_text(&text));
}

void
vx_check_encoding_late(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *encoding = encoding_line(lint), *line = NULL;

    while (encoding && (line = vx_lint_next(lint, line)) != NULL && line < encoding)
        if (is_foreign(line)) {
            vx_lint_tell(lint, rule, encoding, VX_PART_KEY,
                         ".encoding: stands behind values outside ASCII, the first of "
                         "them in line %u",
                         line->number);
            return;
        }
}

void
vx_fix_encoding_late(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;

    if (line->eol == VX_EOL_NONE || line->eol == VX_EOL_SEMICOLON
        || line[-1].eol == VX_EOL_SEMICOLON)
        return;
    vx_fix_bytes(lint, finding, head_size(lint), 0, vx_str_of(line->text, line->size));
    vx_fix_remove(lint, finding, line);
}

/* Does each byte of the charset mean a character?  Where two do, two of UTF-8 are most
 * often one of the charset as well. */
static bool
is_single_byte(struct vx_str charset)
{
    return vx_str_istarts(charset, VX_STR("windows-125"))
           || vx_str_istarts(charset, VX_STR("iso-8859"))
           || vx_str_istarts(charset, VX_STR("koi8"));
}

/* How many characters of `text` speak for UTF-8, those that begin with `least` or more;
 * -1 when the text is none. */
static int
characters(struct vx_str text, unsigned char least)
{
    int count = 0;

    if (!vx_utf8_valid(text))
        return -1;
    for (size_t i = 0; i < text.n && count < SURE; i++)
        count += (unsigned char)text.s[i] >= least;
    return count;
}

void
vx_check_encoding_differs(struct vx_lint *lint, const struct vx_rule *rule)
{
    unsigned char least = is_single_byte(lint->doc->encoding) ? 0xC2 : 0xE0;
    bool sure = false;

    if (lint->doc->charset_kind != VX_CHARSET_OTHER)
        return;
    for (struct vx_line *line = NULL; (line = next_foreign(lint, line)) != NULL;) {
        int count = characters(vx_line_raw(line), least);

        if (count < 0)
            return;
        sure |= count >= SURE; /* in one value: a name stands in many */
    }
    if (sure)
        vx_lint_tell(lint, rule, encoding_line(lint), VX_PART_VALUE,
                     ".encoding: \"%.*s\", but all values are valid UTF-8",
                     VX_ARG(lint->doc->encoding));
}

/* ---- what cannot be seen --------------------------------------------------------- */

/* Characters without width, and those that turn the direction of writing around. */
static bool
is_invisible(uint32_t c)
{
    return c == 0x200B || c == 0x2060 || c == 0xFEFF || (c >= 0x202A && c <= 0x202E)
           || (c >= 0x2066 && c <= 0x2069);
}

enum {
    NO_BREAK_SPACE = 0xA0,
};

static bool
ends_in_no_break_space(struct vx_str text)
{
    return vx_str_iends(text, VX_STR("\xC2\xA0"));
}

/* The first such character, or a no-break space at the end; 0 when there is none. */
static uint32_t
unseen(struct vx_str text)
{
    size_t size;

    for (size_t at = 0; at < text.n; at += size) {
        uint32_t c = vx_utf8_first(vx_str_skip(text, at), &size);

        if (is_invisible(c))
            return c;
    }
    return ends_in_no_break_space(text) ? NO_BREAK_SPACE : 0;
}

void
vx_check_invisible(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = next_foreign(lint, line)) != NULL;) {
        uint32_t first = line->entry == vx_machine_key[VX_M_annotation]
                             ? 0
                             : unseen(vx_lint_value(lint, line));

        if (first)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the value holds U+%04X, which cannot be seen",
                         VX_ARG(vx_line_key(line)), first);
    }
}

void
vx_fix_invisible(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_str value = vx_lint_value(lint, finding->line);
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    size_t size;

    while (ends_in_no_break_space(value))
        value.n -= 2;
    for (size_t at = 0; at < value.n; at += size)
        if (!is_invisible(vx_utf8_first(vx_str_skip(value, at), &size)))
            vx_buf_add(&text, value.s + at, size);
    if (vx_lint_has(lint, &text))
        vx_fix_value(lint, finding, finding->line, vx_buf_text(&text));
}

/* ---- line ends ------------------------------------------------------------------- */

struct ends {
    size_t count[VX_EOL_SEMICOLON + 1];
    struct vx_line *first[VX_EOL_SEMICOLON + 1];
};

static struct ends
count_ends(const struct vx_lint *lint)
{
    struct ends ends = {{0}, {NULL}};

    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];

        if (ends.count[line->eol]++ == 0)
            ends.first[line->eol] = line;
    }
    return ends;
}

/* What most lines end with. */
static enum vx_eol
usual_end(const struct ends *ends)
{
    return ends->count[VX_EOL_CRLF] > ends->count[VX_EOL_LF] ? VX_EOL_CRLF : VX_EOL_LF;
}

static void
tell_end(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
         const char *message)
{
    uint32_t size = vx_eol_size(line->eol);
    uint32_t from = line->size - size;

    vx_lint_tell_at(
        lint, rule, line,
        (struct vx_span){line->offset + from, size, line->number, line->column + from},
        "%s", message);
}

void
vx_check_mixed_ends(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct ends ends = count_ends(lint);

    if (ends.count[VX_EOL_LF] == 0 || ends.count[VX_EOL_CRLF] == 0)
        return;
    if (usual_end(&ends) == VX_EOL_LF)
        tell_end(lint, rule, ends.first[VX_EOL_CRLF],
                 "this line ends with CR LF, and most others with LF");
    else
        tell_end(lint, rule, ends.first[VX_EOL_LF],
                 "this line ends with LF, and most others with CR LF");
}

void
vx_check_lone_cr(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct ends ends = count_ends(lint);

    if (ends.count[VX_EOL_CR])
        tell_end(lint, rule, ends.first[VX_EOL_CR], "this line ends with a CR alone");
}

/* All lines that end as the one that is blamed does. */
void
vx_fix_ends(struct vx_lint *lint, struct vx_finding *finding)
{
    struct ends ends = count_ends(lint);
    struct vx_str usual = vx_eol_text(usual_end(&ends));

    for (size_t i = 0; i < lint->doc->count; i++) {
        const struct vx_line *line = &lint->doc->lines[i];
        uint32_t size = vx_eol_size(line->eol);

        if (line->eol == finding->line->eol)
            vx_fix_bytes(lint, finding, line->offset + line->size - size, size, usual);
    }
}
