/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Properties of managed objects.  What is asked for together is a view of
 * schemas/vi-types.txt, and comes back as its structure. */
#ifndef VX_VI_PROPERTY_H
#define VX_VI_PROPERTY_H

#include "vi/session.h"

/* One step from object to object. */
struct vi_hop {
    const char *name, *type, *path;
    const char *next[4]; /* names of the hops that follow */
};

/* The views of `ids` for all objects that hops lead to from `from`; without hops of
 * that object alone. */
struct vi_query {
    struct vi_ref from;
    const enum vi_id *views;
    size_t view_count;
    const struct vi_hop *hops;
    size_t hop_count;
};

/* The structure is that of the view whose managed object it is; NULL ends the query
 * with VMX_VI_ERR_NOMEM.  It lies in an arena that ends with the page. */
typedef bool vi_each(void *data, struct vi_ref ref, const void *view);

/* Pages are asked for until there is none. */
enum vmx_vi_status vi_query(struct vmx_vi *vi, const struct vi_query *query,
                            vi_each *each, void *data);

/* One view of one object, in `arena`. */
enum vmx_vi_status vi_get(struct vmx_vi *vi, struct vi_ref ref, enum vi_id view,
                          struct vx_arena *arena, void **ret);

/* The specification of what `query` asks for, in `arena`; NULL without memory. */
struct vi_PropertyFilterSpec *vi_filter_spec(const struct vi_query *query,
                                             struct vx_arena *arena);

/* Puts the value of a property into its member; one that the view has not is passed
 * over.  A value that is no longer there takes the member away. */
void vi_view_put(void *view, struct vx_str path, const struct vi_any *value,
                 struct vx_arena *arena);

#endif
