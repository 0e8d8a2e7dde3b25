/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi-part.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

enum {
    WORD = 16, /* digits that tell one file from another */
    PIECE = 1 << 14,
    PATH_CEILING = 1 << 16,
};

static const struct vx_str suffix = VX_STR(".part");

static bool
failed(struct vi_part *part, int number)
{
    part->number = number;
    return false;
}

/* ---- names ----------------------------------------------------------------------- */

static bool
name_part(struct vi_part *part, const char *what)
{
    char text[SHA256_TEXT] = "";
    struct sha256 *hash = sha256_new();
    bool well = hash && sha256_add(hash, what, strlen(what)) && sha256_end(hash, text);

    sha256_free(hash);
    vx_buf_printf(&part->path, "%s.%.*s%s", part->target, WORD, text, suffix.s);
    vx_buf_char(&part->path, '\0');
    return (well && !part->path.failed) || failed(part, ENOMEM);
}

/* "NAME.0123456789abcdef.part" */
static bool
is_part_of(struct vx_str name, struct vx_str file)
{
    if (file.n != name.n + 1 + WORD + suffix.n || !vx_str_starts(file, name)
        || file.s[name.n] != '.')
        return false;
    for (size_t i = name.n + 1; i <= name.n + WORD; i++)
        if (vx_hex_digit((unsigned char)file.s[i]) < 0)
            return false;
    return vx_str_eq(vx_str_skip(file, name.n + 1 + WORD), suffix);
}

/* One that a process still writes stays. */
static void
remove_stale(int folder, const char *name)
{
    int fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    if (fd >= 0)
        close(fd);
}

/* Those of bytes that are no longer wanted.  That they cannot be removed hinders
 * nobody. */
static void
remove_others(const struct vi_part *part)
{
    const char *slash = strrchr(part->target, '/');
    struct vx_str name = vx_str_c(slash ? slash + 1 : part->target);
    const char *own = part->path.data + (slash ? slash + 1 - part->target : 0);
    struct vx_buf folder VX_AUTO(vx_buf_done) = VX_BUF(PATH_CEILING);
    const struct dirent *entry;
    DIR *dir;

    vx_buf_add(&folder, part->target, slash ? (size_t)(slash + 1 - part->target) : 0);
    vx_buf_lit(&folder, ".");
    vx_buf_char(&folder, '\0');
    dir = folder.failed ? NULL : opendir(folder.data);
    while (dir && (entry = readdir(dir)) != NULL)
        if (is_part_of(name, vx_str_c(entry->d_name))
            && strcmp(entry->d_name, own) != 0)
            remove_stale(dirfd(dir), entry->d_name);
    if (dir)
        closedir(dir);
}

/* ---- what is there --------------------------------------------------------------- */

static bool
hash_rest(struct vi_part *part)
{
    char bytes[PIECE / 8];
    ssize_t got;

    while ((got = read(part->fd, bytes, sizeof(bytes))) > 0) {
        if (!sha256_add(part->hash, bytes, (size_t)got))
            return failed(part, ENOMEM);
        part->size += (uint64_t)got;
    }
    return got == 0 || failed(part, errno);
}

/* One that got its name between our opening and our locking it is not to be touched. */
static bool
open_file(struct vi_part *part)
{
    struct stat there, now;

    part->fd = open(part->path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (part->fd < 0 || flock(part->fd, LOCK_EX | LOCK_NB) != 0
        || fstat(part->fd, &there) != 0)
        return failed(part, errno);
    if (!S_ISREG(there.st_mode))
        return failed(part, EEXIST);
    part->ours = lstat(part->path.data, &now) == 0 && now.st_ino == there.st_ino
                 && now.st_dev == there.st_dev;
    return part->ours || failed(part, EWOULDBLOCK);
}

bool
vi_part_open(struct vi_part *part, const char *target, const char *what, bool resume)
{
    *part = (struct vi_part){.target = target, .fd = -1};
    part->path = VX_BUF(PATH_CEILING);
    part->hash = sha256_new();
    if (part->hash == NULL)
        return failed(part, ENOMEM);
    if (!name_part(part, what) || !open_file(part))
        return false;
    remove_others(part);
    if (!resume && ftruncate(part->fd, 0) != 0)
        return failed(part, errno);
    return hash_rest(part);
}

/* ---- what comes ------------------------------------------------------------------ */

int
vi_part_write(void *data, const char *bytes, size_t size)
{
    struct vi_part *part = data;

    if (vx_file_write_all(part->fd, vx_str_of(bytes, size), &part->number) != VMX_OK)
        return -1;
    part->size += size;
    if (!sha256_add(part->hash, bytes, size)) {
        failed(part, ENOMEM);
        return -1;
    }
    return 0;
}

bool
vi_part_hash(struct vi_part *part, char text[SHA256_TEXT])
{
    return sha256_end(part->hash, text) || failed(part, ENOMEM);
}

/* The kernel refuses to replace a file, where the file system can do that. */
static int
rename_anew(const char *from, const char *to)
{
    struct stat there;

    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (lstat(to, &there) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

bool
vi_part_commit(struct vi_part *part, bool replace)
{
    const int moved = replace ? rename(part->path.data, part->target)
                              : rename_anew(part->path.data, part->target);

    if (moved != 0)
        return failed(part, errno);
    part->path.size = 0; /* there is nothing more to remove */
    return true;
}

void
vi_part_close(struct vi_part *part, bool keep)
{
    if (part->ours && part->path.size && !(keep && part->size))
        unlink(part->path.data);
    if (part->fd >= 0)
        close(part->fd);
    sha256_free(part->hash);
    vx_buf_done(&part->path);
}
