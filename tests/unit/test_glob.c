/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/glob.h"

#include "base/auto.h"
#include "main.h"

static const struct {
    const char *pattern, *text;
    bool matches;
} cases[] = {
    {"", "", true},
    {"", "a", false},
    {"*", "", true},
    {"*", "scsi0:1.fileName", true},
    {"memSize", "memsize", true},
    {"memsize", "memsize2", false},
    {"memsize2", "memsize", false},
    {"ethernet[0-9]*.pciSlotNumber", "ethernet0.pcislotnumber", true},
    {"ethernet[0-9]*.pciSlotNumber", "Ethernet10.pciSlotNumber", true},
    {"ethernet[0-9]*.pciSlotNumber", "ethernetX.pciSlotNumber", false},
    {"ethernet[0-9]*.pciSlotNumber", "ethernet0.pciSlotNumbers", false},
    {"*.pciSlotNumber", "usb_xhci.pciSlotNumber", true},
    {"*a*b*c", "xaybzc", true},
    {"*a*b*c", "xaybz", false},
    {"a*a", "a", false},
    {"a*a", "aba", true},
    {"scsi?:?.present", "scsi0:1.present", true},
    {"scsi?:?.present", "scsi0:10.present", false},
    {"[!0-9]x", "ax", true},
    {"[!0-9]x", "1x", false},
    {"[^0-9]x", "1x", false},
    {"[]a]", "]", true},
    {"[]a]", "A", true},
    {"[!]]", "]", false},
    {"[a-]", "-", true},
    {"[-a]", "-", true},
    {"[ab", "[ab", true},
    {"[ab", "a", false},
    {"[", "[", true},
    {"[]", "[]", true},
    {"a[c-a]", "ab", false},
};

START_TEST(matches_as_a_shell_does)
{
    ck_assert_msg(vx_glob(vx_str_c(cases[_i].pattern), vx_str_c(cases[_i].text))
                      == cases[_i].matches,
                  "\"%s\" and \"%s\"", cases[_i].pattern, cases[_i].text);
}

END_TEST

/* What backtracks into every star takes longer than the world has been there. */
START_TEST(takes_no_longer_than_it_must)
{
    static char text[20000], pattern[2001];

    memset(text, 'a', sizeof(text));
    for (size_t i = 0; i < sizeof(pattern) - 1; i += 2)
        memcpy(pattern + i, "*a", 2);
    pattern[sizeof(pattern) - 1] = 'b';
    ck_assert(
        !vx_glob(vx_str_of(pattern, sizeof(pattern)), vx_str_of(text, sizeof(text))));
}

END_TEST

START_TEST(tells_a_pattern_from_a_name)
{
    ck_assert(vx_glob_any(VX_STR("a*")));
    ck_assert(vx_glob_any(VX_STR("a?")));
    ck_assert(vx_glob_any(VX_STR("a[b]")));
    ck_assert(!vx_glob_any(VX_STR("a[b")));
    ck_assert(!vx_glob_any(VX_STR("scsi0:1.fileName")));
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("glob");
    TCase *t = tcase_create("glob");

    tcase_add_loop_test(t, matches_as_a_shell_does, 0, VX_COUNT(cases));
    tcase_add_test(t, takes_no_longer_than_it_must);
    tcase_add_test(t, tells_a_pattern_from_a_name);
    suite_add_tcase(s, t);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
