/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/xmlw.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/banned.h"

/* What a byte becomes: itself, itself or a reference when exact, nothing, an entity. */
enum { PLAIN, SPACE, DROP, ENTITY, HEAD };

static const unsigned char class[256] = {
    [0 ... 8] = DROP, [9] = SPACE,        [10] = SPACE,    [11] = DROP,
    [12] = DROP,      [0xEF] = HEAD, /* of U+FFFE and U+FFFF, which XML has not, and of
                                        others */
    [13] = SPACE,     [14 ... 31] = DROP, ['<'] = ENTITY,  ['>'] = ENTITY,
    ['&'] = ENTITY,   ['"'] = ENTITY,     ['\''] = ENTITY,
};

void
vx_xml_init(struct vx_xml *xml, struct vx_buf *out)
{
    *xml = (struct vx_xml){.out = out};
}

static const char blanks[] = "                                ";

_Static_assert(sizeof(blanks) - 1 == 2 * VX_XML_DEPTH, "one level is two blanks");

static void
open_tag(struct vx_xml *xml, const char *name, size_t size)
{
    struct vx_buf *out = xml->out;
    char *at = vx_buf_room(out, sizeof(blanks) + size + 4);

    if (at == NULL)
        return;
    if (xml->in_tag) {
        *at++ = '>';
        *at++ = '\n';
    }
    memcpy(at, blanks, sizeof(blanks) - 1);
    at += 2 * (size_t)xml->depth;
    *at++ = '<';
    at = vx_copy(at, name, size);
    out->size = (size_t)(at - out->data);
    if (xml->depth == VX_XML_DEPTH) { /* our own tables are never so deep */
        out->failed = true;
        return;
    }
    xml->name[xml->depth] = name;
    xml->name_size[xml->depth++] = (uint8_t)size;
    xml->in_tag = true;
}

static void
close_tag(struct vx_xml *xml, bool own_line)
{
    struct vx_buf *out = xml->out;
    char *at = vx_buf_room(out, sizeof(blanks) + UINT8_MAX + 4);
    uint32_t depth;

    if (VX_UNLIKELY(xml->depth == 0)) /* without memory none was opened */
        return;
    depth = --xml->depth;
    xml->path = NULL;
    if (at == NULL)
        return;
    if (xml->in_tag) {
        memcpy(at, "/>\n", 3);
        out->size += 3;
        xml->in_tag = false;
        return;
    }
    if (own_line) {
        memcpy(at, blanks, sizeof(blanks) - 1);
        at += 2 * (size_t)depth;
    }
    *at++ = '<';
    *at++ = '/';
    at = vx_copy(at, xml->name[depth], xml->name_size[depth]);
    *at++ = '>';
    *at++ = '\n';
    out->size = (size_t)(at - out->data);
}

/* Most have nothing inside. */
static inline void
close_innermost(struct vx_xml *xml)
{
    char *at = xml->in_tag ? vx_buf_room(xml->out, 3) : NULL;

    if (VX_UNLIKELY(at == NULL)) {
        close_tag(xml, true);
        return;
    }
    memcpy(at, "/>\n", 3);
    xml->out->size += 3;
    xml->in_tag = false;
    xml->depth--;
}

void
vx_xml_close_inner(struct vx_xml *xml)
{
    while (xml->depth > xml->base)
        close_innermost(xml);
    xml->path = NULL;
}

/* What is left of `path` behind the element `name`, when it begins with that; else
 * NULL. */
static inline const char *
path_behind(const char *path, const char *name, uint8_t size)
{
    for (uint8_t i = 0; i < size; i++)
        if (path[i] != name[i])
            return NULL;
    path += size;
    return *path == '/' ? path + 1 : *path ? NULL : path;
}

void
vx_xml_go(struct vx_xml *xml, const char *path)
{
    uint32_t depth = xml->base;
    const char *p = path, *behind, *end;

    for (; depth < xml->depth;
         depth++) { /* elements on the way that are open already */
        behind = path_behind(p, xml->name[depth], xml->name_size[depth]);
        if (behind == NULL)
            break;
        p = behind;
    }
    while (xml->depth > depth)
        close_innermost(xml);
    while (*p) {
        end = strchrnul(p, '/');
        open_tag(xml, p, (size_t)(end - p));
        p = *end ? end + 1 : end;
    }
    xml->path = path;
}

void
vx_xml_begin(struct vx_xml *xml, const char *name)
{
    open_tag(xml, name, strlen(name));
    xml->base = xml->depth;
    xml->path = NULL;
}

void
vx_xml_end(struct vx_xml *xml, uint32_t base)
{
    vx_xml_close_inner(xml);
    if (xml->depth > base)
        close_tag(xml, true);
    xml->base = base;
}

#ifdef __SSE2__
/* The bits of bytes that do not stand for themselves, or may not: controls, " & ' < >
 * and 0xEF. */
static inline unsigned
special_bits(__m128i bytes)
{
    const __m128i controls =
        _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i heads = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xEF));
    /* Two that differ in one bit are looked for at once. */
    const __m128i ands = _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8('&' ^ '\'')),
                                        _mm_set1_epi8('\''));
    const __m128i angles = _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8('<' ^ '>')),
                                          _mm_set1_epi8('>'));

    return (unsigned)_mm_movemask_epi8(_mm_or_si128(
        _mm_or_si128(_mm_or_si128(controls, quotes), _mm_or_si128(ands, angles)),
        heads));
}

/* True when each byte stands for itself.  Loads may overlap, so none is outside. */
static inline bool
all_plain(struct vx_str text)
{
    const char *s = text.s, *last;

    if (text.n >= 16) {
        last = s + text.n - 16;
        for (; s < last; s += 16)
            if (special_bits(_mm_loadu_si128((const __m128i *)(const void *)s)))
                return false;
        return special_bits(_mm_loadu_si128((const __m128i *)(const void *)last)) == 0;
    }
    if (text.n >= 8)
        return special_bits(_mm_unpacklo_epi64(
                   _mm_loadl_epi64((const __m128i *)(const void *)s),
                   _mm_loadl_epi64((const __m128i *)(const void *)(s + text.n - 8))))
               == 0;
    for (size_t i = 0; i < text.n; i++)
        if (class[(unsigned char)s[i]] != PLAIN)
            return false;
    return true;
}

/* On to the first byte of a whole block that may not stand for itself, or to what is
 * less than a block. */
static inline const char *
skip_plain(const char *p, const char *end)
{
    for (; end - p >= 16; p += 16) {
        unsigned special =
            special_bits(_mm_loadu_si128((const __m128i *)(const void *)p));

        if (special)
            return p + __builtin_ctz(special);
    }
    return p;
}
#else
static inline bool
all_plain(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (class[(unsigned char)text.s[i]] != PLAIN)
            return false;
    return true;
}

static inline const char *
skip_plain(const char *p, const char *end)
{
    (void)end;
    return p;
}
#endif

bool
vx_xml_plain(struct vx_str text)
{
    return all_plain(text);
}

static void
escape_each(struct vx_buf *out, struct vx_str text, bool exact)
{
    static const struct vx_str entities[] = {
        ['<'] = {"&lt;", 4},   ['>'] = {"&gt;", 4},    ['&'] = {"&amp;", 5},
        ['"'] = {"&quot;", 6}, ['\''] = {"&apos;", 6},
    };
    const char *end = text.s + text.n;

    for (const char *p = text.s; p < end;) {
        const char *from = p;
        unsigned char c = 0;

        p = skip_plain(p, end);
        while (p < end && class[c = (unsigned char)*p] == PLAIN)
            p++;
        if (p > from)
            vx_buf_add(out, from, (size_t)(p - from));
        if (p == end)
            return;
        p++;
        if (class[c] == ENTITY)
            vx_buf_str(out, entities[c]);
        else if (class[c] == SPACE && exact)
            vx_buf_printf(out, "&#%u;", c);
        else if (class[c] == HEAD && end - p >= 2 && (unsigned char)p[0] == 0xBF
                 && (unsigned char)p[1] >= 0xBE)
            p += 2;
        else if (class[c] != DROP)
            vx_buf_char(out, (char)c);
    }
}

static inline void
escape(struct vx_buf *out, struct vx_str text, bool exact)
{
    char *at;

    if (VX_UNLIKELY(!all_plain(text))) {
        escape_each(out, text, exact);
        return;
    }
    at = vx_buf_room(out, text.n);
    if (at) {
        vx_copy(at, text.s, text.n);
        out->size += text.n;
    }
}

void
vx_xml_escape(struct vx_buf *out, struct vx_str text)
{
    escape(out, text, false);
}

void
vx_xml_escape_exact(struct vx_buf *out, struct vx_str text)
{
    escape(out, text, true);
}

void
vx_xml_exact_attr(struct vx_buf *out, const char *name, struct vx_str value)
{
    if (value.s == NULL)
        return;
    vx_buf_char(out, ' ');
    vx_buf_str(out, vx_str_c(name));
    vx_buf_lit(out, "='");
    vx_xml_escape_exact(out, value);
    vx_buf_char(out, '\'');
}

void
vx_xml_attr_number(struct vx_xml *xml, const char *name, size_t size, uint64_t value)
{
    vx_xml_attr_begin(xml, name, size);
    vx_buf_uint(xml->out, value);
    vx_buf_char(xml->out, '\'');
}

void
vx_xml_text_open(struct vx_xml *xml)
{
    vx_buf_char(xml->out, '>');
    xml->in_tag = false;
}

void
vx_xml_text_close(struct vx_xml *xml)
{
    close_tag(xml, false);
}

void
vx_xml_text(struct vx_xml *xml, struct vx_str text)
{
    vx_xml_text_open(xml);
    vx_xml_escape(xml->out, text);
    vx_xml_text_close(xml);
}

void
vx_xml_text_uint(struct vx_xml *xml, uint64_t value)
{
    vx_xml_text_open(xml);
    vx_buf_uint(xml->out, value);
    vx_xml_text_close(xml);
}

/* The length of the well-formed UTF-8 sequence at `p` that XML 1.0 allows, or 0. */
static size_t
xml_char(const unsigned char *p, const unsigned char *end)
{
    uint32_t c = *p;
    size_t n = c < 0x80   ? 1
               : c < 0xC2 ? 0
               : c < 0xE0 ? 2
               : c < 0xF0 ? 3
               : c < 0xF5 ? 4
                          : 0;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    if (n == 0 || (size_t)(end - p) < n)
        return 0;
    if (n == 1)
        return class[c] != DROP;
    c &= 0x7Fu >> n;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) || c == 0xFFFE
        || c == 0xFFFF)
        return 0;
    return n;
}

/* On to the first byte of a whole block that is not 0x20 to 0x7F, or to what is less
 * than a block. */
static inline const unsigned char *
skip_ascii(const unsigned char *p, const unsigned char *end)
{
#ifdef __SSE2__
    for (; end - p >= 16; p += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        const int ascii = _mm_movemask_epi8(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F)));

        if (ascii != 0xFFFF)
            return p + __builtin_ctz(~(unsigned)ascii);
    }
#else
    (void)end;
#endif
    return p;
}

bool
vx_xml_holds(struct vx_str text)
{
    const unsigned char *p = (const unsigned char *)text.s, *end = p + text.n;

    for (p = skip_ascii(p, end); p < end;) {
        size_t n = *p >= 0x20 && *p < 0x80 ? 1 : xml_char(p, end);

        if (n == 0)
            return false;
        p += n;
        if (VX_UNLIKELY(p[-1] < 0x20))
            p = skip_ascii(p, end);
    }
    return true;
}
