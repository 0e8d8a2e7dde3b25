/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 0xx about statements: how a key, a value and what stands around them are
 * written, and fixes for what the lexer tells of them. */
#include "lint/check.h"

#include "base/num.h"
#include "doc/spell.h"

#include "base/banned.h"

enum {
    NEAR = 100, /* statements that are looked at for each finding */
};

/* ---- places ---------------------------------------------------------------------- */

/* `size` bytes from `from` of a line on, whose value may go over many lines. */
static struct vx_span
within(const struct vx_line *line, uint32_t from, uint32_t size)
{
    struct vx_span place = {line->offset + from, size, line->number,
                            line->column + from};

    if (line->quote != VX_QUOTE_TRIPLE)
        return place;
    for (uint32_t i = 0; i < from; i++)
        if (line->text[i] == '\n'
            || (line->text[i] == '\r' && line->text[i + 1] != '\n')) {
            place.line++;
            place.column = from - i;
        }
    return place;
}

/* Where the quote in front of the value stands. */
static uint32_t
opening(const struct vx_line *line)
{
    return line->value - vx_quote_size(line->quote);
}

/* The first byte of the line that is neither blank nor byte order mark. */
static uint32_t
first_byte(const struct vx_line *line)
{
    uint32_t at = line->odd & VX_ODD_BOM ? 3 : 0;

    while (at < line->size && vx_is_blank((unsigned char)line->text[at]))
        at++;
    return at;
}

static bool
is_blank_at(const struct vx_line *line, uint32_t at)
{
    return at < line->size && vx_is_blank((unsigned char)line->text[at]);
}

/* ---- what the lexer tells -------------------------------------------------------- */

void
vx_fix_equals(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    uint32_t at = opening(line);

    vx_fix_bytes(lint, finding, line->offset + at, 0,
                 is_blank_at(line, at - 1) ? VX_STR("= ") : VX_STR(" = "));
}

/* Quotes of a word processor, by the bytes that UTF-8 and windows-1252 have for them;
 * the size of the one at the beginning, or at the end, of `text`. */
static size_t
typographic(struct vx_str text, bool at_end)
{
    static const struct vx_str quotes[] = {
        {"\xE2\x80\x9C", 3}, {"\xE2\x80\x9D", 3}, {"\xE2\x80\x9E", 3},
        {"\xE2\x80\x9F", 3}, {"\xE2\x80\x98", 3}, {"\xE2\x80\x99", 3},
        {"\x93", 1},         {"\x94", 1},         {"\x84", 1},
        {"\x91", 1},         {"\x92", 1},
    };

    for (size_t i = 0; i < VX_COUNT(quotes); i++)
        if (quotes[i].n <= text.n && (quotes[i].n > 1 || !vx_utf8_valid(text))
            && memcmp(text.s + (at_end ? text.n - quotes[i].n : 0), quotes[i].s,
                      quotes[i].n)
                   == 0)
            return quotes[i].n;
    return 0;
}

/* Quotes around the bytes as they stand, which then mean the same; what has quotes of
 * its own is another rule's. */
void
vx_fix_unquoted(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    struct vx_str raw = vx_line_raw(line);

    if (typographic(raw, false) || vx_str_find(raw, '"') >= 0)
        return;
    vx_fix_bytes(lint, finding, line->offset + line->value, 0, VX_STR("\""));
    vx_fix_bytes(lint, finding, line->offset + line->value + line->value_size, 0,
                 VX_STR("\""));
}

void
vx_fix_unterminated(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;

    vx_fix_bytes(lint, finding, line->offset + line->value + line->value_size, 0,
                 vx_quote_text(line->quote));
}

void
vx_fix_no_value(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    struct vx_str text = VX_STR("\"\"");

    if (!is_blank_at(line, line->value - 1))
        text = VX_STR(" \"\"");
    else if (line->text[line->value] == '#')
        text = VX_STR("\"\" ");
    vx_fix_bytes(lint, finding, line->offset + line->value, 0, text);
}

/* Are there two statements in one, `a = "1" b = "2"`?  Then more than one repair is
 * possible. */
static bool
holds_assignment(struct vx_str raw, char quote)
{
    ptrdiff_t first = vx_str_find(raw, quote);

    return first >= 0 && vx_str_find(vx_str_skip(raw, (size_t)first), '=') >= 0;
}

void
vx_fix_inner_quote(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    struct vx_str raw = vx_line_raw(line);
    char quote = vx_quote_text(line->quote).s[0];

    if (holds_assignment(raw, quote))
        return;
    for (uint32_t i = 0; i < raw.n; i++)
        if (raw.s[i] == quote)
            vx_fix_bytes(lint, finding, line->offset + line->value + i, 1,
                         quote == '"' ? VX_STR("|22") : VX_STR("|27"));
}

void
vx_fix_trailing(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    uint32_t at = (uint32_t)finding->told.offset - line->offset;

    vx_fix_bytes(lint, finding, finding->told.offset, 0,
                 is_blank_at(line, at - 1) ? VX_STR("# ") : VX_STR(" # "));
}

void
vx_fix_slashes(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, finding->line->offset + first_byte(finding->line), 2,
                 VX_STR("#"));
}

void
vx_fix_comment_out(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, finding->line->offset + first_byte(finding->line), 0,
                 VX_STR("# "));
}

/* Spelled anew, each byte that is no escape is written as one. */
void
vx_fix_respell(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_value(lint, finding, finding->line, vx_lint_value(lint, finding->line));
}

/* ---- what it does not tell ------------------------------------------------------- */

static bool
begins(const struct vx_line *line, const char *mark)
{
    return vx_str_starts(vx_str_of(line->text, line->size), vx_str_c(mark));
}

/* The number of the line where the conflict that begins at `line` ends. */
static uint32_t
conflict_end(const struct vx_lint *lint, const struct vx_line *line)
{
    const struct vx_line *end = lint->doc->lines + lint->doc->count;

    for (; line < end; line++)
        if (line->kind == VX_LINE_BAD && begins(line, ">>>>>>> "))
            return line->number;
    return 0;
}

void
vx_check_conflict(struct vx_lint *lint, const struct vx_rule *rule)
{
    uint32_t known_to = 0; /* the end of the last one; those within are not searched */

    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];

        if (line->kind != VX_LINE_BAD || line->number <= known_to
            || !begins(line, "<<<<<<< "))
            continue;
        known_to = conflict_end(lint, line);
        if (known_to)
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "a merge conflict that nobody resolved, up to line %u",
                         known_to);
        else
            return; /* there is no end behind any later one, either */
    }
}

void
vx_check_quotes(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        if (line->quote != VX_QUOTE_SINGLE && line->quote != VX_QUOTE_TRIPLE)
            continue;
        vx_lint_tell_at(lint, rule, line, within(line, opening(line), 1),
                        "%.*s: the value stands in %s quotes; VMware writes double "
                        "ones",
                        VX_ARG(vx_line_key(line)),
                        line->quote == VX_QUOTE_SINGLE ? "single" : "triple");
    }
}

void
vx_fix_quotes(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    uint32_t quote = vx_quote_size(line->quote);

    if (line->odd & VX_ODD_UNTERMINATED)
        return;
    vx_buf_char(&raw, '"');
    if (vx_spell_value(lint->doc, vx_line_key(line), vx_lint_value(lint, finding->line),
                       &raw)
        != VMX_OK)
        return;
    vx_buf_char(&raw, '"');
    if (vx_lint_has(lint, &raw))
        vx_fix_bytes(lint, finding, line->offset + opening(line),
                     line->value_size + 2 * (size_t)quote, vx_buf_text(&raw));
}

void
vx_check_typographic(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        size_t size = line->odd & VX_ODD_UNQUOTED && !line->plain
                          ? typographic(vx_line_raw(line), false)
                          : 0;

        if (size)
            vx_lint_tell_at(lint, rule, line, within(line, line->value, (uint32_t)size),
                            "%.*s: the quote in front of the value is not the plain "
                            "one, \", and is read as a part of it",
                            VX_ARG(vx_line_key(line)));
    }
}

void
vx_fix_typographic(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line;
    struct vx_str raw = vx_line_raw(line), rest;
    size_t before = typographic(raw, false), behind;

    rest = vx_str_skip(raw, before);
    behind = typographic(rest, true);
    if (behind == 0 && rest.n && rest.s[rest.n - 1] == '"')
        behind = 1;
    if (vx_str_find(vx_str_of(rest.s, rest.n - behind), '"') >= 0)
        return;
    vx_fix_bytes(lint, finding, line->offset + line->value, before, VX_STR("\""));
    vx_fix_bytes(lint, finding, line->offset + line->value + raw.n - behind, behind,
                 VX_STR("\""));
}

/* TAB stands in values, and line ends in triple quotes do. */
static bool
is_control(const struct vx_line *line, char byte)
{
    if (byte == '\n' || byte == '\r')
        return line->quote != VX_QUOTE_TRIPLE;
    return (unsigned char)byte < 0x20 && byte != '\t' && byte != '\0';
}

/* The first such byte of the value from `at` on, or NULL. */
static const char *
find_control(const struct vx_line *line, const char *at)
{
    const char *end = line->text + line->value + line->value_size;

    while (at < end && !is_control(line, *at))
        at++;
    return at < end ? at : NULL;
}

static const char *
first_control(const struct vx_line *line)
{
    return line->plain ? NULL : find_control(line, line->text + line->value);
}

void
vx_check_control(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        const char *at = first_control(line);

        if (at)
            vx_lint_tell_at(lint, rule, line,
                            within(line, (uint32_t)(at - line->text), 1),
                            "%.*s: the value holds the control character 0x%02X",
                            VX_ARG(vx_line_key(line)), (unsigned char)*at);
    }
}

void
vx_fix_control(struct vx_lint *lint, struct vx_finding *finding)
{
    static const char digits[] = "0123456789ABCDEF";
    const struct vx_line *line = finding->line;

    for (const char *at = first_control(line); at; at = find_control(line, at + 1)) {
        unsigned char byte = (unsigned char)*at;
        char escape[3] = {'|', digits[byte >> 4], digits[byte & 15]};

        vx_fix_bytes(lint, finding, line->offset + (size_t)(at - line->text), 1,
                     vx_str_of(escape, 3));
    }
}

void
vx_check_semicolon(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];

        if (line->eol == VX_EOL_SEMICOLON && line->kind == VX_LINE_ENTRY)
            vx_lint_tell_at(lint, rule, line, within(line, line->size - 1, 1),
                            "%.*s: a semicolon behind the value",
                            VX_ARG(vx_line_key(line)));
    }
}

/* How the next line ends, if that is near. */
static struct vx_str
next_eol(const struct vx_lint *lint, const struct vx_line *line)
{
    const struct vx_line *end = lint->doc->lines + lint->doc->count;

    for (int i = 0; i < NEAR && line < end; i++, line++)
        if (line->eol != VX_EOL_SEMICOLON && line->eol != VX_EOL_NONE)
            return vx_eol_text(line->eol);
    return VX_STR("\n");
}

void
vx_fix_semicolon(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *line = finding->line, *next = line + 1;
    bool more = next < lint->doc->lines + lint->doc->count
                && next->number == line->number
                && (next->kind == VX_LINE_ENTRY || next->kind == VX_LINE_BAD);

    vx_fix_bytes(lint, finding, line->offset + line->size - 1,
                 1 + (more ? first_byte(next) : 0),
                 more ? next_eol(lint, next) : VX_STR(""));
}
