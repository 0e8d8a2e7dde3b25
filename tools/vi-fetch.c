/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-vi fetch: configurations into a folder, as they are, as domain XML, or as what a
 * target makes of them: each is a machine of a run of vmx-convert. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli-progress.h"
#include "cli-target.h"
#include "convert-row.h"
#include "report-book.h"
#include "vi.h"

#include "base/banned.h"

/* What the run is, for all machines. */
struct vi_fetching {
    struct vi_job *job;
    struct convert_options options;
    struct convert run;
    bool converts; /* else the bytes are all there is */
    struct report_book book;
    struct report_totals totals;
    struct cli_progress progress;
    size_t all;
};

/* ---- names ----------------------------------------------------------------------- */

/* "web" of "[ds] web/web.vmx", as a file of any folder can be called; the name of the
 * object where it cannot. */
static struct vx_str
base_of(const struct vmx_vi_machine *machine)
{
    struct vx_str base = vx_str_c(machine->path);

    for (ptrdiff_t at; (at = vx_str_find(base, '/')) >= 0;)
        base = vx_str_skip(base, (size_t)at + 1);
    if (vx_str_starts(base, VX_STR("["))) { /* in the root of the datastore */
        ptrdiff_t at = vx_str_find(base, ']');

        base = at < 0 ? VX_STR("") : vx_str_trim(vx_str_skip(base, (size_t)at + 1));
    }
    if (vx_str_iends(base, VX_STR(".vmx")))
        base.n -= 4;
    for (size_t i = 0; i < base.n; i++)
        if ((unsigned char)base.s[i] < ' ' || base.s[i] == 0x7f)
            base.n = 0;
    return base.n && base.s[0] != '.' && base.n < 200 ? base : VX_STR("");
}

/* Machines whose files are called alike have their objects in their names. */
static bool
is_shared(const struct vi_job *job, const struct vmx_vi_machine *machine)
{
    for (size_t i = 0; i < vmx_vi_list_count(job->list); i++) {
        const struct vmx_vi_machine *other = vmx_vi_list_get(job->list, i);

        if (other != machine && vx_str_ieq(base_of(other), base_of(machine)))
            return true;
    }
    return false;
}

/* What a host calls its objects: no path. */
static bool
is_plain(const char *ref)
{
    for (const char *c = ref; *c; c++)
        if (!vx_is_digit((unsigned char)*c) && !vx_is_alpha((unsigned char)*c)
            && *c != '-' && *c != '_')
            return false;
    return *ref != '\0' && strlen(ref) < 100;
}

/* Below the folder of --output-dir; false when there is no such name. */
static bool
name_output(const struct vi_job *job, const struct vmx_vi_machine *machine,
            struct convert_slot *slot)
{
    struct vx_str base = base_of(machine);
    bool shared = base.n == 0 || is_shared(job, machine);

    if (shared && !is_plain(machine->ref))
        return false;
    vx_buf_printf(&slot->output, "%.*s%s%s%s", (int)base.n, base.n ? base.s : "",
                  base.n && shared ? "-" : "", shared ? machine->ref : "",
                  slot->suffix);
    return !slot->output.failed;
}

/* The folder of the VMX, which relative names in it begin at. */
static void
put_folder(struct vx_buf *out, const char *path)
{
    struct vx_str folder = vx_str_c(path);

    while (folder.n && folder.s[folder.n - 1] != '/' && folder.s[folder.n - 1] != ']')
        folder.n--;
    if (folder.n && folder.s[folder.n - 1] == '/')
        folder.n--;
    vx_buf_str(out, folder);
    vx_buf_char(out, '\0');
}

/* ---- on any thread --------------------------------------------------------------- */

static int
collect(void *data, const char *bytes, size_t size)
{
    struct vx_buf *text = data;

    vx_buf_add(text, bytes, size);
    return text->failed;
}

static void
drop_slot(void *slot)
{
    convert_slot_drop(slot);
    free(slot);
}

static struct convert_slot *
slot_of(struct vi_item *item)
{
    if (item->own == NULL) {
        item->own = calloc(1, sizeof(struct convert_slot));
        item->drop = drop_slot;
    }
    return item->own;
}

static void
begin_slot(const struct vi_fetching *fetching, const struct vmx_vi_machine *machine,
           struct convert_slot *slot)
{
    struct cli_input *input = &slot->item.input;
    const char *slash = strrchr(machine->path, '/');

    *input = (struct cli_input){.path = machine->path, .size = strlen(machine->path)};
    input->name = slash ? (size_t)(slash + 1 - machine->path) : 0;
    convert_slot_begin(slot, &fetching->run, fetching->job->cli);
    slot->job.name = machine->name;
    if (machine->path[0] != '[')
        return;
    put_folder(&slot->base, machine->path);
    slot->job.base = slot->base.failed ? NULL : slot->base.data;
}

static enum vmx_vi_status
fetch(struct vi_job *job, struct vmx_vi *vi, struct vi_item *item)
{
    const struct vmx_vi_machine *machine = item->machine;
    struct convert_slot *slot = slot_of(item);
    enum vmx_vi_status status;

    if (slot == NULL)
        return VMX_VI_ERR_NOMEM;
    begin_slot(job->fetching, machine, slot);
    if (machine->path[0] == '\0')
        return VMX_VI_OK;
    status = vmx_vi_read(vi, machine->datacenter, machine->path, 0, VMX_MAX_TEXT,
                         collect, &slot->job.text);
    if (status == VMX_VI_OK && job->fetching->converts) {
        convert_slot_loaded(slot, NULL);
        convert_slot_work(slot);
    }
    return status;
}

/* ---- in order -------------------------------------------------------------------- */

/* What the host has is written, whatever it is; what it would become, if it can. */
static bool
find_text(const struct vi_fetching *fetching, struct convert_slot *slot,
          struct vx_str *ret)
{
    if (fetching->run.to == CONVERT_TO_VMX) {
        slot->status = CLI_GO_ON;
        slot->job.why = NULL;
        *ret = vx_buf_text(&slot->job.text);
        return true;
    }
    return convert_slot_has_result(slot) && convert_job_text(&slot->job, ret);
}

/* Whole or not at all, and without fsync, which would take longer than the host does.
 * errno, or 0. */
static int
write_output(const struct vi_job *job, const struct convert_slot *slot,
             struct vx_str text)
{
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(64 << 10);
    int number = ENOMEM;

    vx_buf_printf(&path, "%s/", job->options->output);
    vx_buf_str(&path, vx_buf_text(&slot->output));
    vx_buf_char(&path, '\0');
    if (path.failed)
        return ENOMEM;
    return vx_file_replace(path.data, text, false, &number) == VMX_OK ? 0 : number;
}

static void
tell(struct vi_fetching *fetching, struct convert_slot *slot)
{
    struct vi_job *job = fetching->job;
    struct report_totals *totals = &fetching->totals;

    totals->converted += slot->written;
    totals->warned += slot->warned;
    totals->failed += !slot->written;
    if (fetching->book.to.file)
        report_book_add(&fetching->book, totals->machines, vx_buf_text(&slot->row));
    if (job->options->format == CLI_FORMAT_JSON)
        vi_results(job);
    else
        vi_messages(job);
    vx_buf_str(&job->cli->out, vx_buf_text(&slot->cli.out));
    cli_flush(job->cli);
}

/* What could not be read: it is told as by any other command, and is in the report. */
static enum cli_exit
tell_unread(struct vi_fetching *fetching, struct vi_item *item,
            struct convert_slot *slot)
{
    struct vi_job *job = fetching->job;
    const char *name = item->machine->name;
    enum cli_exit status = vi_failed_as(job, name[0] ? name : item->machine->ref,
                                        item->status, item->message);

    if (slot == NULL)
        return status;
    slot->job.why = item->message;
    slot->status = CLI_FOUND;
    convert_slot_end(slot, 0);
    if (job->options->format != CLI_FORMAT_JSON)
        slot->cli.out.size = 0;
    tell(fetching, slot);
    return status;
}

static enum cli_exit
deliver(struct vi_job *job, struct vi_item *item)
{
    struct vi_fetching *fetching = job->fetching;
    struct convert_slot *slot = item->own;
    struct vx_str text;
    const char *why = NULL;
    int number = 0;

    fetching->totals.machines++;
    cli_progress_step(&fetching->progress, item->status != VMX_VI_OK,
                      (double)fetching->totals.machines / (double)fetching->all);
    if (item->status != VMX_VI_OK || slot == NULL)
        return tell_unread(fetching, item, slot);
    if (item->machine->path[0] == '\0')
        why = "the host does not tell where its configuration is";
    else if (!name_output(job, item->machine, slot))
        why = "its file has no name that a file can have here";
    if (why) {
        slot->job.why = why;
        slot->status = CLI_FOUND;
    } else if (find_text(fetching, slot, &text)) {
        number = write_output(job, slot, text);
    }
    convert_slot_end(slot, number);
    tell(fetching, slot);
    return slot->status;
}

/* ---- the whole ------------------------------------------------------------------- */

static enum cli_exit
choose_target(struct vi_fetching *fetching)
{
    const struct vi_options *options = fetching->job->options;
    struct cli *cli = fetching->job->cli;
    const char *to = options->to ? options->to : "vmx";

    if (cli_is_target(to)) {
        fetching->run.to = CONVERT_TO_TARGET;
        return cli_target(cli, to, options->map, &options->params,
                          &fetching->run.target);
    }
    fetching->run.to = strcmp(to, "vmx") == 0 ? CONVERT_TO_VMX : CONVERT_TO_XML;
    if (fetching->run.to == CONVERT_TO_XML && strcmp(to, "xml") != 0)
        return cli_usage(
            cli, "--to=%s: expected vmx, xml, kvm or a file that ends in .xsl", to);
    if (options->map || options->params.count)
        return cli_usage(cli, "--%s is for --to=kvm and stylesheets",
                         options->map ? "map" : "param");
    return CLI_GO_ON;
}

static enum cli_exit
set_up(struct vi_fetching *fetching)
{
    const struct vi_options *options = fetching->job->options;
    enum cli_exit status = choose_target(fetching);

    fetching->options = (struct convert_options){
        .format = options->format,
        .fail_on = -1,
        .to = options->to,
        .map = options->map,
        .report = options->report,
        .folder = options->output,
        .stream = CONVERT_NO_STREAM,
        .from = CONVERT_FROM_HOST,
    };
    fetching->run.options = &fetching->options;
    fetching->run.convert = (struct vmx_convert_options)VMX_CONVERT_OPTIONS;
    fetching->converts = fetching->run.to != CONVERT_TO_VMX || options->report
                         || options->format == CLI_FORMAT_JSON;
    if (status == CLI_GO_ON && options->report)
        status = report_book_open(&fetching->book, fetching->job->cli, options->report);
    return status;
}

static void
put_sum(struct vi_fetching *fetching)
{
    const struct report_totals *totals = &fetching->totals;
    struct cli *cli = fetching->job->cli;

    if (cli->quiet || !fetching->converts)
        return;
    vi_messages(fetching->job);
    vx_buf_printf(&cli->out,
                  "%" PRIu64 " machines: %" PRIu64 " converted, %" PRIu64
                  " with warnings, %" PRIu64 " failed\n",
                  totals->machines, totals->converted, totals->warned, totals->failed);
    cli_flush(cli);
}

static enum cli_exit
run(struct vi_fetching *fetching)
{
    struct vi_job *job = fetching->job;
    struct cli *cli = job->cli;
    enum cli_exit status = vi_need_list(job);
    bool whole;

    if (status != CLI_GO_ON)
        return status;
    fetching->all =
        job->options->all ? vmx_vi_list_count(job->list) : (size_t)job->count;
    cli->progress = &fetching->progress;
    cli_progress_begin(&fetching->progress, !cli->quiet);
    status = vi_many_machines(job, job->args, job->count, fetch, deliver);
    cli_progress_hide(&fetching->progress);
    cli->progress = NULL;
    whole = !vi_was_stopped(NULL) && fetching->totals.machines > 0;
    if (!report_book_close(&fetching->book, whole ? &fetching->totals : NULL))
        return CLI_TROUBLE;
    put_sum(fetching);
    return status;
}

enum cli_exit
vi_fetch(struct vi_job *job)
{
    struct vi_fetching fetching = {.job = job};
    enum cli_exit status;
    struct stat there;

    if (job->options->output == NULL)
        return cli_usage(job->cli, "fetch: --output-dir=DIR says where to");
    if (job->options->all == (job->count > 0))
        return cli_usage(job->cli, "name machines, or say --all");
    if ((mkdir(job->options->output, 0777) != 0 && errno != EEXIST)
        || stat(job->options->output, &there) != 0)
        return cli_trouble(job->cli, "%s: %s", job->options->output, strerror(errno));
    if (!S_ISDIR(there.st_mode))
        return cli_trouble(job->cli, "%s: no folder", job->options->output);
    job->fetching = &fetching;
    status = set_up(&fetching);
    if (status == CLI_GO_ON)
        status = run(&fetching);
    report_book_close(&fetching.book, NULL);
    vmx_target_free(fetching.run.target);
    job->fetching = NULL;
    return status;
}
