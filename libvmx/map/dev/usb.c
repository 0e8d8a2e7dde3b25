/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* USB controllers: usb, ehci and usb_xhci ↔ <controller type='usb'>.  Read first, since
 * what is plugged in asks whether there is a controller. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define U(member) VX_M(vx_vm, usb.member)

static const struct {
    int16_t present, slot;
    const char *model;
} buses[VX_USB_BUSES] = {
    [VX_USB_UHCI] = {VX_M_usb_present, VX_M_usb_pciSlotNumber, "piix3-uhci"},
    [VX_USB_EHCI] = {VX_M_ehci_present, VX_M_ehci_pciSlotNumber, "ehci"},
    [VX_USB_XHCI] = {VX_M_usb_xhci_present, VX_M_usb_xhci_pciSlotNumber, "qemu-xhci"},
};

static void
begin(struct vx_map *map, const char *model, uint8_t index)
{
    vx_xml_begin(&map->xml, "controller");
    vx_xml_attr_c(&map->xml, "type", "usb");
    vx_xml_attr_uint(&map->xml, "index", index);
    vx_xml_attr_c(&map->xml, "model", model);
}

static void
controller(struct vx_map *map, int bus, const uint32_t *slot)
{
    const struct vx_row address = {
        VX_K(buses[bus].slot),
        .member = (uint16_t)(offsetof(struct vx_vm, usb.slot)
                             + (size_t)bus * sizeof(struct vx_int))};
    uint32_t base = map->xml.base;

    begin(map, buses[bus].model, map->vm.usb.index[bus]);
    /* Four ports is what it has without saying. */
    if (bus == VX_USB_XHCI && map->vm.usb.many_ports)
        vx_xml_attr_c(&map->xml, "ports", "15");
    vx_hook_pci_slot(map, &address, slot, &map->vm);
    vx_xml_end(&map->xml, base);
}

/* Back, by model: any uhci or ohci; ehci or ich9-ehci1, with usb.present as well; any
 * xhci; none is usb.present = FALSE. */
static void
controllers(struct vx_map *map, __attribute__((unused)) const struct vx_row *row,
            const uint32_t *slot, __attribute__((unused)) void *model)
{
    const struct vx_usb *usb = &map->vm.usb;
    uint32_t base = map->xml.base;

    for (int bus = 0; bus < VX_USB_BUSES; bus++) {
        if (usb->present[bus] == VX_NO)
            vx_map_default(map, slot[buses[bus].present]);
        if (usb->present[bus] != VX_YES)
            continue;
        controller(map, bus, slot);
        vx_map_said(map, slot[buses[bus].present], false);
    }
    if (!usb->none)
        return;
    begin(map, "none", 0);
    vx_xml_end(&map->xml, base);
    vx_map_said(map, slot[VX_M_usb_present], false);
}

/* clang-format off */
static const struct vx_row rows[] = {
  /* The hook writes what these read. */
  {VX_K(VX_M_usb_present),            VX_KEPT, .codec = &vx_bool,    U(present[VX_USB_UHCI])},
  {VX_K(VX_M_usb_pciSlotNumber),      VX_KEPT, .codec = &vx_integer, U(slot[VX_USB_UHCI])},
  {VX_K(VX_M_ehci_present),           VX_KEPT, .codec = &vx_bool,    U(present[VX_USB_EHCI])},
  {VX_K(VX_M_ehci_pciSlotNumber),     VX_KEPT, .codec = &vx_integer, U(slot[VX_USB_EHCI])},
  {VX_K(VX_M_usb_xhci_present),       VX_KEPT, .codec = &vx_bool,    U(present[VX_USB_XHCI])},
  {VX_K(VX_M_usb_xhci_pciSlotNumber), VX_KEPT, .codec = &vx_integer, U(slot[VX_USB_XHCI])},
  {VX_NOKEY,                          VX_HOOK(controllers)},
};

/* clang-format on */

static void
usb_in(struct vx_map *map, __attribute__((unused)) struct vx_instance *i,
       __attribute__((unused)) void *model)
{
    struct vx_usb *usb = &map->vm.usb;
    uint8_t count = 0;

    for (int bus = 0; bus < VX_USB_BUSES; bus++)
        if (usb->present[bus] == VX_YES)
            usb->index[bus] = count++;
    usb->none = usb->present[VX_USB_UHCI] == VX_NO && count == 0;
}

const struct vx_device vx_device_usb = {
    .name = "usb",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = usb_in,
};
