/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values that do not fit their key: why, and what was probably meant. */
#include "lint/survey.h"

#include "base/num.h"
#include "doc/facts.h"
#include "lint/check.h"

#include "base/banned.h"

/* ---- whose business it is -------------------------------------------------------- */

/* Keys that rules of their own look at, which know more than the catalogue. */
static bool
has_own_rule(const struct vx_key_entry *entry)
{
    static const struct {
        uint8_t kind;
        uint16_t prop;
    } keys[] = {
        {VX_KIND_MACHINE, VX_M_encoding},
        {VX_KIND_MACHINE, VX_M_config_version},
        {VX_KIND_MACHINE, VX_M_virtualHW_version},
        {VX_KIND_MACHINE, VX_M_guestOS},
        {VX_KIND_MACHINE, VX_M_RemoteDisplay_vnc_port},
        {VX_KIND_DISK, VX_DISK_deviceType},
        {VX_KIND_CONTROLLER, VX_CTRL_virtualDev},
        {VX_KIND_NIC, VX_NIC_virtualDev},
        {VX_KIND_SERIAL, VX_SERIAL_fileType},
        {VX_KIND_PARALLEL, VX_PARALLEL_fileType},
    };

    for (size_t i = 0; i < VX_COUNT(keys); i++)
        if (entry->kind == keys[i].kind && entry->prop == keys[i].prop)
            return true;
    return false;
}

/* What an engine for templates has yet to fill in: another rule tells of it. */
static bool
is_placeholder(struct vx_str value)
{
    return value.n >= 4
           && (memmem(value.s, value.n, "{{", 2) || memmem(value.s, value.n, "${", 2)
               || memmem(value.s, value.n, "<%", 2));
}

/* ---- what was meant -------------------------------------------------------------- */

static struct vx_str
keep(struct vx_lint *lint, struct vx_buf *text)
{
    return vx_lint_has(lint, text) ? vx_arena_dup(lint->arena, vx_buf_text(text))
                                   : VX_STR_NONE;
}

static struct vx_str
number_text(struct vx_lint *lint, int64_t number)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(32);

    vx_buf_int(&text, number);
    return keep(lint, &text);
}

static bool
suits(uint16_t entry, struct vx_str value)
{
    enum vx_fit fit = vx_key_fits(entry, value);

    return fit == VX_FITS || fit == VX_LOOSE;
}

static struct vx_str
without_quotes(struct vx_str value)
{
    bool wrapped = value.n > 2 && (value.s[0] == '"' || value.s[0] == '\'')
                   && value.s[value.n - 1] == value.s[0];

    return wrapped ? vx_str_of(value.s + 1, value.n - 2) : value;
}

/* "0x1F" as 31. */
static bool
read_hex(struct vx_str value, int64_t *ret)
{
    uint64_t number;

    if (!vx_str_istarts(value, VX_STR("0x"))
        || !vx_num_hex(vx_str_skip(value, 2), &number) || number > INT64_MAX)
        return false;
    *ret = (int64_t)number;
    return true;
}

/* Bytes in the unit that `text` names: "4 GB" and "4096M" are what people write; 0 for
 * anything else. */
static int64_t
unit_size(struct vx_str text)
{
    static const struct {
        const char *word;
        int64_t size;
    } units[] = {
        {"b", 1},        {"k", 1 << 10},   {"kb", 1 << 10},  {"kib", 1 << 10},
        {"m", 1 << 20},  {"mb", 1 << 20},  {"mib", 1 << 20}, {"g", 1 << 30},
        {"gb", 1 << 30}, {"gib", 1 << 30},
    };

    for (size_t i = 0; i < VX_COUNT(units); i++)
        if (vx_str_is(text, units[i].word))
            return units[i].size;
    return 0;
}

/* The number in front, what stands behind it in *ret_rest. */
static bool
split_number(struct vx_str value, int64_t *ret, struct vx_str *ret_rest)
{
    size_t digits = 0;

    while (digits < value.n && vx_is_digit((unsigned char)value.s[digits]))
        digits++;
    *ret_rest = vx_str_trim(vx_str_skip(value, digits));
    return vx_num_i64(vx_str_of(value.s, digits), ret);
}

/* "4 GB" for a key that counts in MiB is 4096. */
static struct vx_str
in_own_unit(struct vx_lint *lint, uint16_t entry, int64_t number, int64_t size)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    int64_t own =
        facts->range_count
            ? unit_size(vx_str_c(vx_fact(vx_facts_ranges[facts->ranges].unit)))
            : 0;

    if (own == 0 || vx_mul_overflows(number, size, &number) || number % own != 0)
        return VX_STR_NONE;
    return number_text(lint, number / own);
}

static bool
is_unit(struct vx_lint *lint, uint16_t entry, struct vx_str value, struct vx_odd *ret)
{
    struct vx_str rest;
    int64_t number, size;

    if (!split_number(value, &number, &rest) || rest.n == 0)
        return false;
    for (size_t i = 0; i < rest.n; i++)
        if (!vx_is_alpha((unsigned char)rest.s[i]))
            return false;
    ret->why = VX_WHY_UNIT;
    size = unit_size(rest);
    if (size)
        ret->better = in_own_unit(lint, entry, number, size);
    return true;
}

/* Words that people take for truth values. */
static struct vx_str
meant_boolean(struct vx_str value)
{
    static const char *const yes[] = {"enable", "enabled", "t", "y"};
    static const char *const no[] = {"disable", "disabled", "f", "n"};

    for (size_t i = 0; i < VX_COUNT(yes); i++) {
        if (vx_str_is(value, yes[i]))
            return VX_STR("TRUE");
        if (vx_str_is(value, no[i]))
            return VX_STR("FALSE");
    }
    return VX_STR_NONE;
}

/* ---- words ----------------------------------------------------------------------- */

static size_t
same_bytes(struct vx_str a, struct vx_str b)
{
    size_t n = 0;

    while (n < a.n && n < b.n && vx_same_letter(a.s[n], b.s[n]))
        n++;
    return n;
}

/* Is it one byte more, one less, another one, or two in the wrong order? */
static bool
one_slip(struct vx_str a, struct vx_str b)
{
    size_t n = same_bytes(a, b);

    a = vx_str_skip(a, n);
    b = vx_str_skip(b, n);
    if (a.n == 0 || b.n == 0)
        return a.n + b.n <= 1;
    return (a.n == b.n && vx_str_ieq(vx_str_skip(a, 1), vx_str_skip(b, 1)))
           || vx_str_ieq(vx_str_skip(a, 1), b) || vx_str_ieq(a, vx_str_skip(b, 1))
           || (a.n == b.n && a.n > 1 && vx_same_letter(a.s[0], b.s[1])
               && vx_same_letter(a.s[1], b.s[0])
               && vx_str_ieq(vx_str_skip(a, 2), vx_str_skip(b, 2)));
}

/* The only word that is the value but for its case, or else but for one slip. */
static struct vx_str
meant_word(uint16_t entry, struct vx_str value)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    struct vx_str found = VX_STR_NONE;
    uint32_t at = facts->words, near = 0;

    for (uint32_t i = 0; i < facts->word_count; i++) {
        struct vx_str word = vx_str_c(vx_fact(at));

        at += (uint32_t)word.n + 1;
        if (vx_str_ieq(word, value))
            return word;
        if (word.n > 2 && one_slip(word, value)) {
            found = word;
            near++;
        }
    }
    return near == 1 ? found : VX_STR_NONE;
}

/* ---- bytes ----------------------------------------------------------------------- */

/* The hex digits of `value` in lower case, two by two, as VMware separates them. */
static struct vx_str
usual_bytes(struct vx_lint *lint, uint8_t type, struct vx_str value)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(64);
    unsigned digits = 0;

    for (size_t i = 0; i < value.n; i++) {
        if (vx_hex_digit((unsigned char)value.s[i]) < 0)
            continue;
        if (digits && digits % 2 == 0)
            vx_buf_char(&text, type == VX_TYPE_MAC ? ':' : digits == 16 ? '-' : ' ');
        vx_buf_char(&text, (char)vx_lower((unsigned char)value.s[i]));
        digits++;
    }
    return keep(lint, &text);
}

/* ---- why ------------------------------------------------------------------------- */

static bool
judge_loose(struct vx_lint *lint, uint16_t entry, struct vx_str value,
            struct vx_odd *ret)
{
    uint8_t type = vx_key_entries[entry].type;
    int64_t number;
    bool truth;

    if (type == VX_TYPE_BOOL && vx_bool_word(value, &truth)) {
        ret->why = VX_WHY_BOOLEAN_SPELLING;
        ret->better = truth ? VX_STR("TRUE") : VX_STR("FALSE");
    } else if (type == VX_TYPE_MAC || type == VX_TYPE_UUID) {
        ret->why = VX_WHY_BYTES_SPELLING;
        ret->better = usual_bytes(lint, type, value);
    } else if (vx_num_i64(value, &number)) {
        ret->why = VX_WHY_NUMBER_SPELLING;
        ret->better = number_text(lint, number);
    } else if (type != VX_TYPE_SIZE) { /* which may have a unit */
        ret->why = VX_WHY_WORD_CASE;
        ret->better = meant_word(entry, value);
    }
    return ret->why != VX_WHY_UNKNOWN;
}

/* What it would be without what stands around it. */
static bool
judge_around(uint16_t entry, struct vx_str value, struct vx_odd *ret)
{
    struct vx_str inside = vx_str_trim(value);

    ret->why = VX_WHY_BLANKS;
    if (inside.n == value.n) {
        inside = without_quotes(value);
        ret->why = VX_WHY_WRAPPED;
    }
    if (inside.n == value.n || !suits(entry, inside))
        return false;
    ret->better = inside;
    return true;
}

static void
judge_type(struct vx_lint *lint, uint16_t entry, struct vx_str value,
           struct vx_odd *ret)
{
    static const enum vx_why reasons[VX_TYPES] = {
        [VX_TYPE_STRING] = VX_WHY_WORD, [VX_TYPE_BOOL] = VX_WHY_BOOLEAN,
        [VX_TYPE_INT] = VX_WHY_NUMBER,  [VX_TYPE_ENUM] = VX_WHY_WORD,
        [VX_TYPE_UUID] = VX_WHY_UUID,   [VX_TYPE_MAC] = VX_WHY_MAC,
        [VX_TYPE_PATH] = VX_WHY_OTHER,  [VX_TYPE_SIZE] = VX_WHY_NUMBER,
    };

    uint8_t type = vx_key_entries[entry].type;
    int64_t number;

    ret->why = reasons[type];
    if (ret->why == VX_WHY_BOOLEAN)
        ret->better = meant_boolean(value);
    if (ret->why == VX_WHY_WORD)
        ret->better = meant_word(entry, value);
    if (ret->why != VX_WHY_NUMBER)
        return;
    if (read_hex(value, &number)) {
        ret->why = VX_WHY_HEX;
        ret->better = number_text(lint, number);
    } else {
        (void)is_unit(lint, entry, value, ret);
    }
}

/* No memory at all is a rule of its own. */
static bool
is_told_already(const struct vx_line *line, enum vx_why why)
{
    return line->entry == vx_machine_key[VX_M_memSize]
           && (why == VX_WHY_RANGE || why == VX_WHY_NUMBER);
}

bool
vx_misfit(struct vx_lint *lint, struct vx_line *line, struct vx_odd *ret)
{
    struct vx_str value = vx_lint_value(lint, line);
    enum vx_fit fit = vx_key_fits(line->entry, value);

    if (VX_LIKELY(fit == VX_FITS) || has_own_rule(&vx_key_entries[line->entry])
        || is_placeholder(value))
        return false;
    *ret = (struct vx_odd){.why = VX_WHY_UNKNOWN};
    if (fit == VX_LOOSE)
        return judge_loose(lint, line->entry, value, ret);
    if (value.n == 0)
        ret->why = VX_WHY_EMPTY;
    else if (judge_around(line->entry, value, ret))
        return true;
    else if (fit == VX_OUT_OF_RANGE)
        ret->why = VX_WHY_RANGE;
    else
        judge_type(lint, line->entry, value, ret);
    return !is_told_already(line, ret->why);
}
