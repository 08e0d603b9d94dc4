/*
 * An open loop: so many requests a second are due, whatever is answered, as people come who know
 * nothing of each other. Times are from when a request was due, not from when there was time to
 * send it. A refusal is RESOURCE_EXHAUSTED with a RetryInfo; anything else but OK is a failure.
 */
#ifndef LOAD_OPEN_H
#define LOAD_OPEN_H

#include "tests/bench/load/connection.h"

/* After two seconds to get used to it, counts for so many and prints one line of JSON. False: a
 * connection is gone. */
bool open_measure(struct load *load, struct connection *connections, size_t count, double rate,
                  double seconds);

#endif
