/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A thread for each connection: a request may wait as long as it likes. */
#include "http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/num.h"
#include "call.h"
#include "count.h"
#include "fault.h"
#include "folder.h"
#include "script.h"

struct http {
    struct world *world;
    struct MHD_Daemon *host, *control;
    bool is_tls;
};

/* A request while it comes in. */
struct incoming {
    struct vx_buf body;
};

static const union MHD_ConnectionInfo *
info_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
}

static int
fd_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = info_of(connection);

    return info ? info->connect_fd : -1;
}

/* ---- replies --------------------------------------------------------------------- */

/* A body that ends too early. */
struct piece {
    char *data;
    size_t size, cut;
};

static ssize_t
read_piece(void *data, uint64_t at, char *out, size_t room)
{
    const struct piece *piece = data;
    size_t left = piece->cut > at ? piece->cut - (size_t)at : 0;

    if (left == 0)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (room > left)
        room = left;
    memcpy(out, piece->data + at, room);
    return (ssize_t)room;
}

static void
free_piece(void *data)
{
    struct piece *piece = data;

    free(piece->data);
    free(piece);
}

static struct MHD_Response *
response_of(const struct plan *plan, struct reply *reply)
{
    struct piece *piece;
    size_t size = reply->body.size;
    char *data;

    vx_buf_char(&reply->body, '\0');
    data = must(vx_buf_take(&reply->body));
    if (!plan->is_cut || plan->cut >= size)
        return MHD_create_response_from_buffer(size, data, MHD_RESPMEM_MUST_FREE);
    piece = must(malloc(sizeof(*piece)));
    *piece = (struct piece){data, size, plan->cut};
    return MHD_create_response_from_callback(size, 16384, read_piece, piece,
                                             free_piece);
}

static const char *
type_of(const struct plan *plan, const struct reply *reply)
{
    return plan->type[0] ? plan->type : reply->type;
}

static enum MHD_Result
send_whole(struct MHD_Connection *connection, const struct plan *plan,
           struct reply *reply)
{
    struct MHD_Response *response = response_of(plan, reply);
    enum MHD_Result result;

    if (response == NULL)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type_of(plan, reply));
    for (size_t i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name,
                                reply->headers[i].value);
    result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* For tests that go on until nothing is left to be cut. */
static void
note_cut(struct world *world, const char *what)
{
    lock(world);
    count_up(world, what);
    unlock(world);
}

static void
send_bytes(int fd, struct vx_str bytes)
{
    size_t sent = 0;

    while (sent < bytes.n) {
        ssize_t now = send(fd, bytes.s + sent, bytes.n - sent, MSG_NOSIGNAL);

        if (now <= 0)
            break;
        sent += (size_t)now;
    }
    shutdown(fd, SHUT_WR);
}

/* Written by hand, so that it can end anywhere; false when it is shorter than that. */
static bool
send_lost(struct world *world, int fd, const struct plan *plan,
          const struct reply *reply)
{
    struct vx_buf all = VX_BUF(TEXT_MAX);
    bool is_cut;

    vx_buf_printf(&all, "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
                  reply->status, type_of(plan, reply), reply->body.size);
    for (size_t i = 0; i < reply->header_count; i++)
        vx_buf_printf(&all, "%s: %s\r\n", reply->headers[i].name,
                      reply->headers[i].value);
    vx_buf_lit(&all, "\r\n");
    if (all.size > plan->cut)
        note_cut(world, "cut-heads");
    vx_buf_str(&all, vx_buf_text(&reply->body));
    is_cut = all.size > plan->cut;
    if (is_cut) {
        note_cut(world, "cut");
        send_bytes(fd, vx_str_of(all.data, plan->cut));
    }
    vx_buf_done(&all);
    return is_cut;
}

/* Until it is over, or somebody hangs up. */
static void
linger(const struct world *world, int fd, uint64_t ms)
{
    struct call call = {.world = (struct world *)(uintptr_t)world, .fd = fd};

    for (uint64_t i = 0; i < ms && !call_is_over(&call); i += 20)
        poll(NULL, 0, 20);
}

static enum MHD_Result
send_reply(struct http *http, struct MHD_Connection *connection,
           const struct plan *plan, struct reply *reply)
{
    const int fd = fd_of(connection);
    enum MHD_Result result;

    if (plan->location[0]) {
        reply->status = 301;
        reply_header(reply, "Location", plan->location);
    }
    fault_spoil(plan, &reply->body);
    if (plan->delay_ms)
        linger(http->world, fd, plan->delay_ms);
    if (plan->hangs)
        linger(http->world, fd, UINT64_MAX);
    if (plan->hangs
        || (plan->is_lost && !http->is_tls && send_lost(http->world, fd, plan, reply)))
        result = MHD_NO; /* which closes the connection */
    else
        result = send_whole(connection, plan, reply);
    reply_done(reply);
    return result;
}

/* ---- requests -------------------------------------------------------------------- */

static void
cookie_of(struct MHD_Connection *connection, char *out, size_t size)
{
    const char *cookie =
        MHD_lookup_connection_value(connection, MHD_COOKIE_KIND, "vmware_soap_session");
    size_t n;

    cookie = cookie ? cookie : "";
    cookie += *cookie == '"';
    n = strcspn(cookie, "\"");
    snprintf(out, size, "%.*s", (int)n, cookie);
}

static enum MHD_Result
answer_sdk(struct http *http, struct MHD_Connection *connection,
           const struct incoming *in)
{
    struct reply reply = {.body = VX_BUF(TEXT_MAX), .type = "text/xml; charset=utf-8"};
    char cookie[64], fresh[64] = "";
    struct plan plan;

    cookie_of(connection, cookie, sizeof(cookie));
    lock(http->world);
    count_up(http->world, "requests");
    reply.status =
        soap_answer(http->world, vx_buf_text(&in->body), cookie, fd_of(connection),
                    &reply.body, &plan, fresh, sizeof(fresh));
    unlock(http->world);
    if (fresh[0]) {
        char *text = text_of("vmware_soap_session=\"%s\"; Path=/; HttpOnly", fresh);

        reply_header(&reply, "Set-Cookie", text);
        free(text);
    }
    return send_reply(http, connection, &plan, &reply);
}

static bool
knows_password(const struct world *world, struct MHD_Connection *connection)
{
    char *password = NULL;
    char *user = MHD_basic_auth_get_username_password(connection, &password);
    bool known = user && password && strcmp(user, world->user) == 0
                 && strcmp(password, world->password) == 0;

    MHD_free(user);
    MHD_free(password);
    return known;
}

static const char *
argument(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
}

static const char *
header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static enum MHD_Result
answer_folder(struct http *http, struct MHD_Connection *connection, const char *url,
              const char *method, const struct incoming *in)
{
    struct reply reply = {.body = VX_BUF(TEXT_MAX), .type = "text/plain"};
    struct file_request request = {
        .method = method,
        .path = url + strlen("/folder/"),
        .datacenter = argument(connection, "dcPath"),
        .datastore = argument(connection, "dsName"),
        .range = header(connection, "Range"),
        .body = vx_buf_text(&in->body),
    };
    struct plan plan;
    char cookie[64];

    cookie_of(connection, cookie, sizeof(cookie));
    lock(http->world);
    count_up(http->world, "requests");
    count_up(http->world, method);
    fault_plan(http->world, method, &plan);
    if (plan.expires && session_get(http->world, cookie))
        session_close(http->world, session_get(http->world, cookie));
    request.may =
        session_get(http->world, cookie) || knows_password(http->world, connection);
    if (plan.status)
        reply.status = plan.status;
    else
        folder_answer(http->world, &request, &reply);
    unlock(http->world);
    return send_reply(http, connection, &plan, &reply);
}

static enum MHD_Result
answer_nothing(struct http *http, struct MHD_Connection *connection)
{
    struct reply reply = {
        .body = VX_BUF(TEXT_MAX), .type = "text/plain", .status = 404};
    const struct plan plan = {.status = 0};

    vx_buf_lit(&reply.body, "There is nothing here.\n");
    return send_reply(http, connection, &plan, &reply);
}

static enum MHD_Result
collect(void **state, const char *data, size_t *size)
{
    struct incoming *in = *state;

    if (in == NULL) {
        in = *state = must(calloc(1, sizeof(*in)));
        in->body = VX_BUF(TEXT_MAX);
        return MHD_YES;
    }
    vx_buf_add(&in->body, data, *size);
    *size = 0;
    return in->body.failed ? MHD_NO : MHD_YES;
}

static enum MHD_Result
on_request(void *self, struct MHD_Connection *connection, const char *url,
           const char *method, const char *version, const char *data, size_t *size,
           void **state)
{
    struct http *http = self;

    (void)version;
    if (*state == NULL || *size)
        return collect(state, data, size);
    if (strcmp(url, "/sdk") == 0 && strcmp(method, "POST") == 0)
        return answer_sdk(http, connection, *state);
    if (strncmp(url, "/folder/", strlen("/folder/")) == 0)
        return answer_folder(http, connection, url, method, *state);
    return answer_nothing(http, connection);
}

/* Lines in the body, or one line as the path. */
static enum MHD_Result
on_control(void *self, struct MHD_Connection *connection, const char *url,
           const char *method, const char *version, const char *data, size_t *size,
           void **state)
{
    struct http *http = self;
    struct reply reply = {.body = VX_BUF(TEXT_MAX), .type = "text/plain"};
    const struct plan plan = {.status = 0};
    struct incoming *in = *state;
    bool well;

    (void)method, (void)version;
    if (in == NULL || *size)
        return collect(state, data, size);
    vx_buf_char(&in->body, '\0');
    lock(http->world);
    well = script_text(http->world, in->body.size > 1 ? in->body.data : url + 1,
                       &reply.body);
    unlock(http->world);
    reply.status = well ? 200 : 400;
    return send_reply(http, connection, &plan, &reply);
}

static void
on_end(void *self, struct MHD_Connection *connection, void **state,
       enum MHD_RequestTerminationCode code)
{
    struct incoming *in = *state;

    (void)self, (void)connection, (void)code;
    if (in)
        vx_buf_done(&in->body);
    free(in);
    *state = NULL;
}

/* ---- begin and end --------------------------------------------------------------- */

static struct MHD_Daemon *
listen_at(struct http *http, uint16_t port, const char *certificate, const char *key,
          MHD_AccessHandlerCallback answer)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    const unsigned flags = MHD_USE_THREAD_PER_CONNECTION
                           | MHD_USE_INTERNAL_POLLING_THREAD
                           | (certificate ? MHD_USE_TLS : 0u);

    return MHD_start_daemon(flags, port, NULL, NULL, answer, http, MHD_OPTION_SOCK_ADDR,
                            &address, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
                            MHD_OPTION_ARRAY, certificate ? tls : none, MHD_OPTION_END);
}

static uint16_t
port_of(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);

    return info ? info->port : 0;
}

struct http *
http_begin(struct world *world, uint16_t port, const char *certificate, const char *key)
{
    struct http *http = must(calloc(1, sizeof(*http)));

    http->world = world;
    http->is_tls = certificate != NULL;
    http->host = listen_at(http, port, certificate, key, on_request);
    http->control = listen_at(http, 0, NULL, NULL, on_control);
    if (http->host && http->control)
        return http;
    http_end(http);
    return NULL;
}

uint16_t
http_port(const struct http *http)
{
    return port_of(http->host);
}

uint16_t
http_control_port(const struct http *http)
{
    return port_of(http->control);
}

void
http_end(struct http *http)
{
    if (http->host)
        MHD_stop_daemon(http->host);
    if (http->control)
        MHD_stop_daemon(http->control);
    free(http);
}
