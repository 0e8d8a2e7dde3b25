/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of vmx-lint hand to each other: its options, a file with what was
 * found in it, and the sum of a run. */
#ifndef VX_TOOLS_LINT_H
#define VX_TOOLS_LINT_H

#include "cli-files.h"

/* What the command line says.  Words of enums are -1 where it says nothing. */
struct lint_options {
    struct cli_files_options files;
    const char *profile, *config, *baseline, *write_baseline, *explain, *stdin_name;
    struct cli_list select, ignore, severity, output;
    int format;                /* index in lint_formats[] */
    int fail_on, min_severity; /* enum vmx_severity */
    bool no_config, exit_zero, context, fix, unsafe_fixes, diff, list_rules;
    bool verbose, quiet, with_secrets;
};

/* Why a finding does not count, though it is there. */
enum lint_mute {
    LINT_SAID,
    LINT_IN_SOURCE, /* a comment in the file */
    LINT_BASELINED,
};

struct lint_entry {
    const struct vmx_finding *told;
    enum vmx_severity severity; /* as the setup has it */
    unsigned occurrence; /* from 1, of those in the file with the same fingerprint */
    enum lint_mute mute;
    bool fails; /* at or over the threshold, and counts */
};

/* One file.  Names and texts are borrowed for the time of a call. */
struct lint_file {
    const char *path;    /* as it is shown */
    struct vx_str text;  /* its bytes, which findings have places in */
    const char *failure; /* why it could not be looked at, or NULL */
    const struct lint_entry *entries;
    size_t count;
    size_t dropped; /* findings past those that the library keeps */
    bool again;     /* once more, for what it has in common with others */
};

#define LINT_SEVERITIES 4

/* The sum of a run. */
struct lint_totals {
    uint64_t files, failed;
    uint64_t said[LINT_SEVERITIES];
    uint64_t safe, unsafe; /* of those, what has a fix */
    uint64_t in_source, baselined;
    uint64_t fails;
    uint64_t fixed, files_fixed; /* or would be, by --diff */
};

#endif
