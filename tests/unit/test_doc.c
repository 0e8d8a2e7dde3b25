/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lookup, charsets, escapes, and what is said about odd text and where. */
#include "docs.h"

#define T(literal)                                                                     \
    {                                                                                  \
        literal, sizeof(literal) - 1                                                   \
    }

/* ---- lookup ---------------------------------------------------------------------- */

START_TEST(keys_compare_without_case)
{
    struct vmx_doc *doc AUTO_DOC = DOC("MemSize = \"4\"\nscsi0:1.fileName = \"x\"\n");

    ck_assert_str_eq(vmx_doc_get(doc, "memsize"), "4");
    ck_assert_str_eq(vmx_doc_get(doc, "MEMSIZE"), "4");
    ck_assert_str_eq(vmx_doc_get(doc, "SCSI0:1.FILENAME"), "x");
    ck_assert_ptr_null(vmx_doc_get(doc, "scsi0:1"));
    ck_assert_ptr_null(vmx_doc_get(doc, "memsize "));
    ck_assert_ptr_null(vmx_doc_get(doc, ""));
}

END_TEST

/* Only the case of ASCII letters counts for nothing: @ and ` differ by the same bit. */
START_TEST(other_bytes_compare_as_they_are)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("a@ = \"1\"\na` = \"2\"\n\xc3\xa4 = \"3\"\n\xc3\x84 = \"4\"\na[ = "
            "\"5\"\na{ = \"6\"\n");

    for (size_t i = 0; i < doc->count; i++)
        ck_assert_uint_eq(doc->lines[i].winner, 0);
    ck_assert_str_eq(vmx_doc_get(doc, "A@"), "1");
    ck_assert_str_eq(vmx_doc_get(doc, "A`"), "2");
}

END_TEST

START_TEST(the_first_of_duplicates_counts)
{
    struct vmx_doc *doc AUTO_DOC = DOC("a = \"1\"\nA = \"2\"\nb = \"x\"\na = 3\n");

    ck_assert_str_eq(vmx_doc_get(doc, "A"), "1");
    ck_assert_uint_eq(vmx_doc_count(doc), 4);
    ck_assert_uint_eq(doc->lines[0].winner, 0);
    ck_assert_uint_eq(doc->lines[1].winner, 1);
    ck_assert_uint_eq(doc->lines[2].winner, 0);
    ck_assert_uint_eq(doc->lines[3].winner, 1);
}

END_TEST

/* A name may be both a key and the beginning of others. */
START_TEST(a_name_may_be_a_prefix)
{
    struct vmx_doc *doc AUTO_DOC = DOC("guestOS = \"a\"\nguestOS.detailed.data = "
                                       "\"b\"\ncheckpoint.vmState.readOnly = \"c\"\n"
                                       "checkpoint.vmState = \"d\"\n");

    ck_assert_str_eq(vmx_doc_get(doc, "guestos"), "a");
    ck_assert_str_eq(vmx_doc_get(doc, "guestos.detailed.data"), "b");
    ck_assert_str_eq(vmx_doc_get(doc, "checkpoint.vmstate"), "d");
    ck_assert_str_eq(vmx_doc_get(doc, "checkpoint.vmstate.readonly"), "c");
}

END_TEST

START_TEST(empty_is_present)
{
    struct vmx_doc *doc AUTO_DOC = DOC("a = \"\"\nb =\n");

    ck_assert_str_eq(vmx_doc_get(doc, "a"), "");
    ck_assert_str_eq(vmx_doc_get(doc, "b"), "");
}

END_TEST

/* ---- charsets and escapes -------------------------------------------------------- */

/* The value of displayName; "a" instead where the text has one. */
static const struct {
    struct vx_str text;
    const char *value;
} values[] = {
    {T("a = \"\xc3\xa4\"\n"), "\xc3\xa4"},
    {T(".encoding = \"utf-8\"\na = \"\xc3\xa4\"\n"), "\xc3\xa4"},
    /* `encoding` without the dot is another key. */
    {T("encoding = \"GBK\"\na = \"\xc3\xa4\"\n"), "\xc3\xa4"},
    /* It may stand anywhere, in any case, and holds for what stands before it. */
    {T("a = \"\x80\xe4\"\n.ENCODING = \"Windows-1252\"\n"), "\xe2\x82\xac\xc3\xa4"},
    {T(".encoding = \"windows-1252\"\na = \"\xe4"
       "1\xf6"
       "2\xfc"
       "3\xdf"
       "4\"\n"),
     "\xc3\xa4"
     "1\xc3\xb6"
     "2\xc3\xbc"
     "3\xc3\x9f"
     "4"},
    {T(".encoding = \"ISO-8859-1\"\na = \"\xa7\"\n"), "\xc2\xa7"},
    {T(".encoding = \"windows-1251\"\na = \"\xcc\xe8\xf0\"\n"),
     "\xd0\x9c\xd0\xb8\xd1\x80"},
    {T(".encoding = \"GBK\"\na = \"\xd6\xd0\xce\xc4\"\n"), "\xe4\xb8\xad\xe6\x96\x87"},
    {T(".encoding = \"Big5\"\na = \"\xa4\xa4\xa4\xe5\"\n"), "\xe4\xb8\xad\xe6\x96\x87"},
    {T(".encoding = \"EUC-KR\"\na = \"\xc7\xd1\"\n"), "\xed\x95\x9c"},
    {T(".encoding = \"Shift_JIS\"\na = \"\x93\xfa\x96\x7b\"\n"),
     "\xe6\x97\xa5\xe6\x9c\xac"},
    /* 7C is half of a character here, and no escape: the charset is read first. */
    {T(".encoding = \"Shift_JIS\"\na = \"\x83\x7c"
       "22\"\n"),
     "\xe3\x83\x9d"
     "22"},
    {T(".encoding = \"Shift_JIS\"\na = \"\x83\x7c|22\"\n"), "\xe3\x83\x9d\""},
    {T(".encoding = \"GBK\"\na = \"\x81\x7c"
       "41\"\n"),
     "\xe4\xba\x85"
     "41"},
    {T(".encoding = \"Big5\"\na = \"\xa4\x7c"
       "41\"\n"),
     "\xe5\xbc\x8b"
     "41"},
    /* A backslash in Shift_JIS is one, as Windows has it. */
    {T(".encoding = \"Shift_JIS\"\na = \"C:\\x\"\n"), "C:\\x"},
    /* Declared wrongly, or not known: windows-1252, value by value. */
    {T("a = \"\xe4\x80\"\n"), "\xc3\xa4\xe2\x82\xac"},
    {T("b = \"\xff\"\na = \"\xc3\xa4\"\n"), "\xc3\xa4"},
    {T(".encoding = \"GBK\"\na = \"\xe4\"\n"), "\xc3\xa4"},
    {T(".encoding = \"nonsense\"\na = \"\xe4\"\n"), "\xc3\xa4"},
    {T(".encoding = \"\"\na = \"\xe4\"\n"), "\xc3\xa4"},
    {T(".encoding = \"UTF-16\"\na = \"\xe4\"\n"), "\xc3\xa4"},

    /* |XX in every value; what is no escape stays. */
    {T("a = \"x|22y|7C|0a|0A\"\n"), "x\"y|\n\n"},
    {T("a = \"|7c22\"\n"), "|22"},
    {T("a = \"|2|zz||41|\"\n"), "|2|zz|A|"},
    {T("a = \"x|00y\"\n"), "x"},
    {T("a = \"%41\"\n"), "%41"},
    {T("a = \"|c3|a4\"\n"), "\xc3\xa4"},
    /* An escape names a byte, not a character of the charset; alone it is none. */
    {T(".encoding = \"windows-1252\"\na = \"|c3|a4\"\n"), "\xc3\xa4"},
    {T("a = \"|E4\"\n"), "\xc3\xa4"},
    /* %XX in displayName alone, before |XX. */
    {T("displayName = \"a%2fb%7c22|25%41\"\n"), "a/b\"%A"},
    {T("DISPLAYNAME = \"50% off|\"\n"), "50% off|"},
    {T("displayName = \"%\"\n"), "%"},
    {T("annotation = \"%41\"\n"), NULL},
};

START_TEST(values_are_unicode)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(values[_i].text);
    const char *value = vmx_doc_get(doc, "a");

    if (values[_i].value == NULL) {
        ck_assert_str_eq(vmx_doc_get(doc, "annotation"), "%41");
        return;
    }
    ck_assert_str_eq(value ? value : vmx_doc_get(doc, "displayName"), values[_i].value);
    ck_assert_doc(doc, values[_i].text);
}

END_TEST

/* ---- what is said, and where ----------------------------------------------------- */

static const struct {
    struct vx_str text;
    struct expected_diag expected[5];
} blames[] = {
    {T("a = \"1\"\nB=''\n# \xff\n\n"), {{NULL, 0, 0, 0}}},
    {T("\xef\xbb\xbf"
       "a = \"1\"\n"),
     {{"VMX001", 1, 1, 3}}},
    {T("\n  key \"1\"\n"), {{"VMX002", 2, 3, 3}}},
    {T("\na = TRUE # x\n"), {{"VMX003", 2, 5, 4}}},
    {T("\r\n a = \"x # y\r\n"), {{"VMX004", 2, 7, 5}}},
    {T("a = 'x"), {{"VMX004", 1, 6, 1}}},
    {T("\r a.b =\r"), {{"VMX005", 2, 2, 3}}},
    {T("a = \"x \"y\" z\" # \"\n"), {{"VMX006", 1, 6, 11}}},
    {T("a = \"x \"y\" z\"\n"), {{"VMX006", 1, 6, 7}}},
    {T("b = \"\"\n a = \"x\" y\n"), {{"VMX007", 2, 10, 1}}},
    {T("a = 'x'y z \t\r\n"), {{"VMX007", 1, 8, 3}}},
    {T("b = \"\"; a = \"x\" y # z\n"), {{"VMX007", 1, 17, 5}}},
    {T("a = \"x\" y; z = \"\"; b = 2"), {{"VMX007", 1, 9, 16}}},
    {T("a = \"\"\"x\n"), {{"VMX007", 1, 7, 2}}},
    {T(" // x\r\n"), {{"VMX008", 1, 1, 5}}},
    {T("a/b = \"1\"\n"), {{"VMX009", 1, 1, 3}}},
    {T("\t9a = \"1\"\n"), {{"VMX009", 1, 2, 2}}},
    {T("a = \"1\"\n<<<<<<< HEAD\n"), {{"VMX010", 2, 1, 12}}},
    {T("a = \"1\"\n.encoding = \"x-y\"\n"), {{"VMX011", 2, 14, 3}}},
    {T("a = \"x\xff\"\n"), {{"VMX012", 1, 6, 2}}},
    {T(".encoding = \"GBK\"\na = \"\xff\"\n"), {{"VMX012", 2, 6, 1}}},
    {T("a = \"x|\"\n"), {{"VMX013", 1, 6, 2}}},
    {T("displayName = \"5%\"\n"), {{"VMX013", 1, 16, 2}}},
    {T("annotation = \"5%\"\n"), {{NULL, 0, 0, 0}}},
    {T("a = \"1\"\n\n  A = \"2\"\n"), {{"VMX101", 3, 3, 1}}},
    /* In order, and several of one line. */
    {T("a = \"1\"; a = 2\n9 =\n"),
     {{"VMX003", 1, 14, 1},
      {"VMX101", 1, 10, 1},
      {"VMX009", 2, 1, 1},
      {"VMX005", 2, 1, 1}}},
    /* Behind a value that spans lines. */
    {T("a = \"\"\"1\n2\"\"\"; b = 3\nc = 4\n"),
     {{"VMX003", 2, 11, 1}, {"VMX003", 3, 5, 1}}},
    {T("a = \"\"\"1\r\n\r2\"\"\" x\nc = 4\n"),
     {{"VMX007", 3, 6, 1}, {"VMX003", 4, 5, 1}}},
};

START_TEST(each_finding_has_its_place)
{
    assert_diags(blames[_i].text, blames[_i].expected);
}

END_TEST

/* A message names the key, and of a secret no more. */
START_TEST(messages)
{
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();
    struct vmx_doc *doc AUTO_DOC = NULL;
    struct vx_str text = VX_STR("MemSize = 64\nmemsize = \"1\"\n"
                                "RemoteDisplay.vnc.password = \"pass|word\"\n");

    ck_ok(vmx_doc_parse(text.s, text.n, diags, &doc));
    ck_assert_uint_eq(vmx_diags_count(diags), 3);
    ck_assert_str_eq(vmx_diags_get(diags, 0)->message,
                     "MemSize: the value stands without quotes");
    ck_assert_str_eq(vmx_diags_get(diags, 1)->message,
                     "memsize: already given in line 1; that one counts");
    ck_assert_ptr_null(strstr(vmx_diags_get(diags, 2)->message, "pass|word"));
    ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_WARNING), 3);
    ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_ERROR), 0);
}

END_TEST

/* ---- the document as a whole ----------------------------------------------------- */

START_TEST(any_size)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    char *text = NULL;

    ck_ok(vmx_doc_parse(NULL, 0, NULL, &doc));
    ck_ok(vmx_doc_emit(doc, &text, NULL));
    ck_assert_str_eq(text, "");
    free(text);
    ck_assert_uint_eq(vmx_doc_count(doc), 0);
    ck_assert_ptr_null(vmx_doc_get(doc, "a"));
    ck_assert_int_eq(vmx_doc_parse(NULL, 1, NULL, &doc), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_parse("", 0, NULL, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_emit(NULL, &text, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_emit(doc, NULL, NULL), VMX_ERR_MISUSE);
    vmx_doc_free(NULL);
}

END_TEST

START_TEST(ceilings)
{
    char *text = malloc(VMX_MAX_TEXT + 1);
    struct vmx_doc *doc AUTO_DOC = NULL;

    ck_assert_ptr_nonnull(text);
    memset(text, 'x', VMX_MAX_TEXT + 1);
    ck_assert_int_eq(vmx_doc_parse(text, VMX_MAX_TEXT + 1, NULL, &doc), VMX_ERR_LIMIT);
    memset(text, '\n', VMX_MAX_LINES + 1);
    ck_assert_int_eq(vmx_doc_parse(text, VMX_MAX_LINES + 1, NULL, &doc), VMX_ERR_LIMIT);
    ck_assert_ptr_null(doc);
    ck_ok(vmx_doc_parse(text, VMX_MAX_LINES, NULL, &doc));
    ck_assert_doc(doc, vx_str_of(text, VMX_MAX_LINES));
    vmx_doc_free(doc);
    doc = NULL;
    memset(text, 'x', VMX_MAX_TEXT);
    ck_ok(vmx_doc_parse(text, VMX_MAX_TEXT, NULL, &doc));
    ck_assert_doc(doc, vx_str_of(text, VMX_MAX_TEXT));
    free(text);
}

END_TEST

START_TEST(the_text_is_copied)
{
    char text[] = "a = \"1\"\n";
    struct vmx_doc *doc AUTO_DOC = NULL;

    ck_ok(vmx_doc_parse(text, sizeof(text) - 1, NULL, &doc));
    memset(text, 'x', sizeof(text));
    ck_assert_str_eq(vmx_doc_get(doc, "a"), "1");
    ck_assert_doc(doc, VX_STR("a = \"1\"\n"));
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("doc");
    TCase *c = tcase_create("doc");

    tcase_add_test(c, keys_compare_without_case);
    tcase_add_test(c, other_bytes_compare_as_they_are);
    tcase_add_test(c, the_first_of_duplicates_counts);
    tcase_add_test(c, a_name_may_be_a_prefix);
    tcase_add_test(c, empty_is_present);
    tcase_add_loop_test(c, values_are_unicode, 0, VX_COUNT(values));
    tcase_add_loop_test(c, each_finding_has_its_place, 0, VX_COUNT(blames));
    tcase_add_test(c, messages);
    tcase_add_test(c, any_size);
    tcase_add_test(c, ceilings);
    tcase_add_test(c, the_text_is_copied);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
