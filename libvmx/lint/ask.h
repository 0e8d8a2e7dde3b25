/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What checks ask of the document: keys, values, lines, devices. */
#ifndef VX_LINT_ASK_H
#define VX_LINT_ASK_H

#include "lint/lint.h"

/* The line behind a slot of a device or of the machine, or NULL. */
static inline struct vx_line *
vx_lint_line(const struct vx_lint *lint, uint32_t slot)
{
    return vx_slot_line(lint->slots, slot);
}

/* The line of a machine-wide key, or NULL. */
static inline struct vx_line *
vx_lint_key(const struct vx_lint *lint, enum vx_machine_prop prop)
{
    return vx_slot_line(lint->slots, lint->slots->machine[prop]);
}

/* Its value, decoded; VX_STR_NONE for NULL. */
struct vx_str vx_lint_value(const struct vx_lint *lint, struct vx_line *line);
/* As a truth value, `absent` for NULL or what is none. */
bool vx_lint_bool(const struct vx_lint *lint, struct vx_line *line, bool absent);
/* As a number; false for NULL or what is none. */
bool vx_lint_int(const struct vx_lint *lint, struct vx_line *line, int64_t *ret);
/* Is the value this word, ASCII case ignored? */
bool vx_lint_is(const struct vx_lint *lint, struct vx_line *line, const char *word);

/* All lines that are entries, one after the other, from NULL on; duplicates that do not
 * count are passed over. */
static inline struct vx_line *
vx_lint_next(const struct vx_lint *lint, struct vx_line *line)
{
    struct vx_line *end = lint->doc->lines + lint->doc->count;

    line = line ? line + 1 : lint->doc->lines;
    while (line < end && (line->kind != VX_LINE_ENTRY || line->winner))
        line++;
    return line < end ? line : NULL;
}

/* All devices of a kind that are there:
 * for (d = vx_lint_device(lint, KIND, NULL); d; d = vx_lint_device(lint, KIND, d)) */
static inline struct vx_instance *
vx_lint_device(const struct vx_lint *lint, enum vx_key_kind kind,
               const struct vx_instance *after)
{
    struct vx_instance *device = after ? after->next : lint->slots->first[kind];

    while (device && !device->present)
        device = device->next;
    return device;
}

/* "scsi0:1", "ethernet0": what the keys of a device begin with.  In the arena. */
struct vx_str vx_lint_device_name(struct vx_lint *lint,
                                  const struct vx_instance *device);

#endif
