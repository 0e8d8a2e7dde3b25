/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that the host cannot read. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

static const struct vx_word kinds[] = {
    [VX_NO] = {NULL, "none"},
    [VX_YES] = {NULL, "sev"},
    VX_WORDS_END,
};

/* libvirt wants a policy; bit 2 asks for encrypted state (ES), which VMware's SEV
 * always has. */
static const struct vx_word policies[] = {
    [VX_NO] = {NULL, NULL},
    [VX_YES] = {NULL, "0x0004"},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_sev_enable), VX_ATTR("launchSecurity", "type"), .codec = &vx_bool_words, .arg = kinds, VX_M(vx_vm, security.sev), .usual = "none"},
  {VX_NOKEY,              VX_TEXT("launchSecurity/policy"),  .codec = &vx_enum, .arg = policies, VX_M(vx_vm, security.sev)},
};

/* clang-format on */

static void
report(struct vx_map *map, uint32_t slot, enum vx_code code)
{
    if (slot == 0)
        return;
    if (vx_map_bool(map, slot, false))
        vx_map_loss(map, code, VMX_LOSS_WARNING, slot, NULL, NULL);
    else
        vx_map_default(map, slot);
}

static void
security_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    const uint32_t *slot = map->slots.machine;

    (void)i;
    (void)model;
    report(map, slot[VX_M_sevsnp_enable], VX_CONFIDENTIAL);
    report(map, slot[VX_M_tdx_enable], VX_CONFIDENTIAL);
    report(map, slot[VX_M_sgx_present], VX_SGX);
    if (slot[VX_M_encryption_data])
        vx_map_loss(map, VX_ENCRYPTED_REST, VMX_LOSS_CRITICAL,
                    slot[VX_M_encryption_data], NULL, NULL);
    else if (slot[VX_M_encryption_bundle])
        vx_map_loss(map, VX_ENCRYPTED_REST, VMX_LOSS_CRITICAL,
                    slot[VX_M_encryption_bundle], NULL, NULL);
}

/* ---- the way back ---------------------------------------------------------------- */

/* Whatever the policy, VMware's is the one with encrypted state. */
static bool
security_accept_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
                    void *model)
{
    struct vx_node *element = vx_xml_find(domain, "launchSecurity", NULL);
    struct vx_node *policy = vx_xml_find(domain, "launchSecurity/policy", NULL);

    (void)seat;
    (void)model;
    if (element == NULL)
        return false;
    if (!vx_xml_attr_is(element, "type", "sev")) {
        vx_back_loss(map, VX_CONFIDENTIAL, VMX_LOSS_WARNING, element, NULL,
                     "VMware's keys for this kind of protected memory are not known",
                     "Switch it on in vSphere.");
        return false;
    }
    if (policy)
        policy->text = VX_STR("0x0004");
    return true;
}

const struct vx_device vx_device_security = {
    .name = "security",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = security_in,
    .accept_xml = security_accept_xml,
};
