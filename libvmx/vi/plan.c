/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a machine is asked to become: each difference between its file and another, and
 * by which means. */
#include "vi/plan.h"

#include <stdlib.h>

#include "vi/manage.h"

#include "base/banned.h"

/* What stands in the place of a secret in reports: nobody means it. */
static const char redacted[] = "(redacted)";

static bool
is_redacted(struct vmx_vi_plan *plan, const struct vmx_difference *difference)
{
    const char *text =
        difference->key_after ? vi_wanted(plan, difference->key_after) : NULL;

    return difference->secret && text && strcmp(text, redacted) == 0;
}

static void
make_step(struct vmx_vi_plan *plan, size_t index)
{
    struct vmx_vi_step *step = &plan->steps[index];
    const struct vmx_difference *difference = step->difference;

    if (is_redacted(plan, difference)) {
        step->means = VMX_VI_KEPT;
        step->what = "the host keeps its secret";
    } else if (difference->vi && strcmp(difference->vi, "deviceChange") == 0) {
        vi_plan_device(plan, index);
    } else if (difference->vi) {
        vi_plan_field(plan, step);
    } else if (difference->key == NULL) {
        vi_plan_leave(step, "the API does not describe such a device here");
    } else if (difference->apply == VMX_APPLY_NOT_BY_VI) {
        vi_plan_leave(step, "the API does not set it");
    } else if (vx_str_is(vx_str_c(difference->key), "virtualHW.version")) {
        vi_plan_leave(step, "hosts raise it by a task of its own");
    } else if (difference->whole && difference->after == NULL) {
        step->means = VMX_VI_BY_DEVICE;
        step->what = "leaves with its device";
    } else {
        vi_plan_extra(plan, step);
    }
}

enum vmx_status
vi_plan_make(struct vmx_vi_plan *plan)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;
    enum vmx_status status;

    /* Who does not say a secret does not want it away. */
    options.after_redacted = true;
    status = vmx_diff_new(plan->now, plan->wanted, &options, &plan->diff);
    if (status != VMX_OK)
        return status;
    plan->count = vmx_diff_count(plan->diff);
    plan->steps = vx_arena_array(&plan->arena, plan->count + 1, sizeof(*plan->steps));
    plan->devices = vx_arena_array(&plan->arena, plan->count + 1,
                                   sizeof(struct vi_device_change *));
    plan->spec = vi_make(VI_VirtualMachineConfigSpec, &plan->arena);
    plan->last_change = &plan->changes;
    if (!plan->steps || !plan->devices || !plan->spec)
        return VMX_ERR_NOMEM;
    if (plan->config)
        plan->spec->changeVersion = plan->config->config_changeVersion;
    for (size_t i = 0; i < plan->count && !plan->arena.failed; i++) {
        plan->steps[i].difference = vmx_diff_get(plan->diff, i);
        make_step(plan, i);
    }
    vi_plan_devices(plan);
    return plan->arena.failed ? VMX_ERR_NOMEM : VMX_OK;
}

/* ---- what is known --------------------------------------------------------------- */

struct vx_str
vi_folder_of(struct vx_str path)
{
    while (path.n && path.s[path.n - 1] != '/' && path.s[path.n - 1] != ']')
        path.n--;
    if (path.n && path.s[path.n - 1] == '/')
        path.n--;
    return path;
}

static int
collect(void *data, const char *bytes, size_t size)
{
    struct vx_buf *text = data;

    vx_buf_add(text, bytes, size);
    return text->failed;
}

static enum vmx_vi_status
read_file(struct vmx_vi *vi, const struct vmx_vi_machine *machine, struct vmx_doc **ret)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    enum vmx_vi_status status;

    if (machine->path[0] == '\0')
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND,
                       "\"%s\": the host does not tell where its configuration is",
                       machine->name);
    status = vmx_vi_read(vi, machine->datacenter, machine->path, 0, VMX_MAX_TEXT,
                         collect, &text);
    if (status != VMX_VI_OK)
        return status;
    if (vmx_doc_parse(text.data, text.size, NULL, ret) != VMX_OK)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    return vmx_doc_is_vmx(*ret, NULL)
               ? VMX_VI_OK
               : vi_fail(vi, VMX_VI_ERR_INPUT, "%s is no VMX", machine->path);
}

/* ---- public ---------------------------------------------------------------------- */

void
vmx_vi_plan_free(struct vmx_vi_plan *plan)
{
    if (plan == NULL)
        return;
    vmx_diff_free(plan->diff);
    vmx_doc_free(plan->now);
    vx_buf_done(&plan->text);
    vx_arena_done(&plan->arena);
    free(plan);
}

static bool
take_store(void *data, struct vi_ref ref, const void *view)
{
    const struct vi_DatastoreListing *store = view;
    struct vmx_vi_plan *plan = data;
    struct vx_str volume = store->summary_url;

    (void)ref;
    /* "ds:///vmfs/volumes/UUID/", or the path alone. */
    while (volume.n && volume.s[volume.n - 1] == '/')
        volume.n--;
    for (ptrdiff_t slash; (slash = vx_str_find(volume, '/')) >= 0;)
        volume = vx_str_skip(volume, (size_t)slash + 1);
    return vi_store_add(plan, store->summary_name, volume);
}

bool
vi_store_add(struct vmx_vi_plan *plan, struct vx_str name, struct vx_str volume)
{
    const char **more =
        vx_arena_array(&plan->arena, 2 * (plan->store_count + 1), sizeof(char *));

    if (more == NULL)
        return false;
    if (plan->store_count)
        memcpy(more, plan->stores, 2 * plan->store_count * sizeof(char *));
    more[2 * plan->store_count] = vi_c(vx_arena_dup(&plan->arena, name));
    more[2 * plan->store_count + 1] = vi_c(vx_arena_dup(&plan->arena, volume));
    plan->stores = more;
    plan->store_count++;
    return !plan->arena.failed;
}

/* Which datastore is where on the host: a VMX names files of others by their paths. */
static enum vmx_vi_status
ask_stores(struct vmx_vi *vi, struct vmx_vi_plan *plan)
{
    static const enum vi_id view = VI_DatastoreListing;
    const struct vi_query query = {
        .from = vi->content->rootFolder,
        .views = &view,
        .view_count = 1,
        .hops = vi_hops_to_stores,
        .hop_count = VX_COUNT(vi_hops_to_stores),
    };

    return vi_query(vi, &query, take_store, plan);
}

/* Does a file lie elsewhere? */
static bool
needs_stores(struct vmx_vi_plan *plan)
{
    for (size_t i = 0; i < vmx_doc_count(plan->wanted); i++) {
        const char *text = vmx_doc_value(plan->wanted, i);

        if (text && strncmp(text, "/vmfs/volumes/", 14) == 0)
            return true;
    }
    return false;
}

enum vmx_vi_status
vi_need_stores(struct vmx_vi *vi, struct vmx_vi_plan *plan)
{
    return needs_stores(plan) ? ask_stores(vi, plan) : VMX_VI_OK;
}

static enum vmx_vi_status
learn(struct vmx_vi *vi, const struct vmx_vi_machine *machine, struct vmx_vi_plan *plan)
{
    enum vmx_vi_status status;
    void *view = NULL;

    /* Its version before its file: what comes between is seen. */
    status = vi_get(vi, vi_machine_ref(machine), VI_MachineConfig, &plan->arena, &view);
    if (status != VMX_VI_OK)
        return status;
    plan->config = view;
    plan->folder = vx_arena_dup(&plan->arena, vi_folder_of(vx_str_c(machine->path)));
    status = read_file(vi, machine, &plan->now);
    return status == VMX_VI_OK ? vi_need_stores(vi, plan) : status;
}

enum vmx_vi_status
vmx_vi_plan_new(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
                struct vmx_doc *wanted, struct vmx_vi_plan **ret)
{
    struct vmx_vi_plan *plan = calloc(1, sizeof(*plan));
    enum vmx_vi_status status;

    if (plan == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    vx_arena_init(&plan->arena, VI_MEMORY_MAX);
    plan->text = VX_BUF(16 << 20);
    plan->wanted = wanted;
    status = learn(vi, machine, plan);
    if (status == VMX_VI_OK && vi_plan_make(plan) != VMX_OK)
        status = vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    if (status != VMX_VI_OK)
        vmx_vi_plan_free(plan);
    else
        *ret = plan;
    return status;
}

size_t
vmx_vi_plan_count(const struct vmx_vi_plan *plan)
{
    return plan->count;
}

const struct vmx_vi_step *
vmx_vi_plan_step(const struct vmx_vi_plan *plan, size_t index)
{
    return index < plan->count ? &plan->steps[index] : NULL;
}

size_t
vmx_vi_plan_by(const struct vmx_vi_plan *plan, enum vmx_vi_means means)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan->steps[i].means == means;
    return count;
}

struct vmx_doc *
vmx_vi_plan_now(struct vmx_vi_plan *plan)
{
    return plan->now;
}

/* The values of secrets are exchanged for a moment. */
static void
hide(struct vmx_vi_plan *plan, bool hidden)
{
    for (size_t i = 0; i < plan->spec->extraConfig.count; i++) {
        struct vi_OptionValue *option = plan->spec->extraConfig.at[i];
        const char *text = vi_wanted(plan, option->key.s);

        if (vmx_key_is_secret(option->key.s) && option->value.text.n)
            option->value.text = vx_str_c(hidden ? redacted : text);
    }
}

const char *
vmx_vi_plan_text(struct vmx_vi_plan *plan)
{
    const char *why;

    plan->text.size = 0;
    hide(plan, true);
    why = vi_encode(&plan->text, "spec", plan->spec);
    hide(plan, false);
    vx_buf_char(&plan->text, '\0');
    return why || plan->text.failed ? NULL : plan->text.data;
}

enum vmx_vi_status
vmx_vi_reconfigure(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
                   struct vmx_vi_plan *plan, const struct vmx_vi_run *run)
{
    struct vi_ReconfigVM_Task call = {
        .is.type = &vi_types[VI_ReconfigVM_Task],
        .spec = plan->spec,
    };
    enum vi_VirtualMachinePowerState state = 0;
    enum vmx_vi_status status;
    struct vx_arena arena;
    void *task = NULL;

    if (run->size < sizeof(*run))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "no such run");
    if (!plan->asks)
        return vi_well(vi);
    status = vi_task_may_start(vi, machine, run, &state);
    if (status != VMX_VI_OK)
        return status;
    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_call(vi, vi_machine_ref(machine), &call, &arena, &task);
    if (status == VMX_VI_OK)
        status = vi_task_wait(vi, machine, *(struct vi_ref *)task, run);
    vx_arena_done(&arena);
    return status;
}
