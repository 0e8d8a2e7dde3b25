/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/uri.h"

#include "main.h"

static struct vx_arena arena;

static void
set_up(void)
{
    vx_arena_init(&arena, 1 << 20);
}

static void
tear_down(void)
{
    vx_arena_done(&arena);
}

/* What is expected, as "scheme transport user host port path". */
static const struct {
    const char *uri, *expected;
} good[] = {
    {"esx://h", "0 https - h 443 -"},
    {"ESX://h/", "0 https - h 443 -"},
    {"esx://root@esx1.example.com/", "0 https root esx1.example.com 443 -"},
    {"esx://h/?transport=http", "0 http - h 80 -"},
    {"esx://h:8443/?transport=http", "0 http - h 8443 -"},
    {"gsx://h/", "2 https - h 8333 -"},
    {"gsx://h/?TRANSPORT=http", "2 http - h 8222 -"},
    {"vpx://u@h/My%20DC/Clu%20ster+1/host/",
     "1 https u h 443 My%20DC/Clu%20ster+1/host"},
    {"vpx://dom%5cuser@h/dc", "1 https dom\\user h 443 dc"},
    {"vpx://user%40dom@h/dc", "1 https user@dom h 443 dc"},
    {"esx://[::1]/", "0 https - ::1 443 -"},
    {"esx://root@[fe80::1%25eth0]:444/", "0 https root fe80::1%25eth0 444 -"},
    {"esx://h?no_verify=1", "0 https - h 443 -"},
    {"esx://h/?&&no_verify=1&", "0 https - h 443 -"},
};

START_TEST(uris_are_read)
{
    struct vi_uri uri;
    struct vx_str seen;
    const char *why = vi_uri_parse(vx_str_c(good[_i].uri), &arena, &uri);

    ck_assert_msg(why == NULL, "%s: %s", good[_i].uri, why);
    seen = vx_arena_printf(&arena, "%d %s %s %s %d %s", uri.scheme,
                           uri.https ? "https" : "http", uri.user.s ? uri.user.s : "-",
                           uri.host.s, uri.port, uri.path.n ? uri.path.s : "-");
    ck_assert_slice_eq(seen, vx_str_c(good[_i].expected));
}

END_TEST

/* Each is refused with a reason that has these words. */
static const struct {
    const char *uri, *why;
} bad[] = {
    {"", "begins with"},
    {"http://h/", "begins with"},
    {"esx:/h", "begins with"},
    {"esx://", "host is missing"},
    {"esx:///", "host is missing"},
    {"esx://user@/", "host is missing"},
    {"esx://@h/", "no user"},
    {"esx://user:geheim@h/", "password"},
    {"esx://u@dom@h/", "%40"},
    {"esx://h:0/", "port"},
    {"esx://h:65536/", "port"},
    {"esx://h:4x/", "port"},
    {"esx://h:/", "port"},
    {"esx://[::1/", "bracket"},
    {"esx://[::1]x/", "bracket"},
    {"esx://h h/", "%20"},
    {"vpx://h/My DC/", "%20"},
    {"esx://h/#x", "%23"},
    {"esx://h|/", "name of a host"},
    {"esx://a%zz@h/", "hex digits"},
    {"esx://a%00@h/", "hex digits"},
    {"esx://h/?transport=ftp", "transport"},
    {"esx://h/?transport=", "transport"},
    {"esx://h/?no_verify=2", "neither 0 nor 1"},
    {"esx://h/?no_verify", "neither 0 nor 1"},
    {"esx://h/?auto_answer=x", "neither 0 nor 1"},
    {"esx://h/?proxy=ftp://x", "proxy"},
    {"esx://h/?proxy=:80", "host is missing"},
    {"esx://h/?proxy=p:x", "port"},
    {"vpx://h/dc?vcenter=x", "vcenter"},
    {"esx://h/?vcenter=", "vcenter"},
};

START_TEST(others_are_refused_with_the_reason)
{
    struct vi_uri uri;
    const char *why = vi_uri_parse(vx_str_c(bad[_i].uri), &arena, &uri);

    ck_assert_msg(why != NULL, "%s was taken", bad[_i].uri);
    ck_assert_msg(strstr(why, bad[_i].why) != NULL, "%s: %s", bad[_i].uri, why);
    ck_assert_msg(strstr(why, "geheim") == NULL, "a password is repeated: %s", why);
}

END_TEST

START_TEST(parameters_are_read)
{
    struct vi_uri uri;

    ck_assert_ptr_null(vi_uri_parse(
        VX_STR("esx://h/x?No_Verify=1&auto_answer=1&vcenter=*"
               "&proxy=socks4a://p.example.com:99&authfile=%2fetc%2fa&colour=red"),
        &arena, &uri));
    ck_assert(uri.no_verify && uri.auto_answer && uri.ignored_path);
    ck_assert_slice_eq(uri.vcenter, VX_STR("*"));
    ck_assert_int_eq(uri.proxy, VI_PROXY_SOCKS4A);
    ck_assert_slice_eq(uri.proxy_host, VX_STR("p.example.com"));
    ck_assert_uint_eq(uri.proxy_port, 99);
    ck_assert_slice_eq(uri.unknown, VX_STR("authfile, colour"));

    ck_assert_ptr_null(vi_uri_parse(VX_STR("esx://h/?proxy=p"), &arena, &uri));
    ck_assert_int_eq(uri.proxy, VI_PROXY_HTTP);
    ck_assert_uint_eq(uri.proxy_port, 1080);
    ck_assert_ptr_null(vi_uri_parse(VX_STR("esx://h/?proxy=SOCKS://p"), &arena, &uri));
    ck_assert_int_eq(uri.proxy, VI_PROXY_SOCKS5);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_uri");
    TCase *tests = tcase_create("uri");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, uris_are_read, 0, VX_COUNT(good));
    tcase_add_loop_test(tests, others_are_refused_with_the_reason, 0, VX_COUNT(bad));
    tcase_add_test(tests, parameters_are_read);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
