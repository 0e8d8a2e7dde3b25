/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which file of one folder is which of the other. */
#ifndef VX_TOOLS_DIFF_MATCH_H
#define VX_TOOLS_DIFF_MATCH_H

#include "diff-folders.h"

/* One machine; a path is NULL where the folder lacks it. */
struct diff_pair {
    char *before, *after, *name;
};

struct diff_pairs {
    struct diff_pair *items;
    size_t count, room;
    bool trouble; /* something could not be read, which has been said */
};

/* The pairs by name, in the order of its bytes.  CLI_GO_ON, or CLI_TROUBLE, all being
 * said; diff_pairs_done() in either case. */
enum cli_exit diff_pairs_find(struct cli *cli, const struct diff_folders *folders,
                              struct diff_pairs *pairs);
void diff_pairs_done(struct diff_pairs *pairs);

#endif
