/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcrypto's, which libvmx-vi needs in any case. */
#include "sha256.h"

#include <openssl/evp.h>

#include "base/banned.h"

/* A context is all there is; this is its name for others. */
static EVP_MD_CTX *
context_of(struct sha256 *hash)
{
    return (EVP_MD_CTX *)(void *)hash;
}

struct sha256 *
sha256_new(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    return (struct sha256 *)(void *)context;
}

void
sha256_free(struct sha256 *hash)
{
    EVP_MD_CTX_free(context_of(hash));
}

bool
sha256_add(struct sha256 *hash, const char *bytes, size_t size)
{
    return EVP_DigestUpdate(context_of(hash), bytes, size) == 1;
}

bool
sha256_end(struct sha256 *hash, char text[SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    if (EVP_DigestFinal_ex(context_of(hash), bytes, &size) != 1
        || size != SHA256_TEXT / 2)
        return false;
    for (unsigned i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[SHA256_TEXT - 1] = '\0';
    return true;
}
