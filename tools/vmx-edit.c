/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-edit(1): keys and devices of VMX files, changed by a script; all that is not
 * edited keeps every byte. */
#include "batch.h"
#include "cli-progress.h"
#include "edit.h"

#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

#define M(member) offsetof(struct edit_options, member)

/* clang-format off */
static const struct cli_option table[] = {
    {"output", 'o', CLI_FILE, "FILE", M(output),
     "write to FILE, whole or not at all, and not in place"},
    {"dry-run", 'n', CLI_FLAG, NULL, M(dry_run),
     "write nothing; show a diff"},
    {"backup", 0, CLI_MAYBE, "SUFFIX", M(backup),
     "keep what was there in FILE~, or with SUFFIX"},
    {"force", 'f', CLI_FLAG, NULL, M(force),
     "what the catalogue refuses is meant"},
    {"apply", 0, CLI_FILE, "PATCH", M(apply),
     "the command apply, when all operands are files"},
    {"file", 0, CLI_FILE, "FILE", M(file),
     "add: the disk, image or file of the device"},
    {"bus", 0, CLI_TEXT, "scsi|sata|ide|nvme", M(bus),
     "add: the bus of the drive or controller"},
    {"model", 0, CLI_TEXT, "MODEL", M(model),
     "add: vmxnet3, e1000e, pvscsi, lsilogic ..."},
    {"network", 0, CLI_TEXT, "NAME", M(network),
     "add nic: the port group"},
    {"connection", 0, CLI_TEXT, "bridged|nat|hostonly", M(connection),
     "add nic: what Workstation plugs it into"},
    {"mac", 0, CLI_TEXT, "ADDRESS", M(mac),
     "add nic: a static address"},
    {"at", 0, CLI_TEXT, "PLACE", M(at),
     "add: scsi0:1, ethernet2 ..."},
    CLI_FILES_OPTIONS(struct edit_options, files),
    {"with-secrets", 0, CLI_FLAG, NULL, M(with_secrets),
     "show passwords and keys"},
    {"format", 0, CLI_WORD, "text|json", M(format),
     "how to tell what was read or done"},
    {"explain", 0, CLI_TEXT, "CODE", M(explain),
     "explain a code of a report, as VMX1832"},
    {"verbose", 'v', CLI_FLAG, NULL, M(verbose),
     "tell of each file what became of it"},
    {"quiet", 'q', CLI_FLAG, NULL, M(quiet),
     "report errors alone, and name no new device"},
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-edit",
    .operands = "FILE... COMMAND [ARGUMENT]...",
    .summary =
        "Edits keys and devices of VMX files, and keeps every byte that is not meant.\n"
        "Commands: get KEY...  list [PATTERN]...  set KEY=VALUE...  unset PATTERN...\n"
        "          add disk|cdrom|floppy|nic|serial|controller  remove DEVICE...\n"
        "          apply PATCH",
    .glob = "*.vmx *.vmtx",
    .commands = "get|list|set|unset|add|remove|apply",
    .options = table,
    .option_count = sizeof(table) / sizeof(table[0]),
};

static const char *const suffixes[] = {".vmx", ".vmtx", NULL};

/* ---- one file -------------------------------------------------------------------- */

/* An edit of what is no VMX destroys it, and what is wholly encrypted takes none. */
static bool
is_vmx(struct edit_job *job)
{
    struct vmx_result *result = NULL;
    enum vmx_status status;

    if (job->plan->options->force)
        return true;
    if (job->plan->command->reads)
        return vmx_doc_is_vmx(job->doc, job->diags);
    status = vmx_convert_to_xml(job->doc, NULL, job->diags, &result);
    vmx_result_free(result);
    if (status == VMX_OK || vmx_diags_at_least(job->diags, VMX_SEVERITY_ERROR) == 0) {
        vmx_diags_free(job->diags);
        job->diags = vmx_diags_new();
        return true;
    }
    return false;
}

static enum cli_exit
read_file(struct edit_job *job)
{
    const char *why = cli_read(job->file, &job->text);
    enum vmx_status status;

    if (why)
        return edit_fail(job, "%s", why);
    status = vmx_doc_parse(job->text.data, job->text.size, NULL, &job->doc);
    if (status == VMX_ERR_LIMIT)
        return edit_fail(job, "more lines than vmx-limits(7) allows");
    if (status != VMX_OK)
        return edit_fail(job, "%s", vmx_status_text(status));
    if (!is_vmx(job))
        return CLI_FOUND;
    if (job->diags == NULL)
        return edit_fail(job, "%s", vmx_status_text(VMX_ERR_NOMEM));
    return CLI_GO_ON;
}

static enum cli_exit
run_job(struct edit_job *job)
{
    bool get = strcmp(job->plan->command->word, "get") == 0;
    enum cli_exit status = read_file(job);

    if (status == CLI_GO_ON)
        status = job->plan->command->run(job);
    if (status != CLI_GO_ON)
        return status;
    if (!job->plan->command->reads) {
        status = edit_write(job);
        return status == CLI_WELL && vmx_patch_conflicts(job->patch) ? CLI_FOUND
                                                                     : status;
    }
    job->outcome = "read";
    return get && edit_missing(job) ? CLI_FOUND : CLI_WELL;
}

/* ---- all files ------------------------------------------------------------------- */

struct run {
    struct cli *cli;
    const struct edit_plan *plan;
    struct cli_files *files;
    struct cli_progress progress;
    void *seen; /* for tsearch(): what is edited */
    enum cli_exit worst;
};

static int
compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Has the file come before, by whatever name?  Two threads must not edit it, and once
 * is what is meant. */
static bool
seen_before(struct run *run, const char *path)
{
    char *real = run->plan->many ? realpath(path, NULL) : NULL, **found;

    if (real == NULL || run->plan->command->reads) {
        free(real);
        return false;
    }
    found = tsearch(real, &run->seen, compare);
    if (found && *found == real)
        return false;
    free(real);
    return found != NULL;
}

static void
reset(struct edit_job *job, const struct edit_plan *plan)
{
    struct vx_buf *const bufs[] = {&job->text,   &job->why,  &job->entries,
                                   &job->device, &job->diff, &job->output};

    vmx_doc_free(job->doc);
    vmx_diags_free(job->diags);
    vmx_patch_free(job->patch);
    job->patch = NULL;
    job->doc = NULL;
    job->diags = NULL;
    job->outcome = NULL;
    job->plan = plan;
    for (size_t i = 0; i < VX_COUNT(bufs); i++) {
        batch_buf_reset(bufs[i]);
        bufs[i]->ceiling = SIZE_MAX / 2;
    }
    job->text.ceiling = VMX_MAX_TEXT;
}

static bool
next(void *context, void *slot)
{
    struct run *run = context;
    struct edit_job *job = slot;

    reset(job, run->plan);
    do
        if (!cli_item_next(run->files, &job->item))
            return false;
    while (job->item.input.error == 0 && seen_before(run, job->item.input.path));
    job->file = job->item.input.path;
    job->diags = vmx_diags_new();
    return true;
}

static void
work(void *context, void *slot, unsigned worker)
{
    struct edit_job *job = slot;

    (void)context;
    (void)worker;
    if (job->diags == NULL)
        job->status = edit_fail(job, "%s", vmx_status_text(VMX_ERR_NOMEM));
    else if (job->item.input.error)
        job->status = edit_fail(job, "%s", strerror(job->item.input.error));
    else
        job->status = run_job(job);
}

/* One file that fails does not stop the others; the worst of them counts. */
static bool
deliver(void *context, void *slot)
{
    struct run *run = context;
    struct edit_job *job = slot;
    enum cli_exit status = edit_report(run->cli, job);

    if (status > run->worst)
        run->worst = status;
    cli_progress_step(&run->progress, status != CLI_WELL, job->item.fraction);
    return true;
}

static void
drop(void *slot)
{
    struct edit_job *job = slot;

    reset(job, NULL);
    vx_buf_done(&job->text);
    vx_buf_done(&job->why);
    vx_buf_done(&job->entries);
    vx_buf_done(&job->device);
    vx_buf_done(&job->diff);
    vx_buf_done(&job->output);
    cli_item_done(&job->item);
}

static enum cli_exit
run_batch(struct run *run)
{
    const struct batch batch = {
        .jobs = batch_jobs(run->plan->options->files.jobs),
        .slot_size = sizeof(struct edit_job),
        .context = run,
        .next = next,
        .work = work,
        .deliver = deliver,
        .drop = drop,
    };
    enum batch_end end;
    int number = 0;

    run->cli->progress = &run->progress;
    cli_progress_begin(&run->progress, !run->cli->quiet);
    end = batch_run(&batch, &number);
    cli_progress_hide(&run->progress);
    run->cli->progress = NULL;
    if (end == BATCH_INTERRUPTED)
        return cli_trouble(run->cli, "ended by signal %d", number);
    return end == BATCH_NO_MEMORY ? cli_trouble(run->cli, "out of memory") : run->worst;
}

static enum cli_exit
edit_files(struct cli *cli, const struct edit_plan *plan, char **files, size_t count)
{
    struct run run = {.cli = cli, .plan = plan, .worst = CLI_WELL};
    enum cli_exit status =
        cli_files_new(cli, &plan->options->files, files, count, suffixes, &run.files);

    if (status != CLI_GO_ON)
        return status;
    status = run_batch(&run);
    cli_files_free(run.files);
    tdestroy(run.seen, free);
    return status;
}

/* ---- the command line ------------------------------------------------------------ */

static bool
names_many(const struct edit_options *options, char **files, int count)
{
    struct stat there;

    return count != 1 || options->files.files_from
           || (stat(files[0], &there) == 0 && S_ISDIR(there.st_mode));
}

static enum cli_exit
check_output(struct cli *cli, const struct edit_plan *plan, char **files, int count)
{
    const struct edit_options *options = plan->options;
    const char *backup = options->backup;

    if (options->output && plan->command->reads)
        return cli_usage(cli, "%s writes no file: leave --output out",
                         plan->command->word);
    if (options->output && plan->many)
        return cli_usage(cli, "--output takes one FILE");
    if (backup && (options->output || (count == 1 && strcmp(files[0], "-") == 0)))
        return cli_usage(cli, "--backup is for files that are edited in place");
    if (backup && strchr(backup, '/'))
        return cli_usage(cli, "--backup=%s: a suffix has no slash", backup);
    return CLI_GO_ON;
}

static enum cli_exit
check_device_options(struct cli *cli, const struct edit_plan *plan)
{
    const struct edit_options *options = plan->options;

    const struct {
        const char *given, *name;
    } given[] = {
        {options->file, "file"},   {options->bus, "bus"},
        {options->model, "model"}, {options->network, "network"},
        {options->mac, "mac"},     {options->connection, "connection"},
        {options->at, "at"},
    };

    for (size_t i = 0; i < VX_COUNT(given); i++)
        if (given[i].given && strcmp(plan->command->word, "add") != 0)
            return cli_usage(cli, "--%s is for add", given[i].name);
    return CLI_GO_ON;
}

static enum cli_exit
check_command(struct cli *cli, struct edit_plan *plan)
{
    const struct edit_command *command = plan->command;

    if (plan->arg_count < command->least)
        return cli_usage(cli, "%s: something is missing behind it", command->word);
    if (plan->arg_count > command->most)
        return cli_usage(cli, "%s: \"%s\" is too much", command->word,
                         plan->args[command->most]);
    if (command->check)
        return command->check(cli, plan);
    return CLI_GO_ON;
}

static enum cli_exit
explain(struct cli *cli, const char *code)
{
    const char *page = vmx_explain(code);

    if (page == NULL)
        return cli_usage(cli, "--explain=%s: no such code", code);
    return cli_write(cli, NULL, page, strlen(page)) ? CLI_WELL : CLI_TROUBLE;
}

/* --apply=PATCH: what git and others that name files last can call. */
static enum cli_exit
take_apply(struct cli *cli, struct edit_plan *plan, int count, char **operands,
           int *ret_files)
{
    if (count == 0 && plan->options->files.files_from == NULL)
        return cli_usage(cli, "no FILE was given");
    plan->command = edit_command_find("apply");
    plan->args = &plan->options->apply;
    plan->arg_count = 1;
    plan->many = names_many(plan->options, operands, count);
    *ret_files = count;
    return CLI_GO_ON;
}

/* Files up to the first word that is a command's, and then its arguments. */
static enum cli_exit
take_operands(struct cli *cli, struct edit_plan *plan, int count, char **operands,
              int *ret_files)
{
    int files = 0;

    while (files < count && edit_command_find(operands[files]) == NULL)
        files++;
    if (files == count)
        return cli_usage(cli, count ? "no command was given: get, list, set, "
                                      "unset, add, remove or apply"
                                    : "no FILE and no command was given");
    if (files == 0 && plan->options->files.files_from == NULL)
        return cli_usage(cli, "no FILE was given before \"%s\"", operands[0]);
    plan->command = edit_command_find(operands[files]);
    plan->args = (const char *const *)operands + files + 1;
    plan->arg_count = count - files - 1;
    plan->many = names_many(plan->options, operands, files);
    *ret_files = files;
    return CLI_GO_ON;
}

static enum cli_exit
run(struct cli *cli, const struct edit_options *options, int count, char **operands)
{
    struct edit_plan plan = {.options = options};
    enum cli_exit status;
    int files = 0;

    cli->verbose = options->verbose;
    cli->quiet = options->quiet;
    if (options->verbose && options->quiet)
        return cli_usage(cli, "--verbose and --quiet exclude each other");
    if (options->explain)
        return explain(cli, options->explain);
    status = options->apply ? take_apply(cli, &plan, count, operands, &files)
                            : take_operands(cli, &plan, count, operands, &files);
    if (plan.command == NULL)
        return status;
    if (status == CLI_GO_ON)
        status = check_output(cli, &plan, operands, files);
    if (status == CLI_GO_ON)
        status = check_device_options(cli, &plan);
    if (status == CLI_GO_ON)
        status = check_command(cli, &plan);
    if (status == CLI_GO_ON)
        status = edit_files(cli, &plan, operands, (size_t)files);
    vx_buf_done(&plan.patch);
    return status;
}

int
main(int argc, char **argv)
{
    struct edit_options options = {.format = CLI_FORMAT_TEXT};
    struct cli cli;
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON)
        status = run(&cli, &options, argc - first, argv + first);
    return cli_end(&cli, status);
}
