/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lint-path.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

/* Appends `path` component by component, without those that are empty or ".". */
static void
append(struct vx_buf *to, struct vx_str path)
{
    while (path.n) {
        ptrdiff_t slash = vx_str_find(path, '/');
        size_t size = slash < 0 ? path.n : (size_t)slash;

        if (size && !(size == 1 && path.s[0] == '.')) {
            vx_buf_add(to, path.s, size);
            if (slash >= 0)
                vx_buf_char(to, '/');
        }
        path = vx_str_skip(path, size + (slash >= 0));
    }
}

/* From the root on, with a slash at the end. */
static void
put_folder(struct vx_buf *ret, const char *folder)
{
    ret->size = 0;
    vx_buf_char(ret, '/');
    append(ret, vx_str_c(folder));
    if (ret->size > 1 && ret->data[ret->size - 1] != '/')
        vx_buf_char(ret, '/');
}

void
lint_path_here(struct vx_buf *ret)
{
    char *here = getcwd(NULL, 0);

    put_folder(ret, here ? here : "/");
    free(here);
}

static bool
goes_up(const char *path)
{
    for (const char *at = path; (at = strstr(at, "..")) != NULL; at += 2)
        if ((at == path || at[-1] == '/') && (at[2] == '/' || at[2] == '\0'))
            return true;
    return false;
}

/* Past a link, ".." is another folder than the name in front of it says. */
static char *
real_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
    char *real = folder ? realpath(folder, NULL) : NULL;

    free(folder);
    return real;
}

void
lint_path_absolute(struct vx_buf *ret, struct vx_str here, const char *path)
{
    char *real = goes_up(path) ? real_folder(path) : NULL;

    ret->size = 0;
    if (real) {
        put_folder(ret, real);
        path = strrchr(path, '/') + 1;
    } else if (*path == '/') {
        vx_buf_char(ret, '/');
    } else {
        vx_buf_str(ret, here);
    }
    append(ret, vx_str_c(path));
    free(real);
}
