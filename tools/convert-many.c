/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many machines: what goes on on the main thread. */
#include "convert-input.h"
#include "convert-sink.h"

#include <errno.h>
#include <unistd.h>

#include "batch.h"
#include "cli-progress.h"

#include "base/banned.h"

struct many {
    struct cli *cli;
    const struct convert *run;
    struct convert_input *input;
    struct convert_sink sink;
    struct cli_progress progress;
    unsigned jobs;
    uint64_t total, converted, warned, failed, found, skipped;
};

bool
convert_is_many(const struct convert_options *options)
{
    return options->folder || options->stream != CONVERT_NO_STREAM;
}

/* ---- the batch ------------------------------------------------------------------- */

static bool
next(void *context, void *slot)
{
    struct many *many = context;

    if (!convert_input_next(many->input, slot))
        return false;
    convert_sink_next(&many->sink, slot);
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

    many->total++;
    many->skipped += slot->skipped;
    many->converted += slot->written;
    many->warned += slot->warned;
    many->failed += !slot->written && !slot->skipped;
    many->found += slot->status != CLI_WELL;
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
    if (!convert_sink_end(&many->sink, end == BATCH_DONE))
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

enum cli_exit
convert_many(struct cli *cli, const struct convert *run, char **operands, size_t count)
{
    struct many many = {
        .cli = cli,
        .run = run,
        .jobs = batch_jobs(run->options->files.jobs),
    };
    enum cli_exit status = convert_sink_open(&many.sink, cli, run, many.jobs);

    if (status == CLI_GO_ON && run->options->base)
        status = check_base(cli, run);
    if (status == CLI_GO_ON)
        status = convert_input_open(cli, run, operands, count, &many.input);
    if (status == CLI_GO_ON)
        status = go(&many);
    convert_input_close(many.input);
    convert_sink_close(&many.sink);
    return status;
}
