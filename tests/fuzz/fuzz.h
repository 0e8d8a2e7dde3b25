/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the fuzzers share.  With clang -fsanitize=fuzzer a fuzzer makes its own inputs;
 * without, replay.c gives it those of tests/fuzz/seeds. */
#ifndef VX_TESTS_FUZZ_H
#define VX_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "doc/doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unlike assert(), also with NDEBUG. */
#define MUST(condition)                                                                \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
            abort();                                                                   \
        }                                                                              \
    } while (0)

static inline struct vx_str
fuzz_text(const uint8_t *data, size_t size)
{
    return vx_str_of((const char *)data, size);
}

#endif
