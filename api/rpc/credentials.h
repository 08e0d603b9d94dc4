/*
 * What gRPC needs to speak TLS, made from a struct rpc_tls.
 */
#ifndef RPC_CREDENTIALS_H
#define RPC_CREDENTIALS_H

#include <grpc/grpc_security.h>

#include "api/rpc/tls.h"

/* A server's certificates, looked at again at each handshake. */
struct rpc_certificates;
/* Reads and checks them. NULL: `why` names what is wrong. */
struct rpc_certificates *rpc_certificates_open(const struct rpc_tls *tls, char *why,
                                               size_t why_size);
/* When the last server with its credentials has shut down. NULL is accepted. */
void rpc_certificates_close(struct rpc_certificates *certificates);

/* `certificates` NULL: plaintext. The caller releases them. */
grpc_server_credentials *rpc_server_credentials(struct rpc_certificates *certificates);
/* `tls` NULL: plaintext. NULL: `why` says what is wrong. The caller releases them. */
grpc_channel_credentials *rpc_channel_credentials(const struct rpc_tls *tls, char *why,
                                                  size_t why_size);

#endif
