/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which rules count, and how much: what several layers of settings add up to.
 *
 * The layers are, from the weakest on: each .vmxlint from the outermost folder inwards,
 * behind each the sections of it that a path suits, and the command line.  The last
 * profile is where it begins; then each layer in turn: `select` begins anew, `severity`
 * and `ignore` change what is there.  A `select` below the layer of that profile does
 * not count. */
#ifndef VX_TOOLS_LINT_SETUP_H
#define VX_TOOLS_LINT_SETUP_H

#include "base/arena.h"
#include "cli-pattern.h"
#include "lint.h"

enum lint_setting_kind {
    LINT_PROFILE,
    LINT_SELECT,
    LINT_IGNORE,
    LINT_SEVERITY,
    LINT_FAIL_ON,
    LINT_MIN_SEVERITY,
};

struct lint_setting {
    struct lint_setting *next;
    enum lint_setting_kind kind;
    struct vx_str rule;  /* of LINT_SEVERITY: what it is about */
    struct vx_str value; /* words with commas between them, or key:PATTERN */
    const char *where;   /* "--select", ".vmxlint:3: select" */
};

struct lint_layer {
    struct lint_setting *first, **tail;
};

/* False without memory. */
bool lint_layer_add(struct lint_layer *layer, struct vx_arena *arena,
                    enum lint_setting_kind kind, struct vx_str rule,
                    struct vx_str value, const char *where);

/* What the command line says; CLI_TROUBLE, all being said. */
enum cli_exit lint_layer_options(struct cli *cli, const struct lint_options *options,
                                 struct vx_arena *arena, struct lint_layer *ret);

struct lint_keys;

struct lint_setup {
    struct vmx_linter *linter;
    int fail_on, min_severity; /* enum vmx_severity */
    bool inventory;            /* a rule about several machines is on */
    struct lint_keys *select, *ignore;
};

/* The sum of `count` layers; CLI_TROUBLE, all being said, for a word that means
 * nothing. */
enum cli_exit lint_setup_new(struct cli *cli, const struct lint_layer *const *layers,
                             size_t count, struct lint_setup **ret);
/* NULL is fine. */
void lint_setup_free(struct lint_setup *setup);

/* Does it count, by its key and its severity? */
bool lint_setup_wants(const struct lint_setup *setup, const struct vmx_finding *told,
                      enum vmx_severity severity);

/* The severity of a finding of another linter's, by this one; -1 when its rule is off.
 */
int lint_setup_severity(const struct lint_setup *setup, const struct vmx_finding *told);

/* "style|info|warning|error"; -1 for what is none. */
int lint_severity_of(struct vx_str word);

/* The next of several words with commas between them, without blanks around it; false
 * past the last. */
bool lint_next_word(struct vx_str *words, struct vx_str *ret);

#endif
