/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* On, off and what lies between; and the tasks that the host remembers. */
#include "vi/task.h"

#include "base/banned.h"

#define ON (1u << VI_VirtualMachinePowerState_poweredOn)
#define OFF (1u << VI_VirtualMachinePowerState_poweredOff)
#define ASLEEP (1u << VI_VirtualMachinePowerState_suspended)

/* From which states it goes, and in which it is so already. */
static const struct {
    const char *word;
    enum vi_id method;
    unsigned from, already;
    bool is_task;
} operations[] = {
    [VMX_VI_POWER_ON] = {"started", VI_PowerOnVM_Task, OFF, ON, true},
    [VMX_VI_POWER_OFF] = {"powered off", VI_PowerOffVM_Task, ON | ASLEEP, OFF, true},
    [VMX_VI_POWER_SHUTDOWN] = {"shut down", VI_ShutdownGuest, ON, OFF, false},
    [VMX_VI_POWER_REBOOT] = {"rebooted", VI_RebootGuest, ON, 0, false},
    [VMX_VI_POWER_RESET] = {"reset", VI_ResetVM_Task, ON, 0, true},
    [VMX_VI_POWER_SUSPEND] = {"suspended", VI_SuspendVM_Task, ON, ASLEEP, true},
    [VMX_VI_POWER_RESUME] = {"resumed", VI_PowerOnVM_Task, ASLEEP, ON, true},
};

/* Hosts may have states that we do not know: below zero. */
static bool
is_one_of(int state, unsigned states)
{
    return state > 0 && 1u << state & states;
}

static const char *
word_of(int state)
{
    return state > 0 ? vi_types[VI_VirtualMachinePowerState].words[state - 1]
                     : "in an unknown state";
}

static enum vmx_vi_status
start(struct vmx_vi *vi, const struct vmx_vi_machine *machine, enum vmx_vi_power power,
      struct vx_arena *arena, struct vi_ref *ret_task)
{
    const struct vi_type *method = &vi_types[operations[power].method];
    struct vi_object *call = vx_arena_zero(arena, method->size);
    enum vmx_vi_status status;
    void *task;

    if (call == NULL)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    call->type = method;
    status = vi_call(vi, vi_machine_ref(machine), call, arena, &task);
    if (status == VMX_VI_OK && task)
        *ret_task = *(struct vi_ref *)task;
    return status;
}

static enum vmx_vi_status
wait_until_off(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
               const struct vmx_vi_run *run)
{
    uint64_t deadline = vi_now_ms() + (run->wait_ms ? run->wait_ms : VI_WAIT_MS);
    enum vmx_vi_status status = VMX_VI_OK;

    while (status == VMX_VI_OK) {
        const struct vi_MachineBusy *busy;
        bool off = false;
        struct vx_arena arena;
        void *view;

        vx_arena_init(&arena, VI_MEMORY_MAX);
        status = vi_get(vi, vi_machine_ref(machine), VI_MachineBusy, &arena, &view);
        if (status == VMX_VI_OK) {
            busy = view;
            off = busy->runtime_powerState.value
                  == VI_VirtualMachinePowerState_poweredOff;
        }
        vx_arena_done(&arena);
        if (off)
            break;
        if (status == VMX_VI_OK && vi_now_ms() >= deadline)
            status =
                vi_fail(vi, VMX_VI_ERR_TIMEOUT,
                        "\"%s\" was told to shut down and is still on", machine->name);
        else
            vi_sleep(vi, VI_POLL_MS);
    }
    return status;
}

static enum vmx_vi_status
run_power(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
          enum vmx_vi_power power, const struct vmx_vi_run *run, struct vx_arena *arena)
{
    struct vi_ref task = {0};
    enum vmx_vi_status status = start(vi, machine, power, arena, &task);

    if (status == VMX_VI_OK && operations[power].is_task)
        return vi_task_wait(vi, machine, task, run);
    if (status == VMX_VI_OK && power == VMX_VI_POWER_SHUTDOWN && run->wait_for_guest)
        return wait_until_off(vi, machine, run);
    return status;
}

enum vmx_vi_status
vmx_vi_power(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
             enum vmx_vi_power power, const struct vmx_vi_run *run, int *ret_changed)
{
    enum vi_VirtualMachinePowerState state = 0;
    enum vmx_vi_status status;
    struct vx_arena arena;

    if ((size_t)power >= VX_COUNT(operations) || run->size < sizeof(*run))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "no such operation");
    *ret_changed = 0;
    status = vi_task_may_start(vi, machine, run, &state);
    if (status != VMX_VI_OK)
        return status;
    if (is_one_of((int)state, operations[power].already))
        return VMX_VI_OK;
    if (state && !is_one_of((int)state, operations[power].from))
        return vi_fail(vi, VMX_VI_ERR_STATE, "\"%s\" is %s and cannot be %s",
                       machine->name, word_of((int)state), operations[power].word);
    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = run_power(vi, machine, power, run, &arena);
    vx_arena_done(&arena);
    *ret_changed = status == VMX_VI_OK;
    return status;
}

/* ---- tasks ----------------------------------------------------------------------- */

static void
give_task(const struct vi_TaskInfo *info, struct vi_ref ref,
          void (*each)(void *, const struct vmx_vi_task *), void *data)
{
    const struct vmx_vi_task task = {
        .ref = vi_c(ref.value),
        .name = info->name.s ? info->name.s : vi_c(info->descriptionId),
        .entity = vi_c(info->entityName),
        .state = vi_c(info->state.text),
        .progress = info->progress.set ? (int)info->progress.value : -1,
        .cancelable = info->cancelable.value == 1,
        .error = info->error ? vi_c(info->error->localizedMessage) : "",
    };

    each(data, &task);
}

static enum vmx_vi_status
list_tasks(struct vmx_vi *vi, void (*each)(void *, const struct vmx_vi_task *),
           void *data, struct vx_arena *arena)
{
    const struct vi_RecentTasks *recent;
    enum vmx_vi_status status;
    void *view;

    status = vi_get(vi, vi->content->taskManager, VI_RecentTasks, arena, &view);
    if (status != VMX_VI_OK)
        return status;
    recent = view;
    for (size_t i = 0; i < recent->recentTask.count; i++) {
        status = vi_get(vi, recent->recentTask.at[i], VI_TaskView, arena, &view);
        if (status == VMX_VI_ERR_FAULT && vi_fault_is(vi, "ManagedObjectNotFound"))
            continue;
        if (status != VMX_VI_OK)
            return status;
        if (((const struct vi_TaskView *)view)->info)
            give_task(((const struct vi_TaskView *)view)->info,
                      recent->recentTask.at[i], each, data);
    }
    return vi_well(vi);
}

enum vmx_vi_status
vmx_vi_tasks(struct vmx_vi *vi,
             void (*each)(void *data, const struct vmx_vi_task *task), void *data)
{
    struct vx_arena arena;
    enum vmx_vi_status status;

    if (vi->content == NULL || vi->content->taskManager.value.s == NULL)
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "the host has no list of tasks");
    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = list_tasks(vi, each, data, &arena);
    vx_arena_done(&arena);
    return status;
}

enum vmx_vi_status
vmx_vi_cancel(struct vmx_vi *vi, const char *task)
{
    struct vi_CancelTask call = {.is.type = &vi_types[VI_CancelTask]};
    struct vx_arena arena;
    enum vmx_vi_status status;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_call(vi, (struct vi_ref){VX_STR("Task"), vx_str_c(task)}, &call, &arena,
                     NULL);
    vx_arena_done(&arena);
    return status;
}
