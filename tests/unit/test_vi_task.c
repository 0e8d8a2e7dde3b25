/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions before, while and after: each row of what must happen, replayed. */
#include "replay.h"

#define QUESTION_VALUE(id, choice)                                                     \
    "<id>" id "</id><text>append or replace?</text><choice>" choice "</choice>"
#define CHOICES                                                                        \
    "<choiceInfo><label>Append</label><summary>a</summary><key>k0</key></choiceInfo>"  \
    "<choiceInfo><label>Replace</label><summary>r</summary><key>k1</key></choiceInfo>"
#define QUESTION(id) QUESTION_VALUE(id, CHOICES "<defaultIndex>1</defaultIndex>")
#define PROP(name, value) "<propSet><name>" name "</name><val>" value "</val></propSet>"

#define VIEW(type, props) "<returnval><obj type='" type "'>x</obj>" props "</returnval>"
#define STATE(state) PROP("runtime.powerState", state)
#define BUSY(props)                                                                    \
    {                                                                                  \
        "RetrieveProperties", "<pathSet>recentTask</pathSet>",                         \
            VIEW("VirtualMachine", props)                                              \
    }
#define TASK(state)                                                                    \
    {                                                                                  \
        "RetrieveProperties", "<obj type=\"Task\">t-old</obj>",                        \
            VIEW("Task",                                                               \
                 PROP("info",                                                          \
                      "<key>t-old</key><name>Reset</name><state>" state "</state>"))   \
    }
#define RECENT PROP("recentTask", "<r type='Task'>t-old</r>")

#define START                                                                          \
    {                                                                                  \
        "PowerOnVM_Task", ">9<", "<returnval type='Task'>t-1</returnval>"              \
    }
#define FILTER                                                                         \
    {"CreatePropertyCollector", NULL,                                                  \
     "<returnval type='PropertyCollector'>pc2</returnval>"},                           \
    {                                                                                  \
        "CreateFilter", "runtime.question",                                            \
            "<returnval type='PropertyFilter'>f</returnval>"                           \
    }
#define CLOSE                                                                          \
    {                                                                                  \
        "DestroyPropertyCollector", ">pc2<", ""                                        \
    }
#define CHANGE(type, name, value)                                                      \
    "<objectSet><kind>modify</kind><obj type='" type "'>x</obj><changeSet><name>" name \
    "</name><op>assign</op>" value "</changeSet></objectSet>"
#define TASK_IS(state) CHANGE("Task", "info.state", "<val>" state "</val>")
#define CANCELABLE(yes) CHANGE("Task", "info.cancelable", "<val>" yes "</val>")
#define ASKS(id)                                                                       \
    CHANGE("VirtualMachine", "runtime.question", "<val>" QUESTION(id) "</val>")
#define ASKS_NO_MORE CHANGE("VirtualMachine", "runtime.question", "")
#define NEWS(version, changes)                                                         \
    {                                                                                  \
        "WaitForUpdatesEx", "<maxWaitSeconds>",                                        \
            "<returnval><version>" version                                             \
            "</version><filterSet><filter>f</filter>" changes                          \
            "</filterSet></returnval>"                                                 \
    }
#define NO_NEWS                                                                        \
    {                                                                                  \
        "WaitForUpdatesEx", "<version>1</version>", ""                                 \
    }
#define ANSWER(id, key)                                                                \
    {                                                                                  \
        "AnswerVM",                                                                    \
            "<questionId>" id "</questionId><answerChoice>" key "</answerChoice>", ""  \
    }
#define CANCEL                                                                         \
    {                                                                                  \
        "CancelTask", ">t-1<", ""                                                      \
    }

static int
take_default(void *data, const struct vmx_vi_question *question)
{
    int *asked = data;

    ++*asked;
    return question->default_choice;
}

struct expected {
    enum vmx_vi_status status;
    const char *message;
    int changed, asked;
};

static void
must_give(const struct replay_line *lines, size_t count, enum vmx_vi_power power,
          bool answers, struct expected expected)
{
    struct replay replay = {
        .base = {.send = replay_send, .close = replay_close},
        .lines = lines,
        .count = count,
    };
    const struct vmx_vi_machine machine = {.ref = "9", .name = "web"};
    struct vmx_vi *vi = replay_session(&replay, "esx://h/");
    int changed = -1, asked = 0;
    const struct vmx_vi_run run = {
        .size = sizeof(run),
        .decide = answers ? take_default : NULL,
        .data = &asked,
        .wait_ms = 5000,
    };

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_power(vi, &machine, power, &run, &changed),
                     expected.status);
    ck_assert_msg(strstr(vmx_vi_message(vi), expected.message) != NULL, "%s",
                  vmx_vi_message(vi));
    ck_assert_int_eq(changed, expected.changed);
    ck_assert_int_eq(asked, expected.asked);
    replay_done(&replay, vi);
}

#define MUST_GIVE(power, answers, ...)                                                 \
    must_give(lines, VX_COUNT(lines), VMX_VI_POWER_##power, answers,                   \
              (struct expected){__VA_ARGS__})

START_TEST(a_machine_is_started)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff")),
        START,
        FILTER,
        NEWS("1", TASK_IS("running")),
        NO_NEWS,
        NEWS("2", TASK_IS("success")),
        CLOSE,
        LOGOUT,
    };

    MUST_GIVE(ON, false, VMX_VI_OK, "", 1, 0);
}

END_TEST

START_TEST(what_is_so_already_is_left)
{
    static const struct replay_line lines[] = {MEET, LOGIN, BUSY(STATE("poweredOn")),
                                               LOGOUT};

    MUST_GIVE(ON, false, VMX_VI_OK, "", 0, 0);
}

END_TEST

START_TEST(the_state_must_allow_it)
{
    static const struct replay_line lines[] = {MEET, LOGIN, BUSY(STATE("poweredOff")),
                                               LOGOUT};

    MUST_GIVE(SUSPEND, false, VMX_VI_ERR_STATE, "is poweredOff and cannot be suspended",
              0, 0);
}

END_TEST

START_TEST(a_state_that_nobody_knows_is_none)
{
    static const struct replay_line lines[] = {MEET, LOGIN, BUSY(STATE("melting")),
                                               LOGOUT};

    MUST_GIVE(ON, false, VMX_VI_ERR_STATE,
              "is in an unknown state and cannot be started", 0, 0);
}

END_TEST

START_TEST(a_pending_question_stops_it)
{
    static const struct replay_line lines[] = {
        MEET, LOGIN,
        BUSY(STATE("poweredOff") PROP("runtime.question", QUESTION("7")) RECENT),
        LOGOUT};

    MUST_GIVE(
        ON, false, VMX_VI_ERR_QUESTION,
        "append or replace?; choices: \"Append\", \"Replace\", default \"Replace\"", 0,
        0);
}

END_TEST

START_TEST(a_pending_question_is_answered_and_nothing_started)
{
    static const struct replay_line lines[] = {
        MEET, LOGIN, BUSY(STATE("poweredOff") PROP("runtime.question", QUESTION("7"))),
        ANSWER("7", "k1"), LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_ERR_BUSY, "nothing was started", 0, 1);
}

END_TEST

START_TEST(another_task_stops_it)
{
    static const struct replay_line lines[] = {
        MEET, LOGIN, BUSY(STATE("poweredOff") RECENT), TASK("queued"), LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_ERR_BUSY, "t-old, Reset", 0, 0);
}

END_TEST

START_TEST(tasks_that_ended_or_are_gone_do_not)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff") PROP(
            "recentTask", "<r type='Task'>t-old</r><r type='Task'>t-gone</r>")),
        TASK("error"),
        {"RetrieveProperties", "t-gone", "!ManagedObjectNotFound"},
        START,
        FILTER,
        NEWS("1", TASK_IS("success")),
        CLOSE,
        LOGOUT};

    MUST_GIVE(ON, false, VMX_VI_OK, "", 1, 0);
}

END_TEST

START_TEST(a_late_question_cancels_it)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff")),
        START,
        FILTER,
        NEWS("1", TASK_IS("running") CANCELABLE("true")),
        NO_NEWS,
        NEWS("2", ASKS("7")),
        CANCEL,
        CLOSE,
        LOGOUT};

    MUST_GIVE(ON, false, VMX_VI_ERR_QUESTION, "the task t-1 was cancelled", 0, 0);
}

END_TEST

START_TEST(what_cannot_be_cancelled_is_told)
{
    static const struct replay_line lines[] = {
        MEET,  LOGIN,  BUSY(STATE("poweredOff")),
        START, FILTER, NEWS("1", TASK_IS("running") CANCELABLE("false") ASKS("7")),
        CLOSE, LOGOUT};

    MUST_GIVE(ON, false, VMX_VI_ERR_QUESTION,
              "the task t-1 cannot be cancelled and is left waiting", 0, 0);
}

END_TEST

/* The same question is seen again before it goes, and is not answered twice. */
START_TEST(a_late_question_is_answered_once)
{
    static const struct replay_line lines[] = {MEET,
                                               LOGIN,
                                               BUSY(STATE("poweredOff")),
                                               START,
                                               FILTER,
                                               NEWS("1", TASK_IS("running") ASKS("7")),
                                               ANSWER("7", "k1"),
                                               NEWS("2", ASKS("7")),
                                               NEWS("3", ASKS_NO_MORE),
                                               NEWS("4", ASKS("8")),
                                               ANSWER("8", "k1"),
                                               NEWS("5", TASK_IS("success")),
                                               CLOSE,
                                               LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_OK, "", 1, 2);
}

END_TEST

START_TEST(without_a_default_there_is_no_answer)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff")),
        START,
        FILTER,
        NEWS("1", CHANGE("VirtualMachine", "runtime.question",
                         "<val>" QUESTION_VALUE("7", CHOICES) "</val>")),
        CANCEL,
        CLOSE,
        LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_ERR_QUESTION, "\"Replace\", and no default", 0, 1);
}

END_TEST

START_TEST(a_question_without_choices_is_no_crash)
{
    static const struct replay_line lines[] = {
        MEET, LOGIN,
        BUSY(STATE("poweredOff") PROP("runtime.question", "<id>7</id><text>?</text>")),
        LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_ERR_QUESTION, "choices: none", 0, 1);
}

END_TEST

START_TEST(a_task_that_fails_tells_why)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("suspended")),
        START,
        FILTER,
        NEWS("1",
             TASK_IS("error") CHANGE(
                 "Task", "info.error",
                 "<val><fault xsi:type='InsufficientMemoryResourcesFault'/>"
                 "<localizedMessage>The host has no memory.</localizedMessage></val>")),
        CLOSE,
        LOGOUT};

    MUST_GIVE(RESUME, true, VMX_VI_ERR_FAULT,
              "InsufficientMemoryResourcesFault: The host has no memory.", 0, 0);
}

END_TEST

START_TEST(a_refusal_is_told)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff")),
        {"PowerOnVM_Task", NULL, "!RestrictedVersion"},
        LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_ERR_FAULT, "licence", 0, 0);
}

END_TEST

START_TEST(a_wait_ends_when_it_must)
{
    static const struct replay_line lines[] = {
        MEET,  LOGIN,  BUSY(STATE("poweredOff")),
        START, FILTER, NEWS("1", TASK_IS("running")),
        CLOSE, LOGOUT};
    struct replay replay = REPLAY(lines);
    const struct vmx_vi_machine machine = {.ref = "9", .name = "web"};
    struct vmx_vi *vi = replay_session(&replay, "esx://h/");
    const struct vmx_vi_run run = {.size = sizeof(run), .wait_ms = 1};
    int changed;

    replay.pause_ms = 5;
    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_power(vi, &machine, VMX_VI_POWER_ON, &run, &changed),
                     VMX_VI_ERR_TIMEOUT);
    ck_assert_ptr_nonnull(strstr(vmx_vi_message(vi), "goes on without us"));
    replay_done(&replay, vi);
}

END_TEST

/* Hosts before 4.1 are asked every second. */
START_TEST(old_hosts_are_asked)
{
    static const struct replay_line lines[] = {
        {"RetrieveServiceContent", NULL, CONTENT("HostAgent", "4.0")},
        LOGIN,
        BUSY(STATE("poweredOff")),
        START,
        {"RetrieveProperties", "info.state",
         VIEW("Task", PROP("info.state", "running"))},
        {"RetrieveProperties", "runtime.question",
         VIEW("VirtualMachine", PROP("runtime.question", QUESTION("7")))},
        ANSWER("7", "k1"),
        {"RetrieveProperties", "info.state",
         VIEW("Task", PROP("info.state", "success"))},
        {"RetrieveProperties", "runtime.question", VIEW("VirtualMachine", "")},
        LOGOUT};

    MUST_GIVE(ON, true, VMX_VI_OK, "", 1, 1);
}

END_TEST

/* The task goes on without the session that started it, and so does the wait. */
START_TEST(a_session_may_expire_while_it_waits)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff")),
        START,
        FILTER,
        {"WaitForUpdatesEx", NULL, "!NotAuthenticated"},
        {"RetrieveProperties", "<obj type=\"Task\">t-1<", "!NotAuthenticated"},
        LOGIN,
        {"RetrieveProperties", "<obj type=\"Task\">t-1<",
         VIEW("Task", PROP("info.state", "running"))},
        {"RetrieveProperties", "runtime.question", VIEW("VirtualMachine", "")},
        {"RetrieveProperties", "<obj type=\"Task\">t-1<",
         VIEW("Task", PROP("info.state", "success"))},
        {"RetrieveProperties", "runtime.question", VIEW("VirtualMachine", "")},
        LOGOUT,
    };

    MUST_GIVE(ON, false, .message = "", .changed = 1);
}

END_TEST

START_TEST(a_session_may_expire_before_it_waits)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        BUSY(STATE("poweredOff")),
        START,
        {"CreatePropertyCollector", NULL, "!NotAuthenticated"},
        LOGIN,
        {"CreatePropertyCollector", NULL,
         "<returnval type='PropertyCollector'>pc2</returnval>"},
        {"CreateFilter", NULL, "!NotAuthenticated"},
        {"RetrieveProperties", "<obj type=\"Task\">t-1<",
         VIEW("Task", PROP("info.state", "success"))},
        {"RetrieveProperties", "runtime.question", VIEW("VirtualMachine", "")},
    };

    MUST_GIVE(ON, false, .message = "", .changed = 1);
}

END_TEST

START_TEST(guests_are_asked)
{
    static const struct replay_line lines[] = {
        MEET, LOGIN, BUSY(STATE("poweredOn")), {"RebootGuest", ">9<", ""}, LOGOUT};

    MUST_GIVE(REBOOT, false, VMX_VI_OK, "", 1, 0);
}

END_TEST

static void
count_task(void *data, const struct vmx_vi_task *task)
{
    ++*(int *)data;
    ck_assert_str_eq(task->ref, "t-old");
    ck_assert_str_eq(task->state, "running");
    ck_assert_int_eq(task->progress, -1);
}

START_TEST(tasks_are_listed)
{
    static const struct replay_line lines[] = {MEET,
                                               LOGIN,
                                               {"RetrieveProperties",
                                                "<obj type=\"TaskManager\">tm</obj>",
                                                VIEW("TaskManager", RECENT)},
                                               TASK("running"),
                                               LOGOUT};
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, "esx://h/");
    int count = 0;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_tasks(vi, count_task, &count), VMX_VI_OK);
    ck_assert_int_eq(count, 1);
    replay_done(&replay, vi);
}

END_TEST

/* ---- files ----------------------------------------------------------------------- */

#define FILE_FILTER                                                                    \
    {"CreatePropertyCollector", NULL,                                                  \
     "<returnval type='PropertyCollector'>pc2</returnval>"},                           \
    {                                                                                  \
        "CreateFilter", "<obj type=\"Task\">t-1</obj>",                                \
            "<returnval type='PropertyFilter'>f</returnval>"                           \
    }
#define FILE_TASK "<returnval type='Task'>t-1</returnval>"
#define NOT_FOUND                                                                      \
    TASK_IS("error")                                                                   \
    CHANGE("Task", "info.error",                                                       \
           "<val><fault xsi:type='FileNotFound'/><localizedMessage>File x was not "    \
           "found</localizedMessage></val>")

START_TEST(the_host_moves_and_removes_files)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"MoveDatastoreFile_Task",
         ">fm</_this><sourceName>[ds] a</sourceName><destinationName>[ds] "
         "b</destinationName><force>true</force>",
         FILE_TASK},
        FILE_FILTER,
        NEWS("1", TASK_IS("running")),
        NEWS("2", TASK_IS("success")),
        CLOSE,
        {"DeleteDatastoreFile_Task", "<name>[ds] x</name>", FILE_TASK},
        FILE_FILTER,
        NEWS("1", NOT_FOUND),
        CLOSE,
        {"DeleteDatastoreFile_Task", "<name>[ds] x</name>", "!NoPermission"},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, "esx://h/");

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_move(vi, "dc", "[ds] a", "[ds] b", 1), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_remove(vi, "dc", "[ds] x"), VMX_VI_ERR_NOT_FOUND);
    ck_assert_str_eq(vmx_vi_fault(vi), "FileNotFound");
    ck_assert_str_eq(vmx_vi_message(vi), "FileNotFound: File x was not found");
    ck_assert_int_eq(vmx_vi_remove(vi, "dc", "[ds] x"), VMX_VI_ERR_FAULT);
    replay_done(&replay, vi);
}

END_TEST

/* A vCenter wants to know the datacenters by their objects. */
START_TEST(a_centre_copies_files)
{
    static const struct replay_line lines[] = {
        {"RetrieveServiceContent", NULL, CONTENT("VirtualCenter", "7.0")},
        LOGIN,
        {"FindByInventoryPath", "<inventoryPath>f/A</inventoryPath>",
         "<returnval type='Datacenter'>dc-1</returnval>"},
        {"FindByInventoryPath", "<inventoryPath>B</inventoryPath>",
         "<returnval type='Datacenter'>dc-2</returnval>"},
        {"CopyDatastoreFile_Task",
         "<sourceName>[s] a</sourceName><sourceDatacenter "
         "type=\"Datacenter\">dc-1</sourceDatacenter><destinationName>[t] "
         "b</destinationName><destinationDatacenter "
         "type=\"Datacenter\">dc-2</destinationDatacenter><force>false</force>",
         FILE_TASK},
        FILE_FILTER,
        NEWS("1", TASK_IS("success")),
        CLOSE,
        {"FindByInventoryPath", NULL, ""},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, "vpx://h/");

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_copy(vi, "f/A", "[s] a", "B", "[t] b", 0, NULL), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_remove(vi, "C", "[s] a"), VMX_VI_ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(vmx_vi_message(vi), "no datacenter \"C\""));
    replay_done(&replay, vi);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_task");
    TCase *tests = tcase_create("task");

    tcase_add_test(tests, a_machine_is_started);
    tcase_add_test(tests, what_is_so_already_is_left);
    tcase_add_test(tests, the_state_must_allow_it);
    tcase_add_test(tests, a_state_that_nobody_knows_is_none);
    tcase_add_test(tests, a_pending_question_stops_it);
    tcase_add_test(tests, a_pending_question_is_answered_and_nothing_started);
    tcase_add_test(tests, another_task_stops_it);
    tcase_add_test(tests, tasks_that_ended_or_are_gone_do_not);
    tcase_add_test(tests, a_late_question_cancels_it);
    tcase_add_test(tests, what_cannot_be_cancelled_is_told);
    tcase_add_test(tests, a_late_question_is_answered_once);
    tcase_add_test(tests, without_a_default_there_is_no_answer);
    tcase_add_test(tests, a_question_without_choices_is_no_crash);
    tcase_add_test(tests, a_task_that_fails_tells_why);
    tcase_add_test(tests, a_refusal_is_told);
    tcase_add_test(tests, a_wait_ends_when_it_must);
    tcase_add_test(tests, old_hosts_are_asked);
    tcase_add_test(tests, a_session_may_expire_while_it_waits);
    tcase_add_test(tests, a_session_may_expire_before_it_waits);
    tcase_add_test(tests, guests_are_asked);
    tcase_add_test(tests, tasks_are_listed);
    tcase_add_test(tests, the_host_moves_and_removes_files);
    tcase_add_test(tests, a_centre_copies_files);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
