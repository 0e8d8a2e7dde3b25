/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which guestOS an id of libosinfo's leads to. */
#include "model/guestos.h"

#include "base/auto.h"
#include "main.h"

static const struct {
    const char *id;
    enum vx_arch arch;
    const char *word; /* NULL: none */
} cases[] = {
    /* the very id */
    {"http://debian.org/debian/11", VX_ARCH_X86_64, "debian11-64"},
    {"http://debian.org/debian/11", VX_ARCH_I686, "debian11"},
    {"http://debian.org/debian/11", VX_ARCH_AARCH64, "arm-debian11-64"},
    {"http://microsoft.com/win/10", VX_ARCH_X86_64, "windows9-64"},
    /* its series */
    {"http://redhat.com/rhel/8.4", VX_ARCH_X86_64, "rhel8-64"},
    {"http://redhat.com/rhel/9-unknown", VX_ARCH_X86_64, "rhel9-64"},
    {"http://centos.org/centos/7.9", VX_ARCH_X86_64, "centos7-64"},
    {"http://suse.com/sles/12sp4", VX_ARCH_X86_64, "sles12-64"},
    {"http://freebsd.org/freebsd/13.2", VX_ARCH_X86_64, "freeBSD13-64"},
    {"http://microsoft.com/win/8.1", VX_ARCH_X86_64, "windows8-64"},
    /* any release of the system */
    {"http://fedoraproject.org/fedora/38", VX_ARCH_X86_64, "fedora-64"},
    {"http://fedoraproject.org/fedora/rawhide", VX_ARCH_X86_64, "fedora-64"},
    {"http://opensuse.org/opensuse/15.4", VX_ARCH_X86_64, "opensuse-64"},
    /* words that have no id */
    {"http://ubuntu.com/ubuntu/22.04", VX_ARCH_X86_64, "ubuntu-64"},
    {"http://ubuntu.com/ubuntu/8.04", VX_ARCH_I686, "ubuntu"},
    {"http://debian.org/debian/12", VX_ARCH_X86_64, "debian12-64"},
    {"http://microsoft.com/win/2k12r2", VX_ARCH_X86_64, "windows8srv-64"},
    {"http://redhat.com/rhel/10.0", VX_ARCH_X86_64, "rhel10-64"},
    {"http://freebsd.org/freebsd/14.0", VX_ARCH_I686, "freeBSD14"},
    /* none */
    {"http://microsoft.com/win/2k99", VX_ARCH_X86_64, NULL},
    {"http://redhat.com/rhel/99.1", VX_ARCH_X86_64, NULL},
    {"http://archlinux.org/archlinux/rolling", VX_ARCH_X86_64, NULL},
    {"http://microsoft.com/win/11", VX_ARCH_I686, NULL},
    {"http://almalinux.org/almalinux/9", VX_ARCH_I686, NULL},
    {"http://redhat.com/rhel/", VX_ARCH_X86_64, NULL},
    {"8", VX_ARCH_X86_64, NULL},
    {"", VX_ARCH_X86_64, NULL},
};

START_TEST(an_id_leads_to_a_word)
{
    const char *word = vx_guestos_back(vx_str_c(cases[_i].id), cases[_i].arch);

    if (cases[_i].word == NULL)
        ck_assert_msg(word == NULL, "%s is %s", cases[_i].id, word ? word : "");
    else
        ck_assert_pstr_eq(word, cases[_i].word);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("guestos");
    TCase *back = tcase_create("back");

    tcase_add_loop_test(back, an_id_leads_to_a_word, 0, (int)VX_COUNT(cases));
    suite_add_tcase(s, back);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
