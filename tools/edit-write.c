/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where an edited document goes: in place, elsewhere, or only as a diff. */
#include "edit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

bool
edit_to_stdout(const struct edit_job *job)
{
    const char *output =
        job->plan->options->output ? job->plan->options->output : job->file;

    return !job->plan->command->reads && !job->plan->options->dry_run
           && strcmp(output, "-") == 0;
}

static enum cli_exit
replace(struct edit_job *job, const char *path, struct vx_str text)
{
    int number = ENOMEM;

    if (vx_file_replace(path, text, true, &number) == VMX_OK)
        return CLI_WELL;
    edit_fail(job, "%s: %s", path, strerror(number));
    return CLI_TROUBLE;
}

/* ---- a diff ---------------------------------------------------------------------- */

static enum cli_exit
make_diff(struct edit_job *job)
{
    struct vmx_doc *before = NULL;
    enum vmx_status status =
        vmx_doc_parse(job->text.data, job->text.size, NULL, &before);
    char *text = NULL;
    size_t size = 0;

    if (status == VMX_OK)
        status = vmx_doc_diff(before, job->doc, job->file, job->file,
                              job->plan->options->with_secrets, &text, &size);
    vmx_doc_free(before);
    if (status != VMX_OK) {
        edit_fail(job, "%s", vmx_status_text(status));
        return CLI_TROUBLE;
    }
    vx_buf_add(&job->diff, text, size);
    vx_buf_char(&job->diff, '\0');
    free(text);
    return CLI_WELL;
}

/* ---- a backup -------------------------------------------------------------------- */

/* An empty file with the mode of the original, so that nobody can read of the backup
 * what they cannot read of that.  False with errno; *ret_made: it was not there before.
 */
static bool
prepare_backup(const char *path, mode_t mode, bool *ret_made)
{
    int flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    struct stat there;
    bool well;
    int fd;

    fd = open(path, flags | O_CREAT | O_EXCL, mode);
    *ret_made = fd >= 0;
    if (fd < 0 && errno == EEXIST)
        fd = open(path, flags);
    if (fd < 0)
        return false;
    well = fstat(fd, &there) == 0;
    if (well && !S_ISREG(there.st_mode)) {
        well = false;
        errno = EEXIST;
    }
    well = well && fchmod(fd, mode) == 0;
    return close(fd) == 0 && well;
}

/* The bytes that were read, beside the file. */
static enum cli_exit
keep_backup(struct edit_job *job)
{
    const char *wanted = job->plan->options->backup, *suffix = *wanted ? wanted : "~";
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct stat original;
    bool made = false;
    enum cli_exit status;

    vx_buf_printf(&path, "%s%s", job->file, suffix);
    vx_buf_char(&path, '\0');
    if (path.failed || stat(job->file, &original) != 0
        || !prepare_backup(path.data, original.st_mode & 0777, &made)) {
        edit_fail(job, "%s%s: no backup: %s", job->file, suffix,
                  strerror(path.failed ? ENOMEM : errno));
        status = CLI_TROUBLE;
    } else {
        status = replace(job, path.data, vx_buf_text(&job->text));
    }
    if (status != CLI_WELL && made)
        unlink(path.data);
    return status;
}

/* ---- the file -------------------------------------------------------------------- */

static enum cli_exit
write_text(struct edit_job *job, struct vx_str text, bool changed)
{
    const struct edit_options *options = job->plan->options;

    if (edit_to_stdout(job)) {
        vx_buf_str(&job->output, text);
        return CLI_WELL;
    }
    if (options->output)
        return replace(job, options->output, text);
    if (!changed)
        return CLI_WELL;
    if (options->backup && keep_backup(job) != CLI_WELL)
        return CLI_TROUBLE;
    return replace(job, job->file, text);
}

enum cli_exit
edit_write(struct edit_job *job)
{
    bool dry_run = job->plan->options->dry_run, changed;
    enum cli_exit status;
    char *text = NULL;
    size_t size = 0;

    if (vmx_doc_emit(job->doc, &text, &size) != VMX_OK) {
        edit_fail(job, "%s", vmx_status_text(VMX_ERR_NOMEM));
        return CLI_TROUBLE;
    }
    changed = !vx_str_eq(vx_str_of(text, size), vx_buf_text(&job->text));
    job->outcome = !changed ? "unchanged" : dry_run ? "would-change" : "changed";
    status = dry_run ? make_diff(job) : write_text(job, vx_str_of(text, size), changed);
    free(text);
    return status;
}
