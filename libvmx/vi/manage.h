/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What calls that do something with files share. */
#ifndef VX_VI_MANAGE_H
#define VX_VI_MANAGE_H

#include "vi/property.h"
#include "vi/task.h"

/* From the root folder to all datastores. */
extern const struct vi_hop vi_hops_to_stores[2];

/* The object of a datacenter, by its inventory path.  A host has one and asks for none;
 * a vCenter wants it. */
enum vmx_vi_status vi_datacenter_ref(struct vmx_vi *vi, const char *datacenter,
                                     struct vx_arena *arena, struct vi_ref *ret);

/* Writes a file that is in memory; vmx_vi_upload(). */
enum vmx_vi_status vi_upload_text(struct vmx_vi *vi, const char *datacenter,
                                  const char *path, struct vx_str text);

/* Takes away a file that we have made, also when the caller wants to stop.  What went
 * wrong before stays told.  False when it is left there. */
bool vi_take_away(struct vmx_vi *vi, const char *datacenter, const char *path);

#endif
