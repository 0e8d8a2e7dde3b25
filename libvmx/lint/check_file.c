/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 0xx: the file as a whole. */
#include "lint/check.h"

#include "base/banned.h"

void
vx_fix_bom(struct vx_lint *lint, struct vx_finding *finding)
{
    vx_fix_bytes(lint, finding, 0, 3, VX_STR(""));
}
