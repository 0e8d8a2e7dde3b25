/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows paths and descriptors, not what the bytes mean. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/num.h"

#include "base/banned.h"

#define OPEN_FILES "/proc/self/fd"
#define PATHS_CEILING ((size_t)1 << 20)
#define LINKS_MAX 40      /* what Linux follows before ELOOP */
#define TEMP_TRIES 100    /* names are random: a second try is already rare */
#define TEMP_NAME_MAX 200 /* bytes of the old name in the new: NAME_MAX is 255 */

static enum vmx_status
io_error(int *ret_errno, int number)
{
    *ret_errno = number;
    return VMX_ERR_IO;
}

/* Whether a failed read or write may be repeated.  Standard streams are non-blocking
 * when another program that shares them made them so. */
static bool
try_again(int fd, short events)
{
    struct pollfd wait = {.fd = fd, .events = events};

    if (errno == EAGAIN)
        return poll(&wait, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

static int
open_again(const char *path, int flags, mode_t mode)
{
    int fd;

    do
        fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* ---- reading --------------------------------------------------------------------- */

static void
close_opened(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* One byte is asked for even at the ceiling, to know whether that was the end.  A file
 * that gives just what it said when it was asked for more is at its end: `whole` is the
 * size of `buf` then. */
static enum vmx_status
read_all(int fd, struct vx_buf *buf, size_t whole, int *ret_errno)
{
    for (;;) {
        bool full = buf->size == buf->ceiling;
        char probe, *at = full ? &probe : vx_buf_room(buf, 1);
        size_t asked;
        ssize_t n;

        if (!at)
            return VMX_ERR_NOMEM;
        asked = full ? 1 : buf->room - buf->size;
        n = read(fd, at, asked);
        if (n == 0)
            return VMX_OK;
        if (n < 0 && !try_again(fd, POLLIN))
            return io_error(ret_errno, errno);
        if (n > 0 && full)
            return VMX_ERR_LIMIT;
        if (n > 0)
            buf->size += (size_t)n;
        if (n > 0 && (size_t)n < asked && buf->size == whole)
            return VMX_OK;
    }
}

enum vmx_status
vx_file_read(const char *path, struct vx_buf *buf, int *ret_errno)
{
    return vx_file_read_as(path, buf, NULL, ret_errno);
}

enum vmx_status
vx_file_read_as(const char *path, struct vx_buf *buf, struct stat *ret_st,
                int *ret_errno)
{
    bool standard = strcmp(path, "-") == 0;
    int opened VX_AUTO(close_opened) = standard ? -1 : open_again(path, O_RDONLY, 0);
    int fd = standard ? STDIN_FILENO : opened;
    size_t before = buf->size, whole = 0;
    enum vmx_status status;
    struct stat st;

    if (buf->failed)
        return VMX_ERR_NOMEM;
    if (fd < 0 || fstat(fd, &st) < 0)
        return io_error(ret_errno, errno);
    if (S_ISDIR(st.st_mode))
        return io_error(ret_errno, EISDIR);
    if (ret_st)
        *ret_st = st;
    /* Standard input may be a file that was read half already: only a hint. */
    if (S_ISREG(st.st_mode) && !standard) {
        if ((uintmax_t)st.st_size > buf->ceiling - before)
            return VMX_ERR_LIMIT;
        if ((uintmax_t)st.st_size < buf->ceiling - before)
            (void)vx_buf_room(buf, (size_t)st.st_size + 1);
        whole = before + (size_t)st.st_size;
    }
    status = read_all(fd, buf, whole, ret_errno);
    if (status != VMX_OK)
        buf->size = before;
    return status;
}

/* ---- writing --------------------------------------------------------------------- */

enum vmx_status
vx_file_write_all(int fd, struct vx_str text, int *ret_errno)
{
    while (text.n) {
        ssize_t n = write(fd, text.s, text.n);

        if (n > 0)
            text = vx_str_skip(text, (size_t)n);
        else if (n == 0 || !try_again(fd, POLLOUT))
            return io_error(ret_errno, n == 0 ? EIO : errno);
    }
    return VMX_OK;
}

/* The last errors of a write may come here.  After EINTR the descriptor is closed. */
static enum vmx_status
close_written(int *fd, int *ret_errno)
{
    int closing = *fd;

    *fd = -1;
    if (close(closing) < 0 && errno != EINTR)
        return io_error(ret_errno, errno);
    return VMX_OK;
}

/* ---- where to -------------------------------------------------------------------- */

/* The bytes up to and with the last slash: none for a name in the working directory. */
static struct vx_str
directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return vx_str_of(path, slash ? (size_t)(slash - path) + 1 : 0);
}

/* The descriptor that "/dev/fd/1" or "/proc/self/fd/1" names, or -1.  The link there is
 * not to be followed: it leads to the name of a file that someone holds open. */
static int
descriptor_of(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    uint64_t number;

    for (size_t i = 0; i < VX_COUNT(folders); i++)
        if (vx_str_starts(vx_str_c(path), vx_str_c(folders[i]))
            && vx_num_u64(vx_str_c(path + strlen(folders[i])), &number)
            && number <= INT_MAX)
            return (int)number;
    return -1;
}

/* What `path` is a link to, one step; `path` itself when it is no link, NULL on failure
 * with errno set. */
static const char *
follow_link(struct vx_arena *arena, const char *path)
{
    struct vx_str folder = directory_of(path);
    struct stat st;
    char *target;
    ssize_t n;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? path : NULL;
    if (!S_ISLNK(st.st_mode))
        return path;
    target = vx_arena_alloc(arena, PATH_MAX);
    n = target ? readlink(path, target, PATH_MAX - 1) : -1;
    if (n < 0)
        return NULL;
    target[n] = '\0';
    if (target[0] == '/')
        return target;
    return vx_arena_printf(arena, "%.*s%s", (int)folder.n, folder.s, target).s;
}

/* `path` behind all its links; unlike realpath() the last one may lead to nothing yet.
 * NULL on failure with errno set. */
static const char *
follow_links(struct vx_arena *arena, const char *path)
{
    for (int links = 0; links < LINKS_MAX; links++) {
        const char *next;

        if (descriptor_of(path) >= 0)
            return path;
        next = follow_link(arena, path);
        if (!next || next == path)
            return next;
        path = next;
    }
    errno = ELOOP;
    return NULL;
}

/* ---- replacing ------------------------------------------------------------------- */

struct temp_file {
    const char *path; /* NULL when there is nothing to remove */
    int fd;
};

static void
temp_drop(struct temp_file *temp)
{
    if (temp->fd >= 0)
        close(temp->fd);
    if (temp->path)
        unlink(temp->path);
}

/* Only has to differ from the last one: O_EXCL does the rest. */
static uint64_t
random_number(void)
{
    struct timespec now = {0};
    uint64_t number;

    if (getrandom(&number, sizeof(number), GRND_NONBLOCK) == sizeof(number))
        return number;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_nsec ^ (uint64_t)getpid() << 32;
}

/* Another name each time, for a new file beside `path`; NULL without memory. */
static const char *
name_beside(struct vx_arena *arena, const char *path)
{
    struct vx_str folder = directory_of(path);
    const char *name = path + folder.n;
    int n = (int)(strlen(name) < TEMP_NAME_MAX ? strlen(name) : TEMP_NAME_MAX);

    return vx_arena_printf(arena, "%.*s.%.*s.%06x", (int)folder.n, folder.s, n, name,
                           (unsigned)(random_number() & 0xffffff))
        .s;
}

/* A new file beside `path`.  Opened with 0666 the umask applies by itself, which no
 * thread can read without changing it.  What shall have an old file's mode is private
 * until it has. */
static enum vmx_status
temp_open(struct temp_file *temp, struct vx_arena *arena, const char *path, bool is_new,
          int *ret_errno)
{
    if (directory_of(path).n > INT_MAX)
        return io_error(ret_errno, ENAMETOOLONG);
    for (int tries = 0; tries < TEMP_TRIES; tries++) {
        const char *beside = name_beside(arena, path);

        if (!beside)
            return VMX_ERR_NOMEM;
        temp->fd =
            open_again(beside, O_WRONLY | O_CREAT | O_EXCL, is_new ? 0666 : 0600);
        if (temp->fd >= 0) {
            temp->path = beside;
            return VMX_OK;
        }
        if (errno != EEXIST)
            break;
    }
    return io_error(ret_errno, errno);
}

/* Whoever may not give files away keeps them; what the old owner and group were allowed
 * must then not pass to others. */
static bool
copy_rights(int fd, const struct stat *old)
{
    mode_t mode = old->st_mode & 07777;
    struct stat st;

    if (fchown(fd, old->st_uid, old->st_gid) < 0) {
        if (fchown(fd, (uid_t)-1, old->st_gid) < 0 && errno != EPERM)
            return false;
        if (fstat(fd, &st) < 0)
            return false;
        if (st.st_uid != old->st_uid)
            mode &= ~(mode_t)S_ISUID;
        if (st.st_gid != old->st_gid)
            mode &= ~(mode_t)(S_IRWXG | S_ISGID);
    }
    return fchmod(fd, mode) == 0;
}

/* Makes the rename last.  The new bytes are in place already, so that a folder that
 * cannot be opened or synced is no failure. */
static void
sync_folder(struct vx_arena *arena, const char *path)
{
    struct vx_str folder = vx_arena_dup(arena, directory_of(path));
    int fd;

    if (!folder.s)
        return;
    fd = open_again(folder.n ? folder.s : ".", O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

/* Who ends the program waits until the new file is in place or gone, so that none is
 * left half written.  Regular files alone: a pipe may take for ever. */
static void
hold_signals(sigset_t *ret_before)
{
    sigset_t ending;

    sigemptyset(&ending);
    sigaddset(&ending, SIGHUP);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGQUIT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, ret_before);
}

static void
release_signals(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* `old` is NULL when there is no file yet. */
static enum vmx_status
replace_file(struct vx_arena *arena, const char *path, const struct stat *old,
             struct vx_str text, bool durable, int *ret_errno)
{
    sigset_t before VX_AUTO(release_signals); /* the last to end */
    struct temp_file temp VX_AUTO(temp_drop) = {NULL, -1};
    enum vmx_status status;

    hold_signals(&before);
    status = temp_open(&temp, arena, path, old == NULL, ret_errno);
    if (status != VMX_OK)
        return status;
    status = vx_file_write_all(temp.fd, text, ret_errno);
    if (status != VMX_OK)
        return status;
    if ((old && !copy_rights(temp.fd, old)) || (durable && fsync(temp.fd) < 0))
        return io_error(ret_errno, errno);
    status = close_written(&temp.fd, ret_errno);
    if (status != VMX_OK)
        return status;
    if (rename(temp.path, path) < 0)
        return io_error(ret_errno, errno);
    temp.path = NULL;
    if (durable)
        sync_folder(arena, path);
    return VMX_OK;
}

static enum vmx_status
write_device(const char *path, struct vx_str text, int *ret_errno)
{
    enum vmx_status status, closed;
    int fd = open_again(path, O_WRONLY, 0);

    if (fd < 0)
        return io_error(ret_errno, errno);
    status = vx_file_write_all(fd, text, ret_errno);
    closed = close_written(&fd, status == VMX_OK ? ret_errno : &(int){0});
    return status == VMX_OK ? closed : status;
}

enum vmx_status
vx_file_replace(const char *path, struct vx_str text, bool durable, int *ret_errno)
{
    struct vx_arena arena VX_AUTO(vx_arena_done) = {.ceiling = PATHS_CEILING};
    bool is_new = false;
    const char *target;
    struct stat st;

    if (stat(path, &st) < 0) {
        if (errno != ENOENT || !*path)
            return io_error(ret_errno, errno);
        is_new = true;
    } else if (S_ISDIR(st.st_mode)) {
        return io_error(ret_errno, EISDIR);
    }

    target = follow_links(&arena, path);
    if (!target)
        return arena.failed ? VMX_ERR_NOMEM : io_error(ret_errno, errno);
    if (descriptor_of(target) >= 0)
        return vx_file_write_all(descriptor_of(target), text, ret_errno);
    if (!is_new && !S_ISREG(st.st_mode))
        return write_device(path, text, ret_errno);
    if (!target[directory_of(target).n])
        return io_error(ret_errno, EISDIR);
    return replace_file(&arena, target, is_new ? NULL : &st, text, durable, ret_errno);
}

/* ---- piece by piece -------------------------------------------------------------- */

struct vx_new_file {
    struct vx_arena arena;
    struct temp_file temp;
    const char *target; /* NULL: written to directly */
    struct stat old;
    bool has_old;
};

int
vx_file_fd(const struct vx_new_file *file)
{
    return file->temp.fd;
}

void
vx_file_drop(struct vx_new_file *file)
{
    if (file == NULL)
        return;
    temp_drop(&file->temp);
    vx_arena_done(&file->arena);
    free(file);
}

static void
drop_new_file(struct vx_new_file **file)
{
    vx_file_drop(*file);
}

/* Without a name, so that nothing is left when the program is killed, until
 * temp_link(). False where the file system or the lack of /proc does not let us. */
static bool
temp_open_nameless(struct temp_file *temp, struct vx_arena *arena, const char *path,
                   bool is_new)
{
    struct vx_str folder = vx_arena_dup(arena, directory_of(path));

    if (!folder.s || access(OPEN_FILES, X_OK) < 0)
        return false;
    temp->fd = open_again(folder.n ? folder.s : ".", O_WRONLY | O_TMPFILE,
                          is_new ? 0666 : 0600);
    return temp->fd >= 0;
}

static enum vmx_status
temp_link(struct temp_file *temp, struct vx_arena *arena, const char *path,
          int *ret_errno)
{
    struct vx_str self = vx_arena_printf(arena, OPEN_FILES "/%d", temp->fd);

    for (int tries = 0; tries < TEMP_TRIES; tries++) {
        const char *beside = name_beside(arena, path);

        if (!beside || !self.s)
            return VMX_ERR_NOMEM;
        if (linkat(AT_FDCWD, self.s, AT_FDCWD, beside, AT_SYMLINK_FOLLOW) == 0) {
            temp->path = beside;
            return VMX_OK;
        }
        if (errno != EEXIST)
            break;
    }
    return io_error(ret_errno, errno);
}

/* What is there already, and where a new one goes. */
static enum vmx_status
open_new_file(struct vx_new_file *file, const char *path, int *ret_errno)
{
    int number;

    file->has_old = stat(path, &file->old) == 0;
    if (!file->has_old && (errno != ENOENT || !*path))
        return io_error(ret_errno, errno);
    if (file->has_old && S_ISDIR(file->old.st_mode))
        return io_error(ret_errno, EISDIR);
    path = follow_links(&file->arena, path);
    path = path ? vx_arena_dup(&file->arena, vx_str_c(path)).s : NULL;
    if (!path)
        return file->arena.failed ? VMX_ERR_NOMEM : io_error(ret_errno, errno);
    number = descriptor_of(path);
    if (number >= 0 || (file->has_old && !S_ISREG(file->old.st_mode))) {
        file->temp.fd = number >= 0 ? fcntl(number, F_DUPFD_CLOEXEC, 0)
                                    : open_again(path, O_WRONLY, 0);
        return file->temp.fd < 0 ? io_error(ret_errno, errno) : VMX_OK;
    }
    if (!path[directory_of(path).n])
        return io_error(ret_errno, EISDIR);
    file->target = path;
    if (temp_open_nameless(&file->temp, &file->arena, path, !file->has_old))
        return VMX_OK;
    return temp_open(&file->temp, &file->arena, path, !file->has_old, ret_errno);
}

enum vmx_status
vx_file_begin(const char *path, struct vx_new_file **ret, int *ret_errno)
{
    struct vx_new_file *file VX_AUTO(drop_new_file) = calloc(1, sizeof(*file));
    enum vmx_status status;

    if (file == NULL)
        return VMX_ERR_NOMEM;
    file->arena.ceiling = PATHS_CEILING;
    file->temp.fd = -1;
    status = open_new_file(file, path, ret_errno);
    if (status != VMX_OK)
        return status;
    *ret = file;
    file = NULL;
    return VMX_OK;
}

enum vmx_status
vx_file_commit(struct vx_new_file *file, int *ret_errno)
{
    enum vmx_status status = VMX_OK;

    if (file->target && file->has_old && !copy_rights(file->temp.fd, &file->old))
        return io_error(ret_errno, errno);
    if (file->target && !file->temp.path)
        status = temp_link(&file->temp, &file->arena, file->target, ret_errno);
    if (status != VMX_OK)
        return status;
    status = close_written(&file->temp.fd, ret_errno);
    if (status != VMX_OK || file->target == NULL)
        return status;
    if (rename(file->temp.path, file->target) < 0)
        return io_error(ret_errno, errno);
    file->temp.path = NULL;
    return VMX_OK;
}
