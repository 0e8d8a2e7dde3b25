/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine whose name is known before it is converted is written by whoever converted
 * it; the others by the calling thread, when their turn has come. */
#include "convert-sink.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "batch.h"
#include "convert-journal.h"
#include "disk-plan.h"
#include "tar-write.h"

#include "base/banned.h"

enum {
    STREAM_PIECE = 1 << 17,
    STREAM_CEILING = 1 << 30,
};

/* ---- begin and end --------------------------------------------------------------- */

static enum cli_exit
open_folder(struct convert_sink *sink)
{
    const char *folder = sink->options->folder;
    int number = out_tree_open(&sink->tree, folder);
    enum cli_exit status;

    if (number)
        return cli_trouble(sink->cli, "%s: %s", folder, strerror(number));
    status = convert_journal_open(sink->cli, sink->run, &sink->tree, &sink->journal);
    if (status != CLI_GO_ON)
        return status;
    sink->places = calloc(sink->jobs, sizeof(*sink->places));
    if (sink->places == NULL)
        return cli_trouble(sink->cli, "out of memory");
    for (unsigned i = 0; i < sink->jobs; i++)
        out_place_init(&sink->places[i], &sink->tree, i);
    return CLI_GO_ON;
}

enum cli_exit
convert_sink_open(struct convert_sink *sink, struct cli *cli, const struct convert *run,
                  unsigned jobs)
{
    const struct convert_options *options = run->options;
    const char *wrong = options->name ? out_name_check(options->name) : NULL;

    *sink = (struct convert_sink){
        .cli = cli,
        .run = run,
        .options = options,
        .late = options->name && out_name_reads(options->name),
        .jobs = jobs,
        .tree = {.root = -1},
        .out = VX_BUF(STREAM_CEILING),
    };
    if (wrong)
        return cli_usage(cli, "--name=%s: %s", options->name, wrong);
    if (options->folder && options->stream != CONVERT_NO_STREAM)
        return cli_usage(cli, "-O and --stream exclude each other");
    sink->names = out_names_new();
    sink->texts = calloc(jobs, sizeof(*sink->texts));
    if (sink->names == NULL || sink->texts == NULL)
        return cli_trouble(cli, "out of memory");
    return options->folder ? open_folder(sink) : CLI_GO_ON;
}

void
convert_sink_close(struct convert_sink *sink)
{
    for (unsigned i = 0; sink->places && i < sink->jobs; i++)
        out_place_done(&sink->places[i]);
    for (unsigned i = 0; sink->texts && i < sink->jobs; i++)
        vx_buf_done(&sink->texts[i]);
    free(sink->texts);
    free(sink->places);
    (void)journal_close(sink->journal);
    out_names_free(sink->names);
    out_tree_done(&sink->tree);
    vx_buf_done(&sink->out);
}

/* ---- streams --------------------------------------------------------------------- */

static bool
flush(struct convert_sink *sink)
{
    int number = ENOMEM;

    if (sink->out.size == 0 && !sink->out.failed)
        return true;
    if (sink->out.failed
        || vx_file_write_all(STDOUT_FILENO, vx_buf_text(&sink->out), &number)
               != VMX_OK) {
        cli_trouble(sink->cli, "standard output: %s", strerror(number));
        sink->lost = true;
    }
    sink->out.size = 0;
    return !sink->lost;
}

static void
put_member(struct vx_buf *out, const char *key, struct vx_str text)
{
    vx_buf_printf(out, ",\"%s\":\"", key);
    vx_json_text(out, text);
    vx_buf_char(out, '"');
}

/* One line.  `text` is none for a machine that failed. */
static void
put_line(struct convert_slot *slot, struct vx_str text)
{
    struct vx_buf *out = &slot->stream;
    const struct cli_input *input = &slot->item.input;

    vx_buf_lit(out, "{\"file\":\"");
    vx_json_text(out, vx_str_of(input->path, input->size));
    vx_buf_char(out, '"');
    if (text.s) {
        put_member(out, "status", VX_STR("converted"));
        put_member(out, "name", vx_buf_text(&slot->output));
        put_member(out, slot->job.to == CONVERT_TO_VMX ? "vmx" : "xml", text);
    } else {
        put_member(out, "status", VX_STR("failed"));
    }
    vx_buf_lit(out, "}\n");
}

bool
convert_sink_end(struct convert_sink *sink, bool whole)
{
    int number = journal_close(sink->journal);

    sink->journal = NULL;
    if (number)
        cli_trouble(sink->cli, "the journal: %s; --resume will not know all",
                    strerror(number));
    if (whole && sink->options->stream == CONVERT_TAR)
        tar_end(&sink->out);
    return !sink->lost && flush(sink);
}

/* ---- one machine ----------------------------------------------------------------- */

static void
take_name(struct convert_sink *sink, struct convert_slot *slot)
{
    convert_slot_name(slot);
    if (out_names_take(sink->names, vx_buf_text(&slot->wanted), slot->suffix,
                       &slot->output))
        slot->renamed = true;
    slot->name_error = out_names_error(sink->names);
    vx_buf_char(&slot->output, '\0');
    if (!slot->output.failed)
        slot->output.size--;
}

/* 0 or errno. */
static int
put(struct convert_sink *sink, struct convert_slot *slot, unsigned worker)
{
    struct vx_str text = VX_STR_NONE;
    if (slot->name_error)
        return slot->name_error;
    if (slot->output.failed || !convert_job_text(&slot->job, &text))
        return ENOMEM;
    slot->written_size = text.n;
    if (sink->places)
        return out_place_write(&sink->places[worker], slot->output.data, text);
    if (sink->options->stream == CONVERT_TAR)
        tar_put(&slot->stream, slot->output.data, text);
    if (sink->options->stream == CONVERT_JSONL)
        put_line(slot, text);
    return slot->stream.failed ? ENOMEM : 0;
}

/* Its part of --disk-plan; false without memory. */
static bool
plan_disks(struct convert_slot *slot)
{
    const struct cli_input *input = &slot->item.input;
    const char *plan = slot->job.run->options->disk_plan;
    const struct disk_plan_input machine = {
        .file = input->path,
        .below =
            vx_str_of(input->path + input->relative, input->name - input->relative),
        .base = slot->job.base,
    };

    return plan == NULL || slot->job.result == NULL
           || disk_plan_part(&slot->plan, disk_plan_is_json(plan), &machine,
                             slot->job.result);
}

static void
finish(struct convert_sink *sink, struct convert_slot *slot, unsigned worker)
{
    int number = convert_slot_has_result(slot) ? put(sink, slot, worker) : 0;

    if (number == 0 && convert_slot_has_result(slot) && !plan_disks(slot))
        number = ENOMEM;
    if (sink->options->stream == CONVERT_JSONL && slot->stream.size == 0)
        put_line(slot, VX_STR_NONE);
    convert_slot_end(slot, number);
}

/* Is it the machine that the journal knows, and would have the same name? */
static bool
is_done(struct convert_sink *sink, struct convert_slot *slot)
{
    if (sink->journal == NULL || !sink->options->resume
        || !convert_journal_knows(sink->journal, &sink->tree, slot))
        return false;
    return true;
}

void
convert_sink_next(struct convert_sink *sink, struct convert_slot *slot)
{
    slot->skipped = !slot->foreign && is_done(sink, slot);
    if (slot->skipped && sink->late)
        return;
    if (!sink->late)
        take_name(sink, slot);
    if (slot->skipped)
        slot->skipped = vx_str_eq(vx_buf_text(&slot->output), slot->done.output);
    if (!slot->skipped)
        slot->status = CLI_FOUND;
}

/* The text of a file is of no use once it is converted: a buffer for each thread will
 * do, and not one for each slot. */
static void
swap(struct vx_buf *a, struct vx_buf *b)
{
    struct vx_buf other = *a;

    *a = *b;
    *b = other;
    batch_buf_reset(a);
    a->ceiling = VMX_MAX_TEXT;
}

void
convert_sink_work(struct convert_sink *sink, struct convert_slot *slot, unsigned worker)
{
    if (slot->skipped)
        return;
    if (!slot->loaded)
        swap(&slot->job.text, &sink->texts[worker]);
    convert_slot_work(slot);
    if (!slot->loaded)
        swap(&slot->job.text, &sink->texts[worker]);
    if (sink->journal)
        convert_slot_look(slot); /* of an archive; a file was looked at */
    if (!sink->late)
        finish(sink, slot, worker);
}

/* A machine that others have taken the name of since is converted now. */
static void
skip_late(struct convert_sink *sink, struct convert_slot *slot)
{
    slot->wanted.size = 0;
    vx_buf_str(&slot->wanted, slot->done.wanted);
    out_names_take(sink->names, vx_buf_text(&slot->wanted), slot->suffix,
                   &slot->output);
    if (!vx_str_eq(vx_buf_text(&slot->output), slot->done.output))
        slot->skipped = false;
}

static void
deliver_late(struct convert_sink *sink, struct convert_slot *slot)
{
    if (slot->foreign) {
        if (convert_slot_has_result(slot))
            take_name(sink, slot);
        convert_job_end(&slot->job);
        return;
    }
    if (slot->skipped) {
        skip_late(sink, slot);
        if (slot->skipped)
            return;
        slot->status = CLI_FOUND;
        convert_slot_work(slot);
    } else if (convert_slot_has_result(slot)) {
        take_name(sink, slot);
    }
    finish(sink, slot, 0);
}

bool
convert_sink_deliver(struct convert_sink *sink, struct convert_slot *slot)
{
    if (sink->late)
        deliver_late(sink, slot);
    if (slot->skipped) {
        slot->row.size = slot->facts.size = 0;
        vx_buf_str(&slot->row, slot->done.row);
        vx_buf_str(&slot->facts, slot->done.facts);
    } else if (sink->journal && slot->written) {
        convert_journal_add(sink->journal, slot);
    }
    if (slot->stream.size == 0)
        return true;
    vx_buf_str(&sink->out, vx_buf_text(&slot->stream));
    return sink->out.size < STREAM_PIECE || flush(sink);
}
