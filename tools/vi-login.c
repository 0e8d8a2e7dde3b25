/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where passwords come from: a file, the environment, netrc, libvirt's auth.conf, the
 * terminal; never the command line.  What was read is wiped. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "vi.h"

#include "base/banned.h"

enum {
    SECRET_MAX = 64 << 10,
};

static void
wipe(struct vx_buf *text)
{
    if (text->data)
        explicit_bzero(text->data, text->room);
    vx_buf_done(text);
}

static int
read_secret(const char *file, struct vx_buf *text)
{
    int number = ENOMEM;

    vx_buf_room(text, SECRET_MAX);
    return vx_file_read(file, text, &number) == VMX_OK ? 0 : number ? number : EFBIG;
}

/* `password` is a slice; the session takes a copy. */
static enum cli_exit
use(struct vi_job *job, const char *user, struct vx_str password)
{
    char *copy = strndup(password.n ? password.s : "", password.n);
    enum vmx_vi_status status =
        copy ? vmx_vi_set_login(job->vi, user, copy) : VMX_VI_ERR_NOMEM;

    if (copy)
        explicit_bzero(copy, password.n);
    free(copy);
    return status == VMX_VI_OK ? CLI_GO_ON : cli_trouble(job->cli, "out of memory");
}

static enum cli_exit
from_file(struct vi_job *job, const char *file)
{
    struct vx_buf text VX_AUTO(wipe) = VX_BUF(2 * SECRET_MAX);
    int error = read_secret(file, &text);
    struct vx_str line = vx_buf_text(&text);
    ptrdiff_t end;

    if (error)
        return cli_trouble(job->cli, "%s: %s", file, strerror(error));
    end = vx_str_find(line, '\n');
    if (end >= 0)
        line.n = (size_t)end;
    if (line.n && line.s[line.n - 1] == '\r')
        line.n--;
    return use(job, NULL, line);
}

/* ---- netrc ----------------------------------------------------------------------- */

/* A word, or one in double quotes; s is NULL at the end. */
static struct vx_str
next_token(struct vx_str *text)
{
    struct vx_str token = {0};

    while (text->n && (unsigned char)text->s[0] <= ' ')
        *text = vx_str_skip(*text, 1);
    if (text->n == 0)
        return token;
    if (text->s[0] == '"') {
        *text = vx_str_skip(*text, 1);
        token = vx_str_of(text->s, 0);
        while (token.n < text->n && token.s[token.n] != '"')
            token.n++;
        *text = vx_str_skip(*text, token.n + 1);
        return token;
    }
    token = vx_str_of(text->s, 0);
    while (token.n < text->n && (unsigned char)token.s[token.n] > ' ')
        token.n++;
    *text = vx_str_skip(*text, token.n);
    return token;
}

static bool
find_in_netrc(struct vx_str text, const char *host, const char *user,
              struct vx_str *ret)
{
    bool here = false, mine = false;
    struct vx_str word;

    while ((word = next_token(&text)).s != NULL) {
        if (vx_str_is(word, "machine")) {
            here = vx_str_ieq(next_token(&text), vx_str_c(host));
            mine = false;
        } else if (vx_str_is(word, "default")) {
            here = true;
            mine = false;
        } else if (vx_str_is(word, "login")) {
            mine = here && vx_str_eq(next_token(&text), vx_str_c(user));
        } else if (vx_str_is(word, "password")) {
            *ret = next_token(&text);
            if (mine && ret->s)
                return true;
        }
    }
    return false;
}

/* ---- libvirt's auth.conf --------------------------------------------------------- */

static struct vx_str
next_line(struct vx_str *text)
{
    ptrdiff_t end = vx_str_find(*text, '\n');
    struct vx_str line = vx_str_of(text->s, end < 0 ? text->n : (size_t)end);

    *text = vx_str_skip(*text, end < 0 ? text->n : (size_t)end + 1);
    return vx_str_trim(line);
}

/* The value of `key` in the group [PREFIX-NAME]; VX_STR_NONE when there is none. */
static struct vx_str
value_in(struct vx_str text, const char *prefix, struct vx_str name, const char *key)
{
    bool here = false;

    while (text.n) {
        struct vx_str line = next_line(&text);
        ptrdiff_t equals = vx_str_find(line, '=');

        if (line.n && line.s[0] == '[') {
            struct vx_str group = vx_str_skip(line, 1);

            here = vx_str_starts(group, vx_str_c(prefix));
            group = vx_str_skip(group, strlen(prefix));
            here = here && group.n == name.n + 1 && group.s[name.n] == ']'
                   && vx_str_eq(vx_str_of(group.s, name.n), name);
        } else if (here && equals > 0
                   && vx_str_eq(vx_str_trim(vx_str_of(line.s, (size_t)equals)),
                                vx_str_c(key))) {
            return vx_str_trim(vx_str_skip(line, (size_t)equals + 1));
        }
    }
    return VX_STR_NONE;
}

static bool
find_in_auth_conf(struct vx_str text, const char *host, const char *user,
                  struct vx_str *ret)
{
    struct vx_str name = value_in(text, "auth-esx-", vx_str_c(host), "credentials");
    struct vx_str login;

    if (name.s == NULL)
        name = value_in(text, "auth-esx-", VX_STR("default"), "credentials");
    if (name.s == NULL)
        return false;
    login = value_in(text, "credentials-", name, "username");
    *ret = value_in(text, "credentials-", name, "password");
    return ret->s && (login.s == NULL || vx_str_eq(login, vx_str_c(user)));
}

/* ---- all of them ----------------------------------------------------------------- */

typedef bool finder(struct vx_str text, const char *host, const char *user,
                    struct vx_str *ret);

/* CLI_WELL when the file has none for us, or is not there. */
static enum cli_exit
look_in(struct vi_job *job, const char *variable, const char *below_home, finder *find)
{
    const char *file = getenv(variable), *home = getenv("HOME");
    struct vx_buf text VX_AUTO(wipe) = VX_BUF(2 * SECRET_MAX);
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(8192);
    struct vx_str password = {0};

    if (file == NULL) {
        vx_buf_printf(&path, "%s%s", home ? home : "", below_home);
        vx_buf_char(&path, '\0');
        if (home == NULL || path.failed)
            return CLI_WELL;
        file = path.data;
    }
    if (read_secret(file, &text) != 0)
        return CLI_WELL;
    if (!find(vx_buf_text(&text), vmx_vi_host_name(job->vi), vmx_vi_user(job->vi),
              &password))
        return CLI_WELL;
    return use(job, NULL, password);
}

static enum cli_exit
from_terminal(struct vi_job *job)
{
    struct termios before, silent;
    char line[1024];
    size_t size = 0;
    enum cli_exit status;
    char c = 0;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        if (fd >= 0)
            close(fd);
        return cli_trouble(
            job->cli,
            "no password for %s at %s: VMX_VI_PASSWORD, --password-file, "
            "netrc or libvirt's auth.conf have one",
            vmx_vi_user(job->vi), vmx_vi_host_name(job->vi));
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fd, TCSAFLUSH, &silent);
    dprintf(fd, "Password of %s at %s: ", vmx_vi_user(job->vi),
            vmx_vi_host_name(job->vi));
    while (!vi_was_stopped(NULL) && read(fd, &c, 1) == 1 && c != '\n')
        if (size < sizeof(line))
            line[size++] = c;
    tcsetattr(fd, TCSAFLUSH, &before);
    dprintf(fd, "\n");
    close(fd);
    status = use(job, NULL, vx_str_of(line, size));
    explicit_bzero(line, sizeof(line));
    return vi_was_stopped(NULL) ? CLI_TROUBLE : status;
}

enum cli_exit
vi_find_login(struct vi_job *job)
{
    char *password = getenv("VMX_VI_PASSWORD");
    enum cli_exit status;

    if (job->options->password_file)
        return from_file(job, job->options->password_file);
    if (password) {
        status = use(job, NULL, vx_str_c(password));
        explicit_bzero(password, strlen(password)); /* /proc shows it no more */
        return status;
    }
    status = look_in(job, "NETRC", "/.netrc", find_in_netrc);
    if (status == CLI_WELL)
        status = look_in(job, "LIBVIRT_AUTH_FILE", "/.config/libvirt/auth.conf",
                         find_in_auth_conf);
    return status == CLI_WELL ? from_terminal(job) : status;
}
