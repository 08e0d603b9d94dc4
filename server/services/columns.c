#include "server/services/columns.h"

static struct u32s column(const uint32_t *v, size_t count)
{
    return (struct u32s){ v, (uint32_t)count };
}

static struct i32s signed_column(const int32_t *v, size_t count)
{
    return (struct i32s){ v, (uint32_t)count };
}

void columns_readings(const Tifo__V1__Readings *from, struct readings *to)
{
    *to = (struct readings){ .source = from->source,
                             .sequence = from->sequence,
                             .at_ms = from->at_ms };
    const Tifo__V1__TurnstileCounts *turnstiles = from->turnstiles;
    if (turnstiles) {
        to->gate = column(turnstiles->gate, turnstiles->n_gate);
        to->gate_in = column(turnstiles->in, turnstiles->n_in);
        to->gate_out = column(turnstiles->out, turnstiles->n_out);
    }
    const Tifo__V1__ZoneCounts *zones = from->zones;
    if (zones) {
        to->place = column(zones->place, zones->n_place);
        to->people = column(zones->people, zones->n_people);
    }
    const Tifo__V1__QueueCounts *queues = from->queues;
    if (queues) {
        to->queue = column(queues->queue, queues->n_queue);
        to->waiting = column(queues->waiting, queues->n_waiting);
        to->served = column(queues->served, queues->n_served);
    }
    const Tifo__V1__DevicePositions *positions = from->positions;
    if (positions) {
        to->device = column(positions->device, positions->n_device);
        to->device_x_cm = signed_column(positions->x_cm, positions->n_x_cm);
        to->device_y_cm = signed_column(positions->y_cm, positions->n_y_cm);
        to->device_place = column(positions->place, positions->n_place);
    }
}

void columns_positions(const struct positions *from, int64_t now_ms,
                       Tifo__V1__WatchPositionsResponse *to)
{
    tifo__v1__watch_positions_response__init(to);
    to->at_ms = now_ms;
    to->n_device = to->n_x_cm = to->n_y_cm = to->n_place = from->count;
    to->device = from->device;
    to->x_cm = from->x_cm;
    to->y_cm = from->y_cm;
    to->place = from->place;
}
