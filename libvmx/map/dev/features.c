/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Switches of the machine ↔ <features>. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define F(name) VX_M(vx_vm, features.name)

/* TRUE is off: the key takes away what the element grants. */
static enum vx_read
denied_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    (void)map;
    (void)row;
    return vx_bool_parse(text, member);
}

static void
denied_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
              struct vx_buf *out)
{
    (void)map;
    (void)row;
    vx_buf_str(out,
               *(const uint8_t *)member == VX_YES ? VX_STR("TRUE") : VX_STR("FALSE"));
}

static bool
denied_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    bool off = vx_str_eq(text, VX_STR("off"));

    (void)map;
    (void)row;
    if (!off && !vx_str_eq(text, VX_STR("on")))
        return false;
    *(uint8_t *)member = off ? VX_YES : VX_NO;
    return true;
}

static void
denied_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
              struct vx_buf *out)
{
    (void)map;
    (void)row;
    vx_buf_str(out, *(const uint8_t *)member == VX_YES ? VX_STR("off") : VX_STR("on"));
}

static const struct vx_codec denied = {
    "TRUE or FALSE", VX_T_BYTE,       denied_from_vmx,
    denied_to_vmx,   denied_from_xml, denied_to_xml,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_paevm),                            VX_FLAG("features/pae"),                 .codec = &vx_bool,       F(pae)},
  {VX_K(VX_M_hypervisor_cpuid_v0),              VX_ATTR("features/kvm/hidden", "state"), .codec = &denied,        F(hypervisor_leaf),   .usual = "off"},
  {VX_K(VX_M_vpmc_enable),                      VX_ATTR("features/pmu", "state"),        .codec = &vx_bool_onoff, F(pmu)},
  {VX_K(VX_M_monitor_control_restrict_backdoor), VX_ATTR("features/vmport", "state"),    .codec = &denied,        F(restrict_backdoor), .usual = "on"},
};
/* clang-format on */

const struct vx_device vx_device_features = {
    .name = "features",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
};
