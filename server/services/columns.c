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
        to->people_error = column(zones->error_milli, zones->n_error_milli);
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

void columns_reading(const Tifo__V1__Reading *from, struct reading *to)
{
    *to = (struct reading){ .device = from->device,
                            .sequence = from->sequence,
                            .at_ms = from->at_ms };
    const Tifo__V1__DevicePosition *position = from->position;
    switch (from->what_case) {
    case TIFO__V1__READING__WHAT_TURNSTILE:
        to->kind = READING_TURNSTILE;
        to->index = from->turnstile->gate;
        to->people = from->turnstile->in;
        to->others = from->turnstile->out;
        break;
    case TIFO__V1__READING__WHAT_ZONE:
        to->kind = READING_ZONE;
        to->index = from->zone->place;
        to->people = from->zone->people;
        break;
    case TIFO__V1__READING__WHAT_QUEUE:
        to->kind = READING_QUEUE;
        to->index = from->queue->queue;
        to->people = from->queue->waiting;
        to->others = from->queue->served;
        break;
    case TIFO__V1__READING__WHAT_POSITION:
        to->kind = READING_POSITION;
        if (position->where_case == TIFO__V1__DEVICE_POSITION__WHERE_LOCAL) {
            to->where = WHERE_LOCAL;
            to->x = position->local->x_m;
            to->y = position->local->y_m;
        } else if (position->where_case == TIFO__V1__DEVICE_POSITION__WHERE_WGS84) {
            to->where = WHERE_WGS84;
            to->x = position->wgs84->longitude_deg;
            to->y = position->wgs84->latitude_deg;
        }
        if (position->at_case == TIFO__V1__DEVICE_POSITION__AT_LEVEL) {
            to->at = AT_LEVEL;
            to->level = position->level;
        } else if (position->at_case == TIFO__V1__DEVICE_POSITION__AT_PLACE) {
            to->at = AT_PLACE;
            to->index = position->place;
        }
        break;
    case TIFO__V1__READING__WHAT_MEASUREMENT:
        to->kind = READING_MEASUREMENT;
        to->quantity = from->measurement->quantity;
        to->value = from->measurement->value;
        break;
    default:
        break;
    }
}

uint64_t columns_rows(const Tifo__V1__Readings *from)
{
    struct readings readings;
    columns_readings(from, &readings);
    return readings_rows(&readings);
}

uint32_t columns_place(const Tifo__V1__DevicePositions *from, const struct geofence *fence,
                       struct arena *arena, struct readings *to)
{
    const size_t rows = from->n_level;
    if (from->n_place || rows != from->n_device || rows != from->n_x_cm || rows != from->n_y_cm)
        return 0;
    uint32_t *device = arena_array(arena, rows, sizeof *device), count = 0;
    uint32_t *place = arena_array(arena, rows, sizeof *place);
    int32_t *x_cm = arena_array(arena, rows, sizeof *x_cm);
    int32_t *y_cm = arena_array(arena, rows, sizeof *y_cm);
    for (size_t i = 0; i < rows; i++) {
        place[count] = geofence_find(fence, from->x_cm[i], from->y_cm[i], from->level[i]);
        if (place[count] == GEOFENCE_NONE)
            continue;
        device[count] = from->device[i];
        x_cm[count] = from->x_cm[i];
        y_cm[count] = from->y_cm[i];
        count++;
    }
    to->device = column(device, count);
    to->device_place = column(place, count);
    to->device_x_cm = signed_column(x_cm, count);
    to->device_y_cm = signed_column(y_cm, count);
    return (uint32_t)rows - count;
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
