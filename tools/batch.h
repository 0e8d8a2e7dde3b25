/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many items, worked on by several threads, delivered in the order in which they came.
 *
 * Knows nothing of files.  An item lives in a slot, a structure of the caller's that is
 * all zero at first and then used again and again: what it owns, such as a buffer, is
 * there for the next item, so that nothing is allocated in the long run.  There are at
 * most BATCH_WINDOW slots a thread, however many items come. */
#ifndef VX_TOOLS_BATCH_H
#define VX_TOOLS_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum {
    BATCH_JOBS_MAX = 256,
    BATCH_WINDOW = 32,
    BATCH_BUF_KEPT = 1 << 20,
};

struct batch {
    unsigned jobs; /* of batch_jobs(): threads, the calling one included */
    size_t slot_size;
    void *context; /* handed to all of these: */

    /* On the calling thread.  The next item into `slot`; false when there is none. */
    bool (*next)(void *context, void *slot);
    /* On any thread, many at a time.  `worker` is below `jobs` and never on two threads
     * at once: for what a thread keeps from one item to the next. */
    void (*work)(void *context, void *slot, unsigned worker);
    /* On the calling thread, in the order of next().  False to end the run here: what
     * is in hand is finished and not delivered. */
    bool (*deliver)(void *context, void *slot);
    /* On the calling thread, once for each slot at the end; may be NULL. */
    void (*drop)(void *slot);
    bool patient; /* a second signal does no more than the first: something is to be put
                     in order before the end, which comes soon */
};

enum batch_end {
    BATCH_DONE,
    BATCH_STOPPED,     /* deliver() said so */
    BATCH_INTERRUPTED, /* a signal did */
    BATCH_NO_MEMORY,   /* nothing was begun */
};

/* How many threads are meant: `asked`, or for 0 one for each core that the process may
 * use. */
unsigned batch_jobs(unsigned asked);

/* Until the end of the items.  With one job there are no threads and one slot: an item
 * is delivered before the next is asked for.
 *
 * From the second item on SIGINT and SIGTERM are asked to wait: what is in hand is
 * finished and delivered, nothing new begun, and *ret_signal is the signal's number.
 * The same signal again ends the program at once, unless the batch is patient.  A run
 * of one item is ended by the first. */
enum batch_end batch_run(const struct batch *batch, int *ret_signal);

/* The signal that wants the run to end, or 0: for who waits in next(). */
int batch_signal(void);

/* Empty, for the next item.  What one giant has made it grow to is not kept. */
static inline void
batch_buf_reset(struct vx_buf *buf)
{
    if (VX_UNLIKELY(buf->failed || buf->room > BATCH_BUF_KEPT))
        vx_buf_done(buf);
    buf->size = 0;
}

#endif
