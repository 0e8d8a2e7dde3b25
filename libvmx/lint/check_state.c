/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 4xx: what was left behind: states, one-time wishes, switches for debugging; and
 * the clock and the display. */
#include "lint/device.h"

#include "base/banned.h"

/* ---- a key with a certain value -------------------------------------------------- */

/* One of the words of `list`, blanks between them; "TRUE" and "FALSE" in any
 * spelling. */
static bool
is_word_of(struct vx_str value, const char *list)
{
    struct vx_str rest = vx_str_c(list);
    bool truth;

    while (value.n && rest.n) {
        ptrdiff_t blank = vx_str_find(rest, ' ');
        struct vx_str word = vx_str_of(rest.s, blank < 0 ? rest.n : (size_t)blank);

        if (vx_str_ieq(value, word)
            || (vx_str_eq(word, VX_STR("TRUE")) && vx_bool_word(value, &truth) && truth)
            || (vx_str_eq(word, VX_STR("FALSE")) && vx_bool_word(value, &truth)
                && !truth))
            return true;
        rest = blank < 0 ? VX_STR("") : vx_str_skip(rest, (size_t)blank + 1);
    }
    return false;
}

/* The key has one of the words of arg.text; why that matters is the row's title. */
void
vx_check_setting(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (line && is_word_of(vx_lint_value(lint, line), rule->arg.text))
        vx_lint_tell(lint, rule, line, VX_PART_LINE, "%.*s: \"%.*s\": %c%s",
                     VX_KEY_ARG(line), VX_VALUE_ARG(lint, line),
                     vx_lint_uncapital(rule->told.title), rule->told.title + 1);
}

/* The key has a value at all. */
void
vx_check_any_value(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (vx_lint_value(lint, line).n)
        vx_lint_tell(lint, rule, line, VX_PART_LINE, "%.*s: %c%s", VX_KEY_ARG(line),
                     vx_lint_uncapital(rule->told.title), rule->told.title + 1);
}

/* ---- states ---------------------------------------------------------------------- */

void
vx_check_suspended(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_checkpoint_vmState);

    if (vx_lint_value(lint, line).n)
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: the machine is suspended; resume it and shut it down "
                     "before anything is changed",
                     VX_KEY_ARG(line));
}

void
vx_check_once(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const enum vx_machine_prop switches[] = {VX_M_bios_forceSetupOnce,
                                                    VX_M_vmx_reboot_powerCycle};

    static const enum vx_machine_prop texts[] = {VX_M_tools_deployPkg_fileName,
                                                 VX_M_firmware_tempSetting};

    for (size_t i = 0; i < VX_COUNT(switches) + VX_COUNT(texts); i++) {
        bool is_switch = i < VX_COUNT(switches);
        struct vx_line *line =
            vx_lint_key(lint, is_switch ? switches[i] : texts[i - VX_COUNT(switches)]);

        if (is_switch ? vx_lint_bool(lint, line, false)
                      : vx_lint_value(lint, line).n != 0)
            vx_lint_tell(lint, rule, line, VX_PART_LINE,
                         "%.*s: a wish for the next start alone, and still there",
                         VX_KEY_ARG(line));
    }
}

void
vx_check_migrating(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_migrate_hostLogState);
    struct vx_str state = vx_lint_value(lint, line);

    if (state.n && !vx_str_is(state, "none"))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: \"%.*s\": a migration was under way when the file was "
                     "written",
                     VX_KEY_ARG(line), VX_ARG(state));
}

/* ---- clock ----------------------------------------------------------------------- */

/* All of them are FALSE, or time still steps now and then. */
void
vx_check_time_sync(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        enum vx_machine_prop prop;
        const char *key;
    } steps[] = {
        {VX_M_time_synchronize_continue, "time.synchronize.continue"},
        {VX_M_time_synchronize_restore, "time.synchronize.restore"},
        {VX_M_time_synchronize_resume_disk, "time.synchronize.resume.disk"},
        {VX_M_time_synchronize_shrink, "time.synchronize.shrink"},
        {VX_M_time_synchronize_tools_startup, "time.synchronize.tools.startup"},
    };
    struct vx_line *off = NULL;
    const char *on = NULL;

    if (!vx_lint_bool(lint, vx_lint_key(lint, VX_M_time_synchronize_allow), true))
        return;
    for (size_t i = 0; i < VX_COUNT(steps); i++) {
        struct vx_line *line = vx_lint_key(lint, steps[i].prop);

        if (vx_lint_bool(lint, line, true))
            on = on ? on : steps[i].key;
        else
            off = off ? off : line;
    }
    if (off && on)
        vx_lint_tell(lint, rule, off, VX_PART_LINE,
                     "%.*s: the clock is not to be set, and %s still sets it",
                     VX_KEY_ARG(off), on);
}

void
vx_check_sync_forbidden(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_tools_syncTime);
    struct vx_line *allow = vx_lint_key(lint, VX_M_time_synchronize_allow);

    if (vx_lint_bool(lint, line, false) && !vx_lint_bool(lint, allow, true))
        vx_lint_tell(lint, rule, line, VX_PART_LINE, "%.*s: asks for what %.*s forbids",
                     VX_KEY_ARG(line), VX_KEY_ARG(allow));
}

/* ---- display --------------------------------------------------------------------- */

void
vx_check_video_memory(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { GRAIN = 65536 };
    struct vx_line *line = vx_lint_key(lint, VX_M_svga_vramSize);
    int64_t size;

    if (vx_lint_int(lint, line, &size) && (size <= 0 || size % GRAIN))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld bytes are no multiple of 64 KiB", VX_KEY_ARG(line),
                     (long long)size);
}

void
vx_check_video_auto(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_svga_vramSize);
    struct vx_line *automatic = vx_lint_key(lint, VX_M_svga_autodetect);

    if (line && vx_lint_bool(lint, automatic, false))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: not used while %.*s is TRUE", VX_KEY_ARG(line),
                     VX_KEY_ARG(automatic));
}

void
vx_check_vnc_port(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { FIRST = 5900, LAST = 5964 };
    struct vx_line *on = vx_lint_key(lint, VX_M_RemoteDisplay_vnc_enabled);
    struct vx_line *line = vx_lint_key(lint, VX_M_RemoteDisplay_vnc_port);
    int64_t port;

    if (!vx_lint_bool(lint, on, false))
        return;
    if (line == NULL)
        vx_lint_tell(lint, rule, on, VX_PART_LINE,
                     "RemoteDisplay.vnc.port: missing; every machine without one "
                     "wants port 5900");
    else if (vx_lint_int(lint, line, &port) && (port < FIRST || port > LAST))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld is outside of VMware's ports, 5900 to 5964",
                     VX_KEY_ARG(line), (long long)port);
}
