#include "sim/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const int64_t retry_timeout_ms = 1000;

static double monotonic_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void pause_ms(long ms)
{
    struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&pause, NULL);
}

static bool is_loss(enum rpc_code code)
{
    return code == RPC_UNAVAILABLE || code == RPC_DEADLINE_EXCEEDED || code == RPC_CANCELLED ||
           code == RPC_UNKNOWN;
}

/* One try. On LINE_DONE *reply is the caller's to free. */
static enum line_outcome try_call_as(struct line *line, const ProtobufCServiceDescriptor *service,
                                     const char *method, int64_t timeout_ms,
                                     const struct rpc_metadata_entry *metadata,
                                     size_t metadata_count, const ProtobufCMessage *request,
                                     void *reply)
{
    struct rpc_client_options options = { .metadata = metadata,
                                          .metadata_count = metadata_count,
                                          .timeout_ms = timeout_ms };
    struct rpc_status status = { .code = RPC_OK };
    enum rpc_code code =
        rpc_unary(line->channel, service, method, &options, request, reply, &status);
    if (code != RPC_OK)
        snprintf(line->problem, sizeof line->problem, "tifod at %s refused %s: %s (%s)",
                 line->address, method, status.message != NULL ? status.message : "no reason",
                 status.reason != NULL ? status.reason : rpc_code_name(code));
    rpc_status_fini(&status);
    line->code = code;
    return code == RPC_OK ? LINE_DONE : is_loss(code) ? LINE_LOST : LINE_REFUSED;
}

enum line_outcome line_try(struct line *line, const ProtobufCServiceDescriptor *service,
                           const char *method, const ProtobufCMessage *request, void *reply)
{
    return try_call_as(line, service, method, LINE_TIMEOUT_MS, NULL, 0, request, reply);
}

enum line_outcome line_get_clock(struct line *line, int64_t timeout_ms,
                                 Tifo__V1__GetClockResponse **reply)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    return try_call_as(line, &tifo__v1__clock__descriptor, "GetClock", timeout_ms, NULL, 0,
                       &request.base, reply);
}

/* Waits until the server answers again and looks whether it is still the one we know. */
static bool wait_for_server(struct line *line)
{
    double until_s = monotonic_s() + line->patience_s;
    Tifo__V1__GetClockResponse *clock = NULL;
    while (!*line->stop && monotonic_s() < until_s) {
        enum line_outcome outcome = line_get_clock(line, retry_timeout_ms, &clock);
        if (outcome == LINE_REFUSED)
            return false;
        if (outcome == LINE_DONE)
            break;
        pause_ms(100);
    }
    if (clock == NULL) {
        snprintf(line->problem, sizeof line->problem,
                 "tifod at %s went away and was not back within %.0f s; start it again and run "
                 "again",
                 line->address, line->patience_s);
        return false;
    }
    bool known = clock->now_ms == line->now_ms || clock->now_ms == line->now_ms + line->step_ms;
    if (!known)
        snprintf(line->problem, sizeof line->problem,
                 "tifod at %s came back with another past (its time is %" PRId64
                 " ms, ours %" PRId64 "); start it with the same --data as before",
                 line->address, clock->now_ms, line->now_ms);
    tifo__v1__get_clock_response__free_unpacked(clock, NULL);
    return known;
}

bool line_may_retry(struct line *line, const char *method, double *first_s)
{
    if (*first_s > 0 && monotonic_s() - *first_s > line->patience_s) {
        snprintf(line->problem, sizeof line->problem,
                 "tifod at %s answers, but not to %s, for %.0f s; look at its log", line->address,
                 method, line->patience_s);
        return false;
    }
    if (*first_s > 0)
        pause_ms(100);
    else
        *first_s = monotonic_s();
    return wait_for_server(line);
}

bool line_call_as(struct line *line, const ProtobufCServiceDescriptor *service, const char *method,
                  const struct rpc_metadata_entry *metadata, size_t metadata_count,
                  const ProtobufCMessage *request, void *reply)
{
    for (double first_s = 0;;) {
        enum line_outcome outcome = try_call_as(line, service, method, LINE_TIMEOUT_MS, metadata,
                                                metadata_count, request, reply);
        if (outcome != LINE_LOST)
            return outcome == LINE_DONE;
        if (!line_may_retry(line, method, &first_s))
            return false;
    }
}

bool line_call(struct line *line, const ProtobufCServiceDescriptor *service, const char *method,
               const ProtobufCMessage *request, void *reply)
{
    return line_call_as(line, service, method, NULL, 0, request, reply);
}
