/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libxml2's parser into our tree.  Its own tree would cost twice the time, and its
 * entities and document types are what input must not have. */
#include "xml/tree.h"

#include "xml/load.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <pthread.h>

#include "base/banned.h"

/* What the parser met; it is its user data. */
struct reading {
    xmlParserCtxtPtr parser;
    struct vx_arena *arena;
    struct vx_node *root, *open;
    struct vx_buf
        text; /* of the open element, since its start or its last child's end */
    size_t depth, pieces;
    enum vmx_status status;
    uint32_t line;
    const char *why;
};

enum { SMALL_TEXT = 1 << 16 };

#define FUNCTIONS(X)                                                                   \
    X(xmlCreateMemoryParserCtxt)                                                       \
    X(xmlCtxtUseOptions)                                                               \
    X(xmlParseDocument)                                                                \
    X(xmlStopParser)                                                                   \
    X(xmlFreeParserCtxt)

static const char *const names[] = {FUNCTIONS(VX_LOAD_NAME)};

static struct {
    FUNCTIONS(VX_LOAD_MEMBER)
} xml;

static bool loaded;

static void
load(void)
{
    loaded = vx_load(VX_LIBXML_SONAME, names, (void **)&xml, VX_COUNT(names));
}

static bool
is_loaded(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    return loaded;
}

/* ---- what the parser tells ------------------------------------------------------- */

static void
stop(struct reading *reading, enum vmx_status status, const char *why)
{
    if (reading->status == VMX_OK) {
        reading->status = status;
        reading->why = why;
        reading->line =
            reading->parser->input ? (uint32_t)reading->parser->input->line : 0;
    }
    xml.xmlStopParser(reading->parser);
}

/* A document type is where entities and other files come from; domain XML has none. */
static void
on_document_type(void *data, __attribute__((unused)) const xmlChar *name,
                 __attribute__((unused)) const xmlChar *public_id,
                 __attribute__((unused)) const xmlChar *system_id)
{
    stop(data, VMX_ERR_INPUT, "a document type, which domain XML has not");
}

static bool
is_blank(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!vx_is_blank((unsigned char)text.s[i]) && text.s[i] != '\n'
            && text.s[i] != '\r')
            return false;
    return true;
}

/* Blanks beside elements are layout.  Of text in several pieces the first counts:
 * domain XML mixes nothing. */
static void
take_text(struct reading *reading)
{
    struct vx_node *node = reading->open;
    struct vx_str text = vx_buf_text(&reading->text);

    if (node && text.n && node->text.s == NULL
        && (node->children == NULL || !is_blank(text)))
        node->text = vx_arena_dup(reading->arena, text);
    reading->text.size = 0;
}

static struct vx_str
copy(struct reading *reading, const xmlChar *text)
{
    return vx_arena_dup(reading->arena, vx_str_c((const char *)text));
}

static void
take_attrs(struct reading *reading, struct vx_node *node, int count,
           const xmlChar **attrs)
{
    struct vx_attr **end = &node->attrs;

    for (; count > 0; count--, attrs += 5) {
        struct vx_attr *attr;

        if (attrs[1]) /* of a namespace */
            continue;
        attr = vx_arena_alloc(reading->arena, sizeof(*attr));
        if (attr == NULL)
            return;
        *attr = (struct vx_attr){
            .name = copy(reading, attrs[0]),
            .value =
                vx_arena_dup(reading->arena, vx_str_of((const char *)attrs[3],
                                                       (size_t)(attrs[4] - attrs[3]))),
        };
        *end = attr;
        end = &attr->next;
        reading->pieces++;
    }
}

static void
on_start(void *data, const xmlChar *name, __attribute__((unused)) const xmlChar *prefix,
         const xmlChar *uri, __attribute__((unused)) int namespace_count,
         __attribute__((unused)) const xmlChar **namespaces, int attr_count,
         __attribute__((unused)) int default_count, const xmlChar **attrs)
{
    struct reading *reading = data;
    struct vx_node *node;

    if (++reading->depth > VX_XML_NESTING_MAX) {
        stop(reading, VMX_ERR_LIMIT, "elements nested too deeply");
        return;
    }
    if (++reading->pieces > VX_XML_PIECES_MAX) {
        stop(reading, VMX_ERR_LIMIT, "too many elements");
        return;
    }
    if (!is_blank(vx_buf_text(&reading->text)))
        take_text(reading);
    reading->text.size = 0;
    node = vx_arena_zero(reading->arena, sizeof(*node));
    if (node == NULL) {
        stop(reading, VMX_ERR_NOMEM, NULL);
        return;
    }
    node->name = copy(reading, name);
    node->space = copy(reading, uri);
    node->line = reading->parser->input ? (uint32_t)reading->parser->input->line : 0;
    take_attrs(reading, node, attr_count, attrs);
    if (reading->open)
        vx_xml_hang(reading->open, node);
    else
        reading->root = node;
    reading->open = node;
}

static void
on_end(void *data, __attribute__((unused)) const xmlChar *name,
       __attribute__((unused)) const xmlChar *prefix,
       __attribute__((unused)) const xmlChar *uri)
{
    struct reading *reading = data;

    take_text(reading);
    reading->depth--;
    if (reading->open)
        reading->open = reading->open->parent;
}

static void
on_text(void *data, const xmlChar *text, int size)
{
    struct reading *reading = data;

    vx_buf_add(&reading->text, text, (size_t)size);
}

static void
on_nothing(__attribute__((unused)) void *data,
           __attribute__((unused)) const char *format, ...)
{
}

/* ---- reading --------------------------------------------------------------------- */

static void
set_handlers(xmlParserCtxtPtr parser, struct reading *reading)
{
    /* Options set handlers, so they come first.  Without entities of its own a text has
     * the five of XML alone, which NOENT puts into attributes as what they mean. */
    xml.xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOERROR
                                      | XML_PARSE_NOWARNING | XML_PARSE_NOENT);
    memset(parser->sax, 0, sizeof(*parser->sax));
    parser->sax->initialized = XML_SAX2_MAGIC;
    parser->sax->internalSubset = on_document_type;
    parser->sax->startElementNs = on_start;
    parser->sax->endElementNs = on_end;
    parser->sax->characters = on_text;
    parser->sax->ignorableWhitespace = on_text;
    parser->sax->error = on_nothing;
    parser->sax->fatalError = on_nothing;
    parser->sax->warning = on_nothing;
    parser->userData = reading;
}

static void
settle_status(struct reading *reading)
{
    const xmlParserCtxtPtr parser = reading->parser;

    if (reading->status != VMX_OK)
        return;
    if (reading->text.failed || reading->arena->failed
        || parser->lastError.code == XML_ERR_NO_MEMORY) {
        reading->status = VMX_ERR_NOMEM;
    } else if (!parser->wellFormed || reading->root == NULL) {
        reading->status = VMX_ERR_INPUT;
        reading->why = parser->lastError.message;
        reading->line = (uint32_t)parser->lastError.line;
    }
}

static void
tell(const struct reading *reading, struct vmx_diags *diags)
{
    struct vx_str why = vx_str_c(reading->why ? reading->why : "no element");

    while (why.n && why.s[why.n - 1] == '\n')
        why.n--;
    if (reading->status == VMX_ERR_INPUT || reading->status == VMX_ERR_LIMIT)
        vx_diag(diags, VX_NOT_XML, (struct vx_span){0, 0, reading->line, 1}, "%.*s",
                (int)(why.n < 200 ? why.n : 200), why.s);
}

/* The line in which an element has more attributes than domain XML ever has, or 0.
 * libxml2 compares each with all others, so that 300,000 take half a minute; a small
 * text cannot have enough of them.  The next "<" never is a part of an element that is
 * well-formed. */
static uint32_t
crowded_line(struct vx_str text)
{
    bool in_tag = false;
    uint32_t line = 1;
    size_t attrs = 0;
    char quote = '\0';

    for (size_t i = 0; text.n > SMALL_TEXT && i < text.n; i++) {
        char c = text.s[i];

        line += c == '\n';
        if (c == '<') {
            in_tag = true;
            quote = '\0';
            attrs = 0;
        } else if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '>') {
            in_tag = false;
        } else if (in_tag && (c == '"' || c == '\'')) {
            quote = c;
            if (++attrs > VX_XML_ATTRS_MAX)
                return line;
        }
    }
    return 0;
}

enum vmx_status
vx_xml_read(struct vx_str text, struct vx_arena *arena, struct vmx_diags *diags,
            struct vx_node **ret)
{
    struct reading reading = {.arena = arena, .text = VX_BUF(VMX_MAX_TEXT + 1)};

    if (text.n > VMX_MAX_TEXT)
        return VMX_ERR_LIMIT;
    if (!is_loaded()) {
        vx_diag(diags, VX_NO_XML_LIBRARY, VX_NO_SPAN,
                VX_LIBXML_SONAME " cannot be loaded");
        return VMX_ERR_LIBRARY;
    }
    if (text.n == 0) {
        vx_diag(diags, VX_NOT_XML, VX_NO_SPAN, "the text is empty");
        return VMX_ERR_INPUT;
    }
    reading.line = crowded_line(text);
    if (reading.line) {
        reading.status = VMX_ERR_LIMIT;
        reading.why = "too many attributes";
        tell(&reading, diags);
        return reading.status;
    }
    reading.parser = xml.xmlCreateMemoryParserCtxt(text.s, (int)text.n);
    if (reading.parser == NULL)
        return VMX_ERR_NOMEM;
    set_handlers(reading.parser, &reading);
    xml.xmlParseDocument(reading.parser);
    settle_status(&reading);
    tell(&reading, diags);
    xml.xmlFreeParserCtxt(reading.parser);
    vx_buf_done(&reading.text);
    if (reading.status == VMX_OK)
        *ret = reading.root;
    return reading.status;
}
