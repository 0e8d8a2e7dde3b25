/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hard disks, CD-ROMs and floppies: scsiN:M, sataN:M, ideN:M, nvmeN:M and floppyN ↔
 * <disk>.  The rules for what a drive is are one decision; what disks have in common,
 * their names too, is in storage.c. */
#include "map/dev/disk.h"
#include "map/metadata.h"
#include "map/path.h"

#include "base/banned.h"

#define D(member) VX_M(vx_disk, member)
#define KIND(mask) VX_IF(vx_disk, kind, mask)
#define ONE(value) VX_IS(value)

/* ---- what is it? ----------------------------------------------------------------- */

enum { /* deviceType */
       T_ABSENT,
       T_DISK,
       T_SCSI_DISK,
       T_ATA_DISK,
       T_PLAIN,
       T_RAW,
       T_PHYSICAL,
       T_CD_IMAGE,
       T_CD_RAW,
       T_ATAPI,
       T_PASSTHRU,
       T_OTHER,
       T_COUNT,
};

static const char *const type_words[] = {
    "disk",        "scsi-hardDisk", "ata-hardDisk", "plainDisk",
    "rawDisk",     "physicalDrive", "cdrom-image",  "cdrom-raw",
    "atapi-cdrom", "scsi-passthru", NULL,
};

enum { /* fileName */
       N_ABSENT,
       N_EMPTY,
       N_NO_BACKING,
       N_AUTO,
       N_BLANKS,
       N_VMDK,
       N_ISO,
       N_ESX_DRIVE,
       N_DRIVE,
       N_DEVICE,
       N_OTHER,
       N_COUNT,
};

enum { NOT_SAID, TRUTH, UNTRUTH }; /* clientDevice */

enum { F_ABSENT, F_DEVICE, F_FILE, F_OTHER, F_COUNT }; /* fileType */

static const char *const file_words[] = {"device", "file", NULL};

enum { B_ABSENT, B_SCSI, B_SATA, B_IDE, B_NVME, B_FDC, B_OTHER, B_COUNT };

static const char *const bus_words[] = {"scsi", "sata", "ide", "nvme", "fdc", NULL};

enum { D_ABSENT, D_DISK, D_CDROM, D_LUN, D_FLOPPY, D_OTHER, D_COUNT };

static const char *const device_words[] = {"disk", "cdrom", "lun", "floppy", NULL};

enum { X_ABSENT, X_FILE, X_BLOCK, X_OTHER, X_COUNT };

static const char *const xml_type_words[] = {"file", "block", NULL};

enum { P_ABSENT, P_OPTIONAL, P_OTHER, P_COUNT };

static const char *const policy_words[] = {"optional", NULL};

enum { ABSENT, GIVEN, PRESENCES };

enum { DEV_ABSENT, DEV_CD, DEV_DRIVE, DEV_OTHER, DEV_COUNT };

static bool
is_device(struct vx_str name)
{
    return vx_str_starts(name, VX_STR("/dev/"))
           || vx_str_starts(name, VX_STR("/vmfs/devices/"))
           || vx_str_starts(name, VX_STR("\\\\.\\"));
}

/* Device names that only drives have; a raw disk of Windows is never a letter. */
static bool
is_drive(struct vx_str name)
{
    return vx_str_starts(name, VX_STR("/dev/sr"))
           || vx_str_starts(name, VX_STR("/dev/scd"))
           || vx_str_starts(name, VX_STR("/dev/cdrom"))
           || (name.n >= 2 && name.n <= 3 && vx_is_alpha((unsigned char)name.s[0])
               && name.s[1] == ':' && (name.n == 2 || name.s[2] == '\\'));
}

/* Words for a drive of the host that no path names: "CD/DVD drive 0", "Floppy 0". */
static bool
is_some_drive(struct vx_str name)
{
    return vx_str_ieq(name, VX_STR("auto detect"))
           || vx_str_istarts(name, VX_STR("CD/DVD drive "))
           || vx_str_istarts(name, VX_STR("CD-ROM "))
           || (vx_str_istarts(name, VX_STR("Floppy ")) && name.n <= 9);
}

/* Suffixes first: they decide over all that deviceType may say. */
static uint8_t
classify_name(struct vx_map *map, struct vx_str name)
{
    (void)map;
    if (name.s == NULL)
        return N_ABSENT;
    if (name.n == 0)
        return N_EMPTY;
    if (vx_str_iends(name, VX_STR(".vmdk")))
        return N_VMDK;
    if (vx_str_iends(name, VX_STR(".iso")))
        return N_ISO;
    if (vx_str_ieq(name, VX_STR("emptyBackingString"))
        || vx_str_ieq(name, VX_STR("vmware-null-remote-floppy")))
        return N_NO_BACKING;
    if (is_some_drive(name))
        return N_AUTO;
    if (vx_str_find(name, ' ') >= 0)
        return N_BLANKS;
    if (vx_str_starts(name, VX_STR("/vmfs/devices/cdrom/")))
        return N_ESX_DRIVE;
    if (is_drive(name))
        return N_DRIVE;
    return is_device(name) ? N_DEVICE : N_OTHER;
}

static uint8_t
classify_bool(struct vx_map *map, struct vx_str text)
{
    uint8_t tri = VX_UNSET;

    (void)map;
    if (text.s == NULL)
        return NOT_SAID;
    vx_bool_parse(text, &tri);
    return tri == VX_YES ? TRUTH : UNTRUTH;
}

static uint8_t
classify_dev(struct vx_map *map, struct vx_str text)
{
    uint8_t name;

    if (text.s == NULL)
        return DEV_ABSENT;
    name = classify_name(map, text);
    return name == N_ESX_DRIVE ? DEV_CD : name == N_DRIVE ? DEV_DRIVE : DEV_OTHER;
}

static const struct vx_facet disk_asks[] = {
    {.key = VX_NO_KEY, .classes = VX_BUSES},
    {.key = VX_DISK_deviceType, .words = type_words, .classes = T_COUNT},
    {.key = VX_DISK_fileName, .classify = classify_name, .classes = N_COUNT},
    {.key = VX_DISK_clientDevice, .classify = classify_bool, .classes = 3},
    {.key = VX_DISK_fileType, .words = file_words, .classes = F_COUNT},
};

static const struct vx_facet disk_xml_asks[] = {
    {.elem = "target", .attr = "bus", .words = bus_words, .classes = B_COUNT},
    {.elem = "", .attr = "device", .words = device_words, .classes = D_COUNT},
    {.elem = "", .attr = "type", .words = xml_type_words, .classes = X_COUNT},
    {.elem = "source", .attr = "file", .classes = PRESENCES},
    {.elem = "source", .attr = "dev", .classify = classify_dev, .classes = DEV_COUNT},
    {.elem = "source",
     .attr = "startupPolicy",
     .words = policy_words,
     .classes = P_COUNT},
    {.elem = "readonly", .classes = PRESENCES},
};

enum {
    FDC = ONE(VX_BUS_FLOPPY),
    NVME = ONE(VX_BUS_NVME),
    SCSI = ONE(VX_BUS_SCSI),
    NOTHING = ONE(N_ABSENT) | ONE(N_EMPTY) | ONE(N_NO_BACKING),
    SOME = ONE(N_AUTO) | ONE(N_BLANKS), /* no path, in a drive's fileName */
    HOSTS = ONE(N_DEVICE) | ONE(N_DRIVE) | ONE(N_ESX_DRIVE),
    DISKS = ONE(T_DISK) | ONE(T_SCSI_DISK) | ONE(T_ATA_DISK) | ONE(T_PLAIN) | ONE(T_RAW)
            | ONE(T_PHYSICAL),
    NOT_DISKS = ONE(T_ABSENT) | ONE(T_CD_IMAGE) | ONE(T_CD_RAW) | ONE(T_ATAPI)
                | ONE(T_PASSTHRU) | ONE(T_OTHER),
    NOT_FILE = ONE(F_ABSENT) | ONE(F_DEVICE) | ONE(F_OTHER),
    UNTOLD = ONE(T_ABSENT) | ONE(T_OTHER),
    CLIENT = ONE(TRUTH),
    XFILE = ONE(X_ABSENT) | ONE(X_FILE),
    XBLOCK = ONE(X_BLOCK),
    XDISK = ONE(D_ABSENT) | ONE(D_DISK),
    XCD = ONE(D_CDROM),
    XLUN = ONE(D_LUN),
    XFLOPPY = ONE(D_FLOPPY),
    NO = ONE(ABSENT),
    YES = ONE(GIVEN),
    NAMED = ONE(DEV_CD) | ONE(DEV_DRIVE) | ONE(DEV_OTHER),
};

#define BACK_NEVER                                                                     \
    {                                                                                  \
        VX_NEVER                                                                       \
    }

#define BACK_ONLY BACK_NEVER

/* clang-format off */
static const struct vx_case disk_cases[] = {
  /* kind                     bus, deviceType, fileName, client, fileType       bus, device, type, file, dev, policy, readonly */
  /* A drive whose medium is on the far side of a console has none here. */
  {VX_DISK_FLOPPY_EMPTY,      {FDC, 0, 0, CLIENT},                              BACK_NEVER},
  {VX_DISK_FLOPPY_AUTO,       {FDC, 0, ONE(N_AUTO), 0, NOT_FILE},               {0, XFLOPPY, XBLOCK, 0, NO, ONE(P_OPTIONAL)}},
  {VX_DISK_FLOPPY_HOST_EMPTY, {FDC, 0, NOTHING, 0, ONE(F_DEVICE)},              {0, XFLOPPY, XBLOCK, 0, NO}},
  {VX_DISK_FLOPPY_EMPTY,      {FDC, 0, NOTHING},                                {0, XFLOPPY, XFILE, NO}},
  {VX_DISK_FLOPPY_AUTO,       {FDC, 0, ONE(N_BLANKS), 0, ONE(F_DEVICE)},        BACK_NEVER},
  {VX_DISK_FLOPPY_HOST,       {FDC, 0, 0, 0, ONE(F_DEVICE)},                    {0, XFLOPPY, XBLOCK, 0, NAMED}},
  {VX_DISK_FLOPPY_HOST,       {FDC, 0, HOSTS, 0, NOT_FILE},                     BACK_NEVER},
  {VX_DISK_FLOPPY_FILE,       {FDC},                                            {0, XFLOPPY, XFILE, YES}},

  /* The suffix tells a disk from an image, whatever deviceType says. */
  {VX_DISK_FILE,              {0, 0, ONE(N_VMDK)},                              {0, XDISK, XFILE}},
  /* NVMe has hard disks alone. */
  {VX_DISK_FILE,              {NVME, 0, ONE(N_OTHER) | ONE(N_BLANKS)},          BACK_NEVER},
  {VX_DISK_BLOCK,             {NVME, 0, HOSTS},                                 BACK_NEVER},
  {VX_DISK_NONE,              {NVME},                                           BACK_NEVER},
  {VX_DISK_CD_EMPTY,          {0, NOT_DISKS, 0, CLIENT},                        BACK_NEVER},
  {VX_DISK_CD_IMAGE,          {0, 0, ONE(N_ISO)},                               {0, XCD, XFILE, YES}},

  {VX_DISK_CD_PASSTHRU,       {SCSI, ONE(T_PASSTHRU), ONE(N_ESX_DRIVE)},        {ONE(B_SCSI), XLUN, XBLOCK, 0, ONE(DEV_CD)}},
  {VX_DISK_CD_RAW,            {0, UNTOLD | ONE(T_PASSTHRU), ONE(N_ESX_DRIVE)},  BACK_NEVER},
  {VX_DISK_CD_RAW_AUTO,       {0, ONE(T_CD_RAW) | ONE(T_PASSTHRU), SOME},       {0, XLUN, XBLOCK, 0, NO, ONE(P_OPTIONAL)}},
  /* A lun without a source is refused by libvirt's parser; an emulated drive is not. */
  {VX_DISK_CD_HOST_EMPTY,     {0, ONE(T_CD_RAW), NOTHING},                      BACK_NEVER},
  {VX_DISK_CD_RAW,            {0, ONE(T_CD_RAW)},                               {0, XLUN, XBLOCK, 0, 0, 0, YES}},
  {VX_DISK_NONE,              {0, ONE(T_PASSTHRU), NOTHING},                    BACK_NEVER},
  {VX_DISK_LUN,               {0, ONE(T_PASSTHRU)},                             {ONE(B_SCSI), XLUN, XBLOCK, 0, ONE(DEV_CD) | ONE(DEV_OTHER)}},
  {VX_DISK_CD_RAW,            BACK_ONLY,                                        {0, XLUN, XBLOCK, 0, NAMED}},

  {VX_DISK_CD_HOST_AUTO,      {0, ONE(T_ATAPI), SOME},                          {0, XCD, XBLOCK, 0, NO, ONE(P_OPTIONAL)}},
  {VX_DISK_CD_HOST_AUTO,      {0, 0, ONE(N_AUTO)},                              BACK_NEVER},
  {VX_DISK_CD_HOST_EMPTY,     {0, ONE(T_ATAPI), NOTHING},                       {0, XCD, XBLOCK, 0, NO}},
  {VX_DISK_CD_HOST,           {0, ONE(T_ATAPI)},                                {0, XCD, XBLOCK, 0, NAMED}},
  {VX_DISK_CD_HOST,           {0, ONE(T_CD_IMAGE), HOSTS},                      BACK_NEVER},
  {VX_DISK_CD_HOST,           {0, UNTOLD, ONE(N_DRIVE)},                        BACK_NEVER},
  {VX_DISK_CD_EMPTY,          {0, ONE(T_CD_IMAGE) | UNTOLD, NOTHING},           {0, XCD, XFILE, NO}},
  {VX_DISK_CD_EMPTY,          {0, 0, ONE(N_NO_BACKING)},                        BACK_NEVER},
  {VX_DISK_CD_IMAGE,          {0, ONE(T_CD_IMAGE)},                             BACK_NEVER},

  /* A hard disk without a file: no parser takes one. */
  {VX_DISK_NONE,              {0, 0, NOTHING},                                  BACK_NEVER},
  {VX_DISK_BLOCK,             {0, 0, HOSTS},                                    {0, XDISK, XBLOCK}},
  {VX_DISK_FILE,              {0},                                              BACK_NEVER},
};
/* clang-format on */

static const struct vx_decision disk_decision = {
    disk_asks,
    disk_xml_asks,
    VX_COUNT(disk_asks),
    VX_COUNT(disk_xml_asks),
    VX_COUNT(disk_cases),
    disk_cases,
};

/* ---- rows ------------------------------------------------------------------------ */

enum {
    FILES = ONE(VX_DISK_FILE) | ONE(VX_DISK_CD_IMAGE) | ONE(VX_DISK_FLOPPY_FILE),
    DEVICES = ONE(VX_DISK_BLOCK) | ONE(VX_DISK_LUN) | ONE(VX_DISK_CD_HOST)
              | ONE(VX_DISK_CD_RAW) | ONE(VX_DISK_CD_PASSTHRU)
              | ONE(VX_DISK_FLOPPY_HOST),
    AUTOS = VX_DISK_AUTOS,
    EMPTIES = ONE(VX_DISK_CD_EMPTY) | ONE(VX_DISK_CD_HOST_EMPTY)
              | ONE(VX_DISK_FLOPPY_EMPTY) | ONE(VX_DISK_FLOPPY_HOST_EMPTY),
    CDS = ONE(VX_DISK_CD_IMAGE) | ONE(VX_DISK_CD_EMPTY) | ONE(VX_DISK_CD_HOST)
          | ONE(VX_DISK_CD_HOST_AUTO) | ONE(VX_DISK_CD_HOST_EMPTY) | ONE(VX_DISK_CD_RAW)
          | ONE(VX_DISK_CD_RAW_AUTO) | ONE(VX_DISK_CD_PASSTHRU),
    HARD = VX_DISK_HARD,
    SAID_MODES = ONE(VX_MODE_NONE) | ONE(VX_MODE_INDEPENDENT)
                 | ONE(VX_MODE_INDEPENDENT_TRANSIENT),
};

/* fileType (floppies alone have it) and type. */
static const struct vx_word xml_types[] = {
    [VX_DISK_FILE] = {NULL, "file"},
    [VX_DISK_BLOCK] = {NULL, "block"},
    [VX_DISK_LUN] = {NULL, "block"},
    [VX_DISK_CD_IMAGE] = {NULL, "file"},
    [VX_DISK_CD_EMPTY] = {NULL, "file"},
    [VX_DISK_CD_HOST] = {NULL, "block"},
    [VX_DISK_CD_HOST_AUTO] = {NULL, "block"},
    [VX_DISK_CD_HOST_EMPTY] = {NULL, "block"},
    [VX_DISK_CD_RAW] = {NULL, "block"},
    [VX_DISK_CD_RAW_AUTO] = {NULL, "block"},
    [VX_DISK_CD_PASSTHRU] = {NULL, "block"},
    [VX_DISK_FLOPPY_FILE] = {"file", "file"},
    [VX_DISK_FLOPPY_EMPTY] = {"file", "file"},
    [VX_DISK_FLOPPY_HOST] = {"device", "block"},
    [VX_DISK_FLOPPY_AUTO] = {"device", "block"},
    [VX_DISK_FLOPPY_HOST_EMPTY] = {"device", "block"},
    VX_WORDS_END,
};

/* What stands in fileName instead of a path, and what libvirt calls it. */
static const struct vx_word no_paths[] = {
    [VX_DISK_CD_EMPTY] = {"emptyBackingString", NULL},
    [VX_DISK_CD_HOST_AUTO] = {"auto detect", "optional"},
    [VX_DISK_CD_RAW_AUTO] = {"auto detect", "optional"},
    [VX_DISK_FLOPPY_AUTO] = {"auto detect", "optional"},
    [VX_DISK_CD_HOST_EMPTY] = {"", NULL},
    [VX_DISK_FLOPPY_EMPTY] = {"", NULL},
    [VX_DISK_FLOPPY_HOST_EMPTY] = {"", NULL},
}; /* never searched: the kind is known */

/* The schema's limits. */
static const struct vx_disk_limit vendor_limit = {8, NULL}, product_limit = {16, NULL},
                                  serial_limit = {256, "_.+- "};

/* A key that holds what the way back gives to another key: never exact. */
static const bool stray = true;

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_DISK_present),      VX_SELF},
  {VX_K(VX_DISK_fileType),     VX_ATTR("", "type"),                   .codec = &vx_disk_kind, .arg = xml_types, D(kind)},
  {VX_K(VX_DISK_deviceType),   VX_ATTR("", "device"),                 .codec = &vx_disk_type, D(kind)},
  /* Guarded so that modes without a word in XML are read and not written. */
  {VX_K(VX_DISK_mode),         VX_ATTR("", "snapshot"),               .codec = &vx_disk_snapshot, D(mode), VX_IF(vx_disk, mode, SAID_MODES)},
  {VX_K(VX_DISK_writeThrough), VX_ATTR("driver", "cache"),            .codec = &vx_bool_words, .arg = vx_disk_caches, D(write_through), .usual = "default"},
  /* disk.scsiUnmapAllowed, which storage.c puts when all SCSI disks say so */
  {VX_NOKEY,                   VX_ATTR("driver", "discard"),          .codec = &vx_bool_words, .arg = vx_disk_discards, D(no_discard)},

  {VX_K(VX_DISK_fileName),     VX_ATTR("source", "file"),             .codec = &vx_path,    D(file),   KIND(FILES)},
  {VX_K(VX_DISK_fileName),     VX_ATTR("source", "dev"),              .codec = &vx_text,    D(device), KIND(DEVICES)},
  {VX_K(VX_DISK_fileName),     VX_ATTR("source", "startupPolicy"),    .codec = &vx_disk_kind, .arg = no_paths, D(kind), KIND(AUTOS)},
  {VX_K(VX_DISK_fileName),     VX_SELF,                               .codec = &vx_disk_kind, .arg = no_paths, D(kind), KIND(EMPTIES)},
  /* Comes along with startupPolicy, as libvirt writes it. */
  {VX_K(VX_DISK_autodetect),   VX_SELF,                               .codec = &vx_bool, D(autodetect), KIND(AUTOS)},

  /* Names say nothing, the address does. */
  {VX_NOKEY,                   VX_ATTR("target", "dev"),              .codec = &vx_text, D(target)},
  {VX_NOKEY,                   VX_ATTR("target", "bus"),              .codec = &vx_enum, .arg = vx_disk_buses, D(bus)},
  {VX_K(VX_DISK_virtualSSD),   VX_ATTR("target", "rotation_rate"),    .codec = &vx_disk_ssd, D(ssd), KIND(HARD), .usual = "0"},

  /* Either key may hold either limit; the way back puts operations into the first and
   * bytes into the second. */
  {VX_K(VX_DISK_sched_bandwidthCap),  VX_TEXT("iotune/total_bytes_sec"), .codec = &vx_disk_bytes, D(bytes_cap)},
  {VX_K(VX_DISK_sched_throughputCap), VX_TEXT("iotune/total_bytes_sec"), .codec = &vx_disk_bytes, .arg = &stray, D(bytes_cap_old)},
  {VX_K(VX_DISK_sched_throughputCap), VX_TEXT("iotune/total_iops_sec"),  .codec = &vx_disk_ios,   D(ios_cap)},
  {VX_K(VX_DISK_sched_bandwidthCap),  VX_TEXT("iotune/total_iops_sec"),  .codec = &vx_disk_ios,   .arg = &stray, D(ios_cap_new)},

  {VX_K(VX_DISK_readonly),     VX_FLAG("readonly"),                   .codec = &vx_bool, D(readonly), KIND(~(uint32_t)CDS)},
  {VX_NOKEY,                   VX_FLAG("readonly"),                   .codec = &vx_bool, D(cd_readonly)},
  /* The way back puts `sharing`; of the bus, only its own word in the metadata tells. */
  {VX_K(VX_DISK_sharing),      VX_FLAG("shareable"),                  .codec = &vx_disk_sharing, D(shared)},
  {VX_K(VX_DISK_shared),       VX_FLAG("shareable"),                  .codec = &vx_disk_shared, D(shared_old)},
  {VX_NOKEY,                   VX_FLAG("shareable"),                  .codec = &vx_bool, D(shared_bus)},
  {VX_K(VX_DISK_mode),         VX_FLAG("transient"),                  .codec = &vx_disk_transient, D(transient)},
  {VX_K(VX_DISK_serialNumber), VX_TEXT("serial"),                     .codec = &vx_disk_word, .arg = &serial_limit,  D(serial)},
  {VX_K(VX_DISK_vendorID),     VX_TEXT("vendor"),                     .codec = &vx_disk_word, .arg = &vendor_limit,  D(vendor)},
  {VX_K(VX_DISK_productID),    VX_TEXT("product"),                    .codec = &vx_disk_word, .arg = &product_limit, D(product)},
  /* bios.bootOrder and bios.hddOrder, as boot.c has them. */
  {VX_NOKEY,                   VX_ATTR("boot", "order"),              .codec = &vx_integer, D(boot_order)},
  {VX_NOKEY,                   VX_HOOK(vx_hook_drive_address)},
};

/* clang-format on */

/* True to the VMX: the real controller and unit.  IDE's two channels are the buses of
 * one controller.  disk_back.c makes the prefix and the numbers of the keys of it. */
void
vx_hook_drive_address(struct vx_map *map, const struct vx_row *row,
                      const uint32_t *slot, void *model)
{
    const struct vx_disk *disk = model;
    struct vx_xml *xml = &map->xml;
    bool ide = disk->bus == VX_DISK_BUS_IDE;

    (void)row;
    (void)slot;
    vx_xml_at(xml, "address");
    vx_xml_attrs(xml, " type='drive'");
    vx_xml_attr_uint(xml, "controller", ide ? 0u : disk->controller);
    vx_xml_attr_uint(xml, "bus", ide ? disk->controller : 0u);
    vx_xml_attrs(xml, " target='0'");
    vx_xml_attr_uint(xml, "unit", disk->unit);
}

/* ---- is it there? ---------------------------------------------------------------- */

bool
vx_disk_in_range(const struct vx_map *map, uint8_t sub, uint32_t index, uint32_t unit)
{
    switch ((enum vx_bus)sub) {
    case VX_BUS_SCSI:
        return index <= VX_CONTROLLER_MAX && unit != VX_SCSI_UNIT_SELF
               && unit <= (vx_scsi_is_wide(map) ? 64 : 15);
    case VX_BUS_SATA:
        return index <= VX_CONTROLLER_MAX && unit < 30;
    case VX_BUS_IDE:
        return index < 2 && unit < 2;
    case VX_BUS_NVME: /* hardware 21 brought 64 disks on one controller */
        return index <= VX_CONTROLLER_MAX
               && unit < (map->vm.hw == 0 || map->vm.hw >= 21 ? 64 : 15);
    case VX_BUS_FLOPPY:
        return index < 2;
    case VX_BUSES:
        break;
    }
    return false;
}

static bool
is_plugged(const struct vx_map *map, const struct vx_instance *i)
{
    const struct vx_instance *controller;

    if (i->sub == VX_BUS_IDE || i->sub == VX_BUS_FLOPPY)
        return true;
    controller = vx_slots_find(&map->slots, VX_KIND_CONTROLLER, i->sub, i->index, 0);
    return controller && controller->model;
}

/* libvirt drops such disks without a word. */
static bool
disk_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_disk *disk = model;
    uint32_t blamed =
        i->slot[i->slot[VX_DISK_fileName] ? VX_DISK_fileName : VX_DISK_present];

    if (i->sub == VX_BUS_NVME && !vx_map_knows(map, VX_SINCE_NVME))
        vx_map_loss(map, VX_NVME_DROPPED, VMX_LOSS_CRITICAL, blamed, NULL, NULL);
    else if (!vx_disk_in_range(map, i->sub, i->index, i->unit))
        vx_map_loss(map, VX_DISK_RANGE, VMX_LOSS_WARNING, blamed, NULL, NULL);
    else if (!is_plugged(map, i))
        vx_map_loss(map, VX_DISK_UNPLUGGED, VMX_LOSS_WARNING, blamed, NULL, NULL);
    else if (disk->kind == VX_DISK_NONE)
        vx_map_loss(map, VX_DISK_NOTHING, VMX_LOSS_WARNING, blamed, NULL, NULL);
    else {
        bool floppy = i->sub == VX_BUS_FLOPPY;

        disk->bus = (uint8_t)(i->sub + 1);
        disk->controller = floppy ? 0 : i->index;
        disk->unit = floppy ? i->index : i->unit;
        return true;
    }
    return false;
}

/* ---- what only several members tell ---------------------------------------------- */

/* Keys that say what their absence would. */
static void
note_defaults(struct vx_map *map, const struct vx_instance *i, struct vx_disk *disk)
{
    static const struct {
        int16_t key;
        bool usual;
    } defaults[] = {
        {VX_DISK_startConnected, true},
        {VX_DISK_allowGuestConnectionControl, true},
        {VX_DISK_clientDevice, false},
        {VX_DISK_autodetect, false},
    };

    for (size_t n = 0; n < VX_COUNT(defaults); n++) {
        uint32_t slot = i->slot[defaults[n].key];

        if (slot && vx_map_bool(map, slot, !defaults[n].usual) == defaults[n].usual)
            vx_map_default(map, slot);
    }
    if (disk->autodetect == VX_NO)
        disk->autodetect = VX_UNSET;
    if (disk->mode == VX_MODE_PERSISTENT)
        vx_map_default(map, i->slot[VX_DISK_mode]);
}

static void
note_mode(struct vx_map *map, const struct vx_instance *i, const struct vx_disk *disk)
{
    uint32_t slot = i->slot[VX_DISK_mode];

    switch ((enum vx_disk_mode)disk->mode) {
    case VX_MODE_NONE:
    case VX_MODE_PERSISTENT:
        break;
    case VX_MODE_INDEPENDENT:
        vx_map_loss(map, VX_DISK_INDEPENDENT, VMX_LOSS_INFORMATION, slot, NULL, NULL);
        break;
    case VX_MODE_INDEPENDENT_TRANSIENT:
    case VX_MODE_TRANSIENT:
        vx_map_loss(map, VX_DISK_FORGETS, VMX_LOSS_WARNING, slot, NULL, NULL);
        break;
    case VX_MODE_UNDOABLE:
    case VX_MODE_APPEND:
        vx_map_loss(map, VX_DISK_MODE_LOST, VMX_LOSS_WARNING, slot, NULL, NULL);
        break;
    }
}

static bool
is_raw_type(struct vx_str type)
{
    return vx_str_ieq(type, VX_STR("rawDisk"))
           || vx_str_ieq(type, VX_STR("physicalDrive"))
           || vx_str_ieq(type, VX_STR("plainDisk"));
}

/* Data that copying the named file does not copy. */
static void
note_data(struct vx_map *map, const struct vx_instance *i, const struct vx_disk *disk)
{
    uint32_t name = i->slot[VX_DISK_fileName], type = i->slot[VX_DISK_deviceType];

    if (!vx_disk_is(disk, HARD))
        return;
    if (type && is_raw_type(vx_map_value(map, type)))
        vx_map_loss(map, VX_RAW_DISK, VMX_LOSS_CRITICAL, type, NULL, NULL);
    else if (disk->kind != VX_DISK_FILE)
        vx_map_loss(map, VX_RAW_DISK, VMX_LOSS_CRITICAL, name, NULL, NULL);
    if (vx_disk_is_delta(disk->file,
                         vx_map_value(map, map->slots.machine[VX_M_displayName])))
        vx_map_loss(map, VX_SNAPSHOT_DELTA, VMX_LOSS_CRITICAL, name, NULL, NULL);
    if (i->slot[VX_DISK_redo] && vx_map_value(map, i->slot[VX_DISK_redo]).n)
        vx_map_loss(map, VX_REDO_LOG, VMX_LOSS_CRITICAL, i->slot[VX_DISK_redo], NULL,
                    NULL);
    if (disk->shared == VX_YES || disk->shared_old == VX_YES)
        vx_map_loss(map, VX_SHARED_DISK, VMX_LOSS_CRITICAL,
                    i->slot[disk->shared == VX_YES ? VX_DISK_sharing : VX_DISK_shared],
                    NULL, NULL);
    if (i->slot[VX_DISK_keyId])
        vx_map_loss(map, VX_ENCRYPTED_DISK, VMX_LOSS_CRITICAL, i->slot[VX_DISK_keyId],
                    NULL, NULL);
}

/* Combinations that VMware's own tools do not write. */
static void
note_oddities(struct vx_map *map, const struct vx_instance *i,
              const struct vx_disk *disk)
{
    uint32_t name = i->slot[VX_DISK_fileName], type = i->slot[VX_DISK_deviceType];
    struct vx_str word = vx_map_value(map, type);
    size_t known = 0;

    while (word.s && type_words[known] && !vx_str_is(word, type_words[known]))
        known++;
    if (word.s && type_words[known] == NULL)
        vx_map_diag(map, VX_ODD_DEVICE_TYPE, type, "\"%.*s\" is no kind of device",
                    VX_ARG(word));
    else if (disk->kind == VX_DISK_FILE && known + 1 >= T_CD_IMAGE
             && known + 1 <= T_ATAPI)
        vx_map_diag(map, VX_CDROM_VMDK, type,
                    "\"%.*s\", and the file is a virtual disk", VX_ARG(word));
    else if (disk->kind == VX_DISK_CD_IMAGE && word.s && known + 1 != T_CD_IMAGE)
        vx_map_diag(map, VX_ODD_DEVICE_TYPE, type,
                    "\"%.*s\", and the file is a CD image", VX_ARG(word));
    if (disk->kind == VX_DISK_CD_EMPTY && type == 0 && name == 0
        && classify_bool(map, vx_map_value(map, i->slot[VX_DISK_clientDevice]))
               != TRUTH)
        vx_map_diag(map, VX_UNTOLD_DRIVE, i->slot[VX_DISK_present],
                    "nothing tells what kind of drive it is");
    if ((disk->kind == VX_DISK_FILE && !vx_str_iends(disk->file, VX_STR(".vmdk")))
        || (disk->kind == VX_DISK_CD_IMAGE
            && !vx_str_iends(disk->file, VX_STR(".iso"))))
        vx_map_diag(map, VX_ODD_DISK_NAME, name, "neither .vmdk nor .iso");
}

/* One limit of each kind; a second one is kept as text. */
static void
merge_caps(struct vx_map *map, const struct vx_instance *i, struct vx_disk *disk)
{
    static const int16_t keys[] = {VX_DISK_sched_throughputCap,
                                   VX_DISK_sched_bandwidthCap};

    if (disk->bytes_cap.set)
        disk->bytes_cap_old.set = false;
    if (disk->ios_cap.set)
        disk->ios_cap_new.set = false;
    for (size_t n = 0; n < VX_COUNT(keys); n++)
        if (i->slot[keys[n]]
            && vx_str_ieq(vx_map_value(map, i->slot[keys[n]]), VX_STR("off")))
            vx_map_default(map, i->slot[keys[n]]);
}

/* Of a domain alone the way back knows other words, or none. */
static void
settle_words(struct vx_map *map, const struct vx_instance *i,
             const struct vx_disk *disk)
{
    if (vx_disk_is(disk, VX_DISK_HOST_EMPTIES)) {
        vx_dev_inexact(map, i->slot[VX_DISK_deviceType]);
        vx_dev_inexact(map, i->slot[VX_DISK_fileType]);
    }
    if (vx_disk_is(disk, EMPTIES) && no_paths[disk->kind].vmx[0] == '\0')
        vx_dev_inexact(map, i->slot[VX_DISK_fileName]);
    if (disk->kind == VX_DISK_LUN
        && (i->sub != VX_BUS_SCSI || classify_dev(map, disk->device) == DEV_DRIVE))
        vx_dev_inexact(map, i->slot[VX_DISK_deviceType]);
    /* By ESX's name for the drive the domain alone tells the other way to pass it. */
    if (disk->kind == VX_DISK_CD_RAW && i->sub == VX_BUS_SCSI
        && classify_dev(map, disk->device) == DEV_CD)
        vx_dev_inexact(map, i->slot[VX_DISK_deviceType]);
}

static void
disk_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_disk *disk = model;

    if (vx_disk_is(disk, CDS))
        disk->cd_readonly = VX_YES;
    if (i->sub == VX_BUS_NVME)
        disk->ssd = VX_UNSET; /* NVMe disks do not turn; libvirt has no rate for them */
    merge_caps(map, i, disk);
    settle_words(map, i, disk);
    note_defaults(map, i, disk);
    note_mode(map, i, disk);
    note_data(map, i, disk);
    note_oddities(map, i, disk);
    if (vx_disk_is(disk, EMPTIES)
        && vx_map_bool(map, i->slot[VX_DISK_clientDevice], false))
        vx_map_loss(map, VX_CLIENT_DEVICE, VMX_LOSS_INFORMATION,
                    i->slot[VX_DISK_clientDevice], NULL, NULL);
}

/* ---- identity -------------------------------------------------------------------- */

static void
disk_mark(struct vx_map *map, const void *model, struct vx_mark *ret)
{
    const struct vx_disk *disk = model;

    ret->source = disk->file.s ? vx_path_to_xml(map, disk->file) : disk->device;
    ret->target = disk->target;
}

const struct vx_device vx_device_disk = {
    .name = "disk",
    .element = "disk",
    .kind = VX_KIND_DISK,
    .present = VX_DISK_present,
    .size = sizeof(struct vx_disk),
    .decision = &disk_decision,
    .decided = offsetof(struct vx_disk, kind),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = disk_accept,
    .in = disk_in,
    .mark = disk_mark,
    .claims = vx_disk_claims,
    .accept_xml = vx_disk_accept_xml,
    .in_xml = vx_disk_in_xml,
    .put = vx_disk_put,
};
