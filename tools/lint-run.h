/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run over all files. */
#ifndef VX_TOOLS_LINT_RUN_H
#define VX_TOOLS_LINT_RUN_H

#include "lint.h"

/* Looks at all that the operands name and tells of it.  The status to end with. */
enum cli_exit lint_run(struct cli *cli, const struct lint_options *options,
                       char **operands, size_t count);

/* --explain and --list-rules. */
enum cli_exit lint_ask(struct cli *cli, const struct lint_options *options);

#endif
