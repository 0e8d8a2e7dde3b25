/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each command of vmx-vi says to a host, and what the host answers. */
#ifndef VX_TESTS_EXCHANGE_H
#define VX_TESTS_EXCHANGE_H

#include "replay.h"

#define PROP(name, value) "<propSet><name>" name "</name><val>" value "</val></propSet>"
#define VM(props) "<obj type='VirtualMachine'>9</obj>" props
#define TASK(props) "<obj type='Task'>t-1</obj>" props
#define RESULT(inner) "<returnval>" inner "</returnval>"
#define QUESTION                                                                       \
    "<id>7</id><text>append or replace?</text><choice><choiceInfo><label>Append"       \
    "</label><summary>a</summary><key>0</key></choiceInfo><choiceInfo><label>Replace"  \
    "</label><summary>r</summary><key>1</key></choiceInfo><defaultIndex>1"             \
    "</defaultIndex></choice><message><id>msg.parallel.file.open</id></message>"
#define CHANGE(type, name, value)                                                      \
    "<objectSet><kind>modify</kind><obj type='" type "'>x</obj><changeSet><name>" name \
    "</name><op>assign</op><val>" value "</val></changeSet></objectSet>"
#define NEWS(version, changes)                                                         \
    {                                                                                  \
        "WaitForUpdatesEx", NULL,                                                      \
            RESULT("<version>" version                                                 \
                   "</version><filterSet><filter>f</filter>" changes "</filterSet>")   \
    }
#define BUSY(state)                                                                    \
    {                                                                                  \
        "RetrieveProperties", NULL, RESULT(VM(PROP("runtime.powerState", state)))      \
    }
#define START(method)                                                                  \
    {                                                                                  \
        method, NULL, "<returnval type='Task'>t-1</returnval>"                         \
    }
#define FILTER                                                                         \
    {"CreatePropertyCollector", NULL,                                                  \
     "<returnval type='PropertyCollector'>pc2</returnval>"},                           \
    {                                                                                  \
        "CreateFilter", NULL, "<returnval type='PropertyFilter'>f1</returnval>"        \
    }
#define CLOSE                                                                          \
    {                                                                                  \
        "DestroyPropertyCollector", NULL, ""                                           \
    }
#define OLD                                                                            \
    {                                                                                  \
        "RetrieveServiceContent", NULL, CONTENT("HostAgent", "4.0")                    \
    }

static const struct replay_line listing[] = {
    MEET,
    LOGIN,
    {"RetrievePropertiesEx", NULL,
     RESULT("<token>0</token><objects>" VM(
         PROP("name", "web%2f1") PROP("config.files.vmPathName", "[ds] web/web.vmx")
             PROP("runtime.question", QUESTION)) "</objects>")},
    {"ContinueRetrievePropertiesEx", NULL,
     RESULT(
         "<objects><obj type='Folder'>group-1</obj>" PROP("name", "vm") "</objects>")},
    LOGOUT,
};
static const struct replay_line listing_at_once[] = {
    OLD,
    LOGIN,
    {"RetrieveProperties", NULL, RESULT(VM(PROP("name", "web")))},
    LOGOUT,
};
static const struct replay_line showing[] = {
    MEET,
    LOGIN,
    {"RetrieveProperties", NULL,
     RESULT(VM(PROP("name", "web") PROP("config.hardware.memoryMB", "4096")
                   PROP("runtime.question", QUESTION)))},
    LOGOUT,
};
static const struct replay_line hosts[] = {
    MEET,
    LOGIN,
    {"RetrievePropertiesEx", NULL,
     RESULT("<objects><obj type='HostSystem'>h1</obj>" PROP("name", "esx1")
                PROP("summary.hardware.memorySize", "4294430720") "</objects>")},
    LOGOUT,
};
static const struct replay_line answering[] = {
    MEET,
    LOGIN,
    {"RetrieveProperties", NULL, RESULT(VM(PROP("runtime.question", QUESTION)))},
    {"AnswerVM", NULL, ""},
    LOGOUT,
};
static const struct replay_line tasks[] = {
    MEET,
    LOGIN,
    {"RetrieveProperties", NULL,
     RESULT("<obj type='TaskManager'>tm</obj>" PROP(
         "recentTask", "<ManagedObjectReference type='Task'>t-1"
                       "</ManagedObjectReference>"))},
    {"RetrieveProperties", NULL,
     RESULT(TASK(PROP("info", "<key>t-1</key><name>PowerOn</name><state>running"
                              "</state><progress>50</progress>")))},
    LOGOUT,
};
static const struct replay_line cancelling[] = {
    MEET,
    LOGIN,
    {"CancelTask", NULL, ""},
    LOGOUT,
};
static const struct replay_line reading[] = {
    MEET,
    LOGIN,
    {"/folder/web/web.vmx", NULL,
     "=206\nContent-Range: bytes 1-19/20\n\nisplayName = \"web\"\n"},
    LOGOUT,
};
static const struct replay_line looking[] = {
    MEET,
    LOGIN,
    {"/folder/web/web.vmdk", NULL, "=200\nContent-Length: 20\nETag: \"1\"\n\n"},
    LOGOUT,
};
static const struct replay_line downloading[] = {
    MEET,
    LOGIN,
    {"/folder/web/web.vmdk", NULL, "=200\nContent-Length: 10\n\n0123456789"},
    LOGOUT,
};
static const struct replay_line uploading[] = {
    MEET,
    LOGIN,
    {"/folder/web/web.vmdk", NULL, "=201"},
    LOGOUT,
};
static const struct replay_line starting[] = {
    MEET,
    LOGIN,
    BUSY("poweredOff"),
    START("PowerOnVM_Task"),
    FILTER,
    NEWS("1", CHANGE("Task", "info.state", "running")
                  CHANGE("Task", "info.cancelable", "true")),
    NEWS("2", CHANGE("VirtualMachine", "runtime.question", QUESTION)),
    {"AnswerVM", NULL, ""},
    NEWS("3", CHANGE("Task", "info.state", "success")),
    CLOSE,
    LOGOUT,
};
static const struct replay_line starting_old[] = {
    OLD,
    LOGIN,
    BUSY("poweredOff"),
    START("PowerOnVM_Task"),
    {"RetrieveProperties", NULL, RESULT(TASK(PROP("info.state", "running")))},
    {"RetrieveProperties", NULL, RESULT(VM(PROP("runtime.question", QUESTION)))},
    {"AnswerVM", NULL, ""},
    {"RetrieveProperties", NULL, RESULT(TASK(PROP("info.state", "success")))},
    {"RetrieveProperties", NULL, RESULT(VM(""))},
    LOGOUT,
};
static const struct replay_line shutting[] = {
    MEET,
    LOGIN,
    BUSY("poweredOn"),
    {"ShutdownGuest", NULL, ""},
    BUSY("poweredOn"),
    BUSY("poweredOff"),
    LOGOUT,
};
static const struct replay_line rebooting[] = {
    MEET, LOGIN, BUSY("poweredOn"), {"RebootGuest", NULL, ""}, LOGOUT,
};

#define DONE FILTER, NEWS("1", CHANGE("Task", "info.state", "success")), CLOSE
#define OBJECT(type, ref, props)                                                       \
    "<objects><obj type='" type "'>" ref "</obj>" props "</objects>"
#define REF(name, type, ref)                                                           \
    "<propSet><name>" name "</name><val type='" type "'>" ref "</val></propSet>"

static const struct replay_line finding_store[] = {
    MEET,
    LOGIN,
    {"RetrievePropertiesEx", NULL,
     RESULT(OBJECT("Datacenter", "dc-1",
                   PROP("name", "dc") REF("parent", "Folder", "root")
                       PROP("datastore", "<m type='Datastore'>ds-1</m>"))
                OBJECT("Datastore", "ds-1", PROP("summary.name", "ds")))},
    LOGOUT,
};
static const struct replay_line copying[] = {
    MEET, LOGIN, START("CopyDatastoreFile_Task"), DONE, LOGOUT,
};
static const struct replay_line removing[] = {
    MEET, LOGIN, START("DeleteDatastoreFile_Task"), DONE, LOGOUT,
};
static const struct replay_line registering[] = {
    MEET,
    LOGIN,
    {"/folder/web/web.vmx", NULL, "=404"},
    {"RetrievePropertiesEx", NULL,
     RESULT(OBJECT("Datacenter", "dc-1",
                   PROP("name", "dc") REF("parent", "Folder", "root") REF(
                       "vmFolder", "Folder", "f-1") REF("hostFolder", "Folder", "f-2"))
                OBJECT("Folder", "f-2",
                       PROP("name", "host") REF("parent", "Datacenter", "dc-1"))
                    OBJECT("ComputeResource", "c-1",
                           PROP("name", "c") REF("parent", "Folder", "f-2")
                               REF("resourcePool", "ResourcePool", "p-1")))},
    {"MakeDirectory", NULL, ""},
    {"/folder/web/web.vmx", NULL, "=201"},
    START("RegisterVM_Task"),
    DONE,
    LOGOUT,
};

#define NOW_FILE                                                                       \
    {                                                                                  \
        "/folder/web/web.vmx", NULL,                                                   \
            "=200\nContent-Length: 76\n\nconfig.version = \"8\"\n"                     \
            "displayName = \"web\"\nmemSize = \"1024\"\nguestOS = \"other\"\n"         \
    }
#define CONFIG                                                                         \
    {                                                                                  \
        "RetrieveProperties", NULL, RESULT(VM(PROP("config.changeVersion", "7")))      \
    }

static const struct replay_line reconfiguring[] = {
    MEET, LOGIN,  CONFIG, NOW_FILE, BUSY("poweredOff"), START("ReconfigVM_Task"),
    DONE, LOGOUT,
};
static const struct replay_line replacing[] = {
    MEET,
    LOGIN,
    CONFIG,
    NOW_FILE,
    BUSY("poweredOff"),
    {"/folder/web/", NULL, "=201"},
    START("MoveDatastoreFile_Task"),
    DONE,
    {"Reload", NULL, ""},
    LOGOUT,
};

static void
hear(void *data, const char *name, const char *value)
{
    *(size_t *)data += strlen(name) + strlen(value);
}

static void
hear_task(void *data, const struct vmx_vi_task *task)
{
    *(size_t *)data += strlen(task->ref) + strlen(task->name) + strlen(task->state);
}

static int
take(void *data, const char *bytes, size_t size)
{
    *(size_t *)data += size && bytes[size - 1];
    return 0;
}

static int
decide(void *data, const struct vmx_vi_question *question)
{
    *(size_t *)data += strlen(question->text) + question->choice_count;
    return question->default_choice;
}

static const struct vmx_vi_machine machine = {
    .ref = "9",
    .name = "web",
    .path = "[ds] web/web.vmx",
    .datacenter = "dc",
};

static enum vmx_vi_status
power(struct vmx_vi *vi, enum vmx_vi_power power, size_t *heard)
{
    const struct vmx_vi_run run = {
        .size = sizeof(run),
        .decide = decide,
        .data = heard,
        .wait_ms = 60000,
        .wait_for_guest = 1,
    };
    int changed = -1;
    enum vmx_vi_status status = vmx_vi_power(vi, &machine, power, &run, &changed);

    ck_assert_int_eq(changed, status == VMX_VI_OK);
    return status;
}

static enum vmx_vi_status
run_list(struct vmx_vi *vi, size_t *heard)
{
    struct vmx_vi_list *list = NULL;
    enum vmx_vi_status status = vmx_vi_list(vi, &list);

    ck_assert_int_eq(list != NULL, status == VMX_VI_OK);
    if (list)
        *heard += vmx_vi_list_count(list);
    vmx_vi_list_free(list);
    return status;
}

static enum vmx_vi_status
run_show(struct vmx_vi *vi, size_t *heard)
{
    return vmx_vi_show(vi, &machine, hear, heard);
}

static enum vmx_vi_status
run_hosts(struct vmx_vi *vi, size_t *heard)
{
    return vmx_vi_hosts(vi, hear, heard);
}

static enum vmx_vi_status
run_answer(struct vmx_vi *vi, size_t *heard)
{
    int asked;

    return vmx_vi_answer(vi, &machine, decide, heard, &asked);
}

static enum vmx_vi_status
run_tasks(struct vmx_vi *vi, size_t *heard)
{
    return vmx_vi_tasks(vi, hear_task, heard);
}

static enum vmx_vi_status
run_cancel(struct vmx_vi *vi, size_t *heard)
{
    ++*heard;
    return vmx_vi_cancel(vi, "t-1");
}

static enum vmx_vi_status
run_read(struct vmx_vi *vi, size_t *heard)
{
    return vmx_vi_read(vi, "dc", "[ds] web/web.vmx", 1, 1000, take, heard);
}

static enum vmx_vi_status
run_stat(struct vmx_vi *vi, size_t *heard)
{
    struct vmx_vi_file file = {.size = sizeof(file)};
    enum vmx_vi_status status = vmx_vi_stat(vi, "dc", "[ds] web/web.vmdk", &file);

    *heard += strlen(file.version);
    return status;
}

static enum vmx_vi_status
run_download(struct vmx_vi *vi, size_t *heard)
{
    return vmx_vi_download(vi, "dc", "[ds] web/web.vmdk", 0, NULL, take, heard);
}

static ptrdiff_t
give(void *data, uint64_t from, char *bytes, size_t room)
{
    *(size_t *)data += from;
    memset(bytes, 'x', room);
    return (ptrdiff_t)room;
}

static enum vmx_vi_status
run_upload(struct vmx_vi *vi, size_t *heard)
{
    return vmx_vi_upload(vi, "dc", "[ds] web/web.vmdk", 1000, give, heard);
}

static enum vmx_vi_status
run_store(struct vmx_vi *vi, size_t *heard)
{
    const char *place = "";
    enum vmx_vi_status status = vmx_vi_datacenter(vi, "[ds] web", &place);

    *heard += strlen(place);
    return status;
}

static enum vmx_vi_status
run_copy(struct vmx_vi *vi, size_t *heard)
{
    ++*heard;
    return vmx_vi_copy(vi, "dc", "[ds] a", "dc", "[ds] b", 0, NULL);
}

static enum vmx_vi_status
run_remove(struct vmx_vi *vi, size_t *heard)
{
    ++*heard;
    return vmx_vi_remove(vi, "dc", "[ds] a");
}

static enum vmx_vi_status
run_register(struct vmx_vi *vi, size_t *heard)
{
    static const char text[] = "displayName = \"web\"\n";
    const struct vmx_vi_run run = {.size = sizeof(run), .wait_ms = 60000};

    ++*heard;
    return vmx_vi_register(vi, "dc", "[ds] web/web.vmx", NULL, text, sizeof(text) - 1,
                           &run);
}

static enum vmx_vi_status
push(struct vmx_vi *vi, bool replace)
{
    static const char text[] = "config.version = \"8\"\ndisplayName = \"web\"\n"
                               "memSize = \"2048\"\nguestOS = \"other\"\n";
    const struct vmx_vi_run run = {.size = sizeof(run), .wait_ms = 60000};
    struct vmx_vi_plan *plan = NULL;
    struct vmx_doc *doc = NULL;
    enum vmx_vi_status status;

    ck_assert_int_eq(vmx_doc_parse(text, sizeof(text) - 1, NULL, &doc), VMX_OK);
    status = vmx_vi_plan_new(vi, &machine, doc, &plan);
    ck_assert_int_eq(plan != NULL, status == VMX_VI_OK);
    if (plan)
        status = replace ? vmx_vi_replace(vi, &machine, plan, &run)
                         : vmx_vi_reconfigure(vi, &machine, plan, &run);
    vmx_vi_plan_free(plan);
    vmx_doc_free(doc);
    return status;
}

static enum vmx_vi_status
run_reconfigure(struct vmx_vi *vi, size_t *heard)
{
    ++*heard;
    return push(vi, false);
}

static enum vmx_vi_status
run_replace(struct vmx_vi *vi, size_t *heard)
{
    ++*heard;
    return push(vi, true);
}

static enum vmx_vi_status
run_start(struct vmx_vi *vi, size_t *heard)
{
    return power(vi, VMX_VI_POWER_ON, heard);
}

static enum vmx_vi_status
run_shutdown(struct vmx_vi *vi, size_t *heard)
{
    return power(vi, VMX_VI_POWER_SHUTDOWN, heard);
}

static enum vmx_vi_status
run_reboot(struct vmx_vi *vi, size_t *heard)
{
    return power(vi, VMX_VI_POWER_REBOOT, heard);
}

#define LINES(lines) (lines), VX_COUNT(lines)

static const struct exchange {
    const char *name;
    enum vmx_vi_status (*run)(struct vmx_vi *vi, size_t *heard);
    const struct replay_line *lines;
    size_t count;
} exchanges[] = {
    {"list", run_list, LINES(listing)},
    {"list of an old host", run_list, LINES(listing_at_once)},
    {"show", run_show, LINES(showing)},
    {"host", run_hosts, LINES(hosts)},
    {"question answer", run_answer, LINES(answering)},
    {"task list", run_tasks, LINES(tasks)},
    {"task cancel", run_cancel, LINES(cancelling)},
    {"fetch", run_read, LINES(reading)},
    {"cp, to look", run_stat, LINES(looking)},
    {"cp, down", run_download, LINES(downloading)},
    {"cp, up", run_upload, LINES(uploading)},
    {"cp, which datacenter", run_store, LINES(finding_store)},
    {"cp, on the host", run_copy, LINES(copying)},
    {"what is taken away", run_remove, LINES(removing)},
    {"push, a new machine", run_register, LINES(registering)},
    {"push, by the API", run_reconfigure, LINES(reconfiguring)},
    {"push, as a file", run_replace, LINES(replacing)},
    {"power on", run_start, LINES(starting)},
    {"power on of an old host", run_start, LINES(starting_old)},
    {"power shutdown", run_shutdown, LINES(shutting)},
    {"power reboot", run_reboot, LINES(rebooting)},
};

#endif
