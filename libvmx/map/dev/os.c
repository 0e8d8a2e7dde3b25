/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest system, its firmware and how it starts ↔ <os>.  The boot order is made in
 * boot.c. */
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/path.h"
#include "model/guestos.h"

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

static void
hook_type(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
          void *model)
{
    static const char *const archs[] = {
        [VX_ARCH_I686] = "i686",
        [VX_ARCH_X86_64] = "x86_64",
        [VX_ARCH_AARCH64] = "aarch64",
    };
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
  /* back: guestOS is the word that vx_guestos_back() gives for the id and arch, without
   * an id vx_guestos_any() */
  {VX_NOKEY,                           VX_HOOK(hook_type)},
  {VX_K(VX_M_guestOS),                 VX_KEPT,                            .codec = &vx_text, O(guest)},
  /* back: the feature named secure-boot, yes or no; enrolled-keys is no key */
  {VX_K(VX_M_uefi_secureBoot_enabled), VX_HOOK(hook_secure_boot),          .codec = &vx_bool, O(secure_boot)},
  /* back: the text or the source, through vx_path */
  {VX_K(VX_M_nvram),                   VX_HOOK(hook_nvram),                .codec = &vx_path, O(nvram)},
  /* back: a slic table of this path is TRUE, any other is reported */
  {VX_K(VX_M_acpi_passthru_slic),      VX_HOOK(hook_slic),                 .codec = &vx_bool, O(slic)},
  {VX_NOKEY,                           VX_HOOK(vx_hook_boot)},
  {VX_K(VX_M_bios_bootDelay),          VX_ATTR("os/bootmenu", "timeout"),  .codec = &vx_integer, O(boot_delay_ms), .with = " enable='yes'", .usual = "0"},
  /* back: -1 is FALSE, whole seconds are the delay and TRUE, others are reported */
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

const struct vx_device vx_device_os = {
    .name = "os",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = os_in,
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
