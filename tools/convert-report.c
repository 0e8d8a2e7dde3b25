/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one conversion found and lost, as text and as JSON. */
#include "convert.h"

#include "cli-report.h"

#include "base/banned.h"

static const struct {
    const char *name, *words;
} fates[VMX_FATES] = {
    [VMX_FATE_MAPPED] = {"mapped", "mapped"},
    [VMX_FATE_KEPT] = {"kept", "kept in metadata"},
    [VMX_FATE_RUNTIME] = {"runtime", "runtime left out"},
    [VMX_FATE_LOST] = {"lost", "lost"},
};

/* What to do next is for a person, not for a log. */
static void
report_sum(struct convert_job *job)
{
    struct vx_buf *out = &job->cli->out;

    if (job->doc == NULL) {
        vx_buf_printf(out, ": %zu losses\n", vmx_result_losses(job->result));
        return;
    }
    vx_buf_printf(out, ": %zu keys: ", vmx_doc_count(job->doc));
    for (int i = 0; i < VMX_FATES; i++)
        vx_buf_printf(out, "%s%zu %s", i ? ", " : "",
                      vmx_result_count(job->result, (enum vmx_fate)i), fates[i].words);
    if (job->cli->terminal && job->to != CONVERT_TO_TARGET)
        vx_buf_lit(out, "; what libvirt's QEMU driver defines is --to=kvm");
    vx_buf_char(out, '\n');
}

void
convert_report_text(struct convert_job *job)
{
    struct cli *cli = job->cli;

    cli_diags(cli, job->file, job->parsed);
    cli_diags(cli, job->file, job->converted);
    if (job->why)
        cli_failure(cli, job->file, job->why);
    if (job->result == NULL || job->why)
        return; /* nothing was written, or there is nothing to tell */
    cli_losses(cli, job->file, job->result);
    if (cli->verbose || (cli->terminal && !cli->quiet)) {
        cli_put_safe(cli, job->file);
        report_sum(job);
    }
}

static void
report_counts(struct convert_job *job)
{
    struct cli *cli = job->cli;

    if (job->result == NULL || job->doc == NULL)
        return;
    cli_json_number(cli, "keys", vmx_doc_count(job->doc));
    cli_json_begin(cli, "counts", '{');
    for (int i = 0; i < VMX_FATES; i++)
        cli_json_number(cli, fates[i].name,
                        vmx_result_count(job->result, (enum vmx_fate)i));
    cli_json_end(cli, '}');
}

const char *
convert_status_word(const struct convert_job *job, enum cli_exit status)
{
    if (status == CLI_WELL)
        return "converted";
    if (status == CLI_TROUBLE)
        return "not-written";
    return job->why || job->result == NULL ? "failed" : "findings";
}

void
convert_report_json(struct convert_job *job, enum cli_exit status)
{
    struct cli *cli = job->cli;

    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "file", job->file);
    cli_json_text(cli, "status", convert_status_word(job, status));
    if (job->why)
        cli_json_text(cli, "error", job->why);
    cli_json_begin(cli, "diagnostics", '[');
    cli_json_diags(cli, job->parsed);
    cli_json_diags(cli, job->converted);
    cli_json_end(cli, ']');
    report_counts(job);
    cli_json_begin(cli, "losses", '[');
    cli_json_losses(cli, job->result);
    cli_json_end(cli, ']');
    cli_json_end(cli, '}');
}
