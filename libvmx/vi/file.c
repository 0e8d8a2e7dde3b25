/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of datastores, over HTTP and the cookie of the session. */
#include <inttypes.h>
#include <stdio.h>

#include "vi/escape.h"
#include "vi/property.h"

#include "base/banned.h"

/* "/folder/PATH?dcPath=...&dsName=...", with a NUL. */
static void
put_url(struct vx_buf *out, const struct vi_path *path, struct vx_str datacenter)
{
    struct vx_str rest = path->path;

    vx_buf_lit(out, "/folder/");
    for (;;) {
        ptrdiff_t slash = vx_str_find(rest, '/');

        vi_escape_url(out, vx_str_of(rest.s, slash < 0 ? rest.n : (size_t)slash));
        if (slash < 0)
            break;
        vx_buf_char(out, '/');
        rest = vx_str_skip(rest, (size_t)slash + 1);
    }
    vx_buf_lit(out, "?dcPath=");
    vi_escape_url(out, datacenter);
    vx_buf_lit(out, "&dsName=");
    vi_escape_url(out, path->datastore);
    vx_buf_char(out, '\0');
}

/* A path that climbs is the host's mistake, or somebody's trick. */
static bool
climbs(struct vx_str path)
{
    while (path.n) {
        ptrdiff_t slash = vx_str_find(path, '/');
        struct vx_str part = vx_str_of(path.s, slash < 0 ? path.n : (size_t)slash);

        if (vx_str_eq(part, VX_STR("..")) || vx_str_eq(part, VX_STR(".")))
            return true;
        path = vx_str_skip(path, part.n + 1);
    }
    return false;
}

static enum vmx_vi_status
put_path(struct vmx_vi *vi, const char *datacenter, const char *path,
         struct vx_buf *url)
{
    struct vi_path parts;

    if (!vi_path_parse(vx_str_c(path), &parts) || parts.path.n == 0
        || climbs(parts.path))
        return vi_fail(vi, VMX_VI_ERR_MISUSE,
                       "\"%s\" is no \"[datastore] folder/file\"", path);
    put_url(url, &parts, vx_str_c(datacenter));
    return url->failed ? vi_fail(vi, VMX_VI_ERR_NOMEM, "the path is too long")
                       : VMX_VI_OK;
}

static enum vmx_vi_status
send_once(struct vmx_vi *vi, const struct vi_request *request, struct vi_reply *reply,
          const char *path)
{
    struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(4096);
    enum vmx_vi_status status;

    if (vi_stopped(vi))
        return vi_fail(vi, VMX_VI_ERR_STOPPED, "stopped");
    status = vi->transport->send(vi->transport, request, reply, &why);
    if (status != VMX_VI_OK)
        vi_fail(vi, status, "%s: %.*s", path, (int)why.size, why.size ? why.data : "");
    return status;
}

/* Logs in again when the session has expired, which is asked of the host: only then
 * *ret_renewed.  A second login over one that holds would be refused. */
static enum vmx_vi_status
renew(struct vmx_vi *vi, bool *ret_renewed)
{
    const unsigned before = vi->logins;
    const struct vi_SessionView *view;
    struct vx_arena arena;
    enum vmx_vi_status status;
    void *result;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = vi_get(vi, vi->content->sessionManager, VI_SessionView, &arena, &result);
    if (status == VMX_VI_OK && vi->logins == before) {
        view = result;
        vi->logged_in = view->currentSession != NULL;
        status = vmx_vi_login(vi);
    }
    vx_arena_done(&arena);
    *ret_renewed = vi->logins != before;
    return status;
}

/* A file is refused with HTTP's own word when the session has expired, as it is when
 * the user may not have it: the host is asked which of the two it is. */
static enum vmx_vi_status
send_file(struct vmx_vi *vi, struct vi_request *request, struct vi_reply *reply,
          const char *datacenter, const char *path)
{
    struct vx_buf url VX_AUTO(vx_buf_done) = VX_BUF(32 << 10);
    enum vmx_vi_status status = put_path(vi, datacenter, path, &url);
    bool renewed = false;

    if (status != VMX_VI_OK)
        return status;
    request->path = vx_str_of(url.data, url.size - 1);
    status = send_once(vi, request, reply, path);
    if (status != VMX_VI_OK || reply->status != 401)
        return status;
    status = renew(vi, &renewed);
    if (status != VMX_VI_OK || !renewed)
        return status;
    reply->body.size = 0;
    return send_once(vi, request, reply, path);
}

static const char *
advice(int status)
{
    switch (status) {
    case 401:
    case 403:
        return "; the user may not do that with files";
    case 405:
        return "; the host does not offer that for files";
    case 507:
        return "; the datastore is full";
    default:
        return "";
    }
}

static enum vmx_vi_status
refused(struct vmx_vi *vi, const struct vi_reply *reply, const char *path)
{
    if (reply->status == 404)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "%s: there is no such file", path);
    return vi_fail(vi, VMX_VI_ERR_PROTOCOL, "%s: HTTP status %d%s", path, reply->status,
                   advice(reply->status));
}

/* ---- small files ----------------------------------------------------------------- */

static enum vmx_vi_status
check_reply(struct vmx_vi *vi, const struct vi_request *request,
            const struct vi_reply *reply, const char *path)
{
    if (vi_reply_is_file(request, reply))
        return vi_well(vi);
    if (reply->status == 200 || reply->status == 206)
        return vi_fail(vi, VMX_VI_ERR_PROTOCOL,
                       "%s: the host cannot give the end of a file alone", path);
    return refused(vi, reply, path);
}

enum vmx_vi_status
vmx_vi_read(struct vmx_vi *vi, const char *datacenter, const char *path, uint64_t from,
            uint64_t most, vmx_vi_sink *sink, void *data)
{
    struct vi_reply reply = {.body = VX_BUF(VI_REPLY_MAX)};
    struct vi_request request = {
        .method = VI_GET,
        .from = from,
        .most = most,
        .sink = sink,
        .sink_data = data,
        .timeout_ms = vi->timeout_ms,
    };
    enum vmx_vi_status status = send_file(vi, &request, &reply, datacenter, path);

    if (status == VMX_VI_OK)
        status = check_reply(vi, &request, &reply, path);
    vx_buf_done(&reply.body);
    return status;
}

/* ---- files of any size ----------------------------------------------------------- */

static void
take_version(const struct vi_reply *reply, char *version, size_t size)
{
    snprintf(version, size, "%s%s%s", reply->etag,
             reply->etag[0] && reply->modified[0] ? " " : "", reply->modified);
}

enum vmx_vi_status
vmx_vi_stat(struct vmx_vi *vi, const char *datacenter, const char *path,
            struct vmx_vi_file *file)
{
    struct vi_reply reply = {.body = VX_BUF(VI_REPLY_MAX)};
    struct vi_request request = {.method = VI_HEAD, .timeout_ms = vi->timeout_ms};
    enum vmx_vi_status status;

    if (file->size < sizeof(*file))
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "struct vmx_vi_file has no size");
    status = send_file(vi, &request, &reply, datacenter, path);
    vx_buf_done(&reply.body);
    if (status != VMX_VI_OK)
        return status;
    if (reply.status != 200)
        return refused(vi, &reply, path);
    file->bytes = reply.size;
    take_version(&reply, file->version, sizeof(file->version));
    return vi_well(vi);
}

struct download {
    const struct vi_reply *reply;
    const struct vmx_vi_file *file; /* NULL: any */
    vmx_vi_sink *sink;
    void *data;
    uint64_t at;
    bool changed;
};

static bool
is_same(const struct vmx_vi_file *file, const struct vi_reply *reply)
{
    char version[VMX_VI_VERSION_MAX];

    take_version(reply, version, sizeof(version));
    return file->bytes == reply->size && strcmp(file->version, version) == 0;
}

/* Asked at each piece, since there may be none to ask at before. */
static int
take_piece(void *data, const char *bytes, size_t size)
{
    struct download *download = data;

    if (download->file && !is_same(download->file, download->reply)) {
        download->changed = true;
        return -1;
    }
    download->at += size;
    return download->sink(download->data, bytes, size);
}

static enum vmx_vi_status
check_download(struct vmx_vi *vi, const struct vi_request *request,
               const struct vi_reply *reply, const struct download *download,
               const char *path)
{
    if (download->file && reply->status == 200 && request->from > 0)
        return vi_fail(vi, VMX_VI_ERR_CHANGED,
                       "%s: the host cannot give the end of this file alone", path);
    if (download->file && reply->status == 416)
        return vi_fail(vi, VMX_VI_ERR_CHANGED, "%s: the file has become shorter", path);
    if (!vi_reply_is_file(request, reply))
        return check_reply(vi, request, reply, path);
    if (reply->size != VMX_VI_SIZE_UNKNOWN && download->at != reply->size)
        return vi_fail(vi, VMX_VI_ERR_CONNECT,
                       "%s: %" PRIu64 " of %" PRIu64 " bytes came", path, download->at,
                       reply->size);
    return vi_well(vi);
}

enum vmx_vi_status
vmx_vi_download(struct vmx_vi *vi, const char *datacenter, const char *path,
                uint64_t from, const struct vmx_vi_file *file, vmx_vi_sink *sink,
                void *data)
{
    struct vi_reply reply = {.body = VX_BUF(VI_REPLY_MAX)};
    struct download download = {&reply, from ? file : NULL, sink, data, from, false};
    struct vi_request request = {
        .method = VI_GET,
        .from = from,
        .most = UINT64_MAX,
        .sink = take_piece,
        .sink_data = &download,
        .stalled_ms = vi->timeout_ms,
    };
    enum vmx_vi_status status;

    if (from
        && (file == NULL || file->size < sizeof(*file) || file->version[0] == '\0'
            || file->bytes == VMX_VI_SIZE_UNKNOWN || file->bytes < from))
        return vi_fail(vi, VMX_VI_ERR_MISUSE,
                       "the middle of a file is read only when it is known which file");
    if (from && file->bytes == from)
        return vi_well(vi);
    status = send_file(vi, &request, &reply, datacenter, path);
    if (download.changed)
        status =
            vi_fail(vi, VMX_VI_ERR_CHANGED, "%s: the file is another one now", path);
    else if (status == VMX_VI_OK)
        status = check_download(vi, &request, &reply, &download, path);
    vx_buf_done(&reply.body);
    return status;
}

enum vmx_vi_status
vmx_vi_upload(struct vmx_vi *vi, const char *datacenter, const char *path,
              uint64_t bytes, vmx_vi_source *source, void *data)
{
    struct vi_reply reply = {.body = VX_BUF(VI_REPLY_MAX)};
    struct vi_request request = {
        .method = VI_PUT,
        .source = source,
        .source_data = data,
        .size = bytes,
        .stalled_ms = vi->timeout_ms,
    };
    enum vmx_vi_status status = send_file(vi, &request, &reply, datacenter, path);

    vx_buf_done(&reply.body);
    if (status != VMX_VI_OK)
        return status;
    if (reply.status == 404)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "%s: there is no such folder", path);
    if (reply.status != 200 && reply.status != 201 && reply.status != 204)
        return refused(vi, &reply, path);
    return vi_well(vi);
}
