/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* New devices: what is chosen where nothing is said, and which keys they are.  All of
 * them are planned before the first is set. */
#include "edit/place.h"

#include "doc/spell.h"

#include "base/banned.h"

enum { ROWS_MAX = 16, TRIES_MAX = 8 };

enum { /* what a kind takes of struct vmx_device */
       FILE_NAME = 1,
       BUS = 2,
       MODEL = 4,
       NETWORK = 8,
};

struct row {
    struct vx_str key, value;
};

struct adding {
    struct vx_machine_view machine;
    const struct vmx_device *wanted;
    const struct vx_place *at; /* or NULL */
    struct vx_str name;        /* of the new device */
    bool was_off;
    struct row rows[ROWS_MAX];
    size_t count;
};

struct kind {
    const char *word;
    unsigned takes;
    uint8_t kind; /* enum vx_key_kind */
    enum vmx_status (*plan)(struct adding *adding);
};

/* ---- the plan -------------------------------------------------------------------- */

static void
put(struct adding *adding, struct vx_str device, const char *property,
    const char *value)
{
    struct row *row = &adding->rows[adding->count++];

    row->key = vx_arena_printf(&adding->machine.arena, "%s.%s", device.s, property);
    row->value = vx_str_c(value);
}

static enum vmx_status
no_place(struct adding *adding, const char *what)
{
    vx_diag(adding->machine.diags, VX_NO_FREE_PLACE, VX_NO_SPAN,
            adding->wanted->at ? "%s is not free, or no place for a %s"
                               : "%s no place is free for another %s",
            adding->wanted->at ? adding->wanted->at : "on the machine", what);
    return VMX_ERR_INPUT;
}

static enum vmx_status
too_old(struct adding *adding, struct vx_str what, unsigned since)
{
    vx_diag(adding->machine.diags, VX_HW_BEFORE_DEVICE, VX_NO_SPAN,
            "%.*s needs hardware version %u, and the machine has %u", VX_ARG(what),
            since, adding->machine.version);
    return VMX_ERR_INPUT;
}

static enum vmx_status
bad_word(struct adding *adding, const char *word, const char *expected)
{
    vx_diag(adding->machine.diags, VX_DEVICE_OPTION, VX_NO_SPAN,
            "\"%.*s\" is not known; expected %s", VX_ARG(vx_str_c(word)), expected);
    return VMX_ERR_INPUT;
}

static enum vmx_status
option(struct adding *adding, const char *message)
{
    vx_diag(adding->machine.diags, VX_DEVICE_OPTION, VX_NO_SPAN, "%s", message);
    return VMX_ERR_INPUT;
}

/* ---- models ---------------------------------------------------------------------- */

/* The first hardware version that has them: the vendor's tables of hardware features.
 */
static const struct {
    const char *word;
    uint8_t kind; /* enum vx_key_kind */
    unsigned since;
} models[] = {
    {"buslogic", VX_KIND_CONTROLLER, 0},
    {"lsilogic", VX_KIND_CONTROLLER, 0},
    {"lsisas1068", VX_KIND_CONTROLLER, 7},
    {"pvscsi", VX_KIND_CONTROLLER, 7},
    {"vlance", VX_KIND_NIC, 0},
    {"vmxnet", VX_KIND_NIC, 0},
    {"e1000", VX_KIND_NIC, 4},
    {"vmxnet3", VX_KIND_NIC, 7},
    {"e1000e", VX_KIND_NIC, 8},
};

/* Is `word` a model of the kind that the machine can have? */
static enum vmx_status
check_model(struct adding *adding, uint8_t kind, const char *word)
{
    struct vx_buf known VX_AUTO(vx_buf_done) = VX_BUF(1000);

    if (adding->wanted->force)
        return VMX_OK;
    for (size_t i = 0; i < VX_COUNT(models); i++) {
        if (models[i].kind != kind)
            continue;
        if (vx_str_is(vx_str_c(word), models[i].word))
            return vx_machine_reaches(&adding->machine, models[i].since)
                       ? VMX_OK
                       : too_old(adding, vx_str_c(word), models[i].since);
        vx_buf_printf(&known, "%s%s", known.size ? ", " : "", models[i].word);
    }
    vx_buf_char(&known, '\0');
    return known.failed ? VMX_ERR_NOMEM : bad_word(adding, word, known.data);
}

/* Is the guest one of the family that is not too old for what came with version 7? */
static bool
is_newer(const struct adding *adding, const char *family)
{
    const struct vx_guestos_row *guest = adding->machine.guest;

    return guest && guest->machine != VX_MACHINE_I440FX
           && strcmp(guest->family, family) == 0
           && vx_machine_reaches(&adding->machine, 7);
}

/* The model that the machine's other controllers have, else one that the guest has a
 * driver for. */
static const char *
scsi_model(struct adding *adding)
{
    const struct vx_machine_view *machine = &adding->machine;

    if (adding->wanted->model)
        return adding->wanted->model;
    for (const struct vx_instance *i = machine->slots.first[VX_KIND_CONTROLLER]; i;
         i = i->next) {
        struct vx_str model = vx_machine_text(machine, i, VX_CTRL_virtualDev);

        if (i->sub == VX_BUS_SCSI && vx_machine_has(machine, i) && model.n)
            return vx_arena_dup(&adding->machine.arena, model).s;
    }
    if (is_newer(adding, "linux"))
        return "pvscsi";
    return is_newer(adding, "windows") ? "lsisas1068" : "lsilogic";
}

/* NULL when memory fails. */
static const char *
nic_model(struct adding *adding)
{
    const struct vx_machine_view *machine = &adding->machine;

    if (adding->wanted->model)
        return adding->wanted->model;
    for (const struct vx_instance *i = machine->slots.first[VX_KIND_NIC]; i;
         i = i->next) {
        struct vx_str model = vx_machine_text(machine, i, VX_NIC_virtualDev);

        if (vx_machine_has(machine, i) && model.n)
            return vx_arena_dup(&adding->machine.arena, model).s;
    }
    if (is_newer(adding, "linux"))
        return "vmxnet3";
    if (is_newer(adding, "windows") && vx_machine_reaches(machine, 8))
        return "e1000e";
    return vx_machine_reaches(machine, 4) ? "e1000" : "vlance";
}

/* ---- buses ----------------------------------------------------------------------- */

/* Which buses to look for a place on, in this order. */
struct tries {
    uint8_t bus[TRIES_MAX];
    size_t count;
};

static void
try(struct tries *tries, uint8_t bus)
{
    tries->bus[tries->count++] = bus;
}

static void
try_bus_of(const struct adding *adding, bool disks, struct tries *tries)
{
    const struct vx_machine_view *machine = &adding->machine;

    for (const struct vx_instance *i = machine->slots.first[VX_KIND_DISK]; i;
         i = i->next)
        if (i->sub != VX_BUS_FLOPPY && vx_machine_has(machine, i)
            && vx_machine_is_disk(machine, i) == disks) {
            try(tries, i->sub);
            return;
        }
}

static void
try_present(const struct adding *adding, uint8_t bus, struct tries *tries)
{
    for (unsigned index = 0; index < 4; index++)
        if (vx_machine_has(&adding->machine,
                           vx_place_controller(&adding->machine, bus, index))) {
            try(tries, bus);
            return;
        }
}

static void
try_for_disk(const struct adding *adding, struct tries *tries)
{
    const struct vx_guestos_row *guest = adding->machine.guest;

    try_bus_of(adding, true, tries);
    try_present(adding, VX_BUS_SCSI, tries);
    try_present(adding, VX_BUS_NVME, tries);
    try_present(adding, VX_BUS_SATA, tries);
    if (adding->machine.arch == VX_ARCH_AARCH64)
        try(tries, VX_BUS_NVME);
    else if (guest && strcmp(guest->family, "macos") == 0)
        try(tries, VX_BUS_SATA);
    try(tries, VX_BUS_SCSI);
}

static void
try_for_cdrom(const struct adding *adding, struct tries *tries)
{
    try_bus_of(adding, false, tries);
    try_present(adding, VX_BUS_SATA, tries);
    if (adding->machine.arch != VX_ARCH_AARCH64)
        try(tries, VX_BUS_IDE);
    try(tries, VX_BUS_SATA);
    try(tries, VX_BUS_SCSI);
}

static enum vmx_status
wanted_bus(struct adding *adding, uint8_t *ret)
{
    struct vx_str word = vx_str_c(adding->wanted->bus);

    for (unsigned bus = 0; bus < VX_BUSES; bus++) {
        if (bus == VX_BUS_FLOPPY || !vx_str_ieq(word, vx_bus_words[bus]))
            continue;
        *ret = (uint8_t)bus;
        if (!adding->wanted->force
            && !vx_machine_reaches(&adding->machine, vx_bus_since(*ret)))
            return too_old(adding, word, vx_bus_since(*ret));
        return VMX_OK;
    }
    return bad_word(adding, adding->wanted->bus, "scsi, sata, ide or nvme");
}

/* ---- drives ---------------------------------------------------------------------- */

static void
put_controller(struct adding *adding, const struct vx_place *place)
{
    struct vx_str name = vx_place_name(&adding->machine.arena, place);

    put(adding, name, "present", "TRUE");
    if (place->sub == VX_BUS_SCSI)
        put(adding, name, "virtualDev", scsi_model(adding));
}

static bool
find_on_bus(struct adding *adding, uint8_t bus, struct vx_found *ret)
{
    struct vx_wish wish = {.kind = VX_KIND_DISK, .sub = bus, .at = adding->at};

    if (bus == VX_BUS_SCSI) {
        wish.model = vx_str_c(adding->wanted->model);
        wish.new_model = vx_str_c(scsi_model(adding));
    }
    return vx_machine_reaches(&adding->machine,
                              adding->wanted->force ? 0 : vx_bus_since(bus))
           && vx_place_find(&adding->machine, &wish, ret);
}

/* A place for a drive, with its controller where that must be added. */
static enum vmx_status
take_seat(struct adding *adding, const struct tries *tries, const char *what)
{
    struct vx_found found;
    struct vx_place controller;

    for (size_t i = 0; i < tries->count; i++) {
        if (!find_on_bus(adding, tries->bus[i], &found))
            continue;
        controller = found.place;
        controller.kind = VX_KIND_CONTROLLER;
        if (found.new_controller)
            put_controller(adding, &controller);
        adding->was_off = found.was_off;
        adding->name = vx_place_name(&adding->machine.arena, &found.place);
        return VMX_OK;
    }
    return no_place(adding, what);
}

static enum vmx_status
find_seat(struct adding *adding, const char *what,
          void (*usual)(const struct adding *adding, struct tries *tries))
{
    struct tries tries = {.count = 0};
    enum vmx_status status;
    uint8_t bus = VX_BUS_SCSI;

    if (adding->wanted->bus) {
        status = wanted_bus(adding, &bus);
        if (status != VMX_OK)
            return status;
        if (adding->at && adding->at->sub != bus)
            return no_place(adding, what);
        try(&tries, bus);
    } else if (adding->at) {
        try(&tries, adding->at->sub);
    } else if (adding->wanted->model) {
        try(&tries, VX_BUS_SCSI); /* the only one that has models */
    } else {
        usual(adding, &tries);
    }
    return take_seat(adding, &tries, what);
}

/* Two machines' worth of writes into one disk destroy it, and so do two drives'. */
static bool
is_in_use(const struct adding *adding, struct vx_str file)
{
    const struct vx_machine_view *machine = &adding->machine;

    for (const struct vx_instance *i = machine->slots.first[VX_KIND_DISK]; i;
         i = i->next)
        if (vx_machine_has(machine, i)
            && vx_str_eq(vx_machine_text(machine, i, VX_DISK_fileName), file))
            return true;
    return false;
}

static enum vmx_status
plan_disk(struct adding *adding)
{
    struct vx_str file = vx_str_c(adding->wanted->file);
    enum vmx_status status;

    if (file.n == 0)
        return option(adding, "a disk needs a file");
    if (vx_str_iends(file, VX_STR(".iso")))
        return option(adding, "an .iso is in a CD-ROM drive and on no disk");
    if (!adding->wanted->force && is_in_use(adding, file)) {
        vx_diag(adding->machine.diags, VX_DEVICE_IN_USE, VX_NO_SPAN,
                "the machine has a disk %.*s already", VX_ARG(file));
        return VMX_ERR_INPUT;
    }
    if (adding->wanted->model
        && (status = check_model(adding, VX_KIND_CONTROLLER, adding->wanted->model))
               != VMX_OK)
        return status;
    status = find_seat(adding, "disk", try_for_disk);
    if (status != VMX_OK)
        return status;
    put(adding, adding->name, "present", "TRUE");
    put(adding, adding->name, "fileName", adding->wanted->file);
    return VMX_OK;
}

/* Without an image: the drive of whoever looks at the console, which is empty. */
static enum vmx_status
plan_cdrom(struct adding *adding)
{
    const char *file = adding->wanted->file;
    enum vmx_status status = find_seat(adding, "CD-ROM drive", try_for_cdrom);

    if (status != VMX_OK)
        return status;
    put(adding, adding->name, "present", "TRUE");
    put(adding, adding->name, "deviceType", file ? "cdrom-image" : "cdrom-raw");
    put(adding, adding->name, "fileName", file ? file : "emptyBackingString");
    if (file == NULL) {
        put(adding, adding->name, "clientDevice", "TRUE");
        put(adding, adding->name, "startConnected", "FALSE");
    }
    return VMX_OK;
}

/* ---- all others ------------------------------------------------------------------ */

static enum vmx_status
find_plain(struct adding *adding, uint8_t kind, uint8_t sub, const char *what)
{
    struct vx_wish wish = {.kind = kind, .sub = sub, .at = adding->at};
    struct vx_found found;

    if (!vx_place_find(&adding->machine, &wish, &found))
        return no_place(adding, what);
    adding->was_off = found.was_off;
    adding->name = vx_place_name(&adding->machine.arena, &found.place);
    return VMX_OK;
}

static enum vmx_status
plan_floppy(struct adding *adding)
{
    const char *file = adding->wanted->file;
    enum vmx_status status =
        find_plain(adding, VX_KIND_DISK, VX_BUS_FLOPPY, "floppy drive");

    if (status != VMX_OK)
        return status;
    put(adding, adding->name, "present", "TRUE");
    put(adding, adding->name, "fileType", file ? "file" : "device");
    put(adding, adding->name, "fileName", file ? file : "vmware-null-remote-floppy");
    if (file == NULL) {
        put(adding, adding->name, "clientDevice", "TRUE");
        put(adding, adding->name, "startConnected", "FALSE");
    }
    return VMX_OK;
}

static enum vmx_status
plan_serial(struct adding *adding)
{
    enum vmx_status status;

    if (adding->wanted->file == NULL)
        return option(adding, "a serial port needs a file");
    status = find_plain(adding, VX_KIND_SERIAL, 0, "serial port");
    if (status != VMX_OK)
        return status;
    put(adding, adding->name, "present", "TRUE");
    put(adding, adding->name, "fileType", "file");
    put(adding, adding->name, "fileName", adding->wanted->file);
    return VMX_OK;
}

static enum vmx_status
plan_controller(struct adding *adding)
{
    uint8_t bus = adding->at ? adding->at->sub : (uint8_t)VX_BUS_SCSI;
    struct vx_place place;
    enum vmx_status status = VMX_OK;

    if (adding->wanted->bus)
        status = wanted_bus(adding, &bus);
    if (status == VMX_OK && bus == VX_BUS_SCSI)
        status = check_model(adding, VX_KIND_CONTROLLER, scsi_model(adding));
    if (status == VMX_OK && adding->at && adding->at->sub != bus)
        status = no_place(adding, "controller");
    if (status == VMX_OK)
        status = find_plain(adding, VX_KIND_CONTROLLER, bus, "controller");
    if (status != VMX_OK)
        return status;
    if (!vx_place_parse(adding->name, &place))
        return VMX_ERR_NOMEM;
    put_controller(adding, &place);
    return VMX_OK;
}

static enum vmx_status
check_connection(struct adding *adding)
{
    static const char *const words[] = {"bridged", "nat", "hostonly"};
    const char *wanted = adding->wanted->connection;

    for (size_t i = 0; i < VX_COUNT(words); i++)
        if (wanted && vx_str_is(vx_str_c(wanted), words[i]))
            return VMX_OK;
    return bad_word(adding, wanted, "bridged, nat or hostonly");
}

static enum vmx_status
plan_nic(struct adding *adding)
{
    const struct vmx_device *wanted = adding->wanted;
    const char *model = nic_model(adding);
    enum vmx_status status = VMX_OK;

    if (!wanted->network == !wanted->connection)
        return option(adding, "a network adapter needs a network or a connection");
    if (wanted->connection)
        status = check_connection(adding);
    if (status == VMX_OK && wanted->model)
        status = check_model(adding, VX_KIND_NIC, model);
    if (status == VMX_OK && wanted->mac && !wanted->force)
        status = vmx_key_check("ethernet0.address", wanted->mac, adding->machine.diags);
    if (status == VMX_OK)
        status = find_plain(adding, VX_KIND_NIC, 0, "network adapter");
    if (status != VMX_OK)
        return status;
    put(adding, adding->name, "present", "TRUE");
    put(adding, adding->name, "virtualDev", model);
    if (wanted->network)
        put(adding, adding->name, "networkName", wanted->network);
    else
        put(adding, adding->name, "connectionType", wanted->connection);
    put(adding, adding->name, "addressType", wanted->mac ? "static" : "generated");
    if (wanted->mac)
        put(adding, adding->name, "address", wanted->mac);
    return VMX_OK;
}

/* ---- the edit -------------------------------------------------------------------- */

static const struct kind kinds[] = {
    {"disk", FILE_NAME | BUS | MODEL, VX_KIND_DISK, plan_disk},
    {"cdrom", FILE_NAME | BUS, VX_KIND_DISK, plan_cdrom},
    {"floppy", FILE_NAME, VX_KIND_DISK, plan_floppy},
    {"nic", MODEL | NETWORK, VX_KIND_NIC, plan_nic},
    {"serial", FILE_NAME, VX_KIND_SERIAL, plan_serial},
    {"controller", BUS | MODEL, VX_KIND_CONTROLLER, plan_controller},
};

static enum vmx_status
check_takes(struct adding *adding, const struct kind *kind)
{
    const struct vmx_device *wanted = adding->wanted;

    const struct {
        unsigned what;
        const char *given, *name;
    } given[] = {
        {FILE_NAME, wanted->file, "file"},
        {BUS, wanted->bus, "bus"},
        {MODEL, wanted->model, "model"},
        {NETWORK, wanted->network, "network"},
        {NETWORK, wanted->mac, "MAC address"},
        {NETWORK, wanted->connection, "connection"},
    };

    for (size_t i = 0; i < VX_COUNT(given); i++)
        if (given[i].given && !(kind->takes & given[i].what)) {
            vx_diag(adding->machine.diags, VX_DEVICE_OPTION, VX_NO_SPAN,
                    "a %s takes no %s", kind->word, given[i].name);
            return VMX_ERR_INPUT;
        }
    return VMX_OK;
}

static enum vmx_status
plan(struct adding *adding, const char *word, struct vx_place *at)
{
    const struct vmx_device *wanted = adding->wanted;
    enum vmx_status status;

    for (size_t i = 0; i < VX_COUNT(kinds); i++) {
        if (strcmp(word, kinds[i].word) != 0)
            continue;
        status = check_takes(adding, &kinds[i]);
        if (status != VMX_OK)
            return status;
        if (wanted->at && !vx_place_parse(vx_str_c(wanted->at), at))
            return bad_word(adding, wanted->at, "a place, as scsi0:1 or ethernet0");
        if (wanted->at
            && (at->kind != kinds[i].kind
                || (kinds[i].plan == plan_floppy) != (at->sub == VX_BUS_FLOPPY)))
            return no_place(adding, word);
        adding->at = wanted->at ? at : NULL;
        return kinds[i].plan(adding);
    }
    return bad_word(adding, word, "disk, cdrom, floppy, nic, serial or controller");
}

/* Can the file say all of it? */
static enum vmx_status
check_spelling(struct adding *adding)
{
    struct vx_buf raw VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT * 6);
    enum vmx_status status = VMX_OK;

    for (size_t i = 0; status == VMX_OK && i < adding->count; i++) {
        raw.size = 0;
        status = vx_spell_value(adding->machine.doc, adding->rows[i].key,
                                adding->rows[i].value, &raw);
        if (status == VMX_ERR_INPUT)
            vx_diag(adding->machine.diags, VX_NOT_IN_ENCODING, VX_NO_SPAN,
                    "the file's encoding cannot hold \"%.*s\"",
                    VX_ARG(adding->rows[i].value));
    }
    return status;
}

static bool
is_old_key(struct vx_str key, const void *what)
{
    return vx_is_key_of(key, *(const struct vx_str *)what);
}

static enum vmx_status
carry_out(struct adding *adding, const char **ret_name)
{
    struct vmx_doc *doc = adding->machine.doc;
    struct vx_str name = vx_arena_dup(&doc->arena, adding->name);
    enum vmx_status status = name.s ? VMX_OK : VMX_ERR_NOMEM;

    if (status == VMX_OK && adding->was_off)
        vx_doc_remove_where(doc, is_old_key, &adding->name);
    for (size_t i = 0; status == VMX_OK && i < adding->count; i++)
        status = vx_doc_set(doc, adding->rows[i].key, adding->rows[i].value);
    if (status == VMX_OK && ret_name)
        *ret_name = name.s;
    return status;
}

enum vmx_status
vmx_doc_add_device(struct vmx_doc *doc, const char *kind,
                   const struct vmx_device *device, struct vmx_diags *diags,
                   const char **ret_name)
{
    struct adding adding = {.wanted = device};
    struct vx_place at;
    enum vmx_status status;

    if (doc == NULL || kind == NULL || device == NULL || device->size < sizeof(*device))
        return VMX_ERR_MISUSE;
    status = vx_machine_open(&adding.machine, doc, diags);
    if (status == VMX_OK)
        status = plan(&adding, kind, &at);
    if (adding.machine.arena.failed || doc->arena.failed)
        status = VMX_ERR_NOMEM; /* a value could not be looked at */
    if (status == VMX_OK)
        status = check_spelling(&adding);
    if (status == VMX_OK)
        status = carry_out(&adding, ret_name);
    vx_machine_close(&adding.machine);
    return status;
}
