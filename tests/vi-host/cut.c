/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cut CONTROL-PORT STRIDE
 *
 * Replies of the host that VMX_VI_URL names, of which each ends too early once, after
 * byte 0, STRIDE, twice STRIDE ...; in one process, since there are many.  Whatever is
 * cut, the call that needs it fails, in time and with a reason; nobody stays logged in,
 * and nothing is started twice.  The machine is web-01. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "vi/vmx-vi.h"

enum {
    REQUESTS_MAX = 60, /* of one command */
    COMMON = 3,        /* requests that each begins with: they are cut in the first */
    TIME_MAX_MS = 20000,
    STATUS_LINE = sizeof("HTTP/1.1 200 X\r\n") - 1,
};

static uint16_t control_port;
static unsigned found, tried;

static void
finding(const char *command, uint64_t request, uint64_t cut, const char *what,
        const char *more)
{
    printf("%s, request %llu cut after %llu: %s %s\n", command,
           (unsigned long long)request, (unsigned long long)cut, what, more);
    found++;
}

static uint64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- what the host is told ------------------------------------------------------- */

static int
dial(void)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(control_port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (const void *)&address, sizeof(address)) != 0) {
        perror("cut");
        abort();
    }
    return fd;
}

/* The answer, whose head is of no interest; to be freed. */
static char *
tell(const char *lines)
{
    struct vx_buf out = VX_BUF(1 << 20), in = VX_BUF(1 << 20);
    int fd = dial();
    ssize_t size;

    vx_buf_printf(&out, "POST / HTTP/1.0\r\nContent-Length: %zu\r\n\r\n%s",
                  strlen(lines), lines);
    if (write(fd, out.data, out.size) != (ssize_t)out.size)
        abort();
    do {
        char *room = vx_buf_room(&in, 4096);

        if (room == NULL)
            abort();
        size = read(fd, room, 4096);
        in.size += size > 0 ? (size_t)size : 0;
    } while (size > 0);
    close(fd);
    vx_buf_done(&out);
    vx_buf_char(&in, '\0');
    return vx_buf_take(&in);
}

/* A number of `count`'s answer. */
static uint64_t
count_in(const char *answer, const char *name)
{
    char line[64];
    const char *at;
    uint64_t count = 0;

    snprintf(line, sizeof(line), "\n%s ", name);
    at = strstr(answer, line);
    if (at) {
        at += strlen(line);
        vx_num_u64(vx_str_of(at, strcspn(at, "\n")), &count);
    }
    return count;
}

/* ---- commands -------------------------------------------------------------------- */

struct run {
    struct vmx_vi *vi;
    const struct vmx_vi_machine *machine;
    size_t taken; /* bytes of the file, or facts */
};

static void
take_fact(void *data, const char *name, const char *value)
{
    (void)name, (void)value;
    ((struct run *)data)->taken++;
}

static int
take_bytes(void *data, const char *bytes, size_t size)
{
    (void)bytes;
    ((struct run *)data)->taken += size;
    return 0;
}

static void
take_task(void *data, const struct vmx_vi_task *task)
{
    (void)task;
    ((struct run *)data)->taken++;
}

static int
by_default(void *data, const struct vmx_vi_question *question)
{
    (void)data;
    return question->default_choice;
}

static enum vmx_vi_status
do_list(struct run *run)
{
    (void)run;
    return VMX_VI_OK; /* the list comes before all commands */
}

static enum vmx_vi_status
do_show(struct run *run)
{
    return vmx_vi_show(run->vi, run->machine, take_fact, run);
}

static enum vmx_vi_status
do_host(struct run *run)
{
    return vmx_vi_hosts(run->vi, take_fact, run);
}

static enum vmx_vi_status
do_tasks(struct run *run)
{
    return vmx_vi_tasks(run->vi, take_task, run);
}

static enum vmx_vi_status
do_power(struct run *run)
{
    const struct vmx_vi_run how = {
        .size = sizeof(how), .decide = by_default, .wait_ms = TIME_MAX_MS / 2};
    int changed = 0;

    return vmx_vi_power(run->vi, run->machine, VMX_VI_POWER_ON, &how, &changed);
}

static enum vmx_vi_status
do_fetch(struct run *run)
{
    enum vmx_vi_status status =
        vmx_vi_read(run->vi, run->machine->datacenter, run->machine->path, 0, 1 << 20,
                    take_bytes, run);

    if (status == VMX_VI_OK && run->taken != 2372)
        printf("a file of %zu bytes is taken for whole\n", run->taken), found++;
    return status;
}

static const struct command {
    const char *name;
    enum vmx_vi_status (*run)(struct run *run);
    bool cleans_up;   /* its last request before Logout is of no consequence */
    const char *line; /* that the host is told before, or "" */
} commands[] = {
    {"list", do_list, false, ""},
    {"show", do_show, false, ""},
    {"host", do_host, false, ""},
    {"tasks", do_tasks, false, "task web-01 ReconfigVM_Task"},
    {"fetch", do_fetch, false, ""},
    {"power on", do_power, true, ""},
};

static enum vmx_vi_status
session(const struct command *command, struct run *run)
{
    struct vmx_vi_list *list = NULL;
    enum vmx_vi_status status = vmx_vi_login(run->vi);

    if (status == VMX_VI_OK)
        status = vmx_vi_list(run->vi, &list);
    if (status == VMX_VI_OK)
        status = vmx_vi_find(run->vi, list, "web-01", &run->machine);
    if (status == VMX_VI_OK)
        status = command->run(run);
    if (status != VMX_VI_OK && vmx_vi_message(run->vi)[0] == '\0')
        printf("%s: fails and says nothing\n", command->name), found++;
    vmx_vi_list_free(list);
    return status;
}

/* ---- one cut --------------------------------------------------------------------- */

/* What the host says afterwards; true when there was something to cut. */
static bool
look(const struct command *command, uint64_t request, uint64_t cut,
     enum vmx_vi_status status, bool *ret_over)
{
    char *answer = tell("count\nlog\n");
    uint64_t sessions = count_in(answer, "sessions");
    uint64_t requests = count_in(answer, "requests");
    bool was_cut = count_in(answer, "cut") > 0;
    const uint64_t tail = command->cleans_up ? 1 : 0;
    const char *task = strstr(answer, "task PowerOnVM_Task");

    if (sessions > count_in(answer, "cut-heads"))
        finding(command->name, request, cut, "somebody is still logged in", "");
    if (task && strstr(task + 1, "task PowerOnVM_Task"))
        finding(command->name, request, cut, "it was started twice", "");
    /* Of the last requests nothing depends: the session ends, and it is well.  What got
     * no line of an answer is asked again, where that may be. */
    if (was_cut && cut > STATUS_LINE && status == VMX_VI_OK
        && request + tail < requests)
        finding(command->name, request, cut, "all is said to be well", "");
    if (!was_cut && status != VMX_VI_OK)
        finding(command->name, request, cut, "it failed without a reason", "");
    *ret_over = requests < request;
    free(answer);
    return was_cut;
}

static bool
try_cut(const struct command *command, uint64_t request, uint64_t cut, bool *ret_over)
{
    const struct vmx_vi_options options = {
        .size = sizeof(options),
        .uri = getenv("VMX_VI_URL"),
        .password = getenv("VMX_VI_PASSWORD"),
        .timeout_ms = 5000,
    };
    struct run run = {.vi = vmx_vi_new(&options)};
    enum vmx_vi_status status;
    char lines[200];
    uint64_t began;

    snprintf(lines, sizeof(lines),
             "expire\nwell\nidle\npower web-01 poweredOff\ntasks * ms=25\nreset\n"
             "fault *@%llu lost %llu\n%s\n",
             (unsigned long long)request, (unsigned long long)cut, command->line);
    free(tell(lines));
    began = now_ms();
    status = session(command, &run);
    vmx_vi_free(run.vi);
    if (now_ms() - began > TIME_MAX_MS)
        finding(command->name, request, cut, "it takes too long", "");
    tried++;
    return look(command, request, cut, status, ret_over);
}

static void
cut_all(const struct command *command, uint64_t stride)
{
    bool over = false;

    for (uint64_t request = command == commands ? 1 : COMMON + 1;
         request < REQUESTS_MAX && !over; request++)
        for (uint64_t cut = 0; try_cut(command, request, cut, &over); cut += stride)
            if (found > 20)
                return;
}

int
main(int argc, char **argv)
{
    uint64_t port = 0, stride = 0;

    if (argc < 3 || !vx_num_u64(vx_str_c(argv[1]), &port)
        || !vx_num_u64(vx_str_c(argv[2]), &stride) || port > 65535 || stride == 0)
        return 2;
    control_port = (uint16_t)port;
    for (size_t i = 0; i < VX_COUNT(commands); i++)
        if (argc == 3 || strcmp(argv[3], commands[i].name) == 0)
            cut_all(&commands[i], stride);
    printf("%u replies cut, %u findings\n", tried, found);
    return found ? 1 : 0;
}
