/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/uri.h"

#include "base/num.h"

#include "base/banned.h"

/* The first word of a scheme is the one that is written.  An address may also do
 * without any: "//host:port" is libvirt's raw TCP as well. */
static const struct {
    struct vx_str word;
    uint8_t scheme;
} schemes[] = {
    {{"tcp", 3}, VX_SCHEME_RAW},
    {{"telnet", 6}, VX_SCHEME_TELNET},
    {{"telnets", 7}, VX_SCHEME_TELNETS},
    {{"ssl", 3}, VX_SCHEME_TLS},
    {{"udp", 3}, VX_SCHEME_UDP},
    {{"tcp4", 4}, VX_SCHEME_RAW},
    {{"tcp6", 4}, VX_SCHEME_RAW},
    {{"tcp+ssl", 7}, VX_SCHEME_TLS},
    {{"tcp4+ssl", 8}, VX_SCHEME_TLS},
    {{"tcp6+ssl", 8}, VX_SCHEME_TLS},
    {{"", 0}, VX_SCHEME_RAW},
};

static uint8_t
scheme_of(struct vx_str word)
{
    for (size_t i = 0; i < VX_COUNT(schemes); i++)
        if (vx_str_ieq(word, schemes[i].word))
            return schemes[i].scheme;
    return VX_SCHEME_NONE;
}

/* Up to "//", which is skipped; VX_STR_NONE when there is none, or no colon before. */
static struct vx_str
take_scheme(struct vx_str *text)
{
    ptrdiff_t slash = vx_str_find(*text, '/');
    struct vx_str word;

    if (slash < 0 || (size_t)slash + 1 >= text->n || text->s[slash + 1] != '/')
        return VX_STR_NONE;
    word = vx_str_of(text->s, (size_t)slash);
    *text = vx_str_skip(*text, (size_t)slash + 2);
    if (word.n && (word.s[--word.n] != ':' || word.n == 0))
        return VX_STR_NONE;
    return word;
}

static bool
is_host_byte(unsigned char c)
{
    return vx_is_alpha(c) || vx_is_digit(c) || (c && strchr("-._~%!$&'()*+,;=", c));
}

/* A name, an IPv4 address, or an IPv6 address in brackets; may be empty. */
static bool
take_host(struct vx_str *text, struct vx_str *host)
{
    size_t n = 0;
    bool bracket = text->n && text->s[0] == '[';

    if (bracket)
        *text = vx_str_skip(*text, 1);
    while (
        n < text->n
        && (is_host_byte((unsigned char)text->s[n]) || (bracket && text->s[n] == ':')))
        n++;
    *host = vx_str_of(text->s, n);
    *text = vx_str_skip(*text, n);
    if (bracket && (n == 0 || text->n == 0 || text->s[0] != ']'))
        return false;
    if (bracket)
        *text = vx_str_skip(*text, 1);
    return true;
}

static struct vx_str
take_until(struct vx_str *text, const char *ends)
{
    size_t n = 0;

    while (n < text->n && !(text->s[n] && strchr(ends, text->s[n])))
        n++;
    return vx_str_of(text->s, n);
}

bool
vx_uri_parse(struct vx_str text, struct vx_uri *ret)
{
    struct vx_str word = take_scheme(&text), authority, host;
    uint8_t scheme = word.s ? scheme_of(word) : (uint8_t)VX_SCHEME_NONE;
    uint64_t port = 0;
    ptrdiff_t at;

    if (scheme == VX_SCHEME_NONE)
        return false;
    authority = take_until(&text, "/?#"); /* what follows has no meaning here */
    at = vx_str_find(authority, '@');     /* nor has a user */
    if (at >= 0)
        authority = vx_str_skip(authority, (size_t)at + 1);
    if (!take_host(&authority, &host) || authority.n < 2 || authority.s[0] != ':')
        return false;
    authority = vx_str_skip(authority, 1);
    if (!vx_num_u64(authority, &port) || port == 0 || port > INT32_MAX)
        return false;
    while (authority.s[0] == '0')
        authority = vx_str_skip(authority, 1);
    *ret = (struct vx_uri){host, authority, scheme};
    return true;
}

void
vx_uri_format(struct vx_buf *out, const struct vx_uri *uri)
{
    bool bracket = vx_str_find(uri->host, ':') >= 0;

    for (size_t i = 0; i < VX_COUNT(schemes); i++)
        if (schemes[i].scheme == uri->scheme) {
            vx_buf_str(out, schemes[i].word);
            break;
        }
    if (bracket)
        vx_buf_lit(out, "://[");
    else
        vx_buf_lit(out, "://");
    vx_buf_str(out, uri->host);
    if (bracket)
        vx_buf_char(out, ']');
    vx_buf_char(out, ':');
    vx_buf_str(out, uri->service);
}

#define MAP __attribute__((unused)) struct vx_map *map
#define ROW __attribute__((unused)) const struct vx_row *row

/* A server that names no host listens everywhere, which XML says with an address. */
static enum vx_read
uri_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_buf usual VX_AUTO(vx_buf_done) = VX_BUF(512);
    struct vx_uri *uri = member;

    if (!vx_uri_parse(text, uri))
        return VX_READ_BAD;
    if (uri->host.n == 0)
        uri->host = VX_STR("0.0.0.0");
    vx_uri_format(&usual, uri);
    return !usual.failed && vx_str_eq(text, vx_buf_text(&usual)) ? VX_READ_EXACT
                                                                 : VX_READ_LOOSE;
}

static void
uri_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_uri_format(out, member);
}

static bool
uri_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    ((struct vx_uri *)member)->host = text;
    return true;
}

static void
uri_to_xml(MAP, const struct vx_row *row, const void *member, struct vx_buf *out)
{
    vx_row_text(row, out, ((const struct vx_uri *)member)->host);
}

const struct vx_codec vx_uri = {
    "an address such as telnet://host:port",
    VX_T_STR,
    uri_from_vmx,
    uri_to_vmx,
    uri_from_xml,
    uri_to_xml,
};
