#include "tests/support/by_hand.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MORE_MAX = 8 };

struct process by_hand_server;
char by_hand_folder[32];
static const char *more_arguments[MORE_MAX];

int tifo_as(const char *who, const char *arguments)
{
    char line[4096];
    snprintf(line, sizeof line, "USER=%s '%s' %s --server %s 2>&1", who, TIFO, arguments,
             by_hand_server.address);
    return shell(line);
}

int tifo(const char *arguments)
{
    return tifo_as("ann", arguments);
}

static void serve(const char *listen)
{
    char data[64], port_file[64];
    snprintf(data, sizeof data, "%s/data", by_hand_folder);
    snprintf(port_file, sizeof port_file, "%s/port", by_hand_folder);
    const char *arguments[6 + MORE_MAX] = { "--listen", listen,        "--data",
                                            data,       "--port-file", port_file };
    memcpy(arguments + 6, more_arguments, sizeof more_arguments);
    remove(port_file);
    if (!process_serve(&by_hand_server, TIFOD, arguments, port_file))
        fail_msg("tifod did not serve: %s", by_hand_server.said);
}

int by_hand_start(const char *const *more)
{
    memset(more_arguments, 0, sizeof more_arguments);
    for (int i = 0; more != NULL && more[i] != NULL; i++) {
        assert_true(i < MORE_MAX - 1);
        more_arguments[i] = more[i];
    }
    strcpy(by_hand_folder, "/tmp/tifo-by-hand-XXXXXX");
    assert_non_null(mkdtemp(by_hand_folder));
    serve("127.0.0.1:0");
    return 0;
}

void by_hand_kill(void)
{
    kill(by_hand_server.pid, SIGKILL);
    process_wait(&by_hand_server);
}

void by_hand_serve_again(void)
{
    char address[sizeof by_hand_server.address];
    memcpy(address, by_hand_server.address, sizeof address);
    serve(address);
}

void by_hand_kill_and_serve(void)
{
    by_hand_kill();
    serve("127.0.0.1:0");
}

int by_hand_end(void)
{
    if (by_hand_server.pid == 0)
        return 0;
    kill(by_hand_server.pid, SIGTERM);
    int code = process_wait(&by_hand_server);
    by_hand_server.pid = 0;
    return code;
}

int by_hand_stop(void **state)
{
    char line[64];
    (void)state;
    int code = by_hand_end();
    snprintf(line, sizeof line, "rm -r %s", by_hand_folder);
    return system(line) != 0 || code != 0;
}
