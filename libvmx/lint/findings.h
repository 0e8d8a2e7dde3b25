/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of what was found. */
#ifndef VX_LINT_FINDINGS_H
#define VX_LINT_FINDINGS_H

#include "lint/lint.h"

struct vmx_findings {
    struct vx_arena arena; /* this itself, and all that findings say */
    struct vx_finding **rows;
    size_t count, room, dropped;
};

struct vmx_findings *vx_findings_new(void);

/* For VX_AUTO(). */
static inline void
vx_findings_drop(struct vmx_findings **findings)
{
    vmx_findings_free(*findings);
}

/* What the run asks from now on; says of each device whether it is there. */
void vx_lint_take_slots(struct vx_lint *lint, const struct vx_slots *slots);

/* Lets each rule add the edits of its fix. */
void vx_findings_mend(struct vx_lint *lint);

/* Does the rule have the severity that its row says? */
bool vx_lint_has_own_severity(const struct vx_lint *lint, const struct vx_rule *rule);

/* Sorts by place and code.  VMX_OK or VMX_ERR_NOMEM. */
enum vmx_status vx_findings_finish(struct vmx_findings *findings);

/* As vmx_lint(), for a document that was not edited. */
enum vmx_status vx_lint_run(const struct vmx_linter *linter, struct vmx_doc *doc,
                            const struct vmx_lint_options *options,
                            struct vmx_findings **ret);

#endif
