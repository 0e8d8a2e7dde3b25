/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a VMX says of a device, said in the API's words. */
#include "vi/device.h"

#include "base/banned.h"

/* ---- models ---------------------------------------------------------------------- */

static const struct {
    const char *bus, *model;
    enum vi_id type;
} models[] = {
    {"scsi", "pvscsi", VI_ParaVirtualSCSIController},
    {"scsi", "lsilogic", VI_VirtualLsiLogicController},
    {"scsi", "lsisas1068", VI_VirtualLsiLogicSASController},
    {"scsi", "buslogic", VI_VirtualBusLogicController},
    {"sata", NULL, VI_VirtualAHCIController},
    {"ide", NULL, VI_VirtualIDEController},
    {"nvme", NULL, VI_VirtualNVMEController},
    {"ethernet", "vmxnet3", VI_VirtualVmxnet3},
    {"ethernet", "e1000", VI_VirtualE1000},
    {"ethernet", "e1000e", VI_VirtualE1000e},
    {"ethernet", "vmxnet2", VI_VirtualVmxnet2},
    {"ethernet", "vmxnet", VI_VirtualVmxnet},
    {"ethernet", "vlance", VI_VirtualPCNet32},
    {"ethernet", "flexible", VI_VirtualPCNet32},
    {"serial", NULL, VI_VirtualSerialPort},
    {"floppy", NULL, VI_VirtualFloppy},
    {"usb", NULL, VI_VirtualUSBController},
    {"usb_xhci", NULL, VI_VirtualUSBXHCIController},
};

enum vi_id
vi_device_type(struct vmx_vi_plan *plan, const char *name)
{
    const char *model = vi_device_says(plan->wanted, name, "virtualDev");
    const enum vi_device_kind kind = vi_device_kind(plan->wanted, name);
    struct vi_device_place place;

    if (kind == VI_KIND_DISK)
        return VI_VirtualDisk;
    if (kind == VI_KIND_CDROM)
        return VI_VirtualCdrom;
    vi_device_place(name, &place);
    for (size_t i = 0; i < VX_COUNT(models); i++)
        if (vx_str_is(place.bus, models[i].bus)
            && (models[i].model == NULL
                || (model && vx_str_is(vx_str_c(model), models[i].model))))
            return models[i].type;
    return VI_NO_TYPE;
}

/* ---- properties ------------------------------------------------------------------ */

static const char *const modes[] = {"independent-persistent", "independent_persistent",
                                    "independent-nonpersistent",
                                    "independent_nonpersistent", NULL};
static const char *const sharings[] = {
    "multi-writer", "sharingMultiWriter", "none", "sharingNone",
    "sharing-none", "sharingNone",        NULL};
static const char *const buses[] = {
    "none",     "noSharing",       "virtual", "virtualSharing",
    "physical", "physicalSharing", NULL};
static const char *const off[] = {"off", "-1", "unlimited", "-1", NULL};
static const char *const address_types[] = {"static", "manual", "vpx", "assigned",
                                            NULL};

/* clang-format off */
#define CONNECTABLE                                                                    \
    {"startConnected", "connectable.startConnected", "TRUE", false, NULL},             \
    {"allowGuestConnectionControl", "connectable.allowGuestControl", "TRUE", false, NULL}

static const struct vi_property controllers[] = {
    {"present", NULL, NULL, false, NULL},
    {"virtualDev", NULL, NULL, false, NULL},
    {"sharedBus", "sharedBus", "none", false, buses},
    {NULL, NULL, NULL, false, NULL},
};

static const struct vi_property disks[] = {
    {"present", NULL, NULL, false, NULL},
    {"deviceType", NULL, NULL, false, NULL},
    {"fileName", NULL, NULL, true, NULL},
    {"mode", "backing.diskMode", "persistent", false, modes},
    {"writeThrough", "backing.writeThrough", "FALSE", false, NULL},
    {"sharing", "backing.sharing", "none", false, sharings},
    {"sched.shares", NULL, NULL, false, NULL},
    {"sched.throughputCap", "storageIOAllocation.limit", "off", false, off},
    {"sched.reservation", "storageIOAllocation.reservation", "0", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

static const struct vi_property cdroms[] = {
    {"present", NULL, NULL, false, NULL},
    {"deviceType", NULL, NULL, true, NULL},
    {"fileName", NULL, NULL, true, NULL},
    {"clientDevice", NULL, NULL, true, NULL},
    {"autodetect", NULL, NULL, true, NULL},
    {"exclusive", NULL, NULL, true, NULL},
    CONNECTABLE,
    {NULL, NULL, NULL, false, NULL},
};

static const struct vi_property floppies[] = {
    {"present", NULL, NULL, false, NULL},
    {"fileType", NULL, NULL, true, NULL},
    {"fileName", NULL, NULL, true, NULL},
    {"clientDevice", NULL, NULL, true, NULL},
    {"autodetect", NULL, NULL, true, NULL},
    CONNECTABLE,
    {NULL, NULL, NULL, false, NULL},
};

static const struct vi_property cards[] = {
    {"present", NULL, NULL, false, NULL},
    {"virtualDev", NULL, NULL, false, NULL},
    {"connectionType", NULL, NULL, false, NULL},
    {"networkName", NULL, NULL, true, NULL},
    {"dvs.switchId", NULL, NULL, true, NULL},
    {"dvs.portgroupId", NULL, NULL, true, NULL},
    {"opaqueNetwork.id", NULL, NULL, true, NULL},
    {"opaqueNetwork.type", NULL, NULL, true, NULL},
    {"addressType", "addressType", "generated", false, address_types},
    {"address", NULL, NULL, false, NULL},
    {"generatedAddress", NULL, NULL, false, NULL},
    {"wakeOnPcktRcv", "wakeOnLanEnabled", "TRUE", false, NULL},
    {"externalId", "externalId", "", false, NULL},
    {"uptCompatibility", "uptCompatibilityEnabled", "FALSE", false, NULL},
    {"uptv2Enabled", "uptv2Enabled", "FALSE", false, NULL},
    {"shares", NULL, NULL, false, NULL},
    {"limit", "resourceAllocation.limit", "unlimited", false, off},
    {"reservation", "resourceAllocation.reservation", "0", false, NULL},
    CONNECTABLE,
    {NULL, NULL, NULL, false, NULL},
};

static const struct vi_property serials[] = {
    {"present", NULL, NULL, false, NULL},
    {"fileType", NULL, NULL, true, NULL},
    {"fileName", NULL, NULL, true, NULL},
    {"autodetect", NULL, NULL, true, NULL},
    {"tryNoRxLoss", NULL, NULL, true, NULL},
    {"pipe.endPoint", NULL, NULL, true, NULL},
    {"network.endPoint", NULL, NULL, true, NULL},
    {"vspc", NULL, NULL, true, NULL},
    {"yieldOnMsrRead", "yieldOnPoll", "FALSE", false, NULL},
    CONNECTABLE,
    {NULL, NULL, NULL, false, NULL},
};

static const struct vi_property usbs[] = {
    {"present", NULL, NULL, false, NULL},
    {NULL, NULL, NULL, false, NULL},
};
/* clang-format on */

static const struct vi_property *const properties[] = {
    [VI_KIND_CONTROLLER] = controllers,
    [VI_KIND_DISK] = disks,
    [VI_KIND_CDROM] = cdroms,
    [VI_KIND_FLOPPY] = floppies,
    [VI_KIND_NIC] = cards,
    [VI_KIND_SERIAL] = serials,
    [VI_KIND_USB] = usbs,
};

const struct vi_property *
vi_device_property(enum vi_device_kind kind, const char *name)
{
    for (const struct vi_property *property = properties[kind]; property->name;
         property++)
        if (vx_str_is(vx_str_c(name), property->name))
            return property;
    return NULL;
}

struct vx_str
vi_device_spelt(const struct vi_property *property, const char *text)
{
    for (const char *const *word = property->words; word && word[0]; word += 2)
        if (vx_str_is(vx_str_c(text), word[0]))
            return vx_str_c(word[1]);
    return vx_str_c(text);
}

/* ---- filling --------------------------------------------------------------------- */

/* A device that is connected to something says all three. */
static const char *
connect(struct vi_VirtualDevice *device, struct vx_arena *arena)
{
    if (device->connectable)
        return NULL;
    device->connectable = vi_make(VI_VirtualDeviceConnectInfo, arena);
    if (device->connectable == NULL)
        return "out of memory";
    device->connectable->startConnected = (struct vi_number){1, true};
    device->connectable->allowGuestControl = (struct vi_number){1, true};
    device->connectable->connected = (struct vi_number){0, true};
    return NULL;
}

static const char *
fill_property(struct vmx_vi_plan *plan, struct vi_device_change *change,
              const struct vi_property *property, bool fresh)
{
    const char *text = vi_device_says(plan->wanted, change->after, property->name);
    struct vx_str value;
    const char *why;

    /* A key that has left means what its absence does. */
    if (text == NULL && !fresh
        && vi_device_says(plan->now, change->before, property->name))
        text = property->absent;
    if (text == NULL || property->path == NULL)
        return NULL;
    /* The backing is made with it. */
    if (strncmp(property->path, "backing.", 8) == 0 && change->device->backing == NULL)
        return NULL;
    if (strncmp(property->path, "connectable.", 12) == 0) {
        why = connect(change->device, &plan->arena);
        if (why)
            return why;
    }
    value = vx_arena_dup(&plan->arena, vi_device_spelt(property, text));
    return value.s ? vi_put(change->device, property->path, value, &plan->arena)
                   : "out of memory";
}

static const char *
fill_properties(struct vmx_vi_plan *plan, struct vi_device_change *change, bool fresh)
{
    const enum vi_device_kind kind = vi_device_kind(plan->wanted, change->after);
    const char *why = NULL;

    for (const struct vi_property *property = properties[kind];
         property->name && why == NULL; property++)
        why = fill_property(plan, change, property, fresh);
    return why;
}

/* The shares of a disk or card, where the file says them or has said them. */
static const char *
fill_shares(struct vmx_vi_plan *plan, struct vi_device_change *change,
            const char *property, const char *path)
{
    const char *text = vi_device_says(plan->wanted, change->after, property);

    if (text == NULL && vi_device_says(plan->now, change->before, property))
        text = "normal";
    return text
               ? vi_put_shares(change->device, path,
                               vx_arena_dup(&plan->arena, vx_str_c(text)), &plan->arena)
               : NULL;
}

static const char *
fill_card(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    struct vi_VirtualEthernetCard *card = (void *)change->device;
    const char *type = vi_device_says(plan->wanted, change->after, "addressType");
    const bool fixed = type && vx_str_is(vx_str_c(type), "static");
    const char *mac = vi_device_says(plan->wanted, change->after,
                                     fixed ? "address" : "generatedAddress");
    const char *why;

    if (mac)
        card->macAddress = vx_arena_dup(&plan->arena, vx_str_c(mac));
    why = fill_shares(plan, change, "shares", "resourceAllocation.share");
    if (why == NULL && card->resourceAllocation && !card->resourceAllocation->share)
        why = vi_put_shares(card, "resourceAllocation.share", VX_STR("normal"),
                            &plan->arena);
    return why;
}

const char *
vi_device_fill(struct vmx_vi_plan *plan, struct vi_device_change *change, bool fresh)
{
    const enum vi_device_kind kind = vi_device_kind(plan->wanted, change->after);
    struct vi_device_place place;
    const char *why = NULL;

    if (change->device->deviceInfo
        && (!change->device->deviceInfo->label.s
            || !change->device->deviceInfo->summary.s))
        change->device->deviceInfo = NULL; /* half of it cannot be said */
    if (fresh && kind != VI_KIND_DISK && kind != VI_KIND_CONTROLLER
        && kind != VI_KIND_USB)
        why = connect(change->device, &plan->arena);
    if (fresh && vi_device_place(change->after, &place)
        && vi_has_member(change->device->is.type, "busNumber"))
        ((struct vi_VirtualController *)change->device)->busNumber =
            (struct vi_number){place.number, true};
    if (fresh
        && vi_type_extends(change->device->is.type,
                           &vi_types[VI_VirtualSCSIController]))
        why = vi_put(change->device, "sharedBus", VX_STR("noSharing"), &plan->arena);
    if (fresh && kind == VI_KIND_SERIAL)
        why = vi_put(change->device, "yieldOnPoll", VX_STR("FALSE"), &plan->arena);
    if (fresh && kind == VI_KIND_DISK) /* the file has it */
        ((struct vi_VirtualDisk *)change->device)->capacityInKB =
            (struct vi_number){0, true};
    if (why == NULL)
        why = fill_properties(plan, change, fresh);
    if (why == NULL && kind == VI_KIND_NIC)
        why = fill_card(plan, change);
    if (why == NULL && kind == VI_KIND_DISK)
        why = fill_shares(plan, change, "sched.shares", "storageIOAllocation.shares");
    if (fresh && why == NULL && change->device->connectable)
        change->device->connectable->connected =
            change->device->connectable->startConnected;
    return why;
}
