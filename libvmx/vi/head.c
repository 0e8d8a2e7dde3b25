/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the head of a reply tells: where else to ask, which part of the file comes, and
 * which file that is. */
#include "vi/transport.h"

#include "base/num.h"

#include "base/banned.h"

static struct vx_str
trimmed(struct vx_str text)
{
    text = vx_str_trim(text);
    while (text.n && (unsigned char)text.s[text.n - 1] <= ' ')
        text.n--;
    return text;
}

static void
keep(char *place, size_t size, struct vx_str value)
{
    if (value.n >= size)
        value.n = size - 1;
    memcpy(place, value.n ? value.s : "", value.n);
    place[value.n] = '\0';
}

/* "bytes 5-9/10", "bytes 5-9/" with a star for what is not known, or, of a part that
 * the file does not have, a star in the place of "5-9". */
static void
take_range(struct vi_reply *reply, struct vx_str value)
{
    const struct vx_str unit = VX_STR("bytes ");
    ptrdiff_t dash, slash;
    uint64_t number;

    if (!vx_str_istarts(value, unit))
        return;
    value = trimmed(vx_str_skip(value, unit.n));
    dash = vx_str_find(value, '-');
    slash = vx_str_find(value, '/');
    if (dash > 0 && vx_num_u64(vx_str_of(value.s, (size_t)dash), &number))
        reply->from = number;
    reply->size = VMX_VI_SIZE_UNKNOWN;
    if (slash >= 0 && vx_num_u64(vx_str_skip(value, (size_t)slash + 1), &number))
        reply->size = number;
}

/* A part has the length of a part, whose whole is told elsewhere. */
static void
take_length(struct vi_reply *reply, struct vx_str value)
{
    uint64_t number;

    if (reply->status == 200 && vx_num_u64(value, &number))
        reply->size = number;
}

static void
take_location(struct vi_reply *reply, struct vx_str value)
{
    keep(reply->location, sizeof(reply->location), value);
}

static void
take_etag(struct vi_reply *reply, struct vx_str value)
{
    keep(reply->etag, sizeof(reply->etag), value);
}

static void
take_modified(struct vi_reply *reply, struct vx_str value)
{
    keep(reply->modified, sizeof(reply->modified), value);
}

/* "HTTP/1.1 206 Partial Content" */
static void
begin(struct vi_reply *reply, struct vx_str line)
{
    ptrdiff_t blank = vx_str_find(line, ' ');
    uint64_t status = 0;

    line = blank < 0 ? VX_STR("") : vx_str_trim(vx_str_skip(line, (size_t)blank));
    blank = vx_str_find(line, ' ');
    if (blank >= 0)
        line.n = (size_t)blank;
    if (!vx_num_u64(trimmed(line), &status) || status > 999)
        status = 0;
    reply->status = (int)status;
    reply->from = 0;
    reply->size = VMX_VI_SIZE_UNKNOWN;
    reply->location[0] = reply->etag[0] = reply->modified[0] = '\0';
}

void
vi_reply_line(struct vi_reply *reply, struct vx_str line)
{
    static const struct {
        struct vx_str name;
        void (*take)(struct vi_reply *reply, struct vx_str value);
    } heads[] = {
        {VX_STR("location:"), take_location},
        {VX_STR("content-range:"), take_range},
        {VX_STR("content-length:"), take_length},
        {VX_STR("etag:"), take_etag},
        {VX_STR("last-modified:"), take_modified},
    };

    if (vx_str_istarts(line, VX_STR("HTTP/"))) {
        begin(reply, line);
        return;
    }
    for (size_t i = 0; i < VX_COUNT(heads); i++)
        if (vx_str_istarts(line, heads[i].name))
            heads[i].take(reply, trimmed(vx_str_skip(line, heads[i].name.n)));
}
