/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "replay.h"

#define URI "esx://root@h/"

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
