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

/* What must not be there twice: collect, sort, and ask of each row for the earlier line
 * that says the same. */
struct vx_twin {
    struct vx_str text;
    struct vx_line *line;
};

void vx_twins_sort(struct vx_twin *twins, size_t count);
struct vx_line *vx_twin_of(const struct vx_twin *twins, size_t index);

#endif
