/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The 64-bit hole of the PCI root: pciPassthru.use64bitMMIO ↔ <pcihole64>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/units.h"

#include "base/banned.h"

#define P(member) VX_M(vx_vm, pcihole.member)

/* One size is all that XML has: its number and the unit. */
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

/* ---- the way back ---------------------------------------------------------------- */

enum { KIB_TO_GIB = 20 };

/* VMware takes powers of two; 0 is libvirt's word for no hole. */
static void
read_hole(struct vx_map *map, struct vx_node *element, struct vx_pcihole *hole64)
{
    struct vx_str unit = vx_xml_value(element, "unit");
    uint64_t kib;
    int64_t size;

    if (!vx_units_kib(vx_xml_value(element, NULL), unit, &kib)) {
        vx_back_diag(map, VX_BAD_XML_VALUE, element, "no size");
        return;
    }
    size = (int64_t)(kib >> KIB_TO_GIB);
    if (kib == 0)
        return;
    if (kib % (1u << KIB_TO_GIB) != 0 || (size & (size - 1)) != 0 || size > sizes.max) {
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_WARNING, element, NULL,
                     "The hole is no power of two in GiB, and is left out",
                     "Round it up to the next power of two.");
        return;
    }
    *hole64 = (struct vx_pcihole){VX_YES, {size, true}};
}

/* libvirt adds bridges and ports by itself; VMware has its own. */
static void
pcihole_in_xml(struct vx_map *map, struct vx_node *element,
               __attribute__((unused)) struct vx_seat *seat,
               __attribute__((unused)) void *model)
{
    for (struct vx_node *node = vx_xml_child(element, "controller"); node;
         node = vx_xml_next(node, "controller")) {
        struct vx_node *hole64;

        if (!vx_xml_attr_is(node, "type", "pci"))
            continue;
        hole64 = vx_xml_child(node, "pcihole64");
        if (hole64 && !map->vm.pcihole.size_gib.set)
            read_hole(map, hole64, &map->vm.pcihole);
        vx_xml_pass(node);
    }
}

const struct vx_device vx_device_pcihole = {
    .name = "pcihole",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in_xml = pcihole_in_xml,
};
