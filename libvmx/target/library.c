/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "target/library.h"

#include <pthread.h>

#include "base/auto.h"

#include "base/banned.h"

static const char *const xml_names[] = {VX_LIBXML_FUNCTIONS(VX_LOAD_NAME)};
static const char *const xslt_names[] = {VX_LIBXSLT_FUNCTIONS(VX_LOAD_NAME)};

enum {
    XML_COUNT = VX_COUNT(xml_names),
    XSLT_COUNT = VX_COUNT(xslt_names),
};

_Static_assert(sizeof(struct vx_xsl) == (XML_COUNT + XSLT_COUNT) * sizeof(void *),
               "a pointer for each name, in the same order");

/* Written once, before anybody reads it. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct vx_xsl functions;
static bool loaded;

static void
load(void)
{
    void *found[XML_COUNT + XSLT_COUNT];

    loaded = vx_load(VX_LIBXML_SONAME, xml_names, found, XML_COUNT)
             && vx_load(VX_LIBXSLT_SONAME, xslt_names, found + XML_COUNT, XSLT_COUNT);
    if (!loaded)
        return;
    memcpy(&functions, found, sizeof(functions));
    functions.xsltInit();
}

const struct vx_xsl *
vx_xsl(void)
{
    pthread_once(&once, load);
    return loaded ? &functions : NULL;
}
