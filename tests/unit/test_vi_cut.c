/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each exchange with a host, with one reply of it cut after every byte, or something
 * else altogether: the call ends with an error and a message, no task is started twice,
 * and the session ends.  Without sanitizers or valgrind this shows the half of it. */
#include <poll.h>

#include "exchange.h"

/* ---- the host -------------------------------------------------------------------- */

struct fault {
    size_t step;        /* which reply */
    size_t keep;        /* it ends after so many bytes, unless there is a body */
    int status;         /* of HTTP */
    struct vx_str body; /* instead of it; s NULL: none */
    bool numbers;       /* each number in each reply is another one */
    const char *number;
};

struct host {
    struct vi_transport base;
    const struct exchange *exchange;
    struct fault fault;
    size_t at, size; /* of the reply that was to be cut */
    int starts, closed, after;
    bool cut; /* from here on it says little */
};

/* Nobody waits here. */
int
poll(struct pollfd *files, nfds_t count, int ms)
{
    (void)files, (void)count, (void)ms;
    return 0;
}

/* The body has no NUL behind it. */
static bool
asks(const struct vi_request *request, const char *method)
{
    struct vx_str text = request->body.n ? request->body : request->path;

    return memmem(text.s, text.n, method, strlen(method)) != NULL;
}

static bool
ends_something(const char *method)
{
    return strcmp(method, "Logout") == 0 || strcmp(method, "CancelTask") == 0
           || strcmp(method, "DestroyPropertyCollector") == 0;
}

/* After the fault only what ends something is answered. */
static enum vmx_vi_status
say_little(struct host *host, const struct vi_request *request, struct vi_reply *reply,
           struct vx_buf *why)
{
    static const char *const ends[] = {"Logout", "CancelTask",
                                       "DestroyPropertyCollector"};

    ck_assert_int_lt(++host->after, 12);
    for (size_t i = 0; i < VX_COUNT(ends); i++) {
        const struct replay_line line = {ends[i], NULL, ""};

        if (asks(request, ends[i])) {
            replay_answer(&line, reply);
            return VMX_VI_OK;
        }
    }
    vx_buf_lit(why, "gone");
    return VMX_VI_ERR_CONNECT;
}

static void
replace_numbers(struct vx_buf *body, const char *number)
{
    struct vx_buf out = VX_BUF(1 << 20);
    const size_t head = strlen(REPLAY_HEAD);
    bool inside = false;

    for (size_t i = 0; i < body->size; i++) {
        char c = body->data[i];
        bool digit = i > head && c >= '0' && c <= '9';

        if (digit && !inside)
            vx_buf_str(&out, vx_str_c(number));
        if (!digit)
            vx_buf_char(&out, c);
        inside = digit;
    }
    vx_buf_done(body);
    *body = out;
}

/* Of a file the beginning may have come before the connection is gone. */
static enum vmx_vi_status
spoil(struct host *host, const struct vi_request *request, struct vi_reply *reply,
      struct vx_buf *why)
{
    const struct fault *fault = &host->fault;

    host->size = reply->body.size;
    host->cut = true;
    if (fault->body.s) {
        reply->status = fault->status;
        reply->body.size = 0;
        vx_buf_str(&reply->body, fault->body);
    } else if (fault->keep < reply->body.size) {
        reply->body.size = fault->keep;
    }
    if (request->method == VI_POST || fault->body.s)
        return VMX_VI_OK;
    replay_file(request, reply, why);
    vx_buf_lit(why, "cut");
    return VMX_VI_ERR_CONNECT;
}

static enum vmx_vi_status
answer(struct vi_transport *self, const struct vi_request *request,
       struct vi_reply *reply, struct vx_buf *why)
{
    struct host *host = (struct host *)self;
    const struct replay_line *line = &host->exchange->lines[host->at];
    bool last = host->at >= host->exchange->count;

    if (host->cut)
        return say_little(host, request, reply, why);
    if (last && host->fault.numbers) {
        vx_buf_lit(why, "gone");
        return VMX_VI_ERR_CONNECT;
    }
    ck_assert_msg(!last, "%s: too much is asked", host->exchange->name);
    ck_assert_msg(asks(request, line->method) || host->fault.numbers, "%s: not %s",
                  host->exchange->name, line->method);
    host->starts += strstr(line->method, "VM_Task") != NULL;
    replay_answer(line, reply);
    if (host->fault.numbers)
        replace_numbers(&reply->body, host->fault.number);
    if (host->at++ == host->fault.step && !ends_something(line->method))
        return spoil(host, request, reply, why);
    if (host->at == host->fault.step + 1)
        (void)spoil(host, request, reply, why), host->cut = false;
    return replay_file(request, reply, why);
}

static void
closed(struct vi_transport *self)
{
    ((struct host *)self)->closed++;
}

/* ---- runs ------------------------------------------------------------------------ */

enum {
    NO_STEP = 1000,
};

/* Of what ends something nobody waits for the result: but to cancel may be the call. */
static bool
must_fail(const struct host *host)
{
    const struct replay_line *line = &host->exchange->lines[host->fault.step];

    return !ends_something(line->method)
           || (host->exchange->run == run_cancel && line->method[0] == 'C');
}

static void
run(struct host *host)
{
    const struct fault *fault = &host->fault;
    struct vmx_vi *vi;
    enum vmx_vi_status status;
    size_t heard = 0;

    host->base.send = answer;
    host->base.close = closed;
    vi = vi_new(&(struct vmx_vi_options){.size = sizeof(struct vmx_vi_options),
                                         .uri = "esx://h/",
                                         .password = "geheim&<"},
                &host->base);
    ck_assert_ptr_nonnull(vi);
    status = vmx_vi_login(vi);
    if (status == VMX_VI_OK)
        status = host->exchange->run(vi, &heard);
    if (!fault->numbers)
        ck_assert_msg((status != VMX_VI_OK)
                          == (fault->step != NO_STEP && must_fail(host)),
                      "%s, step %zu, byte %zu: status %d: %s", host->exchange->name,
                      fault->step, fault->keep, status, vmx_vi_message(vi));
    ck_assert(status == VMX_VI_OK || vmx_vi_message(vi)[0]);
    vmx_vi_free(vi);
    ck_assert_int_eq(host->closed, 1);
    ck_assert_int_le(host->starts, 1);
}

static size_t
spoiled(size_t which, struct fault fault)
{
    struct host host = {.exchange = &exchanges[which], .fault = fault};

    run(&host);
    return host.size;
}

START_TEST(whole_it_works)
{
    struct host host = {.exchange = &exchanges[_i], .fault = {.step = NO_STEP}};

    run(&host);
    ck_assert_uint_eq(host.at, exchanges[_i].count);
}

END_TEST

START_TEST(cut_anywhere_it_is_an_error)
{
    size_t stride = getenv("VMX_VALGRIND") ? 97 : 1;

    for (size_t step = 0; step < exchanges[_i].count; step++) {
        size_t size = 1;

        /* Another beginning for each step, and always the last byte. */
        for (size_t keep = 0; keep < size; keep += stride)
            size = spoiled((size_t)_i, (struct fault){.step = step, .keep = keep});
        spoiled((size_t)_i, (struct fault){.step = step, .keep = size - 1});
    }
}

END_TEST

#define SOAP(inner) REPLAY_HEAD inner REPLAY_TAIL
#define BODY(status, text)                                                             \
    {                                                                                  \
        status, VX_STR(text)                                                           \
    }

static const struct {
    int status;
    struct vx_str body;
} garbage[] = {
    BODY(200, ""),
    BODY(200, "\0\0\0\0"),
    BODY(200, "no XML at all"),
    BODY(200, "\x1f\x8b\x08\0\0\0\0\0"),
    BODY(200, "\xff\xfe<\0a\0/\0>\0"),
    BODY(200, "<!DOCTYPE html><html><body><p>Please log in</body></html>"),
    BODY(200, "<html><body>Please log in</body></html>"),
    BODY(200, "{\"error\": \"no\"}"),
    BODY(200, "<a><b></a></b>"),
    BODY(200, "<?xml version='1.0' encoding='UTF-8'?><a>\xff\xfe</a>"),
    BODY(200, "<?xml version='1.0' encoding='no-such'?><a/>"),
    BODY(200, "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><a>&c;</a>"),
    BODY(200, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"),
    BODY(200, "<Envelope/>"),
    BODY(200, SOAP("")),
    BODY(200, SOAP("<SomethingResponse xmlns='urn:vim25'/>")),
    BODY(200, SOAP("<returnval>1</returnval>")),
    BODY(200, SOAP("<e:Fault/>")),
    BODY(500, ""),
    BODY(500, "no XML at all"),
    BODY(500, SOAP("<LoginResponse xmlns='urn:vim25'><returnval/></LoginResponse>")),
    BODY(500, SOAP("<e:Fault><detail/></e:Fault>")),
    BODY(500, SOAP("<e:Fault><detail><x xsi:type=''/></detail></e:Fault>")),
    BODY(500, SOAP("<e:Fault><detail><NotAuthenticatedFault/></detail></e:Fault>")),
    BODY(0, ""),
    BODY(204, ""),
    BODY(301, ""),
    BODY(302, "<html/>"),
    BODY(401, "no"),
    BODY(404, ""),
    BODY(416, ""),
    BODY(503, "later"),
    BODY(999, SOAP("")),
};

START_TEST(something_else_is_an_error)
{
    for (size_t step = 0; step < exchanges[_i].count; step++) {
        /* A file may be anything. */
        const bool is_file = strchr(exchanges[_i].lines[step].method, '/') != NULL;

        for (size_t i = 0; i < VX_COUNT(garbage); i++)
            if (!is_file || garbage[i].status / 100 != 2)
                spoiled((size_t)_i, (struct fault){
                                        .step = step,
                                        .status = garbage[i].status,
                                        .body = garbage[i].body,
                                    });
    }
}

END_TEST

static void
many(struct vx_buf *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vx_buf_str(out, vx_str_c(text));
}

START_TEST(too_much_is_an_error)
{
    enum { DEPTH = 10000, ELEMENTS = 1000100, TEXT = 1 << 20 };

    struct vx_buf deep = VX_BUF(1 << 28), wide = VX_BUF(1 << 28),
                  open = VX_BUF(1 << 28);
    size_t few = getenv("VMX_VALGRIND") ? 1000 : 1;

    vx_buf_lit(&deep, REPLAY_HEAD);
    many(&deep, "<a>", DEPTH);
    many(&deep, "</a>", DEPTH);
    vx_buf_lit(&deep, REPLAY_TAIL);
    vx_buf_lit(&wide, REPLAY_HEAD);
    many(&wide, "<a/>", ELEMENTS / few);
    vx_buf_lit(&wide, REPLAY_TAIL);
    vx_buf_lit(&open, REPLAY_HEAD "<a b='");
    many(&open, "0123456789abcdef", TEXT / 16 / few);
    for (size_t step = 0; step < exchanges[_i].count; step++) {
        const bool is_file = strchr(exchanges[_i].lines[step].method, '/') != NULL;
        const struct vx_buf *bodies[] = {&deep, &open, &wide};
        /* Of the largest one is enough: that is the parser's business. */
        size_t count = step == 2 && _i == 0 && getenv("VMX_FULL") ? 3 : 2;

        for (size_t i = 0; i < count && !is_file; i++)
            spoiled((size_t)_i, (struct fault){.step = step,
                                               .status = 200,
                                               .body = vx_buf_text(bodies[i])});
    }
    vx_buf_done(&deep);
    vx_buf_done(&wide);
    vx_buf_done(&open);
}

END_TEST

/* They need not be errors. */
START_TEST(any_number_is_survived)
{
    static const char *const numbers[] = {
        "-1",
        "0",
        "31",
        "32",
        "2147483647",
        "2147483648",
        "4294967296",
        "-2147483649",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999999",
        "1e99",
        "0x7f",
        "",
    };

    for (size_t i = 0; i < VX_COUNT(numbers); i++) {
        struct host host = {
            .exchange = &exchanges[_i],
            .fault = {.step = NO_STEP, .numbers = true, .number = numbers[i]},
        };

        run(&host);
    }
}

END_TEST

/* ---- a host without an end ------------------------------------------------------- */

static enum vmx_vi_status
give_a_page(struct vi_transport *self, const struct vi_request *request,
            struct vi_reply *reply, struct vx_buf *why)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        LOGOUT,
        {"ContinueRetrievePropertiesEx", NULL,
         RESULT("<token>0</token><objects>" VM(PROP("name", "web")) "</objects>")},
        {"RetrievePropertiesEx", NULL, RESULT("<token>0</token>")},
    };

    (void)why;
    ck_assert_int_lt(++((struct host *)self)->after, 20000);
    for (size_t i = 0; i < VX_COUNT(lines); i++)
        if (asks(request, lines[i].method)) {
            replay_answer(&lines[i], reply);
            return VMX_VI_OK;
        }
    ck_abort();
}

START_TEST(pages_without_an_end_are_an_error)
{
    struct host host = {.base = {.send = give_a_page, .close = closed}};
    struct vmx_vi *vi = vi_new(
        &(struct vmx_vi_options){
            .size = sizeof(struct vmx_vi_options),
            .uri = "esx://h/",
        },
        &host.base);
    struct vmx_vi_list *list = NULL;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    if (!getenv("VMX_VALGRIND"))
        ck_assert_int_eq(vmx_vi_list(vi, &list), VMX_VI_ERR_PROTOCOL);
    vmx_vi_free(vi);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_cut");
    TCase *tests = tcase_create("cut");

    tcase_set_timeout(tests, 300);
    tcase_add_loop_test(tests, whole_it_works, 0, VX_COUNT(exchanges));
    tcase_add_loop_test(tests, cut_anywhere_it_is_an_error, 0, VX_COUNT(exchanges));
    tcase_add_loop_test(tests, something_else_is_an_error, 0, VX_COUNT(exchanges));
    tcase_add_loop_test(tests, too_much_is_an_error, 0, VX_COUNT(exchanges));
    tcase_add_loop_test(tests, any_number_is_survived, 0, VX_COUNT(exchanges));
    tcase_add_test(tests, pages_without_an_end_are_an_error);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
