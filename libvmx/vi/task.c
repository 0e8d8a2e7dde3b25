/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One filter sees the task and the question of its machine, so that a question which
 * comes late is seen when it comes.  No request waits longer than VI_WAIT_ONCE_S. */
#include "vi/task.h"

#include <poll.h>
#include <stdio.h>

#include "base/banned.h"

void
vi_sleep(const struct vmx_vi *vi, uint32_t ms)
{
    for (; ms && !vi_stopped(vi); ms -= ms < 100 ? ms : 100)
        poll(NULL, 0, ms < 100 ? (int)ms : 100);
}

/* ---- before ---------------------------------------------------------------------- */

/* Tasks are forgotten minutes after their end: one that is gone is no hindrance. */
static enum vmx_vi_status
check_task(struct vmx_vi *vi, const struct vmx_vi_machine *machine, struct vi_ref task,
           struct vx_arena *arena)
{
    const struct vi_TaskView *view;
    enum vmx_vi_status status;
    void *result;

    status = vi_get(vi, task, VI_TaskView, arena, &result);
    if (status == VMX_VI_ERR_FAULT && vi_fault_is(vi, "ManagedObjectNotFound"))
        return vi_well(vi);
    if (status != VMX_VI_OK)
        return status;
    view = result;
    if (view->info == NULL
        || (view->info->state.value != VI_TaskInfoState_queued
            && view->info->state.value != VI_TaskInfoState_running))
        return VMX_VI_OK;
    return vi_fail(vi, VMX_VI_ERR_BUSY,
                   "\"%s\" has another task pending (%s, %s); nothing was started",
                   machine->name, vi_c(task.value),
                   view->info->name.s ? view->info->name.s
                                      : vi_c(view->info->descriptionId));
}

static enum vmx_vi_status
check_busy(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
           const struct vmx_vi_run *run, const struct vi_MachineBusy *busy,
           struct vx_arena *arena)
{
    enum vmx_vi_status status = VMX_VI_OK;

    if (busy->runtime_question) {
        status = vi_question_settle(vi, machine, busy->runtime_question, run);
        /* What was answered belongs to a task that is not ours, and now goes on. */
        return status == VMX_VI_OK
                   ? vi_fail(vi, VMX_VI_ERR_BUSY,
                             "\"%s\" had a question, which was answered; the task that "
                             "asked goes on, and nothing was started",
                             machine->name)
                   : status;
    }
    for (size_t i = 0; i < busy->recentTask.count && status == VMX_VI_OK; i++)
        status = check_task(vi, machine, busy->recentTask.at[i], arena);
    return status;
}

enum vmx_vi_status
vi_task_may_start(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
                  const struct vmx_vi_run *run,
                  enum vi_VirtualMachinePowerState *ret_state)
{
    const struct vi_MachineBusy *busy;
    struct vx_arena arena;
    enum vmx_vi_status status;
    void *view;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_get(vi, vi_machine_ref(machine), VI_MachineBusy, &arena, &view);
    if (status == VMX_VI_OK) {
        busy = view;
        *ret_state = (enum vi_VirtualMachinePowerState)busy->runtime_powerState.value;
        status = check_busy(vi, machine, run, busy, &arena);
    }
    vx_arena_done(&arena);
    return status;
}

/* ---- while it runs --------------------------------------------------------------- */

struct wait {
    struct vmx_vi *vi;
    const struct vmx_vi_machine *machine;
    const struct vmx_vi_run *run;
    struct vi_ref task;
    uint64_t deadline;
    struct vi_ref collector; /* value.s NULL: the host is asked every second */
    char version[64];
    int answers;
    char answered[128]; /* the id of the last question that was: it may linger */
    /* What was last seen; pieces of it are in the arena of the look. */
    struct vi_TaskProgress task_view;
    struct vi_MachineQuestion machine_view;
};

static uint64_t
left_ms(const struct wait *wait)
{
    uint64_t now = vi_now_ms();

    return now < wait->deadline ? wait->deadline - now : 0;
}

static void
take_change(struct wait *wait, const struct vi_ObjectUpdate *update,
            const struct vi_PropertyChange *change, struct vx_arena *arena)
{
    const bool gone = change->op.value == VI_PropertyChangeOp_remove
                      || change->op.value == VI_PropertyChangeOp_indirectRemove;
    const struct vi_any *value = gone ? NULL : &change->val;

    if (vx_str_eq(update->obj.type, VX_STR("Task")))
        vi_view_put(&wait->task_view, change->name, value, arena);
    else
        vi_view_put(&wait->machine_view, change->name, value, arena);
}

static void
take_updates(struct wait *wait, const struct vi_UpdateSet *set, struct vx_arena *arena)
{
    if (set->version.n && set->version.n < sizeof(wait->version)) {
        memcpy(wait->version, set->version.s, set->version.n);
        wait->version[set->version.n] = '\0';
    }
    for (size_t f = 0; f < set->filterSet.count; f++) {
        const struct vi_PropertyFilterUpdate *filter = set->filterSet.at[f];

        for (size_t o = 0; o < filter->objectSet.count; o++)
            for (size_t c = 0; c < filter->objectSet.at[o]->changeSet.count; c++)
                take_change(wait, filter->objectSet.at[o],
                            filter->objectSet.at[o]->changeSet.at[c], arena);
    }
}

/* Waits for news; none is fine, too. */
static enum vmx_vi_status
look_by_filter(struct wait *wait, struct vx_arena *arena)
{
    uint64_t seconds = left_ms(wait) / 1000 + 1;
    struct vi_WaitOptions options = {.is.type = &vi_types[VI_WaitOptions]};
    struct vi_WaitForUpdatesEx call = {
        .is.type = &vi_types[VI_WaitForUpdatesEx],
        .version = vx_str_c(wait->version),
        .options = &options,
    };
    enum vmx_vi_status status;
    void *set;

    if (seconds > VI_WAIT_ONCE_S)
        seconds = VI_WAIT_ONCE_S;
    options.maxWaitSeconds = (struct vi_number){(int64_t)seconds, true};
    status =
        vi_call_within(wait->vi, wait->collector, &call,
                       (uint32_t)seconds * 1000 + wait->vi->timeout_ms, arena, &set);
    if (status == VMX_VI_OK && set)
        take_updates(wait, set, arena);
    return status;
}

static enum vmx_vi_status
look_by_asking(struct wait *wait, struct vx_arena *arena)
{
    enum vmx_vi_status status;
    void *task, *machine;

    if (wait->task_view.is.type)
        vi_sleep(wait->vi, VI_POLL_MS);
    status = vi_get(wait->vi, wait->task, VI_TaskProgress, arena, &task);
    if (status != VMX_VI_OK)
        return status;
    wait->task_view = *(struct vi_TaskProgress *)task;
    if (wait->machine)
        status = vi_get(wait->vi, vi_machine_ref(wait->machine), VI_MachineQuestion,
                        arena, &machine);
    if (status == VMX_VI_OK && wait->machine)
        wait->machine_view = *(struct vi_MachineQuestion *)machine;
    return status;
}

/* The filter ends with the session, and the task does not: asking begins a new one. */
static bool
is_over(const struct wait *wait, enum vmx_vi_status status)
{
    return status == VMX_VI_ERR_FAULT && vi_fault_is(wait->vi, "NotAuthenticated");
}

static void
forget_filter(struct wait *wait)
{
    wait->collector.value = VX_STR_NONE;
}

/* ---- what ends it ---------------------------------------------------------------- */

/* Keeps the message of what went before and says what became of the task. */
static void
cancel(struct wait *wait)
{
    struct vi_CancelTask call = {.is.type = &vi_types[VI_CancelTask]};
    struct vmx_vi *vi = wait->vi;
    char before[1500];
    struct vx_arena arena;
    enum vmx_vi_status status;
    size_t size = vi->message.size < sizeof(before) ? vi->message.size : sizeof(before);

    memcpy(before, size ? vi->message.data : "", size);
    before[size ? size - 1 : 0] = '\0';
    if (wait->task_view.info_cancelable.set && !wait->task_view.info_cancelable.value) {
        vi_fail(vi, VMX_VI_ERR_QUESTION,
                "%s; the task %s cannot be cancelled and is left waiting", before,
                wait->task.value.s);
        return;
    }
    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_call_within(vi, wait->task, &call, VI_LOGOUT_MS, &arena, NULL);
    vx_arena_done(&arena);
    vi_fail(vi, VMX_VI_ERR_QUESTION, "%s; the task %s was %s", before,
            wait->task.value.s,
            status == VMX_VI_OK ? "cancelled" : "not cancelled and is left waiting");
}

/* One question is answered once, though it may be seen again. */
static enum vmx_vi_status
settle(struct wait *wait)
{
    const struct vi_VirtualMachineQuestionInfo *info =
        wait->machine_view.runtime_question;
    enum vmx_vi_status status;

    if (info == NULL || vx_str_eq(info->id, vx_str_c(wait->answered)))
        return VMX_VI_OK;
    status = vi_question_settle(wait->vi, wait->machine, info, wait->run);
    if (status == VMX_VI_OK && ++wait->answers > VI_ANSWERS_MAX)
        status = vi_fail(wait->vi, VMX_VI_ERR_QUESTION, "\"%s\" asks again and again",
                         wait->machine->name);
    if (status != VMX_VI_OK) {
        cancel(wait);
        return status;
    }
    if (info->id.n < sizeof(wait->answered)) {
        memcpy(wait->answered, vi_c(info->id), info->id.n);
        wait->answered[info->id.n] = '\0';
    }
    return VMX_VI_OK;
}

/* "NAME": of a machine, if there is one, before a message. */
static const char *
head(const struct wait *wait, char *out, size_t size)
{
    out[0] = '\0';
    if (wait->machine)
        snprintf(out, size, "\"%s\": ", wait->machine->name);
    return out;
}

static enum vmx_vi_status
tell_error(struct wait *wait)
{
    const struct vi_LocalizedMethodFault *error = wait->task_view.info_error;
    struct vx_str type = VX_STR("");
    char name[200];

    if (error && error->fault)
        type = error->fault->is.wire;
    vi_note_fault(wait->vi, type);
    return vi_fail(wait->vi, VMX_VI_ERR_FAULT, "%s%s%s%s",
                   head(wait, name, sizeof(name)), vi_c(type), type.n ? ": " : "",
                   error && error->localizedMessage.n ? error->localizedMessage.s
                                                      : "the task failed");
}

/* Has it ended?  Then *ret is how. */
static bool
has_ended(struct wait *wait, enum vmx_vi_status *ret)
{
    char name[200];

    switch (wait->task_view.info_state.value) {
    case VI_TaskInfoState_success:
        *ret = vi_well(wait->vi);
        return true;
    case VI_TaskInfoState_error:
        *ret = tell_error(wait);
        return true;
    default:
        break;
    }
    *ret = settle(wait);
    if (*ret != VMX_VI_OK)
        return true;
    if (left_ms(wait))
        return false;
    *ret = vi_fail(wait->vi, VMX_VI_ERR_TIMEOUT,
                   "%sthe task %s did not end in time and goes on without us",
                   head(wait, name, sizeof(name)), wait->task.value.s);
    return true;
}

/* The pieces of what was seen end with the arena; a task's state does not. */
static void
forget_pieces(struct wait *wait)
{
    wait->task_view.info_error = NULL;
    wait->machine_view.runtime_question = NULL;
}

static enum vmx_vi_status
look(struct wait *wait, struct vx_arena *arena)
{
    enum vmx_vi_status status = VMX_VI_OK;

    if (wait->collector.value.s)
        status = look_by_filter(wait, arena);
    if (is_over(wait, status))
        forget_filter(wait);
    return wait->collector.value.s ? status : look_by_asking(wait, arena);
}

static enum vmx_vi_status
watch(struct wait *wait)
{
    enum vmx_vi_status status = VMX_VI_OK;
    bool ended = false;

    while (!ended) {
        struct vx_arena arena;

        vx_arena_init(&arena, VI_MEMORY_MAX);
        status = look(wait, &arena);
        ended = status != VMX_VI_OK || has_ended(wait, &status);
        forget_pieces(wait);
        vx_arena_done(&arena);
    }
    return status;
}

/* ---- the filter ------------------------------------------------------------------ */

static enum vmx_vi_status
create_filter(struct wait *wait, struct vx_arena *arena)
{
    static const enum vi_id views[] = {VI_TaskProgress, VI_MachineQuestion};
    struct vi_query queries[] = {
        {.from = wait->task, .views = &views[0], .view_count = 1},
        {.views = &views[1], .view_count = 1},
    };
    struct vi_PropertyFilterSpec *spec = vi_filter_spec(&queries[0], arena), *other;
    struct vi_CreateFilter call = {
        .is.type = &vi_types[VI_CreateFilter],
        .spec = spec,
        .partialUpdates = {0, true},
    };

    if (spec && wait->machine == NULL)
        return vi_call(wait->vi, wait->collector, &call, arena, NULL);
    if (wait->machine)
        queries[1].from = vi_machine_ref(wait->machine);
    other = vi_filter_spec(&queries[1], arena);
    if (!spec || !other)
        return vi_fail(wait->vi, VMX_VI_ERR_NOMEM, "out of memory");
    {
        struct vi_PropertySpec *properties[] = {spec->propSet.at[0],
                                                other->propSet.at[0]};
        struct vi_ObjectSpec *objects[] = {spec->objectSet.at[0],
                                           other->objectSet.at[0]};

        spec->propSet.at = properties;
        spec->objectSet.at = objects;
        spec->propSet.count = spec->objectSet.count = 2;
        return vi_call(wait->vi, wait->collector, &call, arena, NULL);
    }
}

/* A collector of its own: what others wait for does not wake this one. */
static enum vmx_vi_status
open_filter(struct wait *wait, struct vx_arena *arena)
{
    struct vi_CreatePropertyCollector call = {
        .is.type = &vi_types[VI_CreatePropertyCollector],
    };
    enum vmx_vi_status status;
    void *ref;

    if (wait->vi->version && wait->vi->version < 401)
        return VMX_VI_OK;
    status =
        vi_call(wait->vi, wait->vi->content->propertyCollector, &call, arena, &ref);
    if (status != VMX_VI_OK)
        return status;
    wait->collector = *(struct vi_ref *)ref;
    return create_filter(wait, arena);
}

/* With it its filters end.  What the wait has told stays. */
static void
close_filter(struct wait *wait, struct vx_arena *arena)
{
    struct vi_DestroyPropertyCollector call = {
        .is.type = &vi_types[VI_DestroyPropertyCollector],
    };
    struct vmx_vi *vi = wait->vi;
    struct vx_buf message = vi->message;
    char fault[sizeof(vi->fault_text)];

    if (wait->collector.value.s == NULL)
        return;
    memcpy(fault, vi->fault.n ? vi->fault_text : "", vi->fault.n);
    fault[vi->fault.n] = '\0';
    vi->message = VX_BUF(4096);
    vi_call_within(vi, wait->collector, &call, VI_LOGOUT_MS, arena, NULL);
    vx_buf_done(&vi->message);
    vi->message = message;
    vi_note_fault(vi, vx_str_c(fault));
}

enum vmx_vi_status
vi_task_wait(struct vmx_vi *vi, const struct vmx_vi_machine *machine,
             struct vi_ref task, const struct vmx_vi_run *run)
{
    struct wait wait = {
        .vi = vi,
        .machine = machine,
        .run = run,
        .task = task,
        .deadline = vi_now_ms() + (run->wait_ms ? run->wait_ms : VI_WAIT_MS),
        .task_view.is.type = &vi_types[VI_TaskProgress],
        .machine_view.is.type = &vi_types[VI_MachineQuestion],
    };
    enum vmx_vi_status status;
    struct vx_arena arena;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = open_filter(&wait, &arena);
    if (is_over(&wait, status)) {
        forget_filter(&wait);
        status = VMX_VI_OK;
    }
    if (status == VMX_VI_OK)
        status = watch(&wait);
    close_filter(&wait, &arena);
    vx_arena_done(&arena);
    return status;
}
