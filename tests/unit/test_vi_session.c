/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replay.h"

#define URI "esx://root@h/"

#define STILL_IN                                                                       \
    {                                                                                  \
        "RetrieveProperties", "<pathSet>currentSession</pathSet>",                     \
            "<returnval><obj type='SessionManager'>sm</obj>"                           \
            "<propSet><name>currentSession</name><val xsi:type='UserSession'>"         \
            "<key>k</key><userName>root</userName></val></propSet></returnval>"        \
    }
#define NO_LONGER_IN                                                                   \
    {                                                                                  \
        "RetrieveProperties", "<pathSet>currentSession</pathSet>",                     \
            "<returnval><obj type='SessionManager'>sm</obj></returnval>"               \
    }

#define PROP(name, value) "<propSet><name>" name "</name><val>" value "</val></propSet>"
#define OBJECT(type, ref, props)                                                       \
    "<objects><obj type='" type "'>" ref "</obj>" props "</objects>"
#define REF(type, ref) ref
#define MACHINE(ref, name, parent, state)                                              \
    OBJECT("VirtualMachine", ref,                                                      \
           PROP("name", name) PROP("parent", parent) PROP("config.uuid", "u-" ref)     \
               PROP("config.files.vmPathName", "[ds] " name "/" name ".vmx")           \
                   PROP("runtime.powerState", state))

START_TEST(a_session_logs_in_and_out)
{
    static const struct replay_line lines[] = {MEET, LOGIN, LOGOUT};
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_str_eq(vmx_vi_message(vi), "");
    ck_assert_str_eq(vmx_vi_host_name(vi), "h");
    replay_done(&replay, vi);
}

END_TEST

START_TEST(a_wrong_password_is_told_and_not_repeated)
{
    static const struct replay_line lines[] = {MEET, {"Login", NULL, "!InvalidLogin"}};
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_ERR_LOGIN);
    ck_assert_str_eq(vmx_vi_fault(vi), "InvalidLogin");
    ck_assert_ptr_null(strstr(vmx_vi_message(vi), "geheim"));
    replay_done(&replay, vi); /* and no one logs out */
}

END_TEST

/* What the host answers first, and what then is said of it. */
static const struct {
    const char *answer;
    enum vmx_vi_status status;
    const char *message;
} strange[] = {
    {"=200 ", VMX_VI_ERR_PROTOCOL, "no well-formed XML"},
    {"=200<html/>", VMX_VI_ERR_PROTOCOL, "no message of the VI interface"},
    {"=200garbage", VMX_VI_ERR_PROTOCOL, "no well-formed XML"},
    {"=301", VMX_VI_ERR_PROTOCOL, "do not follow"},
    {"=401", VMX_VI_ERR_PROTOCOL, "HTTP status 401"},
    {"=500oops", VMX_VI_ERR_PROTOCOL, "HTTP status 500"},
    {"=503", VMX_VI_ERR_PROTOCOL, "too many sessions"},
    {"", VMX_VI_ERR_PROTOCOL, "no result"},
    {"<returnval/>", VMX_VI_ERR_PROTOCOL, "does not tell"},
    {CONTENT("VirtualCenter", "7.0.3.0"), VMX_VI_ERR_URI, "vpx://"},
    {"!RestrictedVersion", VMX_VI_ERR_FAULT, "licence"},
};

START_TEST(strange_hosts_are_errors)
{
    const struct replay_line lines[] = {
        {"RetrieveServiceContent", NULL, strange[_i].answer}};
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);

    ck_assert_int_eq(vmx_vi_login(vi), strange[_i].status);
    ck_assert_msg(strstr(vmx_vi_message(vi), strange[_i].message) != NULL, "%s",
                  vmx_vi_message(vi));
    replay_done(&replay, vi);
}

END_TEST

START_TEST(a_bad_uri_is_told)
{
    static const struct replay_line lines[] = {LOGIN};
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, "esx://h:0/");

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_ERR_URI);
    ck_assert_ptr_nonnull(strstr(vmx_vi_message(vi), "port"));
    vmx_vi_free(vi);
    ck_assert_uint_eq(replay.at, 0);
}

END_TEST

static const struct replay_line listing[] = {
    MEET,
    LOGIN,
    {"RetrievePropertiesEx", "<pathSet>config.uuid</pathSet>",
     "<returnval><token>0</token>" OBJECT("Folder", "root",
                                          PROP("name", "ha-folder-root"))
         OBJECT("Datacenter", "dc", PROP("name", "DC%2f0") PROP("parent", "root"))
             OBJECT("Folder", "vm", PROP("name", "vm") PROP("parent", "dc"))
                 MACHINE("2", "zeta", "vm", "poweredOff") "</returnval>"},
    {"ContinueRetrievePropertiesEx", "<token>0</token>",
     "<returnval><token>t&amp;2</token>" MACHINE("3", "50%25", "vm", "poweredOn")
         OBJECT("VirtualMachine", "4", "") "</returnval>"},
    {"ContinueRetrievePropertiesEx", "<token>t&amp;2</token>",
     "<returnval>" MACHINE("5", "zeta", "vm", "suspended") "</returnval>"},
    LOGOUT,
};

START_TEST(an_inventory_comes_in_pages)
{
    struct replay replay = REPLAY(listing);
    struct vmx_vi *vi = replay_session(&replay, URI);
    const struct vmx_vi_machine *machine = NULL;
    struct vmx_vi_list *list = NULL;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_list(vi, &list), VMX_VI_OK);
    ck_assert_uint_eq(vmx_vi_list_count(list), 4);
    ck_assert_int_eq(vmx_vi_find(vi, list, "50%", &machine), VMX_VI_OK);
    ck_assert_str_eq(machine->ref, "3");
    ck_assert_str_eq(machine->place, "DC%2f0/vm/50%25");
    ck_assert_str_eq(machine->datacenter, "DC%2f0");
    ck_assert_str_eq(machine->path, "[ds] 50%25/50%25.vmx");
    ck_assert_str_eq(machine->state, "poweredOn");
    ck_assert_int_eq(vmx_vi_find(vi, list, "U-5", &machine), VMX_VI_OK);
    ck_assert_str_eq(machine->state, "suspended");
    ck_assert_int_eq(vmx_vi_find(vi, list, "/DC%2f0/vm/50%25", &machine), VMX_VI_OK);
    /* Of one that is broken there is its object, and nothing more. */
    ck_assert_int_eq(vmx_vi_find(vi, list, "4", &machine), VMX_VI_OK);
    ck_assert_str_eq(machine->name, "");
    ck_assert_int_eq(vmx_vi_find(vi, list, "zeta", &machine), VMX_VI_ERR_AMBIGUOUS);
    ck_assert_ptr_nonnull(strstr(vmx_vi_message(vi), "2 (DC%2f0/vm/zeta), 5 ("));
    ck_assert_int_eq(vmx_vi_find(vi, list, "eta", &machine), VMX_VI_ERR_NOT_FOUND);
    vmx_vi_list_free(list);
    replay_done(&replay, vi);
}

END_TEST

START_TEST(an_expired_session_is_renewed_once)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"RetrievePropertiesEx", NULL, "!NotAuthenticated"},
        LOGIN,
        {"RetrievePropertiesEx", NULL, ""},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vmx_vi_list *list = NULL;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_list(vi, &list), VMX_VI_OK);
    ck_assert_uint_eq(vmx_vi_list_count(list), 0);
    vmx_vi_list_free(list);
    replay_done(&replay, vi);
}

END_TEST

START_TEST(what_changes_something_is_not_repeated)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"CancelTask", ">t-1<", "!NotAuthenticated"},
        {"RetrievePropertiesEx", NULL, "!NotAuthenticated"},
        LOGIN,
        {"RetrievePropertiesEx", NULL, ""},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vmx_vi_list *list = NULL;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_cancel(vi, "t-1"), VMX_VI_ERR_FAULT);
    ck_assert_str_eq(vmx_vi_fault(vi), "NotAuthenticated");
    /* What comes later is not lost with it. */
    ck_assert_int_eq(vmx_vi_list(vi, &list), VMX_VI_OK);
    vmx_vi_list_free(list);
    replay_done(&replay, vi);
}

END_TEST

START_TEST(old_hosts_have_no_pages)
{
    static const struct replay_line lines[] = {
        {"RetrieveServiceContent", NULL, CONTENT("HostAgent", "4.0")},
        LOGIN,
        {"RetrieveProperties", NULL,
         "<returnval><obj type='VirtualMachine'>7</obj>" PROP("name",
                                                              "a") "</returnval>"},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vmx_vi_list *list = NULL;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_list(vi, &list), VMX_VI_OK);
    ck_assert_str_eq(vmx_vi_list_get(list, 0)->name, "a");
    vmx_vi_list_free(list);
    replay_done(&replay, vi);
}

END_TEST

/* Whatever is missing of the last answer: an error, and no crash. */
START_TEST(a_cut_answer_is_an_error)
{
    size_t size = SIZE_MAX;

    for (size_t cut = 1; cut < size; cut += 7) {
        struct replay replay = REPLAY(listing);
        struct vmx_vi_list *list = NULL;
        struct vmx_vi *vi;

        replay.count = 5;
        replay.cut = cut;
        vi = replay_session(&replay, URI);
        ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
        ck_assert_int_eq(vmx_vi_list(vi, &list), VMX_VI_ERR_PROTOCOL);
        ck_assert_ptr_null(list);
        size = replay.last_size;
        replay_done(&replay, vi);
    }
}

END_TEST

static int
collect(void *data, const char *bytes, size_t size)
{
    vx_buf_add(data, bytes, size);
    return 0;
}

START_TEST(files_are_read)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"/folder/a%20b/c%2Bd.vmx?dcPath=f%2FDC0&dsName=ds%20%281%29", NULL,
         "=200config.version = \"8\"\n"},
        {"/folder/x?", NULL, "=404nothing"},
        {"/folder/x?", NULL, "=401"},
        STILL_IN,
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1000);

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(
        vmx_vi_read(vi, "f/DC0", "[ds (1)] a b/c+d.vmx", 0, 1000, collect, &text),
        VMX_VI_OK);
    ck_assert_slice_eq(vx_buf_text(&text), VX_STR("config.version = \"8\"\n"));
    ck_assert_int_eq(vmx_vi_read(vi, "dc", "[ds] x", 0, 1000, collect, &text),
                     VMX_VI_ERR_NOT_FOUND);
    ck_assert_int_eq(vmx_vi_read(vi, "dc", "[ds] x", 0, 1000, collect, &text),
                     VMX_VI_ERR_PROTOCOL);
    ck_assert_int_eq(vmx_vi_read(vi, "dc", "[ds] a/../x", 0, 1000, collect, &text),
                     VMX_VI_ERR_MISUSE);
    ck_assert_int_eq(vmx_vi_read(vi, "dc", "x", 0, 1000, collect, &text),
                     VMX_VI_ERR_MISUSE);
    replay_done(&replay, vi);
}

END_TEST

static ptrdiff_t
give(void *data, uint64_t from, char *bytes, size_t room)
{
    struct vx_str rest = vx_str_skip(vx_str_c(data), (size_t)from);

    memcpy(bytes, rest.s, rest.n < room ? rest.n : room);
    return (ptrdiff_t)(rest.n < room ? rest.n : room);
}

#define HEAD "\nETag: \"a1\"\r\nLast-Modified: Mon\r\n"

START_TEST(a_download_goes_on_where_it_ended)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"HEAD /folder/x?", NULL, "=200" HEAD "content-length:  10 \r\n\n"},
        {"GET /folder/x?", "from 4",
         "=206" HEAD "Content-Range: bytes 4-9/10\r\n\nownload"},
        {"GET /folder/x?", "from 4",
         "=206" HEAD "Content-Range: bytes 4-9/10\r\n\noad"},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1000);
    struct vmx_vi_file file = {.size = sizeof(file)};

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_stat(vi, "dc", "[ds] x", &file), VMX_VI_OK);
    ck_assert_uint_eq(file.bytes, 10);
    ck_assert_str_eq(file.version, "\"a1\" Mon");
    ck_assert_int_eq(vmx_vi_download(vi, "dc", "[ds] x", 4, &file, collect, &text),
                     VMX_VI_ERR_CONNECT); /* more bytes than the file has left */
    text.size = 0;
    ck_assert_int_eq(vmx_vi_download(vi, "dc", "[ds] x", 4, &file, collect, &text),
                     VMX_VI_ERR_CONNECT);
    ck_assert_str_eq(vmx_vi_message(vi), "[ds] x: 7 of 10 bytes came");
    ck_assert_slice_eq(vx_buf_text(&text), VX_STR("oad"));
    /* Of a whole file nothing is left to ask for. */
    ck_assert_int_eq(vmx_vi_download(vi, "dc", "[ds] x", 10, &file, collect, &text),
                     VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_download(vi, "dc", "[ds] x", 11, &file, collect, &text),
                     VMX_VI_ERR_MISUSE);
    replay_done(&replay, vi);
}

END_TEST

/* What comes instead of the end of the file that was. */
static const struct {
    const char *answer;
    enum vmx_vi_status status;
} others[] = {
    {"=206" HEAD "Content-Range: bytes 4-9/10\r\n\nabcdef", VMX_VI_OK},
    {"=206" HEAD "Content-Range: bytes 4-9/11\r\n\nabcdef", VMX_VI_ERR_CHANGED},
    {"=206" HEAD "Content-Range: bytes 4-9/*\r\n\nabcdef", VMX_VI_ERR_CHANGED},
    {"=206\nETag: \"a2\"\r\nContent-Range: bytes 4-9/10\r\n\nabcdef",
     VMX_VI_ERR_CHANGED},
    {"=206" HEAD "Content-Range: bytes 0-9/10\r\n\nabcdef", VMX_VI_ERR_PROTOCOL},
    {"=206" HEAD "\nabcdef", VMX_VI_ERR_PROTOCOL},
    {"=200" HEAD "Content-Length: 10\r\n\n0123456789", VMX_VI_ERR_CHANGED},
    {"=416\nContent-Range: bytes */3\r\n\n", VMX_VI_ERR_CHANGED},
    {"=404", VMX_VI_ERR_NOT_FOUND},
    {"=500", VMX_VI_ERR_PROTOCOL},
};

START_TEST(the_end_of_another_file_is_not_taken)
{
    const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"GET /folder/x?", "from 4", others[_i].answer},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1000);
    const struct vmx_vi_file file = {sizeof(file), 10, "\"a1\" Mon"};
    const bool well = others[_i].status == VMX_VI_OK;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_download(vi, "dc", "[ds] x", 4, &file, collect, &text),
                     others[_i].status);
    ck_assert_slice_eq(vx_buf_text(&text), well ? VX_STR("abcdef") : VX_STR(""));
    ck_assert_int_eq(vmx_vi_message(vi)[0] == '\0', well);
    replay_done(&replay, vi);
}

END_TEST

START_TEST(files_are_written)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"PUT /folder/a/x?dcPath=dc&dsName=ds", " nineteen characters", "=201"},
        {"PUT /folder/a/x?", NULL, "=404"},
        {"PUT /folder/a/x?", NULL, "=405"},
        {"HEAD /folder/a/x?", NULL, "=404"},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vmx_vi_file file = {.size = sizeof(file)};
    char text[] = "nineteen characters";

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_upload(vi, "dc", "[ds] a/x", 19, give, text), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_upload(vi, "dc", "[ds] a/x", 19, give, text),
                     VMX_VI_ERR_NOT_FOUND);
    ck_assert_int_eq(vmx_vi_upload(vi, "dc", "[ds] a/x", 19, give, text),
                     VMX_VI_ERR_PROTOCOL);
    ck_assert_int_eq(vmx_vi_stat(vi, "dc", "[ds] a/x", &file), VMX_VI_ERR_NOT_FOUND);
    replay_done(&replay, vi);
}

END_TEST

/* A file is refused: who has lost the session gets another one, once. */
START_TEST(an_expired_session_is_renewed_for_files)
{
    static const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"GET /folder/x?", NULL, "=401"},
        NO_LONGER_IN,
        LOGIN,
        {"GET /folder/x?", NULL, "=200text"},
        {"PUT /folder/x?", "text", "=401"},
        {"RetrieveProperties", "currentSession", "!NotAuthenticated"},
        LOGIN,
        STILL_IN,
        {"PUT /folder/x?", "text", "=401"},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, URI);
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1000);
    char source[] = "text";

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_read(vi, "dc", "[ds] x", 0, 1000, collect, &text),
                     VMX_VI_OK);
    ck_assert_slice_eq(vx_buf_text(&text), VX_STR("text"));
    ck_assert_int_eq(vmx_vi_upload(vi, "dc", "[ds] x", 4, give, source),
                     VMX_VI_ERR_PROTOCOL);
    ck_assert_ptr_nonnull(strstr(vmx_vi_message(vi), "may not"));
    replay_done(&replay, vi);
}

END_TEST

#define STORES                                                                         \
    "<returnval>" OBJECT("Folder", "root", PROP("name", "Datacenters"))                \
        OBJECT("Folder", "f", PROP("name", "f") PROP("parent", "root"))                \
            OBJECT("Datacenter", "d1",                                                 \
                   PROP("name", "DC1") PROP("parent", "f") STORES_OF("s1", "s2"))      \
                OBJECT("Datacenter", "d2",                                             \
                       PROP("name", "DC2") PROP("parent", "root")                      \
                           STORES_OF("s3", "s4"))                                      \
                    OBJECT("Datastore", "s1", PROP("summary.name", "fast"))            \
                        OBJECT("Datastore", "s2", PROP("summary.name", "old (1)"))     \
                            OBJECT("Datastore", "s3", PROP("summary.name", "fast"))    \
                                OBJECT("Datastore", "s4", "") "</returnval>"
#define STORES_OF(a, b)                                                                \
    "<propSet><name>datastore</name><val xsi:type='ArrayOfManagedObjectReference'>"    \
    "<ManagedObjectReference type='Datastore'>" a "</ManagedObjectReference>"          \
    "<ManagedObjectReference type='Datastore'>" b "</ManagedObjectReference>"          \
    "</val></propSet>"
#define CENTRE                                                                         \
    {                                                                                  \
        "RetrieveServiceContent", NULL, CONTENT("VirtualCenter", "7.0")                \
    }

/* What stands behind vcenter=, what the host tells of itself, and what is said. */
#define MANAGED_BY(ip)                                                                 \
    "<returnval>" OBJECT("HostSystem", "ha-host",                                      \
                         PROP("summary.managementServerIp", ip)) "</returnval>"

static const struct {
    const char *name, *host, *said;
} centres[] = {
    {"*", MANAGED_BY("10.0.0.5"), ""},
    {"*", MANAGED_BY(""), "vcenter=*: no vCenter manages h"},
    {"*", "", "no vCenter manages h"},
    {"10.0.0.5", MANAGED_BY("10.0.0.5"), ""},
    {"10.0.0.6", MANAGED_BY("10.0.0.5"), "by the vCenter at 10.0.0.5, which"},
    {"10.0.0.5", MANAGED_BY(""), "no vCenter manages h"},
    {"0:0::1", MANAGED_BY("::1"), ""},
    {"10.0.0.5", MANAGED_BY("centre"), "by the vCenter at centre, which"},
};

START_TEST(a_centre_manages_the_host)
{
    const struct replay_line lines[] = {
        MEET,
        LOGIN,
        {"RetrievePropertiesEx", "<pathSet>summary.managementServerIp</pathSet>",
         centres[_i].host},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi;
    char uri[100];

    snprintf(uri, sizeof(uri), "esx://h/?vcenter=%s", centres[_i].name);
    vi = replay_session(&replay, uri);
    ck_assert_int_eq(vmx_vi_login(vi),
                     centres[_i].said[0] ? VMX_VI_ERR_URI : VMX_VI_OK);
    ck_assert_msg(strstr(vmx_vi_message(vi), centres[_i].said) != NULL, "%s",
                  vmx_vi_message(vi));
    if (!centres[_i].said[0]) /* once is enough */
        ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    replay_done(&replay, vi);
}

END_TEST

/* URI, path, and the datacenter or what is said. */
static const struct {
    const char *uri, *path;
    enum vmx_vi_status status;
    const char *text;
} stores[] = {
    {"vpx://h/", "[old (1)] x/y", VMX_VI_OK, "f/DC1"},
    {"vpx://h/", "[fast] x", VMX_VI_ERR_AMBIGUOUS, "f/DC1, DC2;"},
    {"vpx://h/f", "[fast]", VMX_VI_OK, "f/DC1"},
    {"vpx://h/f/DC1/cluster/host", "[fast] x", VMX_VI_OK, "f/DC1"},
    {"vpx://h/DC2", "[fast] x", VMX_VI_OK, "DC2"},
    {"vpx://h/DC22", "[fast] x", VMX_VI_ERR_NOT_FOUND, "no datastore \"fast\""},
    {"vpx://h/", "[none] x", VMX_VI_ERR_NOT_FOUND, "no datastore \"none\""},
};

START_TEST(a_datastore_is_in_a_datacenter)
{
    static const struct replay_line lines[] = {
        CENTRE,
        LOGIN,
        {"RetrievePropertiesEx", "<path>datastore</path>", STORES},
        LOGOUT,
    };
    struct replay replay = REPLAY(lines);
    struct vmx_vi *vi = replay_session(&replay, stores[_i].uri);
    const char *datacenter = NULL;

    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_datacenter(vi, stores[_i].path, &datacenter),
                     stores[_i].status);
    if (datacenter)
        ck_assert_str_eq(datacenter, stores[_i].text);
    else
        ck_assert_msg(strstr(vmx_vi_message(vi), stores[_i].text) != NULL, "%s",
                      vmx_vi_message(vi));
    replay_done(&replay, vi);
}

END_TEST

/* Lines of a head, and what is known then. */
static const struct {
    const char *line;
    uint64_t from, size;
} heads[] = {
    {"Content-Range: bytes 5-9/10\r\n", 5, 10},
    {"content-range: Bytes 5-9/*\r\n", 5, VMX_VI_SIZE_UNKNOWN},
    {"Content-Range: bytes */10\r\n", 0, 10},
    {"Content-Range: bytes 99999999999999999999-9/x\r\n", 0, VMX_VI_SIZE_UNKNOWN},
    {"Content-Range: bytes \r\n", 0, VMX_VI_SIZE_UNKNOWN},
    {"Content-Range:\r\n", 0, VMX_VI_SIZE_UNKNOWN},
    {"Content-Length: 7\r\n", 0, VMX_VI_SIZE_UNKNOWN}, /* of the part */
    {"HTTP/1.1 200\r\n", 0, VMX_VI_SIZE_UNKNOWN},
    {"", 0, VMX_VI_SIZE_UNKNOWN},
};

START_TEST(heads_tell_sizes)
{
    struct vi_reply reply = {0};

    vi_reply_line(&reply, VX_STR("HTTP/1.1 206 Partial Content\r\n"));
    ck_assert_int_eq(reply.status, 206);
    vi_reply_line(&reply, vx_str_c(heads[_i].line));
    ck_assert_uint_eq(reply.from, heads[_i].from);
    ck_assert_uint_eq(reply.size, heads[_i].size);
}

END_TEST

START_TEST(heads_are_those_of_the_last_reply)
{
    struct vi_reply reply = {0};
    char line[1000];

    vi_reply_line(&reply, VX_STR("HTTP/1.1 100 Continue\r\n"));
    vi_reply_line(&reply, VX_STR("ETag: x\r\n"));
    vi_reply_line(&reply, VX_STR("HTTP/2 200\r\n"));
    ck_assert_int_eq(reply.status, 200);
    ck_assert_str_eq(reply.etag, "");
    vi_reply_line(&reply, VX_STR("CONTENT-LENGTH: 18446744073709551614 \r\n"));
    ck_assert_uint_eq(reply.size, UINT64_MAX - 1);
    snprintf(line, sizeof(line), "location: %0900d\r\n", 1);
    vi_reply_line(&reply, vx_str_c(line));
    ck_assert_uint_eq(strlen(reply.location), sizeof(reply.location) - 1);
    vi_reply_line(&reply, VX_STR("HTTP/1.1\r\n"));
    ck_assert_int_eq(reply.status, 0);
}

END_TEST

/* Made by `openssl req -x509`; its pin as curl's manual makes one. */
static const char certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcjCCARmgAwIBAgIUJvvOfWxohL2xFCJ3Of4i6v0hq8QwCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjIyMzI1NTRaFw0zNjExMTkyMzI1NTRa\n"
    "MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR8PaUM\n"
    "YyqcJQ5JIF2r/fHOcQFTd9eTb7wWCVwNlRWfdOZWTJe5XbCSg9j2VwSfgrqpPye/\n"
    "96h7y0VgXgbEXAl4o1MwUTAdBgNVHQ4EFgQUVocR2qDn1D1ER8YgOf6ZZkGVNMYw\n"
    "HwYDVR0jBBgwFoAUVocR2qDn1D1ER8YgOf6ZZkGVNMYwDwYDVR0TAQH/BAUwAwEB\n"
    "/zAKBggqhkjOPQQDAgNHADBEAiAxZ6Vl1Zm6lULcZtxQEog9uoxli3d1Ow6k2jmV\n"
    "QJXaSAIgaDfDR2WW676PkC9HxGYJVYgRnpYq8zAMlwJeD3SIhQQ=\n"
    "-----END CERTIFICATE-----\n";

START_TEST(a_pin_is_the_hash_of_the_key)
{
    char pin[64] = "";

    ck_assert(!vi_pin_of("no certificate", pin, sizeof(pin)));
    ck_assert_str_eq(pin, "");
    ck_assert(vi_pin_of(certificate, pin, sizeof(pin)));
    ck_assert_str_eq(pin, "sha256//QTTu+bkxvdVn/egTReaMJ2sGzS6FwSGx/hsYPmYG3Kw=");
    ck_assert(!vi_pin_of(certificate, pin, 20));
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_session");
    TCase *tests = tcase_create("session");

    tcase_add_test(tests, a_session_logs_in_and_out);
    tcase_add_test(tests, a_wrong_password_is_told_and_not_repeated);
    tcase_add_loop_test(tests, strange_hosts_are_errors, 0, VX_COUNT(strange));
    tcase_add_test(tests, a_bad_uri_is_told);
    tcase_add_test(tests, a_download_goes_on_where_it_ended);
    tcase_add_loop_test(tests, the_end_of_another_file_is_not_taken, 0,
                        VX_COUNT(others));
    tcase_add_test(tests, files_are_written);
    tcase_add_test(tests, an_expired_session_is_renewed_for_files);
    tcase_add_loop_test(tests, a_centre_manages_the_host, 0, VX_COUNT(centres));
    tcase_add_loop_test(tests, a_datastore_is_in_a_datacenter, 0, VX_COUNT(stores));
    tcase_add_loop_test(tests, heads_tell_sizes, 0, VX_COUNT(heads));
    tcase_add_test(tests, heads_are_those_of_the_last_reply);
    tcase_add_test(tests, an_inventory_comes_in_pages);
    tcase_add_test(tests, an_expired_session_is_renewed_once);
    tcase_add_test(tests, what_changes_something_is_not_repeated);
    tcase_add_test(tests, old_hosts_have_no_pages);
    tcase_add_test(tests, a_cut_answer_is_an_error);
    tcase_add_test(tests, files_are_read);
    tcase_add_test(tests, a_pin_is_the_hash_of_the_key);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
