/*
 * The PEM texts of one side of TLS: read, and checked before gRPC sees them, as gRPC does not say
 * which of them is wrong.
 */
#ifndef RPC_PEM_H
#define RPC_PEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/rpc/tls.h"

struct rpc_pem_set {
    char *certificate, *key, *ca; /* NULL: none. Owned. */
};

/* Reads what `tls` names. False: `why` names the file. Fill either way with fini. */
bool rpc_pem_set_read(struct rpc_pem_set *set, const struct rpc_tls *tls, char *why,
                      size_t why_size);
/* That each is what it should be, and certificate and key belong together. */
bool rpc_pem_set_check(const struct rpc_pem_set *set, const struct rpc_tls *tls, char *why,
                       size_t why_size);
bool rpc_pem_set_equals(const struct rpc_pem_set *a, const struct rpc_pem_set *b);
void rpc_pem_set_fini(struct rpc_pem_set *set); /* Wipes the key. */
/* When a certificate ends, Unix seconds; 0: it cannot be read. */
int64_t rpc_pem_expires_s(const char *certificate);

#endif
