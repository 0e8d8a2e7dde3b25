/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an edit must know of the machine that a document describes: its devices, its
 * hardware version, its guest system.  An edit of the document ends it. */
#ifndef VX_EDIT_MACHINE_H
#define VX_EDIT_MACHINE_H

#include "doc/slots.h"
#include "model/guestos.h"
#include "model/hwver.h"

struct vx_machine_view {
    struct vmx_doc *doc;
    struct vmx_diags *diags; /* may be NULL */
    struct vx_arena arena;
    struct vx_slots slots;
    const struct vx_hwver *limits; /* of the newest version when its own is not known */
    unsigned version;              /* virtualHW.version; 0 when it is not said */
    const struct vx_guestos_row *guest; /* or NULL */
    enum vx_arch arch;
};

/* VMX_OK or VMX_ERR_NOMEM; ends with vx_machine_close() in either case. */
enum vmx_status vx_machine_open(struct vx_machine_view *machine, struct vmx_doc *doc,
                                struct vmx_diags *diags);
void vx_machine_close(struct vx_machine_view *machine);

/* The decoded value of a property, or VX_STR_NONE.  `device` may be NULL. */
struct vx_str vx_machine_text(const struct vx_machine_view *machine,
                              const struct vx_instance *device, unsigned property);
/* Is it there, by the truth value of its property "present"? */
bool vx_machine_has(const struct vx_machine_view *machine,
                    const struct vx_instance *device);

/* Is it a drive that has no CD-ROM in it? */
bool vx_machine_is_disk(const struct vx_machine_view *machine,
                        const struct vx_instance *device);

/* Does the hardware version have what began with version `since`? */
static inline bool
vx_machine_reaches(const struct vx_machine_view *machine, unsigned since)
{
    return machine->version == 0 || machine->version >= since;
}

#endif
