/*
 * TLS for servers and channels, 1.2 and newer. Certificates and keys are PEM, from files or from
 * memory.
 *
 *     const struct rpc_tls tls = { .certificate.file = "server.pem", .key.file = "server.key",
 *                                  .ca.file = "clients-ca.pem" };
 *     ... rpc_server_create(&(struct rpc_server_options){ .tls = &tls, ... }, ...)
 *
 * A server looks into its files at each handshake: what they hold now is what the next client
 * meets, without a restart. Files that do not fit together (half of a change, say) are left alone
 * until they do; the server goes on with what it had.
 */
#ifndef RPC_TLS_H
#define RPC_TLS_H

/* One or the other; both NULL: none. */
struct rpc_pem {
    const char *file; /* Path of a file, at most 1 MiB. */
    const char *text; /* The PEM itself. */
};

/* Needed while rpc_server_create() or rpc_channel_open() runs, and no longer: it is copied. */
struct rpc_tls {
    /* One's own: the certificate, then those between it and the CA. A server has to have it; a
     * client has it for servers that ask who it is. */
    struct rpc_pem certificate;
    struct rpc_pem key; /* Of the certificate, without a passphrase. */
    /* Whom one trusts. On a server it makes every client show a certificate that one of these has
     * signed (mTLS; rpc_peer_identity() tells whose); none: clients show none. On a client, none:
     * the system's. */
    struct rpc_pem ca;
    /* Clients: the name that the server's certificate must have; NULL: the address's host. */
    const char *server_name;
    /* Servers, optional: the files have changed. `why` NULL: new handshakes meet what they hold
     * now; otherwise it says why that is not so. On a thread of gRPC; must not block. */
    void (*reloaded)(void *ctx, const char *why);
    void *ctx;
};

#endif
