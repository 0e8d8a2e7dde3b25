/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vi/uri.h"

#include "base/num.h"

#include "base/banned.h"

struct parser {
    struct vx_arena *arena;
    struct vi_uri *uri;
    const char *why;
};

static bool
fail(struct parser *parser, const char *format, struct vx_str what)
{
    if (what.n > 200)
        what.n = 200;
    if (parser->why == NULL) {
        struct vx_str why = vx_arena_printf(parser->arena, "%s: \"%.*s\"", format,
                                            (int)what.n, what.n ? what.s : "");

        parser->why = why.s ? why.s : "out of memory";
    }
    return false;
}

/* `text` up to `c`, which is then skipped; all of it when there is none. */
static struct vx_str
cut(struct vx_str *text, char c)
{
    ptrdiff_t at = vx_str_find(*text, c);
    struct vx_str head = *text;

    if (at < 0) {
        *text = vx_str_of(text->s + text->n, 0);
        return head;
    }
    head.n = (size_t)at;
    *text = vx_str_skip(*text, (size_t)at + 1);
    return head;
}

/* %XX decoded; a NUL and a broken pair are refused. */
static bool
decode(struct parser *parser, struct vx_str text, struct vx_str *ret)
{
    char *out = vx_arena_alloc(parser->arena, text.n + 1);
    size_t size = 0;

    if (out == NULL)
        return fail(parser, "out of memory", VX_STR(""));
    for (size_t i = 0; i < text.n; i++) {
        int high, low;

        if (text.s[i] != '%') {
            out[size++] = text.s[i];
            continue;
        }
        high = text.n - i > 2 ? vx_hex_digit((unsigned char)text.s[i + 1]) : -1;
        low = text.n - i > 2 ? vx_hex_digit((unsigned char)text.s[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return fail(parser, "% is not followed by two hex digits of a character",
                        text);
        out[size++] = (char)(high * 16 + low);
        i += 2;
    }
    out[size] = '\0';
    *ret = vx_str_of(out, size);
    return true;
}

static bool
read_port(struct parser *parser, struct vx_str text, uint16_t *ret)
{
    uint64_t port;

    if (!vx_num_u64(text, &port) || port == 0 || port > UINT16_MAX)
        return fail(parser, "the port is no number from 1 to 65535", text);
    *ret = (uint16_t)port;
    return true;
}

static bool
is_host_char(unsigned char c)
{
    return vx_is_digit(c) || vx_is_alpha(c) || c == '-' || c == '.' || c == '_'
           || c >= 0x80;
}

/* HOST[:PORT], where HOST may be an IPv6 address in brackets. */
static bool
read_host(struct parser *parser, struct vx_str text, struct vx_str *ret_host,
          bool *ret_ipv6, uint16_t *ret_port)
{
    struct vx_str all = text, host;

    *ret_ipv6 = text.n && text.s[0] == '[';
    if (*ret_ipv6) {
        if (vx_str_find(text, ']') < 0)
            return fail(parser, "a bracket is not closed", all);
        text = vx_str_skip(text, 1);
        host = cut(&text, ']');
        if (text.n && text.s[0] != ':')
            return fail(parser, "text behind the bracket", all);
        for (size_t i = 0; i < host.n; i++)
            if (vx_hex_digit((unsigned char)host.s[i]) < 0 && host.s[i] != ':'
                && host.s[i] != '.' && host.s[i] != '%'
                && !vx_is_alpha((unsigned char)host.s[i]))
                return fail(parser, "no IPv6 address", all);
        if (text.n && !read_port(parser, vx_str_skip(text, 1), ret_port))
            return false;
    } else {
        bool with_port = vx_str_find(text, ':') >= 0;

        host = cut(&text, ':');
        for (size_t i = 0; i < host.n; i++)
            if (!is_host_char((unsigned char)host.s[i]))
                return fail(parser, "no name of a host", all);
        if (with_port && !read_port(parser, text, ret_port))
            return false;
    }
    if (host.n == 0)
        return fail(parser, "the host is missing", all);
    *ret_host = vx_arena_dup(parser->arena, host);
    return ret_host->s || fail(parser, "out of memory", VX_STR(""));
}

/* ---- parameters ------------------------------------------------------------------ */

static bool
read_switch(struct parser *parser, struct vx_str name, struct vx_str value, bool *ret)
{
    (void)name;
    if (!vx_str_eq(value, VX_STR("0")) && !vx_str_eq(value, VX_STR("1")))
        return fail(parser, "the value of a parameter is neither 0 nor 1", name);
    *ret = value.s[0] == '1';
    return true;
}

static bool
read_transport(struct parser *parser, struct vx_str value)
{
    if (!vx_str_eq(value, VX_STR("http")) && !vx_str_eq(value, VX_STR("https")))
        return fail(parser, "transport is neither http nor https", value);
    parser->uri->https = value.n == 5;
    return true;
}

/* [TYPE://]HOST[:PORT] */
static bool
read_proxy(struct parser *parser, struct vx_str value)
{
    static const struct {
        struct vx_str prefix;
        enum vi_proxy proxy;
    } kinds[] = {
        {VX_STR("http://"), VI_PROXY_HTTP},
        {VX_STR("socks://"), VI_PROXY_SOCKS5},
        {VX_STR("socks4://"), VI_PROXY_SOCKS4},
        {VX_STR("socks4a://"), VI_PROXY_SOCKS4A},
        {VX_STR("socks5://"), VI_PROXY_SOCKS5},
    };
    struct vi_uri *uri = parser->uri;
    bool ipv6;

    uri->proxy = VI_PROXY_HTTP;
    uri->proxy_port = 1080;
    for (size_t i = 0; i < VX_COUNT(kinds); i++)
        if (vx_str_istarts(value, kinds[i].prefix)) {
            uri->proxy = kinds[i].proxy;
            return read_host(parser, vx_str_skip(value, kinds[i].prefix.n),
                             &uri->proxy_host, &ipv6, &uri->proxy_port);
        }
    if (vx_str_find(value, '/') >= 0)
        return fail(parser, "proxy is none of http, socks, socks4, socks4a, socks5",
                    value);
    return read_host(parser, value, &uri->proxy_host, &ipv6, &uri->proxy_port);
}

static bool
remember_unknown(struct parser *parser, struct vx_str name)
{
    struct vx_str *all = &parser->uri->unknown;

    if (name.n > 100)
        name.n = 100;
    if (all->n < 1000)
        *all = vx_arena_printf(parser->arena, "%.*s%s%.*s", (int)all->n,
                               all->s ? all->s : "", all->s ? ", " : "", (int)name.n,
                               name.n ? name.s : "");
    return true;
}

static bool
read_parameter(struct parser *parser, struct vx_str text)
{
    struct vi_uri *uri = parser->uri;
    struct vx_str name, value;

    if (text.n == 0)
        return true;
    name = cut(&text, '=');
    if (!decode(parser, name, &name) || !decode(parser, text, &value))
        return false;
    if (vx_str_is(name, "transport"))
        return read_transport(parser, value);
    if (vx_str_is(name, "no_verify"))
        return read_switch(parser, name, value, &uri->no_verify);
    if (vx_str_is(name, "auto_answer"))
        return read_switch(parser, name, value, &uri->auto_answer);
    if (vx_str_is(name, "proxy"))
        return read_proxy(parser, value);
    if (vx_str_is(name, "vcenter")) {
        if (uri->scheme != VI_ESX)
            return fail(parser, "vcenter is a parameter of esx URIs", value);
        if (value.n == 0)
            return fail(parser, "vcenter names no host", value);
        uri->vcenter = value;
        return true;
    }
    return remember_unknown(parser, name);
}

/* ---- the whole ------------------------------------------------------------------- */

static bool
read_scheme(struct parser *parser, struct vx_str *text)
{
    static const struct vx_str schemes[] = {
        [VI_ESX] = VX_STR("esx://"),
        [VI_VPX] = VX_STR("vpx://"),
        [VI_GSX] = VX_STR("gsx://"),
    };

    for (size_t i = 0; i < VX_COUNT(schemes); i++)
        if (vx_str_istarts(*text, schemes[i])) {
            parser->uri->scheme = (enum vi_scheme)i;
            *text = vx_str_skip(*text, schemes[i].n);
            return true;
        }
    return fail(parser, "a URI begins with esx://, vpx:// or gsx://", *text);
}

/* [USER@]HOST[:PORT] */
static bool
read_authority(struct parser *parser, struct vx_str text)
{
    struct vi_uri *uri = parser->uri;

    if (vx_str_find(text, '@') >= 0) {
        struct vx_str user = cut(&text, '@');

        if (vx_str_find(text, '@') >= 0)
            return fail(parser, "an @ in the name of the user is written %40",
                        VX_STR("@"));
        if (vx_str_find(user, ':') >= 0) /* which is not repeated here */
            return fail(parser, "a password does not belong into a URI", VX_STR(":"));
        if (!decode(parser, user, &uri->user))
            return false;
        if (user.n == 0)
            return fail(parser, "there is no user before", VX_STR("@"));
    }
    return read_host(parser, text, &uri->host, &uri->ipv6, &uri->port);
}

static bool
read_path(struct parser *parser, struct vx_str path)
{
    struct vi_uri *uri = parser->uri;

    while (path.n && path.s[0] == '/')
        path = vx_str_skip(path, 1);
    while (path.n && path.s[path.n - 1] == '/')
        path.n--;
    uri->path = path.n ? vx_arena_dup(parser->arena, path) : VX_STR("");
    uri->ignored_path = path.n && uri->scheme != VI_VPX;
    return true;
}

static bool
read_uri(struct parser *parser, struct vx_str text)
{
    struct vi_uri *uri = parser->uri;
    struct vx_str rest, query, authority;

    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.s[i] <= ' ' || text.s[i] == 0x7f)
            return fail(parser, "a blank is written %20", VX_STR(" "));
    if (!read_scheme(parser, &text))
        return false;
    if (vx_str_find(text, '#') >= 0)
        return fail(parser, "a # is written %23", text);
    query = text;
    rest = cut(&query, '?');
    authority = cut(&rest, '/');
    if (!read_authority(parser, authority) || !read_path(parser, rest))
        return false;
    while (query.n)
        if (!read_parameter(parser, cut(&query, '&')))
            return false;
    if (uri->port == 0 && uri->scheme == VI_GSX)
        uri->port = uri->https ? 8333 : 8222;
    else if (uri->port == 0)
        uri->port = uri->https ? 443 : 80;
    return true;
}

const char *
vi_uri_parse(struct vx_str text, struct vx_arena *arena, struct vi_uri *ret)
{
    struct vi_uri uri = {.https = true, .path = VX_STR("")};
    struct parser parser = {.arena = arena, .uri = &uri};

    if (!read_uri(&parser, text))
        return parser.why;
    if (arena->failed)
        return "out of memory";
    *ret = uri;
    return NULL;
}
