/*
 * Options of ours as arguments of gRPC, each within its range.
 */
#ifndef RPC_SETTINGS_H
#define RPC_SETTINGS_H

#include <grpc/grpc.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    RPC_SETTINGS_MAX = 24,
    RPC_SECOND_MS = 1000,
    RPC_HOUR_MS = 3600 * RPC_SECOND_MS,
    RPC_DAY_MS = 24 * RPC_HOUR_MS,
    RPC_SHORTEST_MS = 10,
    RPC_MESSAGE_MAX_BYTES = 1 << 30,
};

struct rpc_settings {
    grpc_arg args[RPC_SETTINGS_MAX];
    size_t count;
};

struct rpc_setting {
    const char *key;  /* gRPC's; NULL: it has none, only the range is checked. */
    const char *name; /* Ours, of the option. */
    uint32_t value, least, most;
    int otherwise; /* If the value is 0; -1: gRPC's own default. */
};

void rpc_settings_add(struct rpc_settings *settings, const char *key, int value);
/* False: one of the values is out of its range, `why` names it. */
bool rpc_settings_add_options(struct rpc_settings *settings, const struct rpc_setting *rows,
                              size_t count, char *why, size_t why_size);
/* As long as the settings live. */
grpc_channel_args rpc_settings_args(struct rpc_settings *settings);

#endif
