/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a finding comes about: its severity, its words, its place, its fingerprint. */
#include "lint/findings.h"

#include "doc/facts.h"
#include "lint/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

#include "base/banned.h"

enum {
    ROWS = 64, /* to begin with */
    ARENA_CEILING = 1 << 30,
};

/* ---- the list -------------------------------------------------------------------- */

struct vmx_findings *
vx_findings_new(void)
{
    struct vmx_findings *findings;
    struct vx_arena arena;

    vx_arena_init(&arena, ARENA_CEILING);
    findings = vx_arena_zero(&arena, sizeof(*findings));
    if (findings == NULL)
        return NULL;
    findings->arena = arena;
    return findings;
}

void
vmx_findings_free(struct vmx_findings *findings)
{
    struct vx_arena arena;

    if (findings == NULL)
        return;
    arena = findings->arena;
    vx_arena_done(&arena); /* the list lies in it, too */
}

size_t
vmx_findings_count(const struct vmx_findings *findings)
{
    return findings ? findings->count : 0;
}

const struct vmx_finding *
vmx_findings_get(const struct vmx_findings *findings, size_t index)
{
    return index < vmx_findings_count(findings) ? &findings->rows[index]->told : NULL;
}

size_t
vmx_findings_dropped(const struct vmx_findings *findings)
{
    return findings ? findings->dropped : 0;
}

static int
compare(const void *left, const void *right)
{
    const struct vx_finding *a = *(struct vx_finding *const *)left;
    const struct vx_finding *b = *(struct vx_finding *const *)right;

    if (a->told.line != b->told.line)
        return a->told.line < b->told.line ? -1 : 1;
    if (a->told.column != b->told.column)
        return a->told.column < b->told.column ? -1 : 1;
    if (a->rule->code != b->rule->code)
        return a->rule->code < b->rule->code ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

enum vmx_status
vx_findings_finish(struct vmx_findings *findings)
{
    if (findings->count > 1)
        qsort(findings->rows, findings->count, sizeof(*findings->rows), compare);
    return findings->arena.failed ? VMX_ERR_NOMEM : VMX_OK;
}

static bool
has_room(struct vmx_findings *findings)
{
    struct vx_finding **more;

    if (findings->count == VMX_MAX_FINDINGS) {
        findings->dropped++;
        return false;
    }
    if (findings->count < findings->room)
        return true;
    more = vx_arena_array(&findings->arena, findings->room ? 2 * findings->room : ROWS,
                          sizeof(struct vx_finding *));
    if (more == NULL)
        return false;
    if (findings->count)
        memcpy(more, findings->rows, findings->count * sizeof(struct vx_finding *));
    findings->rows = more;
    findings->room = findings->room ? 2 * findings->room : ROWS;
    return true;
}

/* ---- one finding ----------------------------------------------------------------- */

void
vx_findings_mend(struct vx_lint *lint)
{
    struct vmx_findings *findings = lint->findings;

    for (size_t i = 0; i < findings->count; i++) {
        struct vx_finding *found = findings->rows[i];

        if (found->rule->fix)
            found->rule->fix(lint, found);
        if (found->edits == NULL)
            found->told.fix = VMX_FIX_NONE;
    }
}

bool
vx_lint_has_own_severity(const struct vx_lint *lint, const struct vx_rule *rule)
{
    return lint->linter->state[rule - vx_rules] == VMX_RULE_ON;
}

/* A row of the catalogue that nobody has verified is no ground for more than a note;
 * what it rests on are rules about what a key says, and not about how it is written. */
static bool
is_weak(const struct vx_rule *rule, const struct vx_line *line)
{
    unsigned family = rule->code / 100;

    return line && line->kind == VX_LINE_ENTRY && family >= 2 && family <= 5
           && rule->source == VX_BY_CHECK && vx_key_known(line->entry)
           && vx_key_facts(line->entry)->evidence == 'C';
}

static enum vmx_severity
severity_of(const struct vx_lint *lint, const struct vx_rule *rule,
            const struct vx_line *line)
{
    enum vmx_rule_state state =
        (enum vmx_rule_state)lint->linter->state[rule - vx_rules];
    enum vmx_severity severity = rule->told.severity;

    if (state >= VMX_RULE_STYLE)
        return (enum vmx_severity)(state - VMX_RULE_STYLE + VMX_SEVERITY_STYLE);
    return severity > VMX_SEVERITY_INFO && is_weak(rule, line) ? VMX_SEVERITY_INFO
                                                               : severity;
}

/* A text and its end. */
static uint64_t
mix(uint64_t hash, struct vx_str text, bool fold)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        hash = vx_hash_byte(hash, fold ? vx_lower(c) : c);
    }
    return vx_hash_byte(hash, 0xFF);
}

static struct vx_str
line_text(const struct vx_line *line)
{
    return vx_str_trim(vx_str_of(line->text, line->size));
}

/* Baselines and reports are for everyone to read: what a secret is must not be guessed
 * by trying. */
static uint64_t
fingerprint_of(const struct vx_rule *rule, const struct vx_line *line)
{
    uint64_t hash = mix(VX_HASH_START, vx_str_c(rule->told.code), false);

    if (line == NULL)
        return hash;
    if (line->kind != VX_LINE_ENTRY)
        return mix(hash, line->secret ? VX_STR("") : line_text(line), false);
    hash = mix(hash, vx_line_key(line), true);
    return line->secret ? hash : mix(hash, vx_line_raw(line), false);
}

static struct vx_finding *tell(struct vx_lint *lint, const struct vx_rule *rule,
                               struct vx_line *line, struct vx_span span,
                               const char *format, va_list args) VX_PRINTF(5, 0);

static struct vx_finding *
tell(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
     struct vx_span span, const char *format, va_list args)
{
    struct vmx_findings *findings = lint->findings;
    struct vx_finding *made;

    if (!vx_lint_wants(lint, rule) || !has_room(findings))
        return NULL;
    made = vx_arena_zero(lint->arena, sizeof(*made));
    if (made == NULL)
        return NULL;
    made->rule = rule;
    made->line = line;
    made->number = (uint32_t)findings->count;
    made->told = (struct vmx_finding){
        .rule = &rule->told,
        .severity = severity_of(lint, rule, line),
        .offset = span.offset,
        .length = span.length,
        .line = span.line,
        .column = span.column,
        .fix = rule->safety,
        .fingerprint = fingerprint_of(rule, line),
        .secret = line && line->secret,
    };
    if (line && line->kind == VX_LINE_ENTRY)
        made->told.key = vx_arena_dup(lint->arena, vx_line_key(line)).s;
    made->told.message = vx_diag_message(lint->arena, format, args).s;
    if (made->told.message == NULL)
        return NULL;
    findings->rows[findings->count++] = made;
    return made;
}

struct vx_finding *
vx_lint_tell(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
             enum vx_part part, const char *format, ...)
{
    struct vx_span span = VX_NO_SPAN;
    struct vx_finding *made;
    va_list args;

    if (line)
        span = part == VX_PART_KEY     ? vx_key_span(line)
               : part == VX_PART_VALUE ? vx_value_span(line)
                                       : vx_line_span(line);
    va_start(args, format);
    made = tell(lint, rule, line, span, format, args);
    va_end(args);
    return made;
}

struct vx_finding *
vx_lint_tell_at(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
                struct vx_span span, const char *format, ...)
{
    struct vx_finding *made;
    va_list args;

    va_start(args, format);
    made = tell(lint, rule, line, span, format, args);
    va_end(args);
    return made;
}

struct vx_str
vx_lint_shown(const struct vx_lint *lint, struct vx_line *line)
{
    return line->secret ? VX_STR("(redacted)") : vx_lint_value(lint, line);
}
