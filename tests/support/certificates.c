#include "tests/support/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

struct test_ca {
    EVP_PKEY *key;
    X509 *certificate;
    char *pem;
    long issued; /* For serial numbers. */
};

static void need(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "test certificates: %s\n", what);
    abort();
}

/* What was written to the BIO, with a NUL; frees the BIO. */
static char *take_text(BIO *bio)
{
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    char *text = malloc((size_t)size + 1);
    need(text != NULL, "memory");
    memcpy(text, data, (size_t)size);
    text[size] = '\0';
    BIO_free(bio);
    return text;
}

static char *certificate_pem(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    need(PEM_write_bio_X509(bio, certificate), "PEM of a certificate");
    return take_text(bio);
}

/* `passphrase` NULL: not encrypted. */
static char *key_pem(EVP_PKEY *key, const char *passphrase)
{
    BIO *bio = BIO_new(BIO_s_mem());
    need(PEM_write_bio_PrivateKey(bio, key, passphrase ? EVP_aes_256_cbc() : NULL,
                                  (const unsigned char *)passphrase,
                                  passphrase ? (int)strlen(passphrase) : 0, NULL, NULL),
         "PEM of a key");
    return take_text(bio);
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    need(extension != NULL, value);
    need(X509_add_ext(certificate, extension, -1), value);
    X509_EXTENSION_free(extension);
}

/* Unsigned, without an issuer; expires `until_s` from now. */
static X509 *draft(EVP_PKEY *key, const char *common_name, long serial, long until_s)
{
    X509 *certificate = X509_new();
    need(X509_set_version(certificate, 2) &&
             ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) &&
             X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR_S) &&
             X509_gmtime_adj(X509_getm_notAfter(certificate), until_s) &&
             X509_set_pubkey(certificate, key),
         "a certificate's fields");
    if (common_name)
        need(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                        (const unsigned char *)common_name, -1, -1, 0),
             common_name);
    return certificate;
}

struct test_ca *test_ca_create(void)
{
    struct test_ca *ca = calloc(1, sizeof *ca);
    need(ca != NULL, "memory");
    need((ca->key = EVP_EC_gen("P-256")) != NULL, "a key");
    ca->certificate = draft(ca->key, "Test CA", ++ca->issued, DAY_S);
    X509_set_issuer_name(ca->certificate, X509_get_subject_name(ca->certificate));
    add_extension(ca->certificate, NID_basic_constraints, "critical,CA:TRUE");
    need(X509_sign(ca->certificate, ca->key, EVP_sha256()) > 0, "signing");
    ca->pem = certificate_pem(ca->certificate);
    return ca;
}

void test_ca_destroy(struct test_ca *ca)
{
    EVP_PKEY_free(ca->key);
    X509_free(ca->certificate);
    free(ca->pem);
    free(ca);
}

const char *test_ca_pem(const struct test_ca *ca)
{
    return ca->pem;
}

static struct test_identity issue(struct test_ca *ca, const char *common_name,
                                  const char *alternative_names, long until_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    need(key != NULL, "a key");
    X509 *certificate = draft(key, common_name, ++ca->issued, until_s);
    X509_set_issuer_name(certificate, X509_get_subject_name(ca->certificate));
    if (alternative_names)
        add_extension(certificate, NID_subject_alt_name, alternative_names);
    need(X509_sign(certificate, ca->key, EVP_sha256()) > 0, "signing");
    struct test_identity identity = { certificate_pem(certificate), key_pem(key, NULL) };
    X509_free(certificate);
    EVP_PKEY_free(key);
    return identity;
}

struct test_identity test_ca_issue(struct test_ca *ca, const char *common_name,
                                   const char *alternative_names)
{
    return issue(ca, common_name, alternative_names, DAY_S);
}

struct test_identity test_ca_issue_expired(struct test_ca *ca, const char *common_name,
                                           const char *alternative_names)
{
    return issue(ca, common_name, alternative_names, -HOUR_S / 2);
}

void test_identity_fini(struct test_identity *identity)
{
    free(identity->certificate);
    free(identity->key);
}

char *test_encrypted_key(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    need(key != NULL, "a key");
    char *pem = key_pem(key, "a passphrase");
    EVP_PKEY_free(key);
    return pem;
}
