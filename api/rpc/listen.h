/*
 * Why an address cannot be listened on: gRPC only says that it cannot.
 */
#ifndef RPC_LISTEN_H
#define RPC_LISTEN_H

#include <stdbool.h>
#include <stddef.h>

/* False: it is not "host:port"; `why` says so. gRPC would take it and listen somewhere. */
bool rpc_listen_check(const char *address, char *why, size_t why_size);
/* Tries the address "host:port" itself and writes a sentence that says what is wrong. */
void rpc_listen_explain(const char *address, char *why, size_t why_size);

#endif
