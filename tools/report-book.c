/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report-book.h"

#include "convert-row.h"
#include "report-page.h"

#include "base/banned.h"

const char *const report_heads[] = {
    [REPORT_JSONL] = "{\"index\":",
    [REPORT_CSV] = "",
    [REPORT_XML] = "  <machine index='",
};

const char *const report_tails[] = {
    [REPORT_JSONL] = "",
    [REPORT_CSV] = "",
    [REPORT_XML] = "'",
};

enum cli_exit
report_book_open(struct report_book *book, struct cli *cli, const char *path)
{
    enum cli_exit status;
    const char *why;

    *book = (struct report_book){.format = report_format_of(path)};
    if (book->format < 0)
        return cli_usage(
            cli, "--report=%s: expected a name in .jsonl, .csv, .xml or .html", path);
    if (book->format == REPORT_HTML) {
        book->page = report_page_new(&why);
        if (book->page == NULL)
            return cli_trouble(cli, "--report=%s: %s", path, why);
    }
    status = whole_file_open(&book->to, cli, "--report", path);
    if (status != CLI_GO_ON)
        return status;
    if (book->format == REPORT_CSV) {
        vx_buf_lit(&book->to.out, "index");
        report_put_columns(&book->to.out);
        vx_buf_char(&book->to.out, '\n');
    } else if (book->format == REPORT_XML) {
        vx_buf_lit(&book->to.out, "<?xml version='1.0' encoding='UTF-8'?>\n"
                                  "<report xmlns='urn:libvmx:report:1'>\n");
    }
    return CLI_GO_ON;
}

void
report_book_add(struct report_book *book, uint64_t number, struct vx_str row)
{
    if (book->page) {
        report_page_add(book->page, number, row);
        return;
    }
    vx_buf_str(&book->to.out, vx_str_c(report_heads[book->format]));
    vx_buf_uint(&book->to.out, number);
    vx_buf_str(&book->to.out, vx_str_c(report_tails[book->format]));
    vx_buf_str(&book->to.out, row);
    whole_file_step(&book->to);
}

void
report_put_totals(struct vx_buf *out, int format, const struct report_totals *totals)
{
    const unsigned long long machines = totals->machines;
    const unsigned long long converted = totals->converted;
    const unsigned long long warned = totals->warned, failed = totals->failed;

    if (format == REPORT_JSONL)
        vx_buf_printf(out,
                      "{\"totals\":{\"machines\":%llu,\"converted\":%llu,"
                      "\"warned\":%llu,\"failed\":%llu}}\n",
                      machines, converted, warned, failed);
    else if (format == REPORT_XML)
        vx_buf_printf(out,
                      "  <totals machines='%llu' converted='%llu' warned='%llu' "
                      "failed='%llu'/>\n</report>\n",
                      machines, converted, warned, failed);
}

/* The page can be made when all rows are there. */
static void
put_page(struct report_book *book, const struct report_totals *totals)
{
    const char *why = report_page_put(book->page, totals, &book->to.out);

    if (why) {
        cli_trouble(book->to.cli, "%s: %s", book->to.path, why);
        book->to.lost = true;
    }
}

bool
report_book_close(struct report_book *book, const struct report_totals *totals)
{
    bool well;

    if (book->to.file && totals) {
        if (book->page)
            put_page(book, totals);
        else
            report_put_totals(&book->to.out, book->format, totals);
    }
    well = whole_file_close(&book->to, totals != NULL);
    report_page_free(book->page);
    book->page = NULL;
    return well;
}
