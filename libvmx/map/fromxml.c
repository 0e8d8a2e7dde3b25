/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine that walks the tables from XML to the model.  It knows rows, places and
 * libxml2, and no device. */
#include "map/fromxml.h"

#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>

#include "base/banned.h"

/* ---- reading --------------------------------------------------------------------- */

/* What the parser met; it hangs on its context. */
struct reading {
    enum vmx_status status;
    uint32_t line;
};

static void
stop(xmlParserCtxtPtr parser, enum vmx_status status)
{
    struct reading *reading = parser->_private;

    if (reading->status == VMX_OK) {
        reading->status = status;
        reading->line = parser->input ? (uint32_t)parser->input->line : 0;
    }
    xmlStopParser(parser);
}

/* A document type is where entities and other files come from; domain XML has none. */
static void
on_document_type(void *data, __attribute__((unused)) const xmlChar *name,
                 __attribute__((unused)) const xmlChar *public_id,
                 __attribute__((unused)) const xmlChar *system_id)
{
    stop(data, VMX_ERR_INPUT);
}

static void
on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
         int namespace_count, const xmlChar **namespaces, int attr_count,
         int default_count, const xmlChar **attrs)
{
    xmlParserCtxtPtr parser = data;

    if (parser->nodeNr >= VX_XML_NESTING_MAX)
        stop(parser, VMX_ERR_LIMIT);
    else
        xmlSAX2StartElementNs(data, name, prefix, uri, namespace_count, namespaces,
                              attr_count, default_count, attrs);
}

static void
on_nothing(__attribute__((unused)) void *data,
           __attribute__((unused)) const char *format, ...)
{
}

static enum vmx_status
status_of(xmlParserCtxtPtr parser, const struct reading *reading)
{
    if (reading->status != VMX_OK)
        return reading->status;
    if (parser->lastError.code == XML_ERR_NO_MEMORY)
        return VMX_ERR_NOMEM;
    return parser->wellFormed && parser->myDoc ? VMX_OK : VMX_ERR_INPUT;
}

static xmlParserCtxtPtr
new_parser(struct vx_str text, struct reading *reading)
{
    xmlParserCtxtPtr parser = xmlCreateMemoryParserCtxt(text.s, (int)text.n);

    if (parser == NULL)
        return NULL;
    /* Options set handlers, so they come first. */
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
                                  | XML_PARSE_NOCDATA);
    parser->_private = reading;
    parser->sax->internalSubset = on_document_type;
    parser->sax->startElementNs = on_start;
    parser->sax->error = on_nothing;
    parser->sax->fatalError = on_nothing;
    parser->sax->warning = on_nothing;
    return parser;
}

enum vmx_status
vx_xml_read(struct vx_str text, xmlDoc **ret, uint32_t *ret_line)
{
    struct reading reading = {VMX_OK, 0};
    xmlParserCtxtPtr parser;
    enum vmx_status status;

    if (text.n > VMX_MAX_TEXT)
        return VMX_ERR_LIMIT;
    if (text.n == 0)
        return VMX_ERR_INPUT;
    parser = new_parser(text, &reading);
    if (parser == NULL)
        return VMX_ERR_NOMEM;
    xmlParseDocument(parser);
    status = status_of(parser, &reading);
    if (status == VMX_OK)
        *ret = parser->myDoc;
    else
        xmlFreeDoc(parser->myDoc);
    if (status != VMX_OK && ret_line)
        *ret_line = reading.line ? reading.line : (uint32_t)parser->lastError.line;
    parser->myDoc = NULL;
    xmlFreeParserCtxt(parser);
    return status;
}

void
vx_xml_free(xmlDoc *doc)
{
    xmlFreeDoc(doc);
}

xmlNode *
vx_xml_root(xmlDoc *doc)
{
    return xmlDocGetRootElement(doc);
}

/* ---- places ---------------------------------------------------------------------- */

static const char *
chars(const xmlChar *text)
{
    return (const char *)text;
}

/* The attribute itself, whatever its namespace is not: domain XML's have none. */
static const xmlAttr *
attr_of(const xmlNode *element, struct vx_str name)
{
    for (const xmlAttr *attr = element->properties; attr; attr = attr->next)
        if (attr->ns == NULL && vx_str_eq(vx_str_c(chars(attr->name)), name))
            return attr;
    return NULL;
}

/* An attribute has at most one text inside, since entities are not read. */
static struct vx_str
attr_text(const xmlAttr *attr)
{
    return attr->children ? vx_str_c(chars(attr->children->content)) : VX_STR("");
}

/* Takes ` name='value'` off `with`. */
static bool
next_attr(struct vx_str *with, struct vx_str *name, struct vx_str *value)
{
    struct vx_str rest = vx_str_trim(*with);
    ptrdiff_t equals = vx_str_find(rest, '='), end;

    if (equals < 1 || (size_t)equals + 2 > rest.n)
        return false;
    *name = vx_str_of(rest.s, (size_t)equals);
    rest = vx_str_skip(rest, (size_t)equals + 2);
    end = vx_str_find(rest, '\'');
    if (end < 0)
        return false;
    *value = vx_str_of(rest.s, (size_t)end);
    *with = vx_str_skip(rest, (size_t)end + 1);
    return true;
}

static bool
has_attrs(const xmlNode *element, const char *wanted)
{
    struct vx_str with = wanted ? vx_str_c(wanted) : VX_STR(""), name, value;

    while (next_attr(&with, &name, &value)) {
        const xmlAttr *attr = attr_of(element, name);

        if (attr == NULL || !vx_str_eq(attr_text(attr), value))
            return false;
    }
    return true;
}

static xmlNode *
child_of(xmlNode *element, struct vx_str name, const char *with)
{
    for (xmlNode *child = element->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && child->ns == NULL
            && vx_str_eq(vx_str_c(chars(child->name)), name) && has_attrs(child, with))
            return child;
    return NULL;
}

xmlNode *
vx_xml_find(xmlNode *element, const char *path, const char *with)
{
    struct vx_str rest = vx_str_c(path);

    if (rest.n == 0)
        return has_attrs(element, with) ? element : NULL;
    while (element && rest.n) {
        ptrdiff_t slash = vx_str_find(rest, '/');
        struct vx_str name = slash < 0 ? rest : vx_str_of(rest.s, (size_t)slash);

        element = child_of(element, name, slash < 0 ? with : NULL);
        rest = slash < 0 ? VX_STR("") : vx_str_skip(rest, (size_t)slash + 1);
    }
    return element;
}

/* libxml2 merges neighbouring texts; comments stand between them all the same. */
static struct vx_str
element_text(struct vx_arena *arena, xmlNode *element)
{
    xmlChar *content = xmlNodeGetContent(element);
    struct vx_str copy;

    if (content == NULL) {
        arena->failed = true;
        return VX_STR_NONE;
    }
    copy = vx_arena_dup(arena, vx_str_c(chars(content)));
    xmlFree(content);
    return copy;
}

struct vx_str
vx_xml_value(struct vx_arena *arena, xmlNode *element, const char *attr)
{
    const xmlAttr *found;

    if (attr == NULL)
        return element_text(arena, element);
    found = attr_of(element, vx_str_c(attr));
    return found ? vx_arena_dup(arena, attr_text(found)) : VX_STR_NONE;
}

/* ---- decisions ------------------------------------------------------------------- */

/* An element that is asked for alone is there, with its text, or is not. */
static struct vx_str
facet_text(struct vx_map *map, const struct vx_facet *facet, xmlNode *element)
{
    xmlNode *place = vx_xml_find(element, facet->elem, NULL);

    return place ? vx_xml_value(map->arena, place, facet->attr) : VX_STR_NONE;
}

enum { ABSENT, PRESENT, SAME };

uint8_t
vx_decide_xml(struct vx_map *map, const struct vx_decision *decision, xmlNode *element)
{
    struct vx_str text[VX_FACETS];
    uint8_t classes[VX_FACETS];

    for (uint8_t i = 0; i < decision->xml_count; i++) {
        const struct vx_facet *facet = &decision->xml[i];

        text[i] = facet_text(map, facet, element);
        if (facet->same == 0)
            classes[i] = vx_facet_class(map, facet, text[i]);
        else if (text[i].s == NULL)
            classes[i] = ABSENT;
        else
            classes[i] = vx_str_eq(text[i], text[facet->same - 1]) ? SAME : PRESENT;
    }
    return vx_decide_classes(decision, true, classes);
}

/* ---- rows ------------------------------------------------------------------------ */

static bool
guarded_off(const struct vx_row *row, const void *model)
{
    uint8_t asked = *((const uint8_t *)model + row->guard);

    return row->guard_mask && (asked > 31 || !(row->guard_mask >> asked & 1));
}

static bool
read_row(struct vx_map *map, const struct vx_row *row, xmlNode *place, void *member)
{
    const char *attr = row->place == VX_PLACE_ATTR ? row->attr : NULL;
    struct vx_str text;

    if (row->place == VX_PLACE_FLAG) {
        *(uint8_t *)member = VX_YES;
        return true;
    }
    text = vx_xml_value(map->arena, place, attr);
    return text.s == NULL || row->codec->from_xml(map, row, text, member);
}

size_t
vx_rows_from_xml(struct vx_map *map, const struct vx_row *rows, size_t count,
                 xmlNode *element, void *model)
{
    size_t bad = 0;

    for (const struct vx_row *row = rows; row < rows + count; row++) {
        xmlNode *place;

        if ((row->place != VX_PLACE_ATTR && row->place != VX_PLACE_TEXT
             && row->place != VX_PLACE_FLAG)
            || row->codec == NULL || guarded_off(row, model))
            continue;
        place = vx_xml_find(element, row->elem, row->with);
        if (place && !read_row(map, row, place, (char *)model + row->member))
            bad++;
    }
    return bad;
}

size_t
vx_device_from_xml(struct vx_map *map, const struct vx_device *device, xmlNode *element,
                   void *model)
{
    if (device->decision)
        *((uint8_t *)model + device->decided) =
            vx_decide_xml(map, device->decision, element);
    return vx_rows_from_xml(map, device->rows, device->row_count, element, model);
}
