/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables, one file each, and what several of them share.  A table without numbers
 * (kind VX_KIND_MACHINE) has struct vx_vm as its model; its paths are relative to
 * <domain>, or to <devices> for those that stand there. */
#ifndef VX_MAP_DEV_DEV_H
#define VX_MAP_DEV_DEV_H

#include "map/map.h"

extern const struct vx_device vx_device_identity; /* name, UUIDs, genid, description */
extern const struct vx_device
    vx_device_memory; /* <memory> to <memtune>, <memoryBacking> */
extern const struct vx_device vx_device_vcpu; /* <vcpu>, <cputune>, <numatune> */
extern const struct vx_device
    vx_device_cpu; /* <cpu>: topology, CPUID features, NUMA cells */
extern const struct vx_device
    vx_device_os; /* <os>: arch, firmware, boot, SMBIOS mode */
extern const struct vx_device vx_device_sysinfo;  /* <sysinfo> */
extern const struct vx_device vx_device_features; /* <features> */
extern const struct vx_device vx_device_clock;    /* <clock> */
extern const struct vx_device vx_device_security; /* <launchSecurity> */
extern const struct vx_device vx_device_disk;     /* hard disks, CD-ROMs, floppies */
extern const struct vx_device
    vx_device_controller; /* SCSI, SATA, IDE, floppy, NVMe controllers */
extern const struct vx_device
    vx_device_storage; /* what disks have in common: names, buses */
extern const struct vx_device vx_device_usb;     /* USB controllers */
extern const struct vx_device vx_device_usbdisk; /* disks on USB */
extern const struct vx_device vx_device_pcihole; /* the PCI root with its 64-bit hole */
extern const struct vx_device vx_device_hgfs;    /* what holds for all shared folders */
extern const struct vx_device vx_device_folder;  /* shared folders */
extern const struct vx_device vx_device_nic;     /* network interfaces */
extern const struct vx_device vx_device_vf; /* PCI passthrough of SR-IOV: <interface> */
extern const struct vx_device vx_device_passthru; /* PCI passthrough: <hostdev> */
extern const struct vx_device vx_device_serial;
extern const struct vx_device vx_device_console; /* the first serial port once more */
extern const struct vx_device vx_device_parallel;
extern const struct vx_device vx_device_input; /* USB tablets */
extern const struct vx_device vx_device_vusb;  /* USB mouse and keyboard */
extern const struct vx_device vx_device_tpm;
extern const struct vx_device vx_device_graphics; /* VNC */
extern const struct vx_device vx_device_sound;
extern const struct vx_device vx_device_video;
extern const struct vx_device vx_device_usbhost; /* USB passthrough: <hostdev> */
extern const struct vx_device vx_device_watchdog;
extern const struct vx_device vx_device_memballoon;
extern const struct vx_device vx_device_iommu;

/* The libosinfo element inside <metadata>, when the guest table knows the system. */
void vx_os_metadata(struct vx_map *map);

/* CPUID masks and the named masks of features into map->vm.cpu.policies. */
void vx_cpuid_read(struct vx_map *map);
/* Demands `policy` of a bit that no key has named before; false when one has. */
bool vx_cpuid_demand(struct vx_map *map, uint32_t leaf, unsigned reg, unsigned bit,
                     uint8_t policy);

/* <address type='pci' …/> from a pciSlotNumber (struct vx_int) in libvirt's VMware
 * encoding: slot in bits 0 to 4, bus in 5 to 9, function in 10 to 12 (as libvirt 12
 * prints it).  -1, 0 and what is above 8191 say nothing. */
void vx_hook_pci_slot(struct vx_map *map, const struct vx_row *row,
                      const uint32_t *slot, void *model);

/* Writes row->with, attributes that are always the same, into the element row->elem. */
void vx_hook_with(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                  void *model);

/* For a bool (row->member) that no element says: TRUE, or FALSE, is what an absent key
 * means. */
void vx_hook_usual_yes(struct vx_map *map, const struct vx_row *row,
                       const uint32_t *slot, void *model);
void vx_hook_usual_no(struct vx_map *map, const struct vx_row *row,
                      const uint32_t *slot, void *model);

/* A target name, "sdb", that no other disk has.  For disks on USB, which are read after
 * the others; VX_STR_NONE without memory. */
struct vx_str vx_disk_free_name(struct vx_map *map);

/* The elements say it, and yet the way back would give another text, or none. */
static inline void
vx_dev_inexact(struct vx_map *map, uint32_t slot)
{
    if (slot)
        map->state[slot - 1] &= (uint8_t)~VX_LINE_EXACT;
}

/* VX_YES when the key behind `slot` is true, else VX_NO; one that is FALSE says what
 * its absence would. */
uint8_t vx_dev_there(struct vx_map *map, uint32_t slot);

/* A whole number; the row's `arg` is a struct vx_range, outside of which it is none. */
struct vx_range {
    int64_t min, max;
};

extern const struct vx_codec vx_ranged;

/* The boot order: classes of devices in vm.os.boot, or an order on each device.  Runs
 * when all devices are read.  The hook writes the classes. */
void vx_boot_resolve(struct vx_map *map);
/* … and the way back, when all elements are read: bios.bootOrder and bios.hddOrder. */
void vx_boot_back(struct vx_map *map);
/* What the machine as a whole needs, when all devices have their numbers: the hardware
 * version, and in a new file the keys that each has. */
void vx_whole_back(struct vx_map *map);
void vx_hook_boot(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                  void *model);

#endif
