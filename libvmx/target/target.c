/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes targets: parses the stylesheet and the map, once for all machines. */
#include "target/target.h"

#include <stdlib.h>

#include "target/builtin.h"
#include "target/listen.h"
#include "target/write.h"

#include "base/banned.h"

enum {
    NAMES_CEILING = 16 << 20,
    MAP_CEILING = 16 << 20,
};

static const struct {
    const char *name, *file;
    const char *text;
    const size_t *size;
} builtins[] = {
    {"kvm", "kvm.xsl", vx_text_kvm_xsl, &vx_text_kvm_xsl_size},
};

/* ---- stylesheet ------------------------------------------------------------------ */

xmlDoc *
vx_target_parse(struct vx_listener *listener, struct vx_str text, const char *url,
                int options)
{
    const struct vx_xsl *xsl = listener->xsl;
    xmlParserCtxt *parser;
    xmlDoc *doc;

    if (text.n > INT32_MAX)
        return NULL;
    parser = xsl->xmlNewParserCtxt();
    if (parser == NULL)
        return NULL;
    parser->sax->serror = vx_listen_structured;
    doc = xsl->xmlCtxtReadMemory(parser, text.s ? text.s : "", (int)text.n, url, NULL,
                                 options | XML_PARSE_NONET | XML_PARSE_NOCDATA);
    xsl->xmlFreeParserCtxt(parser);
    return doc;
}

static enum vmx_status
compile(struct vmx_target *target, struct vx_str text, bool own,
        struct vmx_diags *diags)
{
    const struct vx_xsl *xsl = target->xsl;
    struct vx_listener listener;
    xmlDoc *doc;

    vx_listen(&listener, xsl, diags, VX_BAD_STYLESHEET, (const char *)target->url);
    listener.includes = own;
    doc = vx_target_parse(&listener, text, (const char *)target->url, XML_PARSE_NOENT);
    if (doc) {
        target->style = xsl->xsltParseStylesheetDoc(doc);
        if (target->style == NULL)
            xsl->xmlFreeDoc(doc);
        else if (target->style->errors > 0 && listener.errors == 0)
            listener.errors++;
    }
    vx_listen_end(&listener, 0);
    if (target->style && listener.errors == 0)
        return VMX_OK;
    if (listener.errors == 0)
        vx_diag(diags, VX_BAD_STYLESHEET, VX_NO_SPAN, "no XSLT stylesheet");
    return VMX_ERR_INPUT;
}

/* What is left out of --param: the glue sets it. */
#define RELEASE "libvirt"

static const xsltStackElem *
next_param(const struct vx_xsl *xsl, xsltStylesheet **style, const xsltStackElem *at)
{
    at = at ? at->next : (*style)->variables;
    for (;;) {
        for (; at; at = at->next)
            if (at->comp && at->comp->type == XSLT_FUNC_PARAM && at->nameURI == NULL)
                return at;
        *style = xsl->xsltNextImport(*style);
        if (*style == NULL)
            return NULL;
        at = (*style)->variables;
    }
}

const char *
vmx_target_param(const struct vmx_target *target, size_t index)
{
    xsltStylesheet *style = target->style;
    const xsltStackElem *at = NULL;

    while ((at = next_param(target->xsl, &style, at)) != NULL)
        if (strcmp((const char *)at->name, RELEASE) != 0 && index-- == 0)
            return (const char *)at->name;
    return NULL;
}

static bool
declares(const struct vmx_target *target, const char *name)
{
    xsltStylesheet *style = target->style;
    const xsltStackElem *at = NULL;

    while ((at = next_param(target->xsl, &style, at)) != NULL)
        if (strcmp((const char *)at->name, name) == 0)
            return true;
    return false;
}

/* Cuts the next word off the front of `*text`; false past the last. */
static bool
next_word(struct vx_str *text, struct vx_str *ret)
{
    static const char blanks[] = " \t\r\n";
    size_t n = 0;

    while (text->n && strchr(blanks, text->s[0]))
        *text = vx_str_skip(*text, 1);
    while (n < text->n && !strchr(blanks, text->s[n]))
        n++;
    *ret = vx_str_of(text->s, n);
    *text = vx_str_skip(*text, n);
    return n > 0;
}

/* <t:keys names='...'/> among the top elements of the stylesheet itself. */
static bool
learn_keys(struct vmx_target *target)
{
    const xmlNode *root = target->xsl->xmlDocGetRootElement(target->style->doc);
    struct vx_str text, word, *keys;
    const xmlNode *node = root->children;

    while (node && !vx_tree_is(node, VX_TARGET_URI, "keys"))
        node = node->next;
    if (node == NULL)
        return true;
    keys = vx_arena_array(&target->arena, VX_TARGET_KEYS, sizeof(*keys));
    text = vx_str_c(vx_tree_attr(node, "names"));
    while (keys && target->key_count < VX_TARGET_KEYS && next_word(&text, &word))
        keys[target->key_count++] = vx_arena_dup(&target->arena, word);
    target->keys = keys;
    return !target->arena.failed;
}

/* ---- public ---------------------------------------------------------------------- */

static void
target_drop(struct vmx_target **target)
{
    vmx_target_free(*target);
}

static bool
find_builtin(const char *name, const char **ret_file, struct vx_str *ret)
{
    for (size_t i = 0; i < VX_COUNT(builtins); i++)
        if (strcmp(builtins[i].name, name) == 0) {
            *ret_file = builtins[i].file;
            *ret = vx_str_of(builtins[i].text, *builtins[i].size);
            return true;
        }
    return false;
}

enum vmx_status
vmx_target_new(const char *name, const char *text, size_t size, struct vmx_diags *diags,
               struct vmx_target **ret)
{
    struct vmx_target *target VX_AUTO(target_drop) = NULL;
    struct vx_str source = vx_str_of(text, size);
    const char *file = name;
    enum vmx_status status;

    if (name == NULL || ret == NULL)
        return VMX_ERR_MISUSE;
    if (text == NULL && !find_builtin(name, &file, &source)) {
        vx_diag(diags, VX_NO_SUCH_TARGET, VX_NO_SPAN, "no target is called \"%.*s\"",
                VX_ARG(vx_str_c(name)));
        return VMX_ERR_INPUT;
    }
    target = calloc(1, sizeof(*target));
    if (target == NULL)
        return VMX_ERR_NOMEM;
    vx_arena_init(&target->arena, NAMES_CEILING);
    target->map = VX_BUF(MAP_CEILING);
    target->xsl = vx_xsl();
    if (target->xsl == NULL) {
        vx_diag(diags, VX_NO_XML_LIBRARY, VX_NO_SPAN,
                "cannot load " VX_LIBXML_SONAME " and " VX_LIBXSLT_SONAME);
        return VMX_ERR_LIBRARY;
    }
    target->url = target->xsl->xmlCanonicPath((const xmlChar *)file);
    status = compile(target, source, text != NULL, diags);
    if (status != VMX_OK)
        return status;
    if (!learn_keys(target))
        return VMX_ERR_NOMEM;
    target->takes_release = declares(target, RELEASE);
    *ret = target;
    target = NULL;
    return VMX_OK;
}

void
vmx_target_free(struct vmx_target *target)
{
    if (target == NULL)
        return;
    if (target->style)
        target->xsl->xsltFreeStylesheet(target->style);
    if (target->url)
        (*target->xsl->xmlFree)(target->url);
    vx_buf_done(&target->map);
    vx_arena_done(&target->arena);
    free(target);
}

enum vmx_status
vmx_target_set_param(struct vmx_target *target, const char *name, const char *value)
{
    struct vx_str kept;
    size_t i = 0;

    if (target == NULL || name == NULL || value == NULL || strcmp(name, RELEASE) == 0
        || !declares(target, name) || !vx_xml_holds(vx_str_c(value)))
        return VMX_ERR_MISUSE;
    while (i < target->param_count && strcmp(target->params[i].name, name) != 0)
        i++;
    if (i == VX_TARGET_PARAMS)
        return VMX_ERR_LIMIT;
    kept = vx_arena_dup(&target->arena, vx_str_c(value));
    if (i == target->param_count)
        target->params[i].name = vx_arena_dup(&target->arena, vx_str_c(name)).s;
    if (kept.s == NULL || target->params[i].name == NULL)
        return VMX_ERR_NOMEM;
    target->params[i].value = kept.s;
    target->param_count += i == target->param_count;
    return VMX_OK;
}

/* ---- map ------------------------------------------------------------------------- */

static bool
validate(struct vx_listener *listener, xmlDoc *doc)
{
    const struct vx_xsl *xsl = listener->xsl;
    xmlRelaxNGParserCtxt *parser = xsl->xmlRelaxNGNewMemParserCtxt(
        vx_text_vmx_map_rng, (int)vx_text_vmx_map_rng_size);
    xmlRelaxNG *grammar = parser ? xsl->xmlRelaxNGParse(parser) : NULL;
    xmlRelaxNGValidCtxt *valid = grammar ? xsl->xmlRelaxNGNewValidCtxt(grammar) : NULL;
    bool fits = false;

    if (valid) {
        xsl->xmlRelaxNGSetValidStructuredErrors(valid, vx_listen_structured, NULL);
        fits = xsl->xmlRelaxNGValidateDoc(valid, doc) == 0;
    }
    if (valid)
        xsl->xmlRelaxNGFreeValidCtxt(valid);
    if (grammar)
        xsl->xmlRelaxNGFree(grammar);
    if (parser)
        xsl->xmlRelaxNGFreeParserCtxt(parser);
    return fits;
}

static bool
read_map(struct vx_listener *listener, xmlDoc *doc, struct vx_buf *ret)
{
    struct vx_tree_writer writer = {.out = ret};

    if (doc->intSubset) {
        vx_diag(listener->diags, VX_BAD_MAP, VX_NO_SPAN, "a map file has no DTD");
        listener->errors++;
        return false;
    }
    if (!validate(listener, doc))
        return false;
    vx_tree_write(&writer, listener->xsl->xmlDocGetRootElement(doc), 3);
    return !writer.too_deep;
}

enum vmx_status
vmx_target_set_map(struct vmx_target *target, const char *text, size_t size,
                   struct vmx_diags *diags)
{
    struct vx_buf map VX_AUTO(vx_buf_done) = VX_BUF(MAP_CEILING);
    struct vx_listener listener;
    bool fits;
    xmlDoc *doc;

    if (target == NULL || text == NULL)
        return VMX_ERR_MISUSE;
    vx_listen(&listener, target->xsl, diags, VX_BAD_MAP, NULL);
    doc = vx_target_parse(&listener, vx_str_of(text, size), NULL, 0);
    fits = doc && read_map(&listener, doc, &map);
    if (doc)
        target->xsl->xmlFreeDoc(doc);
    vx_listen_end(&listener, 0);
    if (map.failed)
        return VMX_ERR_NOMEM;
    if (!fits) {
        if (listener.errors == 0)
            vx_diag(diags, VX_BAD_MAP, VX_NO_SPAN, "not a map file");
        return VMX_ERR_INPUT;
    }
    vx_buf_done(&target->map);
    target->map = map;
    map = VX_BUF(0);
    return VMX_OK;
}
