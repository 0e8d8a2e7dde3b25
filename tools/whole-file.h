/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is written in pieces, and is in its place when it is whole. */
#ifndef VX_TOOLS_WHOLE_FILE_H
#define VX_TOOLS_WHOLE_FILE_H

#include "base/file.h"
#include "cli.h"

struct whole_file {
    struct cli *cli;
    const char *path;         /* borrowed */
    struct vx_new_file *file; /* NULL: there is none */
    struct vx_buf out;        /* what is still to be written */
    bool lost;                /* which has been said */
};

/* `option` named it.  CLI_GO_ON, or all is said. */
enum cli_exit whole_file_open(struct whole_file *file, struct cli *cli,
                              const char *option, const char *path);
/* Writes what is in `out` when it is worth it. */
void whole_file_step(struct whole_file *file);
/* Puts the file in its place, or drops it when it is not `whole`.  False when that
 * failed.  Nothing at all for one that was not opened. */
bool whole_file_close(struct whole_file *file, bool whole);

#endif
