/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports that runs over shards have written are parted into rows, which are put in
 * order by their numbers and else copied.  Nothing but what we write is understood. */
#include "report-book.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "convert-row.h"

#include "base/banned.h"

enum {
    REPORTS_MAX = 4096,
    ROW_CEILING = 1 << 30,
};

struct part {
    const char *path;
    FILE *file;
    struct vx_buf row; /* the next one, from behind its number on */
    uint64_t number;   /* of that; UINT64_MAX past the last */
    char *line;
    size_t room;
    struct report_totals totals;
    bool summed; /* the totals were read */
};

static enum cli_exit
refuse(struct cli *cli, const struct part *part)
{
    return cli_trouble(cli,
                       "%s: this is no report that is whole and of one kind with "
                       "the new one",
                       part->path);
}

/* One more line, into part->line. */
static struct vx_str
next_line(struct part *part)
{
    ssize_t n = getline(&part->line, &part->room, part->file);

    return n < 0 ? VX_STR_NONE : vx_str_of(part->line, (size_t)n);
}

/* The digits at the beginning of `text`. */
static bool
take_number(struct vx_str *text, uint64_t *ret)
{
    size_t n = 0;

    while (n < text->n && vx_is_digit((unsigned char)text->s[n]))
        n++;
    if (!vx_num_u64(vx_str_of(text->s, n), ret))
        return false;
    *text = vx_str_skip(*text, n);
    return true;
}

/* What stands behind `name`. */
static bool
take_total(struct vx_str line, const char *name, uint64_t *ret)
{
    const char *at = memmem(line.s, line.n, name, strlen(name));

    if (at == NULL)
        return false;
    line = vx_str_skip(line, (size_t)(at - line.s) + strlen(name));
    while (line.n && strchr("\"':=", line.s[0]))
        line = vx_str_skip(line, 1);
    return take_number(&line, ret);
}

static bool
take_totals(struct part *part, struct vx_str line)
{
    struct report_totals *totals = &part->totals;

    part->summed = take_total(line, "machines", &totals->machines)
                   && take_total(line, "converted", &totals->converted)
                   && take_total(line, "warned", &totals->warned)
                   && take_total(line, "failed", &totals->failed);
    return part->summed;
}

static size_t
quotes(struct vx_str line)
{
    size_t count = 0;

    for (size_t i = 0; i < line.n; i++)
        count += line.s[i] == '"';
    return count;
}

/* The lines of a row that follow its first. */
static bool
take_rest(struct part *part, int format)
{
    struct vx_str line = vx_buf_text(&part->row);
    size_t open = quotes(line);

    while ((format == REPORT_CSV && open % 2)
           || (format == REPORT_XML && !vx_str_eq(line, VX_STR("  </machine>\n")))) {
        line = next_line(part);
        if (line.s == NULL)
            return false;
        open += quotes(line);
        vx_buf_str(&part->row, line);
    }
    return !part->row.failed;
}

/* The next row, or the sum.  False for what we have not written. */
static bool
take_row(struct part *part, int format)
{
    struct vx_str head = vx_str_c(report_heads[format]), line = next_line(part);
    struct vx_str tail = vx_str_c(report_tails[format]);

    part->number = UINT64_MAX;
    part->row.size = 0;
    if (line.s == NULL)
        return format == REPORT_CSV && !ferror(part->file);
    if (format != REPORT_CSV && memmem(line.s, line.n < 16 ? line.n : 16, "totals", 6))
        return take_totals(part, line);
    if (!vx_str_starts(line, head))
        return false;
    line = vx_str_skip(line, head.n);
    if (!take_number(&line, &part->number) || !vx_str_starts(line, tail))
        return false;
    vx_buf_str(&part->row, vx_str_skip(line, tail.n));
    return take_rest(part, format);
}

static bool
open_part(struct part *part, const char *path, int format)
{
    const int heads[] = {[REPORT_JSONL] = 0, [REPORT_CSV] = 1, [REPORT_XML] = 2};

    *part = (struct part){.path = path, .row = VX_BUF(ROW_CEILING)};
    part->file = fopen(path, "re");
    if (part->file == NULL)
        return false;
    for (int i = 0; i < heads[format]; i++)
        if (next_line(part).s == NULL)
            return false;
    return take_row(part, format);
}

static struct part *
least(struct part *parts, size_t count)
{
    struct part *best = parts;

    for (size_t i = 1; i < count; i++)
        if (parts[i].number < best->number)
            best = &parts[i];
    return best;
}

static enum cli_exit
copy_rows(struct cli *cli, struct report_book *book, struct part *parts, size_t count,
          struct report_totals *totals)
{
    uint64_t wanted = 1;
    struct part *part;

    while ((part = least(parts, count))->number != UINT64_MAX) {
        if (part->number != wanted)
            return cli_trouble(
                cli, "%s: machine %llu is in %s of the reports", part->path,
                (unsigned long long)(part->number < wanted ? part->number : wanted),
                part->number < wanted ? "two" : "none");
        report_book_add(book, wanted++, vx_buf_text(&part->row));
        if (!take_row(part, (int)report_rows_of((enum report_format)book->format)))
            return refuse(cli, part);
    }
    for (size_t i = 0; i < count; i++) {
        if (book->format != REPORT_CSV && !parts[i].summed)
            return refuse(cli, &parts[i]);
        totals->machines += parts[i].totals.machines;
        totals->converted += parts[i].totals.converted;
        totals->warned += parts[i].totals.warned;
        totals->failed += parts[i].totals.failed;
    }
    return CLI_GO_ON;
}

static enum cli_exit
merge(struct cli *cli, struct report_book *book, struct part *parts, char **reports,
      size_t count)
{
    struct report_totals totals = {0};
    enum report_format format = report_rows_of((enum report_format)book->format);
    enum cli_exit status = CLI_GO_ON;

    for (size_t i = 0; i < count && status == CLI_GO_ON; i++) {
        bool well = report_format_of(reports[i]) == (int)format
                    && open_part(&parts[i], reports[i], (int)format);

        if (!well && parts[i].path && parts[i].file == NULL)
            status = cli_trouble(cli, "%s: %s", reports[i], strerror(errno));
        else if (!well)
            status = refuse(cli, &(struct part){.path = reports[i]});
    }
    if (status == CLI_GO_ON)
        status = copy_rows(cli, book, parts, count, &totals);
    if (!report_book_close(book, status == CLI_GO_ON ? &totals : NULL))
        return CLI_TROUBLE;
    return status == CLI_GO_ON ? CLI_WELL : status;
}

enum cli_exit
report_merge(struct cli *cli, const char *path, char **reports, size_t count)
{
    struct report_book book;
    struct part *parts;
    enum cli_exit status;

    if (path == NULL || count == 0 || count > REPORTS_MAX)
        return cli_usage(cli, "--merge-reports takes --report=NEW and the reports");
    status = report_book_open(&book, cli, path);
    if (status != CLI_GO_ON)
        return status;
    parts = calloc(count, sizeof(*parts));
    status = parts ? merge(cli, &book, parts, reports, count)
                   : cli_trouble(cli, "out of memory");
    for (size_t i = 0; parts && i < count; i++) {
        if (parts[i].file)
            fclose(parts[i].file);
        vx_buf_done(&parts[i].row);
        free(parts[i].line);
    }
    free(parts);
    report_book_close(&book, NULL);
    return status;
}
