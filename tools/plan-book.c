/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-book.h"

#include "disk-plan.h"

#include "base/banned.h"

enum cli_exit
plan_book_open(struct plan_book *book, struct cli *cli, const char *path)
{
    enum cli_exit status;

    *book = (struct plan_book){.json = disk_plan_is_json(path)};
    status = whole_file_open(&book->to, cli, "--disk-plan", path);
    if (status == CLI_GO_ON)
        disk_plan_head(&book->to.out, book->json);
    return status;
}

void
plan_book_add(struct plan_book *book, struct vx_str part)
{
    if (part.n == 0)
        return;
    if (book->json && book->any)
        vx_buf_char(&book->to.out, ',');
    book->any = true;
    vx_buf_str(&book->to.out, part);
    whole_file_step(&book->to);
}

bool
plan_book_close(struct plan_book *book, bool whole)
{
    if (book->to.file && whole)
        disk_plan_end(&book->to.out, book->json);
    return whole_file_close(&book->to, whole);
}
