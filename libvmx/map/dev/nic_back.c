/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces on the way back: what rows cannot tell. */
#include "map/back.h"
#include "map/dev/dev.h"
#include "map/dev/nic.h"

#include "base/banned.h"

enum {
    NICS = 10, /* of a machine; files that have more are older than the limit */
};

/* What is passed through is a function of a card: vx_device_vf. */
bool
vx_nic_claims(const struct vx_node *element)
{
    return !vx_xml_attr_is(element, "type", "hostdev");
}

/* ---- how many -------------------------------------------------------------------- */

/* The adapters of the file that the domain was made of. */
static uint32_t
count_remembered(struct vx_back *back)
{
    struct vx_node *node = back->config ? back->config->children : NULL;

    if (back->nics_had)
        return back->nics_had - 1;
    back->nics_had = 1;
    for (; node; node = node->next)
        back->nics_had +=
            vx_str_eq(node->name, VX_STR("device"))
            && vx_str_istarts(vx_xml_peek(node, "name"), VX_STR("ethernet"));
    return back->nics_had - 1;
}

/* Is this one more than the machine can have?  Those that it had it may keep. */
static bool
is_surplus(const struct vx_map *map)
{
    unsigned count = 0;

    for (const struct vx_seat *seat = vx_seat_of(map, VX_KIND_NIC, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_NIC, seat))
        count++; /* itself among them */
    return count > NICS
           && (count > VX_INDEX_MAX || count > count_remembered(map->back));
}

/* ---- what it is plugged into ----------------------------------------------------- */

bool
vx_nic_is_libvirts(struct vx_str target)
{
    static const char *const prefixes[] = {"vnet", "vif", "macvtap", "macvlan"};

    for (size_t i = 0; i < VX_COUNT(prefixes); i++)
        if (vx_str_starts(target, vx_str_c(prefixes[i])))
            return true;
    return false;
}

static uint8_t
link_of_name(struct vx_str name)
{
    if (vx_str_is(name, "VMnet0"))
        return VX_LINK_BRIDGED;
    if (vx_str_is(name, "VMnet1"))
        return VX_LINK_HOSTONLY;
    return name.s ? VX_LINK_BRIDGE : VX_LINK_NULL;
}

/* A virtual network of libvirt is a port group of its name. */
static void
take_network(struct vx_map *map, struct vx_node *element, struct vx_nic *nic)
{
    struct vx_str name = vx_xml_at_path(element, "source", "network");

    nic->link = link_of_name(name);
    if (nic->link == VX_LINK_BRIDGE)
        nic->network = name;
    vx_back_loss(map, VX_INTERFACE_TYPE,
                 nic->link == VX_LINK_NULL ? VMX_LOSS_WARNING : VMX_LOSS_INFORMATION,
                 element, "type",
                 nic->link == VX_LINK_NULL
                     ? "It names no network, and is plugged into nothing"
                     : "A virtual network of libvirt, written as the port group of its "
                       "name",
                 NULL);
}

static void
take_unknown(struct vx_map *map, struct vx_node *element)
{
    vx_back_loss(map, VX_INTERFACE_TYPE, VMX_LOSS_WARNING, element, "type",
                 "No type that VMware has; the interface is plugged into nothing",
                 NULL);
    vx_xml_pass(vx_xml_find(element, "source", NULL));
}

bool
vx_nic_accept_xml(struct vx_map *map, struct vx_node *element,
                  __attribute__((unused)) struct vx_seat *seat, void *model)
{
    struct vx_nic *nic = model;
    struct vx_str type = vx_xml_value(element, "type");

    if (is_surplus(map)) {
        vx_back_loss(map, VX_TOO_MANY_DEVICES, VMX_LOSS_WARNING, element, NULL, NULL,
                     NULL);
        return false;
    }
    if (vx_str_eq(type, VX_STR("network")))
        take_network(map, element, nic);
    else if (vx_str_eq(type, VX_STR("bridge"))
             && vx_nic_is_libvirts(vx_xml_at_path(element, "target", "dev")))
        nic->link = link_of_name(vx_xml_at_path(element, "source", "bridge"));
    else if (nic->link == VX_LINK_NULL && !vx_str_eq(type, VX_STR("bridge"))
             && !vx_str_eq(type, VX_STR("null")))
        take_unknown(map, element);
    return true;
}

/* An identifier that is none identifies nothing. */
static void
settle_link(struct vx_map *map, struct vx_node *element, struct vx_nic *nic)
{
    if ((nic->link == VX_LINK_VDS && !nic->switch_id.set)
        || (nic->link == VX_LINK_SEGMENT && !nic->segment.set)
        || (nic->link == VX_LINK_BRIDGE && nic->network.s == NULL)) {
        nic->link = VX_LINK_NULL;
        vx_back_loss(map, VX_INTERFACE_TYPE, VMX_LOSS_WARNING, element, "type",
                     "It does not say which network, and is plugged into nothing",
                     NULL);
    }
    if (nic->port_id.v == 0) /* libvirt demands the attributes */
        nic->port_id.set = false;
    if (nic->connection_id.v == 0)
        nic->connection_id.set = false;
    if (nic->portgroup_id.n == 0)
        nic->portgroup_id = VX_STR_NONE;
}

/* ---- MAC ------------------------------------------------------------------------- */

bool
vx_nic_is_of_vcenter(const struct vx_mac *mac)
{
    return mac->b[0] == 0x00 && mac->b[1] == 0x50 && mac->b[2] == 0x56
           && (mac->b[3] & 0xC0) == 0x80;
}

bool
vx_nic_is_zero(const struct vx_mac *mac)
{
    static const uint8_t zero[6] = {0};

    return memcmp(mac->b, zero, sizeof(zero)) == 0;
}

/* The addresses that VMware lets people give: 00:50:56:00:00:00 to 00:50:56:3f:ff:ff.
 */
static bool
is_for_people(const struct vx_mac *mac)
{
    return mac->b[0] == 0x00 && mac->b[1] == 0x50 && mac->b[2] == 0x56
           && mac->b[3] < 0x40;
}

static bool
is_of_host(const struct vx_mac *mac)
{
    return mac->b[0] == 0x00 && mac->b[1] == 0x0c && mac->b[2] == 0x29;
}

bool
vx_nic_is_made(const struct vx_mac *mac)
{
    return is_of_host(mac) || vx_nic_is_of_vcenter(mac);
}

/* libvirt's rules: the range tells where an address comes from, unless the element
 * does; one that VMware would refuse must not be checked. */
static void
settle_mac(struct vx_nic *nic)
{
    bool made = nic->mac_kind == VX_MAC_GENERATED;

    /* What a card without an address has. */
    if (nic->mac.set && vx_nic_is_zero(&nic->mac)) {
        nic->mac.set = false;
        if (nic->mac_kind == VX_MAC_NONE)
            return;
    }
    if (!nic->mac.set) {
        nic->mac_kind = VX_MAC_GENERATED; /* when the machine starts */
        return;
    }
    if (nic->mac_kind == VX_MAC_NONE)
        nic->mac_kind = vx_nic_is_made(&nic->mac) ? VX_MAC_GENERATED : VX_MAC_STATIC;
    if (nic->mac_kind == VX_MAC_GENERATED && vx_nic_is_of_vcenter(&nic->mac))
        nic->mac_kind = VX_MAC_VPX;
    if (nic->mac_check == VX_UNSET && !made && !is_for_people(&nic->mac)
        && !vx_nic_is_made(&nic->mac))
        nic->mac_check = VX_NO;
}

/* ---- the rest -------------------------------------------------------------------- */

static void
settle_model(struct vx_map *map, struct vx_node *element, struct vx_nic *nic)
{
    struct vx_node *card = vx_xml_find(element, "model", NULL);

    if (nic->model == VX_NIC_MODEL_VMXNET2)
        nic->features = (struct vx_int){15, true};
    if (nic->model == VX_NIC_MODEL_NONE && vx_xml_value(card, "type").s)
        vx_back_loss(map, VX_DEVICE_MODEL, VMX_LOSS_WARNING, card, "type",
                     "A card that VMware has not; it takes what suits the guest", NULL);
}

void
vx_nic_in_xml(struct vx_map *map, struct vx_node *element,
              __attribute__((unused)) struct vx_seat *seat, void *model)
{
    struct vx_nic *nic = model;

    settle_link(map, element, nic);
    settle_mac(nic);
    settle_model(map, element, nic);
    if (nic->tx_kilobytes.set) /* which key says it is known with the number */
        nic->outbound = VX_OUTBOUND_LIMIT;
    nic->rom_read = nic->rom == VX_NO;
    vx_back_slot(map, element, &nic->slot);
    vx_xml_pass(vx_xml_find(element, "guest", NULL)); /* of containers */
}

/* Did this key limit what the element says? */
static bool
had_limit(struct vx_map *map, const struct vx_seat *seat, int prop)
{
    struct vx_int limit = {0, false};
    struct vx_str text;

    if (!vx_remembered(map, seat, prop, &text))
        return false;
    if (text.s == NULL)
        return true;
    vx_nic_kbit.from_vmx(map, NULL, text, &limit);
    return limit.set;
}

/* ESXi has a limit in Mbit/s for what goes out, Workstation limits in kbit/s for both
 * ways.  The one that the file had stays; else the first that can say it. */
static void
put_outbound(struct vx_map *map, const struct vx_seat *seat, const struct vx_nic *nic)
{
    int64_t kilobytes = nic->tx_kilobytes.v;
    struct vx_str text;
    bool workstation = had_limit(map, seat, VX_NIC_txbw_limit)
                       || (!vx_remembered(map, seat, VX_NIC_limit, &text)
                           && had_limit(map, seat, VX_NIC_rxbw_limit));

    if (!workstation && kilobytes % VX_NIC_MBIT == 0)
        vx_put_int(map, seat, VX_NIC_limit, kilobytes / VX_NIC_MBIT);
    else
        vx_put_int(map, seat, VX_NIC_txbw_limit, kilobytes * 8);
}

/* Does the file's key for all cards of the model still say what each of them does? */
static bool
has_model_key(struct vx_map *map, int key)
{
    struct vx_str text;
    uint8_t said = VX_UNSET;

    if (key < 0 || !vx_remembered(map, NULL, key, &text)
        || (text.s && (vx_bool_parse(text, &said) == VX_READ_BAD || said != VX_YES)))
        return false;
    for (const struct vx_seat *seat = vx_seat_of(map, VX_KIND_NIC, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_NIC, seat)) {
        const struct vx_nic *nic = seat->model;

        if (vx_nic_no_rom(nic) == key && !nic->rom_read)
            return false;
    }
    return true;
}

static void
put_rom(struct vx_map *map, const struct vx_seat *seat, const struct vx_nic *nic)
{
    int key = vx_nic_no_rom(nic);
    struct vx_str text;

    if (has_model_key(map, key)) {
        vx_put_bool(map, NULL, key, true);
        if (!vx_remembered(map, seat, VX_NIC_opromsize, &text))
            return;
    }
    vx_put_int(map, seat, VX_NIC_opromsize, 0);
}

void
vx_nic_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    const struct vx_nic *nic = model;

    if (nic->mac.set && nic->mac_kind == VX_MAC_GENERATED)
        vx_put_int(map, seat, VX_NIC_generatedAddressOffset, 0);
    if (nic->tx_kilobytes.set)
        put_outbound(map, seat, nic);
    if (nic->rom_read)
        put_rom(map, seat, nic);
}
