/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same texts through libvirt and through libvmx, in turn, in one process:
 *
 *   peer-libvirt FILE...
 *
 * prints how many texts libvirt accepts, then conversions a second over those:
 * libvirt's, ours without metadata, ours with.
 *
 *   peer-libvirt --inventory NEW
 *
 * reads, converts and writes the files that standard input names, one a line, with
 * libvirt alone, into the folder NEW by a temporary name and a rename; prints how many
 * there are, how many of them libvirt accepts, and the time in microseconds.
 *
 * The connection vmwareplayer:///session
 * needs a `vmplayer` and a `vmrun` in PATH that answer; see run.sh. */
#include "bench.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <string.h>

enum {
    PATH_ROOM = 1024,
};

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

static void
write_xml(const char *folder, size_t number, const char *xml)
{
    char name[PATH_ROOM], temp[PATH_ROOM];
    FILE *file;

    snprintf(name, sizeof(name), "%s/%zu.xml", folder, number);
    snprintf(temp, sizeof(temp), "%s/.new", folder);
    file = fopen(temp, "wb");
    if (file == NULL || fputs(xml, file) < 0 || fclose(file) != 0
        || rename(temp, name) != 0)
        bench_fail("cannot be written", name);
}

static void
take_inventory(virConnectPtr peer, const char *folder)
{
    size_t count = 0, accepted = 0;
    double begin = bench_now();
    char path[PATH_ROOM];

    while (fgets(path, sizeof(path), stdin)) {
        struct bench_text text;
        char *xml;

        path[strcspn(path, "\n")] = '\0';
        text = bench_load(path);
        xml = virConnectDomainXMLFromNative(peer, "vmware-vmx", text.text, 0);
        if (xml)
            write_xml(folder, ++accepted, xml);
        count++;
        free(xml);
        free(text.text);
    }
    printf("%zu %zu %.0f\n", count, accepted, (bench_now() - begin) * 1e6);
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
    if (argc == 3 && strcmp(argv[1], "--inventory") == 0) {
        take_inventory(peer, argv[2]);
        virConnectClose(peer);
        return EXIT_SUCCESS;
    }
    texts = bench_load_all(argv + 1, count);
    accepted = keep_accepted(peer, texts, count);
    if (accepted == 0)
        bench_fail("libvirt accepts no text", "peer-libvirt");
    compare(peer, texts, accepted);
    bench_free_all(texts, count);
    virConnectClose(peer);
    return EXIT_SUCCESS;
}
