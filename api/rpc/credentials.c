#include "api/rpc/credentials.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"
#include "api/rpc/pem.h"

enum { WHY_SIZE = 320 };

struct rpc_certificates {
    struct rpc_tls tls; /* Its paths are copies; texts are not kept. */
    bool has_files;
    pthread_mutex_t lock;
    struct rpc_pem_set seen; /* What was read last, good or not. */
    bool is_new;             /* `seen` is good, and gRPC does not have it yet. */
    char failure[WHY_SIZE];  /* Told last; empty: all was well. */
};

/* ---- Servers -------------------------------------------------------------------------------- */

static char *copy_path(const struct rpc_pem *pem)
{
    bool is_file = pem->file && !pem->text;
    return is_file ? strcpy(rpc_new(strlen(pem->file) + 1), pem->file) : NULL;
}

struct rpc_certificates *rpc_certificates_open(const struct rpc_tls *tls, char *why,
                                               size_t why_size)
{
    struct rpc_pem_set set;
    bool is_good =
        rpc_pem_set_read(&set, tls, why, why_size) && rpc_pem_set_check(&set, tls, why, why_size);
    if (is_good && !set.certificate) {
        snprintf(why, why_size, "TLS: a server needs a certificate and its key; give both");
        is_good = false;
    }
    if (!is_good) {
        rpc_pem_set_fini(&set);
        return NULL;
    }
    struct rpc_certificates *certificates = rpc_new(sizeof *certificates);
    certificates->tls = (struct rpc_tls){ .certificate.file = copy_path(&tls->certificate),
                                          .key.file = copy_path(&tls->key),
                                          .ca.file = copy_path(&tls->ca),
                                          .reloaded = tls->reloaded,
                                          .ctx = tls->ctx };
    certificates->has_files = certificates->tls.certificate.file || certificates->tls.key.file ||
                              certificates->tls.ca.file;
    certificates->seen = set;
    certificates->is_new = true;
    pthread_mutex_init(&certificates->lock, NULL);
    return certificates;
}

void rpc_certificates_close(struct rpc_certificates *certificates)
{
    if (!certificates)
        return;
    rpc_pem_set_fini(&certificates->seen);
    free((char *)certificates->tls.certificate.file);
    free((char *)certificates->tls.key.file);
    free((char *)certificates->tls.ca.file);
    pthread_mutex_destroy(&certificates->lock);
    free(certificates);
}

static void tell(struct rpc_certificates *certificates, const char *why)
{
    if (why[0] && strcmp(certificates->failure, why) == 0)
        return;
    snprintf(certificates->failure, sizeof certificates->failure, "%s", why);
    if (certificates->tls.reloaded)
        certificates->tls.reloaded(certificates->tls.ctx, why[0] ? why : NULL);
}

/* What was given in memory stays. */
static void keep_texts(struct rpc_certificates *certificates, struct rpc_pem_set *set)
{
    const struct rpc_tls *tls = &certificates->tls;
    struct rpc_pem_set *seen = &certificates->seen;
    char *const unchanged[] = { tls->certificate.file ? NULL : seen->certificate,
                                tls->key.file ? NULL : seen->key, tls->ca.file ? NULL : seen->ca };
    char **const to[] = { &set->certificate, &set->key, &set->ca };
    for (size_t i = 0; i < 3; i++)
        if (unchanged[i])
            *to[i] = strcpy(rpc_new(strlen(unchanged[i]) + 1), unchanged[i]);
}

/* With the lock held. */
static void look_again(struct rpc_certificates *certificates)
{
    struct rpc_pem_set set;
    char why[WHY_SIZE] = "";
    if (!rpc_pem_set_read(&set, &certificates->tls, why, sizeof why)) {
        tell(certificates, why);
        rpc_pem_set_fini(&set);
        return;
    }
    keep_texts(certificates, &set);
    if (rpc_pem_set_equals(&set, &certificates->seen)) {
        rpc_pem_set_fini(&set);
        certificates->failure[0] = '\0';
        return;
    }
    rpc_pem_set_fini(&certificates->seen);
    certificates->seen = set;
    certificates->is_new = rpc_pem_set_check(&set, &certificates->tls, why, sizeof why);
    tell(certificates, why);
}

static grpc_ssl_certificate_config_reload_status fetch(void *ctx,
                                                       grpc_ssl_server_certificate_config **out)
{
    struct rpc_certificates *certificates = ctx;
    pthread_mutex_lock(&certificates->lock);
    if (!certificates->is_new && certificates->has_files)
        look_again(certificates);
    bool is_new = certificates->is_new;
    certificates->is_new = false;
    if (is_new) {
        const grpc_ssl_pem_key_cert_pair pair = { .private_key = certificates->seen.key,
                                                  .cert_chain = certificates->seen.certificate };
        /* libgrpc 1.51 asserts that there is a CA, though no client is asked for a certificate. */
        const char *ca = certificates->seen.ca ? certificates->seen.ca : pair.cert_chain;
        *out = grpc_ssl_server_certificate_config_create(ca, &pair, 1);
    }
    pthread_mutex_unlock(&certificates->lock);
    return is_new ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW
                  : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
}

grpc_server_credentials *rpc_server_credentials(struct rpc_certificates *certificates)
{
    if (!certificates)
        return grpc_insecure_server_credentials_create();
    return grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            certificates->seen.ca ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                  : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
            fetch, certificates));
}

/* ---- Channels ------------------------------------------------------------------------------- */

grpc_channel_credentials *rpc_channel_credentials(const struct rpc_tls *tls, char *why,
                                                  size_t why_size)
{
    if (!tls)
        return grpc_insecure_credentials_create();
    struct rpc_pem_set set;
    grpc_channel_credentials *credentials = NULL;
    if (rpc_pem_set_read(&set, tls, why, why_size) && rpc_pem_set_check(&set, tls, why, why_size)) {
        grpc_ssl_pem_key_cert_pair pair = { .private_key = set.key, .cert_chain = set.certificate };
        credentials =
            grpc_ssl_credentials_create_ex(set.ca, set.certificate ? &pair : NULL, NULL, NULL);
        if (!credentials)
            snprintf(why, why_size,
                     "TLS: the system has no CA certificates; install "
                     "ca-certificates, or name some");
    }
    rpc_pem_set_fini(&set);
    return credentials;
}
