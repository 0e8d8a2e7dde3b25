/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files about disks and their controllers share. */
#ifndef VX_MAP_DEV_DISK_H
#define VX_MAP_DEV_DISK_H

#include "map/codec.h"
#include "map/dev/dev.h"
#include "model/controller.h"

enum {
    VX_SINCE_NVME = 11005000, /* libvirt that reads NVMe disks */
    VX_CONTROLLER_MAX = 3,    /* four of each kind */
    VX_SCSI_UNIT_SELF = 7,    /* the controller's own */
};

#define VX_DISK_HARD (VX_IS(VX_DISK_FILE) | VX_IS(VX_DISK_BLOCK) | VX_IS(VX_DISK_LUN))
#define VX_DISK_FLOPPIES                                                               \
    (VX_IS(VX_DISK_FLOPPY_FILE) | VX_IS(VX_DISK_FLOPPY_EMPTY)                          \
     | VX_IS(VX_DISK_FLOPPY_HOST) | VX_IS(VX_DISK_FLOPPY_AUTO)                         \
     | VX_IS(VX_DISK_FLOPPY_HOST_EMPTY))
/* They take whatever the host has. */
#define VX_DISK_AUTOS                                                                  \
    (VX_IS(VX_DISK_CD_HOST_AUTO) | VX_IS(VX_DISK_CD_RAW_AUTO)                          \
     | VX_IS(VX_DISK_FLOPPY_AUTO))
/* libvirt's reader takes them for the same drives with an empty file. */
#define VX_DISK_HOST_EMPTIES                                                           \
    (VX_IS(VX_DISK_CD_HOST_EMPTY) | VX_IS(VX_DISK_FLOPPY_HOST_EMPTY))

/* Hardware 13 brought 64 disks on one SCSI controller.  A machine that does not say its
 * hardware is taken as new: no disk is lost by that. */
static inline bool
vx_scsi_is_wide(const struct vx_map *map)
{
    return map->vm.hw == 0 || map->vm.hw >= 13;
}

static inline bool
vx_disk_is(const struct vx_disk *disk, uint32_t kinds)
{
    return kinds >> disk->kind & 1;
}

/* Controllers stand in this order in a new file. */
#define VX_CONTROLLER_ORDER(sub, index)                                                \
    ((uint32_t)(sub) * (VX_CONTROLLER_MAX + 1) + (index))

/* Has VMware such a place?  Numbers as in the keys. */
bool vx_disk_in_range(const struct vx_map *map, uint8_t sub, uint32_t index,
                      uint32_t unit);

/* disk_back.c: the way back of the disk table. */
bool vx_disk_claims(const struct vx_node *element);
bool vx_disk_accept_xml(struct vx_map *map, struct vx_node *element,
                        struct vx_seat *seat, void *model);
void vx_disk_in_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                    void *model);
void vx_disk_put(struct vx_map *map, const struct vx_seat *seat, const void *model);
/* Is a disk on this bus?  "usb" is of another table. */
bool vx_disk_is_on(const struct vx_node *element, const char *bus);
/* Passes what says nothing about a disk: names, and what libvirt found out by itself.
 */
void vx_disk_pass_usual(struct vx_node *element);

/* By enum vx_disk_bus; XML only. */
extern const struct vx_word vx_disk_buses[];
/* By enum vx_scsi_model. */
extern const struct vx_word vx_scsi_models[];
/* By enum vx_tri, for vx_bool_words: writeThrough, and what discards are to do. */
extern const struct vx_word vx_disk_caches[], vx_disk_discards[];

/* Codecs that only disks need; what they do not understand as theirs they leave alone
 * and call loose, so that the key is kept. */
extern const struct vx_codec vx_disk_kind;      /* kind, in the words of `arg` */
extern const struct vx_codec vx_disk_type;      /* kind: deviceType ↔ device */
extern const struct vx_codec vx_disk_snapshot;  /* mode ↔ snapshot='no' */
extern const struct vx_codec vx_disk_transient; /* the same key ↔ <transient/> */
extern const struct vx_codec vx_disk_ssd;       /* virtualSSD ↔ rotation_rate */
extern const struct vx_codec vx_disk_sharing;   /* sharing ↔ <shareable/> */
extern const struct vx_codec vx_disk_shared;    /* shared: the same, in an older word */
extern const struct vx_codec vx_disk_word;      /* text that the schema limits: `arg` */
extern const struct vx_codec vx_disk_ios;       /* a limit in operations a second */
extern const struct vx_codec vx_disk_bytes;     /* a limit in bytes a second; with an
                                                   `arg` either is in the other's key */

/* <address type='drive' …/> of a struct vx_disk. */
void vx_hook_drive_address(struct vx_map *map, const struct vx_row *row,
                           const uint32_t *slot, void *model);

/* The limits of a vx_disk_word. */
struct vx_disk_limit {
    size_t bytes;        /* at most */
    const char *charset; /* beside letters and digits; NULL: all that print in ASCII */
};

#endif
