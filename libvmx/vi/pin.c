/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcrypto reads the certificate and hashes its key: Debian's libcurl has it in
 * itself, so that it costs nothing more. */
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "vi/transport.h"

#include "base/banned.h"

bool
vi_pin_of(const char *pem, char *out, size_t size)
{
    static const char head[] = "sha256//";
    unsigned char hash[EVP_MAX_MD_SIZE], *key = NULL;
    unsigned int hash_size = 0;
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    int key_size =
        certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &key) : 0;
    bool good =
        key_size > 0 && size >= sizeof(head) + 45
        && EVP_Digest(key, (size_t)key_size, hash, &hash_size, EVP_sha256(), NULL)
        && hash_size == 32;

    if (good) {
        memcpy(out, head, sizeof(head));
        EVP_EncodeBlock((unsigned char *)out + sizeof(head) - 1, hash, 32);
    }
    OPENSSL_free(key);
    X509_free(certificate);
    BIO_free(bio);
    return good;
}
