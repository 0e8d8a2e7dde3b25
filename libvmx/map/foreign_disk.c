/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the drives of a foreign machine sit: a controller that VMware has, and a place
 * on it that no other drive has.
 *
 * A drive that has a place on SATA or IDE keeps it, since guests of those buses count
 * by it.  All others come one after the other, in the order of the elements. */
#include "map/foreign_part.h"

#include "base/num.h"

#include "base/banned.h"

enum {
    CONTROLLERS = 4, /* of a kind */
    SCSI_UNITS = 16, /* one is the controller itself */
    SCSI_SELF = 7,
    SATA_UNITS = 30,
    NVME_UNITS = 15,
    IDE_UNITS = 4, /* two on each of two channels */
    FLOPPIES = 2,
};

enum bus { SCSI, SATA, IDE, NVME, FLOPPY, BUSES, NOWHERE = BUSES };

static const char *const bus_names[] = {"scsi", "sata", "ide", "nvme", "fdc"};

/* A drive on its way. */
struct drive {
    struct vx_node *disk;
    enum bus bus;
    const char *model; /* of its SCSI controller */
    bool placed;
    unsigned controller, unit; /* ide: 0, and the channel * 2 + the unit */
};

struct plan {
    struct vx_foreign *f;
    struct drive *drives;
    size_t count;
    struct vx_foreign_files files;
    uint64_t taken[BUSES][CONTROLLERS]; /* a bit for each unit */
    const char *models[CONTROLLERS];    /* of SCSI controllers; NULL: not there */
    unsigned names;                     /* "sd" names that were given */
    bool pvscsi_told;
};

/* ---- which bus ------------------------------------------------------------------- */

static const char pvscsi[] = "vmpvscsi";

/* QEMU's SCSI controllers and what VMware has for their drivers. */
static const struct {
    const char *model, *ours;
} scsi_models[] = {
    {"virtio-scsi", pvscsi},
    {"virtio-transitional", pvscsi},
    {"virtio-non-transitional", pvscsi},
    {"vmpvscsi", pvscsi},
    {"buslogic", "buslogic"},
    {"lsilogic", "lsilogic"},
    {"lsisas1068", "lsisas1068"},
    {"lsisas1078", "lsisas1068"},
};

/* libvirt's rule for a target without a bus. */
static struct vx_str
bus_of(const struct vx_node *disk, const struct vx_node *target)
{
    static const struct {
        const char *prefix, *bus;
    } prefixes[] = {{"hd", "ide"},  {"sd", "scsi"}, {"fd", "fdc"},   {"vd", "virtio"},
                    {"xvd", "xen"}, {"ubd", "uml"}, {"nvme", "nvme"}};
    struct vx_str bus = vx_xml_peek(target, "bus"), name = vx_xml_peek(target, "dev");

    if (bus.n)
        return bus;
    for (size_t i = 0; i < VX_COUNT(prefixes); i++)
        if (vx_str_starts(name, vx_str_c(prefixes[i].prefix)))
            return vx_str_c(prefixes[i].bus);
    return vx_xml_attr_is(disk, "device", "floppy") ? VX_STR("fdc") : VX_STR("virtio");
}

static const char *
scsi_model(const struct plan *plan, struct vx_node *disk)
{
    struct vx_str index = vx_xml_peek(vx_foreign_at(disk, "address"), "controller");
    struct vx_node *controller = vx_foreign_at(plan->f->devices, "controller");

    if (index.n == 0)
        index = VX_STR("0");
    for (; controller; controller = vx_xml_next(controller, "controller"))
        if (vx_xml_attr_is(controller, "type", "scsi")
            && (vx_xml_peek(controller, "index").s == NULL
                || vx_str_eq(vx_xml_peek(controller, "index"), index)))
            for (size_t i = 0; i < VX_COUNT(scsi_models); i++)
                if (vx_str_eq(vx_xml_peek(controller, "model"),
                              vx_str_c(scsi_models[i].model)))
                    return scsi_models[i].ours;
    return pvscsi;
}

static enum bus
bus_for(const struct plan *plan, struct vx_node *disk, struct vx_str bus,
        const char **model)
{
    static const struct {
        const char *name;
        enum bus bus;
    } own[] = {
        {"sata", SATA}, {"ide", IDE}, {"nvme", NVME}, {"usb", SATA}, {"sd", SATA}};

    *model = NULL;
    if (vx_xml_attr_is(disk, "device", "floppy"))
        return FLOPPY;
    if (vx_xml_attr_is(disk, "device", "cdrom"))
        return vx_str_eq(bus, VX_STR("ide")) ? IDE : SATA;
    for (size_t i = 0; i < VX_COUNT(own); i++)
        if (vx_str_eq(bus, vx_str_c(own[i].name)))
            return own[i].bus;
    *model = vx_str_eq(bus, VX_STR("scsi")) ? scsi_model(plan, disk) : pvscsi;
    return SCSI;
}

/* ---- places ---------------------------------------------------------------------- */

static unsigned
units_of(enum bus bus)
{
    static const unsigned units[] = {
        [SCSI] = SCSI_UNITS, [SATA] = SATA_UNITS, [IDE] = IDE_UNITS,
        [NVME] = NVME_UNITS, [FLOPPY] = FLOPPIES,
    };

    return units[bus];
}

static unsigned
controllers_of(enum bus bus)
{
    return bus == IDE || bus == FLOPPY ? 1 : CONTROLLERS;
}

static bool
take(struct plan *plan, struct drive *drive, enum bus bus, unsigned controller,
     unsigned unit)
{
    uint64_t bit = (uint64_t)1 << unit;

    if (plan->taken[bus][controller] & bit || (bus == SCSI && unit == SCSI_SELF))
        return false;
    plan->taken[bus][controller] |= bit;
    drive->bus = bus;
    drive->controller = controller;
    drive->unit = unit;
    drive->placed = true;
    return true;
}

static bool
take_free(struct plan *plan, struct drive *drive, enum bus bus, unsigned controller)
{
    for (unsigned unit = 0; unit < units_of(bus); unit++)
        if (take(plan, drive, bus, controller, unit))
            return true;
    return false;
}

/* A controller has one model; when all four are there, any will do that has room. */
static bool
take_scsi(struct plan *plan, struct drive *drive)
{
    for (unsigned i = 0; i < CONTROLLERS; i++) {
        if (plan->models[i] == NULL)
            plan->models[i] = drive->model;
        if (strcmp(plan->models[i], drive->model) == 0
            && take_free(plan, drive, SCSI, i))
            return true;
    }
    for (unsigned i = 0; i < CONTROLLERS; i++)
        if (take_free(plan, drive, SCSI, i))
            return true;
    return false;
}

static bool
take_any(struct plan *plan, struct drive *drive, enum bus bus)
{
    if (bus == SCSI)
        return take_scsi(plan, drive);
    for (unsigned i = 0; i < controllers_of(bus); i++)
        if (take_free(plan, drive, bus, i))
            return true;
    return false;
}

static bool
number_in(const struct vx_node *address, const char *attr, unsigned limit,
          unsigned *ret)
{
    struct vx_str text = vx_xml_peek(address, attr);
    uint64_t number = 0;

    if (text.s && (!vx_num_u64(text, &number) || number >= limit))
        return false;
    *ret = (unsigned)number;
    return true;
}

/* hdc is the third of IDE, fdb the second floppy: what libvirt makes of a name. */
static bool
unit_of_name(struct vx_str name, enum bus bus, unsigned *ret)
{
    if (name.n != 3 || name.s[2] < 'a' || (unsigned)(name.s[2] - 'a') >= units_of(bus)
        || !vx_str_starts(name, bus == IDE ? VX_STR("hd") : VX_STR("fd")))
        return false;
    *ret = (unsigned)(name.s[2] - 'a');
    return true;
}

/* The place that its own elements name. */
static void
take_told(struct plan *plan, struct drive *drive)
{
    const struct vx_node *address = vx_foreign_at(drive->disk, "address");
    unsigned controller = 0, bus = 0, target = 0, unit = 0;
    bool told =
        address && vx_xml_attr_is(address, "type", "drive")
        && number_in(address, "controller", controllers_of(drive->bus), &controller)
        && number_in(address, "bus", drive->bus == IDE ? 2 : 1, &bus)
        && number_in(address, "target", 1, &target)
        && number_in(address, "unit", drive->bus == IDE ? 2 : units_of(drive->bus),
                     &unit);

    if (drive->bus == SCSI || drive->bus == NVME)
        return;
    if (!told && (drive->bus == IDE || drive->bus == FLOPPY))
        told = unit_of_name(vx_xml_peek(vx_foreign_at(drive->disk, "target"), "dev"),
                            drive->bus, &unit);
    if (told)
        take(plan, drive, drive->bus, controller, bus * 2 + unit);
}

/* ---- writing --------------------------------------------------------------------- */

static void
set_uint(struct vx_foreign *f, struct vx_node *element, const char *attr,
         unsigned number)
{
    vx_edit_set(f, element, attr, vx_arena_printf(f->map->arena, "%u", number));
}

/* Names say nothing to VMware; they only must not be twice. */
static struct vx_str
target_name(struct plan *plan, const struct drive *drive)
{
    struct vx_arena *arena = plan->f->map->arena;
    unsigned number;

    if (drive->bus == NVME)
        return vx_arena_printf(arena, "nvme%un%u", drive->controller, drive->unit + 1);
    if (drive->bus == IDE || drive->bus == FLOPPY)
        return vx_arena_printf(arena, "%s%c", drive->bus == IDE ? "hd" : "fd",
                               (int)('a' + drive->unit));
    number = plan->names++;
    if (number < 26)
        return vx_arena_printf(arena, "sd%c", (int)('a' + number));
    return vx_arena_printf(arena, "sd%c%c", (int)('a' + number / 26 - 1),
                           (int)('a' + number % 26));
}

static void
write_place(struct plan *plan, const struct drive *drive)
{
    struct vx_foreign *f = plan->f;
    struct vx_node *target = vx_edit_child(f, drive->disk, "target"), *address;
    bool ide = drive->bus == IDE;

    vx_edit_hide_all(drive->disk, "address");
    address = vx_edit_add(f, drive->disk, "address");
    if (target == NULL || address == NULL)
        return;
    vx_edit_set(f, target, "dev", target_name(plan, drive));
    vx_edit_set(f, target, "bus", vx_str_c(bus_names[drive->bus]));
    vx_edit_set(f, address, "type", VX_STR("drive"));
    set_uint(f, address, "controller", drive->controller);
    set_uint(f, address, "bus", ide ? drive->unit / 2 : 0);
    set_uint(f, address, "target", 0);
    set_uint(f, address, "unit", ide ? drive->unit % 2 : drive->unit);
}

/* "scsi0:1" */
static const char *
place_name(struct plan *plan, const struct drive *drive)
{
    if (drive->bus == FLOPPY)
        return vx_foreign_text(plan->f, "floppy%u", drive->unit);
    if (drive->bus == IDE)
        return vx_foreign_text(plan->f, "ide%u:%u", drive->unit / 2, drive->unit % 2);
    return vx_foreign_text(plan->f, "%s%u:%u", bus_names[drive->bus], drive->controller,
                           drive->unit);
}

/* The guest meets another controller, and needs its driver to start. */
static void
tell_driver(struct plan *plan, const struct drive *drive, struct vx_node *target)
{
    if (drive->bus != SCSI || plan->pvscsi_told
        || strcmp(plan->models[drive->controller], pvscsi) != 0)
        return;
    plan->pvscsi_told = true;
    if (plan->f->windows)
        vx_foreign_note(
            plan->f, VX_GUEST_DRIVER, VMX_LOSS_CRITICAL, target, "bus",
            "Windows does not start from VMware's pvscsi controller without "
            "its driver",
            "Install VMware Tools before the machine is moved, or attach the "
            "disk to SATA for the first start.");
    else
        vx_foreign_note(plan->f, VX_GUEST_DRIVER, VMX_LOSS_WARNING, target, "bus",
                        "The guest starts from VMware's pvscsi controller",
                        "Have the driver vmw_pvscsi in the initial RAM disk before the "
                        "machine is moved.");
}

static void
tell_move(struct plan *plan, const struct drive *drive, struct vx_str bus,
          struct vx_node *target)
{
    struct vx_foreign *f = plan->f;

    if (target == NULL || vx_str_eq(bus, vx_str_c(bus_names[drive->bus]))
        || (drive->bus == FLOPPY))
        return;
    vx_foreign_note(f, VX_DEVICE_CHANGED, VMX_LOSS_INFORMATION, target, "bus",
                    vx_foreign_text(f, "The drive is now %s", place_name(plan, drive)),
                    NULL);
}

static void
place(struct plan *plan, struct drive *drive)
{
    struct vx_node *target = vx_foreign_at(drive->disk, "target");
    struct vx_str bus = bus_of(drive->disk, target);
    enum bus wanted = drive->bus;

    if (!drive->placed && !take_any(plan, drive, wanted)
        && (wanted == FLOPPY || !take_any(plan, drive, SATA))) {
        vx_foreign_lose(plan->f, VX_DISK_NO_PLACE, VMX_LOSS_CRITICAL, drive->disk, NULL,
                        NULL);
        return;
    }
    tell_move(plan, drive, bus, target);
    if (target
        && (vx_str_eq(bus, VX_STR("virtio")) || vx_str_eq(bus, VX_STR("scsi"))
            || vx_str_eq(bus, VX_STR("xen"))))
        tell_driver(plan, drive, target);
    write_place(plan, drive);
}

/* ---- what a drive has else ------------------------------------------------------- */

/* VMware writes what the guest has written, through no cache of the host's. */
static void
settle_driver(struct vx_foreign *f, struct vx_node *disk)
{
    struct vx_node *driver = vx_foreign_at(disk, "driver");
    struct vx_str cache = vx_xml_peek(driver, "cache"),
                  discard = vx_xml_peek(driver, "discard");

    if (driver == NULL)
        return;
    if (vx_str_eq(cache, VX_STR("writeback")) || vx_str_eq(cache, VX_STR("unsafe")))
        vx_foreign_note(f, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, driver, "cache",
                        "ESXi has no cache for disks", NULL);
    driver->attrs = NULL;
    vx_edit_hide_all(driver, NULL);
    if (vx_str_eq(cache, VX_STR("writethrough")))
        vx_edit_set(f, driver, "cache", cache);
    if (vx_str_eq(discard, VX_STR("ignore")))
        vx_edit_set(f, driver, "discard", discard);
}

static void
settle_sectors(struct vx_foreign *f, struct vx_node *disk)
{
    struct vx_node *blocks = vx_foreign_at(disk, "blockio");
    struct vx_str size = vx_xml_peek(blocks, "logical_block_size");

    if (size.n && !vx_str_eq(size, VX_STR("512")))
        vx_foreign_note(f, VX_DISK_SECTORS, VMX_LOSS_CRITICAL, blocks,
                        "logical_block_size", NULL, NULL);
    vx_edit_hide(blocks);
}

static void
settle_drive(struct vx_foreign *f, struct vx_node *disk)
{
    static const char *const attrs[] = {"model", "rawio", "sgio", "startupPolicy"};
    struct vx_node *target = vx_foreign_at(disk, "target");

    settle_driver(f, disk);
    settle_sectors(f, disk);
    for (size_t i = 0; i < VX_COUNT(attrs); i++)
        vx_edit_drop(disk, attrs[i]);
    if (f->config == NULL) /* who takes snapshots there does without these */
        vx_edit_drop(disk, "snapshot");
    if (target) {
        vx_edit_drop(target, "tray");
        vx_edit_drop(target, "removable");
    }
    if (vx_xml_attr_is(disk, "device", "lun"))
        vx_edit_set(f, disk, "device", VX_STR("disk"));
    vx_edit_hide_all(disk, "alias");
    vx_edit_hide_all(disk, "acpi");
}

enum {
    FILES_MAX = 512
}; /* more than all places together: of further drives none stays */

static void
settle_file(struct plan *plan, struct vx_node *disk)
{
    if (plan->files.count >= FILES_MAX)
        return;
    if (vx_xml_attr_is(disk, "device", "cdrom"))
        vx_foreign_image_file(plan->f, &plan->files, disk, ".iso");
    else if (vx_xml_attr_is(disk, "device", "floppy"))
        vx_foreign_image_file(plan->f, &plan->files, disk, ".flp");
    else
        vx_foreign_disk_file(plan->f, &plan->files, disk);
}

/* ---- controllers ----------------------------------------------------------------- */

static bool
is_of_disks(const struct vx_node *controller)
{
    for (size_t i = 0; i < BUSES; i++)
        if (vx_str_eq(vx_xml_peek(controller, "type"), vx_str_c(bus_names[i])))
            return true;
    return false;
}

static void
add_controllers(struct plan *plan, enum bus bus)
{
    struct vx_foreign *f = plan->f;

    for (unsigned i = 0; i < CONTROLLERS; i++) {
        struct vx_node *made;

        if (plan->taken[bus][i] == 0)
            continue;
        made = vx_edit_add(f, f->devices, "controller");
        if (made == NULL)
            return;
        vx_edit_set(f, made, "type", vx_str_c(bus_names[bus]));
        set_uint(f, made, "index", i);
        if (bus == SCSI)
            vx_edit_set(f, made, "model", vx_str_c(plan->models[i]));
    }
}

/* ---- all drives ------------------------------------------------------------------ */

static bool
collect(struct plan *plan)
{
    struct vx_node *disk = vx_foreign_at(plan->f->devices, "disk");
    size_t count = 0;

    for (struct vx_node *each = disk; each; each = vx_xml_next(each, "disk"))
        count++;
    plan->drives =
        vx_arena_array(plan->f->map->arena, count + 1, sizeof(*plan->drives));
    if (plan->drives == NULL)
        return false;
    for (; disk; disk = vx_xml_next(disk, "disk")) {
        struct drive *drive = &plan->drives[plan->count++];

        drive->disk = disk;
        drive->bus = bus_for(plan, disk, bus_of(disk, vx_foreign_at(disk, "target")),
                             &drive->model);
        take_told(plan, drive);
    }
    return true;
}

void
vx_foreign_disks(struct vx_foreign *f)
{
    struct plan plan = {.f = f};

    if (f->devices == NULL || !collect(&plan))
        return;
    for (size_t i = 0; i < plan.count; i++) {
        settle_file(&plan, plan.drives[i].disk);
        settle_drive(f, plan.drives[i].disk);
        place(&plan, &plan.drives[i]);
    }
    for (struct vx_node *each = vx_foreign_at(f->devices, "controller"); each;
         each = vx_xml_next(each, "controller"))
        if (is_of_disks(each))
            vx_edit_hide(each);
    add_controllers(&plan, SCSI);
    add_controllers(&plan, SATA);
    add_controllers(&plan, NVME);
}
