/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the timing programs share: texts in memory, one conversion, a clock, medians. */
#ifndef VX_BENCH_BENCH_H
#define VX_BENCH_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vmx.h"

enum {
    BENCH_ROUNDS = 9, /* odd: the median is one of them */
};

struct bench_text {
    const char *path;
    char *text; /* NUL-terminated */
    size_t size;
};

static inline _Noreturn void
bench_fail(const char *what, const char *path)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(EXIT_FAILURE);
}

static inline struct bench_text
bench_load(const char *path)
{
    struct bench_text text = {.path = path};
    FILE *file = fopen(path, "rb");
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        bench_fail("cannot be read", path);
    rewind(file);
    text.size = (size_t)size;
    text.text = malloc(text.size + 1);
    if (text.text == NULL || fread(text.text, 1, text.size, file) != text.size)
        bench_fail("cannot be read", path);
    text.text[text.size] = '\0';
    fclose(file);
    return text;
}

static inline struct bench_text *
bench_load_all(char **paths, size_t count)
{
    struct bench_text *texts = calloc(count, sizeof(*texts));

    if (texts == NULL)
        bench_fail("out of memory", "bench");
    for (size_t i = 0; i < count; i++)
        texts[i] = bench_load(paths[i]);
    return texts;
}

static inline void
bench_free_all(struct bench_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i].text);
    free(texts);
}

/* Text to finished buffer, and all given back. */
static inline void
bench_convert(const struct bench_text *text, bool metadata)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vmx_result *result;
    struct vmx_doc *doc;

    options.no_metadata = !metadata;
    if (vmx_doc_parse(text->text, text->size, NULL, &doc) != VMX_OK
        || vmx_convert_to_xml(doc, &options, NULL, &result) != VMX_OK)
        bench_fail("was not converted", text->path);
    vmx_result_free(result);
    vmx_doc_free(doc);
}

static inline double
bench_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline int
bench_by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts `values`. */
static inline double
bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), bench_by_size);
    return values[count / 2];
}

/* Our conversions a second, over all texts, for at least `seconds`. */
static inline double
bench_rate(const struct bench_text *texts, size_t count, bool metadata, double seconds)
{
    double begin = bench_now(), spent;
    size_t done = 0;

    do {
        for (size_t i = 0; i < count; i++)
            bench_convert(&texts[i], metadata);
        done += count;
        spent = bench_now() - begin;
    } while (spent < seconds);
    return (double)done / spent;
}

#endif
