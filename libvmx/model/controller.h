/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_CONTROLLER_H
#define VX_MODEL_CONTROLLER_H

#include "model/disk.h"

enum vx_scsi_model {
    VX_SCSI_NONE,
    VX_SCSI_BUSLOGIC,
    VX_SCSI_LSILOGIC,
    VX_SCSI_LSISAS1068,
    VX_SCSI_PVSCSI,
};

enum vx_bus_sharing {
    VX_SHARING_UNSAID,
    VX_SHARING_NONE,
    VX_SHARING_VIRTUAL,  /* with machines on the same host */
    VX_SHARING_PHYSICAL, /* with machines on any host */
};

struct vx_controller {
    uint8_t bus;     /* enum vx_disk_bus */
    uint8_t model;   /* enum vx_scsi_model */
    uint8_t sharing; /* enum vx_bus_sharing */
    struct vx_int index;
    struct vx_int slot; /* PCI slot number, VMware's encoding */
};

#endif
