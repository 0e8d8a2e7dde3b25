/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-vi push: a configuration, VMX or domain XML, to the machine on the host that it
 * is of, or to a new one. */
#include <stdlib.h>

#include "vi-push.h"

#include "base/banned.h"

/* ---- the file -------------------------------------------------------------------- */

static bool
is_domain(struct vx_str text)
{
    if (vx_str_starts(text, VX_STR("\xef\xbb\xbf")))
        text = vx_str_skip(text, 3);
    while (text.n
           && (vx_is_blank((unsigned char)text.s[0]) || text.s[0] == '\n'
               || text.s[0] == '\r'))
        text = vx_str_skip(text, 1);
    return text.n && text.s[0] == '<';
}

/* A VMX of the domain that lies in `base`, which may be NULL. */
static enum vmx_status
convert(struct push *push, const char *base, bool report)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_result *result = NULL;
    enum vmx_status status;
    const char *text;
    size_t size;

    options.base = base;
    status =
        vmx_convert_to_vmx(push->text.data, push->text.size, &options, diags, &result);
    if (status != VMX_OK || report) {
        vi_messages(push->job);
        cli_diags(push->job->cli, push->file, diags);
        if (status == VMX_OK)
            cli_losses(push->job->cli, push->file, result);
        cli_flush(push->job->cli);
    }
    if (status == VMX_OK) {
        text = vmx_result_text(result, &size);
        status = vmx_doc_parse(text, size, NULL, &push->doc);
    }
    vmx_result_free(result);
    vmx_diags_free(diags);
    return status;
}

static enum vmx_status
parse(struct push *push)
{
    struct vmx_diags *diags = vmx_diags_new();
    enum vmx_status status =
        vmx_doc_parse(push->text.data, push->text.size, NULL, &push->doc);

    if (status == VMX_OK && !vmx_doc_is_vmx(push->doc, diags)) {
        vi_messages(push->job);
        cli_diags(push->job->cli, push->file, diags);
        cli_flush(push->job->cli);
        status = VMX_ERR_INPUT;
    }
    vmx_diags_free(diags);
    return status;
}

/* Reads the machine that the file tells of, once it is known where its VMX lies. */
static enum cli_exit
read_machine(struct push *push, const char *base, bool report)
{
    enum vmx_status status;

    vmx_doc_free(push->doc);
    push->doc = NULL;
    status = push->domain ? convert(push, base, report) : parse(push);
    if (status == VMX_OK)
        return CLI_GO_ON;
    vi_messages(push->job);
    cli_failure(push->job->cli, push->file, vmx_status_text(status));
    cli_flush(push->job->cli);
    return CLI_FOUND;
}

/* ---- which machine --------------------------------------------------------------- */

/* Of the 32 digits, which may be written in groups. */
static bool
same_uuid(const char *a, const char *b)
{
    unsigned digits = 0;

    for (;; a++, b++) {
        while (*a == ' ' || *a == '-')
            a++;
        while (*b == ' ' || *b == '-')
            b++;
        if (*a == '\0' || *b == '\0')
            return *a == *b && digits == 32;
        if (vx_lower((unsigned char)*a) != vx_lower((unsigned char)*b)
            || vx_hex_digit((unsigned char)*a) < 0)
            return false;
        digits++;
    }
}

static bool
is_it(const struct push *push, const struct vmx_vi_machine *machine)
{
    if (push->uuid && machine->uuid[0] && same_uuid(push->uuid, machine->uuid))
        return true;
    return push->name && strcmp(push->name, machine->name) == 0;
}

static enum cli_exit
several(struct push *push)
{
    struct vx_buf all VX_AUTO(vx_buf_done) = VX_BUF(4096);

    vx_buf_lit(&all, "it may be of more than one machine: ");
    for (size_t i = 0; i < vmx_vi_list_count(push->job->list); i++) {
        const struct vmx_vi_machine *machine = vmx_vi_list_get(push->job->list, i);

        if (is_it(push, machine))
            vx_buf_printf(&all, "%s (%s, %s), ", machine->ref, machine->place,
                          machine->uuid[0] ? machine->uuid : "no UUID");
    }
    vx_buf_printf(&all, "name the one that is meant behind the file");
    vx_buf_char(&all, '\0');
    return push_failed(push, all.failed ? "it may be of many machines" : all.data);
}

/* The machine with the UUID or the name; NULL for a new one.  A name that belongs to a
 * machine with another UUID is somebody else's. */
static enum cli_exit
find(struct push *push)
{
    size_t count = 0;

    for (size_t i = 0; i < vmx_vi_list_count(push->job->list); i++) {
        const struct vmx_vi_machine *machine = vmx_vi_list_get(push->job->list, i);

        if (!is_it(push, machine))
            continue;
        push->machine = machine;
        count++;
    }
    if (count > 1)
        return several(push);
    if (count && push->uuid && push->machine->uuid[0]
        && !same_uuid(push->uuid, push->machine->uuid))
        return push_failed(push, "a machine with this name has another UUID; if it is "
                                 "meant all the same, name it behind the file");
    return CLI_GO_ON;
}

static enum cli_exit
find_named(struct push *push, const char *name)
{
    enum vmx_vi_status status =
        vmx_vi_find(push->job->vi, push->job->list, name, &push->machine);

    return status == VMX_VI_OK ? CLI_GO_ON : vi_failed(push->job, name, status);
}

/* ---- the run --------------------------------------------------------------------- */

enum cli_exit
push_failed(struct push *push, const char *why)
{
    vi_messages(push->job);
    cli_failure(push->job->cli, push->file, why);
    cli_flush(push->job->cli);
    return CLI_FOUND;
}

struct vmx_vi_run
push_run(struct push *push)
{
    return (struct vmx_vi_run){
        .size = sizeof(struct vmx_vi_run),
        .wait_ms = push->job->options->wait * 1000,
        .decide = vi_decide,
        .data = push->job,
    };
}

static char *
folder_of(const char *path)
{
    struct vx_str folder = vx_str_c(path);
    struct vx_buf text = VX_BUF(16 << 10);

    while (folder.n && folder.s[folder.n - 1] != '/' && folder.s[folder.n - 1] != ']')
        folder.n--;
    if (folder.n && folder.s[folder.n - 1] == '/')
        folder.n--;
    vx_buf_str(&text, folder);
    return vx_buf_take(&text);
}

static enum cli_exit
with_machine(struct push *push)
{
    char *base = folder_of(push->machine->path);
    enum cli_exit status = CLI_GO_ON;

    if (push->job->options->datastore)
        status = push_failed(push, "the host has this machine; --datastore is for one "
                                   "that it does not have");
    else if (push->domain)
        status = read_machine(push, base, true);
    free(base);
    return status == CLI_GO_ON ? push_changes(push) : status;
}

static enum cli_exit
with_new_machine(struct push *push)
{
    enum cli_exit status;
    char *base;

    if (push->job->options->replace)
        return push_failed(push, "the host has no such machine to be replaced");
    if (push->name == NULL || push->name[0] == '\0')
        return push_failed(push, "it has no name (displayName)");
    if (push->job->options->datastore == NULL)
        return push_failed(push, "the host has no such machine; --datastore says where "
                                 "a new one goes");
    push->path = vmx_vi_new_path(push->job->options->datastore, push->name);
    if (push->path == NULL)
        return cli_usage(push->job->cli,
                         "--datastore=%s: expected \"[DATASTORE]\" or \"[DATASTORE] "
                         "FOLDER\"",
                         push->job->options->datastore);
    if (!push->domain)
        return push_new(push);
    base = folder_of(push->path);
    status = read_machine(push, base, true);
    free(base);
    return status == CLI_GO_ON ? push_new(push) : status;
}

static enum cli_exit
run(struct push *push)
{
    enum cli_exit status = read_machine(push, NULL, false);

    if (status == CLI_GO_ON)
        status = vi_need_list(push->job);
    if (status != CLI_GO_ON)
        return status;
    /* The document is read again for a domain: these outlive it. */
    push->name = vmx_doc_get(push->doc, "displayName");
    push->name = push->name ? push->own_name = strdup(push->name) : NULL;
    push->uuid = vmx_doc_get(push->doc, "uuid.bios");
    push->uuid = push->uuid ? push->own_uuid = strdup(push->uuid) : NULL;
    status = push->job->count > 1 ? find_named(push, push->job->args[1]) : find(push);
    if (status != CLI_GO_ON)
        return status;
    return push->machine ? with_machine(push) : with_new_machine(push);
}

enum cli_exit
vi_push(struct vi_job *job)
{
    struct push push = {
        .job = job,
        .file = job->args[0],
        .text = VX_BUF(VMX_MAX_TEXT),
    };
    const char *why = cli_read(push.file, &push.text);
    enum cli_exit status;

    if (job->options->wait > UINT32_MAX / 1000)
        return cli_usage(job->cli, "--wait: that is more than a month");
    if (why) {
        status = cli_trouble(job->cli, "%s: %s", push.file, why);
    } else {
        push.domain = is_domain(vx_buf_text(&push.text));
        status = run(&push);
    }
    vx_buf_done(&push.text);
    vmx_doc_free(push.doc);
    free(push.path);
    free(push.own_name);
    free(push.own_uuid);
    return status;
}
