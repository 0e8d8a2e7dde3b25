/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `# vmx-lint: disable=WORD,...` for the next entry, `disable-file=` for all of the
 * file; a word is what vmx_linter_set() takes. */
#include "lint/suppress.h"

#include "lint/check.h"
#include "lint/findings.h"

#include "base/banned.h"

#define MARK "vmx-lint:"

/* One word of one comment. */
struct silence {
    struct silence *next;
    struct vx_str word;
    struct vx_line *comment;
    uint32_t line; /* 0: all of the file */
    bool used;
};

/* The number of the line that a comment is about: the next that says something. */
static uint32_t
target_of(const struct vx_lint *lint, const struct vx_line *comment)
{
    const struct vx_line *end = lint->doc->lines + lint->doc->count;

    for (const struct vx_line *line = comment + 1; line < end; line++)
        if (line->kind == VX_LINE_ENTRY || line->kind == VX_LINE_BAD)
            return line->number;
    return UINT32_MAX;
}

static struct silence *
add_word(struct vx_lint *lint, struct silence *next, struct vx_line *comment,
         uint32_t line, struct vx_str word)
{
    struct silence *made = vx_arena_zero(lint->arena, sizeof(*made));

    if (made == NULL)
        return next;
    made->next = next;
    made->word = word;
    made->comment = comment;
    made->line = line;
    return made;
}

/* "disable=a,b" and "disable-file=a,b" behind the mark. */
static struct silence *
read_comment(struct vx_lint *lint, struct silence *list, struct vx_line *comment,
             struct vx_str rest)
{
    uint32_t line = 0;

    rest = vx_str_trim(rest);
    if (vx_str_istarts(rest, VX_STR("disable-file="))) {
        rest = vx_str_skip(rest, sizeof("disable-file=") - 1);
    } else if (vx_str_istarts(rest, VX_STR("disable="))) {
        rest = vx_str_skip(rest, sizeof("disable=") - 1);
        line = target_of(lint, comment);
    } else {
        return add_word(lint, list, comment, UINT32_MAX, rest);
    }
    while (rest.n) {
        ptrdiff_t comma = vx_str_find(rest, ',');
        struct vx_str word = vx_str_of(rest.s, comma < 0 ? rest.n : (size_t)comma);

        list = add_word(lint, list, comment, line, vx_str_trim(word));
        rest = comma < 0 ? VX_STR("") : vx_str_skip(rest, (size_t)comma + 1);
    }
    return list;
}

static struct silence *
read_comments(struct vx_lint *lint)
{
    struct silence *list = NULL;

    for (size_t i = 0; i < lint->doc->count; i++) {
        struct vx_line *line = &lint->doc->lines[i];
        struct vx_str text;
        const char *mark;

        if (line->kind != VX_LINE_COMMENT)
            continue;
        text = vx_str_of(line->text, vx_line_span(line).length);
        mark = memmem(text.s, text.n, MARK, sizeof(MARK) - 1);
        if (mark)
            list = read_comment(
                lint, list, line,
                vx_str_skip(text, (size_t)(mark - text.s) + sizeof(MARK) - 1));
    }
    return list;
}

static void
apply(struct vmx_findings *findings, struct silence *silence)
{
    for (size_t i = 0; i < findings->count; i++) {
        struct vx_finding *found = findings->rows[i];

        if (!vx_rule_means(found->rule, silence->word)
            || (silence->line && silence->line != found->told.line))
            continue;
        found->told.suppression = VMX_SUPPRESSED;
        silence->used = true;
    }
}

/* A rule that is off finds nothing now, and may need the comment another time. */
static bool
has_sense(const struct vx_lint *lint, const struct silence *silence)
{
    if (silence->used)
        return true;
    for (size_t i = 0; i < vx_rule_count; i++)
        if (vx_rule_means(&vx_rules[i], silence->word)
            && (lint->linter->state[i] == VMX_RULE_OFF
                || vx_rules[i].source == VX_BY_INVENTORY))
            return true;
    return false;
}

enum vmx_status
vx_suppress(struct vx_lint *lint)
{
    struct silence *list = read_comments(lint);

    for (struct silence *silence = list; silence; silence = silence->next)
        apply(lint->findings, silence);
    for (struct silence *silence = list; silence && !lint->inventory;
         silence = silence->next)
        if (!has_sense(lint, silence))
            vx_lint_tell(lint, vx_rule_of(VX_UNUSED_SUPPRESSION), silence->comment,
                         VX_PART_LINE, "\"%.*s\" silences nothing here",
                         VX_ARG(silence->word));
    return lint->arena->failed ? VMX_ERR_NOMEM : VMX_OK;
}
