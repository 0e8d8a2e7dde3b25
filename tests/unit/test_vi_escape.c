/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/escape.h"

#include "main.h"

typedef void escape(struct vx_buf *, struct vx_str);

/* A name, the base name of its files, and how a VMX and the API say it. */
static const struct {
    const char *name, *item, *display, *api;
} names[] = {
    {"with space", "with space", "with space", "with space"},
    {"50%", "50+JQ-25", "50%25", "50%25"},
    {"a/b", "a+JQ-2fb", "a%2fb", "a%2fb"},
    {"a\\b", "a+JQ-5cb", "a%5cb", "a%5cb"},
    {"a|b", "a_b", "a|7cb", "a|b"},
    {"a\"b", "a_b", "a|22b", "a\"b"},
    {"q:*<>?", "q_____", "q:*<>?", "q:*<>?"},
    {"\xc3\xbc", "+w7w", "\xc3\xbc", "\xc3\xbc"},
    {"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "+5pel5pys6Kqe",
     "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
    {"end!", "end+IQ", "end!", "end!"},
    {"!start", "+IQ-start", "!start", "!start"},
    {"a+b", "a+Kw-b", "a+b", "a+b"},
    {"a,b", "a,b", "a,b", "a,b"},
    {"it's (1)", "it's (1)", "it's (1)", "it's (1)"},
    {"a#b~c", "a+Iw-b+fg-c", "a#b~c", "a#b~c"},
    {"a&b<c", "a+Jg-b_c", "a&b<c", "a&b<c"},
    {"%41", "+JQ-2541", "%2541", "%2541"},
    {"[br]acket", "+Ww-br+XQ-acket", "[br]acket", "[br]acket"},
    {"emoji\xf0\x9f\x98\x80", "emoji+8J+YgA", "emoji\xf0\x9f\x98\x80",
     "emoji\xf0\x9f\x98\x80"},
    {"K%U/H\\Z", "K+JQ-25U+JQ-2fH+JQ-5cZ", "K%25U%2fH%5cZ", "K%25U%2fH%5cZ"},
    {"~~~A", "+fn5+-A", "~~~A", "~~~A"},
    {"A\xec\xbf\x80Z", "A+7L+A-Z", "A\xec\xbf\x80Z", "A\xec\xbf\x80Z"},
    {"!\xec\xbf\x80"
     "A",
     "+Iey,gA-A",
     "!\xec\xbf\x80"
     "A",
     "!\xec\xbf\x80"
     "A"},
    {"", "", "", ""},
};

static void
must_give(escape *function, const char *text, const char *expected)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1000);

    function(&out, vx_str_c(text));
    ck_assert_slice_eq(vx_buf_text(&out), vx_str_c(expected));
}

START_TEST(names_have_four_spellings)
{
    must_give(vi_escape_item, names[_i].name, names[_i].item);
    must_give(vi_escape_display_name, names[_i].name, names[_i].display);
    must_give(vi_escape_name, names[_i].name, names[_i].api);
    must_give(vi_unescape_name, names[_i].api, names[_i].name);
}

END_TEST

START_TEST(a_broken_escape_stays)
{
    must_give(vi_unescape_name, "100%", "100%");
    must_give(vi_unescape_name, "%2", "%2");
    must_give(vi_unescape_name, "%zz%2F%2f", "%zz//");
}

END_TEST

START_TEST(annotations_keep_their_percent)
{
    must_give(vi_escape_annotation, "50%\nsay \"a|b\"\x7f/\\",
              "50%|0asay |22a|7cb|22|7f/\\");
}

END_TEST

START_TEST(urls_have_unreserved_characters_alone)
{
    must_give(vi_escape_url, "a b/c+d&e=f~g-h_i.j\xc3\xbc",
              "a%20b%2Fc%2Bd%26e%3Df~g-h_i.j%C3%BC");
}

END_TEST

static const struct {
    const char *text, *datastore, *path, *folder, *file;
} paths[] = {
    {"[ds] d1/d2/f", "ds", "d1/d2/f", "d1/d2", "f"},
    {"[ds] file", "ds", "file", "", "file"}, /* no folder is called "file" */
    {"[ds] d/", "ds", "d/", "d", ""},
    {"[ds]", "ds", "", "", ""},
    {"[ds]f", "ds", "f", "", "f"},
    {"[data store (2)]   a/b.vmx", "data store (2)", "a/b.vmx", "a", "b.vmx"},
    {"[] x", NULL, NULL, NULL, NULL},
    {"x/y", NULL, NULL, NULL, NULL},
    {"", NULL, NULL, NULL, NULL},
    {"[ds", NULL, NULL, NULL, NULL},
    {" [ds] x", NULL, NULL, NULL, NULL},
};

START_TEST(paths_have_parts)
{
    struct vi_path parts = {0};

    ck_assert(vi_path_parse(vx_str_c(paths[_i].text), &parts)
              == (paths[_i].datastore != NULL));
    ck_assert_slice_eq(parts.datastore, vx_str_c(paths[_i].datastore));
    ck_assert_slice_eq(parts.path, vx_str_c(paths[_i].path));
    ck_assert_slice_eq(parts.folder, vx_str_c(paths[_i].folder));
    ck_assert_slice_eq(parts.file, vx_str_c(paths[_i].file));
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_escape");
    TCase *tests = tcase_create("escape");

    tcase_add_loop_test(tests, names_have_four_spellings, 0, VX_COUNT(names));
    tcase_add_test(tests, a_broken_escape_stays);
    tcase_add_test(tests, annotations_keep_their_percent);
    tcase_add_test(tests, urls_have_unreserved_characters_alone);
    tcase_add_loop_test(tests, paths_have_parts, 0, VX_COUNT(paths));
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
