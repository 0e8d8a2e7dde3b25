/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 3xx: drives and the controllers they are on. */
#include "lint/device.h"

#include "base/banned.h"

enum {
    SCSI_SELF = 7, /* the unit of a SCSI controller itself */
    SCSI_LAST = 15,
    SATA_LAST = 29,
    IDE_LAST = 1,
};

/* ---- where a drive is ------------------------------------------------------------ */

static bool
is_switched_on(const struct vx_lint *lint, const struct vx_instance *disk)
{
    const struct vx_instance *controller = vx_lint_controller(lint, disk);

    return disk->sub == VX_BUS_IDE || disk->sub == VX_BUS_FLOPPY
           || (controller && controller->present);
}

/* One finding for a controller, at the first of its drives: devices come sorted. */
void
vx_check_controller_absent(struct vx_lint *lint, const struct vx_rule *rule)
{
    const struct vx_instance *told = NULL;

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        const struct vx_instance *controller = vx_lint_controller(lint, d);
        struct vx_finding *found;

        if (is_switched_on(lint, d)
            || (told && told->sub == d->sub && told->index == d->index))
            continue;
        told = d;
        found = vx_lint_tell(
            lint, rule, vx_lint_line(lint, d->slot[VX_DISK_present]), VX_PART_LINE,
            "%.*s: it is on %.*s%u, which is not there; expected %.*s%u.present = "
            "\"TRUE\"",
            VX_ARG(vx_lint_device_name(lint, d)), VX_ARG(vx_bus_words[d->sub]),
            (unsigned)d->index, VX_ARG(vx_bus_words[d->sub]), (unsigned)d->index);
        if (found == NULL)
            continue;
        found->other =
            controller ? vx_lint_line(lint, controller->slot[VX_CTRL_present]) : NULL;
        found->text = vx_arena_printf(lint->arena, "%.*s%u.present",
                                      VX_ARG(vx_bus_words[d->sub]), (unsigned)d->index);
    }
}

void
vx_fix_controller_absent(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->other)
        vx_fix_value(lint, finding, finding->other, VX_STR("TRUE"));
    else if (finding->text.s)
        vx_fix_insert(lint, finding, finding->line, finding->text.s, VX_STR("TRUE"));
}

void
vx_check_scsi_self(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d))
        if (d->sub == VX_BUS_SCSI && d->unit == SCSI_SELF)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_DISK_present]),
                         VX_PART_KEY,
                         "%.*s: unit 7 is the controller itself; expected another",
                         VX_ARG(vx_lint_device_name(lint, d)));
}

/* The last unit of the bus; UINT_MAX where that is another rule's matter. */
static unsigned
last_unit(const struct vx_lint *lint, const struct vx_instance *disk)
{
    const struct vx_instance *controller = vx_lint_controller(lint, disk);
    const struct vx_hwver *hw = lint->hardware;

    switch ((enum vx_bus)disk->sub) {
    case VX_BUS_SCSI:
        if (controller
            && vx_str_is(vx_lint_told(lint, controller, VX_CTRL_virtualDev), "pvscsi"))
            return hw && hw->scsi_units ? hw->scsi_units - 1 : 64;
        return SCSI_LAST;
    case VX_BUS_SATA:
        return SATA_LAST;
    case VX_BUS_IDE:
        return IDE_LAST;
    case VX_BUS_NVME:
        return hw == NULL ? 63 : hw->nvme_units ? hw->nvme_units - 1 : UINT16_MAX;
    case VX_BUS_FLOPPY:
    case VX_BUSES:
        break;
    }
    return UINT16_MAX;
}

void
vx_check_unit_range(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        unsigned last = last_unit(lint, d);

        if (d->unit > last)
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_DISK_present]),
                         VX_PART_KEY,
                         "%.*s: there is no unit %u on this controller; expected 0 to "
                         "%u%s",
                         VX_ARG(vx_lint_device_name(lint, d)), (unsigned)d->unit, last,
                         d->sub == VX_BUS_SCSI ? " without 7" : "");
    }
}

/* ---- what a controller is -------------------------------------------------------- */

/* Models, and the first hardware version that has them. */
struct model {
    const char *word;
    unsigned hw;
};

static const struct model scsi_models[] = {{"pvscsi", 7}, {"lsisas1068", 7}, {NULL, 0}};
static const struct model nic_models[] = {
    {"vmxnet3", 7}, {"e1000e", 8}, {"vrdma", 13}, {NULL, 0}};

static void
tell_too_new(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
             const struct model *models)
{
    struct vx_str value = vx_lint_value(lint, line);

    for (; value.n && models->word; models++)
        if (vx_str_is(value, models->word) && lint->hw < models->hw)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: %s came with hardware version %u, and this machine has "
                         "%u",
                         VX_KEY_ARG(line), models->word, models->hw, lint->hw);
}

void
vx_check_controller_too_new(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d =
             lint->hw ? vx_lint_device(lint, VX_KIND_CONTROLLER, NULL) : NULL;
         d; d = vx_lint_device(lint, VX_KIND_CONTROLLER, d))
        tell_too_new(lint, rule, vx_lint_line(lint, d->slot[VX_CTRL_virtualDev]),
                     scsi_models);
}

void
vx_check_nic_too_new(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = lint->hw ? vx_lint_device(lint, VX_KIND_NIC, NULL)
                                          : NULL;
         d; d = vx_lint_device(lint, VX_KIND_NIC, d))
        tell_too_new(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_virtualDev]),
                     nic_models);
}

void
vx_check_buslogic(struct vx_lint *lint, const struct vx_rule *rule)
{
    if (lint->guest == NULL || lint->guest->bits != 64)
        return;
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_CONTROLLER, NULL); d;
         d = vx_lint_device(lint, VX_KIND_CONTROLLER, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_CTRL_virtualDev]);

        if (vx_lint_is(lint, line, "buslogic"))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: a BusLogic controller has no 64-bit driver, and %s has "
                         "64 bits; expected lsilogic, lsisas1068 or pvscsi",
                         VX_KEY_ARG(line), lint->guest->word);
    }
}

/* Systems of Windows that install onto LSI SAS, and by common account not onto its
 * parallel predecessor. */
void
vx_check_lsilogic_windows(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const since[] = {"windows8",  "windows9",  "windows11",
                                        "windows12", "windows20", NULL};
    bool late = false;

    for (size_t i = 0; lint->guest && since[i]; i++)
        late |= vx_str_istarts(vx_str_c(lint->guest->word), vx_str_c(since[i]));
    for (struct vx_instance *d = late ? vx_lint_device(lint, VX_KIND_CONTROLLER, NULL)
                                      : NULL;
         d; d = vx_lint_device(lint, VX_KIND_CONTROLLER, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_CTRL_virtualDev]);

        if (vx_lint_is(lint, line, "lsilogic"))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: %s brings no driver for LSI Logic Parallel; expected "
                         "lsisas1068 or pvscsi",
                         VX_KEY_ARG(line), lint->guest->word);
    }
}

/* ---- names of the API ------------------------------------------------------------ */

/* What the API calls the models, and what a VMX calls them. */
static const struct {
    const char *api, *vmx;
} api_names[] = {
    {"ParaVirtualSCSIController", "pvscsi"},
    {"VirtualBusLogicController", "buslogic"},
    {"VirtualLsiLogicController", "lsilogic"},
    {"VirtualLsiLogicSASController", "lsisas1068"},
    {"VirtualE1000", "e1000"},
    {"VirtualE1000e", "e1000e"},
    {"VirtualPCNet32", "vlance"},
    {"VirtualVmxnet2", "vmxnet"},
    {"VirtualVmxnet3", "vmxnet3"},
    {"VirtualVmxnet3Vrdma", "vrdma"},
};

static void
tell_api_name(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line)
{
    struct vx_str value = vx_lint_value(lint, line);
    struct vx_finding *found;

    for (size_t i = 0; value.n && i < VX_COUNT(api_names); i++) {
        if (!vx_str_is(value, api_names[i].api))
            continue;
        found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                             "%.*s: \"%.*s\" is the API's word; a VMX says \"%s\"",
                             VX_KEY_ARG(line), VX_ARG(value), api_names[i].vmx);
        if (found)
            found->text = vx_str_c(api_names[i].vmx);
    }
}

static bool
is_api_name(struct vx_str value)
{
    for (size_t i = 0; i < VX_COUNT(api_names); i++)
        if (vx_str_is(value, api_names[i].api))
            return true;
    return false;
}

static void
tell_unknown(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line,
             const char *const *words, const char *usual)
{
    struct vx_str value = vx_lint_value(lint, line);

    if (value.n && !vx_lint_among(value, words) && !is_api_name(value))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is no model that VMware has; expected %s",
                     VX_KEY_ARG(line), VX_ARG(value), usual);
}

void
vx_check_controller_model(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const words[] = {"buslogic", "lsilogic", "lsisas1068", "pvscsi",
                                        NULL};
    static const char *const sata_words[] = {"ahci", NULL};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_CONTROLLER, NULL); d;
         d = vx_lint_device(lint, VX_KIND_CONTROLLER, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_CTRL_virtualDev]);

        if (d->sub == VX_BUS_SCSI)
            tell_unknown(lint, rule, line, words,
                         "buslogic, lsilogic, lsisas1068 or pvscsi");
        else if (d->sub == VX_BUS_SATA)
            tell_unknown(lint, rule, line, sata_words, "ahci");
    }
}

void
vx_check_nic_model(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const words[] = {"vlance", "vmxnet", "vmxnet2",  "vmxnet3",
                                        "e1000",  "e1000e", "flexible", "vrdma",
                                        "sriov",  NULL};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d))
        tell_unknown(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_virtualDev]), words,
                     "vmxnet3, e1000e, e1000, vmxnet, vlance or vrdma");
}

void
vx_check_api_model(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_CONTROLLER, NULL); d;
         d = vx_lint_device(lint, VX_KIND_CONTROLLER, d))
        tell_api_name(lint, rule, vx_lint_line(lint, d->slot[VX_CTRL_virtualDev]));
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_NIC, NULL); d;
         d = vx_lint_device(lint, VX_KIND_NIC, d))
        tell_api_name(lint, rule, vx_lint_line(lint, d->slot[VX_NIC_virtualDev]));
}

/* Writes the word that the check had in mind. */
void
vx_fix_word(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->text.s && finding->line)
        vx_fix_value(lint, finding, finding->line, finding->text);
}
