/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a shell completes behind a tool's name, from the tool's table of options. */
#ifndef VX_TOOLS_CLI_COMPLETE_H
#define VX_TOOLS_CLI_COMPLETE_H

#include "cli.h"

/* `shell` is the index of its word in CLI_COMMON. */
void cli_complete(struct vx_buf *out, const struct cli_tool *tool, int shell);

#endif
