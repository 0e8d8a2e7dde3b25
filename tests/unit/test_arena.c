/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/arena.h"
#include "main.h"
#include "random.h"

#define PIECES 20000

START_TEST(pieces_are_apart_and_aligned)
{
    struct vx_arena arena VX_AUTO(vx_arena_done);
    static unsigned char *pieces[PIECES];
    static size_t sizes[PIECES];
    struct vx_random random = VX_RANDOM;

    vx_arena_init(&arena, (size_t)64 << 20);
    for (size_t i = 0; i < PIECES; i++) {
        sizes[i] = i % 1000 == 999 ? vx_random_below(&random, 300000)
                                   : vx_random_below(&random, 200);
        pieces[i] = vx_arena_alloc(&arena, sizes[i]);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)(i % 251), sizes[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t at = 0; at < sizes[i]; at++)
            if (pieces[i][at] != i % 251)
                ck_abort_msg("byte %zu of piece %zu is another's", at, i);
    ck_assert(!arena.failed);
}

END_TEST

START_TEST(blocks_double)
{
    struct vx_arena arena VX_AUTO(vx_arena_done);

    vx_arena_init(&arena, (size_t)64 << 20);
    ck_assert_uint_eq(arena.used, 0);
    vx_arena_alloc(&arena, 1);
    ck_assert_uint_eq(arena.used, 16 << 10);
    vx_arena_alloc(&arena, 16 << 10);
    ck_assert_uint_eq(arena.used, (16 + 32) << 10);
    /* Larger than the next block: its own, and the block before goes on. */
    ck_assert_ptr_nonnull(vx_arena_alloc(&arena, (size_t)3 << 20));
    ck_assert_uint_lt(arena.used, ((48 + 3072) << 10) + 100);
    vx_arena_alloc(&arena, 100);
    ck_assert_uint_lt(arena.used, ((48 + 3072) << 10) + 100);
}

END_TEST

START_TEST(ceiling_holds_and_failure_sticks)
{
    for (size_t ceiling = 0; ceiling < 70000; ceiling += 997) {
        struct vx_arena arena VX_AUTO(vx_arena_done);
        size_t given = 0;

        vx_arena_init(&arena, ceiling);
        while (vx_arena_alloc(&arena, 48))
            given += 48;
        ck_assert(arena.failed);
        ck_assert_uint_le(arena.used, ceiling);
        /* All but the block headers and one piece a block could be had. */
        ck_assert_uint_ge(given + 4 * 80, ceiling);
        ck_assert_ptr_null(vx_arena_alloc(&arena, 1));
        ck_assert_ptr_null(vx_arena_zero(&arena, 1));
        ck_assert_ptr_null(vx_arena_dup(&arena, VX_STR("a")).s);
        ck_assert_ptr_null(vx_arena_printf(&arena, "a").s);

        vx_arena_done(&arena);
        ck_assert(!arena.failed);
        ck_assert_uint_eq(arena.used, 0);
    }
}

END_TEST

START_TEST(absurd_sizes_fail)
{
    static const size_t sizes[] = {SIZE_MAX,      SIZE_MAX - 1,  SIZE_MAX - 14,
                                   SIZE_MAX - 15, SIZE_MAX - 16, SIZE_MAX - 48,
                                   SIZE_MAX / 2};

    for (size_t i = 0; i < VX_COUNT(sizes); i++)
        for (int used = 0; used < 2; used++) {
            struct vx_arena arena VX_AUTO(vx_arena_done);

            vx_arena_init(&arena, (size_t)1 << 20);
            ck_assert_ptr_nonnull(used ? vx_arena_alloc(&arena, 1) : "");
            ck_assert_ptr_null(vx_arena_alloc(&arena, sizes[i]));
            ck_assert(arena.failed);
            /* There would be room for this one. */
            ck_assert_ptr_null(vx_arena_alloc(&arena, 1));
        }
}

END_TEST

START_TEST(arrays_are_clear_and_checked)
{
    struct vx_arena arena VX_AUTO(vx_arena_done);
    const unsigned char *bytes;

    vx_arena_init(&arena, (size_t)1 << 20);
    for (int round = 0; round < 2; round++) {
        bytes = vx_arena_array(&arena, 100, 7);
        for (size_t i = 0; i < 700; i++)
            ck_assert_uint_eq(bytes[i], 0);
    }
    ck_assert_ptr_nonnull(vx_arena_array(&arena, 0, 8));
    ck_assert_ptr_nonnull(vx_arena_alloc(&arena, 0));
    ck_assert_ptr_ne(vx_arena_alloc(&arena, 0), vx_arena_alloc(&arena, 0));
    ck_assert_ptr_null(vx_arena_array(&arena, SIZE_MAX / 8 + 2, 8));
    ck_assert(arena.failed);
}

END_TEST

START_TEST(zero_clears_used_memory)
{
    struct vx_arena arena VX_AUTO(vx_arena_done);
    char *at;

    vx_arena_init(&arena, (size_t)1 << 20);
    at = vx_arena_alloc(&arena, 64);
    memset(at, 'x', 64);
    arena.at = at;
    ck_assert_ptr_eq(vx_arena_zero(&arena, 64), at);
    for (size_t i = 0; i < 64; i++)
        ck_assert_int_eq(at[i], 0);
}

END_TEST

START_TEST(dup_copies)
{
    struct vx_arena arena VX_AUTO(vx_arena_done);
    char text[] = "a\0b";
    struct vx_str copy;

    vx_arena_init(&arena, (size_t)1 << 20);
    copy = vx_arena_dup(&arena, vx_str_of(text, 3));
    text[0] = 'x';
    ck_assert_slice_eq(copy, VX_STR("a\0b"));
    ck_assert_int_eq(copy.s[3], '\0');
    ck_assert_str_eq(vx_arena_dup(&arena, VX_STR("")).s, "");
    ck_assert_ptr_null(vx_arena_dup(&arena, VX_STR_NONE).s);
    ck_assert(!arena.failed);
}

END_TEST

/* Every length around the end of a block, of which some are no multiple of 16. */
START_TEST(printf_at_block_ends)
{
    for (size_t ceiling = (20 << 10); ceiling < (20 << 10) + 16; ceiling++)
        for (int left = 0; left < 70; left++) {
            struct vx_arena arena VX_AUTO(vx_arena_done);
            struct vx_str text;

            vx_arena_init(&arena, ceiling);
            vx_arena_alloc(&arena, 16000);
            while (arena.end - arena.at > left)
                vx_arena_alloc(&arena, 1);
            text = vx_arena_printf(&arena, "%s %0*d", "<", 20 + left % 20, 7);
            ck_assert_uint_eq(text.n, 22 + (size_t)left % 20);
            ck_assert_uint_eq(strlen(text.s), text.n);
            ck_assert_int_eq(text.s[text.n - 1], '7');
            ck_assert_int_eq(text.s[0], '<');
        }
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("arena");
    TCase *c = tcase_create("arena");

    tcase_set_timeout(c, 60);
    tcase_add_test(c, pieces_are_apart_and_aligned);
    tcase_add_test(c, blocks_double);
    tcase_add_test(c, ceiling_holds_and_failure_sticks);
    tcase_add_test(c, absurd_sizes_fail);
    tcase_add_test(c, arrays_are_clear_and_checked);
    tcase_add_test(c, zero_clears_used_memory);
    tcase_add_test(c, dup_copies);
    tcase_add_test(c, printf_at_block_ends);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
