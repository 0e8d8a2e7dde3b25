/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slips in names, by example and over all names of the catalogue. */
#include "doc/nearest.h"

#include <time.h>

#include "doc/facts.h"

#include "docs.h"
#include "random.h"

static const struct {
    const char *key, *meant; /* NULL: nothing is near */
} slips[] = {
    {"ethernet0.virtualDve", "ethernet0.virtualDev"},  /* two in the wrong order */
    {"ETHERNET12.VIRTUALDE", "ethernet12.virtualDev"}, /* one missing */
    {"etherent0.virtualDev", "ethernet0.virtualDev"},  /* in the device's name */
    {"scsi0:15.fileNamee", "scsi0:15.fileName"},       /* one too many */
    {"scsi3:1.fileMame", "scsi3:1.fileName"},          /* one wrong */
    {"sata1:2.devicetipes", "sata1:2.deviceType"},     /* two */
    {"sched.scsi0:1.share", "sched.scsi0:1.shares"},
    {"scsi00:1.fileName", "scsi0:1.fileName"}, /* no number of a device */
    {"memSizes", "memSize"},
    {"mem.size", "memSize"},
    {"numvcpu", "numvcpus"},
    {"displaynam", "displayName"},
    {"isolation.tools.cpoy.disable", "isolation.tools.copy.disable"},
    {"RemoteDisplay.vnc.enable", "RemoteDisplay.vnc.enabled"},
    {"debugStub.listen.guest65",
     "debugStub.listen.guest32"}, /* wrong: guest32, guest64 */
    {"e1001.noOprom", "e1000.noOprom"},
    {"memSize", NULL}, /* right as it is */
    {"scsi0:1.fileName", NULL},
    {"scsi0:1.mud", NULL},                 /* lun, mode: too short for two slips */
    {"ethernet99999999999.present", NULL}, /* right but for its number */
    {"cpuid.0000000d.ebx", NULL},
    {"ethernet.virtualDev", NULL}, /* which one? */
    {"someVendor.plugin.option", NULL},
    {"x", NULL},
    {"..", NULL},
};

START_TEST(meant)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1000);
    uint16_t entry = vx_key_nearest(vx_str_c(slips[_i].key), &out);

    if (slips[_i].meant == NULL) {
        ck_assert_msg(entry == VX_KEY_NO_ENTRY && out.size == 0, "%s is near %.*s",
                      slips[_i].key, (int)out.size, out.data);
        return;
    }
    ck_assert_msg(entry != VX_KEY_NO_ENTRY, "%s is near nothing", slips[_i].key);
    ck_assert_slice_eq(vx_buf_text(&out), vx_str_c(slips[_i].meant));
}

END_TEST

/* ---- every name, broken once ----------------------------------------------------- */

static void
spell_entry(uint16_t entry, struct vx_buf *out)
{
    out->size = 0;
    for (const char *at = vx_key_pattern(entry); *at; at++) {
        if (*at != '[') {
            vx_buf_char(out, *at);
            continue;
        }
        vx_buf_char(out, vx_is_digit((unsigned char)at[1]) ? at[1] : '1');
        at = strchr(at, ']');
    }
}

static bool
is_known(struct vx_str key)
{
    struct vx_line line = {.text = key.s, .key_size = (uint32_t)key.n};

    vx_key_learn(&line);
    return vx_key_known(line.entry);
}

/* Two letters side by side change places.  What comes out is the name, or another that
 * is as near; nearly always it is the name. */
START_TEST(every_name_is_found_again)
{
    struct vx_buf name VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct vx_buf slip VX_AUTO(vx_buf_done) = VX_BUF(1000);
    int tried = 0, found = 0;

    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        if (vx_key_bags[entry] == 0 || vx_key_entries[entry].len < 8)
            continue;
        spell_entry(entry, &name);
        for (size_t i = name.size - 5; i + 1 < name.size; i++) {
            char c = name.data[i];

            if (!vx_is_alpha((unsigned char)c)
                || !vx_is_alpha((unsigned char)name.data[i + 1])
                || vx_same_letter(c, name.data[i + 1]))
                continue;
            slip.size = out.size = 0;
            vx_buf_str(&slip, vx_buf_text(&name));
            slip.data[i] = slip.data[i + 1];
            slip.data[i + 1] = c;
            if (is_known(vx_buf_text(&slip)))
                continue;
            tried++;
            vx_key_nearest(vx_buf_text(&slip), &out);
            found += vx_str_eq(vx_buf_text(&out), vx_buf_text(&name));
        }
    }
    ck_assert_int_gt(tried, 1500);
    ck_assert_msg(found * 100 > tried * 99, "%d of %d", found, tried);
}

END_TEST

/* The table of letters is what the names say. */
START_TEST(bags_are_of_the_names)
{
    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        const struct vx_key_entry *row = &vx_key_entries[entry];
        const char *normal = vx_key_text + row->norm;
        uint32_t bag = 0;

        for (uint32_t i = 0; i < row->len; i++) {
            const char *others = "#.:-", *other = strchr(others, normal[i]);

            if (normal[i] >= 'a' && normal[i] <= 'z')
                bag |= 1u << (normal[i] - 'a');
            else
                bag |= 1u << (26 + (other ? other - others : 4));
        }
        if (row->flags & (VX_KEY_WILD | VX_KEY_PREFIX))
            bag = 0;
        ck_assert_msg(vx_key_bags[entry] == bag, "%s: %x, not %x",
                      vx_key_pattern(entry), vx_key_bags[entry], bag);
    }
}

END_TEST

/* A file of unknown keys is no way to keep a linter busy: 10,000 of them are looked at
 * in well under a second, even with sanitizers. */
START_TEST(unknown_keys_are_passed_over)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct vx_random random = VX_RANDOM;
    clock_t start = clock();

    for (int i = 0; i < 10000; i++) {
        char key[40];
        size_t size = 8 + vx_random_below(&random, 30);

        for (size_t k = 0; k < size; k++)
            key[k] = "etaoinshrdlu.pm"[vx_random_below(&random, 15)];
        out.size = 0;
        vx_key_nearest(vx_str_of(key, size), &out);
    }
    ck_assert_int_lt((int)((clock() - start) / CLOCKS_PER_SEC), 5);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("nearest");
    TCase *core = tcase_create("nearest");

    tcase_add_loop_test(core, meant, 0, VX_COUNT(slips));
    tcase_add_test(core, every_name_is_found_again);
    tcase_add_test(core, bags_are_of_the_names);
    tcase_add_test(core, unknown_keys_are_passed_over);
    suite_add_tcase(suite, core);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
