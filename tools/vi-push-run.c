/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a push shows, and what it does then. */
#include <stdlib.h>

#include "vi-push.h"

#include "base/banned.h"

static bool
is_json(const struct push *push)
{
    return push->job->options->format == CLI_FORMAT_JSON;
}

/* ---- steps ----------------------------------------------------------------------- */

static const char *
means_text(enum vmx_vi_means means)
{
    static const char *const words[] = {
        [VMX_VI_BY_FIELD] = "field",       [VMX_VI_BY_DEVICE] = "device",
        [VMX_VI_BY_EXTRA] = "extraConfig", [VMX_VI_KEPT] = "kept",
        [VMX_VI_BY_FILE] = "file",
    };

    return words[means];
}

static void
put_value(struct cli *cli, const char *text)
{
    if (text == NULL) {
        vx_buf_lit(&cli->out, "(none)");
        return;
    }
    vx_buf_char(&cli->out, '"');
    cli_put_safe(cli, text);
    vx_buf_char(&cli->out, '"');
}

/* "  memSize: "1024" -> "2048"  (power off; field: memoryMB)". */
static void
put_step(struct cli *cli, const struct vmx_vi_step *step)
{
    const struct vmx_difference *difference = step->difference;

    vx_buf_lit(&cli->out, "  ");
    cli_put_safe(cli, difference->key ? difference->key_after : difference->device);
    vx_buf_lit(&cli->out, ": ");
    if (difference->key) {
        put_value(cli, difference->before);
        vx_buf_lit(&cli->out, " -> ");
        put_value(cli, difference->after);
    } else {
        vx_buf_printf(&cli->out, "%s", vmx_change_text(difference->change));
        if (difference->change == VMX_CHANGE_MOVED) {
            vx_buf_lit(&cli->out, " to ");
            cli_put_safe(cli, difference->device_after);
        }
    }
    if (step->means == VMX_VI_BY_FILE)
        vx_buf_printf(&cli->out, "  (not by the API: %s)\n", step->what);
    else
        vx_buf_printf(&cli->out, "  (%s; %s: %s)\n", vmx_apply_text(difference->apply),
                      means_text(step->means), step->what ? step->what : "");
}

static void
json_step(struct cli *cli, const struct vmx_vi_step *step)
{
    const struct vmx_difference *difference = step->difference;

    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "change", vmx_change_text(difference->change));
    cli_json_text(cli, "device", difference->device);
    cli_json_text(cli, "key", difference->key_after);
    cli_json_text(cli, "before", difference->before);
    cli_json_text(cli, "after", difference->after);
    cli_json_text(cli, "apply", vmx_apply_text(difference->apply));
    cli_json_text(cli, "means", means_text(step->means));
    cli_json_text(cli, "what", step->what);
    cli_json_end(cli, '}');
}

static void
show_steps(struct push *push, const char *title, const struct vmx_vi_plan *plan)
{
    struct cli *cli = push->job->cli;

    if (is_json(push)) {
        cli_json_begin(cli, title, '[');
    } else if (!push->job->options->quiet && vmx_vi_plan_count(plan)) {
        cli_put_safe(cli, push->machine->name);
        vx_buf_printf(&cli->out, ": %s:\n", title);
    }
    for (size_t i = 0; i < vmx_vi_plan_count(plan); i++) {
        if (is_json(push))
            json_step(cli, vmx_vi_plan_step(plan, i));
        else if (!push->job->options->quiet)
            put_step(cli, vmx_vi_plan_step(plan, i));
    }
    if (is_json(push))
        cli_json_end(cli, ']');
}

static void
show_request(struct push *push, struct vmx_vi_plan *plan)
{
    const char *text = vmx_vi_plan_text(plan);

    if (text == NULL || !push->job->options->verbose)
        return;
    if (is_json(push)) {
        cli_json_text(push->job->cli, "request", text);
    } else {
        cli_put_safe(push->job->cli, text);
        vx_buf_char(&push->job->cli->out, '\n');
    }
}

/* ---- the report ------------------------------------------------------------------ */

static void
begin(struct push *push)
{
    struct cli *cli = push->job->cli;

    vi_results(push->job);
    if (!is_json(push))
        return;
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "file", push->file);
    cli_json_text(cli, "ref", push->machine ? push->machine->ref : NULL);
    cli_json_text(cli, "name", push->machine ? push->machine->name : push->name);
    cli_json_text(cli, "path", push->machine ? push->machine->path : push->path);
    cli_json_bool(cli, "new", push->machine == NULL);
}

static void
end(struct push *push, const char *result)
{
    struct cli *cli = push->job->cli;

    vi_results(push->job);
    if (is_json(push)) {
        cli_json_text(cli, "result", result);
        cli_json_end(cli, '}');
    } else if (!push->job->options->quiet) {
        cli_put_safe(cli, push->machine ? push->machine->name : push->name);
        vx_buf_printf(&cli->out, ": push: %s\n", result);
    }
    cli_flush(cli);
}

/* ---- a machine that is there ----------------------------------------------------- */

/* Devices whose files are to be looked for: "scsi0:1" of a disk that is added. */
struct looking {
    struct push *push;
    const struct vmx_vi_plan *plan; /* NULL: all count */
    size_t missing;
};

static bool
is_added(const struct vmx_vi_plan *plan, const char *device)
{
    static const struct vx_str add = VX_STR("add VirtualDisk ");

    for (size_t i = 0; i < vmx_vi_plan_count(plan); i++) {
        const struct vmx_vi_step *step = vmx_vi_plan_step(plan, i);

        if (step->means == VMX_VI_BY_DEVICE
            && strcmp(step->difference->device_after, device) == 0
            && vx_str_starts(vx_str_c(step->what), add))
            return true;
    }
    return false;
}

static void
seen(void *data, const char *device, const char *path, int is_disk,
     enum vmx_vi_status status, const char *message)
{
    struct looking *looking = data;
    struct cli *cli = looking->push->job->cli;

    if (status == VMX_VI_OK || (looking->plan && !is_added(looking->plan, device)))
        return;
    looking->missing += is_disk != 0;
    if (!is_disk && looking->push->job->options->quiet)
        return;
    vi_messages(looking->push->job);
    cli_put_safe(cli, looking->push->file);
    vx_buf_printf(&cli->out, ": %s: ", is_disk ? "error" : "warning");
    cli_put_safe(cli, device);
    vx_buf_lit(&cli->out, ": ");
    cli_put_safe(cli, status == VMX_VI_ERR_NOT_FOUND ? path : message);
    if (status == VMX_VI_ERR_NOT_FOUND)
        vx_buf_lit(&cli->out, ": there is no such file on the host");
    vx_buf_char(&cli->out, '\n');
    cli_flush(cli);
}

static enum cli_exit
check_files(struct push *push, const char *datacenter, const struct vmx_vi_plan *plan)
{
    struct looking looking = {.push = push, .plan = plan};
    const char *path = push->machine ? push->machine->path : push->path;
    enum vmx_vi_status status =
        vmx_vi_check_files(push->job->vi, datacenter, path, push->doc, seen, &looking);

    if (status != VMX_VI_OK)
        return vi_failed(push->job, push->file, status);
    vi_results(push->job);
    return looking.missing ? CLI_FOUND : CLI_GO_ON;
}

static bool
adds_disks(const struct vmx_vi_plan *plan)
{
    for (size_t i = 0; i < vmx_vi_plan_count(plan); i++)
        if (is_added(plan, vmx_vi_plan_step(plan, i)->difference->device_after))
            return true;
    return false;
}

/* What the host has not taken, by its file as it is now. */
static enum cli_exit
read_back(struct push *push)
{
    struct vmx_vi_plan *plan = NULL;
    enum vmx_vi_status status =
        vmx_vi_plan_new(push->job->vi, push->machine, push->doc, &plan);
    size_t left;

    if (status != VMX_VI_OK)
        return vi_failed(push->job, push->machine->name, status);
    left = vmx_vi_plan_count(plan) - vmx_vi_plan_by(plan, VMX_VI_KEPT);
    if (left || is_json(push))
        show_steps(push, "not taken by the host", plan);
    vmx_vi_plan_free(plan);
    end(push, left ? "done in part" : "done");
    return left ? CLI_FOUND : CLI_WELL;
}

static bool
needs_off(const struct push *push, const struct vmx_vi_plan *plan)
{
    if (strcmp(push->machine->state, "poweredOff") == 0)
        return false;
    for (size_t i = 0; i < vmx_vi_plan_count(plan); i++)
        if (vmx_vi_plan_step(plan, i)->difference->apply == VMX_APPLY_POWER_OFF)
            return true;
    return false;
}

static enum cli_exit
fail(struct push *push, const struct vmx_vi_plan *plan, enum vmx_vi_status status)
{
    enum cli_exit result;

    end(push, "failed");
    result = vi_failed(push->job, push->machine->name, status);
    if (status == VMX_VI_ERR_FAULT && needs_off(push, plan)) {
        cli_put_safe(push->job->cli, push->machine->name);
        vx_buf_lit(&push->job->cli->out,
                   ": some of the changes need the machine to be off\n");
        cli_flush(push->job->cli);
    }
    return result;
}

static enum cli_exit
make_changes(struct push *push, struct vmx_vi_plan *plan)
{
    const bool replace = push->job->options->replace;
    const struct vmx_vi_run run = push_run(push);
    enum cli_exit ended = CLI_GO_ON;
    enum vmx_vi_status status;

    if (vmx_vi_plan_count(plan) == vmx_vi_plan_by(plan, VMX_VI_KEPT)) {
        end(push, "nothing to do");
        return CLI_WELL;
    }
    if (replace || adds_disks(plan))
        ended = check_files(push, push->machine->datacenter, replace ? NULL : plan);
    if (ended != CLI_GO_ON || push->job->options->dry_run) {
        end(push, ended != CLI_GO_ON ? "failed" : "nothing was done (--dry-run)");
        return ended != CLI_GO_ON ? ended : CLI_WELL;
    }
    cli_flush(push->job->cli);
    status = replace ? vmx_vi_replace(push->job->vi, push->machine, plan, &run)
                     : vmx_vi_reconfigure(push->job->vi, push->machine, plan, &run);
    return status == VMX_VI_OK ? read_back(push) : fail(push, plan, status);
}

enum cli_exit
push_changes(struct push *push)
{
    struct vmx_vi_plan *plan = NULL;
    enum vmx_vi_status status =
        vmx_vi_plan_new(push->job->vi, push->machine, push->doc, &plan);
    enum cli_exit result;

    if (status != VMX_VI_OK)
        return vi_failed(push->job, push->machine->name, status);
    begin(push);
    show_steps(push, "changes", plan);
    if (!push->job->options->replace)
        show_request(push, plan);
    result = make_changes(push, plan);
    vmx_vi_plan_free(plan);
    return result;
}

/* ---- a new machine --------------------------------------------------------------- */

static enum cli_exit
make_new(struct push *push, const char *datacenter)
{
    const struct vmx_vi_run run = push_run(push);
    enum vmx_vi_status status;
    char *text = NULL;
    size_t size = 0;

    if (vmx_doc_emit(push->doc, &text, &size) != VMX_OK)
        return push_failed(push, "out of memory");
    status =
        vmx_vi_register(push->job->vi, datacenter, push->path, NULL, text, size, &run);
    free(text);
    begin(push);
    end(push, status == VMX_VI_OK ? "registered" : "failed");
    return status == VMX_VI_OK ? CLI_WELL : vi_failed(push->job, push->file, status);
}

/* The same checks as before the real thing. */
static enum cli_exit
rehearse(struct push *push, const char *datacenter)
{
    struct vmx_vi_file file = {.size = sizeof(file)};
    enum vmx_vi_status status =
        vmx_vi_stat(push->job->vi, datacenter, push->path, &file);

    if (status == VMX_VI_OK)
        return push_failed(push, "there is a file already where its VMX would be");
    if (status != VMX_VI_ERR_NOT_FOUND)
        return vi_failed(push->job, push->path, status);
    begin(push);
    if (!is_json(push) && !push->job->options->quiet) {
        cli_put_safe(push->job->cli, push->name);
        vx_buf_lit(&push->job->cli->out, ": would be registered at ");
        cli_put_safe(push->job->cli, push->path);
        vx_buf_char(&push->job->cli->out, '\n');
    }
    end(push, "nothing was done (--dry-run)");
    return CLI_WELL;
}

/* A value that a report has in the place of a secret is no secret. */
static bool
has_redacted(struct vmx_doc *doc)
{
    for (size_t i = 0; i < vmx_doc_count(doc); i++) {
        const char *key = vmx_doc_key(doc, i), *text = vmx_doc_value(doc, i);

        if (key && text && strcmp(text, "(redacted)") == 0 && vmx_key_is_secret(key))
            return true;
    }
    return false;
}

enum cli_exit
push_new(struct push *push)
{
    const char *datacenter = NULL;
    enum vmx_vi_status status =
        vmx_vi_datacenter(push->job->vi, push->path, &datacenter);
    enum cli_exit ended;

    if (status != VMX_VI_OK)
        return vi_failed(push->job, push->path, status);
    if (has_redacted(push->doc))
        return push_failed(push, "a secret in it is \"(redacted)\"; take it out, or "
                                 "write what it is");
    ended = check_files(push, datacenter, NULL);
    if (ended != CLI_GO_ON)
        return ended;
    return push->job->options->dry_run ? rehearse(push, datacenter)
                                       : make_new(push, datacenter);
}
