/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network cards of a foreign machine: a model that VMware has, plugged into a port
 * group of the name that the old host's network had. */
#include "map/foreign_part.h"

#include "base/banned.h"

/* ---- models ---------------------------------------------------------------------- */

/* What VMware has for the cards of QEMU, Xen and bhyve. */
static const struct {
    const char *model, *ours;
} models[] = {
    {"virtio", "vmxnet3"},
    {"virtio-net", "vmxnet3"},
    {"virtio-net-pci", "vmxnet3"},
    {"virtio-transitional", "vmxnet3"},
    {"virtio-non-transitional", "vmxnet3"},
    {"netfront", "vmxnet3"},
    {"e1000-82540em", "e1000"},
    {"e1000-82543gc", "e1000"},
    {"e1000-82544gc", "e1000"},
    {"e1000-82545em", "e1000"},
    {"igb", "e1000e"},
    {"rtl8139", "e1000"},
    {"ne2k_pci", "e1000"},
    {"ne2k_isa", "e1000"},
    {"i82551", "e1000"},
    {"i82557b", "e1000"},
    {"i82559er", "e1000"},
    {"usb-net", "e1000e"},
};

static const char *const own_models[] = {"vmxnet3", "e1000",  "e1000e",
                                         "vmxnet2", "vmxnet", "vlance"};

static bool
is_own(struct vx_str model)
{
    for (size_t i = 0; i < VX_COUNT(own_models); i++)
        if (vx_str_eq(model, vx_str_c(own_models[i])))
            return true;
    return false;
}

/* The card for a model.  Without one libvirt gives QEMU's machines an rtl8139, and a
 * function of a card is as fast as VMware's fastest. */
static const char *
model_for(const struct vx_foreign *f, const struct vx_node *nic, struct vx_str model)
{
    if (model.n == 0)
        return vx_xml_attr_is(nic, "type", "hostdev") ? "vmxnet3" : "e1000";
    if (vx_str_eq(model, VX_STR("pcnet")))
        return f->wide ? "e1000" : "vlance"; /* 64-bit guests have no driver for it */
    for (size_t i = 0; i < VX_COUNT(models); i++)
        if (vx_str_eq(model, vx_str_c(models[i].model)))
            return models[i].ours;
    return f->windows ? "e1000e" : "vmxnet3";
}

static void
tell_model(struct vx_foreign *f, struct vx_node *element, const char *model)
{
    bool driverless = f->windows && strcmp(model, "vmxnet3") == 0;

    vx_foreign_note(
        f, driverless ? VX_GUEST_DRIVER : VX_DEVICE_CHANGED,
        driverless ? VMX_LOSS_WARNING : VMX_LOSS_INFORMATION, element, "type",
        vx_foreign_text(f, "The card is now %s%s", model,
                        driverless ? ", for which Windows has no driver" : ""),
        driverless ? "Install VMware Tools; until then the machine has no network."
                   : NULL);
}

static void
settle_model(struct vx_foreign *f, struct vx_node *nic)
{
    struct vx_node *element = vx_foreign_at(nic, "model");
    struct vx_str model = vx_xml_peek(element, "type");
    const char *ours;

    if (is_own(model))
        return;
    ours = model_for(f, nic, model);
    if (model.n)
        tell_model(f, element, ours);
    if (element == NULL)
        element = vx_edit_add(f, nic, "model");
    if (element)
        vx_edit_set(f, element, "type", vx_str_c(ours));
}

/* ---- networks -------------------------------------------------------------------- */

/* Where the name of a network stands; NULL: there is none. */
static const struct {
    const char *type, *attr;
} links[] = {
    {"network", "network"}, {"bridge", "bridge"}, {"direct", "dev"},
    {"internal", "name"},   {"vdpa", "dev"},
};

/* The network that VMware makes on each host. */
static const struct vx_str usual_network = {"VM Network", 10};

static const char *
name_attr(const struct vx_node *nic)
{
    for (size_t i = 0; i < VX_COUNT(links); i++)
        if (vx_xml_attr_is(nic, "type", links[i].type))
            return links[i].attr;
    return NULL;
}

/* What plugs it into nothing is VMware's word too, and so is a distributed switch. */
static bool
is_own_link(const struct vx_node *nic)
{
    return vx_xml_attr_is(nic, "type", "null") || vx_xml_attr_is(nic, "type", "vds");
}

static void
tell_network(struct vx_foreign *f, struct vx_node *nic, struct vx_node *source,
             const char *attr, struct vx_str name)
{
    if (name.n)
        vx_foreign_note(f, VX_PORT_GROUP, VMX_LOSS_WARNING, source, attr, NULL, NULL);
    else
        vx_foreign_note(
            f, VX_PORT_GROUP, VMX_LOSS_WARNING, nic, "type",
            "Nothing names its network; VMware's usual one is taken, \"VM Network\"",
            NULL);
}

static void
settle_network(struct vx_foreign *f, struct vx_node *nic)
{
    const char *attr = name_attr(nic);
    struct vx_node *source = vx_foreign_at(nic, "source");
    struct vx_str name = attr ? vx_xml_peek(source, attr) : VX_STR_NONE;

    if (is_own_link(nic))
        return;
    if (!vx_str_eq(name, usual_network))
        tell_network(f, nic, source, attr, name);
    if (source && vx_xml_peek(source, "portgroup").n)
        vx_foreign_note(f, VX_NIC_SETTING, VMX_LOSS_WARNING, source, "portgroup", NULL,
                        NULL);
    source = vx_edit_child(f, nic, "source");
    if (source == NULL)
        return;
    vx_edit_set(f, nic, "type", VX_STR("bridge"));
    source->attrs = NULL;
    vx_edit_hide_all(source, NULL);
    vx_edit_set(f, source, "bridge", name.n ? name : usual_network);
}

/* ---- settings that a port group has, and no card --------------------------------- */

static void
tell_vlans(struct vx_foreign *f, struct vx_node *nic)
{
    struct vx_node *vlan = vx_foreign_at(nic, "vlan");

    for (struct vx_node *tag = vx_foreign_at(vlan, "tag"); tag;
         tag = vx_xml_next(tag, "tag"))
        vx_foreign_note(f, VX_NIC_SETTING, VMX_LOSS_WARNING, tag, "id",
                        "In VMware a VLAN is of the port group",
                        "Give the port group this VLAN.");
    vx_edit_hide(vlan);
}

static void
tell_settings(struct vx_foreign *f, struct vx_node *nic)
{
    static const struct {
        const char *element, *attr;
    } settings[] = {
        {"virtualport", "type"},
        {"filterref", "filter"},
        {"port", "isolated"},
        {"teaming", "type"},
    };

    tell_vlans(f, nic);
    for (size_t i = 0; i < VX_COUNT(settings); i++) {
        struct vx_node *found = vx_foreign_at(nic, settings[i].element);

        if (found == NULL)
            continue;
        vx_foreign_note(f, VX_NIC_SETTING, VMX_LOSS_WARNING, found,
                        vx_xml_peek(found, settings[i].attr).s ? settings[i].attr
                                                               : NULL,
                        NULL, NULL);
        vx_edit_hide(found);
    }
}

/* How the old host runs the card, and where. */
static void
hide_internals(struct vx_node *nic)
{
    static const char *const names[] = {"alias",  "address", "driver",   "backend",
                                        "target", "tune",    "acpi",     "script",
                                        "guest",  "ip",      "coalesce", "downscript"};
    struct vx_node *rom = vx_foreign_at(nic, "rom");

    for (size_t i = 0; i < VX_COUNT(names); i++)
        vx_edit_hide_all(nic, names[i]);
    if (rom && vx_xml_peek(rom, "enabled").s == NULL)
        vx_edit_hide(rom);
    else if (rom) {
        vx_edit_drop(rom, "bar");
        vx_edit_drop(rom, "file");
    }
    vx_edit_drop(nic, "managed");
    vx_edit_drop(nic, "trustGuestRxFilters");
}

void
vx_foreign_nics(struct vx_foreign *f)
{
    struct vx_node *nic = vx_foreign_at(f->devices, "interface");

    for (; nic; nic = vx_xml_next(nic, "interface")) {
        if (vx_xml_attr_is(nic, "type", "hostdev") && f->config)
            continue; /* a function of a card that the VMX had */
        if (vx_xml_attr_is(nic, "type", "hostdev"))
            vx_foreign_note(f, VX_DEVICE_OF_HOST, VMX_LOSS_CRITICAL, nic, "type",
                            "A function of the old host's card is now a virtual card",
                            NULL);
        settle_model(f, nic);
        settle_network(f, nic);
        tell_settings(f, nic);
        hide_internals(nic);
    }
}
