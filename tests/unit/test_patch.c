/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/patch.h"
#include "docs.h"
#include "random.h"

static void
patch_end(struct vmx_patch **patch)
{
    vmx_patch_free(*patch);
}

#define AUTO_PATCH VX_AUTO(patch_end)

static struct vmx_patch *
between(struct vmx_doc *a, struct vmx_doc *b, bool all)
{
    struct vmx_patch *patch = NULL;

    ck_ok(vmx_patch_between(a, b, all, &patch));
    return patch;
}

static struct vmx_patch *
parse(const char *text)
{
    struct vmx_patch *patch = NULL;

    ck_ok(vmx_patch_parse(text, strlen(text), NULL, &patch));
    return patch;
}

#define ck_assert_patch(patch, text)                                                   \
    ck_assert_str_eq(vmx_patch_text((patch), NULL), "vmx-patch 1\n" text)

/* ---- making ---------------------------------------------------------------------- */

START_TEST(edits)
{
    struct vmx_doc *a AUTO_DOC =
        DOC("memSize = \"4096\"\nnumvcpus = \"2\"\na.b = \"x\"\n");
    struct vmx_doc *b AUTO_DOC =
        DOC("numvcpus = \"2\"\nMEMSIZE = \"8192\"\nc = \"|22\"\n");
    struct vmx_patch *patch AUTO_PATCH = between(a, b, false);

    ck_assert_patch(patch, "set memSize = \"4096\" -> \"8192\"\n"
                           "remove a.b = \"x\"\n"
                           "add c = \"|22\"\n");
    ck_assert_uint_eq(vmx_patch_count(patch), 3);
    ck_assert_str_eq(vmx_patch_edit(patch, 2)->after, "\"");
    ck_assert_ptr_null(vmx_patch_edit(patch, 2)->before);
    ck_assert_ptr_null(vmx_patch_edit(patch, 3));
}

END_TEST

/* Spelling, order, encoding, comments. */
START_TEST(no_edit)
{
    struct vmx_doc *a AUTO_DOC = DOC("numvcpus = \"2\"\nmemSize = \"+04096\"\n"
                                     "vhv.enable = \"yes\"\nfirmware = \"EFI\"\n"
                                     "displayName = \"a%2fb\"\n# x\n");
    struct vmx_doc *b AUTO_DOC =
        DOC(".encoding = \"windows-1252\"\nMEMSIZE = 4096\ndisplayname = \"a|2fb\"\n"
            "vhv.enable = \"TRUE\"\nfirmware = \"efi\"\nnumvcpus='2'\n");
    struct vmx_patch *patch AUTO_PATCH = between(a, b, true);

    ck_assert_patch(patch, "");
}

END_TEST

START_TEST(host_keys)
{
    struct vmx_doc *a AUTO_DOC =
        DOC("cleanShutdown = \"TRUE\"\nethernet0.present = \"TRUE\"\n"
            "ethernet0.pciSlotNumber = \"33\"\nethernet1.present = \"TRUE\"\n"
            "ethernet1.pciSlotNumber = \"34\"\n");
    struct vmx_doc *b AUTO_DOC =
        DOC("cleanShutdown = \"FALSE\"\nethernet0.present = \"TRUE\"\n"
            "ethernet0.pciSlotNumber = \"160\"\n");
    struct vmx_patch *some AUTO_PATCH = between(a, b, false);
    struct vmx_patch *all AUTO_PATCH = between(a, b, true);

    ck_assert_patch(some, "remove ethernet1.present = \"TRUE\"\n"
                          "remove ethernet1.pciSlotNumber = \"34\"\n");
    ck_assert_uint_eq(vmx_patch_count(all), 4);
}

END_TEST

/* What a device said while it was not there is no part of what it says now. */
START_TEST(switched_devices)
{
    struct vmx_doc *off AUTO_DOC =
        DOC("ethernet0.present = \"FALSE\"\nethernet0.virtualDev = \"e1000\"\n");
    struct vmx_doc *on AUTO_DOC =
        DOC("ethernet0.present = \"TRUE\"\nethernet0.networkName = \"n\"\n");
    struct vmx_doc *none AUTO_DOC = DOC("a = \"b\"\n");
    struct vmx_patch *rise AUTO_PATCH = between(off, on, false);
    struct vmx_patch *fall AUTO_PATCH = between(on, off, false);
    struct vmx_patch *gone AUTO_PATCH = between(off, none, false);

    ck_assert_patch(rise, "set ethernet0.present = \"FALSE\" -> \"TRUE\"\n"
                          "remove ethernet0.virtualDev = \"e1000\"\n"
                          "add ethernet0.networkName = \"n\"\n");
    ck_assert_patch(fall, "set ethernet0.present = \"TRUE\" -> \"FALSE\"\n");
    ck_assert_patch(gone, "add a = \"b\"\n");
}

END_TEST

/* ---- applying -------------------------------------------------------------------- */

START_TEST(applies)
{
    struct vmx_patch *patch AUTO_PATCH =
        parse("vmx-patch 1\r\n# of a template\n\nset memSize = \"4096\" -> \"8192\"\n"
              "  add a = \"|22|7C\"\nremove \"b c\" = \"x\"");
    struct vmx_doc *doc AUTO_DOC = DOC("# kept\nMEMSIZE = 4096 # tail\nb c = \"x\"\n");

    ck_ok(vmx_patch_apply(patch, doc, false));
    ck_assert_uint_eq(vmx_patch_conflicts(patch), 0);
    ck_assert_str_eq(vmx_doc_get(doc, "memsize"), "8192");
    ck_assert_str_eq(vmx_doc_get(doc, "a"), "\"|");
    ck_assert_ptr_null(vmx_doc_get(doc, "b c"));
    /* Twice is as good as once. */
    ck_ok(vmx_patch_apply(patch, doc, false));
    ck_assert_uint_eq(vmx_patch_conflicts(patch), 0);
}

END_TEST

START_TEST(conflicts)
{
    static const char text[] = "vmx-patch 1\nset memSize = \"4096\" -> \"8192\"\n"
                               "add numvcpus = \"2\"\n"
                               "add ethernet0.virtualDev = \"e1000\" to ethernet0\n"
                               "remove gone = \"x\"\n";
    struct vmx_patch *patch AUTO_PATCH = parse(text);
    struct vmx_doc *doc AUTO_DOC = DOC("memSize = \"1024\"\n");
    const struct vmx_conflict *conflict;

    ck_ok(vmx_patch_apply(patch, doc, false));
    ck_assert_uint_eq(vmx_patch_conflicts(patch), 2);
    ck_assert_doc(doc, VX_STR("memSize = \"1024\"\n"));
    conflict = vmx_patch_conflict(patch, 0);
    ck_assert_str_eq(conflict->edit.key, "memSize");
    ck_assert_str_eq(conflict->found, "1024");
    ck_assert(!conflict->secret);
    conflict = vmx_patch_conflict(patch, 1);
    ck_assert_str_eq(conflict->edit.key, "ethernet0.virtualDev");
    ck_assert_ptr_null(conflict->found);
    ck_assert_ptr_null(vmx_patch_conflict(patch, 2));

    ck_ok(vmx_patch_apply(patch, doc, true));
    ck_assert_uint_eq(vmx_patch_conflicts(patch), 2);
    ck_assert_doc(doc, VX_STR("memSize = \"1024\"\nnumvcpus = \"2\"\n"));
}

END_TEST

/* A document whose encoding lacks a character has it escaped. */
START_TEST(other_encoding)
{
    struct vmx_patch *patch AUTO_PATCH = parse(
        "vmx-patch 1\nset annotation = \"\xC3\xA9\" -> \"\xE4\xB8\xAD\xC3\xA9\"\n");
    struct vmx_doc *doc AUTO_DOC =
        DOC(".encoding = \"windows-1252\"\nannotation = \"\xE9\"\n");

    ck_ok(vmx_patch_apply(patch, doc, false));
    ck_assert_uint_eq(vmx_patch_conflicts(patch), 0);
    ck_assert_str_eq(vmx_doc_get(doc, "annotation"), "\xE4\xB8\xAD\xC3\xA9");
}

END_TEST

/* ---- reading --------------------------------------------------------------------- */

START_TEST(bad_patches)
{
    static const struct {
        const char *text;
        uint32_t line, column;
    } bad[] = {
        {"", 0, 1},
        {"memSize = \"1\"\n", 1, 1},
        {"vmx-patch 2\n", 1, 1},
        {"vmx-patch 1\nput a = \"1\"\n", 2, 1},
        {"vmx-patch 1\nadd = \"1\"\n", 2, 5},
        {"vmx-patch 1\nadd \"\" = \"1\"\n", 2, 8},
        {"vmx-patch 1\nadd a \"1\"\n", 2, 7},
        {"vmx-patch 1\nadd a = 1\n", 2, 9},
        {"vmx-patch 1\nadd a = \"1\n", 2, 9},
        {"vmx-patch 1\nadd a = \"|1\"\n", 2, 9},
        {"vmx-patch 1\nadd a = \"1\" -> \"2\"\n", 2, 13},
        {"vmx-patch 1\nadd a = \"1\" to \n", 2, 16},
        {"vmx-patch 1\nadd a = \"1\" to ethernet0\n", 2, 16},
        {"vmx-patch 1\nadd ethernet0.a = \"1\" to ethernet1\n", 2, 26},
        {"vmx-patch 1\nadd ethernet0.a = \"1\" to ethernet01\n", 2, 36},
        {"vmx-patch 1\nset a = \"1\"\n", 2, 12},
        {"vmx-patch 1\nset a = \"1\" -> 2\n", 2, 16},
        {"vmx-patch 1\nadd a = \"1\"\nadd a = \"\xE9\"\n", 0, 0},
    };

    const char *text = bad[_i].text;
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();
    struct vmx_patch *patch = NULL;
    const struct vmx_diag *diag;

    ck_assert_int_eq(vmx_patch_parse(text, strlen(text), diags, &patch), VMX_ERR_INPUT);
    ck_assert_ptr_null(patch);
    ck_assert_uint_eq(vmx_diags_count(diags), 1);
    diag = vmx_diags_get(diags, 0);
    ck_assert_str_eq(diag->name, "bad-patch");
    ck_assert_uint_eq(diag->line, bad[_i].line);
    if (diag->line)
        ck_assert_uint_eq(diag->column, bad[_i].column);
}

END_TEST

/* Any keys and values come back from the text. */
START_TEST(text_is_lossless)
{
    struct vx_random random = VX_RANDOM;

    for (int round = 0; round < 300; round++) {
        struct vmx_patch *wrote AUTO_PATCH = vx_patch_new(), *read AUTO_PATCH = NULL;
        char key[12], values[2][12];
        size_t size;

        for (int i = 0; i < 8; i++) {
            struct vx_edit edit = {
                .key = vx_str_of(key, 1 + vx_random_below(&random, 11))};
            size_t n = vx_random_below(&random, 12), how = vx_random_below(&random, 3);

            vx_random_fill(&random, key, sizeof(key), NULL, 0);
            vx_random_fill(&random, values[0], sizeof(values[0]), "a\"|\n\r\0 \\#1",
                           10);
            vx_random_fill(&random, values[1], sizeof(values[1]), "a\"|\n\r\0 \\#1",
                           10);
            if (how != 1)
                edit.before = vx_str_of(values[0], n);
            if (how != 0)
                edit.after = vx_str_of(values[1], n);
            ck_assert(vx_patch_add(wrote, &edit));
        }
        ck_assert_ptr_nonnull(vmx_patch_text(wrote, &size));
        ck_ok(vmx_patch_parse(vmx_patch_text(wrote, NULL), size, NULL, &read));
        ck_assert_uint_eq(read->count, wrote->count);
        for (size_t i = 0; i < read->count; i++) {
            ck_assert_slice_eq(read->edits[i].key, wrote->edits[i].key);
            ck_assert_slice_eq(read->edits[i].before, wrote->edits[i].before);
            ck_assert_slice_eq(read->edits[i].after, wrote->edits[i].after);
            ck_assert_ptr_eq(read->edits[i].after.s == NULL ? NULL : read,
                             wrote->edits[i].after.s == NULL ? NULL : read);
        }
    }
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("patch");
    TCase *t = tcase_create("patch");

    tcase_add_test(t, edits);
    tcase_add_test(t, no_edit);
    tcase_add_test(t, host_keys);
    tcase_add_test(t, switched_devices);
    tcase_add_test(t, applies);
    tcase_add_test(t, conflicts);
    tcase_add_test(t, other_encoding);
    tcase_add_loop_test(t, bad_patches, 0, 18);
    tcase_add_test(t, text_is_lossless);
    suite_add_tcase(s, t);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
