/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands beside a VMX, as vmx_lint_options.file asks. */
#ifndef VX_TOOLS_LINT_FACTS_H
#define VX_TOOLS_LINT_FACTS_H

#include "base/arena.h"
#include "vmx.h"

/* Of one VMX at a time; all zero at first. */
struct lint_facts {
    const char *path; /* of the VMX; NULL: nothing can be told */
    bool alone;       /* its folder is known to hold nothing else */
    struct vx_arena arena;
    int folder; /* open once it was asked for; less than 1: not yet, or it cannot be */
    bool tried;
};

/* Nothing but names in the VMX's own folder is looked at, and nothing is followed. */
bool lint_facts_tell(void *closure, const char *path, struct vmx_file_facts *ret);

/* Ends it for this VMX. */
void lint_facts_done(struct lint_facts *facts);

#endif
