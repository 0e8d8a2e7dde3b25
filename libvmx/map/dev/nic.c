/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Network interfaces: ethernetN ↔ <interface>.  Names such as ethernet.foo, over which
 * libvirt gives up the whole file, are no interface and stay as text. */
#include "map/dev/nic.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/num.h"

#include "base/banned.h"

#define N(member) VX_M(vx_nic, member)
#define LINK(mask) VX_IF(vx_nic, link, mask)

/* What the interface is plugged into.  The canonical connectionType of each kind; XML
 * cannot tell VMnet0 and VMnet1 from other bridges but by name. */
static const struct vx_word link_vmx[] = {
    [VX_LINK_VDS] = {NULL, "vds"},
    [VX_LINK_NULL] = {NULL, "null"},
    [VX_LINK_BRIDGE] = {"bridged", "bridge"},
    [VX_LINK_BRIDGED] = {"bridged", "bridge"},
    [VX_LINK_HOSTONLY] = {"hostonly", "bridge"},
    [VX_LINK_NAT] = {"nat", "user"},
    [VX_LINK_CUSTOM] = {"custom", "bridge"},
    [VX_LINK_VNET] = {"custom", "bridge"},
    [VX_LINK_SEGMENT] = {"pvn", "internal"},
    VX_WORDS_END,
};

static const struct vx_word host_networks[] = {
    [VX_LINK_BRIDGED] = {NULL, "VMnet0"},
    [VX_LINK_HOSTONLY] = {NULL, "VMnet1"},
    VX_WORDS_END,
};

static const char *const connection_words[] = {
    "bridged", "hostonly", "nat", "custom", "pvn", "none", "monitor_dev", NULL};
static const char *const type_words[] = {"bridge", "user", "internal",
                                         "vds",    "null", NULL};
static const char *const bridge_words[] = {"VMnet0", "VMnet1", NULL};

enum {
    C_ABSENT,
    C_BRIDGED,
    C_HOSTONLY,
    C_NAT,
    C_CUSTOM,
    C_PVN,
    C_NONE,
    C_MONITOR,
    C_OTHER
};

enum { T_ABSENT, T_BRIDGE, T_USER, T_INTERNAL, T_VDS, T_NULL };

enum { B_ABSENT, B_VMNET0, B_VMNET1, B_NAME };

enum { ABSENT, PRESENT, SAME };

enum { GIVEN = VX_IS(PRESENT), NOT_GIVEN = VX_IS(ABSENT) };

static const struct vx_facet link_asks[] = {
    {.key = VX_NIC_connectionType, .words = connection_words, .classes = 9},
    {.key = VX_NIC_networkName, .classes = 2},
    {.key = VX_NIC_vnet, .classes = 2},
    {.key = VX_NIC_dvs_switchId, .classes = 2},
    {.key = VX_NIC_pvnID, .classes = 2},
};

static const struct vx_facet link_xml_asks[] = {
    {.elem = "", .attr = "type", .words = type_words, .classes = 7},
    {.elem = "source", .attr = "bridge", .words = bridge_words, .classes = 4},
    {.elem = "target", .attr = "dev", .same = 2, .classes = 3},
};

/* clang-format off */
static const struct vx_case link_cases[] = {
  /* kind              connectionType, networkName, vnet, switchId, pvnID      type, bridge, target */
  {VX_LINK_VDS,      {0, 0, 0, GIVEN},                                         {VX_IS(T_VDS)}},
  {VX_LINK_BRIDGED,  {VX_IS(C_BRIDGED), NOT_GIVEN},                            {VX_IS(T_BRIDGE), VX_IS(B_VMNET0), NOT_GIVEN}},
  {VX_LINK_HOSTONLY, {VX_IS(C_HOSTONLY)},                                      {VX_IS(T_BRIDGE), VX_IS(B_VMNET1), NOT_GIVEN}},
  {VX_LINK_NAT,      {VX_IS(C_NAT)},                                           {VX_IS(T_USER)}},
  {VX_LINK_VNET,     {VX_IS(C_CUSTOM), NOT_GIVEN, GIVEN},                      {VX_IS(T_BRIDGE), 0, VX_IS(SAME)}},
  {VX_LINK_CUSTOM,   {VX_IS(C_CUSTOM), GIVEN, GIVEN},                          {VX_IS(T_BRIDGE), 0, GIVEN}},
  {VX_LINK_BRIDGE,   {VX_IS(C_ABSENT) | VX_IS(C_BRIDGED) | VX_IS(C_CUSTOM) | VX_IS(C_OTHER), GIVEN},
                                                                               {VX_IS(T_BRIDGE), ~VX_IS(B_ABSENT), NOT_GIVEN}},
  {VX_LINK_SEGMENT,  {VX_IS(C_PVN), 0, 0, 0, GIVEN},                           {VX_IS(T_INTERNAL)}},
  {VX_LINK_NULL,     {0},                                                      {0}},
};
/* clang-format on */

static const struct vx_decision link_decision = {
    link_asks,
    link_xml_asks,
    VX_COUNT(link_asks),
    VX_COUNT(link_xml_asks),
    VX_COUNT(link_cases),
    link_cases,
};

static const struct vx_word models[] = {
    [VX_NIC_MODEL_VLANCE] = {"vlance", "vlance"},
    [VX_NIC_MODEL_VMXNET] = {"vmxnet", "vmxnet"},
    [VX_NIC_MODEL_VMXNET2] = {"vmxnet", "vmxnet2"}, /* with features 15 */
    [VX_NIC_MODEL_VMXNET3] = {"vmxnet3", "vmxnet3"},
    [VX_NIC_MODEL_E1000] = {"e1000", "e1000"},
    [VX_NIC_MODEL_E1000E] = {"e1000e", "e1000e"},
    [VX_NIC_MODEL_FLEXIBLE] = {"flexible", NULL}, /* vlance until the Tools are there */
    [VX_NIC_MODEL_SRIOV] = {"sriov", NULL},
    [VX_NIC_MODEL_VRDMA] = {"vrdma", NULL},
    VX_WORDS_END,
};

static const struct vx_word mac_kinds[] = {
    [VX_MAC_GENERATED] = {"generated", "generated"},
    [VX_MAC_STATIC] = {"static", "static"},
    [VX_MAC_VPX] = {"vpx", "generated"}, /* told apart by the range of the address */
    VX_WORDS_END,
};

/* ---- numbers that XML has in other units ----------------------------------------- */

/* Text as a number of units, in `ret`; LOOSE without one when nothing is limited. */
static enum vx_read
limit_parse(struct vx_map *map, const struct vx_row *row, struct vx_str text,
            struct vx_int *ret)
{
    enum vx_read read = vx_integer.from_vmx(map, row, text, ret);

    if (read != VX_READ_BAD && ret->v <= 0) {
        ret->set = false;
        return VX_READ_LOOSE;
    }
    return read;
}

/* kbit/s in VMX, kilobytes per second in XML and here.  What is no whole number of
 * those is not in the model, so the key is kept. */
static enum vx_read
kbit_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int kbit = {0, false}, *kilobytes = member;
    enum vx_read read = limit_parse(map, row, text, &kbit);

    if (!kbit.set || kbit.v % 8 != 0 || kbit.v / 8 > UINT32_MAX)
        return read == VX_READ_BAD ? read : VX_READ_LOOSE;
    *kilobytes = (struct vx_int){kbit.v / 8, true};
    return read;
}

static void
kbit_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
            struct vx_buf *out)
{
    int64_t kbit;

    (void)map, (void)row;
    if (vx_mul_overflows(((const struct vx_int *)member)->v, 8, &kbit))
        kbit = INT64_MAX;
    vx_buf_int(out, kbit);
}

static bool
average_parse(struct vx_str text, int64_t *ret)
{
    return vx_num_i64(vx_str_trim(text), ret) && *ret > 0 && *ret <= UINT32_MAX;
}

static bool
kbit_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int *kilobytes = member;

    (void)map, (void)row;
    kilobytes->set = average_parse(text, &kilobytes->v);
    return kilobytes->set;
}

const struct vx_codec vx_nic_kbit = {
    "a limit in kbit/s", VX_T_INT,      kbit_from_vmx,
    kbit_to_vmx,         kbit_from_xml, vx_integer_to_text,
};

/* Mbit/s in VMX and here. */

static enum vx_read
mbit_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int number = {0, false};
    enum vx_read read = limit_parse(map, row, text, &number);

    if (!number.set || number.v > UINT32_MAX / VX_NIC_MBIT)
        return read == VX_READ_BAD ? read : VX_READ_LOOSE;
    *(struct vx_int *)member = number;
    return read;
}

static bool
mbit_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    struct vx_int *number = member;
    int64_t average;

    (void)map, (void)row;
    if (!average_parse(text, &average) || average % VX_NIC_MBIT != 0)
        return false;
    *number = (struct vx_int){average / VX_NIC_MBIT, true};
    return true;
}

static void
mbit_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
            struct vx_buf *out)
{
    (void)map, (void)row;
    vx_buf_int(out, ((const struct vx_int *)member)->v * VX_NIC_MBIT);
}

static const struct vx_codec mbit = {
    "a limit in Mbit/s", VX_T_INT,      mbit_from_vmx,
    vx_integer_to_text,  mbit_from_xml, mbit_to_xml,
};

/* A boot ROM of size 0 is none; other sizes say nothing that XML could. */
static enum vx_read
rom_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
             void *member)
{
    struct vx_int size = {0, false};
    enum vx_read read = vx_integer.from_vmx(map, row, text, &size);

    if (read == VX_READ_BAD)
        return read;
    if (size.v != 0)
        return VX_READ_LOOSE;
    *(uint8_t *)member = VX_NO;
    return read;
}

static void
rom_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
           struct vx_buf *out)
{
    (void)map, (void)row, (void)member;
    vx_buf_char(out, '0');
}

static bool
rom_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
             void *member)
{
    (void)map, (void)row;
    if (vx_str_eq(text, VX_STR("no")))
        *(uint8_t *)member = VX_NO;
    else if (!vx_str_eq(text, VX_STR("yes"))) /* which is so without saying */
        return false;
    return true;
}

static void
rom_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
           struct vx_buf *out)
{
    (void)map, (void)row, (void)member;
    vx_buf_lit(out, "no");
}

static const struct vx_codec rom = {
    "a size in bytes", VX_T_BYTE, rom_from_vmx, rom_to_vmx, rom_from_xml, rom_to_xml,
};

static const struct vx_range mtu_range = {1, 65535}; /* of libvirt's schema */

/* ---- the table ------------------------------------------------------------------- */

enum {
    NAMED = VX_IS(VX_LINK_BRIDGE) | VX_IS(VX_LINK_CUSTOM),
    BY_TXBW = VX_IS(VX_OUTBOUND_NONE) | VX_IS(VX_OUTBOUND_TXBW),
    BY_LIMIT = VX_IS(VX_OUTBOUND_NONE) | VX_IS(VX_OUTBOUND_LIMIT),
    MADE = VX_IS(VX_MAC_NONE) | VX_IS(VX_MAC_GENERATED) | VX_IS(VX_MAC_VPX),
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_NIC_present),           VX_SELF},
  {VX_K(VX_NIC_connectionType),    VX_ATTR("", "type"),             .codec = &vx_decided, .arg = link_vmx, N(link), LINK(~VX_IS(VX_LINK_NULL)), .tells = true},
  /* No one word is behind this: the keys are kept. */
  {VX_NOKEY,                       VX_ATTR("", "type"),             .codec = &vx_decided, .arg = link_vmx, N(link), LINK(VX_IS(VX_LINK_NULL)), .tells = true},
  /* Which address counts is asked before the address; XML has it behind. */
  {VX_K(VX_NIC_addressType),       VX_KEPT,                         .codec = &vx_enum, .arg = mac_kinds, N(mac_kind)},
  {VX_K(VX_NIC_address),           VX_ATTR("mac", "address"),       .codec = &vx_mac,  N(mac), VX_IF(vx_nic, mac_kind, VX_IS(VX_MAC_STATIC))},
  {VX_K(VX_NIC_generatedAddress),  VX_ATTR("mac", "address"),       .codec = &vx_mac,  N(mac), VX_IF(vx_nic, mac_kind, MADE)},
  {VX_K(VX_NIC_addressType),       VX_ATTR("mac", "type"),          .codec = &vx_decided, .arg = mac_kinds, N(mac_kind), VX_IF(vx_nic, without_mac, VX_IS(0))},
  {VX_K(VX_NIC_checkMACAddress),   VX_ATTR("mac", "check"),         .codec = &vx_bool, N(mac_check), VX_IF(vx_nic, without_mac, VX_IS(0))},

  {VX_K(VX_NIC_networkName),       VX_ATTR("source", "bridge"),     .codec = &vx_text, N(network), LINK(NAMED)},
  {VX_K(VX_NIC_vnet),              VX_ATTR("source", "bridge"),     .codec = &vx_text, N(vnet),    LINK(VX_IS(VX_LINK_VNET))},
  {VX_NOKEY,                       VX_ATTR("source", "bridge"),     .codec = &vx_enum, .arg = host_networks, N(link), LINK(VX_IS(VX_LINK_BRIDGED) | VX_IS(VX_LINK_HOSTONLY))},
  {VX_K(VX_NIC_pvnID),             VX_ATTR("source", "name"),       .codec = &vx_uuid, N(segment), LINK(VX_IS(VX_LINK_SEGMENT))},
  {VX_K(VX_NIC_dvs_switchId),      VX_ATTR("source", "switchid"),   .codec = &vx_uuid, N(switch_id), LINK(VX_IS(VX_LINK_VDS))},
  {VX_K(VX_NIC_dvs_portId),        VX_ATTR("source", "portid"),     .codec = &vx_integer, N(port_id), LINK(VX_IS(VX_LINK_VDS)), .absent = "0"},
  {VX_K(VX_NIC_dvs_portgroupId),   VX_ATTR("source", "portgroupid"), .codec = &vx_text, N(portgroup_id), LINK(VX_IS(VX_LINK_VDS)), .absent = ""},
  {VX_K(VX_NIC_dvs_connectionId),  VX_ATTR("source", "connectionid"), .codec = &vx_integer, N(connection_id), LINK(VX_IS(VX_LINK_VDS)), .absent = "0"},
  /* Back: see vx_nic_put(). */
  {VX_K(VX_NIC_rxbw_limit),        VX_ATTR("bandwidth/inbound", "average"),  .codec = &vx_nic_kbit, N(rx_kilobytes)},
  {VX_K(VX_NIC_txbw_limit),        VX_ATTR("bandwidth/outbound", "average"), .codec = &vx_nic_kbit, N(tx_kilobytes), VX_IF(vx_nic, outbound, BY_TXBW)},
  {VX_K(VX_NIC_limit),             VX_ATTR("bandwidth/outbound", "average"), .codec = &mbit, N(limit_mbit),   VX_IF(vx_nic, outbound, BY_LIMIT)},
  {VX_K(VX_NIC_vnet),              VX_ATTR("target", "dev"),        .codec = &vx_text, N(vnet), LINK(VX_IS(VX_LINK_CUSTOM) | VX_IS(VX_LINK_VNET))},
  {VX_K(VX_NIC_virtualDev),        VX_ATTR("model", "type"),        .codec = &vx_enum, .arg = models, N(model), .tells = true},
  {VX_K(VX_NIC_features),          VX_SELF,                         .codec = &vx_integer, N(features), VX_IF(vx_nic, model, VX_IS(VX_NIC_MODEL_VMXNET2))},
  {VX_K(VX_NIC_startConnected),    VX_ATTR("link", "state"),        .codec = &vx_bool_updown, N(connected), .usual = "up"},
  {VX_K(VX_NIC_mtu),               VX_ATTR("mtu", "size"),          .codec = &vx_ranged, .arg = &mtu_range, N(mtu)},
  /* The way back is in boot.c. */
  {VX_NOKEY,                       VX_ATTR("boot", "order"),        .codec = &vx_integer, N(boot_order)},
  /* e1000.noOprom and kin may say it for all of a model.  Back: see vx_nic_put(). */
  {VX_K(VX_NIC_opromsize),         VX_ATTR("rom", "enabled"),       .codec = &rom, N(rom), VX_IF(vx_nic, rom_read, VX_IS(0))},
  {VX_K(VX_NIC_pciSlotNumber),     VX_HOOK(vx_hook_pci_slot),       .codec = &vx_integer, N(slot)},
};

/* clang-format on */

/* ---- what takes more than one key ------------------------------------------------ */

static void
settle_model(struct vx_map *map, const uint32_t *slot, struct vx_nic *nic)
{
    int64_t features = 0;

    if (nic->model == VX_NIC_MODEL_VMXNET
        && vx_map_int(map, slot[VX_NIC_features], &features) && features == 15) {
        nic->model = VX_NIC_MODEL_VMXNET2;
        nic->features = (struct vx_int){15, true};
    }
    if (slot[VX_NIC_virtualDev] == 0)
        return;
    if (nic->model == VX_NIC_MODEL_SRIOV || nic->model == VX_NIC_MODEL_VRDMA)
        vx_map_diag(map, VX_NIC_MODEL, slot[VX_NIC_virtualDev],
                    "domain XML has no such model; the interface has none");
    else if (nic->model != VX_NIC_MODEL_NONE)
        return;
    vx_map_loss(map, VX_NIC_MODEL, VMX_LOSS_WARNING, slot[VX_NIC_virtualDev], NULL,
                NULL);
}

/* Plugged into nothing, and the key that comes nearest to telling into what. */
static void
tell_unconnected(struct vx_map *map, const uint32_t *slot)
{
    static const int16_t tellers[] = {
        VX_NIC_opaqueNetwork_id, VX_NIC_dvs_switchId, VX_NIC_pvnID,
        VX_NIC_connectionType,   VX_NIC_networkName,  VX_NIC_vnet,
        VX_NIC_externalId,
    };
    uint32_t teller = 0;

    for (size_t i = 0; i < VX_COUNT(tellers) && teller == 0; i++)
        teller = slot[tellers[i]];
    if (teller)
        vx_map_diag(
            map, VX_NIC_UNCONNECTED, teller,
            "no network that domain XML can name; the interface is plugged into "
            "nothing");
    vx_map_loss(map, VX_NIC_UNCONNECTED, VMX_LOSS_WARNING,
                teller ? teller : slot[VX_NIC_present],
                teller ? NULL
                       : "No key names its network, and it is written as plugged into "
                         "nothing; Workstation bridges such an interface",
                NULL);
}

static bool
is_schema_name(struct vx_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.s[i];

        if (!vx_is_alpha(c) && !vx_is_digit(c) && memchr("_.-\\:/ ", c, 7) == NULL)
            return false;
    }
    return true;
}

/* Names from which the XML side would decide otherwise: the words stay with them. */
static void
settle_names(struct vx_map *map, const uint32_t *slot, const struct vx_nic *nic)
{
    struct vx_str name = nic->link == VX_LINK_VNET ? nic->vnet : nic->network;

    if (!is_schema_name(name))
        vx_map_diag(map, VX_NETWORK_NAME,
                    slot[nic->link == VX_LINK_VNET ? VX_NIC_vnet : VX_NIC_networkName],
                    "libvirt's schema refuses this name, libvirt does not");
    if ((nic->link == VX_LINK_CUSTOM || nic->link == VX_LINK_VNET)
        && vx_nic_is_libvirts(nic->vnet)) { /* it reads none from there */
        vx_dev_inexact(map, slot[VX_NIC_vnet]);
        vx_dev_inexact(map, slot[VX_NIC_connectionType]);
    }
    if ((nic->link == VX_LINK_BRIDGE && vx_word_of_xml(host_networks, name))
        || (nic->link == VX_LINK_CUSTOM && vx_str_ieq(name, nic->vnet))) {
        vx_dev_inexact(map, slot[VX_NIC_networkName]);
        vx_dev_inexact(map, slot[VX_NIC_connectionType]);
    }
    if (name.n == 0)
        tell_unconnected(map, slot);
}

/* Attributes that libvirt demands and that say nothing: no keys on the way back. */
static void
settle_port(struct vx_map *map, const uint32_t *slot, const struct vx_nic *nic)
{
    if (nic->port_id.v == 0)
        vx_dev_inexact(map, slot[VX_NIC_dvs_portId]);
    if (nic->portgroup_id.n == 0)
        vx_dev_inexact(map, slot[VX_NIC_dvs_portgroupId]);
    if (nic->connection_id.v == 0)
        vx_dev_inexact(map, slot[VX_NIC_dvs_connectionId]);
}

static void
settle_link(struct vx_map *map, const uint32_t *slot, struct vx_nic *nic)
{
    if (nic->link == VX_LINK_VDS)
        settle_port(map, slot, nic);
    if ((nic->link == VX_LINK_VDS && !nic->switch_id.set)
        || (nic->link == VX_LINK_SEGMENT && !nic->segment.set)) {
        nic->link = VX_LINK_NULL; /* its identifier is no identifier */
        vx_dev_inexact(map, slot[VX_NIC_connectionType]);
    }
    if (nic->link == VX_LINK_NULL)
        tell_unconnected(map, slot);
    else if (nic->link == VX_LINK_SEGMENT)
        vx_map_diag(map, VX_LAN_SEGMENT, slot[VX_NIC_pvnID],
                    "a LAN segment, written as an interface of type internal");
    else if ((NAMED | VX_IS(VX_LINK_VNET)) & VX_IS(nic->link))
        settle_names(map, slot, nic);
}

static void
tell_no_mac(struct vx_map *map, const uint32_t *slot, const struct vx_nic *nic)
{
    bool fixed = nic->mac_kind == VX_MAC_STATIC;
    uint32_t teller = slot[fixed ? VX_NIC_address : VX_NIC_generatedAddress];

    if (fixed) /* no address is none that a person gave */
        vx_dev_inexact(map, slot[VX_NIC_addressType]);
    if (fixed && teller == 0)
        vx_map_diag(map, VX_STATIC_WITHOUT_ADDRESS, slot[VX_NIC_addressType],
                    "there is no address");
    if (teller == 0)
        teller = slot[nic->mac_kind ? VX_NIC_addressType : VX_NIC_present];
    vx_map_loss(map, VX_NO_MAC, fixed ? VMX_LOSS_WARNING : VMX_LOSS_INFORMATION, teller,
                NULL, NULL);
}

static void
settle_mac(struct vx_map *map, const uint32_t *slot, struct vx_nic *nic)
{
    if (!nic->mac.set) {
        tell_no_mac(map, slot, nic);
        if (nic->mac_kind != VX_MAC_GENERATED) /* what a card without an address has */
            vx_dev_inexact(map, slot[VX_NIC_addressType]);
        nic->mac = (struct vx_mac){.set = true}; /* as libvirt: no address is zero */
    } else if (nic->mac.b[0] & 1) {
        uint32_t teller =
            slot[nic->mac_kind == VX_MAC_STATIC ? VX_NIC_address
                                                : VX_NIC_generatedAddress];

        vx_map_diag(map, VX_MULTICAST_MAC, teller,
                    "a multicast address; the interface has none");
        vx_map_loss(map, VX_MULTICAST_MAC, VMX_LOSS_WARNING, teller, NULL, NULL);
        nic->mac.set = false;
    } else if (vx_nic_is_zero(&nic->mac)) { /* in XML the same as none */
        vx_dev_inexact(map, slot[VX_NIC_addressType]);
        vx_dev_inexact(map, slot[VX_NIC_address]);
        vx_dev_inexact(map, slot[VX_NIC_generatedAddress]);
    } else if (nic->mac_kind == VX_MAC_NONE) {
        /* Without a type the range of the address tells where it comes from. */
        if (!vx_nic_is_made(&nic->mac))
            vx_dev_inexact(map, slot[VX_NIC_generatedAddress]);
    } else if (nic->mac_kind == VX_MAC_GENERATED || nic->mac_kind == VX_MAC_VPX) {
        if ((nic->mac_kind == VX_MAC_VPX) != vx_nic_is_of_vcenter(&nic->mac))
            vx_dev_inexact(map, slot[VX_NIC_addressType]);
    }
    nic->without_mac = !nic->mac.set;
}

/* A limit that is not in the model: no number, none at all, or one that XML cannot say.
 */
static void
settle_limit(struct vx_map *map, uint32_t slot, const struct vx_int *limit)
{
    struct vx_int number = {0, false};

    if (slot == 0 || limit->set
        || vx_integer.from_vmx(map, NULL, vx_map_value(map, slot), &number)
               == VX_READ_BAD)
        return;
    if (number.v < 0)
        vx_map_default(map, slot);
    else
        vx_map_loss(map, VX_BANDWIDTH, VMX_LOSS_INFORMATION, slot, NULL, NULL);
}

static void
settle_bandwidth(struct vx_map *map, const uint32_t *slot, struct vx_nic *nic)
{
    nic->outbound = nic->tx_kilobytes.set ? VX_OUTBOUND_TXBW
                    : nic->limit_mbit.set ? VX_OUTBOUND_LIMIT
                                          : VX_OUTBOUND_NONE;
    settle_limit(map, slot[VX_NIC_rxbw_limit], &nic->rx_kilobytes);
    settle_limit(map, slot[VX_NIC_txbw_limit], &nic->tx_kilobytes);
    settle_limit(map, slot[VX_NIC_limit], &nic->limit_mbit);
    if (nic->tx_kilobytes.set && nic->limit_mbit.set
        && nic->limit_mbit.v * VX_NIC_MBIT != nic->tx_kilobytes.v)
        vx_map_loss(map, VX_BANDWIDTH, VMX_LOSS_INFORMATION, slot[VX_NIC_limit],
                    "txbw.limit says otherwise, and counts", NULL);
}

int
vx_nic_no_rom(const struct vx_nic *nic)
{
    static const int16_t keys[] = {
        [VX_NIC_MODEL_VLANCE] = VX_M_vlance_noOprom,
        [VX_NIC_MODEL_VMXNET] = VX_M_vmxnet_noOprom,
        [VX_NIC_MODEL_VMXNET2] = VX_M_vmxnet_noOprom,
        [VX_NIC_MODEL_VMXNET3] = VX_M_vmxnet3_noOprom,
        [VX_NIC_MODEL_E1000] = VX_M_e1000_noOprom,
        [VX_NIC_MODEL_VRDMA] = 0,
    };

    return keys[nic->model] ? keys[nic->model] : VX_NO_KEY;
}

static void
settle_rom(struct vx_map *map, struct vx_nic *nic)
{
    int key = vx_nic_no_rom(nic);
    uint32_t slot = key >= 0 ? map->slots.machine[key] : 0;

    if (slot == 0 || vx_dev_there(map, slot) != VX_YES)
        return;
    nic->rom = VX_NO;
    vx_map_said(map, slot, false);
    vx_dev_inexact(map, slot);
}

static void
nic_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_nic *nic = model;

    settle_model(map, i->slot, nic);
    settle_link(map, i->slot, nic);
    settle_mac(map, i->slot, nic);
    settle_bandwidth(map, i->slot, nic);
    settle_rom(map, nic);
}

static void
nic_mark(struct vx_map *map, const void *model, struct vx_mark *ret)
{
    static const struct vx_mac none = {.set = true};
    const struct vx_nic *nic = model;
    struct vx_buf mac VX_AUTO(vx_buf_done) = VX_BUF(32);

    if (nic->without_mac || !nic->mac.set
        || memcmp(nic->mac.b, none.b, sizeof(none.b)) == 0)
        return;
    vx_mac_format(&mac, nic->mac.b);
    ret->mac = vx_arena_dup(map->arena, vx_buf_text(&mac));
}

const struct vx_device vx_device_nic = {
    .name = "nic",
    .element = "interface",
    .kind = VX_KIND_NIC,
    .present = VX_NIC_present,
    .size = sizeof(struct vx_nic),
    .decision = &link_decision,
    .decided = offsetof(struct vx_nic, link),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = nic_in,
    .mark = nic_mark,
    .claims = vx_nic_claims,
    .accept_xml = vx_nic_accept_xml,
    .in_xml = vx_nic_in_xml,
    .put = vx_nic_put,
};
