/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "doc/slots.h"

#include "base/banned.h"

enum {
    HASH_ROOM = 128, /* to begin with; at least twice the instances */
};

static const uint16_t prop_count[VX_KINDS] = {
    [VX_KIND_DISK] = VX_DISK_PROPS,         [VX_KIND_CONTROLLER] = VX_CTRL_PROPS,
    [VX_KIND_NIC] = VX_NIC_PROPS,           [VX_KIND_SERIAL] = VX_SERIAL_PROPS,
    [VX_KIND_PARALLEL] = VX_PARALLEL_PROPS, [VX_KIND_FOLDER] = VX_FOLDER_PROPS,
    [VX_KIND_PASSTHRU] = VX_PASSTHRU_PROPS, [VX_KIND_USBDEV] = VX_USBDEV_PROPS,
    [VX_KIND_VCPU] = VX_VCPU_PROPS,         [VX_KIND_BRIDGE] = VX_BRIDGE_PROPS,
    [VX_KIND_AUTOUSB] = VX_AUTOUSB_PROPS,
};

struct builder {
    struct vx_slots *slots;
    struct vx_arena *arena;
    struct vx_instance *last; /* neighbours in a file mostly belong together */
    struct vx_family **cpuid_end;
    uint16_t *hash; /* instance number + 1 */
    uint32_t hash_mask;
    size_t known;
};

static bool
same(const struct vx_instance *i, uint8_t kind, uint8_t sub, uint16_t index,
     uint16_t unit)
{
    return i->unit == unit && i->index == index && i->kind == kind && i->sub == sub;
}

static struct vx_instance *
new_instance(struct builder *b, uint8_t kind, uint8_t sub, uint16_t index,
             uint16_t unit)
{
    struct vx_slots *slots = b->slots;
    struct vx_instance *made;
    size_t slots_size = prop_count[kind] * sizeof(uint32_t);

    if (slots->instance_count == VX_INSTANCES_MAX)
        return NULL;
    made = vx_arena_zero(b->arena, sizeof(*made) + slots_size);
    if (made == NULL)
        return NULL;
    made->slot = (uint32_t *)(void *)(made + 1);
    made->kind = kind;
    made->sub = sub;
    made->index = index;
    made->unit = unit;
    slots->instances[slots->instance_count++] = made;
    slots->count[kind]++;
    return made;
}

/* The place of the device in the hash table: its own, or the free one it would take. */
static uint32_t
hash_place(const struct builder *b, uint8_t kind, uint8_t sub, uint16_t index,
           uint16_t unit)
{
    uint32_t at =
        ((uint32_t)kind << 27 | (uint32_t)sub << 24 | (uint32_t)index << 12 | unit)
            * 0x9E3779B1u
        >> 16;

    while (b->hash[at & b->hash_mask]
           && !same(b->slots->instances[b->hash[at & b->hash_mask] - 1], kind, sub,
                    index, unit))
        at++;
    return at & b->hash_mask;
}

static bool
grow_hash(struct builder *b)
{
    uint32_t room = b->hash_mask ? (b->hash_mask + 1) * 2 : HASH_ROOM;
    uint16_t *hash = vx_arena_array(b->arena, room, sizeof(*hash));

    if (hash == NULL)
        return false;
    b->hash = hash;
    b->hash_mask = room - 1;
    for (uint32_t n = 0; n < b->slots->instance_count; n++) {
        const struct vx_instance *i = b->slots->instances[n];

        b->hash[hash_place(b, i->kind, i->sub, i->index, i->unit)] = (uint16_t)(n + 1);
    }
    return true;
}

/* Made when first asked for; NULL when there are too many. */
static struct vx_instance *
instance(struct builder *b, uint8_t kind, uint8_t sub, uint16_t index, uint16_t unit)
{
    uint32_t at;

    if (b->last && same(b->last, kind, sub, index, unit))
        return b->last;
    if (b->slots->instance_count * 2 >= b->hash_mask && !grow_hash(b))
        return NULL;
    at = hash_place(b, kind, sub, index, unit);
    if (b->hash[at] == 0) {
        b->last = new_instance(b, kind, sub, index, unit);
        if (b->last)
            b->hash[at] = (uint16_t)b->slots->instance_count;
        return b->last;
    }
    b->last = b->slots->instances[b->hash[at] - 1];
    return b->last;
}

/* Of several lines with one key the first counts, as vx_doc_index() has it. */
static inline void
take(struct builder *b, uint32_t *slot, uint32_t i)
{
    if (VX_LIKELY(*slot == 0))
        *slot = i + 1;
    else
        b->slots->doc->lines[i].winner = *slot;
}

static void
place_family(struct builder *b, uint32_t i)
{
    struct vx_family *family;

    if (vx_doc_index(b->slots->doc) != VMX_OK)
        b->arena->failed = true;
    if (b->slots->doc->lines[i].winner)
        return;
    family = vx_arena_alloc(b->arena, sizeof(*family));
    if (family == NULL)
        return;
    *family = (struct vx_family){.line = i};
    *b->cpuid_end = family;
    b->cpuid_end = &family->next;
}

static void
place_device(struct builder *b, uint32_t i, const struct vx_line *line,
             const struct vx_key_entry *entry)
{
    uint16_t unit = entry->kind == VX_KIND_DISK && entry->sub != VX_BUS_FLOPPY
                        ? line->unit
                        : (uint16_t)0;
    struct vx_instance *at;

    if (line->index > VX_INDEX_MAX || unit > VX_UNIT_MAX)
        return;
    at = instance(b, entry->kind, entry->sub, line->index, unit);
    if (at == NULL)
        return;
    if (at->first_line == 0)
        at->first_line = i + 1;
    /* A pciBridge0:1.pxm or ethernet0.filter1.name is no property of the device alone.
     */
    if (entry->prop && (entry->numbers <= 1 || entry->kind == VX_KIND_DISK))
        take(b, &at->slot[entry->prop], i);
}

static inline void
place(struct builder *b, uint32_t i, const struct vx_line *line)
{
    const struct vx_key_entry *entry;

    if (line->kind != VX_LINE_ENTRY || line->entry == VX_KEY_NO_ENTRY)
        return;
    entry = &vx_key_entries[line->entry];
    b->known += !(entry->flags & VX_KEY_IMPLICIT);
    if (entry->kind == VX_KIND_MACHINE)
        take(b, &b->slots->machine[entry->prop], i);
    else if (entry->kind == VX_KIND_CPUID)
        place_family(b, i);
    else if (entry->kind != VX_KIND_NONE)
        place_device(b, i, line, entry);
}

static uint32_t
rank(const struct vx_instance *i)
{
    return (uint32_t)i->sub << 24 | (uint32_t)i->index << 12 | i->unit;
}

/* Into the list of its kind, which is in order of sub, index and unit.  Files name
 * devices mostly in order, so the search begins at the newest. */
static void
link_instance(struct vx_slots *slots, struct vx_instance **newest,
              struct vx_instance *made)
{
    struct vx_instance **at = &slots->first[made->kind];

    if (newest[made->kind] && rank(newest[made->kind]) < rank(made))
        at = &newest[made->kind]->next;
    while (*at && rank(*at) < rank(made))
        at = &(*at)->next;
    made->next = *at;
    *at = made;
    newest[made->kind] = made;
}

enum vmx_status
vx_slots_fill(struct vx_slots *slots, struct vmx_doc *doc, struct vx_arena *arena)
{
    struct vx_instance *newest[VX_KINDS] = {NULL};
    struct builder b = {.slots = slots, .arena = arena, .cpuid_end = &slots->cpuid};
    size_t most;

    memset(slots, 0, sizeof(*slots));
    slots->doc = doc;
    most = doc->count < VX_INSTANCES_MAX ? doc->count : VX_INSTANCES_MAX;
    slots->instances = vx_arena_array(arena, most + 1, sizeof(void *));
    if (slots->instances == NULL)
        return VMX_ERR_NOMEM;

    for (size_t i = 0; i < doc->count; i++)
        place(&b, (uint32_t)i, &doc->lines[i]);
    slots->known = b.known;
    for (uint32_t i = 0; i < slots->instance_count; i++)
        link_instance(slots, newest, slots->instances[i]);
    return arena->failed ? VMX_ERR_NOMEM : VMX_OK;
}

struct vx_instance *
vx_slots_find(const struct vx_slots *slots, enum vx_key_kind kind, uint8_t sub,
              uint16_t index, uint16_t unit)
{
    for (struct vx_instance *i = slots->first[kind]; i; i = i->next)
        if (same(i, (uint8_t)kind, sub, index, unit))
            return i;
    return NULL;
}
