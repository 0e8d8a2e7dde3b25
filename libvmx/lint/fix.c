/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fixes: edits of bytes, made all at once and looked at again.  What no edit names
 * stays as it is, to the byte. */
#include "lint/check.h"
#include "lint/findings.h"

#include <stdlib.h>

#include "base/hash.h"
#include "doc/spell.h"

#include "base/banned.h"

enum {
    ROUNDS = 10, /* a fix may bring out what another mends; more would be a circle */
};

/* ---- edits ----------------------------------------------------------------------- */

void
vx_fix_bytes(struct vx_lint *lint, struct vx_finding *finding, size_t offset,
             size_t length, struct vx_str text)
{
    struct vx_edit *edit = vx_arena_zero(lint->arena, sizeof(*edit));
    struct vx_str copy = vx_arena_dup(lint->arena, text);

    if (edit == NULL || copy.s == NULL)
        return;
    edit->told = (struct vmx_fix_edit){offset, length, copy.s, copy.n};
    if (finding->last_edit)
        finding->last_edit->next = edit;
    else
        finding->edits = edit;
    finding->last_edit = edit;
}

void
vx_fix_remove(struct vx_lint *lint, struct vx_finding *finding,
              const struct vx_line *line)
{
    vx_fix_bytes(lint, finding, line->offset, line->size, VX_STR(""));
}

/* The quote in front of the value, and behind it if there is one. */
static size_t
closing_quote(const struct vx_line *line)
{
    return line->odd & VX_ODD_UNTERMINATED ? 0 : vx_quote_size(line->quote);
}

void
vx_fix_value(struct vx_lint *lint, struct vx_finding *finding,
             const struct vx_line *line, struct vx_str value)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    enum vx_quote quote =
        line->quote == VX_QUOTE_NONE ? VX_QUOTE_DOUBLE : (enum vx_quote)line->quote;
    size_t before = vx_quote_size(line->quote);

    if (line->odd & (VX_ODD_NO_VALUE | VX_ODD_NO_EQUALS)
        || vx_spell_value(lint->doc, vx_line_key(line), value, &raw) != VMX_OK)
        return;
    quote = vx_spell_quote(quote, vx_buf_text(&raw));
    vx_buf_str(&out, vx_quote_text(quote));
    vx_buf_str(&out, vx_buf_text(&raw));
    vx_buf_str(&out, vx_quote_text(quote));
    if (!out.failed)
        vx_fix_bytes(lint, finding, line->offset + line->value - before,
                     before + line->value_size + closing_quote(line),
                     vx_buf_text(&out));
}

void
vx_fix_key(struct vx_lint *lint, struct vx_finding *finding, const struct vx_line *line,
           struct vx_str key)
{
    vx_fix_bytes(lint, finding, line->offset + line->key, line->key_size, key);
}

/* How the file ends its lines; LF when it does nowhere. */
static struct vx_str
usual_eol(const struct vmx_doc *doc)
{
    for (size_t i = 0; i < doc->count; i++)
        if (doc->lines[i].eol == VX_EOL_LF || doc->lines[i].eol == VX_EOL_CRLF
            || doc->lines[i].eol == VX_EOL_CR)
            return vx_eol_text(doc->lines[i].eol);
    return VX_STR("\n");
}

void
vx_fix_insert(struct vx_lint *lint, struct vx_finding *finding,
              const struct vx_line *line, const char *key, struct vx_str value)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_str name = vx_str_c(key), eol = usual_eol(lint->doc);
    bool ended;

    if (line == NULL)
        line = &lint->doc->lines[lint->doc->count - 1];
    ended = line->eol != VX_EOL_NONE;
    if (line->eol == VX_EOL_SEMICOLON || line->odd & VX_ODD_UNTERMINATED
        || vx_spell_value(lint->doc, name, value, &raw) != VMX_OK)
        return;
    if (!ended)
        vx_buf_str(&out, eol);
    vx_buf_str(&out, name);
    vx_buf_lit(&out, " = \"");
    vx_buf_str(&out, vx_buf_text(&raw));
    vx_buf_char(&out, '"');
    if (ended)
        vx_buf_str(&out, eol);
    if (!out.failed)
        vx_fix_bytes(lint, finding, line->offset + line->size, 0, vx_buf_text(&out));
}

const struct vmx_fix_edit *
vmx_finding_edit(const struct vmx_finding *finding, size_t index)
{
    const struct vx_finding *row = (const struct vx_finding *)(const void *)finding;
    const struct vx_edit *edit = row ? row->edits : NULL;

    while (edit && index--)
        edit = edit->next;
    return edit ? &edit->told : NULL;
}

/* ---- making them ----------------------------------------------------------------- */

struct fixing {
    const struct vmx_linter *linter;
    const struct vmx_lint_options *options;
    bool unsafe;
    bool (*accept)(void *closure, const struct vmx_finding *finding);
    void *closure;
    size_t fixed;
};

static bool
is_wanted(const struct fixing *fixing, const struct vmx_finding *finding)
{
    return finding->suppression == VMX_NOT_SUPPRESSED
           && (finding->fix == VMX_FIX_SAFE
               || (finding->fix == VMX_FIX_UNSAFE && fixing->unsafe))
           && (fixing->accept == NULL || fixing->accept(fixing->closure, finding));
}

static int
compare_edits(const void *left, const void *right)
{
    const struct vx_edit *left_edit = *(const struct vx_edit *const *)left;
    const struct vx_edit *right_edit = *(const struct vx_edit *const *)right;
    const struct vmx_fix_edit *a = &left_edit->told, *b = &right_edit->told;

    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if ((a->length == 0) != (b->length == 0)) /* in front of what gives way */
        return a->length == 0 ? -1 : 1;
    return left_edit->turn < right_edit->turn ? -1 : left_edit->turn > right_edit->turn;
}

enum {
    FREE,
    CHANGED,
    FILLED, /* something is put here; more may follow it */
};

/* What an edit needs for itself, in a row of all bytes with the gaps between them: the
 * bytes that go and the gaps within, or the one gap that an insertion fills. */
static struct vx_str
ground_of(const struct vmx_fix_edit *edit, const uint8_t *taken)
{
    const char *gap = (const char *)taken + 2 * edit->offset;

    return edit->length ? vx_str_of(gap + 1, 2 * edit->length - 1) : vx_str_of(gap, 1);
}

static bool
is_free(const struct vmx_fix_edit *edit, const uint8_t *taken)
{
    struct vx_str ground = ground_of(edit, taken);

    return !memchr(ground.s, CHANGED, ground.n)
           && (edit->length == 0 || !memchr(ground.s, FILLED, ground.n));
}

/* All edits of one finding, or none: do they leave alone what others change? */
static bool
take_edits(const struct vx_finding *finding, uint8_t *taken)
{
    for (const struct vx_edit *edit = finding->edits; edit; edit = edit->next)
        if (!is_free(&edit->told, taken))
            return false;
    for (const struct vx_edit *edit = finding->edits; edit; edit = edit->next) {
        struct vx_str ground = ground_of(&edit->told, taken);

        memset(taken + (ground.s - (const char *)taken),
               edit->told.length ? CHANGED : FILLED, ground.n);
    }
    return true;
}

static void
apply(struct vx_str text, struct vx_edit **edits, size_t count, struct vx_buf *out)
{
    size_t at = 0;

    qsort(edits, count, sizeof(struct vx_edit *), compare_edits);
    for (size_t i = 0; i < count; i++) {
        const struct vmx_fix_edit *edit = &edits[i]->told;

        vx_buf_add(out, text.s + at, edit->offset - at);
        vx_buf_add(out, edit->text, edit->size);
        at = edit->offset + edit->length;
    }
    vx_buf_add(out, text.s + at, text.n - at);
}

/* One round: `text`, whose findings these are, with as many fixes as do not meet. */
static enum vmx_status
fix_once(struct fixing *fixing, struct vmx_findings *findings, struct vx_str text,
         struct vx_buf *out, size_t *ret_made)
{
    uint8_t *taken = vx_arena_array(&findings->arena, 2 * text.n + 2, 1);
    struct vx_edit **edits;
    size_t count = 0, made = 0;

    for (size_t i = 0; i < findings->count; i++)
        for (struct vx_edit *edit = findings->rows[i]->edits; edit; edit = edit->next)
            count++;
    edits = vx_arena_array(&findings->arena, count + 1, sizeof(struct vx_edit *));
    if (taken == NULL || edits == NULL)
        return VMX_ERR_NOMEM;
    count = 0;
    for (size_t i = 0; i < findings->count; i++) {
        struct vx_finding *found = findings->rows[i];

        if (!is_wanted(fixing, &found->told) || !take_edits(found, taken))
            continue;
        made++;
        for (struct vx_edit *edit = found->edits; edit; edit = edit->next) {
            edit->turn = count;
            edits[count++] = edit;
        }
    }
    apply(text, edits, count, out);
    *ret_made = made;
    return out->failed ? VMX_ERR_NOMEM : VMX_OK;
}

/* Lints `text` and fixes it once. */
static enum vmx_status
fix_round(struct fixing *fixing, struct vx_str text, struct vx_buf *out,
          size_t *ret_made)
{
    struct vmx_findings *findings = NULL;
    struct vmx_doc *doc = NULL;
    enum vmx_status status = vmx_doc_parse(text.s, text.n, NULL, &doc);

    if (status == VMX_OK)
        status = vx_lint_run(fixing->linter, doc, fixing->options, &findings);
    if (status == VMX_OK)
        status = fix_once(fixing, findings, text, out, ret_made);
    vmx_findings_free(findings);
    vmx_doc_free(doc);
    return status;
}

/* A text, told apart from others of the same run. */
static uint64_t
print_of(const struct vx_buf *text)
{
    return vx_hash_text(VX_HASH_START, vx_buf_text(text));
}

/* Round after round, until nothing is left.  Rules that are not meant for each other
 * may undo each other's fixes; where that leads back to an earlier text it is the
 * result, so that what is fixed stays as it is when it is fixed again. */
static enum vmx_status
fix_all(struct fixing *fixing, struct vx_buf *text)
{
    struct {
        uint64_t print;
        size_t fixed;
    } before[ROUNDS];

    for (int round = 0; round < ROUNDS; round++) {
        struct vx_buf next = VX_BUF(VMX_MAX_TEXT);
        enum vmx_status status;
        size_t made = 0;

        before[round].print = print_of(text);
        before[round].fixed = fixing->fixed;
        status = fix_round(fixing, vx_buf_text(text), &next, &made);
        if (status != VMX_OK || made == 0) {
            vx_buf_done(&next);
            return status;
        }
        fixing->fixed += made;
        vx_buf_done(text);
        *text = next;
        for (int i = 0; i <= round; i++)
            if (before[i].print == print_of(text)) {
                fixing->fixed = before[i].fixed;
                return VMX_OK;
            }
    }
    return VMX_OK;
}

enum vmx_status
vmx_lint_fix(const struct vmx_linter *linter, struct vmx_doc *doc,
             const struct vmx_lint_options *options, bool unsafe,
             bool (*accept)(void *closure, const struct vmx_finding *finding),
             void *accept_closure, char **ret_text, size_t *ret_size, size_t *ret_fixed)
{
    static const struct vmx_lint_options usual = VMX_LINT_OPTIONS;
    struct fixing fixing = {
        linter, options ? options : &usual, unsafe, accept, accept_closure, 0};
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    enum vmx_status status;

    if (linter == NULL || doc == NULL || ret_text == NULL || ret_size == NULL
        || fixing.options->size < sizeof(usual))
        return VMX_ERR_MISUSE;
    for (size_t i = 0; i < doc->count; i++)
        vx_buf_add(&text, doc->lines[i].text, doc->lines[i].size);
    if (text.failed)
        return VMX_ERR_NOMEM;
    status = fix_all(&fixing, &text);
    if (status != VMX_OK)
        return status;
    *ret_size = text.size;
    *ret_text = vx_buf_take(&text);
    if (*ret_text == NULL)
        return VMX_ERR_NOMEM;
    if (ret_fixed)
        *ret_fixed = fixing.fixed;
    return VMX_OK;
}
