/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What our <metadata> element remembers of the VMX that the domain was made from. */
#ifndef VX_MAP_REMEMBER_H
#define VX_MAP_REMEMBER_H

#include "map/back.h"

/* Our element below <metadata>, or NULL. */
struct vx_node *vx_remember_find(struct vx_node *domain);

/* The datastore folder and the libvirt release that the domain was made for;
 * VX_STR_NONE and 0 when the element does not say. */
struct vx_str vx_remember_base(struct vx_node *config);
uint32_t vx_remember_libvirt(struct vx_node *config);

/* Finds each remembered device among the seats, by its marks: those that come in mere
 * numbers get their old one back. */
void vx_remember_numbers(struct vx_map *map);

/* The remembered document: each line at its place, devices renamed as their seats are
 * numbered, without those that are gone.  Keys whose text the elements say have the
 * value that `wanted` gives them.  VMX_OK, VMX_ERR_NOMEM, VMX_ERR_LIMIT; *ret is the
 * caller's to free. */
enum vmx_status vx_remember_build(struct vx_map *map, struct vmx_doc *wanted,
                                  struct vmx_doc **ret);

#endif
