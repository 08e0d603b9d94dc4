#include "server/options.h"

#include "server/base/log.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An option with a value; `set` says whether the value will do, and how it must look otherwise. */
struct row {
    const char *name, *value, *help;
    bool (*set)(struct options *options, const char *value, const char **wanted);
};

/* host:port with a host that only this machine can reach. What a name stands for is known to others
 * only, but for localhost (RFC 6761). */
static bool is_loopback(const char *address)
{
    const char *colon = strrchr(address, ':');
    char host[INET6_ADDRSTRLEN + 2];
    if (!colon || (size_t)(colon - address) >= sizeof host)
        return false;
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    struct in_addr number;
    if (inet_pton(AF_INET, host, &number) == 1)
        return ntohl(number.s_addr) >> 24 == 127;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static bool set_listen(struct options *options, const char *value, const char **wanted)
{
    options->listen = value;
    *wanted = "give host:port, such as 127.0.0.1:7040";
    return strchr(value, ':') != NULL;
}

static bool set_file(const char **file, const char *value, const char **wanted)
{
    *file = value;
    *wanted = "give the path of a file";
    return value[0] != 0;
}

static bool set_tls_cert(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->tls_cert, value, wanted);
}

static bool set_tls_key(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->tls_key, value, wanted);
}

static bool set_tls_client_ca(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->tls_client_ca, value, wanted);
}

static bool set_wallet_cert(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->wallet_cert, value, wanted);
}

static bool set_wallet_key(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->wallet_key, value, wanted);
}

static bool set_data(struct options *options, const char *value, const char **wanted)
{
    options->data = value;
    *wanted = "give the path of a directory";
    return value[0] != 0;
}

static bool set_sensors(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->sensors, value, wanted);
}

static bool set_clock(struct options *options, const char *value, const char **wanted)
{
    options->driven = strcmp(value, "driven") == 0;
    *wanted = "use real or driven";
    return options->driven || strcmp(value, "real") == 0;
}

static bool set_planner(struct options *options, const char *value, const char **wanted)
{
    options->by_threshold = strcmp(value, "threshold") == 0;
    *wanted = "use flow or threshold";
    return options->by_threshold || strcmp(value, "flow") == 0;
}

static bool set_compliance(struct options *options, const char *value, const char **wanted)
{
    char *end;
    const double part = strtod(value, &end);
    *wanted = "give the part of people who follow plans, 0.001 to 1 (1: everybody)";
    if (*end != 0 || !(part >= 0.001 && part <= 1))
        return false;
    options->compliance_milli = (uint32_t)(part * 1000 + 0.5);
    return true;
}

static bool set_port_file(struct options *options, const char *value, const char **wanted)
{
    return set_file(&options->port_file, value, wanted);
}

static bool set_operator(struct options *options, const char *value, const char **wanted)
{
    size_t count = 0;
    while (options->operators[count])
        count++;
    *wanted = count < OPERATORS ? "give a name; anonymous is everybody without one"
                                : "at most 32 are possible";
    if (count == OPERATORS || value[0] == 0 || strcmp(value, "anonymous") == 0)
        return false;
    options->operators[count] = value;
    return true;
}

static bool set_snapshot_facts(struct options *options, const char *value, const char **wanted)
{
    char *end;
    const unsigned long facts = strtoul(value, &end, 10);
    options->snapshot_facts = (uint32_t)facts;
    *wanted = "give a number of facts, at most 1000000000; 0: no snapshots are made";
    return value[0] >= '0' && value[0] <= '9' && *end == 0 && facts <= 1000000000;
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
    { "--tls-cert", "FILE", "PEM certificate chain to show; files are looked at again (plaintext)",
      set_tls_cert },
    { "--tls-key", "FILE", "its PEM key, without a passphrase", set_tls_key },
    { "--tls-client-ca", "FILE", "PEM CAs: serves only clients that they know, by common name",
      set_tls_client_ca },
    { "--wallet-cert", "FILE",
      "PEM chain of a Pass Type ID that signs passes for phones' wallets (no passes)",
      set_wallet_cert },
    { "--wallet-key", "FILE", "its PEM key, without a passphrase", set_wallet_key },
    { "--data", "DIR", "where the journal is kept; made if need be (./tifo-data)", set_data },
    { "--sensors", "FILE", "brokers (MQTT) and devices (HTTP) to take readings from (none)",
      set_sensors },
    { "--clock", "WHICH", "real, or driven by Clock.Advance for simulators and tests (real)",
      set_clock },
    { "--planner", "WHICH",
      "flow, or threshold: past 80 % to a gate below 40 %, to compare with (flow)", set_planner },
    { "--compliance", "PART",
      "of people who follow plans, as is known of them (0.7, and then what is seen at gates)",
      set_compliance },
    { "--port-file", "FILE", "gets host:port, at once and whole, when tifod is ready",
      set_port_file },
    { "--operator", "NAME", "a caller who may do what organisers of events may; once for each",
      set_operator },
    { "--snapshot-facts", "N", "a snapshot is made in the background every N facts (1000000)",
      set_snapshot_facts },
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

/* What no option can tell alone. */
static bool check_together(const struct options *options, char *why, size_t why_size)
{
    const bool loopback = is_loopback(options->listen);
    if (!options->tls_cert != !options->tls_key)
        snprintf(why, why_size, "--tls-cert and --tls-key belong together; give both");
    else if (!options->wallet_cert != !options->wallet_key)
        snprintf(why, why_size, "%s is missing: --wallet-cert and --wallet-key belong together",
                 options->wallet_cert ? "--wallet-key" : "--wallet-cert");
    else if (options->tls_client_ca && !options->tls_cert)
        snprintf(why, why_size, "--tls-client-ca needs --tls-cert and --tls-key; give them, too");
    else if (!loopback && !options->tls_client_ca)
        snprintf(why, why_size,
                 "--listen %.60s: off loopback tifod serves only clients that show a certificate; "
                 "give --tls-cert, --tls-key and --tls-client-ca, or an address such as "
                 "127.0.0.1:7040",
                 options->listen);
    else if (!loopback && options->driven)
        snprintf(why, why_size,
                 "--clock driven lets every client set the time; it is for loopback only");
    else if (options->sensors && options->driven)
        snprintf(why, why_size,
                 "--sensors tell of now, and --clock driven has another time; leave one out");
    else
        return true;
    return false;
}

bool options_parse(struct options *options, int argc, char **argv, char *why, size_t why_size)
{
    *options = (struct options){ .listen = "127.0.0.1:7040",
                                 .data = "./tifo-data",
                                 .snapshot_facts = 1000000,
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
        } else if (i == 1 && strcmp(argv[i], "snapshot") == 0) {
            options->program = PROGRAM_SNAPSHOT;
        } else if (i == 1 && strcmp(argv[i], "new-key") == 0) {
            options->program = PROGRAM_NEW_KEY;
        } else if (i == 1 && argc > 2 && strcmp(argv[1], "records") == 0 &&
                   strcmp(argv[2], "rebuild") == 0) {
            options->program = PROGRAM_RECORDS_REBUILD;
            i++;
        } else if (strcmp(argv[i], "--help") == 0) {
            options->program = PROGRAM_HELP;
        } else if (strcmp(argv[i], "--version") == 0) {
            options->program = PROGRAM_VERSION;
        } else {
            snprintf(why, why_size, "unknown option %.60s; see tifod --help", argv[i]);
            return false;
        }
    }
    return check_together(options, why, why_size);
}

void options_print_help(void)
{
    printf(
        "tifod: the stadium server: tickets, telemetry, crowd state and guidance, over gRPC\n"
        "\n"
        "    tifod [options]             serves until SIGINT or SIGTERM\n"
        "    tifod digest [--data DIR]   replays the journal; prints seq, digest, time in ms\n"
        "    tifod snapshot [--data DIR] makes a snapshot to start from, also beside a running "
        "server\n"
        "    tifod new-key [--data DIR]  makes a new key to sign tickets with; old ones stay good\n"
        "    tifod records rebuild [--data DIR]  makes records.db anew from the journal\n"
        "\n");
    for (size_t i = 0; i < ROWS; i++)
        printf("    %-16s %-5s  %s\n", rows[i].name, rows[i].value, rows[i].help);
    printf("    --help, --version\n"
           "\n"
           "Exit codes: 0 ended as asked, 1 failed, 2 bad usage.\n");
}
