/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual IOMMU: vvtd.enable ↔ <iommu>.  VMware's is Intel's; in XML any is the
 * key. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"

#include "base/banned.h"

#define M(member) VX_M(vx_vm, iommu.member)

static const struct vx_word kinds[] = {
    [VX_IOMMU_INTEL] = {"TRUE", "intel"},
    [VX_IOMMU_AMD] = {"TRUE", "amd"},
    [VX_IOMMU_SMMUV3] = {"TRUE", "smmuv3"},
    [VX_IOMMU_VIRTIO] = {"TRUE", "virtio"},
    VX_WORDS_END,
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_vvtd_enable), VX_ATTR("iommu", "model"), .codec = &vx_decided, .arg = kinds, M(kind), .tells = true},
};

/* clang-format on */

static bool
iommu_accept(struct vx_map *map, struct vx_instance *none, void *model)
{
    struct vx_vm *vm = model;

    (void)none;
    if (vx_dev_there(map, map->slots.machine[VX_M_vvtd_enable]) != VX_YES)
        return false;
    vm->iommu.kind = VX_IOMMU_INTEL;
    return true;
}

static void
iommu_in_xml(__attribute__((unused)) struct vx_map *map, struct vx_node *element,
             __attribute__((unused)) struct vx_seat *none, void *model)
{
    struct vx_vm *vm = model;
    struct vx_node *iommu = vx_xml_find(element, "iommu", NULL);

    if (iommu == NULL)
        return;
    if (vm->iommu.kind == VX_IOMMU_NONE)
        vm->iommu.kind = VX_IOMMU_INTEL;
    vx_xml_pass(vx_xml_find(iommu, "address", NULL));
}

const struct vx_device vx_device_iommu = {
    .name = "iommu",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = iommu_accept,
    .in_xml = iommu_in_xml,
};
