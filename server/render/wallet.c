#include "server/render/wallet.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wallet {
    X509 *certificate;
    STACK_OF(X509) * chain; /* What follows it in its file. */
    EVP_PKEY *key;
    char *pass_type, *team, *organisation; /* OpenSSL's memory. */
};

/* ---- Opening ------------------------------------------------------------------------------ */

struct trouble {
    char *why;
    size_t size;
};

static bool fail(const struct trouble *trouble, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool fail(const struct trouble *trouble, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(trouble->why, trouble->size, format, args);
    va_end(args);
    ERR_clear_error(); /* Of this thread: nobody else asks for it. */
    return false;
}

/* Nobody is there to type one. */
static int no_passphrase(char *to, int size, int writing, void *ctx)
{
    (void)to, (void)size, (void)writing, (void)ctx;
    return -1;
}

static bool read_certificates(struct wallet *wallet, const char *path,
                              const struct trouble *trouble)
{
    BIO *file = BIO_new_file(path, "re");
    if (!file)
        return fail(trouble, "--wallet-cert %.200s cannot be read", path);
    wallet->certificate = PEM_read_bio_X509(file, NULL, no_passphrase, NULL);
    for (X509 *next; wallet->certificate && (next = PEM_read_bio_X509(file, NULL, no_passphrase,
                                                                       NULL)) != NULL;)
        sk_X509_push(wallet->chain, next);
    BIO_free(file);
    ERR_clear_error(); /* The end of the file is one. */
    return wallet->certificate ||
           fail(trouble, "--wallet-cert %.200s has no certificate; give it as PEM", path);
}

static bool read_key(struct wallet *wallet, const char *path, const struct trouble *trouble)
{
    BIO *file = BIO_new_file(path, "re");
    if (!file)
        return fail(trouble, "--wallet-key %.200s cannot be read", path);
    wallet->key = PEM_read_bio_PrivateKey(file, NULL, no_passphrase, NULL);
    BIO_free(file);
    return wallet->key || fail(trouble,
                               "--wallet-key %.200s has no key that can be read; give it as PEM, "
                               "without a passphrase",
                               path);
}

/* As UTF-8; NULL: the subject does not say it, or with a NUL in it. */
static char *subject(const X509 *certificate, int what)
{
    const X509_NAME *name = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(name, what, -1);
    unsigned char *text = NULL;
    if (at < 0)
        return NULL;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (size > 0 && strlen((char *)text) == (size_t)size)
        return (char *)text;
    OPENSSL_free(text);
    return NULL;
}

static bool read_subject(struct wallet *wallet, const char *path, const struct trouble *trouble)
{
    wallet->pass_type = subject(wallet->certificate, NID_userId);
    wallet->team = subject(wallet->certificate, NID_organizationalUnitName);
    wallet->organisation = subject(wallet->certificate, NID_organizationName);
    return (wallet->pass_type && wallet->team) ||
           fail(trouble,
                "--wallet-cert %.200s: its subject names no type of pass (UID) or no team (OU); "
                "take the certificate that Apple made for a Pass Type ID",
                path);
}

static bool read_all(struct wallet *wallet, const char *certificate, const char *key,
                     const struct trouble *trouble)
{
    if (!read_certificates(wallet, certificate, trouble) ||
        !read_subject(wallet, certificate, trouble) || !read_key(wallet, key, trouble))
        return false;
    if (X509_check_private_key(wallet->certificate, wallet->key) != 1)
        return fail(trouble, "--wallet-key %.200s is not the key of --wallet-cert %.200s", key,
                    certificate);
    return X509_cmp_current_time(X509_get0_notAfter(wallet->certificate)) > 0 ||
           fail(trouble, "--wallet-cert %.200s is over; phones take no passes of it", certificate);
}

struct wallet *wallet_open(const char *certificate, const char *key, char *why, size_t why_size)
{
    const struct trouble trouble = { why, why_size };
    struct wallet *wallet = base_alloc(sizeof *wallet);
    wallet->chain = sk_X509_new_null();
    if (wallet->chain && read_all(wallet, certificate, key, &trouble))
        return wallet;
    wallet_close(wallet);
    return NULL;
}

void wallet_close(struct wallet *wallet)
{
    if (!wallet)
        return;
    X509_free(wallet->certificate);
    sk_X509_pop_free(wallet->chain, X509_free);
    EVP_PKEY_free(wallet->key);
    OPENSSL_free(wallet->pass_type);
    OPENSSL_free(wallet->team);
    OPENSSL_free(wallet->organisation);
    free(wallet);
}

const char *wallet_pass_type(const struct wallet *wallet)
{
    return wallet->pass_type;
}

const char *wallet_team(const struct wallet *wallet)
{
    return wallet->team;
}

const char *wallet_organisation(const struct wallet *wallet)
{
    return wallet->organisation ? wallet->organisation : wallet->team;
}

/* ---- Signing ------------------------------------------------------------------------------ */

struct bytes wallet_sign(const struct wallet *wallet, struct bytes bytes, struct arena *arena)
{
    struct bytes signature = { 0 };
    unsigned char *der = NULL;
    BIO *in = BIO_new_mem_buf(bytes.data, (int)bytes.size);
    CMS_ContentInfo *cms = in ? CMS_sign(wallet->certificate, wallet->key, wallet->chain, in,
                                         CMS_DETACHED | CMS_BINARY | CMS_NOSMIMECAP)
                              : NULL;
    const int size = cms ? i2d_CMS_ContentInfo(cms, &der) : 0;
    if (size > 0)
        signature = (struct bytes){ arena_copy(arena, der, (size_t)size), (size_t)size };
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    ERR_clear_error();
    return signature;
}
