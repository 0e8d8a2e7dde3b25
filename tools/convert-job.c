/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows one input at a time; not where the result goes. */
#include "convert.h"

#include <stdlib.h>

#include "batch.h"

#include "base/banned.h"

void
convert_job_begin(struct convert_job *job, const struct convert *run)
{
    batch_buf_reset(&job->text);
    *job = (struct convert_job){
        .run = run,
        .to = run->to,
        .base = run->options->base,
        .text = job->text,
    };
    job->text.ceiling = VMX_MAX_TEXT;
}

void
convert_job_end(struct convert_job *job)
{
    vmx_result_free(job->result);
    vmx_doc_free(job->doc);
    vmx_diags_free(job->parsed);
    vmx_diags_free(job->converted);
    free(job->emitted);
    job->result = NULL;
    job->doc = NULL;
    job->parsed = job->converted = NULL;
    job->emitted = NULL;
}

/* ---- which way ------------------------------------------------------------------- */

static bool
is_no_vmx(const struct convert_job *job)
{
    const struct vmx_diag *diag = vmx_diags_get(job->converted, 0);

    return diag && strcmp(diag->name, "not-vmx") == 0;
}

/* VMX to VMX fails for what is no VMX alone.  What has no domain XML for another
 * reason, as one that is wholly encrypted, is a VMX all the same. */
static enum vmx_status
keep_bytes(struct convert_job *job, enum vmx_status converted)
{
    if (converted != VMX_OK && (converted != VMX_ERR_INPUT || is_no_vmx(job)))
        return converted;
    vmx_result_free(job->result);
    job->result = NULL;
    vmx_diags_free(job->converted);
    job->converted = NULL;
    return VMX_OK;
}

/* libvirt's documents begin as no VMX does.  Those that are no domains are told so
 * where a domain is read, and other XML where a VMX is. */
static bool
is_domain(const struct vx_buf *text)
{
    static const char *const roots[] = {"<domain",      "<network",  "<pool",
                                        "<volume",      "<nwfilter", "<secret",
                                        "<capabilities"};
    struct vx_str rest = vx_buf_text(text);

    if (vx_str_starts(rest, VX_STR("\xEF\xBB\xBF")))
        rest = vx_str_skip(rest, 3);
    while (rest.n
           && (vx_is_blank((unsigned char)rest.s[0]) || rest.s[0] == '\n'
               || rest.s[0] == '\r'))
        rest = vx_str_skip(rest, 1);
    for (size_t i = 0; i < VX_COUNT(roots); i++)
        if (rest.n && rest.s[0] == '<'
            && memmem(rest.s, rest.n, roots[i], strlen(roots[i])))
            return true;
    return false;
}

static enum vmx_status
convert(struct convert_job *job)
{
    struct vmx_convert_options options = job->run->convert;
    enum vmx_status status;

    options.name = job->name;
    options.base = job->base;
    if ((job->to == CONVERT_TO_VMX || job->to == CONVERT_TO_OTHER)
        && is_domain(&job->text))
        return vmx_convert_to_vmx(job->text.data, job->text.size, &options,
                                  job->converted, &job->result);
    status = vmx_doc_parse(job->text.data, job->text.size, job->parsed, &job->doc);
    if (status == VMX_ERR_LIMIT)
        job->why = "more lines than vmx-limits(7) allows";
    if (status != VMX_OK)
        return status;
    if (job->to == CONVERT_TO_TARGET)
        status = vmx_convert_to_target(job->doc, &options, job->run->target,
                                       job->converted, &job->result);
    else
        status = vmx_convert_to_xml(job->doc, &options, job->converted, &job->result);
    if (is_no_vmx(job)) {
        vmx_diags_free(job->parsed);
        job->parsed = NULL;
    }
    return job->to == CONVERT_TO_VMX ? keep_bytes(job, status) : status;
}

/* ---- what it came to ------------------------------------------------------------- */

static size_t
diags_at_least(const struct convert_job *job, enum vmx_severity severity)
{
    return vmx_diags_at_least(job->parsed, severity)
           + vmx_diags_at_least(job->converted, severity);
}

enum cli_exit
convert_job_work(struct convert_job *job)
{
    enum vmx_status status;

    job->parsed = vmx_diags_new();
    job->converted = vmx_diags_new();
    status = job->parsed && job->converted ? convert(job) : VMX_ERR_NOMEM;
    if (status == VMX_ERR_MISUSE && job->base)
        return CLI_TROUBLE;
    if (status != VMX_OK && job->why == NULL
        && vmx_diags_at_least(job->converted, VMX_SEVERITY_ERROR) == 0)
        job->why = vmx_status_text(status);
    if (status != VMX_OK)
        return status == VMX_ERR_NOMEM ? CLI_TROUBLE : CLI_FOUND;
    if (job->run->options->strict && diags_at_least(job, VMX_SEVERITY_WARNING) > 0) {
        job->why = "not converted: --strict takes no warning";
        return CLI_FOUND;
    }
    return CLI_GO_ON;
}

bool
convert_job_text(struct convert_job *job, struct vx_str *ret)
{
    if (job->result) {
        ret->s = vmx_result_text(job->result, &ret->n);
        return true;
    }
    if (vmx_doc_emit(job->doc, &job->emitted, &ret->n) != VMX_OK) {
        job->why = vmx_status_text(VMX_ERR_NOMEM);
        return false;
    }
    ret->s = job->emitted;
    return true;
}

bool
convert_lost_as_much(const struct convert_job *job, enum vmx_loss_category least)
{
    size_t count = job->result ? vmx_result_losses(job->result) : 0;

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = vmx_result_loss(job->result, i);

        if (loss == NULL || loss->category >= least)
            return true;
    }
    return false;
}

bool
convert_lost_too_much(const struct convert_job *job)
{
    int least = job->run->options->fail_on;

    return least >= 0 && convert_lost_as_much(job, (enum vmx_loss_category)least);
}

size_t
convert_warnings(const struct convert_job *job)
{
    size_t count = diags_at_least(job, VMX_SEVERITY_WARNING);

    return count + convert_lost_as_much(job, VMX_LOSS_WARNING);
}
