/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_IOMMU_H
#define VX_MODEL_IOMMU_H

#include "model/types.h"

enum vx_iommu_kind {
    VX_IOMMU_NONE,
    VX_IOMMU_INTEL, /* VMware's own */
    VX_IOMMU_AMD,
    VX_IOMMU_SMMUV3,
    VX_IOMMU_VIRTIO,
};

struct vx_iommu {
    uint8_t kind; /* enum vx_iommu_kind */
};

#endif
