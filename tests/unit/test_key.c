/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names to entries of the catalogue, and the numbers in them. */
#include "doc/key.h"

#include "docs.h"

enum { NONE = VX_NO_NUMBER };

static const struct {
    const char *name;
    uint8_t kind, sub;
    uint16_t prop, index, unit;
} known[] = {
    {"scsi0:1.fileName", VX_KIND_DISK, VX_BUS_SCSI, VX_DISK_fileName, 0, 1},
    {"SCSI3:15.FILENAME", VX_KIND_DISK, VX_BUS_SCSI, VX_DISK_fileName, 3, 15},
    {"sata1:29.present", VX_KIND_DISK, VX_BUS_SATA, VX_DISK_present, 1, 29},
    {"ide1:0.deviceType", VX_KIND_DISK, VX_BUS_IDE, VX_DISK_deviceType, 1, 0},
    {"nvme0:3.mode", VX_KIND_DISK, VX_BUS_NVME, VX_DISK_mode, 0, 3},
    {"floppy1.fileType", VX_KIND_DISK, VX_BUS_FLOPPY, VX_DISK_fileType, 1, NONE},
    {"sched.scsi0:2.shares", VX_KIND_DISK, VX_BUS_SCSI, VX_DISK_sched_shares, 0, 2},
    {"scsi0:1.noSuchProperty", VX_KIND_DISK, VX_BUS_SCSI, VX_DISK_OTHER, 0, 1},
    {"scsi2.virtualDev", VX_KIND_CONTROLLER, VX_BUS_SCSI, VX_CTRL_virtualDev, 2, NONE},
    {"ethernet10.address", VX_KIND_NIC, 0, VX_NIC_address, 10, NONE},
    {"ethernet0.generatedAddressOffset", VX_KIND_NIC, 0, VX_NIC_generatedAddressOffset,
     0, NONE},
    {"serial31.fileName", VX_KIND_SERIAL, 0, VX_SERIAL_fileName, 31, NONE},
    {"parallel0.bidirectional", VX_KIND_PARALLEL, 0, VX_PARALLEL_bidirectional, 0,
     NONE},
    {"sharedFolder7.enabled", VX_KIND_FOLDER, 0, VX_FOLDER_enabled, 7, NONE},
    {"displayName", VX_KIND_MACHINE, 0, VX_M_displayName, NONE, NONE},
    {"DISPLAYNAME", VX_KIND_MACHINE, 0, VX_M_displayName, NONE, NONE},
    {".encoding", VX_KIND_MACHINE, 0, VX_M_encoding, NONE, NONE},
    {"config.version", VX_KIND_MACHINE, 0, VX_M_config_version, NONE, NONE},
    /* Indexes beyond any product stay numbers. */
    {"scsi65534:65534.fileName", VX_KIND_DISK, VX_BUS_SCSI, VX_DISK_fileName, 65534,
     65534},
};

static const struct vx_line *
resolve(struct vmx_doc **doc, const char *name)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(100000);

    vx_buf_str(&text, vx_str_c(name));
    vx_buf_lit(&text, " = \"\"\n");
    vmx_doc_free(*doc);
    *doc = doc_of(vx_buf_text(&text));
    ck_assert_uint_eq((*doc)->count, 1);
    return &(*doc)->lines[0];
}

START_TEST(known_keys)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    const struct vx_line *line = resolve(&doc, known[_i].name);
    const struct vx_key_entry *entry;

    ck_assert_uint_ne(line->entry, VX_KEY_NO_ENTRY);
    entry = &vx_key_entries[line->entry];
    ck_assert_uint_eq(entry->kind, known[_i].kind);
    ck_assert_uint_eq(entry->sub, known[_i].sub);
    ck_assert_uint_eq(entry->prop, known[_i].prop);
    ck_assert_uint_eq(line->index, known[_i].index);
    ck_assert_uint_eq(line->unit, known[_i].unit);
    ck_assert_uint_eq(line->odd, 0);
}

END_TEST

/* Indexes are decimal without leading zeros, and not too large: else no device. */
static const char *const no_devices[] = {
    "scsi00.present",        "scsi0:01.fileName",
    "ethernet00.address",    "ethernet.address",
    "ethernet65535.address", "ethernet99999999999999999999.address",
    "scsi0:.fileName",       "scsi:0.fileName",
    "serialx.fileName",      "xscsi0:0.fileName",
    "scsi0 :0.fileName",
};

START_TEST(no_device)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    const struct vx_line *line = resolve(&doc, no_devices[_i]);
    uint8_t kind = line->entry == VX_KEY_NO_ENTRY ? VX_KIND_NONE
                                                  : vx_key_entries[line->entry].kind;

    ck_assert_msg(kind == VX_KIND_NONE || line->index == VX_NO_NUMBER
                      || line->unit == VX_NO_NUMBER,
                  "%s is a device", no_devices[_i]);
    ck_assert(kind != VX_KIND_DISK && kind != VX_KIND_NIC);
}

END_TEST

static const struct {
    const char *name;
    bool known;
} families[] = {
    {"guestinfo.anything.at.all", true},
    {"cpuid.80000001.edx", true},
    {"memsize", true},
    {"memsizes", false},
    {"memsiz", false},
    {"some.plugin.key", false},
    {"scsi0:1.noSuchProperty", false},
    {"scsi0:1.vmwareFlashReadCache", true}, /* vmwareFlashRead*, before scsi0:1.* */
    {"a", false},
    {".", false},
    {"9", false},
};

START_TEST(known_or_not)
{
    struct vmx_doc *doc AUTO_DOC = NULL;

    ck_assert_msg(vx_key_known(resolve(&doc, families[_i].name)->entry)
                      == families[_i].known,
                  "%s", families[_i].name);
}

END_TEST

/* Every row is found by its own name, whatever else the catalogue holds. */
START_TEST(every_machine_key_is_found)
{
    struct vmx_doc *doc AUTO_DOC = NULL;

    for (int prop = 1; prop < VX_M_PROPS; prop++) {
        uint16_t entry = vx_machine_key[prop];
        const char *name =
            vx_key_text + (entry == VX_KEY_NO_ENTRY ? 0 : vx_key_entries[entry].name);

        if (entry == VX_KEY_NO_ENTRY || strchr(name, '[')) /* processor[N].use */
            continue;
        ck_assert_uint_eq(resolve(&doc, name)->entry, entry);
        ck_assert_ptr_eq(vx_doc_find_machine(doc, (enum vx_machine_prop)prop),
                         doc->lines);
    }
}

END_TEST

/* Names of any length, with the same beginning, are different keys. */
START_TEST(long_names)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    char name[300];

    for (size_t n = 1; n < sizeof(name); n++) {
        const struct vx_line *line;

        memset(name, 'a', n);
        name[n] = '\0';
        line = resolve(&doc, name);
        ck_assert_uint_eq(line->key_size, n);
        ck_assert_uint_eq(line->entry, VX_KEY_NO_ENTRY);
        ck_assert_uint_eq(line->odd, 0);
        ck_assert_ptr_eq(vx_doc_find(doc, vx_str_of(name, n)), line);
        ck_assert_ptr_null(vx_doc_find(doc, vx_str_of(name, n - 1)));
        name[n - 1] = '+';
        ck_assert_uint_eq(resolve(&doc, name)->odd, VX_ODD_KEY);
        /* A guestinfo name is one of the family however long. */
        memcpy(name, "guestinfo.", n < 10 ? n : 10);
        if (n > 12) {
            name[n - 1] = 'a';
            ck_assert(vx_key_known(resolve(&doc, name)->entry));
        }
    }
}

END_TEST

static const struct {
    const char *name;
    bool secret;
} secrets[] = {
    {"RemoteDisplay.vnc.password", true},
    {"remotedisplay.vnc.KEY", true},
    {"encryption.data", true},
    {"encryption.keySafe", true},
    {"dataFileKey", true},
    {"guestinfo.userdata", true},
    {"guestinfo.ignition.config.data", true},
    {"guestinfo.admin_Password", true},
    {"guestinfo.mySecret.x", true},
    {"guestinfo.apitoken", true},
    {"guestinfo.sshKeys", true},
    {"GUESTINFO.KEY", true},
    {"guestinfo.hostname", false},
    {"displayName", false},
    {"keyboard.typematicMinDelay", false},
    {"password", true},
    {"vmx.password", true},
    {"RemoteDisplay.vnc.password:", true},
    {"guestinfo.rootpw", true},
    {"guestinfo.metadata", false},
};

START_TEST(secret_keys)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    const struct vx_line *line = resolve(&doc, secrets[_i].name);

    ck_assert_msg(line->secret == secrets[_i].secret, "%s", secrets[_i].name);
}

END_TEST

static const struct {
    struct vx_str name;
    bool writable;
} names[] = {
    {{"a", 1}, true},    {{".a", 2}, true},    {{"a b", 3}, true},
    {{"/a", 2}, true},   {{"9", 1}, true},     {{"\xc3\xa4", 2}, true},
    {{"", 0}, false},    {{" a", 2}, false},   {{"a ", 2}, false},
    {{"a\t", 2}, false}, {{"#a", 2}, false},   {{";a", 2}, false},
    {{"//a", 3}, false}, {{"a=b", 3}, false},  {{"a\"", 2}, false},
    {{"a'", 2}, false},  {{"a\nb", 3}, false}, {{"a\0b", 3}, false},
};

/* Names that differ in a bit that letters would have for their case, and no letter. */
START_TEST(hash_folds_letters_alone)
{
    static const char *const pairs[][2] = {{"a.@", "a.`"},
                                           {"a.[", "a.{"},
                                           {"a._", "a.\x7f"},
                                           {"a.12345678@", "a.12345678`"}};

    ck_assert_uint_eq(vx_key_hash(VX_STR("Scsi0:1.FileName"), 7),
                      vx_key_hash(VX_STR("sCSI0:1.fILEnAME"), 7));
    for (size_t i = 0; i < VX_COUNT(pairs); i++)
        ck_assert_uint_ne(vx_key_hash(vx_str_c(pairs[i][0]), 7),
                          vx_key_hash(vx_str_c(pairs[i][1]), 7));
}

END_TEST

START_TEST(writable_names)
{
    struct vmx_doc *doc AUTO_DOC = NULL;
    char text[16];

    ck_assert(vx_key_writable(names[_i].name) == names[_i].writable);
    if (!names[_i].writable)
        return;
    memcpy(text, names[_i].name.s, names[_i].name.n);
    text[names[_i].name.n] = '\0';
    ck_assert_slice_eq(vx_line_key(resolve(&doc, text)), names[_i].name);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("key");
    TCase *c = tcase_create("key");

    tcase_add_loop_test(c, known_keys, 0, VX_COUNT(known));
    tcase_add_loop_test(c, no_device, 0, VX_COUNT(no_devices));
    tcase_add_loop_test(c, known_or_not, 0, VX_COUNT(families));
    tcase_add_test(c, every_machine_key_is_found);
    tcase_add_test(c, long_names);
    tcase_add_loop_test(c, secret_keys, 0, VX_COUNT(secrets));
    tcase_add_test(c, hash_folds_letters_alone);
    tcase_add_loop_test(c, writable_names, 0, VX_COUNT(names));
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
