/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SHA-256 of what passes by. */
#ifndef VX_TOOLS_SHA256_H
#define VX_TOOLS_SHA256_H

#include "base/str.h"

enum {
    SHA256_TEXT = 65, /* in hex, with a NUL */
};

struct sha256;

/* NULL without memory. */
struct sha256 *sha256_new(void);
/* NULL is fine. */
void sha256_free(struct sha256 *hash);
/* False when that failed. */
bool sha256_add(struct sha256 *hash, const char *bytes, size_t size);
/* Once, at the end; false when something failed. */
bool sha256_end(struct sha256 *hash, char text[SHA256_TEXT]);

#endif
