/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree of libxml2 as libvirt prints XML. */
#ifndef VX_TARGET_WRITE_H
#define VX_TARGET_WRITE_H

#include <libxml/tree.h>

#include "base/buf.h"

struct vx_tree_writer {
    struct vx_buf *out;
    /* Called for each element and given `data`: true when it is to be left out. */
    bool (*leave_out)(const xmlNode *element, void *data);
    void *data;
    /* Written for any element <config> of our metadata, when it is text. */
    struct vx_str config;
    bool comments; /* are written, too */
    bool too_deep; /* set when the tree was deeper than VX_TARGET_DEPTH */
};

/* `node` and all that follows it on its level, `depth` levels in. */
void vx_tree_write(struct vx_tree_writer *writer, const xmlNode *node, unsigned depth);

/* The node behind `node` in document order, inside `top` or NULL; without what is in
 * `node` unless `inside`. */
const xmlNode *vx_tree_next(const xmlNode *node, const xmlNode *top, bool inside);

/* The text in `node` and in what is in it; what stands in elements called `but` (may be
 * NULL) is left out. */
void vx_tree_text(struct vx_buf *out, const xmlNode *node, const char *but);

/* Of XML's blanks. */
static inline bool
vx_tree_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Is it the element `name` (NULL: any) of the namespace `uri`? */
bool vx_tree_is(const xmlNode *node, const char *uri, const char *name);
/* The value of an attribute without namespace, or NULL.  Borrowed. */
const char *vx_tree_attr(const xmlNode *node, const char *name);

#endif
