/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Another file in the place of a machine's; and whether the files that one names are
 * there. */
#include <stdio.h>
#include <stdlib.h>

#include "vi/device.h"
#include "vi/manage.h"

#include "base/banned.h"

/* ---- secrets --------------------------------------------------------------------- */

static bool
lacks(struct vmx_doc *doc, const char *key)
{
    const char *text = vmx_doc_get(doc, key);

    return text == NULL || strcmp(text, "(redacted)") == 0;
}

/* What the host's file has and the other does not tell. */
static enum vmx_status
keep_secrets(struct vmx_doc *now, struct vmx_doc *wanted)
{
    for (size_t i = 0; i < vmx_doc_count(now); i++) {
        const char *key = vmx_doc_key(now, i), *text;
        enum vmx_status status;

        if (key == NULL || !vmx_key_is_secret(key) || !lacks(wanted, key))
            continue;
        text = vmx_doc_get(now, key);
        status = text ? vmx_doc_set(wanted, key, text) : VMX_OK;
        if (status != VMX_OK)
            return status;
    }
    return VMX_OK;
}

/* The text to be written; the caller frees it. */
static enum vmx_status
make_text(struct vmx_vi_plan *plan, char **ret_text, size_t *ret_size)
{
    struct vmx_doc *copy = NULL;
    char *text = NULL;
    size_t size = 0;
    enum vmx_status status = vmx_doc_emit(plan->wanted, &text, &size);

    if (status == VMX_OK)
        status = vmx_doc_parse(text, size, NULL, &copy);
    free(text);
    if (status == VMX_OK)
        status = keep_secrets(plan->now, copy);
    if (status == VMX_OK)
        status = vmx_doc_emit(copy, ret_text, ret_size);
    vmx_doc_free(copy);
    return status;
}

/* ---- the file -------------------------------------------------------------------- */

/* Under another name first: a transfer that breaks off leaves the machine its file.
 * *ret_moved: the new one may be in its place. */
static enum vmx_vi_status
put_file(struct vmx_vi *vi, const struct vmx_vi_machine *machine, struct vx_str text,
         bool *ret_moved)
{
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(16 << 10);
    enum vmx_vi_status status;
    char before[1200];

    *ret_moved = false;
    vx_buf_printf(&path, "%s.new", machine->path);
    vx_buf_char(&path, '\0');
    if (path.failed)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    status = vi_upload_text(vi, machine->datacenter, path.data, text);
    if (status == VMX_VI_OK) {
        status = vmx_vi_move(vi, machine->datacenter, path.data, machine->path, 1);
        *ret_moved = status != VMX_VI_ERR_FAULT;
    }
    if (status == VMX_VI_OK || vi_take_away(vi, machine->datacenter, path.data))
        return status;
    snprintf(before, sizeof(before), "%s", vmx_vi_message(vi));
    return vi_fail(vi, status, "%s; %s is left", before, path.data);
}

static enum vmx_vi_status
reload(struct vmx_vi *vi, const struct vmx_vi_machine *machine)
{
    struct vi_Reload call = {.is.type = &vi_types[VI_Reload]};
    struct vx_arena arena;
    enum vmx_vi_status status;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_call(vi, vi_machine_ref(machine), &call, &arena, NULL);
    vx_arena_done(&arena);
    return status;
}

/* The host gets the old file again, also when the caller wants to stop. */
static enum vmx_vi_status
put_back(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
         struct vmx_vi_plan *plan, enum vmx_vi_status status)
{
    int (*stopped)(void *) = vi->stopped;
    char before[1200], *text = NULL;
    size_t size = 0;
    bool back, read = false, moved;

    snprintf(before, sizeof(before), "%s", vmx_vi_message(vi));
    vi->stopped = NULL;
    back = vmx_doc_emit(plan->now, &text, &size) == VMX_OK
           && put_file(vi, machine, vx_str_of(text, size), &moved) == VMX_VI_OK;
    if (back)
        read = reload(vi, machine) == VMX_VI_OK;
    vi->stopped = stopped;
    free(text);
    return vi_fail(vi, status, "%s; %s", before,
                   read   ? "the old file is back"
                   : back ? "the old file is back, but the host has not read it again"
                          : "the new file may be in its place");
}

enum vmx_vi_status
vmx_vi_replace(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
               struct vmx_vi_plan *plan, const struct vmx_vi_run *run)
{
    enum vi_VirtualMachinePowerState state = 0;
    enum vmx_vi_status status;
    char *text = NULL;
    size_t size = 0;
    bool moved;

    if (run->size < sizeof(*run))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "no such run");
    status = vi_task_may_start(vi, machine, run, &state);
    if (status != VMX_VI_OK)
        return status;
    if (state != VI_VirtualMachinePowerState_poweredOff)
        return vi_fail(vi, VMX_VI_ERR_STATE,
                       "\"%s\" is not off: its file cannot be replaced", machine->name);
    if (make_text(plan, &text, &size) != VMX_OK)
        return vi_fail(vi, VMX_VI_ERR_NOMEM,
                       "the secrets of the host do not go into the new file");
    status = put_file(vi, machine, vx_str_of(text, size), &moved);
    free(text);
    if (status != VMX_VI_OK && !moved)
        return status;
    if (status == VMX_VI_OK)
        status = reload(vi, machine);
    return status == VMX_VI_OK ? status : put_back(vi, machine, plan, status);
}

/* ---- files of devices ------------------------------------------------------------ */

struct look {
    struct vmx_vi *vi;
    struct vmx_vi_plan plan; /* for names of files alone */
    const char *datacenter;
    vmx_vi_file_seen *seen;
    void *data;
};

static bool
names_a_file(struct vmx_doc *doc, const char *device, enum vi_device_kind kind)
{
    const char *type =
        vi_device_says(doc, device, kind == VI_KIND_FLOPPY ? "fileType" : "deviceType");
    const char *present = vi_device_says(doc, device, "present");

    if (present == NULL || !vx_str_is(vx_str_c(present), "TRUE"))
        return false;
    if (kind == VI_KIND_DISK)
        return true;
    return (kind == VI_KIND_CDROM && type && vx_str_is(vx_str_c(type), "cdrom-image"))
           || (kind == VI_KIND_FLOPPY && type && vx_str_is(vx_str_c(type), "file"));
}

static enum vmx_vi_status
look_at(struct look *look, const char *device, const char *name)
{
    const enum vi_device_kind kind = vi_device_kind(look->plan.wanted, device);
    struct vmx_vi_file file = {.size = sizeof(file)};
    enum vmx_vi_status status;
    const char *path, *why = "";

    if (!names_a_file(look->plan.wanted, device, kind))
        return VMX_VI_OK;
    path = vi_device_path(&look->plan, name, &why);
    if (path == NULL) {
        look->seen(look->data, device, name, kind == VI_KIND_DISK, VMX_VI_ERR_INPUT,
                   why ? why : "out of memory");
        return VMX_VI_OK;
    }
    status = vmx_vi_stat(look->vi, look->datacenter, path, &file);
    look->seen(look->data, device, path, kind == VI_KIND_DISK, status,
               vmx_vi_message(look->vi));
    /* What ends the session ends this, too. */
    return status == VMX_VI_ERR_CONNECT || status == VMX_VI_ERR_STOPPED
                   || status == VMX_VI_ERR_TIMEOUT
               ? status
               : vi_well(look->vi);
}

static enum vmx_vi_status
look_at_all(struct look *look)
{
    static const struct vx_str leaf = VX_STR(".fileName");
    struct vmx_doc *doc = look->plan.wanted;
    enum vmx_vi_status status = VMX_VI_OK;

    for (size_t i = 0; i < vmx_doc_count(doc) && status == VMX_VI_OK; i++) {
        struct vx_str key = vx_str_c(vmx_doc_key(doc, i)), device;
        const char *name;

        if (!key.s || !vx_str_iends(key, leaf))
            continue;
        device = vx_arena_dup(&look->plan.arena, vx_str_of(key.s, key.n - leaf.n));
        name = vx_arena_dup(&look->plan.arena, vx_str_c(vmx_doc_get(doc, key.s))).s;
        if (device.s && name)
            status = look_at(look, device.s, name);
    }
    return status;
}

enum vmx_vi_status
vmx_vi_check_files(struct vmx_vi *vi, const char *datacenter, const char *path,
                   struct vmx_doc *doc, vmx_vi_file_seen *seen, void *data)
{
    struct look look = {
        .vi = vi,
        .plan = {.wanted = doc},
        .datacenter = datacenter,
        .seen = seen,
        .data = data,
    };
    enum vmx_vi_status status;

    vx_arena_init(&look.plan.arena, VI_MEMORY_MAX);
    look.plan.folder = vx_arena_dup(&look.plan.arena, vi_folder_of(vx_str_c(path)));
    status = vi_need_stores(vi, &look.plan);
    if (status == VMX_VI_OK)
        status = look_at_all(&look);
    vx_arena_done(&look.plan.arena);
    return status;
}
