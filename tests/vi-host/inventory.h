/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An ESX host, or a vCenter with a datacenter, a cluster of two hosts and folders; and
 * the machines in them, which are what their VMX files say. */
#ifndef VX_TESTS_VI_HOST_INVENTORY_H
#define VX_TESTS_VI_HOST_INVENTORY_H

#include "store.h"
#include "task.h"

void inventory_esx(struct world *world);
void inventory_vcenter(struct world *world);

/* A new object of a kind, called by a number of its own. */
struct object *entity_new(struct world *world, const char *type, const char *prefix,
                          const char *name, struct object *parent);

/* A machine of the VMX file "[datastore] folder/file.vmx" in a folder of machines; NULL
 * when there is no such file. */
struct machine *machine_new(struct world *world, const char *vmx, struct object *folder,
                            const char *name);
/* Reads its VMX anew; false when it is not there. */
bool machine_read(struct world *world, struct machine *machine);
void machine_power(struct world *world, struct machine *machine, const char *state);
/* By name, or by the name of its object; NULL. */
struct machine *machine_get(const struct world *world, const char *name);
/* Takes it away; its files stay. */
void machine_drop(struct world *world, struct machine *machine);
/* So many more, with files of their own. */
void machines_generate(struct world *world, unsigned count);
void machines_done(struct world *world);

/* A folder of machines, by its path below the uppermost one; made when there is none.
 */
struct object *machine_folder(struct world *world, const char *path);

#endif
