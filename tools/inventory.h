/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report over many machines tells of each: read from its VMX, by key. */
#ifndef VX_TOOLS_INVENTORY_H
#define VX_TOOLS_INVENTORY_H

#include "base/buf.h"
#include "vmx.h"

struct inventory_drive {
    struct vx_str key;       /* "scsi0:1" */
    struct vx_str file;      /* as the VMX has it */
    struct vx_str datastore; /* that it names, or nothing: the machine's own */
    bool disk;               /* and no image of a CD or a floppy */
};

struct inventory_card {
    struct vx_str key; /* "ethernet0" */
    struct vx_str network, portgroup, opaque, mac;
    struct vx_str vmnet; /* the number of a network of Workstation's, if it is one */
};

struct inventory_visitor {
    void *context;
    /* Either may be NULL.  What is handed over is valid during the call. */
    void (*drive)(void *context, const struct inventory_drive *drive);
    void (*card)(void *context, const struct inventory_card *card);
};

/* The devices that are there, in the order of the file. */
void inventory_visit(struct vmx_doc *doc, const struct inventory_visitor *visitor);

#endif
