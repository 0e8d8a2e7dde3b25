/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vi-host [OPTION]... [LINE]...
 *
 * A host of the VI interface that does what it is told: an ESX host, or a vCenter, with
 * machines of real VMX files, that asks questions and fails on order.  For tests, and
 * to try vmx-vi(1) where there is no host.  It listens on 127.0.0.1 and ends by a
 * signal.
 *
 *   --vcenter        a vCenter, not an ESX host
 *   --tls            with a certificate that it makes itself
 *   --port=N         else one that is free
 *   --user=NAME --password=TEXT     root (administrator), secret
 *   --api=VERSION    6.7
 *   --script=FILE    lines to begin with
 *   --demo           tells a person what to do with it
 *
 * The first lines on standard output are `url URI`, `control URL`, with --tls `pin
 * PIN`, and `ready`.  LINE is of the language that script.c tells. */
#include <getopt.h>
#include <libxml/parser.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/num.h"
#include "call.h"
#include "count.h"
#include "fault.h"
#include "http.h"
#include "inventory.h"
#include "script.h"

struct settings {
    bool vcenter, tls, demo;
    uint16_t port;
    const char *user, *password, *api, *script;
};

static bool
take_option(struct settings *settings, int option)
{
    uint64_t port = 0;

    switch (option) {
    case 'v':
        settings->vcenter = true;
        return true;
    case 't':
        settings->tls = true;
        return true;
    case 'd':
        settings->demo = true;
        return true;
    case 'p':
        if (!vx_num_u64(vx_str_c(optarg), &port) || port > 65535)
            return false;
        settings->port = (uint16_t)port;
        return true;
    case 'u':
        settings->user = optarg;
        return true;
    case 'w':
        settings->password = optarg;
        return true;
    case 'a':
        settings->api = optarg;
        return true;
    case 's':
        settings->script = optarg;
        return true;
    default:
        return false;
    }
}

static bool
take_options(struct settings *settings, int argc, char **argv)
{
    static const struct option options[] = {
        {"vcenter", no_argument, NULL, 'v'},
        {"tls", no_argument, NULL, 't'},
        {"demo", no_argument, NULL, 'd'},
        {"port", required_argument, NULL, 'p'},
        {"user", required_argument, NULL, 'u'},
        {"password", required_argument, NULL, 'w'},
        {"api", required_argument, NULL, 'a'},
        {"script", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
        if (!take_option(settings, option))
            return false;
    return true;
}

/* ---- the inventory --------------------------------------------------------------- */

static bool
complain(struct vx_buf *out)
{
    fprintf(stderr, "vi-host: %.*s", (int)out->size, out->size ? out->data : "?\n");
    return false;
}

static bool
run_script(struct world *world, const struct settings *settings, char **lines)
{
    struct vx_buf text = VX_BUF(TEXT_MAX), out = VX_BUF(TEXT_MAX);
    int number = 0;
    bool well = true;

    if (settings->script) {
        well = vx_file_read(settings->script, &text, &number) == VMX_OK;
        vx_buf_char(&text, '\0');
        well = well && script_text(world, text.data, &out);
    }
    for (; well && *lines; lines++)
        well = script_text(world, *lines, &out);
    if (!well)
        complain(&out);
    count_reset(world);
    vx_buf_done(&text);
    vx_buf_done(&out);
    return well;
}

static void
fill(struct world *world, const struct settings *settings)
{
    world->api = settings->api ? settings->api : "6.7";
    world->password = settings->password ? settings->password : "secret";
    world->user = settings->user      ? settings->user
                  : settings->vcenter ? "administrator"
                                      : "root";
    if (settings->vcenter)
        inventory_vcenter(world);
    else
        inventory_esx(world);
}

/* ---- the run --------------------------------------------------------------------- */

static void
tell(const struct world *world, const struct http *http,
     const struct settings *settings, const char *pin)
{
    const char *scheme = settings->vcenter ? "vpx" : "esx";
    const char *path = settings->vcenter ? "Europe/DC%200" : "";
    const char *query = settings->tls ? "" : "?transport=http";

    printf("url %s://%s@127.0.0.1:%u/%s%s\n", scheme, world->user, http_port(http),
           path, query);
    printf("control http://127.0.0.1:%u/\n", http_control_port(http));
    if (settings->tls)
        printf("pin %s\n", pin);
    printf("ready\n");
    if (settings->demo) {
        printf("\nA host to try things on, until Ctrl-C. In another terminal:\n\n"
               "    export VMX_VI_URL='%s://%s@127.0.0.1:%u/%s%s'\n"
               "    export VMX_VI_PASSWORD=%s\n",
               scheme, world->user, http_port(http), path, query, world->password);
        printf("    vmx-vi%s%s list\n", settings->tls ? " --pin=" : "", pin);
    }
    fflush(stdout);
}

static int
serve(struct world *world, const struct settings *settings, const sigset_t *signals)
{
    char *certificate = NULL, *key = NULL, pin[80] = "";
    struct http *http;
    int number;

    if (settings->tls && !certificate_make(&certificate, &key, pin, sizeof(pin))) {
        fprintf(stderr, "vi-host: there is no certificate\n");
        return 2;
    }
    http = http_begin(world, settings->port, certificate, key);
    if (http) {
        tasks_begin(world);
        tell(world, http, settings, pin);
        sigwait(signals, &number);
        lock(world);
        world->stopping = true;
        pthread_cond_broadcast(&world->news);
        unlock(world);
        http_end(http);
        tasks_done(world);
    } else {
        fprintf(stderr, "vi-host: it cannot listen\n");
    }
    free(certificate);
    free(key);
    return http ? 0 : 2;
}

int
main(int argc, char **argv)
{
    struct settings settings = {.port = 0};
    struct store store = {.files = NULL};
    struct sessions sessions = {.first = NULL};
    struct faults faults = {.first = NULL};
    struct counters counters = {.first = NULL, .log = VX_BUF(TEXT_MAX)};
    struct tasks queue = {.first = NULL};
    struct world world;
    sigset_t signals;
    int status = 2;

    if (!take_options(&settings, argc, argv))
        return 2;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    xmlInitParser();
    world_init(&world);
    world.store = &store;
    world.sessions = &sessions;
    world.faults = &faults;
    world.counters = &counters;
    world.queue = &queue;
    fill(&world, &settings);
    if (run_script(&world, &settings, argv + optind))
        status = serve(&world, &settings, &signals);
    sessions_done(&world);
    machines_done(&world);
    faults_clear(&world);
    count_reset(&world);
    store_done(&world);
    world_done(&world);
    xmlCleanupParser();
    return status;
}
