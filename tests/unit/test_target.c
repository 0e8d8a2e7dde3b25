/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Targets from inside a program: who owns what, what is misuse, many threads, and a
 * program that uses libxslt itself. */
#include "docs.h"

#include <libxml/parser.h>
#include <libxslt/documents.h>
#include <libxslt/transform.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <pthread.h>

static const char machine[] = "config.version = \"8\"\nvirtualHW.version = \"19\"\n"
                              "displayName = \"a\"\nguestOS = \"ubuntu-64\"\n"
                              "memsize = \"4096\"\nvtpm.present = \"TRUE\"\n";

#define SHEET(inside)                                                                  \
    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'"   \
    " xmlns:t='urn:libvmx:target:1' exclude-result-prefixes='t'>\n" inside             \
    "</xsl:stylesheet>\n"

static const char short_sheet[] =
    SHEET("<xsl:param name='p'/><xsl:param name='libvirt'/>"
          "<xsl:template match='/domain'><domain><name><xsl:value-of"
          " select='concat($p, name, $libvirt)'/></name><metadata><t:report>"
          "<t:loss code='vtpm-state' category='critical' key='vtpm.present'>gone"
          "</t:loss></t:report></metadata></domain></xsl:template>");

static void
target_end(struct vmx_target **target)
{
    vmx_target_free(*target);
}

static void
result_end(struct vmx_result **result)
{
    vmx_result_free(*result);
}

#define AUTO_TARGET VX_AUTO(target_end)
#define AUTO_RESULT VX_AUTO(result_end)
#define AUTO_DIAGS VX_AUTO(diags_end)

static struct vmx_target *
target_of(const char *sheet)
{
    struct vmx_target *target = NULL;

    ck_ok(vmx_target_new("a.xsl", sheet, strlen(sheet), NULL, &target));
    return target;
}

/* The first diagnostic has this code. */
static void
assert_code(struct vmx_diags *diags, const char *name)
{
    const struct vmx_diag *diag = vmx_diags_get(diags, 0);

    ck_assert_ptr_nonnull(diag);
    ck_assert_str_eq(diag->name, name);
}

START_TEST(rules_are_asked_for)
{
    struct vmx_target *target AUTO_TARGET = target_of(short_sheet);
    struct vmx_convert_options old = VMX_CONVERT_OPTIONS;
    struct vmx_doc *doc AUTO_DOC = doc_of(vx_str_c(machine));
    struct vmx_target *none = NULL;
    struct vmx_result *result = NULL;

    old.size--;
    ck_assert_int_eq(vmx_target_new(NULL, "", 0, NULL, &none), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_target_new("kvm", NULL, 0, NULL, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_target_set_param(target, "q", "x"), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_target_set_param(target, "libvirt", "1"), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_target_set_param(target, "p", "\x01"), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_target_set_param(target, "p", NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_target_set_map(target, NULL, 0, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_convert_to_target(NULL, NULL, target, NULL, &result),
                     VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_convert_to_target(doc, NULL, NULL, NULL, &result),
                     VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_convert_to_target(doc, &old, target, NULL, &result),
                     VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_convert_to_target(doc, NULL, target, NULL, NULL),
                     VMX_ERR_MISUSE);
    vmx_target_free(NULL);
    ck_assert_ptr_null(none);
    ck_assert_ptr_null(result);
}

END_TEST

START_TEST(failure_is_told)
{
    static const struct {
        const char *name, *sheet, *code;
    } bad[] = {
        {"xen", NULL, "no-such-target"},
        {"a.xsl", "", "bad-stylesheet"},
        {"a.xsl", "<a/>", "bad-stylesheet"},
        {"a.xsl", SHEET("<xsl:template match='['/>"), "bad-stylesheet"},
        {"a.xsl", SHEET("<xsl:include href='no-such-file.xsl'/>"), "bad-stylesheet"},
    };

    for (size_t i = 0; i < VX_COUNT(bad); i++) {
        struct vmx_diags *diags AUTO_DIAGS = vmx_diags_new();
        struct vmx_target *target = NULL;

        ck_assert_int_eq(vmx_target_new(bad[i].name, bad[i].sheet,
                                        bad[i].sheet ? strlen(bad[i].sheet) : 0, diags,
                                        &target),
                         VMX_ERR_INPUT);
        ck_assert_ptr_null(target);
        assert_code(diags, bad[i].code);
    }
}

END_TEST

START_TEST(result_and_report)
{
    struct vmx_target *target AUTO_TARGET = target_of(short_sheet);
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_result *result AUTO_RESULT = NULL;
    const struct vmx_loss *loss;
    struct vmx_doc *doc = doc_of(vx_str_c(machine));
    size_t size = 0;

    ck_assert_str_eq(vmx_target_param(target, 0), "p");
    ck_assert_ptr_null(vmx_target_param(target, 1));
    ck_ok(vmx_target_set_param(target, "p", "'\"<"));
    options.libvirt = 9000000;
    ck_ok(vmx_convert_to_target(doc, &options, target, NULL, &result));
    vmx_doc_free(doc);
    ck_assert_str_eq(vmx_result_text(result, &size),
                     "<domain>\n  <name>&apos;&quot;&lt;a9000000</name>\n</domain>\n");
    ck_assert_uint_eq(size, strlen(vmx_result_text(result, NULL)));
    ck_assert_uint_eq(vmx_result_losses(result), 2);
    loss = vmx_result_loss(result, 1);
    ck_assert_str_eq(loss->name, "vtpm-state");
    ck_assert_str_eq(loss->key, "vtpm.present");
    ck_assert_str_eq(loss->value, "TRUE");
    ck_assert_str_eq(loss->what, "gone");
    ck_assert_uint_eq(loss->line, 6);
    ck_assert_int_eq(loss->category, VMX_LOSS_CRITICAL);
}

END_TEST

/* What fails for one machine does not harm the target. */
START_TEST(target_survives)
{
    static const char sheet[] =
        SHEET("<xsl:template match='/domain'><xsl:if test='name = \"b\"'>"
              "<xsl:message terminate='yes'>not b</xsl:message></xsl:if>"
              "<a/></xsl:template>");
    struct vmx_target *target AUTO_TARGET = target_of(sheet);

    for (int i = 0; i < 4; i++) {
        struct vmx_doc *doc AUTO_DOC = doc_of(vx_str_c(machine));
        struct vmx_diags *diags AUTO_DIAGS = vmx_diags_new();
        struct vmx_result *result AUTO_RESULT = NULL;

        ck_ok(vmx_doc_set(doc, "displayName", i % 2 ? "b" : "a"));
        ck_assert_int_eq(vmx_convert_to_target(doc, NULL, target, diags, &result),
                         i % 2 ? VMX_ERR_INPUT : VMX_OK);
        ck_assert((result == NULL) == (i % 2));
        if (i % 2)
            assert_code(diags, "stylesheet-stopped");
        else
            ck_assert_str_eq(vmx_result_text(result, NULL), "<a/>\n");
    }
}

END_TEST

/* ---- threads --------------------------------------------------------------------- */

enum { THREADS = 4, ROUNDS = 25 };

struct worker {
    const struct vmx_target *target;
    char *text;
    bool same;
};

static char *
convert_once(const struct vmx_target *target)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    struct vmx_result *result AUTO_RESULT = NULL;

    if (vmx_doc_parse(machine, sizeof(machine) - 1, NULL, &doc) != VMX_OK
        || vmx_convert_to_target(doc, NULL, target, NULL, &result) != VMX_OK)
        return NULL;
    return strdup(vmx_result_text(result, NULL));
}

static void *
work(void *data)
{
    struct worker *worker = data;

    worker->text = convert_once(worker->target);
    worker->same = worker->text != NULL;
    for (int i = 1; i < ROUNDS; i++) {
        char *again = convert_once(worker->target);

        worker->same &= again && strcmp(again, worker->text) == 0;
        free(again);
    }
    return NULL;
}

START_TEST(threads_share_a_target)
{
    struct vmx_target *target AUTO_TARGET = NULL;
    struct worker workers[THREADS];
    pthread_t threads[THREADS];

    ck_ok(vmx_target_new("kvm", NULL, 0, NULL, &target));
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.target = target};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++) {
        ck_assert(workers[i].same);
        ck_assert_str_eq(workers[i].text, workers[0].text);
    }
    for (int i = 0; i < THREADS; i++)
        free(workers[i].text);
}

END_TEST

/* ---- a program with libxslt of its own ------------------------------------------- */

static int calls; /* of the program's own error function, with its own context */

static void VX_PRINTF(2, 3) own_error(void *context, const char *format, ...)
{
    (void)format;
    calls += context == &calls;
}

static void
own_structured(void *context, xmlError *error)
{
    (void)error;
    calls += context == &calls;
}

static void
compile_badly(void)
{
    static const char sheet[] = SHEET("<xsl:nonsense/>");
    xmlDoc *doc =
        xmlReadMemory(sheet, sizeof(sheet) - 1, "own.xsl", NULL, XML_PARSE_NONET);
    xsltStylesheet *style = xsltParseStylesheetDoc(doc);

    if (style)
        xsltFreeStylesheet(style);
    else
        xmlFreeDoc(doc);
}

START_TEST(others_keep_their_libxslt)
{
    static const char bad[] = SHEET("<xsl:nonsense/><xsl:template match='['/>");
    struct vmx_diags *diags AUTO_DIAGS = vmx_diags_new();
    xsltDocLoaderFunc loader = xsltDocDefaultLoader;
    struct vmx_target *target = NULL;
    int before;

    xsltSetGenericErrorFunc(&calls, own_error);
    xmlSetStructuredErrorFunc(&calls, own_structured);
    ck_assert_int_eq(vmx_target_new("a.xsl", bad, strlen(bad), diags, &target),
                     VMX_ERR_INPUT);
    ck_assert_int_eq(calls, 0);
    ck_assert_ptr_eq(xsltGenericError, own_error);
    ck_assert_ptr_eq(xsltGenericErrorContext, &calls);
    ck_assert_ptr_eq(xsltDocDefaultLoader, loader);
    ck_assert_ptr_eq(xmlStructuredError, own_structured);
    ck_assert_ptr_eq(xmlStructuredErrorContext, &calls);

    before = calls;
    compile_badly();
    ck_assert_int_gt(calls, before);
    xmlSetStructuredErrorFunc(NULL, NULL);
    xsltSetGenericErrorFunc(NULL, NULL);
}

END_TEST

static void *
compile_for_a_while(void *data)
{
    int rounds = *(int *)data;

    while (rounds--)
        compile_badly();
    return NULL;
}

/* While our functions stand in libxslt, what another thread brings goes to its own. */
START_TEST(others_are_heard_meanwhile)
{
    struct vmx_target *target AUTO_TARGET = target_of(short_sheet);
    int rounds = 200, counted;
    pthread_t thread;

    xsltSetGenericErrorFunc(&calls, own_error);
    calls = 0;
    compile_badly();
    counted = calls;
    calls = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, compile_for_a_while, &rounds), 0);
    for (int i = 0; i < 100; i++)
        free(convert_once(target));
    pthread_join(thread, NULL);
    ck_assert_int_eq(calls, counted * rounds);
    xsltSetGenericErrorFunc(NULL, NULL);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("target");
    TCase *api = tcase_create("api"), *threads = tcase_create("threads");

    tcase_add_test(api, rules_are_asked_for);
    tcase_add_test(api, failure_is_told);
    tcase_add_test(api, result_and_report);
    tcase_add_test(api, target_survives);
    tcase_add_test(threads, threads_share_a_target);
    tcase_add_test(threads, others_keep_their_libxslt);
    tcase_add_test(threads, others_are_heard_meanwhile);
    suite_add_tcase(s, api);
    suite_add_tcase(s, threads);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
