/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>

#include "main.h"
#include "random.h"

START_TEST(holds_what_was_appended)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF((size_t)8 << 20);
    static char expected[1 << 20];
    struct vx_random random = VX_RANDOM;
    size_t size = 0;

    while (size < sizeof(expected) - 9000) {
        size_t n = vx_random_below(&random, 9000);

        vx_random_fill(&random, expected + size, n, NULL, 0);
        if (n == 1)
            vx_buf_char(&buf, expected[size]);
        else
            vx_buf_str(&buf, vx_str_of(expected + size, n));
        size += n;
    }
    ck_assert(!buf.failed);
    ck_assert(vx_str_eq(vx_buf_text(&buf), vx_str_of(expected, size)));
}

END_TEST

START_TEST(grows_by_doubling)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF((size_t)8 << 20);
    size_t room = 0, growths = 0;

    for (int i = 0; i < 1000000; i++) {
        vx_buf_char(&buf, 'a');
        growths += buf.room != room;
        if (room == 0)
            ck_assert_uint_eq(buf.room + 1, 4096);
        room = buf.room;
    }
    ck_assert_uint_eq(buf.size, 1000000);
    ck_assert_uint_eq(growths, 9); /* 4 KiB << 8 is the first to hold a million */
}

END_TEST

START_TEST(ceiling_holds_to_the_byte)
{
    static const size_t ceilings[] = {0,    1,    2,    4094, 4095,
                                      4096, 4097, 8191, 8192, 10000};

    for (size_t i = 0; i < VX_COUNT(ceilings); i++) {
        struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(ceilings[i]);

        for (size_t n = 0; n < ceilings[i]; n++)
            vx_buf_char(&buf, 'a');
        ck_assert(!buf.failed);
        vx_buf_char(&buf, 'b');
        ck_assert(buf.failed);
        ck_assert_uint_eq(buf.size, ceilings[i]);
        ck_assert_ptr_null(vx_buf_take(&buf));
    }
}

END_TEST

START_TEST(failure_sticks)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(10);

    vx_buf_lit(&buf, "abc");
    vx_buf_lit(&buf, "too long for ten");
    ck_assert(buf.failed);
    vx_buf_char(&buf, 'd');
    vx_buf_uint(&buf, 1);
    vx_buf_printf(&buf, "%d", 2);
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("abc"));
    ck_assert(!vx_buf_grow(&buf, 0));
    ck_assert_ptr_null(vx_buf_room(&buf, 1));

    vx_buf_done(&buf);
    ck_assert(!buf.failed);
    vx_buf_lit(&buf, "anew");
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("anew"));
}

END_TEST

START_TEST(absurd_growth_fails)
{
    for (size_t less = 0; less < 8; less++) {
        struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX);

        vx_buf_lit(&buf, "abc");
        ck_assert_ptr_null(vx_buf_room(&buf, SIZE_MAX - less));
        ck_assert(buf.failed);
    }
}

END_TEST

START_TEST(take_gives_the_bytes_away)
{
    struct vx_buf buf = VX_BUF(4096);
    char *text;

    text = vx_buf_take(&buf);
    ck_assert_str_eq(text, "");
    free(text);
    for (int i = 0; i < 4096; i++)
        vx_buf_char(&buf, 'a');
    text = vx_buf_take(&buf);
    ck_assert_uint_eq(strlen(text), 4096);
    free(text);
    ck_assert_ptr_null(buf.data);
    ck_assert_uint_eq(buf.size + buf.room, 0);
    ck_assert_uint_eq(buf.ceiling, 4096);
}

END_TEST

static const uint64_t numbers[] = {0,
                                   1,
                                   9,
                                   10,
                                   15,
                                   16,
                                   99,
                                   100,
                                   UINT32_MAX,
                                   INT64_MAX,
                                   (uint64_t)INT64_MAX + 1,
                                   UINT64_MAX - 1,
                                   UINT64_MAX};

START_TEST(numbers_as_printf_writes_them)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(1000);
    char expected[48]; /* two numbers of 20 digits, a sign, a blank */

    for (size_t i = 0; i < VX_COUNT(numbers); i++)
        for (int digits = 0; digits < 20; digits++) {
            buf.size = 0;
            vx_buf_uint(&buf, numbers[i]);
            vx_buf_char(&buf, ' ');
            vx_buf_int(&buf, (int64_t)numbers[i]);
            (void)snprintf(expected, sizeof(expected), "%" PRIu64 " %" PRId64,
                           numbers[i], (int64_t)numbers[i]);
            ck_assert_slice_eq(vx_buf_text(&buf), vx_str_c(expected));

            buf.size = 0;
            vx_buf_hex(&buf, numbers[i], (unsigned)digits);
            (void)snprintf(expected, sizeof(expected), "%0*" PRIx64,
                           digits ? digits : 1, numbers[i]);
            ck_assert_slice_eq(vx_buf_text(&buf), vx_str_c(expected));
        }
}

END_TEST

START_TEST(printf_of_any_length)
{
    static char words[10001];

    memset(words, 'w', 10000);
    for (int n = 0; n < 10000; n += 61) {
        struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF((size_t)n + 4);

        vx_buf_lit(&buf, "<");
        vx_buf_printf(&buf, "%.*s%d", n, words, 42);
        vx_buf_char(&buf, '>');
        ck_assert(!buf.failed);
        ck_assert_uint_eq(buf.size, (size_t)n + 4);
        ck_assert_int_eq(memcmp(buf.data + n + 1, "42>", 3), 0);
        vx_buf_printf(&buf, "%s", "");
        ck_assert(!buf.failed);
        vx_buf_printf(&buf, "%s", "x");
        ck_assert(buf.failed);
    }
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("buf");
    TCase *c = tcase_create("buf");

    tcase_add_test(c, holds_what_was_appended);
    tcase_add_test(c, grows_by_doubling);
    tcase_add_test(c, ceiling_holds_to_the_byte);
    tcase_add_test(c, failure_sticks);
    tcase_add_test(c, absurd_growth_fails);
    tcase_add_test(c, take_gives_the_bytes_away);
    tcase_add_test(c, numbers_as_printf_writes_them);
    tcase_add_test(c, printf_of_any_length);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
