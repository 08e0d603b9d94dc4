#include "api/rpc/settings.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

void rpc_settings_add(struct rpc_settings *settings, const char *key, int value)
{
    assert(settings->count < RPC_SETTINGS_MAX);
    settings->args[settings->count++] =
        (grpc_arg){ .type = GRPC_ARG_INTEGER, .key = (char *)key, .value.integer = value };
}

bool rpc_settings_add_options(struct rpc_settings *settings, const struct rpc_setting *rows,
                              size_t count, char *why, size_t why_size)
{
    for (size_t i = 0; i < count; i++) {
        const struct rpc_setting *row = &rows[i];
        if (row->value != 0 && (row->value < row->least || row->value > row->most)) {
            snprintf(why, why_size,
                     "the option %s is %" PRIu32 "; give %" PRIu32 " to %" PRIu32
                     ", or 0 for its default",
                     row->name, row->value, row->least, row->most);
            return false;
        }
        if (!row->key)
            continue;
        if (row->value != 0)
            rpc_settings_add(settings, row->key, (int)row->value);
        else if (row->otherwise != -1)
            rpc_settings_add(settings, row->key, row->otherwise);
    }
    return true;
}

grpc_channel_args rpc_settings_args(struct rpc_settings *settings)
{
    return (grpc_channel_args){ .num_args = settings->count, .args = settings->args };
}
