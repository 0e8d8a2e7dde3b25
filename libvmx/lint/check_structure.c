/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 1xx: which keys there are.  What they say is not known here. */
#include "doc/facts.h"
#include "lint/check.h"
#include "lint/survey.h"

#include "base/banned.h"

/* ---- given twice ----------------------------------------------------------------- */

/* The one that does not count goes when it says the same. */
void
vx_fix_duplicate(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_line *line = finding->line, *first;

    if (line->winner == 0)
        return;
    first = &lint->doc->lines[line->winner - 1];
    if (vx_str_eq(vx_lint_value(lint, line), vx_lint_value(lint, first)))
        vx_fix_remove(lint, finding, line);
}

/* ---- not in the catalogue -------------------------------------------------------- */

/* The next odd key with this reason. */
static const struct vx_odd *
next_key(struct vx_lint *lint, const struct vx_odd *odd, enum vx_why why)
{
    odd = odd ? odd->next : vx_lint_survey(lint)->keys;
    while (odd && odd->why != why)
        odd = odd->next;
    return odd;
}

void
vx_check_unknown_key(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_key(lint, odd, VX_WHY_UNKNOWN)) != NULL;)
        if (!vx_lint_tell(lint, rule, odd->line, VX_PART_KEY,
                          "%.*s: a key that is not known",
                          VX_ARG(vx_line_key(odd->line))))
            return;
}

void
vx_check_unknown_property(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_key(lint, odd, VX_WHY_PROPERTY)) != NULL;)
        if (!vx_lint_tell(lint, rule, odd->line, VX_PART_KEY,
                          "%.*s: the device is known to have no such property",
                          VX_ARG(vx_line_key(odd->line))))
            return;
}

/* Renaming makes no second key of the name. */
static void
suggest_key(struct vx_lint *lint, struct vx_finding *found, struct vx_str key)
{
    if (found && vx_doc_find(lint->doc, key) == NULL)
        found->text = key;
}

void
vx_fix_rename(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->text.s)
        vx_fix_key(lint, finding, finding->line, finding->text);
}

void
vx_check_misspelled_key(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_key(lint, odd, VX_WHY_MISSPELLED)) != NULL;)
        suggest_key(lint,
                    vx_lint_tell(lint, rule, odd->line, VX_PART_KEY,
                                 "%.*s: not known; is it meant to be %.*s?",
                                 VX_ARG(vx_line_key(odd->line)), VX_ARG(odd->better)),
                    odd->better);
}

void
vx_check_zeros(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_key(lint, odd, VX_WHY_ZEROS)) != NULL;)
        suggest_key(lint,
                    vx_lint_tell(lint, rule, odd->line, VX_PART_KEY,
                                 "%.*s: a number in the key begins with a zero, so it "
                                 "is not %.*s",
                                 VX_ARG(vx_line_key(odd->line)), VX_ARG(odd->better)),
                    odd->better);
}

void
vx_check_api_name(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_key(lint, odd, VX_WHY_API_NAME)) != NULL;)
        vx_lint_tell(lint, rule, odd->line, VX_PART_KEY,
                     "%.*s: the API's name; in a VMX the key is %.*s",
                     VX_ARG(vx_line_key(odd->line)), VX_ARG(odd->better));
}

/* ---- in the catalogue, and out of place ------------------------------------------ */

/* Most keys differ in the first letter. */
static inline bool
begins(struct vx_str key, struct vx_str prefix)
{
    return vx_same_letter(key.s[0], prefix.s[0]) && vx_str_istarts(key, prefix);
}

/* The pattern of the key that sets it now, or "". */
static const char *
successor(const struct vx_key_facts *facts)
{
    return facts->instead == VX_KEY_NO_ENTRY ? "" : vx_key_pattern(facts->instead);
}

void
vx_check_deprecated(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        const struct vx_key_facts *facts = vx_key_facts(line->entry);
        const char *instead;

        if (facts == NULL || !(facts->flags & VX_FACT_DEPRECATED)
            || line->value_size == 0 || vx_says_default(lint, line))
            continue;
        instead = successor(facts);
        vx_lint_tell(lint, rule, line, VX_PART_KEY,
                     "%.*s: no current product wants it any more%s%s",
                     VX_ARG(vx_line_key(line)), *instead ? "; use " : "", instead);
    }
}

/* Which machine it is, and what hosts note, may well come from another product. */
static bool
is_set_by_hand(uint16_t entry)
{
    return vx_key_known(entry)
           && !(vx_key_entries[entry].flags
                & (VX_KEY_RUNTIME | VX_KEY_HOST | VX_KEY_IDENTITY));
}

void
vx_check_product(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;)
        if (is_set_by_hand(line->entry)
            && vx_facts[line->entry].product == rule->arg.number
            && !vx_says_default(lint, line))
            vx_lint_tell(lint, rule, line, VX_PART_KEY, "%.*s: %s",
                         VX_ARG(vx_line_key(line)), rule->arg.text);
}

void
vx_check_preference(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct vx_str prefixes[] = {
        {"pref.", 5},
        {"prefvmx.", 8},
        {"installerDefaults.", 18},
    };

    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;)
        for (size_t i = 0; i < VX_COUNT(prefixes); i++)
            if (begins(vx_line_key(line), prefixes[i]))
                vx_lint_tell(lint, rule, line, VX_PART_KEY,
                             "%.*s: a setting of the host, and not of the machine",
                             VX_ARG(vx_line_key(line)));
}

void
vx_check_answer(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;) {
        struct vx_str key = vx_line_key(line), value;

        if (!begins(key, VX_STR("answer.msg.")))
            continue;
        value = vx_lint_shown(lint, line);
        vx_lint_tell(lint, rule, line, VX_PART_KEY,
                     "%.*s: the host is not to ask, and takes \"%.*s\"", VX_ARG(key),
                     VX_ARG(value));
    }
}

void
vx_check_auto_answer(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, rule->arg.prop);

    if (vx_lint_bool(lint, line, false))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: the host answers every question by itself",
                     VX_ARG(vx_line_key(line)));
}

void
vx_check_other_file(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_odd *odd = NULL;
         (odd = next_key(lint, odd, VX_WHY_OTHER_FILE)) != NULL;)
        vx_lint_tell(lint, rule, odd->line, VX_PART_KEY,
                     "%.*s: belongs into %.*s, and does nothing here",
                     VX_ARG(vx_line_key(odd->line)), VX_ARG(odd->better));
}

void
vx_check_volatile(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;)
        if (vx_key_known(line->entry)
            && (vx_key_entries[line->entry].flags & rule->arg.number))
            vx_lint_tell(lint, rule, line, VX_PART_KEY, "%.*s: %s",
                         VX_ARG(vx_line_key(line)), rule->arg.text);
}

void
vx_fix_line_away(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_remove(lint, finding, finding->line);
}

void
vx_check_pair(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *one = vx_lint_key(lint, rule->arg.prop);
    struct vx_line *other = vx_lint_key(lint, rule->arg.sub);

    if ((one == NULL) == (other == NULL))
        return;
    one = one ? one : other;
    vx_lint_tell(
        lint, rule, one, VX_PART_KEY,
        "%.*s: is one half, and the other, %s, is "
        "missing",
        VX_ARG(vx_line_key(one)),
        vx_key_pattern(vx_machine_key[one == other ? rule->arg.prop : rule->arg.sub]));
}
