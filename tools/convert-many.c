/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many machines: what goes on on the main thread. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "cli-progress.h"
#include "convert-slot.h"

#include "base/banned.h"

struct many {
    struct cli *cli;
    const struct convert *run;
    struct cli_files *files;
    struct cli_progress progress;
    struct out_tree tree;
    struct out_place *places; /* by worker */
    struct out_names *names;
    unsigned jobs;
    bool late;             /* names are known when a machine is converted */
    enum cli_exit trouble; /* CLI_TROUBLE: the run is to end */
    uint64_t total, converted, warned, failed, found;
};

bool
convert_is_many(const struct convert_options *options)
{
    return options->folder != NULL;
}

/* ---- one machine ----------------------------------------------------------------- */

/* In the order of the inputs. */
static void
take_name(struct many *many, struct convert_slot *slot)
{
    convert_slot_name(slot);
    if (out_names_take(many->names, vx_buf_text(&slot->wanted), slot->suffix,
                       &slot->output))
        slot->renamed = true;
    vx_buf_char(&slot->output, '\0');
    if (!slot->output.failed)
        slot->output.size--;
}

static void
finish(struct many *many, struct convert_slot *slot, unsigned worker)
{
    struct vx_str text = VX_STR_NONE;
    int number = 0;

    if (convert_slot_has_result(slot)) {
        number = out_names_error(many->names);
        if (number == 0
            && (slot->output.failed || !convert_job_text(&slot->job, &text)))
            number = ENOMEM;
        if (number == 0)
            number = out_place_write(&many->places[worker], slot->output.data, text);
    }
    convert_slot_end(slot, number);
}

/* ---- the batch ------------------------------------------------------------------- */

static bool
next(void *context, void *item)
{
    struct many *many = context;
    struct convert_slot *slot = item;

    if (!cli_item_next(many->files, &slot->item))
        return false;
    convert_slot_begin(slot, many->run, many->cli);
    if (!many->late)
        take_name(many, slot);
    return true;
}

static void
work(void *context, void *item, unsigned worker)
{
    struct many *many = context;
    struct convert_slot *slot = item;

    convert_slot_work(slot);
    if (!many->late)
        finish(many, slot, worker);
}

static void
tell(struct many *many, struct convert_slot *slot)
{
    struct cli *cli = many->cli;

    if (slot->cli.lost_output || slot->cli.out.failed)
        cli->lost_output = ENOMEM;
    if (slot->cli.out.size == 0)
        return;
    vx_buf_str(&cli->out, vx_buf_text(&slot->cli.out));
    if (cli->terminal)
        cli_flush(cli);
    else
        cli_flush_if_full(cli);
}

static bool
deliver(void *context, void *item)
{
    struct many *many = context;
    struct convert_slot *slot = item;

    if (many->late) {
        if (convert_slot_has_result(slot))
            take_name(many, slot);
        finish(many, slot, 0);
    }
    many->total++;
    many->converted += slot->written;
    many->warned += slot->warned;
    many->failed += !slot->written;
    many->found += slot->written && slot->status != CLI_WELL;
    tell(many, slot);
    cli_progress_step(&many->progress, !slot->written, slot->item.fraction);
    return many->trouble == CLI_GO_ON;
}

static void
drop(void *slot)
{
    convert_slot_drop(slot);
}

/* ---- the whole ------------------------------------------------------------------- */

static void
put_sum(struct many *many)
{
    struct cli *cli = many->cli;

    cli_flush(cli);
    if (cli->quiet)
        return;
    cli->fd = STDERR_FILENO;
    vx_buf_printf(&cli->out,
                  "%llu machines: %llu converted, %llu of them with warnings; "
                  "%llu failed, %llu skipped\n",
                  (unsigned long long)many->total, (unsigned long long)many->converted,
                  (unsigned long long)many->warned, (unsigned long long)many->failed,
                  0ULL);
    cli_flush(cli);
}

static enum cli_exit
go(struct many *many)
{
    struct cli *cli = many->cli;
    const struct batch batch = {
        .jobs = many->jobs,
        .slot_size = sizeof(struct convert_slot),
        .context = many,
        .next = next,
        .work = work,
        .deliver = deliver,
        .drop = drop,
    };
    enum batch_end end;
    int number = 0;

    if (many->run->options->format == CLI_FORMAT_JSON)
        cli->fd = STDOUT_FILENO;
    cli->progress = &many->progress;
    cli_progress_begin(&many->progress, !cli->quiet);
    end = batch_run(&batch, &number);
    cli_progress_hide(&many->progress);
    cli->progress = NULL;
    if (end == BATCH_NO_MEMORY)
        return cli_trouble(cli, "out of memory");
    put_sum(many);
    if (end == BATCH_INTERRUPTED)
        return cli_trouble(cli, "ended by signal %d", number);
    if (many->trouble != CLI_GO_ON)
        return many->trouble;
    return many->failed || many->found ? CLI_FOUND : CLI_WELL;
}

/* A base that is none would fail each machine. */
static enum cli_exit
check_base(struct cli *cli, const struct convert *run)
{
    static const char text[] = "config.version = \"8\"\n";
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_result *result = NULL;
    struct vmx_doc *doc = NULL;
    enum vmx_status status = VMX_OK;

    options.base = run->options->base;
    if (vmx_doc_parse(text, strlen(text), NULL, &doc) == VMX_OK)
        status = vmx_convert_to_xml(doc, &options, NULL, &result);
    vmx_result_free(result);
    vmx_doc_free(doc);
    if (status == VMX_ERR_MISUSE)
        return cli_usage(cli, "--base=%s: expected '[DATASTORE] DIR'", options.base);
    return CLI_GO_ON;
}

static enum cli_exit
check(struct many *many)
{
    const struct convert_options *options = many->run->options;
    const char *wrong = options->name ? out_name_check(options->name) : NULL;

    if (wrong)
        return cli_usage(many->cli, "--name=%s: %s", options->name, wrong);
    many->late = options->name && out_name_reads(options->name);
    return options->base ? check_base(many->cli, many->run) : CLI_GO_ON;
}

static enum cli_exit
open_places(struct many *many)
{
    const char *folder = many->run->options->folder;
    int number = out_tree_open(&many->tree, folder);

    if (number)
        return cli_trouble(many->cli, "%s: %s", folder, strerror(number));
    out_tree_set_id(&many->tree, (uint64_t)getpid());
    many->names = out_names_new();
    many->places = calloc(many->jobs, sizeof(*many->places));
    if (many->names == NULL || many->places == NULL)
        return cli_trouble(many->cli, "out of memory");
    for (unsigned i = 0; i < many->jobs; i++)
        out_place_init(&many->places[i], &many->tree, i);
    return CLI_GO_ON;
}

static void
close_places(struct many *many)
{
    for (unsigned i = 0; many->places && i < many->jobs; i++)
        out_place_done(&many->places[i]);
    free(many->places);
    out_names_free(many->names);
    out_tree_done(&many->tree);
    cli_files_free(many->files);
}

/* What a folder is walked for. */
static const char *const *
suffixes(enum convert_to to)
{
    static const char *const vmx[] = {".vmx", ".vmtx", NULL};
    static const char *const xml[] = {".xml", NULL};

    return to == CONVERT_TO_VMX ? xml : vmx;
}

enum cli_exit
convert_many(struct cli *cli, const struct convert *run, char **operands, size_t count)
{
    struct many many = {
        .cli = cli,
        .run = run,
        .tree = {.root = -1},
        .jobs = batch_jobs(run->options->files.jobs),
        .trouble = CLI_GO_ON,
    };
    enum cli_exit status = check(&many);

    if (status == CLI_GO_ON)
        status = cli_files_new(cli, &run->options->files, operands, count,
                               suffixes(run->to), &many.files);
    if (status == CLI_GO_ON)
        status = open_places(&many);
    if (status == CLI_GO_ON)
        status = go(&many);
    close_places(&many);
    return status;
}
