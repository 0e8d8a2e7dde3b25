/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comments that silence rules. */
#ifndef VX_LINT_SUPPRESS_H
#define VX_LINT_SUPPRESS_H

#include "lint/lint.h"

/* Marks the findings that a comment silences, and tells of comments that silence
 * nothing.  VMX_OK or VMX_ERR_NOMEM. */
enum vmx_status vx_suppress(struct vx_lint *lint);

#endif
