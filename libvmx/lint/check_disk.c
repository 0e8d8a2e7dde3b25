/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 3xx: disks: their files, their modes, who else writes to them. */
#include "lint/device.h"
#include "model/disk.h"

#include "base/banned.h"

/* The next hard disk after `d`. */
static struct vx_instance *
next_disk(const struct vx_lint *lint, struct vx_instance *d)
{
    do
        d = vx_lint_device(lint, VX_KIND_DISK, d);
    while (d && !vx_lint_is_disk(lint, d));
    return d;
}

static bool
is_delta(const struct vx_lint *lint, struct vx_str file)
{
    return vx_disk_is_delta(file,
                            vx_lint_value(lint, vx_lint_key(lint, VX_M_displayName)));
}

/* ---- files ----------------------------------------------------------------------- */

static struct vx_twin
disk_file(struct vx_lint *lint, const struct vx_instance *disk)
{
    struct vx_line *line = vx_lint_line(lint, disk->slot[VX_DISK_fileName]);

    return (struct vx_twin){.text = vx_lint_value(lint, line),
                            .line = vx_lint_is_disk(lint, disk) ? line : NULL};
}

void
vx_check_disk_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (const struct vx_twin *twin = vx_twins(lint, VX_KIND_DISK, disk_file); twin;
         twin = twin->next)
        vx_twin_relate(vx_lint_tell(lint, rule, twin->line, VX_PART_VALUE,
                                    "%.*s: \"%.*s\" is the file of %.*s as well",
                                    VX_KEY_ARG(twin->line), VX_ARG(twin->text),
                                    VX_KEY_ARG(twin->first)),
                       twin);
}

void
vx_check_disk_delta(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);

        if (is_delta(lint, file))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" holds what changed since a snapshot, and "
                         "needs the disks below it",
                         VX_KEY_ARG(line), VX_ARG(file));
    }
}

/* Snapshots leave independent disks out. */
void
vx_check_independent_delta(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_mode]);

        if (vx_str_istarts(vx_lint_value(lint, line), VX_STR("independent"))
            && is_delta(lint, vx_lint_told(lint, d, VX_DISK_fileName)))
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "%.*s: snapshots leave such a disk out, and its file is that "
                         "of a snapshot",
                         VX_KEY_ARG(line));
    }
}

/* The parts of a disk that hold data and no description; "-s001" is a family. */
static size_t
extent_suffix(struct vx_str file)
{
    static const char *const ends[] = {"-flat.vmdk", "-delta.vmdk",   "-sesparse.vmdk",
                                       "-ctk.vmdk",  "-rdm.vmdk",     "-rdmp.vmdk",
                                       "-pt.vmdk",   "-rawdisk.vmdk", NULL};
    size_t n = file.n;

    for (size_t i = 0; ends[i]; i++)
        if (vx_str_iends(file, vx_str_c(ends[i])))
            return strlen(ends[i]);
    if (n < 10 || !vx_str_iends(file, VX_STR(".vmdk")) || file.s[n - 10] != '-'
        || (vx_lower((unsigned char)file.s[n - 9]) != 's'
            && vx_lower((unsigned char)file.s[n - 9]) != 'f'))
        return 0;
    for (size_t i = n - 8; i < n - 5; i++)
        if (!vx_is_digit((unsigned char)file.s[i]))
            return 0;
    return 10;
}

void
vx_check_disk_extent(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);
        size_t suffix = extent_suffix(file);
        struct vx_finding *found;

        if (suffix == 0 || suffix >= file.n)
            continue;
        found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                             "%.*s: \"%.*s\" is an extent; expected the descriptor, "
                             "\"%.*s.vmdk\"",
                             VX_KEY_ARG(line), VX_ARG(file),
                             VX_ARG(vx_str_of(file.s, file.n - suffix)));
        if (found)
            found->text = vx_arena_printf(lint->arena, "%.*s.vmdk",
                                          VX_ARG(vx_str_of(file.s, file.n - suffix)));
    }
}

/* "C:\..." or "\\server\...". */
static bool
is_windows_path(struct vx_str file)
{
    return vx_str_starts(file, VX_STR("\\\\"))
           || (file.n > 2 && vx_is_alpha((unsigned char)file.s[0]) && file.s[1] == ':'
               && (file.s[2] == '\\' || file.s[2] == '/'));
}

static bool
is_absolute(struct vx_str file)
{
    return is_windows_path(file)
           || (vx_str_starts(file, VX_STR("/")) && !vx_str_starts(file, VX_STR("/dev/"))
               && !vx_str_starts(file, VX_STR("/vmfs/devices/")));
}

void
vx_check_disk_absolute(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);

        if (is_absolute(file))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is the path of one host; a disk beside the "
                         "VMX moves with it",
                         VX_KEY_ARG(line), VX_ARG(file));
    }
}

void
vx_check_disk_outside(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);

        if (vx_str_starts(file, VX_STR("../")) || vx_str_starts(file, VX_STR("..\\")))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" lies outside the machine's folder",
                         VX_KEY_ARG(line), VX_ARG(file));
    }
}

void
vx_check_disk_backslash(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);
        struct vx_finding *found = NULL;

        if (!is_windows_path(file) && vx_str_find(file, '\\') >= 0)
            found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                                 "%.*s: \"%.*s\" is a path on Windows alone; expected "
                                 "/ between its parts",
                                 VX_KEY_ARG(line), VX_ARG(file));
        if (found)
            found->text = file;
    }
}

void
vx_fix_disk_backslash(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);

    for (size_t i = 0; i < finding->text.n; i++)
        vx_buf_char(&text, finding->text.s[i] == '\\' ? '/' : finding->text.s[i]);
    if (!text.failed && text.size)
        vx_fix_value(lint, finding, finding->line, vx_buf_text(&text));
}

void
vx_check_disk_no_file(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const types[] = {"disk",    "scsi-hardDisk", "ata-hardDisk",
                                        "rawDisk", "plainDisk",     NULL};

    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        struct vx_line *type = vx_lint_line(lint, d->slot[VX_DISK_deviceType]);

        if (vx_lint_among(vx_lint_value(lint, type), types)
            && vx_lint_told(lint, d, VX_DISK_fileName).n == 0)
            vx_lint_tell(lint, rule, type, VX_PART_LINE,
                         "%.*s.fileName: a disk without a file",
                         VX_ARG(vx_lint_device_name(lint, d)));
    }
}

/* ---- CD-ROM and floppy ----------------------------------------------------------- */

void
vx_check_cd_no_image(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        struct vx_line *file = vx_lint_line(lint, d->slot[VX_DISK_fileName]);

        if (vx_str_is(vx_lint_told(lint, d, VX_DISK_deviceType), "cdrom-image")
            && vx_lint_value(lint, file).n == 0
            && !vx_lint_bool(lint, vx_lint_line(lint, d->slot[VX_DISK_clientDevice]),
                             false)
            && vx_lint_bool(lint, vx_lint_line(lint, d->slot[VX_DISK_startConnected]),
                            true))
            vx_lint_tell(lint, rule, vx_lint_line(lint, d->slot[VX_DISK_deviceType]),
                         VX_PART_LINE,
                         "%.*s.fileName: an image is to be connected at power on, and "
                         "none is named",
                         VX_ARG(vx_lint_device_name(lint, d)));
    }
}

/* The installer images of VMware Tools, and what an unattended installation leaves. */
static bool
is_left_image(struct vx_str file)
{
    static const char *const folders[] = {"isoimages", "vmimages", NULL};

    if (vx_str_iends(file, VX_STR("autoinst.iso")))
        return true;
    for (size_t at = 0; at < file.n; at++)
        for (size_t i = 0; folders[i]; i++)
            if (vx_str_istarts(vx_str_skip(file, at), vx_str_c(folders[i])))
                return true;
    return false;
}

void
vx_check_left_image(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);

        if (vx_str_iends(file, VX_STR(".iso")) && is_left_image(file))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is an installer's image that was left in the "
                         "drive",
                         VX_KEY_ARG(line), VX_ARG(file));
    }
}

void
vx_check_medium_elsewhere(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_str file = vx_lint_value(lint, line);

        if (vx_lint_is_cd(lint, d) && vx_str_iends(file, VX_STR(".iso"))
            && is_absolute(file) && !is_left_image(file)
            && vx_lint_bool(lint, vx_lint_line(lint, d->slot[VX_DISK_startConnected]),
                            true))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is connected at power on, and is a path of "
                         "one host",
                         VX_KEY_ARG(line), VX_ARG(file));
    }
}

void
vx_check_floppy_no_image(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = vx_lint_device(lint, VX_KIND_DISK, NULL); d;
         d = vx_lint_device(lint, VX_KIND_DISK, d)) {
        struct vx_line *type = vx_lint_line(lint, d->slot[VX_DISK_fileType]);

        if (d->sub == VX_BUS_FLOPPY && vx_lint_is(lint, type, "file")
            && vx_lint_told(lint, d, VX_DISK_fileName).n == 0
            && vx_lint_bool(lint, vx_lint_line(lint, d->slot[VX_DISK_startConnected]),
                            true))
            vx_lint_tell(lint, rule, type, VX_PART_LINE,
                         "%.*s.fileName: a floppy image is to be connected, and none "
                         "is named",
                         VX_ARG(vx_lint_device_name(lint, d)));
    }
}

/* ---- modes ----------------------------------------------------------------------- */

void
vx_check_old_mode(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_mode]);

        if (vx_lint_is(lint, line, "undoable") || vx_lint_is(lint, line, "append"))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" is a mode of products before snapshots; "
                         "expected persistent",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line));
    }
}

void
vx_check_redo(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_redo]);
        struct vx_str redo = vx_lint_value(lint, line);

        if (redo.n)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: changes to the disk are in \"%.*s\" and not in the "
                         "disk",
                         VX_KEY_ARG(line), VX_ARG(redo));
    }
}

/* ---- disks of several machines --------------------------------------------------- */

/* The line that says that other machines write to the disk, too; or NULL. */
static struct vx_line *
sharing(const struct vx_lint *lint, const struct vx_instance *disk)
{
    static const char *const words[] = {"multi-writer", "sharingMultiWriter",
                                        "multiwriter", NULL};
    static const char *const buses[] = {"virtual", "physical", NULL};
    const struct vx_instance *controller = vx_lint_controller(lint, disk);

    if (vx_lint_among(vx_lint_told(lint, disk, VX_DISK_sharing), words))
        return vx_lint_line(lint, disk->slot[VX_DISK_sharing]);
    if (controller
        && vx_lint_among(vx_lint_told(lint, controller, VX_CTRL_sharedBus), buses))
        return vx_lint_line(lint, controller->slot[VX_CTRL_sharedBus]);
    return NULL;
}

void
vx_check_shared_ctk(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_ctkEnabled]);
        struct vx_line *shared = sharing(lint, d);

        if (shared && vx_lint_bool(lint, line, false))
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "%.*s: changes by other machines are not tracked, and %.*s "
                         "lets them write",
                         VX_KEY_ARG(line), VX_KEY_ARG(shared));
    }
}

void
vx_check_shared_transient(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const char *const modes[] = {"nonpersistent", "independent-nonpersistent",
                                        "undoable", "append", NULL};

    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_mode]);
        struct vx_line *shared = sharing(lint, d);

        if (shared && vx_lint_among(vx_lint_value(lint, line), modes))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: \"%.*s\" keeps writes from the disk, and %.*s shares "
                         "it; expected independent-persistent",
                         VX_KEY_ARG(line), VX_VALUE_ARG(lint, line),
                         VX_KEY_ARG(shared));
    }
}

void
vx_check_shared_delta(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_fileName]);
        struct vx_line *shared = sharing(lint, d);

        if (shared && is_delta(lint, vx_lint_value(lint, line)))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the file of a snapshot, and %.*s shares the disk; "
                         "other machines do not see what it holds",
                         VX_KEY_ARG(line), VX_KEY_ARG(shared));
    }
}

/* ---- changed block tracking ------------------------------------------------------ */

void
vx_check_ctk_unswitched(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *machine = vx_lint_key(lint, VX_M_ctkEnabled);

    if (vx_lint_bool(lint, machine, false))
        return;
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_ctkEnabled]);
        struct vx_finding *found;

        if (!vx_lint_bool(lint, line, false))
            continue;
        found = vx_lint_tell(lint, rule, line, VX_PART_LINE,
                             "%.*s: the machine's own ctkEnabled is not TRUE, so no "
                             "change is tracked",
                             VX_KEY_ARG(line));
        if (found)
            found->other = machine;
        return; /* one switch for all disks */
    }
}

void
vx_fix_ctk_unswitched(struct vx_lint *lint, struct vx_finding *finding)
{
    if (finding->other)
        vx_fix_value(lint, finding, finding->other, VX_STR("TRUE"));
    else
        vx_fix_insert(lint, finding, finding->line, "ctkEnabled", VX_STR("TRUE"));
}

/* Snapshots leave independent disks out, so nobody tracks their changes. */
void
vx_check_ctk_left_out(struct vx_lint *lint, const struct vx_rule *rule)
{
    if (!vx_lint_bool(lint, vx_lint_key(lint, VX_M_ctkEnabled), false))
        return;
    for (struct vx_instance *d = next_disk(lint, NULL); d; d = next_disk(lint, d)) {
        struct vx_line *line = vx_lint_line(lint, d->slot[VX_DISK_ctkEnabled]);

        if (vx_lint_bool(lint, line, false) || sharing(lint, d)
            || vx_str_istarts(vx_lint_told(lint, d, VX_DISK_mode),
                              VX_STR("independent")))
            continue;
        vx_lint_tell(lint, rule,
                     line ? line : vx_lint_line(lint, d->slot[VX_DISK_fileName]),
                     VX_PART_LINE,
                     "%.*s.ctkEnabled: not TRUE, though the machine tracks changes; "
                     "incremental backups miss this disk",
                     VX_ARG(vx_lint_device_name(lint, d)));
    }
}

void
vx_check_ctk_forbidden(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_ctkDisallowed);
    struct vx_line *enabled = vx_lint_key(lint, VX_M_ctkEnabled);

    if (vx_lint_bool(lint, line, false) && vx_lint_bool(lint, enabled, false))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: forbids what %.*s asks for; remove one of the two",
                     VX_KEY_ARG(line), VX_KEY_ARG(enabled));
}
