/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What rules about devices ask more than once. */
#ifndef VX_LINT_DEVICE_H
#define VX_LINT_DEVICE_H

#include "lint/check.h"

/* For "%.*s": the key of a line. */
static inline struct vx_str
vx_lint_name(const struct vx_line *line)
{
    return line ? vx_line_key(line) : VX_STR("");
}

#define VX_KEY_ARG(line) VX_ARG(vx_lint_name(line))
/* ... and its value, "(redacted)" for a secret. */
#define VX_VALUE_ARG(lint, line) VX_ARG(vx_lint_shown(lint, line))

/* The value of a device's property, VX_STR_NONE when it is not given. */
static inline struct vx_str
vx_lint_told(const struct vx_lint *lint, const struct vx_instance *device,
             uint16_t prop)
{
    return vx_lint_value(lint, vx_lint_line(lint, device->slot[prop]));
}

/* The first line of `props`, or NULL; 0 ends them. */
struct vx_line *vx_lint_first(const struct vx_lint *lint,
                              const struct vx_instance *device, const uint16_t *props);

/* Is it a CD-ROM drive, by its deviceType or else by its file? */
bool vx_lint_is_cd(const struct vx_lint *lint, const struct vx_instance *disk);
/* A hard disk with a file of its own? */
bool vx_lint_is_disk(const struct vx_lint *lint, const struct vx_instance *disk);

/* A hard disk whose file is a VMDK?  The deviceType, if any, says no other. */
bool vx_lint_is_vmdk(const struct vx_lint *lint, const struct vx_instance *disk);

/* The controller of a disk, there or not; NULL when no key names it. */
struct vx_instance *vx_lint_controller(const struct vx_lint *lint,
                                       const struct vx_instance *disk);

/* Is `value` one of the words, ASCII case ignored?  NULL ends them. */
bool vx_lint_among(struct vx_str value, const char *const *words);

/* A finding that claims more than is certain here: no more than a note, unless the user
 * gave the rule a severity. */
void vx_lint_soften(const struct vx_lint *lint, struct vx_finding *finding);

/* What must not be there twice. */
struct vx_twin {
    struct vx_str text;    /* what the line says, in one spelling */
    struct vx_line *line;  /* NULL: nothing that counts */
    struct vx_line *first; /* an earlier one that says the same */
    struct vx_twin *next;
};

/* What a device says, of which there may be one; a row without a line for nothing. */
typedef struct vx_twin vx_twin_fn(struct vx_lint *lint,
                                  const struct vx_instance *device);

/* All devices of a kind that are there and say what one before says, in a list. */
const struct vx_twin *vx_twins(struct vx_lint *lint, enum vx_key_kind kind,
                               vx_twin_fn *say);
/* The same of rows that were made otherwise, and are put in another order. */
const struct vx_twin *vx_twins_among(struct vx_twin *rows, size_t count);
/* Says in the finding, which may be NULL, where the other one is. */
void vx_twin_relate(struct vx_finding *finding, const struct vx_twin *twin);

#endif
