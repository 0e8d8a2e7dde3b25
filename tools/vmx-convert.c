/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-convert(1): a VMX in and libvirt domain XML out, or
 * the other way, and a loss report. */
#include "cli-report.h"
#include "cli-target.h"
#include "disk-plan.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum target { TO_XML, TO_VMX, TO_TARGET, TO_OTHER /* than the input is */ };

struct options {
    int format;  /* enum cli_format */
    int fail_on; /* enum vmx_loss_category, or -1 */
    bool no_metadata, with_secrets, strict, verbose, quiet;
    uint32_t host_mhz, hw_version;
    const char *to, *map, *disk_plan, *libvirt, *base, *explain, *output;
    struct cli_list params;
};

#define M(member) offsetof(struct options, member)

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
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-convert",
    .operands = "[FILE|-]",
    .summary = "Converts a VMware configuration to libvirt domain XML, and back.",
    .glob = "*.vmx *.vmtx",
    .options = table,
    .option_count = sizeof(table) / sizeof(table[0]),
};

/* One input on its way. */
struct job {
    struct cli *cli;
    const struct options *options;
    struct vmx_convert_options convert;
    enum target to;
    const struct vmx_target *target;
    const char *file;
    struct vx_buf text;
    /* Apart, since what the parser says about a picture helps nobody. */
    struct vmx_diags *parsed, *converted;
    struct vmx_doc *doc;
    struct vmx_result *result;
    const char *why; /* it failed; NULL when a diagnostic tells it, or it did not */
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

/* ---- conversion ------------------------------------------------------------------ */

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

static bool
is_no_vmx(const struct job *job)
{
    const struct vmx_diag *diag = vmx_diags_get(job->converted, 0);

    return diag && strcmp(diag->name, "not-vmx") == 0;
}

/* VMX to VMX fails for what is no VMX alone.  What has no domain XML for another
 * reason, as one that is wholly encrypted, is a VMX all the same. */
static enum vmx_status
keep_bytes(struct job *job, enum vmx_status converted)
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
convert(struct job *job)
{
    enum vmx_status status;

    if ((job->to == TO_VMX || job->to == TO_OTHER) && is_domain(&job->text))
        return vmx_convert_to_vmx(job->text.data, job->text.size, &job->convert,
                                  job->converted, &job->result);
    status = vmx_doc_parse(job->text.data, job->text.size, job->parsed, &job->doc);
    if (status == VMX_ERR_LIMIT)
        job->why = "more lines than vmx-limits(7) allows";
    if (status != VMX_OK)
        return status;
    if (job->to == TO_TARGET)
        status = vmx_convert_to_target(job->doc, &job->convert, job->target,
                                       job->converted, &job->result);
    else
        status =
            vmx_convert_to_xml(job->doc, &job->convert, job->converted, &job->result);
    if (is_no_vmx(job)) {
        vmx_diags_free(job->parsed);
        job->parsed = NULL;
    }
    return job->to == TO_VMX ? keep_bytes(job, status) : status;
}

static size_t
warnings(const struct job *job)
{
    return vmx_diags_at_least(job->parsed, VMX_SEVERITY_WARNING)
           + vmx_diags_at_least(job->converted, VMX_SEVERITY_WARNING);
}

/* Reading, parsing, converting: CLI_GO_ON when there is something to write. */
static enum cli_exit
work(struct job *job)
{
    enum vmx_status status;

    job->why = cli_read(job->file, &job->text);
    if (job->why)
        return CLI_FOUND;
    status = convert(job);
    if (status == VMX_ERR_MISUSE && job->options->base)
        return cli_usage(job->cli, "--base=%s: expected '[DATASTORE] DIR'",
                         job->options->base);
    if (status != VMX_OK && vmx_diags_at_least(job->converted, VMX_SEVERITY_ERROR) == 0
        && job->why == NULL)
        job->why = vmx_status_text(status);
    if (status != VMX_OK)
        return status == VMX_ERR_NOMEM ? CLI_TROUBLE : CLI_FOUND;
    if (job->options->strict && warnings(job) > 0) {
        job->why = "not converted: --strict takes no warning";
        return CLI_FOUND;
    }
    return CLI_GO_ON;
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
replaces_input(const struct job *job)
{
    const char *output = job->options->output;

    return job->result && output && strcmp(output, "-") != 0
           && strcmp(job->file, "-") != 0 && is_same_file(job->file, output);
}

static bool
write_output(struct job *job)
{
    const char *path = job->options->output, *plan = job->options->disk_plan;
    char *text;
    size_t size;
    bool written;

    if (replaces_input(job)) {
        job->why = "not written: -o names the input itself";
        return false;
    }
    if (plan && job->result
        && !disk_plan(job->cli, plan, job->file, job->options->base, job->result))
        return false;
    if (job->result) {
        const char *xml = vmx_result_text(job->result, &size);

        return cli_write(job->cli, path, xml, size);
    }
    if (vmx_doc_emit(job->doc, &text, &size) != VMX_OK) {
        job->why = vmx_status_text(VMX_ERR_NOMEM);
        return false;
    }
    written = cli_write(job->cli, path, text, size);
    free(text);
    return written;
}

static bool
lost_too_much(const struct job *job)
{
    size_t count = job->result ? vmx_result_losses(job->result) : 0;

    if (job->options->fail_on < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = vmx_result_loss(job->result, i);

        if (loss == NULL || (int)loss->category >= job->options->fail_on)
            return true;
    }
    return false;
}

/* ---- report ---------------------------------------------------------------------- */

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
report_sum(struct job *job)
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
    if (job->cli->terminal && job->to != TO_TARGET)
        vx_buf_lit(out, "; what libvirt's QEMU driver defines is --to=kvm");
    vx_buf_char(out, '\n');
}

static void
report_text(struct job *job)
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
report_counts(struct job *job)
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

static const char *
status_word(const struct job *job, enum cli_exit status)
{
    if (status == CLI_WELL)
        return "converted";
    if (status == CLI_TROUBLE)
        return "not-written";
    return job->why || job->result == NULL ? "failed" : "findings";
}

static void
report_json(struct job *job, enum cli_exit status)
{
    struct cli *cli = job->cli;

    if (job->options->output && strcmp(job->options->output, "-") != 0)
        cli->fd = STDOUT_FILENO;
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "file", job->file);
    cli_json_text(cli, "status", status_word(job, status));
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

/* A plan has a file of its own, and needs a domain that tells of its disks. */
static enum cli_exit
check_plan(struct cli *cli, const struct options *options, enum target to)
{
    const char *plan = options->disk_plan, *output = options->output;

    if (plan == NULL)
        return CLI_GO_ON;
    if (to != TO_TARGET)
        return cli_usage(cli, "--disk-plan is for --to=kvm and stylesheets");
    if (strcmp(output ? output : "-", plan) == 0)
        return cli_usage(cli, "--disk-plan=%s: the domain goes there", plan);
    return CLI_GO_ON;
}

/* ---- the run --------------------------------------------------------------------- */

static enum cli_exit
run_job(struct job *job)
{
    enum cli_exit status = work(job);

    if (status == CLI_TROUBLE && job->why == NULL)
        return status; /* wrong usage, said already */
    if (status == CLI_GO_ON)
        status = !write_output(job)   ? CLI_TROUBLE
                 : lost_too_much(job) ? CLI_FOUND
                                      : CLI_WELL;
    if (job->options->format == CLI_FORMAT_JSON)
        report_json(job, status);
    else
        report_text(job);
    return status;
}

/* What --to asks for; *ret_target only for TO_TARGET. */
static enum cli_exit
choose_target(struct cli *cli, const struct options *options, enum target *ret,
              struct vmx_target **ret_target)
{
    const char *to = options->to ? options->to : "other";

    if (cli_is_target(to)) {
        *ret = TO_TARGET;
        return cli_target(cli, to, options->map, &options->params, ret_target);
    }
    *ret = options->to == NULL ? TO_OTHER : strcmp(to, "vmx") == 0 ? TO_VMX : TO_XML;
    if (*ret == TO_XML && strcmp(to, "xml") != 0)
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
convert_file(struct cli *cli, const struct options *options, const char *file,
             uint32_t release, enum target to, const struct vmx_target *target)
{
    char *name = name_of(file);
    struct job job = {
        .cli = cli,
        .options = options,
        .convert = VMX_CONVERT_OPTIONS,
        .to = to,
        .target = target,
        .file = file,
        .text = VX_BUF(VMX_MAX_TEXT),
        .parsed = vmx_diags_new(),
        .converted = vmx_diags_new(),
    };
    enum cli_exit status;

    job.convert.name = name;
    job.convert.base = options->base;
    job.convert.libvirt = release;
    job.convert.no_metadata = options->no_metadata;
    job.convert.with_secrets = options->with_secrets;
    job.convert.host_mhz = options->host_mhz;
    job.convert.hw_version = options->hw_version;
    status =
        job.parsed && job.converted ? run_job(&job) : cli_trouble(cli, "out of memory");

    vmx_result_free(job.result);
    vmx_doc_free(job.doc);
    vmx_diags_free(job.parsed);
    vmx_diags_free(job.converted);
    vx_buf_done(&job.text);
    free(name);
    return status;
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
run(struct cli *cli, const struct options *options, int count, char **files)
{
    const char *file = count ? files[0] : "-";
    struct vmx_target *target = NULL;
    uint32_t release = 0;
    enum target to = TO_XML;
    enum cli_exit status;

    cli->verbose = options->verbose;
    cli->quiet = options->quiet;
    if (options->verbose && options->quiet)
        return cli_usage(cli, "--verbose and --quiet exclude each other");
    if (options->explain)
        return explain(cli, options->explain);
    if (count > 1)
        return cli_usage(cli, "one FILE at a time");
    if (count == 0 && isatty(STDIN_FILENO))
        return cli_usage(cli, "no FILE was given");
    status = choose_release(cli, options->libvirt, &release);
    if (status == CLI_GO_ON)
        status = choose_target(cli, options, &to, &target);
    if (status == CLI_GO_ON)
        status = check_plan(cli, options, to);
    if (status == CLI_GO_ON)
        status = convert_file(cli, options, file, release, to, target);
    vmx_target_free(target);
    return status;
}

int
main(int argc, char **argv)
{
    struct options options = {.fail_on = -1};
    struct cli cli;
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON)
        status = run(&cli, &options, argc - first, argv + first);
    return cli_end(&cli, status);
}
