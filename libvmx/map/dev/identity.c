/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who the machine is: versions, <name>, <uuid>, <hwuuid>, <genid>, <description>. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/remember.h"
#include "model/hwver.h"

#include "base/num.h"

#include "base/banned.h"

#define I(name) VX_M(vx_vm, identity.name)

enum { HWUUID_SINCE = 12004000 }; /* VMX has two UUIDs for libvirt from here on */

/* Text in an element of its own.  A reader of XML makes LF of CR and CR LF, so such
 * text is remembered. */
static enum vx_read
note_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    enum vx_read read = vx_text.from_vmx(map, row, text, member);

    return vx_str_find(text, '\r') < 0 ? read : VX_READ_LOOSE;
}

static const struct vx_codec note = {
    "text", VX_T_STR, note_from_vmx, vx_text_to_vmx, vx_text_from_xml, vx_text_to_xml,
};

/* ---- UUIDs ----------------------------------------------------------------------- */

/* libvirt takes sixteen equal bytes for no UUID at all. */
static bool
is_valid(const struct vx_uuid *uuid)
{
    return uuid->set && memcmp(uuid->b, uuid->b + 1, sizeof(uuid->b) - 1) != 0;
}

static void
put_uuid(struct vx_map *map, const char *element, const struct vx_uuid *uuid)
{
    vx_xml_at(&map->xml, element);
    vx_xml_text_open(&map->xml);
    vx_uuid_to_xml(map->xml.out, uuid->b);
    vx_xml_text_close(&map->xml);
}

/* The way back will not write this very text. */
static void
not_exact(struct vx_map *map, uint32_t slot)
{
    if (slot)
        map->state[slot - 1] &= (uint8_t)~VX_LINE_EXACT;
}

/* An older libvirt ignores <hwuuid> and would give the guest vCenter's UUID, so there
 * <uuid> is the guest's and the other one stays in the metadata. */
static void
put_guest_uuid(struct vx_map *map, const struct vx_identity *identity,
               const uint32_t *slot)
{
    put_uuid(map, "uuid", &identity->bios);
    if (is_valid(&identity->bios))
        vx_map_said(map, slot[VX_M_uuid_bios], false);
}

/* Without vc.uuid both elements say uuid.bios.  A vc.uuid that is the same cannot be
 * told from that, so its text is remembered. */
static void
hook_uuids(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    const struct vx_identity *identity = &((const struct vx_vm *)model)->identity;
    bool guest = is_valid(&identity->bios), vcenter = is_valid(&identity->instance);

    (void)row;
    if (!vx_map_knows(map, HWUUID_SINCE) || !vcenter) {
        put_guest_uuid(map, identity, slot);
    } else {
        put_uuid(map, "uuid", &identity->instance);
        vx_map_said(map, slot[VX_M_vc_uuid], false);
        if (guest && memcmp(identity->bios.b, identity->instance.b, 16) == 0)
            not_exact(map, slot[VX_M_vc_uuid]);
    }
    if (!guest || !vx_map_knows(map, HWUUID_SINCE))
        return;
    put_uuid(map, "hwuuid", &identity->bios);
    vx_map_said(map, slot[VX_M_uuid_bios], false);
    if (vcenter) /* a libvirt that does not know the element drops it */
        not_exact(map, slot[VX_M_uuid_bios]);
}

/* Two signed numbers are the halves of one UUID, high byte first; zero is no half. */
static void
hook_genid(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    const struct vx_identity *identity = &((const struct vx_vm *)model)->identity;
    uint64_t halves[2] = {(uint64_t)identity->genid.v, (uint64_t)identity->genid_x.v};
    struct vx_uuid uuid = {.set = true};

    (void)row;
    if (identity->genid.set && halves[0] == 0)
        vx_map_default(map, slot[VX_M_vm_genid]);
    if (identity->genid_x.set && halves[1] == 0)
        vx_map_default(map, slot[VX_M_vm_genidX]);
    if (halves[0] == 0 && halves[1] == 0)
        return;
    for (unsigned i = 0; i < 16; i++)
        uuid.b[i] = (uint8_t)(halves[i / 8] >> (56 - 8 * (i % 8)));
    put_uuid(map, "genid", &uuid);
    if (halves[0])
        vx_map_said(map, slot[VX_M_vm_genid], false);
    if (halves[1])
        vx_map_said(map, slot[VX_M_vm_genidX], false);
}

/* clang-format off */
static const struct vx_row rows[] = {
  /* Domain XML has no word for the generations of the file and of the hardware. */
  {VX_K(VX_M_config_version),    VX_KEPT,                .codec = &vx_integer, I(config_version)},
  {VX_K(VX_M_virtualHW_version), VX_KEPT,                .codec = &vx_integer, I(hw)},
  {VX_K(VX_M_displayName),       VX_TEXT("name"),        .codec = &note,       I(name)},
  /* Back: see back_uuids(). */
  {VX_NOKEY,                     VX_HOOK(hook_uuids)},
  {VX_K(VX_M_uuid_bios),         VX_KEPT,                .codec = &vx_uuid,    I(bios)},
  {VX_K(VX_M_vc_uuid),           VX_KEPT,                .codec = &vx_uuid,    I(instance)},
  {VX_NOKEY,                     VX_HOOK(hook_genid)},
  {VX_K(VX_M_vm_genid),          VX_KEPT,                .codec = &vx_integer, I(genid)},
  {VX_K(VX_M_vm_genidX),         VX_KEPT,                .codec = &vx_integer, I(genid_x)},
  {VX_K(VX_M_annotation),        VX_TEXT("description"), .codec = &note,       I(description)},
};

/* clang-format on */

/* ---- what is odd ----------------------------------------------------------------- */

static void
check_config_version(struct vx_map *map, const struct vx_int *version)
{
    uint32_t slot = map->slots.machine[VX_M_config_version];

    if (slot == 0)
        vx_map_diag(map, VX_CONFIG_VERSION, 0, "config.version is missing; taken as 8");
    else if (version->set && version->v != 8)
        vx_map_diag(map, VX_CONFIG_VERSION, slot,
                    "\"%lld\" is not 8; read as if it were", (long long)version->v);
}

/* Another number than the released ones may be of a later product: only that is worth
 * no warning. */
static void
check_hw(struct vx_map *map, const struct vx_int *version)
{
    unsigned newest = vx_hwver_newest();
    uint32_t slot = map->slots.machine[VX_M_virtualHW_version];
    const struct vx_hwver *row;

    if (slot == 0)
        vx_map_diag(
            map, VX_HW_VERSION, 0,
            "virtualHW.version is missing; the limits of no version are assumed");
    if (!version->set)
        return;
    row = version->v < 0 ? NULL : vx_hwver_find((uint64_t)version->v);
    if (row && row->released && row->number >= 4)
        return;
    if (version->v > (int64_t)newest)
        vx_map_diag(map, VX_HW_VERSION_NEW, slot,
                    "version %lld is newer than those known here",
                    (long long)version->v);
    else
        vx_map_diag(map, VX_HW_VERSION, slot,
                    "%lld is no hardware version in use; expected 4, or 6 to %u",
                    (long long)version->v, newest);
}

/* Nothing in it that can be seen. */
static bool
is_empty(struct vx_str name)
{
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.s[i] > 0x20)
            return false;
    return true;
}

/* The file's name without suffix.  File names are bytes, XML is not. */
static struct vx_str
stem_of_file(struct vx_map *map)
{
    char *bytes;

    if (is_empty(map->name))
        return VX_STR("unnamed");
    if (vx_xml_holds(map->name))
        return map->name;
    bytes = vx_arena_alloc(map->arena, map->name.n);
    if (bytes == NULL)
        return VX_STR("unnamed");
    for (size_t i = 0; i < map->name.n; i++) {
        unsigned char c = (unsigned char)map->name.s[i];

        bytes[i] = c < 0x20 || c >= 0x7f ? '_' : (char)c;
    }
    return vx_str_of(bytes, map->name.n);
}

/* XML must have a name: the file's, which is how VMware's products call such a machine.
 */
static void
name_by_file(struct vx_map *map, struct vx_str *name)
{
    uint32_t slot = map->slots.machine[VX_M_displayName];
    struct vx_str stem = stem_of_file(map);

    if (slot)
        vx_map_diag(map, VX_BAD_NAME, slot, "the name is empty; \"%.*s\" is used",
                    VX_ARG(stem));
    else
        vx_map_diag(map, VX_NO_NAME, 0, "displayName is missing; \"%.*s\" is used",
                    VX_ARG(stem));
    not_exact(map, slot);
    *name = stem;
    map->vm.identity.named_by_file = true;
}

static void
check_name(struct vx_map *map, struct vx_str *name)
{
    if (is_empty(*name))
        name_by_file(map, name);
    if (vx_str_find(*name, '\n') >= 0 || vx_str_find(*name, '\r') >= 0)
        vx_map_diag(
            map, VX_BAD_NAME, map->slots.machine[VX_M_displayName],
            "a line break in the name; libvirt refuses to define such a domain");
    else if (vx_str_find(*name, '/') >= 0)
        vx_map_diag(map, VX_BAD_NAME, map->slots.machine[VX_M_displayName],
                    "a slash in the name; libvirt's QEMU driver refuses such a domain");
}

static void
identity_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_vm *vm = model;

    (void)i;
    check_config_version(map, &vm->identity.config_version);
    check_hw(map, &vm->identity.hw);
    vm->hw = vm->identity.hw.v < 0 ? 0 : vm->identity.hw.v;
    check_name(map, &vm->identity.name);
}

/* ---- the way back ---------------------------------------------------------------- */

static struct vx_uuid
read_uuid(struct vx_map *map, struct vx_node *domain, const char *name)
{
    struct vx_node *element = vx_xml_find(domain, name, NULL);
    struct vx_str text = vx_xml_value(element, NULL);
    struct vx_uuid uuid = {.set = false};

    if (text.n == 0)
        return uuid;
    uuid.set = vx_uuid_parse(text, uuid.b);
    if (!uuid.set)
        vx_back_diag(map, VX_BAD_XML_VALUE, element, "\"%.*s\" is not %s", VX_ARG(text),
                     vx_uuid.what);
    return uuid;
}

static bool
is_zero(const struct vx_uuid *uuid)
{
    return !is_valid(uuid) && uuid->b[0] == 0;
}

/* Does the file have a UUID of this name, as far as the metadata shows? */
static bool
has_uuid(struct vx_map *map, struct vx_str key, struct vx_uuid *ret)
{
    struct vx_node *node = vx_remember_key(map, key);
    struct vx_str text = node ? vx_remember_text_of(node) : VX_STR_NONE;

    *ret = (struct vx_uuid){.set = false};
    if (text.s)
        ret->set = vx_uuid_parse(text, ret->b);
    return node && (text.s == NULL || is_valid(ret));
}

/* <uuid> without <hwuuid> is what the guest sees, unless the file has but vCenter's, or
 * both: a libvirt that does not know <hwuuid> drops it. */
static void
back_lone_uuid(struct vx_map *map, struct vx_node *domain, const struct vx_uuid *uuid,
               struct vx_identity *identity)
{
    struct vx_uuid vcenter, guest;

    identity->bios = *uuid;
    if (!vx_map_knows(map, HWUUID_SINCE) || !has_uuid(map, VX_STR("vc.uuid"), &vcenter))
        return;
    if (!has_uuid(map, VX_STR("uuid.bios"), &guest)) {
        identity->instance = *uuid;
        identity->bios.set = false;
    } else if (guest.set && memcmp(guest.b, uuid->b, 16) != 0) {
        identity->instance = *uuid;
        identity->bios = guest;
        vx_back_diag(map, VX_HWUUID_GONE, vx_xml_find(domain, "uuid", NULL),
                     "<hwuuid> is gone; uuid.bios is what the metadata has");
    }
}

/* <hwuuid> is what the guest sees, and <uuid> beside it what vCenter knows. */
static void
back_uuids(struct vx_map *map, struct vx_node *domain, struct vx_identity *identity)
{
    struct vx_uuid uuid = read_uuid(map, domain, "uuid");
    struct vx_uuid guest = read_uuid(map, domain, "hwuuid");

    if (guest.set && !is_zero(&guest)) {
        identity->bios = guest;
        if (is_valid(&uuid) && memcmp(uuid.b, guest.b, 16) != 0)
            identity->instance = uuid;
    } else if (uuid.set && !is_zero(&uuid)) {
        back_lone_uuid(map, domain, &uuid, identity);
    }
}

static int64_t
half_of(const uint8_t bytes[8])
{
    uint64_t half = 0;

    for (unsigned i = 0; i < 8; i++)
        half = half << 8 | bytes[i];
    return (int64_t)half;
}

/* An empty <genid> asks libvirt for a new one at each start. */
static void
back_genid(struct vx_map *map, struct vx_node *domain, struct vx_identity *identity)
{
    struct vx_node *element = vx_xml_find(domain, "genid", NULL);
    struct vx_uuid genid = read_uuid(map, domain, "genid");

    if (element && vx_xml_value(element, NULL).n == 0)
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, element, NULL, NULL,
                     NULL);
    if (!genid.set)
        return;
    identity->genid.v = half_of(genid.b);
    identity->genid.set = identity->genid.v != 0;
    identity->genid_x.v = half_of(genid.b + 8);
    identity->genid_x.set = identity->genid_x.v != 0;
}

static void
identity_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
                void *model)
{
    struct vx_vm *vm = model;
    struct vx_str name = vm->identity.name;

    (void)seat;
    vx_xml_value(domain, "id"); /* of a domain that runs: says nothing */
    back_uuids(map, domain, &vm->identity);
    back_genid(map, domain, &vm->identity);
    /* Other tables ask for it; that of a new file is found when all of the machine is
     * known. */
    vm->hw = vx_remember_hw(map);
    if (is_empty(name))
        vx_back_diag(map, VX_DOMAIN_INCOMPLETE, domain, "the domain has no name");
    else if (map->back->config == NULL
             && (vx_str_find(name, '\n') >= 0 || vx_str_find(name, '\r') >= 0))
        vx_back_diag(map, VX_BAD_NAME, vx_xml_find(domain, "name", NULL),
                     "a line break in the name");
}

/* Without a UUID, or with one of zeros, VMware makes one, and does not ask whether the
 * machine was moved or copied. */
static void
identity_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    const struct vx_identity *identity = &((const struct vx_vm *)model)->identity;

    (void)seat;
    if (!identity->bios.set && !identity->instance.set)
        vx_put(map, NULL, VX_M_uuid_action, VX_STR("create"));
}

const struct vx_device vx_device_identity = {
    .name = "identity",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = identity_in,
    .in_xml = identity_in_xml,
    .put = identity_put,
};
