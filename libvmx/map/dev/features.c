/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Switches of the machine ↔ <features>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define F(name) VX_M(vx_vm, features.name)

/* The key takes away what the element grants. */
static const struct vx_word denials[] = {
    [VX_NO] = {NULL, "on"},
    [VX_YES] = {NULL, "off"},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_paevm),                            VX_FLAG("features/pae"),                 .codec = &vx_bool,       F(pae)},
  {VX_K(VX_M_hypervisor_cpuid_v0),              VX_ATTR("features/kvm/hidden", "state"), .codec = &vx_bool_words, .arg = denials, F(hypervisor_leaf),   .usual = "off"},
  {VX_K(VX_M_vpmc_enable),                      VX_ATTR("features/pmu", "state"),        .codec = &vx_bool_onoff, F(pmu)},
  {VX_K(VX_M_monitor_control_restrict_backdoor), VX_ATTR("features/vmport", "state"),    .codec = &vx_bool_words, .arg = denials, F(restrict_backdoor), .usual = "on"},
};

/* clang-format on */

/* ---- the way back ---------------------------------------------------------------- */

/* VMware always has ACPI and an APIC, and looks after SMM itself.  Elsewhere the VMware
 * port is switched off since nobody needs it; here the guest's tools do. */
static void
features_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
                void *model)
{
    static const char *const usual[] = {"features/acpi", "features/apic",
                                        "features/smm"};

    (void)seat;
    for (size_t i = 0; i < VX_COUNT(usual); i++)
        vx_xml_pass(vx_xml_find(domain, usual[i], NULL));
    if (!map->back->vmware)
        ((struct vx_vm *)model)->features.restrict_backdoor = VX_UNSET;
}

const struct vx_device vx_device_features = {
    .name = "features",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in_xml = features_in_xml,
};
