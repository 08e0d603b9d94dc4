/*
 * Keeps the memory of a server within a bound while somebody floods it, and gives back what a flood
 * has left behind.
 *
 * libgrpc 1.51 takes calls off a connection faster than anybody can end them: 100,000 that are
 * taken back at once (CVE-2023-44487) stand in memory with 12.5 kB each, and its own quota does not
 * count them. So a thread looks at the process: when it has grown by more than the bound within ten
 * seconds, and while it grows, connections that have sent much and were hardly answered are hung up
 * on, the worst first. What was freed and is kept by malloc, 16 MiB and more of it, goes back to
 * the system.
 */
#ifndef RPC_GUARD_H
#define RPC_GUARD_H

#include <stddef.h>
#include <stdint.h>

struct rpc_guard;

/* For the server that listens on the port. Its thread calls `looked` after each look, fifty times
 * a second. */
struct rpc_guard *rpc_guard_start(uint16_t port, size_t growth_bytes, void (*looked)(void *ctx),
                                  void *ctx);
void rpc_guard_stop(struct rpc_guard *guard);

#endif
