/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>

#include "base/auto.h"
#include "base/str.h"
#include "base/utf8.h"
#include "main.h"

START_TEST(classes_are_those_of_ascii)
{
    /* The C locale of a program that sets none: what ctype says there is ASCII. */
    for (int c = 0; c < 256; c++) {
        unsigned char byte = (unsigned char)c;

        ck_assert_int_eq(vx_is_digit(byte), isdigit(c) != 0);
        ck_assert_int_eq(vx_is_alpha(byte), isalpha(c) != 0);
        ck_assert_int_eq(vx_is_blank(byte), isblank(c) != 0);
        ck_assert_int_eq(vx_lower(byte), tolower(c));
        ck_assert_int_eq(vx_hex_digit(byte) >= 0, isxdigit(c) != 0);
    }
    for (int i = 0; i < 16; i++) {
        ck_assert_int_eq(vx_hex_digit((unsigned char)"0123456789abcdef"[i]), i);
        ck_assert_int_eq(vx_hex_digit((unsigned char)"0123456789ABCDEF"[i]), i);
    }
}

END_TEST

START_TEST(compares)
{
    ck_assert(vx_str_eq(VX_STR("a\0b"), VX_STR("a\0b")));
    ck_assert(!vx_str_eq(VX_STR("a\0b"), VX_STR("a\0c")));
    ck_assert(!vx_str_eq(VX_STR("a"), VX_STR("A")));
    ck_assert(!vx_str_eq(VX_STR("a"), VX_STR("ab")));
    ck_assert(vx_str_eq(VX_STR_NONE, VX_STR("")));
    ck_assert(vx_str_ieq(VX_STR("scsi0:1.FileName"), VX_STR("SCSI0:1.fileNAME")));
    ck_assert(!vx_str_ieq(VX_STR("k"), VX_STR("K ")));
    /* Not by setting a bit: '@' and '`' differ, as do [ and {. */
    ck_assert(!vx_str_ieq(VX_STR("@["), VX_STR("`{")));
    ck_assert(!vx_str_ieq(VX_STR("\xc4"), VX_STR("\xe4")));
}

END_TEST

START_TEST(finds_prefix_and_suffix)
{
    ck_assert(vx_str_starts(VX_STR("ethernet0"), VX_STR("ethernet")));
    ck_assert(vx_str_starts(VX_STR("e"), VX_STR("")));
    ck_assert(!vx_str_starts(VX_STR("Ethernet0"), VX_STR("ethernet")));
    ck_assert(!vx_str_starts(VX_STR("eth"), VX_STR("ethernet")));
    ck_assert(vx_str_istarts(VX_STR("Ethernet0"), VX_STR("ethERNET")));
    ck_assert(!vx_str_istarts(VX_STR("eth"), VX_STR("ethernet")));
    ck_assert(vx_str_iends(VX_STR("a.VMDK"), VX_STR(".vmdk")));
    ck_assert(!vx_str_iends(VX_STR("a.vmdk2"), VX_STR(".vmdk")));
    ck_assert(!vx_str_iends(VX_STR("dk"), VX_STR(".vmdk")));
    ck_assert_int_eq(vx_str_find(VX_STR("a=b=c"), '='), 1);
    ck_assert_int_eq(vx_str_find(VX_STR("abc"), '='), -1);
    ck_assert_int_eq(vx_str_find(VX_STR_NONE, '='), -1);
}

END_TEST

START_TEST(skips_and_trims)
{
    ck_assert_slice_eq(vx_str_skip(VX_STR("abc"), 2), VX_STR("c"));
    ck_assert_slice_eq(vx_str_skip(VX_STR("abc"), 3), VX_STR(""));
    ck_assert_slice_eq(vx_str_skip(VX_STR("abc"), SIZE_MAX), VX_STR(""));
    ck_assert_slice_eq(vx_str_trim(VX_STR(" \ta b\t ")), VX_STR("a b"));
    ck_assert_slice_eq(vx_str_trim(VX_STR(" \t ")), VX_STR(""));
    ck_assert_slice_eq(vx_str_trim(VX_STR("\na\r")), VX_STR("\na\r"));
    ck_assert_ptr_null(vx_str_c(NULL).s);
    ck_assert_uint_eq(vx_str_c("abc").n, 3);
}

END_TEST

/* What the standard's own table of well-formed sequences says, written another way. */
static size_t
encode(uint32_t c, char out[4])
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xf0) | c);
    return n;
}

static bool
decodes_to(const char *bytes, size_t n, uint32_t expected, size_t expected_size)
{
    size_t size;

    return vx_utf8_first(vx_str_of(bytes, n), &size) == expected
           && size == expected_size;
}

/* Plain conditions: Check writes a record of each of its own, and these are millions.
 */
START_TEST(utf8_every_character)
{
    char bytes[4];

    for (uint32_t c = 0; c < 0x200000; c++) {
        size_t n = encode(c, bytes);
        bool is_character = c < 0xd800 || (c > 0xdfff && c < 0x110000);

        if (!decodes_to(bytes, n, is_character ? c : VX_UTF8_BAD, is_character ? n : 1))
            ck_abort_msg("%#x in %zu bytes", c, n);
        /* Cut short, whatever stands behind it. */
        if (is_character && n > 1 && !decodes_to(bytes, n - 1, VX_UTF8_BAD, n - 1))
            ck_abort_msg("%#x without its last byte", c);
    }
}

END_TEST

START_TEST(utf8_refuses)
{
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x80\x80",
        "\xe0\x9f",
        "\xf0\x8f\xbf",
        "\xf0\x80\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xc3(",
        "\xf4\x90",
    };
    size_t size;

    for (size_t i = 0; i < VX_COUNT(bad); i++) {
        ck_assert_uint_eq(vx_utf8_first(vx_str_c(bad[i]), &size), VX_UTF8_BAD);
        ck_assert_uint_eq(size, 1);
    }
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("str");
    TCase *slices = tcase_create("slices"), *utf8 = tcase_create("utf8");

    tcase_add_test(slices, classes_are_those_of_ascii);
    tcase_add_test(slices, compares);
    tcase_add_test(slices, finds_prefix_and_suffix);
    tcase_add_test(slices, skips_and_trims);
    suite_add_tcase(s, slices);
    tcase_set_timeout(utf8, 60);
    tcase_add_test(utf8, utf8_every_character);
    tcase_add_test(utf8, utf8_refuses);
    suite_add_tcase(s, utf8);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
