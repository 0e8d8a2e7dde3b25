/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "doc/spell.h"

#include "base/utf8.h"
#include "text/escape.h"

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

static void
escape_percent(struct vx_buf *out, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        vx_buf_char(out, text.s[i]);
        if (text.s[i] == '%')
            vx_buf_lit(out, "25");
    }
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
        return VMX_ERR_INPUT;
    if (doc->charset == NULL)
        doc->charset = vx_charset_open(doc->encoding);
    if (doc->charset == NULL)
        return VMX_ERR_NOMEM;
    if (vx_charset_encode(doc->charset, out, text))
        return VMX_OK;
    return out->failed || vx_charset_failed(doc->charset) ? VMX_ERR_NOMEM
                                                          : VMX_ERR_INPUT;
}

/* An escape that escape_value() writes in another spelling.  Saves comparisons below. */
static bool
has_lower_escape(struct vx_str raw)
{
    ptrdiff_t at;

    for (; (at = vx_str_find(raw, '|')) >= 0; raw = vx_str_skip(raw, (size_t)at + 1)) {
        struct vx_str digits = vx_str_skip(raw, (size_t)at + 1);

        if (digits.n > 1 && vx_hex_digit((unsigned char)digits.s[0]) >= 0
            && digits.s[1] >= 'a' && digits.s[1] <= 'f')
            return true;
    }
    return false;
}

bool
vx_doc_spells(struct vmx_doc *doc, const struct vx_line *line, struct vx_str value)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 4);

    if (has_lower_escape(vx_line_raw(line)))
        return false;
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
