/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/num.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/auto.h"
#include "main.h"

#define UNTOUCHED 4711

static const uint64_t numbers[] = {
    0,
    1,
    9,
    10,
    255,
    INT32_MAX,
    INT64_MAX,
    (uint64_t)INT64_MAX + 1,
    UINT32_MAX,
    UINT64_MAX / 10,
    UINT64_MAX / 16,
    UINT64_MAX - 1,
    UINT64_MAX,
};

START_TEST(reads_what_printf_writes)
{
    uint64_t number = numbers[_i], read;
    int64_t number_signed = (int64_t)number, read_signed;
    char text[40];

    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    ck_assert(vx_num_u64(vx_str_c(text), &read) && read == number);
    (void)snprintf(text, sizeof(text), "000%" PRIu64, number);
    ck_assert(vx_num_u64(vx_str_c(text), &read) && read == number);
    (void)snprintf(text, sizeof(text), "%" PRIx64, number);
    ck_assert(vx_num_hex(vx_str_c(text), &read) && read == number);
    (void)snprintf(text, sizeof(text), "000%" PRIX64, number);
    ck_assert(vx_num_hex(vx_str_c(text), &read) && read == number);

    (void)snprintf(text, sizeof(text), "%" PRId64, number_signed);
    ck_assert(vx_num_i64(vx_str_c(text), &read_signed) && read_signed == number_signed);
    (void)snprintf(text, sizeof(text), "%+" PRId64, number_signed);
    ck_assert(vx_num_i64(vx_str_c(text), &read_signed) && read_signed == number_signed);
    ck_assert(vx_num_clamp(vx_str_c(text), &read_signed));
    ck_assert_int_eq(read_signed, number_signed);
}

END_TEST

static const char *const no_numbers[] = {
    "",    " ",   "1 ",    " 1", "+",    "-",  "--1", "+-1", "1.0",
    "1e3", "0x1", "1,000", "1k", "\xb2", "1/", "1:",  "\t1", "1\n",
};

START_TEST(refuses_what_is_no_number)
{
    struct vx_str text = vx_str_c(no_numbers[_i]);
    uint64_t number = UNTOUCHED;
    int64_t number_signed = UNTOUCHED;

    ck_assert(!vx_num_u64(text, &number));
    ck_assert(!vx_num_i64(text, &number_signed));
    ck_assert(!vx_num_clamp(text, &number_signed));
    if (!vx_str_eq(text, VX_STR("1e3")))
        ck_assert(!vx_num_hex(text, &number));
    ck_assert_uint_eq(number, UNTOUCHED);
    ck_assert_int_eq(number_signed, UNTOUCHED);
}

END_TEST

START_TEST(signs_are_for_signed_numbers)
{
    uint64_t number = UNTOUCHED;
    int64_t zero = UNTOUCHED;

    ck_assert(!vx_num_u64(VX_STR("+1"), &number));
    ck_assert(!vx_num_u64(VX_STR("-1"), &number));
    ck_assert(!vx_num_hex(VX_STR("-1"), &number));
    ck_assert(!vx_num_hex(VX_STR("fg"), &number));
    ck_assert(!vx_num_u64(VX_STR_NONE, &number));
    ck_assert(!vx_num_u64(VX_STR("1\0"), &number));
    ck_assert_uint_eq(number, UNTOUCHED);
    ck_assert(vx_num_i64(VX_STR("-0"), &zero) && zero == 0);
}

END_TEST

/* One past each limit, and far past it. */
START_TEST(refuses_what_does_not_fit)
{
    static const char *const past_u64[] = {
        "18446744073709551616", "18446744073709551620", "20000000000000000000",
        "99999999999999999999", "100000000000000000000000000000000000000000"};
    static const char *const past_i64[] = {
        "9223372036854775808", "-9223372036854775809", "18446744073709551615",
        "18446744073709551616", "-100000000000000000000000000000000000000000"};
    static const char *const past_hex[] = {"10000000000000000", "fffffffffffffffff"};
    uint64_t number = UNTOUCHED;
    int64_t number_signed = UNTOUCHED;

    for (size_t i = 0; i < VX_COUNT(past_u64); i++)
        ck_assert(!vx_num_u64(vx_str_c(past_u64[i]), &number));
    for (size_t i = 0; i < VX_COUNT(past_hex); i++)
        ck_assert(!vx_num_hex(vx_str_c(past_hex[i]), &number));
    for (size_t i = 0; i < VX_COUNT(past_i64); i++) {
        int64_t clamped;

        ck_assert(!vx_num_i64(vx_str_c(past_i64[i]), &number_signed));
        ck_assert(vx_num_clamp(vx_str_c(past_i64[i]), &clamped));
        ck_assert_int_eq(clamped, past_i64[i][0] == '-' ? INT64_MIN : INT64_MAX);
    }
    ck_assert_uint_eq(number, UNTOUCHED);
    ck_assert_int_eq(number_signed, UNTOUCHED);
}

END_TEST

START_TEST(clamps_numbers_only)
{
    int64_t clamped = UNTOUCHED;

    ck_assert(!vx_num_clamp(VX_STR("99999999999999999999x"), &clamped));
    ck_assert(!vx_num_clamp(VX_STR("--99999999999999999999"), &clamped));
    ck_assert(!vx_num_clamp(VX_STR("99999999999999999999.5"), &clamped));
    ck_assert_int_eq(clamped, UNTOUCHED);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("num");
    TCase *c = tcase_create("num");

    tcase_add_loop_test(c, reads_what_printf_writes, 0, VX_COUNT(numbers));
    tcase_add_loop_test(c, refuses_what_is_no_number, 0, VX_COUNT(no_numbers));
    tcase_add_test(c, signs_are_for_signed_numbers);
    tcase_add_test(c, refuses_what_does_not_fit);
    tcase_add_test(c, clamps_numbers_only);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
