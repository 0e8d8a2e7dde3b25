/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A document seen by device: each key was resolved once while it was read, so a
 * property is an array access and not a probe.  Borrowed from the document; an edit of
 * the document ends it. */
#ifndef VX_DOC_SLOTS_H
#define VX_DOC_SLOTS_H

#include "doc/doc.h"

/* Highest index and unit that are devices at all; keys beyond are kept as text. */
enum {
    VX_INDEX_MAX = 255,
    VX_UNIT_MAX = 255,
    VX_INSTANCES_MAX = 2048,
};

/* One device that some key names. */
struct vx_instance {
    struct vx_instance *next; /* same kind, by sub, index and unit */
    uint32_t *slot;           /* by property: line + 1 of its key, or 0 */
    uint32_t id;              /* all of the next line in one, in the list's order */
    uint16_t index, unit;     /* unit is 0 for kinds that have none */
    uint8_t kind, sub;        /* enum vx_key_kind; bus, or which USB controller */
    bool present;             /* set by the linter: what its `present` says */
    uint32_t first_line;      /* of its keys, in the file; from 1 */
    void *model;              /* what the mapper made of it; NULL for nothing */
    const void *table;        /* the mapper's that made it, where a kind has several */
};

/* A line of a family without properties: cpuid.*, featMask.*. */
struct vx_family {
    struct vx_family *next; /* in file order */
    uint32_t line;
};

struct vx_slots {
    struct vmx_doc *doc;
    uint32_t machine[VX_M_PROPS]; /* line + 1, or 0 */
    struct vx_instance *first[VX_KINDS];
    uint16_t count[VX_KINDS];
    struct vx_family *cpuid;
    struct vx_instance **instances;
    uint32_t instance_count;
};

/* `slots` is all zero bytes.  Everything lies in `arena`.  VMX_OK or VMX_ERR_NOMEM. */
enum vmx_status vx_slots_fill(struct vx_slots *slots, struct vmx_doc *doc,
                              struct vx_arena *arena);

/* The device with these numbers, or NULL. */
struct vx_instance *vx_slots_find(const struct vx_slots *slots, enum vx_key_kind kind,
                                  uint8_t sub, uint16_t index, uint16_t unit);

/* The line of a property, or NULL. */
static inline struct vx_line *
vx_slot_line(const struct vx_slots *slots, uint32_t slot)
{
    return slot ? &slots->doc->lines[slot - 1] : NULL;
}

#endif
