/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XML that was read: elements, attributes and texts, in an arena.  Namespaces, comments
 * and processing instructions are nothing to domain XML; elements of a namespace are
 * kept for those who ask for it.
 *
 * Whoever takes something out of the tree leaves a mark there, so that in the end it is
 * known what nobody has understood. */
#ifndef VX_XML_TREE_H
#define VX_XML_TREE_H

#include "base/arena.h"
#include "diag/diag.h"

enum {
    VX_XML_NESTING_MAX = 64,    /* domain XML needs 8 */
    VX_XML_ATTRS_MAX = 1000,    /* of one element */
    VX_XML_PIECES_MAX = 1000000 /* elements and attributes */
};

struct vx_attr {
    struct vx_attr *next;
    struct vx_str name, value;
    bool read; /* somebody asked for its value */
};

struct vx_node {
    struct vx_node *parent, *next, *children, *last;
    struct vx_node *kinds, *next_kind; /* the first child of each name */
    struct vx_node *first;             /* sibling of its name */
    uint32_t place,
        count; /* among siblings of its name, from 1; of the first: how many */
    struct vx_attr *attrs;
    struct vx_str name;
    struct vx_str space; /* URI of its namespace; s is NULL without one */
    struct vx_str text; /* its own; s is NULL for none, or for blanks beside children */
    uint32_t line;
    bool read;      /* somebody asked for the element */
    bool text_read; /* … and for its text */
    bool passed;    /* known to say nothing: it and all below need no report */
};

/* Reads `text` without network, document type and entities: nothing but `text` is
 * looked at, and what is in it is all there is.  Everything lies in `arena`.
 *
 * VMX_OK; VMX_ERR_LIMIT when it is larger than VMX_MAX_TEXT, deeper than
 * VX_XML_NESTING_MAX, has more pieces than VX_XML_PIECES_MAX, or is large and has an
 * element with more attributes than VX_XML_ATTRS_MAX; VMX_ERR_INPUT when it
 * is not well-formed or has a document type; VMX_ERR_LIBRARY when libxml2 cannot be
 * loaded; VMX_ERR_NOMEM.  A failure is told in `diags`, which may be NULL. */
enum vmx_status vx_xml_read(struct vx_str text, struct vx_arena *arena,
                            struct vmx_diags *diags, struct vx_node **ret);

/* The element at `path`, such as "source" or "os/firmware", below `element`; "" is
 * `element` itself.  Of several with the name the first that has the attributes of
 * `with`, text such as " name='product'", or at least none other in their place: only
 * `name` and `type` must be there.  NULL asks for none.  NULL when there is none. */
struct vx_node *vx_xml_find(struct vx_node *element, const char *path,
                            const char *with);
/* The first child with this name, or the next one after `before`; NULL at the end. */
struct vx_node *vx_xml_child(struct vx_node *element, const char *name);
struct vx_node *vx_xml_next(const struct vx_node *before, const char *name);
/* The value of an attribute (`attr` NULL: the text of the element); VX_STR_NONE where
 * there is none.  `element` may be NULL. */
struct vx_str vx_xml_value(struct vx_node *element, const char *attr);
/* vx_xml_value(vx_xml_find()) in one. */
struct vx_str vx_xml_at_path(struct vx_node *element, const char *path,
                             const char *attr);
/* Is it there and `word`?  Marks nothing; `element` may be NULL. */
bool vx_xml_attr_is(const struct vx_node *element, const char *attr, const char *word);
/* As vx_xml_value() of an attribute.  Marks nothing. */
struct vx_str vx_xml_peek(const struct vx_node *element, const char *attr);

/* Puts `node`, which stands nowhere yet, behind the children of `parent`. */
void vx_xml_hang(struct vx_node *parent, struct vx_node *node);
/* Gives the attribute that value, as if it had been read; `value` without text takes
 * the attribute away.  `attr` and `value` are borrowed.  Without memory nothing
 * happens, and the arena knows. */
void vx_xml_set(struct vx_arena *arena, struct vx_node *element, const char *attr,
                struct vx_str value);
/* Adds an empty child behind the others; NULL without memory. */
struct vx_node *vx_xml_add(struct vx_arena *arena, struct vx_node *parent,
                           const char *name);

/* Marks the element and all below it as understood, or as saying nothing. */
void vx_xml_pass(struct vx_node *element);

/* Where it stands, for diagnostics. */
struct vx_span vx_xml_span(const struct vx_node *node);

#endif
