/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables in tests: members and models that look random, as the rows of a device allow
 * them, and how they compare.  A table added to vx_devices[] needs nothing here. */
#ifndef VX_TESTS_ROWS_H
#define VX_TESTS_ROWS_H

#include <stdio.h>

#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/dev/disk.h"
#include "map/path.h"
#include "map/uri.h"

#include "docs.h"
#include "random.h"

/* One conversion without a document, and what it takes. */
struct world {
    struct vx_arena arena;
    struct vx_map map;
    struct vx_random random;
};

static inline void
world_init(struct world *world)
{
    memset(world, 0, sizeof(*world));
    vx_arena_init(&world->arena, (size_t)1 << 30);
    world->map.arena = &world->arena;
    world->map.losses_end = &world->map.losses;
    world->map.libvirt = UINT32_MAX;
    world->map.secrets = true;
    world->map.vm.vcpu.count =
        (struct vx_int){4, true}; /* words of weights ask for it */
    world->random = VX_RANDOM;
}

static inline void
world_done(struct world *world)
{
    vx_arena_done(&world->arena);
}

static inline struct vx_str
world_keep(struct world *world, const struct vx_buf *text)
{
    struct vx_str copy = vx_arena_dup(&world->arena, vx_buf_text(text));

    return copy.s ? copy : VX_STR("");
}

/* ---- members --------------------------------------------------------------------- */

enum { MEMBER_ROOM = 64 };

static inline size_t
member_size(const struct vx_codec *codec)
{
    static const size_t sizes[] = {
        [VX_T_STR] = sizeof(struct vx_str), [VX_T_BYTE] = sizeof(uint8_t),
        [VX_T_BOOL] = sizeof(uint8_t),      [VX_T_INT] = sizeof(struct vx_int),
        [VX_T_MAC] = sizeof(struct vx_mac), [VX_T_UUID] = sizeof(struct vx_uuid),
    };

    return codec == &vx_uri ? sizeof(struct vx_uri) : sizes[codec->type];
}

static inline bool
member_eq(const struct vx_codec *codec, const void *a, const void *b)
{
    if (vx_member_set(codec, a) != vx_member_set(codec, b))
        return false;
    switch ((enum vx_type)codec->type) {
    case VX_T_STR:
        return vx_str_eq(*(const struct vx_str *)a, *(const struct vx_str *)b);
    case VX_T_BYTE:
    case VX_T_BOOL:
        return *(const uint8_t *)a == *(const uint8_t *)b;
    case VX_T_INT:
        return ((const struct vx_int *)a)->v == ((const struct vx_int *)b)->v
               || !((const struct vx_int *)a)->set;
    case VX_T_MAC:
        return memcmp(((const struct vx_mac *)a)->b, ((const struct vx_mac *)b)->b, 6)
               == 0;
    case VX_T_UUID:
        return memcmp(((const struct vx_uuid *)a)->b, ((const struct vx_uuid *)b)->b,
                      16)
               == 0;
    }
    return true;
}

static inline void *
member_at(const struct vx_row *row, void *model)
{
    return (char *)model + row->member;
}

/* What the row says in VMX, or as the text that an XML reader gives. */
static inline struct vx_str
row_to_vmx(struct world *world, const struct vx_row *row, void *model)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    row->codec->to_vmx(&world->map, row, member_at(row, model), &text);
    return world_keep(world, &text);
}

static inline struct vx_str
row_to_xml(struct world *world, const struct vx_row *row, void *model)
{
    static const struct {
        struct vx_str entity;
        char c;
    } entities[] = {{{"&amp;", 5}, '&'},  {{"&lt;", 4}, '<'},    {{"&gt;", 4}, '>'},
                    {{"&quot;", 6}, '"'}, {{"&apos;", 6}, '\''}, {{"&#39;", 5}, '\''},
                    {{"&#9;", 4}, '\t'},  {{"&#10;", 5}, '\n'},  {{"&#13;", 5}, '\r'},
                    {{"&#xD;", 5}, '\r'}};
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20),
                       plain VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vx_str rest;

    row->codec->to_xml(&world->map, row, member_at(row, model), &text);
    rest = vx_buf_text(&text);
    while (rest.n) {
        size_t i = 0;

        ck_assert_msg(rest.s[0] != '<' && rest.s[0] != '\'' && rest.s[0] != '"',
                      "\"%.*s\" is not escaped", (int)text.size, text.data);
        while (i < VX_COUNT(entities) && !vx_str_starts(rest, entities[i].entity))
            i++;
        ck_assert_msg(i < VX_COUNT(entities) || rest.s[0] != '&',
                      "\"%.*s\" is not escaped", (int)text.size, text.data);
        vx_buf_char(&plain, i < VX_COUNT(entities) ? entities[i].c : rest.s[0]);
        rest = vx_str_skip(rest, i < VX_COUNT(entities) ? entities[i].entity.n : 1);
    }
    return world_keep(world, &plain);
}

static inline bool
row_is_guarded_off(const struct vx_row *row, const void *model)
{
    uint8_t asked = *((const uint8_t *)model + row->guard);

    return row->guard_mask && (asked > 31 || !(row->guard_mask >> asked & 1));
}

/* An enum or a truth. */
static inline bool
row_is_byte(const struct vx_row *row)
{
    return row->codec
           && (row->codec->type == VX_T_BYTE || row->codec->type == VX_T_BOOL);
}

static inline bool
row_is_decided(const struct vx_device *device, const struct vx_row *row)
{
    return row->codec == &vx_decided
           || (device->decision && row->member == device->decided && row_is_byte(row));
}

/* Words in `arg`, by the codecs that have them there. */
static inline const struct vx_word *
row_words(const struct vx_row *row)
{
    return row->codec == &vx_enum || row->codec == &vx_decided
                   || row->codec == &vx_bool_words || row->codec == &vx_disk_kind
               ? row->arg
               : NULL;
}

static inline uint8_t
words_count(const struct vx_word *words)
{
    uint8_t count = 1;

    while (!(words[count].vmx && words[count].vmx[0] == '\0'))
        count++;
    return count;
}

/* Does the row write text that XML can be asked for? */
static inline bool
row_has_place(const struct vx_row *row)
{
    return row->codec && (row->place == VX_PLACE_ATTR || row->place == VX_PLACE_TEXT);
}

/* ---- texts that keys have -------------------------------------------------------- */

static const char *const usual_texts[] = {
    "TRUE",
    "FALSE",
    "true",
    "no",
    "0",
    "1",
    "",
    "all",
    "0,2",
    "0,1,3",
    "0-2",
    "normal",
    "high",
    "low",
    "off",
    "unlimited",
    "10MBps",
    "1GBps",
    "512KBps",
    "80IOPS",
    "4194304",
    "efi",
    "bios",
    "es1371",
    "sb16",
    "hdaudio",
    "scsi-hardDisk",
    "ata-hardDisk",
    "disk",
    "persistent",
    "independent-persistent",
    "independent-nonpersistent",
    "nonpersistent",
    "undoable",
    "append",
    "multi-writer",
    "sharing-none",
    "00000:066:00.0",
    "0000:03:00.0",
    "0x046d:0xc52b",
    "vid:046d pid:c52b",
    "telnet://host:9600",
    "tcp://[fe80::1]:22",
    "udp://:514",
    "00:50:56:9a:3c:51",
    "00:50:56:9A:3C:51",
    "42 1a 5f 0c 77 d2 93 e8-4b 10 c6 3d 29 a5 81 fe",
    "disk.vmdk",
    "../iso/a b.iso",
    "/vmfs/volumes/store/vm/disk.vmdk",
    "[store] vm/disk.vmdk",
    "C:\\iso\\x.iso",
    "a <b> & 'c' \"d\"",
    "two\nlines",
    "caf\xC3\xA9",
    "yes",
    "on",
    "up",
    "down",
    "default",
    "writethrough",
    "unmap",
    "ignore",
    "host",
    "emulate",
    "path:1/0/3",
};

static inline struct vx_str
any_number(struct world *world)
{
    static const int64_t edges[] = {INT64_MIN,  INT64_MIN + 1,
                                    -2,         -1,
                                    0,          1,
                                    2,          7,
                                    8,          31,
                                    32,         100,
                                    125,        255,
                                    256,        1023,
                                    1024,       5900,
                                    5901,       8191,
                                    8192,       65535,
                                    65536,      INT32_MAX,
                                    UINT32_MAX, INT64_MAX - 1,
                                    INT64_MAX};
    struct vx_random *random = &world->random;
    uint64_t bits = (uint64_t)vx_random_below(random, 1u << 31) << 32
                    | vx_random_below(random, 1u << 31);
    int64_t number = (int64_t)(bits >> vx_random_below(random, 64));

    if (vx_random_below(random, 3) == 0)
        number = edges[vx_random_below(random, VX_COUNT(edges))];
    else if (vx_random_below(random, 4) == 0)
        number = number >> 10 << 10;
    return vx_arena_printf(&world->arena, "%lld", (long long)number);
}

/* Quotes, pipes, control characters, UTF-8 and what XML calls special. */
static inline struct vx_str
any_string(struct world *world)
{
    static const char *const pieces[] = {
        "\"",
        "|",
        "|22",
        "\\",
        "/",
        "<",
        ">",
        "&",
        "'",
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\x01",
        "\x7F",
        "\xC3\xA9",
        "\xE6\xBC\xA2",
        "\xF0\x9F\x92\xBE",
        "a",
        "Z",
        "0",
        "name",
        "&amp;",
        "]]>",
        "#",
        "%41",
        "=",
        ";",
    };
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(4096);
    size_t count = vx_random_below(&world->random, 12);

    for (size_t i = 0; i < count; i++)
        vx_buf_str(&text,
                   vx_str_c(pieces[vx_random_below(&world->random, VX_COUNT(pieces))]));
    if (vx_random_below(&world->random, 50) == 0)
        vx_buf_char(&text, '\0');
    return world_keep(world, &text);
}

/* `count` bytes in hex, as UUIDs and MAC addresses have them. */
static inline struct vx_str
any_hex(struct world *world, size_t count, char between)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(256);

    for (size_t i = 0; i < count; i++) {
        if (i)
            vx_buf_char(&text, i == 8 ? '-' : between);
        vx_buf_hex(&text, vx_random_below(&world->random, 256), 2);
    }
    return world_keep(world, &text);
}

static inline struct vx_str
any_text(struct world *world, const struct vx_row *row)
{
    static const char *const units[] = {"MBps", "GBps", "KBps", "IOPS"};
    const struct vx_word *words = row_words(row);
    struct vx_random *random = &world->random;
    struct vx_str number;

    if (words && vx_random_below(random, 2)) {
        const struct vx_word *word =
            &words[vx_random_below(random, words_count(words))];
        const char *text = vx_random_below(random, 2) ? word->vmx : word->xml;

        return vx_str_c(text ? text : "");
    }
    switch (row->codec->type) {
    case VX_T_MAC:
        return any_hex(world, 6, ':');
    case VX_T_UUID:
        return any_hex(world, 16, ' ');
    case VX_T_INT:
        number = any_number(world);
        if (vx_random_below(random, 4))
            return number;
        return vx_arena_printf(&world->arena, "%.*s%s", (int)number.n, number.s,
                               units[vx_random_below(random, VX_COUNT(units))]);
    default:
        if (row->codec->type == VX_T_STR && vx_random_below(random, 2))
            return any_string(world);
        return vx_str_c(usual_texts[vx_random_below(random, VX_COUNT(usual_texts))]);
    }
}

/* The number `n` that a sweep over fixed texts tries, then random ones. */
static inline struct vx_str
nth_text(struct world *world, const struct vx_row *row, size_t n)
{
    const struct vx_word *words = row_words(row);
    size_t count = words ? words_count(words) * (size_t)2 : 0;
    const char *text = "";

    if (n < VX_COUNT(usual_texts))
        return vx_str_c(usual_texts[n]);
    n -= VX_COUNT(usual_texts);
    if (n >= count)
        return any_text(world, row);
    text = n % 2 ? words[n / 2].xml : words[n / 2].vmx;
    return vx_str_c(text ? text : "");
}

/* ---- models ---------------------------------------------------------------------- */

/* The memory of a model that is all zero; a machine's lies in the conversion. */
static inline void *
new_model(struct world *world, const struct vx_device *device)
{
    void *model;

    if (device->kind == VX_KIND_MACHINE) {
        memset(&world->map.vm, 0, sizeof(world->map.vm));
        world->map.vm.vcpu.count = (struct vx_int){4, true};
        return &world->map.vm;
    }
    model = vx_arena_zero(&world->arena, device->size);
    ck_assert_ptr_nonnull(model);
    return model;
}

/* A kind that the decision has a case for. */
static inline uint8_t
any_kind(struct world *world, const struct vx_device *device)
{
    const struct vx_decision *decision = device->decision;

    return decision->cases[vx_random_below(&world->random, decision->case_count)].kind;
}

/* Is the byte that a guard asks set by the row itself or some row before it? */
static inline bool
guard_has_row(const struct vx_device *device, const struct vx_row *asking)
{
    for (const struct vx_row *row = device->rows; row <= asking; row++)
        if (row->codec && row->key >= 0 && row->member == asking->guard
            && !row_is_decided(device, row))
            return true;
    return false;
}

/* Bytes that no key says and guards ask for: what `accept`, `in` and the decision
 * settle in a conversion.  Any value that some row wants. */
static inline void
settle_model(struct world *world, const struct vx_device *device, void *model)
{
    for (const struct vx_row *row = device->rows;
         row < device->rows + device->row_count; row++) {
        uint8_t *asked = (uint8_t *)model + row->guard;

        if (row->guard_mask == 0 || guard_has_row(device, row) || *asked != 0)
            continue;
        do
            *asked = (uint8_t)vx_random_below(&world->random, 24);
        while (!(row->guard_mask >> *asked & 1));
    }
    if (device->decision)
        *((uint8_t *)model + device->decided) = any_kind(world, device);
}

/* ---- named exceptions ------------------------------------------------------------ */

/* A row by its device, and its key as the catalogue writes it, or the place in XML, or
 * both with an arrow between them. */
struct exception {
    const char *device, *row, *reason;
};

/* clang-format off */

/* What was formatted is read as the same member, and yet not as EXACT. */
static const struct exception inexact[] = {
  {"identity", "displayName", "readers of XML make LF of CR"},
  {"identity", "annotation", "readers of XML make LF of CR"},
  {"disk", "/@snapshot", "XML has one word for nonpersistent and independent-nonpersistent"},
  {"disk", "transient", "the row of the mode itself tells what is exact"},
  {"disk", "shareable", "an older key: the way back writes the newer one"},
  {"disk", "sched.scsi[0-3]:[U].throughputCap ↔ iotune/total_bytes_sec", "the way back writes bandwidthCap"},
  {"disk", "sched.scsi[0-3]:[U].bandwidthCap ↔ iotune/total_iops_sec", "the way back writes throughputCap"},
  {NULL, NULL, NULL},
};

/* XML text is read as another member than it was written from, or not at all. */
static const struct exception one_way[] = {
  {"disk", "/@snapshot", "<transient/> tells the other of the two that are 'no'"},
  {NULL, NULL, NULL},
};

/* VMX text is read as another member than it was written from. */
static const struct exception unstable[] = {
  {"nic", "ethernet[0-9].virtualDev", "vmxnet2 is vmxnet with features 15: nic_in() tells"},
  {NULL, NULL, NULL},
};

/* A member that no text reaches. */
static const struct exception unreached[] = {
  {NULL, NULL, NULL},
};

/* Rows without a guard that write where another writes. */
static const struct exception shared_place[] = {
  {"disk", "iotune/total_bytes_sec", "disk_in() leaves one of the two limits"},
  {"disk", "iotune/total_iops_sec", "disk_in() leaves one of the two limits"},
  {"disk", "readonly", "a CD-ROM has one member, other disks the other"},
  {"disk", "shareable", "disk_in() leaves one of the three"},
  {NULL, NULL, NULL},
};

/* Numbers that the laws are for; the others never come to be written. */
static const struct {
    struct exception row;
    int64_t min, max;
} limits[] = {
  {{"memory", "memtune/min_guarantee", "memory_in() drops it, or holds it below the memory"}, 1, (int64_t)1 << 40},
  {{"usbdisk", "address/@port", "disk_in() drops what is no port of the controller"}, 0, 14},
  {{"video", "svga.vramSize", "less than VMware takes is written as the least it takes"}, 64, INT64_MAX},
};

/* clang-format on */

static inline const char *
key_name(const struct vx_device *device, const struct vx_row *row, unsigned sub)
{
    const uint16_t *const tables[VX_KINDS] = {
        [VX_KIND_DISK] = vx_disk_key[sub < VX_BUSES ? sub : 0],
        [VX_KIND_CONTROLLER] = vx_ctrl_key[sub < VX_BUSES ? sub : 0],
        [VX_KIND_NIC] = vx_nic_key,
        [VX_KIND_SERIAL] = vx_serial_key,
        [VX_KIND_PARALLEL] = vx_parallel_key,
        [VX_KIND_FOLDER] = vx_folder_key,
        [VX_KIND_PASSTHRU] = vx_passthru_key,
        [VX_KIND_USBDEV] = vx_usbdev_key[sub < 3 ? sub : 0],
        [VX_KIND_AUTOUSB] = vx_autousb_key,
        [VX_KIND_MACHINE] = vx_machine_key,
    };
    uint16_t entry;

    if (row->key < 0 || tables[device->kind] == NULL)
        return NULL;
    entry = tables[device->kind][row->key];
    return entry == VX_KEY_NO_ENTRY ? NULL
                                    : vx_key_text + vx_key_entries[entry].pattern;
}

static inline unsigned
subs_of(const struct vx_device *device)
{
    return device->kind == VX_KIND_DISK || device->kind == VX_KIND_CONTROLLER ? VX_BUSES
           : device->kind == VX_KIND_USBDEV                                   ? 3
                                                                              : 1;
}

static inline int
row_number(const struct vx_device *device, const struct vx_row *row)
{
    return (int)(row - device->rows);
}

/* What a person finds the row by. */
static inline const char *
row_name(const struct vx_device *device, const struct vx_row *row)
{
    static char text[256];
    const char *key = NULL;

    for (unsigned sub = 0; sub < subs_of(device) && key == NULL; sub++)
        key = key_name(device, row, sub);
    snprintf(text, sizeof(text), "%s: row %d, %s ↔ %s%s%s", device->name,
             row_number(device, row), key ? key : "no key", row->elem ? row->elem : "",
             row->attr ? "/@" : "", row->attr ? row->attr : "");
    return text;
}

static inline bool
is_excepted(const struct exception *exceptions, const struct vx_device *device,
            const struct vx_row *row)
{
    char place[128], both[256];

    snprintf(place, sizeof(place), "%s%s%s", row->elem ? row->elem : "",
             row->attr ? "/@" : "", row->attr ? row->attr : "");
    for (; exceptions->device; exceptions++) {
        if (strcmp(exceptions->device, device->name) != 0)
            continue;
        if (strcmp(exceptions->row, place) == 0)
            return true;
        for (unsigned sub = 0; sub < subs_of(device); sub++) {
            const char *key = key_name(device, row, sub);

            snprintf(both, sizeof(both), "%s ↔ %s", key ? key : "", place);
            if (key
                && (!strcmp(exceptions->row, key) || !strcmp(exceptions->row, both)))
                return true;
        }
    }
    return false;
}

static inline bool
is_within(const struct vx_device *device, const struct vx_row *row, const void *model)
{
    const struct vx_int *number =
        (const struct vx_int *)(const void *)((const char *)model + row->member);

    for (size_t i = 0; i < VX_COUNT(limits); i++) {
        const struct exception one[] = {limits[i].row, {NULL, NULL, NULL}};

        if (is_excepted(one, device, row))
            return number->v >= limits[i].min && number->v <= limits[i].max;
    }
    return true;
}

/* ---- what a member may be ---------------------------------------------------------
 */

/* A model whose member is what `text` reads as, from either side; false when it is of
 * none.  What is not of the type must leave the member alone. */
static inline bool
member_from(struct world *world, const struct vx_device *device,
            const struct vx_row *row, struct vx_str text, bool xml, void *model)
{
    char before[MEMBER_ROOM] = {0};
    void *member = member_at(row, model);
    size_t size = member_size(row->codec);
    bool good;

    memcpy(before, member, size);
    if (xml)
        good = row->codec->from_xml(&world->map, row, text, member);
    else
        good = row->codec->from_vmx(&world->map, row, text, member) != VX_READ_BAD;
    if (!good && !xml)
        ck_assert_msg(!vx_member_set(row->codec, member)
                          || member_eq(row->codec, before, member),
                      "%s: \"%.*s\" is bad and changed the member",
                      row_name(device, row), (int)text.n, text.s);
    return good && vx_member_set(row->codec, member) && is_within(device, row, model);
}

/* A file name is exact when the way through XML gives the very name. */
static inline bool
can_be_exact(struct world *world, const struct vx_row *row, struct vx_str text)
{
    struct vx_map *map = &world->map;

    if (row->codec == &vx_path)
        return vx_str_eq(vx_path_to_vmx(map, vx_path_to_xml(map, text)), text);
    return true;
}

static inline bool
has_xml_word(const struct vx_row *row, const void *member)
{
    const struct vx_word *words = row_words(row);

    return words == NULL || words[*(const uint8_t *)member].xml != NULL;
}

static inline bool
has_vmx_word(const struct vx_row *row, const void *member)
{
    const struct vx_word *words = row_words(row);

    return words == NULL || row->codec == &vx_bool_words
           || words[*(const uint8_t *)member].vmx != NULL;
}

/* Readers make blanks of TAB, LF and CR in an attribute, and LF of CR anywhere. */
static inline bool
readers_keep(const struct vx_row *row, struct vx_str text)
{
    return vx_str_find(text, '\r') < 0
           && (row->place == VX_PLACE_TEXT
               || (vx_str_find(text, '\n') < 0 && vx_str_find(text, '\t') < 0));
}

/* XML can hold the member as it is, and does not leave it out as usual. */
static inline bool
fits_xml(struct world *world, const struct vx_row *row, void *model)
{
    const struct vx_str *text = member_at(row, model);

    if (row->codec->type == VX_T_STR
        && (!vx_xml_holds(*text) || !readers_keep(row, *text)
            || (row->codec == &vx_path && !can_be_exact(world, row, *text))))
        return false;
    if (row->guard == row->member && row_is_guarded_off(row, model))
        return false;
    return row->usual == NULL
           || !vx_str_eq(row_to_xml(world, row, model), vx_str_c(row->usual));
}

#endif
