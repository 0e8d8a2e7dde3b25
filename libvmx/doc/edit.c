/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Changes to a document.  A line that is not the edited one keeps every byte, and a
 * call that fails leaves the document as it was.  How a statement is spelled stands in
 * spell.c. Replaced text stays in the arena until the document ends. */
#include "doc/change.h"
#include "doc/spell.h"

#include <stdlib.h>

#include "base/utf8.h"

#include "base/banned.h"

static bool
is_bare_bom(const struct vx_line *line)
{
    return line->kind == VX_LINE_BLANK && (line->odd & VX_ODD_BOM) && line->size == 3;
}

/* ---- what is known of the whole -------------------------------------------------- */

static bool
decodes(const struct vmx_doc *doc, struct vx_str text)
{
    return doc->charset_kind == VX_CHARSET_UTF8 ? vx_utf8_valid(text) : vx_ascii(text);
}

static void
note_text(struct vmx_doc *doc, struct vx_str text)
{
    doc->valid = doc->valid && decodes(doc, text);
    doc->escapes = doc->escapes || vx_str_find(text, '|') >= 0;
}

/* Line by line is as good as at once: lines end in ASCII. */
void
vx_doc_note_all(struct vmx_doc *doc)
{
    doc->valid = true;
    doc->escapes = false;
    for (size_t i = 0; i < doc->count && (doc->valid || !doc->escapes); i++)
        note_text(doc, vx_line_text(&doc->lines[i]));
}

bool
vx_doc_is_ascii(const struct vmx_doc *doc)
{
    for (size_t i = 0; i < doc->count; i++)
        if (!vx_ascii(vx_line_text(&doc->lines[i])))
            return false;
    return true;
}

void
vx_doc_use_encoding(struct vmx_doc *doc, const struct vx_line *line,
                    enum vx_charset_kind kind)
{
    vx_charset_close(doc->charset);
    doc->charset = NULL;
    doc->encoding = line ? vx_line_raw(line) : VX_STR_NONE;
    doc->charset_kind = kind;
}

void
vx_doc_changed(struct vmx_doc *doc)
{
    free(doc->values);
    free(doc->names);
    doc->values = NULL;
    doc->names = NULL;
    doc->cursor_entry = doc->cursor_line = 0;
    doc->edited = true;
}

/* ---- what may be ----------------------------------------------------------------- */

static enum vmx_status
check_room(const struct vmx_doc *doc, size_t less, size_t more)
{
    return doc->size - less + more > VMX_MAX_TEXT ? VMX_ERR_LIMIT : VMX_OK;
}

/* May .encoding become `raw`?  Only while it says nothing about any byte, or the same
 * as before. */
static enum vmx_status
check_encoding(const struct vmx_doc *doc, struct vx_str raw, enum vx_charset_kind *ret)
{
    *ret = vx_charset_kind(raw);
    if (*ret == VX_CHARSET_NOMEM)
        return VMX_ERR_NOMEM;
    if (*ret == VX_CHARSET_UNKNOWN || !vx_ascii(raw))
        return VMX_ERR_MISUSE;
    if (*ret == VX_CHARSET_UTF8 && doc->charset_kind == VX_CHARSET_UTF8)
        return VMX_OK;
    return vx_doc_is_ascii(doc) ? VMX_OK : VMX_ERR_MISUSE;
}

/* ---- a key that is there --------------------------------------------------------- */

static struct vx_str
end_of(const struct vx_line *line)
{
    uint32_t n = vx_eol_size(line->eol);

    return vx_str_of(line->text + line->size - n, n);
}

/* The line's own parts with `raw` for a value. */
static struct vx_parts
parts_with(const struct vx_line *line, struct vx_str raw)
{
    bool closed = !(line->odd & VX_ODD_UNTERMINATED);
    uint32_t width = vx_quote_size(line->quote);
    uint32_t tail = line->value + line->value_size + (closed ? width : 0);
    struct vx_parts parts = {
        .head = vx_str_of(line->text, line->value - width),
        .quote = line->odd & VX_ODD_NO_VALUE ? VX_QUOTE_DOUBLE
                                             : vx_spell_quote(line->quote, raw),
        .raw = raw,
        .tail = vx_str_of(line->text + tail, line->size - tail),
    };

    return parts;
}

/* The text of a line in the arena that is kept when memory fails. */
static enum vmx_status
remake_line(struct vmx_doc *doc, size_t at, struct vx_str raw, struct vx_line *ret)
{
    const struct vx_line *line = &doc->lines[at];
    struct vx_parts parts = parts_with(line, raw);
    struct vx_buf head VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    enum vmx_status status;

    /* `key =` becomes `key = "value"`, `key=` becomes `key="value"`. */
    if ((line->odd & VX_ODD_NO_VALUE) && parts.head.n >= 2
        && parts.head.s[parts.head.n - 1] == '='
        && vx_is_blank((unsigned char)parts.head.s[parts.head.n - 2])) {
        vx_buf_str(&head, parts.head);
        vx_buf_char(&head, ' ');
        if (head.failed)
            return VMX_ERR_NOMEM;
        parts.head = vx_buf_text(&head);
    }
    status = vx_spell_line(doc, at, &parts, ret);
    if (status != VMX_ERR_INPUT)
        return status;
    /* What stands behind the value would change its meaning: it was ignored anyhow. */
    parts.tail = end_of(line);
    return vx_spell_line(doc, at, &parts, ret);
}

static enum vmx_status
change(struct vmx_doc *doc, struct vx_line *line, struct vx_str raw)
{
    enum vx_charset_kind kind = doc->charset_kind;
    bool encoding = vx_is_encoding_key(vx_line_key(line));
    struct vx_line made, old = *line;
    enum vmx_status status;

    if (encoding && (status = check_encoding(doc, raw, &kind)) != VMX_OK)
        return status;
    status = remake_line(doc, (size_t)(line - doc->lines), raw, &made);
    if (status == VMX_OK)
        status = check_room(doc, line->size, made.size);
    if (status != VMX_OK)
        return status;

    made.winner = old.winner;
    doc->size += made.size;
    doc->size -= old.size;
    *line = made;
    if (encoding)
        vx_doc_use_encoding(doc, line, kind);
    if (encoding || !decodes(doc, vx_line_text(&old))
        || vx_str_find(vx_line_text(&old), '|') >= 0)
        vx_doc_note_all(doc);
    else
        note_text(doc, vx_line_text(line));
    vx_doc_changed(doc);
    return VMX_OK;
}

static enum vmx_status
set_present(struct vmx_doc *doc, struct vx_line *line, struct vx_str value)
{
    struct vx_str now = vx_doc_value(doc, line);
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 6);
    enum vmx_status status;

    if (now.s == NULL)
        return VMX_ERR_NOMEM;
    if (vx_str_eq(now, value))
        return VMX_OK;
    status = vx_spell_value(doc, vx_line_key(line), value, &raw);
    if (status != VMX_OK || vx_str_eq(vx_buf_text(&raw), vx_line_raw(line)))
        return status;
    return change(doc, line, vx_buf_text(&raw));
}

/* ---- a new key ------------------------------------------------------------------- */

/* How far `key` tells its device: with everything before the last dot, with its first
 * word ("scsi0:1."), with that word's letters before a number ("scsi"). */
enum kinship { SAME_GROUP, SAME_WORD, SAME_SORT, KINSHIPS };

static struct vx_str
kin_prefix(struct vx_str key, enum kinship kinship)
{
    const char *dot = NULL;
    size_t letters = 0;

    if (kinship == SAME_GROUP)
        dot = key.n ? memrchr(key.s, '.', key.n) : NULL;
    else
        dot = key.n ? memchr(key.s, '.', key.n) : NULL;
    if (dot == NULL)
        return VX_STR_NONE;
    if (kinship != SAME_SORT)
        return vx_str_of(key.s, (size_t)(dot - key.s) + 1);
    while (letters < key.n && vx_is_alpha((unsigned char)key.s[letters]))
        letters++;
    return letters && letters < key.n && vx_is_digit((unsigned char)key.s[letters])
               ? vx_str_of(key.s, letters)
               : VX_STR_NONE;
}

/* "scsi" is followed by a number in a key of its sort. */
static bool
is_kin(struct vx_str key, struct vx_str prefix, enum kinship kinship)
{
    if (!vx_str_istarts(key, prefix))
        return false;
    return kinship != SAME_SORT
           || (key.n > prefix.n && vx_is_digit((unsigned char)key.s[prefix.n]));
}

/* The number of the line to stand behind, or -1. */
static ptrdiff_t
find_kin(const struct vmx_doc *doc, struct vx_str key)
{
    for (enum kinship kinship = SAME_GROUP; kinship < KINSHIPS; kinship++) {
        struct vx_str prefix = kin_prefix(key, kinship);

        for (size_t i = prefix.s ? doc->count : 0; i-- > 0;)
            if (doc->lines[i].kind == VX_LINE_ENTRY
                && is_kin(vx_line_key(&doc->lines[i]), prefix, kinship))
                return (ptrdiff_t)i;
    }
    return -1;
}

static const struct vx_line *
last_entry(const struct vmx_doc *doc)
{
    for (size_t i = doc->count; i-- > 0;)
        if (doc->lines[i].kind == VX_LINE_ENTRY)
            return &doc->lines[i];
    return NULL;
}

/* Where a new statement goes and how it is written. */
struct place {
    size_t at;
    struct vx_str indent, gap; /* gap: between key and quote */
    enum vx_quote quote;
    uint8_t eol;        /* of the new line */
    uint8_t eol_before; /* what the line before lacks */
};

static void
copy_style(const struct vmx_doc *doc, const struct vx_line *line, struct place *place)
{
    uint32_t key_end = line->key + line->key_size;
    const struct vx_line *first = line;

    if (!(line->odd & (VX_ODD_NO_EQUALS | VX_ODD_NO_VALUE))) {
        place->gap = vx_str_of(line->text + key_end,
                               line->value - vx_quote_size(line->quote) - key_end);
        if (line->quote != VX_QUOTE_TRIPLE)
            place->quote = line->quote;
    }
    while (first > doc->lines && first[-1].eol == VX_EOL_SEMICOLON)
        first--;
    while (place->indent.n < first->size
           && vx_is_blank((unsigned char)first->text[place->indent.n]))
        place->indent.n++;
    place->indent.s = first->text;
}

/* The line end that is usual before line `at`. */
static uint8_t
usual_end(const struct vmx_doc *doc, size_t at)
{
    while (at-- > 0)
        if (vx_ends_line(doc->lines[at].eol))
            return doc->lines[at].eol;
    return VX_EOL_LF;
}

static struct place
find_place(const struct vmx_doc *doc, struct vx_str key)
{
    struct place place = {
        .indent = VX_STR(""), .gap = VX_STR(" = "), .quote = VX_QUOTE_DOUBLE};
    ptrdiff_t kin = find_kin(doc, key);
    const struct vx_line *neighbour = kin < 0 ? last_entry(doc) : &doc->lines[kin];
    const struct vx_line *before;

    place.at = kin < 0 ? doc->count : (size_t)kin + 1;
    while (place.at < doc->count && doc->lines[place.at - 1].eol == VX_EOL_SEMICOLON)
        place.at++;
    if (neighbour)
        copy_style(doc, neighbour, &place);
    place.eol = usual_end(doc, place.at);

    before = place.at ? &doc->lines[place.at - 1] : NULL;
    if (before == NULL || is_bare_bom(before) || vx_ends_line(before->eol))
        return place;
    /* A file without a last line end stays one. */
    if (before->eol == VX_EOL_SEMICOLON)
        place.indent = VX_STR(" ");
    else
        place.eol_before = place.eol;
    place.eol = VX_EOL_NONE;
    return place;
}

/* Gives the line before the new one its end. */
static enum vmx_status
end_line(struct vmx_doc *doc, struct vx_line *line, uint8_t eol)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT + 2);
    struct vx_str copy;

    vx_buf_str(&text, vx_line_text(line));
    vx_buf_str(&text, vx_eol_text(eol));
    copy = text.failed ? VX_STR_NONE : vx_arena_dup(&doc->arena, vx_buf_text(&text));
    if (copy.s == NULL)
        return VMX_ERR_NOMEM;
    line->text = copy.s;
    line->size = (uint32_t)copy.n;
    line->eol = eol;
    return VMX_OK;
}

static enum vmx_status
new_text(struct vmx_doc *doc, const struct place *place, struct vx_str key,
         struct vx_str raw, struct vx_line *ret)
{
    struct vx_buf head VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_parts parts = {
        .quote = vx_spell_quote(place->quote, raw),
        .raw = raw,
        .tail = vx_eol_text(place->eol),
    };
    enum vmx_status status;

    vx_buf_str(&head, place->indent);
    vx_buf_str(&head, key);
    vx_buf_str(&head, place->gap);
    if (head.failed)
        return VMX_ERR_NOMEM;
    parts.head = vx_buf_text(&head);
    status = vx_spell_line(doc, place->at, &parts, ret);
    if (status == VMX_OK && !vx_str_eq(vx_line_key(ret), key))
        return VMX_ERR_MISUSE;
    return status;
}

/* Puts `made` at `at`; on failure nothing has happened. */
static enum vmx_status
insert_line(struct vmx_doc *doc, size_t at, const struct vx_line *made)
{
    size_t room = doc->count < doc->room ? doc->room : doc->room + doc->room / 2 + 16;
    struct vx_line *lines = doc->lines;
    enum vmx_status status;

    if (room > doc->room)
        lines = realloc(doc->lines, room * sizeof(*lines));
    if (lines == NULL)
        return VMX_ERR_NOMEM;
    doc->lines = lines;
    doc->room = room;
    memmove(&lines[at + 1], &lines[at], (doc->count - at) * sizeof(*lines));
    lines[at] = *made;
    doc->count++;
    doc->entries++;
    status = vx_doc_index_new(doc, at);
    if (status == VMX_OK) {
        doc->size += made->size;
        return VMX_OK;
    }
    doc->count--;
    doc->entries--;
    memmove(&lines[at], &lines[at + 1], (doc->count - at) * sizeof(*lines));
    return status;
}

/* Key and value at `place`, the line before it ended where it was not. */
static enum vmx_status
insert_at(struct vmx_doc *doc, const struct place *place, struct vx_str key,
          struct vx_str raw)
{
    struct vx_line made, before = {0};
    enum vmx_status status = new_text(doc, place, key, raw, &made);
    uint32_t more = vx_eol_size(place->eol_before);

    if (status == VMX_OK)
        status = check_room(doc, 0, made.size + more);
    if (status == VMX_OK && more) {
        before = doc->lines[place->at - 1];
        status = end_line(doc, &before, place->eol_before);
    }
    if (status == VMX_OK)
        status = insert_line(doc, place->at, &made);
    if (status == VMX_OK && more) {
        before.odd = doc->lines[place->at - 1].odd;
        before.winner = doc->lines[place->at - 1].winner;
        doc->lines[place->at - 1] = before;
        doc->size += more;
    }
    return status;
}

static enum vmx_status
insert(struct vmx_doc *doc, struct vx_str key, struct vx_str value)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 6);
    struct place place;
    enum vx_charset_kind kind = doc->charset_kind;
    enum vmx_status status;

    if (!vx_key_writable(key)
        || !(kind == VX_CHARSET_UTF8 ? vx_utf8_valid(key) : vx_ascii(key)))
        return VMX_ERR_MISUSE;
    if (doc->count >= VMX_MAX_LINES)
        return VMX_ERR_LIMIT;
    status = vx_spell_value(doc, key, value, &raw);
    if (status == VMX_OK && vx_is_encoding_key(key))
        status = check_encoding(doc, vx_buf_text(&raw), &kind);
    if (status != VMX_OK)
        return status;
    place = find_place(doc, key);
    status = insert_at(doc, &place, key, vx_buf_text(&raw));
    if (status != VMX_OK)
        return status;
    if (vx_is_encoding_key(key)) {
        vx_doc_use_encoding(doc, &doc->lines[place.at], kind);
        vx_doc_note_all(doc);
    } else {
        note_text(doc, vx_line_text(&doc->lines[place.at]));
    }
    vx_doc_changed(doc);
    return VMX_OK;
}

enum vmx_status
vx_doc_set(struct vmx_doc *doc, struct vx_str key, struct vx_str value)
{
    struct vx_line *line;
    enum vmx_status status = vx_doc_index(doc);

    if (status != VMX_OK)
        return status;
    line = vx_doc_find(doc, key);
    return line ? set_present(doc, line, value) : insert(doc, key, value);
}

enum vmx_status
vmx_doc_set(struct vmx_doc *doc, const char *key, const char *value)
{
    if (doc == NULL || key == NULL || value == NULL)
        return VMX_ERR_MISUSE;
    return vx_doc_set(doc, vx_str_c(key), vx_str_c(value));
}

/* ---- or anew ----------------------------------------------------------------------
 */

enum vmx_status
vx_doc_put(struct vmx_doc *doc, struct vx_str key, struct vx_str value)
{
    enum vmx_status status = vx_doc_set(doc, key, value);

    if (status == VMX_ERR_INPUT && vx_doc_remove(doc, key))
        status = vx_doc_set(doc, key, value);
    return status;
}
