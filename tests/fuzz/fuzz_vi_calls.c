/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a host replies, each call ends, with a message when it failed; what is said
 * to the host next is well-formed, and no task is started twice.
 *
 * The first byte says which call, the second what kind of host.  Replies follow, with a
 * "~" between them: what is in the response of the method that was asked; "!" and the
 * type of a fault; "=" with an HTTP status and the bytes of an answer, which may begin
 * with a line end, lines of a head and an empty line; or "@", and the connection is
 * gone.
 */
#include <poll.h>
#include <string.h>

#include "fuzz.h"
#include "vi/session.h"
#include "vmx.h"

enum {
    NAME_MAX_SIZE = 60,
};

struct host {
    struct vi_transport base;
    struct vx_str rest; /* replies that were not given yet */
    const char *version;
    int calls, starts;
    bool greeted, is_centre;
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
                      "</propertyCollector><about><apiType>%s</apiType>"
                      "<apiVersion>%s</apiVersion></about>"
                      "<sessionManager type='SessionManager'>s</sessionManager>"
                      "<searchIndex type='SearchIndex'>i</searchIndex>"
                      "<fileManager type='FileManager'>f</fileManager>"
                      "<taskManager type='TaskManager'>t</taskManager>",
                      host->is_centre ? "VirtualCenter" : "HostAgent", host->version);
    vx_buf_printf(&reply->body, "</returnval></%sResponse>" TAIL, name);
}

static struct vx_str
put_head(struct vx_str text, struct vi_reply *reply)
{
    while (text.n && text.s[0] == '\n') {
        ptrdiff_t end = vx_str_find(vx_str_skip(text, 1), '\n');

        if (end <= 0)
            return vx_str_skip(text, end < 0 ? text.n : 2);
        vi_reply_line(reply, vx_str_of(text.s + 1, (size_t)end));
        text = vx_str_skip(text, (size_t)end + 1);
    }
    return text;
}

static void
put_answer(struct vx_str text, const char *name, struct vi_reply *reply)
{
    if (text.n >= 4 && text.s[0] == '=') {
        reply->status =
            (text.s[1] & 15) * 100 + (text.s[2] & 15) * 10 + (text.s[3] & 15);
        vx_buf_str(&reply->body, put_head(vx_str_skip(text, 4), reply));
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

/* What is sent is read to its end, or to where it cannot be had. */
static void
drain(const struct vi_request *request)
{
    char bytes[100];
    ptrdiff_t got = 1;

    for (uint64_t at = 0; request->source && at < request->size && got > 0;
         at += (uint64_t)got) {
        got = request->source(request->source_data, at, bytes, sizeof(bytes));
        MUST(got <= (ptrdiff_t)sizeof(bytes));
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
    drain(request);
    put_answer(text, name, reply);
    if (vi_reply_is_file(request, reply))
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

static void
seen(void *data, const char *device, const char *path, int is_disk,
     enum vmx_vi_status status, const char *message)
{
    MUST(status == VMX_VI_OK || message[0]);
    *(size_t *)data += strlen(device) + strlen(path) + (size_t)is_disk;
}

/* A machine that has some of everything. */
static const char wanted[] =
    "config.version = \"8\"\nvirtualHW.version = \"19\"\ndisplayName = \"web\"\n"
    "guestOS = \"ubuntu-64\"\nmemSize = \"2048\"\nnumvcpus = \"4\"\n"
    "annotation = \"a <b> & c\"\nguestinfo.a = \"]]>\"\n"
    "RemoteDisplay.vnc.password = \"x\"\nsched.cpu.shares = \"high\"\n"
    "scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\n"
    "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"web.vmdk\"\n"
    "scsi0:1.present = \"TRUE\"\nscsi0:1.fileName = \"/vmfs/volumes/a/b.vmdk\"\n"
    "ide1:0.present = \"TRUE\"\nide1:0.deviceType = \"cdrom-image\"\n"
    "ide1:0.fileName = \"/vmfs/volumes/a/b.iso\"\nserial0.present = \"TRUE\"\n"
    "serial0.fileType = \"file\"\nserial0.fileName = \"a.log\"\n"
    "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"vmxnet3\"\n"
    "ethernet0.networkName = \"VM Network\"\nethernet0.addressType = \"static\"\n"
    "ethernet0.address = \"00:50:56:00:00:01\"\nfloppy0.present = \"FALSE\"\n";

static enum vmx_vi_status
push(struct vmx_vi *vi, bool replace, const struct vmx_vi_run *run, size_t *sum)
{
    const struct vmx_vi_machine machine = {
        .ref = "1",
        .name = "web",
        .path = "[ds] web/web.vmx",
        .datacenter = "dc",
    };
    struct vmx_vi_plan *plan = NULL;
    struct vmx_doc *doc = NULL;
    enum vmx_vi_status status;
    const char *text;

    MUST(vmx_doc_parse(wanted, sizeof(wanted) - 1, NULL, &doc) == VMX_OK);
    status = vmx_vi_plan_new(vi, &machine, doc, &plan);
    for (size_t i = 0; plan && i < vmx_vi_plan_count(plan); i++)
        MUST(vmx_vi_plan_step(plan, i)->what[0]);
    if (plan) {
        text = vmx_vi_plan_text(plan); /* NULL: a device of the host's lacks a member */
        *sum += text ? strlen(text) : 0;
        status = replace ? vmx_vi_replace(vi, &machine, plan, run)
                         : vmx_vi_reconfigure(vi, &machine, plan, run);
    }
    vmx_vi_plan_free(plan);
    vmx_doc_free(doc);
    return status;
}

static enum vmx_vi_status
check_files(struct vmx_vi *vi, size_t *sum)
{
    struct vmx_doc *doc = NULL;
    enum vmx_vi_status status;

    MUST(vmx_doc_parse(wanted, sizeof(wanted) - 1, NULL, &doc) == VMX_OK);
    status = vmx_vi_check_files(vi, "dc", "[ds] web/web.vmx", doc, seen, sum);
    vmx_doc_free(doc);
    return status;
}

static ptrdiff_t
give(void *data, uint64_t from, char *bytes, size_t room)
{
    *(size_t *)data += from;
    memset(bytes, 'x', room);
    return (ptrdiff_t)room;
}

static enum vmx_vi_status
call_files(struct vmx_vi *vi, unsigned which, const struct vmx_vi_run *run, size_t *sum)
{
    static const char path[] = "[ds] web/web.vmx";
    struct vmx_vi_file file = {.size = sizeof(file)};
    enum vmx_vi_status status;
    const char *place = "";

    switch (which) {
    case 0:
        status = vmx_vi_datacenter(vi, path, &place);
        *sum += strlen(place);
        return status;
    case 1:
        return vmx_vi_stat(vi, "dc", path, &file);
    case 2:
        status = vmx_vi_stat(vi, "dc", path, &file);
        return status == VMX_VI_OK
                   ? vmx_vi_download(vi, "dc", path, *sum % 2, &file, sink, sum)
                   : status;
    case 3:
        return vmx_vi_upload(vi, "dc", path, 1000, give, sum);
    case 4:
        return vmx_vi_remove(vi, "dc", path);
    case 5:
        return vmx_vi_move(vi, "dc", path, "[ds] b", 0);
    case 6:
        return vmx_vi_copy(vi, "dc", path, "dc", "[ds] b", 1, run);
    case 7:
        return check_files(vi, sum);
    case 8:
        return vmx_vi_register(vi, "dc", path, "web", wanted, sizeof(wanted) - 1, run);
    default:
        return push(vi, which % 2, run, sum);
    }
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
        return which < 14 ? vmx_vi_power(vi, &machine, which % 7, &run, &is)
                          : call_files(vi, which - 14, &run, sum);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const versions[] = {"6.7", "4.0", "8.0.3", "x"};
    const struct vmx_vi_options options = {
        .size = sizeof(options),
        .uri = size > 1 && data[1] & 4 ? "vpx://h/" : "esx://h/",
        .password = "geheim",
    };
    struct host host = {.base = {.send = answer, .close = closed}};
    enum vmx_vi_status status;
    struct vmx_vi *vi;
    size_t sum = 0;

    if (size < 2)
        return 0;
    host.rest = fuzz_text(data + 2, size - 2);
    host.is_centre = data[1] & 4;
    host.version = versions[data[1] % VX_COUNT(versions)];
    vi = vi_new(&options, &host.base);
    MUST(vi && vmx_vi_login(vi) == VMX_VI_OK);
    status = call(vi, data[0] % 28, &sum);
    MUST(status == VMX_VI_OK || vmx_vi_message(vi)[0]);
    MUST(host.starts <= 1);
    vmx_vi_free(vi);
    MUST(!host.greeted);
    return 0;
}
