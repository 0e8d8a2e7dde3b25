/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is called in libxml2 and libxslt: members of one structure, loaded at first
 * need. */
#ifndef VX_TARGET_LIBRARY_H
#define VX_TARGET_LIBRARY_H

#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/uri.h>
#include <libxslt/documents.h>
#include <libxslt/imports.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xslt.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>

#include "xml/load.h"

/* clang-format off */
#define VX_LIBXML_FUNCTIONS(X)                                                         \
    X(xmlNewParserCtxt) X(xmlFreeParserCtxt)                                           \
    X(xmlCtxtReadMemory) X(xmlCtxtReadFile)                                            \
    X(xmlFreeDoc) X(xmlDocGetRootElement) X(xmlCanonicPath) X(xmlFree)                 \
    X(xmlDictFree) X(xmlDictReference)                                                 \
    X(xmlSetGenericErrorFunc) X(__xmlGenericError) X(__xmlGenericErrorContext)         \
    X(xmlSetStructuredErrorFunc)                                                       \
    X(__xmlStructuredError) X(__xmlStructuredErrorContext)                             \
    X(xmlRelaxNGNewMemParserCtxt) X(xmlRelaxNGFreeParserCtxt) X(xmlRelaxNGParse)       \
    X(xmlRelaxNGFree) X(xmlRelaxNGNewValidCtxt) X(xmlRelaxNGFreeValidCtxt)             \
    X(xmlRelaxNGSetValidStructuredErrors) X(xmlRelaxNGValidateDoc)

#define VX_LIBXSLT_FUNCTIONS(X)                                                        \
    X(xsltInit)                                                                        \
    X(xsltParseStylesheetDoc) X(xsltFreeStylesheet) X(xsltNextImport)                  \
    X(xsltNewTransformContext) X(xsltFreeTransformContext)                             \
    X(xsltSetTransformErrorFunc) X(xsltQuoteOneUserParam) X(xsltApplyStylesheetUser)   \
    X(xsltSaveResultToString)                                                          \
    X(xsltNewSecurityPrefs) X(xsltSetSecurityPrefs) X(xsltSecurityForbid)              \
    X(xsltSetCtxtSecurityPrefs) X(xsltFreeSecurityPrefs)                               \
    X(xsltSetGenericErrorFunc) X(xsltGenericError) X(xsltGenericErrorContext)          \
    X(xsltSetLoaderFunc) X(xsltDocDefaultLoader)

/* clang-format on */

struct vx_xsl {
    VX_LIBXML_FUNCTIONS(VX_LOAD_MEMBER)
    VX_LIBXSLT_FUNCTIONS(VX_LOAD_MEMBER)
};

/* The functions; NULL when the libraries are not here. */
const struct vx_xsl *vx_xsl(void);

#endif
