/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "target/write.h"

#include "base/xmlw.h"
#include "map/metadata.h"
#include "target/target.h"

#include "base/banned.h"

static void write_level(struct vx_tree_writer *w, const xmlNode *node, unsigned depth,
                        bool mixed);

static inline struct vx_str
str_of(const xmlChar *text)
{
    return vx_str_c((const char *)text);
}

bool
vx_tree_is(const xmlNode *node, const char *uri, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns
           && strcmp((const char *)node->ns->href, uri) == 0
           && (name == NULL || strcmp((const char *)node->name, name) == 0);
}

const char *
vx_tree_attr(const xmlNode *node, const char *name)
{
    for (const xmlAttr *a = node->properties; a; a = a->next)
        if (a->ns == NULL && strcmp((const char *)a->name, name) == 0)
            return a->children && a->children->content
                       ? (const char *)a->children->content
                       : "";
    return NULL;
}

const xmlNode *
vx_tree_next(const xmlNode *node, const xmlNode *top, bool inside)
{
    if (inside && node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    for (; node && node != top; node = node->parent)
        if (node->next)
            return node->next;
    return NULL;
}

void
vx_tree_text(struct vx_buf *out, const xmlNode *node, const char *but)
{
    bool inside = true;

    for (const xmlNode *n = node; n; n = vx_tree_next(n, node, inside)) {
        inside = but == NULL || n == node || n->type != XML_ELEMENT_NODE
                 || strcmp((const char *)n->name, but) != 0;
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE)
            vx_buf_str(out, str_of(n->content));
    }
}

static bool
is_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static bool
is_blank(const xmlNode *node)
{
    for (const xmlChar *p = node->content; p && *p; p++)
        if (!vx_tree_is_blank((char)*p))
            return false;
    return true;
}

/* As a reader gives it back: a CR that is not a reference would be read as LF. */
static void
put_text(struct vx_buf *out, struct vx_str text)
{
    ptrdiff_t at;

    while ((at = vx_str_find(text, '\r')) >= 0) {
        vx_xml_escape(out, vx_str_of(text.s, (size_t)at));
        vx_buf_lit(out, "&#13;");
        text = vx_str_skip(text, (size_t)at + 1);
    }
    vx_xml_escape(out, text);
}

static void
put_name(struct vx_buf *out, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix) {
        vx_buf_str(out, str_of(ns->prefix));
        vx_buf_char(out, ':');
    }
    vx_buf_str(out, str_of(name));
}

static void
put_attributes(struct vx_buf *out, const xmlNode *node)
{
    for (const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
        if (ns->href && strcmp((const char *)ns->href, VX_TARGET_URI) == 0)
            continue; /* nothing of it is left */
        vx_buf_lit(out, " xmlns");
        if (ns->prefix)
            vx_buf_char(out, ':');
        vx_buf_str(out, str_of(ns->prefix));
        vx_buf_lit(out, "='");
        vx_xml_escape_exact(out, str_of(ns->href));
        vx_buf_char(out, '\'');
    }
    for (const xmlAttr *a = node->properties; a; a = a->next) {
        vx_buf_char(out, ' ');
        put_name(out, a->ns, a->name);
        vx_buf_lit(out, "='");
        for (const xmlNode *n = a->children; n; n = n->next)
            vx_xml_escape_exact(out, str_of(n->content));
        vx_buf_char(out, '\'');
    }
}

/* What libvirt's tools would print as well: no element for what is empty now. */
static bool
is_left_out(struct vx_tree_writer *w, const xmlNode *node)
{
    if (node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE)
        return !w->comments;
    if (node->type != XML_ELEMENT_NODE)
        return !is_text(node);
    return w->leave_out && w->leave_out(node, w->data);
}

enum content { EMPTY, TEXT, ELEMENTS };

static enum content
content_of(struct vx_tree_writer *w, const xmlNode *node)
{
    bool text = false, elements = false, words = false;

    for (const xmlNode *n = node->children; n; n = n->next) {
        if (is_text(n)) {
            text = true;
            words |= !is_blank(n);
        } else {
            elements = elements || !is_left_out(w, n);
        }
    }
    /* Blanks are content only where there is nothing else, and never was. */
    if (elements)
        return words ? TEXT : ELEMENTS;
    return words || (text && node->children->next == NULL) ? TEXT : EMPTY;
}

static void
put_indent(struct vx_buf *out, unsigned depth)
{
    while (depth--)
        vx_buf_lit(out, "  ");
}

static void
write_element(struct vx_tree_writer *w, const xmlNode *node, unsigned depth, bool mixed)
{
    enum content content = content_of(w, node);

    if (w->config.n && vx_tree_is(node, VX_METADATA_URI, "config")) {
        vx_buf_str(w->out, w->config);
        return;
    }
    vx_buf_char(w->out, '<');
    put_name(w->out, node->ns, node->name);
    put_attributes(w->out, node);
    if (content == EMPTY) {
        vx_buf_lit(w->out, "/>");
        return;
    }
    vx_buf_char(w->out, '>');
    mixed |= content == TEXT;
    if (!mixed)
        vx_buf_char(w->out, '\n');
    write_level(w, node->children, depth + 1, mixed);
    if (!mixed)
        put_indent(w->out, depth);
    vx_buf_lit(w->out, "</");
    put_name(w->out, node->ns, node->name);
    vx_buf_char(w->out, '>');
}

static void
write_node(struct vx_tree_writer *w, const xmlNode *node, unsigned depth, bool mixed)
{
    switch (node->type) {
    case XML_ELEMENT_NODE:
        write_element(w, node, depth, mixed);
        return;
    case XML_COMMENT_NODE:
        vx_buf_lit(w->out, "<!--");
        vx_buf_str(w->out, str_of(node->content));
        vx_buf_lit(w->out, "-->");
        return;
    case XML_PI_NODE:
        vx_buf_lit(w->out, "<?");
        vx_buf_str(w->out, str_of(node->name));
        if (node->content)
            vx_buf_char(w->out, ' ');
        vx_buf_str(w->out, str_of(node->content));
        vx_buf_lit(w->out, "?>");
        return;
    default:
        put_text(w->out, str_of(node->content));
    }
}

static void
write_level(struct vx_tree_writer *w, const xmlNode *node, unsigned depth, bool mixed)
{
    if (depth > VX_TARGET_DEPTH) {
        w->too_deep = true;
        return;
    }
    for (; node && !w->out->failed; node = node->next) {
        if (is_left_out(w, node) || (!mixed && is_text(node) && is_blank(node)))
            continue;
        if (!mixed)
            put_indent(w->out, depth);
        write_node(w, node, depth, mixed);
        if (!mixed)
            vx_buf_char(w->out, '\n');
    }
}

void
vx_tree_write(struct vx_tree_writer *writer, const xmlNode *node, unsigned depth)
{
    write_level(writer, node, depth, false);
}
