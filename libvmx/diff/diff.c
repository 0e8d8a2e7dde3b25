/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/diff.h"

#include <stdlib.h>

#include "doc/facts.h"

#include "base/banned.h"

enum {
    ROW_ROOM = 32,
};

static const char redacted[] = "(redacted)";

struct row {
    struct vmx_difference told;
    uint64_t group; /* the device's id; of one that moved, its place afterwards */
    bool left;      /* it has none afterwards; another may have come to its place */
    uint32_t order; /* in the group */
};

struct vmx_diff {
    struct vx_arena arena; /* this itself and all strings */
    struct row *rows;
    size_t count, room, hidden;
};

struct work {
    struct vx_pair pair;
    struct vmx_diff_options options;
    struct vmx_diff *diff;
    struct vx_buf scratch;
};

static void
work_done(struct work *work)
{
    vx_pair_done(&work->pair);
    vx_buf_done(&work->scratch);
    vmx_diff_free(work->diff);
}

/* ---- apply mode ------------------------------------------------------------------ */

/* Fields of devices, memory, processors: all that the API sets while the machine is
 * off, where the catalogue does not know better.  Any other key goes into extraConfig,
 * which is read when the machine starts; what the host keeps for itself does not. */
enum vmx_apply
vx_apply_of(uint16_t entry)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    enum vmx_concern concern = vx_concern_of(entry);

    if (facts == NULL)
        return VMX_APPLY_POWER_CYCLE;
    switch ((enum vx_apply)facts->apply) {
    case VX_APPLY_LIVE:
        return VMX_APPLY_LIVE;
    case VX_APPLY_POWER_CYCLE:
        return VMX_APPLY_POWER_CYCLE;
    case VX_APPLY_POWER_OFF:
        return VMX_APPLY_POWER_OFF;
    case VX_APPLY_UNKNOWN:
        break;
    }
    if (*vx_fact(facts->vi))
        return VMX_APPLY_POWER_OFF;
    if (concern != VMX_CONCERN_CONFIGURATION
        || entry == vx_machine_key[VX_M_config_version]
        || entry == vx_machine_key[VX_M_encoding])
        return VMX_APPLY_NOT_BY_VI;
    return entry == vx_machine_key[VX_M_virtualHW_version] ? VMX_APPLY_POWER_OFF
                                                           : VMX_APPLY_POWER_CYCLE;
}

static const char *
vi_of(uint16_t entry)
{
    const struct vx_key_facts *facts = vx_key_facts(entry);
    const char *field = facts ? vx_fact(facts->vi) : "";

    return *field ? field : NULL;
}

/* ---- rows ------------------------------------------------------------------------ */

static struct row *
new_row(struct vmx_diff *diff)
{
    size_t room = diff->room ? diff->room * 2 : ROW_ROOM;
    struct row *rows = diff->rows;

    if (diff->count == diff->room) {
        rows = realloc(rows, room * sizeof(*rows));
        if (rows == NULL) {
            diff->arena.failed = true;
            return NULL;
        }
        diff->rows = rows;
        diff->room = room;
    }
    rows[diff->count] = (struct row){.order = 0};
    return &rows[diff->count++];
}

static const char *
keep(struct vmx_diff *diff, struct vx_str text)
{
    return text.s ? vx_arena_dup(&diff->arena, text).s : NULL;
}

/* What the line says, for a person; NULL for no line. */
static const char *
keep_value(struct work *work, struct vx_side *side, const struct vx_fact *fact,
           bool secret)
{
    struct vx_line *line;

    if (fact == NULL || !fact->entry)
        return NULL;
    line = vx_fact_line(side, fact);
    if (secret)
        return redacted;
    if (side->bytes || (work->options.canonical && fact->mean.s))
        return keep(work->diff, fact->mean);
    return keep(work->diff, vx_doc_value(side->doc, line));
}

/* Names the device of a row, by its number on either side. */
static void
name_device(struct work *work, struct row *row, uint32_t a, uint32_t b)
{
    const struct vx_pair *pair = &work->pair;
    const struct vx_device_side *old = &pair->a.devices[a == VX_UNMATCHED ? 0 : a];
    const struct vx_device_side *new = &pair->b.devices[b == VX_UNMATCHED ? 0 : b];
    struct vx_str mark = new->mark.s ? new->mark : old->mark;

    if (a == VX_UNMATCHED)
        old = new;
    if (b == VX_UNMATCHED)
        new = old;
    row->group = new->id;
    row->left = b == VX_UNMATCHED;
    row->told.device = keep(work->diff, old->name);
    row->told.device_after = keep(work->diff, new->name);
    row->told.mark = keep(work->diff, mark);
}

/* Is the difference not to be told, though there is one? */
static bool
is_hidden(struct work *work, enum vmx_concern concern)
{
    if (concern < VMX_CONCERN_HOST || work->options.all || work->options.bytes)
        return false;
    work->diff->hidden++;
    return true;
}

/* A secret that a domain does not tell. */
static bool
is_withheld(const struct work *work, const struct vx_fact *before,
            const struct vx_fact *after)
{
    return (work->options.before_redacted && (before == NULL || !before->entry))
           || (work->options.after_redacted && (after == NULL || !after->entry));
}

/* What both sides say in the row of a key. */
static void
tell_values(struct work *work, struct row *row, const struct vx_fact *before,
            const struct vx_fact *after)
{
    struct vx_side *a = &work->pair.a, *b = &work->pair.b;
    struct vmx_difference *told = &row->told;
    enum vmx_apply old = VMX_APPLY_LIVE, new = VMX_APPLY_LIVE;

    if (before) {
        old = vx_apply_of(vx_fact_line(a, before)->entry);
        told->vi = vi_of(vx_fact_line(a, before)->entry);
        told->key = keep(work->diff, vx_line_key(vx_fact_line(a, before)));
        told->line_before = vx_fact_line(a, before)->number;
    }
    if (after) {
        new = vx_apply_of(vx_fact_line(b, after)->entry);
        if (told->vi == NULL)
            told->vi = vi_of(vx_fact_line(b, after)->entry);
        told->key_after = keep(work->diff, vx_line_key(vx_fact_line(b, after)));
        told->line_after = vx_fact_line(b, after)->number;
    }
    if (before == NULL)
        told->key = told->key_after;
    if (after == NULL)
        told->key_after = told->key;
    told->before = keep_value(work, a, before, told->secret);
    told->after = keep_value(work, b, after, told->secret);
    told->apply = old > new ? old : new;
    told->change = before && after ? VMX_CHANGE_CHANGED
                   : before        ? VMX_CHANGE_REMOVED
                                   : VMX_CHANGE_ADDED;
}

/* The device of `fact`, or where there is none, that of the other side's fact here. */
static uint32_t
device_in(const struct vx_fact *fact, const struct vx_fact *other, const uint32_t *map)
{
    if (fact)
        return fact->device;
    return other ? map[other->device] : VX_UNMATCHED;
}

/* A difference of one key, which `line` has; `before` or `after` may be NULL. */
static void
tell_key(struct work *work, const struct vx_line *line, const struct vx_fact *before,
         const struct vx_fact *after)
{
    enum vmx_concern concern = vx_concern_of(line->entry);
    uint32_t in_a = device_in(before, after, work->pair.to_a);
    uint32_t in_b = device_in(after, before, work->pair.to_b);
    struct row *row;

    if (is_hidden(work, concern) || (line->secret && is_withheld(work, before, after))
        || (row = new_row(work->diff)) == NULL)
        return;
    name_device(work, row, in_a, in_b);
    row->order = (uint32_t)work->diff->count;
    row->told.concern = concern;
    row->told.whole = in_a == VX_UNMATCHED || in_b == VX_UNMATCHED;
    row->told.secret = line->secret;
    tell_values(work, row, before, after);
}

/* ---- devices --------------------------------------------------------------------- */

/* The field that brings or takes the device: that of its .present. */
static const char *
vi_of_device(struct work *work, const struct vx_device_side *device)
{
    struct vx_buf *key = &work->scratch;

    key->size = 0;
    vx_buf_str(key, device->name);
    vx_buf_lit(key, ".present");
    return key->failed ? NULL : vi_of(vx_key_entry_of(vx_buf_text(key)));
}

static void
tell_device(struct work *work, enum vmx_change change, uint32_t a, uint32_t b)
{
    const struct vx_side *side = a == VX_UNMATCHED ? &work->pair.b : &work->pair.a;
    uint32_t number = a == VX_UNMATCHED ? b : a;
    struct row *row = new_row(work->diff);

    if (row == NULL)
        return;
    name_device(work, row, a, b);
    row->told.change = change;
    row->told.whole = true;
    row->told.vi = vi_of_device(work, &side->devices[number]);
    row->told.apply = row->told.vi ? VMX_APPLY_POWER_OFF : VMX_APPLY_NOT_BY_VI;
    if (a != VX_UNMATCHED)
        row->told.line_before =
            work->pair.a.doc->lines[work->pair.a.devices[a].line].number;
    if (b != VX_UNMATCHED)
        row->told.line_after =
            work->pair.b.doc->lines[work->pair.b.devices[b].line].number;
}

/* Has the device a key that is told?  One of which only the host's keys are left is
 * none. */
static bool
is_told(const struct work *work, const struct vx_side *side, uint32_t number)
{
    const struct vx_device_side *device = &side->devices[number];

    return device->listed && (device->told || work->options.all || work->options.bytes);
}

static void
tell_devices(struct work *work)
{
    const struct vx_pair *pair = &work->pair;

    for (uint32_t i = 1; i < pair->a.device_count; i++) {
        uint32_t to = pair->to_b[i];

        if (to != VX_UNMATCHED && pair->b.devices[to].id != pair->a.devices[i].id)
            tell_device(work, VMX_CHANGE_MOVED, i, to);
        else if (to == VX_UNMATCHED && is_told(work, &pair->a, i))
            tell_device(work, VMX_CHANGE_REMOVED, i, to);
    }
    for (uint32_t i = 1; i < pair->b.device_count; i++)
        if (pair->to_a[i] == VX_UNMATCHED && is_told(work, &pair->b, i))
            tell_device(work, VMX_CHANGE_ADDED, VX_UNMATCHED, i);
}

/* ---- keys ------------------------------------------------------------------------ */

static struct vx_str
mean_of(const struct vx_fact *fact)
{
    return fact ? fact->mean : VX_STR_NONE;
}

static void
tell_keys(struct work *work)
{
    struct vx_pair *pair = &work->pair;
    size_t hint = 0;

    for (size_t i = 0; i < pair->a.doc->count; i++) {
        struct vx_fact *mine = &pair->a.facts[i], *theirs;

        if (!mine->entry)
            continue;
        theirs =
            vx_pair_find(&pair->a, &pair->b, pair->to_b, mine, &work->scratch, &hint);
        if (theirs)
            theirs->met = true;
        if (!vx_same_meaning(mine->mean, mean_of(theirs)))
            tell_key(work, vx_fact_line(&pair->a, mine), mine, theirs);
    }
    for (size_t i = 0; i < pair->b.doc->count; i++) {
        struct vx_fact *mine = &pair->b.facts[i];

        if (mine->mean.s && !mine->met)
            tell_key(work, vx_fact_line(&pair->b, mine), NULL, mine);
    }
}

/* What no statement tells: comments, order, line ends. */
static void
tell_rest(struct work *work)
{
    bool same = false;

    if (vx_doc_same(work->pair.a.doc, work->pair.b.doc, &same) != VMX_OK)
        work->diff->arena.failed = true;
    if (!same && !work->diff->arena.failed)
        tell_device(work, VMX_CHANGE_CHANGED, VX_MACHINE_DEVICE, VX_MACHINE_DEVICE);
}

static int
compare_rows(const void *a, const void *b)
{
    const struct row *one = a, *two = b;

    if (one->group != two->group)
        return one->group < two->group ? -1 : 1;
    if (one->left != two->left)
        return one->left ? -1 : 1;
    return (one->order > two->order) - (one->order < two->order);
}

static enum vmx_status
compare(struct work *work)
{
    struct vmx_diff *diff = work->diff;

    tell_devices(work);
    tell_keys(work);
    if (work->options.bytes && diff->count == 0)
        tell_rest(work);
    if (diff->count > 1)
        qsort(diff->rows, diff->count, sizeof(*diff->rows), compare_rows);
    return diff->arena.failed || work->scratch.failed || work->pair.a.doc->arena.failed
                   || work->pair.b.doc->arena.failed
               ? VMX_ERR_NOMEM
               : VMX_OK;
}

/* ---- public ---------------------------------------------------------------------- */

static struct vmx_diff *
diff_new(void)
{
    struct vx_arena arena;
    struct vmx_diff *diff;

    vx_arena_init(&arena, SIZE_MAX);
    diff = vx_arena_zero(&arena, sizeof(*diff));
    if (diff)
        diff->arena = arena;
    return diff;
}

enum vmx_status
vmx_diff_new(struct vmx_doc *before, struct vmx_doc *after,
             const struct vmx_diff_options *options, struct vmx_diff **ret)
{
    static const struct vmx_diff_options usual = VMX_DIFF_OPTIONS;
    struct work work VX_AUTO(work_done) = {.scratch = VX_BUF(VMX_MAX_TEXT)};
    enum vmx_status status;

    if (before == NULL || after == NULL || ret == NULL
        || (options && options->size < sizeof(usual)))
        return VMX_ERR_MISUSE;
    work.options = options ? *options : usual;
    work.diff = diff_new();
    status = vx_pair_init(&work.pair, before, after, work.options.bytes);
    if (status == VMX_OK)
        status = work.diff ? compare(&work) : VMX_ERR_NOMEM;
    if (status != VMX_OK)
        return status;
    *ret = work.diff;
    work.diff = NULL;
    return VMX_OK;
}

void
vmx_diff_free(struct vmx_diff *diff)
{
    struct vx_arena arena;

    if (diff == NULL)
        return;
    free(diff->rows);
    arena = diff->arena;
    vx_arena_done(&arena); /* the list lies in it, too */
}

size_t
vmx_diff_count(const struct vmx_diff *diff)
{
    return diff ? diff->count : 0;
}

const struct vmx_difference *
vmx_diff_get(const struct vmx_diff *diff, size_t index)
{
    return index < vmx_diff_count(diff) ? &diff->rows[index].told : NULL;
}

size_t
vmx_diff_hidden(const struct vmx_diff *diff)
{
    return diff ? diff->hidden : 0;
}

const char *
vmx_change_text(enum vmx_change change)
{
    static const char *const words[] = {"changed", "added", "removed", "moved"};

    return (size_t)change < VX_COUNT(words) ? words[change] : "unknown";
}

const char *
vmx_concern_text(enum vmx_concern concern)
{
    static const char *const words[] = {"configuration", "identity", "host", "runtime"};

    return (size_t)concern < VX_COUNT(words) ? words[concern] : "unknown";
}

const char *
vmx_apply_text(enum vmx_apply apply)
{
    static const char *const words[] = {"live", "power cycle", "power off",
                                        "not by VI"};

    return (size_t)apply < VX_COUNT(words) ? words[apply] : "unknown";
}
