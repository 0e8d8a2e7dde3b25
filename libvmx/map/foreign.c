/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a foreign domain one after the other, and what belongs to no part: which
 * documents hold a machine, its identity, and what other programs wrote into it. */
#include "map/foreign_part.h"

#include "map/codec.h"
#include "map/metadata.h"
#include "map/remember.h"

#include "base/num.h"

#include "base/banned.h"

enum {
    HW_SWAPPED = 13
}; /* since then a guest reads three fields of uuid.bios turned */

/* ---- documents with a domain inside ---------------------------------------------- */

/* libvirt's other documents; those with `inner` hold the machine in it. */
static const struct {
    const char *root, *what, *inner;
} documents[] = {
    {"domstatus", "the state of a running domain", "domain"},
    {"domainsnapshot", "a snapshot of a domain", "domain"},
    {"domaincheckpoint", "a checkpoint of a domain", "domain"},
    {"domainbackup", "the backup job of a domain", NULL},
    {"domains", "a list of domains", NULL},
    {"domainCapabilities", "what a host can give a domain", NULL},
    {"capabilities", "what a host can do", NULL},
    {"network", "a network", NULL},
    {"networkport", "a port of a network", NULL},
    {"interface", "a network interface of a host", NULL},
    {"nwfilter", "a network filter", NULL},
    {"pool", "a storage pool", NULL},
    {"volume", "a storage volume", NULL},
    {"secret", "a secret", NULL},
    {"device", "a device of a host", NULL},
    {"sysinfo", "the SMBIOS of a host", NULL},
    {"cpu", "a CPU model", NULL},
    {"VirtualBox", "a machine of VirtualBox", NULL},
    {"Envelope", "an OVF descriptor", NULL},
};

enum vmx_status
vx_foreign_unwrap(struct vx_map *map, struct vx_node **root)
{
    struct vx_node *inner;

    for (size_t i = 0; i < VX_COUNT(documents); i++) {
        if (!vx_str_eq((*root)->name, vx_str_c(documents[i].root)))
            continue;
        inner = documents[i].inner ? vx_foreign_at(*root, documents[i].inner) : NULL;
        if (inner == NULL) {
            vx_diag(map->diags, VX_NOT_DOMAIN, vx_xml_span(*root),
                    "this is %s (<%s>), and not a domain", documents[i].what,
                    documents[i].root);
            return VMX_ERR_INPUT;
        }
        vx_diag(map->diags, VX_DOMAIN_INSIDE, vx_xml_span(inner),
                "this is %s (<%s>); the domain in it is converted", documents[i].what,
                documents[i].root);
        inner->parent = NULL;
        *root = inner;
        return VMX_OK;
    }
    return VMX_OK;
}

/* ---- is it a machine? ------------------------------------------------------------ */

static enum vmx_status
refuse_containers(struct vx_map *map, struct vx_node *domain)
{
    const struct vx_node *type = vx_foreign_at(domain, "os/type");
    struct vx_str word = type ? type->text : VX_STR_NONE;

    if (!vx_xml_attr_is(domain, "type", "lxc") && !vx_str_eq(word, VX_STR("exe"))
        && !vx_str_eq(word, VX_STR("uml")))
        return VMX_OK;
    vx_diag(map->diags, VX_CONTAINER, vx_xml_span(domain),
            "a container has no hardware; no VMX describes it");
    return VMX_ERR_INPUT;
}

/* ---- identity -------------------------------------------------------------------- */

static void
swap(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        uint8_t first = bytes[i];

        bytes[i] = bytes[count - 1 - i];
        bytes[count - 1 - i] = first;
    }
}

/* QEMU shows the guest <uuid> as SMBIOS has it; VMware hands over the bytes of
 * uuid.bios, and since hardware version 13 guests read them that way.  So that the
 * guest sees the UUID that it had, the bytes are turned. */
static void
settle_uuid(struct vx_foreign *f)
{
    struct vx_node *guests = vx_foreign_at(f->domain, "hwuuid");
    struct vx_node *node = guests ? guests : vx_foreign_at(f->domain, "uuid");
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(64);
    uint8_t uuid[16];

    if (node == NULL || !vx_uuid_parse(vx_str_trim(node->text), uuid)
        || (f->hw && f->hw < HW_SWAPPED))
        return;
    vx_foreign_note(f, VX_UUID_TURNED, VMX_LOSS_INFORMATION, node, NULL, NULL, NULL);
    swap(uuid, 4);
    swap(uuid + 4, 2);
    swap(uuid + 6, 2);
    vx_uuid_to_xml(&text, uuid);
    f->map->arena->failed |= text.failed;
    node->text = vx_arena_dup(f->map->arena, vx_buf_text(&text));
}

/* A title is a line above the description. */
static void
settle_title(struct vx_foreign *f)
{
    struct vx_node *title = vx_foreign_at(f->domain, "title");
    struct vx_node *description = vx_foreign_at(f->domain, "description");

    if (title == NULL || title->text.n == 0)
        return;
    if (description == NULL)
        description = vx_edit_add(f, f->domain, "description");
    if (description == NULL)
        return;
    description->text =
        description->text.n
            ? vx_arena_printf(f->map->arena, "%.*s\n%.*s", (int)title->text.n,
                              title->text.s, (int)description->text.n,
                              description->text.s)
            : title->text;
    vx_edit_hide(title);
}

/* ---- what other programs wrote --------------------------------------------------- */

static bool
is_known_space(struct vx_str space)
{
    static const char *const known[] = {
        VX_METADATA_URI,
        "http://libosinfo.org/xmlns/libvirt/domain/1.0",
        "urn:libvmx:hidden",
    };

    for (size_t i = 0; i < VX_COUNT(known); i++)
        if (vx_str_eq(space, vx_str_c(known[i])))
            return true;
    return false;
}

/* Has an element before it the same namespace? */
static bool
is_told(const struct vx_node *node)
{
    for (const struct vx_node *before = node->parent->children; before != node;
         before = before->next)
        if (vx_str_eq(before->space, node->space)
            && vx_str_eq(before->name, node->name))
            return true;
    return false;
}

static void
tell_strangers(struct vx_foreign *f, struct vx_node *parent,
               enum vmx_loss_category category, const char *what)
{
    for (struct vx_node *node = parent ? parent->children : NULL; node;
         node = node->next)
        if (node->space.s && !is_known_space(node->space) && !is_told(node))
            vx_foreign_note(f, VX_QEMU_OPTION, category, node, NULL,
                            vx_foreign_text(f, "%s (%.*s)", what, VX_ARG(node->space)),
                            NULL);
}

/* ---- the whole ------------------------------------------------------------------- */

enum vmx_status
vx_foreign_settle(struct vx_map *map, struct vx_node *domain)
{
    struct vx_foreign f = {.map = map, .domain = domain};
    struct vx_node *name;
    enum vmx_status status;

    if (!vx_str_eq(domain->name, VX_STR("domain"))
        || vx_xml_attr_is(domain, "type", "vmware"))
        return VMX_OK;
    status = refuse_containers(map, domain);
    if (status != VMX_OK)
        return status;
    name = vx_foreign_at(domain, "name");
    f.devices = vx_foreign_at(domain, "devices");
    f.name = name ? name->text : VX_STR("");
    f.config = map->back->config;
    f.hw = vx_remember_hw(map);
    vx_edit_drop(domain, "id");
    tell_strangers(&f, domain, VMX_LOSS_WARNING,
                   "An argument for the hypervisor itself");
    tell_strangers(&f, vx_foreign_at(domain, "metadata"), VMX_LOSS_INFORMATION,
                   "Another program's data");
    settle_uuid(&f);
    settle_title(&f);
    vx_foreign_machine(&f);
    vx_foreign_disks(&f);
    vx_foreign_nics(&f);
    vx_foreign_devices(&f);
    return map->arena->failed ? VMX_ERR_NOMEM : VMX_OK;
}
