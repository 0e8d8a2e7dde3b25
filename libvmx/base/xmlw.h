/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes XML as libvirt prints it: two spaces a level, single quotes, one element a
 * line.  The result is always well-formed and always UTF-8; what XML
 * cannot hold is left out and said by vx_xml_holds().
 *
 * Elements are opened by path, when the first thing is said in them, and closed when
 * the next path leads elsewhere; so rows in order are a document, and an element that
 * nothing is said of does not appear. */
#ifndef VX_BASE_XMLW_H
#define VX_BASE_XMLW_H

#include "base/buf.h"

enum {
    VX_XML_DEPTH = 16,
};

struct vx_xml {
    struct vx_buf *out;
    const char *path; /* of the last vx_xml_at(), to know it again at once */
    const char *name[VX_XML_DEPTH];
    uint8_t name_size[VX_XML_DEPTH];
    uint32_t depth; /* open elements */
    uint32_t base;  /* those that paths are relative to */
    bool in_tag;    /* the start tag of the innermost is still open */
};

void vx_xml_init(struct vx_xml *xml, struct vx_buf *out);

/* The text with the five special characters as entities; what XML cannot hold is left
 * out. */
void vx_xml_escape(struct vx_buf *out, struct vx_str text);
/* As vx_xml_escape() for an attribute that must come back byte for byte: TAB, LF and CR
 * as character references, since a reader makes blanks of them. */
void vx_xml_escape_exact(struct vx_buf *out, struct vx_str text);
/* ` name='value'` by it; nothing for VX_STR_NONE. */
void vx_xml_exact_attr(struct vx_buf *out, const char *name, struct vx_str value);

/* Makes the element at `path`, such as "source" or "os/firmware", the open one; ""
 * is the base itself.  Elements on the way that are open already are used again. */
void vx_xml_go(struct vx_xml *xml, const char *path);

static inline void
vx_xml_at(struct vx_xml *xml, const char *path)
{
    if (xml->path != path)
        vx_xml_go(xml, path);
}

/* Opens a new element inside the one that is open, even when its name is the same as
 * that of the one before, and makes it the base of paths. */
void vx_xml_begin(struct vx_xml *xml, const char *name);
/* Closes the base and all in it.  `base` is what xml->base was before _begin. */
void vx_xml_end(struct vx_xml *xml, uint32_t base);

/* Closes what is open inside the base. */
void vx_xml_close_inner(struct vx_xml *xml);

/* An attribute of the open element, nothing but attributes before it.  In two halves,
 * for values that write themselves: the caller puts escaped text into xml->out, and
 * then a single quote. */
static inline void
vx_xml_attr_begin(struct vx_xml *xml, const char *name, size_t size)
{
    char *at = vx_buf_room(xml->out, size + 3);

    if (VX_UNLIKELY(at == NULL))
        return;
    *at++ = ' ';
    if (__builtin_constant_p(size)) {
        memcpy(at, name, size);
        at += size;
    } else {
        at = vx_copy(at, name, size);
    }
    at[0] = '=';
    at[1] = '\'';
    xml->out->size += size + 3;
}

static inline void
vx_xml_attr_open(struct vx_xml *xml, const char *name)
{
    vx_xml_attr_begin(xml, name, strlen(name)); /* known at once for a literal */
}

/* The same as a whole. */
static inline void
vx_xml_attr(struct vx_xml *xml, const char *name, struct vx_str value)
{
    vx_xml_attr_open(xml, name);
    vx_xml_escape_exact(xml->out, value);
    vx_buf_char(xml->out, '\'');
}

void vx_xml_attr_number(struct vx_xml *xml, const char *name, size_t size,
                        uint64_t value);

static inline void
vx_xml_attr_uint(struct vx_xml *xml, const char *name, uint64_t value)
{
    vx_xml_attr_number(xml, name, strlen(name), value);
}

/* A value that needs no escaping. */
static inline void
vx_xml_attr_c(struct vx_xml *xml, const char *name, const char *value)
{
    vx_xml_attr_open(xml, name);
    vx_buf_add(xml->out, value, strlen(value));
    vx_buf_char(xml->out, '\'');
}

/* Attributes as they stand, with a leading blank: " type='kvm'". */
static inline void
vx_xml_attrs(struct vx_xml *xml, const char *text)
{
    vx_buf_add(xml->out, text, strlen(text));
}

/* All of the open element's content, as text; it is then closed.  In two halves as
 * above. */
void vx_xml_text_open(struct vx_xml *xml);
void vx_xml_text_close(struct vx_xml *xml);

/* All of the open element's content, as text; it is then closed. */
void vx_xml_text(struct vx_xml *xml, struct vx_str text);
void vx_xml_text_uint(struct vx_xml *xml, uint64_t value);

/* Does each byte of `text` stand for itself in an attribute, and come back?  Not asked:
 * whether it is UTF-8. */
bool vx_xml_plain(struct vx_str text);
/* Can `text` stand in XML 1.0 as UTF-8 and be read back the same? */
bool vx_xml_holds(struct vx_str text);

#endif
