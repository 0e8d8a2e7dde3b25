/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a device is, when several keys decide it together: a table of cases, read in
 * both directions.  The first case whose masks all hold gives the kind. */
#ifndef VX_MAP_DECISION_H
#define VX_MAP_DECISION_H

#include "base/str.h"

struct vx_map;

/* The bit of a class in a mask, or of a byte's value in a row's guard. */
#define VX_IS(value) (1u << (value))

enum { VX_FACETS = 8 };

/* A mask that no class is in: the case counts in the other direction alone. */
#define VX_NEVER (1u << 31)

/* One thing a decision asks: which of a few classes a value falls in.  Class 0 is
 * "absent"; words[i] (ASCII case ignored) is class i + 1, any other text the class
 * after the last word, unless `classify` says otherwise.  Without a key (VX_NO_KEY) the
 * class is the device's `sub`. */
struct vx_facet {
    int16_t key;              /* VMX side */
    const char *elem, *attr;  /* XML side */
    const char *const *words; /* ends with NULL */
    uint8_t (*classify)(struct vx_map *, struct vx_str text);
    uint8_t same;    /* class 2 when equal to facet number `same` - 1 */
    uint8_t classes; /* how many, for the test that enumerates them */
};

/* Masks of classes, 0 for any; the kind's own canonical words stand in its rows. */
struct vx_case {
    uint8_t kind;
    uint32_t vmx[VX_FACETS];
    uint32_t xml[VX_FACETS];
};

struct vx_decision {
    const struct vx_facet *vmx, *xml;
    uint8_t vmx_count, xml_count, case_count;
    const struct vx_case *cases;
};

/* The class that `text` falls in; VX_STR_NONE is absent. */
uint8_t vx_facet_class(struct vx_map *map, const struct vx_facet *facet,
                       struct vx_str text);
/* The kind of the first case that holds; 0 when none does. */
uint8_t vx_decide_vmx(struct vx_map *map, const struct vx_decision *decision,
                      uint8_t sub, const uint32_t *slot);
uint8_t vx_decide_classes(const struct vx_decision *decision, bool xml,
                          const uint8_t *classes);

#endif
