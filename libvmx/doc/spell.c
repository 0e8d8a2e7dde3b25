/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "doc/spell.h"

#include "base/utf8.h"
#include "text/escape.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/banned.h"

/* All characters that a value in quotes cannot hold as they are, but CR, LF and NUL,
 * which vx_escape() knows. */
static const char escaped[] = "\"\001\002\003\004\005\006\007\010\011\013\014\016\017"
                              "\020\021\022\023\024\025\026\027\030\031\032\033\034"
                              "\035\036\037\177";

struct vx_str
vx_quote_text(enum vx_quote quote)
{
    static const struct vx_str texts[] = {
        [VX_QUOTE_NONE] = {"", 0},
        [VX_QUOTE_DOUBLE] = {"\"", 1},
        [VX_QUOTE_SINGLE] = {"'", 1},
        [VX_QUOTE_TRIPLE] = {"\"\"\"", 3},
    };

    return texts[quote];
}

struct vx_str
vx_eol_text(enum vx_eol eol)
{
    static const struct vx_str texts[] = {
        [VX_EOL_NONE] = {"", 0},       [VX_EOL_LF] = {"\n", 1},
        [VX_EOL_CRLF] = {"\r\n", 2},   [VX_EOL_CR] = {"\r", 1},
        [VX_EOL_SEMICOLON] = {";", 1},
    };

    return texts[eol];
}

/* ---- the value's bytes ----------------------------------------------------------- */

/* Percent escapes are read in it alone. */
static bool
is_display_name(struct vx_str key)
{
    return vx_str_ieq(key, VX_STR("displayName"));
}

/* `text` with the bytes that are no UTF-8 as |XX, and then all others that need it. */
static void
escape_value(struct vx_buf *out, struct vx_str text)
{
    size_t plain = 0, at = 0, size;

    if (vx_utf8_valid(text)) {
        vx_escape(out, text, '|', escaped);
        return;
    }
    while (at < text.n) {
        if (vx_utf8_first(vx_str_skip(text, at), &size) == VX_UTF8_BAD) {
            vx_escape(out, vx_str_of(text.s + plain, at - plain), '|', escaped);
            vx_escape_byte(out, text.s[at], '|');
            size = 1;
            plain = at + 1;
        }
        at += size;
    }
    vx_escape(out, vx_str_of(text.s + plain, at - plain), '|', escaped);
}

/* What the names of an inventory cannot hold, as VMware and libvirt write it. */
static void
escape_percent(struct vx_buf *out, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.s[i];

        if (c != '%' && c != '/' && c != '\\') {
            vx_buf_char(out, c);
            continue;
        }
        vx_buf_char(out, '%');
        vx_buf_hex(out, (unsigned char)c, 2);
    }
}

/* Characters that the charset has not. */
static enum vmx_status
spell_unfit(const struct vmx_doc *doc, struct vx_str text, struct vx_buf *out)
{
    if (!doc->escape_unfit)
        return VMX_ERR_INPUT;
    vx_escape_high(out, text);
    return out->failed ? VMX_ERR_NOMEM : VMX_OK;
}

enum vmx_status
vx_spell_value(struct vmx_doc *doc, struct vx_str key, struct vx_str value,
               struct vx_buf *out)
{
    struct vx_buf plain VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 4);
    struct vx_buf twice VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 4);
    bool percent = is_display_name(key);
    struct vx_str text;

    if (value.n > VMX_MAX_TEXT)
        return VMX_ERR_LIMIT;
    escape_value(&plain, value);
    if (percent)
        escape_percent(&twice, vx_buf_text(&plain));
    if (plain.failed || twice.failed)
        return VMX_ERR_NOMEM;
    text = vx_buf_text(percent ? &twice : &plain);
    if (text.s == NULL) /* an empty value */
        return VMX_OK;

    if (doc->charset_kind == VX_CHARSET_UTF8 || vx_ascii(text)) {
        vx_buf_str(out, text);
        return out->failed ? VMX_ERR_NOMEM : VMX_OK;
    }
    if (doc->charset_kind == VX_CHARSET_UNKNOWN)
        return spell_unfit(doc, text, out);
    if (doc->charset == NULL)
        doc->charset = vx_charset_open(doc->encoding);
    if (doc->charset == NULL)
        return VMX_ERR_NOMEM;
    if (vx_charset_encode(doc->charset, out, text))
        return VMX_OK;
    return out->failed || vx_charset_failed(doc->charset) ? VMX_ERR_NOMEM
                                                          : spell_unfit(doc, text, out);
}

/* ASCII that escape_value() leaves as it is. */
static bool
is_bare(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '|';
}

/* The first byte that is not, or the end. */
static const char *
skip_bare(const char *p, const char *end)
{
#ifdef __SSE2__
    for (; end - p >= 16; p += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        const __m128i graphic = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F));
        const __m128i others =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                      _mm_cmpeq_epi8(bytes, _mm_set1_epi8('|'))),
                         _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F)));
        const int bare = _mm_movemask_epi8(_mm_andnot_si128(others, graphic));

        if (bare != 0xFFFF)
            return p + __builtin_ctz(~(unsigned)bare);
    }
#endif
    while (p < end && is_bare((unsigned char)*p))
        p++;
    return p;
}

/* The ASCII byte that an escape as escape_value() writes it stands for, or -1. */
static int
escaped_ascii(const char *p, const char *end)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *high, *low;
    int byte;

    if (end - p < 3 || *p != '|')
        return -1;
    high = memchr(digits, p[1], 8);
    low = memchr(digits, p[2], 16);
    if (high == NULL || low == NULL)
        return -1;
    byte = (int)((high - digits) * 16 + (low - digits));
    return is_bare((unsigned char)byte) ? -1 : byte;
}

/* Would escape_value() make `raw` of `value`?  Only ASCII is looked at; all else is a
 * no, and is worth a longer look. */
static bool
spells_ascii(struct vx_str raw, struct vx_str value)
{
    const char *p = raw.s, *end = raw.s + raw.n;

    for (;;) {
        const char *stop = skip_bare(p, end);
        struct vx_str run = vx_str_of(p, (size_t)(stop - p));

        if (!vx_str_starts(value, run))
            return false;
        value = vx_str_skip(value, run.n);
        if (stop == end)
            return value.n == 0;
        if (value.n == 0 || escaped_ascii(stop, end) != (unsigned char)value.s[0])
            return false;
        value = vx_str_skip(value, 1);
        p = stop + 3;
    }
}

bool
vx_doc_spells(struct vmx_doc *doc, const struct vx_line *line, struct vx_str value)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 4);

    if (!is_display_name(vx_line_key(line)) && spells_ascii(vx_line_raw(line), value))
        return true;
    return vx_spell_value(doc, vx_line_key(line), value, &raw) == VMX_OK
           && vx_str_eq(vx_buf_text(&raw), vx_line_raw(line));
}

/* Can `raw` stand without quotes, so that every reader that takes such values sees all
 * of it? */
static bool
fits_bare(struct vx_str raw)
{
    for (size_t i = 0; i < raw.n; i++) {
        unsigned char c = (unsigned char)raw.s[i];

        if (c <= ' ' || c == '"' || c == '\'' || c == '#' || c == ';' || c == 0x7F)
            return false;
    }
    return raw.n > 0;
}

enum vx_quote
vx_spell_quote(enum vx_quote wanted, struct vx_str raw)
{
    if ((wanted == VX_QUOTE_NONE && !fits_bare(raw))
        || (wanted == VX_QUOTE_SINGLE && vx_str_find(raw, '\'') >= 0))
        return VX_QUOTE_DOUBLE;
    return wanted;
}

/* ---- a statement ----------------------------------------------------------------- */

static char *
put(char *at, struct vx_str text)
{
    if (text.n)
        memcpy(at, text.s, text.n);
    return at + text.n;
}

/* Reads the statement of `size` bytes behind the line end that is `text`. */
static void
read_line(const char *text, size_t size, bool first, struct vx_line *ret)
{
    struct vx_lexer lexer;
    struct vx_name name;

    if (first || size == 0) {
        vx_lex_one(vx_str_of(text + 1, size), ret);
        return;
    }
    vx_lex_init(&lexer, vx_str_of(text, size + 1));
    vx_lex_next(&lexer, ret, &name, 1);
    vx_lex_next(&lexer, ret, &name, 1);
    ret->number = ret->column = ret->offset = 0;
}

/* A line end is put in front, so that only in the first line a byte order mark is one.
 */
enum vmx_status
vx_spell_line(struct vmx_doc *doc, size_t at, const struct vx_parts *parts,
              struct vx_line *ret)
{
    struct vx_str quote = vx_quote_text(parts->quote);
    size_t size = parts->head.n + parts->raw.n + parts->tail.n + 2 * quote.n;
    char *text, *end;

    if (size > VMX_MAX_TEXT)
        return VMX_ERR_LIMIT;
    /* "" and a quote behind it: with a """ further down it would be a long value. */
    if (parts->quote == VX_QUOTE_DOUBLE && parts->raw.n == 0
        && vx_str_starts(parts->tail, quote))
        return VMX_ERR_INPUT;
    text = vx_arena_alloc(&doc->arena, size + 1 + VX_LEX_PAD);
    if (text == NULL)
        return VMX_ERR_NOMEM;
    *text = '\n';
    end = put(text + 1, parts->head);
    end = put(end, quote);
    end = put(end, parts->raw);
    end = put(end, quote);
    end = put(end, parts->tail);
    memset(end, 0, VX_LEX_PAD);
    read_line(text, size, at == 0, ret);
    vx_doc_learn(ret, doc->seed);
    return ret->size == size && ret->kind == VX_LINE_ENTRY && ret->quote == parts->quote
                   && vx_str_eq(vx_line_raw(ret), parts->raw)
               ? VMX_OK
               : VMX_ERR_INPUT;
}

/* ---- lines of a new file --------------------------------------------------------- */

/* Where the statement from `start` on begins for the lexer: a byte order mark is part
 * of the first. */
static size_t
lexed_from(const struct vx_buf *out, size_t start)
{
    static const struct vx_str bom = {"\xEF\xBB\xBF", 3};

    return start == bom.n && vx_str_starts(vx_buf_text(out), bom) ? 0 : start;
}

/* Is what `out` holds from `start` on one statement, whatever follows?  A value that
 * begins with three quotes ends only where there are three again, so they are put
 * behind it. */
static bool
is_one(struct vx_buf *out, size_t start, struct vx_line *ret)
{
    static const char behind[3 + VX_LEX_PAD] = "\"\"\"";
    size_t from = lexed_from(out, start), end = out->size, before = from > 0;
    struct vx_lexer lexer;
    struct vx_name name;

    vx_buf_add(out, behind, sizeof(behind));
    out->size = end;
    if (out->failed)
        return false;
    /* With the line end before it, since only the first line has a mark. */
    vx_lex_init(&lexer, vx_str_of(out->data + from - before, end + 3 - from + before));
    for (size_t i = 0; i <= before; i++)
        vx_lex_next(&lexer, ret, &name, 1);
    return ret->text == out->data + from && ret->size == end - from;
}

static bool
put_entry(struct vx_buf *out, struct vx_str key, enum vx_quote quote, struct vx_str raw,
          struct vx_str eol)
{
    size_t start = out->size;
    struct vx_line line;

    vx_buf_str(out, key);
    vx_buf_lit(out, " = ");
    vx_buf_str(out, vx_quote_text(quote));
    vx_buf_str(out, raw);
    vx_buf_str(out, vx_quote_text(quote));
    vx_buf_str(out, eol);
    if (is_one(out, start, &line) && line.kind == VX_LINE_ENTRY && line.quote == quote
        && vx_str_eq(vx_line_key(&line), key) && vx_str_eq(vx_line_raw(&line), raw))
        return true;
    out->size = start;
    return false;
}

/* What no value in quotes is sure to hold.  In all charsets these bytes stand for
 * themselves. */
static void
escape_breaks(struct vx_buf *out, struct vx_str raw)
{
    for (size_t i = 0; i < raw.n; i++)
        if (raw.s[i] == '"' || raw.s[i] == '\n' || raw.s[i] == '\r')
            vx_escape_byte(out, raw.s[i], '|');
        else
            vx_buf_char(out, raw.s[i]);
}

bool
vx_spell_entry(struct vx_buf *out, struct vx_str key, struct vx_str raw,
               struct vx_str eol)
{
    struct vx_buf safe VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 3);

    if (put_entry(out, key, VX_QUOTE_DOUBLE, raw, eol)
        || put_entry(out, key, VX_QUOTE_TRIPLE, raw, eol))
        return true;
    escape_breaks(&safe, raw);
    out->failed = out->failed || safe.failed;
    return put_entry(out, key, VX_QUOTE_DOUBLE, vx_buf_text(&safe), eol);
}

bool
vx_spell_statement(struct vx_buf *out, struct vx_str text, struct vx_str eol)
{
    size_t start = out->size;
    struct vx_line line;

    vx_buf_str(out, text);
    if (is_one(out, start, &line) && line.eol == VX_EOL_SEMICOLON)
        return true;
    vx_buf_str(out, eol);
    if (is_one(out, start, &line))
        return true;
    out->size = start;
    /* It may have been an entry that nothing behind it ended. */
    vx_lex_one(text, &line);
    return line.kind == VX_LINE_ENTRY && line.size == text.n
           && vx_spell_entry(out, vx_line_key(&line), vx_line_raw(&line), eol);
}
