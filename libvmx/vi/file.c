/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of datastores, over HTTP and the cookie of the session. */
#include "vi/escape.h"
#include "vi/session.h"

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
check_reply(struct vmx_vi *vi, const struct vi_reply *reply, uint64_t from,
            const char *path)
{
    if (reply->status == 206 || (reply->status == 200 && from == 0))
        return vi_well(vi);
    if (reply->status == 404)
        return vi_fail(vi, VMX_VI_ERR_NOT_FOUND, "%s: there is no such file", path);
    if (reply->status == 200)
        return vi_fail(vi, VMX_VI_ERR_PROTOCOL,
                       "%s: the host cannot give the end of a file alone", path);
    return vi_fail(vi, VMX_VI_ERR_PROTOCOL, "%s: HTTP status %d%s", path, reply->status,
                   reply->status == 401 ? "; the user may not read files" : "");
}

enum vmx_vi_status
vmx_vi_read(struct vmx_vi *vi, const char *datacenter, const char *path, uint64_t from,
            uint64_t most, vmx_vi_sink *sink, void *data)
{
    struct vx_buf url VX_AUTO(vx_buf_done) = VX_BUF(32 << 10);
    struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(4096);
    struct vi_reply reply = {.body = VX_BUF(VI_REPLY_MAX)};
    struct vi_request request = {
        .method = "GET",
        .from = from,
        .most = most,
        .sink = sink,
        .sink_data = data,
        .timeout_ms = vi->timeout_ms,
    };
    enum vmx_vi_status status;
    struct vi_path parts;

    if (!vi_path_parse(vx_str_c(path), &parts) || parts.path.n == 0
        || climbs(parts.path))
        return vi_fail(vi, VMX_VI_ERR_MISUSE,
                       "\"%s\" is no \"[datastore] folder/file\"", path);
    put_url(&url, &parts, vx_str_c(datacenter));
    if (url.failed)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "the path is too long");
    request.path = vx_str_of(url.data, url.size - 1);
    status = vi->transport->send(vi->transport, &request, &reply, &why);
    if (status == VMX_VI_OK)
        status = check_reply(vi, &reply, from, path);
    else
        vi_fail(vi, status, "%s: %.*s", path, (int)why.size, why.size ? why.data : "");
    vx_buf_done(&reply.body);
    return status;
}
