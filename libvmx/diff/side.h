/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One of the two documents that are compared, as facts: of which device, which
 * property, saying what.  What absence says as well is not a fact, nor is what a device
 * says that is not present.  Borrowed from the document; an edit of it ends it. */
#ifndef VX_DIFF_SIDE_H
#define VX_DIFF_SIDE_H

#include "diff/mean.h"

enum {
    VX_MACHINE_DEVICE = 0, /* the number of the machine itself */
};

/* What a line of the document says. */
struct vx_fact {
    struct vx_str mean; /* s is NULL when it says nothing: see above */
    uint32_t device;    /* its number */
    uint8_t skip;       /* bytes of the key in front of the device: "sched." */
    uint8_t token;      /* bytes of the key that name the device: "scsi0:1" */
    bool entry;         /* the line is a statement that counts */
    bool met;           /* the other side has it, too */
};

struct vx_device_side {
    uint64_t id;        /* kind, sub, index, unit: equal on both sides for one place */
    uint32_t line;      /* of its first key */
    uint32_t facts;     /* how many say something */
    bool told;          /* one of them is not the host's business */
    struct vx_str name; /* "scsi0:1", as its first key has it; "" for the machine */
    struct vx_str mark; /* what it is: file or MAC address; s is NULL: unknown */
    uint16_t order;     /* of its kind in reports */
    bool absent;        /* .present is FALSE */
    bool listed;        /* some key names it and it is not absent */
};

struct vx_side {
    struct vmx_doc *doc;
    bool bytes;
    struct vx_arena arena;
    struct vx_fact *facts; /* one for each line */
    struct vx_device_side *devices;
    uint32_t device_count, device_room;
    uint32_t *hash; /* device number + 1 by id */
    uint32_t hash_mask;
};

/* With `bytes` every statement says its own text, and nothing else.  VMX_OK or
 * VMX_ERR_NOMEM; vx_side_done() in either case. */
enum vmx_status vx_side_init(struct vx_side *side, struct vmx_doc *doc, bool bytes);
void vx_side_done(struct vx_side *side);

/* The number of the device with this id, or UINT32_MAX. */
uint32_t vx_side_device(const struct vx_side *side, uint64_t id);
/* The device of a key that stands in no document; 0 is the machine. */
uint64_t vx_device_id(struct vx_str key);
/* The part of such a key that names the device: "scsi0:1"; nothing for the machine's.
 */
struct vx_str vx_device_token(struct vx_str key);

static inline enum vx_key_kind
vx_device_kind(uint64_t id)
{
    return (enum vx_key_kind)(id >> 40);
}

/* Whose business a key is. */
enum vmx_concern vx_concern_of(uint16_t entry);

/* The fact of a key, or NULL.  `*hint` (may be NULL) is the line to look at first, and
 * becomes the one behind what was found: mostly both sides are in one order. */
struct vx_fact *vx_side_find(const struct vx_side *side, struct vx_str key,
                             size_t *hint);

static inline struct vx_line *
vx_fact_line(const struct vx_side *side, const struct vx_fact *fact)
{
    return &side->doc->lines[fact - side->facts];
}

#endif
