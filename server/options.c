#include "server/options.h"

#include "server/base/log.h"

#include <stdio.h>
#include <string.h>

/* An option with a value; `set` says whether the value will do, and how it must look otherwise. */
struct row {
    const char *name, *value, *help;
    bool (*set)(struct options *options, const char *value, const char **wanted);
};

/* host:port with a host that only this machine can reach. */
static bool is_loopback(const char *address)
{
    static const char *const hosts[] = { "127.", "localhost:", "[::1]:" };
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
        if (strncmp(address, hosts[i], strlen(hosts[i])) == 0)
            return true;
    return false;
}

static bool set_listen(struct options *options, const char *value, const char **wanted)
{
    options->listen = value;
    *wanted = "tifod has no TLS and no authentication yet and serves loopback only; give an "
              "address such as 127.0.0.1:7040";
    return is_loopback(value);
}

static bool set_data(struct options *options, const char *value, const char **wanted)
{
    options->data = value;
    *wanted = "give the path of a directory";
    return value[0] != 0;
}

static bool set_clock(struct options *options, const char *value, const char **wanted)
{
    options->driven = strcmp(value, "driven") == 0;
    *wanted = "use real or driven";
    return options->driven || strcmp(value, "real") == 0;
}

static bool set_port_file(struct options *options, const char *value, const char **wanted)
{
    options->port_file = value;
    *wanted = "give the path of a file";
    return value[0] != 0;
}

static bool set_log(struct options *options, const char *value, const char **wanted)
{
    options->log_level = log_level_find(value);
    *wanted = "use debug, info, warning, error or quiet";
    return options->log_level >= 0;
}

static const struct row rows[] = {
    { "--listen", "ADDR", "host:port to serve on; port 0 takes a free one (127.0.0.1:7040)",
      set_listen },
    { "--data", "DIR", "where the journal is kept; made if need be (./tifo-data)", set_data },
    { "--clock", "WHICH", "real, or driven by Clock.Advance for simulators and tests (real)",
      set_clock },
    { "--port-file", "FILE", "gets host:port, at once and whole, when tifod is ready",
      set_port_file },
    { "--log", "LEVEL", "debug, info, warning, error or quiet (info)", set_log },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static const struct row *row_find(const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

bool options_parse(struct options *options, int argc, char **argv, char *why, size_t why_size)
{
    *options = (struct options){ .listen = "127.0.0.1:7040",
                                 .data = "./tifo-data",
                                 .log_level = LOG_INFO };
    for (int i = 1; i < argc; i++) {
        const struct row *row = row_find(argv[i]);
        const char *wanted;
        if (row && i + 1 == argc) {
            snprintf(why, why_size, "%s needs a value; see tifod --help", argv[i]);
            return false;
        }
        if (row) {
            if (!row->set(options, argv[++i], &wanted)) {
                snprintf(why, why_size, "%s %.60s: %s", row->name, argv[i], wanted);
                return false;
            }
        } else if (i == 1 && strcmp(argv[i], "digest") == 0) {
            options->program = PROGRAM_DIGEST;
        } else if (strcmp(argv[i], "--help") == 0) {
            options->program = PROGRAM_HELP;
        } else if (strcmp(argv[i], "--version") == 0) {
            options->program = PROGRAM_VERSION;
        } else {
            snprintf(why, why_size, "unknown option %.60s; see tifod --help", argv[i]);
            return false;
        }
    }
    return true;
}

void options_print_help(void)
{
    printf("tifod: the stadium server: telemetry in, crowd state and guidance out, over gRPC\n"
           "\n"
           "    tifod [options]             serves until SIGINT or SIGTERM\n"
           "    tifod digest [--data DIR]   replays the journal; prints seq, digest, time in ms\n"
           "\n");
    for (size_t i = 0; i < ROWS; i++)
        printf("    %-11s %-6s  %s\n", rows[i].name, rows[i].value, rows[i].help);
    printf("    --help, --version\n"
           "\n"
           "Exit codes: 0 ended as asked, 1 failed, 2 bad usage.\n");
}
