/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU reads the same descriptors again, by looser rules: it searches for words instead
 * of parsing lines.  So what it could read in another way than we do is refused. */
#include "vmdk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"

#include "base/banned.h"

enum {
    SECTOR = 512,
    QEMU_READS = 20 * SECTOR, /* of an embedded descriptor, whatever its size is */
    /* The header of a sparse extent, which may hold the descriptor. */
    HEADER_CAPACITY = 12,
    HEADER_DESCRIPTOR_AT = 28,
    HEADER_DESCRIPTOR_SIZE = 36,
};

/* ---- files ----------------------------------------------------------------------- */

bool
vmdk_is_beside(struct vx_str name)
{
    if (name.n == 0 || vx_str_eq(name, VX_STR(".")) || vx_str_eq(name, VX_STR("..")))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (name.s[i] == '/' || name.s[i] == '\\' || name.s[i] == ':'
            || name.s[i] == '\0')
            return false;
    return true;
}

int
vmdk_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

    free(folder);
    return fd;
}

static void
close_file(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A regular file, or -1 with the reason.  A FIFO does not make us wait. */
static int
open_beside(int folder, const char *name, enum vmdk_state *ret_state)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;

    if (fd < 0) {
        *ret_state = errno == ENOENT  ? VMDK_MISSING
                     : errno == ELOOP ? VMDK_LINK
                                      : VMDK_BAD;
        return -1;
    }
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return fd;
    *ret_state = VMDK_LINK;
    close(fd);
    return -1;
}

/* Up to `size` bytes from `at`; how many there are. */
static size_t
read_at(int fd, char *to, size_t size, uint64_t at)
{
    size_t done = 0;

    while (done < size && at + done <= INT64_MAX) {
        ssize_t n = pread(fd, to + done, size - done, (off_t)(at + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    return done;
}

static uint64_t
le64(const char *at)
{
    uint64_t number = 0;

    for (int i = 7; i >= 0; i--)
        number = number << 8 | (unsigned char)at[i];
    return number;
}

/* ---- descriptor ------------------------------------------------------------------ */

static struct vx_str
next_line(struct vx_str *text)
{
    size_t n = 0;
    struct vx_str line;

    while (n < text->n && text->s[n] != '\n' && text->s[n] != '\r')
        n++;
    line = vx_str_trim(vx_str_of(text->s, n));
    *text = vx_str_skip(*text, n < text->n ? n + 1 : n);
    return line;
}

static struct vx_str
next_word(struct vx_str *line)
{
    struct vx_str word;
    size_t n = 0;

    *line = vx_str_trim(*line);
    while (n < line->n && !vx_is_blank((unsigned char)line->s[n]))
        n++;
    word = vx_str_of(line->s, n);
    *line = vx_str_trim(vx_str_skip(*line, n));
    return word;
}

/* What stands between the first two quotes; none without them. */
static struct vx_str
quoted(struct vx_str text)
{
    ptrdiff_t quote = vx_str_find(text, '"');

    if (quote < 0)
        return VX_STR_NONE;
    text = vx_str_skip(text, (size_t)quote + 1);
    quote = vx_str_find(text, '"');
    return quote < 0 ? VX_STR_NONE : vx_str_of(text.s, (size_t)quote);
}

static void
take_setting(struct vmdk *disk, struct vx_str key, struct vx_str value)
{
    struct vx_str inside = quoted(value);

    if (inside.s)
        value = inside;
    if (vx_str_is(key, "createType"))
        disk->type = value;
    else if (vx_str_is(key, "parentFileNameHint"))
        disk->hint = value;
    else if (vx_str_is(key, "CID"))
        vx_num_hex(value, &disk->cid);
    else if (vx_str_is(key, "parentCID"))
        vx_num_hex(value, &disk->parent_cid);
}

static bool
is_access(struct vx_str word)
{
    return vx_str_is(word, "RW") || vx_str_is(word, "RDONLY")
           || vx_str_is(word, "NOACCESS");
}

/* False when the line begins as an extent does and is none. */
static bool
take_extent(struct vx_arena *arena, struct vmdk *disk, struct vmdk_extent ***tail,
            struct vx_str line)
{
    struct vx_str sectors;
    struct vmdk_extent *extent;
    uint64_t count;

    next_word(&line);
    sectors = next_word(&line);
    if (!vx_num_u64(sectors, &count))
        return false;
    extent = vx_arena_zero(arena, sizeof(*extent));
    if (extent == NULL)
        return true; /* the arena remembers */
    extent->sectors = count;
    extent->kind = next_word(&line);
    extent->file = quoted(line);
    if (vx_add_overflows(disk->sectors, count, &disk->sectors))
        disk->sectors = UINT64_MAX;
    **tail = extent;
    *tail = &extent->next;
    return true;
}

/* Controls are blanks for QEMU, where they are the ends of a line for others. */
static bool
is_plain_text(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (c == '\r' && i + 1 < text.n && text.s[i + 1] == '\n')
            continue;
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* The parent is the one that QEMU finds: behind the word, wherever it stands. */
static bool
is_only_hint(const struct vmdk *disk, struct vx_str text)
{
    struct vx_str word = VX_STR("parentFileNameHint");
    size_t count = 0;

    for (; text.n; text = vx_str_skip(text, 1))
        if (vx_str_istarts(text, word)) {
            text = vx_str_skip(text, word.n);
            if (!vx_str_starts(text, VX_STR("=\"")) || text.s + 2 != disk->hint.s)
                return false;
            count++;
        }
    return count == (disk->hint.s != NULL);
}

/* False when it is no descriptor that all readers read alike. */
static bool
parse(struct vx_arena *arena, struct vmdk *disk, struct vx_str text)
{
    struct vmdk_extent **tail = &disk->extents;
    struct vx_str left = text;

    while (left.n) {
        struct vx_str line = next_line(&left), rest = line;
        ptrdiff_t equals = vx_str_find(line, '=');

        if (line.n && is_access(next_word(&rest))) {
            if (!take_extent(arena, disk, &tail, line))
                return false;
        } else if (line.n && line.s[0] != '#' && equals >= 0) {
            take_setting(disk, vx_str_trim(vx_str_of(line.s, (size_t)equals)),
                         vx_str_trim(vx_str_skip(line, (size_t)equals + 1)));
        }
    }
    return is_plain_text(text) && is_only_hint(disk, text) && disk->type.n
           && disk->extents;
}

/* The descriptor's bytes, that a sparse extent holds or that are all of the file. */
static enum vmdk_state
find_descriptor(struct vx_arena *arena, int fd, struct vx_str *ret)
{
    char head[SECTOR];
    size_t size = read_at(fd, head, sizeof(head), 0);
    struct vx_str start = vx_str_of(head, size);
    uint64_t at = 0, want;
    struct stat status;
    ptrdiff_t end;
    char *text;

    if (size == SECTOR && vx_str_starts(start, VX_STR("KDMV"))) {
        at = le64(head + HEADER_DESCRIPTOR_AT);
        want = le64(head + HEADER_DESCRIPTOR_SIZE);
        if (at == 0 || want == 0)
            return VMDK_OPAQUE; /* one extent of several: another file describes it */
        if (vx_mul_overflows(at, SECTOR, &at) || want > VMDK_MAX_DESCRIPTOR / SECTOR
            || le64(head + HEADER_CAPACITY) == 0)
            return VMDK_BAD;
        want = want * SECTOR < QEMU_READS ? QEMU_READS : want * SECTOR;
    } else if (!vx_str_istarts(start, VX_STR("# Disk DescriptorFile"))) {
        return VMDK_OPAQUE;
    } else if (fstat(fd, &status) < 0 || status.st_size > VMDK_MAX_DESCRIPTOR) {
        return VMDK_BAD;
    } else {
        want = (uint64_t)status.st_size;
    }
    text = vx_arena_alloc(arena, (size_t)want);
    if (text == NULL)
        return VMDK_BAD;
    *ret = vx_str_of(text, read_at(fd, text, (size_t)want, at));
    end = vx_str_find(*ret, '\0'); /* an embedded one is padded */
    if (end >= 0)
        ret->n = (size_t)end;
    return VMDK_OK;
}

/* An extent of no capacity is a descriptor in disguise: it would name further files. */
static bool
is_disguise(int fd)
{
    char head[SECTOR];

    return read_at(fd, head, sizeof(head), 0) == SECTOR
           && vx_str_starts(vx_str_of(head, SECTOR), VX_STR("KDMV"))
           && le64(head + HEADER_CAPACITY) == 0;
}

static void
look_at_extents(struct vx_arena *arena, int folder, struct vmdk *disk)
{
    for (struct vmdk_extent *extent = disk->extents; extent; extent = extent->next) {
        struct vx_str name = vx_arena_dup(arena, extent->file);
        enum vmdk_state state = VMDK_OK;
        int fd VX_AUTO(close_file) = -1;

        extent->beside = extent->file.s == NULL || vmdk_is_beside(extent->file);
        if (name.s == NULL || !extent->beside)
            continue;
        fd = open_beside(folder, name.s, &state);
        extent->missing = state == VMDK_MISSING;
        extent->beside = state != VMDK_LINK && (fd < 0 || !is_disguise(fd));
    }
}

struct vmdk *
vmdk_read_one(struct vx_arena *arena, int folder, struct vx_str name)
{
    struct vmdk *disk = vx_arena_zero(arena, sizeof(*disk));
    struct vx_str text = VX_STR_NONE;
    int fd VX_AUTO(close_file) = -1;

    name = vx_arena_dup(arena, name);
    if (disk == NULL || name.s == NULL)
        return NULL;
    disk->name = name;
    disk->parent_cid = VMDK_NO_PARENT;
    disk->state = VMDK_LINK;
    if (!vmdk_is_beside(name))
        return disk;
    fd = open_beside(folder, name.s, &disk->state);
    if (fd < 0)
        return disk;
    disk->state = find_descriptor(arena, fd, &text);
    if (disk->state != VMDK_OK)
        return arena->failed ? NULL : disk;
    if (!parse(arena, disk, text))
        disk->state = VMDK_BAD;
    disk->parent_beside = disk->state == VMDK_OK && vmdk_is_beside(disk->hint);
    look_at_extents(arena, folder, disk);
    return arena->failed ? NULL : disk;
}

static bool
is_in_chain(const struct vmdk *top, const struct vmdk *end, struct vx_str name)
{
    for (const struct vmdk *disk = top;; disk = disk->parent) {
        if (vx_str_eq(disk->name, name))
            return true;
        if (disk == end)
            return false;
    }
}

struct vmdk *
vmdk_read(struct vx_arena *arena, int folder, struct vx_str name)
{
    struct vmdk *top = vmdk_read_one(arena, folder, name), *disk = top;

    for (size_t depth = 1; disk && disk->parent_beside; depth++) {
        if (depth == VMDK_MAX_CHAIN || is_in_chain(top, disk, disk->hint)) {
            disk->endless = true;
            break;
        }
        disk->parent = vmdk_read_one(arena, folder, disk->hint);
        disk = disk->parent;
        if (disk == NULL)
            return NULL;
    }
    return top;
}
