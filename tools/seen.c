/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Open addressing; the place of an entry is in the upper bits of its hash, so that a
 * table of twice the size has all entries in the same order and is written in one
 * pass. */
#include "seen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"

#include "base/banned.h"

enum {
    BITS_FIRST = 10,
    BITS_MEMORY = 14, /* of the largest table that is in memory */
    BITS_MAX = 40,
    PIECE = 8, /* entries that are read at once */
};

struct entry {
    uint64_t hash, number; /* number 0: free */
};

struct seen {
    struct entry *entries; /* NULL: in the file */
    int fd;                /* -1: in memory */
    unsigned bits;
    uint64_t count;
    int error;
};

struct seen *
seen_new(void)
{
    struct seen *seen = calloc(1, sizeof(*seen));

    if (seen == NULL)
        return NULL;
    seen->fd = -1;
    seen->bits = BITS_FIRST;
    seen->entries = calloc((size_t)1 << BITS_FIRST, sizeof(struct entry));
    if (seen->entries)
        return seen;
    free(seen);
    return NULL;
}

void
seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    if (seen->fd >= 0)
        close(seen->fd);
    free(seen->entries);
    free(seen);
}

int
seen_error(const struct seen *seen)
{
    return seen->error;
}

/* FNV-1a, stirred once more for the upper bits. */
uint64_t
seen_hash(struct vx_str text)
{
    uint64_t hash = vx_hash_text(VX_HASH_START, text);

    hash ^= hash >> 32;
    return hash * UINT64_C(0x9e3779b97f4a7c15);
}

/* ---- places ---------------------------------------------------------------------- */

/* Up to PIECE entries from `at` on, or fewer at the end of the table. */
static size_t
read_piece(struct seen *seen, uint64_t at, struct entry *ret)
{
    uint64_t left = ((uint64_t)1 << seen->bits) - at;
    size_t count = left < PIECE ? (size_t)left : PIECE;
    ssize_t n;

    if (seen->entries) {
        memcpy(ret, seen->entries + at, count * sizeof(*ret));
        return count;
    }
    n = pread(seen->fd, ret, count * sizeof(*ret), (off_t)(at * sizeof(*ret)));
    if (n == (ssize_t)(count * sizeof(*ret)))
        return count;
    seen->error = n < 0 ? errno : EIO;
    return 0;
}

static void
write_entry(struct seen *seen, uint64_t at, const struct entry *entry)
{
    ssize_t n;

    if (seen->entries) {
        seen->entries[at] = *entry;
        return;
    }
    n = pwrite(seen->fd, entry, sizeof(*entry), (off_t)(at * sizeof(*entry)));
    if (n != (ssize_t)sizeof(*entry))
        seen->error = n < 0 ? errno : EIO;
}

/* Where `hash` is, or the free place for it; what is there goes to *ret. */
static uint64_t
find(struct seen *seen, uint64_t hash, struct entry *ret)
{
    uint64_t at = hash >> (64 - seen->bits), mask = ((uint64_t)1 << seen->bits) - 1;
    struct entry piece[PIECE];
    size_t count;

    while ((count = read_piece(seen, at, piece)) > 0) {
        for (size_t i = 0; i < count; i++)
            if (piece[i].number == 0 || piece[i].hash == hash) {
                *ret = piece[i];
                return at + i;
            }
        at = (at + count) & mask;
    }
    *ret = (struct entry){.number = 0};
    return 0;
}

/* ---- growing --------------------------------------------------------------------- */

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
use_table(struct seen *seen, const struct seen *grown)
{
    free(seen->entries);
    if (seen->fd >= 0)
        close(seen->fd);
    seen->entries = grown->entries;
    seen->fd = grown->fd;
    seen->bits = grown->bits;
    seen->error = grown->error;
}

static bool
open_table(struct seen *grown)
{
    uint64_t count = (uint64_t)1 << grown->bits;

    if (grown->bits <= BITS_MEMORY) {
        grown->entries = calloc((size_t)count, sizeof(struct entry));
        return grown->entries != NULL;
    }
    grown->fd = open_nameless();
    return grown->fd >= 0
           && ftruncate(grown->fd, (off_t)(count * sizeof(struct entry))) == 0;
}

static void
grow(struct seen *seen)
{
    struct seen grown = {.fd = -1, .bits = seen->bits + 1};
    uint64_t end = (uint64_t)1 << seen->bits;
    struct entry piece[PIECE], there;
    size_t count;

    if (grown.bits > BITS_MAX || !open_table(&grown)) {
        seen->error = grown.bits > BITS_MAX || grown.fd < 0 ? ENOMEM : errno;
        if (grown.fd >= 0)
            close(grown.fd);
        return;
    }
    for (uint64_t at = 0; at < end && (count = read_piece(seen, at, piece)) > 0;
         at += count)
        for (size_t i = 0; i < count; i++)
            if (piece[i].number) {
                uint64_t place = find(&grown, piece[i].hash, &there);

                write_entry(&grown, place, &piece[i]);
            }
    if (seen->error)
        grown.error = seen->error;
    use_table(seen, &grown);
}

/* ---- interface ------------------------------------------------------------------- */

uint64_t
seen_get(struct seen *seen, uint64_t hash)
{
    struct entry there = {.number = 0};

    if (seen->error == 0)
        find(seen, hash, &there);
    return there.number;
}

void
seen_put(struct seen *seen, uint64_t hash, uint64_t number)
{
    struct entry entry = {hash, number}, there;
    uint64_t at;

    if (seen->error)
        return;
    if (seen->count >= ((uint64_t)3 << seen->bits) / 4)
        grow(seen);
    at = seen->error ? 0 : find(seen, hash, &there);
    if (seen->error)
        return;
    seen->count += there.number == 0;
    write_entry(seen, at, &entry);
}
