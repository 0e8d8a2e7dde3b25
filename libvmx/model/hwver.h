/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Virtual hardware versions and what each can hold. */
#ifndef VX_MODEL_HWVER_H
#define VX_MODEL_HWVER_H

#include <stdbool.h>
#include <stdint.h>

/* A row of schemas/hwver.tsv, which tells what is certain in it.  Texts are constants.
 */
struct vx_hwver {
    unsigned number;
    const char *esxi;        /* the first release that has it, or NULL */
    const char *workstation; /* likewise */
    unsigned vcpus;
    uint64_t memory_mib;
    unsigned nics;
    unsigned
        scsi_units; /* of pvscsi, the controller's own among them; others have 16 */
    unsigned nvme_units; /* 0: has no NVMe */
    unsigned serial_ports;
    bool released; /* false: a skipped number, whose limits are 0 */
};

/* The row of a version; NULL for one that is not known, such as a later one. */
const struct vx_hwver *vx_hwver_find(uint64_t number);

/* The latest version that is known. */
unsigned vx_hwver_newest(void);

#endif
