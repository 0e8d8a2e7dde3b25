/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Differences as a page that needs nothing else: no script, no other file. */
#include "diff.h"

#include "base/banned.h"

void
diff_put_html(struct cli *cli, const struct diff_view *view)
{
    (void)cli;
    (void)view;
}
