/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings that were there before and are accepted for now: one line of JSON each,
 * sorted, under a line that says what it is.
 *
 * An entry is told by path, code, key and fingerprint, and counts how often it may be
 * found; so it survives lines that move, and a change of the value ends it.  Paths are
 * relative to the folder of the baseline. */
#ifndef VX_TOOLS_LINT_BASELINE_H
#define VX_TOOLS_LINT_BASELINE_H

#include "lint.h"

struct lint_baseline;

/* One without entries, for the file `path`. */
enum cli_exit lint_baseline_new(struct cli *cli, const char *path,
                                struct lint_baseline **ret);
/* What the file at `path` says; CLI_TROUBLE, all being said, when it is no baseline. */
enum cli_exit lint_baseline_read(struct cli *cli, const char *path,
                                 struct lint_baseline **ret);
/* NULL is fine. */
void lint_baseline_free(struct lint_baseline *baseline);

/* The findings that follow are about the file `path`. */
void lint_baseline_file(struct lint_baseline *baseline, const char *path);
/* One more of them. */
void lint_baseline_add(struct lint_baseline *baseline, const struct vmx_finding *told);
/* Is it one that the baseline knows?  Each entry answers as often as it counts. */
bool lint_baseline_knows(struct lint_baseline *baseline,
                         const struct vmx_finding *told);

/* How many entries were for files that were looked at, or are gone, and met nothing;
 * `tell` says which. */
size_t lint_baseline_stale(struct lint_baseline *baseline, struct cli *cli, bool tell);

/* Writes it in place of its file. */
enum cli_exit lint_baseline_write(struct lint_baseline *baseline, struct cli *cli);
size_t lint_baseline_count(const struct lint_baseline *baseline);

#endif
