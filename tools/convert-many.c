/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many machines: what goes on on the main thread. */
#include "convert-input.h"
#include "convert-sink.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "batch.h"
#include "cli-progress.h"
#include "plan-book.h"
#include "report-book.h"
#include "seen.h"
#include "suggest-map.h"

#include "base/banned.h"

enum {
    SHARDS_MAX = 1 << 20,
};

struct many {
    struct cli *cli;
    const struct convert *run;
    struct convert_input *input;
    struct convert_sink sink;
    struct cli_progress progress;
    struct report_book book;       /* of --report */
    struct plan_book plan;         /* of --disk-plan */
    struct suggestion *suggestion; /* of --suggest-map */
    unsigned jobs;
    unsigned shard, shards; /* from 1; 0: all */
    uint64_t index;         /* of inputs, those of other shards too */
    uint64_t total, converted, warned, failed, found, skipped;
};

bool
convert_is_many(const struct convert_options *options)
{
    return options->folder || options->stream != CONVERT_NO_STREAM || options->report
           || options->suggest_map;
}

/* ---- the batch ------------------------------------------------------------------- */

/* By its path alone, so that it stays where it is when others come and go. */
static bool
is_ours(const struct many *many, const struct convert_slot *slot)
{
    const struct cli_input *input = &slot->item.input;
    uint64_t hash = seen_hash(vx_str_of(input->path, input->size));

    return many->shards == 0 || hash % many->shards == many->shard - 1;
}

/* What other shards convert has its name and its number all the same.  Where the name
 * is in the file, it is converted here as well, and not written. */
static bool
next(void *context, void *item)
{
    struct many *many = context;
    struct convert_slot *slot = item;

    do {
        if (batch_signal() || !convert_input_next(many->input, slot))
            return false;
        slot->number = ++many->index;
        slot->foreign = !is_ours(many, slot);
        convert_sink_next(&many->sink, slot);
    } while (slot->foreign && !many->sink.late);
    return true;
}

static void
work(void *context, void *slot, unsigned worker)
{
    struct many *many = context;

    convert_sink_work(&many->sink, slot, worker);
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
    bool well = convert_sink_deliver(&many->sink, slot);

    if (slot->foreign)
        return well;
    many->total++;
    many->skipped += slot->skipped;
    many->converted += slot->written;
    many->warned += slot->warned;
    many->failed += !slot->written && !slot->skipped;
    many->found += slot->status != CLI_WELL;
    if (many->book.to.file)
        report_book_add(&many->book, slot->number, vx_buf_text(&slot->row));
    if (many->suggestion)
        suggestion_add(many->suggestion, vx_buf_text(&slot->facts));
    if (many->plan.to.file)
        plan_book_add(&many->plan, vx_buf_text(&slot->plan));
    if (slot->row.failed || slot->facts.failed || many->book.to.lost
        || many->plan.to.lost)
        well = false;
    tell(many, slot);
    cli_progress_step(&many->progress, !slot->written && !slot->skipped,
                      slot->item.fraction);
    return well;
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
                  "%llu machines: %llu converted, %llu with warnings, "
                  "%llu failed, %llu skipped\n",
                  (unsigned long long)many->total, (unsigned long long)many->converted,
                  (unsigned long long)many->warned, (unsigned long long)many->failed,
                  (unsigned long long)many->skipped);
    cli_flush(cli);
}

/* A machine that was left out was converted by another run, and counts as such. */
static bool
end_reports(struct many *many, bool whole)
{
    const struct report_totals totals = {
        .machines = many->total,
        .converted = many->converted + many->skipped,
        .warned = many->warned,
        .failed = many->failed,
    };
    const char *map = many->run->options->suggest_map;

    if (!plan_book_close(&many->plan, whole)
        || !report_book_close(&many->book, whole ? &totals : NULL))
        return false;
    return !whole || !many->suggestion
           || suggestion_write(many->suggestion, many->cli, map);
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

    if (many->run->options->format == CLI_FORMAT_JSON
        && many->run->options->stream == CONVERT_NO_STREAM)
        cli->fd = STDOUT_FILENO;
    cli->progress = &many->progress;
    cli_progress_begin(&many->progress, !cli->quiet);
    end = batch_run(&batch, &number);
    cli_progress_hide(&many->progress);
    cli->progress = NULL;
    if (end == BATCH_NO_MEMORY)
        return cli_trouble(cli, "out of memory");
    if (!convert_sink_end(&many->sink, end == BATCH_DONE)
        || !end_reports(many, end == BATCH_DONE) || end == BATCH_STOPPED)
        return CLI_TROUBLE;
    put_sum(many);
    if (end == BATCH_INTERRUPTED)
        return cli_trouble(cli, "ended by signal %d%s", number,
                           many->sink.places ? "; go on with --resume" : "");
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

/* A VMX beside the domain that it was made of is somebody's, and no result takes its
 * place. */
static enum cli_exit
check_folder(struct cli *cli, const struct convert *run, char **operands, size_t count)
{
    const char *folder = run->options->folder;
    struct stat out, in;

    if (folder == NULL || run->to != CONVERT_TO_VMX || stat(folder, &out) != 0)
        return CLI_GO_ON;
    for (size_t i = 0; i < count; i++)
        if (stat(operands[i], &in) == 0 && in.st_ino == out.st_ino
            && in.st_dev == out.st_dev)
            return cli_usage(cli,
                             "-O %s: the folder is read, and a VMX in it might be "
                             "replaced; name another one",
                             folder);
    return CLI_GO_ON;
}

/* "2/8". */
static enum cli_exit
take_shard(struct many *many)
{
    const char *text = many->run->options->shard,
               *slash = text ? strchr(text, '/') : NULL;
    uint64_t shard = 0, shards = 0;

    if (text == NULL)
        return CLI_GO_ON;
    if (slash == NULL || !vx_num_u64(vx_str_of(text, (size_t)(slash - text)), &shard)
        || !vx_num_u64(vx_str_c(slash + 1), &shards) || shard < 1 || shard > shards
        || shards > SHARDS_MAX)
        return cli_usage(many->cli, "--shard=%s: expected I/N, as 1/4", text);
    many->shard = (unsigned)shard;
    many->shards = (unsigned)shards;
    return CLI_GO_ON;
}

static enum cli_exit
open_reports(struct many *many)
{
    const struct convert_options *options = many->run->options;
    enum cli_exit status = CLI_GO_ON;

    if (options->suggest_map) {
        many->suggestion = suggestion_new();
        if (many->suggestion == NULL)
            return cli_trouble(many->cli, "out of memory");
    }
    if (status == CLI_GO_ON && options->report)
        status = report_book_open(&many->book, many->cli, options->report);
    if (status == CLI_GO_ON && options->disk_plan)
        status = plan_book_open(&many->plan, many->cli, options->disk_plan);
    return status;
}

enum cli_exit
convert_many(struct cli *cli, const struct convert *run, char **operands, size_t count)
{
    struct many many = {
        .cli = cli,
        .run = run,
        .jobs = batch_jobs(run->options->files.jobs),
    };
    enum cli_exit status = take_shard(&many);

    if (status == CLI_GO_ON)
        status = check_folder(cli, run, operands, count);
    if (status == CLI_GO_ON)
        status = convert_sink_open(&many.sink, cli, run, many.jobs);
    if (status == CLI_GO_ON && run->options->base)
        status = check_base(cli, run);
    if (status == CLI_GO_ON)
        status = open_reports(&many);
    if (status == CLI_GO_ON)
        status = convert_input_open(cli, run, operands, count, &many.input);
    if (status == CLI_GO_ON)
        status = go(&many);
    convert_input_close(many.input);
    convert_sink_close(&many.sink);
    report_book_close(&many.book, NULL);
    plan_book_close(&many.plan, false);
    suggestion_free(many.suggestion);
    return status;
}
