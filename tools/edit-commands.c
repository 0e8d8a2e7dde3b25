/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands of vmx-edit. */
#include "cli-report.h"
#include "edit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/glob.h"
#include "base/utf8.h"

#include "base/banned.h"

enum cli_exit
edit_fail(struct edit_job *job, const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    vx_buf_str(&job->why, vx_str_c(text ? text : "out of memory"));
    vx_buf_char(&job->why, '\0');
    free(text);
    return CLI_FOUND;
}

static enum cli_exit
no_memory(struct edit_job *job)
{
    edit_fail(job, "%s", vmx_status_text(VMX_ERR_NOMEM));
    return CLI_TROUBLE;
}

/* ---- get, list ------------------------------------------------------------------- */

static void
note_entry(struct edit_job *job, const char *key, const char *value)
{
    struct edit_entry entry = {key, value};

    vx_buf_add(&job->entries, &entry, sizeof(entry));
}

static bool
is_pattern(const char *word)
{
    return vx_glob_any(vx_str_c(word));
}

/* All entries whose keys match one of the arguments, in the file's order. */
static bool
note_matching(struct edit_job *job, const char *pattern)
{
    size_t count = vmx_doc_count(job->doc), before = job->entries.size;

    for (size_t i = 0; i < count; i++) {
        const char *key = vmx_doc_key(job->doc, i), *value;

        if (key == NULL)
            return false;
        if (pattern && !vx_glob(vx_str_c(pattern), vx_str_c(key)))
            continue;
        value = vmx_doc_value(job->doc, i);
        if (value == NULL)
            return false;
        note_entry(job, key, value);
    }
    if (pattern && job->entries.size == before)
        note_entry(job, pattern, NULL);
    return true;
}

static enum cli_exit
run_get(struct edit_job *job)
{
    for (int i = 0; i < job->plan->arg_count; i++) {
        const char *word = job->plan->args[i];

        if (!is_pattern(word))
            note_entry(job, word, vmx_doc_get(job->doc, word));
        else if (!note_matching(job, word))
            return no_memory(job);
    }
    return job->entries.failed ? no_memory(job) : CLI_GO_ON;
}

static bool
matches_any(const struct edit_job *job, const char *key)
{
    for (int i = 0; i < job->plan->arg_count; i++)
        if (vx_glob(vx_str_c(job->plan->args[i]), vx_str_c(key)))
            return true;
    return job->plan->arg_count == 0;
}

static enum cli_exit
run_list(struct edit_job *job)
{
    size_t kept = 0, count;
    struct edit_entry entry;

    if (!note_matching(job, NULL) || job->entries.failed)
        return no_memory(job);
    count = job->entries.size / sizeof(entry);
    for (size_t i = 0; i < count; i++) {
        memcpy(&entry, job->entries.data + i * sizeof(entry), sizeof(entry));
        if (matches_any(job, entry.key))
            memcpy(job->entries.data + kept++ * sizeof(entry), &entry, sizeof(entry));
    }
    job->entries.size = kept * sizeof(entry);
    return CLI_GO_ON;
}

static struct edit_entry
entry_at(const struct edit_job *job, size_t index)
{
    struct edit_entry entry;

    memcpy(&entry, job->entries.data + index * sizeof(entry), sizeof(entry));
    if (entry.value && !job->plan->options->with_secrets
        && vmx_key_is_secret(entry.key))
        entry.value = "(redacted)";
    return entry;
}

static size_t
entry_count(const struct edit_job *job)
{
    return job->entries.size / sizeof(struct edit_entry);
}

size_t
edit_missing(const struct edit_job *job)
{
    size_t missing = 0;

    for (size_t i = 0; i < entry_count(job); i++)
        missing += entry_at(job, i).value == NULL;
    return missing;
}

void
edit_put_quoted(struct vx_buf *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    struct vx_str left = vx_str_c(text);
    size_t size;

    vx_buf_char(out, '"');
    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (c != VX_UTF8_BAD && c != '"' && c != '|' && !vx_utf8_unsafe(c)) {
            vx_buf_add(out, left.s, size);
            continue;
        }
        for (size_t i = 0; i < size; i++) {
            unsigned char byte = (unsigned char)left.s[i];

            vx_buf_char(out, '|');
            vx_buf_char(out, digits[byte >> 4]);
            vx_buf_char(out, digits[byte & 15]);
        }
    }
    vx_buf_char(out, '"');
}

/* One key of one file is asked for its value, and nothing else: `$(vmx-edit …)`. */
static bool
is_plain(const struct edit_job *job)
{
    return !job->plan->many && strcmp(job->plan->command->word, "get") == 0
           && job->plan->arg_count == 1 && !is_pattern(job->plan->args[0]);
}

void
edit_put_entries(const struct edit_job *job, struct vx_buf *out)
{
    for (size_t i = 0; i < entry_count(job); i++) {
        struct edit_entry entry = entry_at(job, i);

        if (entry.value == NULL)
            continue;
        if (is_plain(job)) {
            vx_buf_str(out, vx_str_c(entry.value));
        } else {
            if (job->plan->many)
                vx_buf_printf(out, "%s: ", job->file);
            vx_buf_printf(out, "%s = ", entry.key);
            edit_put_quoted(out, entry.value);
        }
        vx_buf_char(out, '\n');
    }
}

void
edit_json_entries(struct cli *cli, const struct edit_job *job)
{
    cli_json_begin(cli, "entries", '[');
    for (size_t i = 0; i < entry_count(job); i++) {
        struct edit_entry entry = entry_at(job, i);

        if (entry.value == NULL)
            continue;
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "key", entry.key);
        cli_json_text(cli, "value", entry.value);
        cli_json_text(cli, "type", vmx_key_type(entry.key));
        cli_json_end(cli, '}');
    }
    cli_json_end(cli, ']');
    cli_json_begin(cli, "missing", '[');
    for (size_t i = 0; i < entry_count(job); i++)
        if (entry_at(job, i).value == NULL)
            cli_json_text(cli, NULL, entry_at(job, i).key);
    cli_json_end(cli, ']');
}

/* ---- set, unset ------------------------------------------------------------------ */

/* "KEY=VALUE" in two; the caller frees *ret_key. */
static const char *
split(const char *argument, char **ret_key)
{
    const char *equals = strchr(argument, '=');

    *ret_key = strndup(argument, (size_t)(equals - argument));
    return equals + 1;
}

/* What the catalogue has against a value is an error of the command line. */
static enum cli_exit
check_pair(struct cli *cli, const struct edit_options *options, const char *argument)
{
    struct vmx_diags *diags = vmx_diags_new();
    const struct vmx_diag *diag;
    char *key = NULL;
    const char *value = split(argument, &key);
    enum vmx_status status =
        key && diags ? vmx_key_check(key, value, diags) : VMX_ERR_NOMEM;
    enum cli_exit ended = CLI_GO_ON;

    if (status == VMX_ERR_MISUSE)
        ended = cli_usage(cli, "set: \"%s\" can be no key", key ? key : "");
    else if (status == VMX_ERR_NOMEM)
        ended = cli_trouble(cli, "%s", vmx_status_text(status));
    diag = ended == CLI_GO_ON && !options->force ? vmx_diags_get(diags, 0) : NULL;
    if (diag && (status != VMX_OK || !options->quiet))
        (void)cli_trouble(cli, "set: %s: %s [%s]", vmx_severity_text(diag->severity),
                          diag->message, diag->code);
    if (diag && status != VMX_OK)
        ended = CLI_TROUBLE;
    vmx_diags_free(diags);
    free(key);
    return ended;
}

static enum cli_exit
check_set(struct cli *cli, struct edit_plan *plan)
{
    enum cli_exit worst = CLI_GO_ON;

    for (int i = 0; i < plan->arg_count; i++) {
        if (strchr(plan->args[i], '=') == NULL)
            return cli_usage(cli, "set: \"%s\": expected KEY=VALUE", plan->args[i]);
        if (check_pair(cli, plan->options, plan->args[i]) != CLI_GO_ON)
            worst = CLI_TROUBLE;
    }
    return worst;
}

static enum cli_exit
say_unset(struct edit_job *job, const char *key, enum vmx_status status)
{
    if (status == VMX_ERR_INPUT)
        return edit_fail(job, "%s: the file's encoding cannot hold the value", key);
    if (status == VMX_ERR_MISUSE)
        return edit_fail(job,
                         "%s cannot have this value: the file has bytes that it "
                         "tells the meaning of",
                         key);
    if (status == VMX_ERR_NOMEM)
        return no_memory(job);
    return edit_fail(job, "%s: %s", key, vmx_status_text(status));
}

static enum cli_exit
run_set(struct edit_job *job)
{
    for (int i = 0; i < job->plan->arg_count; i++) {
        char *key = NULL;
        const char *value = split(job->plan->args[i], &key);
        enum vmx_status status =
            key ? vmx_doc_set(job->doc, key, value) : VMX_ERR_NOMEM;
        enum cli_exit ended = CLI_GO_ON;

        if (status != VMX_OK)
            ended = say_unset(job, key ? key : "", status);
        free(key);
        if (ended != CLI_GO_ON)
            return ended;
    }
    return CLI_GO_ON;
}

static enum cli_exit
check_unset(struct cli *cli, struct edit_plan *plan)
{
    for (int i = 0; i < plan->arg_count; i++)
        if (strchr(plan->args[i], '='))
            return cli_usage(cli, "unset: \"%s\": expected a key or a pattern",
                             plan->args[i]);
    return CLI_GO_ON;
}

/* A key that is not there is as it shall be. */
static enum cli_exit
run_unset(struct edit_job *job)
{
    for (int i = 0; i < job->plan->arg_count; i++) {
        const char *word = job->plan->args[i];

        if (is_pattern(word))
            vmx_doc_remove_all(job->doc, word);
        else if (!vmx_doc_remove(job->doc, word) && vmx_doc_get(job->doc, word))
            return edit_fail(job,
                             "%s stays: the file has bytes that it tells the "
                             "meaning of",
                             word);
    }
    return CLI_GO_ON;
}

/* ---- add, remove ----------------------------------------------------------------- */

/* What the library refused is in the diagnostics. */
static enum cli_exit
end_edit(struct edit_job *job, enum vmx_status status)
{
    const struct vmx_diag *diag = vmx_diags_get(job->diags, 0);

    if (status == VMX_OK)
        return CLI_GO_ON;
    if (status == VMX_ERR_NOMEM)
        return no_memory(job);
    if (diag == NULL)
        return edit_fail(job, "%s", vmx_status_text(status));
    /* It would be the same with any other file. */
    return strcmp(diag->name, "device-option") == 0 ? CLI_TROUBLE : CLI_FOUND;
}

static enum cli_exit
run_add(struct edit_job *job)
{
    const struct edit_options *options = job->plan->options;
    struct vmx_device device = VMX_DEVICE;
    const char *name = NULL;
    enum vmx_status status;

    device.file = options->file;
    device.bus = options->bus;
    device.model = options->model;
    device.network = options->network;
    device.connection = options->connection;
    device.mac = options->mac;
    device.at = options->at;
    device.force = options->force;
    status =
        vmx_doc_add_device(job->doc, job->plan->args[0], &device, job->diags, &name);
    if (status == VMX_OK) {
        vx_buf_str(&job->device, vx_str_c(name));
        vx_buf_char(&job->device, '\0');
    }
    return end_edit(job, status);
}

static enum cli_exit
run_remove(struct edit_job *job)
{
    enum vmx_status status = VMX_OK;

    for (int i = 0; status == VMX_OK && i < job->plan->arg_count; i++)
        status = vmx_doc_remove_device(job->doc, job->plan->args[i],
                                       job->plan->options->force, job->diags);
    return end_edit(job, status);
}

/* ---- apply ----------------------------------------------------------------------- */

/* Reads the patch once, so that a bad one touches no file. */
static enum cli_exit
check_apply(struct cli *cli, struct edit_plan *plan)
{
    const char *file = plan->args[0], *why;
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_patch *patch = NULL;
    enum vmx_status status;

    plan->patch = VX_BUF(VMX_MAX_TEXT);
    why = cli_read(file, &plan->patch);
    status = why ? VMX_ERR_IO
                 : vmx_patch_parse(plan->patch.data, plan->patch.size, diags, &patch);
    vmx_patch_free(patch);
    if (vmx_diags_count(diags) > 0)
        cli_diags(cli, file, diags);
    else if (status != VMX_OK)
        cli_failure(cli, file, why ? why : vmx_status_text(status));
    vmx_diags_free(diags);
    return status == VMX_OK ? CLI_GO_ON : CLI_TROUBLE;
}

/* Conflicts become part of the report.  A patch that does not fit changes nothing; by
 * force what fits is changed. */
static enum cli_exit
run_apply(struct edit_job *job)
{
    const struct edit_plan *plan = job->plan;
    enum vmx_status status =
        vmx_patch_parse(plan->patch.data, plan->patch.size, NULL, &job->patch);

    if (status == VMX_OK)
        status = vmx_patch_apply(job->patch, job->doc, plan->options->force);
    if (status != VMX_OK)
        return end_edit(job, status);
    return vmx_patch_conflicts(job->patch) && !plan->options->force ? CLI_FOUND
                                                                    : CLI_GO_ON;
}

/* ---- all of them ----------------------------------------------------------------- */

enum { ANY = 1 << 20 };

static const struct edit_command commands[] = {
    {"get", 1, ANY, true, NULL, run_get},
    {"list", 0, ANY, true, NULL, run_list},
    {"set", 1, ANY, false, check_set, run_set},
    {"unset", 1, ANY, false, check_unset, run_unset},
    {"add", 1, 1, false, NULL, run_add},
    {"remove", 1, ANY, false, NULL, run_remove},
    {"apply", 1, 1, false, check_apply, run_apply},
};

const struct edit_command *
edit_command_find(const char *word)
{
    for (size_t i = 0; i < VX_COUNT(commands); i++)
        if (strcmp(commands[i].word, word) == 0)
            return &commands[i];
    return NULL;
}
