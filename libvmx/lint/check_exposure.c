/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 540 to 579: what reaches the machine from outside, or the host from within. */
#include "lint/check.h"
#include "map/uri.h"

#include "base/banned.h"

/* An address of this host that no other can reach. */
static bool
is_loopback(struct vx_str host)
{
    return vx_str_is(host, "localhost") || vx_str_is(host, "::1")
           || vx_str_starts(host, VX_STR("127."));
}

static bool
is_wildcard(struct vx_str host)
{
    return host.n == 0 || vx_str_is(host, "0.0.0.0") || vx_str_is(host, "::")
           || vx_str_is(host, "*") || vx_str_is(host, "any");
}

static bool
is_filled(const struct vx_lint *lint, enum vx_machine_prop prop)
{
    const struct vx_line *line = vx_lint_key(lint, prop);

    return line && line->value_size;
}

/* ---- VNC ------------------------------------------------------------------------- */

/* The line that turns the server on, or NULL. */
static struct vx_line *
vnc_server(const struct vx_lint *lint)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_RemoteDisplay_vnc_enabled);

    return vx_lint_bool(lint, line, false) ? line : NULL;
}

static struct vx_str
vnc_address(const struct vx_lint *lint)
{
    return vx_lint_value(lint, vx_lint_key(lint, VX_M_RemoteDisplay_vnc_ip));
}

void
vx_check_vnc_open(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vnc_server(lint);
    struct vx_finding *found;

    if (line == NULL || is_filled(lint, VX_M_RemoteDisplay_vnc_password)
        || is_filled(lint, VX_M_RemoteDisplay_vnc_key)
        || is_loopback(vnc_address(lint)))
        return;
    found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: whoever reaches the port has the console; expected a "
                         "password, or \"FALSE\"",
                         VX_ARG(vx_line_key(line)));
    if (found)
        found->text = VX_STR("FALSE");
}

void
vx_check_vnc_wildcard(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vnc_server(lint),
                   *address = vx_lint_key(lint, VX_M_RemoteDisplay_vnc_ip);

    if (line && is_wildcard(vnc_address(lint)))
        vx_lint_tell(lint, rule, address ? address : line, VX_PART_VALUE,
                     "%.*s: the VNC server listens on all addresses of the host; "
                     "expected RemoteDisplay.vnc.ip with one of them",
                     VX_ARG(vx_line_key(address ? address : line)));
}

void
vx_check_vnc_password_cut(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_RemoteDisplay_vnc_password);

    if (line && vx_lint_value(lint, line).n > (size_t)rule->arg.number)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: VNC knows passwords of %u characters at most",
                     VX_ARG(vx_line_key(line)), (unsigned)rule->arg.number);
}

/* ---- serial ports ---------------------------------------------------------------- */

/* The line that says where a port that leads into the network leads to; NULL for any
 * other port. */
static struct vx_line *
network_address(const struct vx_lint *lint, const struct vx_instance *port,
                struct vx_uri *ret)
{
    struct vx_line *file = vx_lint_line(lint, port->slot[VX_SERIAL_fileName]);

    if (!vx_lint_is(lint, vx_lint_line(lint, port->slot[VX_SERIAL_fileType]), "network")
        || vx_lint_value(lint, vx_lint_line(lint, port->slot[VX_SERIAL_vspc])).n)
        return NULL;
    return file && vx_uri_parse(vx_lint_value(lint, file), ret) ? file : NULL;
}

static bool
is_server(const struct vx_lint *lint, const struct vx_instance *port)
{
    return vx_lint_is(lint, vx_lint_line(lint, port->slot[VX_SERIAL_network_endPoint]),
                      "server");
}

void
vx_check_open_port(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_uri uri;

    for (struct vx_instance *port = vx_lint_device(lint, VX_KIND_SERIAL, NULL); port;
         port = vx_lint_device(lint, VX_KIND_SERIAL, port)) {
        struct vx_line *line = network_address(lint, port, &uri);

        if (line && is_server(lint, port) && is_wildcard(uri.host))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the port listens on all addresses of the host and asks "
                         "nobody for a password; expected one address, such as "
                         "127.0.0.1",
                         VX_ARG(vx_line_key(line)));
    }
}

void
vx_check_clear_port(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_uri uri;

    for (struct vx_instance *port = vx_lint_device(lint, VX_KIND_SERIAL, NULL); port;
         port = vx_lint_device(lint, VX_KIND_SERIAL, port)) {
        struct vx_line *line = network_address(lint, port, &uri);

        if (line && uri.scheme != VX_SCHEME_TELNETS && uri.scheme != VX_SCHEME_TLS
            && !is_loopback(uri.host))
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: what goes over the port is not encrypted; expected "
                         "telnets:// or ssl://",
                         VX_ARG(vx_line_key(line)));
    }
}

/* ---- files and folders of the host ----------------------------------------------- */

static bool
is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* "/", "C:" or "C:\" alone. */
static bool
is_root(struct vx_str path)
{
    if (path.n >= 2 && vx_is_alpha((unsigned char)path.s[0]) && path.s[1] == ':')
        path = vx_str_skip(path, 2);
    else if (path.n == 0)
        return false;
    while (path.n && is_separator(path.s[0]))
        path = vx_str_skip(path, 1);
    return path.n == 0;
}

/* Does the path leave the machine's folder? */
static bool
is_outside(struct vx_str path)
{
    if (path.n && is_separator(path.s[0]))
        return true;
    if (path.n >= 3 && path.s[1] == ':' && is_separator(path.s[2]))
        return true;
    while (path.n) {
        if (vx_str_starts(path, VX_STR(".."))
            && (path.n == 2 || is_separator(path.s[2])))
            return true;
        while (path.n && !is_separator(path.s[0]))
            path = vx_str_skip(path, 1);
        path = vx_str_skip(path, 1);
    }
    return false;
}

static void
tell_outside(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line)
{
    struct vx_str path = vx_lint_value(lint, line);

    if (line && is_outside(path))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: \"%.*s\" is written outside the machine's folder",
                     VX_ARG(vx_line_key(line)), VX_ARG(path));
}

/* Whoever writes a VMX chooses what the host's process writes, and where. */
void
vx_check_file_outside(struct vx_lint *lint, const struct vx_rule *rule)
{
    tell_outside(lint, rule, vx_lint_key(lint, VX_M_log_fileName));
    for (struct vx_instance *port = vx_lint_device(lint, VX_KIND_SERIAL, NULL); port;
         port = vx_lint_device(lint, VX_KIND_SERIAL, port))
        if (vx_lint_is(lint, vx_lint_line(lint, port->slot[VX_SERIAL_fileType]),
                       "file"))
            tell_outside(lint, rule,
                         vx_lint_line(lint, port->slot[VX_SERIAL_fileName]));
    for (struct vx_instance *port = vx_lint_device(lint, VX_KIND_PARALLEL, NULL); port;
         port = vx_lint_device(lint, VX_KIND_PARALLEL, port))
        if (vx_lint_is(lint, vx_lint_line(lint, port->slot[VX_PARALLEL_fileType]),
                       "file"))
            tell_outside(lint, rule,
                         vx_lint_line(lint, port->slot[VX_PARALLEL_fileName]));
}

/* The next folder that the guest can see, from NULL on. */
static struct vx_instance *
next_folder(const struct vx_lint *lint, struct vx_instance *folder)
{
    do
        folder = vx_lint_device(lint, VX_KIND_FOLDER, folder);
    while (folder
           && !vx_lint_bool(lint, vx_lint_line(lint, folder->slot[VX_FOLDER_enabled]),
                            false));
    return folder;
}

void
vx_check_folder_root(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *folder = next_folder(lint, NULL); folder;
         folder = next_folder(lint, folder)) {
        struct vx_line *path = vx_lint_line(lint, folder->slot[VX_FOLDER_hostPath]);

        if (path && is_root(vx_lint_value(lint, path)))
            vx_lint_tell(
                lint, rule, path, VX_PART_VALUE,
                "%.*s: the guest sees the whole of \"%.*s\"; expected a folder "
                "of its own",
                VX_ARG(vx_line_key(path)), VX_ARG(vx_lint_value(lint, path)));
    }
}

/* Something that a shared folder allows, and need not. */
void
vx_check_folder_right(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *folder = next_folder(lint, NULL); folder;
         folder = next_folder(lint, folder)) {
        struct vx_line *line = vx_lint_line(lint, folder->slot[rule->arg.prop]);
        struct vx_finding *found = NULL;

        if (vx_lint_bool(lint, line, false))
            found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                                 "%.*s: the guest may %s; expected \"FALSE\" unless it "
                                 "must",
                                 VX_ARG(vx_line_key(line)), rule->arg.text);
        if (found)
            found->text = VX_STR("FALSE");
    }
}

/* ---- USB ------------------------------------------------------------------------- */

void
vx_check_usb_claim(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_instance *device = vx_lint_device(lint, VX_KIND_AUTOUSB, NULL);
         device; device = vx_lint_device(lint, VX_KIND_AUTOUSB, device)) {
        struct vx_line *line = vx_lint_line(lint, device->slot[VX_AUTOUSB_device]);

        if (line && line->value_size)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the machine takes this device from the host whenever "
                         "it is plugged in",
                         VX_ARG(vx_line_key(line)));
    }
}

/* ---- what the guest may do to the host ------------------------------------------- */

/* None at all, or more than the usual megabyte. */
void
vx_check_setinfo_limit(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_tools_setInfo_sizeLimit);
    int64_t limit;
    struct vx_finding *found = NULL;

    if (vx_lint_int(lint, line, &limit) && (limit <= 0 || limit > rule->arg.number))
        found =
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: with \"%.*s\" the guest may write more into the "
                         "VMX than the usual %u bytes",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_lint_value(lint, line)),
                         (unsigned)rule->arg.number);
    if (found)
        found->text = vx_str_c(rule->arg.text);
}

/* A log that is begun anew before it has told anything. */
void
vx_check_log_churn(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_log_rotateSize);
    int64_t size;
    struct vx_finding *found = NULL;

    if (vx_lint_int(lint, line, &size) && size > 0 && size < rule->arg.number)
        found =
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: a log of \"%.*s\" bytes ends before the machine has "
                         "started; expected %s or more",
                         VX_ARG(vx_line_key(line)), VX_ARG(vx_lint_value(lint, line)),
                         rule->arg.text);
    if (found)
        found->text = vx_str_c(rule->arg.text);
}

/* ---- what the guest cannot do any more ------------------------------------------- */

/* Keys that hide VMware from the guest, and from its own tools. */
void
vx_check_backdoor(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t props[] = {VX_M_monitor_control_restrict_backdoor,
                                     VX_M_isolation_tools_getPtrLocation_disable,
                                     VX_M_isolation_tools_setPtrLocation_disable,
                                     VX_M_isolation_tools_getVersion_disable,
                                     VX_M_isolation_tools_setVersion_disable};

    for (size_t i = 0; i < VX_COUNT(props); i++) {
        struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)props[i]);
        struct vx_finding *found = NULL;

        if (vx_lint_bool(lint, line, false))
            found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                                 "%.*s: VMware Tools reach the host no more, or not "
                                 "with all they have",
                                 VX_ARG(vx_line_key(line)));
        if (found)
            found->text = VX_STR("FALSE");
    }
}

/* isolation.tools.WHAT.enable, ".enabled": how long the ending is, or 0. */
static size_t
wrong_ending(const struct vx_line *line)
{
    struct vx_str key = vx_line_key(line);

    if (!vx_str_istarts(key, VX_STR("isolation.tools."))
        || line->entry == vx_machine_key[VX_M_isolation_tools_setGUIOptions_enable])
        return 0;
    return vx_str_iends(key, VX_STR(".enable"))    ? sizeof("enable") - 1
           : vx_str_iends(key, VX_STR(".enabled")) ? sizeof("enabled") - 1
                                                   : 0;
}

void
vx_check_wrong_switch(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = vx_lint_next(lint, NULL); line;
         line = vx_lint_next(lint, line)) {
        struct vx_str key = vx_line_key(line);
        size_t ending = wrong_ending(line);
        bool value;

        if (ending && vx_bool_word(vx_lint_value(lint, line), &value))
            vx_lint_tell(lint, rule, line, VX_PART_KEY,
                         "%.*s: there is no such switch; expected %.*sdisable = \"%s\"",
                         VX_ARG(key), VX_ARG(vx_str_of(key.s, key.n - ending)),
                         value ? "FALSE" : "TRUE");
    }
}

/* Turned round, unless the right switch is there and says what it says. */
void
vx_fix_wrong_switch(struct vx_lint *lint, struct vx_finding *finding)
{
    struct vx_buf key VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vx_line *line = finding->line;
    struct vx_str old = vx_line_key(line);
    bool value = vx_lint_bool(lint, line, false);

    vx_buf_add(&key, old.s, old.n - wrong_ending(line));
    vx_buf_lit(&key, "disable");
    if (key.failed || vx_doc_find(lint->doc, vx_buf_text(&key)))
        return;
    vx_fix_key(lint, finding, line, vx_buf_text(&key));
    vx_fix_value(lint, finding, line, value ? VX_STR("FALSE") : VX_STR("TRUE"));
}
