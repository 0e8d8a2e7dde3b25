/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where machines go to: files below a folder, or one stream. */
#ifndef VX_TOOLS_CONVERT_SINK_H
#define VX_TOOLS_CONVERT_SINK_H

#include "convert-slot.h"

struct convert_sink {
    struct cli *cli;
    const struct convert *run;
    const struct convert_options *options;
    struct out_names *names;
    bool late; /* names are known when a machine is converted */
    unsigned jobs;

    struct vx_buf *texts; /* by worker: what is being converted */

    struct out_tree tree;     /* of a folder */
    struct out_place *places; /* by worker */
    struct journal *journal;

    struct vx_buf out; /* of a stream */
    bool lost;         /* it could not be written, which has been said */
};

/* CLI_GO_ON, or all is said; to be closed in any case. */
enum cli_exit convert_sink_open(struct convert_sink *sink, struct cli *cli,
                                const struct convert *run, unsigned jobs);
void convert_sink_close(struct convert_sink *sink);

/* On the calling thread, in the order of the inputs: when a machine comes, when it is
 * done. */
void convert_sink_next(struct convert_sink *sink, struct convert_slot *slot);
/* False when the stream could not be written: the run is to end. */
bool convert_sink_deliver(struct convert_sink *sink, struct convert_slot *slot);
/* The end of a stream and of the journal; a stream that was interrupted has none. False
 * as above. */
bool convert_sink_end(struct convert_sink *sink, bool whole);

/* On any thread: reads and converts, and writes what has its name. */
void convert_sink_work(struct convert_sink *sink, struct convert_slot *slot,
                       unsigned worker);

#endif
