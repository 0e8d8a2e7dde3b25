/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conversions in memory.
 *
 *   convert rate FILE...              conversions a second, without and with metadata
 *   convert times COUNT plain FILE    converts FILE COUNT times and says nothing, for
 *   convert times COUNT metadata FILE callgrind: what COUNT 11 takes more than COUNT 1
 * is ten conversions, and start-up is subtracted
 *   convert times COUNT kvm FILE      the same to a KVM domain, the stylesheet parsed
 * once; or with FILE.xsl for kvm
 *   convert times COUNT vmx FILE      the same for a domain that becomes a VMX
 *   convert times COUNT diff FILE     compares FILE with one in which some things are
 * others */
#include "bench.h"

#include <string.h>

static int
usage(void)
{
    fputs("usage: convert rate FILE...\n"
          "       convert times COUNT plain|metadata|vmx|diff|kvm|FILE.xsl FILE\n",
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

static void
times_back(const char *count_text, const char *path)
{
    unsigned long count = strtoul(count_text, NULL, 10);
    struct bench_text text = bench_load(path);
    struct vmx_result *result;

    for (unsigned long i = 0; i < count; i++) {
        if (vmx_convert_to_vmx(text.text, text.size, NULL, NULL, &result) != VMX_OK)
            bench_fail("was not converted", path);
        vmx_result_free(result);
    }
    free(text.text);
}

/* A machine with a 6 for each 5: addresses, numbers, a controller. */
static void
times_diff(const char *count_text, const char *path)
{
    unsigned long count = strtoul(count_text, NULL, 10);
    struct bench_text text = bench_load(path), other = bench_load(path);
    struct vmx_doc *before, *after;
    struct vmx_diff *diff;

    for (size_t i = 0; i < other.size; i++)
        if (other.text[i] == '5')
            other.text[i] = '6';
    for (unsigned long i = 0; i < count; i++) {
        if (vmx_doc_parse(text.text, text.size, NULL, &before) != VMX_OK
            || vmx_doc_parse(other.text, other.size, NULL, &after) != VMX_OK
            || vmx_diff_new(before, after, NULL, &diff) != VMX_OK
            || vmx_diff_count(diff) < 5)
            bench_fail("was not compared", path);
        vmx_diff_free(diff);
        vmx_doc_free(before);
        vmx_doc_free(after);
    }
    free(text.text);
    free(other.text);
}

static struct vmx_target *
target_of(const char *name)
{
    struct bench_text sheet = {.path = name};
    struct vmx_target *target;

    if (strcmp(name, "kvm") != 0)
        sheet = bench_load(name);
    if (vmx_target_new(name, sheet.text, sheet.size, NULL, &target) != VMX_OK)
        bench_fail("cannot be used", name);
    free(sheet.text);
    return target;
}

static void
times_target(const char *count_text, const char *name, const char *path)
{
    unsigned long count = strtoul(count_text, NULL, 10);
    struct bench_text text = bench_load(path);
    struct vmx_target *target = target_of(name);
    struct vmx_result *result;
    struct vmx_doc *doc;

    for (unsigned long i = 0; i < count; i++) {
        if (vmx_doc_parse(text.text, text.size, NULL, &doc) != VMX_OK
            || vmx_convert_to_target(doc, NULL, target, NULL, &result) != VMX_OK)
            bench_fail("was not converted", path);
        vmx_result_free(result);
        vmx_doc_free(doc);
    }
    vmx_target_free(target);
    free(text.text);
}

static bool
is_target(const char *kind)
{
    return strcmp(kind, "plain") != 0 && strcmp(kind, "metadata") != 0;
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
    else if (argc == 5 && strcmp(argv[1], "times") == 0 && strcmp(argv[3], "vmx") == 0)
        times_back(argv[2], argv[4]);
    else if (argc == 5 && strcmp(argv[1], "times") == 0 && strcmp(argv[3], "diff") == 0)
        times_diff(argv[2], argv[4]);
    else if (argc == 5 && strcmp(argv[1], "times") == 0 && is_target(argv[3]))
        times_target(argv[2], argv[3], argv[4]);
    else if (argc == 5 && strcmp(argv[1], "times") == 0)
        times(argv[2], strcmp(argv[3], "metadata") == 0, argv[4]);
    else
        return usage();
    return EXIT_SUCCESS;
}
