/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-vi fetch: configurations into a folder, as they are or as domain XML. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli-report.h"
#include "vi.h"

#include "base/banned.h"

static int
collect(void *data, const char *bytes, size_t size)
{
    struct vx_buf *text = data;

    vx_buf_add(text, bytes, size);
    return text->failed;
}

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

static const char *
path_of(const struct vi_job *job, const struct vmx_vi_machine *machine,
        struct vx_buf *path)
{
    struct vx_str base = base_of(machine);
    bool shared = base.n == 0 || is_shared(job, machine);

    if (shared && !is_plain(machine->ref))
        return NULL;
    vx_buf_printf(path, "%s/%.*s%s%s%s", job->options->output, (int)base.n,
                  base.n ? base.s : "", base.n && shared ? "-" : "",
                  shared ? machine->ref : "",
                  job->options->to == VI_TO_XML ? ".xml" : ".vmx");
    vx_buf_char(path, '\0');
    return path->failed ? NULL : path->data;
}

static enum cli_exit
fail(struct vi_job *job, const struct vmx_vi_machine *machine, const char *why)
{
    vi_messages(job);
    cli_failure(job->cli, machine->name[0] ? machine->name : machine->ref, why);
    cli_flush(job->cli);
    return CLI_FOUND;
}

/* Whole or not at all, and without fsync, which would take longer than the host does.
 */
static enum cli_exit
write_file(struct vi_job *job, const char *path, struct vx_str text)
{
    int number = ENOMEM;

    if (vx_file_replace(path, text, false, &number) == VMX_OK)
        return CLI_WELL;
    return cli_trouble(job->cli, "%s: %s", path, strerror(number));
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

static enum cli_exit
write_xml(struct vi_job *job, const struct vmx_vi_machine *machine, const char *path,
          const struct vx_buf *text)
{
    struct vx_buf base VX_AUTO(vx_buf_done) = VX_BUF(8192);
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_result *result = NULL;
    struct vmx_doc *doc = NULL;
    enum vmx_status status;
    enum cli_exit ended = CLI_WELL;
    const char *xml;
    size_t size;

    put_folder(&base, machine->path);
    options.base = base.failed ? NULL : base.data;
    options.name = machine->name;
    status = vmx_doc_parse(text->data, text->size, diags, &doc);
    if (status == VMX_OK)
        status = vmx_convert_to_xml(doc, &options, diags, &result);
    vi_messages(job);
    cli_diags(job->cli, machine->path, diags);
    if (status == VMX_OK) {
        cli_losses(job->cli, machine->path, result);
        xml = vmx_result_text(result, &size);
        ended = xml ? write_file(job, path, vx_str_of(xml, size)) : CLI_TROUBLE;
    } else {
        ended = fail(job, machine, vmx_status_text(status));
    }
    cli_flush(job->cli);
    vmx_result_free(result);
    vmx_doc_free(doc);
    vmx_diags_free(diags);
    return ended;
}

static enum vmx_vi_status
fetch(struct vi_job *job, struct vmx_vi *vi, struct vi_item *item)
{
    const struct vmx_vi_machine *machine = item->machine;

    (void)job;
    item->text.ceiling = VMX_MAX_TEXT;
    if (machine->path[0] == '\0')
        return VMX_VI_OK;
    return vmx_vi_read(vi, machine->datacenter, machine->path, 0, VMX_MAX_TEXT, collect,
                       &item->text);
}

static enum cli_exit
put(struct vi_job *job, struct vi_item *item)
{
    struct vx_buf name VX_AUTO(vx_buf_done) = VX_BUF(64 << 10);
    const struct vmx_vi_machine *machine = item->machine;
    const char *path = path_of(job, machine, &name);

    if (item->status != VMX_VI_OK)
        return vi_failed_as(job, machine->name, item->status, item->message);
    if (machine->path[0] == '\0')
        return fail(job, machine, "the host does not tell where its configuration is");
    if (path == NULL)
        return fail(job, machine, "its file has no name that a file can have here");
    if (job->options->to == VI_TO_XML)
        return write_xml(job, machine, path, &item->text);
    return write_file(job, path, vx_buf_text(&item->text));
}

enum cli_exit
vi_fetch(struct vi_job *job)
{
    struct stat there;

    if (job->options->output == NULL)
        return cli_usage(job->cli, "fetch: --output-dir=DIR says where to");
    if (stat(job->options->output, &there) != 0)
        return cli_trouble(job->cli, "%s: %s", job->options->output, strerror(errno));
    if (!S_ISDIR(there.st_mode))
        return cli_trouble(job->cli, "%s: no folder", job->options->output);
    return vi_many_machines(job, job->args, job->count, fetch, put);
}
