/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/codec.h"

#include "base/num.h"

#include "base/banned.h"

#define MAP __attribute__((unused)) struct vx_map *map
#define ROW __attribute__((unused)) const struct vx_row *row

/* ---- text ------------------------------------------------------------------------ */

static enum vx_read
text_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    *(struct vx_str *)member = text;
    return VX_READ_EXACT;
}

void
vx_text_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, *(const struct vx_str *)member);
}

bool
vx_text_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    *(struct vx_str *)member = text;
    return true;
}

void
vx_row_text(const struct vx_row *row, struct vx_buf *out, struct vx_str text)
{
    if (row->place == VX_PLACE_ATTR)
        vx_xml_escape_exact(out, text);
    else
        vx_xml_escape(out, text);
}

void
vx_text_to_xml(MAP, const struct vx_row *row, const void *member, struct vx_buf *out)
{
    vx_row_text(row, out, *(const struct vx_str *)member);
}

const struct vx_codec vx_text = {
    "text", VX_T_STR, text_from_vmx, vx_text_to_vmx, vx_text_from_xml, vx_text_to_xml,
};

/* ---- booleans -------------------------------------------------------------------- */

enum vx_read
vx_bool_parse(struct vx_str text, uint8_t *ret)
{
    bool value;

    if (vx_str_eq(text, VX_STR("TRUE"))) {
        *ret = VX_YES;
        return VX_READ_EXACT;
    }
    if (vx_str_eq(text, VX_STR("FALSE"))) {
        *ret = VX_NO;
        return VX_READ_EXACT;
    }
    if (!vx_bool_word(text, &value))
        return VX_READ_BAD;
    *ret = value ? VX_YES : VX_NO;
    return VX_READ_LOOSE;
}

static enum vx_read
bool_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    return vx_bool_parse(text, member);
}

static void
bool_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    if (*(const uint8_t *)member == VX_YES)
        vx_buf_lit(out, "TRUE");
    else
        vx_buf_lit(out, "FALSE");
}

static bool
bool_word(struct vx_str text, void *member, const char *yes, const char *no)
{
    bool is_yes = vx_str_eq(text, vx_str_c(yes));

    if (!is_yes && !vx_str_eq(text, vx_str_c(no)))
        return false;
    *(uint8_t *)member = is_yes ? VX_YES : VX_NO;
    return true;
}

#define BOOL_CODEC(linkage, name, yes, no)                                             \
    linkage bool name##_from_xml(MAP, ROW, struct vx_str text, void *member)           \
    {                                                                                  \
        return bool_word(text, member, yes, no);                                       \
    }                                                                                  \
    linkage void name##_to_xml(MAP, ROW, const void *member, struct vx_buf *out)       \
    {                                                                                  \
        vx_buf_str(out,                                                                \
                   *(const uint8_t *)member == VX_YES ? VX_STR(yes) : VX_STR(no));     \
    }                                                                                  \
    const struct vx_codec name = {                                                     \
        "TRUE or FALSE", VX_T_BOOL,       bool_from_vmx,                               \
        bool_to_vmx,     name##_from_xml, name##_to_xml,                               \
    }

BOOL_CODEC(, vx_bool, "yes", "no");
BOOL_CODEC(static, vx_bool_onoff, "on", "off");
BOOL_CODEC(static, vx_bool_updown, "up", "down");

/* ---- words ----------------------------------------------------------------------- */

static bool
last_word(const struct vx_word *words, uint8_t i)
{
    return words[i].vmx && words[i].vmx[0] == '\0';
}

uint8_t
vx_word_of_vmx(const struct vx_word *words, struct vx_str text)
{
    const char *word;

    for (uint8_t i = 1;; i++) {
        word = words[i].vmx;
        if (word && *word == '\0')
            return 0;
        if (word && vx_str_is(text, word))
            return i;
    }
}

uint8_t
vx_word_of_xml(const struct vx_word *words, struct vx_str text)
{
    for (uint8_t i = 1; !last_word(words, i); i++)
        if (words[i].xml && vx_str_is(text, words[i].xml))
            return i;
    return 0;
}

static enum vx_read
enum_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    const struct vx_word *words = row->arg;
    uint8_t value = vx_word_of_vmx(words, text);

    if (value == 0)
        return VX_READ_BAD;
    *(uint8_t *)member = value;
    return memcmp(text.s, words[value].vmx, text.n) == 0 ? VX_READ_EXACT
                                                         : VX_READ_LOOSE;
}

static void
enum_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    const struct vx_word *words = row->arg;

    vx_buf_str(out, vx_str_c(words[*(const uint8_t *)member].vmx));
}

static bool
enum_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    uint8_t value = vx_word_of_xml(row->arg, text);

    if (value)
        *(uint8_t *)member = value;
    return value != 0;
}

static void
enum_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    const struct vx_word *words = row->arg;

    vx_buf_str(out, vx_str_c(words[*(const uint8_t *)member].xml));
}

const struct vx_codec vx_enum = {
    "a known word", VX_T_BYTE, enum_from_vmx, enum_to_vmx, enum_from_xml, enum_to_xml,
};

const struct vx_codec vx_bool_words = {
    "TRUE or FALSE", VX_T_BOOL, bool_from_vmx, bool_to_vmx, enum_from_xml, enum_to_xml,
};

static enum vx_read
decided_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    const struct vx_word *words = row->arg;
    const char *word = words[*(uint8_t *)member].vmx;

    return word && vx_str_eq(text, vx_str_c(word)) ? VX_READ_EXACT : VX_READ_LOOSE;
}

/* Several kinds may share a word: the one that the decision has set stays when it is
 * among them. */
static bool
decided_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    const struct vx_word *words = row->arg;
    const char *word = words[*(uint8_t *)member].xml;

    return (word && vx_str_eq(text, vx_str_c(word)))
           || enum_from_xml(map, row, text, member);
}

const struct vx_codec vx_decided = {
    "a known word", VX_T_BYTE,        decided_from_vmx,
    enum_to_vmx,    decided_from_xml, enum_to_xml,
};

/* ---- numbers --------------------------------------------------------------------- */

/* A number as VMware writes it, and short enough to fit whatever it is. */
static bool
is_short_number(struct vx_str text, int64_t *ret)
{
    int64_t number = 0;

    if (text.n == 0 || text.n > 9 || (text.s[0] == '0' && text.n > 1))
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (!vx_is_digit((unsigned char)text.s[i]))
            return false;
        number = number * 10 + (text.s[i] - '0');
    }
    *ret = number;
    return true;
}

/* "unlimited", leading blanks and signs are libvirt's. */
static enum vx_read
integer_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int *number = member;
    struct vx_str digits;
    bool exact;

    if (VX_LIKELY(is_short_number(text, &number->v))) {
        number->set = true;
        return VX_READ_EXACT;
    }
    digits = vx_str_trim(text);
    exact = digits.n == text.n;
    if (vx_str_ieq(digits, VX_STR("unlimited"))) {
        *number = (struct vx_int){-1, true};
        return VX_READ_LOOSE;
    }
    if (!vx_num_i64(digits, &number->v))
        return VX_READ_BAD;
    number->set = true;
    exact = exact && digits.s[0] != '+'
            && !(digits.n > 1
                 && (digits.s[0] == '0' || (digits.s[0] == '-' && digits.s[1] == '0')));
    return exact ? VX_READ_EXACT : VX_READ_LOOSE;
}

void
vx_integer_to_text(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_int(out, ((const struct vx_int *)member)->v);
}

static bool
integer_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int *number = member;

    number->set = vx_num_i64(vx_str_trim(text), &number->v);
    return number->set;
}

const struct vx_codec vx_integer = {
    "a whole number",   VX_T_INT,         integer_from_vmx,
    vx_integer_to_text, integer_from_xml, vx_integer_to_text,
};

static inline int
lower_hex(unsigned char c)
{
    return (unsigned)(c - '0') < 10  ? c - '0'
           : (unsigned)(c - 'a') < 6 ? c - 'a' + 10
                                     : -1;
}

/* ---- MAC ------------------------------------------------------------------------- */

/* Six groups of one or two hex digits, as libvirt reads them. */
bool
vx_mac_parse(struct vx_str text, uint8_t ret[6])
{
    uint8_t mac[6];
    size_t at = 0;

    for (int i = 0; i < 6; i++) {
        int digit = at < text.n ? vx_hex_digit((unsigned char)text.s[at]) : -1, more;

        if (digit < 0)
            return false;
        at++;
        more = at < text.n ? vx_hex_digit((unsigned char)text.s[at]) : -1;
        if (more >= 0) {
            digit = digit * 16 + more;
            at++;
        }
        mac[i] = (uint8_t)digit;
        if (i < 5 && (at >= text.n || text.s[at++] != ':'))
            return false;
    }
    if (at < text.n && (unsigned char)text.s[at] > 0x20)
        return false;
    memcpy(ret, mac, 6);
    return true;
}

void
vx_mac_format(struct vx_buf *out, const uint8_t mac[6])
{
    static const char hex[] = "0123456789abcdef";
    char *at = vx_buf_room(out, 18);

    if (at == NULL)
        return;
    for (int i = 0; i < 6; i++) {
        *at++ = hex[mac[i] >> 4];
        *at++ = hex[mac[i] & 15];
        *at++ = ':';
    }
    out->size += 17;
}

/* The canonical spelling, xx:xx:xx:xx:xx:xx, in one pass. */
static bool
mac_canonical(struct vx_str text, uint8_t ret[6])
{
    if (text.n != 17)
        return false;
    for (int i = 0; i < 6; i++) {
        const unsigned char *pair = (const unsigned char *)text.s + 3 * i;
        int high = lower_hex(pair[0]), low = lower_hex(pair[1]);

        if ((high | low) < 0 || (i < 5 && pair[2] != ':'))
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static enum vx_read
mac_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_mac *mac = member;

    uint8_t bytes[6];

    if (mac_canonical(text, bytes)) {
        memcpy(mac->b, bytes, 6);
        mac->set = true;
        return VX_READ_EXACT;
    }
    if (!vx_mac_parse(text, mac->b))
        return VX_READ_BAD;
    mac->set = true;
    return VX_READ_LOOSE;
}

static void
mac_to_text(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_mac_format(out, ((const struct vx_mac *)member)->b);
}

static bool
mac_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_mac *mac = member;

    mac->set = vx_mac_parse(text, mac->b);
    return mac->set;
}

const struct vx_codec vx_mac = {
    "a MAC address, six hex pairs",
    VX_T_MAC,
    mac_from_vmx,
    mac_to_text,
    mac_from_xml,
    mac_to_text,
};

/* ---- UUID ------------------------------------------------------------------------ */

bool
vx_uuid_parse(struct vx_str text, uint8_t ret[16])
{
    uint8_t uuid[16];
    size_t at = 0;

    while (text.n && (unsigned char)text.s[text.n - 1] <= 0x20)
        text.n--;
    while (at < text.n && (unsigned char)text.s[at] <= 0x20)
        at++;
    for (int i = 0; i < 16; i++) {
        int high, low;

        while (i && at < text.n && (text.s[at] == ' ' || text.s[at] == '-'))
            at++;
        if (at + 2 > text.n)
            return false;
        high = vx_hex_digit((unsigned char)text.s[at]);
        low = vx_hex_digit((unsigned char)text.s[at + 1]);
        if (high < 0 || low < 0)
            return false;
        uuid[i] = (uint8_t)(high * 16 + low);
        at += 2;
    }
    if (at != text.n)
        return false;
    memcpy(ret, uuid, 16);
    return true;
}

static char *
hex_pairs(char *at, const uint8_t *bytes, int count, char between)
{
    static const char hex[] = "0123456789abcdef";

    for (int i = 0; i < count; i++) {
        if (i && between)
            *at++ = between;
        *at++ = hex[bytes[i] >> 4];
        *at++ = hex[bytes[i] & 15];
    }
    return at;
}

void
vx_uuid_to_vmx(struct vx_buf *out, const uint8_t uuid[16])
{
    char *at = vx_buf_room(out, 47);

    if (at == NULL)
        return;
    at = hex_pairs(at, uuid, 8, ' ');
    *at++ = '-';
    hex_pairs(at, uuid + 8, 8, ' ');
    out->size += 47;
}

void
vx_uuid_to_xml(struct vx_buf *out, const uint8_t uuid[16])
{
    char *at = vx_buf_room(out, 36);

    if (at == NULL)
        return;
    at = hex_pairs(at, uuid, 4, 0);
    for (int group = 4; group < 10; group += 2) {
        *at++ = '-';
        at = hex_pairs(at, uuid + group, 2, 0);
    }
    *at++ = '-';
    hex_pairs(at, uuid + 10, 6, 0);
    out->size += 36;
}

/* The canonical spelling, xx xx … xx-xx … xx, in one pass. */
static bool
uuid_canonical(struct vx_str text, uint8_t ret[16])
{
    if (text.n != 47)
        return false;
    for (int i = 0; i < 16; i++) {
        const unsigned char *pair = (const unsigned char *)text.s + 3 * i;
        int high = lower_hex(pair[0]), low = lower_hex(pair[1]);

        if ((high | low) < 0 || (i < 15 && pair[2] != (i == 7 ? '-' : ' ')))
            return false;
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static enum vx_read
uuid_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_uuid *uuid = member;
    uint8_t bytes[16];

    if (uuid_canonical(text, bytes)) {
        memcpy(uuid->b, bytes, 16);
        uuid->set = true;
        return VX_READ_EXACT;
    }
    if (vx_str_trim(text).n == 0) /* Workstation writes vc.uuid = "" for none */
        return VX_READ_LOOSE;
    uuid->set = vx_uuid_parse(text, uuid->b);
    return uuid->set ? VX_READ_LOOSE : VX_READ_BAD;
}

static void
uuid_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_uuid_to_vmx(out, ((const struct vx_uuid *)member)->b);
}

static bool
uuid_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_uuid *uuid = member;

    uuid->set = vx_uuid_parse(text, uuid->b);
    return uuid->set;
}

static void
uuid_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_uuid_to_xml(out, ((const struct vx_uuid *)member)->b);
}

const struct vx_codec vx_uuid = {
    "a UUID, 32 hex digits", VX_T_UUID,   uuid_from_vmx, uuid_to_vmx,
    uuid_from_xml,           uuid_to_xml,
};
