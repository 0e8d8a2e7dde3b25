/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/num.h"

#include "base/banned.h"

uint64_t
vi_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

enum vmx_vi_status
vi_fail(struct vmx_vi *vi, enum vmx_vi_status status, const char *format, ...)
{
    char text[2000];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    vi->message.size = 0;
    vx_buf_str(&vi->message, vx_str_c(text));
    vx_buf_char(&vi->message, '\0');
    return status;
}

enum vmx_vi_status
vi_well(struct vmx_vi *vi)
{
    vi->message.size = 0;
    vi->fault = VX_STR_NONE;
    return VMX_VI_OK;
}

/* ---- faults ---------------------------------------------------------------------- */

void
vi_note_fault(struct vmx_vi *vi, struct vx_str type)
{
    static const struct vx_str end = VX_STR("Fault");

    /* Without a type of its own there is the element: NotFoundFault. */
    if (type.n > end.n && vx_str_iends(type, end)
        && !vx_str_eq(type, VX_STR("RuntimeFault")))
        type.n -= end.n;
    if (type.n >= sizeof(vi->fault_text))
        type.n = sizeof(vi->fault_text) - 1;
    memcpy(vi->fault_text, type.n ? type.s : "", type.n);
    vi->fault_text[type.n] = '\0';
    vi->fault = vx_str_of(vi->fault_text, type.n);
}

static const char *
advice(const struct vmx_vi *vi)
{
    if (vi_fault_is(vi, "RestrictedVersion"))
        return "; the licence of this host lets the API read, and change nothing";
    if (vi_fault_is(vi, "NoPermission"))
        return "; the user lacks a right for it";
    return "";
}

static enum vmx_vi_status
take_fault(struct vmx_vi *vi, const struct vi_node *fault, const char *method)
{
    const struct vi_node *text = vi_child(fault, "faultstring");
    const struct vi_node *detail = vi_child(fault, "detail");

    detail = detail ? detail->children : NULL;
    vi_note_fault(vi, detail == NULL   ? VX_STR("")
                      : detail->type.n ? detail->type
                                       : detail->name);
    return vi_fail(
        vi, vi_fault_is(vi, "InvalidLogin") ? VMX_VI_ERR_LOGIN : VMX_VI_ERR_FAULT,
        "%s: %s%s%s%s", method, vi_c(vi->fault), vi->fault.n ? ": " : "",
        text ? vi_c(text->text) : "the host gives no reason", advice(vi));
}

static enum vmx_vi_status
take_http(struct vmx_vi *vi, const struct vi_reply *reply, const char *method)
{
    if (reply->status >= 300 && reply->status < 400)
        return vi_fail(vi, VMX_VI_ERR_PROTOCOL,
                       "%s: the host sends us to %s, where we do not follow%s", method,
                       reply->location[0] ? reply->location : "another place",
                       vi->uri.https ? "" : "; try it without transport=http");
    if (reply->status == 503)
        return vi_fail(
            vi, VMX_VI_ERR_PROTOCOL,
            "%s: HTTP status 503; the service is down, or has too many sessions",
            method);
    return vi_fail(vi, VMX_VI_ERR_PROTOCOL, "%s: HTTP status %d", method,
                   reply->status);
}

/* ---- one call -------------------------------------------------------------------- */

static void *
take_result(const struct vi_node *response, const struct vi_type *method,
            struct vx_arena *arena)
{
    const struct vi_member member = {
        .name = "returnval",
        .is = method->gives,
        .type = method->result,
        .many = method->many,
    };
    const struct vi_node *first = vi_child(response, "returnval");
    void *place = vx_arena_zero(arena, 64); /* more than any value takes */
    void *object;

    if (first == NULL || place == NULL || method->gives == VI_IS_NOTHING)
        return NULL;
    if (!method->many && method->gives == VI_IS_OBJECT)
        return vi_decode(first, &vi_types[method->result], arena);
    vi_decode_value(method->many ? response : first, &member, place, arena);
    object = place;
    return object;
}

static enum vmx_vi_status
take_reply(struct vmx_vi *vi, const struct vi_reply *reply,
           const struct vi_type *method, struct vx_arena *arena, void **ret)
{
    const char *why = NULL;
    struct vi_node *envelope, *body;

    if (reply->status != 200 && reply->status != 500)
        return take_http(vi, reply, method->name);
    if (reply->body.size == 0)
        return take_http(vi, reply, method->name);
    envelope = vi_read(vx_buf_text(&reply->body), arena, &why);
    body = vi_child(envelope, "Body");
    if (body && vi_child(body, "Fault"))
        return take_fault(vi, vi_child(body, "Fault"), method->name);
    body = body ? body->children : NULL;
    if (body == NULL || !vx_str_starts(body->name, vx_str_c(method->name))
        || reply->status != 200)
        return vi_fail(vi, VMX_VI_ERR_PROTOCOL,
                       "%s: the answer with HTTP status %d is none: %s", method->name,
                       reply->status, why ? why : "no message of the VI interface");
    *ret = take_result(body, method, arena);
    if (arena->failed)
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    if (*ret == NULL && method->gives && !method->maybe && !method->many)
        return vi_fail(vi, VMX_VI_ERR_PROTOCOL, "%s: the answer has no result",
                       method->name);
    return VMX_VI_OK;
}

static void
wipe(void *bytes, size_t size)
{
    if (bytes)
        explicit_bzero(bytes, size);
}

static enum vmx_vi_status
call_once(struct vmx_vi *vi, struct vi_ref self, const void *call, uint32_t timeout_ms,
          struct vx_arena *arena, void **ret)
{
    const struct vi_type *method = ((const struct vi_object *)call)->type;
    const bool last = vi->tidies || method == &vi_types[VI_Logout]
                      || method == &vi_types[VI_CancelTask]
                      || method == &vi_types[VI_DestroyPropertyCollector];
    /* What has changed is to be known, so that it can be ended. */
    const bool changes = !method->again && method != &vi_types[VI_WaitForUpdatesEx];
    struct vx_buf body VX_AUTO(vx_buf_done) = VX_BUF(16 << 20);
    struct vx_buf why VX_AUTO(vx_buf_done) = VX_BUF(4096);
    struct vi_reply reply = {.body = VX_BUF(VI_REPLY_MAX)};
    struct vi_request request = {
        .method = VI_POST,
        .path = VX_STR("/sdk"),
        .action = vi->action.s,
        .timeout_ms = timeout_ms,
        .to_the_end = last,
        .once = !method->again && !last,
        .grace_ms = changes ? VI_LOGOUT_MS : 0,
    };
    const char *missing;
    enum vmx_vi_status status;

    vi_well(vi);
    if (!last && vi_stopped(vi))
        return vi_fail(vi, VMX_VI_ERR_STOPPED, "stopped");
    vx_buf_room(&body, 4096); /* so that a password does not stay in a smaller one */
    missing = vi_encode_call(&body, self, call);
    if (missing) {
        wipe(body.data, body.room);
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "%s cannot be asked: %s", method->name,
                       missing);
    }
    request.body = vx_buf_text(&body);
    status = vi->transport->send(vi->transport, &request, &reply, &why);
    wipe(body.data, body.room);
    if (status == VMX_VI_OK)
        status = take_reply(vi, &reply, method, arena, ret);
    else
        vi_fail(vi, status, "%.*s", (int)why.size, why.size ? why.data : "");
    vx_buf_done(&reply.body);
    return status;
}

static enum vmx_vi_status
login(struct vmx_vi *vi)
{
    struct vi_Login call = {
        .is.type = &vi_types[VI_Login],
        .userName = vi->user,
        .password = vx_str_c(vi->password),
    };
    struct vx_arena arena;
    const bool not_begun = vi_stopped(vi);
    enum vmx_vi_status status;
    void *session = NULL;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    status = call_once(vi, vi->content->sessionManager, &call, vi->timeout_ms, &arena,
                       &session);
    vx_arena_done(&arena);
    vi->logged_in |= status == VMX_VI_OK;
    vi->logins += status == VMX_VI_OK;
    /* What broke may have been the reply alone. */
    vi->may_be_logged_in |= status == VMX_VI_ERR_CONNECT || status == VMX_VI_ERR_TIMEOUT
                            || status == VMX_VI_ERR_PROTOCOL
                            || (status == VMX_VI_ERR_STOPPED && !not_begun);
    return status;
}

enum vmx_vi_status
vi_call_within(struct vmx_vi *vi, struct vi_ref self, const void *call,
               uint32_t timeout_ms, struct vx_arena *arena, void **ret)
{
    const struct vi_type *method = ((const struct vi_object *)call)->type;
    void *nothing = NULL;
    enum vmx_vi_status status;

    ret = ret ? ret : &nothing;
    *ret = NULL;
    status = call_once(vi, self, call, timeout_ms, arena, ret);
    if (status != VMX_VI_ERR_FAULT || !vi_fault_is(vi, "NotAuthenticated")
        || !vi->logins)
        return status;
    vi->logged_in = false;
    if (!method->again)
        return status;
    status = login(vi);
    return status == VMX_VI_OK ? call_once(vi, self, call, timeout_ms, arena, ret)
                               : status;
}

enum vmx_vi_status
vi_call(struct vmx_vi *vi, struct vi_ref self, const void *call, struct vx_arena *arena,
        void **ret)
{
    return vi_call_within(vi, self, call, vi->timeout_ms, arena, ret);
}

/* ---- begin and end --------------------------------------------------------------- */

/* "6.7.3" is 607. */
static unsigned
version_of(struct vx_str text)
{
    ptrdiff_t dot = vx_str_find(text, '.');
    struct vx_str major = vx_str_of(text.s, dot < 0 ? text.n : (size_t)dot), minor;
    uint64_t high = 0, low = 0;

    minor = dot < 0 ? VX_STR("0") : vx_str_skip(text, (size_t)dot + 1);
    dot = vx_str_find(minor, '.');
    if (dot >= 0)
        minor.n = (size_t)dot;
    if (!vx_num_u64(major, &high) || !vx_num_u64(minor, &low) || high > 1000)
        return 0;
    return (unsigned)(high * 100 + (low < 99 ? low : 99));
}

static bool
is_version(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!vx_is_digit((unsigned char)text.s[i]) && text.s[i] != '.')
            return false;
    return text.n > 0 && text.n < 20;
}

static enum vmx_vi_status
check_product(struct vmx_vi *vi)
{
    const struct vi_AboutInfo *about = vi->content->about;
    bool centre = vx_str_eq(about->apiType, VX_STR("VirtualCenter"));

    if (centre && vi->uri.scheme != VI_VPX)
        return vi_fail(vi, VMX_VI_ERR_URI,
                       "%s is a vCenter (%s); its URI begins with vpx://",
                       vi->uri.host.s, vi_c(about->fullName));
    if (!centre && vi->uri.scheme == VI_VPX)
        return vi_fail(vi, VMX_VI_ERR_URI,
                       "%s is no vCenter (%s): its URI begins with esx://",
                       vi->uri.host.s, vi_c(about->fullName));
    return VMX_VI_OK;
}

static enum vmx_vi_status
meet(struct vmx_vi *vi)
{
    struct vi_RetrieveServiceContent call = {
        .is.type = &vi_types[VI_RetrieveServiceContent],
    };
    const struct vi_ref self = {VX_STR("ServiceInstance"), VX_STR("ServiceInstance")};
    void *content = NULL;
    enum vmx_vi_status status =
        call_once(vi, self, &call, vi->timeout_ms, &vi->arena, &content);

    if (status != VMX_VI_OK)
        return status;
    vi->content = content;
    if (!vi->content || !vi->content->about || !vi->content->rootFolder.value.s
        || !vi->content->propertyCollector.value.s
        || !vi->content->sessionManager.value.s)
        return vi_fail(vi, VMX_VI_ERR_PROTOCOL, "%s does not tell what it has",
                       vi->uri.host.s);
    vi->version = version_of(vi->content->about->apiVersion);
    /* Without it a new host speaks as the oldest does. */
    if (is_version(vi->content->about->apiVersion))
        vi->action = vx_arena_printf(&vi->arena, "urn:vim25/%s",
                                     vi->content->about->apiVersion.s);
    return check_product(vi);
}

enum vmx_vi_status
vmx_vi_login(struct vmx_vi *vi)
{
    enum vmx_vi_status status = vi->broken;

    if (status == VMX_VI_OK && vi->content == NULL)
        status = meet(vi);
    if (status == VMX_VI_OK && !vi->logged_in)
        status = login(vi);
    if (status == VMX_VI_OK && vi->uri.vcenter.s && !vi->centre_checked) {
        status = vi_check_centre(vi);
        vi->centre_checked = status == VMX_VI_OK;
    }
    return status;
}

static struct vx_str
default_user(const struct vi_uri *uri)
{
    return uri->scheme == VI_VPX ? VX_STR("administrator") : VX_STR("root");
}

static const char *
kept(struct vmx_vi *vi, const char *text)
{
    return text ? vx_arena_dup(&vi->arena, vx_str_c(text)).s : NULL;
}

static void
set_up(struct vmx_vi *vi, const struct vmx_vi_options *options,
       struct vi_transport *transport)
{
    const char *why =
        vi_uri_parse(vx_str_c(options->uri ? options->uri : ""), &vi->arena, &vi->uri);

    vi->transport = transport;
    vi->uri_text = kept(vi, options->uri);
    vi->ca_file = kept(vi, options->ca_file);
    vi->pin = kept(vi, options->pin);
    if (why) {
        vi->broken = vi_fail(vi, VMX_VI_ERR_URI, "%s", why);
        return;
    }
    vi->user = vi->uri.user.s ? vi->uri.user : default_user(&vi->uri);
    if (options->user)
        vi->user = vx_arena_dup(&vi->arena, vx_str_c(options->user));
    if (transport == NULL)
        vi->transport = vi_transport_curl(&vi->uri, options);
    if (vi->transport == NULL || vi->user.s == NULL || vi->arena.failed)
        vi->broken = vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
}

struct vmx_vi *
vi_new(const struct vmx_vi_options *options, struct vi_transport *transport)
{
    struct vmx_vi *vi = calloc(1, sizeof(*vi));

    if (vi == NULL)
        return NULL;
    vx_arena_init(&vi->arena, VI_MEMORY_MAX);
    vi->message = VX_BUF(4096);
    vi->password = strdup(options->password ? options->password : "");
    if (!vi->password) {
        vmx_vi_free(vi);
        return NULL;
    }
    vi->timeout_ms = options->timeout_ms ? options->timeout_ms : VI_TIMEOUT_MS;
    vi->stopped = options->stopped;
    vi->data = options->data;
    set_up(vi, options, transport);
    return vi;
}

struct vmx_vi *
vmx_vi_new(const struct vmx_vi_options *options)
{
    return options && options->size >= sizeof(*options) ? vi_new(options, NULL) : NULL;
}

struct vmx_vi *
vmx_vi_dup(const struct vmx_vi *vi)
{
    const struct vmx_vi_options options = {
        .size = sizeof(options),
        .uri = vi->uri_text,
        .user = vi->user.s,
        .password = vi->password,
        .ca_file = vi->ca_file,
        .pin = vi->pin,
        .timeout_ms = vi->timeout_ms,
        .stopped = vi->stopped,
        .data = vi->data,
    };

    return vmx_vi_new(&options);
}

enum vmx_vi_status
vmx_vi_set_login(struct vmx_vi *vi, const char *user, const char *password)
{
    char *copy = strdup(password);

    if (user)
        vi->user = vx_arena_dup(&vi->arena, vx_str_c(user));
    if (copy == NULL || vi->user.s == NULL) {
        free(copy);
        return vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory");
    }
    wipe(vi->password, strlen(vi->password));
    free(vi->password);
    vi->password = copy;
    return VMX_VI_OK;
}

static void
logout(struct vmx_vi *vi)
{
    struct vi_Logout call = {.is.type = &vi_types[VI_Logout]};
    struct vx_arena arena;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    vi_call_within(vi, vi->content->sessionManager, &call, VI_LOGOUT_MS, &arena, NULL);
    vx_arena_done(&arena);
}

void
vmx_vi_free(struct vmx_vi *vi)
{
    if (vi == NULL)
        return;
    if (vi->logged_in || vi->may_be_logged_in)
        logout(vi);
    if (vi->transport)
        vi->transport->close(vi->transport);
    if (vi->password)
        wipe(vi->password, strlen(vi->password));
    free(vi->password);
    vx_buf_done(&vi->message);
    vx_arena_done(&vi->arena);
    free(vi);
}

/* ---- what is known --------------------------------------------------------------- */

const char *
vmx_vi_message(const struct vmx_vi *vi)
{
    return vi->message.size ? vi->message.data : "";
}

const char *
vmx_vi_fault(const struct vmx_vi *vi)
{
    return vi_c(vi->fault);
}

const char *
vmx_vi_seen_pin(const struct vmx_vi *vi)
{
    return vi->transport ? vi->transport->seen_pin : "";
}

const char *
vmx_vi_host_name(const struct vmx_vi *vi)
{
    return vi_c(vi->uri.host);
}

const char *
vmx_vi_user(const struct vmx_vi *vi)
{
    return vi_c(vi->user);
}

int
vmx_vi_auto_answer(const struct vmx_vi *vi)
{
    return vi->uri.auto_answer;
}

const char *
vmx_vi_uri_remark(const struct vmx_vi *vi)
{
    if (vi->uri.unknown.s)
        return "the URI has parameters that nobody knows";
    if (vi->uri.vcenter.s)
        return "vcenter= is compared with what the host tells; all is done on the host";
    return vi->uri.ignored_path ? "the path of the URI is ignored" : "";
}
