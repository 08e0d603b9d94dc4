/* tifo.v1.Telemetry: readings in. They are folded on the thread that received them; nothing of this
 * passes the inbox. */
#include "server/services/columns.h"
#include "server/services/work.h"

#include <stdio.h>

static enum status take(struct services *services, const Tifo__V1__Readings *from,
                        struct intake_outcome *outcome)
{
    struct readings readings;
    if (!from) {
        *outcome = (struct intake_outcome){ .refusal = { .status = STATUS_BAD_FIELD,
                                                         .field = "readings",
                                                         .message = "readings are missing" } };
        return STATUS_BAD_FIELD;
    }
    columns_readings(from, &readings);
    const enum status status = intake_take(app_intake(services->app), from->venue_id, &readings,
                                           app_now_ms(services->app), outcome);
    /* Counts wait for the next tick; positions are shown more often than that. */
    if (status == STATUS_OK && readings.device.count && atomic_load(&services->attached) &&
        rpc_topic_subscribers(services->positions.topic) > 0)
        app_wake(services->app);
    return status;
}

static void report(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReportRequest *input = (const void *)rpc_request(call);
    struct intake_outcome outcome;
    if (take(ctx, input->readings, &outcome) != STATUS_OK) {
        refuse_call(call, &outcome.refusal);
        return;
    }
    Tifo__V1__ReportResponse reply = TIFO__V1__REPORT_RESPONSE__INIT;
    reply.accepted = outcome.accepted;
    reply.duplicates = outcome.duplicates;
    rpc_reply(call, &reply.base);
}

/* ---- Stream -----------------------------------------------------------------------------------
 */

/* What a stream has counted so far, in the call's memory. */
struct tally {
    Tifo__V1__StreamResponse reply;
    struct refusal first;
};

static struct tally *tally_of(struct rpc_call *call)
{
    void **slot = rpc_slot(call);
    if (!*slot) {
        struct tally *tally = rpc_alloc(call, sizeof *tally);
        tifo__v1__stream_response__init(&tally->reply);
        *slot = tally;
    }
    return *slot;
}

static void stream(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__StreamRequest *input = (const void *)rpc_request(call);
    struct tally *tally = tally_of(call);
    if (!input) {
        if (tally->reply.refused)
            tally->reply.first_refusal = tally->first.message;
        rpc_reply(call, &tally->reply.base);
        return;
    }
    struct intake_outcome outcome;
    if (take(ctx, input->readings, &outcome) == STATUS_OK) {
        tally->reply.accepted += outcome.accepted;
        tally->reply.duplicates += outcome.duplicates;
    } else if (tally->reply.refused++ == 0) {
        tally->first = outcome.refusal;
    }
}

struct rpc_service telemetry_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "Report", RPC_UNARY, report, NULL },
        { "Stream", RPC_CLIENT_STREAM, stream, NULL },
    };
    return (struct rpc_service){ &tifo__v1__telemetry__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
