/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XML → model, by the same rows and decisions.  The only user of libxml2, which must
 * not come into the library as long as nothing public reads XML: libvmxxml.la is apart.
 */
#ifndef VX_MAP_FROMXML_H
#define VX_MAP_FROMXML_H

#include "map/map.h"

struct _xmlDoc;
struct _xmlNode;

enum {
    VX_XML_NESTING_MAX = 64, /* domain XML needs 8 */
};

/* Reads `text` without network, document type and entities: nothing but `text` is
 * looked at, and what is in it is all there is.
 *
 * VMX_OK; VMX_ERR_LIMIT when it is larger than VMX_MAX_TEXT or deeper than
 * VX_XML_NESTING_MAX; VMX_ERR_INPUT when it is not well-formed or has a document type,
 * the line in *ret_line (may be NULL); VMX_ERR_NOMEM.  End *ret with vx_xml_free(). */
enum vmx_status vx_xml_read(struct vx_str text, struct _xmlDoc **ret,
                            uint32_t *ret_line);
void vx_xml_free(struct _xmlDoc *doc);
struct _xmlNode *vx_xml_root(struct _xmlDoc *doc);

/* The element at `path`, such as "source" or "os/firmware", below `element`; "" is
 * `element` itself.  Of several with the name the first that has all attributes of
 * `with`, text such as " name='product'"; NULL asks for none.  NULL when there is none.
 */
struct _xmlNode *vx_xml_find(struct _xmlNode *element, const char *path,
                             const char *with);
/* The value of an attribute (`attr` NULL: the text of the element), in the arena;
 * VX_STR_NONE where there is none. */
struct vx_str vx_xml_value(struct vx_arena *arena, struct _xmlNode *element,
                           const char *attr);

/* The kind of the first case that holds for `element`; 0 when none does. */
uint8_t vx_decide_xml(struct vx_map *map, const struct vx_decision *decision,
                      struct _xmlNode *element);

/* Rows of XML → model, for attributes, texts and flags; hooks are the devices' own
 * business.  What is not there leaves its member alone, and so does what is not of the
 * type; returns how many of those there were. */
size_t vx_rows_from_xml(struct vx_map *map, const struct vx_row *rows, size_t count,
                        struct _xmlNode *element, void *model);

/* One element of the device into its model, which is zero: decision, then rows. */
size_t vx_device_from_xml(struct vx_map *map, const struct vx_device *device,
                          struct _xmlNode *element, void *model);

#endif
