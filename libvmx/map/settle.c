/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/settle.h"

#include "map/units.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- the name of a disk ---------------------------------------------------------- */

static const struct {
    const char *prefix, *bus;
} prefixes[] = {
    {"nvme", "nvme"}, {"xvd", "xen"}, {"hd", "ide"},
    {"sd", "scsi"},   {"fd", "fdc"},  {"vd", "virtio"},
};

static const char *
bus_of_name(struct vx_str name)
{
    for (size_t i = 0; i < VX_COUNT(prefixes); i++)
        if (vx_str_starts(name, vx_str_c(prefixes[i].prefix)))
            return prefixes[i].bus;
    return NULL;
}

static bool
is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

enum { LETTERS_MAX = 5 }; /* more than any machine has disks */

/* The number of the two letters and more: sda is 0, sdz 25, sdaa 26.  Digits behind, of
 * a partition, do not count. */
static bool
number_of_name(struct vx_str name, uint32_t *ret)
{
    uint32_t number = 0;
    size_t at = 2;

    for (; at < name.n && at < 2 + LETTERS_MAX && is_letter(name.s[at]); at++)
        number = number * 26 + (uint32_t)(name.s[at] - 'a') + 1;
    if (number == 0)
        return false;
    *ret = number - 1;
    for (; at < name.n; at++)
        if (!vx_is_digit((unsigned char)name.s[at]))
            return false;
    return true;
}

/* ---- the address of a disk ------------------------------------------------------- */

struct drive {
    uint32_t controller, bus, unit;
};

/* nvme0n1: controller 0, first disk. */
static bool
place_of_nvme(struct vx_str name, struct drive *ret)
{
    struct vx_str numbers = vx_str_skip(name, sizeof("nvme") - 1);
    ptrdiff_t n = vx_str_find(numbers, 'n');
    uint64_t controller, disk;

    if (n < 1 || !vx_num_u64(vx_str_of(numbers.s, (size_t)n), &controller)
        || !vx_num_u64(vx_str_skip(numbers, (size_t)n + 1), &disk) || disk < 1
        || disk > UINT16_MAX || controller > UINT16_MAX)
        return false;
    *ret = (struct drive){(uint32_t)controller, 0, (uint32_t)disk - 1};
    return true;
}

/* As many disks to a controller as libvirt counts: 15 on SCSI, where 7 is the
 * controller's own, 6 on SATA, 2 on each of the two channels of IDE. */
static bool
place_of_name(struct vx_str bus, struct vx_str name, struct drive *ret)
{
    uint32_t number;

    if (vx_str_eq(bus, VX_STR("nvme")))
        return vx_str_starts(name, bus) && place_of_nvme(name, ret);
    if (name.n < 3 || !number_of_name(name, &number))
        return false;
    if (vx_str_eq(bus, VX_STR("scsi")))
        *ret = (struct drive){number / 15, 0, number % 15 + (number % 15 >= 7)};
    else if (vx_str_eq(bus, VX_STR("sata")))
        *ret = (struct drive){number / 6, 0, number % 6};
    else if (vx_str_eq(bus, VX_STR("ide")))
        *ret = (struct drive){number / 4, number % 4 / 2, number % 2};
    else if (vx_str_eq(bus, VX_STR("fdc")))
        *ret = (struct drive){number / 2, 0, number % 2};
    else
        return false;
    return true;
}

static void
set_number(struct vx_arena *arena, struct vx_node *element, const char *attr,
           uint32_t number)
{
    vx_xml_set(arena, element, attr, vx_arena_printf(arena, "%u", number));
}

static void
settle_address(struct vx_map *map, struct vx_node *disk, const struct vx_node *target)
{
    struct drive place;
    struct vx_node *address;

    if (target == NULL || vx_xml_child(disk, "address")
        || !place_of_name(vx_xml_peek(target, "bus"), vx_xml_peek(target, "dev"),
                          &place))
        return;
    address = vx_xml_add(map->arena, disk, "address");
    if (address == NULL)
        return;
    vx_xml_set(map->arena, address, "type", VX_STR("drive"));
    set_number(map->arena, address, "controller", place.controller);
    set_number(map->arena, address, "bus", place.bus);
    vx_xml_set(map->arena, address, "target", VX_STR("0"));
    set_number(map->arena, address, "unit", place.unit);
}

/* ---- the rest of a disk ---------------------------------------------------------- */

static void
settle_attr(struct vx_map *map, struct vx_node *element, const char *attr,
            struct vx_str usual)
{
    if (vx_xml_peek(element, attr).s == NULL)
        vx_xml_set(map->arena, element, attr, usual);
}

/* A source whose name is empty is none. */
static void
settle_source(struct vx_map *map, struct vx_node *source)
{
    static const char *const names[] = {"file", "dev"};

    for (size_t i = 0; source && i < VX_COUNT(names); i++)
        if (vx_xml_peek(source, names[i]).s && vx_xml_peek(source, names[i]).n == 0)
            vx_xml_set(map->arena, source, names[i], VX_STR_NONE);
}

/* A drive with nothing in it is one for files, unless it takes what is there. */
static void
settle_type(struct vx_map *map, struct vx_node *disk, const struct vx_node *source)
{
    settle_attr(map, disk, "type", VX_STR("file"));
    if (vx_xml_attr_is(disk, "type", "block")
        && (vx_xml_attr_is(disk, "device", "cdrom")
            || vx_xml_attr_is(disk, "device", "floppy"))
        && vx_xml_peek(source, "dev").s == NULL
        && vx_xml_peek(source, "startupPolicy").s == NULL)
        vx_xml_set(map->arena, disk, "type", VX_STR("file"));
}

static void
settle_bus(struct vx_map *map, const struct vx_node *disk, struct vx_node *target)
{
    const char *bus = vx_xml_attr_is(disk, "device", "floppy")
                          ? "fdc"
                          : bus_of_name(vx_xml_peek(target, "dev"));

    if (bus)
        settle_attr(map, target, "bus", vx_str_c(bus));
}

void
vx_settle_disk(struct vx_map *map, struct vx_node *disk)
{
    struct vx_node *source = vx_xml_child(disk, "source");
    struct vx_node *target = vx_xml_child(disk, "target");

    settle_attr(map, disk, "device", VX_STR("disk"));
    settle_source(map, source);
    settle_type(map, disk, source);
    if (target)
        settle_bus(map, disk, target);
    settle_address(map, disk, target);
}

/* ---- controllers ----------------------------------------------------------------- */

enum { INDICES = VX_INDEX_MAX + 1 };

/* The types whose indices are keys of a VMX, and a bit for each index in use. */
struct indices {
    const char *type;
    uint64_t used[INDICES / 64];
};

static struct indices *
indices_of(struct indices *types, const struct vx_node *controller)
{
    for (; types->type; types++)
        if (vx_xml_attr_is(controller, "type", types->type))
            return types;
    return NULL;
}

static bool
is_used(const struct indices *indices, uint32_t index)
{
    return indices->used[index / 64] >> index % 64 & 1;
}

static void
use(struct indices *indices, uint64_t index)
{
    if (index < INDICES)
        indices->used[index / 64] |= (uint64_t)1 << index % 64;
}

/* One without an index takes the lowest that no other of its type has. */
static void
settle_controllers(struct vx_map *map, struct vx_node *devices)
{
    struct indices types[] = {
        {"scsi", {0}}, {"sata", {0}}, {"nvme", {0}}, {"usb", {0}}, {NULL, {0}}};
    struct vx_node *first = vx_xml_child(devices, "controller");

    for (struct vx_node *node = first; node; node = vx_xml_next(node, "controller")) {
        struct indices *indices = indices_of(types, node);
        uint64_t index;

        if (indices && vx_num_u64(vx_xml_peek(node, "index"), &index))
            use(indices, index);
    }
    for (struct vx_node *node = first; node; node = vx_xml_next(node, "controller")) {
        struct indices *indices = indices_of(types, node);
        uint32_t index = 0;

        if (indices == NULL || vx_xml_peek(node, "index").s)
            continue;
        while (index < VX_INDEX_MAX && is_used(indices, index))
            index++;
        use(indices, index);
        set_number(map->arena, node, "index", index);
    }
}

void
vx_settle(struct vx_map *map, struct vx_node *domain)
{
    struct vx_node *devices = vx_xml_child(domain, "devices");

    vx_units_settle(map, domain);
    if (devices == NULL)
        return;
    for (struct vx_node *disk = vx_xml_child(devices, "disk"); disk;
         disk = vx_xml_next(disk, "disk"))
        vx_settle_disk(map, disk);
    settle_controllers(map, devices);
}
