/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Elements that several devices have. */
#include "map/dev/dev.h"

#include "base/num.h"
#include "map/back.h"
#include "map/codec.h"

#include "base/banned.h"

void
vx_hook_pci_slot(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                 void *model)
{
    const struct vx_int *number =
        (const struct vx_int *)(const void *)((const char *)model + row->member);
    struct vx_xml *xml = &map->xml;
    uint64_t n = (uint64_t)number->v;

    if (!number->set || number->v <= 0 || number->v > 8191)
        return;
    vx_xml_at(xml, row->elem ? row->elem : "address");
    vx_xml_attrs(xml, " type='pci' domain='0x0000' bus='0x");
    vx_buf_hex(xml->out, n >> 5 & 31, 2);
    vx_xml_attrs(xml, "' slot='0x");
    vx_buf_hex(xml->out, n & 31, 2);
    vx_xml_attrs(xml, "' function='0x");
    vx_buf_hex(xml->out, n >> 10 & 7, 1);
    vx_buf_char(xml->out, '\'');
    vx_map_said(map, slot[row->key], false);
}

/* "0x1f" or "31". */
static bool
parse_number(struct vx_str text, uint64_t *ret)
{
    return vx_str_istarts(text, VX_STR("0x")) ? vx_num_hex(vx_str_skip(text, 2), ret)
                                              : vx_num_u64(text, ret);
}

static bool
number_at(struct vx_node *address, const char *attr, uint64_t max, uint64_t *ret)
{
    struct vx_str text = vx_xml_value(address, attr);

    *ret = 0;
    return text.s == NULL || (parse_number(text, ret) && *ret <= max);
}

void
vx_back_slot(struct vx_map *map, struct vx_node *element, struct vx_int *ret)
{
    struct vx_node *address = vx_xml_find(element, "address", NULL);
    uint64_t domain, bus, slot, function;

    if (address == NULL)
        return;
    if (!map->back->vmware) { /* another machine's */
        vx_xml_pass(address);
        return;
    }
    if (!vx_str_eq(vx_xml_value(address, "type"), VX_STR("pci"))
        || !number_at(address, "domain", 0, &domain)
        || !number_at(address, "bus", 31, &bus)
        || !number_at(address, "slot", 31, &slot)
        || !number_at(address, "function", 7, &function)) {
        vx_back_diag(map, VX_BAD_XML_VALUE, address,
                     "no PCI address of a VMware machine");
        vx_xml_pass(address);
        return;
    }
    vx_xml_value(address, "multifunction");
    *ret = (struct vx_int){(int64_t)(function << 10 | bus << 5 | slot), true};
    ret->set = ret->v != 0;
}

void
vx_hook_with(struct vx_map *map, const struct vx_row *row,
             __attribute__((unused)) const uint32_t *slot,
             __attribute__((unused)) void *model)
{
    vx_xml_at(&map->xml, row->elem);
    vx_xml_attrs(&map->xml, row->with);
}

void
vx_hook_usual_yes(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                  void *model)
{
    if (*((const uint8_t *)model + row->member) == VX_YES)
        vx_map_default(map, slot[row->key]);
}

void
vx_hook_usual_no(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                 void *model)
{
    if (*((const uint8_t *)model + row->member) == VX_NO)
        vx_map_default(map, slot[row->key]);
}

uint8_t
vx_dev_there(struct vx_map *map, uint32_t slot)
{
    uint8_t said = VX_UNSET;

    if (slot == 0)
        return VX_NO;
    if (vx_map_bool(map, slot, false))
        return VX_YES;
    if (vx_bool_parse(vx_map_value(map, slot), &said) != VX_READ_BAD)
        vx_map_default(map, slot);
    return VX_NO;
}

static bool
in_range(const struct vx_row *row, int64_t number)
{
    const struct vx_range *range = row->arg;

    return number >= range->min && number <= range->max;
}

static enum vx_read
ranged_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    struct vx_int number = {0, false};
    enum vx_read read = vx_integer.from_vmx(map, row, text, &number);

    if (read == VX_READ_BAD || !in_range(row, number.v))
        return VX_READ_BAD;
    *(struct vx_int *)member = number;
    return read;
}

static bool
ranged_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    struct vx_int number = {0, false};

    if (!vx_integer.from_xml(map, row, text, &number) || !in_range(row, number.v))
        return false;
    *(struct vx_int *)member = number;
    return true;
}

const struct vx_codec vx_ranged = {
    "a whole number in its range",
    VX_T_INT,
    ranged_from_vmx,
    vx_integer_to_text,
    ranged_from_xml,
    vx_integer_to_text,
};

/* libvirt counts ports without a number on.  What the file has of ports that no element
 * says, a virtual printer for one, is left alone. */
static int64_t
next_port(struct vx_map *map, const struct vx_seat *seat)
{
    struct vx_seat place = *seat;
    int64_t port = map->back->ports[seat->table->kind];
    struct vx_str text;

    for (; port < VX_INDEX_MAX; port++) {
        place.index = (uint16_t)port;
        if (!vx_remembered(map, &place, seat->table->present, &text) || text.s == NULL)
            break;
    }
    return port;
}

bool
vx_port_accept(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
               int64_t ports)
{
    struct vx_node *target = vx_xml_find(element, "target", NULL);
    struct vx_str text = vx_xml_value(target, "port");
    int64_t port;

    vx_xml_value(target, "type"); /* isa-serial, and its model: libvirt's own */
    vx_xml_pass(target ? vx_xml_find(target, "model", NULL) : NULL);
    vx_xml_pass(vx_xml_find(element, "address", NULL));
    if (text.s == NULL || !vx_num_i64(vx_str_trim(text), &port))
        port = next_port(map, seat);
    if (port < 0 || port >= ports) {
        vx_back_loss(map, VX_TOO_MANY_DEVICES, VMX_LOSS_WARNING, element, NULL, NULL,
                     NULL);
        return false;
    }
    if (port >= map->back->ports[seat->table->kind])
        map->back->ports[seat->table->kind] = port + 1;
    seat->index = (uint16_t)port;
    seat->placed = true;
    return true;
}

void
vx_port_refuse(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
               const char *what)
{
    seat->refused = true;
    vx_back_loss(map, VX_PORT_TARGET, VMX_LOSS_WARNING, element, NULL, what, NULL);
}
