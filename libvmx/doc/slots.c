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
    struct vx_instance *last; /* not NULL; neighbours mostly belong together */
    struct vx_family **cpuid_end;
    uint16_t *hash; /* instance number + 1 */
    uint32_t hash_mask;
};

/* Which device: kind, sub, index and unit, which are all below 256. */
static inline uint32_t
id_of(uint8_t kind, uint8_t sub, uint16_t index, uint16_t unit)
{
    return (uint32_t)kind << 24 | (uint32_t)sub << 16 | (uint32_t)index << 8 | unit;
}

static struct vx_instance *
new_instance(struct builder *b, uint32_t id, uint32_t number)
{
    struct vx_slots *slots = b->slots;
    uint8_t kind = (uint8_t)(id >> 24);
    struct vx_instance *made;

    if (slots->instance_count == VX_INSTANCES_MAX)
        return NULL;
    made = vx_arena_zero(b->arena, sizeof(*made) + prop_count[kind] * sizeof(uint32_t));
    if (made == NULL)
        return NULL;
    made->slot = (uint32_t *)(void *)(made + 1);
    made->id = id;
    made->kind = kind;
    made->sub = (uint8_t)(id >> 16);
    made->index = (uint8_t)(id >> 8);
    made->unit = (uint8_t)id;
    made->first_line = number;
    slots->instances[slots->instance_count++] = made;
    slots->count[kind]++;
    return made;
}

/* The place of the device in the hash table: its own, or the free one it would take. */
static uint32_t
hash_place(const struct builder *b, uint32_t id)
{
    for (uint32_t at = id * 0x9E3779B1u >> 16;; at++) {
        uint32_t place = at & b->hash_mask, number = b->hash[place];

        if (number == 0 || b->slots->instances[number - 1]->id == id)
            return place;
    }
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
    for (uint32_t n = 0; n < b->slots->instance_count; n++)
        b->hash[hash_place(b, b->slots->instances[n]->id)] = (uint16_t)(n + 1);
    return true;
}

/* Made when first asked for, by line `number` - 1; NULL when there are too many. */
static struct vx_instance *
find_instance(struct builder *b, uint32_t id, uint32_t number)
{
    struct vx_instance *made;
    uint32_t at;

    if (b->slots->instance_count * 2 >= b->hash_mask && !grow_hash(b))
        return NULL;
    at = hash_place(b, id);
    if (b->hash[at])
        return b->last = b->slots->instances[b->hash[at] - 1];
    made = new_instance(b, id, number);
    if (made) {
        b->hash[at] = (uint16_t)b->slots->instance_count;
        b->last = made;
    }
    return made;
}

/* Of several lines with one key the first counts, as vx_doc_index() has it. */
static inline void
take(uint32_t *slot, uint32_t number, struct vx_line *line)
{
    /* The device that is none has no slots, and no id that an entry could have. */
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (VX_LIKELY(*slot == 0))
        *slot = number;
    else
        line->winner = *slot;
}

static void
place_family(struct builder *b, uint32_t number, const struct vx_line *line)
{
    struct vx_family *family;

    if (vx_doc_index(b->slots->doc) != VMX_OK)
        b->arena->failed = true;
    if (line->winner)
        return;
    family = vx_arena_alloc(b->arena, sizeof(*family));
    if (family == NULL)
        return;
    *family = (struct vx_family){.line = number - 1};
    *b->cpuid_end = family;
    b->cpuid_end = &family->next;
}

/* An entry of a device's key. */
static inline void
place_device(struct builder *b, uint32_t number, struct vx_line *line,
             const struct vx_key_entry *entry)
{
    bool on_bus = entry->kind == VX_KIND_DISK;
    uint16_t unit = on_bus && entry->sub != VX_BUS_FLOPPY ? line->unit : (uint16_t)0;
    uint32_t id = id_of(entry->kind, entry->sub, line->index, unit);
    struct vx_instance *at = b->last;

    if (line->index > VX_INDEX_MAX || unit > VX_UNIT_MAX)
        return;
    if (at->id != id)
        at = find_instance(b, id, number);
    /* A pciBridge0:1.pxm or ethernet0.filter1.name is no property of the device alone.
     */
    if (at && entry->prop && (on_bus || entry->numbers <= 1))
        take(&at->slot[entry->prop], number, line);
}

static inline void
place(struct builder *b, uint32_t number, struct vx_line *line)
{
    const struct vx_key_entry *entry;

    if (line->kind != VX_LINE_ENTRY || line->entry == VX_KEY_NO_ENTRY)
        return;
    entry = &vx_key_entries[line->entry];
    if (entry->kind == VX_KIND_MACHINE)
        take(&b->slots->machine[entry->prop], number, line);
    else if (entry->kind == VX_KIND_CPUID)
        place_family(b, number, line);
    else if (entry->kind != VX_KIND_NONE)
        place_device(b, number, line, entry);
}

/* Into the list of its kind, which is in order of sub, index and unit.  Files name
 * devices mostly in order, so the search begins at the newest. */
static void
link_instance(struct vx_slots *slots, struct vx_instance **newest,
              struct vx_instance *made)
{
    struct vx_instance **at = &slots->first[made->kind];

    if (newest[made->kind] && newest[made->kind]->id < made->id)
        at = &newest[made->kind]->next;
    while (*at && (*at)->id < made->id)
        at = &(*at)->next;
    made->next = *at;
    *at = made;
    newest[made->kind] = made;
}

enum vmx_status
vx_slots_fill(struct vx_slots *slots, struct vmx_doc *doc, struct vx_arena *arena)
{
    struct vx_instance *newest[VX_KINDS] = {NULL};
    struct vx_instance none = {.id = 0};
    struct builder b = {
        .slots = slots, .arena = arena, .last = &none, .cpuid_end = &slots->cpuid};
    struct vx_line *line = doc->lines, *end = line + doc->count;
    size_t most;

    slots->doc = doc;
    most = doc->count < VX_INSTANCES_MAX ? doc->count : VX_INSTANCES_MAX;
    slots->instances = vx_arena_array(arena, most + 1, sizeof(void *));
    if (slots->instances == NULL)
        return VMX_ERR_NOMEM;

    for (uint32_t number = 1; line < end; number++, line++)
        place(&b, number, line);
    for (uint32_t i = 0; i < slots->instance_count; i++)
        link_instance(slots, newest, slots->instances[i]);
    return arena->failed ? VMX_ERR_NOMEM : VMX_OK;
}

struct vx_instance *
vx_slots_find(const struct vx_slots *slots, enum vx_key_kind kind, uint8_t sub,
              uint16_t index, uint16_t unit)
{
    for (struct vx_instance *i = slots->first[kind]; i; i = i->next)
        if (i->unit == unit && i->index == index && i->sub == sub)
            return i;
    return NULL;
}
