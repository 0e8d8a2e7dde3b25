/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Input devices on USB ↔ <input bus='usb'>: the pointer that is a usb:N of deviceType
 * hid, and the switches of a mouse and a keyboard.  PS/2 devices are always there, and
 * no key says them. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

static const struct vx_word types[] = {{NULL, NULL}, {"hid", "tablet"}, VX_WORDS_END};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_USBDEV_present),    VX_SELF},
  {VX_K(VX_USBDEV_deviceType), VX_ATTR("", "type"),   .codec = &vx_enum, .arg = types, VX_M(vx_usb_input, type)},
  {VX_NOKEY,                   VX_HOOK(vx_hook_with), .elem = "", .with = " bus='usb'"}, /* tells it from PS/2 */
};

/* clang-format on */

/* Files keep the devices of controllers that were removed. */
static bool
input_accept(struct vx_map *map, struct vx_instance *i,
             __attribute__((unused)) void *model)
{
    struct vx_str type = vx_map_value(map, i->slot[VX_USBDEV_deviceType]);

    return vx_str_ieq(type, VX_STR("hid")) && map->vm.usb.present[i->sub] == VX_YES;
}

/* One is like another: the first is the first that there was. */
static void
input_mark(__attribute__((unused)) struct vx_map *map,
           __attribute__((unused)) const void *model, struct vx_mark *ret)
{
    ret->source = VX_STR("tablet");
}

/* ---- the way back --------------------------------------------------------------- */

static bool
input_claims(const struct vx_node *element)
{
    return vx_xml_attr_is(element, "type", "tablet")
           && vx_xml_attr_is(element, "bus", "usb");
}

/* It is plugged in where there are sockets. */
static bool
input_accept_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                 __attribute__((unused)) void *model)
{
    const struct vx_usb *usb = &map->vm.usb;

    seat->sub =
        usb->present[VX_USB_UHCI] != VX_YES && usb->present[VX_USB_XHCI] == VX_YES
            ? VX_USB_XHCI
            : VX_USB_UHCI;
    vx_xml_pass(vx_xml_find(element, "address", NULL));
    return true;
}

/* A controller that libvirt adds by itself. */
static void
input_put(struct vx_map *map, const struct vx_seat *seat,
          __attribute__((unused)) const void *model)
{
    if (seat->sub == VX_USB_UHCI)
        vx_put_bool(map, NULL, VX_M_usb_present, true);
}

const struct vx_device vx_device_input = {
    .name = "input",
    .element = "input",
    .kind = VX_KIND_USBDEV,
    .present = VX_USBDEV_present,
    .size = sizeof(struct vx_usb_input),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = input_accept,
    .mark = input_mark,
    .claims = input_claims,
    .accept_xml = input_accept_xml,
    .put = input_put,
};

/* ---- mouse and keyboard --------------------------------------------------------- */

static void
vusb(struct vx_map *map, const struct vx_row *row, const uint32_t *slot, void *model)
{
    uint8_t there = *((const uint8_t *)model + row->member);
    uint32_t base = map->xml.base;

    if (there == VX_NO)
        vx_map_default(map, slot[row->key]);
    if (there != VX_YES || map->vm.usb.none)
        return;
    vx_xml_begin(&map->xml, "input");
    vx_xml_attrs(&map->xml, row->with);
    vx_xml_end(&map->xml, base);
    vx_map_said(map, slot[row->key], false);
}

/* clang-format off */
static const struct vx_row vusb_rows[] = {
  {VX_K(VX_M_mouse_vusb_enable),    VX_HOOK(vusb), .codec = &vx_bool, VX_M(vx_vm, input.mouse),    .with = " type='mouse' bus='usb'"},
  {VX_K(VX_M_keyboard_vusb_enable), VX_HOOK(vusb), .codec = &vx_bool, VX_M(vx_vm, input.keyboard), .with = " type='keyboard' bus='usb'"},
};

/* clang-format on */

static bool
has_bus(const struct vx_node *node)
{
    const struct vx_attr *attr = node->attrs;

    while (attr && !vx_str_eq(attr->name, VX_STR("bus")))
        attr = attr->next;
    return attr != NULL;
}

/* The first of each on USB; those on PS/2 are there without a key. */
static void
vusb_in_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
            __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_input *input = &((struct vx_vm *)model)->input;

    for (struct vx_node *node = vx_xml_child(element, "input"); node;
         node = vx_xml_next(node, "input")) {
        uint8_t *there = vx_xml_attr_is(node, "type", "mouse")      ? &input->mouse
                         : vx_xml_attr_is(node, "type", "keyboard") ? &input->keyboard
                                                                    : NULL;

        if (there == NULL)
            continue;
        if (!vx_xml_attr_is(node, "bus", "usb")) {
            if (vx_xml_attr_is(node, "bus", "ps2") || !has_bus(node))
                vx_xml_pass(node);
        } else if (*there == VX_UNSET) {
            *there = VX_YES;
            vx_xml_pass(node);
        }
    }
}

const struct vx_device vx_device_vusb = {
    .name = "vusb",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = vusb_rows,
    .row_count = VX_COUNT(vusb_rows),
    .in_xml = vusb_in_xml,
};
