/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small table in memory, the front, has what came last.  When it is full it is put
 * into a large one in a file.  A filter in memory knows what is not in the file, which
 * is nearly all that is asked for: so names that nobody else has cost no system call.
 *
 * Both tables are open addressing, and the place of an entry is in the upper bits of
 * its hash.  So the entries of one are in the same order in the other, and in a table
 * of twice the size: what is put from one into the other is written in one pass. */
#include "seen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"

#include "base/banned.h"

enum {
    BITS_FIRST = 10,
    BITS_FRONT = 14, /* of the front, when it is largest */
    BITS_FILE = 17,  /* of the file, at first */
    BITS_MAX = 40,
    BITS_FILTER = 22,
    WINDOW = 256, /* entries of the file that are in memory: a page */
};

struct entry {
    uint64_t hash, number; /* number 0: free */
};

struct table {
    unsigned bits;
    uint64_t count;
};

struct front {
    struct table table;
    struct entry *entries;
};

/* One window of the file is in memory, and written when another one takes its place. */
struct file {
    struct table table;
    int fd;
    int error;
    uint64_t begin; /* of the window; UINT64_MAX: none */
    bool dirty;
    struct entry window[WINDOW];
};

struct seen {
    struct front front;
    struct file *file; /* NULL: all is in the front */
    uint64_t *filter;
    int error;
};

/* FNV-1a, stirred once more for the upper bits. */
uint64_t
seen_hash(struct vx_str text)
{
    uint64_t hash = vx_hash_text(VX_HASH_START, text);

    hash ^= hash >> 32;
    return hash * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t
place_of(const struct table *table, uint64_t hash)
{
    return hash >> (64 - table->bits);
}

static uint64_t
next_place(const struct table *table, uint64_t at)
{
    return (at + 1) & (((uint64_t)1 << table->bits) - 1);
}

static bool
is_full(const struct table *table)
{
    return table->count >= ((uint64_t)3 << table->bits) / 4;
}

/* ---- the front ------------------------------------------------------------------- */

static bool
front_open(struct front *front, unsigned bits)
{
    *front = (struct front){.table.bits = bits};
    front->entries = calloc((size_t)1 << bits, sizeof(*front->entries));
    return front->entries != NULL;
}

/* Where `hash` is, or the free place for it. */
static struct entry *
front_find(const struct front *front, uint64_t hash)
{
    uint64_t at = place_of(&front->table, hash);

    while (front->entries[at].number && front->entries[at].hash != hash)
        at = next_place(&front->table, at);
    return &front->entries[at];
}

static void
front_put(struct front *front, const struct entry *entry)
{
    struct entry *there = front_find(front, entry->hash);

    front->table.count += there->number == 0;
    *there = *entry;
}

static bool
front_grow(struct front *front)
{
    struct front grown;

    if (!front_open(&grown, front->table.bits + 1))
        return false;
    for (size_t i = 0; i < (size_t)1 << front->table.bits; i++)
        if (front->entries[i].number)
            front_put(&grown, &front->entries[i]);
    free(front->entries);
    *front = grown;
    return true;
}

/* ---- the file -------------------------------------------------------------------- */

/* A file that has no name: gone with the process. */
static int
open_nameless(void)
{
    const char *folder = getenv("TMPDIR");
    char name[] = "/tmp/vmx-convert.XXXXXX";
    int fd = open(folder && *folder ? folder : "/tmp",
                  O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);

    if (fd >= 0)
        return fd;
    fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    return fd;
}

static void
file_free(struct file *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0)
        close(file->fd);
    free(file);
}

/* NULL, and errno. */
static struct file *
file_new(unsigned bits)
{
    struct file *file = calloc(1, sizeof(*file));
    int number;

    if (file == NULL)
        return NULL;
    file->table.bits = bits;
    file->begin = UINT64_MAX;
    file->fd = open_nameless();
    if (file->fd >= 0
        && ftruncate(file->fd, (off_t)(sizeof(struct entry) << bits)) == 0)
        return file;
    number = errno;
    file_free(file);
    errno = number;
    return NULL;
}

/* The whole window, or file->error. */
static void
transfer(struct file *file, bool out)
{
    off_t offset = (off_t)(file->begin * sizeof(struct entry));
    ssize_t n = out ? pwrite(file->fd, file->window, sizeof(file->window), offset)
                    : pread(file->fd, file->window, sizeof(file->window), offset);

    if (n != (ssize_t)sizeof(file->window))
        file->error = n < 0 ? errno : EIO;
}

/* The entry at `at`, while no other one is asked for; NULL with file->error. */
static struct entry *
file_entry(struct file *file, uint64_t at)
{
    if (file->begin != at / WINDOW * WINDOW) {
        if (file->dirty)
            transfer(file, true);
        file->dirty = false;
        file->begin = at / WINDOW * WINDOW;
        if (!file->error)
            transfer(file, false);
    }
    return file->error ? NULL : &file->window[at % WINDOW];
}

static struct entry *
file_find(struct file *file, uint64_t hash)
{
    uint64_t at = place_of(&file->table, hash);
    struct entry *entry = file_entry(file, at);

    while (entry && entry->number && entry->hash != hash) {
        at = next_place(&file->table, at);
        entry = file_entry(file, at);
    }
    return entry;
}

static void
file_put(struct file *file, const struct entry *entry)
{
    struct entry *there = file_find(file, entry->hash);

    if (there == NULL)
        return;
    file->table.count += there->number == 0;
    *there = *entry;
    file->dirty = true;
}

/* 0 or errno. */
static int
file_grow(struct file **file)
{
    struct file *old = *file, *grown;
    uint64_t end = (uint64_t)1 << old->table.bits;

    if (old->table.bits == BITS_MAX)
        return ENOMEM;
    grown = file_new(old->table.bits + 1);
    if (grown == NULL)
        return errno;
    for (uint64_t at = 0; at < end && !old->error && !grown->error; at++) {
        const struct entry *entry = file_entry(old, at);

        if (entry && entry->number)
            file_put(grown, entry);
    }
    if (grown->error == 0)
        grown->error = old->error;
    file_free(old);
    *file = grown;
    return grown->error;
}

/* ---- the filter ------------------------------------------------------------------ */

/* Two bits of it for each hash; both are set when it is in the file. */
static bool
filter_has(const uint64_t *filter, uint64_t hash)
{
    uint64_t mask = ((uint64_t)1 << BITS_FILTER) - 1;
    uint64_t one = hash & mask, two = (hash >> BITS_FILTER) & mask;

    return (filter[one / 64] >> (one % 64) & 1) && (filter[two / 64] >> (two % 64) & 1);
}

static void
filter_put(uint64_t *filter, uint64_t hash)
{
    uint64_t mask = ((uint64_t)1 << BITS_FILTER) - 1;
    uint64_t one = hash & mask, two = (hash >> BITS_FILTER) & mask;

    filter[one / 64] |= (uint64_t)1 << (one % 64);
    filter[two / 64] |= (uint64_t)1 << (two % 64);
}

/* ---- both ------------------------------------------------------------------------ */

struct seen *
seen_new(void)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    if (seen == NULL)
        return NULL;
    if (front_open(&seen->front, BITS_FIRST))
        return seen;
    free(seen);
    return NULL;
}

void
seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    file_free(seen->file);
    free(seen->filter);
    free(seen->front.entries);
    free(seen);
}

int
seen_error(const struct seen *seen)
{
    return seen->error;
}

static void
open_file(struct seen *seen)
{
    seen->filter = calloc((size_t)1 << BITS_FILTER >> 6, sizeof(*seen->filter));
    seen->file = seen->filter ? file_new(BITS_FILE) : NULL;
    if (seen->file == NULL)
        seen->error = seen->filter ? errno : ENOMEM;
}

/* All of the front goes to the file, in order. */
static void
spill(struct seen *seen)
{
    size_t size = (size_t)1 << seen->front.table.bits;

    if (seen->file == NULL)
        open_file(seen);
    for (size_t i = 0; i < size && seen->error == 0; i++) {
        const struct entry *entry = &seen->front.entries[i];

        if (entry->number == 0)
            continue;
        if (is_full(&seen->file->table))
            seen->error = file_grow(&seen->file);
        if (seen->error)
            return;
        filter_put(seen->filter, entry->hash);
        file_put(seen->file, entry);
        seen->error = seen->file->error;
    }
    memset(seen->front.entries, 0, size * sizeof(*seen->front.entries));
    seen->front.table.count = 0;
}

uint64_t
seen_get(struct seen *seen, uint64_t hash)
{
    const struct entry *entry = front_find(&seen->front, hash);

    if (entry->number || seen->file == NULL || seen->error
        || !filter_has(seen->filter, hash))
        return entry->number;
    entry = file_find(seen->file, hash);
    seen->error = seen->file->error;
    return entry ? entry->number : 0;
}

void
seen_put(struct seen *seen, uint64_t hash, uint64_t number)
{
    if (seen->error)
        return;
    if (is_full(&seen->front.table)) {
        if (seen->front.table.bits == BITS_FRONT)
            spill(seen);
        else if (!front_grow(&seen->front))
            seen->error = ENOMEM;
    }
    if (seen->error == 0)
        front_put(&seen->front, &(struct entry){hash, number});
}
