/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The transport over a real connection: a thread of the test is the host, which notes
 * each request and gives the next of its answers. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "main.h"
#include "vi/transport.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define LENGTH(n) "Content-Length: " n "\r\n\r\n"

enum {
    GOES_ON,
    CLOSES, /* behind this answer the host closes the connection */
    HANGS,  /* it says no more and closes nothing */
};

struct answer {
    const char *text;
    int then;
};

struct host {
    int fd;
    pthread_t thread;
    const struct answer *answers;
    size_t count, connections;
    char seen[2048]; /* all requests */
    size_t size;
    struct vi_transport *transport;
    struct vi_reply reply;
    struct vx_buf why, file;
};

/* Reads a head and its body; false when the connection ends. */
static bool
hear(struct host *host, int fd)
{
    size_t begin = host->size, length = 0;
    const char *end, *field;

    for (;;) {
        host->seen[host->size] = '\0';
        end = strstr(host->seen + begin, "\r\n\r\n");
        field = strstr(host->seen + begin, "Content-Length: ");
        if (end && field && field < end)
            length = strtoul(field + 16, NULL, 10);
        if (end && host->seen + host->size >= end + 4 + length)
            return true;
        ck_assert_uint_lt(host->size, sizeof(host->seen) - 1);
        if (read(fd, host->seen + host->size, 1) != 1)
            return false;
        host->size++;
    }
}

static void *
serve(void *data)
{
    struct host *host = data;
    size_t at = 0;

    while (at < host->count) {
        int fd = accept(host->fd, NULL, NULL);

        if (fd < 0)
            return NULL;
        host->connections++;
        while (at < host->count && hear(host, fd)) {
            const struct answer *answer = &host->answers[at++];
            ssize_t ignored = write(fd, answer->text, strlen(answer->text));

            (void)ignored;
            if (answer->then == HANGS) /* until the other end closes */
                while (read(fd, &(char){0}, 1) == 1)
                    ;
            if (answer->then)
                break;
        }
        close(fd);
    }
    return NULL;
}

static void
begin(struct host *host, const struct answer *answers, size_t count)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    struct vi_uri uri = {.host = VX_STR("127.0.0.1")};
    const struct vmx_vi_options options = {.size = sizeof(options)};

    *host = (struct host){.answers = answers, .count = count};
    host->why = VX_BUF(4096);
    host->file = VX_BUF(1 << 20);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    host->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(host->fd, 0);
    ck_assert_int_eq(bind(host->fd, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(host->fd, 5), 0);
    ck_assert_int_eq(getsockname(host->fd, (struct sockaddr *)&address, &size), 0);
    uri.port = ntohs(address.sin_port);
    host->transport = vi_transport_curl(&uri, &options);
    ck_assert_ptr_nonnull(host->transport);
    ck_assert_int_eq(pthread_create(&host->thread, NULL, serve, host), 0);
}

static void
end(struct host *host)
{
    host->transport->close(host->transport);
    shutdown(host->fd, SHUT_RDWR);
    pthread_join(host->thread, NULL);
    close(host->fd);
    vx_buf_done(&host->reply.body);
    vx_buf_done(&host->why);
    vx_buf_done(&host->file);
}

static int
take(void *data, const char *bytes, size_t size)
{
    vx_buf_add(data, bytes, size);
    return 0;
}

static enum vmx_vi_status
ask(struct host *host, struct vi_request request)
{
    vx_buf_done(&host->reply.body);
    host->reply = (struct vi_reply){.body = VX_BUF(1 << 20)};
    host->why.size = host->file.size = 0;
    request.path = VX_STR("/folder/x?dsName=y");
    if (request.method == VI_GET && request.sink == NULL) {
        request.sink = take;
        request.sink_data = &host->file;
    }
    request.most = request.most ? request.most : 1000;
    if (!request.stalled_ms)
        request.timeout_ms = 20000;
    return host->transport->send(host->transport, &request, &host->reply, &host->why);
}

#define BEGIN(...)                                                                     \
    static const struct answer answers[] = {__VA_ARGS__};                              \
    struct host host;                                                                  \
                                                                                       \
    begin(&host, answers, VX_COUNT(answers))

static void
seen(const struct host *host, const char *text)
{
    ck_assert_msg(strstr(host->seen, text) != NULL, "no '%s' in %s", text, host->seen);
}

START_TEST(methods_follow_each_other_over_one_connection)
{
    BEGIN({OK LENGTH("4") "text", GOES_ON}, {OK "ETag: a\r\n" LENGTH("99"), GOES_ON},
          {"HTTP/1.1 201 Created\r\n" LENGTH("0"), GOES_ON},
          {OK LENGTH("2") "ok", GOES_ON}, {"HTTP/1.1 204 No Content\r\n\r\n", GOES_ON},
          {OK LENGTH("4") "last", GOES_ON});

    ck_assert_int_eq(ask(&host, (struct vi_request){.method = VI_GET}), VMX_VI_OK);
    ck_assert_slice_eq(vx_buf_text(&host.file), VX_STR("text"));
    ck_assert_uint_eq(host.reply.size, 4);
    ck_assert_int_eq(ask(&host, (struct vi_request){.method = VI_HEAD}), VMX_VI_OK);
    ck_assert_uint_eq(host.reply.size, 99);
    ck_assert_str_eq(host.reply.etag, "a");
    ck_assert_int_eq(
        ask(&host, (struct vi_request){.method = VI_PUT, .body = VX_STR("a\nb")}),
        VMX_VI_OK);
    ck_assert_int_eq(host.reply.status, 201);
    ck_assert_int_eq(ask(&host, (struct vi_request){.method = VI_POST,
                                                    .body = VX_STR("<soap/>"),
                                                    .action = "urn:vim25/6.7"}),
                     VMX_VI_OK);
    ck_assert_slice_eq(vx_buf_text(&host.reply.body), VX_STR("ok"));
    ck_assert_int_eq(ask(&host, (struct vi_request){.method = VI_DELETE}), VMX_VI_OK);
    ck_assert_int_eq(host.reply.status, 204);
    ck_assert_int_eq(ask(&host, (struct vi_request){.method = VI_GET}), VMX_VI_OK);
    ck_assert_slice_eq(vx_buf_text(&host.file), VX_STR("last"));
    ck_assert_uint_eq(host.connections, 1);
    end(&host);
    seen(&host, "GET /folder/x?dsName=y HTTP/1.1\r\n");
    seen(&host, "HEAD /folder/x");
    seen(&host, "PUT /folder/x");
    seen(&host, "DELETE /folder/x");
    seen(&host, "POST /folder/x");
    seen(&host, "SOAPAction: \"urn:vim25/6.7\"\r\n");
    seen(&host, "Content-Length: 3\r\n");
    ck_assert_ptr_null(strstr(host.seen, "Range"));
    ck_assert_ptr_null(strstr(host.seen, "Expect"));
}

END_TEST

START_TEST(a_part_is_asked_for_and_comes)
{
    BEGIN(
        {"HTTP/1.1 206 Partial\r\nContent-Range: bytes 3-6/7\r\n" LENGTH("4") "text",
         GOES_ON},
        {OK LENGTH("7") "0123456", GOES_ON},
        {"HTTP/1.1 416 No\r\nContent-Range: bytes */2\r\n" LENGTH("2") "no", GOES_ON});
    const struct vi_request request = {.from = 3};

    ck_assert_int_eq(ask(&host, request), VMX_VI_OK);
    ck_assert_slice_eq(vx_buf_text(&host.file), VX_STR("text"));
    ck_assert_uint_eq(host.reply.from, 3);
    ck_assert_uint_eq(host.reply.size, 7);
    /* All of it is not what was asked for, and is not given for it. */
    ck_assert_int_eq(ask(&host, request), VMX_VI_OK);
    ck_assert_uint_eq(host.file.size, 0);
    ck_assert_int_eq(host.reply.status, 200);
    ck_assert_int_eq(ask(&host, request), VMX_VI_OK);
    ck_assert_uint_eq(host.file.size, 0);
    ck_assert_uint_eq(host.reply.size, 2);
    end(&host);
    seen(&host, "Range: bytes=3-\r\n");
}

END_TEST

/* Ends that are none; a connection that closes, closes before the next one. */
START_TEST(what_is_cut_is_told)
{
    BEGIN({OK LENGTH("9") "text", CLOSES}, {"HTTP/1.1 2", CLOSES}, {"", CLOSES},
          {OK "Transfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n", CLOSES});

    for (size_t i = 0; i < VX_COUNT(answers); i++) {
        ck_assert_int_eq(ask(&host, (struct vi_request){.method = VI_GET}),
                         VMX_VI_ERR_CONNECT);
        ck_assert_uint_gt(host.why.size, 0);
    }
    end(&host);
}

END_TEST

START_TEST(what_stalls_ends)
{
    BEGIN({OK LENGTH("9") "text", HANGS}, {"", HANGS});
    const struct vi_request get = {.stalled_ms = 1000};
    const struct vi_request put = {
        .method = VI_PUT, .body = VX_STR("x"), .stalled_ms = 1000};

    ck_assert_int_eq(ask(&host, get), VMX_VI_ERR_TIMEOUT);
    ck_assert_slice_eq(vx_buf_text(&host.file), VX_STR("text"));
    ck_assert_int_eq(ask(&host, put), VMX_VI_ERR_TIMEOUT);
    end(&host);
}

END_TEST

static int
refuse(void *data, const char *bytes, size_t size)
{
    (void)data, (void)bytes, (void)size;
    return 1;
}

/* Three bytes of more, as a file that becomes shorter while it is read. */
static ptrdiff_t
give_three(void *data, uint64_t from, char *bytes, size_t room)
{
    (void)data, (void)room;
    memcpy(bytes, "abc", 3);
    return from == 0 ? 3 : 0;
}

START_TEST(who_does_not_take_or_give_ends_it)
{
    BEGIN({OK LENGTH("4") "text", CLOSES}, {OK LENGTH("0"), CLOSES});
    const struct vi_request put = {
        .method = VI_PUT, .source = give_three, .size = 5, .stalled_ms = 9000};

    ck_assert_int_eq(ask(&host, (struct vi_request){.sink = refuse}),
                     VMX_VI_ERR_STOPPED);
    vx_buf_char(&host.why, '\0');
    ck_assert_str_eq(host.why.data, "the file could not be written");
    ck_assert_int_eq(ask(&host, put), VMX_VI_ERR_STOPPED);
    vx_buf_char(&host.why, '\0');
    ck_assert_str_eq(host.why.data, "the file could not be read");
    end(&host);
}

END_TEST

START_TEST(a_file_is_given_in_pieces)
{
    BEGIN({OK LENGTH("0"), GOES_ON});
    const struct vi_request put = {
        .method = VI_PUT, .source = give_three, .size = 3, .stalled_ms = 9000};

    ck_assert_int_eq(ask(&host, put), VMX_VI_OK);
    end(&host);
    seen(&host, "\r\n\r\nabc");
}

END_TEST

START_TEST(a_file_is_not_larger_than_it_may_be)
{
    BEGIN({OK LENGTH("4") "text", CLOSES});

    ck_assert_int_eq(ask(&host, (struct vi_request){.most = 3}), VMX_VI_ERR_PROTOCOL);
    end(&host);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_curl");
    TCase *tests = tcase_create("curl");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, methods_follow_each_other_over_one_connection);
    tcase_add_test(tests, a_part_is_asked_for_and_comes);
    tcase_add_test(tests, what_is_cut_is_told);
    tcase_add_test(tests, what_stalls_ends);
    tcase_add_test(tests, who_does_not_take_or_give_ends_it);
    tcase_add_test(tests, a_file_is_given_in_pieces);
    tcase_add_test(tests, a_file_is_not_larger_than_it_may_be);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
