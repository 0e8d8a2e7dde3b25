/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows one file at a time, and nobody else's. */
#include "lint-job.h"

#include <stdlib.h>

#include "base/file.h"
#include "batch.h"
#include "lint-facts.h"

#include "base/banned.h"

void
lint_job_reset(struct lint_job *job)
{
    batch_buf_reset(&job->text);
    batch_buf_reset(&job->instead);
    job->text.ceiling = VMX_MAX_TEXT;
    job->instead.ceiling = SIZE_MAX / 4;
    job->failure = NULL;
    job->trouble = false;
    job->fixed = 0;
}

void
lint_job_end(struct lint_job *job)
{
    vmx_findings_free(job->findings);
    vmx_doc_free(job->doc);
    job->findings = NULL;
    job->doc = NULL;
}

void
lint_job_drop(struct lint_job *job)
{
    lint_job_end(job);
    cli_item_done(&job->item);
    vx_buf_done(&job->text);
    vx_buf_done(&job->instead);
}

static bool
is_standard(const struct lint_job *job)
{
    return strcmp(job->item.input.path, "-") == 0;
}

static bool
wants(void *closure, const struct vmx_finding *told)
{
    return lint_setup_wants(closure, told, told->severity);
}

static const char *
why(enum vmx_status status)
{
    return status == VMX_ERR_LIMIT ? "more lines than vmx-limits(7) allows"
                                   : vmx_status_text(status);
}

/* ---- fixes ----------------------------------------------------------------------- */

static void
write_fixed(struct lint_job *job, struct vx_str text)
{
    int number = 0;

    if (is_standard(job))
        return;
    if (vx_file_replace(job->item.input.path, text, true, &number) == VMX_OK)
        return;
    job->failure = number ? strerror(number) : "out of memory";
    job->trouble = true;
}

/* The file as it now is: to be read again. */
static enum vmx_status
take_text(struct lint_job *job, struct vx_str text)
{
    job->text.size = 0;
    vx_buf_str(&job->text, text);
    vmx_doc_free(job->doc);
    job->doc = NULL;
    return job->text.failed
               ? VMX_ERR_NOMEM
               : vmx_doc_parse(job->text.data, job->text.size, NULL, &job->doc);
}

static enum vmx_status
show_difference(struct lint_job *job, struct vx_str now, bool with_secrets)
{
    struct vmx_doc *after = NULL;
    char *text = NULL;
    size_t size = 0;
    enum vmx_status status = vmx_doc_parse(now.s, now.n, NULL, &after);

    if (status == VMX_OK)
        status = vmx_doc_diff(job->doc, after, job->shown, job->shown, with_secrets,
                              &text, &size);
    vx_buf_add(&job->instead, text, size);
    free(text);
    vmx_doc_free(after);
    return status;
}

static enum vmx_status
fix(struct lint_job *job, const struct lint_options *options,
    const struct vmx_lint_options *lint)
{
    enum vmx_status status;
    struct vx_str now;
    char *text;
    size_t size;
    /* It is asked, and not changed. */
    void *setup = (void *)(uintptr_t)job->setup;

    status = vmx_lint_fix(job->setup->linter, job->doc, lint, options->unsafe_fixes,
                          wants, setup, &text, &size, &job->fixed);
    if (status != VMX_OK)
        return status;
    now = vx_str_of(text, size);
    if (vx_str_eq(now, vx_buf_text(&job->text))) {
        job->fixed = 0;
    } else if (options->diff) {
        status = show_difference(job, now, options->with_secrets);
    } else {
        write_fixed(job, now);
        if (job->failure == NULL)
            status = take_text(job, now);
    }
    if (options->fix && !options->diff && is_standard(job))
        vx_buf_str(&job->instead, now);
    free(text);
    return job->instead.failed ? VMX_ERR_NOMEM : status;
}

/* ---- one file -------------------------------------------------------------------- */

void
lint_job_work(struct lint_job *job, const struct lint_options *options)
{
    struct lint_facts facts = {.path = NULL};
    struct vmx_lint_options lint = VMX_LINT_OPTIONS;
    const char *slash = strrchr(job->shown, '/');
    enum vmx_status status;

    job->failure = job->item.input.error ? strerror(job->item.input.error)
                                         : cli_read(job->item.input.path, &job->text);
    if (job->failure)
        return;
    if (!is_standard(job) || options->stdin_name)
        facts.path = job->shown;
    facts.alone = job->item.input.alone;
    lint.name = slash ? slash + 1 : job->shown;
    lint.file = lint_facts_tell;
    lint.closure = &facts;
    status = vmx_doc_parse(job->text.data, job->text.size, NULL, &job->doc);
    if (status == VMX_OK && (options->fix || options->diff))
        status = fix(job, options, &lint);
    if (status == VMX_OK && job->failure == NULL)
        status = vmx_lint(job->setup->linter, job->doc, &lint, &job->findings);
    if (status != VMX_OK && job->failure == NULL) {
        job->failure = why(status);
        job->trouble = status != VMX_ERR_LIMIT;
    }
    lint_facts_done(&facts);
}
