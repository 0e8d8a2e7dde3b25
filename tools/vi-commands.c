/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands of vmx-vi. */
#include <stdlib.h>
#include <unistd.h>

#include "cli-report.h"
#include "vi.h"

#include "base/banned.h"

void
vi_results(struct vi_job *job)
{
    cli_flush(job->cli);
    cli_look_at(job->cli, STDOUT_FILENO);
}

void
vi_messages(struct vi_job *job)
{
    cli_flush(job->cli);
    cli_look_at(job->cli, STDERR_FILENO);
}

enum cli_exit
vi_failed(struct vi_job *job, const char *what, enum vmx_vi_status status)
{
    return vi_failed_as(job, what, status, vmx_vi_message(job->vi));
}

enum cli_exit
vi_failed_as(struct vi_job *job, const char *what, enum vmx_vi_status status,
             const char *message)
{
    const char *pin = vmx_vi_seen_pin(job->vi);

    vi_messages(job);
    cli_failure(job->cli, what, message);
    if (status == VMX_VI_ERR_TRUST && pin[0]) {
        vx_buf_printf(&job->cli->out,
                      "The key of the host has the fingerprint %s.\n"
                      "If you know that to be its key, --pin=%s accepts it.\n",
                      pin, pin);
    }
    cli_flush(job->cli);
    switch (status) {
    case VMX_VI_ERR_CONNECT:
    case VMX_VI_ERR_TRUST:
    case VMX_VI_ERR_LOGIN:
    case VMX_VI_ERR_URI:
    case VMX_VI_ERR_NOMEM:
    case VMX_VI_ERR_STOPPED:
        return CLI_TROUBLE;
    default:
        return CLI_FOUND;
    }
}

enum cli_exit
vi_need_list(struct vi_job *job)
{
    enum vmx_vi_status status;

    if (job->list)
        return CLI_GO_ON;
    status = vmx_vi_list(job->vi, &job->list);
    return status == VMX_VI_OK ? CLI_GO_ON
                               : vi_failed(job, vmx_vi_host_name(job->vi), status);
}

/* ---- list, show, host ------------------------------------------------------------ */

static void
json_machine(struct cli *cli, const struct vmx_vi_machine *machine)
{
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "ref", machine->ref);
    cli_json_text(cli, "name", machine->name);
    cli_json_text(cli, "uuid", machine->uuid);
    cli_json_text(cli, "state", machine->state);
    cli_json_text(cli, "connection", machine->connection);
    cli_json_text(cli, "path", machine->path);
    cli_json_text(cli, "place", machine->place);
    cli_json_bool(cli, "question", machine->asks);
    cli_json_bool(cli, "template", machine->is_template);
    cli_json_end(cli, '}');
}

/* State, UUID, name and path, in columns; what is odd in the end. */
static void
put_machine(struct cli *cli, const struct vmx_vi_machine *machine)
{
    vx_buf_printf(&cli->out, "%-11.40s  %-36.40s  ",
                  machine->state[0] ? machine->state : "?",
                  machine->uuid[0] ? machine->uuid : "-");
    cli_put_safe(cli, machine->name[0] ? machine->name : machine->ref);
    vx_buf_lit(&cli->out, "  ");
    cli_put_safe(cli, machine->path);
    if (machine->connection[0] && strcmp(machine->connection, "connected") != 0) {
        vx_buf_lit(&cli->out, "  (");
        cli_put_safe(cli, machine->connection);
        vx_buf_char(&cli->out, ')');
    }
    if (machine->is_template)
        vx_buf_lit(&cli->out, "  (template)");
    if (machine->asks)
        vx_buf_lit(&cli->out, "  (a question is pending)");
    vx_buf_char(&cli->out, '\n');
}

static enum cli_exit
list(struct vi_job *job)
{
    const bool json = job->options->format == CLI_FORMAT_JSON;
    enum cli_exit status = vi_need_list(job);

    if (status != CLI_GO_ON)
        return status;
    vi_results(job);
    if (json)
        cli_json_begin(job->cli, NULL, '[');
    for (size_t i = 0; i < vmx_vi_list_count(job->list); i++) {
        if (json)
            json_machine(job->cli, vmx_vi_list_get(job->list, i));
        else
            put_machine(job->cli, vmx_vi_list_get(job->list, i));
        cli_flush_if_full(job->cli);
    }
    if (json)
        cli_json_end(job->cli, ']');
    return CLI_WELL;
}

static void
put_fact(void *data, const char *name, const char *value)
{
    struct vi_job *job = data;

    if (job->options->format == CLI_FORMAT_JSON) {
        cli_json_text(job->cli, name, value);
        return;
    }
    vx_buf_printf(&job->cli->out, "%-36s ", name);
    cli_put_safe(job->cli, value);
    vx_buf_char(&job->cli->out, '\n');
}

static enum cli_exit
show_machine(struct vi_job *job, const struct vmx_vi_machine *machine)
{
    const bool json = job->options->format == CLI_FORMAT_JSON;
    enum vmx_vi_status status;

    vi_results(job);
    if (json)
        cli_json_begin(job->cli, NULL, '{');
    put_fact(job, "ref", machine->ref);
    status = vmx_vi_show(job->vi, machine, put_fact, job);
    if (json)
        cli_json_end(job->cli, '}');
    return status == VMX_VI_OK ? CLI_WELL : vi_failed(job, machine->name, status);
}

static enum cli_exit
show(struct vi_job *job)
{
    return vi_each_machine(job, job->args, job->count, show_machine);
}

/* A vCenter has many hosts, each of which begins with its object. */
static void
put_host_fact(void *data, const char *name, const char *value)
{
    struct vi_job *job = data;

    if (strcmp(name, "ref") == 0 && job->options->format == CLI_FORMAT_JSON) {
        cli_json_end(job->cli, '}');
        cli_json_begin(job->cli, NULL, '{');
    }
    put_fact(data, name, value);
}

static enum cli_exit
host(struct vi_job *job)
{
    const bool json = job->options->format == CLI_FORMAT_JSON;
    enum vmx_vi_status status;

    vi_results(job);
    if (json) {
        cli_json_begin(job->cli, NULL, '[');
        cli_json_begin(job->cli, NULL, '{');
    }
    status = vmx_vi_hosts(job->vi, put_host_fact, job);
    if (json) {
        cli_json_end(job->cli, '}');
        cli_json_end(job->cli, ']');
    }
    return status == VMX_VI_OK ? CLI_WELL
                               : vi_failed(job, vmx_vi_host_name(job->vi), status);
}

/* ---- power ----------------------------------------------------------------------- */

static const char *const powers[] = {
    [VMX_VI_POWER_ON] = "on",
    [VMX_VI_POWER_OFF] = "off",
    [VMX_VI_POWER_SHUTDOWN] = "shutdown",
    [VMX_VI_POWER_REBOOT] = "reboot",
    [VMX_VI_POWER_RESET] = "reset",
    [VMX_VI_POWER_SUSPEND] = "suspend",
    [VMX_VI_POWER_RESUME] = "resume",
};

static int
power_of(const char *word)
{
    for (size_t i = 0; i < VX_COUNT(powers); i++)
        if (strcmp(word, powers[i]) == 0)
            return (int)i;
    return -1;
}

static void
put_power(struct vi_job *job, const struct vi_item *item, const char *result)
{
    const bool json = job->options->format == CLI_FORMAT_JSON;

    vi_results(job);
    if (json) {
        cli_json_begin(job->cli, NULL, '{');
        cli_json_text(job->cli, "ref", item->machine->ref);
        cli_json_text(job->cli, "name", item->machine->name);
        cli_json_text(job->cli, "result", result);
        cli_json_text(job->cli, "error", item->message);
        cli_json_end(job->cli, '}');
    } else if (!job->options->quiet) {
        cli_put_safe(job->cli, item->machine->name);
        vx_buf_printf(&job->cli->out, ": %s: %s\n", job->power, result);
    }
    cli_flush(job->cli);
}

static enum vmx_vi_status
power_machine(struct vi_job *job, struct vmx_vi *vi, struct vi_item *item)
{
    const struct vmx_vi_run run = {
        .size = sizeof(run),
        .wait_ms = job->options->wait ? job->options->wait * 1000 : 0,
        .decide = vi_decide,
        .data = job,
        .wait_for_guest = job->options->wait > 0,
    };

    return vmx_vi_power(vi, item->machine, (enum vmx_vi_power)power_of(job->power),
                        &run, &item->changed);
}

static enum cli_exit
tell_power(struct vi_job *job, struct vi_item *item)
{
    put_power(job, item,
              item->status != VMX_VI_OK ? "failed"
              : item->changed           ? "done"
                                        : "was so already");
    return item->status == VMX_VI_OK
               ? CLI_WELL
               : vi_failed_as(job, item->machine->name, item->status, item->message);
}

static enum cli_exit
power(struct vi_job *job)
{
    job->power = job->args[0];
    if (power_of(job->power) < 0)
        return cli_usage(job->cli,
                         "power: \"%s\" is none of on, off, shutdown, reboot, "
                         "reset, suspend, resume",
                         job->power);
    if (job->options->wait > UINT32_MAX / 1000)
        return cli_usage(job->cli, "--wait: that is more than a month");
    return vi_many_machines(job, job->args + 1, job->count - 1, power_machine,
                            tell_power);
}

/* ---- questions ------------------------------------------------------------------- */

static void
put_question(struct vi_job *job, const struct vmx_vi_question *question)
{
    struct cli *cli = job->cli;

    cli_put_safe(cli, question->machine);
    vx_buf_lit(&cli->out, ": ");
    cli_put_safe(cli, question->text);
    vx_buf_char(&cli->out, '\n');
    for (size_t i = 0; i < question->choice_count; i++) {
        vx_buf_lit(&cli->out, "  ");
        cli_put_safe(cli, question->choices[i].key);
        vx_buf_lit(&cli->out, "  ");
        cli_put_safe(cli, question->choices[i].label);
        if ((int)i == question->default_choice)
            vx_buf_lit(&cli->out, "  (default)");
        vx_buf_char(&cli->out, '\n');
    }
}

static void
json_question(struct vi_job *job, const struct vmx_vi_question *question)
{
    struct cli *cli = job->cli;

    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "machine", question->machine);
    cli_json_text(cli, "id", question->id);
    cli_json_text(cli, "message", question->message_id);
    cli_json_text(cli, "text", question->text);
    cli_json_begin(cli, "choices", '[');
    for (size_t i = 0; i < question->choice_count; i++) {
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "key", question->choices[i].key);
        cli_json_text(cli, "label", question->choices[i].label);
        cli_json_bool(cli, "default", (int)i == question->default_choice);
        cli_json_end(cli, '}');
    }
    cli_json_end(cli, ']');
    cli_json_end(cli, '}');
}

/* Shows it and answers nothing. */
static int
show_question(void *data, const struct vmx_vi_question *question)
{
    struct vi_job *job = data;

    vi_results(job);
    if (job->options->format == CLI_FORMAT_JSON)
        json_question(job, question);
    else
        put_question(job, question);
    cli_flush(job->cli);
    return -1;
}

static enum cli_exit
question_list(struct vi_job *job)
{
    enum cli_exit worst = CLI_WELL, status = vi_need_list(job);
    int asked = 0;

    if (status != CLI_GO_ON)
        return status;
    for (size_t i = 0; i < vmx_vi_list_count(job->list); i++) {
        const struct vmx_vi_machine *machine = vmx_vi_list_get(job->list, i);
        enum vmx_vi_status got;

        if (!machine->asks)
            continue;
        got = vmx_vi_answer(job->vi, machine, show_question, job, &asked);
        if (got != VMX_VI_OK && got != VMX_VI_ERR_QUESTION)
            worst = vi_failed(job, machine->name, got);
    }
    return worst;
}

/* By key, by label, or without a choice by --answers and --auto-answer. */
static int
choose(void *data, const struct vmx_vi_question *question)
{
    const struct vi_job *job = data;

    if (job->count < 3)
        return vi_decide(data, question);
    for (size_t i = 0; i < question->choice_count; i++)
        if (strcmp(question->choices[i].key, job->args[2]) == 0
            || strcmp(question->choices[i].label, job->args[2]) == 0)
            return (int)i;
    return -1;
}

static enum cli_exit
answer_machine(struct vi_job *job, const struct vmx_vi_machine *machine)
{
    int asked = 0;
    enum vmx_vi_status status = vmx_vi_answer(job->vi, machine, choose, job, &asked);

    if (status != VMX_VI_OK)
        return vi_failed(job, machine->name, status);
    if (asked)
        return CLI_WELL;
    vi_messages(job);
    cli_failure(job->cli, machine->name, "it asks nothing");
    return CLI_FOUND;
}

static enum cli_exit
question(struct vi_job *job)
{
    if (strcmp(job->args[0], "list") == 0 && job->count == 1)
        return question_list(job);
    if (strcmp(job->args[0], "answer") != 0 || job->count < 2 || job->options->all)
        return cli_usage(job->cli, "question: expected list, or answer VM [CHOICE]");
    return vi_each_machine(job, job->args + 1, 1, answer_machine);
}

/* ---- tasks ----------------------------------------------------------------------- */

static void
put_task(void *data, const struct vmx_vi_task *task)
{
    struct vi_job *job = data;
    struct cli *cli = job->cli;

    if (job->options->format == CLI_FORMAT_JSON) {
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "ref", task->ref);
        cli_json_text(cli, "name", task->name);
        cli_json_text(cli, "entity", task->entity);
        cli_json_text(cli, "state", task->state);
        cli_json_bool(cli, "cancelable", task->cancelable);
        cli_json_text(cli, "error", task->error);
        cli_json_end(cli, '}');
        return;
    }
    vx_buf_printf(&cli->out, "%-10.40s  ", task->state);
    cli_put_safe(cli, task->ref);
    vx_buf_lit(&cli->out, "  ");
    cli_put_safe(cli, task->name);
    vx_buf_lit(&cli->out, "  ");
    cli_put_safe(cli, task->entity);
    if (task->progress >= 0)
        vx_buf_printf(&cli->out, "  %d%%", task->progress);
    if (task->error[0]) {
        vx_buf_lit(&cli->out, "  ");
        cli_put_safe(cli, task->error);
    }
    vx_buf_char(&cli->out, '\n');
}

static enum cli_exit
task(struct vi_job *job)
{
    const bool json = job->options->format == CLI_FORMAT_JSON;
    enum vmx_vi_status status;

    if (strcmp(job->args[0], "cancel") == 0 && job->count == 2) {
        status = vmx_vi_cancel(job->vi, job->args[1]);
        return status == VMX_VI_OK ? CLI_WELL : vi_failed(job, job->args[1], status);
    }
    if (strcmp(job->args[0], "list") != 0 || job->count != 1)
        return cli_usage(job->cli, "task: expected list, or cancel TASK");
    vi_results(job);
    if (json)
        cli_json_begin(job->cli, NULL, '[');
    status = vmx_vi_tasks(job->vi, put_task, job);
    if (json)
        cli_json_end(job->cli, ']');
    return status == VMX_VI_OK ? CLI_WELL
                               : vi_failed(job, vmx_vi_host_name(job->vi), status);
}

/* ---- the table ------------------------------------------------------------------- */

static const struct vi_command commands[] = {
    {"list", 0, 0, list},       {"show", 0, -1, show},   {"host", 0, 0, host},
    {"fetch", 0, -1, vi_fetch}, {"power", 1, -1, power}, {"question", 1, 3, question},
    {"task", 1, 2, task},       {"cp", 2, 2, vi_cp},     {"push", 1, 2, vi_push},
};

const struct vi_command *
vi_command_find(const char *word)
{
    for (size_t i = 0; i < VX_COUNT(commands); i++)
        if (strcmp(word, commands[i].word) == 0)
            return &commands[i];
    return NULL;
}
