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
/* The clock that CPU limits were counted with, and the name that the domain has from
 * its file; 0 and VX_STR_NONE likewise. */
uint32_t vx_remember_host_mhz(struct vx_node *config);
struct vx_str vx_remember_name(struct vx_node *config);

/* The first of our elements that has this key (ASCII case ignored), or NULL. */
struct vx_node *vx_remember_key(struct vx_map *map, struct vx_str name);
/* Its text; empty when that is bytes which XML cannot say, VX_STR_NONE when the
 * elements of the domain say it. */
struct vx_str vx_remember_text_of(struct vx_node *key);

/* Is there a key of that name?  Its text goes to *text, VX_STR_NONE when the elements
 * say it. */
bool vx_remember_text(struct vx_map *map, struct vx_str name, struct vx_str *text);
/* The hardware version that is asked for, or else the file's; 0 when neither is known.
 */
unsigned vx_remember_hw(struct vx_map *map);

/* Finds each remembered device among the seats, by its marks: those that come in mere
 * numbers get their old one back. */
void vx_remember_numbers(struct vx_map *map);

/* Has the metadata this very device, by its MAC address or its source? */
bool vx_remember_knows(struct vx_map *map, const struct vx_seat *seat);
/* Do these numbers belong to a device whose keys stay though no element says it? */
bool vx_remember_keeps(const struct vx_map *map, const struct vx_seat *seat);

/* The remembered document: each line at its place, devices renamed as their seats are
 * numbered, without those that are gone.  Keys whose text the elements say have the
 * value that `wanted` gives them.  VMX_OK, VMX_ERR_NOMEM, VMX_ERR_LIMIT; *ret is the
 * caller's to free. */
enum vmx_status vx_remember_build(struct vx_map *map, struct vmx_doc *wanted,
                                  struct vmx_doc **ret);

#endif
