/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain that VMware never saw, of KVM or QEMU, into one that it could have. */
#ifndef VX_MAP_FOREIGN_H
#define VX_MAP_FOREIGN_H

#include "map/back.h"

/* Changes the tree of a domain that is not of type vmware so that the tables
 * understand it; what was changed is told.  VMX_OK, VMX_ERR_INPUT, VMX_ERR_NOMEM. */
enum vmx_status vx_foreign_settle(struct vx_map *map, struct vx_node *domain);

#endif
