/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff/diff.h"
#include "docs.h"

static void
diff_end(struct vmx_diff **diff)
{
    vmx_diff_free(*diff);
}

#define AUTO_DIFF VX_AUTO(diff_end)

static struct vmx_diff *
compare(struct vmx_doc *a, struct vmx_doc *b, const struct vmx_diff_options *options)
{
    struct vmx_diff *diff = NULL;

    ck_ok(vmx_diff_new(a, b, options, &diff));
    return diff;
}

/* "scsi0:1>scsi0:2 mode: a>b (identity); ..." */
static void
tell(const struct vmx_diff *diff, struct vx_buf *out)
{
    const struct vmx_difference *row;

    for (size_t i = 0; (row = vmx_diff_get(diff, i)) != NULL; i++) {
        vx_buf_printf(out, "%s %s", vmx_change_text(row->change),
                      row->key ? row->key : row->device);
        if (strcmp(row->device, row->device_after) != 0)
            vx_buf_printf(out, ">%s", row->key ? row->key_after : row->device_after);
        if (row->before)
            vx_buf_printf(out, " %s", row->before);
        if (row->after)
            vx_buf_printf(out, " -> %s", row->after);
        if (row->concern != VMX_CONCERN_CONFIGURATION)
            vx_buf_printf(out, " (%s)", vmx_concern_text(row->concern));
        vx_buf_char(out, '\n');
    }
    vx_buf_char(out, '\0');
    ck_assert(!out->failed);
}

static void
assert_diff(const char *a, const char *b, const struct vmx_diff_options *options,
            const char *expected)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);
    struct vmx_doc *one AUTO_DOC = doc_of(vx_str_c(a)),
                        *two AUTO_DOC = doc_of(vx_str_c(b));
    struct vmx_diff *diff AUTO_DIFF = compare(one, two, options);

    tell(diff, &text);
    ck_assert_str_eq(text.data, expected);
}

START_TEST(same_meaning)
{
    static const char *const pairs[][2] = {
        {"", ""},
        {"memSize = \"1024\"", "MEMSIZE=01024"},
        {"vhv.enable = \"TRUE\"", "vhv.enable = \"yes\""},
        {"vhv.enable = \"FALSE\"", ""},
        {"firmware = \"bios\"", ""},
        {"firmware = \"EFI\"", "firmware = \"efi\""},
        {"annotation = \"|61\"", "annotation = \"a\""},
        {"displayName = \"%61\"", "displayName = \"a\""},
        {"annotation = \"\xC3\xA9\"",
         ".encoding = \"windows-1252\"\nannotation = \"\xE9\""},
        {"a = \"1\"\nb = \"2\"\n", "# c\nb = \"2\"\r\na = '1'"},
        {"a = \"1\"\na = \"2\"\n", "a = \"1\""},
        {"ethernet0.present = \"FALSE\"\nethernet0.virtualDev = \"e1000\"", ""},
        {"scsi0:0.present = \"FALSE\"", "scsi0:1.present = \"no\""},
        {"uuid.bios = \"56 4d 92 bc 65 3b ae 44-6a 32 8e 82 fe 54 0c c2\"",
         "uuid.bios = \"564D92BC653BAE446A328E82FE540CC2\""},
        {"ethernet0.address = \"00:50:56:AA:bb:cc\"",
         "ethernet0.address = \"00-50-56-aa-bb-cc\""},
        {"cleanShutdown = \"FALSE\"\nscsi0.pciSlotNumber = \"16\"", "vm.genid = \"1\""},
    };

    assert_diff(pairs[_i][0], pairs[_i][1], NULL, "");
    assert_diff(pairs[_i][1], pairs[_i][0], NULL, "");
}

END_TEST

START_TEST(keys)
{
    assert_diff("memSize = \"1024\"\na = \"x\"\n", "memSize = \"2048\"\nb = \"x\"\n",
                NULL,
                "changed memSize 1024 -> 2048\n"
                "removed a x\n"
                "added b -> x\n");
    /* An explicit default that becomes something else has a line on both sides. */
    assert_diff("vhv.enable = \"FALSE\"\n", "vhv.enable = \"TRUE\"\n", NULL,
                "changed vhv.enable FALSE -> TRUE\n");
    assert_diff("vhv.enable = \"TRUE\"\n", "", NULL, "removed vhv.enable TRUE\n");
    assert_diff("uuid.bios = \"1\"\n", "uuid.bios = \"2\"\n", NULL,
                "changed uuid.bios 1 -> 2 (identity)\n");
    /* What is a string keeps its case, and a path. */
    assert_diff("annotation = \"a\"\nnvram = \"a\"\n",
                "annotation = \"A\"\nnvram = \"A\"\n", NULL,
                "changed annotation a -> A\n"
                "changed nvram a -> A (identity)\n");
}

END_TEST

START_TEST(devices)
{
    assert_diff(
        "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"a.vmdk\"\n"
        "scsi0:1.mode = \"persistent\"\nsched.scsi0:1.shares = \"high\"\n",
        "scsi0:2.present = \"TRUE\"\nscsi0:2.fileName = \"a.vmdk\"\n"
        "scsi0:2.mode = \"independent-persistent\"\nsched.scsi0:2.shares = \"high\"\n",
        NULL,
        "moved scsi0:1>scsi0:2\n"
        "changed scsi0:1.mode>scsi0:2.mode persistent -> independent-persistent\n");
    /* Another file at the same place is the same drive with another file. */
    assert_diff("scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"a.vmdk\"\n",
                "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"b.vmdk\"\n", NULL,
                "changed scsi0:1.fileName a.vmdk -> b.vmdk (identity)\n");
    /* Two that change places. */
    assert_diff("scsi0:0.fileName = \"a\"\nscsi0:1.fileName = \"b\"\n",
                "scsi0:0.fileName = \"b\"\nscsi0:1.fileName = \"a\"\n", NULL,
                "moved scsi0:1>scsi0:0\nmoved scsi0:0>scsi0:1\n");
    /* One leaves, another comes to its place from elsewhere. */
    assert_diff("scsi0:0.fileName = \"a\"\nscsi0:1.fileName = \"b\"\n",
                "scsi0:0.fileName = \"b\"\n", NULL,
                "removed scsi0:0\nremoved scsi0:0.fileName a (identity)\n"
                "moved scsi0:1>scsi0:0\n");
    /* A file that two drives have tells neither. */
    assert_diff("ide0:0.fileName = \"a.iso\"\nide1:0.fileName = \"a.iso\"\n",
                "ide0:1.fileName = \"a.iso\"\n", NULL,
                "removed ide0:0\nremoved ide0:0.fileName a.iso (identity)\n"
                "added ide0:1\nadded ide0:1.fileName -> a.iso (identity)\n"
                "removed ide1:0\nremoved ide1:0.fileName a.iso (identity)\n");
    assert_diff("ethernet0.present = \"TRUE\"\nethernet0.generatedAddress = "
                "\"00:50:56:00:00:01\"\nethernet0.vnet = \"a\"\n",
                "ethernet1.present = \"TRUE\"\nethernet1.generatedAddress = "
                "\"00:50:56:00:00:01\"\nethernet1.vnet = \"b\"\n",
                NULL,
                "moved ethernet0>ethernet1\n"
                "changed ethernet0.vnet>ethernet1.vnet a -> b\n");
    assert_diff("ethernet0.present = \"FALSE\"\nethernet0.vnet = \"a\"\n",
                "ethernet0.present = \"TRUE\"\nethernet0.vnet = \"a\"\n", NULL,
                "added ethernet0\nadded ethernet0.present -> TRUE\n"
                "added ethernet0.vnet -> a\n");
}

END_TEST

START_TEST(host_keys)
{
    struct vmx_diff_options all = VMX_DIFF_OPTIONS;
    struct vmx_doc *a AUTO_DOC =
        DOC("scsi0.pciSlotNumber = \"16\"\nscsi0.present = \"TRUE\"\n");
    struct vmx_doc *b AUTO_DOC =
        DOC("scsi0.pciSlotNumber = \"17\"\nscsi0.present = \"TRUE\"\n");
    struct vmx_diff *diff AUTO_DIFF = compare(a, b, NULL);

    ck_assert_uint_eq(vmx_diff_count(diff), 0);
    ck_assert_uint_eq(vmx_diff_hidden(diff), 1);
    ck_assert_ptr_null(vmx_diff_get(diff, 0));
    all.all = true;
    assert_diff("scsi0.pciSlotNumber = \"16\"\nscsi0.present = \"TRUE\"\ncleanShutdown "
                "= \"FALSE\"\n",
                "scsi0.pciSlotNumber = \"17\"\nscsi0.present = \"TRUE\"\n", &all,
                "removed cleanShutdown FALSE (runtime)\n"
                "changed scsi0.pciSlotNumber 16 -> 17 (host)\n");
    /* A MAC address is what a card is known by, whoever made it. */
    assert_diff("ethernet0.generatedAddress = \"00:50:56:00:00:01\"\n",
                "ethernet0.generatedAddress = \"00:50:56:00:00:02\"\n", NULL,
                "changed ethernet0.generatedAddress 00:50:56:00:00:01 -> "
                "00:50:56:00:00:02 (identity)\n");
}

END_TEST

START_TEST(secrets)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;

    assert_diff("RemoteDisplay.vnc.password = \"x\"\n",
                "RemoteDisplay.vnc.password = \"y\"\n", NULL,
                "changed RemoteDisplay.vnc.password (redacted) -> (redacted)\n");
    assert_diff("RemoteDisplay.vnc.password = \"x\"\n", "", NULL,
                "removed RemoteDisplay.vnc.password (redacted)\n");
    options.after_redacted = true;
    assert_diff("RemoteDisplay.vnc.password = \"x\"\n", "", &options, "");
    assert_diff("", "RemoteDisplay.vnc.password = \"x\"\n", &options,
                "added RemoteDisplay.vnc.password -> (redacted)\n");
}

END_TEST

START_TEST(bytes)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;

    options.bytes = true;
    assert_diff("a = \"1\"\nb = \"2\"", "a = \"1\"\nb = \"2\"", &options, "");
    assert_diff("a = \"1\"\nb = \"2\"", "A = \"1\"\nb='2'", &options,
                "changed a a = \"1\" -> A = \"1\"\nchanged b b = \"2\" -> b='2'\n");
    assert_diff("a = \"1\"\nb = \"2\"\n", "b = \"2\"\na = \"1\"\n", &options,
                "changed \n");
    assert_diff("x = \"1\"\n", "x = \"1\"\r\n", &options, "changed \n");
    assert_diff("cleanShutdown = \"FALSE\"\nRemoteDisplay.vnc.password = \"x\"\n", "",
                &options,
                "removed cleanShutdown cleanShutdown = \"FALSE\" (runtime)\n"
                "removed RemoteDisplay.vnc.password (redacted)\n");
}

END_TEST

START_TEST(modes)
{
    struct vmx_doc *a AUTO_DOC =
        DOC("memSize = \"4\"\nethernet0.coalescingScheme = \"a\"\nnuma.nodeAffinity = "
            "\"0\"\n"
            "unheard.of = \"1\"\nconfig.version = \"7\"\nnvram = \"a\"\n");
    struct vmx_doc *b AUTO_DOC = DOC("");
    struct vmx_diff *diff AUTO_DIFF = compare(a, b, NULL);

    static const struct {
        const char *key, *vi;
        enum vmx_apply apply;
    } expected[] = {
        {"memSize", "memoryMB", VMX_APPLY_POWER_OFF},
        {"ethernet0.coalescingScheme", NULL, VMX_APPLY_LIVE},
        {"numa.nodeAffinity", NULL, VMX_APPLY_POWER_CYCLE},
        {"unheard.of", NULL, VMX_APPLY_POWER_CYCLE},
        {"config.version", NULL, VMX_APPLY_NOT_BY_VI},
        {"nvram", NULL, VMX_APPLY_NOT_BY_VI},
    };

    for (size_t i = 0; i < VX_COUNT(expected); i++) {
        const struct vmx_difference *row;
        size_t at = 0;

        while ((row = vmx_diff_get(diff, at)) != NULL
               && (row->key == NULL || strcmp(row->key, expected[i].key) != 0))
            at++;
        ck_assert_msg(row != NULL, "%s is missing", expected[i].key);
        ck_assert_msg(row->apply == expected[i].apply, "%s: %s", row->key,
                      vmx_apply_text(row->apply));
        ck_assert_pstr_eq(row->vi, expected[i].vi);
    }
}

END_TEST

START_TEST(misuse)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;
    struct vmx_doc *doc AUTO_DOC = DOC("");
    struct vmx_diff *diff = NULL;

    options.size = 3;
    ck_assert_int_eq(vmx_diff_new(NULL, doc, NULL, &diff), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_diff_new(doc, doc, NULL, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_diff_new(doc, doc, &options, &diff), VMX_ERR_MISUSE);
    ck_assert_uint_eq(vmx_diff_count(NULL), 0);
    ck_assert_ptr_null(vmx_diff_get(NULL, 0));
    vmx_diff_free(NULL);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("diff");
    TCase *t = tcase_create("diff");

    tcase_add_loop_test(t, same_meaning, 0, 16);
    tcase_add_test(t, keys);
    tcase_add_test(t, devices);
    tcase_add_test(t, host_keys);
    tcase_add_test(t, secrets);
    tcase_add_test(t, bytes);
    tcase_add_test(t, modes);
    tcase_add_test(t, misuse);
    suite_add_tcase(s, t);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
