/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a run has done, so that the next one need not do it again.
 *
 * The journal is a file beside the results, to which lines are added.  It is read
 * whatever has happened to the last run: a line that is not whole is not there, and
 * after a crash of the system only that counts which was on the disk for sure. */
#ifndef VX_TOOLS_JOURNAL_H
#define VX_TOOLS_JOURNAL_H

#include "base/buf.h"

/* A machine that was converted.  Texts that journal_find() gives live in its buffer. */
struct journal_entry {
    uint64_t flags;                /* the caller's */
    uint64_t size, changed, moved; /* of the input */
    uint64_t written;              /* size of the result */
    struct vx_str input;
    struct vx_str wanted, output; /* names, before and after clashes */
    struct vx_str row, facts;     /* the caller's */
};

struct journal;

/* The journal `name` in the folder; one that holds for other `options` counts as none,
 * and so does any without `resume`.  0 or errno; EWOULDBLOCK when another run has it.
 * *ret_left is the number of a run that ended without journal_close(), or 0: it may
 * have left files; *ret_id the number of this run. */
int journal_open(int folder, const char *name, uint64_t options, bool resume,
                 struct journal **ret, uint64_t *ret_id, uint64_t *ret_left);

/* What is known of `input`. */
bool journal_find(struct journal *journal, struct vx_str input, struct vx_buf *buf,
                  struct journal_entry *ret);
void journal_put(struct journal *journal, const struct journal_entry *entry);

/* Writes what is left to write; what a run that is not at its end has, counts all the
 * same.  0 or the first errno of all.  NULL is fine. */
int journal_close(struct journal *journal);

#endif
