/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects that a PropertyFilterSpec finds, by hops from one to the other. */
#ifndef VX_TESTS_VI_HOST_WALK_H
#define VX_TESTS_VI_HOST_WALK_H

#include "call.h"

struct walk {
    struct call *call;
    const xmlNode *spec; /* PropertyFilterSpec */
    void (*each)(struct walk *walk, struct object *object);
    uint64_t since; /* only what has changed after */
    const char *element;
    char **objects; /* what was found, as XML */
    size_t count;
};

/* Calls `each` with all objects of the spec, once each. */
void walk_go(struct walk *walk);
/* Does a PropertySpec speak of it? */
bool walk_wants(const struct object *object, const xmlNode *set);
/* One more of what was found; `xml` is the walk's then. */
void walk_keep(struct walk *walk, struct vx_buf *xml);
void walk_done(struct walk *walk);

/* Whoever asked for updates of it is told no more. */
void filters_done(struct world *world);

extern const struct method update_methods[];

#endif
