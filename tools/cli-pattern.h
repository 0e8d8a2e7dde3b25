/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns that users write: regular expressions for keys, globs for paths.
 *
 * Matching has a limit, so that no pattern takes for ever; one that meets it does not
 * match.  Several threads may use one pattern at the same time. */
#ifndef VX_TOOLS_CLI_PATTERN_H
#define VX_TOOLS_CLI_PATTERN_H

#include "cli.h"

struct cli_pattern;

/* A PCRE2 expression that is looked for anywhere in a key; the case of ASCII letters is
 * ignored.  CLI_GO_ON; CLI_TROUBLE, with `where` and the reason said. */
enum cli_exit cli_pattern_new(struct cli *cli, const char *where, struct vx_str text,
                              struct cli_pattern **ret);
/* A glob over paths: `*` and `?` stop at a slash, `**` does not.  One without a slash
 * is held against the last component alone.  As above. */
enum cli_exit cli_glob_new(struct cli *cli, const char *where, struct vx_str text,
                           struct cli_pattern **ret);
/* NULL is fine. */
void cli_pattern_free(struct cli_pattern *pattern);

bool cli_pattern_matches(const struct cli_pattern *pattern, struct vx_str text);

#endif
