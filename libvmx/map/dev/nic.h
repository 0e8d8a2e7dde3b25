/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two halves of the table of network interfaces share: nic.c, nic_back.c. */
#ifndef VX_MAP_DEV_NIC_H
#define VX_MAP_DEV_NIC_H

#include "map/codec.h"
#include "model/nic.h"

enum {
    VX_NIC_MBIT = 125, /* kilobytes */
};

/* kbit/s in VMX, kilobytes per second in XML and in the model. */
extern const struct vx_codec vx_nic_kbit;

/* vCenter's own range of addresses.  The way back tells `vpx` from `generated` by it.
 */
bool vx_nic_is_of_vcenter(const struct vx_mac *mac);
/* … or the one that a host makes addresses of: VMware's own, and no person's. */
bool vx_nic_is_made(const struct vx_mac *mac);
/* No address at all? */
bool vx_nic_is_zero(const struct vx_mac *mac);
/* Is it a name that libvirt gives interfaces by itself, and forgets? */
bool vx_nic_is_libvirts(struct vx_str target);
/* The machine-wide key that takes the boot ROM from every card of the model; VX_NO_KEY.
 */
int vx_nic_no_rom(const struct vx_nic *nic);

bool vx_nic_claims(const struct vx_node *element);
bool vx_nic_accept_xml(struct vx_map *map, struct vx_node *element,
                       struct vx_seat *seat, void *model);
void vx_nic_in_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                   void *model);
void vx_nic_put(struct vx_map *map, const struct vx_seat *seat, const void *model);

#endif
