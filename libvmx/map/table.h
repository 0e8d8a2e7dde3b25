/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One table per device, walked in every direction.
 *
 * A *row* ties one member of the model to its place in VMX and its place in XML through
 * a *codec*.  A *decision* is for what depends on several keys at once: ordered cases,
 * first match in each direction.  A *twist*, the table's `accept` and `in`, is for what
 * neither can tell.  Rows stand in the order of the XML; a guard asks the model, never
 * the text.  The engines that walk the tables are in map.h. */
#ifndef VX_MAP_TABLE_H
#define VX_MAP_TABLE_H

#include "base/buf.h"
#include "doc/slots.h"
#include "map/decision.h"
#include "model/types.h"

#include <stddef.h>

struct vx_row;
struct vx_mark;
struct vx_node;
struct vx_seat;

enum vx_read {
    VX_READ_BAD,   /* not of the type; the member is untouched */
    VX_READ_LOOSE, /* read, but formatting gives another spelling */
    VX_READ_EXACT, /* formatting gives this very text back */
};

enum vx_type {            /* of a member */
               VX_T_STR,  /* struct vx_str */
               VX_T_BYTE, /* uint8_t: an enum whose 0 is "not said" */
               VX_T_BOOL, /* uint8_t: enum vx_tri, which VMware writes TRUE or FALSE */
               VX_T_INT,  /* struct vx_int */
               VX_T_MAC,
               VX_T_UUID,
};

/* Text into a member and back.  Law: read(format(m)) == m, in VMX and in XML. */
struct vx_codec {
    const char *what; /* for messages: "a MAC address, six hex pairs" */
    uint8_t type;
    enum vx_read (*from_vmx)(struct vx_map *, const struct vx_row *, struct vx_str text,
                             void *member);
    void (*to_vmx)(struct vx_map *, const struct vx_row *, const void *member,
                   struct vx_buf *out); /* unescaped text */
    bool (*from_xml)(struct vx_map *, const struct vx_row *, struct vx_str text,
                     void *member);
    void (*to_xml)(struct vx_map *, const struct vx_row *, const void *member,
                   struct vx_buf *out); /* escaped as XML */
};

enum vx_place {
    VX_PLACE_NONE, /* nothing in XML: kept in metadata; the row says why */
    VX_PLACE_ATTR, /* attribute `attr` of element `elem` */
    VX_PLACE_TEXT, /* the text of `elem` */
    VX_PLACE_FLAG, /* `elem` stands there, empty, when the member is VX_YES */
    /* Those below are no one place that a member is written to. */
    VX_PLACE_SELF, /* the device's own element says it: `present`, and decided keys */
    VX_PLACE_HOOK, /* `hook` writes it: lists, and elements of many members */
};

struct vx_row {
    int16_t key; /* property in the device's slots; VX_NO_KEY */
    uint8_t place;
    uint8_t set_at;      /* byte of the member that is not 0 when it says anything */
    uint16_t member;     /* offset in the model */
    uint16_t guard;      /* offset of a byte in the model … */
    uint8_t attr_size;   /* of the name of the attribute */
    uint32_t guard_mask; /* … and the values for which the row counts; 0: always */
    uint32_t since;      /* libvirt release that understands it; 0: all */
    const struct vx_codec *codec;
    const void *arg;    /* the codec's: words of an enum */
    const char *absent; /* VMX text that an absent key means; NULL: nothing */
    const char *elem, *attr;
    const char *with;  /* attributes that come along: " unit='KiB'" */
    const char *usual; /* XML text that needs no saying */
    void (*hook)(struct vx_map *, const struct vx_row *, const uint32_t *slot,
                 void *model);
};

/* Most rows of a table say nothing of most machines, so that is found with one look. */
#define VX_SET_STR UINT8_MAX /* not a byte: a string says something when it is one */
#define VX_SET_AT(member)                                                              \
    _Generic((member), struct vx_str                                                   \
             : VX_SET_STR, struct vx_int                                               \
             : offsetof(struct vx_int, set), struct vx_mac                             \
             : offsetof(struct vx_mac, set), struct vx_uuid                            \
             : offsetof(struct vx_uuid, set), default : 0)

#define VX_NO_KEY (-1)
#define VX_K(prop) .key = (prop)
#define VX_NOKEY .key = VX_NO_KEY
#define VX_ATTR(e, a)                                                                  \
    .place = VX_PLACE_ATTR, .elem = (e), .attr = (a), .attr_size = sizeof(a) - 1
#define VX_TEXT(e) .place = VX_PLACE_TEXT, .elem = (e)
#define VX_FLAG(e) .place = VX_PLACE_FLAG, .elem = (e)
#define VX_SELF .place = VX_PLACE_SELF
#define VX_KEPT .place = VX_PLACE_NONE
#define VX_HOOK(fn) .place = VX_PLACE_HOOK, .hook = (fn)
#define VX_M(type, name)                                                               \
    .member = offsetof(struct type, name), .set_at = VX_SET_AT(((struct type *)0)->name)
#define VX_IF(type, name, mask)                                                        \
    .guard = offsetof(struct type, name), .guard_mask = (mask)

/* ---- devices --------------------------------------------------------------------- */

struct vx_device {
    const char *name;    /* for tests and messages */
    const char *element; /* in <devices>; NULL: rows are relative to <domain> */
    uint8_t kind;        /* enum vx_key_kind */
    int16_t present;     /* property that must be true; VX_NO_KEY: always there */
    size_t size;         /* of the model */
    const struct vx_decision *decision; /* may be NULL */
    uint16_t decided; /* offset of the byte that takes the decision's kind */
    const struct vx_row *rows;
    size_t row_count;
    /* May be NULL.  `accept` runs after the decision and before the rows: false means
     * that the device is not there (its keys are kept).  `in` runs after the rows. */
    bool (*accept)(struct vx_map *, struct vx_instance *, void *model);
    void (*in)(struct vx_map *, struct vx_instance *, void *model);

    /* What tells a device again after an edit of the XML; NULL where its numbers do. */
    void (*mark)(struct vx_map *, const void *model, struct vx_mark *ret);

    /* The way back; each may be NULL.  `claims` tells the table's elements from others
     * of that name.  `accept_xml` runs after the decision and before the rows: it sets
     * what guards ask for; false means that VMX has no such device, or that a
     * machine-wide one is not there.  `in_xml` runs after the rows: it reads what hooks
     * write, sets what only VMX has, and gives the seat its numbers.  `put` runs after
     * the keys of the rows, and puts those that no row can.  Machine-wide tables have
     * no seat; their element is <domain>, or <devices> for those that stand there. */
    bool (*claims)(const struct vx_node *element);
    bool (*accept_xml)(struct vx_map *, struct vx_node *element, struct vx_seat *,
                       void *model);
    void (*in_xml)(struct vx_map *, struct vx_node *element, struct vx_seat *,
                   void *model);
    void (*put)(struct vx_map *, const struct vx_seat *, const void *model);
};

/* A device's marks; those that it has not are VX_STR_NONE. */
struct vx_mark {
    struct vx_str mac, source, target;
};

/* Every table of the product, for the laws; ends with NULL. */
extern const struct vx_device *const vx_devices[];

#endif
