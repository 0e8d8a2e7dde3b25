/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 3xx: network cards: their addresses and what they are plugged into. */
#include "lint/device.h"
#include "map/codec.h"

#include "base/banned.h"

enum {
    MAC_BYTES = 6,
    STATIC_LAST = 0x3F, /* 00:50:56:00 to 00:50:56:3F are for people */
};

static const uint8_t vmware_static[] = {0x00, 0x50, 0x56};
static const uint8_t vmware_hosted[] = {0x00, 0x0C, 0x29};
static const uint8_t vmware_old[] = {0x00, 0x05, 0x69};

/* ---- addresses ------------------------------------------------------------------- */

static bool
is_of(const uint8_t mac[MAC_BYTES], const uint8_t oui[3])
{
    return memcmp(mac, oui, 3) == 0;
}

static bool
read_mac(const struct vx_lint *lint, struct vx_line *line, uint8_t mac[MAC_BYTES])
{
    return line && vx_mac_parse(vx_lint_value(lint, line), mac);
}

/* The line of the address that counts: the type says which. */
static struct vx_line *
address_line(const struct vx_lint *lint, const struct vx_instance *nic)
{
    bool fixed = vx_str_is(vx_lint_told(lint, nic, VX_NIC_addressType), "static");

    return vx_lint_line(lint,
                        nic->slot[fixed ? VX_NIC_address : VX_NIC_generatedAddress]);
}

static bool
is_static(const struct vx_lint *lint, const struct vx_instance *nic)
{
    return vx_str_is(vx_lint_told(lint, nic, VX_NIC_addressType), "static");
}

static bool
is_generated(const struct vx_lint *lint, const struct vx_instance *nic)
{
    static const char *const types[] = {"generated", "vpx", NULL};

    return vx_lint_among(vx_lint_told(lint, nic, VX_NIC_addressType), types);
}

void
vx_check_mac_multicast(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = address_line(lint, d);
        uint8_t mac[MAC_BYTES];

        if (read_mac(lint, line, mac) && (mac[0] & 1))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is a multicast address; expected an even "
                         "first byte",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
    }
}

void
vx_check_mac_static_missing(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d))
        if (is_static(lint, d) && vx_lint_told(lint, d, VX_NIC_address).n == 0)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_addressType]),
                         VX_PART_LINE,
                         "%.*s.address: missing, though the type is "
                         "static",
                         VX_ARG(vx_lint_device_name(lint, d)));
}

void
vx_check_mac_generated_missing(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d))
        if (is_generated(lint, d) && vx_lint_told(lint, d, VX_NIC_address).n == 0
            && vx_lint_told(lint, d, VX_NIC_generatedAddress).n == 0)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_addressType]),
                         VX_PART_LINE,
                         "%.*s.generatedAddress: missing; the card gets "
                         "a new address at power on",
                         VX_ARG(vx_lint_device_name(lint, d)));
}

/* `address` counts with addressType static alone. */
void
vx_check_mac_ignored(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_address]);
        struct vx_line *type = vx_lint_line(lint, d->slot[VX_NIC_addressType]);
        struct vx_finding *found;

        if (vx_lint_value(lint, line).n == 0 || is_static(lint, d)
            || (type && !is_generated(lint, d)))
            continue;
        found = vx_lint_tell(lint, rule, line, VX_PART_LINE,
                             "%.*s: not used, since %.*s.addressType is not \"static\"",
                             VX_KEY_ARG(line), VX_ARG(vx_lint_device_name(lint, d)));
        if (found) {
            found->other = type;
            found->text = vx_arena_printf(lint->arena, "%.*s.addressType",
                                          VX_ARG(vx_lint_device_name(lint, d)));
        }
    }
}

void
vx_fix_mac_ignored(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->other)
        vx_fix_value(lint, finding, finding->other, VX_STR("static"));
    else if (finding->text.s)
        vx_fix_insert(lint, finding, finding->line, finding->text.s, VX_STR("static"));
}

void
vx_check_mac_reserved(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_address]);
        uint8_t mac[MAC_BYTES];

        if (is_static(lint, d) && read_mac(lint, line, mac)
            && ((is_of(mac, vmware_static) && mac[3] > STATIC_LAST)
                || is_of(mac, vmware_hosted)))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is an address that VMware gives out by "
                         "itself; static ones are 00:50:56:00:00:00 to "
                         "00:50:56:3f:ff:ff",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
    }
}

void
vx_check_mac_foreign(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_address]);
        struct vx_line *checked = vx_lint_line(lint, d->slot[VX_NIC_checkMACAddress]);
        uint8_t mac[MAC_BYTES];

        if (is_static(lint, d) && vx_lint_bool(lint, checked, true)
            && read_mac(lint, line, mac) && !(mac[0] & 1) && !is_of(mac, vmware_static)
            && !is_of(mac, vmware_hosted))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is outside of VMware's range, and some "
                         "products refuse it unless checkMACAddress is FALSE",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
    }
}

void
vx_check_mac_not_generated(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_generatedAddress]);
        uint8_t mac[MAC_BYTES];

        if (is_generated(lint, d) && read_mac(lint, line, mac)
            && !is_of(mac, vmware_static) && !is_of(mac, vmware_hosted)
            && !is_of(mac, vmware_old) && !(mac[0] & 2))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is none of VMware's addresses, so it was not "
                         "generated; expected addressType = \"static\"",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
    }
}

/* As bytes, so that spelling makes no difference. */
static struct vx_twin
mac_of(struct vx_lint *lint, const struct vx_instance *nic)
{
    struct vx_twin twin = {.line = address_line(lint, nic)};
    uint8_t mac[MAC_BYTES];

    if (read_mac(lint, twin.line, mac))
        twin.text = vx_arena_dup(lint->arena, vx_str_of((const char *)mac, MAC_BYTES));
    else
        twin.line = NULL;
    return twin;
}

void
vx_check_mac_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_twin *twin = vx_twins(lint, VX_KIND_NIC, mac_of); twin;
         twin = twin->next)
        vx_twin_relate(vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                                    "%.*s: \"%.*s\" is the address of %.*s as well",
                                    VX_KEY_ARG(twin->line),
                                    VX_VALUE_ARG(lint, twin->line),
                                    VX_KEY_ARG(twin->first)),
                       twin);
}

/* ---- networks -------------------------------------------------------------------- */

void
vx_check_nic_no_network(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t tellers[] = {VX_NIC_networkName,
                                       VX_NIC_connectionType,
                                       VX_NIC_vnet,
                                       VX_NIC_dvs_switchId,
                                       VX_NIC_dvs_portgroupId,
                                       VX_NIC_opaqueNetwork_id,
                                       VX_NIC_opaqueNetwork_type,
                                       VX_NIC_pvnID,
                                       VX_NIC_bsdName,
                                       VX_NIC_devName,
                                       VX_NIC_subnetId,
                                       0};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d))
        if (vx_lint_first(lint, d, tellers) == NULL)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_present]),
                         VX_PART_LINE,
                         "%.*s: no key names its network; Workstation bridges it, and "
                         "ESXi leaves it unplugged",
                         VX_ARG(vx_lint_device_name(lint, d)));
}

void
vx_check_nic_empty_network(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t others[] = {VX_NIC_dvs_switchId,
                                      VX_NIC_dvs_portgroupId,
                                      VX_NIC_opaqueNetwork_id,
                                      VX_NIC_connectionType,
                                      VX_NIC_vnet,
                                      VX_NIC_pvnID,
                                      VX_NIC_subnetId,
                                      0};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_networkName]);

        if (line && vx_str_trim(vx_lint_value(lint, line)).n == 0
            && vx_lint_first(lint, d, others) == NULL)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: empty, so the card is plugged into nothing",
                         VX_KEY_ARG(line));
    }
}

void
vx_check_nic_no_vnet(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t nets[] = {VX_NIC_vnet, VX_NIC_bsdName, VX_NIC_networkName, 0};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_connectionType]);

        if (vx_lint_is(lint, line, "custom") && vx_lint_first(lint, d, nets) == NULL)
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "%.*s: \"custom\" wants a network; expected %.*s.vnet = "
                         "\"vmnetN\"",
                         VX_KEY_ARG(line), VX_ARG(vx_lint_device_name(lint, d)));
    }
}

void
vx_check_nic_half_dvs(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        bool to = d->slot[VX_NIC_dvs_switchId], group = d->slot[VX_NIC_dvs_portgroupId];
        uint32_t slot = d->slot[to ? VX_NIC_dvs_switchId : VX_NIC_dvs_portgroupId];

        if (to != group && d->slot[VX_NIC_dvs_portId] == 0)
            vx_lint_tell(lint, rule, vx_lint_line(lint, slot), VX_PART_LINE,
                         "%.*s.dvs.%s: missing; a distributed switch is told by its "
                         "switchId and its portgroupId",
                         VX_ARG(vx_lint_device_name(lint, d)),
                         to ? "portgroupId" : "switchId");
    }
}

void
vx_check_nic_too_many(struct vx_lint *lint, const struct vx_rule *rule)
{
    unsigned nics = lint->hardware ? lint->hardware->nics : 0, count = 0;

    for (struct vx_instance *d = nics ? vx_lint_device(lint, VX_KIND_NIC, NULL) : NULL;
         d; d = vx_lint_device(lint, VX_KIND_NIC, d))
        if (++count > nics)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_present]),
                         VX_PART_LINE,
                         "%.*s: hardware version %u has no more than %u cards",
                         VX_ARG(vx_lint_device_name(lint, d)), lint->hw, nics);
}

void
vx_check_nic_old_model(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const old[] = {"vlance", "vmxnet", "vmxnet2", "flexible", NULL};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_NIC_virtualDev]);

        if (vx_lint_among(vx_lint_value(lint, line), old))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is a slow card of old products; expected "
                         "vmxnet3 or e1000e",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
    }
}

/* Delay and loss that somebody tried a guest with. */
void
vx_check_nic_impaired(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t props[] = {VX_NIC_rxfi_droprate, VX_NIC_txfi_droprate,
                                     VX_NIC_latency};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d))
        for (size_t i = 0; i < VX_COUNT(props); i++) {
            struct vx_line *line = vx_lint_line(lint, d->slot[props[i]]);
            int64_t number;

            if (vx_lint_int(lint, line, &number) && number > 0)
                vx_lint_tell(lint, rule, line, VX_PART_LINE,
                             "%.*s: the link loses or delays packets on purpose",
                             VX_KEY_ARG(line));
        }
}
