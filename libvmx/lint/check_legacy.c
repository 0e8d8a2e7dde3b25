/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 580 to 599: what the hardening guides up to vSphere 6.x asked for.  They wanted
 * every key to be there, so one finding tells of all that are missing of a group. */
#include "lint/check.h"
#include "lint/hardened.h"

#include "base/banned.h"

static const struct hardened {
    uint16_t prop;
    uint8_t group;
    const char *wanted;
} hardened[] = {
    /* clang-format off */
    {VX_M_isolation_tools_unity_disable, VX_HARDENED_UNITY, "TRUE"},
    {VX_M_isolation_tools_unityActive_disable, VX_HARDENED_UNITY, "TRUE"},
    {VX_M_isolation_tools_unityInterlockOperation_disable, VX_HARDENED_UNITY, "TRUE"},
    {VX_M_isolation_tools_unity_push_update_disable, VX_HARDENED_UNITY, "TRUE"},
    {VX_M_isolation_tools_unity_taskbar_disable, VX_HARDENED_UNITY, "TRUE"},
    {VX_M_isolation_tools_unity_windowContents_disable, VX_HARDENED_UNITY, "TRUE"},
    {VX_M_isolation_tools_ghi_autologon_disable, VX_HARDENED_INTEGRATION, "TRUE"},
    {VX_M_isolation_tools_ghi_launchmenu_change, VX_HARDENED_INTEGRATION, "TRUE"},
    {VX_M_isolation_tools_ghi_protocolhandler_info_disable, VX_HARDENED_INTEGRATION, "TRUE"},
    {VX_M_isolation_tools_ghi_trayicon_disable, VX_HARDENED_INTEGRATION, "TRUE"},
    {VX_M_isolation_ghi_host_shellAction_disable, VX_HARDENED_INTEGRATION, "TRUE"},
    {VX_M_isolation_tools_hgfsServerSet_disable, VX_HARDENED_FILES, "TRUE"},
    {VX_M_isolation_tools_autoInstall_disable, VX_HARDENED_FILES, "TRUE"},
    {VX_M_isolation_tools_copy_disable, VX_HARDENED_CLIPBOARD, "TRUE"},
    {VX_M_isolation_tools_paste_disable, VX_HARDENED_CLIPBOARD, "TRUE"},
    {VX_M_isolation_tools_dnd_disable, VX_HARDENED_CLIPBOARD, "TRUE"},
    {VX_M_isolation_tools_setGUIOptions_enable, VX_HARDENED_CLIPBOARD, "FALSE"},
    {VX_M_isolation_tools_vmxDnDVersionGet_disable, VX_HARDENED_CLIPBOARD, "TRUE"},
    {VX_M_isolation_tools_guestDnDVersionSet_disable, VX_HARDENED_CLIPBOARD, "TRUE"},
    {VX_M_isolation_tools_vixMessage_disable, VX_HARDENED_OPERATIONS, "TRUE"},
    {VX_M_isolation_tools_getCreds_disable, VX_HARDENED_OPERATIONS, "TRUE"},
    {VX_M_isolation_tools_trashFolderState_disable, VX_HARDENED_REQUESTS, "TRUE"},
    {VX_M_isolation_tools_dispTopoRequest_disable, VX_HARDENED_REQUESTS, "TRUE"},
    {VX_M_isolation_tools_memSchedFakeSampleStats_disable, VX_HARDENED_REQUESTS,
     "TRUE"},
    {VX_M_isolation_bios_bbs_disable, VX_HARDENED_REQUESTS, "TRUE"},
    {VX_M_isolation_monitor_control_disable, VX_HARDENED_DEVICES, "TRUE"},
    {VX_M_isolation_device_connectable_disable, VX_HARDENED_DEVICES, "TRUE"},
    {VX_M_isolation_device_edit_disable, VX_HARDENED_DEVICES, "TRUE"},
    {VX_M_isolation_tools_diskShrink_disable, VX_HARDENED_DEVICES, "TRUE"},
    {VX_M_isolation_tools_diskWiper_disable, VX_HARDENED_DEVICES, "TRUE"},
    {VX_M_svga_vgaOnly, VX_HARDENED_CONSOLE, "TRUE"},
    {VX_M_RemoteDisplay_vnc_enabled, VX_HARDENED_CONSOLE, "FALSE"},
    /* clang-format on */
};

/* As the catalogue spells it. */
static const char *
name_of(const struct hardened *row)
{
    return vx_key_text + vx_key_entries[vx_machine_key[row->prop]].pattern;
}

static void
tell_missing(struct vx_lint *lint, const struct vx_rule *rule,
             const struct hardened *first, unsigned count)
{
    if (count > 1)
        vx_lint_tell(lint, rule, NULL, VX_PART_LINE,
                     "%s and %u more of its kind are not set; expected \"%s\"",
                     name_of(first), count - 1, first->wanted);
    else
        vx_lint_tell(lint, rule, NULL, VX_PART_LINE, "%s is not set; expected \"%s\"",
                     name_of(first), first->wanted);
}

void
vx_check_legacy_group(struct vx_lint *lint, const struct vx_rule *rule)
{
    const struct hardened *missing = NULL;
    unsigned count = 0;

    for (size_t i = 0; i < VX_COUNT(hardened); i++) {
        const struct hardened *row = &hardened[i];
        struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)row->prop);
        bool wanted = row->wanted[0] == 'T';
        struct vx_finding *found;

        if (row->group != rule->arg.sub)
            continue;
        if (line == NULL) {
            missing = missing ? missing : row;
            count++;
        } else if (vx_lint_bool(lint, line, !wanted) != wanted) {
            found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                                 "%.*s: \"%.*s\" is not what is asked for; expected "
                                 "\"%s\"",
                                 VX_ARG(vx_line_key(line)),
                                 VX_ARG(vx_lint_value(lint, line)), row->wanted);
            if (found)
                found->text = vx_str_c(row->wanted);
        }
    }
    if (missing)
        tell_missing(lint, rule, missing, count);
}

void
vx_fix_legacy_group(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->line) {
        vx_fix_value(lint, finding, finding->line, finding->text);
        return;
    }
    for (size_t i = 0; i < VX_COUNT(hardened); i++)
        if (hardened[i].group == finding->rule->arg.sub
            && vx_lint_key(lint, (enum vx_machine_prop)hardened[i].prop) == NULL)
            vx_fix_insert(lint, finding, NULL, name_of(&hardened[i]),
                          vx_str_c(hardened[i].wanted));
}

/* A device that the guest may plug and unplug by itself. */
void
vx_check_guest_disconnects(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        uint8_t kind;
        uint16_t prop;
    } devices[] = {
        {VX_KIND_NIC, VX_NIC_allowGuestConnectionControl},
        {VX_KIND_DISK, VX_DISK_allowGuestConnectionControl},
        {VX_KIND_SERIAL, VX_SERIAL_allowGuestConnectionControl},
    };

    for (size_t i = 0; i < VX_COUNT(devices); i++) {
        enum vx_key_kind kind = (enum vx_key_kind)devices[i].kind;

        for (struct vx_instance *device = vx_lint_device(lint, kind, NULL); device;
             device = vx_lint_device(lint, kind, device)) {
            struct vx_line *line = vx_lint_line(lint, device->slot[devices[i].prop]);
            struct vx_finding *found;

            if (!vx_lint_bool(lint, line, false))
                continue;
            found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                                 "%.*s: the guest may unplug the device; expected "
                                 "\"FALSE\"",
                                 VX_ARG(vx_line_key(line)));
            if (found)
                found->text = VX_STR("FALSE");
        }
    }
}
