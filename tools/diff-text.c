/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Differences for a person: the identity first, then device by device. */
#include "diff.h"

#include "base/utf8.h"

#include "base/banned.h"

enum {
    VALUE_MAX = 200, /* bytes of a value in a line */
};

enum paint { PLAIN, BOLD, RED, GREEN, YELLOW, CYAN };

static void
begin_paint(struct cli *cli, const struct diff_view *view, enum paint paint)
{
    static const char *const codes[] = {
        [PLAIN] = "",         [BOLD] = "\033[1m",    [RED] = "\033[31m",
        [GREEN] = "\033[32m", [YELLOW] = "\033[33m", [CYAN] = "\033[36m",
    };

    if (view->how->colour)
        vx_buf_str(&cli->out, vx_str_c(codes[paint]));
}

static void
end_paint(struct cli *cli, const struct diff_view *view, enum paint paint)
{
    if (view->how->colour && paint != PLAIN)
        vx_buf_lit(&cli->out, "\033[0m");
}

/* ---- values ---------------------------------------------------------------------- */

void
diff_put_value(struct vx_buf *out, const char *text, size_t most)
{
    static const char digits[] = "0123456789ABCDEF";
    struct vx_str left = vx_str_c(text);
    size_t start = out->size, size;

    for (; left.n; left = vx_str_skip(left, size)) {
        uint32_t c = vx_utf8_first(left, &size);

        if (out->size - start > most) {
            vx_buf_lit(out, "...");
            return;
        }
        if (c != VX_UTF8_BAD && c != '"' && c != '|' && !vx_utf8_unsafe(c)) {
            vx_buf_add(out, left.s, size);
            continue;
        }
        for (size_t i = 0; i < size; i++) {
            vx_buf_char(out, '|');
            vx_buf_char(out, digits[(unsigned char)left.s[i] >> 4]);
            vx_buf_char(out, digits[(unsigned char)left.s[i] & 15]);
        }
    }
}

/* A statement, which has its quotes, or a value in quotes. */
static void
put_side(struct cli *cli, const struct diff_view *view, const char *text,
         enum paint paint)
{
    begin_paint(cli, view, paint);
    if (view->how->bytes) {
        cli_put_safe(cli, text);
    } else {
        vx_buf_char(&cli->out, '"');
        diff_put_value(&cli->out, text, VALUE_MAX);
        vx_buf_char(&cli->out, '"');
    }
    end_paint(cli, view, paint);
}

/* ---- rows ------------------------------------------------------------------------ */

static void
put_apply(struct cli *cli, const struct diff_view *view,
          const struct vmx_difference *row)
{
    vx_buf_lit(&cli->out, "  ");
    begin_paint(cli, view, CYAN);
    vx_buf_printf(&cli->out, "(%s)", vmx_apply_text(row->apply));
    end_paint(cli, view, CYAN);
    vx_buf_char(&cli->out, '\n');
}

static void
put_row(struct cli *cli, const struct diff_view *view, const struct vmx_difference *row,
        const char *name)
{
    static const char marks[] = {
        [VMX_CHANGE_CHANGED] = ' ',
        [VMX_CHANGE_ADDED] = '+',
        [VMX_CHANGE_REMOVED] = '-',
        [VMX_CHANGE_MOVED] = ' ',
    };
    enum paint paint = row->change == VMX_CHANGE_ADDED     ? GREEN
                       : row->change == VMX_CHANGE_REMOVED ? RED
                                                           : PLAIN;

    begin_paint(cli, view, paint);
    vx_buf_char(&cli->out, marks[row->change]);
    vx_buf_char(&cli->out, ' ');
    cli_put_safe(cli, name);
    end_paint(cli, view, paint);
    vx_buf_lit(&cli->out, ": ");
    if (row->before)
        put_side(cli, view, row->before, RED);
    if (row->before && row->after)
        vx_buf_lit(&cli->out, " -> ");
    if (row->after)
        put_side(cli, view, row->after, GREEN);
    if (row->whole)
        vx_buf_char(&cli->out, '\n');
    else
        put_apply(cli, view, row);
}

static void
put_heading(struct cli *cli, const struct diff_view *view, const char *name)
{
    vx_buf_char(&cli->out, '\n');
    begin_paint(cli, view, BOLD);
    cli_put_safe(cli, name);
    end_paint(cli, view, BOLD);
}

/* "scsi0:1 moved to scsi0:2, a.vmdk  (power off)". */
static void
put_device(struct cli *cli, const struct diff_view *view,
           const struct vmx_difference *row)
{
    enum paint paint = row->change == VMX_CHANGE_ADDED     ? GREEN
                       : row->change == VMX_CHANGE_REMOVED ? RED
                                                           : YELLOW;

    put_heading(cli, view, row->device);
    begin_paint(cli, view, paint);
    vx_buf_char(&cli->out, ' ');
    vx_buf_str(&cli->out, vx_str_c(vmx_change_text(row->change)));
    if (row->change == VMX_CHANGE_MOVED) {
        vx_buf_lit(&cli->out, " to ");
        cli_put_safe(cli, row->device_after);
    }
    end_paint(cli, view, paint);
    if (row->mark) {
        vx_buf_lit(&cli->out, ": ");
        diff_put_value(&cli->out, row->mark, VALUE_MAX);
    }
    put_apply(cli, view, row);
}

static void
put_identity(struct cli *cli, const struct diff_view *view)
{
    bool begun = false;

    for (size_t i = 0; i < view->count; i++) {
        if (view->rows[i]->key == NULL || !diff_is_identity(view->rows[i]))
            continue;
        if (!begun) {
            put_heading(cli, view, "identity");
            vx_buf_char(&cli->out, '\n');
        }
        begun = true;
        put_row(cli, view, view->rows[i], view->rows[i]->key);
    }
}

static void
put_others(struct cli *cli, const struct diff_view *view)
{
    const struct vmx_difference *last = NULL;

    for (size_t i = 0; i < view->count; i++) {
        const struct vmx_difference *row = view->rows[i];
        bool new = last == NULL || !diff_same_device(last, row);

        if (row->key && diff_is_identity(row))
            continue;
        if (row->key == NULL && *row->device)
            put_device(cli, view, row);
        else if (new) {
            put_heading(cli, view, *row->device ? row->device : "machine");
            vx_buf_char(&cli->out, '\n');
        }
        if (row->key)
            put_row(cli, view, row, diff_property(row));
        else if (*row->device == '\0')
            vx_buf_lit(&cli->out, "  order, comments or line ends\n");
        last = row;
        cli_flush_if_full(cli);
    }
}

/* ---- all ------------------------------------------------------------------------- */

static const char *
plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* "3 differences: 1 live, 2 power off". */
static void
put_total(struct cli *cli, const struct diff_view *view)
{
    struct diff_count count = diff_count(view);
    const char *before = ": ";

    vx_buf_printf(&cli->out, "%zu difference%s", count.all, plural(count.all));
    for (size_t i = 0; i < VX_COUNT(count.apply); i++) {
        if (count.apply[i] == 0)
            continue;
        vx_buf_printf(&cli->out, "%s%zu %s", before, count.apply[i],
                      vmx_apply_text((enum vmx_apply)i));
        before = ", ";
    }
}

static void
put_name(struct cli *cli, const struct diff_view *view, const char *mark,
         const char *name)
{
    begin_paint(cli, view, BOLD);
    vx_buf_str(&cli->out, vx_str_c(mark));
    cli_put_safe(cli, name);
    end_paint(cli, view, BOLD);
    vx_buf_char(&cli->out, '\n');
}

void
diff_put_text(struct cli *cli, const struct diff_view *view)
{
    size_t hidden = vmx_diff_hidden(view->diff);

    if (view->count == 0)
        return;
    put_name(cli, view, "--- ", view->before->name);
    put_name(cli, view, "+++ ", view->after->name);
    put_identity(cli, view);
    put_others(cli, view);
    vx_buf_char(&cli->out, '\n');
    put_total(cli, view);
    if (hidden)
        vx_buf_printf(&cli->out, "; %zu of the host's not shown", hidden);
    vx_buf_char(&cli->out, '\n');
}

void
diff_put_summary(struct cli *cli, const struct diff_view *view)
{
    struct diff_count count = diff_count(view);

    cli_put_safe(cli, view->before->name);
    vx_buf_lit(&cli->out, " -> ");
    cli_put_safe(cli, view->after->name);
    if (count.all == 0) {
        vx_buf_lit(&cli->out, ": same\n");
        return;
    }
    vx_buf_lit(&cli->out, ": ");
    put_total(cli, view);
    if (count.identity)
        vx_buf_printf(&cli->out, "; %zu of identity", count.identity);
    vx_buf_char(&cli->out, '\n');
}
