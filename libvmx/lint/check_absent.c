/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 1xx: devices whose keys are there, and they are not. */
#include "lint/check.h"

#include "base/banned.h"

/* What tells that somebody wants the device, and not only that it was there once. */
static const struct wanted {
    uint8_t kind;
    uint16_t present;
    uint16_t props[3]; /* 0: no more */
} kinds[] = {
    {VX_KIND_DISK, VX_DISK_present, {VX_DISK_fileName}},
    {VX_KIND_CONTROLLER, VX_CTRL_present, {VX_CTRL_virtualDev}},
    {VX_KIND_NIC,
     VX_NIC_present,
     {VX_NIC_networkName, VX_NIC_connectionType, VX_NIC_vnet}},
    {VX_KIND_SERIAL, VX_SERIAL_present, {VX_SERIAL_fileName}},
    {VX_KIND_PARALLEL, VX_PARALLEL_present, {VX_PARALLEL_fileName}},
    {VX_KIND_FOLDER, VX_FOLDER_present, {VX_FOLDER_hostPath}},
    {VX_KIND_PASSTHRU, VX_PASSTHRU_present, {VX_PASSTHRU_id, VX_PASSTHRU_deviceId}},
};

/* Products leave such words behind: "thinprint", "auto detect", "". */
static bool
names_something(const struct vx_lint *lint, const struct wanted *kind,
                struct vx_line *line)
{
    struct vx_str value = vx_lint_value(lint, line);

    if (kind->kind != VX_KIND_DISK && kind->kind != VX_KIND_SERIAL
        && kind->kind != VX_KIND_PARALLEL)
        return value.n > 0;
    return vx_str_find(value, '.') >= 0 || vx_str_find(value, '/') >= 0;
}

/* The first line that tells so, in the order of the properties; NULL: none. */
static struct vx_line *
wanted_by(const struct vx_lint *lint, const struct wanted *kind,
          const struct vx_instance *device)
{
    for (size_t i = 0; i < VX_COUNT(kind->props) && kind->props[i]; i++) {
        struct vx_line *line = vx_lint_line(lint, device->slot[kind->props[i]]);

        if (line && names_something(lint, kind, line))
            return line;
    }
    return NULL;
}

/* The first floppy drive is there unless it is said otherwise; a controller is missed
 * by the disks on it alone, and that is another rule. */
static bool
needs_no_present(const struct vx_instance *device)
{
    return device->kind == VX_KIND_CONTROLLER
           || (device->kind == VX_KIND_DISK && device->sub == VX_BUS_FLOPPY);
}

static void
tell_not_present(struct vx_lint *lint, const struct vx_rule *rule,
                 const struct wanted *kind, const struct vx_instance *device)
{
    struct vx_line *line = wanted_by(lint, kind, device);
    struct vx_str name;
    struct vx_finding *found;

    if (device->slot[kind->present] || line == NULL || needs_no_present(device))
        return;
    name = vx_lint_device_name(lint, device);
    found = vx_lint_tell(lint, rule, line, VX_PART_KEY,
                         "%.*s: %.*s.present is missing, so the device is not there",
                         VX_ARG(vx_line_key(line)), VX_ARG(name));
    if (found)
        found->text = name;
}

void
vx_check_present_missing(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        for (struct vx_instance *device = lint->slots->first[kinds[i].kind]; device;
             device = device->next)
            tell_not_present(lint, rule, &kinds[i], device);
}

void
vx_fix_present(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_buf key VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

    vx_buf_str(&key, finding->text);
    vx_buf_lit(&key, ".present");
    vx_buf_char(&key, '\0');
    if (vx_lint_has(lint, &key) && finding->text.s)
        vx_fix_insert(lint, finding, finding->line, key.data, VX_STR("TRUE"));
}

void
vx_check_absent_device(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        for (struct vx_instance *device = lint->slots->first[kinds[i].kind]; device;
             device = device->next) {
            struct vx_line *present =
                vx_lint_line(lint, device->slot[kinds[i].present]);
            struct vx_line *line = wanted_by(lint, &kinds[i], device);

            if (present && line && !vx_lint_bool(lint, present, true))
                vx_lint_tell(lint, rule, present, VX_PART_VALUE,
                             "%.*s: the device is not there, and keys of it are, such "
                             "as %.*s in line %u",
                             VX_ARG(vx_line_key(present)), VX_ARG(vx_line_key(line)),
                             line->number);
        }
}
