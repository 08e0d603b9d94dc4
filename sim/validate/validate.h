/*
 * `tifo-sim validate`: the field's verification cases (RiMEA 4.1.1, NIST TN 1822, ISO 20414, IMO
 * MSC.1/Circ.1533, hand values of network models) on this engine, as one table.
 */
#ifndef SIM_VALIDATE_H
#define SIM_VALIDATE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct validate_options {
    const char *cases; /* glob over ids, "nist-*"; NULL: all */
    const char *json;  /* file to write; NULL: none */
    const char *html;
    const char *reference; /* folder with rimea16-reference.csv; NULL: not compared */
    uint64_t seeds;        /* a set-up; 0: each set-up's own, 50 in the long form */
    bool has_seeds;
    uint64_t jobs; /* processes at a time; 0: as many as processors */
    bool has_jobs;
    bool long_form;
    bool list; /* only say which cases there are */
    bool quiet;
    volatile sig_atomic_t *stop; /* set by a signal: nothing is written then */
};

/* Exit code: 1 when a row fails that is not known to, or it was stopped, or a file could not be
 * written; 2 when no case matches. */
int validate(const struct validate_options *options);

#endif
