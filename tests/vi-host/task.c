/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "task.h"

#include <stdlib.h>
#include <time.h>

#include "count.h"

enum {
    TICK_MS = 5,
    RECENT_MAX = 20, /* that a host and a machine remember */
};

uint64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- what a task tells ----------------------------------------------------------- */

static const char *
state_of(const struct task *task)
{
    if (task->ended)
        return task->fault ? "error" : "success";
    return task->running ? "running" : "queued";
}

static void
put_error(struct vx_buf *out, const struct task *task)
{
    vx_buf_printf(out, "<fault xsi:type=\"%s\"></fault><localizedMessage>",
                  task->fault);
    if (task->cancelled)
        vx_buf_lit(out, "The task was canceled by a user.");
    else
        vx_buf_printf(out, "The operation failed: %s.", task->fault);
    vx_buf_lit(out, "</localizedMessage>");
}

static void
put_entity(struct vx_buf *out, const struct task *task)
{
    if (task->machine == NULL)
        return;
    vx_buf_lit(out, "<entity type=\"VirtualMachine\">");
    put_escaped(out, task->machine->object->ref);
    vx_buf_lit(out, "</entity><entityName>");
    vx_buf_str(out, vx_str_c(prop_text(task->machine->object, "name")));
    vx_buf_lit(out, "</entityName>");
}

static void
put_info(struct vx_buf *out, const struct task *task)
{
    vx_buf_printf(out, "<key>%s</key><task type=\"Task\">%s</task><name>%s</name>",
                  task->object->ref, task->object->ref, task->method);
    vx_buf_printf(out, "<descriptionId>vim.%s</descriptionId>", task->method);
    put_entity(out, task);
    vx_buf_printf(out,
                  "<state>%s</state><cancelled>%s</cancelled>"
                  "<cancelable>%s</cancelable>",
                  state_of(task), task->cancelled ? "true" : "false",
                  task->cancelable ? "true" : "false");
    if (task->ended && task->fault) {
        vx_buf_lit(out, "<error>");
        put_error(out, task);
        vx_buf_lit(out, "</error>");
    }
    if (task->ended && task->result)
        vx_buf_str(out, vx_str_c(task->result));
    if (!task->ended && task->running && task->ms)
        vx_buf_printf(out, "<progress>%llu</progress>",
                      (unsigned long long)(task->elapsed * 100 / task->ms));
    vx_buf_lit(out, "<reason xsi:type=\"TaskReasonUser\"><userName>root</userName>"
                    "</reason><queueTime>2026-01-02T03:04:05.000000Z</queueTime>"
                    "<eventChainId>1</eventChainId>");
}

static void
tell(struct world *world, struct task *task)
{
    struct vx_buf info = VX_BUF(TEXT_MAX), error = VX_BUF(TEXT_MAX);

    put_info(&info, task);
    vx_buf_char(&info, '\0');
    set_xml(world, task->object, "info", "TaskInfo", must(info.data));
    set_xml(world, task->object, "info.state", "TaskInfoState", state_of(task));
    set_bool(world, task->object, "info.cancelable", task->cancelable);
    set_bool(world, task->object, "info.cancelled", task->cancelled);
    if (task->ended && task->fault) {
        put_error(&error, task);
        vx_buf_char(&error, '\0');
        set_xml(world, task->object, "info.error", "LocalizedMethodFault",
                must(error.data));
    }
    vx_buf_done(&info);
    vx_buf_done(&error);
}

/* ---- questions ------------------------------------------------------------------- */

void
question_free(struct question *question)
{
    if (question == NULL)
        return;
    for (size_t i = 0; i < question->count; i++) {
        free(question->choices[i].key);
        free(question->choices[i].label);
        free(question->choices[i].fault);
    }
    free(question->id);
    free(question->text);
    free(question->message);
    free(question);
}

static void
put_choice(struct vx_buf *out, const struct choice *choice)
{
    vx_buf_lit(out, "<choiceInfo xsi:type=\"ElementDescription\">");
    put_element(out, "label", choice->label);
    put_element(out, "summary", choice->label);
    put_element(out, "key", choice->key);
    vx_buf_lit(out, "</choiceInfo>");
}

void
question_ask(struct world *world, struct machine *machine, struct question *question)
{
    struct vx_buf xml = VX_BUF(TEXT_MAX);

    put_element(&xml, "id", question->id);
    put_element(&xml, "text", question->text);
    vx_buf_lit(&xml, "<choice>");
    for (size_t i = 0; i < question->count; i++)
        put_choice(&xml, &question->choices[i]);
    if (question->preset >= 0)
        vx_buf_printf(&xml, "<defaultIndex>%d</defaultIndex>", question->preset);
    vx_buf_lit(&xml, "</choice>");
    if (question->message) {
        vx_buf_lit(&xml, "<message>");
        put_element(&xml, "id", question->message);
        put_element(&xml, "text", question->text);
        vx_buf_lit(&xml, "</message>");
    }
    vx_buf_char(&xml, '\0');
    machine->current = question;
    set_xml(world, machine->object, "runtime.question", "VirtualMachineQuestionInfo",
            must(xml.data));
    vx_buf_done(&xml);
    count_up(world, "questions");
}

/* The task that runs on the machine; what waits behind it does not count. */
static struct task *
runs_on(const struct world *world, const struct machine *machine)
{
    for (struct task *task = world->queue->first; task; task = task->next)
        if (task->machine == machine && !task->ended)
            return task;
    return NULL;
}

static void
stop_asking(struct world *world, struct machine *machine)
{
    question_free(machine->current);
    machine->current = NULL;
    unset(world, machine->object, "runtime.question");
}

const char *
question_answer(struct world *world, struct machine *machine, const char *id,
                const char *key)
{
    struct question *question = machine->current;
    struct task *task = runs_on(world, machine);
    const struct choice *choice = NULL;

    if (question == NULL || strcmp(question->id, id) != 0)
        return "InvalidArgument";
    for (size_t i = 0; i < question->count; i++)
        if (strcmp(question->choices[i].key, key) == 0)
            choice = &question->choices[i];
    if (choice == NULL)
        return "InvalidArgument";
    count_log(world, "answer %s %s %s", prop_text(machine->object, "name"), id,
              choice->label);
    if (task && choice->fault) {
        free(task->fault);
        task->fault = text_of("%s", choice->fault);
        task->elapsed = task->ms;
    }
    stop_asking(world, machine);
    return NULL;
}

/* ---- how a task goes ------------------------------------------------------------- */

static void
end(struct world *world, struct task *task)
{
    const char *fault = NULL;

    if (!task->fault && task->work)
        fault = task->work(world, task);
    if (fault)
        task->fault = text_of("%s", fault);
    task->ended = true;
    tell(world, task);
    count_log(world, "ended %s %s %s", task->method,
              task->machine ? prop_text(task->machine->object, "name") : "-",
              task->fault ? task->fault : "success");
}

/* Asks what is due; true when the machine asks something. */
static bool
asks(struct world *world, struct task *task)
{
    struct machine *machine = task->machine;
    struct question *question;

    if (machine == NULL || machine->current)
        return machine != NULL;
    question = machine->coming;
    if (question == NULL || question->at_ms > task->elapsed || task->fault)
        return false;
    machine->coming = question->next;
    question_ask(world, machine, question);
    return true;
}

/* Tasks of one machine go one after the other. */
static void
go_on(struct world *world, struct task *task, uint64_t ms)
{
    if (task->machine && runs_on(world, task->machine) != task)
        return;
    if (!task->running) {
        task->running = true;
        tell(world, task);
    }
    if (asks(world, task))
        return;
    task->elapsed += ms;
    if (asks(world, task))
        return;
    if (task->elapsed >= task->ms
        && !(task->machine && task->machine->coming && !task->fault))
        end(world, task);
}

static bool
tick(struct world *world)
{
    uint64_t now = now_ms(), ms = now - world->queue->now;
    bool more = false;

    world->queue->now = now;
    for (struct task *task = world->queue->first; task; task = task->next) {
        if (!task->ended)
            go_on(world, task, ms);
        more |= !task->ended;
    }
    return more;
}

static void *
clock_run(void *data)
{
    struct world *world = data;

    lock(world);
    while (!world->stopping) {
        struct timespec until;
        bool more = tick(world);

        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += (more ? TICK_MS : 100) * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        if (more) {
            unlock(world);
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
            lock(world);
        } else {
            pthread_cond_timedwait(&world->news, &world->lock, &until);
            world->queue->now = now_ms();
        }
    }
    unlock(world);
    return NULL;
}

static struct habit *
habit_of(const struct world *world, const char *method)
{
    struct habit *usual = NULL;

    for (struct habit *habit = world->queue->habits; habit; habit = habit->next) {
        if (strcmp(habit->method, method) == 0)
            return habit;
        if (strcmp(habit->method, "*") == 0 && usual == NULL)
            usual = habit;
    }
    return usual;
}

static void
habit_forget(struct world *world, struct habit *habit)
{
    struct habit **at = &world->queue->habits;

    while (*at != habit)
        at = &(*at)->next;
    *at = habit->next;
    free(habit->method);
    free(habit->fault);
    free(habit);
}

void
task_habit(struct world *world, const struct habit *habit)
{
    struct habit *copy = must(malloc(sizeof(*copy)));
    struct habit *old = world->queue->habits;

    while (old && strcmp(old->method, habit->method) != 0)
        old = old->next;
    if (old)
        habit_forget(world, old);
    *copy = *habit;
    copy->method = text_of("%s", habit->method);
    copy->fault = habit->fault ? text_of("%s", habit->fault) : NULL;
    copy->next = world->queue->habits;
    world->queue->habits = copy;
}

static void
take_habit(struct world *world, struct task *task)
{
    struct habit *habit = habit_of(world, task->method);

    task->cancelable = true;
    if (habit == NULL)
        return;
    task->ms = habit->ms;
    task->cancelable = !habit->is_fixed;
    task->fault = habit->fault ? text_of("%s", habit->fault) : NULL;
    if (habit->once)
        habit_forget(world, habit);
}

static void
remember(struct world *world, struct object *object, struct object *task)
{
    struct prop *recent;

    add_ref(world, object, "recentTask", task);
    recent = prop_get(object, "recentTask");
    if (recent->ref_count > RECENT_MAX)
        drop_ref(world, object, "recentTask", recent->refs[0]);
}

struct task *
task_start(struct world *world, struct machine *machine, const char *method,
           const char *(*work)(struct world *, struct task *))
{
    struct task *task = must(calloc(1, sizeof(*task)));
    struct task **last = &world->queue->first;
    char *ref =
        text_of("%s-%u", world->is_vcenter ? "task" : "haTask", world->next_ref++);

    while (*last)
        last = &(*last)->next;
    *last = task;
    task->machine = machine;
    task->method = text_of("%s", method);
    task->work = work;
    take_habit(world, task);
    task->object = object_new(world, "Task", ref);
    free(ref);
    task->object->task = task;
    tell(world, task);
    count_up(world, "tasks");
    count_log(world, "task %s %s", method,
              machine ? prop_text(machine->object, "name") : "-");
    if (machine)
        remember(world, machine->object, task->object);
    remember(world, world->tasks, task->object);
    if (machine && machine->coming && machine->coming->at_ms == 0)
        go_on(world, task, 0);
    return task;
}

const char *
task_cancel(struct world *world, struct task *task)
{
    if (task->ended)
        return "InvalidState";
    if (!task->cancelable)
        return "NotSupported";
    free(task->fault);
    task->fault = text_of("RequestCanceled");
    task->cancelled = true;
    count_log(world, "cancelled %s %s", task->method,
              task->machine ? prop_text(task->machine->object, "name") : "-");
    if (task->machine && task->machine->current
        && runs_on(world, task->machine) == task)
        stop_asking(world, task->machine);
    end(world, task);
    return NULL;
}

static void
forget_recent(struct world *world, struct object *object)
{
    const struct prop *recent = prop_get(object, "recentTask");

    while (recent && recent->ref_count)
        drop_ref(world, object, "recentTask", recent->refs[0]);
}

void
tasks_forget(struct world *world)
{
    for (struct task *task = world->queue->first; task; task = task->next) {
        if (task->ended)
            continue;
        task->ended = true;
        task->cancelled = true;
        free(task->fault);
        task->fault = text_of("RequestCanceled");
        tell(world, task);
    }
    forget_recent(world, world->tasks);
    for (struct machine *machine = world->machines; machine; machine = machine->next) {
        forget_recent(world, machine->object);
        if (machine->current)
            stop_asking(world, machine);
        while (machine->coming) {
            struct question *question = machine->coming;

            machine->coming = question->next;
            question_free(question);
        }
    }
}

/* ---- begin and end --------------------------------------------------------------- */

void
tasks_begin(struct world *world)
{
    world->queue->now = now_ms();
    world->queue->ticks =
        pthread_create(&world->queue->clock, NULL, clock_run, world) == 0;
}

void
tasks_done(struct world *world)
{
    if (world->queue->ticks)
        pthread_join(world->queue->clock, NULL);
    while (world->queue->habits)
        habit_forget(world, world->queue->habits);
    while (world->queue->first) {
        struct task *task = world->queue->first;

        world->queue->first = task->next;
        for (size_t i = 0; i < VX_COUNT(task->args); i++)
            free(task->args[i]);
        free(task->method);
        free(task->fault);
        free(task->result);
        free(task);
    }
}
