/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host is, and who talks to it. */
#include <stdlib.h>

#include "call.h"
#include "count.h"

#define NOW "2026-01-02T03:04:05.000000Z"

struct session *
session_get(const struct world *world, const char *key)
{
    for (struct session *at = world->sessions->first; at; at = at->next)
        if (at->open && strcmp(at->key, key) == 0)
            return at;
    return NULL;
}

struct session *
session_open(struct world *world)
{
    struct session *session = must(calloc(1, sizeof(*session)));
    unsigned number = ++world->sessions->count;
    char *key = text_of("52a0%08x-key-%u", 0x1234567u * number, number);

    memcpy(session->key, key, strlen(key) + 1);
    free(key);
    session->open = true;
    session->next = world->sessions->first;
    world->sessions->first = session;
    return session;
}

void
session_close(struct world *world, struct session *session)
{
    (void)world;
    session->open = false;
}

unsigned
sessions_open(const struct world *world)
{
    unsigned count = 0;

    for (const struct session *at = world->sessions->first; at; at = at->next)
        count += at->open;
    return count;
}

/* ---- methods --------------------------------------------------------------------- */

static void
put_about(struct call *call)
{
    const bool centre = call->world->is_vcenter;

    vx_buf_printf(&call->out,
                  "<about><name>%s</name><fullName>%s %s build-1</fullName>"
                  "<vendor>VMware, Inc.</vendor><version>%s.0</version><build>1</build>"
                  "<osType>%s</osType><productLineId>%s</productLineId>"
                  "<apiType>%s</apiType><apiVersion>%s</apiVersion></about>",
                  centre ? "VMware vCenter Server" : "VMware ESXi",
                  centre ? "VMware vCenter Server" : "VMware ESXi", call->world->api,
                  call->world->api, centre ? "linux-x64" : "vmnix-x86",
                  centre ? "vpx" : "embeddedEsx",
                  centre ? "VirtualCenter" : "HostAgent", call->world->api);
}

static void
put_service(struct call *call, const char *element, const char *type)
{
    for (struct object *at = call->world->first; at; at = at->next)
        if (strcmp(at->type, type) == 0) {
            put_ref(&call->out, element, at);
            return;
        }
}

static void
retrieve_content(struct call *call)
{
    vx_buf_lit(&call->out, "<returnval>");
    put_ref(&call->out, "rootFolder", call->world->root);
    put_service(call, "propertyCollector", "PropertyCollector");
    put_about(call);
    put_service(call, "sessionManager", "SessionManager");
    put_service(call, "taskManager", "TaskManager");
    put_service(call, "searchIndex", "SearchIndex");
    put_service(call, "fileManager", "FileManager");
    put_service(call, "virtualDiskManager", "VirtualDiskManager");
    vx_buf_lit(&call->out, "</returnval>");
}

static void
put_session(struct vx_buf *out, const struct call *call)
{
    vx_buf_printf(out,
                  "<key>%s</key><userName>%s</userName><fullName>%s</fullName>"
                  "<loginTime>" NOW "</loginTime><lastActiveTime>" NOW
                  "</lastActiveTime><locale>en</locale><messageLocale>en"
                  "</messageLocale>",
                  call->session->key, call->world->user, call->world->user);
}

static void
login(struct call *call)
{
    if (strcmp(arg(call, "userName"), call->world->user) != 0
        || strcmp(arg(call, "password"), call->world->password) != 0) {
        count_up(call->world, "logins-refused");
        call_fail(call, "InvalidLogin",
                  "Cannot complete login due to an incorrect user name or password.");
        return;
    }
    if (call->session) {
        call_fail(call, "InvalidState", "Somebody is logged in already.");
        return;
    }
    call->session = session_open(call->world);
    call->new_session = true;
    count_up(call->world, "logins");
    vx_buf_lit(&call->out, "<returnval>");
    put_session(&call->out, call);
    vx_buf_lit(&call->out, "</returnval>");
}

static void
logout(struct call *call)
{
    session_close(call->world, call->session);
    count_up(call->world, "logouts");
}

static void
session_is_active(struct call *call)
{
    const struct session *session = session_get(call->world, arg(call, "sessionID"));

    vx_buf_printf(&call->out, "<returnval>%s</returnval>", session ? "true" : "false");
}

static void
current_time(struct call *call)
{
    vx_buf_lit(&call->out, "<returnval>" NOW "</returnval>");
}

const struct method session_methods[] = {
    {"CurrentTime", current_time, false},
    {"Login", login, true},
    {"Logout", logout, false},
    {"RetrieveServiceContent", retrieve_content, true},
    {"SessionIsActive", session_is_active, false},
    {NULL, NULL, false},
};
