/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keys that nobody knows, and what they were probably meant to be.  Values are in
 * misfit.c. */
#include "lint/survey.h"

#include "doc/facts.h"
#include "doc/nearest.h"
#include "lint/check.h"

#include "base/banned.h"

enum {
    GUESSES = 1000, /* in a file; each looks at the whole catalogue */
};

/* ---- keys ------------------------------------------------------------------------ */

static bool
is_known(struct vx_str key)
{
    struct vx_line line = {.text = key.s, .key_size = (uint32_t)key.n};

    vx_key_learn(&line);
    return vx_key_known(line.entry);
}

/* Appends `key` without zeros in front of its numbers; was there one? */
static bool
without_zeros(struct vx_str key, struct vx_buf *out)
{
    bool found = false;

    for (size_t i = 0; i < key.n; i++) {
        bool first = i == 0 || !vx_is_digit((unsigned char)key.s[i - 1]);

        while (first && key.s[i] == '0' && i + 1 < key.n
               && vx_is_digit((unsigned char)key.s[i + 1])) {
            found = true;
            i++;
        }
        vx_buf_char(out, key.s[i]);
    }
    return found && !out->failed;
}

/* The last part of the path that the API has for it: "bootOptions.bootDelay". */
static struct vx_str
api_name(const struct vx_key_facts *facts)
{
    struct vx_str path = vx_str_c(vx_fact(facts->vi));
    ptrdiff_t dot = vx_str_find(path, '.');

    return dot < 0 ? path : vx_str_skip(path, (size_t)dot + 1);
}

/* The pattern of the machine-wide key that the API calls so, or none. */
static struct vx_str
key_of_api_name(struct vx_str name)
{
    if (name.n < sizeof("memoryMB") - 1 || vx_str_find(name, '.') >= 0
        || vx_str_find(name, ':') >= 0)
        return VX_STR_NONE;
    for (uint32_t entry = 0; entry < VX_KEY_ENTRIES; entry++)
        if (vx_facts[entry].vi && vx_key_entries[entry].numbers == 0
            && vx_str_ieq(api_name(&vx_facts[entry]), name))
            return vx_str_c(vx_key_pattern((uint16_t)entry));
    return VX_STR_NONE;
}

/* Keys of the files that stand beside a VMX, and which. */
static struct vx_str
other_file(struct vx_str key)
{
    static const struct {
        struct vx_str begins, file;
    } kinds[] = {
        {{"ddb.", 4}, {"a disk's descriptor", 19}},
        {{"parentFileNameHint", 18}, {"a disk's descriptor", 19}},
        {{"createType", 10}, {"a disk's descriptor", 19}},
        {{"parentCID", 9}, {"a disk's descriptor", 19}},
        {{"snapshot.lastUID", 16}, {"the list of snapshots, .vmsd", 28}},
        {{"snapshot.current", 16}, {"the list of snapshots, .vmsd", 28}},
        {{"snapshot0.", 10}, {"the list of snapshots, .vmsd", 28}},
    };

    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        if (vx_str_istarts(key, kinds[i].begins))
            return kinds[i].file;
    return VX_STR_NONE;
}

static enum vx_why
guess(struct vx_str key, struct vx_buf *better)
{
    struct vx_str known;

    if (without_zeros(key, better) && is_known(vx_buf_text(better)))
        return VX_WHY_ZEROS;
    better->size = 0;
    known = other_file(key);
    vx_buf_str(better, known);
    if (known.s)
        return VX_WHY_OTHER_FILE;
    if (vx_key_nearest(key, better) != VX_KEY_NO_ENTRY)
        return VX_WHY_MISSPELLED;
    better->size = 0;
    known = key_of_api_name(key);
    vx_buf_str(better, known);
    return known.s ? VX_WHY_API_NAME : VX_WHY_UNKNOWN;
}

void
vx_stranger(struct vx_lint *lint, struct vx_line *line, struct vx_odd *ret)
{
    struct vx_buf better VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    bool device = line->entry != VX_KEY_NO_ENTRY;

    ret->why = guess(vx_line_key(line), &better);
    if (vx_lint_has(lint, &better) && ret->why != VX_WHY_UNKNOWN)
        ret->better = vx_arena_dup(lint->arena, vx_buf_text(&better));
    else
        ret->why = device ? VX_WHY_PROPERTY : VX_WHY_UNKNOWN;
}

bool
vx_says_default(const struct vx_lint *lint, struct vx_line *line)
{
    const struct vx_key_facts *facts = vx_key_facts(line->entry);
    const char *fallback = facts ? vx_fact(facts->fallback) : "";

    return *fallback && vx_lint_is(lint, line, fallback);
}

/* ---- the pass -------------------------------------------------------------------- */

struct walk {
    struct vx_lint *lint;
    struct vx_odd **key_end, **value_end;
    uint32_t strangers;
};

static void
append(struct walk *walk, struct vx_odd ***end, struct vx_line *line,
       const struct vx_odd *odd)
{
    struct vx_odd *made = vx_arena_zero(walk->lint->arena, sizeof(*made));

    if (made == NULL)
        return;
    *made = *odd;
    made->next = NULL;
    made->line = line;
    **end = made;
    *end = &made->next;
}

static void
look_at(struct walk *walk, struct vx_line *line)
{
    struct vx_odd odd = {.why = VX_WHY_UNKNOWN};

    if (vx_key_known(line->entry)) {
        if (vx_misfit(walk->lint, line, &odd))
            append(walk, &walk->value_end, line, &odd);
    } else if (!(line->odd & VX_ODD_KEY)) { /* which is told already */
        if (walk->strangers++ < GUESSES)
            vx_stranger(walk->lint, line, &odd);
        append(walk, &walk->key_end, line, &odd);
    }
}

const struct vx_survey *
vx_lint_survey(struct vx_lint *lint)
{
    static const struct vx_survey nothing;
    struct vx_survey *survey;
    struct walk walk;

    if (lint->survey)
        return lint->survey;
    survey = vx_arena_zero(lint->arena, sizeof(*survey));
    if (survey == NULL)
        return &nothing;
    walk = (struct walk){lint, &survey->keys, &survey->values, 0};
    for (struct vx_line *line = NULL; (line = vx_lint_next(lint, line)) != NULL;)
        look_at(&walk, line);
    lint->survey = survey;
    return survey;
}
