/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What checks and fixes are written with. */
#ifndef VX_LINT_CHECK_H
#define VX_LINT_CHECK_H

#include "lint/functions.h"

/* ---- asking ---------------------------------------------------------------------- */

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

/* Is the device there: does its `present` (slot 1 of every kind) say so? */
bool vx_lint_present(const struct vx_lint *lint, const struct vx_instance *device);

/* All lines that are entries, one after the other, from NULL on; duplicates that do not
 * count are passed over. */
struct vx_line *vx_lint_next(const struct vx_lint *lint, struct vx_line *line);

/* All devices of a kind that are there:
 * for (d = vx_lint_device(lint, KIND, NULL); d; d = vx_lint_device(lint, KIND, d)) */
struct vx_instance *vx_lint_device(const struct vx_lint *lint, enum vx_key_kind kind,
                                   struct vx_instance *after);

/* "scsi0:1", "ethernet0": what the keys of a device begin with.  In the arena. */
struct vx_str vx_lint_device_name(struct vx_lint *lint,
                                  const struct vx_instance *device);

/* ---- telling --------------------------------------------------------------------- */

/* What to blame. */
enum vx_part {
    VX_PART_LINE,
    VX_PART_KEY,
    VX_PART_VALUE,
};

/* A finding of `rule` about `line`, or about the whole file for NULL.  A message names
 * the key first: "numvcpus: 3 is not a multiple of ...".  NULL when nobody wants it, or
 * it is one too many: there is nothing left to do then. */
struct vx_finding *vx_lint_tell(struct vx_lint *lint, const struct vx_rule *rule,
                                struct vx_line *line, enum vx_part part,
                                const char *format, ...) VX_PRINTF(5, 6);
/* The same for a place within the line, from `offset` of the file on. */
struct vx_finding *vx_lint_tell_at(struct vx_lint *lint, const struct vx_rule *rule,
                                   struct vx_line *line, struct vx_span span,
                                   const char *format, ...) VX_PRINTF(5, 6);

/* For "%c": the first letter of a sentence that goes on behind something else.  "VNC
 * ..." and "PCI ..." stay as they are. */
static inline char
vx_lint_uncapital(const char *sentence)
{
    unsigned char first = (unsigned char)sentence[0];
    unsigned char second = first ? (unsigned char)sentence[1] : 0;

    return (char)(vx_lower(second) == second ? vx_lower(first) : first);
}

/* For "%.*s" in messages: the value of a line, "(redacted)" for a secret. */
struct vx_str vx_lint_shown(const struct vx_lint *lint, struct vx_line *line);

/* Has the buffer all that was put into it?  Without memory the run fails. */
static inline bool
vx_lint_has(struct vx_lint *lint, const struct vx_buf *buf)
{
    lint->arena->failed |= buf->failed;
    return !buf->failed;
}

/* ---- mending --------------------------------------------------------------------- */

/* `length` bytes at `offset` give way to `text`, which is copied; what is outside ASCII
 * is in the file's own charset. */
void vx_fix_bytes(struct vx_lint *lint, struct vx_finding *finding, size_t offset,
                  size_t length, struct vx_str text);
/* The line goes, with its end. */
void vx_fix_remove(struct vx_lint *lint, struct vx_finding *finding,
                   const struct vx_line *line);
/* The value becomes UTF-8 `value`, in the line's own quotes, or in double quotes when
 * it had none. */
void vx_fix_value(struct vx_lint *lint, struct vx_finding *finding,
                  const struct vx_line *line, struct vx_str value);
/* The key is spelled `key`. */
void vx_fix_key(struct vx_lint *lint, struct vx_finding *finding,
                const struct vx_line *line, struct vx_str key);
/* A new line `key = "value"` behind `line`, spaced and ended as it is; at the end of
 * the file for NULL. */
void vx_fix_insert(struct vx_lint *lint, struct vx_finding *finding,
                   const struct vx_line *line, const char *key, struct vx_str value);

#endif
