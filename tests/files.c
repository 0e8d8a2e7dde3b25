/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a tool makes of its operands, for tests/files.sh: a tool that reads all files
 * and prints a line for each, its names between bars, with its size or the reason why
 * it cannot be read. */
#include "batch.h"
#include "cli-files.h"
#include "cli-progress.h"

#include <stdlib.h>
#include <time.h>

struct options {
    struct cli_files_options files;
    uint32_t slow_ms;
    bool fraction, folder;
};

/* clang-format off */
static const struct cli_option options_table[] = {
    CLI_FILES_OPTIONS(struct options, files),
    {"fraction", 0, CLI_FLAG, NULL, offsetof(struct options, fraction), "print how far"},
    {"folder", 0, CLI_FLAG, NULL, offsetof(struct options, folder), "print what else is there"},
    {"slow", 0, CLI_NUMBER, "MS", offsetof(struct options, slow_ms), "wait before each"},
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "files",
    .operands = "[FILE|FOLDER|-]...",
    .summary = "Print what there is to read.",
    .glob = "*.vmx *.vmtx",
    .options = options_table,
    .option_count = VX_COUNT(options_table),
};

static const char *const suffixes[] = {".vmx", ".vmtx", NULL};

struct run {
    struct cli cli;
    struct options options;
    struct cli_files *files;
    struct cli_progress progress;
    struct vx_buf texts[BATCH_JOBS_MAX]; /* by worker */
};

struct slot {
    struct cli_item item; /* the first */
    const char *reason;
    size_t size;
};

static bool
next(void *context, void *slot)
{
    return cli_item_next(((struct run *)context)->files, slot);
}

static void
work(void *context, void *item, unsigned worker)
{
    struct run *run = context;
    struct vx_buf *text = &run->texts[worker];
    struct slot *slot = item;
    const struct cli_input *input = &slot->item.input;
    const struct timespec wait = {run->options.slow_ms / 1000,
                                  run->options.slow_ms % 1000 * 1000000};

    if (run->options.slow_ms)
        nanosleep(&wait, NULL);
    text->ceiling = VMX_MAX_TEXT;
    batch_buf_reset(text);
    slot->reason = input->error ? strerror(input->error) : cli_read(input->path, text);
    slot->size = text->size;
}

static bool
deliver(void *context, void *item)
{
    struct run *run = context;
    const struct slot *slot = item;
    const struct cli_input *input = &slot->item.input;
    struct vx_buf *out = &run->cli.out;

    if (run->options.fraction)
        vx_buf_printf(out, "%.6f ", slot->item.fraction);
    if (run->options.folder)
        vx_buf_printf(out, "%s %s ", input->alone ? "alone" : "-",
                      input->undotted ? "undotted" : "-");
    vx_buf_printf(out, "%s|%s|", input->path, cli_input_relative(input));
    vx_buf_str(out, cli_input_stem(input));
    if (slot->reason)
        vx_buf_printf(out, "|%s\n", slot->reason);
    else
        vx_buf_printf(out, "|%zu\n", slot->size);
    cli_flush_if_full(&run->cli);
    cli_progress_step(&run->progress, slot->reason != NULL, slot->item.fraction);
    return true;
}

static void
drop(void *item)
{
    cli_item_done(item);
}

static enum cli_exit
go(struct run *run, char **operands, size_t count)
{
    const struct batch batch = {
        .jobs = batch_jobs(run->options.files.jobs),
        .slot_size = sizeof(struct slot),
        .context = run,
        .next = next,
        .work = work,
        .deliver = deliver,
        .drop = drop,
    };
    enum cli_exit status;
    enum batch_end end;
    int number = 0;

    status = cli_files_new(&run->cli, &run->options.files, operands, count, suffixes,
                           &run->files);
    if (status != CLI_GO_ON)
        return status;
    run->cli.fd = 1;
    run->cli.progress = &run->progress;
    cli_progress_begin(&run->progress, true);
    end = batch_run(&batch, &number);
    cli_progress_hide(&run->progress);
    cli_files_free(run->files);
    for (size_t i = 0; i < VX_COUNT(run->texts); i++)
        vx_buf_done(&run->texts[i]);
    if (end == BATCH_INTERRUPTED)
        return cli_trouble(&run->cli, "ended by signal %d", number);
    return end == BATCH_DONE ? CLI_WELL : cli_trouble(&run->cli, "out of memory");
}

int
main(int argc, char **argv)
{
    static struct run run;
    enum cli_exit status;
    int first;

    status = cli_begin(&run.cli, &tool, argc, argv, &run.options, &first);
    if (status == CLI_GO_ON)
        status = go(&run, argv + first, (size_t)(argc - first));
    return cli_end(&run.cli, status);
}
