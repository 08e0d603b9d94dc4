#include "api/rpc/pem.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"

enum { FILE_MAX_BYTES = 1 << 20 };

/* ---- Reading -------------------------------------------------------------------------------- */

/* How a sentence names it. */
static const char *name_of(const struct rpc_pem *pem)
{
    return pem->file ? pem->file : "in memory";
}

/* The whole file with a NUL behind it; NULL: errno says why. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *text = rpc_new(FILE_MAX_BYTES + 1);
    size_t size = fread(text, 1, FILE_MAX_BYTES + 1, file);
    int error = ferror(file) ? errno : size > FILE_MAX_BYTES ? EFBIG : 0;
    fclose(file);
    if (!error) {
        text[size] = '\0';
        char *fitting = realloc(text, size + 1);
        return fitting ? fitting : text;
    }
    free(text);
    errno = error;
    return NULL;
}

static bool read_pem(char **out, const struct rpc_pem *pem, const char *what, char *why,
                     size_t why_size)
{
    if (pem->text)
        *out = strcpy(rpc_new(strlen(pem->text) + 1), pem->text);
    else if (pem->file)
        *out = read_file(pem->file);
    if (*out || !pem->file)
        return true;
    snprintf(why, why_size, "TLS: cannot read the %s %.100s: %s", what, pem->file, strerror(errno));
    return false;
}

bool rpc_pem_set_read(struct rpc_pem_set *set, const struct rpc_tls *tls, char *why,
                      size_t why_size)
{
    *set = (struct rpc_pem_set){ 0 };
    return read_pem(&set->certificate, &tls->certificate, "certificate", why, why_size) &&
           read_pem(&set->key, &tls->key, "key", why, why_size) &&
           read_pem(&set->ca, &tls->ca, "CA certificates", why, why_size);
}

static void wipe(char *text)
{
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
}

void rpc_pem_set_fini(struct rpc_pem_set *set)
{
    free(set->certificate);
    wipe(set->key);
    free(set->ca);
    *set = (struct rpc_pem_set){ 0 };
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool rpc_pem_set_equals(const struct rpc_pem_set *a, const struct rpc_pem_set *b)
{
    return same(a->certificate, b->certificate) && same(a->key, b->key) && same(a->ca, b->ca);
}

/* ---- Checking ------------------------------------------------------------------------------- */

/* Nobody is here to be asked for a passphrase. */
static int no_passphrase(char *buffer, int size, int writing, void *asked)
{
    (void)buffer;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

/* The first certificate of the text; NULL: there is none, or one of them cannot be read. */
static X509 *read_certificates(const char *text)
{
    BIO *bio = BIO_new_mem_buf(text, -1);
    X509 *first = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    for (X509 *next = first; next; next = PEM_read_bio_X509(bio, NULL, NULL, NULL))
        if (next != first)
            X509_free(next);
    /* It ends where no further PEM begins; anything else is a broken one. */
    bool is_whole = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(bio);
    if (is_whole)
        return first;
    X509_free(first);
    return NULL;
}

static EVP_PKEY *read_key(const char *text, bool *is_encrypted)
{
    *is_encrypted = false;
    BIO *bio = BIO_new_mem_buf(text, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, is_encrypted);
    ERR_clear_error();
    BIO_free(bio);
    return key;
}

/* Whether OpenSSL would serve with it: not with a key that is too short today, for one. NULL: yes.
 */
static const char *objection(X509 *certificate)
{
    const char *reason = NULL;
    SSL_CTX *ssl = SSL_CTX_new(TLS_method());
    if (ssl && SSL_CTX_use_certificate(ssl, certificate) != 1)
        reason = ERR_reason_error_string(ERR_peek_last_error());
    SSL_CTX_free(ssl);
    return reason;
}

static bool check_pair(const struct rpc_pem_set *set, const struct rpc_tls *tls, char *why,
                       size_t why_size)
{
    bool is_encrypted;
    const char *reason;
    X509 *certificate = read_certificates(set->certificate);
    EVP_PKEY *key = read_key(set->key, &is_encrypted);
    bool is_good = false;
    if (!certificate)
        snprintf(why, why_size, "TLS: the certificate %.100s is not PEM that can be read",
                 name_of(&tls->certificate));
    else if (is_encrypted)
        snprintf(why, why_size,
                 "TLS: the key %.100s has a passphrase; take it off with openssl pkey",
                 name_of(&tls->key));
    else if (!key)
        snprintf(why, why_size, "TLS: the key %.100s is not PEM that can be read",
                 name_of(&tls->key));
    else if (X509_check_private_key(certificate, key) != 1)
        snprintf(why, why_size, "TLS: the key %.80s does not belong to the certificate %.80s",
                 name_of(&tls->key), name_of(&tls->certificate));
    else if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
        snprintf(why, why_size,
                 "TLS: the certificate %.100s has expired; nobody takes it, renew it",
                 name_of(&tls->certificate));
    else if ((reason = objection(certificate)))
        snprintf(why, why_size, "TLS: OpenSSL refuses the certificate %.100s: %s",
                 name_of(&tls->certificate), reason);
    else
        is_good = true;
    ERR_clear_error();
    EVP_PKEY_free(key);
    X509_free(certificate);
    return is_good;
}

static bool check_ca(const struct rpc_pem_set *set, const struct rpc_tls *tls, char *why,
                     size_t why_size)
{
    X509 *first = read_certificates(set->ca);
    if (!first)
        snprintf(why, why_size, "TLS: the CA certificates %.100s are not PEM that can be read",
                 name_of(&tls->ca));
    X509_free(first);
    return first != NULL;
}

bool rpc_pem_set_check(const struct rpc_pem_set *set, const struct rpc_tls *tls, char *why,
                       size_t why_size)
{
    if (!set->certificate != !set->key) {
        snprintf(why, why_size, "TLS: the %s %.100s needs its %s beside it",
                 set->key ? "key" : "certificate",
                 name_of(set->key ? &tls->key : &tls->certificate),
                 set->key ? "certificate" : "key");
        return false;
    }
    if (set->certificate && !check_pair(set, tls, why, why_size))
        return false;
    return !set->ca || check_ca(set, tls, why, why_size);
}

int64_t rpc_pem_expires_s(const char *certificate)
{
    int days, seconds;
    int64_t expires_s = 0;
    ASN1_TIME *begin = ASN1_TIME_set(NULL, 0);
    BIO *bio = BIO_new_mem_buf(certificate, -1);
    X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    if (x509 && begin && ASN1_TIME_diff(&days, &seconds, begin, X509_get0_notAfter(x509)))
        expires_s = (int64_t)days * 86400 + seconds;
    ASN1_TIME_free(begin);
    X509_free(x509);
    BIO_free(bio);
    ERR_clear_error();
    return expires_s;
}
