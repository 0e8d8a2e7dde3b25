/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files below one folder.  A file is written by another name and renamed, so that what
 * is there under its name is whole, without asking the disk each time.
 *
 * No symbolic link below the folder is followed, whoever put it there. */
#ifndef VX_TOOLS_OUT_TREE_H
#define VX_TOOLS_OUT_TREE_H

#include "base/buf.h"

struct out_tree {
    int root; /* the folder, or -1 */
    uint64_t id;
};

/* Makes the folder when it is not there.  0 or errno. */
int out_tree_open(struct out_tree *tree, const char *folder);
void out_tree_done(struct out_tree *tree);
/* Names of unfinished files have `id` in them. */
void out_tree_set_id(struct out_tree *tree, uint64_t id);

/* Removes what a run of this `id` that was killed has left unfinished.  0 or errno. */
int out_tree_sweep(const struct out_tree *tree, uint64_t id);

/* Size of a regular file below the folder, or -1. */
int64_t out_tree_size(const struct out_tree *tree, const char *name);

/* Who writes: one for each thread.  The folders that the last file was in stay open. */
struct out_place {
    const struct out_tree *tree;
    struct vx_buf path;   /* of the folder that is open, each part with its slash */
    struct vx_buf levels; /* struct out_level */
    char temp[64];
};

/* `number` is no other's. */
void out_place_init(struct out_place *place, const struct out_tree *tree,
                    unsigned number);
void out_place_done(struct out_place *place);

/* Writes the file `name`, made of parts that are no "." and "..", with the folders it
 * is in.  0 or errno; what was there before is there still then. */
int out_place_write(struct out_place *place, const char *name, struct vx_str text);

#endif
