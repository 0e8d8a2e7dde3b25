/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks and fixes that rows name: a row declares its functions. */
#ifndef VX_LINT_FUNCTIONS_H
#define VX_LINT_FUNCTIONS_H

#include "lint/lint.h"

/* clang-format off */
#define VX_CODE(...)
#define VX_RULE(number, name, ident, severity, category, confidence, profiles, tags, check, fix, \
                title, why, remedy, bad, good)                                         \
    check fix
#define CHECK(function, ...) vx_check_fn vx_check_##function;
#define BY_READING
#define BY_MAPPING
#define BY_CONVERSION
#define BY_TARGET
#define BY_INVENTORY
#define BY_SUPPRESSION
#define NO_FIX
#define SAFE(function) vx_fix_fn vx_fix_##function;
#define UNSAFE(function) SAFE(function)
#include "diag/codes.def"
#undef VX_RULE
#undef CHECK
#undef BY_READING
#undef BY_MAPPING
#undef BY_CONVERSION
#undef BY_TARGET
#undef BY_INVENTORY
#undef BY_SUPPRESSION
#undef NO_FIX
#undef SAFE
#undef UNSAFE
#undef VX_CODE
/* clang-format on */

#endif
