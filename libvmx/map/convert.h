/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A whole machine. */
#ifndef VX_MAP_CONVERT_H
#define VX_MAP_CONVERT_H

#include "map/loss.h"

struct vmx_result {
    struct vx_arena arena; /* this itself, and what is told of the losses */
    struct vx_buf text;
    size_t counts[VMX_FATES];
    size_t entries;
    uint8_t *fates; /* by entry */
    struct vx_loss_list losses;
    struct vmx_disk *disks; /* of a target that told of them */
    size_t disk_count;
};

/* An empty one, or NULL; vmx_result_free() ends it. */
struct vmx_result *vx_result_new(size_t text_ceiling);

/* Reads map->doc as the members that the caller sets ask for: doc, diags, libvirt,
 * base, name, metadata, secrets, host_mhz.  As vmx_convert_to_xml(). */
enum vmx_status vx_convert_to_xml(struct vx_map *map, struct vmx_result **ret);

/* Its two first steps, for those who want no XML.  The devices of the document:
 * VMX_ERR_INPUT when it is no VMX or wholly encrypted, VMX_ERR_NOMEM; what is read lies
 * in `arena`.  And the model, by all tables. */
enum vmx_status vx_convert_begin(struct vx_map *map, struct vx_arena *arena);
void vx_convert_read(struct vx_map *map);

/* Does the table's element stand in <devices>? */
bool vx_is_in_devices(const struct vx_device *device);

/* Has it a key of the catalogue, and does it begin as nothing else does?  If not, an
 * error in `diags` (may be NULL) says what it is. */
bool vx_is_vmx(const struct vmx_doc *doc, struct vmx_diags *diags);

#endif
