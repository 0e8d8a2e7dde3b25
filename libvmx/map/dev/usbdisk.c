/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks on USB: usb:N, ehci:N and usb_xhci:N with deviceType disk ↔ <disk bus='usb'>.
 */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/disk.h"
#include "map/path.h"

#include "base/banned.h"

#define D(member) VX_M(vx_usb_disk, member)
#define ADDRESSED VX_IF(vx_usb_disk, addressed, VX_IS(1))

enum {
    FEW_PORTS = 4,   /* of an xHCI that says nothing */
    MANY_PORTS = 15, /* what it can have at most */
};

static const struct vx_word types[] = {{NULL, NULL}, {"disk", "disk"}, VX_WORDS_END};

/* What is left after power off.  Words that XML has none for stay in the metadata. */
static const struct vx_word modes[] = {
    [VX_USB_MODE_PERSISTENT] = {"persistent", NULL},
    [VX_USB_MODE_INDEPENDENT] = {"independent-persistent", NULL},
    [VX_USB_MODE_DISCARDED] = {"independent-nonpersistent", NULL},
    [VX_USB_MODE_NONPERSISTENT] = {"nonpersistent", NULL},
    [VX_USB_MODE_UNDOABLE] = {"undoable", NULL},
    [VX_USB_MODE_APPEND] = {"append", NULL},
    VX_WORDS_END,
};

/* Ports are counted from 0 in VMX and from 1 in XML. */
static void
port_to_xml(__attribute__((unused)) struct vx_map *map,
            __attribute__((unused)) const struct vx_row *row, const void *member,
            struct vx_buf *out)
{
    vx_buf_int(out, ((const struct vx_int *)member)->v + 1);
}

static void
port_to_vmx(__attribute__((unused)) struct vx_map *map,
            __attribute__((unused)) const struct vx_row *row, const void *member,
            struct vx_buf *out)
{
    vx_buf_int(out, ((const struct vx_int *)member)->v);
}

static enum vx_read
port_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    return vx_integer.from_vmx(map, row, text, member);
}

static bool
port_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int port = {0, false};

    if (!vx_integer.from_xml(map, row, text, &port) || port.v < 1)
        return false;
    port.v--;
    *(struct vx_int *)member = port;
    return true;
}

static const struct vx_codec usb_port = {
    "the number of a port", VX_T_INT,    port_from_vmx, port_to_vmx,
    port_from_xml,          port_to_xml,
};

/* snapshot='no' keeps a disk out of snapshots, <transient/> forgets what was written.
 * On the way back neither is no key; the first alone is independent-persistent, the
 * second independent-nonpersistent. */
static bool
outside_snapshots(const struct vx_usb_disk *disk)
{
    return disk->mode == VX_USB_MODE_INDEPENDENT || disk->mode == VX_USB_MODE_DISCARDED;
}

static bool
is_transient(const struct vx_usb_disk *disk)
{
    return disk->mode == VX_USB_MODE_NONPERSISTENT
           || disk->mode == VX_USB_MODE_DISCARDED;
}

static void
snapshot(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
         void *model)
{
    const struct vx_usb_disk *disk = model;

    if (outside_snapshots(disk)) {
        vx_xml_attr_c(&map->xml, "snapshot", "no");
        vx_map_said(map, slot[row->key], false);
    } else if (disk->mode == VX_USB_MODE_PERSISTENT) {
        vx_map_default(map, slot[row->key]);
    }
}

static void
transient(struct vx_map *map, __attribute__((unused)) const struct vx_row *row,
          __attribute__((unused)) const uint32_t *slot, void *model)
{
    if (is_transient(model))
        vx_xml_at(&map->xml, "transient");
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_USBDEV_present),    VX_SELF},
  {VX_NOKEY,                   VX_HOOK(vx_hook_with), .elem = "", .with = " type='file'"}, /* always so */
  {VX_K(VX_USBDEV_deviceType), VX_ATTR("", "device"),       .codec = &vx_enum,  .arg = types, D(type)},
  {VX_K(VX_USBDEV_mode),       VX_HOOK(snapshot),           .codec = &vx_enum,  .arg = modes, D(mode)},
  {VX_K(VX_USBDEV_fileName),   VX_ATTR("source", "file"),   .codec = &vx_path,  D(source)},
  {VX_NOKEY,                   VX_ATTR("target", "dev"),    .codec = &vx_text,  D(target)}, /* made up */
  {VX_NOKEY,                   VX_HOOK(vx_hook_with), .elem = "target", .with = " bus='usb' removable='on'"}, /* tells this table from other disks */
  {VX_K(VX_USBDEV_readonly),   VX_FLAG("readonly"),         .codec = &vx_bool,  D(readonly)},
  {VX_NOKEY,                   VX_HOOK(transient)},
  /* -1 is the controller itself; behind a hub there is no element for the way. */
  {VX_K(VX_USBDEV_parent),     VX_KEPT,                     .codec = &vx_integer, D(parent)},
  {VX_NOKEY,                   VX_ATTR("address", "bus"),   .codec = &vx_integer, D(bus), ADDRESSED, .with = " type='usb'"}, /* of the controller that the word before the colon names */
  {VX_K(VX_USBDEV_port),       VX_ATTR("address", "port"),  .codec = &usb_port, D(port)},
};

/* clang-format on */

static bool
disk_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_str type = vx_map_value(map, i->slot[VX_USBDEV_deviceType]);
    struct vx_usb_disk *disk = model;

    if (!vx_str_ieq(type, VX_STR("disk")))
        return false;
    if (map->vm.usb.present[i->sub] != VX_YES) {
        vx_map_loss(map, VX_USB_OFF, VMX_LOSS_WARNING, i->slot[VX_USBDEV_present], NULL,
                    NULL);
        return false;
    }
    if (vx_map_value(map, i->slot[VX_USBDEV_fileName]).n == 0) {
        vx_map_loss(map, VX_USB_DISK_NO_FILE, VMX_LOSS_WARNING,
                    i->slot[VX_USBDEV_present], NULL, NULL);
        return false;
    }
    disk->target = vx_disk_free_name(map);
    return true;
}

/* The address is written when the port is the controller's own. */
static void
disk_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_usb *usb = &map->vm.usb;
    struct vx_usb_disk *disk = model;

    if (disk->port.set && disk->port.v >= 0 && disk->port.v < MANY_PORTS
        && (!disk->parent.set || disk->parent.v == -1)) {
        disk->addressed = 1;
        disk->bus = (struct vx_int){usb->index[i->sub], true};
        if (i->sub == VX_USB_XHCI && disk->port.v >= FEW_PORTS)
            usb->many_ports = true;
        if (disk->parent.set)
            vx_map_default(map, i->slot[VX_USBDEV_parent]);
    } else {
        disk->port.set = false;
    }
}

static void
disk_mark(struct vx_map *map, const void *model, struct vx_mark *ret)
{
    const struct vx_usb_disk *disk = model;

    ret->source = vx_path_to_xml(map, disk->source);
    ret->target = disk->target;
}

/* ---- the way back ---------------------------------------------------------------- */

static bool
disk_claims(const struct vx_node *element)
{
    return vx_disk_is_on(element, "usb");
}

/* A port such as 1.2 is behind a hub. */
static void
read_address(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
             struct vx_usb_disk *disk)
{
    struct vx_node *address = vx_xml_find(element, "address", " type='usb'");

    seat->sub = vx_usb_bus_usual(map);
    if (address == NULL)
        return;
    disk->addressed = 1;
    seat->on_bus =
        vx_usb_bus_at(map->back->devices, vx_xml_peek(address, "bus"), &seat->sub);
    if (vx_str_find(vx_xml_peek(address, "port"), '.') < 0)
        return;
    vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, address, "port", NULL,
                 NULL);
    vx_xml_set(map->arena, address, "port", VX_STR_NONE);
}

static bool
disk_accept_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                void *model)
{
    enum vx_code refused = 0;

    if (!vx_xml_attr_is(element, "device", "disk"))
        refused = VX_NO_DEVICE;
    else if (!vx_xml_attr_is(element, "type", "file"))
        refused = VX_DISK_ELSEWHERE;
    else if (vx_xml_peek(vx_xml_child(element, "source"), "file").s == NULL)
        refused = VX_DISK_NO_SOURCE;
    if (refused)
        return vx_back_refuse(map, refused, element);
    read_address(map, element, seat, model);
    return true;
}

static void
disk_in_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
            __attribute__((unused)) struct vx_seat *seat, void *model)
{
    struct vx_usb_disk *disk = model;
    struct vx_node *target = vx_xml_child(element, "target");

    if (vx_xml_find(element, "transient", NULL))
        disk->mode = VX_USB_MODE_DISCARDED;
    else if (vx_xml_attr_is(element, "snapshot", "no"))
        disk->mode = VX_USB_MODE_INDEPENDENT;
    if (disk->mode)
        vx_xml_value(element, "snapshot");
    vx_xml_value(target, "bus");
    vx_xml_value(target, "removable"); /* VMware does not ask */
    vx_disk_pass_usual(element);
}

const struct vx_device vx_device_usbdisk = {
    .name = "usbdisk",
    .element = "disk",
    .kind = VX_KIND_USBDEV,
    .present = VX_USBDEV_present,
    .size = sizeof(struct vx_usb_disk),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = disk_accept,
    .in = disk_in,
    .mark = disk_mark,
    .claims = disk_claims,
    .accept_xml = disk_accept_xml,
    .in_xml = disk_in_xml,
};
