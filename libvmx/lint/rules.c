/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rows of all rules, and which of them count. */
#include "lint/functions.h"
#include "lint/hardened.h"

#include <stdlib.h>

#include "base/num.h"
#include "doc/facts.h"

#include "base/banned.h"

/* ---- the rows -------------------------------------------------------------------- */

/* clang-format off */
#define VX_CODE(...)
#define CHECK(function, ...) .check = vx_check_##function, .arg = {__VA_ARGS__}
#define BY_READING .source = VX_BY_READING
#define BY_MAPPING .source = VX_BY_MAPPING
#define BY_CONVERSION .source = VX_BY_CONVERSION
#define BY_TARGET .source = VX_BY_TARGET
#define BY_INVENTORY .source = VX_BY_INVENTORY
#define BY_SUPPRESSION .source = VX_BY_SUPPRESSION
#define NO_FIX .safety = VMX_FIX_NONE
#define SAFE(function) .fix = vx_fix_##function, .safety = VMX_FIX_SAFE, .told.fixable = true
#define UNSAFE(function) .fix = vx_fix_##function, .safety = VMX_FIX_UNSAFE, .told.fixable = true

#define FILE "file"
#define SYNTAX "syntax"
#define STRUCTURE "structure"
#define VALUE "value"
#define DEVICE "device"
#define MACHINE "machine"
#define SECURITY "security"
#define PORTABILITY "portability"
#define INVENTORY "inventory"
#define STYLE "style"
#define CERTAIN "certain"
#define LIKELY "likely"
#define POSSIBLE "possible"

#define P_NONE 0
#define P_ALL UINT16_MAX
#define P_DEFAULT VX_P_DEFAULT
#define P_SECURITY VX_P_SECURITY
#define P_STIG VX_P_STIG
#define P_MIGRATE_KVM VX_P_MIGRATE_KVM
#define P_ESXI VX_P_ESXI
#define P_WORKSTATION VX_P_WORKSTATION
#define P_LEGACY VX_P_LEGACY

/* "VMX004" of 4, "VMX1724" of 1724. */
#define DIGIT(number, of) '0' + (number) / (of) % 10
#define ID(number)                                                                     \
    (const char[])                                                                     \
    {                                                                                  \
        'V', 'M', 'X', DIGIT(number, (number) < 1000 ? 100 : 1000),                    \
            DIGIT(number, (number) < 1000 ? 10 : 100),                                 \
            DIGIT(number, (number) < 1000 ? 1 : 10),                                   \
            (number) < 1000 ? '\0' : DIGIT(number, 1), '\0'                            \
    }
#define VX_RULE(number, name_, ident, severity_, category_, confidence_, profiles_, tags_, check, \
                fix, title_, why_, remedy_, bad_, good_)                               \
    {.told.code = ID(number), .told.name = name_,                                      \
     .told.severity = VMX_SEVERITY_##severity_, .told.category = category_,            \
     .told.confidence = confidence_, .told.title = title_, .told.why = why_,           \
     .told.remedy = remedy_, .told.bad = bad_, .told.good = good_, .told.tags = tags_, \
     .code = VX_##ident, .profiles = profiles_, check, fix},
const struct vx_rule vx_rules[] = {
#include "diag/codes.def"
};

/* clang-format on */

const size_t vx_rule_count = VX_COUNT(vx_rules);

const struct vx_rule *
vx_rule_of(enum vx_code code)
{
    size_t from = 0, to = VX_COUNT(vx_rules);

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (vx_rules[middle].code < code)
            from = middle + 1;
        else
            to = middle;
    }
    return from < VX_COUNT(vx_rules) && vx_rules[from].code == code ? &vx_rules[from]
                                                                    : NULL;
}

const struct vmx_rule *
vmx_rule(size_t index)
{
    return index < VX_COUNT(vx_rules) ? &vx_rules[index].told : NULL;
}

const struct vmx_rule *
vmx_rule_find(const char *word)
{
    const struct vx_code_info *info = vx_code_find(vx_str_c(word));
    const struct vx_rule *rule = info ? vx_rule_of(info->code) : NULL;

    return rule ? &rule->told : NULL;
}

/* The row that a public rule is the first member of. */
static const struct vx_rule *
row_of(const struct vmx_rule *rule)
{
    return (const struct vx_rule *)(const void *)rule;
}

/* ---- profiles -------------------------------------------------------------------- */

/* A profile for a host asks for what runs there: the hardware versions by
 * schemas/hwver.tsv. */
static const struct profile {
    const char *name;
    unsigned bits;
    const char *esxi;
    unsigned hw_max;
} profiles[] = {
    {"default", VX_P_DEFAULT, NULL, 0},
    {"security", VX_P_SECURITY, NULL, 0},
    {"stig", VX_P_STIG, NULL, 0},
    {"legacy-hardening", VX_P_LEGACY, NULL, 0},
    {"migrate-kvm", VX_P_DEFAULT | VX_P_MIGRATE_KVM, NULL, 0},
    {"esxi-7.0", VX_P_DEFAULT | VX_P_ESXI, "7.0", 19},
    {"esxi-8.0", VX_P_DEFAULT | VX_P_ESXI, "8.0", 21},
    {"esxi-9.0", VX_P_DEFAULT | VX_P_ESXI, "9.0", 22},
    {"workstation", VX_P_DEFAULT | VX_P_WORKSTATION, NULL, 0},
};

static const struct profile *
find_profile(struct vx_str name)
{
    for (size_t i = 0; i < VX_COUNT(profiles); i++)
        if (name.n && vx_str_is(name, profiles[i].name))
            return &profiles[i];
    return NULL;
}

const char *
vmx_profile(size_t index)
{
    return index < VX_COUNT(profiles) ? profiles[index].name : NULL;
}

bool
vmx_rule_in(const struct vmx_rule *rule, const char *profile)
{
    const struct profile *found = find_profile(vx_str_c(profile));

    return rule && found && (row_of(rule)->profiles & found->bits);
}

/* ---- linters --------------------------------------------------------------------- */

static bool
take_profile(struct vmx_linter *linter, struct vx_str name)
{
    const struct profile *profile = find_profile(vx_str_trim(name));

    if (profile == NULL)
        return false;
    linter->profiles |= profile->bits;
    /* Of several targets, the machine must run on the oldest. */
    if (profile->hw_max && (linter->hw_max == 0 || profile->hw_max < linter->hw_max)) {
        linter->hw_max = profile->hw_max;
        linter->esxi = profile->esxi;
    }
    return true;
}

static bool
take_profiles(struct vmx_linter *linter, struct vx_str names)
{
    for (;;) {
        ptrdiff_t comma = vx_str_find(names, ',');
        struct vx_str name = vx_str_of(names.s, comma < 0 ? names.n : (size_t)comma);

        if (!take_profile(linter, name))
            return false;
        if (comma < 0)
            return true;
        names = vx_str_skip(names, (size_t)comma + 1);
    }
}

/* Without the target, the run tells of what it lacks. */
static void
note_sources(struct vmx_linter *linter)
{
    memset(linter->sources, 0, sizeof(linter->sources));
    for (size_t i = 0; i < VX_COUNT(vx_rules); i++)
        if (linter->state[i])
            linter->sources[vx_rules[i].source] = true;
    if (linter->sources[VX_BY_TARGET] && linter->target == NULL)
        (void)vmx_target_new("kvm", NULL, 0, NULL, &linter->target);
}

enum vmx_status
vmx_linter_new(const char *names, struct vmx_linter **ret)
{
    struct vmx_linter *linter = calloc(1, sizeof(*linter) + vx_rule_count);

    if (linter == NULL)
        return VMX_ERR_NOMEM;
    linter->state = (uint8_t *)(linter + 1);
    if (ret == NULL || !take_profiles(linter, vx_str_c(names ? names : "default"))) {
        free(linter);
        return VMX_ERR_MISUSE;
    }
    for (size_t i = 0; i < VX_COUNT(vx_rules); i++)
        linter->state[i] =
            vx_rules[i].profiles & linter->profiles ? VMX_RULE_ON : VMX_RULE_OFF;
    note_sources(linter);
    *ret = linter;
    return VMX_OK;
}

void
vmx_linter_free(struct vmx_linter *linter)
{
    if (linter == NULL)
        return;
    vmx_target_free(linter->target);
    free(linter);
}

/* Is `word` one of the words of `list`, which have blanks between them? */
static bool
has_word(const char *list, struct vx_str word)
{
    struct vx_str rest = vx_str_c(list);

    while (rest.n) {
        ptrdiff_t blank = vx_str_find(rest, ' ');
        struct vx_str first = vx_str_of(rest.s, blank < 0 ? rest.n : (size_t)blank);

        if (vx_str_ieq(first, word))
            return true;
        rest = blank < 0 ? VX_STR("") : vx_str_skip(rest, (size_t)blank + 1);
    }
    return false;
}

/* "3xx" or "17xx", and "VMX3xx" as well. */
static bool
is_family(struct vx_str word, unsigned code)
{
    uint64_t family;

    if (vx_str_istarts(word, VX_STR("VMX")))
        word = vx_str_skip(word, 3);
    return word.n > 2 && vx_str_iends(word, VX_STR("xx"))
           && vx_num_u64(vx_str_of(word.s, word.n - 2), &family)
           && family == code / 100;
}

bool
vx_rule_means(const struct vx_rule *rule, struct vx_str word)
{
    const struct profile *profile = find_profile(word);

    return vx_str_is(word, rule->told.code) || vx_str_is(word, rule->told.name)
           || vx_str_is(word, "all") || vx_str_is(word, rule->told.category)
           || is_family(word, rule->code) || has_word(rule->told.tags, word)
           || (profile && (rule->profiles & profile->bits));
}

size_t
vmx_linter_set(struct vmx_linter *linter, const char *word, enum vmx_rule_state state)
{
    struct vx_str text = vx_str_c(word);
    size_t count = 0;

    for (size_t i = 0; text.n && i < VX_COUNT(vx_rules); i++)
        if (vx_rule_means(&vx_rules[i], text)) {
            linter->state[i] = (uint8_t)state;
            count++;
        }
    note_sources(linter);
    return count;
}

enum vmx_rule_state
vmx_linter_get(const struct vmx_linter *linter, const struct vmx_rule *rule)
{
    return rule ? (enum vmx_rule_state)linter->state[row_of(rule) - vx_rules]
                : VMX_RULE_OFF;
}
