/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Differences for a program: vmx-diff(1) has the members. */
#include "cli-report.h"
#include "diff.h"

#include "base/banned.h"

static void
put_bool(struct cli *cli, const char *key, bool value)
{
    cli_json_begin(cli, key, value ? 't' : 'f');
    cli->json_depth--;
    vx_buf_str(&cli->out, value ? VX_STR("rue") : VX_STR("alse"));
    cli->json_more = true;
}

static void
put_row(struct cli *cli, const struct vmx_difference *row)
{
    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "change", vmx_change_text(row->change));
    cli_json_text(cli, "concern", vmx_concern_text(row->concern));
    cli_json_text(cli, "apply", vmx_apply_text(row->apply));
    cli_json_text(cli, "vi", row->vi);
    cli_json_text(cli, "device", row->device);
    cli_json_text(cli, "deviceAfter", row->device_after);
    cli_json_text(cli, "mark", row->mark);
    put_bool(cli, "whole", row->whole);
    cli_json_text(cli, "key", row->key);
    cli_json_text(cli, "keyAfter", row->key_after);
    cli_json_text(cli, "before", row->before);
    cli_json_text(cli, "after", row->after);
    put_bool(cli, "secret", row->secret);
    cli_json_number(cli, "lineBefore", row->line_before);
    cli_json_number(cli, "lineAfter", row->line_after);
    cli_json_end(cli, '}');
}

void
diff_put_json(struct cli *cli, const struct diff_view *view)
{
    struct diff_count count = diff_count(view);

    cli_json_begin(cli, NULL, '{');
    cli_json_text(cli, "before", view->before->name);
    cli_json_text(cli, "after", view->after->name);
    put_bool(cli, "same", view->count == 0);
    cli_json_number(cli, "count", count.all);
    cli_json_number(cli, "hidden", vmx_diff_hidden(view->diff));
    cli_json_text(cli, "needs", count.all ? diff_needs(&count) : NULL);
    cli_json_begin(cli, "differences", '[');
    for (size_t i = 0; i < view->count; i++)
        put_row(cli, view->rows[i]);
    cli_json_end(cli, ']');
    cli_json_end(cli, '}');
}
