/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows a few keys by name; what a machine is, the converter knows. */
#include "inventory.h"

#include "base/banned.h"

enum {
    KEY_MAX = 64,
};

/* "scsi0:1.fileName" is the key of a drive: the size of what is before the dot. */
static size_t
drive_of(struct vx_str key)
{
    static const char *const buses[] = {"scsi", "sata", "ide", "nvme", "floppy"};
    const struct vx_str property = VX_STR(".fileName");

    if (!vx_str_iends(key, property))
        return 0;
    for (size_t i = 0; i < VX_COUNT(buses); i++) {
        size_t size = strlen(buses[i]);

        if (vx_str_istarts(key, vx_str_c(buses[i])) && key.n > size
            && vx_is_digit((unsigned char)key.s[size]))
            return key.n - property.n;
    }
    return 0;
}

/* "ethernet0.present". */
static size_t
card_of(struct vx_str key)
{
    const struct vx_str property = VX_STR(".present"), device = VX_STR("ethernet");

    if (!vx_str_istarts(key, device) || !vx_str_iends(key, property)
        || key.n == device.n + property.n)
        return 0;
    for (size_t i = device.n; i < key.n - property.n; i++)
        if (!vx_is_digit((unsigned char)key.s[i]))
            return 0;
    return key.n - property.n;
}

/* The value of DEVICE.PROPERTY, or nothing. */
static struct vx_str
get(struct vmx_doc *doc, struct vx_str device, const char *property)
{
    char key[KEY_MAX];

    if (device.n + strlen(property) + 2 > sizeof(key))
        return VX_STR_NONE;
    memcpy(key, device.s, device.n);
    key[device.n] = '.';
    memcpy(key + device.n + 1, property, strlen(property) + 1);
    return vx_str_c(vmx_doc_get(doc, key));
}

static bool
is_there(struct vmx_doc *doc, struct vx_str device)
{
    struct vx_str present = get(doc, device, "present");

    return !vx_str_ieq(present, VX_STR("false")) && !vx_str_eq(present, VX_STR("0"));
}

/* "[store] web/web.vmdk" and "/vmfs/volumes/store/web/web.vmdk". */
static struct vx_str
datastore_of(struct vx_str file)
{
    const struct vx_str volumes = VX_STR("/vmfs/volumes/");
    ptrdiff_t end;

    if (vx_str_starts(file, VX_STR("["))) {
        end = vx_str_find(file, ']');
        return end < 0 ? VX_STR_NONE : vx_str_of(file.s + 1, (size_t)end - 1);
    }
    if (!vx_str_starts(file, volumes))
        return VX_STR_NONE;
    file = vx_str_skip(file, volumes.n);
    end = vx_str_find(file, '/');
    return end < 0 ? VX_STR_NONE : vx_str_of(file.s, (size_t)end);
}

static void
visit_drive(struct vmx_doc *doc, struct vx_str key, struct vx_str file,
            const struct inventory_visitor *visitor)
{
    const struct inventory_drive drive = {
        .key = key,
        .file = file,
        .datastore = datastore_of(file),
        .disk = vx_str_iends(file, VX_STR(".vmdk")),
    };

    if (is_there(doc, key))
        visitor->drive(visitor->context, &drive);
}

/* "2" of "/dev/vmnet2" or "VMnet2". */
static struct vx_str
number_behind(struct vx_str name)
{
    size_t digits = 0;

    while (digits < name.n && vx_is_digit((unsigned char)name.s[name.n - digits - 1]))
        digits++;
    return vx_str_skip(name, name.n - digits);
}

/* Of a card without a network by name: vmx-map(5). */
static struct vx_str
vmnet_of(struct vmx_doc *doc, struct vx_str key)
{
    struct vx_str type = get(doc, key, "connectionType");

    if (vx_str_ieq(type, VX_STR("bridged")))
        return VX_STR("0");
    if (vx_str_ieq(type, VX_STR("hostonly")))
        return VX_STR("1");
    if (vx_str_ieq(type, VX_STR("nat")))
        return VX_STR("8");
    return vx_str_ieq(type, VX_STR("custom")) ? number_behind(get(doc, key, "vnet"))
                                              : VX_STR("");
}

static void
visit_card(struct vmx_doc *doc, struct vx_str key,
           const struct inventory_visitor *visitor)
{
    struct inventory_card card = {
        .key = key,
        .network = get(doc, key, "networkName"),
        .portgroup = get(doc, key, "dvs.portgroupId"),
        .opaque = get(doc, key, "opaqueNetwork.id"),
        .mac = get(doc, key, "address"),
    };

    if (!is_there(doc, key))
        return;
    if (card.network.n == 0 && card.portgroup.n == 0) {
        card.network = get(doc, key, "connectionType");
        card.vmnet = card.opaque.n ? VX_STR("") : vmnet_of(doc, key);
    }
    if (card.mac.n == 0)
        card.mac = get(doc, key, "generatedAddress");
    visitor->card(visitor->context, &card);
}

void
inventory_visit(struct vmx_doc *doc, const struct inventory_visitor *visitor)
{
    const char *key;

    for (size_t i = 0; (key = vmx_doc_key(doc, i)) != NULL; i++) {
        struct vx_str name = vx_str_c(key);
        size_t drive = visitor->drive ? drive_of(name) : 0;
        size_t card = visitor->card ? card_of(name) : 0;

        if (drive)
            visit_drive(doc, vx_str_of(key, drive), vx_str_c(vmx_doc_value(doc, i)),
                        visitor);
        if (card)
            visit_card(doc, vx_str_of(key, card), visitor);
    }
}
