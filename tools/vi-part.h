/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file that is on its way: beside the one that it is to be, until it is whole.  What
 * a transfer left is found again by the next one for the same bytes, and by no other.
 */
#ifndef VX_TOOLS_VI_PART_H
#define VX_TOOLS_VI_PART_H

#include "base/buf.h"
#include "sha256.h"

struct vi_part {
    const char *target;
    struct vx_buf path; /* "TARGET.0123456789abcdef.part" */
    int fd;
    bool ours;     /* no other process writes it */
    uint64_t size; /* written so far, by an earlier transfer too */
    struct sha256 *hash;
    int number; /* errno of what failed */
};

/* Opens it for `target`; `what` tells which bytes they are, in any words.  Parts of
 * other bytes for the same target are removed.  Without `resume` it begins anew.  False
 * with the number; EWOULDBLOCK: another process writes it. */
bool vi_part_open(struct vi_part *part, const char *target, const char *what,
                  bool resume);
/* vmx_vi_sink; `data` is the part. */
int vi_part_write(void *data, const char *bytes, size_t size);
/* All that was written; only once. */
bool vi_part_hash(struct vi_part *part, char text[SHA256_TEXT]);
/* Gives it the name of its target; unless `replace`, EEXIST when there is such a file.
 */
bool vi_part_commit(struct vi_part *part, bool replace);
/* Ends it; what was written stays for the next transfer if `keep`, and if it is
 * something. */
void vi_part_close(struct vi_part *part, bool keep);

#endif
