/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file:
 *
 *     vmx-convert journal 1 ID OPTIONS BOOT
 *     m FLAGS SIZE CHANGED MOVED WRITTEN ROW FACTS INPUT WANTED OUTPUT
 *     <ROW bytes><FACTS bytes>
 *     sync
 *     end
 *
 * Numbers are hexadecimal.  BOOT is that of the system since it started: while it is
 * the same all lines count, for what a process wrote is there though it was killed.
 * After a crash of the system only what stands before the last `sync` does, and the
 * rest is cut off. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/num.h"
#include "seen.h"

#include "base/banned.h"

#define MAGIC "vmx-convert journal 1 "

enum {
    BOOT = 36,
    HEADER = sizeof(MAGIC) - 1 + 16 + 1 + 16 + 1 + BOOT + 1,
    FLUSH_AT = 1 << 13,
    PIECE = 1 << 16,
    SYNC_AFTER = 10, /* seconds */
    LINE_CEILING = 1 << 26,
    NUMBERS = 7,
};

struct journal {
    int fd, folder;
    struct seen *seen; /* of an input: where its line is, and one */
    struct vx_buf out;
    uint64_t size;  /* of the file, without `out` */
    uint64_t ended; /* the same when it ended well, else 0 */
    time_t synced;
    int error;
    char boot[BOOT + 1];
};

/* ---- header ---------------------------------------------------------------------- */

static time_t
seconds(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

/* Where there is none all systems are taken for the same. */
static void
read_boot(char *boot)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

    memset(boot, '-', BOOT);
    if (fd >= 0 && read(fd, boot, BOOT) != BOOT)
        memset(boot, '-', BOOT);
    if (fd >= 0)
        close(fd);
    boot[BOOT] = '\0';
}

static void
put_header(struct journal *journal, uint64_t id, uint64_t options)
{
    char header[HEADER + 1];

    snprintf(header, sizeof(header), MAGIC "%016llx %016llx %s\n",
             (unsigned long long)id, (unsigned long long)options, journal->boot);
    if (pwrite(journal->fd, header, HEADER, 0) != HEADER)
        journal->error = errno ? errno : EIO;
}

/* Is it a header, and for the same options? */
static bool
read_header(const struct journal *journal, uint64_t options, uint64_t *ret_id,
            bool *ret_same_boot)
{
    const size_t numbers = sizeof(MAGIC) - 1;
    char header[HEADER];
    uint64_t told;

    if (pread(journal->fd, header, HEADER, 0) != HEADER
        || memcmp(header, MAGIC, numbers) != 0
        || !vx_num_hex(vx_str_of(header + numbers, 16), ret_id)
        || !vx_num_hex(vx_str_of(header + numbers + 17, 16), &told))
        return false;
    *ret_same_boot = memcmp(header + numbers + 34, journal->boot, BOOT) == 0;
    return told == options;
}

/* ---- lines ----------------------------------------------------------------------- */

/* The parts of a line are parted by blanks, and no name has one. */
static void
put_name(struct vx_buf *out, struct vx_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.s[i];

        if (c > ' ' && c != '%') {
            vx_buf_char(out, (char)c);
        } else {
            vx_buf_char(out, '%');
            vx_buf_hex(out, c, 2);
        }
    }
}

/* Undoes it in place. */
static struct vx_str
take_name(char *text, size_t size)
{
    size_t to = 0;

    for (size_t i = 0; i < size; i++) {
        text[to] = text[i];
        if (text[i] == '%' && size - i > 2) {
            int high = vx_hex_digit((unsigned char)text[i + 1]);
            int low = vx_hex_digit((unsigned char)text[i + 2]);

            text[to] = (char)((high < 0 ? 0 : high) << 4 | (low < 0 ? 0 : low));
            i += 2;
        }
        to++;
    }
    return vx_str_of(text, to);
}

/* Takes one word of a line, and the blank behind it. */
static struct vx_str
next_word(struct vx_str *line)
{
    ptrdiff_t blank = vx_str_find(*line, ' ');
    struct vx_str word = blank < 0 ? *line : vx_str_of(line->s, (size_t)blank);

    *line = blank < 0 ? VX_STR_NONE : vx_str_skip(*line, (size_t)blank + 1);
    return word;
}

/* `text` begins with a line of a machine, and has all of it: its size, or 0. */
static size_t
parse(char *text, size_t size, struct journal_entry *ret)
{
    struct vx_str line = vx_str_of(text, size), names[3];
    ptrdiff_t end = vx_str_find(line, '\n');
    uint64_t numbers[NUMBERS];
    size_t rest;

    if (end < 0 || !vx_str_starts(line, VX_STR("m ")))
        return 0;
    line = vx_str_skip(vx_str_of(text, (size_t)end), 2);
    for (int i = 0; i < NUMBERS; i++)
        if (!vx_num_hex(next_word(&line), &numbers[i]))
            return 0;
    for (int i = 0; i < 3; i++)
        names[i] = next_word(&line);
    rest = size - (size_t)end - 1;
    if (numbers[5] > rest || numbers[6] > rest - numbers[5]
        || rest - numbers[5] - numbers[6] < 1 || names[2].s == NULL)
        return 0;
    *ret = (struct journal_entry){
        .flags = numbers[0],
        .size = numbers[1],
        .changed = numbers[2],
        .moved = numbers[3],
        .written = numbers[4],
        .input = take_name(text + (names[0].s - text), names[0].n),
        .wanted = take_name(text + (names[1].s - text), names[1].n),
        .output = take_name(text + (names[2].s - text), names[2].n),
        .row = vx_str_of(text + end + 1, (size_t)numbers[5]),
        .facts = vx_str_of(text + end + 1 + numbers[5], (size_t)numbers[6]),
    };
    end += (ptrdiff_t)(1 + numbers[5] + numbers[6]);
    return text[end] == '\n' ? (size_t)end + 1 : 0;
}

/* ---- reading --------------------------------------------------------------------- */

struct scan {
    struct vx_buf text; /* from `at` on */
    uint64_t at;
    uint64_t synced; /* where what is on the disk for sure ends */
    bool finished;   /* all was read */
};

static void
scan_more(struct journal *journal, struct scan *scan)
{
    char *room = vx_buf_room(&scan->text, PIECE);
    ssize_t n =
        room ? pread(journal->fd, room, PIECE, (off_t)(scan->at + scan->text.size))
             : -1;

    if (n < 0)
        journal->error = room ? errno : ENOMEM;
    scan->finished = n <= 0;
    if (n > 0)
        scan->text.size += (size_t)n;
}

/* One line that is not a machine's, or 0. */
static size_t
take_mark(struct scan *scan, struct vx_str text)
{
    if (vx_str_starts(text, VX_STR("sync\n"))) {
        scan->synced = scan->at + 5;
        return 5;
    }
    return vx_str_starts(text, VX_STR("end\n")) ? 4 : 0;
}

/* All lines into the table.  Those behind `limit` are not there, for the system has
 * crashed since; without one it is found in *ret. */
static void
scan_lines(struct journal *journal, uint64_t limit, bool fill, struct scan *scan)
{
    struct journal_entry entry;
    size_t used = 0, size;

    while (journal->error == 0) {
        char *text = scan->text.data + used;
        size_t left = scan->text.size - used;

        size = left ? take_mark(scan, vx_str_of(text, left)) : 0;
        if (size == 0 && left && (size = parse(text, left, &entry)) > 0 && fill)
            seen_put(journal->seen, seen_hash(entry.input), scan->at + 1);
        if (size && scan->at + size <= limit) {
            used += size;
            scan->at += size;
            continue;
        }
        if (scan->finished || size)
            break;
        if (used) {
            memmove(scan->text.data, text, left);
            scan->text.size = left;
            used = 0;
        }
        scan_more(journal, scan);
    }
}

static bool
read_lines(struct journal *journal, bool same_boot)
{
    uint64_t limit = UINT64_MAX;

    for (int pass = same_boot; pass < 2; pass++) {
        struct scan scan = {
            .text = VX_BUF(LINE_CEILING), .at = HEADER, .synced = HEADER};

        scan_lines(journal, limit, pass == 1, &scan);
        vx_buf_done(&scan.text);
        limit = scan.synced;
        journal->size = scan.at;
    }
    return ftruncate(journal->fd, (off_t)journal->size) == 0 && journal->error == 0;
}

bool
journal_find(struct journal *journal, struct vx_str input, struct vx_buf *buf,
             struct journal_entry *ret)
{
    uint64_t at = seen_get(journal->seen, seen_hash(input));

    buf->size = 0;
    for (size_t room = 1024; at && room < LINE_CEILING; room *= 16) {
        char *text = vx_buf_room(buf, room);
        ssize_t n = text ? pread(journal->fd, text, room, (off_t)(at - 1)) : -1;

        if (n <= 0)
            return false;
        if (parse(text, (size_t)n, ret))
            return vx_str_eq(ret->input, input);
        if ((size_t)n < room)
            return false;
    }
    return false;
}

/* ---- writing --------------------------------------------------------------------- */

static void
flush(struct journal *journal)
{
    struct vx_str text = vx_buf_text(&journal->out);
    ssize_t n;

    while (text.n && journal->error == 0) {
        n = pwrite(journal->fd, text.s, text.n, (off_t)journal->size);
        if (n < 0 && errno != EINTR)
            journal->error = errno;
        if (n > 0) {
            journal->size += (uint64_t)n;
            text = vx_str_skip(text, (size_t)n);
        }
    }
    if (journal->out.failed)
        journal->error = ENOMEM;
    journal->out.size = 0;
}

/* The results first: a line must not be there without its file. */
static void
sync_all(struct journal *journal)
{
    flush(journal);
    if (syncfs(journal->folder) == 0) {
        vx_buf_lit(&journal->out, "sync\n");
        flush(journal);
        (void)fdatasync(journal->fd);
    }
    journal->synced = seconds();
}

void
journal_put(struct journal *journal, const struct journal_entry *entry)
{
    const uint64_t numbers[NUMBERS] = {entry->flags,  entry->size,    entry->changed,
                                       entry->moved,  entry->written, entry->row.n,
                                       entry->facts.n};
    const struct vx_str names[] = {entry->input, entry->wanted, entry->output};
    struct vx_buf *out = &journal->out;

    vx_buf_char(out, 'm');
    for (int i = 0; i < NUMBERS; i++) {
        vx_buf_char(out, ' ');
        vx_buf_hex(out, numbers[i], 1);
    }
    for (size_t i = 0; i < VX_COUNT(names); i++) {
        vx_buf_char(out, ' ');
        put_name(out, names[i]);
    }
    vx_buf_char(out, '\n');
    vx_buf_str(out, entry->row);
    vx_buf_str(out, entry->facts);
    vx_buf_char(out, '\n');
    if (out->size < FLUSH_AT)
        return;
    flush(journal);
    if (seconds() - journal->synced >= SYNC_AFTER)
        sync_all(journal);
}

/* ---- begin and end --------------------------------------------------------------- */

/* Without reading it all. */
static bool
ends_well(const struct journal *journal)
{
    const struct vx_str end = VX_STR("\nend\n"), mark = VX_STR("sync\n");
    char tail[10];
    struct stat st;
    size_t size = sizeof(tail);

    if (fstat(journal->fd, &st) < 0 || st.st_size < (off_t)size
        || pread(journal->fd, tail, size, st.st_size - (off_t)size) != (ssize_t)size)
        return false;
    if (memcmp(tail + size - mark.n, mark.s, mark.n) == 0)
        return memcmp(tail + size - mark.n - end.n, end.s, end.n) == 0;
    return memcmp(tail + size - end.n, end.s, end.n) == 0;
}

static int
begin(struct journal *journal, uint64_t options, bool resume, uint64_t *ret_id,
      uint64_t *ret_left)
{
    uint64_t id = 0;
    bool same_boot = false;
    bool goes_on = read_header(journal, options, &id, &same_boot) && resume;

    *ret_left = ends_well(journal) ? 0 : id;
    if (goes_on && !read_lines(journal, same_boot))
        return journal->error ? journal->error : errno;
    if (!goes_on) {
        if (getrandom(&id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
            id = (uint64_t)getpid() << 32 ^ (uint64_t)seconds();
        if (ftruncate(journal->fd, 0) < 0)
            return errno;
        journal->size = HEADER;
    }
    if (goes_on && *ret_left == 0)
        journal->ended = journal->size;
    *ret_id = id;
    put_header(journal, id, options);
    return journal->error;
}

int
journal_close(struct journal *journal)
{
    int error;

    if (journal == NULL)
        return 0;
    flush(journal);
    if (journal->size != journal->ended) {
        vx_buf_lit(&journal->out, "end\n");
        sync_all(journal);
    }
    error = journal->error;
    seen_free(journal->seen);
    vx_buf_done(&journal->out);
    close(journal->fd);
    free(journal);
    return error;
}

static void
drop(struct journal *journal)
{
    seen_free(journal->seen);
    if (journal->fd >= 0)
        close(journal->fd);
    free(journal);
}

int
journal_open(int folder, const char *name, uint64_t options, bool resume,
             struct journal **ret, uint64_t *ret_id, uint64_t *ret_left)
{
    struct journal *journal = calloc(1, sizeof(*journal));
    int number;

    if (journal == NULL)
        return ENOMEM;
    journal->folder = folder;
    journal->out = VX_BUF(LINE_CEILING);
    journal->synced = seconds();
    journal->seen = seen_new();
    read_boot(journal->boot);
    journal->fd = openat(folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    number = journal->fd < 0 ? errno : journal->seen ? 0 : ENOMEM;
    if (number == 0 && flock(journal->fd, LOCK_EX | LOCK_NB) < 0)
        number = errno;
    if (number == 0)
        number = begin(journal, options, resume, ret_id, ret_left);
    if (number)
        drop(journal);
    else
        *ret = journal;
    return number;
}
