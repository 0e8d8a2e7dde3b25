/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/remember.h"

#include "map/metadata.h"

#include "base/num.h"
#include "doc/spell.h"
#include "text/escape.h"

#include <stdio.h>

#include "base/banned.h"

/* ---- the element ----------------------------------------------------------------- */

struct vx_node *
vx_remember_find(struct vx_node *domain)
{
    struct vx_node *metadata = vx_xml_find(domain, "metadata", NULL);

    if (metadata == NULL)
        return NULL;
    for (struct vx_node *node = metadata->children; node; node = node->next)
        if (vx_str_eq(node->space, VX_STR(VX_METADATA_URI))
            && vx_str_eq(node->name, VX_STR("config"))) {
            vx_xml_pass(node);
            return node;
        }
    return NULL;
}

struct vx_str
vx_remember_base(struct vx_node *config)
{
    return vx_xml_value(config, "base");
}

static uint32_t
number_of(struct vx_node *config, const char *attr)
{
    struct vx_str text = vx_xml_value(config, attr);
    uint64_t number;

    return text.s && vx_num_u64(text, &number) && number < UINT32_MAX ? (uint32_t)number
                                                                      : 0;
}

uint32_t
vx_remember_libvirt(struct vx_node *config)
{
    return number_of(config, "libvirt");
}

uint32_t
vx_remember_host_mhz(struct vx_node *config)
{
    return number_of(config, "host-mhz");
}

struct vx_str
vx_remember_name(struct vx_node *config)
{
    return vx_xml_value(config, "name");
}

struct vx_str
vx_remember_text_of(struct vx_node *key)
{
    struct vx_str text = vx_xml_value(key, "text");

    return text.s || vx_xml_value(key, "base64").s == NULL ? text : VX_STR("");
}

/* The slot of `name`: a free one, or that of the element that has it. */
static struct vx_node **
slot_of(const struct vx_back *back, struct vx_str name)
{
    for (uint32_t at = vx_key_hash(name, (uintptr_t)back);; at++) {
        struct vx_node **slot = &back->keys[at & back->keys_mask];

        if (*slot == NULL || vx_str_ieq(vx_xml_peek(*slot, "name"), name))
            return slot;
    }
}

static bool
is_key(const struct vx_node *node)
{
    return vx_str_eq(node->name, VX_STR("key")) && vx_xml_peek(node, "name").n;
}

/* Each device asks for some keys, so that a look through all of them takes too long. */
static void
index_keys(struct vx_map *map)
{
    struct vx_back *back = map->back;
    size_t count = 1, room = 64;

    for (const struct vx_node *node = back->config->children; node; node = node->next)
        count += is_key(node);
    while (room < count * 2)
        room *= 2;
    back->keys = vx_arena_array(map->arena, room, sizeof(struct vx_node *));
    if (back->keys == NULL)
        return;
    back->keys_mask = (uint32_t)room - 1;
    for (struct vx_node *node = back->config->children; node; node = node->next) {
        struct vx_node **slot;

        if (!is_key(node))
            continue;
        slot = slot_of(back, vx_xml_peek(node, "name"));
        if (*slot == NULL) /* of two the first counts */
            *slot = node;
    }
}

/* Keys of XML-unfit names are lines, and nobody asks for those. */
struct vx_node *
vx_remember_key(struct vx_map *map, struct vx_str name)
{
    if (map->back->config == NULL)
        return NULL;
    if (map->back->keys == NULL)
        index_keys(map);
    return map->back->keys ? *slot_of(map->back, name) : NULL;
}

bool
vx_remember_text(struct vx_map *map, struct vx_str name, struct vx_str *text)
{
    struct vx_node *key = vx_remember_key(map, name);

    if (key == NULL)
        return false;
    *text = vx_remember_text_of(key);
    return true;
}

unsigned
vx_remember_hw(struct vx_map *map)
{
    struct vx_node *key = vx_remember_key(map, VX_STR("virtualHW.version"));
    uint64_t number;

    if (map->back->hw_asked)
        return map->back->hw_asked;
    return key && vx_num_u64(vx_xml_value(key, "text"), &number) && number < UINT16_MAX
               ? (unsigned)number
               : 0;
}

/* ---- names ----------------------------------------------------------------------- */

/* The device that a key belongs to. */
struct owner {
    uint8_t kind, sub; /* VX_KIND_NONE: none */
    uint16_t index, unit;
    uint16_t entry;
};

static struct owner
owner_of(struct vx_str name)
{
    struct vx_line line = {.text = name.s, .key_size = (uint32_t)name.n};
    struct owner owner = {.entry = VX_KEY_NO_ENTRY};

    if (name.n == 0)
        return owner;
    vx_key_learn(&line);
    owner.entry = line.entry;
    if (line.entry == VX_KEY_NO_ENTRY || line.index == VX_NO_NUMBER)
        return owner;
    owner.kind = vx_key_entries[line.entry].kind;
    owner.sub = vx_key_entries[line.entry].sub;
    owner.index = line.index;
    owner.unit = line.unit == VX_NO_NUMBER ? 0 : line.unit;
    return owner;
}

static bool
same_owner(const struct owner *a, const struct owner *b)
{
    return a->kind == b->kind && a->sub == b->sub && a->index == b->index
           && a->unit == b->unit;
}

static struct owner
owner_of_seat(const struct vx_seat *seat)
{
    return (struct owner){seat->table->kind, seat->sub, seat->index, seat->unit,
                          VX_KEY_NO_ENTRY};
}

/* ---- devices --------------------------------------------------------------------- */

/* A device that had keys. */
struct told {
    struct told *next;
    struct owner owner;
    struct vx_mark mark;
    struct vx_seat *seat; /* the same device in the domain; NULL: it is gone */
};

/* A seat and what tells it. */
struct candidate {
    struct vx_seat *seat;
    struct vx_mark mark;
    struct told *told;
};

struct pairing {
    struct told *tolds;
    struct candidate *seats;
    size_t told_count, seat_count;
};

/* Its numbers, so that those of a kind stand as their elements did. */
static uint64_t
rank_of(const struct owner *owner)
{
    return (uint64_t)owner->kind << 40 | (uint64_t)owner->sub << 32
           | (uint64_t)owner->index << 16 | owner->unit;
}

static void
insert_told(struct told **first, struct told *told)
{
    while (*first && rank_of(&(*first)->owner) <= rank_of(&told->owner))
        first = &(*first)->next;
    told->next = *first;
    *first = told;
}

static struct told *
read_told(struct vx_map *map, size_t *count)
{
    struct told *first = NULL;
    struct vx_node *config = map->back->config;

    for (struct vx_node *node = config->children; node && *count < VX_INSTANCES_MAX;
         node = node->next) {
        struct vx_str name;
        struct owner owner;
        struct told *told;

        if (!vx_str_eq(node->name, VX_STR("device")))
            continue;
        name = vx_xml_value(node, "name");
        owner =
            owner_of(vx_arena_printf(map->arena, "%.*s.present", (int)name.n, name.s));
        if (owner.kind == VX_KIND_NONE)
            owner = owner_of(name); /* a device of one key */
        told = vx_arena_zero(map->arena, sizeof(*told));
        if (told == NULL || owner.kind == VX_KIND_NONE)
            continue;
        told->owner = owner;
        told->mark =
            (struct vx_mark){vx_xml_value(node, "mac"), vx_xml_value(node, "source"),
                             vx_xml_value(node, "target")};
        insert_told(&first, told);
        ++*count;
    }
    return first;
}

static struct candidate *
read_seats(struct vx_map *map, size_t *count)
{
    struct candidate *seats =
        vx_arena_array(map->arena, map->back->seat_count + 1, sizeof(*seats));

    if (seats == NULL)
        return NULL;
    for (struct vx_seat *seat = map->back->seats; seat; seat = seat->next) {
        struct candidate *candidate = &seats[*count];

        if (seat->refused || seat->table->mark == NULL)
            continue;
        candidate->seat = seat;
        seat->table->mark(map, seat->model, &candidate->mark);
        ++*count;
    }
    return seats;
}

static void
pair(struct told *told, struct candidate *candidate)
{
    told->seat = candidate->seat;
    candidate->told = told;
    if (!candidate->seat->placed && !candidate->seat->on_bus)
        candidate->seat->sub = told->owner.sub;
    /* On another bus the number may be another's. */
    if (!candidate->seat->placed && candidate->seat->sub == told->owner.sub) {
        candidate->seat->index = told->owner.index;
        candidate->seat->unit = told->owner.unit;
        candidate->seat->placed = true;
    }
}

static bool
same_text(struct vx_str a, struct vx_str b)
{
    return a.s && b.s && a.n && vx_str_eq(a, b);
}

static bool
at_place(const struct told *told, const struct candidate *candidate)
{
    struct owner owner = owner_of_seat(candidate->seat);

    return candidate->seat->placed && same_owner(&told->owner, &owner);
}

static const struct told *
told_of(const struct vx_map *map, const struct owner *owner)
{
    for (const struct told *told = map->back->tolds; told; told = told->next)
        if (same_owner(&told->owner, owner))
            return told;
    return NULL;
}

bool
vx_remember_knows(struct vx_map *map, const struct vx_seat *seat)
{
    const struct told *told = map->back->tolds;
    struct vx_mark mark = {VX_STR_NONE, VX_STR_NONE, VX_STR_NONE};

    while (told && told->seat != seat)
        told = told->next;
    if (told == NULL)
        return false;
    seat->table->mark(map, seat->model, &mark);
    return same_text(told->mark.mac, mark.mac)
           || same_text(told->mark.source, mark.source);
}

/* From the surest sign to the weakest. */
enum sign { SAME_ALL, SAME_SOURCE, SAME_PLACE, SIGNS };

static bool
shows(enum sign sign, const struct told *told, const struct candidate *candidate)
{
    const struct vx_mark *a = &told->mark, *b = &candidate->mark;

    switch (sign) {
    case SAME_ALL:
        return same_text(a->mac, b->mac)
               || (same_text(a->source, b->source)
                   && (candidate->seat->placed ? at_place(told, candidate)
                                               : same_text(a->target, b->target)));
    case SAME_SOURCE:
        return same_text(a->source, b->source);
    case SAME_PLACE:
        return at_place(told, candidate);
    case SIGNS:
        break;
    }
    return false;
}

static void
pair_by(const struct pairing *pairing, enum sign sign)
{
    for (struct told *told = pairing->tolds; told; told = told->next)
        for (size_t i = 0; i < pairing->seat_count && told->seat == NULL; i++) {
            struct candidate *candidate = &pairing->seats[i];

            if (candidate->told == NULL
                && candidate->seat->table->kind == told->owner.kind
                && shows(sign, told, candidate))
                pair(told, candidate);
        }
}

/* With as many devices of a kind as before, the one in the same row is the same, though
 * its mark has changed: an interface with another MAC address. */
static void
pair_by_row(const struct pairing *pairing, uint8_t kind)
{
    struct told *told = pairing->tolds;
    size_t tolds = 0, seats = 0;

    for (const struct told *t = pairing->tolds; t; t = t->next)
        tolds += t->owner.kind == kind;
    for (size_t i = 0; i < pairing->seat_count; i++)
        seats += pairing->seats[i].seat->table->kind == kind;
    if (tolds != seats)
        return;
    for (size_t i = 0; i < pairing->seat_count; i++) {
        struct candidate *candidate = &pairing->seats[i];

        if (candidate->seat->table->kind != kind)
            continue;
        while (told->owner.kind != kind)
            told = told->next;
        if (told->seat == NULL && candidate->told == NULL && !candidate->seat->placed)
            pair(told, candidate);
        told = told->next;
    }
}

static int
present_of(const struct owner *owner)
{
    for (const struct vx_device *const *table = vx_devices; *table; table++)
        if ((*table)->kind == owner->kind && owner->kind != VX_KIND_MACHINE)
            return (*table)->present;
    return VX_NO_KEY;
}

/* The key by which the line's device is there, if it is such a key. */
static bool
is_present_key(const struct owner *owner)
{
    int present = present_of(owner);

    return owner->kind == VX_KIND_AUTOUSB
           || (present >= 0 && vx_key_entries[owner->entry].prop == present);
}

/* Devices that no element says and whose keys stay all the same. */
struct kept {
    struct kept *next;
    struct owner owner;
};

static void
read_kept(struct vx_map *map)
{
    struct kept **end = &map->back->kept;
    size_t count = 0;

    for (struct vx_node *node = map->back->config->children;
         node && count < VX_INSTANCES_MAX; node = node->next) {
        struct owner owner;

        if (vx_xml_peek(node, "text").s == NULL
            && vx_xml_peek(node, "base64").s == NULL)
            continue;
        owner = owner_of(vx_xml_peek(node, "name"));
        if (owner.kind == VX_KIND_NONE || !is_present_key(&owner)
            || told_of(map, &owner))
            continue;
        *end = vx_arena_zero(map->arena, sizeof(**end));
        if (*end == NULL)
            return;
        (*end)->owner = owner;
        end = &(*end)->next;
        count++;
    }
}

bool
vx_remember_keeps(const struct vx_map *map, const struct vx_seat *seat)
{
    struct owner owner = owner_of_seat(seat);

    for (const struct kept *kept = map->back->kept; kept; kept = kept->next)
        if (same_owner(&kept->owner, &owner))
            return true;
    return false;
}

void
vx_remember_numbers(struct vx_map *map)
{
    struct pairing pairing = {0};

    if (map->back->config == NULL)
        return;
    pairing.tolds = read_told(map, &pairing.told_count);
    pairing.seats = read_seats(map, &pairing.seat_count);
    map->back->tolds = pairing.tolds;
    read_kept(map);
    if (pairing.seats == NULL)
        return;
    for (enum sign sign = SAME_ALL; sign < SIGNS; sign++)
        pair_by(&pairing, sign);
    for (int kind = 0; kind < VX_KINDS; kind++)
        pair_by_row(&pairing, (uint8_t)kind);
}

/* ---- lines ----------------------------------------------------------------------- */

/* One element of ours on its way to a line. */
struct line {
    struct vx_str name, text; /* text.s is NULL where the elements say it */
    struct owner owner;
    bool raw; /* `text` is bytes, and not UTF-8 */
};

struct building {
    struct vx_map *map;
    struct vmx_doc *wanted;
    struct vx_charset *charset; /* of the file; NULL for UTF-8 */
    struct vx_buf out;
    struct vx_str eol;
    struct vx_buf bytes; /* of the line that is being written */
    bool *said;          /* lines of `wanted` that are written */
    struct owner *gone;  /* devices whose keys leave */
    size_t gone_count, gone_room;
    size_t refused;
};

enum { REFUSED_MAX = 1000 }; /* reports; metadata of rubbish has no more */

static int
base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (vx_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static struct vx_str
from_base64(struct vx_arena *arena, struct vx_str text)
{
    char *bytes = vx_arena_alloc(arena, text.n / 4 * 3 + 3);
    uint32_t word = 0;
    size_t size = 0, digits = 0;

    for (size_t i = 0; bytes && i < text.n; i++) {
        int digit = base64_digit((unsigned char)text.s[i]);

        if (digit < 0)
            break;
        word = word << 6 | (uint32_t)digit;
        if (++digits % 4 != 1)
            bytes[size++] = (char)(word >> (6 - 2 * ((digits - 1) % 4)) & 0xFF);
    }
    return bytes ? vx_str_of(bytes, size) : VX_STR_NONE;
}

/* False for what is no line of ours.  Whether the name can be a key's is seen when it
 * is written. */
static bool
read_line(struct building *b, struct vx_node *node, struct line *ret)
{
    struct vx_str base64 = vx_xml_value(node, "base64");

    *ret = (struct line){.text = vx_xml_value(node, "text")};
    if (base64.s) {
        ret->text = from_base64(b->map->arena, base64);
        ret->raw = true;
    }
    if (vx_str_eq(node->name, VX_STR("line")))
        return true;
    ret->name = vx_xml_value(node, "name");
    if (!vx_str_eq(node->name, VX_STR("key")) || ret->name.s == NULL)
        return false;
    ret->owner = owner_of(ret->name);
    return true;
}

static bool
is_gone(const struct building *b, const struct owner *owner)
{
    for (size_t i = 0; i < b->gone_count; i++)
        if (same_owner(&b->gone[i], owner))
            return true;
    return false;
}

static void
note_gone(struct building *b, const struct owner *owner)
{
    if (b->gone_count < b->gone_room && !is_gone(b, owner))
        b->gone[b->gone_count++] = *owner;
}

/* The seat with these numbers. */
static const struct vx_seat *
seat_at(const struct building *b, const struct owner *owner)
{
    for (const struct vx_seat *seat = b->map->back->seats; seat; seat = seat->next) {
        struct owner at = owner_of_seat(seat);

        if (!seat->refused && same_owner(&at, owner))
            return seat;
    }
    return NULL;
}

/* Of devices without marks the element itself tells: its `present` was said by it, and
 * no element says it now. */
static void
find_gone(struct building *b)
{
    struct line line;

    for (struct vx_node *node = b->map->back->config->children; node;
         node = node->next) {
        if (!read_line(b, node, &line) || line.owner.kind == VX_KIND_NONE || line.text.s
            || told_of(b->map, &line.owner))
            continue;
        if (is_present_key(&line.owner) && seat_at(b, &line.owner) == NULL)
            note_gone(b, &line.owner);
    }
}

/* What stands before the numbers in the seat's keys; VX_STR_NONE when its kind has but
 * one word. */
static struct vx_str
word_of(const struct vx_seat *seat)
{
    static const struct vx_str usb[VX_USB_BUSES] = {
        [VX_USB_UHCI] = {"usb:", 4},
        [VX_USB_EHCI] = {"ehci:", 5},
        [VX_USB_XHCI] = {"usb_xhci:", 9},
    };

    if (seat->table->kind == VX_KIND_DISK)
        return vx_bus_words[seat->sub];
    return seat->table->kind == VX_KIND_USBDEV ? usb[seat->sub] : VX_STR_NONE;
}

/* "sched.SCSI0:1.shares" with the device's new numbers: those letters that stay the
 * same keep their spelling. */
static struct vx_str
rename_key(struct building *b, struct vx_str name, const struct vx_seat *seat)
{
    struct vx_str sched = VX_STR("sched."), word = word_of(seat), letters;
    size_t front = vx_str_istarts(name, sched) ? sched.n : 0, n = 0;
    struct vx_str rest = vx_str_skip(name, front);
    char unit[8] = ""; /* ":65535" */

    while (n < rest.n && !vx_is_digit((unsigned char)rest.s[n]))
        n++;
    letters = vx_str_of(rest.s, n);
    while (n < rest.n && rest.s[n] != '.')
        n++;
    if (word.s && !vx_str_ieq(letters, word))
        letters = word;
    if (seat->table->kind == VX_KIND_DISK && seat->sub != VX_BUS_FLOPPY)
        snprintf(unit, sizeof(unit), ":%u", seat->unit);
    return vx_arena_printf(b->map->arena, "%.*s%.*s%u%s%.*s", (int)front, name.s,
                           (int)letters.n, letters.s, seat->index, unit,
                           (int)(rest.n - n), rest.s + n);
}

/* The name that the key has now; s is NULL when it leaves. */
static struct vx_str
name_now(struct building *b, const struct line *line)
{
    const struct vx_seat *seat;
    const struct told *told;

    if (line->owner.kind == VX_KIND_NONE || line->owner.kind == VX_KIND_MACHINE)
        return line->name;
    told = told_of(b->map, &line->owner);
    if (told == NULL) {
        /* A new device does not inherit what stood at its place. */
        seat = seat_at(b, &line->owner);
        return is_gone(b, &line->owner) || (seat && seat->table->mark) ? VX_STR_NONE
                                                                       : line->name;
    }
    if (told->seat == NULL || told->seat->refused)
        return VX_STR_NONE;
    seat = told->seat;
    if (seat->sub == line->owner.sub && seat->index == line->owner.index
        && seat->unit == line->owner.unit)
        return line->name;
    return rename_key(b, line->name, seat);
}

/* The text in the file's charset.  Characters that it lacks, which no line of the file
 * had, are escaped. */
static struct vx_str
bytes_of(struct building *b, const struct line *line)
{
    struct vx_buf *bytes = &b->bytes;

    if (line->text.s == NULL)
        return VX_STR("");
    if (line->raw || b->charset == NULL || vx_ascii(line->text))
        return line->text;
    bytes->size = 0;
    if (!vx_charset_encode(b->charset, bytes, line->text))
        vx_escape_high(bytes, line->text);
    b->out.failed = b->out.failed || bytes->failed || vx_charset_failed(b->charset);
    return vx_buf_text(bytes);
}

/* Of duplicates without a text only the first can be what an element says. */
static bool
says_value(struct building *b, struct vx_str name)
{
    struct vx_line *line = vx_doc_find(b->wanted, name);

    if (line == NULL || b->said[line - b->wanted->lines])
        return false;
    b->said[line - b->wanted->lines] = true;
    return true;
}

static void
put_line(struct building *b, struct vx_node *node)
{
    struct line line;
    struct vx_str name;
    bool done;

    if (!read_line(b, node, &line))
        return;
    if (line.name.s) {
        name = name_now(b, &line);
        if (name.s == NULL || (line.text.s == NULL && !says_value(b, name)))
            return;
        done = vx_spell_entry(&b->out, name, bytes_of(b, &line), b->eol);
    } else {
        /* Its bytes are those of the file, whatever its charset. */
        done =
            vx_spell_statement(&b->out, line.text.s ? line.text : VX_STR(""), b->eol);
    }
    if (!done && b->refused++ < REFUSED_MAX)
        vx_back_loss(b->map, VX_REMEMBERED_LINE, VMX_LOSS_WARNING, node,
                     line.name.s ? "name" : NULL, NULL, NULL);
}

static enum vmx_status
fill_line(struct building *b, struct vx_node *node, struct vmx_doc *doc)
{
    struct vx_line *wanted;
    struct vx_str name;
    struct line line;

    if (!read_line(b, node, &line) || line.name.s == NULL || line.text.s)
        return VMX_OK;
    name = name_now(b, &line);
    wanted = name.s ? vx_doc_find(b->wanted, name) : NULL;
    if (wanted == NULL)
        return VMX_OK;
    return vx_doc_put(doc, name, vx_doc_value(b->wanted, wanted));
}

/* The charset that the file's own lines are in. */
static struct vx_charset *
find_charset(struct building *b)
{
    struct line line;

    for (struct vx_node *node = b->map->back->config->children; node; node = node->next)
        if (read_line(b, node, &line) && line.text.s
            && vx_str_ieq(line.name, VX_STR(".encoding")))
            return vx_charset_kind(line.text) == VX_CHARSET_OTHER
                       ? vx_charset_open(line.text)
                       : NULL;
    return NULL;
}

static void
put_text(struct building *b)
{
    struct vx_node *config = b->map->back->config;
    struct vx_str eol = vx_xml_value(config, "eol"), text;

    b->eol = vx_str_eq(eol, VX_STR("crlf")) ? VX_STR("\r\n")
             : vx_str_eq(eol, VX_STR("cr")) ? VX_STR("\r")
                                            : VX_STR("\n");
    b->charset = find_charset(b);
    find_gone(b);
    if (vx_xml_value(config, "bom").s)
        vx_buf_lit(&b->out, "\xEF\xBB\xBF");
    for (struct vx_node *node = config->children; node; node = node->next)
        put_line(b, node);
    text = vx_buf_text(&b->out);
    if (vx_xml_value(config, "final-eol").s && text.n > b->eol.n
        && vx_str_eq(vx_str_skip(text, text.n - b->eol.n), b->eol))
        b->out.size -= b->eol.n;
    vx_charset_close(b->charset);
}

enum vmx_status
vx_remember_build(struct vx_map *map, struct vmx_doc *wanted, struct vmx_doc **ret)
{
    struct building b = {
        .map = map,
        .wanted = wanted,
        .out = VX_BUF(VMX_MAX_TEXT),
        .bytes = VX_BUF(VMX_MAX_TEXT * 3),
        .said = vx_arena_array(map->arena, wanted->count + 1, sizeof(*b.said)),
        .gone = vx_arena_array(map->arena, VX_INSTANCES_MAX, sizeof(*b.gone)),
        .gone_room = VX_INSTANCES_MAX,
    };
    struct vmx_doc *doc = NULL;
    enum vmx_status status = b.gone && b.said ? vx_doc_index(wanted) : VMX_ERR_NOMEM;

    if (status != VMX_OK)
        return status;
    put_text(&b);
    status = b.out.failed
                 ? VMX_ERR_NOMEM
                 : vmx_doc_parse(b.out.data ? b.out.data : "", b.out.size, NULL, &doc);
    vx_buf_done(&b.out);
    vx_buf_done(&b.bytes);
    if (status == VMX_OK)
        doc->escape_unfit = true;
    for (struct vx_node *node = map->back->config->children; node && status == VMX_OK;
         node = node->next)
        status = fill_line(&b, node, doc);
    if (status == VMX_OK)
        *ret = doc;
    else
        vmx_doc_free(doc);
    return status;
}
