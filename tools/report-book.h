/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a report: rows in the order of the inputs, and the sum.  It is in its
 * place when it is whole. */
#ifndef VX_TOOLS_REPORT_BOOK_H
#define VX_TOOLS_REPORT_BOOK_H

#include "whole-file.h"

struct report_totals {
    uint64_t machines, converted, warned, failed;
};

struct report_book {
    struct whole_file to;
    int format;               /* enum report_format */
    struct report_page *page; /* of REPORT_HTML */
};

/* CLI_GO_ON, or all is said. */
enum cli_exit report_book_open(struct report_book *book, struct cli *cli,
                               const char *path);
/* `row` is what stands behind the number. */
void report_book_add(struct report_book *book, uint64_t number, struct vx_str row);
/* With `totals` the file is put in its place, without it is dropped.  False when that
 * failed. */
bool report_book_close(struct report_book *book, const struct report_totals *totals);

/* --merge-reports: the reports of shards, into one that is the same as that of a single
 * run. */
enum cli_exit report_merge(struct cli *cli, const char *path, char **reports,
                           size_t count);

/* What stands before a row's number, and around the sum. */
extern const char *const report_heads[], *const report_tails[];
void report_put_totals(struct vx_buf *out, int format,
                       const struct report_totals *totals);

#endif
