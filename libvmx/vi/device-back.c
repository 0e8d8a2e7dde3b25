/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is behind a device: a file, a network, a device of the host. */
#include "vi/device.h"
#include "vi/escape.h"

#include "base/banned.h"

static const char no_memory[] = "out of memory";

/* ---- names of files -------------------------------------------------------------- */

/* "[NAME] REST" of a path below /vmfs/volumes, by the names and paths of datastores. */
static const char *
volume_path(struct vmx_vi_plan *plan, struct vx_str rest, const char **ret_why)
{
    ptrdiff_t slash = vx_str_find(rest, '/');
    struct vx_str volume, path;

    if (slash <= 0) {
        *ret_why = "its file is no file of a datastore";
        return NULL;
    }
    volume = vx_str_of(rest.s, (size_t)slash);
    path = vx_str_skip(rest, (size_t)slash + 1);
    for (size_t i = 0; i + 1 < 2 * plan->store_count; i += 2) {
        const char *name = plan->stores[i];

        if (vx_str_eq(volume, vx_str_c(name))
            || vx_str_eq(volume, vx_str_c(plan->stores[i + 1])))
            return vx_arena_printf(&plan->arena, "[%s] %.*s", name, (int)path.n, path.s)
                .s;
    }
    *ret_why = "its file is in no datastore that the host tells of";
    return NULL;
}

const char *
vi_device_path(struct vmx_vi_plan *plan, const char *name, const char **ret_why)
{
    static const struct vx_str volumes = VX_STR("/vmfs/volumes/");
    struct vx_str text = vx_str_c(name);
    struct vi_path parts;

    *ret_why = NULL;
    if (text.n == 0) {
        *ret_why = "it names no file";
        return NULL;
    }
    if (vi_path_parse(text, &parts))
        return vx_arena_dup(&plan->arena, text).s;
    if (vx_str_starts(text, volumes))
        return volume_path(plan, vx_str_skip(text, volumes.n), ret_why);
    if (text.s[0] == '/' || vx_str_find(text, '\\') >= 0) {
        *ret_why = "its file is no file of a datastore";
        return NULL;
    }
    return vx_arena_printf(
               &plan->arena, "%s%s%s", vi_c(plan->folder),
               plan->folder.n && plan->folder.s[plan->folder.n - 1] == ']' ? " " : "/",
               name)
        .s;
}

/* ---- backings -------------------------------------------------------------------- */

struct backing {
    struct vmx_vi_plan *plan;
    struct vi_device_change *change;
    void *object; /* that is being made */
};

static const char *
says(const struct backing *b, const char *property)
{
    const char *text = vi_device_says(b->plan->wanted, b->change->after, property);

    return text && text[0] ? text : NULL;
}

static bool
is_true(const struct backing *b, const char *property)
{
    const char *text = says(b, property);

    return text
           && (vx_str_is(vx_str_c(text), "TRUE") || vx_str_is(vx_str_c(text), "1"));
}

static const char *
put(const struct backing *b, const char *path, const char *text)
{
    struct vx_str value = vx_arena_dup(&b->plan->arena, vx_str_c(text ? text : ""));

    return value.s ? vi_put(b->object, path, value, &b->plan->arena) : no_memory;
}

/* Begins one of this type; what follows puts its members. */
static const char *
begin(struct backing *b, enum vi_id type)
{
    b->object = vi_make(type, &b->plan->arena);
    b->change->device->backing = b->object;
    return b->object ? NULL : no_memory;
}

static const char *
file_backing(struct backing *b, enum vi_id type)
{
    const char *name = says(b, "fileName");
    const char *why = NULL, *path = vi_device_path(b->plan, name ? name : "", &why);

    if (path == NULL)
        return why ? why : no_memory;
    why = begin(b, type);
    return why ? why : put(b, "fileName", path);
}

static const char *
device_backing(struct backing *b, enum vi_id type)
{
    const char *name = says(b, "fileName");
    const bool find =
        is_true(b, "autodetect") || (name && vx_str_is(vx_str_c(name), "auto detect"));
    const char *why = begin(b, type);

    if (why == NULL)
        why = put(b, "deviceName", find ? "" : name);
    return why ? why : put(b, "useAutoDetect", find ? "TRUE" : "FALSE");
}

static const char *
back_disk(struct backing *b)
{
    const char *why = file_backing(b, VI_VirtualDiskFlatVer2BackingInfo);
    static const char *const kept[] = {"mode", "writeThrough", "sharing"};

    if (why == NULL)
        why = put(b, "diskMode", "persistent");
    for (size_t i = 0; i < VX_COUNT(kept) && why == NULL; i++) {
        const struct vi_property *property = vi_device_property(VI_KIND_DISK, kept[i]);
        const char *text = says(b, kept[i]);

        if (text)
            why = put(b, property->path + sizeof("backing.") - 1,
                      vi_device_spelt(property, text).s);
    }
    return why;
}

static const char *
back_cdrom(struct backing *b)
{
    const char *type = says(b, "deviceType");
    const struct vx_str word = vx_str_c(type ? type : "");
    const char *why;

    if (vx_str_is(word, "cdrom-image"))
        return file_backing(b, VI_VirtualCdromIsoBackingInfo);
    if (!vx_str_is(word, "cdrom-raw"))
        return device_backing(b, is_true(b, "clientDevice")
                                     ? VI_VirtualCdromRemoteAtapiBackingInfo
                                     : VI_VirtualCdromAtapiBackingInfo);
    why = device_backing(b, is_true(b, "clientDevice")
                                ? VI_VirtualCdromRemotePassthroughBackingInfo
                                : VI_VirtualCdromPassthroughBackingInfo);
    return why ? why : put(b, "exclusive", is_true(b, "exclusive") ? "TRUE" : "FALSE");
}

static const char *
back_floppy(struct backing *b)
{
    const char *type = says(b, "fileType");

    if (type && vx_str_is(vx_str_c(type), "file"))
        return file_backing(b, VI_VirtualFloppyImageBackingInfo);
    return device_backing(b, is_true(b, "clientDevice")
                                 ? VI_VirtualFloppyRemoteDeviceBackingInfo
                                 : VI_VirtualFloppyDeviceBackingInfo);
}

static const char *
back_card(struct backing *b)
{
    const char *why;

    if (says(b, "dvs.switchId")) {
        why = begin(b, VI_VirtualEthernetCardDistributedVirtualPortBackingInfo);
        if (why == NULL)
            why = put(b, "port.switchUuid", says(b, "dvs.switchId"));
        if (why == NULL && says(b, "dvs.portgroupId"))
            why = put(b, "port.portgroupKey", says(b, "dvs.portgroupId"));
        return why;
    }
    if (says(b, "opaqueNetwork.id")) {
        why = begin(b, VI_VirtualEthernetCardOpaqueNetworkBackingInfo);
        if (why == NULL)
            why = put(b, "opaqueNetworkId", says(b, "opaqueNetwork.id"));
        return why ? why : put(b, "opaqueNetworkType", says(b, "opaqueNetwork.type"));
    }
    if (says(b, "networkName") == NULL)
        return "the file names no network for it";
    why = begin(b, VI_VirtualEthernetCardNetworkBackingInfo);
    return why ? why : put(b, "deviceName", says(b, "networkName"));
}

static const char *
back_pipe(struct backing *b)
{
    const char *why = begin(b, VI_VirtualSerialPortPipeBackingInfo);

    if (why == NULL)
        why = put(b, "pipeName", says(b, "fileName"));
    if (why == NULL)
        why = put(b, "endpoint",
                  says(b, "pipe.endPoint") ? says(b, "pipe.endPoint") : "client");
    return why ? why : put(b, "noRxLoss", is_true(b, "tryNoRxLoss") ? "TRUE" : "FALSE");
}

static const char *
back_uri(struct backing *b)
{
    const char *why = begin(b, VI_VirtualSerialPortURIBackingInfo);

    if (why == NULL)
        why = put(b, "serviceURI", says(b, "fileName"));
    if (why == NULL)
        why = put(b, "direction",
                  says(b, "network.endPoint") ? says(b, "network.endPoint") : "client");
    return why == NULL && says(b, "vspc") ? put(b, "proxyURI", says(b, "vspc")) : why;
}

static const char *
back_serial(struct backing *b)
{
    const char *type = says(b, "fileType");
    const struct vx_str word = vx_str_c(type ? type : "device");

    if (vx_str_is(word, "file"))
        return file_backing(b, VI_VirtualSerialPortFileBackingInfo);
    if (vx_str_is(word, "pipe"))
        return back_pipe(b);
    if (vx_str_is(word, "network"))
        return back_uri(b);
    if (vx_str_is(word, "device"))
        return device_backing(b, VI_VirtualSerialPortDeviceBackingInfo);
    return "such a port is not written by this release";
}

const char *
vi_device_back(struct vmx_vi_plan *plan, struct vi_device_change *change)
{
    struct backing b = {.plan = plan, .change = change};

    switch (vi_device_kind(plan->wanted, change->after)) {
    case VI_KIND_DISK:
        return back_disk(&b);
    case VI_KIND_CDROM:
        return back_cdrom(&b);
    case VI_KIND_FLOPPY:
        return back_floppy(&b);
    case VI_KIND_NIC:
        return back_card(&b);
    case VI_KIND_SERIAL:
        return back_serial(&b);
    case VI_KIND_CONTROLLER:
    case VI_KIND_USB:
    case VI_KIND_NONE:
        break;
    }
    return NULL;
}
