/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 501 to 539: the controls of the vendor's and of DISA's guides.  What a control
 * asks for stands in its row; an absent key is well for all but one of them. */
#include "lint/check.h"

#include "base/banned.h"

/* ---- machine-wide keys ----------------------------------------------------------- */

/* The rule's title says what is wrong.  The value to be comes along, for the fix. */
static void
tell_unwanted(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
              const char *wanted)
{
    const char *title = rule->told.title;
    struct vx_str key = vx_line_key(line), value = vx_lint_shown(lint, line);
    struct vx_finding *found = vx_lint_tell(
        lint, rule, line, VX_PART_VALUE, "%.*s: \"%.*s\": %c%s; expected \"%s\"",
        VX_ARG(key), VX_ARG(value), vx_lint_uncapital(title), title + 1, wanted);

    if (found)
        found->text = vx_str_c(wanted);
}

void
vx_fix_control_value(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_value(lint, finding, finding->line, finding->text);
}

static void
check_truth(struct vx_lint *lint, const struct vx_rule *rule, uint16_t prop)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)prop);
    bool wanted = rule->arg.text[0] == 'T';

    if (line && vx_lint_bool(lint, line, wanted) != wanted)
        tell_unwanted(lint, rule, line, rule->arg.text);
}

/* One or two keys that must say TRUE, or FALSE, when they are there. */
void
vx_check_control_switch(struct vx_lint *lint, const struct vx_rule *rule)
{
    check_truth(lint, rule, rule->arg.prop);
    if (rule->arg.sub)
        check_truth(lint, rule, rule->arg.sub);
}

/* A key that must have this very number when it is there. */
void
vx_check_control_number(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);
    int64_t number;

    if (vx_lint_int(lint, line, &number) && number != rule->arg.number)
        tell_unwanted(lint, rule, line, rule->arg.text);
}

/* A key that must have this very word when it is there. */
void
vx_check_control_word(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (line && !vx_lint_is(lint, line, rule->arg.text))
        tell_unwanted(lint, rule, line, rule->arg.text);
}

/* A key that must not be there, or be empty. */
void
vx_check_control_absent(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (line && line->value_size)
        vx_lint_tell(lint, rule, line, VX_PART_KEY,
                     "%.*s: the key is set; expected none", VX_ARG(vx_line_key(line)));
}

void
vx_fix_control_away(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_remove(lint, finding, finding->line);
}

/* The one control that wants its key to be there. */
void
vx_check_console_limit(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_RemoteDisplay_maxConnections);

    if (line == NULL)
        vx_lint_tell(lint, rule, NULL, VX_PART_LINE,
                     "RemoteDisplay.maxConnections is not set; expected \"1\"");
    else if (!vx_lint_is(lint, line, "1"))
        tell_unwanted(lint, rule, line, "1");
}

void
vx_fix_console_limit(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->line)
        vx_fix_control_value(lint, finding);
    else
        vx_fix_insert(lint, finding, NULL, "RemoteDisplay.maxConnections", VX_STR("1"));
}

/* ---- firmware and hardware ------------------------------------------------------- */

void
vx_check_secure_boot(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_uefi_secureBoot_enabled);

    if (!lint->efi || vx_lint_bool(lint, line, false))
        return;
    if (line)
        tell_unwanted(lint, rule, line, "TRUE");
    else
        vx_lint_tell(lint, rule, vx_lint_key(lint, VX_M_firmware), VX_PART_VALUE,
                     "firmware: the EFI starts whatever it finds; expected "
                     "uefi.secureBoot.enabled = \"TRUE\"");
}

void
vx_check_baseline_hardware(struct vx_lint *lint, const struct vx_rule *rule)
{
    if (lint->hw && lint->hw < (unsigned)rule->arg.number)
        vx_lint_tell(lint, rule, vx_lint_key(lint, VX_M_virtualHW_version),
                     VX_PART_VALUE,
                     "virtualHW.version: hardware %u is below the baseline; expected "
                     "%u or newer",
                     lint->hw, (unsigned)rule->arg.number);
}

/* ---- devices --------------------------------------------------------------------- */

/* Is the network card there that the line is about? */
static bool
has_card(const struct vx_lint *lint, const struct vx_line *line)
{
    const struct vx_instance *card =
        vx_slots_find(lint->slots, VX_KIND_NIC, 0, line->index, 0);

    return card && card->present;
}

/* Filters are numbered, so they have no slot of the card. */
void
vx_check_network_filter(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = vx_lint_next(lint, NULL); line;
         line = vx_lint_next(lint, line))
        if (line->entry == vx_nic_key[VX_NIC_filter_name] && line->value_size
            && has_card(lint, line))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the filter \"%.*s\" sees all traffic of the card; "
                         "expected none",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_lint_value(lint, line)));
}

/* What a device that is not wanted is blamed for: that it is there. */
static void
tell_present(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
             const char *what)
{
    struct vx_finding *found;

    if (line == NULL)
        return;
    found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the machine has %s; expected none unless it is needed",
                         VX_ARG(vx_line_key(line)), what);
    if (found)
        found->text = VX_STR("FALSE");
}

/* All devices of a kind whose `present`, slot 1, is TRUE. */
void
vx_check_unneeded_kind(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum vx_key_kind kind = (enum vx_key_kind)rule->arg.prop;

    for (struct vx_instance *device = vx_lint_device(lint, kind, NULL); device;
         device = vx_lint_device(lint, kind, device))
        tell_present(lint, rule, vx_lint_line(lint, device->slot[1]), rule->arg.text);
}

void
vx_check_unneeded_floppy(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *drive = vx_lint_device(lint, VX_KIND_DISK, NULL); drive;
         drive = vx_lint_device(lint, VX_KIND_DISK, drive))
        if (drive->sub == VX_BUS_FLOPPY)
            tell_present(lint, rule, vx_lint_line(lint, drive->slot[VX_DISK_present]),
                         "a floppy drive");
}

void
vx_check_unneeded_usb(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t controllers[] = {VX_M_usb_present, VX_M_ehci_present,
                                           VX_M_usb_xhci_present};

    for (size_t i = 0; i < VX_COUNT(controllers); i++) {
        struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)controllers[i]);

        if (vx_lint_bool(lint, line, false))
            tell_present(lint, rule, line, "a USB controller");
    }
}

static bool
is_cdrom(const struct vx_lint *lint, const struct vx_instance *drive)
{
    struct vx_line *type = vx_lint_line(lint, drive->slot[VX_DISK_deviceType]);

    return type
           && (vx_str_istarts(vx_lint_value(lint, type), VX_STR("cdrom"))
               || vx_lint_is(lint, type, "atapi-cdrom"));
}

/* An empty drive does no harm; one with a medium at power on may boot from it. */
void
vx_check_connected_cdrom(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *drive = vx_lint_device(lint, VX_KIND_DISK, NULL); drive;
         drive = vx_lint_device(lint, VX_KIND_DISK, drive)) {
        struct vx_line *start = vx_lint_line(lint, drive->slot[VX_DISK_startConnected]);
        struct vx_str name;
        struct vx_finding *found;

        if (!is_cdrom(lint, drive) || !vx_lint_bool(lint, start, true))
            continue;
        name = vx_lint_device_name(lint, drive);
        found = vx_lint_tell(
            lint, rule,
            start ? start : vx_lint_line(lint, drive->slot[VX_DISK_present]),
            VX_PART_VALUE,
            "%.*s: the CD-ROM drive is connected at power on; expected "
            "startConnected = \"FALSE\"",
            VX_ARG(name));
        if (found) {
            found->text = name;
            found->other = start;
        }
    }
}

void
vx_fix_connected_cdrom(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_buf key VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

    if (finding->other) {
        vx_fix_value(lint, finding, finding->other, VX_STR("FALSE"));
        return;
    }
    vx_buf_str(&key, finding->text);
    vx_buf_add(&key, ".startConnected", sizeof(".startConnected"));
    if (!key.failed)
        vx_fix_insert(lint, finding, finding->line, key.data, VX_STR("FALSE"));
}

/* Such a disk forgets, and with it the traces of an intruder. */
void
vx_check_nonpersistent(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *disk = vx_lint_device(lint, VX_KIND_DISK, NULL); disk;
         disk = vx_lint_device(lint, VX_KIND_DISK, disk)) {
        struct vx_line *mode = vx_lint_line(lint, disk->slot[VX_DISK_mode]);

        if (vx_lint_is(lint, mode, "independent-nonpersistent"))
            vx_lint_tell(lint, rule, mode, VX_PART_VALUE,
                         "%.*s: the disk forgets at power off what was written to it",
                         VX_ARG(vx_line_key(mode)));
    }
}
