/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages in and out.  No blank is written between elements, since some clients cannot
 * read it. */
#include <libxml/parser.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "call.h"
#include "count.h"
#include "fault.h"
#include "walk.h"

#define HEAD                                                                           \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                     \
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "   \
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                                  \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>"
#define TAIL "</soapenv:Body></soapenv:Envelope>"

/* ---- what is asked --------------------------------------------------------------- */

static const xmlNode *
named(const xmlNode *node, const char *name)
{
    for (; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE
            && (!name || strcmp((const char *)node->name, name) == 0))
            return node;
    return NULL;
}

const xmlNode *
node_child(const xmlNode *node, const char *name)
{
    return node ? named(node->children, name) : NULL;
}

const xmlNode *
node_next(const xmlNode *node)
{
    return named(node->next, (const char *)node->name);
}

const char *
node_text(const xmlNode *node)
{
    return node && node->children && node->children->content
               ? (const char *)node->children->content
               : "";
}

const char *
arg(const struct call *call, const char *name)
{
    return node_text(node_child(call->node, name));
}

bool
arg_is_true(const struct call *call, const char *name)
{
    const char *text = arg(call, name);

    return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

struct object *
arg_object(struct call *call, const char *name)
{
    struct object *object = object_get(call->world, arg(call, name));

    if (object == NULL)
        call_fail(call, "ManagedObjectNotFound",
                  "The object '%s' has already been deleted or has not been completely "
                  "created",
                  arg(call, name));
    return object;
}

bool
call_is_over(const struct call *call)
{
    struct pollfd end = {.fd = call->fd, .events = POLLRDHUP};

    return call->world->stopping
           || (call->fd >= 0 && poll(&end, 1, 0) > 0
               && (end.revents & (POLLRDHUP | POLLHUP | POLLERR)));
}

/* ---- what is answered ------------------------------------------------------------ */

void
call_fail(struct call *call, const char *fault, const char *format, ...)
{
    va_list args;

    call->fault = fault;
    va_start(args, format);
    vsnprintf(call->why, sizeof(call->why), format, args);
    va_end(args);
}

void
put_ref(struct vx_buf *out, const char *element, const struct object *object)
{
    vx_buf_printf(out, "<%s type=\"%s\">", element, object->type);
    put_escaped(out, object->ref);
    vx_buf_printf(out, "</%s>", element);
}

static int
put_reply(const struct call *call, struct vx_buf *out)
{
    vx_buf_lit(out, HEAD);
    if (call->fault) {
        vx_buf_lit(out, "<soapenv:Fault><faultcode>ServerFaultCode</faultcode>"
                        "<faultstring>");
        put_escaped(out, call->why);
        vx_buf_printf(out,
                      "</faultstring><detail><%sFault xmlns=\"urn:vim25\" "
                      "xsi:type=\"%s\"></%sFault></detail></soapenv:Fault>",
                      call->fault, call->fault, call->fault);
    } else {
        vx_buf_printf(out, "<%sResponse xmlns=\"urn:vim25\">", call->method);
        vx_buf_str(out, vx_buf_text(&call->out));
        vx_buf_printf(out, "</%sResponse>", call->method);
    }
    vx_buf_lit(out, TAIL);
    return call->fault ? 500 : 200;
}

/* ---- one call -------------------------------------------------------------------- */

static const struct method *
method_get(const char *name)
{
    static const struct method *const all[] = {session_methods, property_methods,
                                               update_methods, machine_methods,
                                               file_methods};

    for (size_t i = 0; i < VX_COUNT(all); i++)
        for (const struct method *method = all[i]; method->name; method++)
            if (strcmp(method->name, name) == 0)
                return method;
    return NULL;
}

static void
run(struct call *call)
{
    const struct method *method = method_get(call->method);
    const char *self = arg(call, "_this");

    if (method == NULL) {
        call_fail(call, "NotImplemented", "The method %s is not implemented.",
                  call->method);
        return;
    }
    if (call->session == NULL && !method->without_login) {
        call_fail(call, "NotAuthenticated", "The session is not authenticated.");
        return;
    }
    call->self = object_get(call->world, self);
    if (call->self == NULL)
        call_fail(call, "ManagedObjectNotFound",
                  "The object '%s' has already been deleted or has not been completely "
                  "created",
                  self);
    else
        method->run(call);
}

/* What is ordered to go wrong before it is done. */
static bool
goes_wrong(struct call *call, const struct plan *plan)
{
    if (plan->expires && call->session) {
        session_close(call->world, call->session);
        call->session = NULL;
    }
    if (plan->fault[0])
        call_fail(call, plan->fault, "It is ordered to fail.");
    return plan->fault[0] || plan->status;
}

int
soap_answer(struct world *world, struct vx_str body, const char *cookie, int fd,
            struct vx_buf *out, struct plan *plan, char *new_cookie, size_t cookie_size)
{
    struct call call = {.world = world, .out = VX_BUF(TEXT_MAX), .fd = fd};
    xmlDoc *doc = xmlReadMemory(body.s, (int)body.n, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR
                                    | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    int status;

    call.node = node_child(node_child(root, "Body"), NULL);
    call.method = call.node ? (const char *)call.node->name : "Nothing";
    call.session = session_get(world, cookie);
    count_up(world, call.method);
    fault_plan(world, call.method, plan);
    if (call.node == NULL)
        call_fail(&call, "InvalidRequest", "The request is no message.");
    else if (!goes_wrong(&call, plan))
        run(&call);
    status = put_reply(&call, out);
    if (call.new_session)
        snprintf(new_cookie, cookie_size, "%s", call.session->key);
    vx_buf_done(&call.out);
    xmlFreeDoc(doc);
    return plan->status ? plan->status : status;
}
