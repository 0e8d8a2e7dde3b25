/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is asked of rules, and not of files. */
#ifndef VX_TOOLS_LINT_PAGES_H
#define VX_TOOLS_LINT_PAGES_H

#include "lint-setup.h"

/* The page of a code or name. */
enum cli_exit lint_explain(struct cli *cli, const char *code);

/* All rules, and which of them `setup` has on: a table, or JSON. */
enum cli_exit lint_list_rules(struct cli *cli, const struct lint_setup *setup,
                              enum cli_format format);

#endif
