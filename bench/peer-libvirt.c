/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same texts through libvirt and through libvmx, in turn, in one process:
 *
 *   peer-libvirt FILE...
 *
 * prints how many texts libvirt accepts, then conversions a second over those:
 * libvirt's, ours without metadata, ours with.  The connection vmwareplayer:///session
 * needs a `vmplayer` and a `vmrun` in PATH that answer; see run.sh. */
#include "bench.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

struct rates {
    double peer[BENCH_ROUNDS], plain[BENCH_ROUNDS], metadata[BENCH_ROUNDS];
};

static void
be_silent(void *data, virErrorPtr error)
{
    (void)data, (void)error;
}

static bool
peer_converts(virConnectPtr peer, const struct bench_text *text)
{
    char *xml = virConnectDomainXMLFromNative(peer, "vmware-vmx", text->text, 0);

    free(xml);
    return xml != NULL;
}

/* Moves the texts that libvirt accepts to the front; their number. */
static size_t
keep_accepted(virConnectPtr peer, struct bench_text *texts, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (peer_converts(peer, &texts[i])) {
            struct bench_text accepted = texts[i];

            texts[i] = texts[kept];
            texts[kept++] = accepted;
        }
    return kept;
}

static double
peer_rate(virConnectPtr peer, const struct bench_text *texts, size_t count)
{
    double begin = bench_now();

    for (size_t i = 0; i < count; i++)
        if (!peer_converts(peer, &texts[i]))
            bench_fail("was converted before, and now is not", texts[i].path);
    return (double)count / (bench_now() - begin);
}

static void
compare(virConnectPtr peer, const struct bench_text *texts, size_t count)
{
    struct rates rates;

    for (size_t round = 0; round < BENCH_ROUNDS; round++) {
        rates.peer[round] = peer_rate(peer, texts, count);
        rates.plain[round] = bench_rate(texts, count, false, 0.1);
        rates.metadata[round] = bench_rate(texts, count, true, 0.1);
    }
    printf("%zu %.1f %.1f %.1f\n", count, bench_median(rates.peer, BENCH_ROUNDS),
           bench_median(rates.plain, BENCH_ROUNDS),
           bench_median(rates.metadata, BENCH_ROUNDS));
}

int
main(int argc, char **argv)
{
    size_t count = (size_t)argc - 1, accepted;
    struct bench_text *texts;
    virConnectPtr peer;

    if (argc < 2)
        return 2;
    virSetErrorFunc(NULL, be_silent);
    peer = virConnectOpen("vmwareplayer:///session");
    if (peer == NULL)
        bench_fail("libvirt does not open it", "vmwareplayer:///session");
    texts = bench_load_all(argv + 1, count);
    accepted = keep_accepted(peer, texts, count);
    if (accepted == 0)
        bench_fail("libvirt accepts no text", "peer-libvirt");
    compare(peer, texts, accepted);
    bench_free_all(texts, count);
    virConnectClose(peer);
    return EXIT_SUCCESS;
}
