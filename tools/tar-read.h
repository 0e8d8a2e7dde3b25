/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The regular files of a tar archive, as they come from a descriptor.  Reads ustar, GNU
 * and pax archives, and what came before them; sparse files are none of ours. */
#ifndef VX_TOOLS_TAR_READ_H
#define VX_TOOLS_TAR_READ_H

#include "base/buf.h"

struct tar_reader;

struct tar_member {
    const char *name; /* NUL-terminated, as the archive has it; until the next call */
    size_t name_size;
    uint64_t size;
};

/* NULL without memory.  `fd` stays the caller's. */
struct tar_reader *tar_reader_new(int fd);
void tar_reader_free(struct tar_reader *tar);

/* The next regular file.  False at the end, or when the archive cannot be read on: why
 * is in tar_failure(). */
bool tar_next(struct tar_reader *tar, struct tar_member *ret);
/* Appends the file's bytes.  False as above. */
bool tar_read(struct tar_reader *tar, struct vx_buf *out);
/* NULL when all is well. */
const char *tar_failure(const struct tar_reader *tar);

#endif
