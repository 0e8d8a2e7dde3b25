/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes into a document and back.  Edits are in edit.c. */
#include "doc/doc.h"
#include "doc/spell.h"
#include "text/escape.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    LINE_GUESS = 24, /* bytes; VMX lines are longer on average */
    BATCH = 16,      /* lines read at a time */
};

static bool
is_display_name(const struct vx_line *line)
{
    return line->entry == vx_machine_key[VX_M_displayName];
}

/* In displayName alone %XX is an escape, too, and what is written as one is not plain.
 */
static bool
is_percent_free(const struct vx_line *line)
{
    struct vx_str raw = vx_line_raw(line);

    return vx_str_find(raw, '%') < 0 && vx_str_find(raw, '/') < 0
           && vx_str_find(raw, '\\') < 0;
}

void
vx_doc_learn(struct vx_line *line, uint64_t seed)
{
    if (line->kind != VX_LINE_ENTRY)
        return;
    vx_key_learn(line);
    line->plain = line->plain && (!is_display_name(line) || is_percent_free(line));
    line->hash = vx_key_hash(vx_line_key(line), seed);
}

/* The slot of `key`: a free one, or that of the line that has it. */
static inline uint32_t *
index_slot(const struct vmx_doc *doc, struct vx_str key, uint32_t hash)
{
    uint32_t *slot;

    for (uint32_t at = hash;; at++) {
        slot = &doc->index[at & doc->index_mask];
        if (*slot == 0
            || (doc->lines[*slot - 1].hash == hash
                && vx_str_ieq(vx_line_key(&doc->lines[*slot - 1]), key)))
            return slot;
    }
}

/* The one place that decides which duplicate counts: the first. */
static inline void
index_line(struct vmx_doc *doc, struct vx_line *line)
{
    uint32_t *slot;

    line->hash = vx_key_hash(vx_line_key(line), doc->seed);
    slot = index_slot(doc, vx_line_key(line), line->hash);
    line->winner = *slot;
    if (VX_LIKELY(*slot == 0))
        *slot = (uint32_t)(line - doc->lines) + 1;
}

enum vmx_status
vx_doc_reindex(struct vmx_doc *doc)
{
    uint32_t room = 64;

    while (room < doc->entries * 2)
        room *= 2;
    if (room > doc->index_mask + 1 || doc->index == NULL) {
        uint32_t *index = calloc(room, sizeof(*index));

        if (index == NULL)
            return VMX_ERR_NOMEM; /* the old one still holds */
        free(doc->index);
        doc->index = index;
        doc->index_mask = room - 1;
    } else {
        memset(doc->index, 0, (size_t)(doc->index_mask + 1) * sizeof(*doc->index));
    }
    for (size_t i = 0; i < doc->count; i++)
        if (doc->lines[i].kind == VX_LINE_ENTRY)
            index_line(doc, &doc->lines[i]);
    return VMX_OK;
}

enum vmx_status
vx_doc_index_new(struct vmx_doc *doc, size_t at)
{
    if (doc->index == NULL || doc->entries * 2 > (size_t)doc->index_mask + 1)
        return vx_doc_reindex(doc);
    for (size_t i = 0; i <= doc->index_mask; i++)
        doc->index[i] += doc->index[i] > at;
    for (size_t i = 0; i < doc->count; i++)
        doc->lines[i].winner += doc->lines[i].winner > at;
    index_line(doc, &doc->lines[at]);
    return VMX_OK;
}

enum vmx_status
vx_doc_index(struct vmx_doc *doc)
{
    return doc->index ? VMX_OK : vx_doc_reindex(doc);
}

struct vx_line *
vx_doc_find(struct vmx_doc *doc, struct vx_str key)
{
    uint32_t line;

    if (vx_doc_index(doc) != VMX_OK)
        return NULL;
    line = *index_slot(doc, key, vx_key_hash(key, doc->seed));
    return line ? &doc->lines[line - 1] : NULL;
}

struct vx_line *
vx_doc_find_machine(struct vmx_doc *doc, enum vx_machine_prop prop)
{
    const struct vx_key_entry *entry = &vx_key_entries[vx_machine_key[prop]];

    return vx_doc_find(doc, vx_str_c(vx_key_text + entry->name));
}

/* ---- values ---------------------------------------------------------------------- */

/* Bytes that do not decode as they should are taken for windows-1252. */
static struct vx_str
fallback(struct vmx_doc *doc, struct vx_line *line, struct vx_str raw)
{
    line->odd |= VX_ODD_CHARSET;
    return vx_windows1252_decode(&doc->arena, raw);
}

struct vx_str
vx_doc_text(struct vmx_doc *doc, struct vx_line *line)
{
    struct vx_str raw = vx_line_raw(line), text;

    if (line->plain || doc->valid || vx_ascii(raw))
        return raw;
    if (doc->charset_kind == VX_CHARSET_UTF8)
        return vx_utf8_valid(raw) ? raw : fallback(doc, line, raw);
    if (doc->charset_kind == VX_CHARSET_OTHER && doc->charset == NULL)
        doc->charset = vx_charset_open(doc->encoding);
    if (doc->charset == NULL) {
        doc->arena.failed |= doc->charset_kind == VX_CHARSET_OTHER;
        return doc->arena.failed ? VX_STR_NONE : fallback(doc, line, raw);
    }
    text = vx_charset_decode(doc->charset, &doc->arena, raw);
    return text.s || doc->arena.failed ? text : fallback(doc, line, raw);
}

struct vx_str
vx_doc_value(struct vmx_doc *doc, struct vx_line *line)
{
    struct vx_str text;
    ptrdiff_t stray = -1;

    if (VX_LIKELY(line->plain))
        return vx_line_raw(line);
    text = vx_doc_text(doc, line);

    if (VX_UNLIKELY(is_display_name(line) && vx_str_find(text, '%') >= 0)) {
        text = vx_unescape(&doc->arena, text, '%', &stray);
        line->odd |= stray >= 0 ? VX_ODD_ESCAPE : 0;
    } else if (!doc->escapes || vx_str_find(text, '|') < 0) {
        return text;
    }
    text = vx_unescape(&doc->arena, text, '|', &stray);
    line->odd |= stray >= 0 ? VX_ODD_ESCAPE : 0;
    return text.s && !vx_utf8_valid(text) ? vx_utf8_repair(&doc->arena, text) : text;
}

/* ---- places ---------------------------------------------------------------------- */

static struct vx_span
span(const struct vx_line *line, uint32_t from, uint32_t size)
{
    if (line->number == 0)
        return VX_NO_SPAN;
    return (struct vx_span){line->offset + from, size, line->number,
                            line->column + from};
}

struct vx_span
vx_line_span(const struct vx_line *line)
{
    uint32_t end = line->size;

    while (end && (line->text[end - 1] == '\n' || line->text[end - 1] == '\r'))
        end--;
    return span(line, 0, end);
}

struct vx_span
vx_key_span(const struct vx_line *line)
{
    return span(line, line->key, line->key_size);
}

struct vx_span
vx_value_span(const struct vx_line *line)
{
    return span(line, line->value, line->value_size);
}

/* What stands behind the value of a line that is VX_ODD_TRAILING, without the blanks
 * around it.  The value may have had line ends in it. */
static struct vx_span
trailing_span(const struct vx_line *line)
{
    uint32_t from = line->value + line->value_size + vx_quote_size(line->quote);
    uint32_t end = line->size - vx_eol_size(line->eol);
    struct vx_span place;
    uint32_t line_start = 0;

    while (from < end && vx_is_blank((unsigned char)line->text[from]))
        from++;
    while (end > from && vx_is_blank((unsigned char)line->text[end - 1]))
        end--;
    place = span(line, from, end - from);
    for (uint32_t i = 0; i < from && place.line; i++)
        if (line->text[i] == '\n'
            || (line->text[i] == '\r' && line->text[i + 1] != '\n')) {
            place.line++;
            line_start = i + 1;
        }
    if (line_start)
        place.column = from - line_start + 1;
    return place;
}

/* ---- parse ----------------------------------------------------------------------- */

static void
report_line(struct vmx_doc *doc, struct vx_line *line, struct vmx_diags *diags)
{
    struct vx_str key = vx_line_key(line);
    uint32_t odd = line->odd;

    if (odd & VX_ODD_BOM)
        vx_diag(diags, VX_BOM, (struct vx_span){0, 3, 1, 1},
                "the file begins with a byte order mark");
    if (line->kind == VX_LINE_BAD)
        vx_diag(
            diags, VX_NO_ASSIGNMENT, vx_line_span(line), "not an assignment: \"%.*s\"",
            VX_ARG(line->secret ? VX_STR("(redacted)")
                                : vx_str_of(line->text, vx_line_span(line).length)));
    if (odd & VX_ODD_SLASHES)
        vx_diag(diags, VX_SLASH_COMMENT, vx_line_span(line),
                "a comment begins with #, not with //");
    if (line->kind != VX_LINE_ENTRY)
        return;
    if (odd & VX_ODD_KEY)
        vx_diag(diags, VX_ODD_KEY_NAME, vx_key_span(line),
                "\"%.*s\" is no usual key name", VX_ARG(key));
    if (odd & VX_ODD_NO_EQUALS)
        vx_diag(diags, VX_NO_EQUALS, vx_key_span(line), "%.*s: the = is missing",
                VX_ARG(key));
    if (odd & VX_ODD_UNQUOTED)
        vx_diag(diags, VX_UNQUOTED, vx_value_span(line),
                "%.*s: the value stands without quotes", VX_ARG(key));
    if (odd & VX_ODD_NO_VALUE)
        vx_diag(diags, VX_NO_VALUE, vx_key_span(line), "%.*s: no value", VX_ARG(key));
    if (odd & VX_ODD_UNTERMINATED)
        vx_diag(diags, VX_UNTERMINATED, vx_value_span(line),
                "%.*s: the closing quote is missing", VX_ARG(key));
    if (odd & VX_ODD_INNER_QUOTE)
        vx_diag(diags, VX_INNER_QUOTE, vx_value_span(line),
                "%.*s: a quote inside the value; read up to the last one on the line",
                VX_ARG(key));
    if (odd & VX_ODD_TRAILING)
        vx_diag(diags, VX_TRAILING, trailing_span(line),
                "%.*s: text behind the value is ignored", VX_ARG(key));
    if (line->winner)
        vx_diag(diags, VX_DUPLICATE_KEY, vx_key_span(line),
                "%.*s: already given in line %u; that one counts", VX_ARG(key),
                doc->lines[line->winner - 1].number);
    if ((odd & VX_ODD_CHARSET) && doc->charset_kind != VX_CHARSET_UNKNOWN)
        vx_diag(diags, VX_UNDECODABLE, vx_value_span(line),
                "%.*s: the value is not valid %.*s; read as windows-1252", VX_ARG(key),
                VX_ARG(doc->encoding.s ? doc->encoding : VX_STR("UTF-8")));
    if (odd & VX_ODD_ESCAPE)
        vx_diag(diags, VX_STRAY_ESCAPE, vx_value_span(line),
                "%.*s: a | or %% without two hex digits behind it", VX_ARG(key));
}

enum vmx_status
vx_doc_report(struct vmx_doc *doc, struct vmx_diags *diags)
{
    enum vmx_status status = vx_doc_index(doc);
    struct vx_line *encoding;

    if (status != VMX_OK)
        return status;
    if (doc->charset_kind == VX_CHARSET_UNKNOWN) {
        encoding = vx_doc_find_machine(doc, VX_M_encoding);
        vx_diag(diags, VX_UNKNOWN_ENCODING, vx_value_span(encoding),
                ".encoding: \"%.*s\" is no known charset; read as windows-1252",
                VX_ARG(doc->encoding));
    }
    for (size_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i];

        if (line->kind == VX_LINE_ENTRY
            && (!doc->valid || doc->escapes || is_display_name(line)))
            vx_doc_value(doc, line); /* notes what is odd about it */
        if (line->odd || line->winner || line->kind == VX_LINE_BAD)
            report_line(doc, line, diags);
    }
    return VMX_OK;
}

static void
learn_charset(struct vmx_doc *doc, struct vx_str text, unsigned has)
{
    doc->charset_kind = VX_CHARSET_UTF8;
    if (doc->encoding.s)
        doc->charset_kind = vx_charset_kind(doc->encoding);
    doc->valid = !(has & VX_HAS_HIGH)
                 || (doc->charset_kind == VX_CHARSET_UTF8 ? vx_utf8_valid(text)
                                                          : vx_ascii(text));
    doc->escapes = (has & VX_HAS_PIPE) != 0;
}

static bool
make_room(struct vmx_doc *doc, size_t more)
{
    size_t room = doc->room ? doc->room * 2 : more;
    struct vx_line *lines;

    if (doc->room - doc->count >= more)
        return true;
    lines = realloc(doc->lines, room * sizeof(*lines));
    if (lines == NULL)
        return false;
    doc->lines = lines;
    doc->room = room;
    return true;
}

/* A line that is no assignment is not to be told when it speaks of a secret, or goes on
 * where one was broken in two. */
static void
learn_other(struct vmx_doc *doc, struct vx_line *line)
{
    const struct vx_line *before = line > doc->lines ? line - 1 : NULL;

    if (line->kind == VX_LINE_BLANK)
        return;
    line->secret =
        vx_key_tells_secret(vx_str_of(line->text, line->size))
        || (line->kind == VX_LINE_BAD && before && before->secret
            && (before->kind == VX_LINE_BAD || (before->odd & VX_ODD_UNTERMINATED)));
}

/* A line about which vx_key_learn_all() does not say all. */
static void
learn_special(struct vmx_doc *doc, struct vx_line *line)
{
    if (line->kind != VX_LINE_ENTRY) {
        learn_other(doc, line);
        doc->entries--;
    } else if (line->entry == vx_machine_key[VX_M_encoding]) {
        if (doc->encoding.s == NULL)
            doc->encoding = vx_line_raw(line);
    } else if (is_display_name(line)) {
        line->plain = line->plain && is_percent_free(line);
    }
}

static enum vmx_status
read_lines(struct vmx_doc *doc, struct vx_str text, unsigned *has)
{
    struct vx_lexer lexer;
    struct vx_name names[BATCH];
    struct vx_line *lines;
    uint64_t special;
    size_t count;

    if (!make_room(doc, BATCH + text.n / LINE_GUESS))
        return VMX_ERR_NOMEM;
    vx_lex_init(&lexer, text);
    for (;;) {
        lines = &doc->lines[doc->count];
        count = vx_lex_next(&lexer, lines, names, BATCH);
        if (count == 0)
            break;
        doc->count += count;
        doc->entries += count;
        if (doc->count > VMX_MAX_LINES)
            return VMX_ERR_LIMIT;
        special = vx_key_learn_all(lines, names, count);
        for (; special; special &= special - 1)
            learn_special(doc, &lines[__builtin_ctzll(special)]);
        if (!make_room(doc, BATCH))
            return VMX_ERR_NOMEM;
    }
    doc->size = text.n;
    *has = lexer.has;
    return VMX_OK;
}

static struct vx_str
padded_copy(struct vx_arena *arena, struct vx_str text)
{
    char *copy = vx_arena_alloc(arena, text.n + VX_LEX_PAD);

    if (copy == NULL)
        return VX_STR_NONE;
    if (text.n)
        memcpy(copy, text.s, text.n);
    memset(copy + text.n, 0, VX_LEX_PAD);
    return vx_str_of(copy, text.n);
}

static void
doc_drop(struct vmx_doc **doc)
{
    vmx_doc_free(*doc);
}

enum vmx_status
vmx_doc_parse(const char *text, size_t size, struct vmx_diags *diags,
              struct vmx_doc **ret_doc)
{
    struct vmx_doc *doc VX_AUTO(doc_drop) = NULL;
    struct vx_arena arena;
    struct vx_str copy;
    enum vmx_status status;
    unsigned has = 0;

    if ((text == NULL && size) || ret_doc == NULL)
        return VMX_ERR_MISUSE;
    if (size > VMX_MAX_TEXT)
        return VMX_ERR_LIMIT;
    vx_arena_init(&arena, SIZE_MAX);
    doc = vx_arena_zero(&arena, sizeof(*doc));
    if (doc == NULL)
        return VMX_ERR_NOMEM;
    doc->arena = arena;
    doc->seed = (uintptr_t)doc;

    copy = padded_copy(&doc->arena, vx_str_of(text ? text : "", size));
    if (copy.s == NULL)
        return VMX_ERR_NOMEM;
    status = read_lines(doc, copy, &has);
    if (status != VMX_OK)
        return status;

    learn_charset(doc, copy, has);
    if (diags) {
        status = vx_doc_report(doc, diags);
        if (status != VMX_OK)
            return status;
    }
    if (doc->arena.failed || doc->charset_kind == VX_CHARSET_NOMEM)
        return VMX_ERR_NOMEM;
    *ret_doc = doc;
    doc = NULL;
    return VMX_OK;
}

void
vmx_doc_free(struct vmx_doc *doc)
{
    struct vx_arena arena;

    if (doc == NULL)
        return;
    vx_charset_close(doc->charset);
    free(doc->lines);
    free(doc->index);
    free(doc->values);
    free(doc->names);
    arena = doc->arena;
    vx_arena_done(&arena); /* the document lies in it, too */
}

enum vmx_status
vmx_doc_emit(const struct vmx_doc *doc, char **ret_text, size_t *ret_size)
{
    char *text, *at;

    if (doc == NULL || ret_text == NULL)
        return VMX_ERR_MISUSE;
    text = at = malloc(doc->size + 1);
    if (text == NULL)
        return VMX_ERR_NOMEM;
    for (size_t i = 0; i < doc->count; i++) {
        memcpy(at, doc->lines[i].text, doc->lines[i].size);
        at += doc->lines[i].size;
    }
    *at = '\0';
    *ret_text = text;
    if (ret_size)
        *ret_size = doc->size;
    return VMX_OK;
}

enum vmx_status
vx_doc_copy(const struct vmx_doc *doc, struct vmx_doc **ret)
{
    size_t size;
    char *text;
    enum vmx_status status = vmx_doc_emit(doc, &text, &size);

    if (status != VMX_OK)
        return status;
    status = vmx_doc_parse(text, size, NULL, ret);
    free(text);
    return status;
}

enum vmx_status
vx_doc_same(const struct vmx_doc *a, const struct vmx_doc *b, bool *ret)
{
    char *one = NULL, *two = NULL;
    enum vmx_status status = vmx_doc_emit(a, &one, NULL);

    if (status == VMX_OK)
        status = vmx_doc_emit(b, &two, NULL);
    if (status == VMX_OK)
        *ret = a->size == b->size && memcmp(one, two, a->size) == 0;
    free(one);
    free(two);
    return status;
}

struct vx_line *
vx_doc_line_at(const struct vmx_doc *doc, size_t offset)
{
    size_t from = 0, to = doc->count;

    while (to - from > 1) {
        size_t middle = (from + to) / 2;

        if (doc->lines[middle].offset <= offset)
            from = middle;
        else
            to = middle;
    }
    return from < doc->count ? &doc->lines[from] : NULL;
}
