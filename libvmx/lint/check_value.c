/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 2xx: is a value what its key takes?  What other keys say is not known here. */
#include "base/num.h"
#include "doc/facts.h"
#include "lint/check.h"
#include "lint/survey.h"

#include "base/banned.h"

enum {
    EXPECTS_MAX = 200, /* bytes; a longer list of words is for vmx-keys(5) */
};

/* ---- what all of them do --------------------------------------------------------- */

/* The next odd value with this reason. */
static const struct vx_odd *
next_value(struct vx_lint *lint, const struct vx_odd *odd, enum vx_why why)
{
    odd = odd ? odd->next : vx_lint_survey(lint)->values;
    while (odd && odd->why != why)
        odd = odd->next;
    return odd;
}

static void
suggest(struct vx_finding *found, const struct vx_odd *odd)
{
    if (found)
        found->text = odd->better;
}

void
vx_fix_suggested(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->text.s)
        vx_fix_value(lint, finding, finding->line, finding->text);
}

/* `KEY: "VALUE" is WHAT; expected EXPECTED`. */
static struct vx_finding *
tell_expected(struct vx_lint *lint, const struct vx_rule *rule,
              const struct vx_odd *odd, const char *what)
{
    struct vx_buf expected VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_str value = vx_lint_shown(lint, odd->line);

    vx_key_expects(odd->line->entry, &expected);
    if (!vx_lint_has(lint, &expected))
        return NULL;
    if (expected.size > EXPECTS_MAX)
        expected.size = 0;
    return vx_lint_tell(lint, rule, odd->line, VX_PART_VALUE,
                        "%.*s: \"%.*s\" is %s%s%.*s", VX_ARG(vx_line_key(odd->line)),
                        VX_ARG(value), what, expected.size ? "; expected " : "",
                        (int)expected.size, expected.data ? expected.data : "");
}

/* `KEY: "VALUE" is WHAT; VMware writes "BETTER"`. */
static struct vx_finding *
tell_better(struct vx_lint *lint, const struct vx_rule *rule, const struct vx_odd *odd,
            const char *what)
{
    struct vx_str value = vx_lint_shown(lint, odd->line);
    struct vx_str better = odd->line->secret ? VX_STR("(redacted)") : odd->better;

    return vx_lint_tell(lint, rule, odd->line, VX_PART_VALUE,
                        "%.*s: \"%.*s\" is %s; VMware writes \"%.*s\"",
                        VX_ARG(vx_line_key(odd->line)), VX_ARG(value), what,
                        VX_ARG(better));
}

/* ---- of the wrong type ----------------------------------------------------------- */

/* What VMware writes of a CPU's feature: "Val:1", "Min:3", "Max:0x1F", "Reset". */
static bool
is_feature_limit(struct vx_str value)
{
    value = vx_str_trim(value);
    return value.n == 0 || vx_str_istarts(value, VX_STR("Val:"))
           || vx_str_istarts(value, VX_STR("Min:"))
           || vx_str_istarts(value, VX_STR("Max:")) || vx_str_is(value, "Reset");
}

void
vx_check_other_value(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_OTHER)) != NULL;)
        tell_expected(lint, rule, odd, "not of its key's type");
    for (struct vx_family *mask = lint->slots->cpuid; mask; mask = mask->next) {
        struct vx_line *line = &lint->doc->lines[mask->line];

        if (vx_str_istarts(vx_line_key(line), VX_STR("featMask.vm."))
            && !is_feature_limit(vx_lint_value(lint, line)))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is not Min:n, Max:n or Val:n",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_lint_shown(lint, line)));
    }
}

void
vx_check_boolean(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_BOOLEAN)) != NULL;)
        suggest(tell_expected(lint, rule, odd, "no truth value"), odd);
}

static bool
is_number(struct vx_str value)
{
    int64_t number;

    return vx_num_clamp(value, &number);
}

void
vx_check_number(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_NUMBER)) != NULL;)
        tell_expected(lint, rule, odd,
                      is_number(vx_lint_value(lint, odd->line)) ? "too large a number"
                                                                : "no whole number");
}

void
vx_check_range(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_RANGE)) != NULL;)
        tell_expected(lint, rule, odd, "out of range");
}

void
vx_check_word(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_WORD)) != NULL;)
        suggest(tell_expected(lint, rule, odd, "none of the words that it takes"), odd);
}

/* The number of hex digits in `value`. */
static size_t
hex_digits(struct vx_str value)
{
    size_t count = 0;

    for (size_t i = 0; i < value.n; i++)
        count += vx_hex_digit((unsigned char)value.s[i]) >= 0;
    return count;
}

void
vx_check_mac(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_MAC)) != NULL;)
        tell_expected(lint, rule, odd, "no MAC address");
}

void
vx_check_uuid(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_UUID)) != NULL;) {
        size_t digits = hex_digits(vx_lint_value(lint, odd->line));

        tell_expected(lint, rule, odd,
                      digits < 32   ? "no UUID, it has too few digits"
                      : digits > 32 ? "no UUID, it has too many digits"
                                    : "no UUID, it has other characters than digits");
    }
}

/* ---- of the right type, written in the wrong way --------------------------------- */

void
vx_check_empty(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_EMPTY)) != NULL;)
        tell_expected(lint, rule, odd, "empty, which says nothing");
}

void
vx_check_blanks(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_BLANKS)) != NULL;)
        suggest(tell_better(lint, rule, odd, "a value with blanks around it"), odd);
}

void
vx_check_wrapped(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_WRAPPED)) != NULL;)
        suggest(tell_better(lint, rule, odd, "quoted twice"), odd);
}

void
vx_check_hex(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_HEX)) != NULL;)
        suggest(tell_better(lint, rule, odd, "hexadecimal"), odd);
}

void
vx_check_unit(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_UNIT)) != NULL;)
        suggest(odd->better.s ? tell_better(lint, rule, odd, "a number with a unit")
                              : tell_expected(lint, rule, odd, "a number with a unit"),
                odd);
}

void
vx_check_boolean_spelling(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_BOOLEAN_SPELLING)) != NULL;)
        suggest(tell_better(lint, rule, odd, "another word for it"), odd);
}

void
vx_check_word_case(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_WORD_CASE)) != NULL;)
        suggest(tell_better(lint, rule, odd, "in other letters"), odd);
}

void
vx_check_number_spelling(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_NUMBER_SPELLING)) != NULL;)
        suggest(tell_better(lint, rule, odd, "an unusual number"), odd);
}

void
vx_check_bytes_spelling(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_value(lint, odd, VX_WHY_BYTES_SPELLING)) != NULL;)
        suggest(tell_better(lint, rule, odd, "an unusual spelling"), odd);
}

/* ---- of any type ----------------------------------------------------------------- */

/* Text of guests may well have such marks. */
static bool
is_for_guests(const struct vx_line *line)
{
    return line->entry == vx_machine_key[VX_M_annotation]
           || vx_str_istarts(vx_line_key(line), VX_STR("guestinfo."));
}

/* Where a placeholder begins, and how it ends. */
static const struct {
    struct vx_str begin, end;
} placeholders[] = {
    {{"{{", 2}, {"}}", 2}},
    {{"${", 2}, {"}", 1}},
    {{"<%", 2}, {"%>", 2}},
};

/* The placeholder in `value`, or VX_STR_NONE. */
static struct vx_str
find_placeholder(struct vx_str value)
{
    for (size_t i = 0; i < VX_COUNT(placeholders); i++) {
        struct vx_str begin = placeholders[i].begin, end = placeholders[i].end;
        const char *at =
            value.n ? memmem(value.s, value.n, begin.s, begin.n) : (const char *)NULL;
        struct vx_str rest =
            at ? vx_str_skip(value, (size_t)(at - value.s) + begin.n) : VX_STR_NONE;
        const char *stop = rest.n ? memmem(rest.s, rest.n, end.s, end.n) : NULL;

        if (stop)
            return vx_str_of(at, (size_t)(stop - at) + end.n);
    }
    return VX_STR_NONE;
}

/* Most files have none of the marks, and are not looked at line by line. */
static bool
may_have_placeholders(const struct vx_lint *lint)
{
    struct vx_str rest = vx_str_of(lint->doc->lines[0].text, lint->doc->size);
    ptrdiff_t at;

    if (vx_str_find(rest, '<') >= 0)
        return true;
    for (; (at = vx_str_find(rest, '{')) >= 0; rest = vx_str_skip(rest, (size_t)at + 1))
        if ((at && rest.s[at - 1] == '$')
            || vx_str_starts(vx_str_skip(rest, (size_t)at), VX_STR("{{")))
            return true;
    return false;
}

void
vx_check_placeholder(struct vx_lint *lint, const struct vx_rule *rule)
{
    if (!may_have_placeholders(lint))
        return;
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        struct vx_str found = find_placeholder(vx_line_raw(line));

        if (found.s && !line->secret && !is_for_guests(line))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is a placeholder that nobody filled in",
                         VX_ARG(vx_line_key(line)), VX_ARG(found));
    }
}

/* ---- of keys that came later ----------------------------------------------------- */

/* Devices have rules of their own about what hardware they need, and so have these;
 * what hosts write is their concern. */
static bool
is_judged_elsewhere(const struct vx_key_entry *entry)
{
    static const uint16_t props[] = {
        VX_M_uefi_secureBoot_enabled, VX_M_vtpm_present, VX_M_vvtd_enable,
        VX_M_windows_vbs_enabled,     VX_M_cpuid_numSMT, VX_M_firmware,
    };

    if (entry->flags & (VX_KEY_RUNTIME | VX_KEY_HOST))
        return true;
    if (entry->kind != VX_KIND_MACHINE)
        return entry->kind != VX_KIND_NIC && entry->kind != VX_KIND_VCPU;
    for (size_t i = 0; i < VX_COUNT(props); i++)
        if (entry->prop == props[i])
            return true;
    return false;
}

/* Does the value ask for what the hardware has not? */
static bool
asks(const struct vx_lint *lint, struct vx_line *line)
{
    return line->value_size && vx_lint_bool(lint, line, true)
           && !vx_says_default(lint, line);
}

void
vx_check_newer(struct vx_lint *lint, const struct vx_rule *rule)
{
    if (lint->hw == 0)
        return;
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        const struct vx_key_facts *facts = vx_key_facts(line->entry);

        if (facts == NULL || facts->min_hw <= lint->hw
            || is_judged_elsewhere(&vx_key_entries[line->entry]) || !asks(lint, line))
            continue;
        vx_lint_tell(lint, rule, line, VX_PART_KEY,
                     "%.*s: came with virtual hardware %u, and the machine has %u",
                     VX_ARG(vx_line_key(line)), facts->min_hw, lint->hw);
    }
}

/* ---- of a form of their own ------------------------------------------------------ */

/* 32 bits, each of one symbol, with colons between groups. */
static const char *
mask_fault(struct vx_str value)
{
    static const struct vx_str symbols = {"-01HRTFXhrtfx", 13};
    size_t bits = 0;

    value = vx_str_trim(value);
    for (size_t i = 0; i < value.n; i++) {
        if (value.s[i] != ':' && vx_str_find(symbols, value.s[i]) < 0)
            return "has other symbols than - 0 1 H R T F x";
        bits += value.s[i] != ':';
    }
    return bits < 32   ? "is shorter than 32 bits"
           : bits > 32 ? "is longer than 32 bits"
                       : NULL;
}

/* cpuid.1.eax, cpuid.80000001.edx.amd; others of the family are no masks. */
static bool
is_mask(struct vx_str key)
{
    static const char *const registers[] = {"eax", "ebx", "ecx", "edx"};

    if (!vx_str_istarts(key, VX_STR("cpuid.")))
        return false;
    if (vx_str_iends(key, VX_STR(".amd")))
        key.n -= sizeof(".amd") - 1;
    for (size_t i = 0; i < VX_COUNT(registers); i++)
        if (key.n > sizeof("cpuid.") + 3 && key.s[key.n - 4] == '.'
            && vx_str_iends(key, vx_str_c(registers[i])))
            return true;
    return false;
}

void
vx_check_cpuid_mask(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_family *mask = lint->slots->cpuid; mask; mask = mask->next) {
        struct vx_line *line = &lint->doc->lines[mask->line];
        struct vx_str key = vx_line_key(line), value;
        const char *fault;

        if (!is_mask(key))
            continue;
        value = vx_lint_value(lint, line);
        fault = value.n ? mask_fault(value) : NULL;
        if (fault)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE, "%.*s: the mask \"%.*s\" %s",
                         VX_ARG(key), VX_ARG(value), fault);
    }
}

/* "all", or numbers and ranges with commas between: "0,2,4-7". */
static bool
is_number_list(struct vx_str value)
{
    bool digit = false, range = false;

    if (vx_str_is(value, "all"))
        return true;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.s[i];

        if (vx_is_digit((unsigned char)c)) {
            digit = true;
        } else if (digit && (c == ',' || (c == '-' && !range))) {
            digit = false;
            range = c == '-';
        } else if (c != ' ') {
            return false;
        }
    }
    return digit || value.n == 0;
}

static void
check_list(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line)
{
    if (line && !is_number_list(vx_lint_value(lint, line)))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is no list such as \"0,2,4-7\", and not \"all\"",
                     VX_ARG(vx_line_key(line)), VX_ARG(vx_lint_shown(lint, line)));
}

void
vx_check_number_list(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t props[] = {
        VX_M_sched_cpu_affinity,
        VX_M_sched_mem_affinity,
        VX_M_numa_nodeAffinity,
    };

    for (size_t i = 0; i < VX_COUNT(props); i++)
        check_list(lint, rule, vx_lint_key(lint, props[i]));
    for (struct vx_instance *cpu = lint->slots->first[VX_KIND_VCPU]; cpu;
         cpu = cpu->next)
        check_list(lint, rule, vx_lint_line(lint, cpu->slot[VX_VCPU_affinity]));
}
