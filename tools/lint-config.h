/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The .vmxlint files above a VMX: which there are, what they say, and what that adds up
 * to for one path.
 *
 * From the folder of the VMX upwards each counts, until one says root = "TRUE", or a
 * folder that holds .git was the last.  A file that is read once is kept for the run.
 */
#ifndef VX_TOOLS_LINT_CONFIG_H
#define VX_TOOLS_LINT_CONFIG_H

#include "lint-setup.h"

struct lint_configs;

/* `options` is borrowed.  CLI_TROUBLE, all being said, also for what the command line
 * says, or the file that --config names. */
enum cli_exit lint_configs_new(struct cli *cli, const struct lint_options *options,
                               struct lint_configs **ret);
/* NULL is fine. */
void lint_configs_free(struct lint_configs *configs);

/* The setup for the file at `path`; valid until the end of the run.  `bare` when its
 * folder is known to hold neither of the two. */
enum cli_exit lint_configs_get(struct lint_configs *configs, const char *path,
                               bool bare, const struct lint_setup **ret);

/* ---- one file: lint-vmxlint.c ---------------------------------------------------- */

enum {
    LINT_SECTIONS_MAX = 64,
};

/* pathN.glob, and what holds for the files that it suits. */
struct lint_section {
    uint64_t number;
    struct cli_pattern *glob;
    struct lint_layer layer;
    const char *where;
};

struct lint_vmxlint {
    struct lint_layer layer;
    struct lint_section *sections; /* by number */
    size_t count;
    bool root;
};

/* Reads the file `path`.  CLI_TROUBLE, all being said, for one that cannot be read or
 * says what has no meaning. */
enum cli_exit lint_vmxlint_read(struct cli *cli, struct vx_arena *arena,
                                const char *path, struct lint_vmxlint *ret);
void lint_vmxlint_done(struct lint_vmxlint *file);

#endif
