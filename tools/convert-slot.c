/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows one machine, and that there are others; not how many. */
#include "convert-slot.h"

#include <sys/stat.h>

#include "batch.h"
#include "cli-report.h"
#include "convert-row.h"
#include "seen.h"

#include "base/banned.h"

enum {
    NAME_CEILING = 1 << 20,
    REPORT_CEILING = 1 << 30,
    STREAM_CEILING = 1 << 30,
};

static void
reset(struct vx_buf *buf)
{
    batch_buf_reset(buf);
    buf->ceiling = NAME_CEILING;
}

/* A C string in a buffer. */
static const char *
text_of(struct vx_buf *buf)
{
    vx_buf_char(buf, '\0');
    if (buf->failed)
        return NULL;
    buf->size--;
    return buf->data;
}

/* Its size without the last suffix: "web.vmx" is "web". */
static size_t
without_suffix(struct vx_str name)
{
    for (size_t i = name.n; i > 1; i--)
        if (name.s[i - 1] == '.')
            return i - 1;
    return name.n;
}

/* ---- which way ------------------------------------------------------------------- */

/* Decided by the name, so that the name of the result is known before the file is
 * read. */
static enum convert_to
direction(const struct convert *run, struct vx_str file)
{
    if (run->to != CONVERT_TO_OTHER)
        return run->to;
    return vx_str_iends(file, VX_STR(".xml")) ? CONVERT_TO_VMX : CONVERT_TO_XML;
}

/* "[store] folder" and the machine's own folder below it. */
static void
join_base(struct convert_slot *slot, const char *base)
{
    const struct cli_input *input = &slot->item.input;
    size_t size = input->name > input->relative ? input->name - input->relative - 1 : 0;

    vx_buf_str(&slot->base, vx_str_c(base));
    if (size) {
        vx_buf_char(&slot->base, base[strlen(base) - 1] == ']' ? ' ' : '/');
        vx_buf_add(&slot->base, input->path + input->relative, size);
    }
    slot->job.base = text_of(&slot->base);
}

void
convert_slot_begin(struct convert_slot *slot, const struct convert *run,
                   const struct cli *cli)
{
    const struct cli_input *input = &slot->item.input;
    struct vx_str name =
        vx_str_of(input->path + input->name, input->size - input->name);

    batch_buf_reset(&slot->cli.out);
    slot->cli = (struct cli){
        .tool = cli->tool,
        .out = slot->cli.out,
        .fd = -1,
        .colour = cli->colour && run->options->format == CLI_FORMAT_TEXT,
        .verbose = cli->verbose,
        .quiet = cli->quiet,
    };
    slot->cli.out.ceiling = REPORT_CEILING;
    reset(&slot->stem);
    reset(&slot->base);
    reset(&slot->wanted);
    reset(&slot->output);
    reset(&slot->reason);
    batch_buf_reset(&slot->stream);
    slot->stream.ceiling = STREAM_CEILING;
    slot->unread = NULL;
    slot->loaded = false;
    convert_job_begin(&slot->job, run);
    slot->status = CLI_FOUND;
    slot->renamed = slot->written = slot->warned = false;
    slot->looked = slot->skipped = false;
    slot->kept = run->options->folder || run->options->stream != CONVERT_NO_STREAM;
    slot->size = slot->changed = slot->moved = 0;
    slot->written_size = 0;
    slot->name_error = 0;
    batch_buf_reset(&slot->row);
    batch_buf_reset(&slot->facts);
    batch_buf_reset(&slot->plan);
    slot->row.ceiling = slot->facts.ceiling = slot->plan.ceiling = REPORT_CEILING;
    slot->job.cli = &slot->cli;
    slot->job.file = input->path;
    slot->job.to = direction(run, name);
    slot->suffix = slot->job.to == CONVERT_TO_VMX ? ".vmx" : ".xml";
    if (vx_str_eq(name, VX_STR("-")))
        name = VX_STR("stdin");
    vx_buf_add(&slot->stem, name.s, without_suffix(name));
    slot->job.name = text_of(&slot->stem);
    if (slot->job.base)
        join_base(slot, slot->job.base);
}

void
convert_slot_drop(struct convert_slot *slot)
{
    convert_job_end(&slot->job);
    cli_item_done(&slot->item);
    vx_buf_done(&slot->cli.out);
    vx_buf_done(&slot->job.text);
    vx_buf_done(&slot->stem);
    vx_buf_done(&slot->base);
    vx_buf_done(&slot->wanted);
    vx_buf_done(&slot->output);
    vx_buf_done(&slot->reason);
    vx_buf_done(&slot->stream);
    vx_buf_done(&slot->row);
    vx_buf_done(&slot->facts);
    vx_buf_done(&slot->plan);
    vx_buf_done(&slot->known);
}

/* ---- work ------------------------------------------------------------------------ */

void
convert_slot_loaded(struct convert_slot *slot, const char *why)
{
    slot->loaded = true;
    slot->unread = why;
}

static uint64_t
nanoseconds(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec;
}

static void
take_stat(struct convert_slot *slot, const struct stat *st)
{
    slot->looked = true;
    slot->size = (uint64_t)st->st_size;
    slot->changed = nanoseconds(&st->st_mtim);
    slot->moved = nanoseconds(&st->st_ctim);
}

void
convert_slot_look(struct convert_slot *slot)
{
    struct stat st;

    if (slot->looked)
        return;
    if (slot->loaded) {
        slot->looked = true;
        slot->size = slot->job.text.size;
        slot->changed = seen_hash(vx_buf_text(&slot->job.text));
    } else if (slot->item.input.error == 0 && stat(slot->item.input.path, &st) == 0) {
        take_stat(slot, &st);
    }
}

/* NULL, or why not. */
static const char *
read_text(struct convert_slot *slot)
{
    const struct cli_input *input = &slot->item.input;
    struct stat st;
    const char *why;

    if (slot->loaded)
        return slot->unread;
    if (input->error)
        return strerror(input->error);
    why = cli_read_as(input->path, &slot->job.text, &st);
    if (why == NULL)
        take_stat(slot, &st);
    return why;
}

void
convert_slot_work(struct convert_slot *slot)
{
    struct convert_job *job = &slot->job;

    job->why = read_text(slot);
    if (job->why)
        return;
    slot->status = convert_job_work(job);
    if (slot->status == CLI_TROUBLE && job->why == NULL)
        job->why = "not converted: --base and its folder are no '[DATASTORE] DIR'";
}

/* ---- names ----------------------------------------------------------------------- */

struct vmx_doc *
convert_slot_machine(struct convert_slot *slot, struct vmx_doc **ret_made)
{
    struct convert_job *job = &slot->job;
    const char *text;
    size_t size;

    *ret_made = NULL;
    if (job->doc || job->result == NULL)
        return job->doc;
    text = vmx_result_text(job->result, &size);
    if (vmx_doc_parse(text, size, NULL, ret_made) != VMX_OK)
        *ret_made = NULL;
    return *ret_made;
}

void
convert_slot_name(struct convert_slot *slot)
{
    const char *asked = slot->job.run->options->name;
    const char *pattern = asked ? asked : OUT_NAME_USUAL;
    const struct cli_input *input = &slot->item.input;
    struct vx_str stem = vx_buf_text(&slot->stem);
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(NAME_CEILING);
    struct vmx_doc *made = NULL, *doc;
    struct out_name_facts facts = {.stem = stem, .suffix = slot->suffix};

    if (input->name > input->relative)
        vx_buf_add(&path, input->path + input->relative, input->name - input->relative);
    vx_buf_str(&path, stem);
    facts.path = vx_buf_text(&path);
    doc = out_name_reads(pattern) ? convert_slot_machine(slot, &made) : NULL;
    if (doc) {
        facts.name = vx_str_c(vmx_doc_get(doc, "displayName"));
        facts.uuid = vx_str_c(vmx_doc_get(doc, "uuid.bios"));
    }
    slot->renamed = out_name_make(pattern, &facts, &slot->wanted);
    vmx_doc_free(made);
}

/* ---- what it came to ------------------------------------------------------------- */

static void
tell_renamed(struct convert_slot *slot)
{
    struct cli *cli = &slot->cli;

    if (!slot->renamed || slot->output.size == 0 || cli->quiet
        || slot->job.run->options->format == CLI_FORMAT_JSON)
        return;
    cli_put_place(cli, slot->item.input.path, 0, 0);
    cli_put_severity(cli, VMX_SEVERITY_INFO, vmx_severity_text(VMX_SEVERITY_INFO));
    vx_buf_lit(&cli->out, ": its name is taken or unsafe: written as ");
    cli_put_safe(cli, text_of(&slot->output));
    vx_buf_char(&cli->out, '\n');
}

void
convert_slot_end(struct convert_slot *slot, int number)
{
    struct convert_job *job = &slot->job;

    if (number) {
        vx_buf_printf(&slot->reason, "not written: %s", strerror(number));
        job->why = text_of(&slot->reason);
        slot->status = CLI_TROUBLE;
    } else if (convert_slot_has_result(slot)) {
        slot->written = true;
        slot->status = convert_lost_too_much(job) ? CLI_FOUND : CLI_WELL;
    }
    slot->warned = slot->written && convert_warnings(job) > 0;
    if (job->run->options->format == CLI_FORMAT_JSON)
        convert_report_json(job, slot->status);
    else
        convert_report_text(job);
    if (slot->written)
        tell_renamed(slot);
    if (job->run->options->report)
        convert_row_make(
            slot, (enum report_format)report_format_of(job->run->options->report));
    if (job->run->options->suggest_map)
        convert_row_facts(slot);
    convert_job_end(job);
}
