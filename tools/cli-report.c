/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows of a VMX only how findings about it read. */
#include "cli-report.h"

#include <errno.h>

#include "base/json.h"
#include "base/utf8.h"

#include "base/banned.h"

enum {
    VALUE_MAX = 200, /* bytes of a value in a line of text; JSON has it whole */
};

/* ---- findings as text ------------------------------------------------------------ */

enum paint { PLAIN, RED, YELLOW, CYAN };

static void
put_painted(struct cli *cli, enum paint paint, const char *word)
{
    static const char *const codes[] = {
        [PLAIN] = "",
        [RED] = "\033[1;31m",
        [YELLOW] = "\033[1;33m",
        [CYAN] = "\033[36m",
    };
    const char *code = cli->colour ? codes[paint] : "";

    vx_buf_str(&cli->out, vx_str_c(code));
    vx_buf_str(&cli->out, vx_str_c(word));
    if (*code)
        vx_buf_lit(&cli->out, "\033[0m");
}

void
cli_put_place(struct cli *cli, const char *file, uint32_t line, uint32_t column)
{
    cli_put_safe(cli, file);
    vx_buf_char(&cli->out, ':');
    if (line) {
        vx_buf_uint(&cli->out, line);
        vx_buf_char(&cli->out, ':');
    }
    if (line && column) {
        vx_buf_uint(&cli->out, column);
        vx_buf_char(&cli->out, ':');
    }
    vx_buf_char(&cli->out, ' ');
}

void
cli_put_code(struct cli *cli, const char *code)
{
    vx_buf_lit(&cli->out, " [");
    vx_buf_str(&cli->out, vx_str_c(code));
    vx_buf_lit(&cli->out, "]\n");
    cli_flush_if_full(cli);
}

void
cli_failure(struct cli *cli, const char *file, const char *why)
{
    cli_put_place(cli, file, 0, 0);
    put_painted(cli, RED, vmx_severity_text(VMX_SEVERITY_ERROR));
    vx_buf_lit(&cli->out, ": ");
    cli_put_safe(cli, why);
    vx_buf_char(&cli->out, '\n');
}

static enum vmx_severity
least_severity(const struct cli *cli)
{
    return cli->verbose ? VMX_SEVERITY_STYLE
           : cli->quiet ? VMX_SEVERITY_ERROR
                        : VMX_SEVERITY_WARNING;
}

void
cli_put_severity(struct cli *cli, enum vmx_severity severity, const char *word)
{
    static const enum paint paints[] = {
        [VMX_SEVERITY_STYLE] = CYAN,
        [VMX_SEVERITY_INFO] = CYAN,
        [VMX_SEVERITY_WARNING] = YELLOW,
        [VMX_SEVERITY_ERROR] = RED,
    };

    put_painted(cli, paints[severity], word);
}

static void
put_diag(struct cli *cli, const char *file, const struct vmx_diag *diag)
{
    cli_put_place(cli, file, diag->line, diag->column);
    cli_put_severity(cli, diag->severity, vmx_severity_text(diag->severity));
    vx_buf_lit(&cli->out, ": ");
    cli_put_safe(cli, diag->message);
    cli_put_code(cli, diag->code);
}

void
cli_diags(struct cli *cli, const char *file, const struct vmx_diags *diags)
{
    enum vmx_severity least = least_severity(cli);
    size_t all = vmx_diags_at_least(diags, least), shown = 0;
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++)
        if (diag->severity >= least) {
            put_diag(cli, file, diag);
            shown++;
        }
    if (shown == all)
        return;
    cli_put_place(cli, file, 0, 0);
    vx_buf_printf(&cli->out, "%zu more findings were counted and not kept\n",
                  all - shown);
}

static void
put_escape(struct vx_buf *out, struct vx_str bytes)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.s[i];

        vx_buf_char(out, '|');
        vx_buf_char(out, digits[c >> 4]);
        vx_buf_char(out, digits[c & 15]);
    }
}

/* As a VMX spells it, cut where it gets long. */
static void
put_value(struct vx_buf *out, const char *text)
{
    struct vx_str left = vx_str_c(text);
    size_t start = out->size, size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (out->size - start > VALUE_MAX) {
            vx_buf_lit(out, "...");
            return;
        }
        if (c == VX_UTF8_BAD || c == '"' || c == '|' || vx_utf8_unsafe(c))
            put_escape(out, vx_str_of(left.s, size));
        else
            vx_buf_add(out, left.s, size);
    }
}

static bool
ends_sentence(const char *text)
{
    size_t n = strlen(text);

    return n && strchr(".?!", text[n - 1]) != NULL;
}

static void
put_loss(struct cli *cli, const char *file, const struct vmx_loss *loss)
{
    static const struct {
        enum paint paint;
        const char *words;
    } heads[] = {
        [VMX_LOSS_INFORMATION] = {CYAN, "lost"},
        [VMX_LOSS_WARNING] = {YELLOW, "lost (warning)"},
        [VMX_LOSS_CRITICAL] = {RED, "lost (critical)"},
    };

    cli_put_place(cli, file, loss->line, 0);
    put_painted(cli, heads[loss->category].paint, heads[loss->category].words);
    vx_buf_lit(&cli->out, ": ");
    if (loss->key) {
        put_value(&cli->out, loss->key);
        vx_buf_lit(&cli->out, " = \"");
        put_value(&cli->out, loss->value ? loss->value : "");
        vx_buf_lit(&cli->out, "\": ");
    }
    cli_put_safe(cli, loss->what);
    if (loss->advice && loss->advice[0]) {
        vx_buf_str(&cli->out, ends_sentence(loss->what) ? VX_STR(" ") : VX_STR(". "));
        cli_put_safe(cli, loss->advice);
    }
    cli_put_code(cli, loss->code);
}

static enum vmx_loss_category
least_category(const struct cli *cli)
{
    return cli->verbose ? VMX_LOSS_INFORMATION
           : cli->quiet ? VMX_LOSS_CRITICAL
                        : VMX_LOSS_WARNING;
}

/* Row `index`; without memory for it the report is not whole, which fails the run. */
static const struct vmx_loss *
loss_of(struct cli *cli, struct vmx_result *result, size_t index)
{
    const struct vmx_loss *loss = vmx_result_loss(result, index);

    if (loss == NULL)
        cli->lost_output = ENOMEM;
    return loss;
}

void
cli_losses(struct cli *cli, const char *file, struct vmx_result *result)
{
    size_t count = vmx_result_losses(result);

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = loss_of(cli, result, i);

        if (loss && loss->category >= least_category(cli))
            put_loss(cli, file, loss);
    }
}

/* ---- findings as JSON ------------------------------------------------------------ */

static void
put_json_string(struct vx_buf *out, const char *text)
{
    vx_buf_char(out, '"');
    vx_json_text(out, vx_str_c(text));
    vx_buf_char(out, '"');
}

/* A comma unless the value is the first in its bracket. */
static void
begin_value(struct cli *cli, const char *key)
{
    struct vx_buf *out = &cli->out;

    cli_flush_if_full(cli);
    if (cli->json_more)
        vx_buf_lit(out, ",");
    cli->json_more = true;
    if (key) {
        put_json_string(out, key);
        vx_buf_char(out, ':');
    }
}

void
cli_json_begin(struct cli *cli, const char *key, char bracket)
{
    begin_value(cli, key);
    vx_buf_char(&cli->out, bracket);
    cli->json_more = false;
    cli->json_depth++;
}

void
cli_json_end(struct cli *cli, char bracket)
{
    vx_buf_char(&cli->out, bracket);
    cli->json_more = --cli->json_depth > 0;
    if (cli->json_depth == 0)
        vx_buf_char(&cli->out, '\n');
}

void
cli_json_text(struct cli *cli, const char *key, const char *text)
{
    begin_value(cli, key);
    if (text)
        put_json_string(&cli->out, text);
    else
        vx_buf_lit(&cli->out, "null");
}

void
cli_json_number(struct cli *cli, const char *key, uint64_t number)
{
    begin_value(cli, key);
    vx_buf_uint(&cli->out, number);
}

void
cli_json_bool(struct cli *cli, const char *key, bool value)
{
    begin_value(cli, key);
    vx_buf_str(&cli->out, value ? VX_STR("true") : VX_STR("false"));
}

void
cli_json_diags(struct cli *cli, const struct vmx_diags *diags)
{
    const struct vmx_diag *diag;

    for (size_t i = 0; (diag = vmx_diags_get(diags, i)) != NULL; i++) {
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "code", diag->code);
        cli_json_text(cli, "name", diag->name);
        cli_json_text(cli, "severity", vmx_severity_text(diag->severity));
        cli_json_text(cli, "message", diag->message);
        cli_json_text(cli, "remedy", diag->remedy);
        cli_json_number(cli, "line", diag->line);
        cli_json_number(cli, "column", diag->column);
        cli_json_number(cli, "offset", diag->offset);
        cli_json_number(cli, "length", diag->length);
        cli_json_end(cli, '}');
    }
}

static void
json_loss(struct cli *cli, const struct vmx_loss *loss)
{
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "code", loss->code);
    cli_json_text(cli, "name", loss->name);
    cli_json_text(cli, "category", vmx_loss_category_text(loss->category));
    cli_json_text(cli, "key", loss->key);
    cli_json_text(cli, "value", loss->value);
    cli_json_text(cli, "what", loss->what);
    cli_json_text(cli, "advice", loss->advice);
    cli_json_number(cli, "line", loss->line);
    cli_json_end(cli, '}');
}

void
cli_json_losses(struct cli *cli, struct vmx_result *result)
{
    size_t count = result ? vmx_result_losses(result) : 0;

    for (size_t i = 0; i < count; i++) {
        const struct vmx_loss *loss = loss_of(cli, result, i);

        if (loss)
            json_loss(cli, loss);
    }
}
