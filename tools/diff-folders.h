/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two folders, machine by machine. */
#ifndef VX_TOOLS_DIFF_FOLDERS_H
#define VX_TOOLS_DIFF_FOLDERS_H

#include "diff.h"

/* By what a file of one folder is matched with one of the other. */
enum diff_match {
    DIFF_BY_PATH, /* below the folder */
    DIFF_BY_NAME, /* displayName, or else the name of the file */
    DIFF_BY_UUID, /* uuid.bios; a machine without one has no match */
};

struct diff_folders {
    const struct diff_setting *how;
    char *before, *after;
    enum diff_match match;
    unsigned jobs;          /* 0: one for each core */
    const char *files_from; /* a list of the machines to compare, or NULL: all */
    bool null;              /* its names end in NUL */
    bool stat, quiet;
};

/* CLI_WELL when all are the same, CLI_FOUND, or CLI_TROUBLE when one could not be
 * read, which has been said. */
enum cli_exit diff_folders(struct cli *cli, const struct diff_folders *folders);

/* One line of --stat; the machine is called `name`. */
void diff_put_stat(struct cli *cli, const struct diff_view *view, const char *name);

#endif
