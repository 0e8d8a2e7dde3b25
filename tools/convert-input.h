/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where machines come from: files, folders and lists, or tar archives. */
#ifndef VX_TOOLS_CONVERT_INPUT_H
#define VX_TOOLS_CONVERT_INPUT_H

#include "convert-slot.h"

struct convert_input;

/* CLI_GO_ON, or all is said. */
enum cli_exit convert_input_open(struct cli *cli, const struct convert *run,
                                 char **operands, size_t count,
                                 struct convert_input **ret);
void convert_input_close(struct convert_input *input);

/* The next machine, its slot begun; false when there is none. */
bool convert_input_next(struct convert_input *input, struct convert_slot *slot);

#endif
