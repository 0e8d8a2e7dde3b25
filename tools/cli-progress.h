/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line on a terminal while the work is long.  It has no colour. */
#ifndef VX_TOOLS_CLI_PROGRESS_H
#define VX_TOOLS_CLI_PROGRESS_H

#include "base/buf.h"

struct cli_progress {
    bool wanted; /* standard error is a terminal that can erase a line */
    bool shown;  /* the line stands there now */
    uint64_t done, failed;
    uint64_t first;      /* bytes that were there in the beginning */
    bool moved;          /* `first` is known */
    double begin, drawn; /* seconds of a clock that only goes forward */
};

/* `wanted`: unless the user wants it quiet. */
void cli_progress_begin(struct cli_progress *progress, bool wanted);

/* One more is done.  `fraction` of the whole, or below 0 when it is not known.  The
 * line is drawn after the first second, and then some times a second. */
void cli_progress_step(struct cli_progress *progress, bool failed, double fraction);

/* So many bytes of `all` are there.  Where `moved` is taken away something else
 * begins. */
void cli_progress_bytes(struct cli_progress *progress, uint64_t bytes, uint64_t all);

/* Takes the line away, before something else is written and at the end.  NULL is fine.
 */
void cli_progress_hide(struct cli_progress *progress);

/* The line itself, `seconds` after the begin; for cli_progress_step(). */
void cli_progress_line(const struct cli_progress *progress, double seconds,
                       double fraction, struct vx_buf *out);
/* That of cli_progress_bytes(); `seen` bytes came since the begin. */
void cli_progress_bytes_line(uint64_t bytes, uint64_t all, uint64_t seen,
                             double seconds, struct vx_buf *out);

#endif
