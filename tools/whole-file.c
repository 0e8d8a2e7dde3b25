/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "whole-file.h"

#include <errno.h>
#include <string.h>

#include "base/banned.h"

enum {
    PIECE = 1 << 16,
    CEILING = 1 << 30,
};

static void
lose(struct whole_file *file, int number)
{
    cli_trouble(file->cli, "%s: %s", file->path, strerror(number));
    file->lost = true;
}

static void
flush(struct whole_file *file)
{
    int number = ENOMEM;

    if (!file->lost
        && (file->out.failed
            || vx_file_write_all(vx_file_fd(file->file), vx_buf_text(&file->out),
                                 &number)
                   != VMX_OK))
        lose(file, number);
    file->out.size = 0;
}

enum cli_exit
whole_file_open(struct whole_file *file, struct cli *cli, const char *option,
                const char *path)
{
    int number = ENOMEM;

    *file = (struct whole_file){.cli = cli, .path = path, .out = VX_BUF(CEILING)};
    if (vx_file_begin(path, &file->file, &number) != VMX_OK)
        return cli_trouble(cli, "%s=%s: %s", option, path, strerror(number));
    return CLI_GO_ON;
}

void
whole_file_step(struct whole_file *file)
{
    if (file->out.size > PIECE)
        flush(file);
}

bool
whole_file_close(struct whole_file *file, bool whole)
{
    int number = ENOMEM;

    if (file->file && whole) {
        flush(file);
        if (!file->lost && vx_file_commit(file->file, &number) != VMX_OK)
            lose(file, number);
    }
    vx_file_drop(file->file);
    vx_buf_done(&file->out);
    file->file = NULL;
    return !file->lost;
}
