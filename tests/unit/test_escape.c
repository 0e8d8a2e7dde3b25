/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/escape.h"

#include "main.h"
#include "random.h"

#define ROUNDS 20000

static struct vx_arena arena;

static void
arena_begin(void)
{
    vx_arena_init(&arena, (size_t)64 << 20);
}

static void
arena_end(void)
{
    vx_arena_done(&arena);
}

static const struct {
    char mark;
    const char *set;
} escapes[] = {
    {'|', ""}, {'|', "\""}, {'|', "\"#"}, {'%', ""}, {'%', "|\" \t\x7f\xff"}};

/* Any bytes, and bytes that look like escapes. */
START_TEST(unescape_undoes_escape)
{
    char mark = escapes[_i].mark;
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct vx_random random = VX_RANDOM;
    char bytes[64];

    for (int round = 0; round < ROUNDS; round++) {
        size_t n = vx_random_below(&random, sizeof(bytes));
        struct vx_str text = {bytes, n};
        ptrdiff_t stray;

        if (round % 2)
            vx_random_fill(&random, bytes, n, "||%%%27cC\"#\r\n\0", 14);
        else
            vx_random_fill(&random, bytes, n, NULL, 0);
        buf.size = 0;
        vx_escape(&buf, text, mark, escapes[_i].set);
        ck_assert_slice_eq(vx_unescape(&arena, vx_buf_text(&buf), mark, &stray), text);
        ck_assert_int_eq(stray, -1);

        ck_assert_int_eq(vx_str_find(vx_buf_text(&buf), '\n'), -1);
        ck_assert_int_eq(vx_str_find(vx_buf_text(&buf), '\r'), -1);
        ck_assert_int_eq(vx_str_find(vx_buf_text(&buf), '\0'), -1);
        for (const char *c = escapes[_i].set; *c; c++)
            ck_assert_int_eq(vx_str_find(vx_buf_text(&buf), *c), -1);
    }
}

END_TEST

START_TEST(escapes_no_more_than_asked)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(1000);

    vx_escape(&buf, VX_STR("a|b\"c%\td\x7f\xe9\0"), '|', "\"");
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("a|7Cb|22c%\td\x7f\xe9|00"));
    buf.size = 0;
    vx_escape(&buf, VX_STR_NONE, '|', "\"");
    vx_escape(&buf, VX_STR("\r\n"), '%', "");
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("%0D%0A"));
}

END_TEST

static const struct {
    struct vx_str text, expected;
    ptrdiff_t stray;
} cases[] = {
    {{"a|7Cb|0ac", 9}, {"a|b\nc", 5}, -1},
    {{"|7c7c", 5}, {"|7c", 3}, -1}, /* what an escape gives is not read again */
    {{"|7c|7C", 6}, {"||", 2}, -1},
    {{"|", 1}, {"|", 1}, 0},
    {{"ab|", 3}, {"ab|", 3}, 2},
    {{"ab|2", 4}, {"ab|2", 4}, 2},
    {{"ab|22", 4}, {"ab|2", 4}, 2}, /* the last byte belongs to another text */
    {{"|zz|41|", 7}, {"|zzA|", 5}, 0},
    {{"|41|4g||41", 10}, {"A|4g|A", 6}, 3},
    {{"|00", 3}, {"\0", 1}, -1},
    {{"|ff|80", 6}, {"\xff\x80", 2}, -1},
};

START_TEST(unescapes)
{
    ptrdiff_t stray = 99;

    ck_assert_slice_eq(vx_unescape(&arena, cases[_i].text, '|', &stray),
                       cases[_i].expected);
    ck_assert_int_eq(stray, cases[_i].stray);
    ck_assert_slice_eq(vx_unescape(&arena, cases[_i].text, '|', NULL),
                       cases[_i].expected);
}

END_TEST

START_TEST(text_without_mark_is_itself)
{
    struct vx_str text = VX_STR("100%25");
    ptrdiff_t stray = 99;

    ck_assert_ptr_eq(vx_unescape(&arena, text, '|', &stray).s, text.s);
    ck_assert_int_eq(stray, -1);
    ck_assert_uint_eq(arena.used, 0);
    ck_assert_ptr_null(vx_unescape(&arena, VX_STR_NONE, '|', &stray).s);
    ck_assert(!arena.failed);
}

END_TEST

START_TEST(no_memory_is_no_text)
{
    ptrdiff_t stray = 99;

    vx_arena_init(&arena, 0);
    ck_assert_ptr_null(vx_unescape(&arena, VX_STR("|41"), '|', &stray).s);
    ck_assert(arena.failed);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("escape");
    TCase *c = tcase_create("escape");

    tcase_add_checked_fixture(c, arena_begin, arena_end);
    tcase_add_loop_test(c, unescape_undoes_escape, 0, VX_COUNT(escapes));
    tcase_add_test(c, escapes_no_more_than_asked);
    tcase_add_loop_test(c, unescapes, 0, VX_COUNT(cases));
    tcase_add_test(c, text_without_mark_is_itself);
    tcase_add_test(c, no_memory_is_no_text);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
