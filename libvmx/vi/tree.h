/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A message as a tree of elements, in an arena: what libxml2 reads, without what no
 * message has. */
#ifndef VX_VI_TREE_H
#define VX_VI_TREE_H

#include "base/arena.h"

enum {
    VI_DEPTH_MAX = 200,        /* a tree of 32 snapshots has about 70 */
    VI_ELEMENTS_MAX = 1000000, /* of one message */
    VI_MEMORY_MAX = 192 << 20, /* what one message may become */
};

/* An element of a message.  Names are without their prefix. */
struct vi_node {
    struct vi_node *parent, *children, *last, *next;
    struct vx_str name;
    struct vx_str type; /* of xsi:type, without its prefix */
    struct vx_str ref;  /* of the attribute "type": what a reference refers to */
    struct vx_str text; /* all of its own, with a NUL behind it; never NULL */
    bool nil;           /* it says that it is not there */
};

/* Reads a message without document type, entities and network.  NULL when it is not
 * well-formed, or larger than the limits above; *ret_why is then why. */
struct vi_node *vi_read(struct vx_str text, struct vx_arena *arena,
                        const char **ret_why);

/* The first child with this name, or NULL; `node` may be NULL. */
struct vi_node *vi_child(const struct vi_node *node, const char *name);

#endif
