/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <disk> → scsiN:M, sataN:M, ideN:M, nvmeN:M and floppyN: what the rows of disk.c do
 * not read.  The address decides the keys' names, and the name of the target nothing.
 */
#include "map/back.h"
#include "map/dev/disk.h"
#include "map/remember.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- is it one of ours? ---------------------------------------------------------- */

bool
vx_disk_is_on(const struct vx_node *element, const char *bus)
{
    for (const struct vx_node *child = element->children; child; child = child->next)
        if (child->space.s == NULL && vx_str_eq(child->name, VX_STR("target")))
            return vx_xml_attr_is(child, "bus", bus);
    return false;
}

bool
vx_disk_claims(const struct vx_node *element)
{
    return !vx_disk_is_on(element, "usb");
}

static bool
is_stored_here(const struct vx_node *element)
{
    return vx_xml_attr_is(element, "type", "file")
           || vx_xml_attr_is(element, "type", "block");
}

/* Floppies are on their own bus, and NVMe has hard disks alone. */
static bool
fits_bus(const struct vx_disk *disk)
{
    if (disk->bus == VX_DISK_BUS_FLOPPY || vx_disk_is(disk, VX_DISK_FLOPPIES))
        return disk->bus == VX_DISK_BUS_FLOPPY && vx_disk_is(disk, VX_DISK_FLOPPIES);
    return disk->bus != VX_DISK_BUS_NVME
           || vx_disk_is(disk, VX_IS(VX_DISK_FILE) | VX_IS(VX_DISK_BLOCK));
}

static bool
has_source(const struct vx_disk *disk, struct vx_node *element)
{
    const struct vx_node *source = vx_xml_child(element, "source");

    if (disk->kind == VX_DISK_FILE)
        return vx_xml_peek(source, "file").s != NULL;
    return disk->kind != VX_DISK_BLOCK || vx_xml_peek(source, "dev").s != NULL;
}

/* ---- its place ------------------------------------------------------------------- */

enum { CONTROLLER, BUS, TARGET, UNIT, NUMBERS };

/* What the address does not say is 0. */
static bool
read_address(struct vx_node *address, uint64_t numbers[NUMBERS])
{
    static const char *const names[NUMBERS] = {"controller", "bus", "target", "unit"};

    if (!vx_str_eq(vx_xml_value(address, "type"), VX_STR("drive")))
        return false;
    for (int i = 0; i < NUMBERS; i++) {
        struct vx_str text = vx_xml_value(address, names[i]);

        numbers[i] = 0;
        if (text.s && (!vx_num_u64(text, &numbers[i]) || numbers[i] > UINT16_MAX))
            return false;
    }
    return true;
}

/* IDE's two channels are the buses of one controller. */
static bool
find_place(const struct vx_map *map, struct vx_node *address, struct vx_disk *disk)
{
    uint64_t numbers[NUMBERS];
    bool ide = disk->bus == VX_DISK_BUS_IDE;

    if (!read_address(address, numbers) || numbers[TARGET] != 0
        || numbers[ide ? CONTROLLER : BUS] != 0
        || (disk->bus == VX_DISK_BUS_FLOPPY && numbers[CONTROLLER] != 0))
        return false;
    disk->controller = (uint16_t)numbers[ide ? BUS : CONTROLLER];
    disk->unit = (uint16_t)numbers[UNIT];
    return disk->bus == VX_DISK_BUS_FLOPPY
               ? vx_disk_in_range(map, VX_BUS_FLOPPY, disk->unit, 0)
               : vx_disk_in_range(map, (uint8_t)(disk->bus - 1), disk->controller,
                                  disk->unit);
}

static void
take_seat(const struct vx_disk *disk, struct vx_seat *seat)
{
    bool floppy = disk->bus == VX_DISK_BUS_FLOPPY;

    seat->sub = (uint8_t)(disk->bus - 1);
    seat->index = floppy ? disk->unit : disk->controller;
    seat->unit = floppy ? 0 : disk->unit;
    seat->placed = true;
}

/* ---- words that VMX has not ------------------------------------------------------ */

static const char *const other_caches[] = {"none", "writeback", "directsync", "unsafe",
                                           NULL};
static const char *const other_snapshots[] = {"internal", "external", "manual", NULL};

/* Reports the attribute when it is one of `words`, and takes it out of the tree. */
static void
take_out(struct vx_map *map, struct vx_node *element, const char *attr,
         const char *const *words)
{
    for (; element && *words; words++)
        if (vx_xml_attr_is(element, attr, *words)) {
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, element, attr,
                         NULL, NULL);
            vx_xml_set(map->arena, element, attr, VX_STR_NONE);
            return;
        }
}

/* A limit that is no whole number of kilobytes becomes the next one. */
static void
round_limit(struct vx_map *map, struct vx_node *iotune)
{
    struct vx_node *limit = iotune ? vx_xml_child(iotune, "total_bytes_sec") : NULL;
    uint64_t bytes;

    if (limit == NULL || !vx_num_u64(vx_str_trim(limit->text), &bytes)
        || bytes % 1024 == 0 || bytes > INT64_MAX - 1024)
        return;
    vx_back_diag(map, VX_ROUNDED_LIMIT, limit, "%llu bytes per second are not whole KB",
                 (unsigned long long)bytes);
    limit->text = vx_arena_printf(map->arena, "%llu",
                                  (unsigned long long)(bytes / 1024 + 1) * 1024);
}

bool
vx_disk_accept_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                   void *model)
{
    struct vx_node *target = vx_xml_child(element, "target");
    struct vx_disk *disk = model;

    if (!is_stored_here(element))
        return vx_back_refuse(map, VX_DISK_ELSEWHERE, element);
    disk->bus = vx_word_of_xml(vx_disk_buses, vx_xml_peek(target, "bus"));
    if (disk->bus == VX_DISK_BUS_NONE)
        return vx_back_refuse(map, VX_DISK_BUS, element);
    if (disk->kind == VX_DISK_NONE || !fits_bus(disk))
        return vx_back_refuse(map, VX_NO_DEVICE, element);
    if (!has_source(disk, element))
        return vx_back_refuse(map, VX_DISK_NO_SOURCE, element);
    if (!find_place(map, vx_xml_child(element, "address"), disk))
        return vx_back_refuse(map, VX_DISK_ADDRESS, element);
    take_seat(disk, seat);
    take_out(map, element, "snapshot", other_snapshots);
    take_out(map, vx_xml_child(element, "driver"), "cache", other_caches);
    round_limit(map, vx_xml_child(element, "iotune"));
    return true;
}

/* ---- what several members tell --------------------------------------------------- */

/* <transient/> alone means the same, as libvirt has it. */
static void
settle_members(struct vx_disk *disk)
{
    if (disk->transient == VX_YES)
        disk->mode = VX_MODE_INDEPENDENT_TRANSIENT;
    if (vx_disk_is(disk, VX_DISK_AUTOS))
        disk->autodetect = VX_YES;
    if (disk->bus == VX_DISK_BUS_NVME)
        disk->ssd = VX_UNSET; /* they do not turn, and have no key for it */
}

/* Limits of 0 are none, whatever they would limit. */
static void
read_limits(struct vx_node *iotune)
{
    for (struct vx_node *limit = iotune ? iotune->children : NULL; limit;
         limit = limit->next)
        if (vx_str_eq(vx_str_trim(limit->text), VX_STR("0")))
            vx_xml_pass(limit);
}

/* The driver's name and type: which program of the host opens the image, and in which
 * format.  That is no fact about the machine, but for the older form of a controller's
 * model (storage.c). */
void
vx_disk_pass_usual(struct vx_node *element)
{
    struct vx_node *chain = vx_xml_child(element, "backingStore");
    struct vx_node *target = vx_xml_child(element, "target");
    struct vx_node *driver = vx_xml_child(element, "driver");

    if (chain && chain->children == NULL && chain->attrs == NULL)
        vx_xml_pass(chain); /* the end of the chain */
    if (vx_xml_attr_is(target, "tray", "closed"))
        vx_xml_value(target, "tray");
    if (vx_xml_attr_is(target, "removable", "off"))
        vx_xml_value(target, "removable");
    vx_xml_value(driver, "name");
    vx_xml_value(driver, "type");
    vx_xml_value(vx_xml_child(element, "source"), "index");
}

static void
read_source(struct vx_map *map, struct vx_node *source, const struct vx_disk *disk)
{
    struct vx_str policy;

    if (source == NULL)
        return;
    policy = vx_xml_value(source, "startupPolicy");
    if (policy.s && !vx_disk_is(disk, VX_DISK_AUTOS)
        && !vx_str_eq(policy, VX_STR("mandatory")))
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, source,
                     "startupPolicy", NULL, NULL);
}

void
vx_disk_in_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
               void *model)
{
    struct vx_disk *disk = model;

    (void)seat;
    settle_members(disk);
    read_source(map, vx_xml_child(element, "source"), disk);
    read_limits(vx_xml_child(element, "iotune"));
    vx_disk_pass_usual(element);
}

/* ---- its data -------------------------------------------------------------------- */

/* Floppies and USB disks alone have a key for it that VMware is known to read. */
static void
tell_readonly(struct vx_map *map, const struct vx_seat *seat,
              const struct vx_disk *disk)
{
    if (disk->readonly == VX_YES)
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_WARNING,
                     vx_xml_child(seat->element, "readonly"), NULL,
                     "VMware may let the guest write to the disk",
                     "Make the file itself read-only.");
}

/* Of a disk that a VMX had before, its own host knows. */
void
vx_disk_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    const struct vx_disk *disk = model;
    struct vx_node *source = vx_xml_child(seat->element, "source");

    if (!vx_disk_is(disk, VX_DISK_HARD) || source == NULL
        || vx_remember_knows(map, seat))
        return;
    tell_readonly(map, seat, disk);
    if (disk->kind != VX_DISK_FILE)
        vx_back_loss(map, VX_DISK_OF_HOST, VMX_LOSS_CRITICAL, source, "dev", NULL,
                     NULL);
    else if (!vx_str_iends(disk->file, VX_STR(".vmdk"))
             && !vx_xml_attr_is(vx_xml_child(seat->element, "driver"), "type", "vmdk"))
        vx_back_loss(map, VX_DISK_FORMAT, VMX_LOSS_CRITICAL, source, "file", NULL,
                     NULL);
}
