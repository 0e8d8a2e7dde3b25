/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The 64-bit hole of the PCI root: pciPassthru.use64bitMMIO ↔ <pcihole64>. */
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define P(member) VX_M(vx_vm, pcihole.member)

/* One size is all that XML has: its number and the unit.  Back: any size that is a
 * power of two in GiB, and use64bitMMIO = TRUE with it. */
static void
hole(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
     __attribute__((unused)) void *model)
{
    const struct vx_pcihole *hole64 = &map->vm.pcihole;
    int64_t size = hole64->size_gib.v;
    uint32_t base = map->xml.base;

    if (hole64->use == VX_NO)
        vx_map_default(map, slot[VX_M_pciPassthru_use64bitMMIO]);
    if (hole64->use != VX_YES || !hole64->size_gib.set || (size & (size - 1)) != 0)
        return;
    vx_xml_begin(&map->xml, "controller");
    vx_xml_attrs(&map->xml, " type='pci' index='0' model='pci-root'");
    vx_xml_at(&map->xml, "pcihole64");
    vx_xml_attrs(&map->xml, " unit='GiB'");
    vx_xml_text_uint(&map->xml, (uint64_t)size);
    vx_xml_end(&map->xml, base);
    vx_map_said(map, slot[VX_M_pciPassthru_use64bitMMIO], false);
    vx_map_said(map, slot[row->key], false);
}

static const struct vx_range sizes = {1, 1 << 20};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_pciPassthru_use64bitMMIO),    VX_KEPT,       .codec = &vx_bool, P(use)}, /* the hook says it */
  {VX_K(VX_M_pciPassthru_64bitMMIOSizeGB), VX_HOOK(hole), .codec = &vx_ranged, .arg = &sizes, P(size_gib)},
};
/* clang-format on */

const struct vx_device vx_device_pcihole = {
    .name = "pcihole",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
};
