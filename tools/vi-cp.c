/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vmx-vi cp: between files and "[datastore] path".  Nobody meets half a file under the
 * name that was asked for: what is on its way has another one. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli-progress.h"
#include "cli-report.h"
#include "vi-part.h"
#include "vi.h"

#include "base/banned.h"

enum {
    NAME_CEILING = 1 << 15,
};

struct copy {
    struct vi_job *job;
    const char *from;
    struct vx_buf to;       /* with the name of a file, and a NUL */
    const char *datacenter; /* of the side that is on the host */
    const char *to_datacenter;
    struct vmx_vi_file file; /* which is read */
    uint64_t resumed, bytes;
    char hash[SHA256_TEXT];
    struct cli_progress progress;
};

static bool
is_remote(const char *path)
{
    return path[0] == '[';
}

static enum cli_exit
fail(struct copy *copy, const char *what, const char *why)
{
    cli_progress_hide(&copy->progress);
    vi_messages(copy->job);
    cli_failure(copy->job->cli, what, why);
    cli_flush(copy->job->cli);
    return CLI_FOUND;
}

static enum cli_exit
fail_here(struct copy *copy, const char *file, int number)
{
    fail(copy, file,
         number == EWOULDBLOCK ? "another process writes it" : strerror(number));
    return CLI_TROUBLE;
}

static enum cli_exit
fail_there(struct copy *copy, const char *what, enum vmx_vi_status status)
{
    cli_progress_hide(&copy->progress);
    return vi_failed(copy->job, what, status);
}

static void
remark(struct copy *copy, const char *text, const char *file)
{
    struct cli *cli = copy->job->cli;

    if (copy->job->options->quiet)
        return;
    vi_messages(copy->job);
    vx_buf_lit(&cli->out, "vmx-vi: ");
    vx_buf_str(&cli->out, vx_str_c(text));
    cli_put_safe(cli, file);
    vx_buf_char(&cli->out, '\n');
    cli_flush(cli);
}

/* ---- names ----------------------------------------------------------------------- */

/* What stands behind the last slash, or behind the datastore. */
static const char *
base_of(const char *path)
{
    const char *base = strrchr(path, '/');

    if (base)
        return base + 1;
    base = is_remote(path) ? strchr(path, ']') : NULL;
    for (base = base ? base + 1 : path; *base == ' ';)
        base++;
    return base;
}

/* A folder as the target is the file of the same name in it. */
static bool
is_folder(const char *to)
{
    struct stat there;
    size_t size = strlen(to);

    if (size == 0 || to[size - 1] == '/' || base_of(to)[0] == '\0')
        return true;
    return !is_remote(to) && stat(to, &there) == 0 && S_ISDIR(there.st_mode);
}

static enum cli_exit
name_target(struct copy *copy, const char *to)
{
    const char *base = base_of(copy->from);
    const size_t size = strlen(to);

    if (base[0] == '\0')
        return cli_usage(copy->job->cli, "cp: \"%s\" names no file", copy->from);
    vx_buf_str(&copy->to, vx_str_c(to));
    if (is_folder(to)) {
        if (size && to[size - 1] != '/')
            vx_buf_char(&copy->to, to[size - 1] == ']' ? ' ' : '/');
        vx_buf_str(&copy->to, vx_str_c(base));
    }
    vx_buf_char(&copy->to, '\0');
    return copy->to.failed ? cli_trouble(copy->job->cli, "out of memory") : CLI_GO_ON;
}

static enum cli_exit
find_datacenter(struct copy *copy, const char *path, const char **ret)
{
    enum vmx_vi_status status = vmx_vi_datacenter(copy->job->vi, path, ret);

    return status == VMX_VI_OK ? CLI_GO_ON : fail_there(copy, path, status);
}

/* ---- what is told ---------------------------------------------------------------- */

static void
show(struct copy *copy)
{
    if (copy->file.bytes != VMX_VI_SIZE_UNKNOWN)
        cli_progress_bytes(&copy->progress, copy->bytes, copy->file.bytes);
}

static void
tell(struct copy *copy)
{
    struct cli *cli = copy->job->cli;

    cli_progress_hide(&copy->progress);
    vi_results(copy->job);
    if (copy->job->options->format == CLI_FORMAT_JSON) {
        cli_json_begin(cli, NULL, '{');
        cli_json_text(cli, "from", copy->from);
        cli_json_text(cli, "to", copy->to.data);
        if (copy->hash[0]) {
            cli_json_number(cli, "bytes", copy->bytes);
            cli_json_number(cli, "resumed", copy->resumed);
            cli_json_text(cli, "sha256", copy->hash);
        }
        cli_json_end(cli, '}');
    } else if (copy->hash[0]) {
        vx_buf_printf(&cli->out, "%s  ", copy->hash);
        cli_put_safe(cli, copy->to.data);
        vx_buf_char(&cli->out, '\n');
    }
    cli_flush(cli);
}

/* Does the sum have to be another one? */
static bool
is_expected(const struct copy *copy)
{
    const char *wanted = copy->job->options->sha256;

    return wanted == NULL || vx_str_ieq(vx_str_c(wanted), vx_str_c(copy->hash));
}

static enum cli_exit
fail_hash(struct copy *copy, const char *what)
{
    char why[3 * SHA256_TEXT];

    snprintf(why, sizeof(why), "its SHA-256 is %s, and not %s", copy->hash,
             copy->job->options->sha256);
    return fail(copy, what, why);
}

/* ---- from the host --------------------------------------------------------------- */

struct incoming {
    struct copy *copy;
    struct vi_part *part;
};

static int
take(void *data, const char *bytes, size_t size)
{
    struct incoming *incoming = data;
    int refused = vi_part_write(incoming->part, bytes, size);

    incoming->copy->bytes = incoming->part->size;
    show(incoming->copy);
    return refused;
}

static enum cli_exit
finish_part(struct copy *copy, struct vi_part *part)
{
    if (copy->file.bytes != VMX_VI_SIZE_UNKNOWN && part->size != copy->file.bytes) {
        part->size = 0; /* of no use */
        return fail(copy, copy->from, "more or fewer bytes came than the file has");
    }
    if (!vi_part_hash(part, copy->hash))
        return fail_here(copy, part->path.data, part->number);
    if (!is_expected(copy)) {
        part->size = 0;
        return fail_hash(copy, copy->from);
    }
    if (!vi_part_commit(part, copy->job->options->replace))
        return fail_here(copy, copy->to.data, part->number);
    tell(copy);
    return CLI_WELL;
}

static enum cli_exit
receive(struct copy *copy, struct vi_part *part)
{
    struct incoming incoming = {copy, part};
    enum vmx_vi_status status;
    enum cli_exit ended;

    copy->resumed = copy->bytes = part->size;
    if (copy->resumed)
        remark(copy, "goes on with ", part->path.data);
    status = vmx_vi_download(copy->job->vi, copy->datacenter, copy->from, part->size,
                             &copy->file, take, &incoming);
    if (status == VMX_VI_OK)
        return finish_part(copy, part);
    if (part->number)
        return fail_here(copy, part->path.data, part->number);
    ended = fail_there(copy, copy->from, status);
    if (part->size && copy->file.version[0])
        remark(copy, "the same command goes on with ", part->path.data);
    return ended;
}

/* Those bytes, and no others: from which file, and which file that is now. */
static void
put_identity(struct vx_buf *out, const struct copy *copy)
{
    vx_buf_printf(out, "%s\n%s\n%s\n%" PRIu64 "\n%s", vmx_vi_host_name(copy->job->vi),
                  copy->datacenter, copy->from, copy->file.bytes, copy->file.version);
    vx_buf_char(out, '\0');
}

static enum cli_exit
download(struct copy *copy)
{
    struct vx_buf what VX_AUTO(vx_buf_done) = VX_BUF(NAME_CEILING * 4);
    const bool can_resume =
        copy->file.version[0] && copy->file.bytes != VMX_VI_SIZE_UNKNOWN;
    enum cli_exit status;
    struct vi_part part;

    put_identity(&what, copy);
    if (what.failed)
        return cli_trouble(copy->job->cli, "out of memory");
    if (!vi_part_open(&part, copy->to.data, what.data, can_resume))
        status = fail_here(copy, part.path.size ? part.path.data : copy->to.data,
                           part.number);
    else
        status = receive(copy, &part);
    vi_part_close(&part, can_resume);
    return status;
}

static enum cli_exit
from_host(struct copy *copy)
{
    enum cli_exit ended = find_datacenter(copy, copy->from, &copy->datacenter);
    enum vmx_vi_status status;
    struct stat there;

    if (ended != CLI_GO_ON)
        return ended;
    if (lstat(copy->to.data, &there) == 0 && !copy->job->options->replace)
        return fail(copy, copy->to.data, "there is such a file; --replace replaces it");
    status = vmx_vi_stat(copy->job->vi, copy->datacenter, copy->from, &copy->file);
    if (status != VMX_VI_OK)
        return fail_there(copy, copy->from, status);
    return download(copy);
}

/* ---- to the host ----------------------------------------------------------------- */

struct outgoing {
    struct copy *copy;
    int fd, number;
    struct sha256 *hash;
    uint64_t hashed; /* bytes that are sent again are not */
};

static ptrdiff_t
give(void *data, uint64_t from, char *bytes, size_t room)
{
    struct outgoing *outgoing = data;
    ssize_t got = pread(outgoing->fd, bytes, room, (off_t)from);

    if (got <= 0) {
        outgoing->number = got < 0 ? errno : ENODATA;
        return -1;
    }
    if (from <= outgoing->hashed && from + (uint64_t)got > outgoing->hashed) {
        size_t known = (size_t)(outgoing->hashed - from);

        if (!sha256_add(outgoing->hash, bytes + known, (size_t)got - known))
            return -1;
        outgoing->hashed = from + (uint64_t)got;
    }
    outgoing->copy->bytes = from + (uint64_t)got;
    show(outgoing->copy);
    return got;
}

static int
hash_piece(void *data, const char *bytes, size_t size)
{
    struct outgoing *back = data;

    back->hashed += size;
    cli_progress_bytes(&back->copy->progress, back->hashed, back->copy->file.bytes);
    return sha256_add(back->hash, bytes, size) ? 0 : -1;
}

/* Does the host have what was sent? */
static enum cli_exit
read_back(struct copy *copy, const char *path)
{
    struct outgoing back = {.copy = copy, .fd = -1, .hash = sha256_new()};
    char text[SHA256_TEXT] = "";
    enum vmx_vi_status status = VMX_VI_ERR_NOMEM;

    copy->progress.moved = false;
    if (back.hash)
        status = vmx_vi_download(copy->job->vi, copy->datacenter, path, 0, NULL,
                                 hash_piece, &back);
    if (status == VMX_VI_OK && !sha256_end(back.hash, text))
        status = VMX_VI_ERR_NOMEM;
    sha256_free(back.hash);
    if (status != VMX_VI_OK)
        return fail_there(copy, path, status);
    if (strcmp(text, copy->hash) == 0)
        return CLI_GO_ON;
    return fail(copy, copy->to.data,
                "the host does not give back the bytes it was sent");
}

static enum cli_exit
send_file(struct copy *copy, struct outgoing *outgoing, const char *path)
{
    enum vmx_vi_status status = vmx_vi_upload(copy->job->vi, copy->datacenter, path,
                                              copy->file.bytes, give, outgoing);

    if (outgoing->number)
        return fail_here(copy, copy->from, outgoing->number);
    if (status != VMX_VI_OK)
        return fail_there(copy, copy->to.data, status);
    if (!sha256_end(outgoing->hash, copy->hash))
        return cli_trouble(copy->job->cli, "out of memory");
    if (!is_expected(copy))
        return fail_hash(copy, copy->from);
    return copy->job->options->no_read_back ? CLI_GO_ON : read_back(copy, path);
}

/* Whatever became of it, half a file does not stay. */
static void
take_back(struct copy *copy, const char *path)
{
    enum vmx_vi_status status = vmx_vi_remove(copy->job->vi, copy->datacenter, path);

    if (status != VMX_VI_OK && status != VMX_VI_ERR_NOT_FOUND)
        fail_there(copy, path, status);
    if (status != VMX_VI_OK && status != VMX_VI_ERR_NOT_FOUND)
        remark(copy, "may have been left behind: ", path);
}

static enum cli_exit
send_and_move(struct copy *copy, struct outgoing *outgoing, const char *path)
{
    enum cli_exit ended = send_file(copy, outgoing, path);
    enum vmx_vi_status status;

    if (ended == CLI_GO_ON) {
        status = vmx_vi_move(copy->job->vi, copy->datacenter, path, copy->to.data,
                             copy->job->options->replace);
        if (status != VMX_VI_OK)
            ended = fail_there(copy, copy->to.data, status);
    }
    if (ended != CLI_GO_ON) {
        take_back(copy, path);
        return ended;
    }
    tell(copy);
    return CLI_WELL;
}

/* A name that nobody else has, beside the one that it is to have. */
static enum cli_exit
upload(struct copy *copy, int fd)
{
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(NAME_CEILING);
    struct outgoing outgoing = {.copy = copy, .fd = fd, .hash = sha256_new()};
    enum cli_exit status = CLI_GO_ON;
    uint64_t number = 0;

    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        number = (uint64_t)getpid();
    vx_buf_printf(&path, "%s.%016" PRIx64 ".part", copy->to.data, number);
    vx_buf_char(&path, '\0');
    status = outgoing.hash && !path.failed
                 ? send_and_move(copy, &outgoing, path.data)
                 : cli_trouble(copy->job->cli, "out of memory");
    sha256_free(outgoing.hash);
    return status;
}

static enum cli_exit
check_target(struct copy *copy)
{
    struct vmx_vi_file there = {.size = sizeof(there)};
    enum vmx_vi_status status;

    if (copy->job->options->replace)
        return CLI_GO_ON;
    status = vmx_vi_stat(copy->job->vi, copy->to_datacenter, copy->to.data, &there);
    if (status == VMX_VI_ERR_NOT_FOUND)
        return CLI_GO_ON;
    if (status != VMX_VI_OK)
        return fail_there(copy, copy->to.data, status);
    return fail(copy, copy->to.data, "there is such a file; --replace replaces it");
}

static enum cli_exit
to_host(struct copy *copy)
{
    enum cli_exit status;
    struct stat there;
    int fd = open(copy->from, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail_here(copy, copy->from, errno);
    if (fstat(fd, &there) != 0 || !S_ISREG(there.st_mode)) {
        close(fd);
        fail(copy, copy->from, "no file with a size");
        return CLI_TROUBLE;
    }
    copy->file.bytes = (uint64_t)there.st_size;
    status = find_datacenter(copy, copy->to.data, &copy->datacenter);
    copy->to_datacenter = copy->datacenter;
    if (status == CLI_GO_ON)
        status = check_target(copy);
    if (status == CLI_GO_ON)
        status = upload(copy, fd);
    close(fd);
    return status;
}

/* ---- on the host ----------------------------------------------------------------- */

static enum cli_exit
on_host(struct copy *copy)
{
    const struct vmx_vi_run run = {
        .size = sizeof(run),
        .wait_ms = copy->job->options->wait ? copy->job->options->wait * 1000 : 0,
    };
    enum cli_exit ended;
    enum vmx_vi_status status;

    if (vx_str_iends(vx_str_c(copy->from), VX_STR(".vmdk")))
        return cli_usage(copy->job->cli,
                         "cp: \"%s\" is a virtual disk, which is more than one file; "
                         "nothing here copies one on the host",
                         copy->from);
    ended = find_datacenter(copy, copy->from, &copy->datacenter);
    if (ended == CLI_GO_ON)
        ended = find_datacenter(copy, copy->to.data, &copy->to_datacenter);
    if (ended == CLI_GO_ON)
        ended = check_target(copy);
    if (ended != CLI_GO_ON)
        return ended;
    status =
        vmx_vi_copy(copy->job->vi, copy->datacenter, copy->from, copy->to_datacenter,
                    copy->to.data, copy->job->options->replace, &run);
    if (status != VMX_VI_OK)
        return fail_there(copy, copy->to.data, status);
    tell(copy);
    return CLI_WELL;
}

/* ---- the whole ------------------------------------------------------------------- */

static bool
is_hash(const char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i++)
        if (vx_hex_digit((unsigned char)text[i]) < 0)
            return false;
    return size == SHA256_TEXT - 1;
}

static enum cli_exit
run(struct copy *copy)
{
    const bool there = is_remote(copy->from), to_there = is_remote(copy->to.data);

    if (there && to_there)
        return on_host(copy);
    if (!there && !to_there)
        return cli_usage(copy->job->cli, "cp: neither is a \"[datastore] path\"");
    return there ? from_host(copy) : to_host(copy);
}

enum cli_exit
vi_cp(struct vi_job *job)
{
    struct copy copy = {
        .job = job,
        .from = job->args[0],
        .file.size = sizeof(copy.file),
    };
    enum cli_exit status;

    copy.to = VX_BUF(NAME_CEILING);
    if (job->options->sha256 && !is_hash(job->options->sha256))
        return cli_usage(job->cli, "--sha256=%s: expected 64 hex digits",
                         job->options->sha256);
    cli_progress_begin(&copy.progress, !job->options->quiet);
    status = name_target(&copy, job->args[1]);
    if (status == CLI_GO_ON)
        status = run(&copy);
    cli_progress_hide(&copy.progress);
    vx_buf_done(&copy.to);
    return status;
}
