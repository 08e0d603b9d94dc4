/*
 * Calls to a tifod that may go away and come back. What may be made twice is made until there is an
 * answer; a server that is away, or tells its time but does not answer a call, is waited for as
 * long as one has patience; one that comes back with another time is refused.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "api/rpc/channel.h"
#include "tifo/v1/clock.pb-c.h"

#include <signal.h>

/* Not long: who stops a run waits for the call under way. A server that is busy for longer is asked
 * for its time until it has some, then for the rest. */
#define LINE_TIMEOUT_MS 3000

struct line {
    struct rpc_channel *channel;
    const char *address;               /* For sentences. */
    const volatile sig_atomic_t *stop; /* Not 0: give up waiting. */
    double patience_s;
    int64_t now_ms;     /* The server's time, as far as it answered ... */
    int64_t step_ms;    /* ... or so much later, if an answer got lost. */
    enum rpc_code code; /* Of the last call. */
    char problem[400];  /* What went wrong. */
};

/* What became of a call. LOST: nobody answered, and it may or may not have been done. */
enum line_outcome { LINE_DONE, LINE_REFUSED, LINE_LOST };

/* One try. On DONE *reply is the caller's to free. */
enum line_outcome line_try(struct line *line, const ProtobufCServiceDescriptor *service,
                           const char *method, const ProtobufCMessage *request, void *reply);
enum line_outcome line_get_clock(struct line *line, int64_t timeout_ms,
                                 Tifo__V1__GetClockResponse **reply);

/* After a call was lost; *first_s is 0 at the first time. False: do not try it again. */
bool line_may_retry(struct line *line, const char *method, double *first_s);

/* For calls that may be made twice: tries until there is an answer. */
bool line_call(struct line *line, const ProtobufCServiceDescriptor *service, const char *method,
               const ProtobufCMessage *request, void *reply);
bool line_call_as(struct line *line, const ProtobufCServiceDescriptor *service, const char *method,
                  const struct rpc_metadata_entry *metadata, size_t metadata_count,
                  const ProtobufCMessage *request, void *reply);

#endif
