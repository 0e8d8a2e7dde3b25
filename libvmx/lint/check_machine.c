/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 4xx: what the machine is: version, name, guest system, firmware. */
#include "lint/device.h"

#include "base/banned.h"

/* ---- hardware version ------------------------------------------------------------ */

void
vx_check_hw_target(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_virtualHW_version);

    if (lint->linter->hw_max && lint->hw > lint->linter->hw_max)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: ESXi %s runs versions up to %u, and this is %u",
                     VX_KEY_ARG(line), lint->linter->esxi, lint->linter->hw_max,
                     lint->hw);
}

void
vx_check_hw_hosted(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_virtualHW_version);

    if (lint->hardware && lint->hardware->released && lint->hardware->esxi == NULL)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: version %u is of Workstation and Fusion alone; no release "
                     "of ESXi makes such machines",
                     VX_KEY_ARG(line), lint->hw);
}

void
vx_check_hw_old(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_virtualHW_version);

    if (lint->hw && lint->hw < (unsigned)rule->arg.number)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: version %u is out of support; upgrade it to %u or later "
                     "before it is moved",
                     VX_KEY_ARG(line), lint->hw, (unsigned)rule->arg.number);
}

/* ---- names ----------------------------------------------------------------------- */

void
vx_check_name_form(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { NAME_MAX_BYTES = 80 };
    struct vx_line *line = vx_lint_key(lint, VX_M_displayName);
    struct vx_str name = vx_lint_value(lint, line);
    const char *fault = NULL;

    if (name.n == 0)
        return;
    if (vx_str_trim(name).n != name.n)
        fault = "blanks at the ends";
    else if (name.n > NAME_MAX_BYTES)
        fault = "more than 80 bytes";
    else if (vx_str_find(name, '\\') >= 0 || vx_str_find(name, '%') >= 0)
        fault = "a character that paths and escapes use";
    if (fault)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" has %s; inventories and scripts stumble over it",
                     VX_KEY_ARG(line), VX_ARG(name), fault);
}

static bool
has_folder(struct vx_str file)
{
    return vx_str_find(file, '/') >= 0 || vx_str_find(file, '\\') >= 0;
}

/* A companion file that lies elsewhere: as a copy of another machine's VMX has it. */
void
vx_check_companion_elsewhere(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (has_folder(vx_lint_value(lint, line)))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is not in the machine's folder, and may be "
                     "another machine's",
                     VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
}

void
vx_check_companion_suffix(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        enum vx_machine_prop prop;
        const char *suffix;
    } companions[] = {
        {VX_M_extendedConfigFile, ".vmxf"},
        {VX_M_nvram, ".nvram"},
        {VX_M_checkpoint_vmState, ".vmss"},
    };

    for (size_t i = 0; i < VX_COUNT(companions); i++) {
        struct vx_line *line = vx_lint_key(lint, companions[i].prop);
        struct vx_str file = vx_lint_value(lint, line);

        if (file.n && !vx_str_iends(file, vx_str_c(companions[i].suffix))
            && !vx_str_iends(file, VX_STR(".vmsn")) && !vx_str_is(file, "nvram"))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" does not end in %s", VX_KEY_ARG(line),
                         VX_ARG(file), companions[i].suffix);
    }
}

/* "machine" of "folder/machine.vmx". */
static struct vx_str
stem_of(struct vx_str file)
{
    size_t end = file.n, start = file.n;

    while (start && file.s[start - 1] != '/' && file.s[start - 1] != '\\')
        start--;
    while (end > start && file.s[end - 1] != '.')
        end--;
    return vx_str_of(file.s + start, end > start ? end - 1 - start : 0);
}

/* VMware names the companions after the VMX. */
void
vx_check_companion_stem(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        enum vx_machine_prop prop;
        const char *suffix;
    } companions[] = {{VX_M_extendedConfigFile, ".vmxf"}, {VX_M_nvram, ".nvram"}};
    struct vx_str name = vx_str_c(lint->options->name), stem = stem_of(name);

    if (stem.n == 0 || !vx_str_iends(name, VX_STR(".vmx")))
        return;
    for (size_t i = 0; i < VX_COUNT(companions); i++) {
        struct vx_line *line = vx_lint_key(lint, companions[i].prop);
        struct vx_str file = vx_lint_value(lint, line);

        if (vx_str_iends(file, vx_str_c(companions[i].suffix)) && !has_folder(file)
            && !vx_str_ieq(stem_of(file), stem))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is not named after the VMX, as \"%.*s%s\" "
                         "would be",
                         VX_KEY_ARG(line), VX_ARG(file), VX_ARG(stem),
                         companions[i].suffix);
    }
}

void
vx_check_uuid_zero(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const enum vx_machine_prop props[] = {VX_M_uuid_bios, VX_M_uuid_location,
                                                 VX_M_vc_uuid};

    for (size_t i = 0; i < VX_COUNT(props); i++) {
        struct vx_line *line = vx_lint_key(lint, props[i]);
        struct vx_str uuid = vx_lint_value(lint, line);
        size_t zeros = 0, digits = 0;

        for (size_t j = 0; j < uuid.n; j++) {
            zeros += uuid.s[j] == '0';
            digits += vx_hex_digit((unsigned char)uuid.s[j]) >= 0;
        }
        if (digits == 32 && zeros == 32)
            vx_lint_tell(
                lint, rule, line, VX_PART_VALUE,
                "%.*s: all zero, which stands for none: VMware makes a new one",
                VX_KEY_ARG(line));
    }
}

/* ---- guest system ---------------------------------------------------------------- */

/* The word that the API's id `value` stands for, or NULL. */
static const char *
word_of_api(struct vx_str value)
{
    const struct vx_guestos_row *row = NULL;

    if (vx_str_iends(value, VX_STR("Guest")) || vx_str_iends(value, VX_STR("Guest64")))
        row = vx_guestos_find_vim(value);
    return row ? row->word : NULL;
}

void
vx_check_guest_api(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_guestOS);
    struct vx_str value = vx_lint_value(lint, line);
    const char *word = lint->guest || line == NULL ? NULL : word_of_api(value);
    struct vx_finding *found;

    if (word == NULL)
        return;
    found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is the API's id; a VMX says \"%s\"",
                         VX_KEY_ARG(line), VX_ARG(value), word);
    if (found)
        found->text = vx_str_c(word);
}

void
vx_check_guest_unknown(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_guestOS);
    struct vx_str value = vx_lint_value(lint, line);

    if (value.n && lint->guest == NULL && word_of_api(value) == NULL)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is not in the table of guest systems",
                     VX_KEY_ARG(line), VX_ARG(value));
}

void
vx_check_guest_memory(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { FOUR_GIB = 4096 };
    struct vx_line *line = vx_lint_key(lint, VX_M_memSize);
    int64_t size;

    if (lint->guest && lint->guest->bits == 32 && vx_lint_int(lint, line, &size)
        && size > FOUR_GIB)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %s has 32 bits, and sees %lld MiB with PAE at best",
                     VX_KEY_ARG(line), lint->guest->word, (long long)size);
}

/* Windows for desktops uses as many sockets as its licence has. */
void
vx_check_guest_sockets(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { LICENSED = 2 };

    static const char *const desktops[] = {
        "winXPPro",     "winXPPro-64",  "winvista",    "winvista-64", "windows7",
        "windows7-64",  "windows8",     "windows8-64", "windows9",    "windows9-64",
        "windows11-64", "windows12-64", NULL};
    struct vx_line *line = vx_lint_key(lint, VX_M_numvcpus);
    int64_t vcpus, cores;

    if (lint->guest == NULL || !vx_lint_among(vx_str_c(lint->guest->word), desktops)
        || !vx_lint_int(lint, line, &vcpus)
        || vx_lint_bool(lint, vx_lint_key(lint, VX_M_cpuid_autoCoresPerSocket), false))
        return;
    if (!vx_lint_int(lint, vx_lint_key(lint, VX_M_cpuid_coresPerSocket), &cores)
        || cores < 1)
        cores = 1;
    /* From hardware version 20 on a host may choose the sockets when no key does. */
    if (vcpus / cores > LICENSED
        && (lint->hw < 20 || vx_lint_key(lint, VX_M_cpuid_coresPerSocket)))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld virtual CPUs in %lld sockets, of which %s uses 2; "
                     "expected cpuid.coresPerSocket = \"%lld\"",
                     VX_KEY_ARG(line), (long long)vcpus, (long long)(vcpus / cores),
                     lint->guest->word,
                     (long long)(vcpus % LICENSED ? vcpus : vcpus / LICENSED));
}

void
vx_check_guest_single(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const single[] = {"dos",   "win31",    "win95", "win98",
                                         "winMe", "netware4", NULL};
    struct vx_line *line = vx_lint_key(lint, VX_M_numvcpus);
    int64_t vcpus;

    if (lint->guest && vx_lint_among(vx_str_c(lint->guest->word), single)
        && vx_lint_int(lint, line, &vcpus) && vcpus > 1)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %s uses one CPU, and the others do nothing",
                     VX_KEY_ARG(line), lint->guest->word);
}

/* What the installer of Windows 11 looks for. */
void
vx_check_windows11(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_guestOS);
    bool tpm = vx_lint_bool(lint, vx_lint_key(lint, VX_M_vtpm_present), false)
               || vx_lint_key(lint, VX_M_managedvm_autoAddVTPM);

    if (lint->guest && vx_str_is(vx_str_c(lint->guest->word), "windows11-64")
        && (!lint->efi || !tpm))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: Windows 11 asks for EFI and a TPM, and this machine has %s",
                     VX_KEY_ARG(line),
                     lint->efi ? "no TPM"
                     : tpm     ? "a BIOS"
                               : "neither");
}

static bool
is_family(const struct vx_lint *lint, const char *family)
{
    return lint->guest && vx_str_is(vx_str_c(lint->guest->family), family);
}

/* A guest that is known and is none of Apple's. */
void
vx_check_apple_key(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const enum vx_machine_prop props[] = {VX_M_smc_present, VX_M_ich7m_present,
                                                 VX_M_board_id_reflectHost};

    if (lint->guest == NULL || is_family(lint, "macos"))
        return;
    for (size_t i = 0; i < VX_COUNT(props); i++) {
        struct vx_line *line = vx_lint_key(lint, props[i]);

        if (vx_lint_bool(lint, line, false))
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "%.*s: a device of Apple's machines, and the guest is %s",
                         VX_KEY_ARG(line), lint->guest->word);
    }
}

void
vx_check_macos_without(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *guest = vx_lint_key(lint, VX_M_guestOS);

    if (!is_family(lint, "macos"))
        return;
    if (!lint->efi)
        vx_lint_tell(lint, rule, guest, VX_PART_LINE,
                     "firmware: expected \"efi\", since %s starts from nothing else",
                     lint->guest->word);
    if (vx_lint_key(lint, VX_M_smc_present)
        && !vx_lint_bool(lint, vx_lint_key(lint, VX_M_smc_present), false))
        vx_lint_tell(lint, rule, vx_lint_key(lint, VX_M_smc_present), VX_PART_LINE,
                     "%.*s: expected TRUE, since %s looks for this device",
                     VX_KEY_ARG(vx_lint_key(lint, VX_M_smc_present)),
                     lint->guest->word);
}

/* ---- firmware -------------------------------------------------------------------- */

void
vx_check_needs_efi(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (!lint->efi && vx_lint_bool(lint, line, false))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: %s needs EFI; expected firmware = \"efi\"",
                     VX_KEY_ARG(line), rule->arg.text);
}

void
vx_fix_remove_line(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->line)
        vx_fix_remove(lint, finding, finding->line);
}

void
vx_check_efi_old(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { EFI_SINCE = 8 };
    struct vx_line *line = vx_lint_key(lint, VX_M_firmware);

    if (lint->efi && lint->hw && lint->hw < EFI_SINCE)
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: EFI came with hardware version 8, and this machine has %u",
                     VX_KEY_ARG(line), lint->hw);
}

/* Systems from before EFI. */
void
vx_check_efi_guest(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const old[] = {
        "dos",      "win31",    "win95",       "win98",       "winMe",     "winNT",
        "nt4",      "win2000",  "win2000Pro",  "win2000Serv", "netware4",  "netware5",
        "netware6", "os2",      "eComStation", "openserver5", "unixware7", "rhel2",
        "solaris6", "solaris7", "solaris8",    "solaris9",    NULL};
    struct vx_line *line = vx_lint_key(lint, VX_M_firmware);

    if (lint->efi && lint->guest && vx_lint_among(vx_str_c(lint->guest->word), old))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %s is from before EFI and does not start from it; expected "
                     "\"bios\"",
                     VX_KEY_ARG(line), lint->guest->word);
}

void
vx_check_vtpm_plain(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const enum vx_machine_prop keys[] = {
        VX_M_encryption_keySafe,    VX_M_encryption_data,
        VX_M_encryption_bundle,     VX_M_encryption_encryptedKey,
        VX_M_managedvm_autoAddVTPM, VX_M_encryption_required_vtpm};
    struct vx_line *line = vx_lint_key(lint, VX_M_vtpm_present);

    if (!vx_lint_bool(lint, line, false))
        return;
    for (size_t i = 0; i < VX_COUNT(keys); i++)
        if (vx_lint_key(lint, keys[i]))
            return;
    vx_lint_tell(lint, rule, line, VX_PART_LINE,
                 "%.*s: the machine is not encrypted; desktop products drop a TPM that "
                 "nothing protects",
                 VX_KEY_ARG(line));
}

void
vx_check_vbs_needs(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        enum vx_machine_prop prop;
        const char *key;
    } needs[] = {
        {VX_M_uefi_secureBoot_enabled, "uefi.secureBoot.enabled"},
        {VX_M_vvtd_enable, "vvtd.enable"},
        {VX_M_vhv_enable, "vhv.enable"},
    };
    struct vx_line *line = vx_lint_key(lint, VX_M_windows_vbs_enabled);
    const char *missing[VX_COUNT(needs)] = {"", "", ""};
    size_t count = 0;

    if (!vx_lint_bool(lint, line, false))
        return;
    for (size_t i = 0; i < VX_COUNT(needs); i++)
        if (!vx_lint_bool(lint, vx_lint_key(lint, needs[i].prop), false))
            missing[count++] = needs[i].key;
    if (count)
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: it stands on what is not TRUE: %s%s%s%s%s",
                     VX_KEY_ARG(line), missing[0], count > 1 ? ", " : "", missing[1],
                     count > 2 ? ", " : "", missing[2]);
}
