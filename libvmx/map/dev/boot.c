/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* bios.bootOrder and bios.hddOrder ↔ the boot order of the domain.
 *
 * Whole classes in a row are <boot dev='…'/> in <os>.  An order among disks, or an
 * adapter by itself, needs <boot order='N'/> on each device; libvirt refuses both
 * together, an order of 0 and an order given twice.
 *
 * Back: <boot dev='…'/> gives the classes, except for a lone hd, which libvirt adds to
 * every domain without an order; orders on devices give the runs of one class, and
 * bios.hddOrder where the disks are not in the order of their addresses; an order that
 * comes back to a class is reported. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "model/disk.h"

#include "base/num.h"

#include <stdlib.h>

#include "base/banned.h"

/* What the order has to say, one token after the other. */
struct token {
    uint8_t class;           /* enum vx_boot */
    struct vx_instance *nic; /* of VX_BOOT_NETWORK; NULL: all of them */
};

struct order {
    struct token *tokens;
    size_t count;
    struct vx_instance **disks; /* of bios.hddOrder */
    size_t disk_count;
    bool has[VX_BOOT_CLASSES]; /* whole classes */
};

static const char *const class_words[] = {
    [VX_BOOT_HD] = "hdd",
    [VX_BOOT_CDROM] = "cdrom",
    [VX_BOOT_FLOPPY] = "floppy",
};

static const char *const dev_words[] = {
    [VX_BOOT_HD] = "hd",
    [VX_BOOT_CDROM] = "cdrom",
    [VX_BOOT_FLOPPY] = "fd",
    [VX_BOOT_NETWORK] = "network",
};

/* ---- words ----------------------------------------------------------------------- */

/* The next word of a list with commas, without blanks; false at the end. */
static bool
next_word(struct vx_str *list, struct vx_str *word)
{
    ptrdiff_t comma;

    do {
        if (list->n == 0)
            return false;
        comma = vx_str_find(*list, ',');
        *word = vx_str_of(list->s, comma < 0 ? list->n : (size_t)comma);
        *list = vx_str_skip(*list, comma < 0 ? list->n : (size_t)comma + 1);
        *word = vx_str_trim(*word);
    } while (word->n == 0);
    return true;
}

/* The words of bios.bootDeviceClasses are met here too. */
static uint8_t
class_of(struct vx_str word)
{
    static const struct {
        struct vx_str word;
        uint8_t class;
    } words[] = {
        {{"hdd", 3}, VX_BOOT_HD},        {{"cdrom", 5}, VX_BOOT_CDROM},
        {{"floppy", 6}, VX_BOOT_FLOPPY}, {{"ethernet", 8}, VX_BOOT_NETWORK},
        {{"hd", 2}, VX_BOOT_HD},         {{"cd", 2}, VX_BOOT_CDROM},
        {{"fd", 2}, VX_BOOT_FLOPPY},     {{"net", 3}, VX_BOOT_NETWORK},
    };

    for (size_t i = 0; i < VX_COUNT(words); i++)
        if (vx_str_ieq(word, words[i].word))
            return words[i].class;
    return VX_BOOT_NONE;
}

static struct vx_instance *
nic_of(struct vx_map *map, struct vx_str word)
{
    struct vx_str prefix = VX_STR("ethernet");
    struct vx_instance *nic;
    uint64_t index;

    if (!vx_str_istarts(word, prefix)
        || !vx_num_u64(vx_str_skip(word, prefix.n), &index) || index > VX_INDEX_MAX)
        return NULL;
    nic = vx_slots_find(&map->slots, VX_KIND_NIC, 0, (uint16_t)index, 0);
    return nic && nic->model ? nic : NULL;
}

static uint8_t
class_of_kind(uint8_t kind)
{
    if (kind == VX_DISK_NONE)
        return VX_BOOT_NONE;
    if (kind <= VX_DISK_LUN)
        return VX_BOOT_HD;
    return kind < VX_DISK_FLOPPY_FILE ? VX_BOOT_CDROM : VX_BOOT_FLOPPY;
}

static uint8_t
class_of_drive(const struct vx_instance *drive)
{
    const struct vx_disk *disk = drive->model;

    return disk ? class_of_kind(disk->kind) : (uint8_t)VX_BOOT_NONE;
}

/* "scsi0:1" */
static struct vx_instance *
disk_of(struct vx_map *map, struct vx_str word)
{
    struct vx_instance *disk;
    uint64_t index, unit;
    ptrdiff_t colon = vx_str_find(word, ':');
    uint8_t bus = 0;
    size_t n;

    while (bus < VX_BUS_FLOPPY && !vx_str_istarts(word, vx_bus_words[bus]))
        bus++;
    n = vx_bus_words[bus].n;
    if (bus == VX_BUS_FLOPPY || colon < (ptrdiff_t)n
        || !vx_num_u64(vx_str_of(word.s + n, (size_t)colon - n), &index)
        || !vx_num_u64(vx_str_skip(word, (size_t)colon + 1), &unit)
        || index > VX_INDEX_MAX || unit > VX_UNIT_MAX)
        return NULL;
    disk =
        vx_slots_find(&map->slots, VX_KIND_DISK, bus, (uint16_t)index, (uint16_t)unit);
    return disk && class_of_drive(disk) == VX_BOOT_HD ? disk : NULL;
}

/* ---- reading --------------------------------------------------------------------- */

static void
unknown(struct vx_map *map, uint32_t slot, struct vx_str word)
{
    vx_map_diag(map, VX_BOOT_DEVICE, slot, "\"%.*s\" is no device that is present",
                VX_ARG(word));
}

/* The first of several mentions counts.  A mark on the adapter tells the second. */
static void
add_token(struct order *order, uint8_t class, struct vx_instance *nic)
{
    struct vx_nic *model = nic ? nic->model : NULL;

    if (order->has[class] || (model && model->boot_order.set))
        return;
    if (model)
        model->boot_order.set = true;
    else
        order->has[class] = true;
    order->tokens[order->count++] = (struct token){class, nic};
}

/* "allow:" before the list is how the same list is written for device classes; a list
 * of what is denied is no order. */
static void
read_tokens(struct vx_map *map, uint32_t slot, struct order *order)
{
    struct vx_str list = vx_str_trim(vx_map_value(map, slot)), word;
    struct vx_str allow = VX_STR("allow:");

    if (vx_str_istarts(list, allow))
        list = vx_str_skip(list, allow.n);
    while (next_word(&list, &word)) {
        struct vx_instance *nic = nic_of(map, word);
        uint8_t class = nic ? VX_BOOT_NETWORK : class_of(word);

        if (class)
            add_token(order, class, nic);
        else
            unknown(map, slot, word);
    }
}

/* Disks that are named twice get the first place: see number_disk(). */
static void
read_disks(struct vx_map *map, uint32_t slot, struct order *order)
{
    struct vx_str list = vx_map_value(map, slot), word;

    while (next_word(&list, &word)) {
        struct vx_instance *disk = disk_of(map, word);
        struct vx_disk *model = disk ? disk->model : NULL;

        if (model == NULL) {
            unknown(map, slot, word);
        } else if (!model->boot_order.set) {
            model->boot_order.set = true;
            order->disks[order->disk_count++] = disk;
        }
    }
}

/* ---- classes or devices? --------------------------------------------------------- */

/* The adapter that is there and follows `nic`; the first after NULL. */
static struct vx_instance *
nic_after(const struct vx_map *map, const struct vx_instance *nic)
{
    struct vx_instance *next = nic ? nic->next : map->slots.first[VX_KIND_NIC];

    while (next && next->model == NULL)
        next = next->next;
    return next;
}

/* Every adapter in its order, and nothing between them, is the class. */
static bool
nics_are_class(const struct vx_map *map, const struct order *order)
{
    const struct vx_instance *expected = nic_after(map, NULL);
    size_t i = 0;

    while (i < order->count && order->tokens[i].nic == NULL)
        i++;
    if (i == order->count)
        return true;
    if (order->has[VX_BOOT_NETWORK])
        return false;
    for (; expected; i++, expected = nic_after(map, expected))
        if (i == order->count || order->tokens[i].nic != expected)
            return false;
    return i == order->count || order->tokens[i].nic == NULL;
}

static void
set_classes(struct vx_map *map, const struct order *order)
{
    bool network = false;
    size_t count = 0;

    for (size_t i = 0; i < order->count; i++) {
        const struct token *token = &order->tokens[i];

        if (token->nic) {
            ((struct vx_nic *)token->nic->model)->boot_order.set = false;
            if (network)
                continue;
            network = true;
        }
        map->vm.os.boot[count++] = token->class;
    }
    for (size_t i = 0; i < order->disk_count; i++)
        ((struct vx_disk *)order->disks[i]->model)->boot_order.set = false;
}

static void
number(struct vx_int *order, int64_t *last)
{
    if (order->v == 0)
        *order = (struct vx_int){++*last, true};
}

static void
number_drives(struct vx_map *map, const struct order *order, uint8_t class,
              int64_t *last)
{
    if (class == VX_BOOT_HD)
        for (size_t i = 0; i < order->disk_count; i++)
            number(&((struct vx_disk *)order->disks[i]->model)->boot_order, last);
    for (struct vx_instance *i = map->slots.first[VX_KIND_DISK]; i; i = i->next)
        if (class_of_drive(i) == class)
            number(&((struct vx_disk *)i->model)->boot_order, last);
}

static void
set_orders(struct vx_map *map, const struct order *order)
{
    int64_t last = 0;

    for (size_t i = 0; i < order->count; i++) {
        const struct token *token = &order->tokens[i];

        if (token->class != VX_BOOT_NETWORK)
            number_drives(map, order, token->class, &last);
        else if (token->nic)
            number(&((struct vx_nic *)token->nic->model)->boot_order, &last);
        else
            for (struct vx_instance *nic = nic_after(map, NULL); nic;
                 nic = nic_after(map, nic))
                number(&((struct vx_nic *)nic->model)->boot_order, &last);
    }
    for (size_t i = 0; i < order->disk_count; i++) { /* unless the order names no hdd */
        struct vx_disk *disk = order->disks[i]->model;

        disk->boot_order.set = disk->boot_order.v != 0;
    }
}

/* ---- is it exact? ---------------------------------------------------------------- */

static void
put_token(struct vx_buf *out, const struct token *token)
{
    if (token->nic) {
        vx_buf_lit(out, "ethernet");
        vx_buf_uint(out, token->nic->index);
    } else {
        vx_buf_str(out, vx_str_c(class_words[token->class]));
    }
}

/* Is `text` how the order would be written? */
static bool
is_canonical(const struct order *order, struct vx_str text)
{
    char bytes[128];
    struct vx_buf out = {
        .data = bytes, .room = sizeof(bytes), .ceiling = sizeof(bytes)};

    for (size_t i = 0; i < order->count && out.size < sizeof(bytes) - 32; i++) {
        if (order->tokens[i].class == VX_BOOT_NETWORK && order->tokens[i].nic == NULL)
            return false;
        if (i)
            vx_buf_char(&out, ',');
        put_token(&out, &order->tokens[i]);
    }
    return vx_str_eq(text, vx_buf_text(&out));
}

/* An order on devices cannot speak of a class that no device is of. */
static bool
is_all_there(const struct vx_map *map, const struct order *order)
{
    for (size_t i = 0; i < order->count; i++) {
        const struct vx_instance *drive = map->slots.first[VX_KIND_DISK];

        if (order->tokens[i].class == VX_BOOT_NETWORK)
            continue;
        while (drive && class_of_drive(drive) != order->tokens[i].class)
            drive = drive->next;
        if (drive == NULL)
            return false;
    }
    return true;
}

/* A lone hd is what every machine without an order does. */
static void
tell(struct vx_map *map, const struct order *order, bool devices)
{
    uint32_t slot = map->slots.machine[VX_M_bios_bootOrder];

    if (!devices && order->count == 1 && order->tokens[0].class == VX_BOOT_HD)
        vx_map_default(map, slot);
    else if (slot)
        vx_map_said(map, slot,
                    (!devices || is_all_there(map, order))
                        && is_canonical(order, vx_map_value(map, slot)));
    if (devices && order->disk_count && order->has[VX_BOOT_HD])
        vx_map_said(map, map->slots.machine[VX_M_bios_hddOrder], false);
}

void
vx_boot_resolve(struct vx_map *map)
{
    uint32_t by_class = map->slots.machine[VX_M_bios_bootOrder];
    uint32_t by_disk = map->slots.machine[VX_M_bios_hddOrder];
    struct order order = {0};
    bool devices;

    if (by_class == 0 && by_disk == 0)
        return;
    order.tokens = vx_arena_array(
        map->arena, VX_BOOT_CLASSES + (size_t)map->slots.count[VX_KIND_NIC],
        sizeof(*order.tokens));
    order.disks = vx_arena_array(map->arena, (size_t)map->slots.count[VX_KIND_DISK] + 1,
                                 sizeof(*order.disks));
    if (order.tokens == NULL || order.disks == NULL)
        return;
    if (by_class)
        read_tokens(map, by_class, &order);
    else
        add_token(&order, VX_BOOT_HD, NULL);
    if (by_disk)
        read_disks(map, by_disk, &order);

    devices =
        (order.disk_count && order.has[VX_BOOT_HD]) || !nics_are_class(map, &order);
    if (devices)
        set_orders(map, &order);
    else
        set_classes(map, &order);
    if (order.count)
        tell(map, &order, devices);
}

void
vx_hook_boot(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
             void *model)
{
    const uint8_t *boot = ((const struct vx_vm *)model)->os.boot;

    (void)row;
    (void)slot;
    for (; *boot; boot++) {
        vx_xml_at(&map->xml, "os"); /* closes an element before this one */
        vx_xml_at(&map->xml, "os/boot");
        vx_xml_attr_c(&map->xml, "dev", dev_words[*boot]);
    }
}

/* ---- the way back ---------------------------------------------------------------- */

/* A device that has an order of its own. */
struct place {
    int64_t order;
    const struct vx_seat *seat;
    uint8_t class;
};

struct wish {
    struct vx_map *map;
    struct place *places;
    size_t count;
    struct vx_buf text;
    bool has[VX_BOOT_CLASSES];
    uint8_t last; /* class of the last token */
    bool lone_hd; /* nothing but hdd */
};

static void
wish_word(struct wish *wish, struct vx_str word)
{
    wish->lone_hd = wish->text.size == 0 && vx_str_eq(word, VX_STR("hdd"));
    if (wish->text.size)
        vx_buf_char(&wish->text, ',');
    vx_buf_str(&wish->text, word);
}

static void
wish_nic(struct wish *wish, uint16_t index)
{
    struct vx_str word =
        vx_arena_printf(wish->map->arena, "ethernet%u", (unsigned)index);

    if (word.s)
        wish_word(wish, word);
}

/* Every adapter, by number; bootOrder knows no other word for the network. */
static void
wish_nics(struct wish *wish, struct vx_node *boot)
{
    struct vx_str word;

    if (vx_seat_of(wish->map, VX_KIND_NIC, NULL) == NULL
        && !vx_remembered(wish->map, NULL, VX_M_bios_bootOrder, &word))
        vx_back_loss(wish->map, VX_BOOT_ORDER, VMX_LOSS_INFORMATION, boot, "dev",
                     "There is no network adapter to start from",
                     "Give the machine an adapter if it starts from the network.");
    for (unsigned index = 0; index <= VX_INDEX_MAX; index++) {
        const struct vx_seat *seat = vx_seat_of(wish->map, VX_KIND_NIC, NULL);

        while (seat && seat->index != index)
            seat = vx_seat_of(wish->map, VX_KIND_NIC, seat);
        if (seat)
            wish_nic(wish, seat->index);
    }
}

/* <boot dev='…'/>; the first of two counts. */
static void
wish_classes(struct wish *wish, struct vx_node *boot)
{
    for (; boot; boot = vx_xml_next(boot, "boot")) {
        struct vx_str dev = vx_xml_value(boot, "dev");
        uint8_t class = VX_BOOT_HD;

        while (class < VX_BOOT_CLASSES && !vx_str_is(dev, dev_words[class]))
            class ++;
        if (class == VX_BOOT_CLASSES || wish->has[class]) {
            vx_back_diag(wish->map, VX_BAD_XML_VALUE, boot,
                         "\"%.*s\" is no class of devices, or stands there twice",
                         VX_ARG(dev));
            continue;
        }
        wish->has[class] = true;
        if (class == VX_BOOT_NETWORK)
            wish_nics(wish, boot);
        else
            wish_word(wish, vx_str_c(class_words[class]));
    }
}

/* ---- orders of devices ----------------------------------------------------------- */

static int
by_order(const void *a, const void *b)
{
    const struct place *one = a, *two = b;

    if (one->order != two->order)
        return one->order < two->order ? -1 : 1;
    return (one->seat->order > two->seat->order)
           - (one->seat->order < two->seat->order);
}

static void
add_place(struct wish *wish, const struct vx_seat *seat, const struct vx_int *order,
          uint8_t class)
{
    if (!order->set || class == VX_BOOT_NONE)
        return;
    if (order->v < 1) {
        vx_back_diag(wish->map, VX_BAD_XML_VALUE, seat->element,
                     "boot order %lld is not 1 or more", (long long)order->v);
        return;
    }
    wish->places[wish->count++] = (struct place){order->v, seat, class};
}

static void
find_places(struct wish *wish)
{
    const struct vx_seat *seat;
    struct vx_map *map = wish->map;

    wish->places =
        vx_arena_array(map->arena, map->back->seat_count + 1, sizeof(*wish->places));
    if (wish->places == NULL)
        return;
    for (seat = vx_seat_of(map, VX_KIND_DISK, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_DISK, seat)) {
        const struct vx_disk *disk = seat->model;

        add_place(wish, seat, &disk->boot_order, class_of_kind(disk->kind));
    }
    for (seat = vx_seat_of(map, VX_KIND_NIC, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_NIC, seat))
        add_place(wish, seat, &((const struct vx_nic *)seat->model)->boot_order,
                  VX_BOOT_NETWORK);
    if (wish->count)
        qsort(wish->places, wish->count, sizeof(*wish->places), by_order);
}

static void
refuse_place(struct wish *wish, const struct place *place)
{
    vx_back_diag(wish->map, VX_BOOT_ORDER, place->seat->element,
                 "boot order %lld has no words in a VMX", (long long)place->order);
}

static void
wish_places(struct wish *wish)
{
    for (size_t i = 0; i < wish->count; i++) {
        const struct place *place = &wish->places[i];

        if (i && place->order == place[-1].order)
            refuse_place(wish, place);
        if (place->class == VX_BOOT_NETWORK)
            wish_nic(wish, place->seat->index);
        else if (!wish->has[place->class])
            wish_word(wish, vx_str_c(class_words[place->class]));
        else if (wish->last != place->class)
            refuse_place(wish, place);
        wish->has[place->class] = true;
        wish->last = place->class;
    }
}

/* ---- the order of disks ---------------------------------------------------------- */

static bool
stands_before(const struct vx_seat *a, const struct vx_seat *b)
{
    if (a->sub != b->sub)
        return a->sub < b->sub;
    return a->index != b->index ? a->index < b->index : a->unit < b->unit;
}

/* The disk without an order that is nearest to the front by its address. */
static const struct vx_seat *
first_unplaced(const struct wish *wish)
{
    const struct vx_seat *first = NULL;

    for (const struct vx_seat *seat = vx_seat_of(wish->map, VX_KIND_DISK, NULL); seat;
         seat = vx_seat_of(wish->map, VX_KIND_DISK, seat)) {
        const struct vx_disk *disk = seat->model;

        if (class_of_kind(disk->kind) == VX_BOOT_HD && disk->boot_order.v < 1
            && (first == NULL || stands_before(seat, first)))
            first = seat;
    }
    return first;
}

/* How many places must be named: what follows goes by address. */
static size_t
named_places(const struct wish *wish)
{
    const struct vx_seat *nearest = first_unplaced(wish);

    for (size_t i = wish->count; i-- > 0;) {
        const struct vx_seat *seat = wish->places[i].seat;

        if (wish->places[i].class != VX_BOOT_HD)
            continue;
        if (nearest && stands_before(nearest, seat))
            return i + 1;
        nearest = seat;
    }
    return 0;
}

static void
put_disk_order(struct wish *wish)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);
    size_t named = named_places(wish);

    for (size_t i = 0; i < named; i++) {
        const struct vx_seat *seat = wish->places[i].seat;

        if (wish->places[i].class == VX_BOOT_HD)
            vx_buf_printf(&text, "%s%s%u:%u", text.size ? "," : "",
                          vx_bus_words[seat->sub].s, (unsigned)seat->index,
                          (unsigned)seat->unit);
    }
    if (text.size)
        vx_put(wish->map, NULL, VX_M_bios_hddOrder, vx_buf_text(&text));
    wish->map->arena->failed |= text.failed;
}

static void
wish_done(struct wish *wish)
{
    vx_buf_done(&wish->text);
}

void
vx_boot_back(struct vx_map *map)
{
    struct wish wish VX_AUTO(wish_done) = {.map = map, .text = VX_BUF(1 << 16)};
    struct vx_node *os = vx_xml_find(map->back->domain, "os", NULL);
    struct vx_node *boot = os ? vx_xml_child(os, "boot") : NULL;

    find_places(&wish);
    if (wish.count && boot) {
        vx_back_loss(map, VX_BOOT_ORDER, VMX_LOSS_WARNING, boot, NULL,
                     "Devices have orders of their own, which count", NULL);
        boot = NULL;
    }
    wish_classes(&wish, boot);
    wish_places(&wish);
    if (wish.text.size && !wish.lone_hd)
        vx_put(map, NULL, VX_M_bios_bootOrder, vx_buf_text(&wish.text));
    put_disk_order(&wish);
    map->arena->failed |= wish.text.failed;
}
