/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folder.h"

#include <stdlib.h>

#include "base/num.h"
#include "count.h"

void
reply_header(struct reply *reply, const char *name, const char *value)
{
    if (reply->header_count == HEADERS_MAX)
        return;
    reply->headers[reply->header_count].name = name;
    reply->headers[reply->header_count++].value = text_of("%s", value);
}

void
reply_done(struct reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++)
        free(reply->headers[i].value);
    vx_buf_done(&reply->body);
}

static void
answer_with(struct reply *reply, int status, const char *text)
{
    reply->status = status;
    vx_buf_printf(&reply->body, "%s\n", text);
}

/* "bytes=N-", "bytes=N-M" or "bytes=-N"; false when there is none that is known. */
static bool
range_of(const char *text, size_t size, size_t *from, size_t *end)
{
    struct vx_str range = vx_str_c(text);
    uint64_t first = 0, last = size ? size - 1 : 0;
    ptrdiff_t dash;

    if (!text || !vx_str_starts(range, VX_STR("bytes=")))
        return false;
    range = vx_str_skip(range, 6);
    dash = vx_str_find(range, '-');
    if (dash <= 0 || !vx_num_u64(vx_str_of(range.s, (size_t)dash), &first))
        return false;
    range = vx_str_skip(range, (size_t)dash + 1);
    if (range.n && !vx_num_u64(range, &last))
        return false;
    *from = first;
    *end = last < size ? last + 1 : size;
    return true;
}

static void
tell_about(struct reply *reply, const struct file *file)
{
    char *etag = text_of("\"%zx-%x\"", file->size, file->generation);
    char date[64];
    struct tm when;

    reply_header(reply, "Accept-Ranges", "bytes");
    reply_header(reply, "ETag", etag);
    gmtime_r(&file->written, &when);
    if (strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &when))
        reply_header(reply, "Last-Modified", date);
    reply->type = "application/octet-stream";
    free(etag);
}

static void
get(struct world *world, const struct file_request *request, struct reply *reply)
{
    const struct file *file = store_get(world, request->datastore, request->path);
    size_t from = 0, end;
    char *text;

    if (file == NULL) {
        answer_with(reply, 404, "There is no such file.");
        return;
    }
    end = file->size;
    reply->status = range_of(request->range, file->size, &from, &end) ? 206 : 200;
    if (reply->status == 206 && from >= file->size) {
        text = text_of("bytes */%zu", file->size);
        reply_header(reply, "Content-Range", text);
        free(text);
        answer_with(reply, 416, "There is no such range.");
        return;
    }
    if (reply->status == 206) {
        text = text_of("bytes %zu-%zu/%zu", from, end - 1, file->size);
        reply_header(reply, "Content-Range", text);
        free(text);
    }
    tell_about(reply, file);
    vx_buf_add(&reply->body, file->data + from, end - from);
}

static void
put(struct world *world, const struct file_request *request, struct reply *reply)
{
    const bool was = store_get(world, request->datastore, request->path) != NULL;

    if (!store_has_folder(world, request->datastore, request->path)) {
        answer_with(reply, 404, "There is no such folder.");
        return;
    }
    store_put(world, request->datastore, request->path, request->body.s,
              request->body.n);
    count_up(world, "uploads");
    count_log(world, "uploaded [%s] %s", request->datastore, request->path);
    answer_with(reply, was ? 200 : 201, "Done.");
}

static void
delete_it(struct world *world, const struct file_request *request, struct reply *reply)
{
    if (store_get(world, request->datastore, request->path) == NULL) {
        answer_with(reply, 404, "There is no such file.");
        return;
    }
    store_remove(world, request->datastore, request->path);
    count_up(world, "deletes");
    count_log(world, "deleted [%s] %s", request->datastore, request->path);
    reply->status = 204;
}

void
folder_answer(struct world *world, const struct file_request *request,
              struct reply *reply)
{
    if (!request->may) {
        reply_header(reply, "WWW-Authenticate", "Basic realm=\"VMware HTTP server\"");
        answer_with(reply, 401, "Who are you?");
    } else if (!request->datacenter
               || strcmp(request->datacenter, world->datacenter) != 0
               || !request->datastore || !store_has(world, request->datastore)) {
        answer_with(reply, 404, "There is no such datacenter or datastore.");
    } else if (strcmp(request->method, "GET") == 0
               || strcmp(request->method, "HEAD") == 0) {
        get(world, request, reply);
    } else if (strcmp(request->method, "PUT") == 0) {
        put(world, request, reply);
    } else if (strcmp(request->method, "DELETE") == 0) {
        delete_it(world, request, reply);
    } else {
        answer_with(reply, 405, "That cannot be done here.");
    }
}
