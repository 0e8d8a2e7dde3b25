/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows folders and lists of names, not what is in the files.
 *
 * The names of the folders on the way down lie on one stack, those of the deepest on
 * top.  A folder's name has its slash already: so the plain order of bytes is that of
 * the whole paths. */
#include "cli-files.h"
#include "batch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

#define NAMES_CEILING ((size_t)1 << 30)
#define ENTRIES_ROOM ((size_t)1 << 15)
#define LIST_ROOM ((size_t)1 << 16)

/* A folder that is being walked. */
struct level {
    size_t names;              /* where its names begin */
    size_t first, next, count; /* its part of `sorted`, and how far we are */
    size_t path;               /* size of its own path, slash included */
    bool alone, undotted;      /* see struct cli_input */
};

/* A list that is being read. */
struct list {
    int fd; /* -1: none */
    const char *shown;
    char end;                 /* of a name */
    bool finished;            /* read to its end */
    bool skipping;            /* the rest of a name that is too long */
    char *data;               /* LIST_ROOM bytes and a NUL */
    size_t at, size;          /* what is left of `data` */
    uint64_t consumed, total; /* bytes; `total` is 0 when it is not a file */
};

struct cli_files {
    const char *const *suffixes;
    char **operands;
    size_t count, next;
    struct list list;

    char *entries;        /* ENTRIES_ROOM bytes: of the folder that is read */
    struct vx_buf path;   /* of the input: NUL-terminated */
    size_t relative;      /* where it goes on below the operand */
    struct vx_buf names;  /* NUL-terminated */
    struct vx_buf sorted; /* size_t: places in `names` */
    struct vx_buf levels; /* struct level */
};

/* ---- inputs ---------------------------------------------------------------------- */

/* The suffix of `name`, or nothing. */
static struct vx_str
suffix_of(const struct cli_files *files, struct vx_str name)
{
    for (const char *const *suffix = files->suffixes; *suffix; suffix++)
        if (vx_str_iends(name, vx_str_c(*suffix)))
            return vx_str_c(*suffix);
    return VX_STR_NONE;
}

/* A file that is called ".vmx" has no suffix then. */
static void
describe(const struct cli_files *files, const char *path, size_t size, int error,
         struct cli_input *ret)
{
    size_t name = size, suffix;

    while (name && path[name - 1] != '/')
        name--;
    suffix = suffix_of(files, vx_str_of(path + name, size - name)).n;
    *ret = (struct cli_input){
        .path = path,
        .size = size,
        .relative = name,
        .name = name,
        .stem = size - name - (suffix < size - name ? suffix : 0),
        .error = error,
    };
}

/* What `path` holds now. */
static void
describe_walked(struct cli_files *files, int error, struct cli_input *ret)
{
    size_t size = files->path.size;

    vx_buf_char(&files->path, '\0');
    if (files->path.failed) {
        describe(files, "", 0, ENOMEM, ret);
        return;
    }
    files->path.size = size;
    describe(files, files->path.data, size, error, ret);
    ret->relative = files->relative < size ? files->relative : size;
}

/* ---- folders --------------------------------------------------------------------- */

static struct level *
top_level(const struct cli_files *files)
{
    if (files->levels.size == 0)
        return NULL;
    return (struct level *)(void *)(files->levels.data + files->levels.size) - 1;
}

static size_t *
sorted_names(const struct cli_files *files)
{
    return (size_t *)(void *)files->sorted.data;
}

static int
by_bytes(const void *a, const void *b, void *names)
{
    const char *base = names;

    return strcmp(base + *(const size_t *)a, base + *(const size_t *)b);
}

/* DT_DIR or DT_REG for what counts, DT_UNKNOWN for what does not.  A link that leads
 * nowhere counts as a file: to open it tells why. */
static unsigned char
kind_of(const struct cli_files *files, int fd, const struct dirent64 *entry)
{
    bool named = suffix_of(files, vx_str_c(entry->d_name)).n > 0;
    struct stat st;

    if (entry->d_type == DT_DIR || (entry->d_type == DT_REG && named))
        return entry->d_type;
    if (entry->d_type == DT_UNKNOWN
        && fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0
        && !S_ISLNK(st.st_mode))
        return S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && named)
                   ? (unsigned char)IFTODT(st.st_mode)
                   : DT_UNKNOWN;
    if (!named || (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN))
        return DT_UNKNOWN;
    if (fstatat(fd, entry->d_name, &st, 0) < 0 || S_ISREG(st.st_mode))
        return DT_REG;
    return DT_UNKNOWN;
}

/* "." and "..", which every folder has. */
static bool
is_own(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static void
take_name(struct cli_files *files, int fd, const struct dirent64 *entry)
{
    const char *name = entry->d_name;
    size_t at = files->names.size;
    unsigned char kind = kind_of(files, fd, entry);

    if (kind == DT_UNKNOWN)
        return;
    vx_buf_add(&files->sorted, &at, sizeof(at));
    vx_buf_str(&files->names, vx_str_c(name));
    if (kind == DT_DIR)
        vx_buf_char(&files->names, '/');
    vx_buf_char(&files->names, '\0');
}

/* All names of the folder `fd` on the stacks.  0 or errno.  Not by readdir(), which
 * asks the system four times more for each folder, and most have one machine. */
static int
take_names(struct cli_files *files, int fd, struct level *level)
{
    size_t seen = 0, dotted = 0;
    ssize_t n;

    while ((n = getdents64(fd, files->entries, ENTRIES_ROOM)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct dirent64 *entry =
                (const struct dirent64 *)(void *)(files->entries + at);

            at += entry->d_reclen;
            if (is_own(entry->d_name))
                continue;
            take_name(files, fd, entry);
            seen++;
            dotted += entry->d_name[0] == '.';
        }
    if (n < 0)
        return errno;
    level->alone = seen == 1;
    level->undotted = dotted == 0;
    return files->names.failed || files->sorted.failed ? ENOMEM : 0;
}

/* The folder that `path` names, without a slash at its end: then O_NOFOLLOW would not
 * count. */
static int
open_folder(struct cli_files *files, bool follow)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW);

    if (files->path.size >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    vx_buf_char(&files->path, '\0');
    if (files->path.failed) {
        errno = ENOMEM;
        return -1;
    }
    files->path.size--;
    return open(files->path.data, flags);
}

/* Puts the folder that `path` names on the stack.  0, or errno: then as much of it is
 * there as could be read. */
static int
enter(struct cli_files *files, bool follow)
{
    struct level level = {.names = files->names.size,
                          .first = files->sorted.size / sizeof(size_t)};
    int fd = open_folder(files, follow);
    int number = errno;

    if (fd < 0)
        return number;
    number = take_names(files, fd, &level);
    close(fd);
    if (number == ENOMEM)
        return number;
    if (files->path.size == 0 || files->path.data[files->path.size - 1] != '/')
        vx_buf_char(&files->path, '/');
    level.path = files->path.size;
    level.count = files->sorted.size / sizeof(size_t) - level.first;
    if (level.count)
        qsort_r(sorted_names(files) + level.first, level.count, sizeof(size_t),
                by_bytes, files->names.data);
    vx_buf_add(&files->levels, &level, sizeof(level));
    return files->levels.failed ? ENOMEM : number;
}

static void
leave(struct cli_files *files)
{
    const struct level *level = top_level(files);

    files->names.size = level->names;
    files->sorted.size = level->first * sizeof(size_t);
    files->levels.size -= sizeof(*level);
}

/* No folder is gone on with: there is no memory. */
static void
leave_all(struct cli_files *files)
{
    vx_buf_done(&files->names);
    vx_buf_done(&files->sorted);
    vx_buf_done(&files->levels);
}

/* The next input of the folders that were entered; false when they are at their end. */
static bool
walk(struct cli_files *files, struct cli_input *ret)
{
    struct level *level;
    const char *name;
    size_t size, place;
    int number;

    while ((level = top_level(files))) {
        if (level->next == level->count) {
            leave(files);
            continue;
        }
        place = sorted_names(files)[level->first + level->next++];
        name = files->names.data + place;
        size = strlen(name);
        files->path.size = level->path;
        if (name[size - 1] != '/') {
            vx_buf_add(&files->path, name, size);
            describe_walked(files, 0, ret);
            ret->alone = level->alone;
            ret->undotted = level->undotted;
            return true;
        }
        vx_buf_add(&files->path, name, size - 1);
        number = enter(files, false);
        if (number) {
            describe_walked(files, number, ret);
            if (number == ENOMEM)
                leave_all(files);
            return true;
        }
    }
    return false;
}

/* ---- lists ----------------------------------------------------------------------- */

/* Some bytes more, or `finished`.  0 or errno. */
static int
list_fill(struct list *list)
{
    ssize_t n;

    memmove(list->data, list->data + list->at, list->size);
    list->at = 0;
    do
        n = read(list->fd, list->data + list->size, LIST_ROOM - list->size);
    while (n < 0 && errno == EINTR && !batch_signal());
    if (n < 0)
        return errno;
    list->finished = n == 0;
    list->size += (size_t)n;
    return 0;
}

/* All up to the next end of a name, or what there is when that is too much or it is the
 * end of all.  False when it cannot be read. */
static bool
list_piece(struct list *list, struct vx_str *ret, bool *ret_whole, int *ret_errno)
{
    for (;;) {
        char *begin = list->data + list->at;
        char *end = list->size ? memchr(begin, list->end, list->size) : NULL;
        size_t size = end ? (size_t)(end - begin) : list->size;

        if (end || list->finished || size == LIST_ROOM) {
            begin[size] = '\0';
            *ret = vx_str_of(begin, size);
            *ret_whole = end || list->finished;
            size += end != NULL;
            list->at += size;
            list->size -= size;
            list->consumed += size;
            return true;
        }
        *ret_errno = list_fill(list);
        if (*ret_errno)
            return false;
    }
}

/* The next name, NUL-terminated; false at the end.  *ret_errno is set when it cannot be
 * used, or when there are no more for that reason. */
static bool
list_next(struct list *list, struct vx_str *ret, int *ret_errno)
{
    bool whole, skipped;

    *ret_errno = 0;
    do {
        if (list->fd < 0)
            return false;
        if (!list_piece(list, ret, &whole, ret_errno)) {
            list->finished = true;
            list->size = 0;
            *ret = vx_str_c(list->shown);
            return *ret_errno != EINTR;
        }
        skipped = list->skipping;
        list->skipping = !whole;
        if (list->finished && list->size == 0 && ret->n == 0)
            return false;
    } while (ret->n == 0 || skipped);
    if (!whole)
        *ret_errno = ENAMETOOLONG;
    else if (strlen(ret->s) < ret->n)
        *ret_errno = EINVAL;
    *ret = vx_str_c(ret->s);
    return true;
}

static int
list_open(struct list *list, const struct cli_files_options *options)
{
    bool standard = strcmp(options->files_from, "-") == 0;
    struct stat st;

    list->shown = options->files_from;
    list->end = options->null ? '\0' : '\n';
    list->data = malloc(LIST_ROOM + 1);
    if (!list->data)
        return ENOMEM;
    list->fd = standard ? STDIN_FILENO : open(list->shown, O_RDONLY | O_CLOEXEC);
    if (list->fd < 0 || fstat(list->fd, &st) < 0)
        return errno;
    if (S_ISREG(st.st_mode))
        list->total = (uint64_t)st.st_size;
    return S_ISDIR(st.st_mode) ? EISDIR : 0;
}

/* ---- interface ------------------------------------------------------------------- */

void
cli_files_free(struct cli_files *files)
{
    if (!files)
        return;
    if (files->list.fd > STDIN_FILENO)
        close(files->list.fd);
    free(files->list.data);
    free(files->entries);
    vx_buf_done(&files->path);
    leave_all(files);
    free(files);
}

static bool
names_standard_input(char **operands, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(operands[i], "-") == 0)
            return true;
    return false;
}

enum cli_exit
cli_files_new(struct cli *cli, const struct cli_files_options *options, char **operands,
              size_t count, const char *const *suffixes, struct cli_files **ret_files)
{
    const char *list = options->files_from;
    struct cli_files *files;
    int number;

    if (list && strcmp(list, "-") == 0 && names_standard_input(operands, count))
        return cli_usage(cli, "standard input is the list or an input, not both");
    files = malloc(sizeof(*files));
    if (!files)
        return cli_trouble(cli, "out of memory");
    *files = (struct cli_files){
        .suffixes = suffixes,
        .operands = operands,
        .count = count,
        .list = {.fd = -1},
        .path = VX_BUF(NAMES_CEILING),
        .names = VX_BUF(NAMES_CEILING),
        .sorted = VX_BUF(NAMES_CEILING),
        .levels = VX_BUF(NAMES_CEILING),
    };
    files->entries = malloc(ENTRIES_ROOM);
    if (!files->entries) {
        cli_files_free(files);
        return cli_trouble(cli, "out of memory");
    }
    number = list ? list_open(&files->list, options) : 0;
    if (number) {
        cli_files_free(files);
        return cli_trouble(cli, "%s: %s", list, strerror(number));
    }
    *ret_files = files;
    return CLI_GO_ON;
}

/* A folder is entered, and there is no input yet; anything else is one. */
static bool
begin_operand(struct cli_files *files, struct vx_str path, struct cli_input *ret)
{
    struct stat st;
    int number = stat(path.s, &st) < 0 ? errno : 0;

    if (number || !S_ISDIR(st.st_mode)) {
        describe(files, path.s, path.n, number, ret);
        return true;
    }
    files->path.size = 0;
    vx_buf_str(&files->path, path);
    files->relative = path.n + (path.s[path.n - 1] != '/');
    number = enter(files, true);
    if (number)
        describe_walked(files, number, ret);
    if (number == ENOMEM)
        leave_all(files);
    return number != 0;
}

/* In a list "-" is no more than a name. */
static bool
begin_listed(struct cli_files *files, struct vx_str name, int number,
             struct cli_input *ret)
{
    if (number) {
        describe(files, name.s, name.n, number, ret);
        return true;
    }
    return begin_operand(files, vx_str_eq(name, VX_STR("-")) ? VX_STR("./-") : name,
                         ret);
}

bool
cli_files_next(struct cli_files *files, struct cli_input *ret)
{
    struct vx_str name;
    int number;

    for (;;) {
        if (walk(files, ret))
            return true;
        if (files->next < files->count) {
            name = vx_str_c(files->operands[files->next++]);
            if (vx_str_eq(name, VX_STR("-"))) {
                describe(files, name.s, name.n, 0, ret);
                return true;
            }
            if (begin_operand(files, name, ret))
                return true;
        } else {
            if (!list_next(&files->list, &name, &number))
                return false;
            if (begin_listed(files, name, number, ret))
                return true;
        }
    }
}

/* Every operand, and in a folder every name, counts alike: a guess that costs nothing
 * and never goes back. */
double
cli_files_fraction(const struct cli_files *files)
{
    const struct level *levels = (const struct level *)(const void *)files->levels.data;
    size_t depth = files->levels.size / sizeof(*levels);
    size_t parts = files->count + (files->list.fd >= 0);
    double share = parts ? 1 / (double)parts : 1;
    double at = files->next ? (double)(files->next - 1) * share : 0;

    if (files->list.fd >= 0 && files->next == files->count) {
        if (files->list.total == 0)
            return -1;
        at = (double)files->count * share
             + share * (double)files->list.consumed / (double)files->list.total;
        return at < 1 ? at : 1;
    }
    for (size_t i = 0; i < depth && levels[i].count; i++) {
        share /= (double)levels[i].count;
        at += share * (double)(levels[i].next ? levels[i].next - 1 : 0);
    }
    return at;
}

/* ---- items ----------------------------------------------------------------------- */

bool
cli_item_next(struct cli_files *files, struct cli_item *item)
{
    struct cli_input *input = &item->input;
    struct vx_buf *path = &item->path;

    if (!cli_files_next(files, input))
        return false;
    item->fraction = cli_files_fraction(files);
    path->ceiling = NAMES_CEILING;
    batch_buf_reset(path);
    vx_buf_add(path, input->path, input->size);
    vx_buf_char(path, '\0');
    if (path->failed)
        *input = (struct cli_input){.path = "", .error = ENOMEM};
    else
        input->path = path->data;
    return true;
}

void
cli_item_done(struct cli_item *item)
{
    vx_buf_done(&item->path);
}
