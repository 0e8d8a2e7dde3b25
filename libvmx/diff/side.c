/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/side.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    HASH_ROOM = 64, /* to begin with; at least twice the devices */
    DEVICE_ROOM = 32,
};

/* ---- which device ---------------------------------------------------------------- */

/* Keys of disks have two numbers, but for those of floppy drives. */
static bool
has_unit(const struct vx_key_entry *entry)
{
    return entry->kind == VX_KIND_DISK && entry->sub != VX_BUS_FLOPPY;
}

static uint64_t
id_of(const struct vx_line *line)
{
    const struct vx_key_entry *entry;

    if (line->entry == VX_KEY_NO_ENTRY)
        return VX_MACHINE_DEVICE;
    entry = &vx_key_entries[line->entry];
    if (entry->kind == VX_KIND_NONE || entry->kind == VX_KIND_CPUID
        || entry->kind == VX_KIND_MACHINE)
        return VX_MACHINE_DEVICE;
    return (uint64_t)entry->kind << 40 | (uint64_t)entry->sub << 32
           | (uint64_t)line->index << 16 | (has_unit(entry) ? line->unit : 0u);
}

uint64_t
vx_device_id(struct vx_str key)
{
    struct vx_line line = {
        .text = key.s, .key_size = (uint32_t)key.n, .kind = VX_LINE_ENTRY};

    vx_key_learn(&line);
    return id_of(&line);
}

/* Where the numbers of the device end: "scsi0:1" in "sched.scsi0:1.shares". */
static void
find_token(const struct vx_line *line, struct vx_fact *fact)
{
    const struct vx_key_entry *entry = &vx_key_entries[line->entry];
    struct vx_str key = vx_line_key(line);
    size_t at = 0, runs = has_unit(entry) ? 2 : 1;

    fact->skip = 0;
    if (entry->kind == VX_KIND_DISK && vx_str_istarts(key, VX_STR("sched.")))
        at = fact->skip = 6;
    for (; runs; runs--) {
        while (at < key.n && !vx_is_digit((unsigned char)key.s[at]))
            at++;
        while (at < key.n && vx_is_digit((unsigned char)key.s[at]))
            at++;
    }
    fact->token = (uint8_t)(at - fact->skip);
}

struct vx_str
vx_device_token(struct vx_str key)
{
    struct vx_line line = {
        .text = key.s, .key_size = (uint32_t)key.n, .kind = VX_LINE_ENTRY};
    struct vx_fact fact;

    vx_key_learn(&line);
    if (id_of(&line) == VX_MACHINE_DEVICE)
        return vx_str_of(key.s, 0);
    find_token(&line, &fact);
    return vx_str_of(key.s + fact.skip, fact.token);
}

/* ---- devices --------------------------------------------------------------------- */

static uint32_t
hash_place(const struct vx_side *side, uint64_t id)
{
    uint32_t hash =
        vx_key_hash(vx_str_of((const char *)&id, sizeof(id)), side->doc->seed);

    for (uint32_t at = hash;; at++) {
        uint32_t place = at & side->hash_mask, number = side->hash[place];

        if (number == 0 || side->devices[number - 1].id == id)
            return place;
    }
}

static bool
grow(struct vx_side *side)
{
    uint32_t room = side->device_room ? side->device_room * 2 : DEVICE_ROOM;
    struct vx_device_side *devices;
    uint32_t *hash;

    devices = realloc(side->devices, room * sizeof(*devices));
    if (devices == NULL)
        return false;
    side->devices = devices;
    side->device_room = room;
    hash = calloc((size_t)room * 2, sizeof(*hash));
    if (hash == NULL)
        return false;
    free(side->hash);
    side->hash = hash;
    side->hash_mask = room * 2 - 1;
    for (uint32_t i = 0; i < side->device_count; i++)
        side->hash[hash_place(side, devices[i].id)] = i + 1;
    return true;
}

/* The number of the device, which may be new; UINT32_MAX without memory. */
static uint32_t
device_of(struct vx_side *side, uint64_t id, uint32_t line, struct vx_str name)
{
    uint32_t place, number;

    if (side->device_count == side->device_room && !grow(side))
        return UINT32_MAX;
    place = hash_place(side, id);
    number = side->hash[place];
    if (number == 0) {
        number = ++side->device_count;
        side->devices[number - 1] =
            (struct vx_device_side){.id = id, .line = line, .name = name};
        side->hash[place] = number;
    }
    return number - 1;
}

uint32_t
vx_side_device(const struct vx_side *side, uint64_t id)
{
    return side->hash[hash_place(side, id)] - 1;
}

/* ---- what a device is ------------------------------------------------------------ */

/* Text in the place of a file that names none. */
static bool
is_no_file(struct vx_str file)
{
    return file.n == 0 || vx_str_ieq(file, VX_STR("auto detect"))
           || vx_str_ieq(file, VX_STR("emptyBackingString"));
}

/* Does the property tell which device it is? */
static bool
is_mark_key(const struct vx_key_entry *entry)
{
    if (entry->kind == VX_KIND_NIC)
        return entry->prop == VX_NIC_address || entry->prop == VX_NIC_generatedAddress;
    return (entry->kind == VX_KIND_DISK && entry->prop == VX_DISK_fileName)
           || (entry->kind == VX_KIND_FOLDER && entry->prop == VX_FOLDER_guestName)
           || (entry->kind == VX_KIND_PASSTHRU && entry->prop == VX_PASSTHRU_id);
}

/* Of two lines that do, the first counts: a card has one address or the other. */
static bool
is_mark(const struct vx_key_entry *entry, struct vx_str mean)
{
    if (mean.n == 0 || !is_mark_key(entry))
        return false;
    if (entry->kind == VX_KIND_NIC)
        return !vx_str_eq(mean, VX_STR("00:00:00:00:00:00"));
    return entry->kind != VX_KIND_DISK || !is_no_file(mean);
}

/* A MAC address that the host has generated is what the card is known by. */
enum vmx_concern
vx_concern_of(uint16_t entry)
{
    const struct vx_key_entry *row;

    if (entry == VX_KEY_NO_ENTRY)
        return VMX_CONCERN_CONFIGURATION;
    row = &vx_key_entries[entry];
    if (row->flags & VX_KEY_RUNTIME)
        return VMX_CONCERN_RUNTIME;
    if ((row->flags & VX_KEY_HOST) && !is_mark_key(row))
        return VMX_CONCERN_HOST;
    return row->flags & VX_KEY_IDENTITY ? VMX_CONCERN_IDENTITY
                                        : VMX_CONCERN_CONFIGURATION;
}

/* ---- lines ----------------------------------------------------------------------- */

static struct vx_str
line_text(const struct vx_line *line)
{
    struct vx_str text = vx_str_of(line->text, line->size);

    while (text.n && (text.s[text.n - 1] == '\n' || text.s[text.n - 1] == '\r'))
        text.n--;
    return text;
}

/* What the statement says, whether its device is there or not. */
static struct vx_str
said(struct vx_side *side, struct vx_line *line)
{
    if (side->bytes)
        return line_text(line);
    /* How the text is to be read is not what it says. */
    if (line->entry != VX_KEY_NO_ENTRY && line->entry == vx_machine_key[VX_M_encoding])
        return VX_STR_NONE;
    return vx_mean_said(&side->arena, line->entry, vx_doc_value(side->doc, line));
}

static void
note_device(struct vx_side *side, struct vx_device_side *device,
            const struct vx_line *line, const struct vx_fact *fact)
{
    const struct vx_key_entry *entry = &vx_key_entries[line->entry];

    device->facts += fact->mean.s != NULL;
    device->told |= fact->mean.s && vx_concern_of(line->entry) < VMX_CONCERN_HOST;
    if (side->bytes)
        return;
    if (fact->mean.s == NULL && vx_is_present_key(line->entry))
        device->absent = true;
    if (fact->mean.s && device->mark.s == NULL && is_mark(entry, fact->mean))
        device->mark = fact->mean;
}

/* `*last` is the device of the line before: neighbours mostly belong together. */
static bool
read_line(struct vx_side *side, uint32_t number, uint32_t *last)
{
    struct vx_line *line = &side->doc->lines[number];
    struct vx_fact *fact = &side->facts[number];
    uint64_t id;

    if (line->kind != VX_LINE_ENTRY || line->winner)
        return true;
    fact->entry = true;
    fact->mean = said(side, line);
    id = id_of(line);
    if (id == VX_MACHINE_DEVICE) {
        side->devices[VX_MACHINE_DEVICE].facts += fact->mean.s != NULL;
        return true;
    }
    find_token(line, fact);
    if (side->devices[*last].id != id)
        *last = device_of(side, id, number,
                          vx_str_of(vx_line_key(line).s + fact->skip, fact->token));
    if (*last == UINT32_MAX)
        return false;
    fact->device = *last;
    note_device(side, &side->devices[*last], line, fact);
    return true;
}

/* What absent devices say is not said. */
static void
drop_absent(struct vx_side *side)
{
    bool any = false;

    for (uint32_t i = 1; i < side->device_count; i++) {
        struct vx_device_side *device = &side->devices[i];

        any |= device->absent;
        device->listed = !device->absent && device->facts;
        if (device->absent)
            device->facts = 0;
    }
    for (size_t i = 0; any && i < side->doc->count; i++)
        if (side->devices[side->facts[i].device].absent)
            side->facts[i].mean = VX_STR_NONE;
}

enum vmx_status
vx_side_init(struct vx_side *side, struct vmx_doc *doc, bool bytes)
{
    uint32_t last = VX_MACHINE_DEVICE;
    enum vmx_status status = vx_doc_index(doc);

    *side = (struct vx_side){.doc = doc, .bytes = bytes};
    vx_arena_init(&side->arena, SIZE_MAX);
    if (status != VMX_OK)
        return status;
    side->facts = calloc(doc->count + 1, sizeof(*side->facts));
    if (side->facts == NULL
        || device_of(side, VX_MACHINE_DEVICE, 0, VX_STR("")) == UINT32_MAX)
        return VMX_ERR_NOMEM;
    side->devices[VX_MACHINE_DEVICE].listed = true;
    for (uint32_t i = 0; i < doc->count; i++)
        if (!read_line(side, i, &last))
            return VMX_ERR_NOMEM;
    drop_absent(side);
    return doc->arena.failed || side->arena.failed ? VMX_ERR_NOMEM : VMX_OK;
}

void
vx_side_done(struct vx_side *side)
{
    free(side->facts);
    free(side->devices);
    free(side->hash);
    vx_arena_done(&side->arena);
}

struct vx_fact *
vx_side_find(const struct vx_side *side, struct vx_str key, size_t *hint)
{
    struct vx_line *line = NULL;

    if (hint && *hint < side->doc->count && side->facts[*hint].entry
        && vx_str_ieq(vx_line_key(&side->doc->lines[*hint]), key))
        line = &side->doc->lines[*hint];
    if (line == NULL)
        line = vx_doc_find(side->doc, key);
    if (line && hint)
        *hint = (size_t)(line - side->doc->lines) + 1;
    return line ? &side->facts[line - side->doc->lines] : NULL;
}
