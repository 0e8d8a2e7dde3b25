/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef VX_MODEL_DISK_H
#define VX_MODEL_DISK_H

#include "model/types.h"

/* What a drive is and what is in it. */
enum vx_disk_kind {
    VX_DISK_NONE,          /* nothing that domain XML could say */
    VX_DISK_FILE,          /* a hard disk in a file */
    VX_DISK_BLOCK,         /* a hard disk that is a device of the host */
    VX_DISK_LUN,           /* a host's SCSI device, passed through */
    VX_DISK_CD_IMAGE,      /* a CD-ROM drive with an image */
    VX_DISK_CD_EMPTY,      /* … with nothing */
    VX_DISK_CD_HOST,       /* the host's drive, emulated */
    VX_DISK_CD_HOST_AUTO,  /* … whichever the host has */
    VX_DISK_CD_HOST_EMPTY, /* … without saying which */
    VX_DISK_CD_RAW,        /* the host's drive, its commands passed through */
    VX_DISK_CD_RAW_AUTO,
    VX_DISK_CD_PASSTHRU, /* the same by ESX's name for it */
    VX_DISK_FLOPPY_FILE,
    VX_DISK_FLOPPY_EMPTY,
    VX_DISK_FLOPPY_HOST,
    VX_DISK_FLOPPY_AUTO,
    VX_DISK_FLOPPY_HOST_EMPTY,
    VX_DISK_KINDS
};

enum vx_disk_bus { /* enum vx_bus + 1 */
                   VX_DISK_BUS_NONE,
                   VX_DISK_BUS_SCSI,
                   VX_DISK_BUS_SATA,
                   VX_DISK_BUS_IDE,
                   VX_DISK_BUS_NVME,
                   VX_DISK_BUS_FLOPPY,
};

enum vx_disk_mode {
    VX_MODE_NONE,
    VX_MODE_PERSISTENT,
    VX_MODE_INDEPENDENT,           /* snapshots leave the disk out */
    VX_MODE_INDEPENDENT_TRANSIENT, /* … and writes are forgotten at power off */
    VX_MODE_TRANSIENT,
    VX_MODE_UNDOABLE,
    VX_MODE_APPEND,
};

struct vx_disk {
    uint8_t kind; /* enum vx_disk_kind */
    uint8_t bus;  /* enum vx_disk_bus */
    uint8_t mode; /* enum vx_disk_mode */
    /* enum vx_tri */
    uint8_t transient;
    uint8_t write_through;
    uint8_t no_discard; /* VX_YES when unmap is not let through */
    uint8_t ssd;
    uint8_t autodetect;
    uint8_t readonly;
    uint8_t cd_readonly; /* as every CD-ROM is */
    uint8_t shared;      /* with other machines: the disk itself says so */
    uint8_t shared_old;  /* … in an older key */
    uint8_t shared_bus;  /* … its controller does */
    uint16_t controller, unit;
    struct vx_str file;   /* as the VMX names it */
    struct vx_str device; /* on the host */
    struct vx_str target; /* its name in the domain */
    struct vx_str vendor, product, serial;
    /* Limits per second, by the two keys that can say either. */
    struct vx_int bytes_cap, bytes_cap_old, ios_cap, ios_cap_new;
    struct vx_int boot_order; /* from 1 */
};

/* NAME-000001.vmdk: the changes since a snapshot, worthless without what is below.  But
 * a machine may be called as if it were a snapshot, and its first disk is called as it
 * is. */
static inline bool
vx_disk_is_delta(struct vx_str file, struct vx_str machine)
{
    const struct vx_str suffix = VX_STR("-000001.vmdk");
    size_t name = file.n;

    if (file.n <= suffix.n || !vx_str_iends(file, VX_STR(".vmdk"))
        || file.s[file.n - suffix.n] != '-')
        return false;
    while (name && file.s[name - 1] != '/')
        name--;
    if (vx_str_ieq(vx_str_of(file.s + name, file.n - name - strlen(".vmdk")), machine))
        return false;
    for (size_t at = file.n - suffix.n + 1; at < file.n - 5; at++)
        if (!vx_is_digit((unsigned char)file.s[at]))
            return false;
    return true;
}

/* What disks have in common. */
struct vx_storage {
    uint8_t unmap;      /* enum vx_tri: may the guest's UNMAP through? */
    uint32_t next_name; /* first "sd" name that may be free, as a number */
    uint64_t names[4];  /* a bit for each of the first 256 that is taken */
};

#endif
