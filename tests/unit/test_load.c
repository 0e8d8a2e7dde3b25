/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/load.h"

#include <libxml/parser.h>

#include "base/auto.h"
#include "main.h"

#define FUNCTIONS(X) X(xmlReadMemory) X(xmlFreeDoc) X(xmlDocGetRootElement)

static const char *const names[] = {FUNCTIONS(VX_LOAD_NAME)};

static struct {
    FUNCTIONS(VX_LOAD_MEMBER)
} xml;

START_TEST(functions_can_be_called)
{
    void *found[VX_COUNT(names)] = {NULL};
    xmlDoc *doc;

    ck_assert(vx_load(VX_LIBXML_SONAME, names, found, VX_COUNT(names)));
    memcpy(&xml, found, sizeof(xml));
    doc = xml.xmlReadMemory("<a/>", 4, NULL, NULL, XML_PARSE_NONET);
    ck_assert_ptr_nonnull(doc);
    ck_assert_str_eq((const char *)xml.xmlDocGetRootElement(doc)->name, "a");
    xml.xmlFreeDoc(doc);
}

END_TEST

START_TEST(all_or_none)
{
    static const char *const with_stranger[] = {"xmlReadMemory", "xmlNoSuchFunction"};
    void *found[2] = {NULL, NULL};

    ck_assert(!vx_load(VX_LIBXML_SONAME, with_stranger, found, 2));
    ck_assert_ptr_null(found[0]);
    ck_assert(!vx_load("libnosuch.so.99", names, found, 2));
    ck_assert_ptr_null(found[0]);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("load");
    TCase *load = tcase_create("load");

    tcase_add_test(load, functions_can_be_called);
    tcase_add_test(load, all_or_none);
    suite_add_tcase(s, load);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
