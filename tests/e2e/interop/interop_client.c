/*
 * The client of gRPC's interoperability cases on api/rpc; cases.c has them by name.
 *
 *     interop_client --server_host=HOST --server_port=PORT --test_case=NAME[,NAME ...]
 *
 * A line a case; exit code 1 if one has failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"

static const char *option(int argc, char **argv, const char *name, const char *otherwise)
{
    size_t size = strlen(name);
    for (int i = 1; i < argc; i++)
        if (strncmp(argv[i], name, size) == 0 && argv[i][size] == '=')
            return argv[i] + size + 1;
    return otherwise;
}

static bool run(struct rpc_channel *channel, const char *name)
{
    char why[256] = "there is no such case";
    const struct interop_case *found = interop_case_find(name);
    bool has_passed = found && found->run(channel, why, sizeof why);
    printf("%s %s%s%s\n", has_passed ? "ok    " : "FAILED", name, has_passed ? "" : ": ",
           has_passed ? "" : why);
    return has_passed;
}

int main(int argc, char **argv)
{
    const char *host = option(argc, argv, "--server_host", "127.0.0.1");
    const char *port = option(argc, argv, "--server_port", NULL);
    const char *wanted = option(argc, argv, "--test_case", NULL);
    char address[300], names[1024];
    if (!port || !wanted || strlen(host) > 255 || strlen(port) > 15 ||
        strlen(wanted) >= sizeof names) {
        fprintf(stderr, "usage: interop_client [--server_host=HOST] --server_port=PORT "
                        "--test_case=NAME[,NAME ...]\n");
        return 2;
    }
    snprintf(address, sizeof address, "%s:%s", host, port);
    struct rpc_channel *channel = rpc_channel_create(address);
    strcpy(names, wanted);
    bool all = true;
    for (char *name = strtok(names, ","); name; name = strtok(NULL, ","))
        all = run(channel, name) && all;
    rpc_channel_destroy(channel);
    return all ? 0 : 1;
}
