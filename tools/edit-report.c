/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What vmx-edit says of a file: results on standard output, all else on standard error.
 */
#include "cli-report.h"
#include "edit.h"

#include <errno.h>
#include <unistd.h>

#include "base/utf8.h"

#include "base/banned.h"

/* On a terminal without what could command it. */
static bool
put_result(struct cli *cli, const struct vx_buf *text)
{
    struct vx_buf safe VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);
    struct vx_str left = vx_buf_text(text);
    size_t size;

    if (text->failed)
        return cli_trouble(cli, "out of memory") == CLI_WELL;
    if (text->data == NULL)
        return true;
    if (!isatty(STDOUT_FILENO))
        return cli_write(cli, NULL, left.s, left.n);
    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (c == VX_UTF8_BAD || (vx_utf8_unsafe(c) && c != '\n' && c != '\t'))
            vx_buf_char(&safe, '?');
        else
            vx_buf_add(&safe, left.s, size);
    }
    return safe.size == 0 || cli_write(cli, NULL, safe.data, safe.size);
}

static struct vx_str
c_text(const struct vx_buf *buf)
{
    return vx_str_of(buf->data, buf->size ? buf->size - 1 : 0);
}

/* What belongs on standard output; false when it could not be written. */
static bool
put_results(struct cli *cli, const struct edit_job *job)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);

    edit_put_entries(job, &out);
    vx_buf_str(&out, c_text(&job->diff));
    if (job->device.size && job->status == CLI_WELL && !edit_to_stdout(job)
        && !job->plan->options->quiet && !job->plan->options->dry_run) {
        if (job->plan->many)
            vx_buf_printf(&out, "%s: ", job->file);
        vx_buf_str(&out, c_text(&job->device));
        vx_buf_char(&out, '\n');
    }
    return put_result(cli, &out);
}

static void
report_missing(struct cli *cli, const struct edit_job *job)
{
    struct edit_entry entry;

    for (size_t at = 0; at < job->entries.size; at += sizeof(entry)) {
        struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

        memcpy(&entry, job->entries.data + at, sizeof(entry));
        if (entry.value)
            continue;
        vx_buf_printf(&why, "there is no %s", entry.key);
        vx_buf_char(&why, '\0');
        if (!job->plan->options->quiet)
            cli_failure(cli, job->file, why.failed ? "out of memory" : why.data);
    }
}

/* A script that asks for a password shall not go on with a word in its place. */
static void
report_secrets(struct cli *cli, const struct edit_job *job)
{
    struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    for (int i = 0; i < job->plan->arg_count; i++)
        if (vmx_key_is_secret(job->plan->args[i])
            && vmx_doc_get(job->doc, job->plan->args[i]))
            vx_buf_printf(&why, "%s%s", why.size ? ", " : "", job->plan->args[i]);
    if (why.size == 0 || job->plan->options->with_secrets || job->plan->options->quiet)
        return;
    vx_buf_char(&why, '\0');
    cli_put_safe(cli, job->file);
    vx_buf_lit(&cli->out, ": ");
    cli_put_safe(cli, why.failed ? "" : why.data);
    vx_buf_lit(&cli->out, ": a secret, which --with-secrets shows\n");
}

/* ---- conflicts ------------------------------------------------------------------- */

static const char *
shown(const struct edit_job *job, const struct vmx_conflict *conflict,
      const char *value)
{
    return value && conflict->secret && !job->plan->options->with_secrets ? "(redacted)"
                                                                          : value;
}

static void
put_value(struct vx_buf *out, const char *words, const char *value)
{
    vx_buf_str(out, vx_str_c(words));
    if (value)
        edit_put_quoted(out, value);
    else
        vx_buf_lit(out, "no such key");
}

static void
report_conflicts(struct cli *cli, const struct edit_job *job)
{
    const struct vmx_conflict *conflict;

    for (size_t i = 0; (conflict = vmx_patch_conflict(job->patch, i)) != NULL; i++) {
        struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);

        vx_buf_printf(&why, "conflict: %s: the patch is for ", conflict->edit.key);
        put_value(&why, "", shown(job, conflict, conflict->edit.before));
        put_value(&why, " and wants ", shown(job, conflict, conflict->edit.after));
        put_value(&why, ", the file has ", shown(job, conflict, conflict->found));
        vx_buf_char(&why, '\0');
        cli_failure(cli, job->file, why.failed ? "out of memory" : why.data);
    }
}

static void
json_conflicts(struct cli *cli, const struct edit_job *job)
{
    const struct vmx_conflict *conflict;

    cli_json_begin(cli, "conflicts", '[');
    for (size_t i = 0; (conflict = vmx_patch_conflict(job->patch, i)) != NULL; i++) {
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "key", conflict->edit.key);
        cli_json_text(cli, "before", shown(job, conflict, conflict->edit.before));
        cli_json_text(cli, "after", shown(job, conflict, conflict->edit.after));
        cli_json_text(cli, "found", shown(job, conflict, conflict->found));
        cli_json_end(cli, '}');
    }
    cli_json_end(cli, ']');
}

/* ---- all of it ------------------------------------------------------------------- */

static enum cli_exit
report_text(struct cli *cli, const struct edit_job *job)
{
    cli_diags(cli, job->file, job->diags);
    if (job->why.size)
        cli_failure(cli, job->file, job->why.data);
    if (job->patch)
        report_conflicts(cli, job);
    if (job->doc && strcmp(job->plan->command->word, "get") == 0) {
        report_missing(cli, job);
        report_secrets(cli, job);
    }
    if (job->plan->options->verbose && job->outcome && !job->plan->command->reads) {
        cli_put_safe(cli, job->file);
        vx_buf_printf(&cli->out, ": %s\n", job->outcome);
    }
    cli_flush(cli);
    return put_results(cli, job) ? job->status : CLI_TROUBLE;
}

static enum cli_exit
report_json(struct cli *cli, const struct edit_job *job)
{
    cli->fd = edit_to_stdout(job) ? STDERR_FILENO : STDOUT_FILENO;
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "file", job->file);
    cli_json_text(cli, "status",
                  job->status == CLI_TROUBLE && job->outcome ? "not-written"
                  : job->outcome                             ? job->outcome
                                                             : "failed");
    if (job->why.size)
        cli_json_text(cli, "error", job->why.data);
    if (job->device.size && job->status == CLI_WELL)
        cli_json_text(cli, "device", job->device.data);
    if (job->diff.size)
        cli_json_text(cli, "diff", job->diff.data);
    if (job->plan->command->reads)
        edit_json_entries(cli, job);
    if (job->patch)
        json_conflicts(cli, job);
    cli_json_begin(cli, "diagnostics", '[');
    cli_json_diags(cli, job->diags);
    cli_json_end(cli, ']');
    cli_json_end(cli, '}');
    return job->status;
}

enum cli_exit
edit_report(struct cli *cli, struct edit_job *job)
{
    enum cli_exit status = job->plan->options->format == CLI_FORMAT_JSON
                               ? report_json(cli, job)
                               : report_text(cli, job);

    return put_result(cli, &job->output) ? status : CLI_TROUBLE;
}
