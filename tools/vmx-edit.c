/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-edit(1): keys and devices of VMX files, changed by a script; all that is not
 * edited keeps every byte. */
#include "cli-report.h"
#include "edit.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

#include "base/banned.h"

#define M(member) offsetof(struct edit_options, member)

/* clang-format off */
static const struct cli_option table[] = {
    {"output", 'o', CLI_FILE, "FILE", M(output),
     "write to FILE, whole or not at all, and not in place"},
    {"dry-run", 'n', CLI_FLAG, NULL, M(dry_run),
     "write nothing; show a diff"},
    {"backup", 0, CLI_MAYBE, "SUFFIX", M(backup),
     "keep what was there in FILE~, or with SUFFIX"},
    {"force", 'f', CLI_FLAG, NULL, M(force),
     "what the catalogue refuses is meant"},
    {"file", 0, CLI_FILE, "FILE", M(file),
     "add: the disk, image or file of the device"},
    {"bus", 0, CLI_TEXT, "scsi|sata|ide|nvme", M(bus),
     "add: the bus of the drive or controller"},
    {"model", 0, CLI_TEXT, "MODEL", M(model),
     "add: vmxnet3, e1000e, pvscsi, lsilogic ..."},
    {"network", 0, CLI_TEXT, "NAME", M(network),
     "add nic: the port group"},
    {"connection", 0, CLI_TEXT, "bridged|nat|hostonly", M(connection),
     "add nic: what Workstation plugs it into"},
    {"mac", 0, CLI_TEXT, "ADDRESS", M(mac),
     "add nic: a static address"},
    {"at", 0, CLI_TEXT, "PLACE", M(at),
     "add: scsi0:1, ethernet2 ..."},
    CLI_FILES_OPTIONS(struct edit_options, files),
    {"with-secrets", 0, CLI_FLAG, NULL, M(with_secrets),
     "show passwords and keys"},
    {"format", 0, CLI_WORD, "text|json", M(format),
     "how to tell what was read or done"},
    {"explain", 0, CLI_TEXT, "CODE", M(explain),
     "explain a code of a report, as VMX1832"},
    {"verbose", 'v', CLI_FLAG, NULL, M(verbose),
     "tell of each file what became of it"},
    {"quiet", 'q', CLI_FLAG, NULL, M(quiet),
     "report errors alone, and name no new device"},
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-edit",
    .operands = "FILE... COMMAND [ARGUMENT]...",
    .summary =
        "Edits keys and devices of VMX files, and keeps every byte that is not meant.\n"
        "Commands: get KEY...  list [PATTERN]...  set KEY=VALUE...  unset PATTERN...\n"
        "          add disk|cdrom|floppy|nic|serial|controller  remove DEVICE...",
    .glob = "*.vmx *.vmtx",
    .commands = "get|list|set|unset|add|remove",
    .options = table,
    .option_count = sizeof(table) / sizeof(table[0]),
};

static const char *const suffixes[] = {".vmx", ".vmtx", NULL};

/* ---- one file -------------------------------------------------------------------- */

/* An edit of what is no VMX destroys it. */
static bool
is_vmx(struct edit_job *job)
{
    struct vmx_result *result = NULL;
    enum vmx_status status;

    if (job->options->force)
        return true;
    status = vmx_convert_to_xml(job->doc, NULL, job->diags, &result);
    vmx_result_free(result);
    if (status == VMX_OK || vmx_diags_at_least(job->diags, VMX_SEVERITY_ERROR) == 0) {
        vmx_diags_free(job->diags);
        job->diags = vmx_diags_new();
        return true;
    }
    return false;
}

static enum cli_exit
work(struct edit_job *job)
{
    const char *why = cli_read(job->file, &job->text);
    enum vmx_status status;

    if (why)
        return edit_fail(job, "%s", why);
    status = vmx_doc_parse(job->text.data, job->text.size, NULL, &job->doc);
    if (status == VMX_ERR_LIMIT)
        return edit_fail(job, "more lines than vmx-limits(7) allows");
    if (status != VMX_OK)
        return edit_fail(job, "%s", vmx_status_text(status));
    if (!is_vmx(job))
        return CLI_FOUND;
    status = job->diags ? VMX_OK : VMX_ERR_NOMEM;
    if (status != VMX_OK)
        return edit_fail(job, "%s", vmx_status_text(status));
    return job->command->run(job);
}

/* ---- report ---------------------------------------------------------------------- */

/* On a terminal without what could command it. */
static bool
put_result(struct edit_job *job, const struct vx_buf *text)
{
    struct vx_buf safe VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);
    struct vx_str left = vx_buf_text(text);
    size_t size;

    if (text->failed)
        return cli_trouble(job->cli, "out of memory") == CLI_WELL;
    if (text->data == NULL)
        return true;
    if (!isatty(STDOUT_FILENO))
        return cli_write(job->cli, NULL, left.s, left.n);
    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (c == VX_UTF8_BAD || (vx_utf8_unsafe(c) && c != '\n' && c != '\t'))
            vx_buf_char(&safe, '?');
        else
            vx_buf_add(&safe, left.s, size);
    }
    return safe.size == 0 || cli_write(job->cli, NULL, safe.data, safe.size);
}

static struct vx_str
c_text(const struct vx_buf *buf)
{
    return vx_str_of(buf->data, buf->size ? buf->size - 1 : 0);
}

/* What belongs on standard output; false when it could not be written. */
static bool
put_results(struct edit_job *job)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(SIZE_MAX / 2);

    edit_put_entries(job, &out);
    vx_buf_str(&out, c_text(&job->diff));
    if (job->devices.size && !edit_to_stdout(job) && !job->options->quiet
        && !job->options->dry_run) {
        if (job->many)
            vx_buf_printf(&out, "%s: ", job->file);
        vx_buf_str(&out, c_text(&job->devices));
        vx_buf_char(&out, '\n');
    }
    return put_result(job, &out);
}

static void
report_missing(struct edit_job *job)
{
    struct edit_entry entry;

    for (size_t at = 0; at < job->entries.size; at += sizeof(entry)) {
        struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

        memcpy(&entry, job->entries.data + at, sizeof(entry));
        if (entry.value)
            continue;
        vx_buf_printf(&why, "there is no %s", entry.key);
        vx_buf_char(&why, '\0');
        if (!job->options->quiet)
            cli_failure(job->cli, job->file, why.failed ? "out of memory" : why.data);
    }
}

/* A script that asks for a password shall not go on with a word in its place. */
static void
report_secrets(struct edit_job *job)
{
    struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    for (int i = 0; i < job->arg_count; i++)
        if (vmx_key_is_secret(job->args[i]) && vmx_doc_get(job->doc, job->args[i]))
            vx_buf_printf(&why, "%s%s", why.size ? ", " : "", job->args[i]);
    if (why.size == 0 || job->options->with_secrets || job->options->quiet)
        return;
    vx_buf_char(&why, '\0');
    cli_put_safe(job->cli, job->file);
    vx_buf_lit(&job->cli->out, ": ");
    cli_put_safe(job->cli, why.failed ? "" : why.data);
    vx_buf_lit(&job->cli->out, ": a secret, which --with-secrets shows\n");
}

static enum cli_exit
report_text(struct edit_job *job, enum cli_exit status)
{
    struct cli *cli = job->cli;

    cli_diags(cli, job->file, job->diags);
    if (job->why.size)
        cli_failure(cli, job->file, job->why.data);
    if (job->doc && strcmp(job->command->word, "get") == 0) {
        report_missing(job);
        report_secrets(job);
    }
    if (job->options->verbose && job->outcome && !job->command->reads) {
        cli_put_safe(cli, job->file);
        vx_buf_printf(&cli->out, ": %s\n", job->outcome);
    }
    cli_flush(cli);
    return status < CLI_TROUBLE && !put_results(job) ? CLI_TROUBLE : status;
}

static enum cli_exit
report_json(struct edit_job *job, enum cli_exit status)
{
    struct cli *cli = job->cli;

    cli->fd = edit_to_stdout(job) ? STDERR_FILENO : STDOUT_FILENO;
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "file", job->file);
    cli_json_text(cli, "status",
                  status == CLI_TROUBLE && job->outcome ? "not-written"
                  : job->outcome                        ? job->outcome
                                                        : "failed");
    if (job->why.size)
        cli_json_text(cli, "error", job->why.data);
    if (job->devices.size)
        cli_json_text(cli, "device", job->devices.data);
    if (job->diff.size)
        cli_json_text(cli, "diff", job->diff.data);
    if (job->command->reads)
        edit_json_entries(job);
    cli_json_begin(cli, "diagnostics", '[');
    cli_json_diags(cli, job->diags);
    cli_json_end(cli, ']');
    cli_json_end(cli, '}');
    return status;
}

/* ---- the run --------------------------------------------------------------------- */

static enum cli_exit
run_job(struct edit_job *job)
{
    enum cli_exit status = work(job);

    if (status == CLI_GO_ON && job->command->reads) {
        job->outcome = "read";
        status = edit_missing(job) && strcmp(job->command->word, "get") == 0 ? CLI_FOUND
                                                                             : CLI_WELL;
    } else if (status == CLI_GO_ON) {
        status = edit_write(job);
    }
    return job->options->format == CLI_FORMAT_JSON ? report_json(job, status)
                                                   : report_text(job, status);
}

static enum cli_exit
edit_file(struct edit_job job, const struct cli_input *input)
{
    enum cli_exit status;

    job.file = input->path;
    job.text = VX_BUF(VMX_MAX_TEXT);
    job.why = job.devices = VX_BUF(1 << 20);
    job.entries = job.diff = VX_BUF(SIZE_MAX / 2);
    job.diags = vmx_diags_new();
    if (job.diags == NULL)
        status = cli_trouble(job.cli, "out of memory");
    else
        status = run_job(&job);

    vmx_doc_free(job.doc);
    vmx_diags_free(job.diags);
    vx_buf_done(&job.text);
    vx_buf_done(&job.why);
    vx_buf_done(&job.entries);
    vx_buf_done(&job.devices);
    vx_buf_done(&job.diff);
    return status;
}

/* One file that fails does not stop the others; the worst of them counts. */
static enum cli_exit
edit_files(const struct edit_job *job, char **files, size_t count)
{
    struct cli_files *stream = NULL;
    struct cli_input input;
    enum cli_exit worst = CLI_WELL,
                  status = cli_files_new(job->cli, &job->options->files, files, count,
                                         suffixes, &stream);

    if (status != CLI_GO_ON)
        return status;
    while (cli_files_next(stream, &input)) {
        if (input.error) {
            cli_failure(job->cli, input.path, strerror(input.error));
            status = CLI_FOUND;
        } else {
            status = edit_file(*job, &input);
        }
        if (status > worst)
            worst = status;
    }
    cli_files_free(stream);
    return worst;
}

/* ---- the command line ------------------------------------------------------------ */

static bool
names_many(const struct edit_options *options, char **files, int count)
{
    struct stat there;

    return count != 1 || options->files.files_from
           || (stat(files[0], &there) == 0 && S_ISDIR(there.st_mode));
}

static enum cli_exit
check_output(const struct edit_job *job, char **files, int count)
{
    const struct edit_options *options = job->options;
    const char *backup = options->backup;

    if (options->output && job->command->reads)
        return cli_usage(job->cli, "%s writes no file: leave --output out",
                         job->command->word);
    if (options->output && job->many)
        return cli_usage(job->cli, "--output takes one FILE");
    if (backup && (options->output || (count == 1 && strcmp(files[0], "-") == 0)))
        return cli_usage(job->cli, "--backup is for files that are edited in place");
    if (backup && strchr(backup, '/'))
        return cli_usage(job->cli, "--backup=%s: a suffix has no slash", backup);
    return CLI_GO_ON;
}

static enum cli_exit
check_device_options(const struct edit_job *job)
{
    const struct edit_options *options = job->options;

    const struct {
        const char *given, *name;
    } given[] = {
        {options->file, "file"},   {options->bus, "bus"},
        {options->model, "model"}, {options->network, "network"},
        {options->mac, "mac"},     {options->connection, "connection"},
        {options->at, "at"},
    };

    for (size_t i = 0; i < VX_COUNT(given); i++)
        if (given[i].given && strcmp(job->command->word, "add") != 0)
            return cli_usage(job->cli, "--%s is for add", given[i].name);
    return CLI_GO_ON;
}

static enum cli_exit
check_command(const struct edit_job *job)
{
    const struct edit_command *command = job->command;

    if (job->arg_count < command->least)
        return cli_usage(job->cli, "%s: something is missing behind it", command->word);
    if (job->arg_count > command->most)
        return cli_usage(job->cli, "%s: \"%s\" is too much", command->word,
                         job->args[command->most]);
    if (command->check)
        return command->check(job->cli, job->options, job->args, job->arg_count);
    return CLI_GO_ON;
}

static enum cli_exit
explain(struct cli *cli, const char *code)
{
    const char *page = vmx_explain(code);

    if (page == NULL)
        return cli_usage(cli, "--explain=%s: no such code", code);
    return cli_write(cli, NULL, page, strlen(page)) ? CLI_WELL : CLI_TROUBLE;
}

/* Files up to the first word that is a command's, and then its arguments. */
static enum cli_exit
take_operands(struct edit_job *job, int count, char **operands, int *ret_files)
{
    int files = 0;

    while (files < count && edit_command_find(operands[files]) == NULL)
        files++;
    if (files == count)
        return cli_usage(job->cli, count ? "no command was given: get, list, set, "
                                           "unset, add or remove"
                                         : "no FILE and no command was given");
    if (files == 0 && job->options->files.files_from == NULL)
        return cli_usage(job->cli, "no FILE was given before \"%s\"", operands[0]);
    job->command = edit_command_find(operands[files]);
    job->args = operands + files + 1;
    job->arg_count = count - files - 1;
    job->many = names_many(job->options, operands, files);
    *ret_files = files;
    return CLI_GO_ON;
}

static enum cli_exit
run(struct cli *cli, const struct edit_options *options, int count, char **operands)
{
    struct edit_job job = {.cli = cli, .options = options};
    enum cli_exit status;
    int files = 0;

    cli->verbose = options->verbose;
    cli->quiet = options->quiet;
    if (options->verbose && options->quiet)
        return cli_usage(cli, "--verbose and --quiet exclude each other");
    if (options->explain)
        return explain(cli, options->explain);
    status = take_operands(&job, count, operands, &files);
    if (job.command == NULL)
        return status;
    if (status == CLI_GO_ON)
        status = check_output(&job, operands, files);
    if (status == CLI_GO_ON)
        status = check_device_options(&job);
    if (status == CLI_GO_ON)
        status = check_command(&job);
    if (status == CLI_GO_ON)
        status = edit_files(&job, operands, (size_t)files);
    return status;
}

int
main(int argc, char **argv)
{
    struct edit_options options = {.format = CLI_FORMAT_TEXT};
    struct cli cli;
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON)
        status = run(&cli, &options, argc - first, argv + first);
    return cli_end(&cli, status);
}
