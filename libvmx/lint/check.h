/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What checks and fixes are written with. */
#ifndef VX_LINT_CHECK_H
#define VX_LINT_CHECK_H

#include "lint/ask.h"
#include "lint/functions.h"

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
