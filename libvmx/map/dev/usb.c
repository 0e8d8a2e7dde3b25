/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* USB controllers: usb, ehci and usb_xhci ↔ <controller type='usb'>.  Read first, since
 * what is plugged in asks whether there is a controller. */
#include "map/back.h"
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

/* ---- the way back ---------------------------------------------------------------- */

enum { NO_USB = VX_USB_BUSES, OTHER_USB };

static bool
holds(struct vx_str text, const char *word)
{
    struct vx_str wanted = vx_str_c(word);

    return text.n >= wanted.n && memmem(text.s, text.n, wanted.s, wanted.n);
}

/* By its model: whoever made it, VMware has one of each speed.  Without a model it is
 * the oldest, as libvirt has it. */
static uint8_t
bus_of(const struct vx_node *controller)
{
    struct vx_str model = vx_xml_peek(controller, "model");

    if (model.s == NULL || holds(model, "uhci") || holds(model, "ohci"))
        return VX_USB_UHCI;
    if (holds(model, "ehci"))
        return VX_USB_EHCI;
    if (holds(model, "xhci"))
        return VX_USB_XHCI;
    return vx_str_eq(model, VX_STR("none")) ? NO_USB : OTHER_USB;
}

/* They share an EHCI controller's ports for older devices. */
static bool
is_companion(const struct vx_node *controller)
{
    return vx_str_starts(vx_xml_peek(controller, "model"), VX_STR("ich9-uhci"));
}

static struct vx_node *
usb_after(struct vx_node *devices, const struct vx_node *controller)
{
    struct vx_node *next = controller ? vx_xml_next(controller, "controller")
                                      : vx_xml_child(devices, "controller");

    while (next && !vx_xml_attr_is(next, "type", "usb"))
        next = vx_xml_next(next, "controller");
    return next;
}

bool
vx_usb_bus_at(struct vx_node *devices, struct vx_str index, uint8_t *ret)
{
    for (struct vx_node *node = usb_after(devices, NULL); node;
         node = usb_after(devices, node)) {
        uint8_t bus = bus_of(node);

        if (bus < VX_USB_BUSES && vx_str_eq(vx_xml_peek(node, "index"), index)) {
            *ret = bus;
            return true;
        }
    }
    return false;
}

uint8_t
vx_usb_bus_usual(const struct vx_map *map)
{
    return map->vm.usb.present[VX_USB_XHCI] == VX_YES ? VX_USB_XHCI : VX_USB_UHCI;
}

static void
read_controller(struct vx_map *map, struct vx_node *element, uint8_t bus)
{
    struct vx_usb *usb = &map->vm.usb;

    usb->present[bus] = VX_YES;
    vx_xml_value(element, "type");
    vx_xml_value(element, "index");
    vx_xml_value(element, "model");
    if (bus == VX_USB_XHCI)
        vx_xml_value(element, "ports"); /* ours are as many as are asked for */
    vx_xml_pass(vx_xml_child(element, "master")); /* of a companion */
    vx_back_slot(map, element, &usb->slot[bus]);
}

/* VMware starts an EHCI controller beside a UHCI one only. */
static void
usb_in_xml(struct vx_map *map, struct vx_node *element,
           __attribute__((unused)) struct vx_seat *seat,
           __attribute__((unused)) void *model)
{
    struct vx_usb *usb = &map->vm.usb;
    bool there[VX_USB_BUSES] = {false};

    for (struct vx_node *node = usb_after(element, NULL); node;
         node = usb_after(element, node)) {
        uint8_t bus = bus_of(node);

        if (bus == NO_USB) {
            usb->none = true;
            vx_xml_pass(node);
        } else if (bus == OTHER_USB) {
            vx_back_loss(map, VX_NO_DEVICE, VMX_LOSS_WARNING, node, NULL, NULL, NULL);
        } else if (!there[bus]) {
            there[bus] = true;
            read_controller(map, node, bus);
        } else if (is_companion(node)) {
            vx_xml_pass(node);
        } else {
            vx_back_loss(map, VX_USB_AGAIN, VMX_LOSS_INFORMATION, node, NULL, NULL,
                         NULL);
        }
    }
    if (there[VX_USB_EHCI])
        usb->present[VX_USB_UHCI] = VX_YES;
    usb->none &= usb->present[VX_USB_UHCI] != VX_YES && !there[VX_USB_XHCI];
    if (usb->none)
        usb->present[VX_USB_UHCI] = VX_NO;
}

/* Devices whose controller no element speaks of. */
static void
usb_put(struct vx_map *map, __attribute__((unused)) const struct vx_seat *machine,
        __attribute__((unused)) const void *model)
{
    struct vx_usb *usb = &map->vm.usb;

    for (const struct vx_seat *seat = vx_seat_of(map, VX_KIND_USBDEV, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_USBDEV, seat)) {
        if (usb->present[seat->sub] != VX_UNSET)
            continue;
        usb->present[seat->sub] = VX_YES;
        vx_put_bool(map, NULL, buses[seat->sub].present, true);
    }
}

const struct vx_device vx_device_usb = {
    .name = "usb",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = usb_in,
    .in_xml = usb_in_xml,
    .put = usb_put,
};
