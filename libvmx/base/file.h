/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole files in and out.  Results carry errno in `*ret_errno`; nothing is printed. */
#ifndef VX_BASE_FILE_H
#define VX_BASE_FILE_H

#include "base/buf.h"
#include "vmx.h"

/* Reads all of `path`, or of standard input for "-", appending to `buf`.
 * VMX_OK; VMX_ERR_LIMIT above buf->ceiling; VMX_ERR_IO with errno (EISDIR for a
 * directory) in *ret_errno; VMX_ERR_NOMEM. */
enum vmx_status vx_file_read(const char *path, struct vx_buf *buf, int *ret_errno);

/* The same, and what fstat() told of the file before; `st` may be NULL. */
struct stat;
enum vmx_status vx_file_read_as(const char *path, struct vx_buf *buf, struct stat *st,
                                int *ret_errno);

/* Puts `text` in the place of `path`: a reader, or a crash, meets the old bytes or the
 * new ones, never a mixture; a failure leaves the old file and no other.  The new file
 * has the old one's mode, else 0666 less the umask.  A symbolic link is followed, a
 * device or FIFO is written to and not replaced.  `durable` asks for fsync. */
enum vmx_status vx_file_replace(const char *path, struct vx_str text, bool durable,
                                int *ret_errno);

/* All of `text` to `fd`; EINTR and short writes are handled. */
enum vmx_status vx_file_write_all(int fd, struct vx_str text, int *ret_errno);

/* The same for what is written piece by piece: begin, write to the descriptor, commit.
 * Until then the old file stands; whoever ends without a commit drops the new one.  A
 * device or FIFO is written to as it goes. */
struct vx_new_file;

enum vmx_status vx_file_begin(const char *path, struct vx_new_file **ret,
                              int *ret_errno);
int vx_file_fd(const struct vx_new_file *file);
/* To be dropped all the same. */
enum vmx_status vx_file_commit(struct vx_new_file *file, int *ret_errno);
/* NULL is fine. */
void vx_file_drop(struct vx_new_file *file);

#endif
