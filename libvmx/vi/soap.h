/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages to a host and from it.  schemas/vi-types.txt describes what is said; the
 * build makes structures and rows of it (vi/types.gen.h), and one walker goes over the
 * rows, in either direction.
 *
 * Writing is strict: members in the order of the description, each that must be there.
 * Reading is tolerant: any prefix, white space, elements that nobody knows, arrays with
 * or without their type; all that is missing is zero bytes in the structure, and so
 * every member may be missing, whatever the description says. */
#ifndef VX_VI_SOAP_H
#define VX_VI_SOAP_H

#include "base/buf.h"
#include "vi/tree.h"

/* ---- values ---------------------------------------------------------------------- */

/* What every structure begins with. */
struct vi_object {
    const struct vi_type
        *type;          /* what it is: the type itself, or one that extends it */
    struct vx_str wire; /* what it said that it is, which may be unknown */
};

struct vi_number { /* a boolean, too */
    int64_t value;
    bool set;
};

struct vi_word {
    int value;          /* enum vi_TYPE; 0: not set, -1: a word that is not in it */
    struct vx_str text; /* while reading */
};

struct vi_ref {
    struct vx_str type, value; /* value.s is NULL for none */
};

/* Read: the element.  Written: a string. */
struct vi_any {
    const struct vi_node *node;
    struct vx_str text;
};

/* ---- descriptors ----------------------------------------------------------------- */

enum vi_is {
    VI_IS_NOTHING,
    VI_IS_STRING,
    VI_IS_NUMBER,
    VI_IS_BOOLEAN,
    VI_IS_WORD,
    VI_IS_REF,
    VI_IS_OBJECT,
    VI_IS_ANY,
};

struct vi_member {
    const char *name;  /* of a view: the path of the property */
    const char *plain; /* type as the description says it */
    uint16_t offset;
    uint16_t type; /* enum vi_id of an object or enum */
    uint8_t is;
    uint8_t many : 1, optional : 1;
};

struct vi_type {
    const char *name;
    const char *of; /* of a view or method: the managed object */
    const char *const *words;
    const struct vi_member *members;
    uint16_t count, size, base;
    uint16_t result; /* of a method */
    uint8_t gives;
    uint8_t many : 1, maybe : 1, is_method : 1, again : 1;
};

extern const struct vi_type vi_types[];
extern const size_t vi_type_count;

/* NULL for a type that is not described. */
const struct vi_type *vi_type_find(struct vx_str name);
bool vi_type_extends(const struct vi_type *type, const struct vi_type *base);

/* ---- the walker ------------------------------------------------------------------ */

/* Reads `node` as `type`, or as what it says that it is, if that extends `type`.  NULL
 * without memory, of which the arena knows. */
void *vi_decode(const struct vi_node *node, const struct vi_type *type,
                struct vx_arena *arena);
/* Reads one value of a member into its place, which is zero bytes; an array, or one of
 * its items, where the member has many. */
void vi_decode_value(const struct vi_node *node, const struct vi_member *member,
                     void *place, struct vx_arena *arena);

/* Appends the call of a method, which is the type of `call`, on `self`: a whole
 * message. NULL, or what is missing or cannot be said. */
const char *vi_encode_call(struct vx_buf *out, struct vi_ref self, const void *call);
/* Appends `object` as the element `name`, as above. */
const char *vi_encode(struct vx_buf *out, const char *name, const void *object);

#endif
