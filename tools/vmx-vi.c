/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-vi(1): machines on ESX hosts and in vCenter, unattended. */
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

#include "batch.h"
#include "vi.h"

#include "base/banned.h"

#define M(member) offsetof(struct vi_options, member)

/* clang-format off */
static const struct cli_option table[] = {
    {"url", 'u', CLI_TEXT, "URI", M(url),
     "the host, as esx://root@HOST/; else VMX_VI_URL"},
    {"cacert", 0, CLI_FILE, "FILE", M(ca_file),
     "trust the authorities of FILE, in PEM"},
    {"pin", 0, CLI_TEXT, "sha256//HASH", M(pin),
     "trust the host with this key and no other"},
    {"password-file", 0, CLI_FILE, "FILE", M(password_file),
     "the first line of FILE is the password"},
    {"all", 'a', CLI_FLAG, NULL, M(all),
     "all machines but templates"},
    {"output-dir", 'O', CLI_FILE, "DIR", M(output),
     "fetch: the folder that files are written to"},
    {"to", 0, CLI_CHOICE, "vmx|xml|kvm|FILE.xsl", M(to),
     "fetch: as they are, as domain XML, or a target's domain"},
    {"map", 0, CLI_FILE, "FILE", M(map),
     "fetch: networks and datastores of the new host, for --to=kvm"},
    {"param", 0, CLI_LIST, "NAME=VALUE", M(params),
     "fetch: set a parameter of the stylesheet; may be given again"},
    {"report", 0, CLI_FILE, "FILE", M(report),
     "fetch: tell of all machines in FILE.jsonl, .csv, .xml or .html"},
    {"replace", 0, CLI_FLAG, NULL, M(replace),
     "cp, push: in the place of what is there"},
    {"sha256", 0, CLI_TEXT, "HASH", M(sha256),
     "cp: the file has this sum, or is not taken"},
    {"no-read-back", 0, CLI_FLAG, NULL, M(no_read_back),
     "cp: do not compare what the host has with what was sent"},
    {"datastore", 0, CLI_TEXT, "'[DATASTORE] DIR'", M(datastore),
     "push: where a new machine goes"},
    {"dry-run", 'n', CLI_FLAG, NULL, M(dry_run),
     "push: show what would be done"},
    {"jobs", 'j', CLI_NUMBER, "N", M(jobs),
     "fetch, power: so many machines at a time; 4"},
    {"wait", 0, CLI_NUMBER, "SECONDS", M(wait),
     "power, push: wait so long for the end, of a guest too"},
    {"auto-answer", 0, CLI_FLAG, NULL, M(auto_answer),
     "answer questions with their defaults"},
    {"answers", 0, CLI_FILE, "FILE", M(answers),
     "answer questions by the rows of FILE"},
    {"timeout", 0, CLI_NUMBER, "SECONDS", M(timeout),
     "of one request; 60"},
    {"format", 0, CLI_WORD, "text|json", M(format),
     "how to print results"},
    {"verbose", 'v', CLI_FLAG, NULL, M(verbose),
     "tell also what is merely odd; push: the request, too"},
    {"quiet", 'q', CLI_FLAG, NULL, M(quiet),
     "report errors alone"},
    CLI_COMMON,
};
/* clang-format on */

static const struct cli_tool tool = {
    .name = "vmx-vi",
    .operands = "COMMAND [ARGUMENT]...",
    .summary = "Lists, fetches and powers machines on ESX hosts and in vCenter.\n"
               "Commands: list  show VM...  host  fetch VM...\n"
               "          power on|off|shutdown|reboot|reset|suspend|resume VM...\n"
               "          question list|answer VM [CHOICE]  task list|cancel TASK\n"
               "          cp FILE|'[DATASTORE] PATH' FILE|'[DATASTORE] PATH'\n"
               "          push FILE [VM]",
    .glob = "*",
    .commands = "list|show|host|fetch|power|question|task|cp|push",
    .options = table,
    .option_count = sizeof(table) / sizeof(table[0]),
};

/* ---- signals --------------------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
    (void)number;
    stopped = 1;
}

int
vi_was_stopped(void *data)
{
    (void)data;
    return stopped || batch_signal();
}

/* The session is logged out before the program ends. */
static void
catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal}, before;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < VX_COUNT(numbers); i++)
        if (numbers[i] != SIGHUP /* which nohup(1) has us ignore */
            || sigaction(SIGHUP, NULL, &before) != 0 || before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
}

/* ---- the run --------------------------------------------------------------------- */

static enum cli_exit
with_session(struct vi_job *job, const struct vi_command *command)
{
    const char *remark = vmx_vi_uri_remark(job->vi);
    enum vmx_vi_status status;
    enum cli_exit ended;

    ended = vmx_vi_message(job->vi)[0] ? vi_failed(job, "--url", VMX_VI_ERR_URI)
                                       : vi_find_login(job);
    if (ended != CLI_GO_ON)
        return ended;
    if (remark[0] && !job->options->quiet) {
        vi_messages(job);
        vx_buf_printf(&job->cli->out, "%s: %s\n", tool.name, remark);
        cli_flush(job->cli);
    }
    status = vmx_vi_login(job->vi);
    if (status != VMX_VI_OK)
        return vi_failed(job, vmx_vi_host_name(job->vi), status);
    return command->run(job);
}

static enum cli_exit
run(struct vi_job *job, const struct vi_command *command)
{
    const struct vi_options *options = job->options;
    const char *url = options->url ? options->url : getenv("VMX_VI_URL");
    const struct vmx_vi_options session = {
        .size = sizeof(session),
        .uri = url,
        .ca_file = options->ca_file,
        .pin = options->pin,
        .timeout_ms = options->timeout ? options->timeout * 1000 : 0,
        .stopped = vi_was_stopped,
    };
    enum cli_exit status = CLI_GO_ON;

    if (url == NULL)
        return cli_usage(job->cli, "no host: --url=URI or VMX_VI_URL names one");
    if (options->timeout > 86400)
        return cli_usage(job->cli, "--timeout: that is more than a day");
    if (options->pin && strncmp(options->pin, "sha256//", 8) != 0)
        return cli_usage(job->cli, "--pin=%s: a pin begins with sha256//",
                         options->pin);
    if (options->answers)
        status = vi_answers_read(job->cli, options->answers, &job->answers);
    if (status != CLI_GO_ON)
        return status;
    catch_signals();
    job->vi = vmx_vi_new(&session);
    if (job->vi == NULL)
        return cli_trouble(job->cli, "out of memory");
    return with_session(job, command);
}

static enum cli_exit
take_command(struct vi_job *job, int count, char **operands)
{
    const struct vi_command *command;
    enum cli_exit status;

    if (count == 0)
        return cli_usage(job->cli, "no command was given");
    command = vi_command_find(operands[0]);
    if (command == NULL)
        return cli_usage(job->cli, "there is no command \"%s\"", operands[0]);
    job->args = operands + 1;
    job->count = count - 1;
    if (job->count < command->least)
        return cli_usage(job->cli, "%s: something is missing behind it", command->word);
    if (command->most >= 0 && job->count > command->most)
        return cli_usage(job->cli, "%s: \"%s\" is too much", command->word,
                         job->args[command->most]);
    status = run(job, command);
    cli_flush(job->cli);
    vmx_vi_list_free(job->list);
    vmx_vi_free(job->vi); /* which logs out */
    vi_answers_free(job->answers);
    return status;
}

int
main(int argc, char **argv)
{
    struct vi_options options = {.format = CLI_FORMAT_TEXT};
    struct cli cli;
    struct vi_job job = {.cli = &cli, .options = &options};
    int first = 0;
    enum cli_exit status = cli_begin(&cli, &tool, argc, argv, &options, &first);

    if (status == CLI_GO_ON) {
        cli.verbose = options.verbose;
        cli.quiet = options.quiet;
        status = take_command(&job, argc - first, argv + first);
    }
    return cli_end(&cli, status);
}
