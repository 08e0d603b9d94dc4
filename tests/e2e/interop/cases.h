/*
 * gRPC's interoperability cases, by the names of its doc/interop-test-descriptions.md.
 */
#ifndef TESTS_INTEROP_CASES_H
#define TESTS_INTEROP_CASES_H

#include "api/rpc/channel.h"

struct interop_case {
    const char *name;
    /* False: `why` says what was not as described. */
    bool (*run)(struct rpc_channel *channel, char *why, size_t why_size);
};

const struct interop_case *interop_case_find(const char *name); /* NULL: there is none. */

#endif
