/* What tifod was asked for on its command line. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum program {
    PROGRAM_SERVE,
    PROGRAM_DIGEST,
    PROGRAM_SNAPSHOT,
    PROGRAM_NEW_KEY,
    PROGRAM_RECORDS_REBUILD,
    PROGRAM_HELP,
    PROGRAM_VERSION
};

enum { OPERATORS = 32 };

struct options {
    enum program program;
    const char *listen;
    const char *tls_cert, *tls_key; /* PEM files; NULL: plaintext. */
    const char *tls_client_ca;      /* PEM file; NULL: clients show no certificates. */
    const char *wallet_cert, *wallet_key; /* PEM files; NULL: no passes for wallets. */
    const char *data;
    const char *sensors; /* YAML file; NULL: none. */
    bool driven;
    bool by_threshold;                    /* The simple planner. */
    uint32_t compliance_milli;            /* Who follows it, of 1,000; 0: as is seen. */
    const char *port_file;                /* NULL: none. */
    const char *operators[OPERATORS + 1]; /* NULL-ended. */
    uint32_t snapshot_facts;              /* Between two snapshots; 0: none are made. */
    int log_level;                        /* enum log_level */
};

/* False: `why` (>= 256) is a sentence on what is wrong. Strings stay argv's. */
bool options_parse(struct options *options, int argc, char **argv, char *why, size_t why_size);
void options_print_help(void);

#endif
