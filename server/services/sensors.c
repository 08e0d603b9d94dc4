/* tifo.v1.Sensors: links to sensors. Answered where it is asked: nothing of it is the loop's. */
#include "server/services/work.h"
#include "tifo/v1/sensors.pb-c.h"

#include <string.h>

static char *copy(struct rpc_call *call, const char *text)
{
    return strcpy(rpc_alloc(call, strlen(text) + 1), text);
}

static Tifo__V1__SensorLink *link_message(struct rpc_call *call, const struct sensor_row *row)
{
    Tifo__V1__SensorLink *link = rpc_alloc(call, sizeof *link);
    const struct reader_counts *counts = &row->counts;
    tifo__v1__sensor_link__init(link);
    link->name = (char *)row->link.name;
    link->kind = (char *)row->kind;
    link->up = row->link.up;
    link->since_ms = row->link.since_ms;
    link->connections = row->link.connections;
    link->failures = row->link.failures;
    link->last_failure = copy(call, row->link.why);
    link->messages = counts->messages;
    link->readings = counts->readings;
    link->duplicates = counts->duplicates;
    link->refused = counts->refused;
    link->put_off = counts->put_off;
    link->last_ms = counts->last_ms;
    link->last_refusal = copy(call, counts->last_refusal);
    link->refusals = rpc_alloc(call, (counts->reason_count + 1) * sizeof *link->refusals);
    for (uint32_t i = 0; i < counts->reason_count; i++) {
        Tifo__V1__SensorRefusals *refusals = rpc_alloc(call, sizeof *refusals);
        tifo__v1__sensor_refusals__init(refusals);
        refusals->reason = (char *)counts->refusals[i].reason;
        refusals->messages = counts->refusals[i].messages;
        link->refusals[link->n_refusals++] = refusals;
    }
    return link;
}

static void list_sensors(struct rpc_call *call, void *ctx)
{
    const struct services *services = ctx;
    Tifo__V1__ListSensorsResponse reply = TIFO__V1__LIST_SENSORS_RESPONSE__INIT;
    struct sensor_row row;
    uint32_t count = 0;
    while (services->look_sensors && services->look_sensors(services->sensors, count, &row))
        count++;
    reply.links = rpc_alloc(call, (count + 1) * sizeof *reply.links);
    while (reply.n_links < count &&
           services->look_sensors(services->sensors, (uint32_t)reply.n_links, &row))
        reply.links[reply.n_links++] = link_message(call, &row);
    rpc_reply(call, &reply.base);
}

struct rpc_service sensors_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "ListSensors", RPC_UNARY, list_sensors, NULL },
    };
    return (struct rpc_service){ &tifo__v1__sensors__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
