/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows blocks of 512 bytes, and trusts none of them. */
#include "tar-read.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "batch.h"

#include "base/banned.h"

enum {
    BLOCK = 512,
    ROOM = 1 << 18,
    NAME_CEILING = 1 << 16, /* of a long name, and of a pax header */
};

/* The header that all formats share; fields are text, and need no NUL at their end. */
struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type;
    char link[100], magic[6], version[2], owner[32], group[32], major[8], minor[8];
    char prefix[155], rest[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

struct tar_reader {
    int fd;
    char *data;
    size_t at, size;  /* what is left of `data` */
    uint64_t left;    /* bytes of the member that were not read yet, ... */
    uint64_t padding; /* ... and those behind it */
    bool any;         /* a header was read */
    const char *failure;
    struct vx_buf name;
    bool long_name; /* `name` is for the next member */
    bool long_size;
    uint64_t next_size;
};

struct tar_reader *
tar_reader_new(int fd)
{
    struct tar_reader *tar = calloc(1, sizeof(*tar));

    if (tar == NULL)
        return NULL;
    tar->fd = fd;
    tar->name = VX_BUF(NAME_CEILING);
    tar->data = malloc(ROOM);
    if (tar->data)
        return tar;
    free(tar);
    return NULL;
}

void
tar_reader_free(struct tar_reader *tar)
{
    if (tar == NULL)
        return;
    vx_buf_done(&tar->name);
    free(tar->data);
    free(tar);
}

const char *
tar_failure(const struct tar_reader *tar)
{
    return tar->failure;
}

static bool
fail(struct tar_reader *tar, const char *why)
{
    tar->failure = why;
    return false;
}

/* ---- bytes ----------------------------------------------------------------------- */

/* Some bytes more.  False at the end, or with a failure. */
static bool
fill(struct tar_reader *tar)
{
    ssize_t n;

    do
        n = read(tar->fd, tar->data, ROOM);
    while (n < 0 && errno == EINTR && !batch_signal());
    tar->at = 0;
    tar->size = n > 0 ? (size_t)n : 0;
    if (n < 0 && errno != EINTR)
        tar->failure = strerror(errno);
    return n > 0;
}

/* Up to `most` bytes in one piece, none at the end. */
static struct vx_str
piece(struct tar_reader *tar, uint64_t most)
{
    struct vx_str piece;

    if (tar->size == 0 && !fill(tar))
        return VX_STR_NONE;
    piece = vx_str_of(tar->data + tar->at, tar->size < most ? tar->size : (size_t)most);
    tar->at += piece.n;
    tar->size -= piece.n;
    return piece;
}

static bool
ends_early(struct tar_reader *tar)
{
    if (tar->failure || batch_signal())
        return false;
    return fail(tar, tar->any ? "the archive ends in the middle of a file"
                              : "it is no tar archive");
}

/* `out` may be NULL. */
static bool
take(struct tar_reader *tar, uint64_t size, struct vx_buf *out)
{
    while (size) {
        struct vx_str part = piece(tar, size);

        if (part.n == 0)
            return ends_early(tar);
        if (out)
            vx_buf_str(out, part);
        size -= part.n;
    }
    return true;
}

/* False without one: at the end. */
static bool
take_block(struct tar_reader *tar, char *block)
{
    for (size_t have = 0; have < BLOCK;) {
        struct vx_str part = piece(tar, BLOCK - have);

        if (part.n == 0)
            return have ? ends_early(tar) : false;
        memcpy(block + have, part.s, part.n);
        have += part.n;
    }
    return true;
}

/* ---- headers --------------------------------------------------------------------- */

static struct vx_str
field(const char *text, size_t room)
{
    return vx_str_of(text, strnlen(text, room));
}

/* Octal digits with blanks around them, or, for what is too large, a number to the base
 * 256. */
static bool
number_of(const char *text, size_t room, uint64_t *ret)
{
    uint64_t number = 0;
    size_t i = 0;

    if ((unsigned char)text[0] & 0x80) {
        number = (unsigned char)text[0] & 0x7f;
        for (i = 1; i < room; i++) {
            if (number >> 55)
                return false;
            number = number << 8 | (unsigned char)text[i];
        }
        *ret = number;
        return true;
    }
    while (i < room && text[i] == ' ')
        i++;
    for (; i < room && text[i] >= '0' && text[i] <= '7'; i++)
        number = number << 3 | (uint64_t)(text[i] - '0');
    *ret = number;
    return i == room || text[i] == ' ' || text[i] == '\0';
}

/* The sum of all bytes, with blanks for the sum itself. */
static bool
is_header(const struct header *header)
{
    const unsigned char *bytes = (const unsigned char *)header;
    uint64_t sum = 0, told;

    for (size_t i = 0; i < BLOCK; i++)
        sum += bytes[i];
    for (size_t i = 0; i < sizeof(header->sum); i++)
        sum += (uint64_t)' ' - (unsigned char)header->sum[i];
    return number_of(header->sum, sizeof(header->sum), &told) && told == sum;
}

static bool
is_zero(const char *block)
{
    for (size_t i = 0; i < BLOCK; i++)
        if (block[i])
            return false;
    return true;
}

/* "25 path=some/where.vmx\n", again and again. */
static bool
take_pax(struct tar_reader *tar, struct vx_str text)
{
    while (text.s && text.n) {
        ptrdiff_t blank = vx_str_find(text, ' ');
        uint64_t size;
        struct vx_str record;

        if (blank < 0 || !vx_num_u64(vx_str_of(text.s, (size_t)blank), &size)
            || size <= (uint64_t)blank + 1 || size > text.n)
            return fail(tar, "a pax header cannot be read");
        record = vx_str_skip(vx_str_of(text.s, (size_t)size - 1), (size_t)blank + 1);
        text = vx_str_skip(text, (size_t)size);
        if (vx_str_starts(record, VX_STR("path="))) {
            tar->long_name = true;
            tar->name.size = 0;
            vx_buf_str(&tar->name, vx_str_skip(record, strlen("path=")));
        } else if (vx_str_starts(record, VX_STR("size="))) {
            tar->long_size =
                vx_num_u64(vx_str_skip(record, strlen("size=")), &tar->next_size);
        }
    }
    return true;
}

/* A header about the next member. */
static bool
take_long(struct tar_reader *tar, char type)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(NAME_CEILING);

    if (tar->left > NAME_CEILING)
        return fail(tar, "a name in the archive is too long");
    if (!take(tar, tar->left, &text))
        return false;
    tar->left = 0;
    if (text.failed)
        return fail(tar, "out of memory");
    if (type == 'x')
        return take_pax(tar, vx_buf_text(&text));
    tar->long_name = true;
    tar->name.size = 0;
    vx_buf_add(&tar->name, text.data, text.size ? strnlen(text.data, text.size) : 0);
    return true;
}

static void
take_name(struct tar_reader *tar, const struct header *header)
{
    struct vx_str prefix = field(header->prefix, sizeof(header->prefix));

    if (tar->long_name)
        return;
    tar->name.size = 0;
    if (memcmp(header->magic, "ustar", sizeof(header->magic)) == 0 && prefix.n) {
        vx_buf_str(&tar->name, prefix);
        vx_buf_char(&tar->name, '/');
    }
    vx_buf_str(&tar->name, field(header->name, sizeof(header->name)));
}

/* Past what is left of the last member, to the next header. */
static bool
next_header(struct tar_reader *tar, struct header *header)
{
    if (!take(tar, tar->left, NULL) || !take(tar, tar->padding, NULL))
        return false;
    tar->left = tar->padding = 0;
    if (!take_block(tar, (char *)header) || is_zero((char *)header))
        return false;
    if (!is_header(header) || !number_of(header->size, sizeof(header->size), &tar->left)
        || tar->left > (uint64_t)INT64_MAX)
        return fail(tar, tar->any ? "what follows in the archive is no tar header"
                                  : "it is no tar archive");
    tar->any = true;
    return true;
}

/* Links have a size in some archives, and no bytes. */
static bool
has_bytes(char type)
{
    return !strchr("123456", type) || type == '\0';
}

bool
tar_next(struct tar_reader *tar, struct tar_member *ret)
{
    struct header header;

    while (!tar->failure && next_header(tar, &header)) {
        bool regular = strchr("07", header.type) != NULL; /* and NUL */

        if (!has_bytes(header.type))
            tar->left = 0;
        if (regular && tar->long_size && tar->next_size <= (uint64_t)INT64_MAX)
            tar->left = tar->next_size;
        tar->padding = (BLOCK - tar->left % BLOCK) % BLOCK;
        if (header.type == 'x' || header.type == 'L') {
            if (!take_long(tar, header.type))
                return false;
            continue;
        }
        take_name(tar, &header);
        tar->long_name = tar->long_size = false;
        vx_buf_char(&tar->name, '\0');
        if (tar->name.failed)
            return fail(tar, "out of memory");
        ret->name = tar->name.data;
        ret->name_size = strlen(ret->name);
        ret->size = tar->left;
        if (regular && ret->name_size && ret->name[ret->name_size - 1] != '/')
            return true;
    }
    return false;
}

bool
tar_read(struct tar_reader *tar, struct vx_buf *out)
{
    if (!take(tar, tar->left, out))
        return false;
    tar->left = 0;
    return true;
}
