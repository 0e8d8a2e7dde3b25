/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a host replies, each call ends, with a message when it failed; what is said
 * to the host next is well-formed, and no task is started twice.
 *
 * The first byte says which call, the second what kind of host.  Replies follow, with a
 * "~" between them: what is in the response of the method that was asked; "!" and the
 * type of a fault; "=" with an HTTP status and the bytes of an answer; or "@", and the
 * connection is gone. */
#include <poll.h>
#include <string.h>

#include "fuzz.h"
#include "vi/session.h"

enum {
    NAME_MAX_SIZE = 60,
};

struct host {
    struct vi_transport base;
    struct vx_str rest; /* replies that were not given yet */
    const char *version;
    int calls, starts;
    bool greeted;
};

/* Nobody waits here. */
int
poll(struct pollfd *files, nfds_t count, int ms)
{
    (void)files, (void)count, (void)ms;
    return 0;
}

/* ---- the host -------------------------------------------------------------------- */

#define HEAD                                                                           \
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' "                 \
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><e:Body>"
#define TAIL "</e:Body></e:Envelope>"

/* The method, as it stands in the request. */
static void
name_of(const struct vi_request *request, char *name)
{
    struct vx_arena arena;
    const struct vi_node *node;
    const char *why;

    name[0] = '\0';
    if (request->body.n == 0)
        return;
    vx_arena_init(&arena, VI_MEMORY_MAX);
    node = vi_read(request->body, &arena, &why);
    MUST(node && node->children && node->children->children);
    node = node->children->children;
    MUST(node->name.n < NAME_MAX_SIZE && node->next == NULL);
    memcpy(name, node->name.s, node->name.n + 1);
    vx_arena_done(&arena);
}

static struct vx_str
next_reply(struct host *host)
{
    ptrdiff_t end = vx_str_find(host->rest, '~');
    struct vx_str reply = host->rest;

    if (end >= 0)
        reply.n = (size_t)end;
    host->rest = vx_str_skip(host->rest, end < 0 ? reply.n : reply.n + 1);
    return reply;
}

static void
greet(struct host *host, const char *name, struct vi_reply *reply)
{
    host->greeted = strcmp(name, "Login") == 0;
    vx_buf_printf(&reply->body, HEAD "<%sResponse><returnval>", name);
    if (host->greeted)
        vx_buf_lit(&reply->body, "<key>k</key>");
    else
        vx_buf_printf(&reply->body,
                      "<rootFolder type='Folder'>r</rootFolder>"
                      "<propertyCollector type='PropertyCollector'>p"
                      "</propertyCollector><about><apiType>HostAgent</apiType>"
                      "<apiVersion>%s</apiVersion></about>"
                      "<sessionManager type='SessionManager'>s</sessionManager>"
                      "<taskManager type='TaskManager'>t</taskManager>",
                      host->version);
    vx_buf_printf(&reply->body, "</returnval></%sResponse>" TAIL, name);
}

static void
put_answer(struct vx_str text, const char *name, struct vi_reply *reply)
{
    if (text.n >= 4 && text.s[0] == '=') {
        reply->status =
            (text.s[1] & 15) * 100 + (text.s[2] & 15) * 10 + (text.s[3] & 15);
        vx_buf_str(&reply->body, vx_str_skip(text, 4));
    } else if (text.n && text.s[0] == '!') {
        reply->status = 500;
        vx_buf_lit(&reply->body, HEAD "<e:Fault><faultstring>no</faultstring><detail>"
                                      "<x xsi:type='");
        vx_buf_str(&reply->body, vx_str_skip(text, 1));
        vx_buf_lit(&reply->body, "'/></detail></e:Fault>" TAIL);
    } else {
        vx_buf_printf(&reply->body, HEAD "<%sResponse>", name);
        vx_buf_str(&reply->body, text);
        vx_buf_printf(&reply->body, "</%sResponse>" TAIL, name);
    }
}

static enum vmx_vi_status
answer(struct vi_transport *self, const struct vi_request *request,
       struct vi_reply *reply, struct vx_buf *why)
{
    struct host *host = (struct host *)self;
    char name[NAME_MAX_SIZE];
    struct vx_str text;

    MUST(++host->calls < 10000);
    MUST(strlen(request->path.s) == request->path.n);
    name_of(request, name);
    host->starts += strstr(name, "VM_Task") != NULL;
    reply->status = 200;
    if (!host->greeted) {
        greet(host, name, reply);
        return VMX_VI_OK;
    }
    text = next_reply(host);
    if (text.n == 0 || text.s[0] == '@') {
        vx_buf_lit(why, "gone");
        return VMX_VI_ERR_CONNECT;
    }
    put_answer(text, name, reply);
    if (request->sink && reply->status < 300)
        request->sink(request->sink_data, reply->body.data, reply->body.size);
    return VMX_VI_OK;
}

static void
closed(struct vi_transport *self)
{
    ((struct host *)self)->greeted = false;
}

/* ---- the calls ------------------------------------------------------------------- */

static void
touch(void *data, const char *name, const char *value)
{
    *(size_t *)data += strlen(name) + strlen(value);
}

static void
touch_task(void *data, const struct vmx_vi_task *task)
{
    *(size_t *)data += strlen(task->ref) + strlen(task->name) + strlen(task->entity)
                       + strlen(task->state) + strlen(task->error);
}

static int
decide(void *data, const struct vmx_vi_question *question)
{
    size_t *sum = data;

    *sum +=
        strlen(question->id) + strlen(question->text) + strlen(question->message_id);
    for (size_t i = 0; i < question->choice_count; i++)
        *sum += strlen(question->choices[i].key) + strlen(question->choices[i].label);
    return question->default_choice;
}

static int
sink(void *data, const char *bytes, size_t size)
{
    *(size_t *)data += size && bytes[size - 1];
    return 0;
}

static enum vmx_vi_status
list(struct vmx_vi *vi, size_t *sum)
{
    struct vmx_vi_list *list = NULL;
    enum vmx_vi_status status = vmx_vi_list(vi, &list);
    const struct vmx_vi_machine *found;

    for (size_t i = 0; list && i < vmx_vi_list_count(list); i++) {
        const struct vmx_vi_machine *machine = vmx_vi_list_get(list, i);
        enum vmx_vi_status meant = vmx_vi_find(vi, list, machine->ref, &found);

        MUST(meant == VMX_VI_ERR_AMBIGUOUS || found == machine);
        *sum += strlen(machine->name) + strlen(machine->uuid) + strlen(machine->path)
                + strlen(machine->place) + strlen(machine->state)
                + strlen(machine->connection) + strlen(machine->datacenter);
    }
    vmx_vi_list_free(list);
    return status;
}

static enum vmx_vi_status
call(struct vmx_vi *vi, unsigned which, size_t *sum)
{
    const struct vmx_vi_machine machine = {.ref = "1", .name = "web"};
    const struct vmx_vi_run run = {
        .size = sizeof(run),
        .wait_ms = 1000,
        .decide = decide,
        .data = sum,
        .wait_for_guest = 1,
    };
    int is = 0;

    switch (which) {
    case 0:
        return list(vi, sum);
    case 1:
        return vmx_vi_show(vi, &machine, touch, sum);
    case 2:
        return vmx_vi_hosts(vi, touch, sum);
    case 3:
        return vmx_vi_answer(vi, &machine, decide, sum, &is);
    case 4:
        return vmx_vi_tasks(vi, touch_task, sum);
    case 5:
        return vmx_vi_read(vi, "dc", "[ds] a/b", 0, 1 << 20, sink, sum);
    case 6:
        return vmx_vi_cancel(vi, "t-1");
    default:
        return vmx_vi_power(vi, &machine, which % 7, &run, &is);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const versions[] = {"6.7", "4.0", "8.0.3", "x"};
    const struct vmx_vi_options options = {
        .size = sizeof(options),
        .uri = "esx://h/",
        .password = "geheim",
    };
    struct host host = {.base = {.send = answer, .close = closed}};
    enum vmx_vi_status status;
    struct vmx_vi *vi;
    size_t sum = 0;

    if (size < 2)
        return 0;
    host.rest = fuzz_text(data + 2, size - 2);
    host.version = versions[data[1] % VX_COUNT(versions)];
    vi = vi_new(&options, &host.base);
    MUST(vi && vmx_vi_login(vi) == VMX_VI_OK);
    status = call(vi, data[0] % 14, &sum);
    MUST(status == VMX_VI_OK || vmx_vi_message(vi)[0]);
    MUST(host.starts <= 1);
    vmx_vi_free(vi);
    MUST(!host.greeted);
    return 0;
}
