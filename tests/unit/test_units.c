/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/units.h"

#include "main.h"

static const struct {
    const char *text, *unit; /* unit NULL: none is given */
    uint64_t kib;
} sizes[] = {
    /* no unit is KiB, and so is an empty one */
    {"4096", NULL, 4096},
    {"4096", "", 4096},
    {"0", NULL, 0},
    {"000012", NULL, 12},
    /* 1024 and 1000 are told apart by the letter i, but for single letters */
    {"1", "KiB", 1},
    {"1", "k", 1},
    {"2", "MiB", 2048},
    {"2", "M", 2048},
    {"3", "GiB", 3145728},
    {"3", "g", 3145728},
    {"1", "TiB", 1073741824},
    {"1", "T", 1073741824},
    {"1", "PiB", 1099511627776},
    {"1", "EiB", 1125899906842624},
    {"512", "KB", 500},
    {"1", "MB", 977},
    {"1", "GB", 976563},
    {"1", "TB", 976562500},
    {"1", "PB", 976562500000},
    {"1", "EB", 976562500000000},
    /* bytes, rounded up */
    {"1", "b", 1},
    {"1024", "bytes", 1},
    {"1025", "byte", 2},
    {"0", "b", 0},
    /* the case of letters does not count */
    {"1", "mIb", 1024},
    {"1", "BYTES", 1},
    /* blanks and line ends around the number, as XML is laid out */
    {"\n    8\n  ", "KiB", 8},
    {"\t8 ", "KiB", 8},
    /* the most that counts as bytes in 63 bits */
    {"9223372036854775808", "b", 9007199254740992},
    {"9007199254740992", "KiB", 9007199254740992},
    {"8", "EiB", 9007199254740992},
};

START_TEST(reads_sizes)
{
    struct vx_str unit = sizes[_i].unit ? vx_str_c(sizes[_i].unit) : VX_STR_NONE;
    uint64_t kib = UINT64_MAX;

    ck_assert(vx_units_kib(vx_str_c(sizes[_i].text), unit, &kib));
    ck_assert_uint_eq(kib, sizes[_i].kib);
}

END_TEST

static const struct {
    const char *text, *unit;
} not_sizes[] = {
    {"", NULL},
    {"  ", NULL},
    {"-1", NULL},
    {"+1", NULL},
    {"1.5", "GiB"},
    {"1e3", NULL},
    {"0x10", NULL},
    {"1 2", NULL},
    {"1k", NULL},
    {"one", NULL},
    {"1", "kb "},
    {"1", "Ki"},
    {"1", "zorks"},
    {"0", "zorks"},
    {"18446744073709551616", NULL},
    {"9223372036854775809", "b"},
    {"9007199254740993", "KiB"},
    {"9", "EiB"},
    {"18446744073709551615", "EiB"},
};

START_TEST(refuses_what_is_no_size)
{
    struct vx_str unit =
        not_sizes[_i].unit ? vx_str_c(not_sizes[_i].unit) : VX_STR_NONE;
    uint64_t kib = 4711;

    ck_assert(!vx_units_kib(vx_str_c(not_sizes[_i].text), unit, &kib));
    ck_assert_uint_eq(kib, 4711);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("units");
    TCase *c = tcase_create("units");

    tcase_add_loop_test(c, reads_sizes, 0, VX_COUNT(sizes));
    tcase_add_loop_test(c, refuses_what_is_no_size, 0, VX_COUNT(not_sizes));
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
