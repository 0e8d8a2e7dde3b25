/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff-folders.h"
#include "batch.h"
#include "cli-progress.h"
#include "cli-report.h"
#include "diff-match.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    GRAPH_MAX = 40, /* signs in a line of --stat */
    NAME_WIDTH = 40,
};

/* One pair, in the hands of a thread. */
struct slot {
    const struct diff_pair *pair;
    struct cli cli; /* whose output is kept */
    enum cli_exit status;
    const char *file; /* that could not be read, and why */
    struct vx_buf why;
};

struct run {
    struct cli *cli;
    const struct diff_folders *folders;
    const struct diff_pairs *pairs;
    size_t next;
    bool more; /* JSON: an object stands before the next one */
    bool trouble;
    size_t differ, same, only_before, only_after;
    struct cli_progress progress;
};

/* ---- one pair -------------------------------------------------------------------- */

void
diff_put_stat(struct cli *cli, const struct diff_view *view, const char *name)
{
    struct diff_count count = diff_count(view);

    const struct {
        size_t count;
        char sign;
    } signs[] = {
        {count.added, '+'}, {count.removed, '-'}, {count.changed + count.moved, '~'}};

    size_t start = cli->out.size, left = GRAPH_MAX;

    if (count.all == 0)
        return;
    vx_buf_char(&cli->out, ' ');
    cli_put_safe(cli, name);
    while (!cli->out.failed && cli->out.size - start <= NAME_WIDTH)
        vx_buf_char(&cli->out, ' ');
    vx_buf_printf(&cli->out, " | %3zu ", count.all);
    for (size_t i = 0; i < VX_COUNT(signs); i++)
        for (size_t n = signs[i].count; n && left; n--, left--)
            vx_buf_char(&cli->out, signs[i].sign);
    vx_buf_printf(&cli->out, " (%s)\n", diff_needs(&count));
}

/* Of one that has no match there is nothing to compare. */
static void
put_alone(struct cli *cli, const struct run *run, const struct diff_pair *pair)
{
    const char *path = pair->before ? pair->before : pair->after;

    if (run->folders->quiet)
        return;
    switch (run->folders->stat ? DIFF_TEXT : run->folders->how->format) {
    case DIFF_JSON:
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "before", pair->before);
        cli_json_text(cli, "after", pair->after);
        cli_json_begin(cli, "differences", '[');
        cli_json_end(cli, ']');
        cli_json_end(cli, '}');
        return;
    case DIFF_HTML:
        vx_buf_lit(&cli->out, "<p>");
        diff_put_alone_html(cli, pair->before ? "Only before: " : "Only after: ", path);
        vx_buf_lit(&cli->out, "</p>\n");
        return;
    case DIFF_TEXT:
    case DIFF_UNIFIED:
    case DIFF_SUMMARY:
        break;
    }
    vx_buf_str(&cli->out,
               pair->before ? VX_STR("Only before: ") : VX_STR("Only after: "));
    cli_put_safe(cli, path);
    vx_buf_char(&cli->out, '\n');
}

static enum vmx_status
put_pair(struct slot *slot, const struct run *run, struct diff_input *before,
         struct diff_input *after)
{
    struct diff_view view VX_AUTO(diff_view_done) = {.rows = NULL};
    enum vmx_status status = diff_view_init(&view, run->folders->how, before, after);

    if (status != VMX_OK)
        return status;
    slot->status = view.count ? CLI_FOUND : CLI_WELL;
    if (view.count == 0 || run->folders->quiet)
        return VMX_OK;
    if (run->folders->stat) {
        diff_put_stat(&slot->cli, &view, slot->pair->name);
        return slot->cli.out.failed ? VMX_ERR_NOMEM : VMX_OK;
    }
    return diff_put_view(&slot->cli, &view);
}

static void
fail(struct slot *slot, const char *file, const char *why)
{
    slot->status = CLI_TROUBLE;
    slot->file = file;
    vx_buf_str(&slot->why, vx_str_c(why));
    vx_buf_char(&slot->why, '\0');
}

static void
compare_pair(void *context, void *item, unsigned worker)
{
    const struct run *run = context;
    struct slot *slot = item;
    struct diff_input before VX_AUTO(diff_input_done) = {.file = slot->pair->before,
                                                         .name = slot->pair->before};
    struct diff_input after VX_AUTO(diff_input_done) = {.file = slot->pair->after,
                                                        .name = slot->pair->after};
    const char *why;

    (void)worker;
    slot->status = CLI_FOUND;
    if (before.file == NULL || after.file == NULL) {
        put_alone(&slot->cli, run, slot->pair);
        return;
    }
    if ((why = diff_input_read(&before, run->folders->how)) != NULL)
        fail(slot, before.name, why);
    else if ((why = diff_input_read(&after, run->folders->how)) != NULL)
        fail(slot, after.name, why);
    else if (put_pair(slot, run, &before, &after) != VMX_OK)
        fail(slot, before.name, vmx_status_text(VMX_ERR_NOMEM));
}

/* ---- all of them ----------------------------------------------------------------- */

static bool
next_pair(void *context, void *item)
{
    struct run *run = context;
    struct slot *slot = item;

    if (run->next == run->pairs->count)
        return false;
    slot->pair = &run->pairs->items[run->next++];
    if (slot->cli.tool == NULL) {
        slot->cli = (struct cli){.tool = run->cli->tool, .fd = -1};
        slot->cli.out = VX_BUF(run->cli->out.ceiling);
        slot->why = VX_BUF(1 << 16);
    }
    batch_buf_reset(&slot->cli.out);
    batch_buf_reset(&slot->why);
    slot->cli.json_more = false;
    slot->file = NULL;
    return true;
}

static void
count_pair(struct run *run, const struct slot *slot)
{
    run->trouble |= slot->status == CLI_TROUBLE;
    if (slot->pair->before == NULL)
        run->only_after++;
    else if (slot->pair->after == NULL)
        run->only_before++;
    else
        *(slot->status == CLI_WELL ? &run->same : &run->differ) +=
            slot->status != CLI_TROUBLE;
}

static bool
take_pair(void *context, void *item)
{
    struct run *run = context;
    struct slot *slot = item;
    bool json = run->folders->how->format == DIFF_JSON && !run->folders->stat;

    count_pair(run, slot);
    cli_progress_step(&run->progress, slot->status == CLI_TROUBLE,
                      (double)run->next / (double)run->pairs->count);
    if (slot->file) {
        cli_trouble(run->cli, "%s: %s", slot->file, slot->why.data);
        return true;
    }
    if (slot->cli.out.size == 0)
        return true;
    if (json && run->more)
        vx_buf_char(&run->cli->out, ',');
    else if (run->more && run->folders->how->format == DIFF_TEXT && !run->folders->stat
             && slot->pair->before && slot->pair->after)
        vx_buf_char(&run->cli->out, '\n');
    run->more = true;
    vx_buf_str(&run->cli->out, vx_buf_text(&slot->cli.out));
    run->cli->out.failed |= slot->cli.out.failed;
    cli_flush_if_full(run->cli);
    return true;
}

static void
drop_slot(void *item)
{
    struct slot *slot = item;

    vx_buf_done(&slot->cli.out);
    vx_buf_done(&slot->why);
}

static enum cli_exit
compare_all(struct run *run)
{
    struct batch batch = {
        .jobs = batch_jobs(run->folders->jobs),
        .slot_size = sizeof(struct slot),
        .context = run,
        .next = next_pair,
        .work = compare_pair,
        .deliver = take_pair,
        .drop = drop_slot,
    };
    int number = 0;
    enum batch_end end;

    cli_progress_begin(&run->progress, !run->folders->quiet);
    run->cli->progress = &run->progress;
    end = batch_run(&batch, &number);
    cli_progress_hide(&run->progress);
    run->cli->progress = NULL;
    if (end == BATCH_INTERRUPTED)
        return cli_trouble(run->cli, "interrupted");
    if (end == BATCH_NO_MEMORY)
        return cli_trouble(run->cli, "out of memory");
    return run->differ + run->only_before + run->only_after ? CLI_FOUND : CLI_WELL;
}

/* "3 differ, 1 only before, 9996 the same". */
static void
put_total(struct run *run)
{
    enum diff_format format = run->folders->how->format;

    if (run->folders->quiet
        || (!run->folders->stat && format != DIFF_TEXT && format != DIFF_SUMMARY))
        return;
    vx_buf_printf(&run->cli->out,
                  "%s%zu differ, %zu only before, %zu only after, %zu the same\n",
                  run->more ? "\n" : "", run->differ, run->only_before, run->only_after,
                  run->same);
}

enum cli_exit
diff_folders(struct cli *cli, const struct diff_folders *folders)
{
    struct diff_pairs pairs VX_AUTO(diff_pairs_done) = {.items = NULL};
    struct run run = {.cli = cli, .folders = folders, .pairs = &pairs};
    bool json = folders->how->format == DIFF_JSON && !folders->stat && !folders->quiet;
    enum cli_exit status = diff_pairs_find(cli, folders, &pairs);

    if (status != CLI_GO_ON)
        return status;
    if (json)
        vx_buf_lit(&cli->out, "[\n");
    status = compare_all(&run);
    if (json)
        vx_buf_lit(&cli->out, "]\n");
    put_total(&run);
    return run.trouble || pairs.trouble ? CLI_TROUBLE : status;
}
