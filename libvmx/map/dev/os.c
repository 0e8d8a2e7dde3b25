/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest system, its firmware and how it starts ↔ <os>.  The boot order is made in
 * boot.c. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/path.h"
#include "model/guestos.h"

#include "base/num.h"

#include "base/banned.h"

#define O(name) VX_M(vx_vm, os.name)

enum {
    FEATURES_SINCE = 7002000,     /* <firmware><feature> */
    NVRAM_SOURCE_SINCE = 8005000, /* <nvram type='file'><source> */
    TIMEOUT_MAX = 65535,          /* libvirt's, for bootmenu and rebootTimeout */
    RETRY_DELAY = 10,             /* seconds, when bios.bootRetry.delay is absent */
};

#define SLIC_TABLE "/sys/firmware/acpi/tables/SLIC"

static const struct vx_word firmwares[] = {
    [VX_FIRMWARE_BIOS] = {"bios", "bios"},
    [VX_FIRMWARE_EFI] = {"efi", "efi"},
    VX_WORDS_END,
};

/* smbios.reflectHost, as the mode says it. */
static const struct vx_word smbios_modes[] = {
    [VX_NO] = {NULL, "emulate"},
    [VX_YES] = {NULL, "host"},
    VX_WORDS_END,
};

/* ---- elements of many members ---------------------------------------------------- */

static const char *const archs[] = {
    [VX_ARCH_I686] = "i686",
    [VX_ARCH_X86_64] = "x86_64",
    [VX_ARCH_AARCH64] = "aarch64",
};

static void
hook_type(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
          void *model)
{
    const struct vx_vm *vm = model;

    (void)row;
    vx_xml_at(&map->xml, "os/type");
    vx_xml_attr_c(&map->xml, "arch", archs[vm->arch]);
    vx_xml_text(&map->xml, VX_STR("hvm"));
    if (vm->os.guest_told)
        vx_map_said(map, slot[VX_M_guestOS], false);
}

static void
put_feature(struct vx_map *map, const char *attributes)
{
    vx_xml_at(&map->xml, "os/firmware"); /* closes a feature before this one */
    vx_xml_at(&map->xml, "os/firmware/feature");
    vx_xml_attrs(&map->xml, attributes);
}

/* Secure boot without the vendors' keys starts nothing, so both features belong
 * together. */
static void
hook_secure_boot(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
                 void *model)
{
    const struct vx_vm *vm = model;

    if (!vm->efi) {
        if (vm->os.secure_boot == VX_NO)
            vx_map_default(map, slot[row->key]);
        return;
    }
    if (vm->os.secure_boot == VX_YES && !vx_map_knows(map, FEATURES_SINCE))
        vx_map_loss(map, VX_SECURE_UNSAID, VMX_LOSS_WARNING, slot[row->key], NULL,
                    NULL);
    if (vm->os.secure_boot == VX_UNSET || !vx_map_knows(map, FEATURES_SINCE))
        return;
    if (vm->os.secure_boot == VX_YES) {
        put_feature(map, " enabled='yes' name='enrolled-keys'");
        put_feature(map, " enabled='yes' name='secure-boot'");
    } else {
        put_feature(map, " enabled='no' name='secure-boot'");
    }
    vx_map_said(map, slot[row->key], false);
}

/* The schema takes a datastore path as a source only; libvirt up to 11.3 refuses the
 * element in a machine without firmware='efi'. */
static void
hook_nvram(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    const struct vx_vm *vm = model;
    struct vx_str path;

    if (!vm->efi || vm->os.nvram.n == 0)
        return;
    path = vx_path_to_xml(map, vm->os.nvram);
    if (path.n == 0)
        return;
    vx_xml_at(&map->xml, "os/nvram");
    if (path.s[0] == '/' || !vx_map_knows(map, NVRAM_SOURCE_SINCE)) {
        vx_xml_text(&map->xml, path);
    } else {
        vx_xml_attrs(&map->xml, " type='file'");
        vx_xml_at(&map->xml, "os/nvram/source");
        vx_xml_attr(&map->xml, "file", path);
    }
    vx_map_said(map, slot[row->key], false);
}

static void
hook_slic(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
          void *model)
{
    uint8_t slic = ((const struct vx_vm *)model)->os.slic;

    if (slic == VX_NO)
        vx_map_default(map, slot[row->key]);
    if (slic != VX_YES)
        return;
    vx_xml_at(&map->xml, "os/acpi/table");
    vx_xml_attrs(&map->xml, " type='slic'");
    vx_xml_text(&map->xml, VX_STR(SLIC_TABLE));
    vx_map_said(map, slot[row->key], false);
    vx_map_loss(map, VX_HOST_SLIC, VMX_LOSS_WARNING, slot[row->key], NULL, NULL);
}

/* Without the retry its delay says nothing. */
static void
hook_retry(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    const struct vx_os *os = &((const struct vx_vm *)model)->os;
    int64_t delay = os->retry_delay_s.set ? os->retry_delay_s.v : RETRY_DELAY;

    if (os->retry != VX_YES && delay == RETRY_DELAY)
        vx_map_default(map, slot[VX_M_bios_bootRetry_delay]);
    if (os->retry == VX_UNSET
        || (os->retry == VX_YES && (delay < 0 || delay > TIMEOUT_MAX / 1000)))
        return;
    vx_xml_at(&map->xml, "os/bios");
    vx_xml_attr_open(&map->xml, "rebootTimeout");
    vx_buf_int(map->xml.out, os->retry == VX_YES ? delay * 1000 : -1);
    vx_buf_char(map->xml.out, '\'');
    vx_map_said(map, slot[row->key], false);
    if (os->retry == VX_YES)
        vx_map_said(map, slot[VX_M_bios_bootRetry_delay], false);
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_firmware),                VX_ATTR("os", "firmware"),          .codec = &vx_enum, .arg = firmwares, O(firmware), .usual = "bios"},
  {VX_NOKEY,                           VX_HOOK(hook_type)},
  {VX_K(VX_M_guestOS),                 VX_KEPT,                            .codec = &vx_text, O(guest)},
  {VX_K(VX_M_uefi_secureBoot_enabled), VX_HOOK(hook_secure_boot),          .codec = &vx_bool, O(secure_boot)},
  {VX_K(VX_M_nvram),                   VX_HOOK(hook_nvram),                .codec = &vx_path, O(nvram)},
  {VX_K(VX_M_acpi_passthru_slic),      VX_HOOK(hook_slic),                 .codec = &vx_bool, O(slic)},
  {VX_NOKEY,                           VX_HOOK(vx_hook_boot)},
  {VX_K(VX_M_bios_bootDelay),          VX_ATTR("os/bootmenu", "timeout"),  .codec = &vx_integer, O(boot_delay_ms), .with = " enable='yes'", .usual = "0"},
  {VX_K(VX_M_bios_bootRetry_enabled),  VX_HOOK(hook_retry),                .codec = &vx_bool, O(retry)},
  {VX_K(VX_M_bios_bootRetry_delay),    VX_KEPT,                            .codec = &vx_integer, O(retry_delay_s)},
  {VX_K(VX_M_smbios_reflectHost),      VX_ATTR("os/smbios", "mode"),       .codec = &vx_bool_words, .arg = smbios_modes, O(reflect_host), .usual = "emulate"},
};

/* clang-format on */

/* ---- what the keys mean together ------------------------------------------------- */

/* Would the way back, with no metadata, write this word? */
static bool
leads_back(const struct vx_vm *vm, struct vx_str *ret_word)
{
    const struct vx_guestos_row *row = vm->os.row;

    if (row && row->osinfo) {
        *ret_word = vx_str_c(row->word);
        return row->chosen;
    }
    *ret_word = vx_str_c(vx_guestos_any((enum vx_arch)vm->arch));
    return vx_str_ieq(vm->os.guest, *ret_word);
}

static void
learn_guest(struct vx_map *map, struct vx_vm *vm)
{
    uint32_t slot = map->slots.machine[VX_M_guestOS];
    struct vx_str word;

    vm->arch = VX_ARCH_I686;
    if (vm->os.guest.s == NULL) {
        vx_map_diag(map, VX_NO_GUESTOS, 0, "guestOS is missing; taken as 32-bit");
        return;
    }
    vm->os.row = vx_guestos_find(vm->os.guest);
    vm->arch = (uint8_t)(vm->os.row ? vm->os.row->arch : vx_guestos_arch(vm->os.guest));
    if (vm->os.row == NULL)
        vx_map_diag(map, VX_UNKNOWN_GUESTOS, slot,
                    "\"%.*s\" is not in the table of guest systems",
                    VX_ARG(vm->os.guest));
    vm->os.guest_told = leads_back(vm, &word);
    if (!vx_str_eq(word, vm->os.guest))
        map->state[slot - 1] &= (uint8_t)~VX_LINE_EXACT;
}

static void
lose(struct vx_map *map, enum vx_code code, enum vmx_loss_category category,
     int16_t key)
{
    uint32_t slot = map->slots.machine[key];

    if (slot)
        vx_map_loss(map, code, category, slot, NULL, NULL);
}

static void
check_firmware(struct vx_map *map, const struct vx_vm *vm)
{
    static const int16_t keys_of_boot[] = {
        VX_M_uefi_secureBoot_dbDefault_file0,
        VX_M_uefi_secureBoot_KEKDefault_file0,
        VX_M_uefi_secureBoot_PKDefault_file0,
    };
    static const int16_t roms[] = {VX_M_bios440_fileName, VX_M_efi32_fileName,
                                   VX_M_efi64_fileName};

    for (size_t i = 0; i < VX_COUNT(roms); i++)
        lose(map, VX_CUSTOM_FIRMWARE, VMX_LOSS_WARNING, roms[i]);
    if (!vm->efi) {
        if (vm->os.secure_boot == VX_YES)
            vx_map_diag(map, VX_SECURE_BIOS,
                        map->slots.machine[VX_M_uefi_secureBoot_enabled],
                        "secure boot needs firmware = \"efi\"; it is left out");
        return;
    }
    if (vm->os.nvram.n)
        lose(map, VX_NVRAM_CONTENT, VMX_LOSS_CRITICAL, VX_M_nvram);
    if (vm->os.secure_boot == VX_YES)
        for (size_t i = 0; i < VX_COUNT(keys_of_boot); i++)
            lose(map, VX_SECURE_KEYS, VMX_LOSS_CRITICAL, keys_of_boot[i]);
}

static void
check_times(struct vx_map *map, struct vx_os *os)
{
    const uint32_t *slot = map->slots.machine;
    int64_t delay = os->retry_delay_s.v;

    if (os->boot_delay_ms.set
        && (os->boot_delay_ms.v < 0 || os->boot_delay_ms.v > TIMEOUT_MAX)) {
        os->boot_delay_ms.set = false;
        vx_map_diag(
            map, VX_VALUE_LIMIT, slot[VX_M_bios_bootDelay],
            "libvirt waits 0 to %d milliseconds; the value is kept and has no effect",
            TIMEOUT_MAX);
    }
    if (os->retry == VX_YES && os->retry_delay_s.set
        && (delay < 0 || delay > TIMEOUT_MAX / 1000))
        vx_map_diag(map, VX_VALUE_LIMIT, slot[VX_M_bios_bootRetry_delay],
                    "libvirt retries after 0 to %d seconds; the value is kept and has "
                    "no effect",
                    TIMEOUT_MAX / 1000);
}

static void
os_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_vm *vm = model;

    (void)i;
    vm->efi = vm->os.firmware == VX_FIRMWARE_EFI;
    learn_guest(map, vm);
    check_firmware(map, vm);
    check_times(map, &vm->os);
    if (vm->os.reflect_host == VX_YES)
        lose(map, VX_HOST_STRINGS, VMX_LOSS_WARNING, VX_M_smbios_reflectHost);
}

/* ---- the way back ---------------------------------------------------------------- */

/* libvirt's default is the host's. */
static uint8_t
read_arch(struct vx_map *map, struct vx_node *type)
{
    struct vx_str arch = vx_xml_value(type, "arch");

    if (arch.s == NULL)
        return map->back->vmware ? VX_ARCH_I686 : VX_ARCH_X86_64;
    for (size_t i = 0; i < VX_COUNT(archs); i++)
        if (vx_str_eq(arch, vx_str_c(archs[i])))
            return (uint8_t)i;
    vx_back_diag(map, VX_FOREIGN_ARCH, type, "VMware runs no \"%.*s\"", VX_ARG(arch));
    return VX_ARCH_X86_64;
}

static struct vx_node *
find_in(struct vx_node *parent, const char *space, const char *name)
{
    struct vx_node *child = parent ? parent->children : NULL;

    while (child
           && !(vx_str_eq(child->space, vx_str_c(space))
                && vx_str_eq(child->name, vx_str_c(name))))
        child = child->next;
    return child;
}

/* The guest system as libvirt's tools note it; VX_STR_NONE without a note. */
static struct vx_str
osinfo_id(struct vx_node *domain)
{
    static const char uri[] = "http://libosinfo.org/xmlns/libvirt/domain/1.0";
    struct vx_node *metadata = vx_xml_find(domain, "metadata", NULL);

    return vx_xml_value(find_in(find_in(metadata, uri, "libosinfo"), uri, "os"), "id");
}

static void
back_guest(struct vx_map *map, struct vx_node *domain, struct vx_vm *vm)
{
    struct vx_node *type = vx_xml_find(domain, "os/type", NULL);
    struct vx_str text = vx_str_trim(vx_xml_value(type, NULL)), id = osinfo_id(domain);
    const char *word = NULL;

    vx_xml_value(type, "machine"); /* VMware has but one */
    vm->arch = read_arch(map, type);
    if (type && !vx_str_eq(text, VX_STR("hvm")))
        vx_back_diag(map, VX_FOREIGN_ARCH, type,
                     "\"%.*s\" is no machine that begins with its firmware",
                     VX_ARG(text));
    if (id.s)
        word = vx_guestos_back(id, (enum vx_arch)vm->arch);
    if (id.s && word == NULL && map->back->config == NULL)
        vx_back_diag(map, VX_GUEST_NO_WORD, type, "no guestOS is known for \"%.*s\"",
                     VX_ARG(id));
    vm->os.guest = vx_str_c(word ? word : vx_guestos_any((enum vx_arch)vm->arch));
}

static bool
mentions(struct vx_str text, const char *word)
{
    size_t n = strlen(word);

    for (; text.n >= n; text = vx_str_skip(text, 1))
        if (vx_str_ieq(vx_str_of(text.s, n), vx_str_of(word, n)))
            return true;
    return false;
}

bool
vx_loader_is_efi(const struct vx_node *loader)
{
    static const char *const names[] = {"OVMF", "AAVMF", "edk2", "efi"};

    for (size_t i = 0; i < VX_COUNT(names); i++)
        if (mentions(loader->text, names[i]))
            return true;
    return vx_xml_attr_is(loader, "type", "pflash");
}

/* A firmware that can verify does, when it comes with the vendors' keys.  Distributions
 * tell both by the names of their images. */
static bool
is_secure(struct vx_node *loader, struct vx_node *nvram)
{
    static const char *const names[] = {"secboot", ".ms.", ".secure."};
    struct vx_str variables = nvram ? vx_xml_value(nvram, "template") : VX_STR_NONE;

    for (size_t i = 0; i < VX_COUNT(names); i++)
        if (mentions(loader->text, names[i]) || mentions(variables, names[i]))
            return true;
    return vx_xml_attr_is(loader, "secure", "yes");
}

/* Without an attribute that says it, the image does. */
static void
back_loader(struct vx_map *map, struct vx_node *domain, struct vx_os *os)
{
    struct vx_node *loader = vx_xml_find(domain, "os/loader", NULL);
    struct vx_node *nvram = vx_xml_find(domain, "os/nvram", NULL);
    bool efi = loader && vx_loader_is_efi(loader);

    if (loader == NULL)
        return;
    if (efi && os->firmware == VX_FIRMWARE_NONE)
        os->firmware = VX_FIRMWARE_EFI;
    if (efi && os->secure_boot == VX_UNSET && is_secure(loader, nvram))
        os->secure_boot = VX_YES;
    vx_back_loss(map, VX_FOREIGN_FIRMWARE, VMX_LOSS_INFORMATION, loader, NULL, NULL,
                 NULL);
}

/* Does secure boot begin with the vendors' keys?  VMware's always does. */
static bool
back_features(struct vx_map *map, struct vx_node *firmware, struct vx_os *os)
{
    struct vx_node *feature = firmware ? vx_xml_child(firmware, "feature") : NULL;
    bool keys = false;

    for (; feature; feature = vx_xml_next(feature, "feature")) {
        struct vx_str name = vx_xml_value(feature, "name");
        bool yes = vx_str_eq(vx_xml_value(feature, "enabled"), VX_STR("yes"));

        if (vx_str_eq(name, VX_STR("secure-boot")))
            os->secure_boot = yes ? VX_YES : VX_NO;
        else if (vx_str_eq(name, VX_STR("enrolled-keys")))
            keys = yes;
        else
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, feature, NULL,
                         NULL, NULL);
    }
    return keys;
}

static void
back_firmware(struct vx_map *map, struct vx_node *domain, struct vx_os *os)
{
    struct vx_node *element = vx_xml_find(domain, "os", NULL);
    struct vx_node *features = vx_xml_find(domain, "os/firmware", NULL);
    bool keys;

    if (element && vx_xml_attr_is(element, "firmware", "bios"))
        os->firmware = VX_FIRMWARE_BIOS; /* usual, but told */
    keys = back_features(map, features, os);
    back_loader(map, domain, os);
    if (features && !keys && os->secure_boot == VX_YES
        && os->firmware == VX_FIRMWARE_EFI)
        vx_back_loss(map, VX_FOREIGN_FIRMWARE, VMX_LOSS_INFORMATION, features, NULL,
                     "VMware's secure boot always begins with the vendors' keys",
                     "Switch it off if the guest's loader is not signed with them.");
    if (os->secure_boot != VX_UNSET && os->firmware != VX_FIRMWARE_EFI) {
        vx_back_diag(map, VX_SECURE_BIOS, element,
                     "secure boot needs EFI; it is left out");
        os->secure_boot = VX_UNSET;
    }
}

/* What another hypervisor's firmware remembers is nothing to VMware's. */
static void
back_nvram(struct vx_map *map, struct vx_node *domain, struct vx_os *os)
{
    struct vx_node *nvram = vx_xml_find(domain, "os/nvram", NULL);
    struct vx_node *source = nvram ? vx_xml_find(nvram, "source", NULL) : NULL;
    struct vx_str path = source  ? vx_xml_value(source, "file")
                         : nvram ? nvram->text
                                 : VX_STR_NONE;

    if (nvram == NULL)
        return;
    vx_xml_value(nvram, "type");
    if (!map->back->vmware || path.n == 0) {
        vx_back_loss(map, VX_FOREIGN_FIRMWARE, VMX_LOSS_CRITICAL, nvram, NULL,
                     "What the firmware remembers, boot entries among it, is not "
                     "carried over",
                     NULL);
        return;
    }
    os->nvram = vx_path_to_vmx(map, path);
}

static void
back_slic(struct vx_map *map, struct vx_node *domain, struct vx_os *os)
{
    struct vx_node *acpi = vx_xml_find(domain, "os/acpi", NULL);
    struct vx_node *table = acpi ? vx_xml_child(acpi, "table") : NULL;

    for (; table; table = vx_xml_next(table, "table"))
        if (vx_str_eq(vx_xml_value(table, "type"), VX_STR("slic"))
            && vx_str_eq(vx_str_trim(vx_xml_value(table, NULL)), VX_STR(SLIC_TABLE)))
            os->slic = VX_YES;
        else
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, table, NULL,
                         "Of ACPI tables VMware takes the SLIC of its host alone",
                         NULL);
}

static bool
in_time(struct vx_map *map, struct vx_node *element, const char *attr, int64_t time)
{
    if (time >= 0 && time <= TIMEOUT_MAX)
        return true;
    vx_back_diag(map, VX_BAD_XML_VALUE, element, "%s is not 0 to %d milliseconds", attr,
                 TIMEOUT_MAX);
    return false;
}

/* A menu is only worth a key while it waits. */
static void
back_times(struct vx_map *map, struct vx_node *domain, struct vx_os *os)
{
    struct vx_node *menu = vx_xml_find(domain, "os/bootmenu", NULL);
    struct vx_node *bios = vx_xml_find(domain, "os/bios", NULL);
    struct vx_str text = vx_xml_value(bios, "rebootTimeout");
    int64_t time;

    vx_xml_value(menu, "enable");
    vx_xml_value(menu, "timeout");
    if (os->boot_delay_ms.set)
        os->boot_delay_ms.set = in_time(map, menu, "timeout", os->boot_delay_ms.v);
    if (text.s == NULL)
        return;
    if (!vx_num_i64(vx_str_trim(text), &time)) {
        vx_back_diag(map, VX_BAD_XML_VALUE, bios, "rebootTimeout \"%.*s\" is not %s",
                     VX_ARG(text), vx_integer.what);
    } else if (time == -1) {
        os->retry = VX_NO;
    } else if (in_time(map, bios, "rebootTimeout", time)) {
        os->retry = VX_YES;
        os->retry_delay_s = (struct vx_int){(time + 999) / 1000, true};
        if (time % 1000)
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, bios,
                         "rebootTimeout", "VMware waits for whole seconds: one more",
                         NULL);
    }
}

static void
report_kernel(struct vx_map *map, struct vx_node *domain)
{
    static const char *const direct[] = {"os/kernel", "os/initrd", "os/cmdline",
                                         "os/dtb"};

    for (size_t i = 0; i < VX_COUNT(direct); i++) {
        struct vx_node *element = vx_xml_find(domain, direct[i], NULL);

        if (element)
            vx_back_loss(map, VX_FOREIGN_FIRMWARE, VMX_LOSS_CRITICAL, element, NULL,
                         "VMware starts no kernel from a file of the host",
                         "Install a boot loader in the guest.");
    }
}

/* The strings of <sysinfo> are the entries', with or without the mode that shows them.
 */
static bool
os_accept_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
              void *model)
{
    struct vx_node *smbios = vx_xml_find(domain, "os/smbios", NULL);

    (void)seat;
    (void)model;
    if (smbios && vx_xml_attr_is(smbios, "mode", "sysinfo"))
        vx_xml_set(map->arena, smbios, "mode", VX_STR("emulate"));
    return true;
}

static void
os_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat, void *model)
{
    struct vx_vm *vm = model;

    (void)seat;
    back_guest(map, domain, vm);
    back_firmware(map, domain, &vm->os);
    back_nvram(map, domain, &vm->os);
    back_slic(map, domain, &vm->os);
    back_times(map, domain, &vm->os);
    report_kernel(map, domain);
    vm->efi = vm->os.firmware == VX_FIRMWARE_EFI;
}

const struct vx_device vx_device_os = {
    .name = "os",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = os_in,
    .accept_xml = os_accept_xml,
    .in_xml = os_in_xml,
};

/* libvirt's tools look here for the guest system; the wrapper is part of the form. */
void
vx_os_metadata(struct vx_map *map)
{
    const struct vx_guestos_row *row = map->vm.os.row;
    struct vx_buf *out = map->xml.out;

    if (row == NULL || row->osinfo == NULL)
        return;
    vx_buf_lit(out,
               "    <libosinfo:libosinfo"
               " xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>\n"
               "      <libosinfo:os id='");
    vx_xml_escape(out, vx_str_c(row->osinfo));
    vx_buf_lit(out, "'/>\n    </libosinfo:libosinfo>\n");
}
