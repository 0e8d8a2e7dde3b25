/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the catalogue says of values: laws over all entries, and each type by example.
 */
#include "doc/facts.h"

#include <glob.h>
#include <stdio.h>

#include "base/file.h"

#include "docs.h"

/* A name that a pattern stands for: each number is its lowest, any rest is an x. */
static void
spell_pattern(const char *pattern, struct vx_buf *out)
{
    for (const char *at = pattern; *at; at++) {
        if (*at == '[') {
            vx_buf_char(out, vx_is_digit((unsigned char)at[1]) ? at[1] : '1');
            at = strchr(at, ']');
        } else {
            vx_buf_char(out, *at == '*' ? 'x' : *at);
        }
    }
}

static uint16_t
entry_of(struct vx_str name)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct vmx_doc *doc AUTO_DOC = NULL;

    vx_buf_str(&text, name);
    vx_buf_lit(&text, " = \"\"\n");
    doc = doc_of(vx_buf_text(&text));
    ck_assert_uint_eq(doc->count, 1);
    return doc->lines[0].entry;
}

/* ---- laws over all entries ------------------------------------------------------- */

START_TEST(pattern_leads_to_its_entry)
{
    struct vx_buf name VX_AUTO(vx_buf_done) = VX_BUF(1000);

    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        name.size = 0;
        spell_pattern(vx_key_pattern(entry), &name);
        ck_assert_msg(entry_of(vx_buf_text(&name)) == entry, "%s is another entry",
                      vx_key_pattern(entry));
    }
}

END_TEST

START_TEST(facts_are_plausible)
{
    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        const struct vx_key_facts *facts = vx_key_facts(entry);
        const char *pattern = vx_key_pattern(entry);
        bool implicit = vx_key_entries[entry].flags & VX_KEY_IMPLICIT;

        ck_assert_msg(implicit == (facts->evidence == 0), "%s", pattern);
        ck_assert_msg(implicit || strchr("HDC", facts->evidence), "%s", pattern);
        ck_assert_msg(implicit || *vx_fact(facts->meaning), "%s has no meaning",
                      pattern);
        ck_assert_msg(facts->min_hw <= 22, "%s", pattern);
        for (uint32_t i = 0; i < facts->range_count; i++)
            ck_assert_msg(vx_facts_ranges[facts->ranges + i].min
                              < vx_facts_ranges[facts->ranges + i].max,
                          "%s", pattern);
    }
    ck_assert_ptr_null(vx_key_facts(VX_KEY_NO_ENTRY));
}

END_TEST

START_TEST(default_fits)
{
    int defaults = 0;

    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        const char *fallback = vx_fact(vx_key_facts(entry)->fallback);

        if (*fallback == '\0')
            continue;
        defaults++;
        ck_assert_msg(vx_key_fits(entry, vx_str_c(fallback)) == VX_FITS,
                      "%s: the default %s does not fit", vx_key_pattern(entry),
                      fallback);
    }
    ck_assert_int_gt(defaults, 200);
}

END_TEST

START_TEST(words_fit_and_differ)
{
    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        const struct vx_key_facts *facts = vx_key_facts(entry);
        const char *word = vx_fact(facts->words), *end = word;

        for (uint32_t i = 0; i < facts->word_count; i++, end += strlen(end) + 1) {
            ck_assert_msg(vx_key_fits(entry, vx_str_c(end)) == VX_FITS, "%s: %s",
                          vx_key_pattern(entry), end);
            for (const char *other = word; other < end; other += strlen(other) + 1)
                ck_assert_msg(!vx_str_is(vx_str_c(other), end), "%s: %s twice",
                              vx_key_pattern(entry), end);
        }
    }
}

END_TEST

START_TEST(instead_is_better)
{
    int told = 0;

    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        uint16_t instead = vx_key_facts(entry)->instead;

        if (instead == VX_KEY_NO_ENTRY)
            continue;
        told++;
        ck_assert_uint_lt(instead, VX_KEY_ENTRIES);
        ck_assert_uint_ne(instead, entry);
        ck_assert_msg(!(vx_key_facts(instead)->flags & VX_FACT_DEPRECATED),
                      "%s leads to another deprecated key", vx_key_pattern(entry));
        ck_assert_uint_eq(vx_key_entries[instead].kind, vx_key_entries[entry].kind);
        ck_assert_uint_eq(vx_key_entries[instead].sub, vx_key_entries[entry].sub);
    }
    ck_assert_int_gt(told, 5);
}

END_TEST

START_TEST(something_is_expected)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(2000);

    for (uint16_t entry = 0; entry < VX_KEY_ENTRIES; entry++) {
        out.size = 0;
        vx_key_expects(entry, &out);
        ck_assert_msg(out.size && !out.failed, "%s", vx_key_pattern(entry));
    }
}

END_TEST

/* ---- by example ------------------------------------------------------------------ */

static const struct {
    const char *key, *value;
    enum vx_fit fit;
} fits[] = {
    {"logging", "TRUE", VX_FITS},
    {"logging", "false", VX_FITS},
    {"logging", "yes", VX_LOOSE},
    {"logging", "0", VX_LOOSE},
    {"logging", "maybe", VX_BAD_TYPE},
    {"logging", "", VX_BAD_TYPE},
    {"vmotion.svga.supports3D", "1", VX_FITS}, /* what products write there */
    {"memsize", "4096", VX_FITS},
    {"memsize", "04096", VX_LOOSE},
    {"memsize", "+4096", VX_LOOSE},
    {"memsize", "-0", VX_OUT_OF_RANGE},
    {"memsize", "3", VX_OUT_OF_RANGE},
    {"memsize", "4 GB", VX_BAD_TYPE},
    {"memsize", "much", VX_BAD_TYPE},
    {"memsize", "99999999999999999999", VX_BAD_TYPE},
    {"config.version", "8", VX_FITS},
    {"config.version", "9", VX_OUT_OF_RANGE},
    {"virtualHW.version", "4", VX_FITS},
    {"virtualHW.version", "5", VX_OUT_OF_RANGE},
    {"virtualHW.version", "22", VX_FITS},
    {"virtualHW.version", "23", VX_OUT_OF_RANGE},
    {"snapshot.maxSnapshots", "many", VX_FITS}, /* open */
    {"ethernet0.features", "7", VX_FITS},       /* as well, but a number it is */
    {"ethernet0.features", "many", VX_BAD_TYPE},
    {"tools.setInfo.sizeLimit", "1048576", VX_FITS},
    {"tools.setInfo.sizeLimit", "1 M", VX_LOOSE},
    {"tools.setInfo.sizeLimit", "1 X", VX_BAD_TYPE},
    {"firmware", "efi", VX_FITS},
    {"firmware", "EFI", VX_LOOSE},
    {"firmware", "uefi", VX_NOT_A_WORD},
    {".encoding", "ISO-8859-15", VX_FITS}, /* open */
    {".encoding", "utf-8", VX_LOOSE},
    {"sched.cpu.shares", "normal", VX_FITS},
    {"sched.cpu.shares", "Normal", VX_LOOSE},
    {"sched.cpu.shares", "2000", VX_FITS},
    {"sched.cpu.shares", "0", VX_OUT_OF_RANGE},
    {"sched.cpu.shares", "lots", VX_NOT_A_WORD},
    {"uuid.bios", "56 4d 01 02 03 04 05 06-07 08 09 0a 0b 0c 0d 0e", VX_FITS},
    {"uuid.bios", "564d0102-0304-0506-0708-090a0b0c0d0e", VX_LOOSE},
    {"uuid.bios", "{564d010203040506-0708090a0b0c0d0e}", VX_LOOSE},
    {"uuid.bios", "", VX_FITS},
    {"encryptedVM.guid", "{564D0102-0304-0506-0708-090A0B0C0D0E}", VX_FITS},
    {"uuid.bios", "564d0102-0304-0506-0708-090a0b0c0d0", VX_BAD_TYPE},
    {"uuid.bios", "56 4d 01 02 03 04 05 06-07 08 09 0a 0b 0c 0d 0g", VX_BAD_TYPE},
    {"ethernet0.address", "00:50:56:00:00:01", VX_FITS},
    {"ethernet0.address", "00-50-56-00-00-01", VX_LOOSE},
    {"ethernet0.address", "00:50:56:00:00", VX_BAD_TYPE},
    {"ethernet0.address", "00:50:56:00:00:zz", VX_BAD_TYPE},
    {"scsi0:0.fileName", "anything", VX_FITS},
    {"scsi0:0.mode", "persistent", VX_FITS},
    {"scsi0:0.mode", "forever", VX_NOT_A_WORD},
    {"scsi0:0.mode", "", VX_FITS},
    {"memsize", "", VX_BAD_TYPE},
    {"nvme0.virtualDev", "nvme", VX_FITS}, /* borrowed from SCSI: its words bind not */
    {"guestinfo.anything", "at all", VX_FITS},
    {"scsi0:0.noSuchProperty", "x", VX_FITS},
    {"no.such.key", "x", VX_FITS},
};

START_TEST(values_fit)
{
    enum vx_fit fit =
        vx_key_fits(entry_of(vx_str_c(fits[_i].key)), vx_str_c(fits[_i].value));

    ck_assert_msg(fit == fits[_i].fit, "%s = \"%s\" gives %d", fits[_i].key,
                  fits[_i].value, fit);
}

END_TEST

static const struct {
    const char *key, *expected;
} expectations[] = {
    {"logging", "TRUE or FALSE"},
    {"displayName", "text"},
    {"nvram", "the name of a file"},
    {"guestOS", "a word"},
    {"vm.genid", "a number"},
    {"memsize", "a number of at least 4 (MiB)"},
    {"bios.bootDelay", "a number from 0 to 10000 (ms)"},
    {"RemoteDisplay.vnc.port", "a number from 0 to 65535"},
    {"config.version", "one of 6, 7, 8"},
    {"virtualHW.version", "3, 4 or a number from 6 to 22"},
    {"sched.cpu.shares", "low, normal, high or a number from 1 to 1000000"},
    {"firmware", "bios or efi"},
    {"scsi0.sharedBus", "one of none, virtual, physical"},
    {"RemoteDisplay.vnc.keymap", "such as us, de, fr"},
    {"uuid.bios", "16 hexadecimal bytes, with a dash behind the eighth"},
    {"ethernet0.address", "six hexadecimal bytes with colons between"},
    {"no.such.key", "text"},
};

START_TEST(expects)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1000);

    vx_key_expects(entry_of(vx_str_c(expectations[_i].key)), &out);
    ck_assert_slice_eq(vx_buf_text(&out), vx_str_c(expectations[_i].expected));
}

END_TEST

START_TEST(facts_of_a_row)
{
    const struct vx_key_facts *facts = vx_key_facts(entry_of(VX_STR("vhv.allow")));

    ck_assert_uint_eq(facts->flags, VX_FACT_DEPRECATED);
    ck_assert_uint_eq(facts->instead, entry_of(VX_STR("vhv.enable")));
    ck_assert_int_eq(facts->evidence, 'C');
    ck_assert_uint_eq(facts->min_hw, 8);
    ck_assert_uint_eq(facts->product, VX_PRODUCT_BOTH);
    ck_assert_str_eq(vx_fact(facts->fallback), "FALSE");

    facts = vx_key_facts(entry_of(VX_STR(".encoding"))); /* the first of all */
    ck_assert_uint_eq(facts->flags, VX_FACT_OPEN);
    facts = vx_key_facts(entry_of(VX_STR("numvcpus")));
    ck_assert_str_eq(vx_fact(facts->vi), "numCPUs");
    facts = vx_key_facts(entry_of(VX_STR("ethernet0.coalescingScheme")));
    ck_assert_uint_eq(facts->apply, VX_APPLY_LIVE);
    facts = vx_key_facts(entry_of(VX_STR("vc.uuid")));
    ck_assert_uint_eq(facts->product, VX_PRODUCT_ESX);
    /* What a property of one bus says is said of the others. */
    facts = vx_key_facts(entry_of(VX_STR("sata1:2.shared")));
    ck_assert_uint_eq(facts->flags, VX_FACT_DEPRECATED | VX_FACT_BORROWED);
    ck_assert_uint_eq(facts->instead, entry_of(VX_STR("sata1:2.sharing")));
}

END_TEST

/* ---- real files ------------------------------------------------------------------ */

/* Of which not one value is out of place: what products wrote and run is right. */
static void
assert_fits(const char *path)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vmx_doc *doc AUTO_DOC = NULL;
    int error;

    ck_ok(vx_file_read(path, &text, &error));
    doc = doc_of(vx_buf_text(&text));
    for (size_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i];
        enum vx_fit fit;

        if (line->kind != VX_LINE_ENTRY)
            continue;
        fit = vx_key_fits(line->entry, vx_doc_value(doc, line));
        ck_assert_msg(fit == VX_FITS || fit == VX_LOOSE, "%s:%u does not fit: %d", path,
                      line->number, fit);
    }
}

START_TEST(real_files_fit)
{
    const char *top = getenv("abs_top_srcdir"), *corpus = getenv("VMX_CORPUS");
    struct vx_buf pattern VX_AUTO(vx_buf_done) = VX_BUF(4096);
    glob_t files = {0};

    vx_buf_printf(&pattern, "%s%s/vmx/*.vmx",
                  corpus ? corpus
                  : top  ? top
                         : ".",
                  corpus ? "" : "/../shared/corpus");
    vx_buf_char(&pattern, '\0');
    glob(pattern.data, 0, NULL, &files);
    for (size_t i = 0; i < files.gl_pathc; i++)
        assert_fits(files.gl_pathv[i]);
    ck_assert(corpus == NULL || files.gl_pathc);
    printf("real files: %zu\n", files.gl_pathc);
    globfree(&files);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("facts");
    TCase *laws = tcase_create("laws"), *examples = tcase_create("examples");

    tcase_add_test(laws, pattern_leads_to_its_entry);
    tcase_add_test(laws, facts_are_plausible);
    tcase_add_test(laws, default_fits);
    tcase_add_test(laws, words_fit_and_differ);
    tcase_add_test(laws, instead_is_better);
    tcase_add_test(laws, something_is_expected);
    suite_add_tcase(suite, laws);
    tcase_add_loop_test(examples, values_fit, 0, VX_COUNT(fits));
    tcase_add_loop_test(examples, expects, 0, VX_COUNT(expectations));
    tcase_add_test(examples, facts_of_a_row);
    tcase_add_test(examples, real_files_fit);
    suite_add_tcase(suite, examples);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
