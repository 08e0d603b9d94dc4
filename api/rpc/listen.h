/*
 * Why an address cannot be listened on: gRPC only says that it cannot.
 */
#ifndef RPC_LISTEN_H
#define RPC_LISTEN_H

#include <stddef.h>

/* Tries the address "host:port" itself and writes a sentence that says what is wrong. */
void rpc_listen_explain(const char *address, char *why, size_t why_size);

#endif
