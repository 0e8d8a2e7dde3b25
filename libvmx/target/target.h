/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A target: a stylesheet that makes of our domain XML another. */
#ifndef VX_TARGET_TARGET_H
#define VX_TARGET_TARGET_H

#include "map/convert.h"
#include "target/library.h"

#define VX_TARGET_URI "urn:libvmx:target:1"
#define VX_MAP_URI "urn:libvmx:map:1"

enum {
    VX_TARGET_KEYS = 256,       /* patterns of keys that a stylesheet may ask for */
    VX_TARGET_PARAMS = 64,      /* that one call may give */
    VX_TARGET_DEPTH = 250,      /* of elements in a result, a map */
    VX_TARGET_TEMPLATES = 3000, /* and instructions, at work inside each other */
    VX_TARGET_VARIABLES = 15000,
    VX_TARGET_STEPS = 10000000,   /* instructions, and XPath operations */
    VX_TARGET_CEILING = 64 << 20, /* bytes of a result */
};

/* Not changed by a conversion, so that threads may share it. */
struct vmx_target {
    const struct vx_xsl *xsl;
    struct vx_arena arena; /* names and values */
    xmlChar *url;          /* of the stylesheet, as messages have it */
    xsltStylesheet *style;
    struct vx_buf map; /* the map's root element, as it goes into each input */

    struct {
        const char *name, *value;
    } params[VX_TARGET_PARAMS];

    size_t param_count;
    const struct vx_str *keys; /* those that it asks for: "ethernet#.vnet", "tools.*" */
    size_t key_count;          /* 0: all */
    bool takes_release;        /* it declares the parameter `libvirt` */
};

/* The bytes of a document without DTD and without network, or NULL, with errors of
 * `listener`. */
struct vx_listener;
xmlDoc *vx_target_parse(struct vx_listener *listener, struct vx_str text,
                        const char *url, int options);

/* Puts <t:target>, which is what a stylesheet knows beside the domain, into the
 * metadata that is being written; `data` is the target. */
void vx_target_annotate(struct vx_map *map, const void *data);

/* As vmx_convert_to_target(), map->doc and the members that the caller of
 * vx_convert_to_xml() sets being set. */
enum vmx_status vx_target_convert(struct vx_map *map, const struct vmx_target *target,
                                  struct vmx_result **ret);

#endif
