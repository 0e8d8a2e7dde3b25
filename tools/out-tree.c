/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows folders as descriptors: a path is only ever one part long. */
#include "out-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "out-name.h"

#include "base/banned.h"

#define PATH_CEILING ((size_t)1 << 20)
#define DEPTH_MAX 256

struct out_level {
    size_t path; /* size of the path with this part */
    int fd;
};

/* ---- the folder ------------------------------------------------------------------ */

int
out_tree_open(struct out_tree *tree, const char *folder)
{
    *tree = (struct out_tree){.root = -1};
    if (mkdir(folder, 0777) < 0 && errno != EEXIST)
        return errno;
    tree->root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return tree->root < 0 ? errno : 0;
}

void
out_tree_done(struct out_tree *tree)
{
    if (tree->root >= 0)
        close(tree->root);
    tree->root = -1;
}

void
out_tree_set_id(struct out_tree *tree, uint64_t id)
{
    tree->id = id;
}

/* ---- places ---------------------------------------------------------------------- */

static struct out_level *
levels_of(const struct out_place *place, size_t *ret_count)
{
    *ret_count = place->levels.size / sizeof(struct out_level);
    return (struct out_level *)(void *)place->levels.data;
}

void
out_place_init(struct out_place *place, const struct out_tree *tree, unsigned number)
{
    *place = (struct out_place){
        .tree = tree,
        .path = VX_BUF(PATH_CEILING),
        .levels = VX_BUF(DEPTH_MAX * sizeof(struct out_level)),
    };
    snprintf(place->temp, sizeof(place->temp), OUT_NAME_OWN "-%016llx-%u.tmp",
             (unsigned long long)tree->id, number);
}

/* Closes all levels from `keep` on. */
static void
leave(struct out_place *place, size_t keep)
{
    size_t count;
    const struct out_level *levels = levels_of(place, &count);

    while (count > keep)
        close(levels[--count].fd);
    place->levels.size = keep * sizeof(*levels);
    place->path.size = keep ? levels[keep - 1].path : 0;
}

void
out_place_done(struct out_place *place)
{
    leave(place, 0);
    vx_buf_done(&place->path);
    vx_buf_done(&place->levels);
}

static int
current(const struct out_place *place)
{
    size_t count;
    const struct out_level *levels = levels_of(place, &count);

    return count ? levels[count - 1].fd : place->tree->root;
}

/* What `folder` has in common with what is open stays open. */
static void
leave_for(struct out_place *place, struct vx_str folder)
{
    size_t count, keep = 0;
    const struct out_level *levels = levels_of(place, &count);

    while (keep < count && levels[keep].path <= folder.n
           && memcmp(place->path.data, folder.s, levels[keep].path) == 0)
        keep++;
    leave(place, keep);
}

/* `part` ends in a slash. */
static int
enter_part(struct out_place *place, struct vx_str part)
{
    struct out_level level = {.path = place->path.size + part.n};
    int above = current(place);
    char *name;

    vx_buf_str(&place->path, part);
    vx_buf_char(&place->path, '\0');
    if (place->path.failed)
        return ENOMEM;
    place->path.size = level.path;
    name = place->path.data + level.path - part.n;
    name[part.n - 1] = '\0';
    level.fd = -1;
    if (mkdirat(above, name, 0777) == 0 || errno == EEXIST)
        level.fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    name[part.n - 1] = '/';
    if (level.fd < 0)
        return errno;
    vx_buf_add(&place->levels, &level, sizeof(level));
    if (!place->levels.failed)
        return 0;
    close(level.fd);
    place->levels.failed = false;
    return ENAMETOOLONG;
}

static int
enter(struct out_place *place, struct vx_str folder)
{
    ptrdiff_t slash;

    leave_for(place, folder);
    folder = vx_str_skip(folder, place->path.size);
    while ((slash = vx_str_find(folder, '/')) >= 0) {
        size_t size = place->path.size;
        int number = enter_part(place, vx_str_of(folder.s, (size_t)slash + 1));

        if (number) {
            place->path.size = size;
            return number;
        }
        folder = vx_str_skip(folder, (size_t)slash + 1);
    }
    return 0;
}

static int
open_temp(const char *name, int folder)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(folder, name, flags, 0666);

    if (fd >= 0 || errno != EEXIST || unlinkat(folder, name, 0) < 0)
        return fd;
    return openat(folder, name, flags, 0666);
}

int
out_place_write(struct out_place *place, const char *name, struct vx_str text)
{
    const char *slash = strrchr(name, '/'), *last = slash ? slash + 1 : name;
    int number = enter(place, vx_str_of(name, (size_t)(last - name)));
    int folder = current(place), fd;

    if (number)
        return number;
    fd = open_temp(place->temp, folder);
    if (fd < 0)
        return errno;
    if (vx_file_write_all(fd, text, &number) == VMX_OK)
        number = 0;
    if (close(fd) < 0 && number == 0 && errno != EINTR)
        number = errno;
    if (number == 0 && renameat(folder, place->temp, folder, last) < 0)
        number = errno;
    if (number)
        unlinkat(folder, place->temp, 0);
    return number;
}

/* ---- what is there --------------------------------------------------------------- */

int64_t
out_tree_size(const struct out_tree *tree, const char *name)
{
    struct stat st;

    if (fstatat(tree->root, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
        return -1;
    return (int64_t)st.st_size;
}

/* Takes over `fd`. */
static int
sweep(int fd, struct vx_str unfinished, unsigned depth)
{
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;
    int number = 0, below;

    if (dir == NULL) {
        number = errno;
        close(fd);
        return number;
    }
    while (number == 0 && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (vx_str_starts(vx_str_c(name), unfinished)) {
            if (unlinkat(dirfd(dir), name, 0) < 0 && errno != EISDIR)
                number = errno;
            continue;
        }
        if ((entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) || depth == 0)
            continue;
        below =
            openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0)
            number = sweep(below, unfinished, depth - 1);
    }
    closedir(dir);
    return number;
}

int
out_tree_sweep(const struct out_tree *tree, uint64_t id)
{
    char unfinished[64];
    int fd = openat(tree->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return errno;
    snprintf(unfinished, sizeof(unfinished), OUT_NAME_OWN "-%016llx-",
             (unsigned long long)id);
    return sweep(fd, vx_str_c(unfinished), DEPTH_MAX);
}
