/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows words and layers, and not where they were written. */
#include "lint-setup.h"

#include <stdlib.h>

#include "base/banned.h"

#define KEY "key:"

enum {
    WORD_MAX = 128,
};

/* ---- words ----------------------------------------------------------------------- */

bool
lint_next_word(struct vx_str *words, struct vx_str *ret)
{
    ptrdiff_t comma;

    if (words->s == NULL)
        return false;
    comma = vx_str_find(*words, ',');
    *ret = vx_str_trim(comma < 0 ? *words : vx_str_of(words->s, (size_t)comma));
    *words = comma < 0 ? VX_STR_NONE : vx_str_skip(*words, (size_t)comma + 1);
    return true;
}

int
lint_severity_of(struct vx_str word)
{
    for (int i = 0; i < LINT_SEVERITIES; i++)
        if (vx_str_is(word, vmx_severity_text((enum vmx_severity)i)))
            return i;
    return -1;
}

static int
state_of(struct vx_str word)
{
    int severity = lint_severity_of(word);

    if (vx_str_is(word, "off"))
        return VMX_RULE_OFF;
    if (vx_str_is(word, "on"))
        return VMX_RULE_ON;
    return severity < 0 ? -1 : severity - (int)VMX_SEVERITY_STYLE + (int)VMX_RULE_STYLE;
}

/* Sets the rules that a word means; those that mean none are told. */
static enum cli_exit
set(struct cli *cli, struct vmx_linter *linter, struct vx_str word,
    enum vmx_rule_state state, const char *where)
{
    char name[WORD_MAX];

    if (word.n && word.n < sizeof(name) && vx_str_find(word, '\0') < 0) {
        memcpy(name, word.s, word.n);
        name[word.n] = '\0';
        if (vmx_linter_set(linter, name, state) > 0)
            return CLI_GO_ON;
    }
    return cli_trouble(cli,
                       "%s: \"%.*s\" is no rule: expected a code, a name, a family as "
                       "3xx, a category, a profile, a tag or key:PATTERN; see "
                       "--list-rules",
                       where, (int)(word.n < WORD_MAX ? word.n : WORD_MAX), word.s);
}

/* ---- layers ---------------------------------------------------------------------- */

bool
lint_layer_add(struct lint_layer *layer, struct vx_arena *arena,
               enum lint_setting_kind kind, struct vx_str rule, struct vx_str value,
               const char *where)
{
    struct lint_setting *setting = vx_arena_zero(arena, sizeof(*setting));

    if (setting == NULL)
        return false;
    *setting = (struct lint_setting){NULL, kind, rule, vx_str_trim(value), where};
    if (layer->tail == NULL)
        layer->tail = &layer->first;
    *layer->tail = setting;
    layer->tail = &setting->next;
    return true;
}

static bool
add_list(struct lint_layer *layer, struct vx_arena *arena, enum lint_setting_kind kind,
         const struct cli_list *list, const char *where)
{
    for (size_t i = 0; i < list->count; i++)
        if (!lint_layer_add(layer, arena, kind, VX_STR_NONE, vx_str_c(list->items[i]),
                            where))
            return false;
    return true;
}

static bool
add_severity(struct lint_layer *layer, struct vx_arena *arena,
             enum lint_setting_kind kind, int severity, const char *where)
{
    const char *word;

    if (severity < 0)
        return true;
    word = vmx_severity_text((enum vmx_severity)severity);
    return lint_layer_add(layer, arena, kind, VX_STR_NONE, vx_str_c(word), where);
}

/* "CODE:WORD". */
static enum cli_exit
add_severities(struct cli *cli, const struct cli_list *list, struct vx_arena *arena,
               struct lint_layer *layer)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *item = list->items[i], *colon = strrchr(item, ':');

        if (colon == NULL)
            return cli_usage(cli, "--severity=%s: expected RULE:SEVERITY", item);
        if (!lint_layer_add(layer, arena, LINT_SEVERITY,
                            vx_str_of(item, (size_t)(colon - item)),
                            vx_str_c(colon + 1), "--severity"))
            return cli_trouble(cli, "out of memory");
    }
    return CLI_GO_ON;
}

enum cli_exit
lint_layer_options(struct cli *cli, const struct lint_options *options,
                   struct vx_arena *arena, struct lint_layer *ret)
{
    bool well = options->profile == NULL
                || lint_layer_add(ret, arena, LINT_PROFILE, VX_STR_NONE,
                                  vx_str_c(options->profile), "--profile");

    well = well && add_list(ret, arena, LINT_SELECT, &options->select, "--select")
           && add_list(ret, arena, LINT_IGNORE, &options->ignore, "--ignore")
           && add_severity(ret, arena, LINT_FAIL_ON, options->fail_on, "--fail-on")
           && add_severity(ret, arena, LINT_MIN_SEVERITY, options->min_severity,
                           "--min-severity");
    if (!well)
        return cli_trouble(cli, "out of memory");
    return add_severities(cli, &options->severity, arena, ret);
}

/* ---- the sum --------------------------------------------------------------------- */

struct lint_keys {
    struct lint_keys *next;
    struct cli_pattern *pattern;
};

static void
free_keys(struct lint_keys *keys)
{
    while (keys) {
        struct lint_keys *next = keys->next;

        cli_pattern_free(keys->pattern);
        free(keys);
        keys = next;
    }
}

void
lint_setup_free(struct lint_setup *setup)
{
    if (setup == NULL)
        return;
    vmx_linter_free(setup->linter);
    free_keys(setup->select);
    free_keys(setup->ignore);
    free(setup);
}

static bool
is_key(struct vx_str value)
{
    return vx_str_istarts(value, VX_STR(KEY));
}

static enum cli_exit
add_key(struct cli *cli, const struct lint_setting *setting, struct lint_keys **keys)
{
    struct lint_keys *made = calloc(1, sizeof(*made));
    struct vx_str text = vx_str_skip(setting->value, sizeof(KEY) - 1);

    if (made == NULL)
        return cli_trouble(cli, "out of memory");
    made->next = *keys;
    *keys = made;
    return cli_pattern_new(cli, setting->where, text, &made->pattern);
}

static const struct lint_setting *
last_profile(const struct lint_layer *const *layers, size_t count, size_t *ret_layer)
{
    const struct lint_setting *found = NULL;

    *ret_layer = 0;
    for (size_t i = 0; i < count; i++)
        for (const struct lint_setting *s = layers[i]->first; s; s = s->next)
            if (s->kind == LINT_PROFILE) {
                found = s;
                *ret_layer = i;
            }
    return found;
}

static enum cli_exit
begin(struct cli *cli, struct lint_setup *setup, const struct lint_setting *profile)
{
    struct vx_buf names = VX_BUF(1 << 12), all = VX_BUF(1 << 12);
    enum vmx_status status;
    enum cli_exit result = CLI_GO_ON;

    if (profile) {
        vx_buf_str(&names, profile->value);
        vx_buf_char(&names, '\0');
    }
    status = names.failed ? VMX_ERR_MISUSE : vmx_linter_new(names.data, &setup->linter);
    if (status == VMX_ERR_MISUSE && profile) {
        for (size_t i = 0; vmx_profile(i); i++)
            vx_buf_printf(&all, "%s%s", i ? ", " : "", vmx_profile(i));
        result = cli_trouble(cli, "%s: \"%.*s\": expected of %.*s", profile->where,
                             (int)profile->value.n, profile->value.s, (int)all.size,
                             all.data ? all.data : "");
    } else if (status != VMX_OK) {
        result = cli_trouble(cli, "%s", vmx_status_text(status));
    }
    vx_buf_done(&names);
    vx_buf_done(&all);
    return result;
}

/* What a layer selects takes the place of all that was selected before. */
static enum cli_exit
select_rules(struct cli *cli, struct lint_setup *setup, const struct lint_layer *layer)
{
    bool cleared = false, keys_cleared = false;
    enum cli_exit status = CLI_GO_ON;

    for (const struct lint_setting *s = layer->first; s; s = s->next) {
        struct vx_str words = s->value, word;

        if (s->kind != LINT_SELECT)
            continue;
        if (is_key(s->value)) {
            if (!keys_cleared)
                free_keys(setup->select), setup->select = NULL;
            keys_cleared = true;
            status = add_key(cli, s, &setup->select);
        } else {
            if (!cleared)
                vmx_linter_set(setup->linter, "all", VMX_RULE_OFF);
            cleared = true;
            while (status == CLI_GO_ON && lint_next_word(&words, &word))
                status = set(cli, setup->linter, word, VMX_RULE_ON, s->where);
        }
        if (status != CLI_GO_ON)
            break;
    }
    return status;
}

static enum cli_exit
ignore(struct cli *cli, struct lint_setup *setup, const struct lint_setting *setting)
{
    struct vx_str words = setting->value, word;
    enum cli_exit status = CLI_GO_ON;

    if (is_key(setting->value))
        return add_key(cli, setting, &setup->ignore);
    while (status == CLI_GO_ON && lint_next_word(&words, &word))
        status = set(cli, setup->linter, word, VMX_RULE_OFF, setting->where);
    return status;
}

static enum cli_exit
change_severity(struct cli *cli, struct lint_setup *setup,
                const struct lint_setting *setting)
{
    int state = state_of(setting->value);

    if (state < 0)
        return cli_trouble(
            cli, "%s: \"%.*s\": expected off, on, style, info, warning or error",
            setting->where, (int)setting->value.n, setting->value.s);
    return set(cli, setup->linter, setting->rule, (enum vmx_rule_state)state,
               setting->where);
}

static enum cli_exit
change_level(struct cli *cli, const struct lint_setting *setting, int *ret)
{
    int severity = lint_severity_of(setting->value);

    if (severity < 0)
        return cli_trouble(cli, "%s: \"%.*s\": expected style, info, warning or error",
                           setting->where, (int)setting->value.n, setting->value.s);
    *ret = severity;
    return CLI_GO_ON;
}

static enum cli_exit
change(struct cli *cli, struct lint_setup *setup, const struct lint_setting *setting)
{
    switch (setting->kind) {
    case LINT_PROFILE:
    case LINT_SELECT:
        break;
    case LINT_IGNORE:
        return ignore(cli, setup, setting);
    case LINT_SEVERITY:
        return change_severity(cli, setup, setting);
    case LINT_FAIL_ON:
        return change_level(cli, setting, &setup->fail_on);
    case LINT_MIN_SEVERITY:
        return change_level(cli, setting, &setup->min_severity);
    }
    return CLI_GO_ON;
}

/* Severities first, so that what one layer ignores is off. */
static enum cli_exit
apply(struct cli *cli, struct lint_setup *setup, const struct lint_layer *layer)
{
    enum cli_exit status = CLI_GO_ON;

    for (int round = 0; round < 2; round++)
        for (const struct lint_setting *s = layer->first; s && status == CLI_GO_ON;
             s = s->next)
            if ((s->kind == LINT_IGNORE) == (round == 1))
                status = change(cli, setup, s);
    return status;
}

static bool
has_inventory(const struct lint_setup *setup)
{
    const struct vmx_rule *rule;

    for (size_t i = 0; (rule = vmx_rule(i)) != NULL; i++)
        if (strcmp(rule->category, "inventory") == 0
            && vmx_linter_get(setup->linter, rule) != VMX_RULE_OFF)
            return true;
    return false;
}

enum cli_exit
lint_setup_new(struct cli *cli, const struct lint_layer *const *layers, size_t count,
               struct lint_setup **ret)
{
    struct lint_setup *setup = calloc(1, sizeof(*setup));
    size_t profile_layer;
    const struct lint_setting *profile = last_profile(layers, count, &profile_layer);
    enum cli_exit status;

    if (setup == NULL)
        return cli_trouble(cli, "out of memory");
    setup->fail_on = VMX_SEVERITY_WARNING;
    setup->min_severity = VMX_SEVERITY_STYLE;
    status = begin(cli, setup, profile);
    for (size_t i = 0; i < count && status == CLI_GO_ON; i++) {
        if (i >= profile_layer)
            status = select_rules(cli, setup, layers[i]);
        if (status == CLI_GO_ON)
            status = apply(cli, setup, layers[i]);
    }
    if (status != CLI_GO_ON) {
        lint_setup_free(setup);
        return status;
    }
    setup->inventory = has_inventory(setup);
    *ret = setup;
    return CLI_GO_ON;
}

/* ---- findings -------------------------------------------------------------------- */

static bool
suits(const struct lint_keys *keys, const char *key)
{
    for (; keys && key; keys = keys->next)
        if (cli_pattern_matches(keys->pattern, vx_str_c(key)))
            return true;
    return false;
}

int
lint_setup_severity(const struct lint_setup *setup, const struct vmx_finding *told)
{
    enum vmx_rule_state state = vmx_linter_get(setup->linter, told->rule);

    if (state == VMX_RULE_OFF)
        return -1;
    return state == VMX_RULE_ON
               ? (int)told->severity
               : (int)state - (int)VMX_RULE_STYLE + (int)VMX_SEVERITY_STYLE;
}

bool
lint_setup_wants(const struct lint_setup *setup, const struct vmx_finding *told,
                 enum vmx_severity severity)
{
    return (int)severity >= setup->min_severity
           && (setup->select == NULL || suits(setup->select, told->key))
           && !suits(setup->ignore, told->key);
}
