/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host of few words: what is asked, and what it answers, in order.  A test fails when
 * something else is asked, or when something is left unasked. */
#ifndef VX_TESTS_REPLAY_H
#define VX_TESTS_REPLAY_H

#include <poll.h>
#include <stdio.h>

#include "main.h"
#include "vi/task.h"

struct replay_line {
    const char *method; /* of SOAP, or "/PATH" or "PUT /PATH" of a file */
    const char *says;   /* what the request must have in it, or NULL */
    const char
        *answer; /* inside the response, "!TYPE" for a fault, or "=STATUS TEXT", where a
              line end behind the status begins a head with an empty last line */
};

struct replay {
    struct vi_transport base;
    const struct replay_line *lines;
    size_t at, count;
    size_t cut;       /* the last answer ends after so many bytes; 0: it is whole */
    size_t last_size; /* of an answer, before it was cut */
    int closed, pause_ms;
};

#define REPLAY_HEAD                                                                    \
    "<?xml version=\"1.0\"?><e:Envelope "                                              \
    "xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "                           \
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                                  \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Body>"
#define REPLAY_TAIL "</e:Body></e:Envelope>"

/* Lines of the head, as from the wire; what is left is the body. */
static inline struct vx_str
replay_head(struct vi_reply *reply, struct vx_str text)
{
    char status[32];

    snprintf(status, sizeof(status), "HTTP/1.1 %d x\r\n", reply->status);
    vi_reply_line(reply, vx_str_c(status));
    while (text.n && text.s[0] == '\n') {
        ptrdiff_t end = vx_str_find(vx_str_skip(text, 1), '\n');

        ck_assert_int_ge(end, 0);
        if (end == 0)
            return vx_str_skip(text, 2);
        vi_reply_line(reply, vx_str_of(text.s + 1, (size_t)end));
        text = vx_str_skip(text, (size_t)end + 1);
    }
    return text;
}

static inline void
replay_answer(const struct replay_line *line, struct vi_reply *reply)
{
    const char *answer = line->answer;

    reply->status = 200;
    if (answer[0] == '=') {
        reply->status =
            (answer[1] - '0') * 100 + (answer[2] - '0') * 10 + answer[3] - '0';
        vx_buf_str(&reply->body, replay_head(reply, vx_str_c(answer + 4)));
    } else if (answer[0] == '!') {
        reply->status = 500;
        vx_buf_printf(&reply->body,
                      REPLAY_HEAD "<e:Fault><faultcode>x</faultcode><faultstring>no: %s"
                                  "</faultstring><detail><%sFault xmlns='urn:vim25' "
                                  "xsi:type='%s'/></detail></e:Fault>" REPLAY_TAIL,
                      answer + 1, answer + 1, answer + 1);
    } else {
        vx_buf_printf(&reply->body,
                      REPLAY_HEAD
                      "<%sResponse xmlns='urn:vim25'>%s</%sResponse>" REPLAY_TAIL,
                      line->method, answer, line->method);
    }
}

/* The request in one text: "GET /path body". */
static inline void
replay_put(struct vx_buf *all, const struct vi_request *request)
{
    static const char *const methods[] = {
        [VI_GET] = "GET", [VI_POST] = "POST",     [VI_HEAD] = "HEAD",
        [VI_PUT] = "PUT", [VI_DELETE] = "DELETE",
    };
    char bytes[64]; /* of which 7 are asked for: a piece is never the whole */
    uint64_t at = 0;

    vx_buf_printf(all, "%s %s ", methods[request->method], request->path.s);
    if (request->from)
        vx_buf_printf(all, "from %u ", (unsigned)request->from);
    vx_buf_str(all, request->body);
    while (request->source && at < request->size) {
        ptrdiff_t got = request->source(request->source_data, at, bytes, 7);

        ck_assert_int_gt(got, 0);
        vx_buf_add(all, bytes, (size_t)got);
        at += (uint64_t)got;
    }
    vx_buf_char(all, '\0');
}

/* The body, if it is a file. */
static inline enum vmx_vi_status
replay_file(const struct vi_request *request, struct vi_reply *reply,
            struct vx_buf *why)
{
    if (!vi_reply_is_file(request, reply))
        return VMX_VI_OK;
    for (size_t at = 0; at < reply->body.size; at += 7) {
        size_t left = reply->body.size - at;

        if (request->sink(request->sink_data, reply->body.data + at,
                          left < 7 ? left : 7)) {
            vx_buf_lit(why, "the file could not be written");
            return VMX_VI_ERR_STOPPED;
        }
    }
    return VMX_VI_OK;
}

static inline enum vmx_vi_status
replay_send(struct vi_transport *self, const struct vi_request *request,
            struct vi_reply *reply, struct vx_buf *why)
{
    struct replay *replay = (struct replay *)self;
    static const struct replay_line end = {"nothing more", NULL, ""};
    const struct replay_line *line =
        replay->at < replay->count ? &replay->lines[replay->at] : &end;
    struct vx_buf all = VX_BUF(1 << 24), name = VX_BUF(1000);

    replay_put(&all, request);
    vx_buf_printf(&name, strchr(line->method, '/') ? "%s" : "<%s ", line->method);
    vx_buf_char(&name, '\0');
    if (replay->cut
        && replay->at == replay->count) { /* of what failed, the end alone */
        vx_buf_lit(why, "gone");
        vx_buf_done(&all);
        vx_buf_done(&name);
        return VMX_VI_ERR_CONNECT;
    }
    ck_assert_msg(strstr(all.data, name.data) != NULL,
                  "step %zu should be %s, and is %s", replay->at, name.data, all.data);
    ck_assert_msg(!line->says || strstr(all.data, line->says), "step %zu, %s has no %s",
                  replay->at, all.data, line->says);
    vx_buf_done(&all);
    vx_buf_done(&name);
    replay->at++;
    poll(NULL, 0, replay->pause_ms);
    replay_answer(line, reply);
    replay->last_size = reply->body.size;
    if (replay->cut && replay->at == replay->count && reply->body.size > replay->cut)
        reply->body.size = replay->cut;
    return replay_file(request, reply, why);
}

static inline void
replay_close(struct vi_transport *self)
{
    ((struct replay *)self)->closed++;
}

#define REPLAY(lines_)                                                                 \
    {                                                                                  \
        .base = {.send = replay_send, .close = replay_close}, .lines = (lines_),       \
        .count = VX_COUNT(lines_),                                                     \
    }

/* A session whose host is `replay`, not logged in. */
static inline struct vmx_vi *
replay_session(struct replay *replay, const char *uri)
{
    const struct vmx_vi_options options = {
        .size = sizeof(options),
        .uri = uri,
        .password = "geheim&<",
    };
    struct vmx_vi *vi = vi_new(&options, &replay->base);

    ck_assert_ptr_nonnull(vi);
    return vi;
}

/* All was asked, and the session ended. */
static inline void
replay_done(struct replay *replay, struct vmx_vi *vi)
{
    vmx_vi_free(vi);
    ck_assert_int_eq(replay->closed, 1);
    ck_assert_msg(replay->at == replay->count, "step %zu of %zu is the last",
                  replay->at, replay->count);
}

#define CONTENT(type, version)                                                         \
    "<returnval><rootFolder type='Folder'>root</rootFolder>"                           \
    "<propertyCollector type='PropertyCollector'>pc</propertyCollector><about>"        \
    "<fullName>VMware</fullName><apiType>" type "</apiType><apiVersion>" version       \
    "</apiVersion></about><sessionManager type='SessionManager'>sm</sessionManager>"   \
    "<taskManager type='TaskManager'>tm</taskManager>"                                 \
    "<searchIndex type='SearchIndex'>si</searchIndex>"                                 \
    "<fileManager type='FileManager'>fm</fileManager></returnval>"
#define SESSION "<returnval><key>k</key><userName>root</userName></returnval>"

/* How every exchange begins, and ends. */
#define MEET                                                                           \
    {                                                                                  \
        "RetrieveServiceContent", NULL, CONTENT("HostAgent", "6.7")                    \
    }
#define LOGIN                                                                          \
    {                                                                                  \
        "Login", "<password>geheim&amp;&lt;</password>", SESSION                       \
    }
#define LOGOUT                                                                         \
    {                                                                                  \
        "Logout", ">sm<", ""                                                           \
    }

#endif
