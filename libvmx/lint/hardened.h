/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Groups of keys that the old hardening guides ask for: `sub` of rules with the check
 * legacy_group. */
#ifndef VX_LINT_HARDENED_H
#define VX_LINT_HARDENED_H

enum vx_hardened {
    VX_HARDENED_UNITY,
    VX_HARDENED_INTEGRATION,
    VX_HARDENED_FILES,
    VX_HARDENED_CLIPBOARD,
    VX_HARDENED_OPERATIONS,
    VX_HARDENED_REQUESTS,
    VX_HARDENED_DEVICES,
    VX_HARDENED_CONSOLE,
};

#endif
