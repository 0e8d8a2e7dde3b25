/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan-book.h"

#include <errno.h>
#include <string.h>

#include "disk-plan.h"

#include "base/banned.h"

enum {
    BOOK_PIECE = 1 << 16,
    BOOK_CEILING = 1 << 30,
};

static void
flush(struct plan_book *book)
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
plan_book_open(struct plan_book *book, struct cli *cli, const char *path)
{
    int number = ENOMEM;

    *book = (struct plan_book){
        .cli = cli,
        .path = path,
        .json = disk_plan_is_json(path),
        .out = VX_BUF(BOOK_CEILING),
    };
    if (vx_file_begin(path, &book->file, &number) != VMX_OK)
        return cli_trouble(cli, "--disk-plan=%s: %s", path, strerror(number));
    disk_plan_head(&book->out, book->json);
    return CLI_GO_ON;
}

void
plan_book_add(struct plan_book *book, struct vx_str part)
{
    if (part.n == 0)
        return;
    if (book->json && book->any)
        vx_buf_char(&book->out, ',');
    book->any = true;
    vx_buf_str(&book->out, part);
    if (book->out.size > BOOK_PIECE)
        flush(book);
}

bool
plan_book_close(struct plan_book *book, bool whole)
{
    int number = ENOMEM;

    if (book->file && whole) {
        disk_plan_end(&book->out, book->json);
        flush(book);
        if (!book->lost && vx_file_commit(book->file, &number) != VMX_OK) {
            cli_trouble(book->cli, "%s: %s", book->path, strerror(number));
            book->lost = true;
        }
    }
    vx_file_drop(book->file);
    vx_buf_done(&book->out);
    book->file = NULL;
    return !book->lost;
}
