/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli-target.h"

#include <stdlib.h>

#include "cli-report.h"

#include "base/banned.h"

static bool
is_file(const char *to)
{
    struct vx_str name = vx_str_c(to);

    return vx_str_iends(name, VX_STR(".xsl")) || vx_str_iends(name, VX_STR(".xslt"));
}

bool
cli_is_target(const char *to)
{
    return strcmp(to, "kvm") == 0 || is_file(to);
}

static void
diags_drop(struct vmx_diags **diags)
{
    vmx_diags_free(*diags);
}

/* Says what is wrong with `file`, and what the whole is then. */
static enum cli_exit
tell(struct cli *cli, const char *file, struct vmx_diags *diags, enum vmx_status status)
{
    if (status == VMX_OK)
        return CLI_GO_ON;
    cli_diags(cli, file, diags);
    if (vmx_diags_count(diags) == 0)
        cli_failure(cli, file, vmx_status_text(status));
    return CLI_TROUBLE;
}

static enum cli_exit
read_file(struct cli *cli, const char *option, const char *file, struct vx_buf *text)
{
    const char *why = cli_read(file, text);

    if (why == NULL)
        return CLI_GO_ON;
    return cli_trouble(cli, "--%s=%s: %s", option, file, why);
}

static enum cli_exit
open_target(struct cli *cli, const char *to, struct vmx_target **ret)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vmx_diags *diags VX_AUTO(diags_drop) = vmx_diags_new();
    enum cli_exit status = CLI_GO_ON;

    if (is_file(to))
        status = read_file(cli, "to", to, &text);
    if (status != CLI_GO_ON)
        return status;
    vx_buf_char(&text, '\0');
    return tell(
        cli, to, diags,
        vmx_target_new(to, is_file(to) ? text.data : NULL, text.size - 1, diags, ret));
}

static enum cli_exit
set_map(struct cli *cli, const char *file, struct vmx_target *target)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vmx_diags *diags VX_AUTO(diags_drop) = vmx_diags_new();
    enum cli_exit status = read_file(cli, "map", file, &text);

    if (status != CLI_GO_ON)
        return status;
    return tell(
        cli, file, diags,
        vmx_target_set_map(target, text.size ? text.data : "", text.size, diags));
}

/* "a, b and c", of what the stylesheet takes. */
static enum cli_exit
refuse_param(struct cli *cli, const char *param, const struct vmx_target *target)
{
    struct vx_buf names VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);
    const char *name;

    for (size_t i = 0; (name = vmx_target_param(target, i)) != NULL; i++)
        vx_buf_printf(&names, "%s%s", i ? ", " : "", name);
    vx_buf_char(&names, '\0');
    if (names.failed || names.size == 1)
        return cli_usage(cli, "--param=%s: this target takes no parameter", param);
    return cli_usage(cli, "--param=%s: this target takes the parameters %s", param,
                     names.data);
}

static enum cli_exit
set_param(struct cli *cli, const char *param, struct vmx_target *target)
{
    const char *equals = strchr(param, '=');
    enum vmx_status status;
    char *name;

    if (equals == NULL || equals == param)
        return cli_usage(cli, "--param=%s: expected NAME=VALUE", param);
    name = strndup(param, (size_t)(equals - param));
    status = name ? vmx_target_set_param(target, name, equals + 1) : VMX_ERR_NOMEM;
    free(name);
    if (status == VMX_OK)
        return CLI_GO_ON;
    if (status == VMX_ERR_MISUSE)
        return refuse_param(cli, param, target);
    return cli_trouble(cli, "--param=%s: %s", param, vmx_status_text(status));
}

enum cli_exit
cli_target(struct cli *cli, const char *to, const char *map,
           const struct cli_list *params, struct vmx_target **ret)
{
    enum cli_exit status = open_target(cli, to, ret);

    if (status == CLI_GO_ON && map)
        status = set_map(cli, map, *ret);
    for (size_t i = 0; status == CLI_GO_ON && i < params->count; i++)
        status = set_param(cli, params->items[i], *ret);
    return status;
}
