/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths by their text: nothing is asked of the file system but where ".." leads. */
#ifndef VX_TOOLS_LINT_PATH_H
#define VX_TOOLS_LINT_PATH_H

#include "base/buf.h"

enum {
    LINT_PATH_CEILING = 1 << 16,
};

/* The working folder with a slash behind it, in place of what `ret` holds. */
void lint_path_here(struct vx_buf *ret);

/* `path` from the root on, without components that say nothing, in place of what `ret`
 * holds; `here` is where it begins when it is relative. */
void lint_path_absolute(struct vx_buf *ret, struct vx_str here, const char *path);

/* How a path is told in machine formats: without "./" in front. */
static inline const char *
lint_path_plain(const char *path)
{
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
        while (*path == '/')
            path++;
    }
    return path;
}

#endif
