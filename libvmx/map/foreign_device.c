/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other devices of a foreign machine: mostly which of them VMware has not, and what
 * to say about that. */
#include "map/foreign_part.h"
#include "map/remember.h"

#include "base/banned.h"

#define ALL "", NULL, NULL
#define QUIET VX_SAY_NOTHING, 0, 0, NULL, NULL
#define NONE(what, advice) VX_SAY_ONCE, VX_NO_DEVICE, VMX_LOSS_INFORMATION, what, advice
#define MISSED(what, advice) VX_SAY_EACH, VX_NO_DEVICE, VMX_LOSS_WARNING, what, advice
#define FOR_NOTHING(what) NONE(what, "None.")

/* Each device by itself, the rule for all others of the name last. */
static const struct vx_foreign_rule rules[] = {
    {"devices/controller", "", "type", "pci", QUIET},
    {"devices/controller", "", "type", "isa", QUIET},
    {"devices/controller", "", "type", "virtio-serial", QUIET},
    {"devices/controller", "", "type", "ccid", QUIET},
    {"devices/controller", "", "type", "xenbus", QUIET},

    {"devices/channel", "target", "name", "org.qemu.guest_agent.0",
     NONE("The guest agent has no way to the host",
          "Install VMware Tools, which do what the agent did.")},
    {"devices/channel", "", "type", "spicevmc", QUIET},
    {"devices/channel", "", "type", "spiceport", QUIET},
    {"devices/channel", "", "type", "qemu-vdagent", QUIET},
    {"devices/channel", ALL,
     MISSED("A channel between the guest and a program of the old host", NULL)},

    {"devices/memballoon", "", "model", "virtio", QUIET},
    {"devices/memballoon", "", "model", "virtio-transitional", QUIET},
    {"devices/memballoon", "", "model", "virtio-non-transitional", QUIET},
    {"devices/memballoon", "", "model", "xen", QUIET},
    {"devices/rng", ALL,
     FOR_NOTHING("The guest has no source of random numbers but the CPU's")},
    {"devices/watchdog", "", "model", "itco", QUIET}, /* of every q35 machine */
    {"devices/panic", ALL,
     FOR_NOTHING("The host does not learn of a crash of the guest")},
    {"devices/redirdev", ALL,
     FOR_NOTHING("USB devices of who looks at the screen are not passed on")},
    {"devices/redirfilter", ALL, QUIET},
    {"devices/hub", ALL, QUIET},
    {"devices/smartcard", ALL, NONE(NULL, NULL)},
    {"devices/audio", ALL, QUIET},
    {"devices/crypto", ALL, NONE(NULL, NULL)},
    {"devices/pstore", ALL, NONE(NULL, NULL)},
    {"devices/vsock", ALL,
     FOR_NOTHING("The socket between guest and host is another one in VMware (VMCI)")},
    {"devices/shmem", ALL,
     MISSED("Memory that the guest shared with others on the old host", NULL)},
    {"devices/lease", ALL, QUIET},
    {"devices/nvram", ALL, QUIET},
    {"devices/memory", "", "model", "dimm", QUIET}, /* <memory> counts it */
    {"devices/memory", ALL, MISSED("A memory device of QEMU's", NULL)},
    {"devices/iommu", "", "model", "virtio", NONE(NULL, NULL)},
    {"devices/iommu", "", "model", "smmuv3", NONE(NULL, NULL)},
    {"devices/filesystem", ALL,
     MISSED("A folder of the old host; ESXi shares none with its guests",
            "Mount the folder in the guest over the network.")},

    {"devices/input", "", "bus", "virtio",
     FOR_NOTHING("A keyboard or mouse of QEMU's; VMware has its own")},
    {"devices/input", "", "bus", "xen", QUIET},
    {"devices/input", "", "type", "evdev",
     FOR_NOTHING("A keyboard or mouse of the old host")},
    {"devices/input", "", "type", "passthrough",
     FOR_NOTHING("A keyboard or mouse of the old host")},

    {"devices/sound", "", "model", "pcspk", QUIET},

    {"devices/serial", "", "type", "pty",
     NONE("The port leads to a terminal of the old host",
          "Add a serial port with a network backing if its console is needed.")},
    {"devices/serial", "", "type", "dev", MISSED("A port of the old host", NULL)},
    {"devices/serial", "", "type", "null", QUIET},
    {"devices/serial", "", "type", "vc", QUIET},
    {"devices/serial", "", "type", "stdio", QUIET},
    {"devices/serial", "", "type", "spicevmc", QUIET},
    {"devices/serial", "", "type", "spiceport", QUIET},
    {"devices/serial", "", "type", "nmdm",
     FOR_NOTHING("The port leads to a terminal of the old host")},
    {"devices/serial", "", "type", "dbus", QUIET},
    {"devices/parallel", "", "type", "file", NONE(NULL, NULL)},
    {"devices/parallel", ALL, MISSED("A port of the old host", NULL)},
    {"devices/console", ALL, QUIET}, /* the first serial port once more, or virtio */

    {"devices/graphics", "", "type", "spice",
     FOR_NOTHING("ESXi shows the console by itself")},
    {"devices/graphics", "", "type", "sdl", QUIET},
    {"devices/graphics", "", "type", "egl-headless", QUIET},
    {"devices/graphics", "", "type", "desktop", QUIET},
    {"devices/graphics", "", "type", "dbus", QUIET},
    {"devices/graphics", "", "type", "rdp",
     FOR_NOTHING("ESXi shows the console by itself")},
};

/* … unless the VMX that the domain was made of had one. */
static const struct vx_foreign_rule unless_remembered[] = {
    {"devices/graphics", "", "type", "vnc",
     FOR_NOTHING("ESXi has no VNC server since 7.0, and shows the console by itself")},
};

/* ---- what is passed through ---------------------------------------------------------
 */

/* The device, as its source tells it. */
static const char *
device_name(struct vx_foreign *f, struct vx_node *hostdev)
{
    struct vx_node *address = vx_foreign_at(hostdev, "source/address");
    struct vx_str uuid = vx_xml_peek(address, "uuid");
    struct vx_str bus = vx_xml_peek(address, "bus"),
                  slot = vx_xml_peek(address, "slot");
    struct vx_str function = vx_xml_peek(address, "function");

    if (uuid.n)
        return vx_foreign_text(f, "A mediated device of the old host, %.*s",
                               VX_ARG(uuid));
    if (vx_xml_attr_is(hostdev, "type", "pci") && bus.n)
        return vx_foreign_text(f,
                               "A PCI device of the old host: bus %.*s, slot %.*s, "
                               "function %.*s",
                               VX_ARG(bus), VX_ARG(slot), VX_ARG(function));
    return NULL;
}

/* USB devices are known by their ids on any host. */
static void
settle_hostdevs(struct vx_foreign *f)
{
    struct vx_node *hostdev = vx_foreign_at(f->devices, "hostdev");

    for (; hostdev; hostdev = vx_xml_next(hostdev, "hostdev")) {
        if (vx_xml_attr_is(hostdev, "type", "usb")
            || (vx_xml_attr_is(hostdev, "type", "pci") && f->config))
            continue;
        vx_foreign_lose(f, VX_DEVICE_OF_HOST, VMX_LOSS_CRITICAL, hostdev,
                        device_name(f, hostdev), NULL);
    }
}

/* ---- display --------------------------------------------------------------------- */

/* One adapter, VMware's; one of no type too, since cards that were passed through are
 * gone. */
static void
settle_video(struct vx_foreign *f)
{
    struct vx_node *video = vx_foreign_at(f->devices, "video"), *model;
    struct vx_str heads;

    if (video == NULL)
        return;
    for (struct vx_node *more = vx_xml_next(video, "video"); more;
         more = vx_xml_next(more, "video"))
        vx_foreign_lose(f, VX_NO_DEVICE, VMX_LOSS_INFORMATION, more,
                        "VMware has one adapter, with more than one screen", NULL);
    vx_edit_hide_all(video, "driver");
    model = vx_edit_child(f, video, "model");
    if (model == NULL || vx_xml_attr_is(model, "type", "vmvga"))
        return;
    heads = vx_xml_peek(model, "heads");
    model->attrs = NULL;
    vx_edit_set(f, model, "type", VX_STR("vmvga"));
    if (heads.n)
        vx_edit_set(f, model, "heads", heads);
}

/* ---- TPM ------------------------------------------------------------------------- */

/* Of a TPM that the host has, its table tells. */
static void
settle_tpm(struct vx_foreign *f)
{
    struct vx_node *tpm = vx_foreign_at(f->devices, "tpm");
    struct vx_node *backend = vx_foreign_at(tpm, "backend");

    if (backend == NULL || !vx_xml_attr_is(backend, "type", "emulator"))
        return;
    if (!f->efi || vx_xml_attr_is(backend, "version", "1.2")) {
        vx_foreign_lose(f, VX_TPM_NEEDS, VMX_LOSS_CRITICAL, tpm,
                        "VMware has TPM 2.0 alone, and with EFI alone",
                        "Have the keys at hand that unlock what the TPM sealed.");
        return;
    }
    vx_foreign_note(f, VX_VTPM_STATE, VMX_LOSS_CRITICAL, tpm, "model", NULL, NULL);
    vx_edit_set(f, tpm, "model", VX_STR("tpm-crb"));
    backend->attrs = NULL;
    vx_edit_hide_all(backend, NULL);
    vx_edit_set(f, backend, "type", VX_STR("emulator"));
    vx_edit_set(f, backend, "version", VX_STR("2.0"));
}

/* ---- sound and ports ------------------------------------------------------ */

/* A second one of a kind that VMware has once. */
static void
keep_one(struct vx_foreign *f, const char *name)
{
    struct vx_node *first = vx_foreign_at(f->devices, name);

    for (struct vx_node *more = first ? vx_xml_next(first, name) : NULL; more;
         more = vx_xml_next(more, name))
        vx_foreign_lose(f, VX_NO_DEVICE, VMX_LOSS_INFORMATION, more,
                        "VMware has one device of this kind", NULL);
}

/* What has no like in VMware is the card that guests know best. */
static void
settle_sound(struct vx_foreign *f)
{
    static const char *const strangers[] = {"usb", "virtio"};
    struct vx_node *sound = vx_foreign_at(f->devices, "sound");

    if (sound == NULL)
        return;
    vx_edit_hide_all(sound, NULL);
    for (size_t i = 0; i < VX_COUNT(strangers); i++)
        if (vx_xml_attr_is(sound, "model", strangers[i])) {
            vx_foreign_note(f, VX_DEVICE_CHANGED, VMX_LOSS_INFORMATION, sound, "model",
                            "The card is now an HD Audio one", NULL);
            vx_edit_set(f, sound, "model", VX_STR("ich6"));
        }
}

/* A file of the old host is one beside the VMX now. */
static void
settle_serial_files(struct vx_foreign *f)
{
    struct vx_node *serial = vx_foreign_at(f->devices, "serial");
    struct vx_foreign_files files = {0};

    for (; serial; serial = vx_xml_next(serial, "serial")) {
        struct vx_node *source = vx_foreign_at(serial, "source");
        struct vx_node *target = vx_foreign_at(serial, "target");

        vx_edit_hide_all(serial, "log");
        if (target) { /* which chip it is */
            vx_edit_drop(target, "type");
            vx_edit_hide_all(target, NULL);
        }
        if (!vx_xml_attr_is(serial, "type", "file") || source == NULL)
            continue;
        vx_foreign_note(f, VX_IMAGE_ELSEWHERE, VMX_LOSS_INFORMATION, source, "path",
                        "The port now writes beside the VMX", NULL);
        vx_edit_set(
            f, source, "path",
            vx_foreign_file_name(f, &files, vx_xml_peek(source, "path"), ".log"));
    }
}

/* ---- all ------------------------------------------------------------------------- */

/* Where a device sits in QEMU's machine, and what QEMU calls it. */
static void
hide_places(struct vx_foreign *f)
{
    static const char *const names[] = {"alias", "address", "acpi", "rom", "master"};

    for (struct vx_node *device = f->devices->children; device; device = device->next) {
        struct vx_str name = device->name;

        if (device->space.s || vx_str_eq(name, VX_STR("disk"))
            || vx_str_eq(name, VX_STR("interface")))
            continue;
        for (size_t i = 0; i < VX_COUNT(names); i++)
            vx_edit_hide_all(device, names[i]);
    }
}

void
vx_foreign_devices(struct vx_foreign *f)
{
    if (f->devices == NULL)
        return;
    if (!vx_remember_key(f->map, VX_STR("RemoteDisplay.vnc.enabled")))
        vx_foreign_rules(f, unless_remembered, VX_COUNT(unless_remembered));
    vx_foreign_rules(f, rules, VX_COUNT(rules));
    settle_hostdevs(f);
    settle_video(f);
    settle_tpm(f);
    keep_one(f, "sound");
    settle_sound(f);
    settle_serial_files(f);
    hide_places(f);
}
