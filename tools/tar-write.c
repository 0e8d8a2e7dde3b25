/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files have no owner, no time and the mode 0644: what they were made of says nothing
 * else. */
#include "tar-write.h"

#include <stdio.h>

#include "base/banned.h"

enum {
    BLOCK = 512,
    NAME = 100,
};

static void
pad(struct vx_buf *out, size_t size)
{
    char *at = vx_buf_room(out, size);

    if (at == NULL)
        return;
    memset(at, 0, size);
    out->size += size;
}

static void
put_header(struct vx_buf *out, const char *name, size_t size, char type)
{
    char block[BLOCK] = {0};
    unsigned sum = 0;

    memcpy(block, name, strnlen(name, NAME));
    memcpy(block + 100,
           "0000644\0"
           "0000000\0"
           "0000000",
           23);
    snprintf(block + 124, 12, "%011zo", size);
    memcpy(block + 136, "00000000000\0        ", 20);
    block[156] = type;
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum & 0777777);
    vx_buf_add(out, block, BLOCK);
}

static void
put_bytes(struct vx_buf *out, struct vx_str text)
{
    vx_buf_str(out, text);
    pad(out, (BLOCK - text.n % BLOCK) % BLOCK);
}

/* "25 path=some/where.vmx\n" tells its own size, which has digits, too. */
static void
put_pax(struct vx_buf *out, const char *name)
{
    size_t rest = strlen(" path=\n") + strlen(name), size = rest + 1, before;
    struct vx_buf record VX_AUTO(vx_buf_done) = VX_BUF(rest + 32);

    do {
        before = size;
        record.size = 0;
        vx_buf_uint(&record, size);
        size = rest + record.size;
    } while (size != before);
    vx_buf_printf(&record, " path=%s\n", name);
    put_header(out, "pax", record.size, 'x');
    put_bytes(out, vx_buf_text(&record));
    out->failed |= record.failed;
}

void
tar_put(struct vx_buf *out, const char *name, struct vx_str text)
{
    if (strlen(name) > NAME)
        put_pax(out, name);
    put_header(out, name, text.n, '0');
    put_bytes(out, text);
}

void
tar_end(struct vx_buf *out)
{
    pad(out, (size_t)2 * BLOCK);
}
