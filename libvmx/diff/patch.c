/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/patch.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    EDIT_ROOM = 32,
};

/* ---- the list -------------------------------------------------------------------- */

struct vmx_patch *
vx_patch_new(void)
{
    struct vx_arena arena;
    struct vmx_patch *patch;

    vx_arena_init(&arena, SIZE_MAX);
    patch = vx_arena_zero(&arena, sizeof(*patch));
    if (patch == NULL)
        return NULL;
    patch->arena = arena;
    patch->text = VX_BUF(SIZE_MAX / 2);
    return patch;
}

void
vmx_patch_free(struct vmx_patch *patch)
{
    struct vx_arena arena;

    if (patch == NULL)
        return;
    free(patch->edits);
    free(patch->conflicts);
    free(patch->told);
    free(patch->told_conflicts);
    vx_buf_done(&patch->text);
    arena = patch->arena;
    vx_arena_done(&arena); /* the patch lies in it, too */
}

bool
vx_patch_add(struct vmx_patch *patch, const struct vx_edit *edit)
{
    size_t room = patch->room ? patch->room * 2 : EDIT_ROOM;
    struct vx_edit *edits = patch->edits;

    if (patch->count == patch->room) {
        edits = realloc(edits, room * sizeof(*edits));
        if (edits == NULL) {
            patch->arena.failed = true;
            return false;
        }
        patch->edits = edits;
        patch->room = room;
    }
    edits[patch->count++] = (struct vx_edit){
        .key = vx_arena_dup(&patch->arena, edit->key),
        .before = vx_arena_dup(&patch->arena, edit->before),
        .after = vx_arena_dup(&patch->arena, edit->after),
        .to_device = edit->to_device,
        .line = edit->line,
    };
    return !patch->arena.failed;
}

/* ---- from two documents ---------------------------------------------------------- */

struct between {
    struct vx_side a, b;
    bool all;
    struct vmx_patch *patch;
};

static void
between_done(struct between *between)
{
    vx_side_done(&between->a);
    vx_side_done(&between->b);
    vmx_patch_free(between->patch);
}

/* What the statement says, its device being there or not.  The .present of a device is
 * all that tells a device that is switched off from one that nobody names. */
static struct vx_str
bare_mean(struct vx_side *side, const struct vx_fact *fact)
{
    struct vx_line *line;
    struct vx_str value;

    if (fact == NULL || !fact->entry)
        return VX_STR_NONE;
    line = vx_fact_line(side, fact);
    value = vx_doc_value(side->doc, line);
    return vx_is_present_key(line->entry)
               ? vx_mean(&side->arena, line->entry, value)
               : vx_mean_said(&side->arena, line->entry, value);
}

/* The device that a fact of `side` is about, on the other side; NULL for none. */
static const struct vx_device_side *
counterpart(const struct vx_side *side, const struct vx_fact *fact,
            const struct vx_side *other)
{
    uint32_t number = vx_side_device(other, side->devices[fact->device].id);

    return number == UINT32_MAX ? NULL : &other->devices[number];
}

static bool
is_listed(const struct vx_device_side *device)
{
    return device && device->listed;
}

/* Is the key the host's business? */
static bool
is_hidden(const struct between *between, const struct vx_line *line)
{
    return !between->all && vx_concern_of(line->entry) >= VMX_CONCERN_HOST;
}

static bool
is_encoding(const struct vx_line *line)
{
    return line->entry != VX_KEY_NO_ENTRY
           && line->entry == vx_machine_key[VX_M_encoding];
}

/* Is a key that `mine` has for its device no concern of the patch?  Nothing is to be
 * done where neither document has the device, and what `b` switches off keeps its keys.
 */
static bool
is_no_concern(const struct vx_line *line, const struct vx_device_side *mine,
              const struct vx_device_side *theirs, const struct vx_device_side *in_b)
{
    if (is_encoding(line) || (!mine->listed && !is_listed(theirs)))
        return true;
    return in_b && in_b->absent && !vx_is_present_key(line->entry);
}

/* A key that both have, or only `a`. */
static bool
edit_old(struct between *between, const struct vx_fact *fact)
{
    struct vx_line *old = vx_fact_line(&between->a, fact), *new;
    const struct vx_device_side *mine = &between->a.devices[fact->device];
    const struct vx_device_side *theirs = counterpart(&between->a, fact, &between->b);
    struct vx_fact *other = vx_side_find(&between->b, vx_line_key(old), NULL);
    struct vx_edit edit = {.key = vx_line_key(old),
                           .before = vx_doc_value(between->a.doc, old)};

    if (is_no_concern(old, mine, theirs, theirs)
        || (is_hidden(between, old) && is_listed(theirs)))
        return true;
    /* A device that leaves takes along what it says without need. */
    if (theirs
        && vx_same_meaning(bare_mean(&between->a, fact), bare_mean(&between->b, other)))
        return true;
    new = other ? vx_fact_line(&between->b, other) : NULL;
    edit.after = new ? vx_doc_value(between->b.doc, new) : VX_STR_NONE;
    return vx_patch_add(between->patch, &edit);
}

/* A key that only `b` has. */
static bool
edit_new(struct between *between, const struct vx_fact *fact)
{
    struct vx_line *new = vx_fact_line(&between->b, fact);
    const struct vx_device_side *mine = &between->b.devices[fact->device];
    const struct vx_device_side *theirs = counterpart(&between->b, fact, &between->a);
    struct vx_edit edit = {.key = vx_line_key(new),
                           .after = vx_doc_value(between->b.doc, new),
                           .to_device = fact->device != VX_MACHINE_DEVICE
                                        && mine->listed && is_listed(theirs)};

    if (is_no_concern(new, mine, theirs, mine) || is_hidden(between, new)
        || vx_side_find(&between->a, edit.key, NULL)
        || bare_mean(&between->b, fact).s == NULL)
        return true;
    return vx_patch_add(between->patch, &edit);
}

static enum vmx_status
find_edits(struct between *between)
{
    for (size_t i = 0; i < between->a.doc->count; i++)
        if (between->a.facts[i].entry && !edit_old(between, &between->a.facts[i]))
            return VMX_ERR_NOMEM;
    for (size_t i = 0; i < between->b.doc->count; i++)
        if (between->b.facts[i].entry && !edit_new(between, &between->b.facts[i]))
            return VMX_ERR_NOMEM;
    return between->a.arena.failed || between->b.arena.failed
                   || between->a.doc->arena.failed || between->b.doc->arena.failed
               ? VMX_ERR_NOMEM
               : VMX_OK;
}

enum vmx_status
vx_patch_between(struct vmx_doc *a, struct vmx_doc *b, bool all, struct vmx_patch **ret)
{
    struct between between VX_AUTO(between_done) = {.all = all,
                                                    .patch = vx_patch_new()};
    enum vmx_status status = vx_side_init(&between.a, a, false);

    if (status == VMX_OK)
        status = vx_side_init(&between.b, b, false);
    if (status == VMX_OK)
        status = between.patch ? find_edits(&between) : VMX_ERR_NOMEM;
    if (status != VMX_OK)
        return status;
    *ret = between.patch;
    between.patch = NULL;
    return VMX_OK;
}

/* ---- into a document ------------------------------------------------------------- */

struct target {
    struct vmx_doc *doc;
    struct vx_side side;
    uint64_t *brought; /* devices that the patch switches on, in order */
    size_t brought_count;
};

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t *one = a, *two = b;

    return (*one > *two) - (*one < *two);
}

static enum vmx_status
find_brought(struct target *target, const struct vmx_patch *patch)
{
    target->brought = calloc(patch->count + 1, sizeof(*target->brought));
    if (target->brought == NULL)
        return VMX_ERR_NOMEM;
    for (size_t i = 0; i < patch->count; i++)
        if (patch->edits[i].after.s
            && vx_is_present_key(vx_key_entry_of(patch->edits[i].key)))
            target->brought[target->brought_count++] =
                vx_device_id(patch->edits[i].key);
    if (target->brought_count > 1)
        qsort(target->brought, target->brought_count, sizeof(*target->brought),
              compare_ids);
    return VMX_OK;
}

static bool
note_conflict(struct vmx_patch *patch, size_t edit, struct vx_str found)
{
    struct vx_conflict *conflicts = patch->conflicts;

    if (conflicts == NULL)
        conflicts = calloc(patch->count, sizeof(*conflicts));
    if (conflicts == NULL)
        return false;
    patch->conflicts = conflicts;
    conflicts[patch->conflict_count++] = (struct vx_conflict){
        .edit = (uint32_t)edit, .found = vx_arena_dup(&patch->arena, found)};
    return !patch->arena.failed;
}

/* A property that a device gets, or changes from its default, makes no sense where the
 * device is not there. */
static bool
lacks_device(const struct target *target, const struct vx_edit *edit)
{
    uint64_t id = vx_device_id(edit->key);
    uint32_t number;

    if (id == VX_MACHINE_DEVICE || edit->after.s == NULL
        || !(edit->before.s || edit->to_device))
        return false;
    number = vx_side_device(&target->side, id);
    return (number == UINT32_MAX || target->side.devices[number].absent)
           && bsearch(&id, target->brought, target->brought_count, sizeof(id),
                      compare_ids)
                  == NULL;
}

/* A value in its one spelling, and what it says. */
struct meaning {
    struct vx_str exact, said;
};

static struct meaning
meaning_of(struct target *target, uint16_t entry, struct vx_str value)
{
    struct vx_arena *arena = &target->side.arena;

    return (struct meaning){vx_mean(arena, entry, value),
                            vx_mean_said(arena, entry, value)};
}

static enum vx_edit_fit
fit_of(struct target *target, const struct vx_edit *edit, struct vx_str *found)
{
    struct vx_line *line = vx_doc_find(target->doc, edit->key);
    uint16_t entry = vx_key_entry_of(edit->key);
    struct meaning now, before, after;

    *found = line ? vx_doc_value(target->doc, line) : VX_STR_NONE;
    now = meaning_of(target, entry, *found);
    before = meaning_of(target, entry, edit->before);
    after = meaning_of(target, entry, edit->after);
    if (vx_same_meaning(now.exact, after.exact)
        || (vx_same_meaning(now.said, after.said)
            && !vx_same_meaning(before.said, after.said)))
        return VX_EDIT_DONE;
    return vx_same_meaning(now.said, before.said)
                   && (line || !lacks_device(target, edit))
               ? VX_EDIT_APPLIES
               : VX_EDIT_CONFLICT;
}

static enum vmx_status
check_edits(struct vmx_patch *patch, struct target *target, uint8_t *fits)
{
    enum vmx_status status = vx_side_init(&target->side, target->doc, false);
    struct vx_str found;

    if (status == VMX_OK)
        status = find_brought(target, patch);
    for (size_t i = 0; i < patch->count && status == VMX_OK; i++) {
        fits[i] = (uint8_t)fit_of(target, &patch->edits[i], &found);
        if (target->side.arena.failed || target->doc->arena.failed
            || (fits[i] == VX_EDIT_CONFLICT && !note_conflict(patch, i, found)))
            status = VMX_ERR_NOMEM;
    }
    return status;
}

enum vmx_status
vx_patch_check(struct vmx_patch *patch, struct vmx_doc *doc, uint8_t *fits)
{
    struct target target = {.doc = doc};
    enum vmx_status status;

    free(patch->conflicts);
    free(patch->told_conflicts);
    patch->conflicts = NULL;
    patch->told_conflicts = NULL;
    patch->conflict_count = 0;
    status = check_edits(patch, &target, fits);
    vx_side_done(&target.side);
    free(target.brought);
    return status;
}

static enum vmx_status
make_edit(struct vmx_doc *doc, const struct vx_edit *edit)
{
    if (edit->after.s)
        return vx_doc_put(doc, edit->key, edit->after);
    vx_doc_remove(doc, edit->key);
    return VMX_OK;
}

enum vmx_status
vx_patch_make(struct vmx_patch *patch, struct vmx_doc *doc, uint8_t *fits)
{
    bool escape = doc->escape_unfit;
    enum vmx_status status = VMX_OK;

    doc->escape_unfit = true; /* another charset can hold other characters */
    for (size_t i = 0; i < patch->count && status == VMX_OK; i++) {
        if (fits[i] != VX_EDIT_APPLIES)
            continue;
        status = make_edit(doc, &patch->edits[i]);
        if (status != VMX_ERR_INPUT && status != VMX_ERR_MISUSE)
            continue;
        fits[i] = VX_EDIT_CONFLICT; /* a key or a value that cannot be written here */
        status = note_conflict(patch, i, VX_STR_NONE) ? VMX_OK : VMX_ERR_NOMEM;
    }
    doc->escape_unfit = escape;
    return status;
}
