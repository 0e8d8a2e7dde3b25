/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds the ends of things with memchr() and reads each byte about once; every search
 * that may run past the statement is remembered, so that no input is quadratic. */
#include "text/lex.h"

#include "base/auto.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include "base/banned.h"

static const char *
find_bytewise(const char *from, const char *to, char c)
{
    while (from < to && *from != c)
        from++;
    return from;
}

/* The first `c`, or `to`.  Most of what is looked for stands a few bytes on, where a
 * call of memchr() costs more than the search. */
#ifdef __SSE2__
static inline unsigned
matches(const char *at, __m128i needle)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);

    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, needle));
}

static inline const char *
find(const char *from, const char *to, char c)
{
    const __m128i needle = _mm_set1_epi8(c);
    unsigned found;

    if (VX_UNLIKELY(to - from < 16))
        return find_bytewise(from, to, c);
    for (; to - from >= 16; from += 16)
        if ((found = matches(from, needle)) != 0)
            return from + __builtin_ctz(found);
    found = matches(to - 16, needle) >> (16 - (to - from)) << (16 - (to - from));
    return found ? to - 16 + __builtin_ctz(found) : to;
}
#else
static inline const char *
find(const char *from, const char *to, char c)
{
    const char *at = to - from < 16 ? NULL : memchr(from, c, (size_t)(to - from));

    return to - from < 16 ? find_bytewise(from, to, c) : at ? at : to;
}
#endif

static const char *
skip_blanks(const char *p, const char *stop)
{
    while (p < stop && vx_is_blank((unsigned char)*p))
        p++;
    return p;
}

static const char *
trim_blanks(const char *start, const char *stop)
{
    while (stop > start && vx_is_blank((unsigned char)stop[-1]))
        stop--;
    return stop;
}

/* Where the physical line that holds `from` stops; sets how it ends and what follows.
 */
static const char *
line_stop(struct vx_lexer *lx, const char *from, uint8_t *ret_eol,
          const char **ret_next)
{
    if (lx->next_lf == NULL || lx->next_lf < from)
        lx->next_lf = find(from, lx->end, '\n');
    if (lx->next_cr == NULL || lx->next_cr < from)
        lx->next_cr = find(from, lx->end, '\r');

    if (lx->next_cr < lx->next_lf) {
        bool crlf = lx->next_cr + 1 == lx->next_lf && lx->next_lf < lx->end;

        *ret_eol = crlf ? VX_EOL_CRLF : VX_EOL_CR;
        *ret_next = lx->next_cr + 1 + crlf;
        return lx->next_cr;
    }
    *ret_eol = lx->next_lf < lx->end ? VX_EOL_LF : VX_EOL_NONE;
    *ret_next = lx->next_lf < lx->end ? lx->next_lf + 1 : lx->end;
    return lx->next_lf;
}

/* Counts the line ends in a value that spans lines. */
static void
count_lines(struct vx_lexer *lx, const char *from, const char *to)
{
    for (; from < to; from++)
        if (*from == '\n' || (*from == '\r' && !(from + 1 < to && from[1] == '\n'))) {
            lx->number++;
            lx->line_start = from + 1;
        }
}

static void
set_value(struct vx_line *line, const char *from, const char *to, enum vx_quote quote)
{
    line->value = (uint32_t)(from - line->text);
    line->value_size = (uint32_t)(to - from);
    line->quote = (uint8_t)quote;
}

/* Up to the end of the line, or up to a comment with a blank before it. */
static void
unquoted(struct vx_line *line, const char *v, const char *stop)
{
    const char *to = stop;

    for (const char *hash = find(v, stop, '#'); hash < stop;
         hash = find(hash + 1, stop, '#'))
        if (hash == v || vx_is_blank((unsigned char)hash[-1])) {
            to = hash;
            break;
        }
    to = trim_blanks(v, to);
    line->odd |= to == v ? VX_ODD_NO_VALUE : VX_ODD_UNQUOTED;
    set_value(line, v, to, VX_QUOTE_NONE);
}

/* A value in quotes of one byte; returns where the text behind it begins. */
static const char *
quoted(struct vx_line *line, const char *v, const char *stop)
{
    enum vx_quote quote = *v == '"' ? VX_QUOTE_DOUBLE : VX_QUOTE_SINGLE;
    const char *close = find(v + 1, stop, *v), *tail, *last;

    if (close == stop) {
        line->odd |= VX_ODD_UNTERMINATED;
        set_value(line, v + 1, stop, quote);
        return stop;
    }
    tail = skip_blanks(close + 1, stop);
    if (VX_UNLIKELY(tail < stop && *tail != '#' && *tail != ';')) {
        last = trim_blanks(tail, stop) - 1;
        line->odd |= *last == *v ? VX_ODD_INNER_QUOTE : VX_ODD_TRAILING;
        if (*last == *v) {
            close = last;
            tail = stop;
        }
    }
    set_value(line, v + 1, close, quote);
    return tail;
}

/* The """ that ends a value beginning at `v`, or NULL.  libvirt does not know """""" as
 * the last bytes of a file and refuses it; here its meaning is the same everywhere. */
static const char *
triple_close(struct vx_lexer *lx, const char *v)
{
    const char *close;

    if (lx->no_triple || lx->end - v < 6 || v[1] != '"' || v[2] != '"')
        return NULL;
    close = memmem(v + 3, (size_t)(lx->end - v - 3), "\"\"\"", 3);
    lx->no_triple = close == NULL;
    return close;
}

static void
finish(struct vx_lexer *lx, struct vx_line *line, const char *next, uint8_t eol)
{
    line->size = (uint32_t)(next - line->text);
    line->eol = eol;
    lx->at = next;
    if (eol != VX_EOL_SEMICOLON) {
        lx->number++;
        lx->line_start = next;
    }
}

/* Key and value of the statement whose name begins at `p`.  Returns the text behind the
 * value, or NULL when there is no assignment. */
static const char *
assignment(struct vx_lexer *lx, struct vx_line *line, const char *p, const char **stop,
           uint8_t *eol, const char **next)
{
    const char *quote = find(p, *stop, '"');
    const char *equals = find(p, quote, '=');
    const char *name_end = trim_blanks(p, equals), *v, *close;

    if (equals == quote) { /* no = before a quote, or none at all */
        for (const char *c = p; c < name_end; c++)
            if (vx_is_blank((unsigned char)*c) || *c == '\'')
                return NULL;
        if (quote == *stop || name_end == quote)
            return NULL;
        line->odd |= VX_ODD_NO_EQUALS;
        v = quote;
    } else {
        v = skip_blanks(equals + 1, *stop);
    }
    if (name_end == p)
        return NULL;

    line->kind = VX_LINE_ENTRY;
    line->key = (uint32_t)(p - line->text);
    line->key_size = (uint32_t)(name_end - p);

    if (v == *stop || (*v != '"' && *v != '\'')) {
        unquoted(line, v, *stop);
        return *stop;
    }
    if (*v == '"' && (close = triple_close(lx, v)) != NULL) {
        count_lines(lx, v, close);
        *stop = line_stop(lx, close + 3, eol, next);
        set_value(line, v + 3, close, VX_QUOTE_TRIPLE);
        v = skip_blanks(close + 3, *stop);
        if (v < *stop && *v != '#' && *v != ';')
            line->odd |= VX_ODD_TRAILING;
        return v;
    }
    return quoted(line, v, *stop);
}

void
vx_lex_init(struct vx_lexer *lx, struct vx_str text)
{
    *lx = (struct vx_lexer){
        .text = text.s,
        .at = text.s,
        .end = text.s + text.n,
        .line_start = text.s,
        .number = 1,
    };
}

static void
lex_any(struct vx_lexer *lx, struct vx_line *line)
{
    const char *start = lx->at, *stop, *next, *p, *tail;
    uint8_t eol;

    *line = (struct vx_line){
        .text = start,
        .number = lx->number,
        .column = (uint32_t)(start - lx->line_start) + 1,
        .offset = (uint32_t)(start - lx->text),
    };
    stop = line_stop(lx, start, &eol, &next);
    p = start;
    if (VX_UNLIKELY(start == lx->text) && stop - p >= 3
        && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        line->odd |= VX_ODD_BOM;
        p += 3;
    }
    p = skip_blanks(p, stop);

    if (p == stop) {
        line->kind = VX_LINE_BLANK;
    } else if (*p == '#' || (*p == '/' && stop - p > 1 && p[1] == '/')) {
        line->kind = VX_LINE_COMMENT;
        if (*p == '/')
            line->odd |= VX_ODD_SLASHES;
    } else if (*p == ';') { /* an empty statement */
        line->kind = VX_LINE_BLANK;
        finish(lx, line, p + 1, VX_EOL_SEMICOLON);
        return;
    } else {
        tail = assignment(lx, line, p, &stop, &eol, &next);
        if (tail == NULL)
            line->kind = VX_LINE_BAD;
        else if (tail < stop && *tail == ';') {
            finish(lx, line, tail + 1, VX_EOL_SEMICOLON);
            return;
        }
    }
    finish(lx, line, next, eol);
}

/* Notes what bytes the line holds, and whether its value is plain. */
static void
survey(struct vx_lexer *lx, struct vx_line *line)
{
    unsigned has[2] = {0, 0}; /* outside of the value, and in it */

    for (uint32_t i = 0; i < line->size; i++) {
        unsigned char c = (unsigned char)line->text[i];
        unsigned *where = &has[i - line->value < line->value_size];

        bool spaces = c == '\t' || c == '\n' || c == '\r';

        if (c >= 0x80)
            *where |= VX_HAS_HIGH;
        else if (c == '|')
            *where |= VX_HAS_PIPE;
        else if (c < 0x20 && (!spaces || line->quote == VX_QUOTE_TRIPLE))
            *where |= VX_HAS_CONTROL;
    }
    line->plain = has[1] == 0;
    lx->has |= has[0] | has[1];
}

#ifdef __SSE2__
static inline unsigned
control_bits(__m128i bytes)
{
    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes));
}

/* The same as usual_value_end() for a value that is not plain; tells lx->has why. */
static const char *
odd_value_end(struct vx_lexer *lx, const char *v)
{
    for (;; v += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)v);
        const unsigned found = control_bits(bytes) | matches(v, _mm_set1_epi8('"'));
        const unsigned before = found ^ (found - 1); /* all bits when there is none */

        lx->has |= (unsigned)_mm_movemask_epi8(bytes) & before ? VX_HAS_HIGH : 0;
        lx->has |= matches(v, _mm_set1_epi8('|')) & before ? VX_HAS_PIPE : 0;
        if (found)
            return v + __builtin_ctz(found);
    }
}

/* Where a plain value that begins at `v` ends: at a quote, or else at a byte that no
 * plain value has; the zeros behind the text are such. */
static inline const char *
usual_value_end(const char *v)
{
    unsigned found;

    for (;; v += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)v);
        const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        const __m128i pipes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('|'));
        const __m128i graphic = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F));

        found = 0xFFFF
                ^ (unsigned)_mm_movemask_epi8(
                    _mm_andnot_si128(_mm_or_si128(quotes, pipes), graphic));
        if (found)
            return v + (uint32_t)__builtin_ctz(found);
    }
}

/* The length of the usual name at `p` (0: none), its normal form left in *name, and the
 * places of its digits. */
static inline uint32_t
usual_name(const char *p, struct vx_name *name, uint64_t *digits)
{
    unsigned some_digits, odd;

    *digits = 0;
    for (uint32_t at = 0; at < VX_NAME_BLOCKS; at += 16) {
        vx_name_block(p + at, name->normal + at, &some_digits, &odd);
        if (odd) {
            *digits |= (uint64_t)(some_digits & (odd ^ (odd - 1))) << at;
            return at + (uint32_t)__builtin_ctz(odd);
        }
        *digits |= (uint64_t)some_digits << at;
    }
    return 0;
}

/* A line as VMware writes it, key = "value", in one pass; where the next one begins, or
 * NULL for any other.  The caller knows where the line stands. */
static inline const char *
lex_usual(struct vx_lexer *lx, const char *start, struct vx_line *line,
          struct vx_name *name)
{
    const char *value, *close, *next;
    uint64_t digits;
    uint32_t size = usual_name(start, name, &digits);

    if (size == 0 || memcmp(start + size, " = \"", 4) != 0)
        return NULL;
    line->text = start;
    line->key = 0;
    line->key_size = size;
    line->value = size + 4;
    line->kind = VX_LINE_ENTRY;
    line->quote = VX_QUOTE_DOUBLE;
    line->eol = VX_EOL_LF;
    line->plain = true;
    line->odd = 0;
    line->hash = line->winner = 0;

    value = start + size + 4;
    close = usual_value_end(value);
    if (VX_UNLIKELY(*close != '"')) {
        close = odd_value_end(lx, close);
        line->plain = false;
    }
    next = close + 1;
    if (VX_UNLIKELY(*next == '\r')) {
        line->eol = VX_EOL_CRLF;
        next++;
    }
    if (*close != '"' || *next != '\n')
        return NULL;
    line->size = (uint32_t)(next + 1 - start);
    line->value_size = (uint32_t)(close - value);
    if (!vx_name_finish(name, start, size, digits))
        name->size = 0;
    return next + 1;
}
#else
static inline const char *
lex_usual(struct vx_lexer *lx, const char *start, struct vx_line *line,
          struct vx_name *name)
{
    (void)lx;
    (void)start;
    (void)line;
    (void)name;
    return NULL;
}
#endif

/* Lines of the usual form, up to the first that is not; how many. */
static inline size_t
lex_run(struct vx_lexer *lx, struct vx_line *lines, struct vx_name *names, size_t room)
{
    const char *at = lx->at, *next;
    uint32_t number = lx->number;
    size_t count = 0;

    for (; count < room && at < lx->end; count++) {
        next = lex_usual(lx, at, &lines[count], &names[count]);
        if (VX_UNLIKELY(next == NULL))
            break;
        lines[count].number = number++;
        lines[count].column = 1;
        lines[count].offset = (uint32_t)(at - lx->text);
        at = next;
    }
    if (count) {
        lines[0].column += (uint32_t)(lx->at - lx->line_start);
        lx->at = lx->line_start = at;
        lx->number = number;
    }
    return count;
}

size_t
vx_lex_next(struct vx_lexer *lx, struct vx_line *lines, struct vx_name *names,
            size_t room)
{
    size_t count = 0;

    for (;;) {
        count += lex_run(lx, lines + count, names + count, room - count);
        if (count == room || lx->at == lx->end)
            return count;
        names[count].size = 0;
        lex_any(lx, &lines[count]);
        survey(lx, &lines[count++]);
    }
}

void
vx_lex_one(struct vx_str text, struct vx_line *line)
{
    struct vx_lexer lexer;

    vx_lex_init(&lexer, text);
    *line = (struct vx_line){.text = text.s};
    if (text.n) {
        lex_any(&lexer, line);
        survey(&lexer, line);
    }
    line->number = line->column = line->offset = 0;
}
