/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libxslt reports in pieces: first, with a line of its own, where ("compilation error:
 * file a.xsl line 7 element foo"), then what.  Text without a place is a message of
 * the stylesheet. */
#include "target/listen.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/num.h"

#include "base/banned.h"

enum {
    TEXT_CEILING = 1 << 16,
};

/* The process-wide channels of libxslt while somebody listens; under the mutex. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static size_t listeners;
static xmlGenericErrorFunc error_before;
static void *error_context_before;
static xsltDocLoaderFunc loader_before;

static _Thread_local struct vx_listener *mine;

/* ---- text ------------------------------------------------------------------------ */

static struct vx_str
one_line(struct vx_buf *buf)
{
    struct vx_str text = vx_buf_text(buf);

    while (text.n && (text.s[text.n - 1] == '\n' || text.s[text.n - 1] == ' '))
        text.n--;
    return text;
}

/* How much of a text goes into a message, which is cut anyway. */
#define LONG_ARG(str) (int)((str).n < 300 ? (str).n : 300), ((str).s ? (str).s : "")

static bool
has(struct vx_str text, const char *words)
{
    return text.n && memmem(text.s, text.n, words, strlen(words)) != NULL;
}

/* What libxslt says of its limits speaks to those who can set them. */
static bool
tell_limit(struct vx_str *what, struct vx_str *detail)
{
    if (has(*what, "infinite template recursion"))
        *what = VX_STR("the templates call each other without end");
    else if (has(*what, "peration limit exceeded")
             || has(*detail, "peration limit exceeded"))
        *what = VX_STR("the stylesheet takes too many steps");
    else
        return false;
    *detail = VX_STR_NONE;
    return true;
}

static void
say_error(struct vx_listener *l, struct vx_str what)
{
    struct vx_str detail = one_line(&l->detail);
    struct vx_span span = {0, 0, l->other ? 0 : l->line, 0};
    bool limit = tell_limit(&what, &detail);
    enum vx_code code = limit ? VX_STYLESHEET_LIMIT : l->code;

    l->errors++;
    l->limit |= limit;
    if (l->other)
        vx_diag(l->diags, code, span, "%s:%u: %.*s%s%.*s%s", l->other, l->line,
                LONG_ARG(what), detail.n ? " (" : "", LONG_ARG(detail),
                detail.n ? ")" : "");
    else
        vx_diag(l->diags, code, span, "%.*s%s%.*s%s", LONG_ARG(what),
                detail.n ? " (" : "", LONG_ARG(detail), detail.n ? ")" : "");
    l->detail.size = 0;
    l->placed = false;
    l->other = NULL;
    l->line = 0;
}

static void
tell_message(struct vx_listener *l, enum vx_code code)
{
    struct vx_str text = one_line(&l->message);

    if (text.n)
        vx_diag(l->diags, code, VX_NO_SPAN, "%.*s", LONG_ARG(text));
    l->message.size = 0;
}

/* The last `word` in `text`, or -1. */
static ptrdiff_t
last_of(struct vx_str text, const char *word)
{
    size_t n = strlen(word);

    for (size_t at = text.n; at >= n; at--)
        if (memcmp(text.s + at - n, word, n) == 0)
            return (ptrdiff_t)(at - n);
    return -1;
}

/* "runtime error: file a.xsl line 7 element foo"; false for what is no place. */
static bool
read_place(struct vx_listener *l, struct vx_str text)
{
    ptrdiff_t element, line, file;
    uint64_t number = 0;

    if (!vx_str_starts(text, VX_STR("compilation error"))
        && !vx_str_starts(text, VX_STR("runtime error"))
        && !vx_str_starts(text, VX_STR("error")))
        return false;
    l->placed = true;
    l->other = NULL;
    l->line = 0;
    element = last_of(text, " element ");
    if (element >= 0)
        text.n = (size_t)element;
    line = last_of(text, " line ");
    if (line >= 0 && vx_num_u64(vx_str_skip(text, (size_t)line + 6), &number)
        && number < UINT32_MAX) {
        l->line = (uint32_t)number;
        text.n = (size_t)line;
    }
    file = last_of(text, "error: file ");
    if (file < 0)
        return true;
    text = vx_str_skip(text, (size_t)file + 12);
    if (l->name && vx_str_eq(text, vx_str_c(l->name)))
        return true;
    l->place.size = 0;
    vx_buf_str(&l->place, text);
    vx_buf_char(&l->place, '\0');
    l->other = l->place.failed ? NULL : l->place.data;
    return true;
}

static void
take_line(struct vx_listener *l)
{
    struct vx_str text = one_line(&l->text);

    if (l->placed) {
        say_error(l, text);
    } else if (!read_place(l, text)) {
        tell_message(l, VX_STYLESHEET_MESSAGE);
        vx_buf_str(&l->message, text);
    }
    l->text.size = 0;
}

static void append(struct vx_buf *buf, const char *format, va_list args)
    VX_PRINTF(2, 0);

static void
append(struct vx_buf *buf, const char *format, va_list args)
{
    char part[1024];
    va_list again;
    int size;

    va_copy(again, args);
    size = vsnprintf(part, sizeof(part), format, again);
    va_end(again);
    if (size > 0 && (size_t)size < sizeof(part)) {
        vx_buf_add(buf, part, (size_t)size);
    } else if (size > 0 && vx_buf_room(buf, (size_t)size + 1)) {
        vsnprintf(buf->data + buf->size, (size_t)size + 1, format, args);
        buf->size += (size_t)size;
    }
}

void
vx_listen_error(void *context, const char *format, ...)
{
    struct vx_listener *l = mine;
    va_list args;

    (void)context;
    if (l == NULL)
        return;
    va_start(args, format);
    append(&l->text, format, args);
    va_end(args);
    if (l->text.size && l->text.data[l->text.size - 1] == '\n')
        take_line(l);
}

/* ---- libxml2 --------------------------------------------------------------------- */

/* What the parser says is an error by itself; what XPath says explains the one that
 * libxslt then reports. */
void
vx_listen_structured(void *context, VX_XML_ERROR *error)
{
    struct vx_listener *l = mine;
    struct vx_str text = vx_str_c(error->message);

    (void)context;
    if (l == NULL || error->level < XML_ERR_ERROR)
        return;
    while (text.n && text.s[text.n - 1] == '\n')
        text.n--;
    if (error->domain == XML_FROM_XPATH || error->domain == XML_FROM_XSLT) {
        l->detail.size = 0;
        vx_buf_str(&l->detail, text);
        return;
    }
    l->line = error->line > 0 ? (uint32_t)error->line : 0;
    l->other = error->file && l->name && strcmp(error->file, l->name) != 0 ? error->file
                                                                           : NULL;
    say_error(l, text);
}

/* libxml2's last resort, by thread; it takes a function that is not there this way. */
static void VX_PRINTF(2, 3) explain(void *context, const char *format, ...)
{
    struct vx_listener *l = mine;
    va_list args;

    (void)context;
    if (l == NULL)
        return;
    va_start(args, format);
    append(&l->detail, format, args);
    va_end(args);
}

/* ---- libxslt, for the whole process ---------------------------------------------- */

static void VX_PRINTF(2, 3) dispatch_error(void *context, const char *format, ...)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(TEXT_CEILING);
    xmlGenericErrorFunc before;
    void *before_context;
    va_list args;

    va_start(args, format);
    append(&text, format, args);
    va_end(args);
    if (mine) {
        vx_listen_error(context, "%.*s", (int)text.size, text.size ? text.data : "");
        return;
    }
    pthread_mutex_lock(&mutex);
    before = error_before;
    before_context = error_context_before;
    pthread_mutex_unlock(&mutex);
    if (before)
        before(before_context, "%.*s", (int)text.size, text.size ? text.data : "");
}

/* A stylesheet that is included: a local file, without its DTD. */
static xmlDoc *
load_stylesheet(const xmlChar *uri, xmlDict *dict)
{
    const struct vx_xsl *xsl = mine->xsl;
    xmlParserCtxt *parser = xsl->xmlNewParserCtxt();
    xmlDoc *doc;

    if (parser == NULL)
        return NULL;
    if (dict) {
        xsl->xmlDictFree(parser->dict);
        parser->dict = dict;
        xsl->xmlDictReference(dict);
    }
    parser->sax->serror = vx_listen_structured;
    doc = xsl->xmlCtxtReadFile(parser, (const char *)uri, NULL,
                               XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOENT);
    xsl->xmlFreeParserCtxt(parser);
    return doc;
}

static xmlDoc *
dispatch_loader(const xmlChar *uri, xmlDict *dict, int options, void *context,
                xsltLoadType type)
{
    xsltDocLoaderFunc before;

    if (mine)
        return type == XSLT_LOAD_STYLESHEET && mine->includes
                   ? load_stylesheet(uri, dict)
                   : NULL;
    pthread_mutex_lock(&mutex);
    before = loader_before;
    pthread_mutex_unlock(&mutex);
    return before ? before(uri, dict, options, context, type) : NULL;
}

/* The error function keeps the context that it had, so that no other thread calls one
 * function with the context of the other. */
static void
lead_here(const struct vx_xsl *xsl)
{
    pthread_mutex_lock(&mutex);
    if (listeners++ == 0) {
        error_before = *xsl->xsltGenericError;
        error_context_before = *xsl->xsltGenericErrorContext;
        loader_before = *xsl->xsltDocDefaultLoader;
        xsl->xsltSetGenericErrorFunc(error_context_before, dispatch_error);
        xsl->xsltSetLoaderFunc(dispatch_loader);
    }
    pthread_mutex_unlock(&mutex);
}

static void
lead_back(const struct vx_xsl *xsl)
{
    pthread_mutex_lock(&mutex);
    if (--listeners == 0) {
        if (*xsl->xsltGenericError == dispatch_error)
            xsl->xsltSetGenericErrorFunc(error_context_before, error_before);
        if (*xsl->xsltDocDefaultLoader == dispatch_loader)
            xsl->xsltSetLoaderFunc(loader_before);
    }
    pthread_mutex_unlock(&mutex);
}

/* ---- begin and end --------------------------------------------------------------- */

void
vx_listen(struct vx_listener *l, const struct vx_xsl *xsl, struct vmx_diags *diags,
          enum vx_code code, const char *name)
{
    *l = (struct vx_listener){
        .xsl = xsl,
        .diags = diags,
        .code = code,
        .name = name,
        .text = VX_BUF(TEXT_CEILING),
        .detail = VX_BUF(TEXT_CEILING),
        .message = VX_BUF(TEXT_CEILING),
        .place = VX_BUF(TEXT_CEILING),
        .outer = mine,
        .structured = *xsl->__xmlStructuredError(),
        .structured_context = *xsl->__xmlStructuredErrorContext(),
        .generic = *xsl->__xmlGenericError(),
        .generic_context = *xsl->__xmlGenericErrorContext(),
    };
    mine = l;
    xsl->xmlSetStructuredErrorFunc(NULL, vx_listen_structured);
    xsl->xmlSetGenericErrorFunc(NULL, explain);
    lead_here(xsl);
}

void
vx_listen_end(struct vx_listener *l, enum vx_code stopped)
{
    const struct vx_xsl *xsl = l->xsl;

    lead_back(xsl);
    xsl->xmlSetStructuredErrorFunc(l->structured_context, l->structured);
    xsl->xmlSetGenericErrorFunc(l->generic_context, l->generic);
    mine = l->outer;

    if (l->text.size)
        take_line(l);
    if (l->message.size && stopped)
        l->errors++;
    tell_message(l, stopped ? stopped : VX_STYLESHEET_MESSAGE);
    vx_buf_done(&l->text);
    vx_buf_done(&l->detail);
    vx_buf_done(&l->message);
    vx_buf_done(&l->place);
}
