/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCI passthrough: pciPassthruN ↔ <hostdev type='pci'>, or <interface type='hostdev'>
 * for a virtual function of a NIC.  The address is the old host's in both. */
#include "model/passthru.h"
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/dev/nic.h"
#include "map/remember.h"

#include "base/num.h"

#include "base/banned.h"

#define P(member) VX_M(vx_passthru, member)

/* ---- the host's address --------------------------------------------------------- */

static const struct {
    uint8_t shift;
    uint64_t most;
} fields[] = {{16, 0xFFFF}, {8, 0xFF}, {3, 0x1F}, {0, 7}};

enum { FIELD_DOMAIN, FIELD_BUS, FIELD_SLOT, FIELD_FUNCTION, FIELD_COUNT };

/* Cuts "domain:bus:slot.function"; the domain may be missing. */
static bool
cut(struct vx_str text, struct vx_str parts[FIELD_COUNT])
{
    static const char ends[FIELD_COUNT] = {':', ':', '.', '\0'};
    ptrdiff_t first = vx_str_find(text, ':');
    int i = FIELD_DOMAIN;

    if (first < 0)
        return false;
    if (vx_str_find(vx_str_skip(text, (size_t)first + 1), ':') < 0)
        parts[i++] = VX_STR("0000");
    for (; i < FIELD_COUNT; i++) {
        ptrdiff_t end = ends[i] ? vx_str_find(text, ends[i]) : (ptrdiff_t)text.n;

        if (end <= 0)
            return false;
        parts[i] = vx_str_of(text.s, (size_t)end);
        text = vx_str_skip(text, (size_t)end + (ends[i] != '\0'));
    }
    return true;
}

static bool
has_letter(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (vx_is_alpha((unsigned char)text.s[i]))
            return true;
    return false;
}

/* People write what lspci prints: four digits of domain, two of bus and slot, in hex.
 * vSphere pads with decimal digits to five, three and two, or does not pad. */
static bool
is_hex(const struct vx_str parts[FIELD_COUNT])
{
    for (int i = 0; i < FIELD_COUNT; i++)
        if (has_letter(parts[i]))
            return true;
    return parts[FIELD_DOMAIN].n == 4 && parts[FIELD_BUS].n == 2
           && parts[FIELD_SLOT].n == 2;
}

static bool
parse_address(struct vx_str text, int64_t *ret)
{
    struct vx_str parts[FIELD_COUNT];
    uint64_t packed = 0, number;
    bool hex;

    if (!cut(vx_str_trim(text), parts))
        return false;
    hex = is_hex(parts);
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!(hex ? vx_num_hex(parts[i], &number) : vx_num_u64(parts[i], &number))
            || number > fields[i].most)
            return false;
        packed |= number << fields[i].shift;
    }
    *ret = (int64_t)packed;
    return true;
}

static uint64_t
field(const void *member, int i)
{
    uint64_t packed = (uint64_t)((const struct vx_int *)member)->v;

    return packed >> fields[i].shift & fields[i].most;
}

static void
padded(struct vx_buf *out, uint64_t number, int digits)
{
    uint64_t unit = 1;

    while (--digits)
        unit *= 10;
    for (; unit > 1 && number < unit; unit /= 10)
        vx_buf_char(out, '0');
    vx_buf_uint(out, number);
}

/* As vSphere writes it. */
static void
address_to_vmx(__attribute__((unused)) struct vx_map *map,
               __attribute__((unused)) const struct vx_row *row, const void *member,
               struct vx_buf *out)
{
    padded(out, field(member, FIELD_DOMAIN), 5);
    vx_buf_char(out, ':');
    padded(out, field(member, FIELD_BUS), 3);
    vx_buf_char(out, ':');
    padded(out, field(member, FIELD_SLOT), 2);
    vx_buf_char(out, '.');
    vx_buf_uint(out, field(member, FIELD_FUNCTION));
}

static enum vx_read
address_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                 void *member)
{
    char bytes[24];
    struct vx_buf usual = {
        .data = bytes, .room = sizeof(bytes), .ceiling = sizeof(bytes)};
    struct vx_int *address = member;

    if (!parse_address(text, &address->v))
        return VX_READ_BAD;
    address->set = true;
    address_to_vmx(map, row, address, &usual);
    return vx_str_eq(text, vx_buf_text(&usual)) ? VX_READ_EXACT : VX_READ_LOOSE;
}

/* XML has hex with 0x, as libvirt prints it, or decimal numbers without. */
static bool
field_from_xml(struct vx_str text, void *member, int i)
{
    struct vx_int *address = member;
    uint64_t number, mask = fields[i].most << fields[i].shift;

    if (!(vx_str_istarts(text, VX_STR("0x")) ? vx_num_hex(vx_str_skip(text, 2), &number)
                                             : vx_num_u64(text, &number))
        || number > fields[i].most)
        return false;
    address->v = (int64_t)(((uint64_t)address->v & ~mask) | number << fields[i].shift);
    address->set = true;
    return true;
}

static void
field_to_xml(const void *member, int i, unsigned digits, struct vx_buf *out)
{
    vx_buf_lit(out, "0x");
    vx_buf_hex(out, field(member, i), digits);
}

#define FIELD(name, i, digits)                                                         \
    static bool name##_from_xml(__attribute__((unused)) struct vx_map *map,            \
                                __attribute__((unused)) const struct vx_row *row,      \
                                struct vx_str text, void *member)                      \
    {                                                                                  \
        return field_from_xml(text, member, i);                                        \
    }                                                                                  \
    static void name##_to_xml(__attribute__((unused)) struct vx_map *map,              \
                              __attribute__((unused)) const struct vx_row *row,        \
                              const void *member, struct vx_buf *out)                  \
    {                                                                                  \
        field_to_xml(member, i, digits, out);                                          \
    }                                                                                  \
    static const struct vx_codec name = {                                              \
        "a PCI address such as 00000:066:00.0",                                        \
        VX_T_INT,                                                                      \
        address_from_vmx,                                                              \
        address_to_vmx,                                                                \
        name##_from_xml,                                                               \
        name##_to_xml,                                                                 \
    }

FIELD(pci_domain, FIELD_DOMAIN, 4);
FIELD(pci_bus, FIELD_BUS, 2);
FIELD(pci_slot, FIELD_SLOT, 2);
FIELD(pci_function, FIELD_FUNCTION, 1);

/* ---- what kind of device -------------------------------------------------------- */

static const char *const dev_words[] = {"dynamic", "vmiop", "dvx", "qat", NULL};
static const char *const xml_words[] = {"pci", "hostdev", "mdev", NULL};

enum { D_ABSENT, D_DYNAMIC, D_VMIOP, D_DVX, D_QAT, D_OTHER };

enum { A_ABSENT, A_GOOD, A_BAD };

enum { X_ABSENT, X_PCI, X_HOSTDEV, X_MDEV, X_OTHER };

enum { GIVEN = VX_IS(1) };

static uint8_t
address_class(__attribute__((unused)) struct vx_map *map, struct vx_str text)
{
    int64_t address;

    if (text.s == NULL)
        return A_ABSENT;
    return parse_address(text, &address) ? A_GOOD : A_BAD;
}

static const struct vx_facet vmx_asks[] = {
    {.key = VX_PASSTHRU_vgpu, .classes = 2},
    {.key = VX_PASSTHRU_virtualDev, .words = dev_words, .classes = 6},
    {.key = VX_PASSTHRU_allowedDevices, .classes = 2},
    {.key = VX_PASSTHRU_id, .classify = address_class, .classes = 3},
    {.key = VX_PASSTHRU_MACAddress, .classes = 2},
    {.key = VX_PASSTHRU_generatedMACAddress, .classes = 2},
};

static const struct vx_facet xml_asks[] = {
    {.elem = "", .attr = "type", .words = xml_words, .classes = 5},
};

enum { MEDIATED = VX_IS(D_VMIOP) | VX_IS(D_DVX) | VX_IS(D_QAT) };

/* clang-format off */
static const struct vx_case cases[] = {
  /* kind                   vgpu, virtualDev, allowedDevices, id, MACAddress, generatedMACAddress       type */
  {VX_PASSTHRU_VGPU,     {GIVEN},                                                                      {VX_NEVER}},
  {VX_PASSTHRU_VGPU,     {0, MEDIATED},                                                                {VX_NEVER}},
  {VX_PASSTHRU_DYNAMIC,  {0, VX_IS(D_DYNAMIC)},                                                        {VX_NEVER}},
  {VX_PASSTHRU_DYNAMIC,  {0, 0, GIVEN, ~VX_IS(A_GOOD)},                                                {VX_NEVER}},
  {VX_PASSTHRU_FUNCTION, {0, 0, 0, VX_IS(A_GOOD), GIVEN},                                              {VX_IS(X_HOSTDEV)}},
  {VX_PASSTHRU_FUNCTION, {0, 0, 0, VX_IS(A_GOOD), 0, GIVEN},                                           {VX_NEVER}},
  {VX_PASSTHRU_DEVICE,   {0, 0, 0, VX_IS(A_GOOD)},                                                     {VX_IS(X_PCI)}},
  {VX_PASSTHRU_LOST,     {0},                                                                          {VX_NEVER}},
};
/* clang-format on */

static const struct vx_decision decision = {
    vmx_asks, xml_asks, VX_COUNT(vmx_asks), VX_COUNT(xml_asks), VX_COUNT(cases), cases,
};

static const struct vx_word kinds[] = {
    [VX_PASSTHRU_DEVICE] = {NULL, "pci"}, [VX_PASSTHRU_FUNCTION] = {NULL, "hostdev"},
    [VX_PASSTHRU_VGPU] = {NULL, NULL},    [VX_PASSTHRU_DYNAMIC] = {NULL, NULL},
    [VX_PASSTHRU_LOST] = {NULL, NULL},    VX_WORDS_END,
};

/* ---- a device ------------------------------------------------------------------- */

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_PASSTHRU_present),       VX_SELF},
  {VX_NOKEY,                        VX_HOOK(vx_hook_with), .elem = "", .with = " mode='subsystem'"},
  {VX_NOKEY,                        VX_ATTR("", "type"),                   .codec = &vx_decided, .arg = kinds, P(kind)},
  {VX_NOKEY,                        VX_HOOK(vx_hook_with), .elem = "", .with = " managed='no'"}, /* the host hands it over */
  {VX_K(VX_PASSTHRU_id),            VX_ATTR("source/address", "domain"),   .codec = &pci_domain,   P(address)},
  {VX_NOKEY,                        VX_ATTR("source/address", "bus"),      .codec = &pci_bus,      P(address)},
  {VX_NOKEY,                        VX_ATTR("source/address", "slot"),     .codec = &pci_slot,     P(address)},
  {VX_NOKEY,                        VX_ATTR("source/address", "function"), .codec = &pci_function, P(address)},
  {VX_K(VX_PASSTHRU_pciSlotNumber), VX_HOOK(vx_hook_pci_slot),             .codec = &vx_integer, P(slot)},
};

/* clang-format on */

/* Of a device that no element can say. */
static void
report_lost(struct vx_map *map, const struct vx_instance *i, uint8_t kind)
{
    static const struct {
        enum vx_code code;
        uint8_t blamed[2]; /* the first of these that is there */
    } reports[] = {
        [VX_PASSTHRU_VGPU] = {VX_VGPU, {VX_PASSTHRU_vgpu, VX_PASSTHRU_virtualDev}},
        [VX_PASSTHRU_DYNAMIC] = {VX_DYNAMIC_DIRECTPATH,
                                 {VX_PASSTHRU_allowedDevices, VX_PASSTHRU_virtualDev}},
        [VX_PASSTHRU_LOST] = {VX_PASSTHRU_NO_ADDRESS,
                              {VX_PASSTHRU_id, VX_PASSTHRU_present}},
    };

    uint32_t slot = i->slot[reports[kind].blamed[0]];

    vx_map_loss(map, reports[kind].code, VMX_LOSS_CRITICAL,
                slot ? slot : i->slot[reports[kind].blamed[1]], NULL, NULL);
}

/* libvirt refuses an address that stands there twice. */
static bool
is_taken(const struct vx_map *map, int64_t address)
{
    const struct vx_instance *other = map->slots.first[VX_KIND_PASSTHRU];

    for (; other; other = other->next)
        if (other->model
            && ((const struct vx_passthru *)other->model)->address.v == address)
            return true;
    return false;
}

/* Reports what becomes of the address; false when it cannot be written. */
static bool
may_stand(struct vx_map *map, const struct vx_instance *i)
{
    uint32_t slot = i->slot[VX_PASSTHRU_id];
    int64_t address = 0;

    if (parse_address(vx_map_value(map, slot), &address) && is_taken(map, address)) {
        vx_map_loss(map, VX_PASSTHRU_TWICE, VMX_LOSS_WARNING, slot, NULL, NULL);
        return false;
    }
    vx_map_loss(map, VX_PASSTHRU_ADDRESS, VMX_LOSS_CRITICAL, slot, NULL, NULL);
    return true;
}

static bool
device_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    const struct vx_passthru *passthru = model;

    if (passthru->kind == VX_PASSTHRU_DEVICE)
        return may_stand(map, i);
    if (passthru->kind != VX_PASSTHRU_FUNCTION)
        report_lost(map, i, passthru->kind);
    return false;
}

/* ---- the way back, of both tables ------------------------------------------------ */

static void
mark(struct vx_map *map, const void *model, struct vx_mark *ret)
{
    const struct vx_passthru *passthru = model;
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(64);

    if (passthru->mac.set) {
        vx_mac_format(&text, passthru->mac.b);
        ret->mac = vx_arena_dup(map->arena, vx_buf_text(&text));
        return;
    }
    address_to_vmx(map, NULL, &passthru->address, &text);
    ret->source = vx_arena_dup(map->arena, vx_buf_text(&text));
}

/* An address that rows can read: all of its parts are numbers of their range. */
static bool
has_address(struct vx_node *element)
{
    static const char *const names[FIELD_COUNT] = {"domain", "bus", "slot", "function"};
    struct vx_node *source = vx_xml_child(element, "source");
    struct vx_node *address = source ? vx_xml_child(source, "address") : NULL;
    struct vx_int parsed = {0, false};

    for (int i = 0; address && i < FIELD_COUNT; i++) {
        struct vx_str text = vx_xml_peek(address, names[i]);

        if (text.s ? !field_from_xml(text, &parsed, i) : i == FIELD_BUS)
            return false;
    }
    return address != NULL;
}

static void
pass_usual(struct vx_map *map, struct vx_node *element, struct vx_passthru *passthru)
{
    struct vx_node *driver = vx_xml_child(element, "driver");

    vx_xml_value(element, "managed"); /* who unbinds it is the host's business */
    if (vx_xml_attr_is(driver, "name", "vfio"))
        vx_xml_value(driver, "name"); /* libvirt's only one */
    vx_back_slot(map, element, &passthru->slot);
}

/* One that the VMX had before has its ids there. */
static void
put(struct vx_map *map, const struct vx_seat *seat,
    __attribute__((unused)) const void *model)
{
    struct vx_node *source = vx_xml_child(seat->element, "source");

    if (!vx_remember_knows(map, seat))
        vx_back_loss(map, VX_HOST_PCI, VMX_LOSS_CRITICAL,
                     vx_xml_child(source, "address"), "bus", NULL, NULL);
}

static bool
device_claims(const struct vx_node *element)
{
    return !vx_xml_attr_is(element, "type", "usb");
}

/* What is not PCI, a mediated device or a SCSI host, VMware has under no such name. */
static bool
device_accept_xml(struct vx_map *map, struct vx_node *element,
                  __attribute__((unused)) struct vx_seat *seat, void *model)
{
    const struct vx_passthru *passthru = model;

    if (passthru->kind != VX_PASSTHRU_DEVICE
        || vx_xml_attr_is(element, "mode", "capabilities"))
        return vx_back_refuse(map, VX_NO_DEVICE, element);
    return has_address(element) || vx_back_refuse(map, VX_NO_DEVICE, element);
}

static void
device_in_xml(struct vx_map *map, struct vx_node *element,
              __attribute__((unused)) struct vx_seat *seat, void *model)
{
    pass_usual(map, element, model);
}

const struct vx_device vx_device_passthru = {
    .name = "passthru",
    .element = "hostdev",
    .kind = VX_KIND_PASSTHRU,
    .present = VX_PASSTHRU_present,
    .size = sizeof(struct vx_passthru),
    .decision = &decision,
    .decided = offsetof(struct vx_passthru, kind),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = device_accept,
    .mark = mark,
    .claims = device_claims,
    .accept_xml = device_accept_xml,
    .in_xml = device_in_xml,
    .put = put,
};

/* ---- a virtual function --------------------------------------------------------- */

/* clang-format off */
static const struct vx_row function_rows[] = {
  {VX_K(VX_PASSTHRU_present),             VX_SELF},
  {VX_NOKEY,                              VX_ATTR("", "type"),                   .codec = &vx_decided, .arg = kinds, P(kind)},
  {VX_NOKEY,                              VX_HOOK(vx_hook_with), .elem = "", .with = " managed='no'"},
  {VX_K(VX_PASSTHRU_MACAddress),          VX_ATTR("mac", "address"),             .codec = &vx_mac,       P(mac), VX_IF(vx_passthru, mac_from, VX_IS(1))},
  {VX_K(VX_PASSTHRU_generatedMACAddress), VX_ATTR("mac", "address"),             .codec = &vx_mac,       P(mac), VX_IF(vx_passthru, mac_from, VX_IS(2))},
  {VX_K(VX_PASSTHRU_id),                  VX_ATTR("source/address", "domain"),   .codec = &pci_domain,   P(address), .with = " type='pci'"},
  {VX_NOKEY,                              VX_ATTR("source/address", "bus"),      .codec = &pci_bus,      P(address)},
  {VX_NOKEY,                              VX_ATTR("source/address", "slot"),     .codec = &pci_slot,     P(address)},
  {VX_NOKEY,                              VX_ATTR("source/address", "function"), .codec = &pci_function, P(address)},
  {VX_K(VX_PASSTHRU_pciSlotNumber),       VX_HOOK(vx_hook_pci_slot),             .codec = &vx_integer, P(slot)},
};

/* clang-format on */

static bool
function_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_passthru *passthru = model;
    bool given = i->slot[VX_PASSTHRU_MACAddress] != 0;

    if (passthru->kind != VX_PASSTHRU_FUNCTION)
        return false;
    if (given && i->slot[VX_PASSTHRU_generatedMACAddress])
        given = vx_str_ieq(vx_map_value(map, i->slot[VX_PASSTHRU_MACAddressType]),
                           VX_STR("static"));
    passthru->mac_from = given ? 1 : 2;
    return may_stand(map, i);
}

static void
function_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_passthru *passthru = model;

    if (passthru->mac.set
        && vx_nic_is_made(&passthru->mac) != (passthru->mac_from == 2)) {
        vx_dev_inexact(map, i->slot[VX_PASSTHRU_MACAddress]);
        vx_dev_inexact(map, i->slot[VX_PASSTHRU_generatedMACAddress]);
    }
    if (!passthru->mac.set || !(passthru->mac.b[0] & 1))
        return;
    passthru->mac.set = false;
    vx_map_loss(map, VX_MULTICAST_MAC, VMX_LOSS_WARNING,
                i->slot[passthru->mac_from == 1 ? VX_PASSTHRU_MACAddress
                                                : VX_PASSTHRU_generatedMACAddress],
                NULL, NULL);
}

static bool
function_claims(const struct vx_node *element)
{
    return vx_xml_attr_is(element, "type", "hostdev");
}

static bool
function_accept_xml(struct vx_map *map, struct vx_node *element,
                    __attribute__((unused)) struct vx_seat *seat, void *model)
{
    struct vx_passthru *passthru = model;
    struct vx_str text = vx_xml_peek(vx_xml_child(element, "mac"), "address");
    struct vx_mac mac = {.set = true};

    if (!has_address(element))
        return vx_back_refuse(map, VX_NO_DEVICE, element);
    passthru->mac_from = vx_mac_parse(text, mac.b) && vx_nic_is_made(&mac) ? 2 : 1;
    return true;
}

static void
function_in_xml(struct vx_map *map, struct vx_node *element,
                __attribute__((unused)) struct vx_seat *seat, void *model)
{
    pass_usual(map, element, model);
}

static void
function_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    const struct vx_passthru *passthru = model;

    if (passthru->mac.set)
        vx_put(map, seat, VX_PASSTHRU_MACAddressType,
               passthru->mac_from == 1 ? VX_STR("static") : VX_STR("generated"));
    put(map, seat, model);
}

const struct vx_device vx_device_vf = {
    .name = "vf",
    .element = "interface",
    .kind = VX_KIND_PASSTHRU,
    .present = VX_PASSTHRU_present,
    .size = sizeof(struct vx_passthru),
    .decision = &decision,
    .decided = offsetof(struct vx_passthru, kind),
    .rows = function_rows,
    .row_count = VX_COUNT(function_rows),
    .accept = function_accept,
    .in = function_in,
    .mark = mark,
    .claims = function_claims,
    .accept_xml = function_accept_xml,
    .in_xml = function_in_xml,
    .put = function_put,
};
