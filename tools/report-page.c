/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libxml2 and libxslt are loaded here for who asks for a page, and for nobody else. */
#include "report-page.h"

#include <libxml/parser.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltutils.h>
#include <stdlib.h>

#include "convert-row.h"
#include "report-book.h"
#include "report-digest.h"
#include "report-files.h"
#include "xml/load.h"

#include "base/banned.h"

enum {
    PAGE_CEILING = 1 << 30,
};

/* clang-format off */
#define XML_FUNCTIONS(X)                                                               \
    X(xmlReadMemory) X(xmlFreeDoc) X(xmlFree)
#define XSLT_FUNCTIONS(X)                                                              \
    X(xsltParseStylesheetDoc) X(xsltFreeStylesheet)                                    \
    X(xsltNewTransformContext) X(xsltFreeTransformContext)                             \
    X(xsltQuoteOneUserParam) X(xsltApplyStylesheetUser) X(xsltSaveResultToString)

/* clang-format on */

struct xslt {
    struct {
        XML_FUNCTIONS(VX_LOAD_MEMBER)
    } xml;

    struct {
        XSLT_FUNCTIONS(VX_LOAD_MEMBER)
    } xsl;
};

struct report_page {
    struct report_digest *digest;
    struct vx_buf all;     /* rows, while there are no more than fit */
    struct vx_buf blocked; /* those that are, up to as many */
    uint64_t machines, blocked_machines;
    struct xslt xslt;
};

static bool
load(struct xslt *xslt)
{
    static const char *const xml[] = {XML_FUNCTIONS(VX_LOAD_NAME)};
    static const char *const xsl[] = {XSLT_FUNCTIONS(VX_LOAD_NAME)};

    return vx_load(VX_LIBXML_SONAME, xml, (void **)&xslt->xml, VX_COUNT(xml))
           && vx_load(VX_LIBXSLT_SONAME, xsl, (void **)&xslt->xsl, VX_COUNT(xsl));
}

struct report_page *
report_page_new(const char **ret_why)
{
    struct report_page *page = calloc(1, sizeof(*page));

    *ret_why = "out of memory";
    if (page == NULL)
        return NULL;
    page->all = VX_BUF(PAGE_CEILING);
    page->blocked = VX_BUF(PAGE_CEILING);
    page->digest = report_digest_new();
    if (page->digest && load(&page->xslt))
        return page;
    if (page->digest)
        *ret_why = "a page of HTML needs libxslt, which is not here";
    report_page_free(page);
    return NULL;
}

void
report_page_free(struct report_page *page)
{
    if (page == NULL)
        return;
    report_digest_free(page->digest);
    vx_buf_done(&page->all);
    vx_buf_done(&page->blocked);
    free(page);
}

/* ---- rows ------------------------------------------------------------------------ */

static void
put_row(struct vx_buf *out, uint64_t number, struct vx_str row)
{
    vx_buf_str(out, vx_str_c(report_heads[REPORT_XML]));
    vx_buf_uint(out, number);
    vx_buf_str(out, vx_str_c(report_tails[REPORT_XML]));
    vx_buf_str(out, row);
}

static bool
is_blocked(struct vx_str row)
{
    ptrdiff_t end = vx_str_find(row, '\n');
    struct vx_str tag = end < 0 ? row : vx_str_of(row.s, (size_t)end);

    return vx_str_is(report_attr(tag, "readiness"), "blocked");
}

void
report_page_add(struct report_page *page, uint64_t number, struct vx_str row)
{
    report_digest_add(page->digest, number, row);
    if (page->machines++ < REPORT_PAGE_MACHINES)
        put_row(&page->all, number, row);
    else
        vx_buf_done(&page->all);
    if (is_blocked(row) && page->blocked_machines++ < REPORT_PAGE_MACHINES)
        put_row(&page->blocked, number, row);
}

/* The XML report with the digest before its machines. */
static bool
put_report(struct report_page *page, const struct report_totals *totals,
           struct vx_buf *out)
{
    bool whole = page->machines <= REPORT_PAGE_MACHINES;
    struct vx_buf *rows = whole ? &page->all : &page->blocked;

    vx_buf_printf(out, "<report xmlns='urn:libvmx:report:1' listed='%s'>\n",
                  whole                                            ? "all"
                  : page->blocked_machines <= REPORT_PAGE_MACHINES ? "blocked"
                                                                   : "some");
    if (rows->failed || !report_digest_put(page->digest, out))
        return false;
    vx_buf_str(out, vx_buf_text(rows));
    report_put_totals(out, REPORT_XML, totals);
    return !out->failed;
}

/* ---- the page -------------------------------------------------------------------- */

static xmlDoc *
read_xml(const struct xslt *xslt, const char *text, size_t size, int options)
{
    if (size > INT32_MAX)
        return NULL;
    return xslt->xml.xmlReadMemory(text, (int)size, NULL, NULL,
                                   XML_PARSE_NONET | XML_PARSE_COMPACT
                                       | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
                                       | options);
}

static bool
put_result(const struct xslt *xslt, xsltStylesheet *style, xmlDoc *made,
           struct vx_buf *out)
{
    xmlChar *text = NULL;
    int size = 0;

    if (xslt->xsl.xsltSaveResultToString(&text, &size, made, style) != 0
        || text == NULL)
        return false;
    vx_buf_lit(out, "<!DOCTYPE html>\n");
    vx_buf_add(out, text, (size_t)size);
    (*xslt->xml.xmlFree)(text);
    return !out->failed;
}

static bool
transform(const struct xslt *xslt, xsltStylesheet *style, xmlDoc *report,
          struct vx_buf *out)
{
    xsltTransformContext *context = xslt->xsl.xsltNewTransformContext(style, report);
    xmlDoc *made = NULL;
    bool well = false;

    if (context == NULL)
        return false;
    if (xslt->xsl.xsltQuoteOneUserParam(context, (const xmlChar *)"style",
                                        (const xmlChar *)vx_text_report_css)
            == 0
        && xslt->xsl.xsltQuoteOneUserParam(context, (const xmlChar *)"script",
                                           (const xmlChar *)vx_text_report_js)
               == 0)
        made =
            xslt->xsl.xsltApplyStylesheetUser(style, report, NULL, NULL, NULL, context);
    if (made && context->state == XSLT_STATE_OK)
        well = put_result(xslt, style, made, out);
    if (made)
        xslt->xml.xmlFreeDoc(made);
    xslt->xsl.xsltFreeTransformContext(context);
    return well;
}

const char *
report_page_put(struct report_page *page, const struct report_totals *totals,
                struct vx_buf *out)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(PAGE_CEILING);
    const struct xslt *xslt = &page->xslt;
    xsltStylesheet *style = NULL;
    xmlDoc *report = NULL, *sheet;
    const char *why = "out of memory";
    bool gathered = put_report(page, totals, &text);

    if (gathered)
        report =
            read_xml(xslt, text.data, text.size, XML_PARSE_HUGE | XML_PARSE_NOBLANKS);
    vx_buf_done(&text);
    sheet = read_xml(xslt, vx_text_report_xsl, vx_text_report_xsl_size, 0);
    if (sheet)
        style = xslt->xsl.xsltParseStylesheetDoc(sheet);
    if (gathered && report == NULL)
        why = "the reports are no XML, or too large for one page";
    else if (report && style)
        why = transform(xslt, style, report, out) ? NULL : "the page cannot be made";
    if (style)
        xslt->xsl.xsltFreeStylesheet(style); /* with its document */
    else if (sheet)
        xslt->xml.xmlFreeDoc(sheet);
    if (report)
        xslt->xml.xmlFreeDoc(report);
    return why;
}
