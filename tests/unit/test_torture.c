/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that ends: the first allocation fails, then the second, until there are
 * enough. What fails says so, and leaves nothing behind.  Linked with --wrap. */
#include "docs.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *p);
/* NOLINTEND(bugprone-reserved-identifier) */

static bool counting;
static size_t left; /* allocations until one fails */
static bool one;    /* fails, and those behind it do not */
static long living;

static bool
refuse(void)
{
    if (!counting)
        return false;
    if (left == 0)
        return true;
    left--;
    if (left == 0 && one) {
        left = SIZE_MAX;
        return true;
    }
    return left == 0;
}

void *
__wrap_malloc(size_t size)
{
    void *p = refuse() ? NULL : __real_malloc(size);

    living += counting && p;
    return p;
}

void *
__wrap_calloc(size_t count, size_t size)
{
    void *p = refuse() ? NULL : __real_calloc(count, size);

    living += counting && p;
    return p;
}

void *
__wrap_realloc(void *old, size_t size)
{
    void *p = refuse() ? NULL : __real_realloc(old, size);

    living += counting && p && old == NULL;
    return p;
}

void
__wrap_free(void *p)
{
    living -= counting && p;
    __real_free(p);
}

/* ---- what is tried --------------------------------------------------------------- */

static const char text[] =
    "#!/usr/bin/vmware\n"
    "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\n"
    "displayName = \"a|22b%20c|zz\"\nannotation = \"x|0ay\"\nmemsize = "
    "\"4096\"\nnumvcpus = 2\n"
    "firmware = \"efi\"\nuefi.secureBoot.enabled = \"TRUE\"\nvtpm.present = \"TRUE\"\n"
    "scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\nscsi0:0.present = "
    "\"TRUE\"\n"
    "scsi0:0.fileName = \"a.vmdk\"\nsata0.present = \"TRUE\"\nsata0:0.present = "
    "\"TRUE\"\n"
    "sata0:0.deviceType = \"cdrom-image\"\nsata0:0.fileName = \"a|7cb.iso\"\n"
    "ethernet0.present = \"TRUE\"\nethernet0.networkName = \"VM Network\"\n"
    "ethernet0.virtualDev = \"vmxnet3\"\nethernet0.address = \"zz\"\n"
    "serial0.present = \"TRUE\"\nserial0.fileType = \"file\"\nserial0.fileName = "
    "\"s.log\"\n"
    "RemoteDisplay.vnc.enabled = \"TRUE\"\nRemoteDisplay.vnc.password = \"secret\"\n"
    "guestinfo.userdata = \"x\"\nsome.plugin = \"y\"\nrubbish\nmemSize = \"1\"\n"
    "cpuid.1.eax = \"----:----:----:----:----:----:----:---1\"\nsched.cpu.affinity = "
    "\"0,1\"\n"
    "sound.present = \"TRUE\"\nusb.present = \"TRUE\"\nsvga.vramSize = \"8388608\"\n";

static const char latin[] = ".encoding = \"windows-1252\"\nconfig.version = \"8\"\n"
                            "virtualHW.version = \"8\"\ndisplayName = \"\xe4\x80\"\n"
                            "annotation = \"\xfc|41\"\n";

/* Expects one of the two statuses, and gives it back. */
static enum vmx_status
ok_or_nomem(enum vmx_status status)
{
    counting = false;
    ck_assert_int_eq(status == VMX_OK ? VMX_ERR_NOMEM : status, VMX_ERR_NOMEM);
    counting = true;
    return status;
}

static bool
parse(struct vx_str from, struct vmx_diags *diags, struct vmx_doc **ret)
{
    return ok_or_nomem(vmx_doc_parse(from.s, from.n, diags, ret)) == VMX_OK;
}

static bool
emits(const struct vmx_doc *doc, struct vx_str expected)
{
    char *out = NULL;
    size_t size = 0;
    bool same;

    if (ok_or_nomem(vmx_doc_emit(doc, &out, &size)) != VMX_OK)
        return false;
    same = vx_str_eq(vx_str_of(out, size), expected);
    free(out);
    counting = false;
    ck_assert(same);
    counting = true;
    return true;
}

static bool
try_parse(struct vmx_doc **doc)
{
    return parse(vx_str_c(text), NULL, doc) && emits(*doc, vx_str_c(text));
}

static bool
try_diags(struct vmx_doc **doc)
{
    struct vmx_diags *diags = vmx_diags_new();
    bool done = diags && parse(vx_str_c(text), diags, doc);

    if (done) {
        /* What there was no memory for is counted all the same. */
        counting = false;
        ck_assert_uint_eq(vmx_diags_at_least(diags, VMX_SEVERITY_STYLE), 4);
        ck_assert_uint_le(vmx_diags_count(diags), 4);
        counting = true;
        done = vmx_diags_count(diags) == 4;
    }
    vmx_diags_free(diags);
    return done;
}

static bool
is_or_null(const char *got, const char *expected)
{
    counting = false;
    if (got)
        ck_assert_str_eq(got, expected);
    counting = true;
    return got != NULL;
}

static bool
try_get(struct vmx_doc **doc)
{
    int64_t memory = 0;

    return parse(vx_str_c(text), NULL, doc)
           && is_or_null(vmx_doc_get(*doc, "displayName"), "a\"b c|zz")
           && is_or_null(vmx_doc_get(*doc, "some.plugin"), "y")
           && is_or_null(vmx_doc_get(*doc, "numvcpus"), "2")
           && is_or_null(vmx_doc_key(*doc, 0), "config.version")
           && vmx_doc_get_int(*doc, "memsize", &memory) && memory == 4096;
}

static bool
try_charset(struct vmx_doc **doc)
{
    return parse(vx_str_c(latin), NULL, doc)
           && is_or_null(vmx_doc_get(*doc, "displayName"), "\xc3\xa4\xe2\x82\xac")
           && is_or_null(vmx_doc_get(*doc, "annotation"), "\xc3\xbc"
                                                          "A");
}

/* A failed edit leaves the bytes as they were. */
static bool
edited(struct vmx_doc *doc, enum vmx_status status, struct vx_str before)
{
    if (ok_or_nomem(status) == VMX_OK)
        return true;
    if (!doc->edited)
        emits(doc, before);
    return false;
}

static bool
try_change(struct vmx_doc **doc)
{
    return parse(vx_str_c(latin), NULL, doc)
           && edited(*doc, vmx_doc_set(*doc, "annotation", "\xe2\x82\xac\""),
                     vx_str_c(latin));
}

static bool
try_insert(struct vmx_doc **doc)
{
    return parse(VX_STR("a = \"1\""), NULL, doc)
           && edited(*doc, vmx_doc_set(*doc, "b", "2|"), VX_STR("a = \"1\""))
           && edited(*doc, vmx_doc_set_bool(*doc, "b", true), VX_STR(""))
           && edited(*doc, vmx_doc_set_int(*doc, "c", 1), VX_STR(""))
           && emits(*doc, VX_STR("a = \"1\"\nb = \"TRUE\"\nc = \"1\""));
}

static bool
try_encoding(struct vmx_doc **doc)
{
    return parse(VX_STR("a = \"1\"\n"), NULL, doc)
           && edited(*doc, vmx_doc_set(*doc, ".encoding", "GBK"), VX_STR("a = \"1\"\n"))
           && edited(*doc, vmx_doc_set(*doc, "a", "\xe4\xb8\xad"), VX_STR(""));
}

/* So many keys that the index grows in between. */
static bool
try_many(struct vmx_doc **doc)
{
    char key[2] = "A";

    if (!parse(VX_STR(""), NULL, doc))
        return false;
    for (int i = 0; i < 60; i++) {
        char before[16];
        size_t entries = vmx_doc_count(*doc);

        memcpy(before, key, 2);
        key[0] = (char)('A' + i % 26);
        if (i >= 26)
            key[0] = (char)(i < 52 ? 'a' + i % 26 : '0' + i % 10);
        if (ok_or_nomem(vmx_doc_set(*doc, key, "x")) != VMX_OK) {
            counting = false;
            ck_assert_uint_eq(vmx_doc_count(*doc), entries);
            for (size_t n = 0; n < (*doc)->count; n++)
                ck_assert_ptr_eq(vx_doc_find(*doc, vx_line_key(&(*doc)->lines[n])),
                                 &(*doc)->lines[n]);
            counting = true;
            return false;
        }
    }
    return true;
}

static bool
try_remove(struct vmx_doc **doc)
{
    return parse(VX_STR("a = \"1\"; b = \"2\"\n"), NULL, doc)
           && vmx_doc_remove(*doc, "b") && emits(*doc, VX_STR("a = \"1\";\n"));
}

static bool
try_device(struct vmx_doc **doc)
{
    struct vmx_device disk = VMX_DEVICE, nic = VMX_DEVICE;
    const char *name = NULL;

    disk.file = "b|.vmdk";
    nic.network = "n";
    return parse(vx_str_c(text), NULL, doc)
           && edited(*doc, vmx_doc_add_device(*doc, "disk", &disk, NULL, &name),
                     vx_str_c(text))
           && is_or_null(name, "scsi0:1")
           && ok_or_nomem(vmx_doc_add_device(*doc, "nic", &nic, NULL, &name)) == VMX_OK
           && is_or_null(name, "ethernet1")
           && ok_or_nomem(vmx_doc_remove_device(*doc, "scsi0:1", false, NULL)) == VMX_OK
           && ok_or_nomem(vmx_doc_remove_device(*doc, "ethernet1", false, NULL))
                  == VMX_OK
           && emits(*doc, vx_str_c(text));
}

static bool
try_diff(struct vmx_doc **doc)
{
    struct vmx_doc *other = NULL;
    char *diff = NULL;
    bool done = parse(vx_str_c(text), NULL, doc) && parse(vx_str_c(latin), NULL, &other)
                && ok_or_nomem(vmx_doc_diff(*doc, other, "a", "b", false, &diff, NULL))
                       == VMX_OK;

    free(diff);
    vmx_doc_free(other);
    return done;
}

static bool
convert(struct vmx_doc *doc, struct vmx_diags *diags, bool no_metadata)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_result *result = NULL;
    bool done;

    options.no_metadata = no_metadata;
    options.base = "[datastore1] vm";
    done = ok_or_nomem(vmx_convert_to_xml(doc, &options, diags, &result)) == VMX_OK;
    counting = false;
    ck_assert(done == (result != NULL));
    if (done)
        for (size_t i = 0; i < vmx_result_losses(result); i++)
            ck_assert_ptr_nonnull(vmx_result_loss(result, i)->what);
    counting = true;
    vmx_result_free(result);
    return done;
}

static bool
try_convert(struct vmx_doc **doc)
{
    return parse(vx_str_c(text), NULL, doc) && convert(*doc, NULL, false);
}

static bool
try_convert_bare(struct vmx_doc **doc)
{
    struct vmx_diags *diags = vmx_diags_new();
    bool done = diags && parse(vx_str_c(text), NULL, doc) && convert(*doc, diags, true);

    vmx_diags_free(diags);
    return done;
}

static bool
try_convert_latin(struct vmx_doc **doc)
{
    return parse(vx_str_c(latin), NULL, doc) && convert(*doc, NULL, false);
}

static bool
try_target(struct vmx_doc **doc)
{
    static const char sheet[] =
        "<xsl:stylesheet version='1.0' xmlns:t='urn:libvmx:target:1'"
        " xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
        "<t:keys names='memSize ethernet#.*'/><xsl:param name='p'/>"
        "<xsl:template match='/'><xsl:message>m</xsl:message><a b='{$p}'>"
        "<xsl:copy-of select='*'/><t:loss key='memsize'>x</t:loss></a>"
        "</xsl:template></xsl:stylesheet>";
    static const char map[] = "<map xmlns='urn:libvmx:map:1'/>";
    struct vmx_target *target = NULL;
    struct vmx_result *result = NULL;
    bool done;

    done = parse(vx_str_c(text), NULL, doc)
           && ok_or_nomem(vmx_target_new("a.xsl", sheet, strlen(sheet), NULL, &target))
                  == VMX_OK
           && ok_or_nomem(vmx_target_set_param(target, "p", "v")) == VMX_OK
           && ok_or_nomem(vmx_target_set_map(target, map, strlen(map), NULL)) == VMX_OK
           && ok_or_nomem(vmx_convert_to_target(*doc, NULL, target, NULL, &result))
                  == VMX_OK;
    vmx_result_free(result);
    vmx_target_free(target);
    return done;
}

/* A domain of KVM's, which is rewritten before it is read. */
static bool
try_foreign(struct vmx_doc **doc)
{
    static const char domain[] =
        "<domain type='kvm'><name>a'b</name><title>t</title>"
        "<uuid>00112233-4455-6677-8899-aabbccddeeff</uuid>"
        "<memory unit='GiB'>1</memory><os><type arch='x86_64'>hvm</type></os>"
        "<cpu><feature policy='disable' name='hypervisor'/></cpu><devices>"
        "<disk type='file'><source file='/a/b.img'/><target dev='vda'/></disk>"
        "<disk type='network'><source protocol='rbd' name='p/b'/>"
        "<target dev='vdb' bus='virtio'/></disk>"
        "<disk type='file' device='cdrom'><source file='/c.iso'/>"
        "<target dev='sda' bus='sata'/></disk>"
        "<interface type='user'/><sound model='usb'/>"
        "<serial type='file'><source path='/l'/></serial></devices></domain>";
    struct vmx_result *result = NULL;
    bool done =
        ok_or_nomem(vmx_convert_to_vmx(domain, strlen(domain), NULL, NULL, &result))
        == VMX_OK;

    (void)doc;
    if (done) {
        counting = false;
        ck_assert_ptr_nonnull(strstr(vmx_result_text(result, NULL), "\"b_1.vmdk\""));
        ck_assert_ptr_nonnull(strstr(vmx_result_text(result, NULL), "\"c.iso\""));
        ck_assert_ptr_nonnull(strstr(vmx_result_text(result, NULL), "33 22 11 00"));
        counting = true;
    }
    vmx_result_free(result);
    return done;
}

/* A domain with metadata: it is rebuilt, converted as it was, and edited. */
static bool
try_restore(struct vmx_doc **doc)
{
    static const char domain[] =
        "<domain type='vmware'><name>\xc3\xa4\xe4\xb8\xad</name><metadata>"
        "<vmx:config xmlns:vmx='urn:libvmx:config:1' base='[ds] m' final-eol='no'>"
        "<vmx:device name='ethernet1' mac='00:50:56:00:00:01'/>"
        "<vmx:device name='scsi0:3' source='[ds] m/a.vmdk' target='sdd'/>"
        "<vmx:line text='# one'/><vmx:line text='a = &quot;1&quot;; b'/>"
        "<vmx:key name='.encoding' text='windows-1252'/>"
        "<vmx:key name='memSize' text='1024'/><vmx:key name='numvcpus'/>"
        "<vmx:key name='displayName' text='\xc3\xbc'/>"
        "<vmx:key name='x' text='\xe4\xb8\xad&quot;&#10;&quot;&quot;&quot;'/>"
        "<vmx:key name='y' base64='/w=='/><vmx:key name='ethernet1.present'/>"
        "<vmx:key name='ethernet1.odd' text='1'/><vmx:key name='scsi0:3.present'/>"
        "<vmx:key name='scsi0:3.fileName'/><vmx:key name='ethernet0.present'/>"
        "</vmx:config></metadata><memory unit='MiB'>512</memory><vcpu>2</vcpu>"
        "<os><type arch='x86_64'>hvm</type></os><devices>"
        "<disk type='file'><source file='[ds] m/a.vmdk'/><target dev='sde' bus='scsi'/>"
        "<address type='drive' controller='0' unit='4'/></disk>"
        "<interface type='bridge'><mac address='00:50:56:00:00:01'/>"
        "<source bridge='b'/></interface></devices></domain>";
    struct vmx_result *result = NULL;
    struct vmx_diags *diags = vmx_diags_new();
    bool done =
        diags
        && ok_or_nomem(vmx_convert_to_vmx(domain, strlen(domain), NULL, diags, &result))
               == VMX_OK;

    (void)doc;
    if (done) {
        counting = false;
        ck_assert_ptr_nonnull(
            strstr(vmx_result_text(result, NULL), "\ndisplayName = \"|C3|A4|E4|B8|AD"));
        ck_assert_ptr_nonnull(
            strstr(vmx_result_text(result, NULL), "\nscsi0:4.present = \"TRUE\""));
        ck_assert_ptr_nonnull(
            strstr(vmx_result_text(result, NULL), "\nmemSize = \"512\""));
        ck_assert_uint_eq(vmx_result_losses(result), 1);
        counting = true;
    }
    vmx_result_free(result);
    vmx_diags_free(diags);
    return done;
}

/* All rules, all fixes, and an inventory of it twice. */
static bool
try_lint(struct vmx_doc **doc)
{
    struct vmx_linter *linter = NULL;
    struct vmx_inventory *inventory = NULL;
    struct vmx_findings *findings = NULL, *shared = NULL;
    char *fixed = NULL;
    size_t size;
    bool done =
        parse(vx_str_c(text), NULL, doc)
        && ok_or_nomem(vmx_linter_new("default,migrate-kvm", &linter)) == VMX_OK;

    if (done)
        vmx_linter_set(linter, "all", VMX_RULE_ON);
    done = done && ok_or_nomem(vmx_lint(linter, *doc, NULL, &findings)) == VMX_OK
           && ok_or_nomem(vmx_lint_fix(linter, *doc, NULL, true, NULL, NULL, &fixed,
                                       &size, NULL))
                  == VMX_OK
           && (inventory = vmx_inventory_new(linter)) != NULL
           && ok_or_nomem(vmx_inventory_add(inventory, *doc, "a.vmx")) == VMX_OK
           && ok_or_nomem(vmx_inventory_add(inventory, *doc, "b.vmx")) == VMX_OK
           && vmx_inventory_concerned(inventory, 1) != NULL
           && ok_or_nomem(vmx_inventory_lint(inventory, 1, *doc, &shared)) == VMX_OK;
    free(fixed);
    vmx_findings_free(shared);
    vmx_findings_free(findings);
    vmx_inventory_free(inventory);
    vmx_linter_free(linter);
    return done;
}

/* Two machines compared, the patch between them written, read and applied, and merged
 * where both have changed. */
static bool
try_compare(struct vmx_doc **doc)
{
    static const char before[] = "memSize = \"1\"\nscsi0:0.fileName = \"a\"\n",
                      after[] = ".encoding = \"windows-1252\"\nmemSize = \"2\"\n"
                                "scsi0:1.fileName = \"a\"\nannotation = \"\xE9|22\"\n"
                                "ethernet0.generatedAddress = \"00:50:56:AA:00:01\"\n",
                      ours[] =
                          "memSize = \"3\"\nscsi0:0.fileName = \"a\"\nx y = \"\"\n";
    struct vmx_doc *other = NULL, *third = NULL;
    struct vmx_diff *diff = NULL;
    struct vmx_patch *patch = NULL, *read = NULL;
    char *merged = NULL;
    size_t size, conflicts;
    bool done =
        parse(vx_str_c(before), NULL, doc) && parse(vx_str_c(after), NULL, &other)
        && parse(vx_str_c(ours), NULL, &third)
        && ok_or_nomem(vmx_diff_new(*doc, other, NULL, &diff)) == VMX_OK
        && ok_or_nomem(vmx_merge(*doc, third, other, &merged, NULL, &conflicts))
               == VMX_OK
        && ok_or_nomem(vmx_patch_between(*doc, other, true, &patch)) == VMX_OK
        && vmx_patch_text(patch, &size) != NULL
        && ok_or_nomem(vmx_patch_parse(vmx_patch_text(patch, NULL), size, NULL, &read))
               == VMX_OK
        && ok_or_nomem(vmx_patch_apply(read, third, true)) == VMX_OK
        && vmx_patch_conflict(read, 0) != NULL
        && ok_or_nomem(vmx_patch_apply(read, *doc, false)) == VMX_OK
        && vmx_doc_get(*doc, "annotation") != NULL;

    if (done) {
        counting = false;
        ck_assert_uint_eq(vmx_diff_count(diff), 5);
        ck_assert_uint_eq(conflicts, 1);
        ck_assert_uint_eq(vmx_patch_conflicts(read), 0);
        ck_assert_str_eq(vmx_doc_get(*doc, "annotation"), "\xC3\xA9\"");
        counting = true;
    }
    free(merged);
    vmx_patch_free(read);
    vmx_patch_free(patch);
    vmx_diff_free(diff);
    vmx_doc_free(third);
    vmx_doc_free(other);
    return done;
}

static bool (*const tries[])(struct vmx_doc **) = {
    try_parse,   try_diags,    try_get,          try_charset,       try_change,
    try_insert,  try_encoding, try_many,         try_remove,        try_device,
    try_diff,    try_convert,  try_convert_bare, try_convert_latin, try_target,
    try_foreign, try_restore,  try_lint,         try_compare,
};

/* ---- until it works -------------------------------------------------------------- */

/* In a short run the later ones are samples: each step is an eighth of the way. */
static size_t
next_to_fail(size_t n)
{
    return n + 1 + (getenv("VMX_VALGRIND") ? n / 8 : 0);
}

static void
torture(bool (*attempt)(struct vmx_doc **), bool only_one)
{
    enum { MOST = 5000 };

    size_t n;

    for (n = 1; n < MOST; n = next_to_fail(n)) {
        struct vmx_doc *doc = NULL;
        bool done, missed;

        left = n;
        one = only_one;
        living = 0;
        counting = true;
        done = attempt(&doc);
        vmx_doc_free(doc);
        counting = false;
        ck_assert_msg(living == 0, "allocation %zu failed, %ld are lost", n, living);
        missed = only_one ? left < SIZE_MAX / 2 : left > 0;
        ck_assert_msg(!missed || done,
                      "it failed though all %zu allocations were there", n);
        if (missed)
            break;
    }
    ck_assert_uint_gt(n, 1);
    ck_assert_uint_lt(n, MOST);
}

START_TEST(memory_ends)
{
    torture(tries[_i], false);
}

END_TEST

START_TEST(memory_fails_once)
{
    torture(tries[_i], true);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("torture");
    TCase *c = tcase_create("torture");

    tcase_add_loop_test(c, memory_ends, 0, VX_COUNT(tries));
    tcase_add_loop_test(c, memory_fails_once, 0, VX_COUNT(tries));
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
