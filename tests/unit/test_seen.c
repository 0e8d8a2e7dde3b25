/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of names beside an array that says the same: from a few entries, which are
 * in memory, to so many that the file has grown several times. */
#include "seen.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "main.h"

enum {
    COUNT = 120000, /* the file has grown */
    COUNT_VALGRIND = 40000,
    TEXT = 32,
};

static uint64_t
most(void)
{
    return getenv("VMX_VALGRIND") ? COUNT_VALGRIND : COUNT;
}

static uint64_t
hash_of(uint64_t i)
{
    char text[TEXT];
    int n = snprintf(text, sizeof(text), "store/%llu.xml", (unsigned long long)i);

    return seen_hash(vx_str_of(text, (size_t)n));
}

START_TEST(is_what_was_put)
{
    struct seen *seen = seen_new();

    ck_assert_ptr_nonnull(seen);
    for (uint64_t i = 0; i < most(); i++) {
        ck_assert_uint_eq(seen_get(seen, hash_of(i)), 0);
        seen_put(seen, hash_of(i), i + 1);
        ck_assert_uint_eq(seen_get(seen, hash_of(i)), i + 1);
        /* One of long ago, that is in the file by now. */
        if (i % 16 == 0)
            ck_assert_uint_eq(seen_get(seen, hash_of(i / 3)), i / 3 + 1);
    }
    for (uint64_t i = 0; i < most(); i += 3)
        ck_assert_uint_eq(seen_get(seen, hash_of(i)), i + 1);
    for (uint64_t i = 0; i < most(); i++)
        ck_assert_uint_eq(seen_get(seen, hash_of(most() + i)), 0);
    ck_assert_int_eq(seen_error(seen), 0);
    seen_free(seen);
}

END_TEST

/* The last number counts, wherever the ones before it are. */
START_TEST(is_replaced)
{
    struct seen *seen = seen_new();

    ck_assert_ptr_nonnull(seen);
    for (uint64_t round = 1; round <= 3; round++)
        for (uint64_t i = 0; i < most() / 4; i++)
            seen_put(seen, hash_of(i), round * most() + i);
    for (uint64_t i = 0; i < most() / 4; i += 5)
        seen_put(seen, hash_of(i), 7);
    for (uint64_t i = 0; i < most() / 4; i++)
        ck_assert_uint_eq(seen_get(seen, hash_of(i)), i % 5 ? 3 * most() + i : 7);
    seen_free(seen);
}

END_TEST

/* Hashes next to each other, and at the end of the table, from where it goes on at its
 * beginning. */
START_TEST(goes_around)
{
    struct seen *seen = seen_new();
    uint64_t count = most() / 8;

    ck_assert_ptr_nonnull(seen);
    for (uint64_t i = 0; i < count; i++)
        seen_put(seen, UINT64_MAX - (i << 30), i + 1);
    for (uint64_t i = 0; i < count; i++)
        ck_assert_uint_eq(seen_get(seen, UINT64_MAX - (i << 30)), i + 1);
    ck_assert_uint_eq(seen_get(seen, UINT64_MAX - (count << 30)), 0);
    seen_free(seen);
}

END_TEST

/* Where no file can be had, that is told, and nothing crashes. */
START_TEST(tells_that_there_is_no_file)
{
    struct seen *seen = seen_new();
    struct rlimit limit = {.rlim_cur = 0, .rlim_max = RLIM_INFINITY};

    ck_assert_ptr_nonnull(seen);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = 4096;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (uint64_t i = 0; i < COUNT_VALGRIND; i++)
        seen_put(seen, hash_of(i), i + 1);
    ck_assert_int_eq(seen_error(seen), EFBIG);
    (void)seen_get(seen, hash_of(1));
    seen_free(seen);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("seen");
    TCase *tcase = tcase_create("seen");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, is_what_was_put);
    tcase_add_test(tcase, is_replaced);
    tcase_add_test(tcase, goes_around);
    tcase_add_test(tcase, tells_that_there_is_no_file);
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
