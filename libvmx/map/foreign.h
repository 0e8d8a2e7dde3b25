/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain that VMware never saw, of KVM or QEMU, into one that it could have. */
#ifndef VX_MAP_FOREIGN_H
#define VX_MAP_FOREIGN_H

#include "map/back.h"

/* The domain inside another of libvirt's documents, such as a snapshot, in place of
 * *root.  VMX_OK, for any other root too; VMX_ERR_INPUT when the document is known and
 * has no domain. */
enum vmx_status vx_foreign_unwrap(struct vx_map *map, struct vx_node **root);

/* Changes the tree of a domain that is not of type vmware so that the tables
 * understand it; what was changed is told.  VMX_OK, VMX_ERR_INPUT, VMX_ERR_NOMEM. */
enum vmx_status vx_foreign_settle(struct vx_map *map, struct vx_node *domain);

#endif
