/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_OS_H
#define VX_MODEL_OS_H

#include "model/types.h"

struct vx_guestos_row;

enum vx_firmware {
    VX_FIRMWARE_NONE,
    VX_FIRMWARE_BIOS,
    VX_FIRMWARE_EFI,
};

/* Classes of devices to boot from. */
enum vx_boot {
    VX_BOOT_NONE,
    VX_BOOT_HD,
    VX_BOOT_CDROM,
    VX_BOOT_FLOPPY,
    VX_BOOT_NETWORK,
    VX_BOOT_CLASSES,
};

struct vx_os {
    struct vx_str guest;              /* the guestOS word */
    const struct vx_guestos_row *row; /* what is known of it, or NULL */
    bool guest_told;                  /* arch and id lead back to the word */
    uint8_t firmware;                 /* enum vx_firmware */
    uint8_t secure_boot;              /* enum vx_tri */
    uint8_t reflect_host;             /* enum vx_tri: SMBIOS strings of the host */
    uint8_t slic;                     /* enum vx_tri: ACPI table of the host */
    uint8_t boot[VX_BOOT_CLASSES]; /* enum vx_boot, ends with VX_BOOT_NONE; empty when
                                      devices have orders of their own */
    struct vx_str nvram;
    struct vx_int boot_delay_ms;
    uint8_t retry; /* enum vx_tri */
    struct vx_int retry_delay_s;
};

#endif
