/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --suggest-map: a first map file, vmx-map(5), of what an inventory uses. */
#ifndef VX_TOOLS_SUGGEST_MAP_H
#define VX_TOOLS_SUGGEST_MAP_H

#include "cli.h"

struct suggestion;

/* NULL without memory. */
struct suggestion *suggestion_new(void);
void suggestion_free(struct suggestion *suggestion);

/* What convert_row_facts() has found in a machine. */
void suggestion_add(struct suggestion *suggestion, struct vx_str facts);

/* To `path`.  False when that failed, which has been said. */
bool suggestion_write(struct suggestion *suggestion, struct cli *cli, const char *path);

#endif
