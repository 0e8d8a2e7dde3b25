/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machines that --files-from names; all, without it. */
#ifndef VX_TOOLS_DIFF_CHOSEN_H
#define VX_TOOLS_DIFF_CHOSEN_H

#include "cli.h"

struct diff_chosen {
    bool any; /* a list was given */
    struct vx_buf text;
    struct diff_name *names;
    size_t count;
};

/* Reads `list`, which may be NULL; names end in a line end, or in NUL.  CLI_GO_ON, or
 * all is said; diff_chosen_done() in either case. */
enum cli_exit diff_chosen_read(struct cli *cli, const char *list, bool null,
                               struct diff_chosen *chosen);
void diff_chosen_done(struct diff_chosen *chosen);

/* Is `name` to be compared? */
bool diff_chosen_has(struct diff_chosen *chosen, const char *name);
/* Says which names nobody has asked for.  True when there are any. */
bool diff_chosen_missing(struct cli *cli, const struct diff_chosen *chosen);

#endif
