/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules over one document.  A rule is a row in diag/rules-N.def; this is what its check
 * and its fix work with.  The engine knows no single rule. */
#ifndef VX_LINT_LINT_H
#define VX_LINT_LINT_H

#include "doc/slots.h"
#include "model/guestos.h"
#include "model/hwver.h"

/* Who turns a rule on; bits of a row. */
enum {
    VX_P_DEFAULT = 1,
    VX_P_SECURITY = 2,
    VX_P_STIG = 4,
    VX_P_MIGRATE_KVM = 8,
    VX_P_ESXI = 16, /* of every esxi-N.N */
    VX_P_WORKSTATION = 32,
    VX_P_LEGACY = 64,
};

/* How a rule finds something. */
enum vx_rule_source {
    VX_BY_CHECK,       /* its function looks at the document */
    VX_BY_READING,     /* the lexer and the document tell */
    VX_BY_MAPPING,     /* so do the tables when they read the machine */
    VX_BY_CONVERSION,  /* a row of the loss report */
    VX_BY_TARGET,      /* the same of a conversion for KVM */
    VX_BY_SUPPRESSION, /* suppress.c, when all others have spoken */
    VX_BY_INVENTORY,   /* inventory.c, over many machines */
};

struct vx_lint;
struct vx_rule;
struct vx_finding;

typedef void vx_check_fn(struct vx_lint *lint, const struct vx_rule *rule);
/* Adds the edits that mend a finding, or none. */
typedef void vx_fix_fn(struct vx_lint *lint, struct vx_finding *finding);

/* What tells rules apart that share a check: as many members as it asks for. */
struct vx_rule_arg {
    uint16_t prop; /* of an enum in doc/keys.gen.h */
    uint16_t sub;
    int64_t number;
    const char *text;
};

/* A row of rules-N.def. */
struct vx_rule {
    struct vmx_rule told;
    enum vx_code code;
    uint16_t profiles;
    enum vx_rule_source source;
    vx_check_fn *check; /* of VX_BY_CHECK */
    struct vx_rule_arg arg;
    vx_fix_fn *fix; /* NULL: none */
    enum vmx_fix safety;
};

extern const struct vx_rule vx_rules[];
extern const size_t vx_rule_count;

/* The row of a code, or NULL. */
const struct vx_rule *vx_rule_of(enum vx_code code);

/* Is it one of those that `word` means, as vmx_linter_set() takes it? */
bool vx_rule_means(const struct vx_rule *rule, struct vx_str word);

struct vmx_linter {
    uint8_t *state;    /* enum vmx_rule_state by row */
    unsigned profiles; /* VX_P_ bits */
    unsigned hw_max;   /* the newest hardware version of the target; 0: no target */
    const char *esxi;  /* the target's release, "8.0"; NULL: none */
    bool sources[VX_BY_INVENTORY + 1]; /* is a rule of this source on? */
    struct vmx_target *target;         /* KVM, once a rule asks for it */
};

struct vx_edit {
    struct vmx_fix_edit told;
    struct vx_edit *next;
    size_t turn; /* among those at one place */
};

struct vx_finding {
    struct vmx_finding told;
    const struct vx_rule *rule;
    struct vx_line *line;  /* or NULL */
    struct vx_line *other; /* this and `text` are what the check leaves for the fix */
    struct vx_str text;
    struct vx_edit *edits, *last_edit;
    uint32_t number; /* in the order in which they were found */
};

struct vx_lint { /* one run */
    const struct vmx_linter *linter;
    struct vmx_doc *doc;
    const struct vx_slots *slots;
    struct vx_arena *arena; /* of the findings: lives as long as they */
    const struct vmx_lint_options *options;
    struct vmx_findings *findings;
    struct vx_beside *beside; /* check_files.c's: NULL until somebody asks */
    bool inventory;           /* only what many machines share is looked at */

    /* What many rules ask; see lint.c. */
    unsigned hw;                        /* virtualHW.version; 0: not told */
    const struct vx_hwver *hardware;    /* its row, or NULL */
    const struct vx_guestos_row *guest; /* or NULL */
    bool efi;
    const struct vx_survey *survey; /* when somebody has asked: lint/survey.h */
};

static inline bool
vx_lint_wants(const struct vx_lint *lint, const struct vx_rule *rule)
{
    return lint->linter->state[rule - vx_rules] != VMX_RULE_OFF;
}

#endif
