/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Devices that come and go.  Whole files by example are in testdata/edit. */
#include <stdio.h>

#include "docs.h"

#define HEAD "virtualHW.version = \"14\"\nguestOS = \"ubuntu-64\"\n"

static const char *
code_of(const struct vmx_diags *diags)
{
    const struct vmx_diag *diag = vmx_diags_get(diags, 0);

    return diag ? diag->name : "";
}

/* ---- places ---------------------------------------------------------------------- */

static const struct {
    const char *text, *kind, *bus, *at;
    const char *name, *why; /* one of them NULL */
} places[] = {
    /* The first of all. */
    {HEAD, "disk", NULL, NULL, "scsi0:0", NULL},
    {HEAD, "nic", NULL, NULL, "ethernet0", NULL},
    {HEAD, "cdrom", NULL, NULL, "ide0:0", NULL},
    {HEAD, "floppy", NULL, NULL, "floppy0", NULL},
    {HEAD, "serial", NULL, NULL, "serial0", NULL},
    {HEAD, "controller", NULL, NULL, "scsi0", NULL},
    {"guestOS = \"arm-ubuntu-64\"\n", "disk", NULL, NULL, "nvme0:0", NULL},
    {"guestOS = \"arm-ubuntu-64\"\n", "cdrom", NULL, NULL, "sata0:0", NULL},
    {"guestOS = \"darwin20-64\"\n", "disk", NULL, NULL, "sata0:0", NULL},
    /* Where the disks are. */
    {HEAD "sata0.present = \"TRUE\"\nsata0:0.present = \"TRUE\"\n"
          "sata0:0.fileName = \"a.vmdk\"\nscsi0.present = \"TRUE\"\n",
     "disk", NULL, NULL, "sata0:1", NULL},
    {HEAD "scsi0.present = \"TRUE\"\nscsi1.present = \"TRUE\"\n"
          "scsi1:0.present = \"TRUE\"\nscsi1:0.fileName = \"a.vmdk\"\n",
     "disk", NULL, NULL, "scsi1:1", NULL},
    {HEAD "scsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\n"
          "scsi0:0.deviceType = \"cdrom-image\"\nscsi0:0.fileName = \"a.iso\"\n"
          "nvme0.present = \"TRUE\"\nnvme0:0.present = \"TRUE\"\n",
     "disk", NULL, NULL, "nvme0:1", NULL},
    {HEAD "sata0.present = \"TRUE\"\nsata0:3.present = \"TRUE\"\n"
          "sata0:3.deviceType = \"cdrom-raw\"\n",
     "cdrom", NULL, NULL, "sata0:0", NULL},
    /* 7 is the controller. */
    {HEAD "scsi0.present = \"TRUE\"\nscsi0:0.present = \"1\"\nscsi0:1.present = \"1\"\n"
          "scsi0:2.present = \"1\"\nscsi0:3.present = \"1\"\nscsi0:4.present = \"1\"\n"
          "scsi0:5.present = \"1\"\nscsi0:6.present = \"1\"\n",
     "disk", NULL, NULL, "scsi0:8", NULL},
    {HEAD, "disk", NULL, "scsi0:7", NULL, "no-free-place"},
    {HEAD, "disk", NULL, "scsi0:15", "scsi0:15", NULL},
    {HEAD, "disk", NULL, "scsi0:64", "scsi0:64", NULL}, /* a new pvscsi */
    {HEAD, "disk", NULL, "scsi0:65", NULL, "no-free-place"},
    {HEAD "scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"lsilogic\"\n", "disk", NULL,
     "scsi0:16", NULL, "no-free-place"},
    {"virtualHW.version = \"13\"\nguestOS = \"ubuntu-64\"\n", "disk", NULL, "scsi0:16",
     NULL, "no-free-place"},
    {HEAD, "disk", NULL, "scsi3:0", "scsi3:0", NULL},
    {HEAD, "disk", NULL, "scsi4:0", NULL, "no-free-place"},
    {HEAD, "disk", NULL, "sata3:29", "sata3:29", NULL},
    {HEAD, "disk", NULL, "sata0:30", NULL, "no-free-place"},
    {HEAD, "disk", NULL, "nvme0:14", "nvme0:14", NULL},
    {HEAD, "disk", NULL, "nvme0:15", NULL, "no-free-place"},
    {"virtualHW.version = \"21\"\n", "disk", NULL, "nvme0:63", "nvme0:63", NULL},
    {"virtualHW.version = \"21\"\n", "disk", NULL, "nvme0:64", NULL, "no-free-place"},
    {HEAD, "disk", NULL, "ide1:1", "ide1:1", NULL},
    {HEAD, "disk", NULL, "ide2:0", NULL, "no-free-place"},
    {HEAD, "nic", NULL, "ethernet9", "ethernet9", NULL},
    {HEAD, "nic", NULL, "ethernet10", NULL, "no-free-place"},
    {"virtualHW.version = \"5\"\n", "nic", NULL, "ethernet9", "ethernet9", NULL},
    {HEAD, "floppy", NULL, "floppy1", "floppy1", NULL},
    {HEAD, "floppy", NULL, "floppy2", NULL, "no-free-place"},
    {HEAD, "serial", NULL, "serial31", "serial31", NULL},
    {"virtualHW.version = \"10\"\n", "serial", NULL, "serial4", NULL, "no-free-place"},
    {"virtualHW.version = \"4\"\n", "nic", NULL, "ethernet4", NULL, "no-free-place"},
    /* Places that do not suit. */
    {HEAD, "disk", NULL, "ethernet0", NULL, "no-free-place"},
    {HEAD, "disk", NULL, "floppy0", NULL, "no-free-place"},
    {HEAD, "floppy", NULL, "scsi0:0", NULL, "no-free-place"},
    {HEAD, "disk", "sata", "scsi0:0", NULL, "no-free-place"},
    {HEAD, "disk", NULL, "drawer1", NULL, "device-option"},
    {HEAD, "disk", NULL, "scsi00:0", NULL, "device-option"},
    {HEAD "scsi0.present = \"TRUE\"\nscsi0:3.present = \"TRUE\"\n", "disk", NULL,
     "scsi0:3", NULL, "no-free-place"},
    /* Versions. */
    {"virtualHW.version = \"9\"\n", "disk", "sata", NULL, NULL, "hw-before-device"},
    {"virtualHW.version = \"10\"\n", "disk", "sata", NULL, "sata0:0", NULL},
    {"virtualHW.version = \"12\"\n", "disk", "nvme", NULL, NULL, "hw-before-device"},
    {"virtualHW.version = \"99\"\n", "disk", "nvme", NULL, "nvme0:0", NULL},
    {"", "disk", "nvme", NULL, "nvme0:0", NULL},
    {HEAD, "disk", "usb", NULL, NULL, "device-option"},
    {HEAD, "disk", "floppy", NULL, NULL, "device-option"},
    {HEAD, "tape", NULL, NULL, NULL, "device-option"},
    {HEAD, "nic", "scsi", NULL, NULL, "device-option"},
    /* What is switched off comes last, and its controller not at all. */
    {HEAD "ethernet0.present = \"FALSE\"\n", "nic", NULL, NULL, "ethernet1", NULL},
    {HEAD "ide0:0.present = \"0\"\nide0:1.present = \"1\"\nide1:0.present = \"1\"\n"
          "ide1:1.present = \"1\"\n",
     "disk", "ide", NULL, "ide0:0", NULL},
    {HEAD "scsi0.present = \"FALSE\"\nscsi0:0.present = \"TRUE\"\n", "disk", "scsi",
     NULL, "scsi1:0", NULL},
    {HEAD "ide0.present = \"FALSE\"\n", "cdrom", "ide", NULL, "ide1:0", NULL},
    {HEAD "sched.scsi0:0.shares = \"normal\"\nscsi0.present = \"TRUE\"\n", "disk", NULL,
     NULL, "scsi0:1", NULL},
};

START_TEST(finds_the_place)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(vx_str_c(places[_i].text));
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();
    struct vmx_device device = VMX_DEVICE;
    bool nic = strcmp(places[_i].kind, "nic") == 0;
    const char *name = NULL;
    enum vmx_status status;

    device.bus = places[_i].bus;
    device.at = places[_i].at;
    device.network = nic ? "n" : NULL;
    if (strcmp(places[_i].kind, "disk") == 0 || strcmp(places[_i].kind, "serial") == 0)
        device.file = "new.vmdk";
    status = vmx_doc_add_device(doc, places[_i].kind, &device, diags, &name);
    if (places[_i].why) {
        ck_assert_int_eq(status, VMX_ERR_INPUT);
        ck_assert_str_eq(code_of(diags), places[_i].why);
        ck_assert_doc(doc, vx_str_c(places[_i].text));
        return;
    }
    ck_assert_msg(status == VMX_OK, "case %d: %s", _i, code_of(diags));
    ck_assert_str_eq(name, places[_i].name);
}

END_TEST

/* As many as the vendor says, no two in one place, and then no more. */
static const struct {
    const char *kind, *bus, *version;
    unsigned most;
} fills[] = {
    {"disk", "scsi", "13", 4 * 15}, {"disk", "scsi", "14", 4 * 64},
    {"disk", "sata", "14", 4 * 30}, {"disk", "ide", "14", 4},
    {"disk", "nvme", "14", 4 * 15}, {"disk", "nvme", "21", 4 * 64},
    {"nic", NULL, "14", 10},        {"serial", NULL, "14", 32},
    {"floppy", NULL, "14", 2},      {"controller", "scsi", "14", 4},
    {"controller", "ide", "14", 0},
};

START_TEST(fills_all_places)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(VX_STR("guestOS = \"ubuntu-64\"\n"));
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();
    bool file =
        strcmp(fills[_i].kind, "disk") == 0 || strcmp(fills[_i].kind, "serial") == 0;
    unsigned count = 0;

    ck_ok(vmx_doc_set(doc, "virtualHW.version", fills[_i].version));
    for (;; count++) {
        struct vmx_device device = VMX_DEVICE;
        char name[32];

        (void)snprintf(name, sizeof(name), "%u.vmdk", count);
        device.file = file ? name : NULL;
        device.bus = fills[_i].bus;
        device.network = strcmp(fills[_i].kind, "nic") == 0 ? "n" : NULL;
        if (vmx_doc_add_device(doc, fills[_i].kind, &device, diags, NULL) != VMX_OK)
            break;
    }
    ck_assert_uint_eq(count, fills[_i].most);
    ck_assert_str_eq(code_of(diags), "no-free-place");
}

END_TEST

/* ---- models ---------------------------------------------------------------------- */

static const struct {
    const char *guest, *version, *scsi, *nic;
} models[] = {
    {"ubuntu-64", "14", "pvscsi", "vmxnet3"},
    {"ubuntu-64", "6", "lsilogic", "e1000"},
    {"ubuntu-64", "3", "lsilogic", "vlance"},
    {"windows9-64", "14", "lsisas1068", "e1000e"},
    {"windows9-64", "7", "lsisas1068", "e1000"},
    {"winXPPro", "14", "lsilogic", "e1000"},
    {"no such system", "14", "lsilogic", "e1000"},
};

/* The keys of what was there do not come back. */
START_TEST(clears_what_was_switched_off)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("ide0:0.present = \"1\"\nide0:1.present = \"1\"\nide1:0.present = \"1\"\n"
            "ide1:1.present = \"0\"\nide1:1.mode = \"append\"\n"
            "sched.ide1:1.shares = \"low\"\n");
    struct vmx_device device = VMX_DEVICE;

    device.file = "a.vmdk";
    device.bus = "ide";
    ck_ok(vmx_doc_add_device(doc, "disk", &device, NULL, NULL));
    ck_assert_doc(doc, VX_STR("ide0:0.present = \"1\"\nide0:1.present = \"1\"\n"
                              "ide1:0.present = \"1\"\nide1:1.present = \"TRUE\"\n"
                              "ide1:1.fileName = \"a.vmdk\"\n"));
}

END_TEST

START_TEST(chooses_a_model)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(VX_STR(""));
    struct vmx_device disk = VMX_DEVICE, nic = VMX_DEVICE;

    disk.file = "a.vmdk";
    nic.connection = "nat";
    ck_ok(vmx_doc_set(doc, "guestOS", models[_i].guest));
    ck_ok(vmx_doc_set(doc, "virtualHW.version", models[_i].version));
    ck_ok(vmx_doc_add_device(doc, "disk", &disk, NULL, NULL));
    ck_ok(vmx_doc_add_device(doc, "nic", &nic, NULL, NULL));
    ck_assert_str_eq(vmx_doc_get(doc, "scsi0.virtualDev"), models[_i].scsi);
    ck_assert_str_eq(vmx_doc_get(doc, "ethernet0.virtualDev"), models[_i].nic);
    ck_assert_str_eq(vmx_doc_get(doc, "ethernet0.connectionType"), "nat");
    ck_assert_str_eq(vmx_doc_get(doc, "ethernet0.addressType"), "generated");
}

END_TEST

START_TEST(follows_the_models_that_are_there)
{
    struct vmx_doc *doc AUTO_DOC =
        doc_of(VX_STR(HEAD "scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"buslogic\"\n"
                           "ethernet0.present = \"TRUE\"\n"
                           "ethernet0.virtualDev = \"e1000e\"\n"));
    struct vmx_device device = VMX_DEVICE, nic = VMX_DEVICE;

    ck_ok(vmx_doc_add_device(doc, "controller", &device, NULL, NULL));
    ck_assert_str_eq(vmx_doc_get(doc, "scsi1.virtualDev"), "buslogic");
    nic.network = "n";
    ck_ok(vmx_doc_add_device(doc, "nic", &nic, NULL, NULL));
    ck_assert_str_eq(vmx_doc_get(doc, "ethernet1.virtualDev"), "e1000e");
    /* Another model is on another controller. */
    device.model = "pvscsi";
    device.file = "a.vmdk";
    ck_ok(vmx_doc_add_device(doc, "disk", &device, NULL, NULL));
    ck_assert_str_eq(vmx_doc_get(doc, "scsi2.virtualDev"), "pvscsi");
    ck_assert_str_eq(vmx_doc_get(doc, "scsi2:0.fileName"), "a.vmdk");
}

END_TEST

static const struct {
    const char *kind;
    struct vmx_device device;
    const char *why;
} refusals[] = {

#define DEVICE(...)                                                                    \
    {                                                                                  \
        .size = sizeof(struct vmx_device), __VA_ARGS__                                 \
    }
    {"disk", DEVICE(.file = NULL), "device-option"},
    {"disk", DEVICE(.file = ""), "device-option"},
    {"disk", DEVICE(.file = "a.ISO"), "device-option"},
    {"disk", DEVICE(.file = "used.vmdk"), "device-in-use"},
    {"disk", DEVICE(.file = "a.vmdk", .model = "vmpvscsi"), "device-option"},
    {"disk", DEVICE(.file = "a.vmdk", .network = "n"), "device-option"},
    {"serial", DEVICE(.file = NULL), "device-option"},
    {"nic", DEVICE(.file = NULL), "device-option"},
    {"nic", DEVICE(.network = "n", .connection = "nat"), "device-option"},
    {"nic", DEVICE(.connection = "custom"), "device-option"},
    {"nic", DEVICE(.network = "n", .model = "e100"), "device-option"},
    {"nic", DEVICE(.network = "n", .mac = "00:50:56:zz:00:00"), "value-refused"},
    {"disk", DEVICE(.file = "a.vmdk", .model = "pvscsi"), "hw-before-device"},
    {"nic", DEVICE(.network = "n", .model = "vmxnet3"), "hw-before-device"},
    {"nic", DEVICE(.network = "n", .model = "e1000e"), "hw-before-device"},
    {"nic", DEVICE(.network = "\xE2\x82\xAC\xC3\xA4\xE4\xBD\xA0"), "not-in-encoding"},
};

START_TEST(refuses_and_changes_nothing)
{
    static const char text[] = ".encoding = \"windows-1252\"\n"
                               "virtualHW.version = \"6\"\nscsi0.present = \"TRUE\"\n"
                               "scsi0:0.present = \"TRUE\"\n"
                               "scsi0:0.fileName = \"used.vmdk\"\n";
    struct vmx_doc *doc AUTO_DOC = doc_of(vx_str_c(text));
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();

    ck_assert_int_eq(
        vmx_doc_add_device(doc, refusals[_i].kind, &refusals[_i].device, diags, NULL),
        VMX_ERR_INPUT);
    ck_assert_str_eq(code_of(diags), refusals[_i].why);
    ck_assert_doc(doc, vx_str_c(text));
}

END_TEST

START_TEST(force_says_that_it_is_meant)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("virtualHW.version = \"6\"\nscsi0.present = \"TRUE\"\n"
            "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"used.vmdk\"\n");
    struct vmx_device device = VMX_DEVICE;

    device.force = true;
    device.file = "used.vmdk";
    ck_ok(vmx_doc_add_device(doc, "disk", &device, NULL, NULL));
    ck_assert_str_eq(vmx_doc_get(doc, "scsi0:1.fileName"), "used.vmdk");
    device.file = NULL;
    device.model = "vmxnet3";
    device.network = "n";
    ck_ok(vmx_doc_add_device(doc, "nic", &device, NULL, NULL));
    ck_assert_str_eq(vmx_doc_get(doc, "ethernet0.virtualDev"), "vmxnet3");
}

END_TEST

START_TEST(misuse_is_told)
{
    struct vmx_doc *doc AUTO_DOC = DOC("");
    struct vmx_device device = VMX_DEVICE;

    ck_assert_int_eq(vmx_doc_add_device(NULL, "disk", &device, NULL, NULL),
                     VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_add_device(doc, NULL, &device, NULL, NULL),
                     VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_add_device(doc, "disk", NULL, NULL, NULL), VMX_ERR_MISUSE);
    device.size--;
    ck_assert_int_eq(vmx_doc_add_device(doc, "disk", &device, NULL, NULL),
                     VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_remove_device(doc, NULL, false, NULL), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_remove_device(NULL, "scsi0", false, NULL), VMX_ERR_MISUSE);
}

END_TEST

/* ---- removal --------------------------------------------------------------------- */

static const struct {
    const char *before, *name;
    bool force;
    const char *after, *why; /* one of them NULL */
} removals[] = {
    {"a = \"1\"\nscsi0:1.present = \"TRUE\"\nSCSI0:1.fileName = \"x\"\n"
     "sched.scsi0:1.shares = \"normal\"\nscsi0:10.present = \"TRUE\"\n"
     "scsi0:1.a.b = \"2\"\n",
     "scsi0:1", false, "a = \"1\"\nscsi0:10.present = \"TRUE\"\n", NULL},
    {"ethernet0.present = \"TRUE\"\nethernet0.filter1.name = \"f\"\n"
     "ethernet01.x = \"1\"\nethernet.x = \"1\"\n",
     "Ethernet0", false, "ethernet01.x = \"1\"\nethernet.x = \"1\"\n", NULL},
    {"scsi0.present = \"TRUE\"\nscsi0:1.present = \"TRUE\"\n", "scsi0", false, NULL,
     "device-in-use"},
    {"scsi0.present = \"TRUE\"\nscsi0:1.present = \"TRUE\"\nscsi1.present = \"TRUE\"\n",
     "scsi0", true, "scsi1.present = \"TRUE\"\n", NULL},
    {"scsi0.present = \"TRUE\"\nscsi0:1.present = \"FALSE\"\nx = \"1\"\n", "scsi0",
     false, "x = \"1\"\n", NULL},
    {"usb.present = \"TRUE\"\nusb:1.present = \"TRUE\"\n", "usb", false, NULL,
     "device-in-use"},
    {"usb_xhci.present = \"TRUE\"\nusb.present = \"TRUE\"\n", "usb_xhci", false,
     "usb.present = \"TRUE\"\n", NULL},
    {"sound.present = \"TRUE\"\nsound.fileName = \"-1\"\nz = \"1\"\n", "sound", false,
     "z = \"1\"\n", NULL},
    /* The boot order. */
    {"bios.hddOrder = \"scsi0:1, scsi0:0,SCSI0:1\"\nscsi0:1.present = \"TRUE\"\n",
     "scsi0:1", false, "bios.hddOrder = \" scsi0:0\"\n", NULL},
    {"bios.hddOrder = \"scsi0:1\"\nscsi0:1.present = \"TRUE\"\nz = \"1\"\n", "scsi0:1",
     false, "z = \"1\"\n", NULL},
    {"bios.hddOrder = \"scsi0:1,scsi1:0\"\nscsi0:1.present = \"TRUE\"\n", "scsi0", true,
     "bios.hddOrder = \"scsi1:0\"\n", NULL},
    {"bios.bootOrder = \"hdd,ethernet1,ethernet10\"\nethernet1.present = \"TRUE\"\n",
     "ethernet1", false, "bios.bootOrder = \"hdd,ethernet10\"\n", NULL},
    /* What is none. */
    {"scsi0:1.present = \"TRUE\"\n", "scsi0:2", false, NULL, "no-such-device"},
    {"guestinfo.a = \"1\"\n", "guestinfo", false, NULL, "no-such-device"},
    {"cpuid.1.eax = \"1\"\n", "cpuid", false, NULL, "no-such-device"},
    {"scsi0:1.a.b = \"1\"\n", "scsi0:1.a", false, NULL, "no-such-device"},
    {"scsi0:1.pageLogs.b = \"1\"\n", "scsi0:1.pageLogs", false, NULL, "no-such-device"},
    {"tools.syncTime = \"1\"\n", "tools", false, NULL, "no-such-device"},
    {"sched.scsi0:1.shares = \"1\"\n", "sched.scsi0:1", false, NULL, "no-such-device"},
    {"scsi0:1.present = \"TRUE\"\n", "", false, NULL, "no-such-device"},
    {"scsi0:1.present = \"TRUE\"\n", "scsi0:1.present", false, NULL, "no-such-device"},
    {"scsi0:1.present = \"TRUE\"\n", "a\nb=c", false, NULL, "no-such-device"},
};

START_TEST(removes_all_of_a_device)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(vx_str_c(removals[_i].before));
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();
    enum vmx_status status =
        vmx_doc_remove_device(doc, removals[_i].name, removals[_i].force, diags);

    ck_assert_int_eq(status, removals[_i].why ? VMX_ERR_INPUT : VMX_OK);
    ck_assert_str_eq(code_of(diags), removals[_i].why ? removals[_i].why : "");
    ck_assert_doc(
        doc, vx_str_c(removals[_i].why ? removals[_i].before : removals[_i].after));
}

END_TEST

/* ---- keys ------------------------------------------------------------------------ */

static const struct {
    const char *key, *value;
    enum vmx_status status;
    const char *code;
} checks[] = {
    {"memsize", "4096", VMX_OK, ""},
    {"memsize", "04096", VMX_OK, ""},
    {"memsize", "4o96", VMX_ERR_INPUT, "value-refused"},
    {"MEMSIZE", "4 GB of it", VMX_ERR_INPUT, "value-refused"},
    {"ethernet0.virtualDev", "vmxnet3", VMX_OK, ""},
    {"ethernet3.virtualDev", "vmxnet4", VMX_ERR_INPUT, "value-refused"},
    {"ethernet3.virtualdef", "vmxnet3", VMX_OK, "key-not-known"},
    {"scsi0.present", "TRUE", VMX_OK, ""},
    {"scsi0.present", "true", VMX_OK, ""},
    {"scsi0.present", "maybe", VMX_ERR_INPUT, "value-refused"},
    {"guestinfo.anything", "maybe", VMX_OK, ""},
    {"displayName", "any thing", VMX_OK, ""},
    {"a = b", "c", VMX_ERR_MISUSE, ""},
    {"", "c", VMX_ERR_MISUSE, ""},
};

START_TEST(checks_values)
{
    struct vmx_diags *diags VX_AUTO(diags_end) = vmx_diags_new();

    ck_assert_int_eq(vmx_key_check(checks[_i].key, checks[_i].value, diags),
                     checks[_i].status);
    ck_assert_str_eq(code_of(diags), checks[_i].code);
}

END_TEST

START_TEST(tells_types_and_secrets)
{
    ck_assert_str_eq(vmx_key_type("memSize"), "int");
    ck_assert_str_eq(vmx_key_type("scsi3:5.present"), "bool");
    ck_assert_ptr_null(vmx_key_type("made.up"));
    ck_assert_ptr_null(vmx_key_type(NULL));
    ck_assert(vmx_key_is_secret("remotedisplay.vnc.password"));
    ck_assert(vmx_key_is_secret("guestinfo.rootpw"));
    ck_assert(!vmx_key_is_secret("memSize"));
    ck_assert(!vmx_key_is_secret(""));
}

END_TEST

/* ---- what changed ---------------------------------------------------------------- */

START_TEST(a_diff_tells_no_secret)
{
    struct vmx_doc *before AUTO_DOC =
        DOC("# the password is geheim\nRemoteDisplay.vnc.password = \"geheim\"\n"
            "a = \"1\"\nguestinfo.token = \"geheim\" # x\n");
    struct vmx_doc *now AUTO_DOC =
        DOC("# the password is geheim\nRemoteDisplay.vnc.password = \"geheimer\"\n"
            "a = \"2\"\nguestinfo.token = \"geheim\" # x\n");
    char *text = NULL;
    size_t size = 0;

    ck_ok(vmx_doc_diff(before, now, "m.vmx", "new", false, &text, &size));
    ck_assert_str_eq(
        text, "--- m.vmx\n+++ new\n@@ -1,4 +1,4 @@\n # (redacted)\n"
              "-RemoteDisplay.vnc.password = \"(redacted)\"\n-a = \"1\"\n"
              "+RemoteDisplay.vnc.password = \"(redacted, changed)\"\n+a = \"2\"\n"
              " guestinfo.token = \"(redacted)\" # x\n");
    ck_assert_uint_eq(size, strlen(text));
    free(text);
    ck_ok(vmx_doc_diff(before, now, "m.vmx", "new", true, &text, NULL));
    ck_assert_ptr_nonnull(strstr(text, "+RemoteDisplay.vnc.password = \"geheimer\"\n"));
    free(text);
    ck_ok(vmx_doc_diff(now, now, "a", "b", false, &text, &size));
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(size, 0);
    free(text);
    ck_assert_int_eq(vmx_doc_diff(NULL, now, "a", "b", false, &text, NULL),
                     VMX_ERR_MISUSE);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("device");
    TCase *t = tcase_create("device");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, finds_the_place, 0, VX_COUNT(places));
    tcase_add_loop_test(t, fills_all_places, 0, VX_COUNT(fills));
    tcase_add_test(t, clears_what_was_switched_off);
    tcase_add_loop_test(t, chooses_a_model, 0, VX_COUNT(models));
    tcase_add_test(t, follows_the_models_that_are_there);
    tcase_add_loop_test(t, refuses_and_changes_nothing, 0, VX_COUNT(refusals));
    tcase_add_test(t, force_says_that_it_is_meant);
    tcase_add_test(t, misuse_is_told);
    tcase_add_loop_test(t, removes_all_of_a_device, 0, VX_COUNT(removals));
    tcase_add_loop_test(t, checks_values, 0, VX_COUNT(checks));
    tcase_add_test(t, tells_types_and_secrets);
    tcase_add_test(t, a_diff_tells_no_secret);
    suite_add_tcase(s, t);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
