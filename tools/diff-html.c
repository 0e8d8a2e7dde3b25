/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Differences as a page that needs nothing else: no script, no other file.  What a
 * colour tells, a word or a sign tells too. */
#include "diff.h"

#include "base/utf8.h"
#include "base/xmlw.h"

#include "base/banned.h"

enum {
    VALUE_MAX = 2000, /* bytes of a value in a cell */
};

static const char style[] =
    "<style>\n"
    ":root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff;"
    " --line: #c4cad1; --faint: #57606a; --old: #9a1c13; --old-paper: #ffebe9;"
    " --new: #0f5323; --new-paper: #dafbe1; }\n"
    "@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117;"
    " --line: #3d444d; --faint: #9da7b3; --old: #ffb3ad; --old-paper: #3c1618;"
    " --new: #8ae09b; --new-paper: #12301c; } }\n"
    "body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);"
    " background: var(--paper); margin: 0 auto; max-width: 72rem; padding: 1rem; }\n"
    "h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }\n"
    ".scroll { overflow-x: auto; }\n"
    "table { border-collapse: collapse; table-layout: fixed; width: 100%;"
    " min-width: 48rem; margin: 1rem 0; }\n"
    "thead th:nth-child(1) { width: 30%; } thead th:nth-child(2) { width: 10%; }"
    " thead th:nth-child(5) { width: 12%; }\n"
    "caption { text-align: left; font-weight: 600; padding: .25rem 0; }\n"
    "th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left;"
    " vertical-align: top; }\n"
    "thead th { color: var(--faint); font-weight: 600; }\n"
    "tbody th { font-weight: 400; overflow-wrap: anywhere; }\n"
    "del, ins { text-decoration: none; font-family: ui-monospace, monospace;"
    " overflow-wrap: anywhere; padding: 0 .2rem; border-radius: .2rem; }\n"
    "del { color: var(--old); background: var(--old-paper); }\n"
    "ins { color: var(--new); background: var(--new-paper); }\n"
    ".faint { color: var(--faint); }\n"
    "</style>\n";

/* ---- text ------------------------------------------------------------------------ */

/* A name of a file or a key: what a line must not have becomes a question mark. */
static void
put_text(struct cli *cli, const char *text)
{
    struct vx_str left = vx_str_c(text);
    size_t size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (c == VX_UTF8_BAD || vx_utf8_unsafe(c))
            vx_buf_char(&cli->out, '?');
        else
            vx_xml_escape(&cli->out, vx_str_of(left.s, size));
    }
}

static void
put_value(struct cli *cli, const char *text)
{
    struct vx_buf value VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    diff_put_value(&value, text, VALUE_MAX);
    vx_xml_escape(&cli->out, vx_buf_text(&value));
    cli->out.failed |= value.failed;
}

/* ---- tables ---------------------------------------------------------------------- */

static void
begin_table(struct cli *cli, const char *caption, const struct vmx_difference *device)
{
    vx_buf_lit(&cli->out, "<div class=\"scroll\"><table>\n<caption>");
    put_text(cli, caption);
    if (device) {
        vx_buf_printf(&cli->out, " %s", vmx_change_text(device->change));
        if (device->change == VMX_CHANGE_MOVED) {
            vx_buf_lit(&cli->out, " to ");
            put_text(cli, device->device_after);
        }
        vx_buf_printf(&cli->out, " <span class=\"faint\">(%s)</span>",
                      vmx_apply_text(device->apply));
    }
    vx_buf_lit(&cli->out,
               "</caption>\n<thead><tr><th scope=\"col\">Key</th>"
               "<th scope=\"col\">Change</th><th scope=\"col\">Before</th>"
               "<th scope=\"col\">After</th><th scope=\"col\">Takes</th></tr>"
               "</thead>\n<tbody>\n");
}

static void
end_table(struct cli *cli, bool begun)
{
    if (begun)
        vx_buf_lit(&cli->out, "</tbody></table></div>\n");
    cli_flush_if_full(cli);
}

static void
put_row(struct cli *cli, const struct vmx_difference *row, const char *name)
{
    vx_buf_lit(&cli->out, "<tr><th scope=\"row\">");
    put_text(cli, name);
    vx_buf_printf(&cli->out, "</th><td>%s</td><td>", vmx_change_text(row->change));
    if (row->before) {
        vx_buf_lit(&cli->out, "<del>");
        put_value(cli, row->before);
        vx_buf_lit(&cli->out, "</del>");
    }
    vx_buf_lit(&cli->out, "</td><td>");
    if (row->after) {
        vx_buf_lit(&cli->out, "<ins>");
        put_value(cli, row->after);
        vx_buf_lit(&cli->out, "</ins>");
    }
    vx_buf_printf(&cli->out, "</td><td>%s</td></tr>\n",
                  row->whole ? "" : vmx_apply_text(row->apply));
}

/* What a device that moved as it was, or a file whose order alone is another, says in
 * the place of keys. */
static void
put_bare_row(struct cli *cli, const struct vmx_difference *row)
{
    vx_buf_lit(&cli->out, "<tr><td colspan=\"5\">");
    if (*row->device == '\0')
        vx_buf_lit(&cli->out, "Order, comments or line ends are others.");
    else if (row->mark)
        put_value(cli, row->mark);
    vx_buf_lit(&cli->out, "</td></tr>\n");
}

static void
put_identity(struct cli *cli, const struct diff_view *view)
{
    bool begun = false;

    for (size_t i = 0; i < view->count; i++) {
        const struct vmx_difference *row = view->rows[i];

        if (row->key == NULL || !diff_is_identity(row))
            continue;
        if (!begun)
            begin_table(cli, "Identity", NULL);
        begun = true;
        put_row(cli, row, row->key);
    }
    end_table(cli, begun);
}

static void
put_others(struct cli *cli, const struct diff_view *view)
{
    const struct vmx_difference *last = NULL;

    for (size_t i = 0; i < view->count; i++) {
        const struct vmx_difference *row = view->rows[i];

        if (row->key && diff_is_identity(row))
            continue;
        if (last == NULL || !diff_same_device(last, row) || row->key == NULL) {
            end_table(cli, last != NULL);
            begin_table(cli, *row->device ? row->device : "Machine",
                        row->key == NULL && *row->device ? row : NULL);
        }
        if (row->key)
            put_row(cli, row, diff_property(row));
        else
            put_bare_row(cli, row);
        last = row;
    }
    end_table(cli, last != NULL);
}

/* ---- the page -------------------------------------------------------------------- */

void
diff_put_html_head(struct cli *cli)
{
    vx_buf_lit(&cli->out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width\">\n"
               "<title>Configurations compared</title>\n");
    vx_buf_str(&cli->out, vx_str_c(style));
    vx_buf_lit(&cli->out,
               "</head>\n<body>\n<main>\n<h1>Configurations compared</h1>\n");
}

void
diff_put_html(struct cli *cli, const struct diff_view *view)
{
    struct diff_count count = diff_count(view);
    size_t hidden = vmx_diff_hidden(view->diff);

    vx_buf_lit(&cli->out, "<section>\n<h2>");
    put_text(cli, view->before->name);
    vx_buf_lit(&cli->out, " → ");
    put_text(cli, view->after->name);
    vx_buf_lit(&cli->out, "</h2>\n<p>");
    if (count.all == 0)
        vx_buf_lit(&cli->out, "They mean the same.");
    else
        vx_buf_printf(&cli->out, "%zu difference%s, of which the most takes: %s.",
                      count.all, count.all == 1 ? "" : "s", diff_needs(&count));
    if (hidden)
        vx_buf_printf(&cli->out, " Not shown: %zu of the host's own.", hidden);
    vx_buf_lit(&cli->out, "</p>\n");
    put_identity(cli, view);
    put_others(cli, view);
    vx_buf_lit(&cli->out, "</section>\n");
}

void
diff_put_alone_html(struct cli *cli, const char *what, const char *path)
{
    put_text(cli, what);
    put_text(cli, path);
}

void
diff_put_html_foot(struct cli *cli)
{
    vx_buf_lit(&cli->out, "</main>\n</body>\n</html>\n");
}
