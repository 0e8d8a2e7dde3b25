/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

#include "http.h"

static char *
text_in(BIO *bio)
{
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);

    return text_of("%.*s", (int)size, size > 0 ? data : "");
}

static bool
name_it(X509 *certificate)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
                                                    "DNS:localhost,IP:127.0.0.1");
    bool well =
        extension
        && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                      (const unsigned char *)"localhost", -1, -1, 0)
        && X509_set_issuer_name(certificate, name)
        && X509_add_ext(certificate, extension, -1);

    X509_EXTENSION_free(extension);
    return well;
}

static X509 *
sign(EVP_PKEY *key)
{
    X509 *certificate = X509_new();

    if (certificate && X509_set_version(certificate, 2)
        && ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        && X509_gmtime_adj(X509_getm_notAfter(certificate), 30L * 86400)
        && name_it(certificate) && X509_set_pubkey(certificate, key)
        && X509_sign(certificate, key, EVP_sha256()))
        return certificate;
    X509_free(certificate);
    return NULL;
}

static bool
pin_of(EVP_PKEY *key, char *pin, size_t size)
{
    unsigned char hash[EVP_MAX_MD_SIZE], text[100], *der = NULL;
    int der_size = i2d_PUBKEY(key, &der);
    unsigned hash_size = 0;
    bool well =
        der_size > 0
        && EVP_Digest(der, (size_t)der_size, hash, &hash_size, EVP_sha256(), NULL);

    OPENSSL_free(der);
    if (well) {
        EVP_EncodeBlock(text, hash, (int)hash_size);
        snprintf(pin, size, "sha256//%s", (const char *)text);
    }
    return well;
}

bool
certificate_make(char **ret_certificate, char **ret_key, char *pin, size_t size)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = key ? sign(key) : NULL;
    BIO *out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_mem());
    bool well = certificate && out && key_out && PEM_write_bio_X509(out, certificate)
                && PEM_write_bio_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL)
                && pin_of(key, pin, size);

    if (well) {
        *ret_certificate = text_in(out);
        *ret_key = text_in(key_out);
    }
    BIO_free(out);
    BIO_free(key_out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return well;
}
