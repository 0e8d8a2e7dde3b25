/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcurl: HTTP, TLS, proxies.  Nothing is followed, nothing is taken from ~/.netrc,
 * and no more is read than was asked for. */
#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "vi/session.h"

#include "base/banned.h"

enum {
    CONNECT_MS = 15000,
    STALLED_SECONDS = 30,
    STALLED_BYTES = 100, /* a second: less is as good as nothing */
};

struct curl {
    struct vi_transport base;
    CURL *easy;
    struct vx_buf origin; /* "https://host:port", with a NUL */
    bool verify;
    int (*stopped)(void *);
    void *data;
    char *ca_file, *pin;
    char error[CURL_ERROR_SIZE];
    const struct vi_request *request; /* while one is on its way */
    struct vi_reply *reply;
    uint64_t taken, given;
    bool too_large, refused, head_ended;
    uint64_t stop_at; /* in ms; 0: nobody wants to stop */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
start_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- what comes back ------------------------------------------------------------- */

static size_t
on_body(char *bytes, size_t one, size_t size, void *self)
{
    struct curl *curl = self;
    const bool is_file = vi_reply_is_file(curl->request, curl->reply);

    size *= one;
    curl->taken += size;
    curl->too_large = curl->taken > (is_file ? curl->request->most : VI_REPLY_MAX);
    if (curl->too_large)
        return 0;
    if (is_file) {
        curl->refused = curl->request->sink(curl->request->sink_data, bytes, size) != 0;
        return curl->refused ? 0 : size;
    }
    vx_buf_add(&curl->reply->body, bytes, size);
    return curl->reply->body.failed ? 0 : size;
}

static size_t
on_header(char *bytes, size_t one, size_t size, void *self)
{
    struct curl *curl = self;

    curl->head_ended = bytes[0] == '\r' || bytes[0] == '\n';
    vi_reply_line(curl->reply, vx_str_of(bytes, one * size));
    return one * size;
}

static int
on_progress(void *self, curl_off_t all, curl_off_t now, curl_off_t up_all,
            curl_off_t up_now)
{
    struct curl *curl = self;

    (void)all, (void)now, (void)up_all, (void)up_now;
    if (!curl->stopped || curl->request->to_the_end || !curl->stopped(curl->data))
        return 0;
    if (curl->stop_at == 0)
        curl->stop_at = vi_now_ms() + curl->request->grace_ms;
    return vi_now_ms() >= curl->stop_at;
}

/* ---- what goes out --------------------------------------------------------------- */

static size_t
on_source(char *bytes, size_t one, size_t size, void *self)
{
    struct curl *curl = self;
    const struct vi_request *request = curl->request;
    const uint64_t left = request->size - curl->given;
    ptrdiff_t got;

    size *= one;
    if (size > left)
        size = (size_t)left;
    if (size == 0)
        return 0;
    got = request->source(request->source_data, curl->given, bytes, size);
    curl->refused = got <= 0 || (size_t)got > size;
    if (curl->refused)
        return CURL_READFUNC_ABORT;
    curl->given += (uint64_t)got;
    return (size_t)got;
}

/* A kept connection that turns out to be dead: all is said again over another.  But the
 * host may have heard it, and be about to do it. */
static int
on_seek(void *self, curl_off_t offset, int origin)
{
    struct curl *curl = self;

    if (origin != SEEK_SET || offset < 0)
        return CURL_SEEKFUNC_CANTSEEK;
    if (curl->request->once && curl->given > 0)
        return CURL_SEEKFUNC_FAIL;
    curl->given = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static void
set_proxy(CURL *easy, const struct vi_uri *uri)
{
    static const long types[] = {
        [VI_PROXY_HTTP] = CURLPROXY_HTTP,
        [VI_PROXY_SOCKS4] = CURLPROXY_SOCKS4,
        [VI_PROXY_SOCKS4A] = CURLPROXY_SOCKS4A,
        [VI_PROXY_SOCKS5] = CURLPROXY_SOCKS5_HOSTNAME,
    };

    if (uri->proxy == VI_PROXY_NONE)
        return;
    curl_easy_setopt(easy, CURLOPT_PROXY, uri->proxy_host.s);
    curl_easy_setopt(easy, CURLOPT_PROXYTYPE, types[uri->proxy]);
    curl_easy_setopt(easy, CURLOPT_PROXYPORT, (long)uri->proxy_port);
}

/* A pin says which key it must be, so that no authority has a say. */
static void
set_trust(CURL *easy, const struct curl *curl)
{
    const bool ask = curl->verify && curl->pin == NULL;

    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, ask ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, ask ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (curl->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, curl->ca_file);
    if (curl->pin)
        curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, curl->pin);
}

static void
set_common(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "libvmx-vi/" PACKAGE_VERSION);
}

static void
set_callbacks(struct curl *curl)
{
    CURL *easy = curl->easy;

    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl->error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, curl);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, curl);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_source);
    curl_easy_setopt(easy, CURLOPT_READDATA, curl);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, curl);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, curl);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

static struct curl_slist *
headers_of(const struct vi_request *request)
{
    struct vx_buf action VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    if (request->method == VI_POST && list)
        list = curl_slist_append(list, "Content-Type: text/xml; charset=UTF-8");
    if (request->method == VI_PUT && list)
        list = curl_slist_append(list, "Content-Type: application/octet-stream");
    if (request->action && list) {
        vx_buf_printf(&action, "SOAPAction: \"%s\"", request->action);
        vx_buf_char(&action, '\0');
        if (!action.failed)
            list = curl_slist_append(list, action.data);
    }
    return list;
}

/* GET first, which takes back what another method has set. */
static void
set_method(CURL *easy, const struct vi_request *request)
{
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    switch (request->method) {
    case VI_GET:
        break;
    case VI_POST:
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                         request->source ? NULL : request->body.s);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         (curl_off_t)request->body.n);
        break;
    case VI_HEAD:
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        break;
    case VI_PUT:
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->size);
        break;
    case VI_DELETE:
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
        break;
    }
}

/* A call may take its time, as one that waits for updates does; a file may not stall.
 */
static void
set_bounds(CURL *easy, const struct vi_request *request)
{
    const bool file = request->method != VI_POST;
    const long stalled = request->stalled_ms
                             ? (long)((request->stalled_ms + 999) / 1000)
                             : (long)STALLED_SECONDS;

    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, file ? (long)STALLED_BYTES : 0L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, file ? stalled : 0L);
}

static void
set_request(struct curl *curl, const struct vi_request *request, const char *url)
{
    char range[32];

    snprintf(range, sizeof(range), "%" PRIu64 "-", request->from);
    curl_easy_setopt(curl->easy, CURLOPT_URL, url);
    curl_easy_setopt(curl->easy, CURLOPT_RANGE, request->from ? range : NULL);
    set_method(curl->easy, request);
    set_bounds(curl->easy, request);
}

/* ---- whom to trust --------------------------------------------------------------- */

/* Asks for the certificate, and sends nothing. */
static void
look_at_key(struct curl *curl)
{
    CURL *easy = curl_easy_duphandle(curl->easy);
    struct curl_certinfo *info = NULL;

    if (easy == NULL)
        return;
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER,
                     NULL); /* which tells what went before */
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, NULL);
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_URL, curl->origin.data);
    if (curl_easy_perform(easy) == CURLE_OK
        && curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) == CURLE_OK
        && info->num_of_certs > 0)
        for (struct curl_slist *at = info->certinfo[0]; at; at = at->next)
            if (strncmp(at->data, "Cert:", 5) == 0)
                vi_pin_of(at->data + 5, curl->base.seen_pin,
                          sizeof(curl->base.seen_pin));
    curl_easy_cleanup(easy);
}

static enum vmx_vi_status
failure(struct curl *curl, CURLcode code, struct vx_buf *why)
{
    const char *text = curl->error[0] ? curl->error : curl_easy_strerror(code);

    if (curl->refused) {
        vx_buf_printf(why, "the file could not be %s",
                      curl->request->method == VI_PUT ? "read" : "written");
        return VMX_VI_ERR_STOPPED;
    }
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        look_at_key(curl);
        vx_buf_printf(why, "the host's certificate is not trusted: %s", text);
        return VMX_VI_ERR_TRUST;
    case CURLE_SSL_CACERT_BADFILE:
        if (curl->ca_file)
            break;
        /* A system that has no list of authorities trusts none. */
        look_at_key(curl);
        vx_buf_lit(why, "the host's certificate is not trusted: no authority is known "
                        "on this system");
        return VMX_VI_ERR_TRUST;
    case CURLE_OPERATION_TIMEDOUT:
        vx_buf_printf(why, "no answer in time: %s", text);
        return VMX_VI_ERR_TIMEOUT;
    case CURLE_ABORTED_BY_CALLBACK:
        vx_buf_lit(why, "stopped");
        return VMX_VI_ERR_STOPPED;
    case CURLE_OUT_OF_MEMORY:
        return VMX_VI_ERR_NOMEM;
    case CURLE_SEND_FAIL_REWIND:
        vx_buf_lit(why, "the host hung up; whether it does what it was asked to is not "
                        "known");
        return VMX_VI_ERR_CONNECT;
    default:
        break;
    }
    if (curl->too_large) {
        vx_buf_lit(why, "the reply is larger than it may be");
        return VMX_VI_ERR_PROTOCOL;
    }
    vx_buf_printf(why, "%s", text);
    return VMX_VI_ERR_CONNECT;
}

/* What a PUT has in memory is given as any other source. */
static ptrdiff_t
from_memory(void *data, uint64_t from, char *bytes, size_t room)
{
    const struct vx_str *body = data;

    memcpy(bytes, body->s + from, room);
    return (ptrdiff_t)room;
}

static CURLcode
perform(struct curl *curl, const struct vi_request *request, struct vi_reply *reply,
        const char *url, struct curl_slist *headers)
{
    CURLcode code;

    curl->request = request;
    curl->reply = reply;
    curl->taken = curl->given = curl->stop_at = 0;
    curl->too_large = curl->refused = curl->head_ended = false;
    curl->error[0] = '\0';
    set_request(curl, request, url);
    curl_easy_setopt(curl->easy, CURLOPT_HTTPHEADER, headers);
    code = curl_easy_perform(curl->easy);
    curl_easy_setopt(curl->easy, CURLOPT_HTTPHEADER, NULL);
    return code;
}

static enum vmx_vi_status
curl_send(struct vi_transport *self, const struct vi_request *asked,
          struct vi_reply *reply, struct vx_buf *why)
{
    struct curl *curl = (struct curl *)self;
    struct vx_buf url VX_AUTO(vx_buf_done) = VX_BUF(64 << 10);
    struct curl_slist *headers = headers_of(asked);
    struct vi_request request = *asked;
    enum vmx_vi_status status;
    CURLcode code;

    vx_buf_printf(&url, "%s%s", curl->origin.data, request.path.s);
    vx_buf_char(&url, '\0');
    if (url.failed || headers == NULL) {
        curl_slist_free_all(headers);
        return VMX_VI_ERR_NOMEM;
    }
    if ((request.method == VI_PUT || request.once) && request.source == NULL) {
        request.source = from_memory;
        request.source_data = &request.body;
        request.size = request.body.n;
    }
    reply->size = VMX_VI_SIZE_UNKNOWN;
    code = perform(curl, &request, reply, url.data, headers);
    curl_slist_free_all(headers);
    if (code == CURLE_OK
        && !curl->head_ended) /* which libcurl takes for an empty reply */
        code = CURLE_PARTIAL_FILE;
    status = code == CURLE_OK ? VMX_VI_OK : failure(curl, code, why);
    curl->request = NULL;
    curl->reply = NULL;
    return status;
}

static void
curl_close(struct vi_transport *self)
{
    struct curl *curl = (struct curl *)self;

    curl_easy_cleanup(curl->easy);
    vx_buf_done(&curl->origin);
    free(curl->ca_file);
    free(curl->pin);
    free(curl);
}

struct vi_transport *
vi_transport_curl(const struct vi_uri *uri, const struct vmx_vi_options *options)
{
    struct curl *curl = calloc(1, sizeof(*curl));

    pthread_once(&once, start_curl);
    if (curl == NULL)
        return NULL;
    curl->base.send = curl_send;
    curl->base.close = curl_close;
    curl->origin = VX_BUF(4096);
    vx_buf_printf(&curl->origin, "%s://%s%s%s:%u", uri->https ? "https" : "http",
                  uri->ipv6 ? "[" : "", uri->host.s, uri->ipv6 ? "]" : "", uri->port);
    vx_buf_char(&curl->origin, '\0');
    curl->verify = !uri->no_verify;
    curl->stopped = options->stopped;
    curl->data = options->data;
    curl->ca_file = options->ca_file ? strdup(options->ca_file) : NULL;
    curl->pin = options->pin ? strdup(options->pin) : NULL;
    curl->easy = curl_easy_init();
    if (curl->easy == NULL || curl->origin.failed || (options->pin && !curl->pin)
        || (options->ca_file && !curl->ca_file)) {
        curl_close(&curl->base);
        return NULL;
    }
    set_common(curl->easy);
    set_trust(curl->easy, curl);
    set_proxy(curl->easy, uri);
    set_callbacks(curl);
    return &curl->base;
}
