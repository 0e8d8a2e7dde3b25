/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* VMX → XML in memory.
 *
 *   convert rate FILE...              conversions a second, without and with metadata
 *   convert times COUNT plain FILE    converts FILE COUNT times and says nothing, for
 *   convert times COUNT metadata FILE callgrind: what COUNT 11 takes more than COUNT 1
 * is ten conversions, and start-up is subtracted */
#include "bench.h"

#include <string.h>

static int
usage(void)
{
    fputs("usage: convert rate FILE...\n"
          "       convert times COUNT plain|metadata FILE\n",
          stderr);
    return 2;
}

static void
times(const char *count_text, bool metadata, const char *path)
{
    unsigned long count = strtoul(count_text, NULL, 10);
    struct bench_text text = bench_load(path);

    for (unsigned long i = 0; i < count; i++)
        bench_convert(&text, metadata);
    free(text.text);
}

/* Both kinds in turn, so that a busy moment of the machine meets both. */
static void
rate(char **paths, size_t count)
{
    struct bench_text *texts = bench_load_all(paths, count);
    double plain[BENCH_ROUNDS], metadata[BENCH_ROUNDS];

    for (size_t round = 0; round < BENCH_ROUNDS; round++) {
        plain[round] = bench_rate(texts, count, false, 0.2);
        metadata[round] = bench_rate(texts, count, true, 0.2);
    }
    printf("%.0f %.0f\n", bench_median(plain, BENCH_ROUNDS),
           bench_median(metadata, BENCH_ROUNDS));
    bench_free_all(texts, count);
}

int
main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "rate") == 0)
        rate(argv + 2, (size_t)argc - 2);
    else if (argc == 5 && strcmp(argv[1], "times") == 0)
        times(argv[2], strcmp(argv[3], "metadata") == 0, argv[4]);
    else
        return usage();
    return EXIT_SUCCESS;
}
