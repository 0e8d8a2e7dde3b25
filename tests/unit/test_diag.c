/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diag/diag.h"

#include <ctype.h>
#include <stdio.h>

#include "main.h"
#include "random.h"

static const struct {
    int number;
    const char *name;
    enum vmx_severity severity;
    const char *title, *why, *remedy;
} codes[] = {

#define VX_CODE(number, name, ident, severity, title, why, remedy)                     \
    {number, name, VMX_SEVERITY_##severity, title, why, remedy},
#include "diag/codes.def"
#undef VX_CODE
};

static struct vmx_diags *diags;

static void
diags_begin(void)
{
    diags = vmx_diags_new();
}

static void
diags_end(void)
{
    vmx_diags_free(diags);
}

/* ---- codes.def ------------------------------------------------------------------- */

START_TEST(code_is_well_formed)
{
    const char *name = codes[_i].name;

    ck_assert_int_gt(codes[_i].number, 0);
    ck_assert_int_lt(codes[_i].number, 10000);
    if (_i)
        ck_assert_int_gt(codes[_i].number, codes[_i - 1].number);
    ck_assert_uint_gt(strlen(name), 2);
    for (const char *c = name; *c; c++)
        ck_assert_msg(islower((unsigned char)*c) || isdigit((unsigned char)*c)
                          || *c == '-',
                      "%s", name);
    for (int i = 0; i < _i; i++)
        ck_assert_str_ne(name, codes[i].name);
    /* Sentences, and a title that vmx_explain() ends by itself. */
    ck_assert_uint_gt(strlen(codes[_i].title), 0);
    ck_assert_int_ne(codes[_i].title[strlen(codes[_i].title) - 1], '.');
    ck_assert_int_eq(codes[_i].why[strlen(codes[_i].why) - 1], '.');
    if (codes[_i].remedy[0])
        ck_assert_int_eq(codes[_i].remedy[strlen(codes[_i].remedy) - 1], '.');
}

END_TEST

START_TEST(code_is_found)
{
    const struct vx_code_info *info = vx_code_info((enum vx_code)codes[_i].number);
    char id[16], upper[100] = "", page[2000];

    (void)snprintf(id, sizeof(id), "VMX%03d", codes[_i].number);
    ck_assert_ptr_nonnull(info);
    ck_assert_int_eq((int)info->code, codes[_i].number);
    ck_assert_str_eq(info->id, id);
    ck_assert_str_eq(info->name, codes[_i].name);
    ck_assert_int_eq(info->severity, codes[_i].severity);

    for (size_t i = 0; codes[_i].name[i]; i++)
        upper[i] = (char)toupper((unsigned char)codes[_i].name[i]);
    ck_assert_ptr_eq(vx_code_find(vx_str_c(id)), info);
    ck_assert_ptr_eq(vx_code_find(vx_str_c(info->name)), info);
    ck_assert_ptr_eq(vx_code_find(vx_str_c(upper)), info);
    id[0] = 'v';
    ck_assert_ptr_eq(vx_code_find(vx_str_c(id)), info);

    (void)snprintf(page, sizeof(page), "%s %s\n\n%s.\n\n%s\n\n%s\n", info->id,
                   codes[_i].name, codes[_i].title, codes[_i].why, codes[_i].remedy);
    ck_assert_str_eq(vmx_explain(id), page);
    ck_assert_ptr_eq(vmx_explain(upper), vmx_explain(id));
}

END_TEST

START_TEST(no_code_is_not_found)
{
    ck_assert_ptr_null(vx_code_info((enum vx_code)0));
    ck_assert_ptr_null(vx_code_info((enum vx_code)999));
    ck_assert_ptr_null(vx_code_find(VX_STR("")));
    ck_assert_ptr_null(vx_code_find(VX_STR_NONE));
    ck_assert_ptr_null(vx_code_find(VX_STR("VMX1")));
    ck_assert_ptr_null(vx_code_find(VX_STR("VMX001 ")));
    ck_assert_ptr_null(vx_code_find(VX_STR("001")));
    ck_assert_ptr_null(vmx_explain("nonsense"));
    ck_assert_ptr_null(vmx_explain(NULL));
}

END_TEST

START_TEST(severities_have_words)
{
    static const char *const words[] = {"style", "info", "warning", "error"};

    for (size_t i = 0; i < VX_COUNT(words); i++)
        ck_assert_str_eq(vmx_severity_text((enum vmx_severity)i), words[i]);
    ck_assert_str_eq(vmx_severity_text((enum vmx_severity)4), "unknown");
    ck_assert_str_eq(vmx_severity_text((enum vmx_severity) - 1), "unknown");
}

END_TEST

/* ---- the list -------------------------------------------------------------------- */

START_TEST(finding_is_kept)
{
    struct vx_span span = {10, 3, 2, 7};
    const struct vmx_diag *diag;

    vx_diag(diags, VX_BOM, span, "%s has a %d", "here", 42);
    ck_assert_uint_eq(vmx_diags_count(diags), 1);
    diag = vmx_diags_get(diags, 0);
    ck_assert_str_eq(diag->code, "VMX001");
    ck_assert_str_eq(diag->name, "bom");
    ck_assert_int_eq(diag->severity, VMX_SEVERITY_WARNING);
    ck_assert_str_eq(diag->message, "here has a 42");
    ck_assert_str_eq(diag->remedy, vx_code_info(VX_BOM)->remedy);
    ck_assert_uint_eq(diag->offset, 10);
    ck_assert_uint_eq(diag->length, 3);
    ck_assert_uint_eq(diag->line, 2);
    ck_assert_uint_eq(diag->column, 7);
    ck_assert_ptr_null(vmx_diags_get(diags, 1));
    ck_assert_ptr_null(vmx_diags_get(diags, SIZE_MAX));
}

END_TEST

/* Past the limit findings are counted; what was borrowed before stays. */
START_TEST(list_has_a_limit)
{
    const struct vmx_diag *first;
    char expected[20];

    vx_diag(diags, VX_BOM, VX_NO_SPAN, "finding %d", 0);
    first = vmx_diags_get(diags, 0);
    for (int i = 1; i < 3 * VMX_MAX_DIAGS; i++)
        vx_diag(diags, VX_BOM, VX_NO_SPAN, "finding %d", i);
    ck_assert_uint_eq(vmx_diags_count(diags), VMX_MAX_DIAGS);
    ck_assert_ptr_eq(vmx_diags_get(diags, 0), first);
    for (size_t i = 0; i < VMX_MAX_DIAGS; i++) {
        (void)snprintf(expected, sizeof(expected), "finding %zu", i);
        ck_assert_str_eq(vmx_diags_get(diags, i)->message, expected);
    }
    ck_assert_ptr_null(vmx_diags_get(diags, VMX_MAX_DIAGS));
    ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_STYLE), 3 * VMX_MAX_DIAGS);
    ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_WARNING),
                      3 * VMX_MAX_DIAGS);
    ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_ERROR), 0);
}

END_TEST

START_TEST(longest_messages_fit_the_list)
{
    static char text[1000];

    memset(text, 'x', sizeof(text) - 1);
    for (int i = 0; i < VMX_MAX_DIAGS; i++)
        vx_diag(diags, VX_BOM, VX_NO_SPAN, "%s", text);
    ck_assert_uint_eq(vmx_diags_count(diags), VMX_MAX_DIAGS);
}

END_TEST

START_TEST(severities_are_counted)
{
    size_t expected[4] = {0};

    for (size_t i = 0; i < VX_COUNT(codes); i++) {
        vx_diag(diags, (enum vx_code)codes[i].number, VX_NO_SPAN, "%s", codes[i].title);
        for (size_t s = 0; s <= (size_t)codes[i].severity; s++)
            expected[s]++;
    }
    for (size_t s = 0; s < VX_COUNT(expected); s++)
        ck_assert_uint_eq(vmx_diags_at_least(diags, (enum vmx_severity)s), expected[s]);
    ck_assert_uint_ge(expected[0], 1);
}

END_TEST

START_TEST(no_list_is_no_trouble)
{
    vx_diag(NULL, VX_BOM, VX_NO_SPAN, "%d", 1);
    vmx_diags_free(NULL);
    ck_assert_uint_eq(vmx_diags_count(NULL), 0);
    ck_assert_uint_eq(vmx_diags_at_least(NULL, VMX_SEVERITY_STYLE), 0);
    ck_assert_ptr_null(vmx_diags_get(NULL, 0));
    vx_diag(diags, (enum vx_code)999, VX_NO_SPAN, "no code");
    ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_STYLE), 0);
}

END_TEST

/* ---- messages -------------------------------------------------------------------- */

static const char *
message_of(struct vx_str text)
{
    vx_diag(diags, VX_BOM, VX_NO_SPAN, "%.*s", (int)text.n, text.s);
    return vmx_diags_get(diags, vmx_diags_count(diags) - 1)->message;
}

static const char *const messages[][2] = {
    {"plain \"text\" \\ 100%", "plain \"text\" \\ 100%"},
    {"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80", "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80"},
    {"\x1b[31mred\x1b[0m\a\b\t\r\n\x7f", "?[31mred?[0m??????"},
    {"a\xc2\x80z\xc2\x9fz\xc2\xa0", "a?z?z\xc2\xa0"},
    {"\xe2\x80\xaa|\xe2\x80\xab|\xe2\x80\xac|\xe2\x80\xad|\xe2\x80\xae", "?|?|?|?|?"},
    {"\xe2\x81\xa6|\xe2\x81\xa7|\xe2\x81\xa8|\xe2\x81\xa9", "?|?|?|?"},
    {"\xe2\x81\xa5|\xe2\x80\xa7|\xe2\x80\xaf|\xe2\x81\xaa",
     "\xe2\x81\xa5|\xe2\x80\xa7|\xe2\x80\xaf|\xe2\x81\xaa"},
    {"\xe2\x80\xa8|\xe2\x80\xa9", "?|?"},
    {"\xe9t\xe9 \xff\xfe", "?t? ??"},
    {"\xe4\xb8", "?"},
    {"\xed\xa0\x80", "???"},
    {"", ""},
};

START_TEST(messages_are_safe)
{
    ck_assert_str_eq(message_of(vx_str_c(messages[_i][0])), messages[_i][1]);
}

END_TEST

/* Whatever is in the file, what reaches a terminal is one line of harmless UTF-8. */
START_TEST(any_bytes_become_safe)
{
    struct vx_random random = VX_RANDOM;
    char bytes[500];

    for (int round = 0; round < VMX_MAX_DIAGS; round++) {
        size_t n = vx_random_below(&random, sizeof(bytes));
        const char *message;

        vx_random_fill(&random, bytes, n,
                       round % 2 ? "\xe2\x80\xaa\xa8\xc2\x9f\x1b[\xf0 a" : NULL, 11);
        message = message_of(vx_str_of(bytes, n));
        ck_assert_uint_le(strlen(message), 400);
        for (const unsigned char *c = (const unsigned char *)message; *c;) {
            /* Told apart by hand: decoding would ask the code under test. */
            ck_assert(*c >= 0x20 && *c != 0x7f);
            if (*c >= 0x80) {
                ck_assert(*c >= 0xc2 && *c <= 0xf4);
                ck_assert(c[1] >= 0x80 && c[1] <= 0xbf);
                ck_assert(!(*c == 0xc2 && c[1] < 0xa0));
                ck_assert(
                    !(*c == 0xe2 && c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae));
                ck_assert(
                    !(*c == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
            }
            c += *c < 0x80 ? 1 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : 4;
        }
    }
}

END_TEST

START_TEST(messages_are_cut)
{
    char bytes[420];
    const char *message;

    memset(bytes, 'a', sizeof(bytes));
    message = message_of(vx_str_of(bytes, 400));
    ck_assert_uint_eq(strlen(message), 400);
    ck_assert_int_eq(message[399], 'a');
    message = message_of(vx_str_of(bytes, 401));
    ck_assert_uint_eq(strlen(message), 400);
    ck_assert_str_eq(message + 396, "a...");
    /* Never through a character. */
    for (size_t at = 390; at < 400; at++) {
        memset(bytes, 'a', sizeof(bytes));
        memcpy(bytes + at, "\xf0\x9f\x98\x80", 4);
        message = message_of(vx_str_of(bytes, sizeof(bytes)));
        ck_assert_uint_eq(strlen(message), at > 393 && at < 397 ? at + 3 : 400);
        ck_assert_ptr_null(strchr(message, '?'));
    }
}

END_TEST

START_TEST(arguments_are_cut)
{
    char bytes[100];

    memset(bytes, 'a', sizeof(bytes));
    vx_diag(diags, VX_BOM, VX_NO_SPAN, "<%.*s>", VX_ARG(vx_str_of(bytes, 100)));
    ck_assert_uint_eq(strlen(vmx_diags_get(diags, 0)->message), 62);
    vx_diag(diags, VX_BOM, VX_NO_SPAN, "<%.*s>", VX_ARG(VX_STR_NONE));
    ck_assert_str_eq(vmx_diags_get(diags, 1)->message, "<>");
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("diag");
    TCase *c = tcase_create("codes"), *list = tcase_create("list");
    TCase *text = tcase_create("text");

    tcase_add_loop_test(c, code_is_well_formed, 0, VX_COUNT(codes));
    tcase_add_loop_test(c, code_is_found, 0, VX_COUNT(codes));
    tcase_add_test(c, no_code_is_not_found);
    tcase_add_test(c, severities_have_words);
    suite_add_tcase(s, c);

    tcase_add_checked_fixture(list, diags_begin, diags_end);
    tcase_add_test(list, finding_is_kept);
    tcase_add_test(list, list_has_a_limit);
    tcase_add_test(list, longest_messages_fit_the_list);
    tcase_add_test(list, severities_are_counted);
    tcase_add_test(list, no_list_is_no_trouble);
    suite_add_tcase(s, list);

    tcase_add_checked_fixture(text, diags_begin, diags_end);
    tcase_add_loop_test(text, messages_are_safe, 0, VX_COUNT(messages));
    tcase_add_test(text, any_bytes_become_safe);
    tcase_add_test(text, messages_are_cut);
    tcase_add_test(text, arguments_are_cut);
    suite_add_tcase(s, text);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
