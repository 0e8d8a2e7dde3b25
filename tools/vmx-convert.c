/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-convert(1): a VMX in and libvirt domain XML out, or
 * the other way, and a loss report. */
#include "cli-target.h"
#include "convert.h"
#include "disk-plan.h"
#include "report-book.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

#define M(member) offsetof(struct convert_options, member)

/* clang-format off */
static const struct cli_option table[] = {
    {"to", 0, CLI_CHOICE, "xml|vmx|kvm|FILE.xsl", M(to),
     "write domain XML, a VMX, or a target's domain"},
    {"map", 0, CLI_FILE, "FILE", M(map),
     "networks and datastores of the new host, for --to=kvm"},
    {"param", 0, CLI_LIST, "NAME=VALUE", M(params),
     "set a parameter of the stylesheet; may be given again"},
    {"disk-plan", 0, CLI_FILE, "FILE", M(disk_plan),
     "write what is to be done for the disks: a script, or FILE.json"},
    {"hw-version", 0, CLI_NUMBER, "N", M(hw_version),
     "hardware version of a VMX made of domain XML"},
    {"libvirt", 0, CLI_TEXT, "VERSION|auto", M(libvirt),
     "write what this release of libvirt reads, or the one installed here"},
    {"base", 0, CLI_TEXT, "'[DATASTORE] DIR'", M(base),
     "the datastore folder that the VMX lies in"},
    {"no-metadata", 0, CLI_FLAG, NULL, M(no_metadata),
     "leave out what no element says, and report it"},
    {"with-secrets", 0, CLI_FLAG, NULL, M(with_secrets),
     "carry passwords and keys over"},
    {"host-mhz", 0, CLI_NUMBER, "N", M(host_mhz),
     "clock of a core of the old host, for CPU limits"},
    {"strict", 0, CLI_FLAG, NULL, M(strict),
     "fail, and write nothing, at the first warning"},
    {"fail-on", 0, CLI_WORD, "info|warning|critical", M(fail_on),
     "end with 1 when as much was lost"},
    {"format", 0, CLI_WORD, "text|json", M(format),
     "how to report"},
    {"explain", 0, CLI_TEXT, "CODE", M(explain),
     "explain a code of a report, as VMX004"},
    {"verbose", 'v', CLI_FLAG, NULL, M(verbose),
     "report all that was noticed, and the sum"},
    {"quiet", 'q', CLI_FLAG, NULL, M(quiet),
     "report errors and critical losses alone"},
    {"output", 'o', CLI_FILE, "FILE", M(output),
     "write to FILE, whole or not at all"},
    {"output-dir", 'O', CLI_FILE, "FOLDER", M(folder),
     "write each machine to a file below FOLDER"},
    {"name", 0, CLI_TEXT, "PATTERN", M(name),
     "names below FOLDER, of {path}, {name} and {uuid}"},
    {"resume", 0, CLI_FLAG, NULL, M(resume),
     "leave out what was converted below FOLDER before and is the same"},
    {"stream", 0, CLI_WORD, CONVERT_STREAMS, M(stream),
     "write all machines to standard output, as one stream"},
    {"from", 0, CLI_WORD, "tar", M(from),
     "read machines from tar archives"},
    {"report", 0, CLI_FILE, "FILE", M(report),
     "tell of all machines in FILE.jsonl, .csv, .xml or .html"},
    {"merge-reports", 0, CLI_FLAG, NULL, M(merge_reports),
     "make one --report of the reports of shards"},
    {"suggest-map", 0, CLI_FILE, "FILE", M(suggest_map),
     "write a first map file, of what the machines use"},
    {"shard", 0, CLI_TEXT, "I/N", M(shard),
     "convert the I-th of N shares"},
    CLI_FILES_OPTIONS(struct convert_options, files),
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-convert",
    .operands = "[FILE|FOLDER|-]...",
    .summary = "Converts a VMware configuration to libvirt domain XML, and back.",
    .glob = "*.vmx *.vmtx",
    .options = table,
    .option_count = sizeof(table) / sizeof(table[0]),
};

/* ---- what is installed ----------------------------------------------------------- */

typedef int vir_get_version(unsigned long *library, const char *type,
                            unsigned long *driver);

/* The release of the libvirt library here, or 0.  It is asked without being linked:
 * loading it takes longer than a conversion. */
static uint32_t
installed_libvirt(void)
{
    void *library = dlopen("libvirt.so.0", RTLD_LAZY | RTLD_LOCAL);
    vir_get_version *get_version = NULL;
    unsigned long release = 0;
    void *symbol;

    if (library == NULL)
        return 0;
    symbol = dlsym(library, "virGetVersion");
    if (symbol)
        memcpy(&get_version, &symbol, sizeof(get_version));
    if (get_version == NULL || get_version(&release, NULL, NULL) < 0
        || release > UINT32_MAX)
        release = 0;
    dlclose(library);
    return (uint32_t)release;
}

static enum cli_exit
choose_release(struct cli *cli, const char *text, uint32_t *ret)
{
    if (text == NULL)
        return CLI_GO_ON;
    if (strcmp(text, "auto") == 0) {
        *ret = installed_libvirt();
        if (*ret == 0)
            return cli_trouble(cli, "--libvirt=auto: no libvirt is installed here; "
                                    "name a release, as --libvirt=9.0");
        return CLI_GO_ON;
    }
    *ret = vmx_libvirt_release(text);
    if (*ret == 0)
        return cli_usage(cli, "--libvirt=%s: expected a release, as 9.0, or auto",
                         text);
    return CLI_GO_ON;
}

/* ---- one file -----------------------------------------------------------------------
 */

/* A machine without a name is called as its file is: "web.vmx" is "web". */
static char *
name_of(const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');

    if (strcmp(file, "-") == 0)
        return NULL;
    return dot && dot > name ? strndup(name, (size_t)(dot - name)) : strdup(name);
}

/* One file by two names, or the same one. */
static bool
is_same_file(const char *a, const char *b)
{
    struct stat one, two;

    return stat(a, &one) == 0 && stat(b, &two) == 0 && S_ISREG(one.st_mode)
           && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* Would what was made replace what it was made of, a VMX be gone for a domain?  Only a
 * VMX that stays one may go where it came from. */
static bool
replaces_input(const struct convert_job *job)
{
    const char *output = job->run->options->output;

    return job->result && output && strcmp(output, "-") != 0
           && strcmp(job->file, "-") != 0 && is_same_file(job->file, output);
}

static bool
write_output(struct convert_job *job)
{
    const struct convert_options *options = job->run->options;
    struct vx_str text;

    if (replaces_input(job)) {
        job->why = "not written: -o names the input itself";
        return false;
    }
    if (options->disk_plan && job->result
        && !disk_plan(job->cli, options->disk_plan, job->file, options->base,
                      job->result))
        return false;
    return convert_job_text(job, &text)
           && cli_write(job->cli, options->output, text.s, text.n);
}

/* JSON goes to standard output when the result goes elsewhere. */
static void
report(struct convert_job *job, enum cli_exit status)
{
    const struct convert_options *options = job->run->options;

    if (options->format != CLI_FORMAT_JSON) {
        convert_report_text(job);
        return;
    }
    if (options->output && strcmp(options->output, "-") != 0)
        job->cli->fd = STDOUT_FILENO;
    convert_report_json(job, status);
}

static enum cli_exit
run_job(struct convert_job *job)
{
    enum cli_exit status = CLI_FOUND;

    job->why = cli_read(job->file, &job->text);
    if (job->why == NULL)
        status = convert_job_work(job);
    if (status == CLI_TROUBLE && job->why == NULL)
        return cli_usage(job->cli, "--base=%s: expected '[DATASTORE] DIR'", job->base);
    if (status == CLI_GO_ON)
        status = !write_output(job)           ? CLI_TROUBLE
                 : convert_lost_too_much(job) ? CLI_FOUND
                                              : CLI_WELL;
    report(job, status);
    return status;
}

static enum cli_exit
convert_file(struct cli *cli, const struct convert *run, const char *file)
{
    char *name = name_of(file);
    struct convert_job job = {.run = NULL};
    enum cli_exit status;

    convert_job_begin(&job, run);
    job.cli = cli;
    job.file = file;
    job.name = name;
    status = run_job(&job);
    convert_job_end(&job);
    vx_buf_done(&job.text);
    free(name);
    return status;
}

/* ---- the run --------------------------------------------------------------------- */

/* A plan has a file of its own, and needs a domain that tells of its disks. */
static enum cli_exit
check_plan(struct cli *cli, const struct convert *run)
{
    const char *plan = run->options->disk_plan, *output = run->options->output;

    if (plan == NULL)
        return CLI_GO_ON;
    if (run->to != CONVERT_TO_TARGET)
        return cli_usage(cli, "--disk-plan is for --to=kvm and stylesheets");
    if (strcmp(output ? output : "-", plan) == 0)
        return cli_usage(cli, "--disk-plan=%s: the domain goes there", plan);
    if (run->options->resume)
        return cli_usage(cli, "--disk-plan and --resume exclude each other: a plan has "
                              "the machines that are converted");
    if (run->options->from == CONVERT_FROM_TAR)
        return cli_usage(cli, "--disk-plan and --from=tar exclude each other: no disk "
                              "lies beside a machine in an archive");
    return CLI_GO_ON;
}

/* What --to asks for. */
static enum cli_exit
choose_target(struct cli *cli, struct convert *run)
{
    const struct convert_options *options = run->options;
    const char *to = options->to ? options->to : "other";

    if (cli_is_target(to)) {
        run->to = CONVERT_TO_TARGET;
        return cli_target(cli, to, options->map, &options->params, &run->target);
    }
    run->to = options->to == NULL      ? CONVERT_TO_OTHER
              : strcmp(to, "vmx") == 0 ? CONVERT_TO_VMX
                                       : CONVERT_TO_XML;
    if (run->to == CONVERT_TO_XML && strcmp(to, "xml") != 0)
        return cli_usage(cli,
                         "--to=%s: expected xml, vmx, kvm or a file that ends in "
                         ".xsl",
                         to);
    if (options->map || options->params.count)
        return cli_usage(cli, "--%s is for --to=kvm and stylesheets",
                         options->map ? "map" : "param");
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

static enum cli_exit
check_operands(struct cli *cli, const struct convert_options *options, size_t count)
{
    bool many = convert_is_many(options);

    if (many && options->output)
        return cli_usage(cli, "-o takes one FILE at a time; -O takes many");
    if (!many && (count > 1 || options->files.files_from))
        return cli_usage(cli, "one FILE at a time; for more, -O or --stream");
    if (options->resume && !options->folder)
        return cli_usage(cli, "--resume is for -O");
    if (options->shard && !many)
        return cli_usage(cli, "--shard is for -O, --stream and --report");
    if (!many && options->name)
        return cli_usage(cli, "--name is for -O and --stream");
    if (!many && options->from != CONVERT_FROM_FILES)
        return cli_usage(cli, "--from=tar is for -O and --stream");
    if (count == 0 && options->files.files_from == NULL && isatty(STDIN_FILENO))
        return cli_usage(cli, "no FILE was given");
    return CLI_GO_ON;
}

static enum cli_exit
convert_all(struct cli *cli, struct convert *run, char **operands, size_t count)
{
    const struct convert_options *options = run->options;
    uint32_t release = 0;
    enum cli_exit status = choose_release(cli, options->libvirt, &release);

    run->convert.libvirt = release;
    run->convert.no_metadata = options->no_metadata;
    run->convert.with_secrets = options->with_secrets;
    run->convert.host_mhz = options->host_mhz;
    run->convert.hw_version = options->hw_version;
    if (status == CLI_GO_ON)
        status = choose_target(cli, run);
    if (status == CLI_GO_ON)
        status = check_plan(cli, run);
    if (status != CLI_GO_ON)
        return status;
    return convert_is_many(options) ? convert_many(cli, run, operands, count)
                                    : convert_file(cli, run, operands[0]);
}

static enum cli_exit
run(struct cli *cli, const struct convert_options *options, char **operands,
    size_t count)
{
    static char standard[] = "-";
    char *one[] = {standard};
    struct convert run = {.options = options, .convert = VMX_CONVERT_OPTIONS};
    enum cli_exit status;

    cli->verbose = options->verbose;
    cli->quiet = options->quiet;
    if (options->verbose && options->quiet)
        return cli_usage(cli, "--verbose and --quiet exclude each other");
    if (options->explain)
        return explain(cli, options->explain);
    if (options->merge_reports)
        return report_merge(cli, options->report, operands, count);
    status = check_operands(cli, options, count);
    if (status != CLI_GO_ON)
        return status;
    if (count == 0 && options->files.files_from == NULL) {
        operands = one;
        count = 1;
    }
    status = convert_all(cli, &run, operands, count);
    vmx_target_free(run.target);
    return status;
}

int
main(int argc, char **argv)
{
    struct convert_options options = {
        .fail_on = -1, .stream = CONVERT_NO_STREAM, .from = CONVERT_FROM_FILES};
    struct cli cli;
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON)
        status = run(&cli, &options, argv + first, (size_t)(argc - first));
    return cli_end(&cli, status);
}
