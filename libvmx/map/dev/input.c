/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Input devices on USB ↔ <input bus='usb'>: the pointer that is a usb:N of deviceType
 * hid, and the switches of a mouse and a keyboard.  PS/2 devices are always there, and
 * no key says them. */
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

const struct vx_device vx_device_input = {
    .name = "input",
    .element = "input",
    .kind = VX_KIND_USBDEV,
    .present = VX_USBDEV_present,
    .size = sizeof(struct vx_usb_input),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = input_accept,
};

/* ---- mouse and keyboard --------------------------------------------------------- */

/* Back: a USB mouse is mouse.vusb.enable, a USB keyboard keyboard.vusb.enable. */
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

const struct vx_device vx_device_vusb = {
    .name = "vusb",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = vusb_rows,
    .row_count = VX_COUNT(vusb_rows),
};
