/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --to, --map and --param: the target that a conversion goes to. */
#ifndef VX_TOOLS_CLI_TARGET_H
#define VX_TOOLS_CLI_TARGET_H

#include "cli.h"

/* What --to means beside the words of the tool itself: a built-in target, or the file
 * of a stylesheet, which ends in .xsl or .xslt. */
bool cli_is_target(const char *to);

/* Makes the target, with its map (NULL: none) and parameters "NAME=VALUE".  CLI_GO_ON;
 * else all has been said. */
enum cli_exit cli_target(struct cli *cli, const char *to, const char *map,
                         const struct cli_list *params, struct vmx_target **ret);

#endif
