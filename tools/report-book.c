/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report-book.h"

#include <errno.h>

#include "convert-row.h"
#include "report-page.h"

#include "base/banned.h"

enum {
    BOOK_PIECE = 1 << 16,
    BOOK_CEILING = 1 << 30,
};

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

static void
flush(struct report_book *book)
{
    int number = ENOMEM;

    if (!book->lost
        && (book->out.failed
            || vx_file_write_all(vx_file_fd(book->file), vx_buf_text(&book->out),
                                 &number)
                   != VMX_OK)) {
        cli_trouble(book->cli, "%s: %s", book->path, strerror(number));
        book->lost = true;
    }
    book->out.size = 0;
}

enum cli_exit
report_book_open(struct report_book *book, struct cli *cli, const char *path)
{
    const char *why;
    int number = ENOMEM;

    *book = (struct report_book){
        .cli = cli,
        .path = path,
        .format = report_format_of(path),
        .out = VX_BUF(BOOK_CEILING),
    };
    if (book->format < 0)
        return cli_usage(
            cli, "--report=%s: expected a name in .jsonl, .csv, .xml or .html", path);
    if (book->format == REPORT_HTML) {
        book->page = report_page_new(&why);
        if (book->page == NULL)
            return cli_trouble(cli, "--report=%s: %s", path, why);
    }
    if (vx_file_begin(path, &book->file, &number) != VMX_OK)
        return cli_trouble(cli, "--report=%s: %s", path, strerror(number));
    if (book->format == REPORT_CSV) {
        vx_buf_lit(&book->out, "index");
        report_put_columns(&book->out);
        vx_buf_char(&book->out, '\n');
    } else if (book->format == REPORT_XML) {
        vx_buf_lit(&book->out, "<?xml version='1.0' encoding='UTF-8'?>\n"
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
    vx_buf_str(&book->out, vx_str_c(report_heads[book->format]));
    vx_buf_uint(&book->out, number);
    vx_buf_str(&book->out, vx_str_c(report_tails[book->format]));
    vx_buf_str(&book->out, row);
    if (book->out.size > BOOK_PIECE)
        flush(book);
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
    const char *why = report_page_put(book->page, totals, &book->out);

    if (why) {
        cli_trouble(book->cli, "%s: %s", book->path, why);
        book->lost = true;
    }
}

bool
report_book_close(struct report_book *book, const struct report_totals *totals)
{
    int number = ENOMEM;

    if (book->file && totals) {
        if (book->page)
            put_page(book, totals);
        else
            report_put_totals(&book->out, book->format, totals);
        flush(book);
        if (!book->lost && vx_file_commit(book->file, &number) != VMX_OK) {
            cli_trouble(book->cli, "%s: %s", book->path, strerror(number));
            book->lost = true;
        }
    }
    vx_file_drop(book->file);
    vx_buf_done(&book->out);
    report_page_free(book->page);
    book->page = NULL;
    book->file = NULL;
    return !book->lost;
}
