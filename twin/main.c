/* tifo-twin: the digital twin, in a window or as pictures. */
#include "twin/headless.h"
#include "twin/window.h"

#include "api/rpc/channel.h"

#include <stdio.h>

/* Files that cannot be used are told before a window opens. */
static bool check_server(const struct tifo_server *server)
{
    char why[256];
    struct rpc_channel *channel = tifo_channel(server, why, sizeof why);
    if (!channel)
        fprintf(stderr, "tifo-twin: %s\n", why);
    rpc_channel_destroy(channel);
    return channel != NULL;
}

int main(int argc, char **argv)
{
    struct options options;
    switch (options_parse(&options, argc, argv)) {
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_BAD:
        return 2;
    case OPTIONS_RUN:
        break;
    }
    if (!options.play && !check_server(&options.server))
        return 1;
    return options.headless ? headless_run(&options) : window_run(&options);
}
