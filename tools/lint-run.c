/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files in, findings out: what goes on on the main thread. */
#include "lint-run.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "cli-progress.h"
#include "cli-report.h"
#include "lint-baseline.h"
#include "lint-config.h"
#include "lint-job.h"
#include "lint-pages.h"
#include "lint-sink.h"

#include "base/banned.h"

enum {
    ENTRIES = 1024, /* to begin with; a power of two */
};

/* How often a fingerprint was met in one file. */
struct print {
    uint64_t fingerprint;
    unsigned count; /* 0: free */
};

struct run {
    struct cli *cli;
    const struct lint_options *options;
    struct cli_files *files;
    struct lint_configs *configs;
    struct lint_baseline *baseline, *new_baseline; /* or NULL */
    struct vmx_linter *inventory_rules;
    struct vmx_inventory *inventory;
    struct cli_progress progress;
    struct lint_sink sinks[CLI_LIST_MAX + 1];
    size_t sink_count;
    struct lint_entry *entries; /* of one file at a time: room for so many, ... */
    struct print *prints;       /* ... and twice that, of which a file uses a part */
    size_t room, print_mask;
    struct lint_totals totals;
    enum cli_exit status; /* CLI_TROUBLE: the run is to end */
    bool trouble;         /* it goes on, and ends so */
};

static const char *const suffixes[] = {".vmx", ".vmtx", NULL};

/* ---- findings -------------------------------------------------------------------- */

static bool
make_room(struct run *run, size_t count)
{
    size_t room = run->room ? run->room : ENTRIES;

    while (room < count)
        room *= 2;
    if (room == run->room)
        return true;
    free(run->entries);
    free(run->prints);
    run->entries = calloc(room, sizeof(*run->entries));
    run->prints = calloc(2 * room, sizeof(*run->prints));
    run->room = run->entries && run->prints ? room : 0;
    return run->room > 0;
}

static void
begin_prints(struct run *run, size_t count)
{
    size_t room = 16;

    while (room < 2 * count)
        room *= 2;
    memset(run->prints, 0, room * sizeof(*run->prints));
    run->print_mask = room - 1;
}

static unsigned
count_print(struct run *run, uint64_t fingerprint)
{
    size_t mask = run->print_mask, at = (size_t)fingerprint & mask;

    while (run->prints[at].count && run->prints[at].fingerprint != fingerprint)
        at = (at + 1) & mask;
    run->prints[at].fingerprint = fingerprint;
    return ++run->prints[at].count;
}

static void
add_to_totals(struct lint_totals *totals, const struct lint_entry *entry)
{
    totals->in_source += entry->mute == LINT_IN_SOURCE;
    totals->baselined += entry->mute == LINT_BASELINED;
    if (entry->mute != LINT_SAID)
        return;
    totals->said[entry->severity]++;
    totals->safe += entry->told->fix == VMX_FIX_SAFE;
    totals->unsafe += entry->told->fix == VMX_FIX_UNSAFE;
    totals->fails += entry->fails;
}

static enum lint_mute
mute_of(struct run *run, const struct vmx_finding *told)
{
    if (told->suppression == VMX_SUPPRESSED)
        return LINT_IN_SOURCE;
    if (run->new_baseline)
        lint_baseline_add(run->new_baseline, told);
    if (run->baseline && lint_baseline_knows(run->baseline, told))
        return LINT_BASELINED;
    return run->new_baseline ? LINT_BASELINED : LINT_SAID;
}

/* Those that the setup wants. */
static size_t
collect(struct run *run, const struct lint_job *job)
{
    const struct vmx_findings *findings = job->findings;
    const struct lint_setup *setup = job->setup;
    const struct vmx_finding *told;
    size_t count = 0;

    if (vmx_findings_count(findings) == 0)
        return 0;
    if (!make_room(run, vmx_findings_count(findings))) {
        run->status = cli_trouble(run->cli, "out of memory");
        return 0;
    }
    begin_prints(run, vmx_findings_count(findings));
    for (size_t i = 0; (told = vmx_findings_get(findings, i)) != NULL; i++) {
        struct lint_entry *entry = &run->entries[count];
        int severity =
            job->again ? lint_setup_severity(setup, told) : (int)told->severity;

        if (severity < 0 || !lint_setup_wants(setup, told, (enum vmx_severity)severity))
            continue;
        *entry = (struct lint_entry){
            .told = told,
            .severity = (enum vmx_severity)severity,
            .occurrence = count_print(run, told->fingerprint),
            .mute = mute_of(run, told),
        };
        entry->fails = entry->mute == LINT_SAID && severity >= setup->fail_on;
        add_to_totals(&run->totals, entry);
        count++;
    }
    return count;
}

static void
tell(struct run *run, const struct lint_job *job)
{
    struct lint_file file = {
        .path = job->shown,
        .text = vx_buf_text(&job->text),
        .failure = job->failure,
        .again = job->again,
    };

    if (job->failure)
        cli_failure(run->cli, job->shown, job->failure);
    cli_flush(run->cli);
    if (run->baseline)
        lint_baseline_file(run->baseline, job->shown);
    if (run->new_baseline)
        lint_baseline_file(run->new_baseline, job->shown);
    if (job->findings) {
        file.count = collect(run, job);
        file.entries = run->entries;
        file.dropped = vmx_findings_dropped(job->findings);
    }
    if (job->again && file.count == 0 && job->failure == NULL)
        return;
    for (size_t i = 0; i < run->sink_count; i++)
        lint_sink_put(&run->sinks[i], &file);
}

/* ---- the inventory --------------------------------------------------------------- */

/* All rules about several machines; which of them count, each file's setup says. */
static bool
begin_inventory(struct run *run)
{
    if (run->inventory)
        return true;
    if (vmx_linter_new(NULL, &run->inventory_rules) != VMX_OK)
        return false;
    vmx_linter_set(run->inventory_rules, "all", VMX_RULE_OFF);
    vmx_linter_set(run->inventory_rules, "inventory", VMX_RULE_ON);
    run->inventory = vmx_inventory_new(run->inventory_rules);
    return run->inventory != NULL;
}

static void
remember(struct run *run, const struct lint_job *job)
{
    if (job->doc == NULL || job->failure || !job->setup->inventory
        || strcmp(job->item.input.path, "-") == 0)
        return;
    if (!begin_inventory(run)
        || vmx_inventory_add(run->inventory, job->doc, job->item.input.path) != VMX_OK)
        run->status = cli_trouble(run->cli, "out of memory");
}

/* Machine `index` once more, for what it shares with others. */
static void
look_again(struct run *run, struct lint_job *job, size_t index)
{
    enum vmx_status status;

    job->failure = cli_read(job->item.input.path, &job->text);
    if (job->failure)
        return;
    status = vmx_doc_parse(job->text.data, job->text.size, NULL, &job->doc);
    if (status == VMX_OK)
        status = vmx_inventory_lint(run->inventory, index, job->doc, &job->findings);
    if (status != VMX_OK)
        job->failure = vmx_status_text(status);
}

static enum cli_exit
look_at_inventory(struct run *run)
{
    struct lint_job job = {.failure = NULL};
    enum cli_exit status = CLI_GO_ON;
    const char *path;

    if (run->inventory == NULL)
        return status;
    for (size_t i = 0; status == CLI_GO_ON
                       && (path = vmx_inventory_concerned(run->inventory, i)) != NULL;
         i++) {
        lint_job_reset(&job);
        job.item.input.path = job.shown = path;
        job.again = true;
        status = lint_configs_get(run->configs, path, false, &job.setup);
        if (status != CLI_GO_ON)
            break;
        look_again(run, &job, i);
        run->totals.failed += job.failure != NULL;
        tell(run, &job);
        lint_job_end(&job);
    }
    lint_job_drop(&job);
    return status;
}

/* ---- the batch ------------------------------------------------------------------- */

static bool
next(void *context, void *slot)
{
    struct run *run = context;
    struct lint_job *job = slot;

    lint_job_reset(job);
    if (run->status == CLI_TROUBLE || !cli_item_next(run->files, &job->item))
        return false;
    job->shown = job->item.input.path;
    if (strcmp(job->shown, "-") == 0 && run->options->stdin_name)
        job->shown = run->options->stdin_name;
    run->status = lint_configs_get(run->configs, job->shown, job->item.input.undotted,
                                   &job->setup);
    return run->status == CLI_GO_ON;
}

static void
work(void *context, void *slot, unsigned worker)
{
    (void)worker;
    lint_job_work(slot, ((const struct run *)context)->options);
}

static bool
put_instead(struct run *run, const struct lint_job *job)
{
    struct vx_str text = vx_buf_text(&job->instead);

    return text.n == 0 || cli_write(run->cli, "-", text.s, text.n);
}

static bool
deliver(void *context, void *slot)
{
    struct run *run = context;
    struct lint_job *job = slot;

    run->totals.files++;
    run->totals.failed += job->failure != NULL;
    run->totals.fixed += job->fixed;
    run->totals.files_fixed += job->fixed > 0;
    run->trouble |= job->trouble;
    if (!put_instead(run, job))
        run->status = CLI_TROUBLE;
    tell(run, job);
    remember(run, job);
    lint_job_end(job);
    cli_progress_step(&run->progress, job->failure != NULL, job->item.fraction);
    return run->status != CLI_TROUBLE;
}

static void
drop(void *slot)
{
    lint_job_drop(slot);
}

static enum cli_exit
go(struct run *run)
{
    const struct batch batch = {
        .jobs = batch_jobs(run->options->files.jobs),
        .slot_size = sizeof(struct lint_job),
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
    if (end == BATCH_NO_MEMORY)
        return cli_trouble(run->cli, "out of memory");
    return run->status;
}

/* ---- the sum --------------------------------------------------------------------- */

static void
put_count(struct vx_buf *out, bool *more, uint64_t count, const char *one,
          const char *many)
{
    if (count == 0)
        return;
    vx_buf_printf(out, "%s%llu %s", *more ? ", " : "", (unsigned long long)count,
                  count == 1 ? one : many);
    *more = true;
}

static void
put_findings(struct vx_buf *out, const struct lint_totals *totals)
{
    bool more = false;

    put_count(out, &more, totals->failed, "file failed", "files failed");
    put_count(out, &more, totals->said[VMX_SEVERITY_ERROR], "error", "errors");
    put_count(out, &more, totals->said[VMX_SEVERITY_WARNING], "warning", "warnings");
    put_count(out, &more, totals->said[VMX_SEVERITY_INFO], "info", "infos");
    put_count(out, &more, totals->said[VMX_SEVERITY_STYLE], "style", "style");
    put_count(out, &more, totals->in_source, "silenced", "silenced");
    put_count(out, &more, totals->baselined, "in the baseline", "in the baseline");
    if (!more)
        vx_buf_lit(out, "nothing found");
}

/* Silence is success, unless somebody watches. */
static void
put_sum(struct run *run)
{
    const struct lint_totals *totals = &run->totals;
    struct vx_buf *out = &run->cli->out;
    uint64_t found = totals->failed + totals->fixed;

    for (int i = 0; i < LINT_SEVERITIES; i++)
        found += totals->said[i];
    if (run->cli->quiet || (!found && !run->cli->terminal && !run->cli->verbose))
        return;
    vx_buf_printf(out, "%llu file%s: ", (unsigned long long)totals->files,
                  totals->files == 1 ? "" : "s");
    put_findings(out, totals);
    if (totals->fixed)
        vx_buf_printf(out, "; %llu %s", (unsigned long long)totals->fixed,
                      run->options->diff ? "would be fixed" : "fixed");
    else if (totals->safe)
        vx_buf_printf(out, "; --fix mends %llu", (unsigned long long)totals->safe);
    vx_buf_char(out, '\n');
    cli_flush(run->cli);
}

static enum cli_exit
exit_of(const struct run *run)
{
    if (run->trouble)
        return CLI_TROUBLE;
    if (run->options->exit_zero)
        return CLI_WELL;
    if (run->totals.failed)
        return CLI_FOUND;
    if (run->options->diff)
        return run->totals.fixed ? CLI_FOUND : CLI_WELL;
    return run->totals.fails ? CLI_FOUND : CLI_WELL;
}

/* ---- begin and end --------------------------------------------------------------- */

/* Standard output has the findings, unless something else goes there: a diff, or a
 * fixed standard input, which sends them to standard error. */
static bool
takes_standard_output(const struct lint_options *options, char **operands, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(operands[i], "-") == 0)
            return options->fix;
    return false;
}

static enum cli_exit
open_sinks(struct run *run, char **operands, size_t count)
{
    const struct cli_list *outputs = &run->options->output;
    bool taken = takes_standard_output(run->options, operands, count);
    enum cli_exit status = CLI_GO_ON;

    if (!run->options->diff)
        lint_sink_standard(&run->sinks[run->sink_count++], run->cli, run->options,
                           taken ? STDERR_FILENO : STDOUT_FILENO);
    for (size_t i = 0; i < outputs->count && status == CLI_GO_ON; i++) {
        status =
            lint_sink_file(&run->sinks[run->sink_count], run->cli, outputs->items[i]);
        run->sink_count += status == CLI_GO_ON;
    }
    return status;
}

static enum cli_exit
close_sinks(struct run *run, enum cli_exit status)
{
    for (size_t i = 0; i < run->sink_count; i++) {
        const struct lint_totals *totals = status == CLI_TROUBLE ? NULL : &run->totals;

        if (!lint_sink_end(&run->sinks[i], run->cli, totals) && totals)
            status = CLI_TROUBLE;
    }
    return status;
}

static enum cli_exit
open_baselines(struct run *run)
{
    const struct lint_options *options = run->options;
    enum cli_exit status = CLI_GO_ON;

    if (options->baseline)
        status = lint_baseline_read(run->cli, options->baseline, &run->baseline);
    if (status == CLI_GO_ON && options->write_baseline)
        status =
            lint_baseline_new(run->cli, options->write_baseline, &run->new_baseline);
    return status;
}

/* Who asks for some rules alone does not ask whether the others found something. */
static void
tell_stale(struct run *run)
{
    const struct lint_options *options = run->options;
    struct cli *cli = run->cli;
    size_t stale;

    if (run->baseline == NULL || run->new_baseline || cli->quiet || options->profile
        || options->select.count || options->ignore.count || options->severity.count
        || options->min_severity >= 0)
        return;
    stale = lint_baseline_stale(run->baseline, cli, cli->verbose);
    if (stale)
        vx_buf_printf(&cli->out,
                      "%s: %zu %s nothing any more; --write-baseline drops what is "
                      "mended\n",
                      options->baseline, stale,
                      stale == 1 ? "entry matches" : "entries match");
    cli_flush(cli);
}

static enum cli_exit
close_baselines(struct run *run)
{
    enum cli_exit status = CLI_GO_ON;
    size_t count;

    tell_stale(run);
    if (run->new_baseline == NULL)
        return status;
    count = lint_baseline_count(run->new_baseline);
    status = lint_baseline_write(run->new_baseline, run->cli);
    if (status == CLI_GO_ON && !run->cli->quiet)
        vx_buf_printf(&run->cli->out, "%s: %zu %s\n", run->options->write_baseline,
                      count, count == 1 ? "entry" : "entries");
    cli_flush(run->cli);
    return status;
}

static enum cli_exit
whole(struct run *run, char **operands, size_t count)
{
    enum cli_exit status = open_baselines(run);

    if (status == CLI_GO_ON)
        status = open_sinks(run, operands, count);
    if (status == CLI_GO_ON)
        status = lint_configs_new(run->cli, run->options, &run->configs);
    if (status == CLI_GO_ON)
        status = cli_files_new(run->cli, &run->options->files, operands, count,
                               suffixes, &run->files);
    if (status == CLI_GO_ON)
        status = go(run);
    if (status == CLI_GO_ON)
        status = look_at_inventory(run);
    if (status == CLI_GO_ON)
        status = close_baselines(run);
    status = close_sinks(run, status);
    if (status == CLI_GO_ON) {
        put_sum(run);
        status = exit_of(run);
    }
    return status;
}

/* The rules as they count for a file of the working folder. */
static enum cli_exit
list_rules(struct cli *cli, const struct lint_options *options)
{
    int format = options->format;
    const struct lint_setup *setup = NULL;
    struct lint_configs *configs = NULL;
    enum cli_exit status = CLI_GO_ON;

    if (format != CLI_FORMAT_TEXT && strcmp(lint_formats[format].name, "json") != 0)
        return cli_usage(cli, "--list-rules knows --format=text and json");
    status = lint_configs_new(cli, options, &configs);
    if (status == CLI_GO_ON)
        status = lint_configs_get(configs, "-", false, &setup);
    if (status == CLI_GO_ON)
        status =
            lint_list_rules(cli, setup, format ? CLI_FORMAT_JSON : CLI_FORMAT_TEXT);
    lint_configs_free(configs);
    return status;
}

enum cli_exit
lint_ask(struct cli *cli, const struct lint_options *options)
{
    return options->explain ? lint_explain(cli, options->explain)
                            : list_rules(cli, options);
}

enum cli_exit
lint_run(struct cli *cli, const struct lint_options *options, char **operands,
         size_t count)
{
    struct run *run = calloc(1, sizeof(*run));
    enum cli_exit status;

    if (run == NULL)
        return cli_trouble(cli, "out of memory");
    run->cli = cli;
    run->options = options;
    run->status = CLI_GO_ON;
    status = whole(run, operands, count);
    cli_files_free(run->files);
    vmx_inventory_free(run->inventory);
    vmx_linter_free(run->inventory_rules);
    lint_configs_free(run->configs);
    lint_baseline_free(run->baseline);
    lint_baseline_free(run->new_baseline);
    free(run->entries);
    free(run->prints);
    free(run);
    return status;
}
