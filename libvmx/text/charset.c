/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A name from a file reaches iconv only as plain letters and digits, so that it cannot
 * ask for transliteration, and only charsets in which every ASCII byte means itself,
 * whatever stands before it, are let through. */
#include "text/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "vmx.h"

#include "base/banned.h"

#define NAME_MAX_BYTES 40
#define NO_ICONV ((iconv_t)-1)
/* No charset known has longer UTF-8 than this for one byte. */
#define SCRATCH_CEILING (VMX_MAX_TEXT * 6)

struct vx_charset {
    iconv_t decoder, encoder;
    struct vx_buf decoded, encoded; /* kept between calls: values are many and short */
};

/* An upper-case name that is safe to hand on. */
struct charset_name {
    char text[NAME_MAX_BYTES + 1];
};

/* VMware writes what Windows calls its code page, not what the standard of that name
 * holds: in glibc's SHIFT_JIS the backslash of a path is a yen sign. */
static const struct charset_alias {
    const char *name, *opened, *otherwise;
} aliases[] = {
    {"BIG5", "CP950", "BIG5"},
    {"CSSHIFTJIS", "CP932", "WINDOWS-31J"},
    {"EUC-KR", "CP949", "UHC"},
    {"GB2312", "GBK", "CP936"},
    {"GBK", "GBK", "CP936"},
    {"KS_C_5601-1987", "CP949", "UHC"},
    {"MS_KANJI", "CP932", "WINDOWS-31J"},
    {"SHIFT-JIS", "CP932", "WINDOWS-31J"},
    {"SHIFT_JIS", "CP932", "WINDOWS-31J"},
    {"SJIS", "CP932", "WINDOWS-31J"},
    {"X-SJIS", "CP932", "WINDOWS-31J"},
};

/* ASCII bytes may mean something else after an escape, or the name means whatever the
 * locale says.  Those that fail on plain ASCII need not be listed. */
static const char *const refused[] = {
    "C99",     "CHAR", "CSISO2022", "HZ",    "ISO-2022",
    "ISO2022", "JAVA", "UNICODE",   "UTF-7", "UTF7",
};

/* ---- names ----------------------------------------------------------------------- */

static bool
name_from(struct vx_str text, struct charset_name *name)
{
    text = vx_str_trim(text);
    if (text.n == 0 || text.n > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (!vx_is_alpha(c) && !vx_is_digit(c)
            && vx_str_find(VX_STR("-_.:+"), (char)c) < 0)
            return false;
        name->text[i] = (char)(c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c);
    }
    name->text[text.n] = '\0';
    return true;
}

static bool
is_utf8(const struct charset_name *name)
{
    struct vx_str text = vx_str_c(name->text);

    return vx_str_eq(text, VX_STR("UTF-8")) || vx_str_eq(text, VX_STR("UTF8"));
}

static bool
is_refused(const struct charset_name *name)
{
    for (size_t i = 0; i < VX_COUNT(refused); i++)
        if (vx_str_starts(vx_str_c(name->text), vx_str_c(refused[i])))
            return true;
    return false;
}

/* ---- opening --------------------------------------------------------------------- */

static void
close_iconv(iconv_t *converter)
{
    if (*converter != NO_ICONV)
        iconv_close(*converter);
    *converter = NO_ICONV;
}

static bool
open_pair(struct vx_charset *charset, const char *name)
{
    charset->decoder = iconv_open("UTF-8", name);
    charset->encoder = iconv_open(name, "UTF-8");
    if (charset->decoder != NO_ICONV && charset->encoder != NO_ICONV)
        return true;
    close_iconv(&charset->decoder);
    close_iconv(&charset->encoder);
    return false;
}

/* "windows-949", and "windows-949-2000" as the library calls it that VMware has its
 * charsets from. */
static bool
open_windows(struct vx_charset *charset, const struct charset_name *name)
{
    struct vx_str text = vx_str_c(name->text), windows = VX_STR("WINDOWS-");
    struct charset_name page = {"CP"};

    if (!vx_str_starts(text, windows))
        return false;
    text = vx_str_skip(text, windows.n);
    if (vx_str_iends(text, VX_STR("-2000")))
        text.n -= sizeof("-2000") - 1;
    memcpy(page.text + 2, text.s, text.n);
    return open_pair(charset, page.text);
}

static bool
open_name(struct vx_charset *charset, const struct charset_name *name)
{
    for (size_t i = 0; i < VX_COUNT(aliases); i++)
        if (vx_str_eq(vx_str_c(name->text), vx_str_c(aliases[i].name)))
            return open_pair(charset, aliases[i].opened)
                   || open_pair(charset, aliases[i].otherwise);
    return open_pair(charset, name->text) || open_windows(charset, name);
}

/* Makes `out` all of `text`.  A replacement that iconv chose by itself counts as
 * failure. */
static bool
convert(iconv_t converter, struct vx_buf *out, struct vx_str text)
{
    char *in = (char *)(uintptr_t)text.s; /* iconv's prototype forgot the const */
    size_t left = text.n;
    bool flushed = false;

    out->size = 0;
    iconv(converter, NULL, NULL, NULL, NULL);
    while (!flushed) {
        char *start = vx_buf_room(out, left * 2 + 16), *end = start;
        size_t room = out->room - out->size, replaced;

        if (!start)
            return false;
        /* Some charsets hold a character back to join it with the next. */
        flushed = left == 0;
        replaced = iconv(converter, flushed ? NULL : &in, &left, &end, &room);
        out->size += (size_t)(end - start);
        if (replaced == (size_t)-1 && errno == E2BIG)
            flushed = false;
        else if (replaced)
            return false;
    }
    return true;
}

static bool
keeps_ascii(struct vx_charset *charset)
{
    char ascii[0x80];
    struct vx_str all = {ascii, sizeof(ascii)};

    for (size_t i = 0; i < sizeof(ascii); i++)
        ascii[i] = (char)i;
    return convert(charset->decoder, &charset->decoded, all)
           && vx_str_eq(vx_buf_text(&charset->decoded), all)
           && convert(charset->encoder, &charset->encoded, all)
           && vx_str_eq(vx_buf_text(&charset->encoded), all);
}

bool
vx_charset_failed(const struct vx_charset *charset)
{
    return charset->decoded.failed || charset->encoded.failed;
}

/* What a name of any kind is, and its converter if it has one. */
static enum vx_charset_kind
open_any(struct vx_str name, struct vx_charset **ret)
{
    struct charset_name plain;
    struct vx_charset *charset;
    bool failed;

    if (!name_from(name, &plain) || is_refused(&plain))
        return VX_CHARSET_UNKNOWN;
    if (is_utf8(&plain))
        return VX_CHARSET_UTF8;
    charset = malloc(sizeof(*charset));
    if (!charset)
        return VX_CHARSET_NOMEM;
    *charset = (struct vx_charset){NO_ICONV, NO_ICONV, VX_BUF(SCRATCH_CEILING),
                                   VX_BUF(SCRATCH_CEILING)};
    errno = 0;
    if (open_name(charset, &plain) && keeps_ascii(charset)) {
        *ret = charset;
        return VX_CHARSET_OTHER;
    }
    failed = errno == ENOMEM || vx_charset_failed(charset);
    vx_charset_close(charset);
    return failed ? VX_CHARSET_NOMEM : VX_CHARSET_UNKNOWN;
}

struct vx_charset *
vx_charset_open(struct vx_str name)
{
    struct vx_charset *charset = NULL;

    open_any(name, &charset);
    return charset;
}

void
vx_charset_close(struct vx_charset *charset)
{
    if (!charset)
        return;
    close_iconv(&charset->decoder);
    close_iconv(&charset->encoder);
    vx_buf_done(&charset->decoded);
    vx_buf_done(&charset->encoded);
    free(charset);
}

enum vx_charset_kind
vx_charset_kind(struct vx_str name)
{
    struct vx_charset *charset = NULL;
    enum vx_charset_kind kind;

    if (VX_LIKELY(vx_str_eq(name, VX_STR("UTF-8")))) /* as nearly every file has it */
        return VX_CHARSET_UTF8;
    kind = open_any(name, &charset);
    vx_charset_close(charset);
    return kind;
}

/* ---- UTF-8 ----------------------------------------------------------------------- */

/* How many bytes at the start of `text` are ASCII, give or take the last seven: what is
 * counted is ASCII, what follows may still be. */
static size_t
ascii_words(struct vx_str text)
{
    size_t at = 0;
    uint64_t a, b;

    for (; text.n - at >= 16; at += 16) {
        memcpy(&a, text.s + at, 8);
        memcpy(&b, text.s + at + 8, 8);
        if ((a | b) & UINT64_C(0x8080808080808080))
            break;
    }
    if (text.n - at >= 8) {
        memcpy(&a, text.s + at, 8);
        if (!(a & UINT64_C(0x8080808080808080)))
            at += 8;
    }
    return at;
}

bool
vx_ascii(struct vx_str text)
{
    unsigned char bits = 0;

    for (size_t i = ascii_words(text); i < text.n; i++) {
        bits |= (unsigned char)text.s[i];
        if (bits & 0x80)
            return false;
    }
    return true;
}

bool
vx_utf8_valid(struct vx_str text)
{
    size_t at = 0, size;

    while (at < text.n) {
        if ((unsigned char)text.s[at] < 0x80)
            at += ascii_words(vx_str_skip(text, at));
        if (at == text.n)
            break;
        if (vx_utf8_first(vx_str_skip(text, at), &size) == VX_UTF8_BAD)
            return false;
        at += size;
    }
    return true;
}

/* ---- converting ------------------------------------------------------------------ */

struct vx_str
vx_charset_decode(struct vx_charset *charset, struct vx_arena *arena,
                  struct vx_str text)
{
    if (vx_ascii(text))
        return vx_arena_dup(arena, text);
    if (!convert(charset->decoder, &charset->decoded, text)) {
        arena->failed = arena->failed || vx_charset_failed(charset);
        return VX_STR_NONE;
    }
    return vx_arena_dup(arena, vx_buf_text(&charset->decoded));
}

bool
vx_charset_encode(struct vx_charset *charset, struct vx_buf *buf, struct vx_str text)
{
    if (!vx_ascii(text)) {
        if (!convert(charset->encoder, &charset->encoded, text)
            || !convert(charset->decoder, &charset->decoded,
                        vx_buf_text(&charset->encoded))
            || !vx_str_eq(vx_buf_text(&charset->decoded), text))
            return false;
        text = vx_buf_text(&charset->encoded);
    }
    vx_buf_str(buf, text);
    return !buf->failed;
}

/* Windows itself gives the five bytes that name no character the control character of
 * the same number. */
static uint16_t
windows1252_character(unsigned char c)
{
    static const uint16_t upper_controls[0x20] = {
        0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
        0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
    };

    return c >= 0x80 && c < 0xa0 ? upper_controls[c - 0x80] : c;
}

/* The UTF-8 of a character below U+10000, to `out`; its bytes. */
static size_t
put_character(char *out, uint16_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* At most three bytes come of one. */
static char *
room_for(struct vx_arena *arena, struct vx_str text)
{
    return text.s && text.n < SIZE_MAX / 3 ? vx_arena_alloc(arena, text.n * 3 + 1)
                                           : NULL;
}

struct vx_str
vx_windows1252_decode(struct vx_arena *arena, struct vx_str text)
{
    char *out = room_for(arena, text);
    size_t to = 0;

    if (!out)
        return VX_STR_NONE;
    for (size_t i = 0; i < text.n; i++)
        to += put_character(out + to, windows1252_character((unsigned char)text.s[i]));
    out[to] = '\0';
    return vx_str_of(out, to);
}

struct vx_str
vx_utf8_repair(struct vx_arena *arena, struct vx_str text)
{
    char *out = room_for(arena, text);
    size_t to = 0, size;

    if (!out)
        return VX_STR_NONE;
    for (; text.n; text = vx_str_skip(text, size)) {
        if (vx_utf8_first(text, &size) != VX_UTF8_BAD) {
            memcpy(out + to, text.s, size);
            to += size;
            continue;
        }
        size = 1;
        to += put_character(out + to, windows1252_character((unsigned char)text.s[0]));
    }
    out[to] = '\0';
    return vx_str_of(out, to);
}
