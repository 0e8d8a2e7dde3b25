/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libxml2's SAX parser, hardened.  It is linked and not loaded when it is first needed,
 * as libvmx does: whoever talks to a host always reads XML, and a connection takes
 * longer than any library. */
#include "vi/tree.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "base/buf.h"

#include "base/banned.h"

struct reader {
    struct vx_arena *arena;
    xmlParserCtxt *context;
    struct vi_node *top, *at;
    struct vx_buf text; /* of the innermost element; others have none yet or done */
    size_t elements, depth;
    const char *why;
};

static void
stop(struct reader *reader, const char *why)
{
    if (reader->why == NULL)
        reader->why = why;
    xmlStopParser(reader->context);
}

static struct vx_str
x_str(const xmlChar *text)
{
    return vx_str_c((const char *)text);
}

static struct vx_str
local_part(struct vx_str name)
{
    ptrdiff_t colon;

    while (name.n && (vx_is_blank((unsigned char)name.s[0]) || name.s[0] == '\n'))
        name = vx_str_skip(name, 1);
    colon = vx_str_find(name, ':');
    return colon < 0 ? name : vx_str_skip(name, (size_t)colon + 1);
}

/* libxml2 gives five pointers for each: name, prefix, namespace, value and its end. */
static void
take_attributes(struct reader *reader, struct vi_node *node, int count,
                const xmlChar **attributes)
{
    for (int i = 0; i < count; i++, attributes += 5) {
        struct vx_str name = x_str(attributes[0]);
        struct vx_str value = vx_str_of((const char *)attributes[3],
                                        (size_t)(attributes[4] - attributes[3]));
        bool of_schema =
            attributes[2]
            && vx_str_eq(x_str(attributes[2]),
                         VX_STR("http://www.w3.org/2001/XMLSchema-instance"));

        if (of_schema && vx_str_eq(name, VX_STR("type")))
            node->type = vx_arena_dup(reader->arena, local_part(value));
        else if (of_schema && vx_str_eq(name, VX_STR("nil")))
            node->nil =
                vx_str_eq(value, VX_STR("true")) || vx_str_eq(value, VX_STR("1"));
        else if (attributes[2] == NULL && vx_str_eq(name, VX_STR("type")))
            node->ref = vx_arena_dup(reader->arena, value);
    }
}

static void
on_start(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
         int spaces, const xmlChar **space, int count, int defaults,
         const xmlChar **attributes)
{
    struct reader *reader = self;
    struct vi_node *node, *parent = reader->at;

    (void)prefix, (void)uri, (void)spaces, (void)space, (void)defaults;
    if (++reader->elements > VI_ELEMENTS_MAX)
        stop(reader, "the message has too many elements");
    if (++reader->depth > VI_DEPTH_MAX)
        stop(reader, "the message is nested too deeply");
    node = vx_arena_zero(reader->arena, sizeof(*node));
    if (node == NULL || reader->why) {
        stop(reader, "the message is too large");
        return;
    }
    node->name = vx_arena_dup(reader->arena, x_str(name));
    node->text = VX_STR("");
    node->parent = parent;
    take_attributes(reader, node, count, attributes);
    reader->text.size = 0; /* what stands beside elements is white space */
    if (parent == NULL)
        reader->top = node;
    else if (parent->last)
        parent->last->next = node;
    else
        parent->children = node;
    if (parent)
        parent->last = node;
    reader->at = node;
}

static void
on_end(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *reader = self;
    struct vi_node *node = reader->at;

    (void)name, (void)prefix, (void)uri;
    if (node == NULL)
        return;
    if (node->children == NULL && reader->text.size)
        node->text = vx_arena_dup(reader->arena, vx_buf_text(&reader->text));
    if (reader->text.failed || reader->arena->failed)
        stop(reader, "the message is too large");
    reader->text.size = 0;
    reader->depth--;
    reader->at = node->parent;
}

static void
on_text(void *self, const xmlChar *text, int size)
{
    struct reader *reader = self;

    vx_buf_add(&reader->text, text, (size_t)size);
}

static void
on_document_type(void *self, const xmlChar *name, const xmlChar *external,
                 const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    stop(self, "the message has a document type");
}

static xmlEntity *
on_entity(void *self, const xmlChar *name)
{
    (void)self;
    return xmlGetPredefinedEntity(name);
}

static xmlSAXHandler
handler(void)
{
    return (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
        .cdataBlock = on_text,
        .internalSubset = on_document_type,
        .getEntity = on_entity,
    };
}

/* Hosts speak UTF-8, whatever they declare: of another charset libxml2 complains on
 * standard error, where a library has no business. */
static void
parse(struct reader *reader, struct vx_str text)
{
    enum {
        OPTIONS = XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOCDATA
                  | XML_PARSE_IGNORE_ENC,
        PIECE = 1 << 20,
    };

    xmlCtxtUseOptions(reader->context, OPTIONS);
    xmlSwitchEncoding(reader->context, XML_CHAR_ENCODING_UTF8);
    if (vx_str_starts(text, VX_STR("\xef\xbb\xbf")))
        text = vx_str_skip(text, 3);
    while (text.n && reader->why == NULL) {
        size_t piece = text.n < PIECE ? text.n : PIECE;

        if (xmlParseChunk(reader->context, text.s, (int)piece, 0) != 0)
            break;
        text = vx_str_skip(text, piece);
    }
    if (reader->why == NULL)
        xmlParseChunk(reader->context, NULL, 0, 1);
}

struct vi_node *
vi_read(struct vx_str text, struct vx_arena *arena, const char **ret_why)
{
    struct reader reader = {.arena = arena, .text = VX_BUF(VI_MEMORY_MAX)};
    xmlSAXHandler sax = handler();

    reader.context = xmlCreatePushParserCtxt(&sax, &reader, NULL, 0, NULL);
    if (reader.context) {
        parse(&reader, text);
        if (reader.why == NULL && (!reader.context->wellFormed || reader.at))
            reader.why = "the message is no well-formed XML";
        xmlFreeParserCtxt(reader.context);
    }
    vx_buf_done(&reader.text);
    if (reader.why == NULL && (reader.top == NULL || arena->failed))
        reader.why = "out of memory";
    *ret_why = reader.why;
    return reader.why ? NULL : reader.top;
}

struct vi_node *
vi_child(const struct vi_node *node, const char *name)
{
    struct vx_str wanted = vx_str_c(name);

    for (struct vi_node *at = node ? node->children : NULL; at; at = at->next)
        if (vx_str_eq(at->name, wanted))
            return at;
    return NULL;
}
