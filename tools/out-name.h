/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What results are called below the folder they go to.
 *
 * A name is made of what a hostile file or file system says, and is safe all the same:
 * its parts are no "." or "..", none is longer than a file system takes, and no control
 * character is in them.  Two results never have one name, and none is a folder of
 * another's. */
#ifndef VX_TOOLS_OUT_NAME_H
#define VX_TOOLS_OUT_NAME_H

#include "base/buf.h"

#define OUT_NAME_USUAL "{path}"
/* What begins so is the tool's own. */
#define OUT_NAME_OWN ".vmx-convert"

/* What a name is made of. */
struct out_name_facts {
    struct vx_str path; /* {path}: below the operand, without suffix */
    struct vx_str stem; /* for what is empty */
    struct vx_str name; /* {name}: the machine's */
    struct vx_str uuid; /* {uuid}: as a VMX has it */
    const char *suffix; /* ".xml" */
};

/* NULL, or what is wrong with it. */
const char *out_name_check(const char *pattern);
/* Does it ask what is in the file? */
bool out_name_reads(const char *pattern);

/* Appends the name that is wanted.  True when it is not just what the pattern says,
 * since that would be unsafe. */
bool out_name_make(const char *pattern, const struct out_name_facts *facts,
                   struct vx_buf *out);

/* The names of a run. */
struct out_names;

struct out_names *out_names_new(void);
void out_names_free(struct out_names *names);

/* `out` becomes `wanted`, or a name like it when that is taken, and takes it.  True
 * when it is another.  The first to ask has it: so ask in the order of the inputs. */
bool out_names_take(struct out_names *names, struct vx_str wanted, const char *suffix,
                    struct vx_buf *out);

/* errno, when no name can be had any more. */
int out_names_error(const struct out_names *names);

#endif
