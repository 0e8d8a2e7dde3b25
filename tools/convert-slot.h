/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One machine of many: its conversion, its name, what is told about it. */
#ifndef VX_TOOLS_CONVERT_SLOT_H
#define VX_TOOLS_CONVERT_SLOT_H

#include "convert.h"
#include "journal.h"
#include "out-name.h"
#include "out-tree.h"

struct convert_slot {
    struct cli_item item;
    uint64_t number; /* from 1, in the order of the inputs */
    struct cli cli;  /* of what is told, until it can be told in order */
    struct convert_job job;
    struct vx_buf stem;   /* the file's name without suffix */
    struct vx_buf base;   /* the datastore folder of the machine */
    struct vx_buf wanted; /* the name that was asked for, without suffix, ... */
    struct vx_buf output; /* ... and the one it got, if any */
    struct vx_buf stream; /* what the machine is in a stream */
    struct vx_buf reason; /* why it failed, when that takes words */
    struct vx_buf row;    /* of the report, without its number */
    struct vx_buf facts;  /* for --suggest-map */
    struct vx_buf plan;   /* its part of --disk-plan */

    /* What the journal compares: of a file, or of what an archive has. */
    uint64_t size, changed, moved;
    struct journal_entry done; /* what it knows, ... */
    struct vx_buf known;       /* ... in here */
    size_t written_size;

    int name_error;       /* errno: names cannot be told apart any more */
    const char *suffix;   /* of the output */
    enum cli_exit status; /* of the machine: CLI_WELL, CLI_FOUND, CLI_TROUBLE */
    const char *unread;   /* `loaded`, and that failed for this reason; or NULL */
    bool foreign;         /* it is of another shard, and takes a name at most */
    bool loaded;          /* the text is there before a thread works on it */
    bool renamed;         /* the name was unsafe or taken */
    bool written;         /* there is a result, and it is where it belongs */
    bool warned;
    bool looked;  /* `size`, `changed` and `moved` are known */
    bool kept;    /* the result goes somewhere, and has a name */
    bool skipped; /* it was converted before, and nothing is done */
};

/* A slot that was used before, or is all zero, for the input in its item. */
void convert_slot_begin(struct convert_slot *slot, const struct convert *run,
                        const struct cli *cli);
void convert_slot_drop(struct convert_slot *slot);

/* The text is there already, or cannot be had because of `why`. */
void convert_slot_loaded(struct convert_slot *slot, const char *why);

/* Asks for what the journal compares. */
void convert_slot_look(struct convert_slot *slot);
/* Reads and converts.  On any thread. */
void convert_slot_work(struct convert_slot *slot);
/* The name that the machine is to have.  What --name asks is in the converted machine;
 * {path} alone is known before. */
void convert_slot_name(struct convert_slot *slot);
/* The VMX that the machine is, or becomes, or NULL; *ret_made is to be freed. */
struct vmx_doc *convert_slot_machine(struct convert_slot *slot,
                                     struct vmx_doc **ret_made);
/* Tells and counts; frees what the next machine does not use again.  Where the result
 * could not be written `number` is errno, else 0. */
void convert_slot_end(struct convert_slot *slot, int number);

/* Is there something to write? */
static inline bool
convert_slot_has_result(const struct convert_slot *slot)
{
    return slot->status == CLI_GO_ON;
}

#endif
