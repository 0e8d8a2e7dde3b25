/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine: which rules count, what comments silence, what a fix changes.  Single
 * rules are test_rules's. */
#include <stdio.h>

#include "lint/lint.h"

#include "docs.h"

#define HEAD                                                                           \
    ".encoding = \"UTF-8\"\nconfig.version = \"8\"\nvirtualHW.version = \"19\"\n"      \
    "displayName = \"a\"\nguestOS = \"other-64\"\nmemsize = \"1024\"\n"

static struct vmx_linter *
linter_of(const char *profiles)
{
    struct vmx_linter *linter = NULL;

    ck_ok(vmx_linter_new(profiles, &linter));
    return linter;
}

/* A linter with this one rule. */
static struct vmx_linter *
only(const char *word)
{
    struct vmx_linter *linter = linter_of(NULL);

    vmx_linter_set(linter, "all", VMX_RULE_OFF);
    ck_assert_uint_eq(vmx_linter_set(linter, word, VMX_RULE_ON), 1);
    return linter;
}

static struct vmx_findings *
findings_of(const struct vmx_linter *linter, const char *text)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(vx_str_c(text));
    struct vmx_findings *findings = NULL;

    ck_ok(vmx_lint(linter, doc, NULL, &findings));
    return findings;
}

/* What is found, as "LINE CODE" with blanks between; a suppressed one in brackets. */
static const char *
told(const struct vmx_linter *linter, const char *text)
{
    static char out[1000];
    struct vmx_findings *findings = findings_of(linter, text);
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < vmx_findings_count(findings); i++) {
        const struct vmx_finding *found = vmx_findings_get(findings, i);
        bool silent = found->suppression == VMX_SUPPRESSED;

        at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%s%u %s%s",
                               at ? ", " : "", silent ? "(" : "", found->line,
                               found->rule->code, silent ? ")" : "");
        ck_assert_uint_lt(at, sizeof(out));
    }
    vmx_findings_free(findings);
    return out;
}

/* ---- which rules ----------------------------------------------------------------- */

START_TEST(words_mean_rules)
{
    struct vmx_linter *linter = linter_of("default");
    const struct vmx_rule *bom = vmx_rule_find("bom");

    ck_assert_ptr_nonnull(bom);
    ck_assert_ptr_eq(vmx_rule_find("vmx001"), bom);
    ck_assert_ptr_null(vmx_rule_find("VMX1501")); /* a code, and no rule */
    ck_assert_ptr_null(vmx_rule_find(NULL));
    ck_assert_uint_eq(vmx_linter_set(linter, "vmx001", VMX_RULE_OFF), 1);
    ck_assert_int_eq(vmx_linter_get(linter, bom), VMX_RULE_OFF);
    ck_assert_uint_eq(vmx_linter_set(linter, "BOM", VMX_RULE_ERROR), 1);
    ck_assert_int_eq(vmx_linter_get(linter, bom), VMX_RULE_ERROR);
    ck_assert_uint_gt(vmx_linter_set(linter, "0xx", VMX_RULE_ON), 10);
    ck_assert_int_eq(vmx_linter_get(linter, bom), VMX_RULE_ON);
    ck_assert_uint_gt(vmx_linter_set(linter, "VMX0XX", VMX_RULE_OFF), 10);
    ck_assert_int_eq(vmx_linter_get(linter, bom), VMX_RULE_OFF);
    ck_assert_uint_gt(vmx_linter_set(linter, "syntax", VMX_RULE_OFF), 5);
    ck_assert_uint_gt(vmx_linter_set(linter, "default", VMX_RULE_ON), 20);
    ck_assert_int_eq(vmx_linter_get(linter, bom), VMX_RULE_ON);
    ck_assert_uint_eq(vmx_linter_set(linter, "all", VMX_RULE_OFF), vx_rule_count);
    ck_assert_uint_eq(vmx_linter_set(linter, "nonsense", VMX_RULE_ON), 0);
    ck_assert_uint_eq(vmx_linter_set(linter, "", VMX_RULE_ON), 0);
    ck_assert_uint_eq(vmx_linter_set(linter, "9xx", VMX_RULE_ON), 0);
    vmx_linter_free(linter);
}

END_TEST

START_TEST(profiles_are_known)
{
    struct vmx_linter *linter = NULL;
    const char *name;

    for (size_t i = 0; (name = vmx_profile(i)) != NULL; i++) {
        size_t rules = 0;

        for (size_t r = 0; vmx_rule(r); r++)
            rules += vmx_rule_in(vmx_rule(r), name);
        ck_assert_msg(rules > 0, "%s has no rules", name);
        vmx_linter_free(linter_of(name));
    }
    ck_assert_int_eq(vmx_linter_new("nonsense", &linter), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_linter_new("default,", &linter), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_linter_new("", &linter), VMX_ERR_MISUSE);
    ck_assert_ptr_null(linter);
    linter = linter_of("Default, esxi-9.0,esxi-7.0");
    ck_assert_uint_eq(linter->hw_max, 19);
    ck_assert_str_eq(linter->esxi, "7.0");
    vmx_linter_free(linter);
    ck_assert(!vmx_rule_in(vmx_rule(0), "nonsense"));
    ck_assert(!vmx_rule_in(NULL, "default"));
}

END_TEST

START_TEST(severity_can_be_set)
{
    struct vmx_linter *linter = only("unquoted-value");
    struct vmx_findings *findings = findings_of(linter, HEAD "annotation = x\n");

    ck_assert_uint_eq(vmx_findings_count(findings), 1);
    ck_assert_int_eq(vmx_findings_get(findings, 0)->severity, VMX_SEVERITY_WARNING);
    vmx_findings_free(findings);
    vmx_linter_set(linter, "unquoted-value", VMX_RULE_STYLE);
    findings = findings_of(linter, HEAD "annotation = x\n");
    ck_assert_int_eq(vmx_findings_get(findings, 0)->severity, VMX_SEVERITY_STYLE);
    ck_assert_str_eq(vmx_findings_get(findings, 0)->key, "annotation");
    ck_assert_ptr_null(vmx_findings_get(findings, 1));
    vmx_findings_free(findings);
    vmx_linter_free(linter);
}

END_TEST

/* ---- comments -------------------------------------------------------------------- */

static const struct {
    const char *text, *found;
} comments[] = {
    {HEAD "annotation = x\n", "7 VMX003"},
    {HEAD "# vmx-lint: disable=VMX003\nannotation = x\n", "(8 VMX003)"},
    {HEAD "# vmx-lint: disable=unquoted-value\n\n# more\nannotation = x\n",
     "(10 VMX003)"},
    {HEAD "# VMware vmx-lint: disable=0xx , bom\nannotation = x\n",
     "7 VMX030, (8 VMX003)"},
    {HEAD "# vmx-lint: disable=VMX003\nuuid.bios = \"\"\nannotation = x\n",
     "7 VMX030, 9 VMX003"},
    {HEAD "annotation = x\n# vmx-lint: disable-file=syntax\n", "(7 VMX003)"},
    {HEAD "# vmx-lint: disable=VMX101\n", ""}, /* is off, and may be needed */
    {HEAD "# vmx-lint: disable=nonsense\n", "7 VMX030"},
    {HEAD "# vmx-lint: nonsense\n", "7 VMX030"},
    {HEAD "# vmx-lint: disable=same-mac\n", ""},
    {HEAD "# vmx-lint: disable=\n", ""},
};

START_TEST(comment_silences)
{
    struct vmx_linter *linter = only("unquoted-value");

    vmx_linter_set(linter, "unused-suppression", VMX_RULE_ON);
    vmx_linter_set(linter, "bom", VMX_RULE_ON);
    ck_assert_str_eq(told(linter, comments[_i].text), comments[_i].found);
    vmx_linter_free(linter);
}

END_TEST

/* ---- fixes ----------------------------------------------------------------------- */

static bool
refuse(void *closure, const struct vmx_finding *finding)
{
    (void)finding;
    ++*(int *)closure;
    return false;
}

static void
assert_fixed(const struct vmx_linter *linter, struct vx_str text, struct vx_str wanted)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(text);
    char *fixed = NULL;
    size_t size = 0, count = 7;
    int asked = 0;

    ck_ok(vmx_lint_fix(linter, doc, NULL, false, NULL, NULL, &fixed, &size, &count));
    ck_assert_slice_eq(vx_str_of(fixed, size), wanted);
    ck_assert_int_eq(count > 0, !vx_str_eq(text, wanted));
    free(fixed);
    ck_ok(vmx_lint_fix(linter, doc, NULL, false, refuse, &asked, &fixed, &size, NULL));
    ck_assert_slice_eq(vx_str_of(fixed, size), text);
    ck_assert_int_eq(asked > 0, count > 0);
    free(fixed);
}

START_TEST(fix_leaves_the_rest)
{
    struct vmx_linter *linter = only("bom");

    assert_fixed(linter, VX_STR("\xef\xbb\xbfmemsize = \"4\"  \r\n\r\nodd line\r"),
                 VX_STR("memsize = \"4\"  \r\n\r\nodd line\r"));
    assert_fixed(linter, VX_STR("memsize = \"4\"\n"), VX_STR("memsize = \"4\"\n"));
    vmx_linter_free(linter);
}

END_TEST

START_TEST(suppressed_stays)
{
    struct vmx_linter *linter = only("bom");
    static const char text[] =
        "\xef\xbb\xbfmemsize = \"4\"\n# vmx-lint: disable-file=bom\n";

    assert_fixed(linter, VX_STR("memsize = \"4\"\n"), VX_STR("memsize = \"4\"\n"));
    ck_assert_str_eq(told(linter, text), "(1 VMX001)");
    assert_fixed(linter, vx_str_c(text), vx_str_c(text));
    vmx_linter_free(linter);
}

END_TEST

/* ---- other ----------------------------------------------------------------------- */

START_TEST(edited_document_has_places_of_its_text)
{
    struct vmx_linter *linter = only("unquoted-value");
    struct vmx_doc *doc AUTO_DOC = DOC(HEAD "annotation = x\nnumvcpus = \"1\"\n");
    struct vmx_findings *findings = NULL;

    ck_ok(vmx_doc_set(doc, "displayName", "longer than it was"));
    ck_ok(vmx_doc_set(doc, "scsi0.present", "TRUE"));
    ck_ok(vmx_lint(linter, doc, NULL, &findings));
    ck_assert_uint_eq(vmx_findings_count(findings), 1);
    ck_assert_uint_eq(vmx_findings_get(findings, 0)->line, 7);
    ck_assert_uint_eq(vmx_findings_get(findings, 0)->offset,
                      strlen(HEAD "annotation = ") + strlen("longer than it was") - 1);
    vmx_findings_free(findings);
    vmx_linter_free(linter);
}

END_TEST

START_TEST(fingerprint_survives_moves)
{
    struct vmx_linter *linter = only("unquoted-value");
    struct vmx_findings *a = findings_of(linter, HEAD "annotation = x\n");
    struct vmx_findings *b = findings_of(linter, HEAD "#\n\nAnnotation = x  \n");
    struct vmx_findings *c = findings_of(linter, HEAD "annotation = y\n");
    uint64_t print = vmx_findings_get(a, 0)->fingerprint;

    ck_assert_uint_eq(vmx_findings_get(b, 0)->fingerprint, print);
    ck_assert_uint_ne(vmx_findings_get(c, 0)->fingerprint, print);
    vmx_findings_free(a);
    vmx_findings_free(b);
    vmx_findings_free(c);
    vmx_linter_free(linter);
}

END_TEST

/* One finding says it all, whatever profile. */
static const struct {
    const char *text, *found;
} unusable[] = {
    {"", "0 VMX020"},
    {"<domain/>", "0 VMX020"},
    {"# Disk DescriptorFile\nversion=1\n", "0 VMX020"},
    {".encoding = \"UTF-8\"\nencryption.keySafe = \"k\"\nencryption.data = \"d\"\n",
     "3 VMX022"},
};

START_TEST(unusable_has_one_finding)
{
    for (size_t i = 0; vmx_profile(i); i++) {
        struct vmx_linter *linter = linter_of(vmx_profile(i));

        ck_assert_str_eq(told(linter, unusable[_i].text), unusable[_i].found);
        vmx_linter_free(linter);
    }
}

END_TEST

START_TEST(list_has_a_limit)
{
    struct vmx_linter *linter = only("unquoted-value");
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(4 << 20);
    struct vmx_findings *findings;

    vx_buf_lit(&text, HEAD);
    for (int i = 0; i < VMX_MAX_FINDINGS + 1; i++)
        vx_buf_printf(&text, "guestinfo.n%d = x\n", i);
    vx_buf_char(&text, '\0');
    findings = findings_of(linter, text.data);
    ck_assert_uint_eq(vmx_findings_count(findings), VMX_MAX_FINDINGS);
    ck_assert_uint_eq(vmx_findings_dropped(findings), 1);
    vmx_findings_free(findings);
    vmx_linter_free(linter);
}

END_TEST

START_TEST(misuse_is_told)
{
    struct vmx_linter *linter = only("bom");
    struct vmx_doc *doc AUTO_DOC = DOC(HEAD);
    struct vmx_lint_options options = VMX_LINT_OPTIONS;
    struct vmx_findings *findings = NULL;
    struct vmx_inventory *inventory = vmx_inventory_new(linter);
    char *text = NULL;
    size_t size;

    options.size = 8;
    ck_assert_int_eq(vmx_lint(linter, doc, &options, &findings), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_lint(NULL, doc, NULL, &findings), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_lint(linter, NULL, NULL, &findings), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_lint(linter, doc, NULL, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(
        vmx_lint_fix(linter, NULL, NULL, false, NULL, NULL, &text, &size, NULL),
        VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_inventory_add(inventory, doc, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_inventory_lint(inventory, 0, doc, &findings), VMX_ERR_MISUSE);
    ck_assert_ptr_null(vmx_inventory_concerned(inventory, 0));
    ck_assert_int_eq(vmx_inventory_add(inventory, doc, "late"), VMX_ERR_MISUSE);
    ck_assert_ptr_null(findings);
    vmx_inventory_free(inventory);
    vmx_inventory_free(NULL);
    vmx_findings_free(NULL);
    vmx_linter_free(NULL);
    ck_assert_uint_eq(vmx_findings_count(NULL), 0);
    ck_assert_ptr_null(vmx_finding_edit(NULL, 0));
    vmx_linter_free(linter);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("lint");
    TCase *c = tcase_create("lint");

    tcase_add_test(c, words_mean_rules);
    tcase_add_test(c, profiles_are_known);
    tcase_add_test(c, severity_can_be_set);
    tcase_add_loop_test(c, comment_silences, 0, VX_COUNT(comments));
    tcase_add_test(c, fix_leaves_the_rest);
    tcase_add_test(c, suppressed_stays);
    tcase_add_test(c, edited_document_has_places_of_its_text);
    tcase_add_test(c, fingerprint_survives_moves);
    tcase_add_loop_test(c, unusable_has_one_finding, 0, VX_COUNT(unusable));
    tcase_add_test(c, list_has_a_limit);
    tcase_add_test(c, misuse_is_told);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
