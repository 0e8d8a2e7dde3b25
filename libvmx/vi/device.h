/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices of a VMX as devices of the API. */
#ifndef VX_VI_DEVICE_H
#define VX_VI_DEVICE_H

#include "vi/plan.h"

/* What becomes of one device. */
struct vi_device_change {
    struct vi_device_change *next;
    enum vi_VirtualDeviceConfigSpecOperation operation;
    const char *before, *after; /* "scsi0:1"; equal unless it moves */
    bool backing;               /* what is behind it is another */
    struct vi_VirtualDevice *device;
    const char *why; /* it cannot be */
    const char *what;
};

enum vi_device_kind {
    VI_KIND_NONE,
    VI_KIND_CONTROLLER,
    VI_KIND_DISK,
    VI_KIND_CDROM,
    VI_KIND_FLOPPY,
    VI_KIND_NIC,
    VI_KIND_SERIAL,
    VI_KIND_USB,
};

/* "scsi0:1" in its parts; `unit` is -1 for a controller or a device without one. */
struct vi_device_place {
    struct vx_str bus;
    int number, unit;
};

bool vi_device_place(const char *name, struct vi_device_place *ret);
/* What the document has there. */
enum vi_device_kind vi_device_kind(struct vmx_doc *doc, const char *name);
/* "NAME.PROPERTY" in the document, or NULL; "sched.shares" is "sched.NAME.shares". */
const char *vi_device_says(struct vmx_doc *doc, const char *name, const char *property);

/* The device on the host, or one that is added; NULL when there is none. */
struct vi_VirtualDevice *vi_device_on_host(struct vmx_vi_plan *plan, const char *name);
struct vi_VirtualDevice *vi_device_controller(struct vmx_vi_plan *plan,
                                              struct vi_device_place place);

/* ---- properties ------------------------------------------------------------------ */

struct vi_property {
    const char *name;         /* in the VMX, behind the device */
    const char *path;         /* in the device; NULL: vi_device_build() knows */
    const char *absent;       /* what it means when the key is missing */
    bool backing;             /* it says what is behind the device */
    const char *const *words; /* the file's, then the API's, by turns; NULL ends them */
};

/* NULL when devices of this kind are not written with such a property. */
const struct vi_property *vi_device_property(enum vi_device_kind kind,
                                             const char *name);
/* A value of the file in the API's word for it. */
struct vx_str vi_device_spelt(const struct vi_property *property, const char *text);

/* The type that the document wants for a device, or VI_NO_TYPE: it does not say. */
enum vi_id vi_device_type(struct vmx_vi_plan *plan, const char *name);

/* Says of the device all that the wanted document says of it.  NULL, or why not. */
const char *vi_device_fill(struct vmx_vi_plan *plan, struct vi_device_change *change,
                           bool fresh);
/* Makes what is behind the device anew. */
const char *vi_device_back(struct vmx_vi_plan *plan, struct vi_device_change *change);

/* A file name of the VMX as "[datastore] path"; NULL with *ret_why. */
const char *vi_device_path(struct vmx_vi_plan *plan, const char *name,
                           const char **ret_why);

#endif
