/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/json.h"

#include "main.h"

static const struct {
    struct vx_str text;
    const char *json;
} jsons[] = {
    {{"plain / text", 12}, "plain / text"},
    {{"say \"a\\b\"", 9}, "say \\\"a\\\\b\\\""},
    {{"\b\f\n\r\t", 5}, "\\b\\f\\n\\r\\t"},
    {{"\0\x01\x1f", 3}, "\\u0000\\u0001\\u001f"},
    {{"\x7f|\xc2\x9b|\xe2\x80\xae", 8}, "\\u007f|\\u009b|\\u202e"},
    {{"\xc3\xa9\xf0\x9f\x98\x80", 6}, "\xc3\xa9\xf0\x9f\x98\x80"},
    {{"a\xe9z", 3}, "a\xef\xbf\xbdz"},
    {{"\xe4\xb8", 2}, "\xef\xbf\xbd"},
    {{"\xff\xff", 2}, "\xef\xbf\xbd\xef\xbf\xbd"},
    {{"", 0}, ""},
    {{NULL, 0}, ""},
};

START_TEST(json_is_escaped)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(1000);

    vx_json_text(&buf, jsons[_i].text);
    ck_assert_slice_eq(vx_buf_text(&buf), vx_str_c(jsons[_i].json));
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("json");
    TCase *text = tcase_create("text");

    tcase_add_loop_test(text, json_is_escaped, 0, VX_COUNT(jsons));
    suite_add_tcase(s, text);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
