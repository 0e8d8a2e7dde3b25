/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 3xx: serial and parallel ports, USB, shared folders. */
#include "lint/device.h"

#include "base/num.h"

#include "base/banned.h"

enum {
    SERIAL_PORTS = 32,
    SERIAL_PORTS_OLD = 4, /* before hardware version 11 */
    PARALLEL_PORTS = 3,
    TCP_LAST = 65535,
};

/* What a kind of port calls its properties. */
static const struct ports {
    enum vx_key_kind kind;
    uint16_t present, type, file, autodetect;
} port_kinds[] = {
    {VX_KIND_SERIAL, VX_SERIAL_present, VX_SERIAL_fileType, VX_SERIAL_fileName,
     VX_SERIAL_autodetect},
    {VX_KIND_PARALLEL, VX_PARALLEL_present, VX_PARALLEL_fileType, VX_PARALLEL_fileName,
     VX_PARALLEL_autodetect},
};

/* ---- ports ----------------------------------------------------------------------- */

void
vx_check_port_kind(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const types[] = {"device",  "file",      "pipe",
                                        "network", "thinprint", NULL};

    for (size_t k = 0; k < VX_COUNT(port_kinds); k++)
        for (struct vx_instance *d = vx_lint_device(lint, port_kinds[k].kind, NULL); d;
             d = vx_lint_device(lint, port_kinds[k].kind, d)) {
            struct vx_line *line = vx_lint_line(lint, d->slot[port_kinds[k].type]);

            if (line && !vx_lint_among(vx_lint_value(lint, line), types))
                vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                             "%.*s: \"%.*s\" is no kind of port; expected device, "
                             "file%s",
                             VX_KEY_ARG(line), VX_VALUE_ARG(lint, line),
                             k ? "" : ", pipe, network or thinprint");
        }
}

void
vx_check_port_no_target(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const types[] = {"device", "file", "pipe", "network", NULL};

    for (size_t k = 0; k < VX_COUNT(port_kinds); k++)
        for (struct vx_instance *d = vx_lint_device(lint, port_kinds[k].kind, NULL); d;
             d = vx_lint_device(lint, port_kinds[k].kind, d)) {
            const struct ports *port = &port_kinds[k];
            struct vx_str type = vx_lint_told(lint, d, port->type);

            if ((type.n && !vx_lint_among(type, types))
                || vx_lint_told(lint, d, port->file).n
                || vx_lint_bool(lint, vx_lint_line(lint, d->slot[port->autodetect]),
                                false)
                || (k == 0 && d->slot[VX_SERIAL_vspc]))
                continue;
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[port->present]),
                         VX_PART_LINE,
                         "%.*s.fileName: missing; the port is connected to nothing",
                         VX_ARG(vx_lint_device_name(lint, d)));
        }
}

static unsigned
ports_of(const struct vx_lint *lint, enum vx_key_kind kind)
{
    if (kind == VX_KIND_PARALLEL)
        return PARALLEL_PORTS;
    return lint->hardware && lint->hardware->released ? lint->hardware->serial_ports
                                                      : SERIAL_PORTS;
}

void
vx_check_port_number(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t k = 0; k < VX_COUNT(port_kinds); k++) {
        enum vx_key_kind kind = port_kinds[k].kind;
        unsigned ports = ports_of(lint, kind);

        for (struct vx_instance *d = vx_lint_device(lint, kind, NULL); d;
             d = vx_lint_device(lint, kind, d))
            if (d->index >= ports)
                vx_lint_tell(
                    lint, rule, vx_lint_line(lint, d->slot[port_kinds[k].present]),
                    VX_PART_KEY,
                    "%.*s: there is no such port; expected a number from 0 "
                    "to %u%s",
                    VX_ARG(vx_lint_device_name(lint, d)), ports - 1,
                    ports == SERIAL_PORTS_OLD ? " before hardware version 11" : "");
    }
}

/* The file, pipe or address behind a port that no other can be behind. */
static struct vx_twin
other_end(struct vx_lint *lint, const struct vx_instance *port)
{
    struct vx_line *line = vx_lint_line(lint, port->slot[VX_SERIAL_fileName]);
    struct vx_str file = vx_lint_value(lint, line);
    bool shared =
        vx_str_is(file, "auto detect")
        || vx_str_is(vx_lint_told(lint, port, VX_SERIAL_fileType), "thinprint")
        || port->slot[VX_SERIAL_vspc];

    return (struct vx_twin){.text = file, .line = file.n && !shared ? line : NULL};
}

void
vx_check_port_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_twin *twin = vx_twins(lint, VX_KIND_SERIAL, other_end); twin;
         twin = twin->next)
        vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is the other end of %.*s as well",
                     VX_KEY_ARG(twin->line), VX_ARG(twin->text),
                     VX_KEY_ARG(twin->first));
}

void
vx_check_pipe_end(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_SERIAL, NULL); d;
         d = vx_lint_device(lint, VX_KIND_SERIAL, d)) {
        struct vx_line *type = vx_lint_line(lint, d->slot[VX_SERIAL_fileType]);

        if (vx_lint_is(lint, type, "pipe") && d->slot[VX_SERIAL_pipe_endPoint] == 0)
            vx_lint_tell(lint, rule, type, VX_PART_LINE,
                         "%.*s.pipe.endPoint: missing; expected server or client",
                         VX_ARG(vx_lint_device_name(lint, d)));
    }
}

/* "SCHEME://HOST:PORT", where the host may be missing. */
static bool
has_port(struct vx_str uri)
{
    size_t at = uri.n;
    uint64_t port;

    while (at && uri.s[at - 1] != '/')
        at--;
    if (at < 3 || uri.s[at - 2] != '/' || uri.s[at - 3] != ':')
        return false;
    at = uri.n;
    while (at && uri.s[at - 1] != ':')
        at--;
    return vx_num_u64(vx_str_skip(uri, at), &port) && port > 0 && port <= TCP_LAST;
}

void
vx_check_serial_address(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_SERIAL, NULL); d;
         d = vx_lint_device(lint, VX_KIND_SERIAL, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_SERIAL_fileName]);
        struct vx_str uri = vx_lint_value(lint, line);

        if (uri.n && d->slot[VX_SERIAL_vspc] == 0
            && vx_str_is(vx_lint_told(lint, d, VX_SERIAL_fileType), "network")
            && !has_port(uri))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is no address; expected one as "
                         "\"telnet://:2001\"",
                         VX_KEY_ARG(line), VX_ARG(uri));
    }
}

/* ---- USB ------------------------------------------------------------------------- */

/* By vx_instance.sub: the bus, and the key that switches it on. */
static const struct {
    const char *name;
    enum vx_machine_prop present;
} usb_buses[] = {
    {"usb", VX_M_usb_present},
    {"ehci", VX_M_ehci_present},
    {"usb_xhci", VX_M_usb_xhci_present},
};

void
vx_check_usb_off(struct vx_lint *lint, const struct vx_rule *rule)
{
    unsigned told = 0;

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_USBDEV, NULL); d;
         d = vx_lint_device(lint, VX_KIND_USBDEV, d)) {
        if (d->sub >= VX_COUNT(usb_buses) || (told & 1u << d->sub)
            || vx_lint_bool(lint, vx_lint_key(lint, usb_buses[d->sub].present), false))
            continue;
        told |= 1u << d->sub; /* one finding for a bus */
        vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_USBDEV_present]),
                     VX_PART_LINE,
                     "%.*s: there is no controller for it; expected "
                     "%s.present = \"TRUE\"",
                     VX_ARG(vx_lint_device_name(lint, d)), usb_buses[d->sub].name);
    }
}

void
vx_check_ehci_alone(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_ehci_present);

    if (vx_lint_bool(lint, line, false)
        && !vx_lint_bool(lint, vx_lint_key(lint, VX_M_usb_present), false))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: USB 2.0 stands on the controller for USB 1.1; expected "
                     "usb.present = \"TRUE\"",
                     VX_KEY_ARG(line));
}

void
vx_fix_ehci_alone(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_line *usb = vx_lint_key(lint, VX_M_usb_present);

    if (usb)
        vx_fix_value(lint, finding, usb, VX_STR("TRUE"));
    else
        vx_fix_insert(lint, finding, finding->line, "usb.present", VX_STR("TRUE"));
}

void
vx_check_usb_parent(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_USBDEV, NULL); d;
         d = vx_lint_device(lint, VX_KIND_USBDEV, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_USBDEV_parent]);
        const struct vx_instance *hub;
        int64_t parent;

        if (!vx_lint_int(lint, line, &parent) || parent < 0)
            continue;
        hub = parent > UINT16_MAX ? NULL
                                  : vx_slots_find(lint->slots, VX_KIND_USBDEV, d->sub,
                                                  (uint16_t)parent, 0);
        if (hub == NULL || !hub->present
            || !vx_str_is(vx_lint_told(lint, hub, VX_USBDEV_deviceType), "hub"))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: device %lld of this bus is no hub that is present",
                         VX_KEY_ARG(line), (long long)parent);
    }
}

static struct vx_twin
usb_port(struct vx_lint *lint, const struct vx_instance *device)
{
    struct vx_twin twin = {.line = vx_lint_line(lint, device->slot[VX_USBDEV_port])};
    int64_t port, parent;

    if (vx_lint_int(lint, twin.line, &port)
        && vx_lint_int(lint, vx_lint_line(lint, device->slot[VX_USBDEV_parent]),
                       &parent))
        twin.text = vx_arena_printf(lint->arena, "%u %lld %lld", (unsigned)device->sub,
                                    (long long)parent, (long long)port);
    else
        twin.line = NULL;
    return twin;
}

void
vx_check_usb_port_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_twin *twin = vx_twins(lint, VX_KIND_USBDEV, usb_port); twin;
         twin = twin->next)
        vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                     "%.*s: the port is that of %.*s as well", VX_KEY_ARG(twin->line),
                     VX_KEY_ARG(twin->first));
}

void
vx_check_usb_disk(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_USBDEV, NULL); d;
         d = vx_lint_device(lint, VX_KIND_USBDEV, d)) {
        struct vx_line *type = vx_lint_line(lint, d->slot[VX_USBDEV_deviceType]);

        if (vx_lint_is(lint, type, "disk")
            && vx_lint_told(lint, d, VX_USBDEV_fileName).n == 0)
            vx_lint_tell(lint, rule, type, VX_PART_LINE,
                         "%.*s.fileName: a disk without a file",
                         VX_ARG(vx_lint_device_name(lint, d)));
    }
}

/* ---- shared folders -------------------------------------------------------------- */

/* A folder that is there is shared unless `enabled` says no. */
static bool
is_shared(const struct vx_lint *lint, const struct vx_instance *folder)
{
    return vx_lint_bool(lint, vx_lint_line(lint, folder->slot[VX_FOLDER_enabled]),
                        true);
}

static struct vx_instance *
next_folder(const struct vx_lint *lint, struct vx_instance *d)
{
    do
        d = vx_lint_device(lint, VX_KIND_FOLDER, d);
    while (d && !is_shared(lint, d));
    return d;
}

void
vx_check_folder_incomplete(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_folder(lint, NULL); d; d = next_folder(lint, d)) {
        bool host = vx_lint_told(lint, d, VX_FOLDER_hostPath).n;

        if (host && vx_lint_told(lint, d, VX_FOLDER_guestName).n)
            continue;
        vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_FOLDER_present]),
                     VX_PART_LINE, "%.*s.%s: missing, so nothing is shared",
                     VX_ARG(vx_lint_device_name(lint, d)),
                     host ? "guestName" : "hostPath");
    }
}

void
vx_check_folder_uncounted(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sharedFolder_maxNum);
    struct vx_instance *last = NULL;
    struct vx_finding *found;
    int64_t number = 0;

    if (line && !vx_lint_int(lint, line, &number))
        return;
    for (struct vx_instance *d = next_folder(lint, NULL); d; d = next_folder(lint, d))
        last = d;
    if (last == NULL || last->index < number)
        return;
    found = vx_lint_tell(
        lint, rule, line ? line : vx_lint_line(lint, last->slot[VX_FOLDER_present]),
        VX_PART_LINE, "sharedFolder.maxNum: %s, and %.*s is not below it",
        line ? "too low" : "missing", VX_ARG(vx_lint_device_name(lint, last)));
    if (found) {
        found->other = line;
        found->text = vx_arena_printf(lint->arena, "%u", last->index + 1u);
    }
}

void
vx_fix_folder_uncounted(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->text.s == NULL)
        return;
    if (finding->other)
        vx_fix_value(lint, finding, finding->other, finding->text);
    else
        vx_fix_insert(lint, finding, finding->line, "sharedFolder.maxNum",
                      finding->text);
}

static struct vx_twin
folder_name(struct vx_lint *lint, const struct vx_instance *folder)
{
    struct vx_line *line = vx_lint_line(lint, folder->slot[VX_FOLDER_guestName]);
    struct vx_str name = vx_lint_value(lint, line);

    return (struct vx_twin){.text = name,
                            .line = name.n && is_shared(lint, folder) ? line : NULL};
}

void
vx_check_folder_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_twin *twin = vx_twins(lint, VX_KIND_FOLDER, folder_name); twin;
         twin = twin->next)
        vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                     "%.*s: the guest sees two folders named \"%.*s\"; the other "
                     "is %.*s",
                     VX_KEY_ARG(twin->line), VX_ARG(twin->text),
                     VX_KEY_ARG(twin->first));
}
