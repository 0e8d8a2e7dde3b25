/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values against what the catalogue allows.  Knows types, words and ranges; what other
 * keys say of the same machine is not known here. */
#include "doc/facts.h"

#include "base/num.h"
#include "doc/doc.h"

#include "base/banned.h"

const struct vx_key_facts *
vx_key_facts(uint16_t entry)
{
    return entry < VX_KEY_ENTRIES ? &vx_facts[entry] : NULL;
}

/* ---- words ----------------------------------------------------------------------- */

/* The words one by one; `*at` begins as facts->words. */
static struct vx_str
next_word(uint32_t *at)
{
    struct vx_str word = vx_str_c(vx_fact(*at));

    *at += (uint32_t)word.n + 1;
    return word;
}

/* VX_LOOSE when it is one but for its case. */
static enum vx_fit
fits_word(const struct vx_key_facts *facts, struct vx_str value)
{
    uint32_t at = facts->words;
    enum vx_fit best = VX_NOT_A_WORD;

    for (uint32_t i = 0; i < facts->word_count; i++) {
        struct vx_str word = next_word(&at);

        if (vx_str_eq(word, value))
            return VX_FITS;
        if (vx_str_ieq(word, value))
            best = VX_LOOSE;
    }
    return best;
}

/* ---- numbers --------------------------------------------------------------------- */

/* "+5", "007" and "-0" are read and not written. */
static bool
usual_number(struct vx_str value)
{
    if (value.s[0] == '-' && value.n > 1)
        value = vx_str_skip(value, 1);
    return vx_is_digit((unsigned char)value.s[0])
           && (value.n == 1 || value.s[0] != '0');
}

static bool
number_allowed(const struct vx_key_facts *facts, int64_t number)
{
    uint32_t at = facts->words;
    int64_t other;

    if ((facts->word_count | facts->range_count) == 0)
        return true;
    for (uint32_t i = 0; i < facts->word_count; i++)
        if (vx_num_i64(next_word(&at), &other) && other == number)
            return true;
    for (uint32_t i = 0; i < facts->range_count; i++) {
        const struct vx_range *range = &vx_facts_ranges[facts->ranges + i];

        if (number >= range->min && number <= range->max)
            return true;
    }
    return false;
}

/* A number, then `rest`: of "64 MB" that is " MB". */
static bool
leading_number(struct vx_str value, int64_t *ret, struct vx_str *rest)
{
    size_t n = value.n && (value.s[0] == '-' || value.s[0] == '+') ? 1 : 0;

    while (n < value.n && vx_is_digit((unsigned char)value.s[n]))
        n++;
    *rest = vx_str_skip(value, n);
    return vx_num_i64(vx_str_of(value.s, n), ret);
}

static enum vx_fit
fits_number(const struct vx_key_facts *facts, struct vx_str value, bool size)
{
    struct vx_str rest;
    int64_t number;

    if (!leading_number(value, &number, &rest))
        return VX_BAD_TYPE;
    if (rest.n) {
        rest = vx_str_trim(rest);
        return size && rest.n == 1 && memchr("kKmMgG", rest.s[0], 6) ? VX_LOOSE
                                                                     : VX_BAD_TYPE;
    }
    if (!number_allowed(facts, number))
        return VX_OUT_OF_RANGE;
    return usual_number(value) ? VX_FITS : VX_LOOSE;
}

/* ---- bytes ----------------------------------------------------------------------- */

/* VMware's own spelling: "00 11 22 33 44 55 66 77-88 99 aa bb cc dd ee ff".  Only the
 * GUID of an encrypted machine stands in braces. */
static bool
usual_uuid(struct vx_str value)
{
    if (value.n != 47)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.s[i];

        if (i % 3 == 2 ? c != (i == 23 ? '-' : ' ') : vx_hex_digit(c) < 0)
            return false;
    }
    return true;
}

static enum vx_fit
fits_uuid(struct vx_str value)
{
    bool braces = value.n > 2 && value.s[0] == '{' && value.s[value.n - 1] == '}';
    uint32_t digits = 0;

    if (usual_uuid(value))
        return VX_FITS;
    if (braces)
        value = vx_str_of(value.s + 1, value.n - 2);
    for (size_t i = 0; i < value.n; i++) {
        if (vx_hex_digit((unsigned char)value.s[i]) >= 0)
            digits++;
        else if (value.s[i] != ' ' && value.s[i] != '-')
            return VX_BAD_TYPE;
    }
    if (digits != 32)
        return VX_BAD_TYPE;
    return braces && value.n == 36 ? VX_FITS : VX_LOOSE;
}

static enum vx_fit
fits_mac(struct vx_str value)
{
    enum vx_fit fit = VX_FITS;

    if (value.n != 17)
        return VX_BAD_TYPE;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.s[i];

        if (i % 3 != 2 ? vx_hex_digit(c) < 0 : c != ':' && c != '-')
            return VX_BAD_TYPE;
        if (c == '-')
            fit = VX_LOOSE;
    }
    return fit;
}

/* ---- types ----------------------------------------------------------------------- */

/* In any case: products write both "TRUE" and "true". */
static enum vx_fit
fits_bool(const struct vx_key_facts *facts, struct vx_str value)
{
    bool truth;

    if (vx_str_is(value, "TRUE") || vx_str_is(value, "FALSE")
        || fits_word(facts, value) == VX_FITS)
        return VX_FITS;
    return vx_bool_word(value, &truth) ? VX_LOOSE : VX_BAD_TYPE;
}

/* Text, of which words and ranges may be told. */
static enum vx_fit
fits_text(const struct vx_key_facts *facts, struct vx_str value)
{
    enum vx_fit fit = fits_word(facts, value), number;

    if ((facts->word_count | facts->range_count) == 0)
        return VX_FITS;
    if (fit != VX_NOT_A_WORD || facts->range_count == 0)
        return fit;
    number = fits_number(facts, value, false);
    return number == VX_BAD_TYPE ? VX_NOT_A_WORD : number;
}

/* What is empty says nothing, which products write for text of any kind. */
static bool
may_be_empty(uint8_t type)
{
    return type != VX_TYPE_BOOL && type != VX_TYPE_INT && type != VX_TYPE_SIZE;
}

static enum vx_fit
fits_type(uint8_t type, const struct vx_key_facts *facts, struct vx_str value)
{
    switch ((enum vx_key_type)type) {
    case VX_TYPE_BOOL:
        return fits_bool(facts, value);
    case VX_TYPE_INT:
        return fits_number(facts, value, false);
    case VX_TYPE_SIZE:
        return fits_number(facts, value, true);
    case VX_TYPE_UUID:
        return fits_uuid(value);
    case VX_TYPE_MAC:
        return fits_mac(value);
    case VX_TYPE_STRING:
    case VX_TYPE_ENUM:
    case VX_TYPE_PATH:
    case VX_TYPES:
        break;
    }
    return fits_text(facts, value);
}

/* Words of another bus bind nobody, nor do those that are not all. */
static bool
is_open(const struct vx_key_facts *facts)
{
    return facts->flags & (VX_FACT_OPEN | VX_FACT_BORROWED);
}

enum vx_fit
vx_key_fits(uint16_t entry, struct vx_str value)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    enum vx_fit fit;

    if (facts == NULL || facts->evidence == 0)
        return VX_FITS;
    if (value.n == 0 && may_be_empty(vx_key_entries[entry].type))
        return VX_FITS;
    fit = fits_type(vx_key_entries[entry].type, facts, value);
    if (fit == VX_OUT_OF_RANGE || fit == VX_NOT_A_WORD)
        return is_open(facts) ? VX_FITS : fit;
    return fit;
}

/* ---- what is expected ------------------------------------------------------------ */

static void
put_words(const struct vx_key_facts *facts, struct vx_buf *out)
{
    uint32_t at = facts->words, count = facts->word_count;
    bool last_is_number = facts->range_count != 0;

    if (is_open(facts))
        vx_buf_lit(out, "such as ");
    else if (count > 2 && !last_is_number)
        vx_buf_lit(out, "one of ");
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            vx_buf_str(out, i + 1 == count && count == 2 && !last_is_number
                                ? VX_STR(" or ")
                                : VX_STR(", "));
        vx_buf_str(out, next_word(&at));
    }
    if (last_is_number)
        vx_buf_lit(out, " or ");
}

static void
put_range(const struct vx_range *range, struct vx_buf *out)
{
    if (range->min != INT64_MIN && range->max != INT64_MAX) {
        vx_buf_lit(out, " from ");
        vx_buf_int(out, range->min);
        vx_buf_lit(out, " to ");
        vx_buf_int(out, range->max);
    } else if (range->min != INT64_MIN) {
        vx_buf_lit(out, " of at least ");
        vx_buf_int(out, range->min);
    } else if (range->max != INT64_MAX) {
        vx_buf_lit(out, " of at most ");
        vx_buf_int(out, range->max);
    }
    if (*vx_fact(range->unit)) {
        vx_buf_lit(out, " (");
        vx_buf_str(out, vx_str_c(vx_fact(range->unit)));
        vx_buf_char(out, ')');
    }
}

static void
put_ranges(const struct vx_key_facts *facts, struct vx_buf *out)
{
    for (uint32_t i = 0; i < facts->range_count; i++) {
        vx_buf_str(out, i ? VX_STR(", or") : VX_STR("a number"));
        put_range(&vx_facts_ranges[facts->ranges + i], out);
    }
}

/* No pointers, so nothing to relocate. */
static const char type_texts[VX_TYPES][52] = {
    [VX_TYPE_STRING] = "text",
    [VX_TYPE_BOOL] = "TRUE or FALSE",
    [VX_TYPE_INT] = "a number",
    [VX_TYPE_ENUM] = "a word",
    [VX_TYPE_UUID] = "16 hexadecimal bytes, with a dash behind the eighth",
    [VX_TYPE_MAC] = "six hexadecimal bytes with colons between",
    [VX_TYPE_PATH] = "the name of a file",
    [VX_TYPE_SIZE] = "a number",
};

void
vx_key_expects(uint16_t entry, struct vx_buf *out)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    uint8_t type = facts ? vx_key_entries[entry].type : VX_TYPE_STRING;

    if (facts == NULL || (facts->word_count | facts->range_count) == 0
        || type == VX_TYPE_BOOL) {
        vx_buf_str(out, vx_str_c(type_texts[type]));
        return;
    }
    if (facts->word_count)
        put_words(facts, out);
    put_ranges(facts, out);
}
