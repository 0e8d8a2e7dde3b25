/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that the command line names: one after the other, or by several threads. */
#include <stdio.h>

#include "batch.h"
#include "vi.h"

#include "base/banned.h"

enum {
    JOBS = 4,
    JOBS_MAX = 16, /* a vCenter counts its sessions */
};

static const struct vmx_vi_machine *
next_machine(struct vi_job *job, char **names, size_t i, enum cli_exit *ret)
{
    const struct vmx_vi_machine *machine = NULL;
    enum vmx_vi_status status;

    if (job->options->all)
        return vmx_vi_list_get(job->list, i);
    status = vmx_vi_find(job->vi, job->list, names[i], &machine);
    if (status != VMX_VI_OK)
        *ret = vi_failed(job, names[i], status);
    return machine;
}

enum cli_exit
vi_each_machine(struct vi_job *job, char **names, int count,
                enum cli_exit (*each)(struct vi_job *job,
                                      const struct vmx_vi_machine *))
{
    enum cli_exit worst = CLI_WELL, status;
    size_t all;

    if (job->options->all == (count > 0))
        return cli_usage(job->cli, "name machines, or say --all");
    status = vi_need_list(job);
    if (status != CLI_GO_ON)
        return status;
    all = job->options->all ? vmx_vi_list_count(job->list) : (size_t)count;
    for (size_t i = 0; i < all && !vi_was_stopped(NULL); i++) {
        const struct vmx_vi_machine *machine;

        status = CLI_WELL;
        machine = next_machine(job, names, i, &status);
        if (machine && !(job->options->all && machine->is_template))
            status = each(job, machine);
        if (status > worst)
            worst = status;
    }
    return vi_was_stopped(NULL) ? CLI_TROUBLE : worst;
}

/* ---- several threads ------------------------------------------------------------- */

struct many {
    struct vi_job *job;
    char **names;
    size_t at, all;
    enum vmx_vi_status (*work)(struct vi_job *, struct vmx_vi *, struct vi_item *);
    enum cli_exit (*deliver)(struct vi_job *, struct vi_item *);
    struct vmx_vi *sessions[JOBS_MAX]; /* by worker; of one alone it is the job's */
    enum cli_exit worst;
};

static void
note(struct vi_item *item, enum vmx_vi_status status, const char *message)
{
    item->status = status;
    snprintf(item->message, sizeof(item->message), "%s", message);
}

static bool
next(void *context, void *slot)
{
    struct many *many = context;
    struct vi_job *job = many->job;
    struct vi_item *item = slot;
    enum vmx_vi_status status;

    do {
        if (many->at == many->all || vi_was_stopped(NULL))
            return false;
        item->machine = NULL;
        note(item, VMX_VI_OK, "");
        item->changed = 0;
        if (job->options->all) {
            item->machine = vmx_vi_list_get(job->list, many->at++);
            continue;
        }
        item->name = many->names[many->at++];
        status = vmx_vi_find(job->vi, job->list, item->name, &item->machine);
        if (status != VMX_VI_OK)
            note(item, status, vmx_vi_message(job->vi));
    } while (item->machine && job->options->all && item->machine->is_template);
    return true;
}

static void
work(void *context, void *slot, unsigned worker)
{
    struct many *many = context;
    struct vi_item *item = slot;
    struct vmx_vi **session = &many->sessions[worker];
    enum vmx_vi_status status;

    if (item->machine == NULL)
        return;
    if (*session == NULL)
        *session = vmx_vi_dup(many->job->vi);
    if (*session == NULL) {
        note(item, VMX_VI_ERR_NOMEM, "out of memory");
        return;
    }
    status = vmx_vi_login(*session); /* the first time */
    if (status == VMX_VI_OK)
        status = many->work(many->job, *session, item);
    note(item, status, vmx_vi_message(*session));
}

static bool
deliver(void *context, void *slot)
{
    struct many *many = context;
    struct vi_item *item = slot;
    enum cli_exit status = item->machine ? many->deliver(many->job, item)
                                         : vi_failed_as(many->job, item->name,
                                                        item->status, item->message);

    if (status > many->worst)
        many->worst = status;
    return true;
}

static void
drop(void *slot)
{
    struct vi_item *item = slot;

    if (item->own)
        item->drop(item->own);
}

static unsigned
jobs_for(const struct many *many)
{
    unsigned jobs = many->job->options->jobs ? many->job->options->jobs : JOBS;

    if (jobs > JOBS_MAX)
        jobs = JOBS_MAX;
    return jobs < many->all ? jobs : many->all ? (unsigned)many->all : 1;
}

static enum cli_exit
run_many(struct many *many)
{
    const struct batch batch = {
        .jobs = jobs_for(many),
        .slot_size = sizeof(struct vi_item),
        .context = many,
        .next = next,
        .work = work,
        .deliver = deliver,
        .drop = drop,
        .patient = true, /* each session is logged out */
    };
    enum batch_end end;
    int number = 0;

    if (batch.jobs == 1)
        many->sessions[0] = many->job->vi;
    end = batch_run(&batch, &number);
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (many->sessions[i] != many->job->vi)
            vmx_vi_free(many->sessions[i]); /* which logs out */
    if (end == BATCH_NO_MEMORY)
        return cli_trouble(many->job->cli, "out of memory");
    return end == BATCH_DONE && !vi_was_stopped(NULL) ? many->worst : CLI_TROUBLE;
}

enum cli_exit
vi_many_machines(struct vi_job *job, char **names, int count,
                 enum vmx_vi_status (*work_on)(struct vi_job *, struct vmx_vi *,
                                               struct vi_item *),
                 enum cli_exit (*deliver_one)(struct vi_job *, struct vi_item *))
{
    struct many many = {
        .job = job,
        .names = names,
        .work = work_on,
        .deliver = deliver_one,
    };
    enum cli_exit status;

    if (job->options->all == (count > 0))
        return cli_usage(job->cli, "name machines, or say --all");
    status = vi_need_list(job);
    if (status != CLI_GO_ON)
        return status;
    many.all = job->options->all ? vmx_vi_list_count(job->list) : (size_t)count;
    return run_many(&many);
}
