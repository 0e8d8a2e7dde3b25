/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order in which the tables read a domain, the numbers of its devices, and the keys
 * that follow; nothing about any one key. */
#include "map/back.h"

#include "map/convert.h"
#include "map/dev/dev.h"
#include "map/fromxml.h"
#include "map/order.h"
#include "map/remember.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

/* ---- reports --------------------------------------------------------------------- */

/* "devices/disk[2]/driver", without <domain>. */
static void
put_path(struct vx_buf *out, const struct vx_node *element)
{
    if (element->parent == NULL)
        return;
    put_path(out, element->parent);
    if (out->size)
        vx_buf_char(out, '/');
    vx_buf_str(out, element->name);
    if (element->first->count > 1)
        vx_buf_printf(out, "[%u]", element->place);
}

static struct vx_str
path_of(struct vx_map *map, const struct vx_node *element, const char *attr)
{
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(4096);
    struct vx_str copy;

    put_path(&path, element);
    if (attr)
        vx_buf_printf(&path, "%s@%s", path.size ? "/" : "", attr);
    copy = vx_arena_dup(map->arena, vx_buf_text(&path));
    return copy.s ? copy : VX_STR("");
}

void
vx_back_diag(struct vx_map *map, enum vx_code code, const struct vx_node *element,
             const char *format, ...)
{
    char message[512];
    struct vx_str path;
    va_list args;

    if (map->diags == NULL)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    path = element ? path_of(map, element, NULL) : VX_STR("");
    vx_diag(map->diags, code, vx_xml_span(element), "%.*s%s%s", VX_ARG(path),
            path.n ? ": " : "", message);
}

/* The value of the attribute, or what the element says by itself. */
static struct vx_str
value_of(struct vx_node *element, const char *attr)
{
    struct vx_str value = attr ? vx_xml_value(element, attr) : element->text;

    if (attr && strcmp(attr, "passwd") == 0) /* no report tells secrets */
        return VX_STR("(redacted)");
    return value.s ? value : VX_STR("");
}

void
vx_back_loss(struct vx_map *map, enum vx_code code, enum vmx_loss_category category,
             struct vx_node *element, const char *attr, const char *what,
             const char *advice)
{
    struct vx_loss_row *row;

    vx_map_loss(map, code, category, 0, what, advice);
    row = (struct vx_loss_row *)(void *)((char *)map->losses_end
                                         - offsetof(struct vx_loss_row, next));
    if (element == NULL || map->loss_count == 0 || map->arena->failed)
        return;
    row->key = path_of(map, element, attr);
    row->value = value_of(element, attr);
    row->number = element->line;
    if (attr == NULL)
        vx_xml_pass(element);
}

bool
vx_back_refuse(struct vx_map *map, enum vx_code code, struct vx_node *element)
{
    vx_back_loss(map, code, VMX_LOSS_CRITICAL, element, NULL, NULL, NULL);
    return false;
}

/* ---- wishes ---------------------------------------------------------------------- */

static uint16_t
entry_of(uint8_t kind, uint8_t sub, int prop)
{
    switch ((enum vx_key_kind)kind) {
    case VX_KIND_DISK:
        return vx_disk_key[sub][prop];
    case VX_KIND_CONTROLLER:
        return vx_ctrl_key[sub][prop];
    case VX_KIND_NIC:
        return vx_nic_key[prop];
    case VX_KIND_SERIAL:
        return vx_serial_key[prop];
    case VX_KIND_PARALLEL:
        return vx_parallel_key[prop];
    case VX_KIND_FOLDER:
        return vx_folder_key[prop];
    case VX_KIND_PASSTHRU:
        return vx_passthru_key[prop];
    case VX_KIND_USBDEV:
        return vx_usbdev_key[sub][prop];
    case VX_KIND_VCPU:
        return vx_vcpu_key[prop];
    case VX_KIND_BRIDGE:
        return vx_bridge_key[prop];
    case VX_KIND_AUTOUSB:
        return vx_autousb_key[prop];
    case VX_KIND_MACHINE:
        return vx_machine_key[prop];
    case VX_KIND_NONE:
    case VX_KIND_CPUID:
    case VX_KINDS:
        break;
    }
    return VX_KEY_NO_ENTRY;
}

/* "scsi[0-3]:[U].fileName" with the numbers of the device. */
static struct vx_str
name_of(struct vx_arena *arena, uint16_t entry, uint16_t index, uint16_t unit)
{
    const char *pattern = vx_key_text + vx_key_entries[entry].pattern;
    const uint16_t numbers[] = {index, unit};
    size_t count = 0;
    char bytes[128];
    struct vx_buf name = {
        .data = bytes, .room = sizeof(bytes), .ceiling = sizeof(bytes)};

    if (vx_key_entries[entry].numbers == 0)
        return vx_str_c(pattern);
    for (; *pattern; pattern++) {
        if (*pattern != '[' || count == VX_COUNT(numbers)) {
            vx_buf_char(&name, *pattern);
            continue;
        }
        vx_buf_uint(&name, numbers[count++]);
        while (*pattern != ']')
            pattern++;
    }
    return vx_arena_dup(arena, vx_buf_text(&name));
}

static void
want(struct vx_map *map, struct vx_str name, struct vx_str value, uint32_t rank,
     uint32_t group)
{
    struct vx_back *back = map->back;

    if (back->want_count == back->want_room) {
        size_t room = back->want_room * 2 + 128;
        struct vx_want *wants = vx_arena_alloc(map->arena, room * sizeof(*back->wants));

        if (wants == NULL)
            return;
        if (back->want_count)
            memcpy(wants, back->wants, back->want_count * sizeof(*wants));
        back->wants = wants;
        back->want_room = room;
    }
    back->wants[back->want_count] = (struct vx_want){
        name, vx_arena_dup(map->arena, value), rank, group, (uint32_t)back->want_count};
    back->want_count++;
}

struct vx_str
vx_back_key(struct vx_map *map, enum vx_key_kind kind, uint8_t sub, uint16_t index,
            uint16_t unit, int prop)
{
    uint16_t entry = entry_of((uint8_t)kind, sub, prop);

    return entry == VX_KEY_NO_ENTRY ? VX_STR_NONE
                                    : name_of(map->arena, entry, index, unit);
}

static void
want_prop(struct vx_map *map, uint8_t kind, uint8_t sub, uint16_t index, uint16_t unit,
          int prop, struct vx_str value, uint32_t group)
{
    uint16_t entry = entry_of(kind, sub, prop);

    if (entry == VX_KEY_NO_ENTRY) /* this bus has no such key */
        return;
    want(map, name_of(map->arena, entry, index, unit), value,
         vx_order_rank((enum vx_key_kind)kind, prop), group);
}

void
vx_put(struct vx_map *map, const struct vx_seat *seat, int prop, struct vx_str value)
{
    if (seat)
        want_prop(map, seat->table->kind, seat->sub, seat->index, seat->unit, prop,
                  value, seat->order);
    else
        want_prop(map, VX_KIND_MACHINE, 0, 0, 0, prop, value, 0);
}

void
vx_put_bool(struct vx_map *map, const struct vx_seat *seat, int prop, bool value)
{
    vx_put(map, seat, prop, value ? VX_STR("TRUE") : VX_STR("FALSE"));
}

void
vx_put_int(struct vx_map *map, const struct vx_seat *seat, int prop, int64_t value)
{
    char digits[32];
    struct vx_buf text = {
        .data = digits, .room = sizeof(digits), .ceiling = sizeof(digits)};

    vx_buf_int(&text, value);
    vx_put(map, seat, prop, vx_buf_text(&text));
}

void
vx_put_at(struct vx_map *map, enum vx_key_kind kind, uint8_t sub, uint16_t index,
          uint16_t unit, int prop, struct vx_str value)
{
    want_prop(map, (uint8_t)kind, sub, index, unit, prop, value, index);
}

void
vx_put_name(struct vx_map *map, struct vx_str name, struct vx_str value)
{
    want(map, vx_arena_dup(map->arena, name), value, vx_order_last(), 0);
}

bool
vx_remembered(struct vx_map *map, const struct vx_seat *seat, int prop,
              struct vx_str *text)
{
    uint16_t entry = seat ? entry_of(seat->table->kind, seat->sub, prop)
                          : entry_of(VX_KIND_MACHINE, 0, prop);

    *text = VX_STR_NONE;
    if (map->back->config == NULL || entry == VX_KEY_NO_ENTRY)
        return false;
    return vx_remember_text(
        map, name_of(map->arena, entry, seat ? seat->index : 0, seat ? seat->unit : 0),
        text);
}

struct putting {
    struct vx_map *map;
    const struct vx_seat *seat;
};

static void
put_row(void *data, const struct vx_row *row, struct vx_str value)
{
    const struct putting *putting = data;

    vx_put(putting->map, putting->seat, row->key, value);
}

static void
put_device(struct vx_map *map, const struct vx_device *table, struct vx_seat *seat,
           const void *model)
{
    struct putting putting = {map, seat};

    if (table->present >= 0)
        vx_put_bool(map, seat, table->present, true);
    vx_rows_keys(map, table->rows, table->row_count, model, put_row, &putting);
    if (table->put)
        table->put(map, seat, model);
}

/* ---- devices --------------------------------------------------------------------- */

struct vx_seat *
vx_seat_of(const struct vx_map *map, enum vx_key_kind kind, const struct vx_seat *after)
{
    struct vx_seat *seat = after ? after->next : map->back->seats;

    while (seat && (seat->refused || seat->table->kind != kind))
        seat = seat->next;
    return seat;
}

static const struct vx_device *
table_of(const struct vx_node *element)
{
    for (const struct vx_device *const *table = vx_devices; *table; table++)
        if ((*table)->element && vx_str_eq(vx_str_c((*table)->element), element->name)
            && ((*table)->claims == NULL || (*table)->claims(element)))
            return *table;
    return NULL;
}

static void
seat_device(struct vx_map *map, const struct vx_device *table, struct vx_node *element)
{
    struct vx_back *back = map->back;
    struct vx_seat *seat = vx_arena_zero(map->arena, sizeof(*seat));
    void *model = vx_arena_zero(map->arena, table->size);

    if (seat == NULL || model == NULL)
        return;
    element->read = true;
    seat->table = table;
    seat->element = element;
    seat->model = model;
    seat->order = back->seat_count++;
    *back->seats_end = seat;
    back->seats_end = &seat->next;
    if (vx_device_from_xml(map, table, element, seat, model))
        return;
    seat->refused = true;
    if (!element->passed)
        vx_back_loss(map, VX_NO_DEVICE, VMX_LOSS_WARNING, element, NULL, NULL, NULL);
}

static void
read_machine(struct vx_map *map)
{
    struct vx_back *back = map->back;

    for (const struct vx_device *const *table = vx_devices; *table; table++) {
        struct vx_node *element =
            vx_is_in_devices(*table) ? back->devices : back->domain;

        if ((*table)->kind == VX_KIND_MACHINE && (*table)->element == NULL && element)
            vx_device_from_xml(map, *table, element, NULL, &map->vm);
    }
}

static void
read_devices(struct vx_map *map)
{
    struct vx_node *element = map->back->devices ? map->back->devices->children : NULL;

    for (; element && map->back->seat_count < VX_INSTANCES_MAX;
         element = element->next) {
        const struct vx_device *table = element->space.s ? NULL : table_of(element);

        if (table)
            seat_device(map, table, element);
    }
}

/* ---- numbers --------------------------------------------------------------------- */

static bool
same_numbers(const struct vx_seat *a, const struct vx_seat *b)
{
    return a->table->kind == b->table->kind && a->sub == b->sub && a->index == b->index
           && a->unit == b->unit;
}

static bool
is_taken(const struct vx_map *map, const struct vx_seat *seat)
{
    for (const struct vx_seat *other = map->back->seats; other; other = other->next)
        if (other != seat && other->placed && !other->refused
            && same_numbers(other, seat))
            return true;
    return false;
}

/* Two devices with one address: the second has none. */
static void
refuse_doubles(struct vx_map *map)
{
    for (struct vx_seat *seat = map->back->seats; seat; seat = seat->next)
        for (const struct vx_seat *other = map->back->seats;
             other != seat && !seat->refused; other = other->next)
            if (seat->placed && other->placed && !other->refused
                && same_numbers(other, seat)) {
                seat->refused = true;
                vx_back_diag(map, VX_ADDRESS_TWICE, seat->element,
                             "its address is taken by another device");
                vx_back_loss(map, VX_ADDRESS_TWICE, VMX_LOSS_CRITICAL, seat->element,
                             NULL, NULL, NULL);
            }
}

/* The lowest number that is free. */
static void
number_seat(struct vx_map *map, struct vx_seat *seat)
{
    for (seat->index = 0; seat->index <= VX_INDEX_MAX; seat->index++)
        if (!is_taken(map, seat) && !vx_remember_keeps(map, seat)) {
            seat->placed = true;
            return;
        }
    vx_back_refuse(map, VX_TOO_MANY_DEVICES, seat->element);
    seat->refused = true;
}

static void
number_seats(struct vx_map *map)
{
    refuse_doubles(map);
    vx_remember_numbers(map);
    for (struct vx_seat *seat = map->back->seats; seat; seat = seat->next)
        if (!seat->placed && !seat->refused)
            number_seat(map, seat);
}

/* ---- what nobody has read ---------------------------------------------------------
 */

enum { UNREAD_MAX = 1000 }; /* reports; a document of rubbish has no more */

static void
report_unread(struct vx_map *map, struct vx_node *node, size_t *count)
{
    /* Names of devices are libvirt's own business. */
    if (node->passed || node->space.s || *count >= UNREAD_MAX
        || vx_str_eq(node->name, VX_STR("alias")))
        return;
    if (!node->read) {
        ++*count;
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, node, NULL, NULL,
                     NULL);
        return;
    }
    for (struct vx_attr *attr = node->attrs; attr && *count < UNREAD_MAX;
         attr = attr->next)
        if (!attr->read) {
            ++*count;
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, node,
                         vx_arena_dup(map->arena, attr->name).s, NULL, NULL);
        }
    for (struct vx_node *child = node->children; child; child = child->next)
        report_unread(map, child, count);
}

/* Elements that no VMX needs, since libvirt adds them by itself, or since they say
 * nothing about the machine. */
static void
pass_usual(struct vx_map *map)
{
    static const char *const always[] = {
        "metadata",         "on_poweroff",   "on_reboot", "on_crash",
        "devices/emulator", "devices/audio", "seclabel",  "resource",
    };

    for (size_t i = 0; i < VX_COUNT(always); i++)
        vx_xml_pass(vx_xml_find(map->back->domain, always[i], NULL));
    map->back->domain->read = true;
}

/* ---- the whole ------------------------------------------------------------------- */

static void
put_all(struct vx_map *map)
{
    for (const struct vx_device *const *table = vx_devices; *table; table++)
        if ((*table)->kind == VX_KIND_MACHINE && (*table)->element == NULL)
            put_device(map, *table, NULL, &map->vm);
    for (struct vx_seat *seat = map->back->seats; seat; seat = seat->next)
        if (!seat->refused)
            put_device(map, seat->table, seat, seat->model);
}

static int
by_order(const void *a, const void *b)
{
    const struct vx_want *one = a, *two = b;
    uint32_t block = one->rank >> VX_ORDER_BITS, other = two->rank >> VX_ORDER_BITS;

    if (block != other)
        return block < other ? -1 : 1;
    if (one->group != two->group)
        return one->group < two->group ? -1 : 1;
    if (one->rank != two->rank)
        return one->rank < two->rank ? -1 : 1;
    return one->seq < two->seq ? -1 : 1;
}

enum vmx_status
vx_back_read(struct vx_map *map, struct vx_node *domain)
{
    struct vx_back *back = map->back;
    size_t unread;

    if (domain->space.s || !vx_str_eq(domain->name, VX_STR("domain"))) {
        vx_diag(map->diags, VX_NOT_DOMAIN, vx_xml_span(domain),
                "the root is <%.*s>, and not <domain>", VX_ARG(domain->name));
        return VMX_ERR_INPUT;
    }
    back->domain = domain;
    back->devices = vx_xml_find(domain, "devices", NULL);
    back->vmware = vx_str_eq(vx_xml_value(domain, "type"), VX_STR("vmware"));
    back->seats_end = &back->seats;
    read_machine(map);
    read_devices(map);
    number_seats(map);
    vx_boot_back(map);
    vx_whole_back(map);
    put_all(map);
    pass_usual(map);
    unread = 0;
    report_unread(map, domain, &unread);
    if (map->arena->failed)
        return VMX_ERR_NOMEM;
    if (back->want_count)
        qsort(back->wants, back->want_count, sizeof(*back->wants), by_order);
    return VMX_OK;
}
