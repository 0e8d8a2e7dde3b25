/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 8xx about the bytes of lines: blanks, line ends, comments.  A machine runs as
 * well without. */
#include "lint/check.h"

#include "doc/spell.h"

#include "base/banned.h"

static struct vx_span
within(const struct vx_line *line, uint32_t from, uint32_t size)
{
    return (struct vx_span){line->offset + from, size, line->number,
                            line->column + from};
}

/* How the lines in front of this one end; LF when there are none. */
static struct vx_str
eol_before(const struct vx_lint *lint, const struct vx_line *line)
{
    while (line-- > lint->doc->lines)
        if (line->eol != VX_EOL_NONE && line->eol != VX_EOL_SEMICOLON)
            return vx_eol_text(line->eol);
    return VX_STR("\n");
}

/* ---- blanks ---------------------------------------------------------------------- */

/* How many blanks stand in front of the line end. */
static uint32_t
blanks_at_end(const struct vx_line *line)
{
    uint32_t end = line->size - vx_eol_size(line->eol), from = end;

    while (from && vx_is_blank((unsigned char)line->text[from - 1]))
        from--;
    return end - from;
}

void
vx_check_trailing_blanks(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];
        uint32_t blanks = blanks_at_end(line), end;

        if (blanks == 0 || line->eol == VX_EOL_SEMICOLON
            || (line->odd & VX_ODD_UNTERMINATED)) /* they are a part of the value */
            continue;
        end = line->size - vx_eol_size(line->eol);
        vx_lint_tell_at(lint, rule, line, within(line, end - blanks, blanks),
                        "blanks at the end of the line");
    }
}

void
vx_fix_blamed(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, finding->told.offset, finding->told.length, VX_STR(""));
}

void
vx_check_indent(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];
        uint32_t from = line->odd & VX_ODD_BOM ? 3 : 0;

        if (line->kind == VX_LINE_ENTRY && line->column == 1 && line->key > from)
            vx_lint_tell_at(lint, rule, line, within(line, from, line->key - from),
                            "%.*s: blanks in front of the key",
                            VX_ARG(vx_line_key(line)));
    }
}

/* What stands between key and value. */
static struct vx_str
separator(const struct vx_line *line)
{
    uint32_t from = line->key + line->key_size;

    return vx_str_of(line->text + from,
                     line->value - vx_quote_size(line->quote) - from);
}

void
vx_check_spacing(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];

        if (line->kind != VX_LINE_ENTRY
            || (line->odd & (VX_ODD_NO_EQUALS | VX_ODD_NO_VALUE))
            || vx_str_eq(separator(line), VX_STR(" = ")))
            continue;
        vx_lint_tell_at(
            lint, rule, line,
            within(line, line->key + line->key_size, (uint32_t)separator(line).n),
            "%.*s: VMware writes one blank on each side of =",
            VX_ARG(vx_line_key(line)));
    }
}

void
vx_fix_spacing(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, finding->told.offset, finding->told.length,
                 VX_STR(" = "));
}

/* ---- lines ----------------------------------------------------------------------- */

static bool
is_empty(const struct vx_line *line)
{
    return line->kind == VX_LINE_BLANK && line->eol != VX_EOL_SEMICOLON;
}

void
vx_check_empty_lines(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *lines = lint->doc->lines;

    for (size_t i = 1; i < lint->doc->count; i++)
        if (is_empty(&lines[i]) && is_empty(&lines[i - 1])
            && (i == 1 || !is_empty(&lines[i - 2])))
            vx_lint_tell(lint, rule, &lines[i], VX_PART_LINE,
                         "more than one empty line");
}

void
vx_fix_empty_lines(struct vx_lint *lint, struct vx_finding *finding)
{
    const struct vx_line *end = lint->doc->lines + lint->doc->count;

    for (const struct vx_line *line = finding->line; line < end && is_empty(line);
         line++)
        vx_fix_remove(lint, finding, line);
}

void
vx_check_last_line(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = &lint->doc->lines[lint->doc->count - 1];

    if (line->eol == VX_EOL_NONE)
        vx_lint_tell_at(lint, rule, line, within(line, line->size, 0),
                        "the last line has no line end");
}

void
vx_fix_last_line(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, finding->told.offset, 0,
                 eol_before(lint, finding->line));
}

void
vx_check_crlf(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];

        if (line->eol != VX_EOL_CRLF)
            continue;
        vx_lint_tell_at(lint, rule, line, within(line, line->size - 2, 2),
                        "this line ends with CR LF");
        return;
    }
}

void
vx_fix_crlf(struct vx_lint *lint, struct vx_finding *finding)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        const struct vx_line *line = &lint->doc->lines[i];

        if (line->eol == VX_EOL_CRLF)
            vx_fix_bytes(lint, finding, line->offset + line->size - 2, 1, VX_STR(""));
    }
}

/* ---- comments -------------------------------------------------------------------- */

/* A comment without its mark and the blanks around it; VX_STR_NONE for one that is
 * meant for a program. */
static struct vx_str
comment_text(const struct vx_line *line)
{
    struct vx_str text = vx_str_of(line->text, line->size - vx_eol_size(line->eol));

    text = vx_str_trim(text);
    if (line->kind != VX_LINE_COMMENT || vx_str_starts(text, VX_STR("#!"))
        || memmem(text.s, text.n, "vmx-lint:", 9))
        return VX_STR_NONE;
    while (text.n && (text.s[0] == '#' || text.s[0] == '/'))
        text = vx_str_skip(text, 1);
    return vx_str_trim(text);
}

void
vx_check_comment(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *first = NULL;
    size_t count = 0;

    for (size_t i = 0; i < lint->doc->count; i++)
        if (comment_text(&lint->doc->lines[i]).s && count++ == 0)
            first = &lint->doc->lines[i];
    if (first)
        vx_lint_tell(lint, rule, first, VX_PART_LINE,
                     "comments, %zu of them, are lost when a host writes the file",
                     count);
}

void
vx_check_commented_key(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];
        struct vx_str text = comment_text(line);
        ptrdiff_t equals = vx_str_find(text, '=');
        struct vx_line inner = {.text = text.s};

        if (equals <= 0)
            continue;
        text = vx_str_trim(vx_str_of(text.s, (size_t)equals));
        inner.key_size = (uint32_t)text.n;
        vx_key_learn(&inner);
        if (vx_key_known(inner.entry) && !(inner.odd & VX_ODD_KEY))
            vx_lint_tell(lint, rule, line, VX_PART_LINE, "%.*s: is commented out",
                         VX_ARG(text));
    }
}
