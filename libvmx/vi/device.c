/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which devices come, leave and change. */
#include "vi/device.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- names ----------------------------------------------------------------------- */

bool
vi_device_place(const char *name, struct vi_device_place *ret)
{
    struct vx_str text = vx_str_c(name), digits, unit = VX_STR_NONE;
    ptrdiff_t colon = vx_str_find(text, ':');
    size_t n = 0;
    uint64_t number = 0;

    if (colon >= 0) {
        unit = vx_str_skip(text, (size_t)colon + 1);
        text.n = (size_t)colon;
    }
    while (n < text.n && !vx_is_digit((unsigned char)text.s[n]))
        n++;
    digits = vx_str_skip(text, n);
    *ret = (struct vi_device_place){vx_str_of(text.s, n), 0, -1};
    if (digits.n && (!vx_num_u64(digits, &number) || number > 255))
        return false;
    ret->number = (int)number;
    if (unit.s && (!vx_num_u64(unit, &number) || number > 255))
        return false;
    if (unit.s)
        ret->unit = (int)number;
    return n > 0;
}

const char *
vi_device_says(struct vmx_doc *doc, const char *name, const char *property)
{
    struct vx_buf key VX_AUTO(vx_buf_done) = VX_BUF(1000);
    const bool sched = strncmp(property, "sched.", 6) == 0;

    vx_buf_printf(&key, "%s%s.%s", sched ? "sched." : "", name,
                  property + (sched ? 6 : 0));
    vx_buf_char(&key, '\0');
    return key.failed ? NULL : vmx_doc_get(doc, key.data);
}

/* The property of a key: "fileName"; "sched.shares". */
static const char *
property_of(const char *key, const char *device, struct vx_arena *arena)
{
    const bool sched = vx_str_istarts(vx_str_c(key), VX_STR("sched."));
    struct vx_str rest = vx_str_skip(vx_str_c(key), sched ? 6 : 0);

    if (!vx_str_istarts(rest, vx_str_c(device)) || rest.n == strlen(device))
        return NULL;
    rest = vx_str_skip(rest, strlen(device) + 1);
    return vx_arena_printf(arena, "%s%.*s", sched ? "sched." : "", (int)rest.n, rest.s)
        .s;
}

enum vi_device_kind
vi_device_kind(struct vmx_doc *doc, const char *name)
{
    static const struct {
        const char *bus;
        enum vi_device_kind kind;
    } kinds[] = {
        {"scsi", VI_KIND_CONTROLLER}, {"sata", VI_KIND_CONTROLLER},
        {"ide", VI_KIND_CONTROLLER},  {"nvme", VI_KIND_CONTROLLER},
        {"ethernet", VI_KIND_NIC},    {"serial", VI_KIND_SERIAL},
        {"floppy", VI_KIND_FLOPPY},   {"usb", VI_KIND_USB},
        {"usb_xhci", VI_KIND_USB},
    };
    enum vi_device_kind kind = VI_KIND_NONE;
    struct vi_device_place place;
    const char *type;

    if (!vi_device_place(name, &place))
        return VI_KIND_NONE;
    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        if (vx_str_is(place.bus, kinds[i].bus))
            kind = kinds[i].kind;
    if (place.unit < 0)
        return kind;
    if (kind != VI_KIND_CONTROLLER)
        return VI_KIND_NONE;
    type = vi_device_says(doc, name, "deviceType");
    if (type == NULL || vx_str_is(vx_str_c(type), "disk")
        || vx_str_is(vx_str_c(type), "scsi-hardDisk"))
        return VI_KIND_DISK;
    return vx_str_istarts(vx_str_c(type), VX_STR("cdrom"))
                   || vx_str_is(vx_str_c(type), "atapi-cdrom")
               ? VI_KIND_CDROM
               : VI_KIND_NONE;
}

/* ---- what the host has ----------------------------------------------------------- */

static bool
extends(const struct vi_VirtualDevice *device, enum vi_id type)
{
    return vi_type_extends(device->is.type, &vi_types[type]);
}

static enum vi_id
controller_type(struct vx_str bus)
{
    return vx_str_is(bus, "scsi")   ? VI_VirtualSCSIController
           : vx_str_is(bus, "sata") ? VI_VirtualSATAController
           : vx_str_is(bus, "ide")  ? VI_VirtualIDEController
                                    : VI_VirtualNVMEController;
}

struct vi_VirtualDevice *
vi_device_controller(struct vmx_vi_plan *plan, struct vi_device_place place)
{
    const enum vi_id type = controller_type(place.bus);

    for (size_t i = 0; plan->config && i < plan->config->config_hardware_device.count;
         i++) {
        struct vi_VirtualDevice *device = plan->config->config_hardware_device.at[i];

        if (extends(device, type)
            && ((struct vi_VirtualController *)device)->busNumber.value == place.number)
            return device;
    }
    for (struct vi_device_change *change = plan->changes; change; change = change->next)
        if (change->operation == VI_VirtualDeviceConfigSpecOperation_add
            && change->device && extends(change->device, type)
            && ((struct vi_VirtualController *)change->device)->busNumber.value
                   == place.number)
            return change->device;
    return NULL;
}

/* A drive has its place on a controller, a card its address, and others keys that hosts
 * count from a base. */
static bool
is_there(struct vmx_vi_plan *plan, const struct vi_VirtualDevice *device,
         struct vi_device_place place, const struct vi_VirtualDevice *controller,
         const char *mac)
{
    static const struct {
        const char *bus;
        enum vi_id type;
        int key;
    } bases[] = {
        {"ethernet", VI_VirtualEthernetCard, 4000},
        {"serial", VI_VirtualSerialPort, 9000},
        {"floppy", VI_VirtualFloppy, 8000},
        {"usb", VI_VirtualUSBController, 7000},
        {"usb_xhci", VI_VirtualUSBXHCIController, 14000},
    };

    (void)plan;
    if (controller)
        return device->controllerKey.set && device->unitNumber.set
               && device->controllerKey.value == controller->key.value
               && device->unitNumber.value == place.unit;
    for (size_t i = 0; i < VX_COUNT(bases); i++) {
        if (!vx_str_is(place.bus, bases[i].bus) || !extends(device, bases[i].type))
            continue;
        if (mac && i == 0)
            return vx_str_ieq(
                ((const struct vi_VirtualEthernetCard *)device)->macAddress,
                vx_str_c(mac));
        return device->key.value == bases[i].key + place.number;
    }
    return false;
}

struct vi_VirtualDevice *
vi_device_on_host(struct vmx_vi_plan *plan, const char *name)
{
    const enum vi_device_kind kind = vi_device_kind(plan->now, name);
    const struct vi_VirtualDevice *controller = NULL;
    const char *mac = NULL;
    struct vi_device_place place;

    if (!vi_device_place(name, &place) || plan->config == NULL)
        return NULL;
    if (kind == VI_KIND_CONTROLLER)
        return vi_device_controller(plan, place);
    if (place.unit >= 0) {
        controller = vi_device_controller(plan, place);
        if (controller == NULL)
            return NULL;
    }
    if (kind == VI_KIND_NIC) {
        const char *type = vi_device_says(plan->now, name, "addressType");
        const bool fixed = type && vx_str_is(vx_str_c(type), "static");

        mac = vi_device_says(plan->now, name, fixed ? "address" : "generatedAddress");
    }
    for (size_t i = 0; i < plan->config->config_hardware_device.count; i++)
        if (is_there(plan, plan->config->config_hardware_device.at[i], place,
                     controller, mac))
            return plan->config->config_hardware_device.at[i];
    return NULL;
}

/* ---- steps ----------------------------------------------------------------------- */

static enum vi_VirtualDeviceConfigSpecOperation
operation_of(const struct vmx_difference *difference)
{
    const bool comes = difference->key ? difference->before == NULL
                                       : difference->change == VMX_CHANGE_ADDED;

    if (!difference->whole || difference->change == VMX_CHANGE_MOVED)
        return VI_VirtualDeviceConfigSpecOperation_edit;
    return comes ? VI_VirtualDeviceConfigSpecOperation_add
                 : VI_VirtualDeviceConfigSpecOperation_remove;
}

static struct vi_device_change *
change_of(struct vmx_vi_plan *plan, const struct vmx_difference *difference)
{
    const enum vi_VirtualDeviceConfigSpecOperation operation = operation_of(difference);
    struct vi_device_change *change;

    for (change = plan->changes; change; change = change->next)
        if (change->operation == operation
            && strcmp(change->before, difference->device) == 0
            && strcmp(change->after, difference->device_after) == 0)
            return change;
    change = vx_arena_zero(&plan->arena, sizeof(*change));
    if (change == NULL)
        return NULL;
    change->operation = operation;
    change->before = difference->device;
    change->after = difference->device_after;
    *plan->last_change = change;
    plan->last_change = &change->next;
    return change;
}

void
vi_plan_device(struct vmx_vi_plan *plan, size_t index)
{
    static const char unknown[] = "devices of this kind are not written with it";
    struct vmx_vi_step *step = &plan->steps[index];
    const struct vmx_difference *difference = step->difference;
    const enum vi_VirtualDeviceConfigSpecOperation operation = operation_of(difference);
    const bool leaves = operation == VI_VirtualDeviceConfigSpecOperation_remove;
    const char *name = leaves ? difference->device : difference->device_after;
    const enum vi_device_kind kind =
        vi_device_kind(leaves ? plan->now : plan->wanted, name);
    const struct vi_property *property = NULL;
    struct vi_device_change *change;

    if (kind == VI_KIND_NONE) {
        vi_plan_leave(step, "such devices are not written by this release");
        return;
    }
    if (difference->key && !leaves) {
        const char *text = property_of(difference->key_after, name, &plan->arena);

        property = text ? vi_device_property(kind, text) : NULL;
        if (property == NULL) {
            vi_plan_leave(step, unknown);
            return;
        }
    }
    change = change_of(plan, difference);
    if (change == NULL)
        return;
    change->backing |= property && property->backing;
    plan->devices[index] = change;
    step->means = VMX_VI_BY_DEVICE;
}

/* ---- changes --------------------------------------------------------------------- */

static const char *
add(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    const enum vi_id type = vi_device_type(plan, change->after);
    struct vi_device_place place;
    const char *why;

    if (type == VI_NO_TYPE)
        return "the file does not say which model it is (virtualDev)";
    vi_device_place(change->after, &place);
    if (place.unit >= 0 && vi_device_controller(plan, place) == NULL)
        return "the machine has no such controller";
    change->device = vi_make(type, &plan->arena);
    if (change->device == NULL)
        return "out of memory";
    change->device->key = (struct vi_number){-(++plan->fresh_keys), true};
    if (place.unit >= 0) {
        change->device->controllerKey = vi_device_controller(plan, place)->key;
        change->device->unitNumber = (struct vi_number){place.unit, true};
    }
    why = vi_device_fill(plan, change, true);
    return why ? why : vi_device_back(plan, change);
}

static bool
is_described(const struct vi_object *object)
{
    return object == NULL || object->wire.n == 0
           || vx_str_eq(object->wire, vx_str_c(object->type->name));
}

static const char *
move(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    const enum vi_device_kind kind = vi_device_kind(plan->wanted, change->after);
    struct vi_VirtualDevice *controller;
    struct vi_device_place place;

    if (kind != VI_KIND_DISK && kind != VI_KIND_CDROM)
        return "the host alone says where it is";
    vi_device_place(change->after, &place);
    controller = vi_device_controller(plan, place);
    if (controller == NULL)
        return "the machine has no such controller";
    change->device->controllerKey = controller->key;
    change->device->unitNumber = (struct vi_number){place.unit, true};
    return NULL;
}

static const char *
edit(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    const enum vi_id type = vi_device_type(plan, change->after);
    struct vi_VirtualDevice *device = change->device;
    const char *why = NULL;

    if (!is_described(&device->is)
        || (device->backing && !is_described(&device->backing->is)))
        return "the host's device is of a type that this release does not know";
    if (type != VI_NO_TYPE && device->is.type != &vi_types[type])
        return "the API cannot change the model of a device";
    if (strcmp(change->before, change->after) != 0)
        why = move(plan, change);
    if (why == NULL)
        why = vi_device_fill(plan, change, false);
    if (why == NULL && change->backing)
        why = vi_device_back(plan, change);
    return why;
}

/* What is removed is named by its key alone. */
static const char *
remove_device(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    const struct vi_VirtualDevice *device = change->device;

    change->device = vx_arena_zero(&plan->arena, device->is.type->size);
    if (change->device == NULL)
        return "out of memory";
    memcpy(change->device, device, device->is.type->size);
    return is_described(&device->is)
               ? NULL
               : "the host's device is of a type that this release does not know";
}

static void make_change(struct vmx_vi_plan *plan, struct vi_device_change *change);

/* A disk of another file is another disk. */
static const char *
replace(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    struct vi_device_change gone = {
        .operation = VI_VirtualDeviceConfigSpecOperation_remove,
        .before = change->before,
        .after = change->before,
    };

    make_change(plan, &gone);
    change->operation = VI_VirtualDeviceConfigSpecOperation_add;
    return gone.why ? gone.why : add(plan, change);
}

static bool
is_replaced(struct vmx_vi_plan *plan, const struct vi_device_change *change)
{
    return change->operation == VI_VirtualDeviceConfigSpecOperation_edit
           && change->backing
           && vi_device_kind(plan->wanted, change->after) == VI_KIND_DISK;
}

static void
make_change(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    static const char *const words[] = {"", "add", "remove", "edit"};
    struct vi_VirtualDeviceConfigSpec *spec =
        vi_make(VI_VirtualDeviceConfigSpec, &plan->arena);

    if (is_replaced(plan, change)) {
        change->why = replace(plan, change);
    } else if (change->operation != VI_VirtualDeviceConfigSpecOperation_add) {
        change->device = vi_device_on_host(plan, change->before);
        if (change->device == NULL)
            change->why = "the host does not tell of this device";
        else if (change->operation == VI_VirtualDeviceConfigSpecOperation_edit)
            change->why = edit(plan, change);
        else
            change->why = remove_device(plan, change);
    } else {
        change->why = add(plan, change);
    }
    if (change->why) {
        change->device = NULL;
        return;
    }
    if (!spec || !vi_append(&plan->spec->deviceChange, spec, &plan->arena))
        return;
    spec->operation.value = (int)change->operation;
    spec->device = change->device;
    change->what = vx_arena_printf(&plan->arena, "%s %s %lld", words[change->operation],
                                   change->device->is.type->name,
                                   (long long)change->device->key.value)
                       .s;
    plan->asks = true;
}

/* In which round a change is made: drives leave before their controllers, and come
 * after them. */
static unsigned
round_of(const struct vmx_vi_plan *plan, const struct vi_device_change *change)
{
    const bool leaves = change->operation == VI_VirtualDeviceConfigSpecOperation_remove;
    const bool controller = vi_device_kind(leaves ? plan->now : plan->wanted,
                                           leaves ? change->before : change->after)
                            == VI_KIND_CONTROLLER;

    if (leaves)
        return controller ? 1 : 0;
    return controller ? 2 : 3;
}

void
vi_plan_devices(struct vmx_vi_plan *plan)
{
    for (unsigned turn = 0; turn < 4; turn++)
        for (struct vi_device_change *change = plan->changes; change;
             change = change->next)
            if (round_of(plan, change) == turn && !plan->arena.failed)
                make_change(plan, change);
    for (size_t i = 0; i < plan->count; i++) {
        const struct vi_device_change *change = plan->devices[i];

        if (change && change->why)
            vi_plan_leave(&plan->steps[i], change->why);
        else if (change)
            plan->steps[i].what = change->what;
    }
}
