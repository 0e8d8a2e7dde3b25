/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests to a host, and its replies.  Tests put their own function here, which
 * replays what a host has said; curl.c is the one that talks to hosts. */
#ifndef VX_VI_TRANSPORT_H
#define VX_VI_TRANSPORT_H

#include "base/buf.h"
#include "vi/uri.h"
#include "vi/vmx-vi.h"

enum {
    VI_REPLY_MAX = 32 << 20, /* of a message; a page of 100 machines has 100 kB */
    VI_VERSION_MAX = VMX_VI_VERSION_MAX,
};

enum vi_method { VI_GET, VI_POST, VI_HEAD, VI_PUT, VI_DELETE };

struct vi_request {
    enum vi_method method;
    struct vx_str path;    /* from the first slash on, escaped, with a NUL behind it */
    struct vx_str body;    /* of POST and PUT */
    vmx_vi_source *source; /* PUT: who gives the body instead, `size` bytes */
    void *source_data;
    uint64_t size;
    const char *action; /* of SOAP: "urn:vim25/6.7", or NULL */
    uint64_t from;      /* the first byte that is wanted */
    vmx_vi_sink *sink;  /* who takes the body when all is well; NULL: the reply */
    void *sink_data;
    uint64_t most;       /* a body may not be larger */
    uint32_t timeout_ms; /* all of it; or, 0, as long as it goes on: */
    uint32_t stalled_ms; /* it ends when so long next to nothing was moved */
    bool to_the_end;     /* also when the caller wants to stop */
    bool once; /* not said again when a connection breaks before a reply begins */
    uint32_t grace_ms; /* who wants to stop waits so long for the reply */
};

/* Complete but for the body when that begins to come. */
struct vi_reply {
    int status; /* of HTTP */
    struct vx_buf body;
    char location[256];            /* where it should be asked for instead */
    uint64_t from;                 /* the first byte that comes */
    uint64_t size;                 /* of the whole file; VMX_VI_SIZE_UNKNOWN */
    char etag[VI_VERSION_MAX / 2]; /* "" where the host does not tell */
    char modified[VI_VERSION_MAX / 2];
};

struct vi_transport {
    /* VMX_VI_OK when there is a reply, whatever its status.  Else `why`, which is
     * empty, tells the reason.  `reply` is all zeros but for the ceiling of the body.
     */
    enum vmx_vi_status (*send)(struct vi_transport *self,
                               const struct vi_request *request, struct vi_reply *reply,
                               struct vx_buf *why);
    void (*close)(struct vi_transport *self);
    /* What the host's key would have to be pinned as; "" when nobody asked. */
    char seen_pin[64];
};

/* Takes a line of the head of a reply: what a status line begins is another reply. */
void vi_reply_line(struct vi_reply *reply, struct vx_str line);

/* Is what comes the bytes of the file that were asked for, and not a message? */
static inline bool
vi_reply_is_file(const struct vi_request *request, const struct vi_reply *reply)
{
    return request->sink
           && ((reply->status == 200 && request->from == 0)
               || (reply->status == 206 && request->from == reply->from));
}

/* One that talks to a host by libcurl, over connections that it keeps; NULL without
 * memory. */
struct vi_transport *vi_transport_curl(const struct vi_uri *uri,
                                       const struct vmx_vi_options *options);

/* The pin of the key of a certificate in PEM: "sha256//BASE64"; false when it is none.
 */
bool vi_pin_of(const char *pem, char *out, size_t size);

#endif
