#include "sim/sensing.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GATEWAYS = 8 };

static const double miss_share = 0.01, double_share = 0.02, loss_share = 0.02;
static const double delay_median_s = 2, delay_p99_s = 10;
static const double late_least_s = 30, late_most_s = 120;
/* The standard deviation of what cameras count, a thousandth of it. */
enum { CAMERA_MILLI = 50, LATE_CAMERA_MILLI = 100 };
static const double normal_p99 = 2.3263; /* Its quantile of the standard normal distribution. */

/* A message on its way: as bytes, since what it was made of is used again. */
struct flight {
    int64_t arrives_ms;
    uint64_t number; /* Of equal times, the first that was sent is the first. */
    size_t size;
    uint8_t *bytes;
};

/* Who sends: a camera, a turnstile, a gateway. */
struct sender {
    char name[32];
    uint64_t sequence;
    int64_t arrived_ms; /* The last of those that do not overtake. */
    double bias;        /* Of a camera: a share of what it counts. */
    double late_s;
};

struct sensing {
    const Tifo__V1__Venue *venue;
    uint64_t state; /* Of the generator. */
    uint32_t camera_milli;
    bool late;
    struct sender *cameras, *turnstiles, *queues, gateways[GATEWAYS];
    uint32_t *in, *out, *served; /* Counted, and not delivered yet. */
    struct flight *flights;
    size_t flight_count, flight_room;
    uint64_t sent;
    Tifo__V1__Readings **arrived;
    size_t arrived_count, arrived_room;
};

/* ---- Chance ---------------------------------------------------------------------------------- */

/* SplitMix64, as in [0, 1). */
static double draw(struct sensing *s)
{
    uint64_t z = s->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* Standard normal (Box and Muller). */
static double draw_normal(struct sensing *s)
{
    const double radius = sqrt(-2 * log(1 - draw(s)));
    return radius * cos(6.283185307179586 * draw(s));
}

/* So many of people are counted who pass a turnstile. */
static uint32_t draw_passed(struct sensing *s, uint32_t people)
{
    uint32_t counted = 0;
    for (uint32_t i = 0; i < people; i++) {
        const double u = draw(s);
        counted += u < miss_share ? 0 : u < miss_share + double_share ? 2 : 1;
    }
    return counted;
}

static uint32_t draw_seen(struct sensing *s, const struct sender *camera, uint32_t people)
{
    const double noise = draw_normal(s) * s->camera_milli / 1000 * sqrt(0.5);
    const double seen = people * (1 + camera->bias + noise);
    return seen > 0 ? (uint32_t)lround(seen) : 0;
}

/* ---- Making ---------------------------------------------------------------------------------- */

static double draw_late_s(struct sensing *s)
{
    return s->late ? late_least_s + (late_most_s - late_least_s) * draw(s) : 0;
}

static struct sender *senders(struct sensing *s, const char *kind, size_t count)
{
    struct sender *list = memory_array(count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        snprintf(list[i].name, sizeof list[i].name, "%s-%zu", kind, i);
        list[i].bias = draw_normal(s) * s->camera_milli / 1000 * sqrt(0.5);
        list[i].late_s = draw_late_s(s);
    }
    return list;
}

struct sensing *sensing_create(const Tifo__V1__Venue *venue, bool late, uint64_t seed)
{
    struct sensing *s = memory_array(1, sizeof *s);
    const size_t queues = venue->n_facilities + venue->n_gates;
    s->venue = venue;
    s->state = seed * 2 + 1;
    s->late = late;
    s->camera_milli = late ? LATE_CAMERA_MILLI : CAMERA_MILLI;
    s->cameras = senders(s, "camera", tifo_place_count(venue));
    s->turnstiles = senders(s, "turnstile", venue->n_gates);
    s->queues = senders(s, "queue", queues);
    for (int i = 0; i < GATEWAYS; i++) {
        snprintf(s->gateways[i].name, sizeof s->gateways[i].name, "devices-%d", i);
        s->gateways[i].late_s = draw_late_s(s);
    }
    s->in = memory_array(venue->n_gates, sizeof *s->in);
    s->out = memory_array(venue->n_gates, sizeof *s->out);
    s->served = memory_array(queues, sizeof *s->served);
    return s;
}

static void arrived_drop(struct sensing *s)
{
    for (size_t i = 0; i < s->arrived_count; i++)
        tifo__v1__readings__free_unpacked(s->arrived[i], NULL);
    s->arrived_count = 0;
}

void sensing_destroy(struct sensing *s)
{
    if (s == NULL)
        return;
    arrived_drop(s);
    for (size_t i = 0; i < s->flight_count; i++)
        free(s->flights[i].bytes);
    void *const lists[] = { s->cameras, s->turnstiles, s->queues,  s->in,
                            s->out,     s->served,     s->flights, s->arrived };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        free(lists[i]);
    free(s);
}

/* ---- Sending --------------------------------------------------------------------------------- */

static void *grown(void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? 2 * *room : 64;
    void *more = realloc(list, *room * size);
    if (more == NULL)
        abort();
    return more;
}

static void send(struct sensing *s, struct sender *from, Tifo__V1__Readings *readings,
                 bool in_order)
{
    const double spread = log(delay_p99_s / delay_median_s) / normal_p99;
    const double delay_s = delay_median_s * exp(spread * draw_normal(s)) + from->late_s;
    int64_t arrives_ms = readings->at_ms + llround(delay_s * 1000);
    if (in_order && arrives_ms < from->arrived_ms)
        arrives_ms = from->arrived_ms;
    from->arrived_ms = arrives_ms;
    readings->venue_id = s->venue->venue_id;
    readings->source = from->name;
    readings->sequence = ++from->sequence;
    s->flights = grown(s->flights, s->flight_count, &s->flight_room, sizeof *s->flights);
    struct flight *flight = &s->flights[s->flight_count++];
    flight->arrives_ms = arrives_ms;
    flight->number = s->sent++;
    flight->size = tifo__v1__readings__get_packed_size(readings);
    flight->bytes = memory_array(flight->size + 1, 1);
    tifo__v1__readings__pack(readings, flight->bytes);
}

static bool lost(struct sensing *s)
{
    return draw(s) < loss_share;
}

static void send_zones(struct sensing *s, const Tifo__V1__Readings *exact)
{
    const Tifo__V1__ZoneCounts *zones = exact->zones;
    for (size_t i = 0; zones != NULL && i < zones->n_place; i++) {
        uint32_t place = zones->place[i], error = s->camera_milli;
        struct sender *camera = &s->cameras[place];
        if (place >= s->venue->n_zones && exact->queues == NULL)
            continue; /* Seats: once a second, as queues. */
        uint32_t people = draw_seen(s, camera, zones->people[i]);
        if (lost(s))
            continue;
        Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
        Tifo__V1__ZoneCounts one = TIFO__V1__ZONE_COUNTS__INIT;
        one.n_place = one.n_people = one.n_error_milli = 1;
        one.place = &place;
        one.people = &people;
        one.error_milli = &error;
        readings.at_ms = exact->at_ms;
        readings.zones = &one;
        send(s, camera, &readings, false);
    }
}

static void send_turnstiles(struct sensing *s, const Tifo__V1__Readings *exact)
{
    const Tifo__V1__TurnstileCounts *counts = exact->turnstiles;
    for (size_t i = 0; counts != NULL && i < counts->n_gate; i++) {
        s->in[counts->gate[i]] += draw_passed(s, counts->in[i]);
        s->out[counts->gate[i]] += draw_passed(s, counts->out[i]);
    }
    for (uint32_t gate = 0; gate < s->venue->n_gates; gate++) {
        if (s->in[gate] + s->out[gate] == 0 || lost(s))
            continue;
        Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
        Tifo__V1__TurnstileCounts one = TIFO__V1__TURNSTILE_COUNTS__INIT;
        one.n_gate = one.n_in = one.n_out = 1;
        one.gate = &gate;
        one.in = &s->in[gate];
        one.out = &s->out[gate];
        readings.at_ms = exact->at_ms;
        readings.turnstiles = &one;
        send(s, &s->turnstiles[gate], &readings, true);
        s->in[gate] = s->out[gate] = 0;
    }
}

static void send_queues(struct sensing *s, const Tifo__V1__Readings *exact)
{
    const Tifo__V1__QueueCounts *counts = exact->queues;
    for (size_t i = 0; counts != NULL && i < counts->n_queue; i++) {
        uint32_t queue = counts->queue[i];
        uint32_t waiting = draw_seen(s, &s->queues[queue], counts->waiting[i]);
        s->served[queue] += draw_passed(s, counts->served[i]);
        if (lost(s))
            continue;
        Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
        Tifo__V1__QueueCounts one = TIFO__V1__QUEUE_COUNTS__INIT;
        one.n_queue = one.n_waiting = one.n_served = 1;
        one.queue = &queue;
        one.waiting = &waiting;
        one.served = &s->served[queue];
        readings.at_ms = exact->at_ms;
        readings.queues = &one;
        send(s, &s->queues[queue], &readings, true);
        s->served[queue] = 0;
    }
}

static void send_devices(struct sensing *s, const Tifo__V1__Readings *exact)
{
    const Tifo__V1__DevicePositions *all = exact->positions;
    if (all == NULL)
        return;
    Tifo__V1__DevicePositions part = TIFO__V1__DEVICE_POSITIONS__INIT;
    part.device = memory_array(all->n_device, sizeof *part.device);
    part.x_cm = memory_array(all->n_device, sizeof *part.x_cm);
    part.y_cm = memory_array(all->n_device, sizeof *part.y_cm);
    part.place = memory_array(all->n_device, sizeof *part.place);
    for (uint32_t gateway = 0; gateway < GATEWAYS; gateway++) {
        size_t rows = 0;
        for (size_t i = 0; i < all->n_device; i++) {
            if (all->device[i] % GATEWAYS != gateway)
                continue;
            part.device[rows] = all->device[i];
            part.x_cm[rows] = all->x_cm[i];
            part.y_cm[rows] = all->y_cm[i];
            part.place[rows++] = all->place[i];
        }
        part.n_device = part.n_x_cm = part.n_y_cm = part.n_place = rows;
        if (rows == 0 || lost(s))
            continue;
        Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
        readings.at_ms = exact->at_ms;
        readings.positions = &part;
        send(s, &s->gateways[gateway], &readings, false);
    }
    free(part.device);
    free(part.x_cm);
    free(part.y_cm);
    free(part.place);
}

/* ---- Arriving -------------------------------------------------------------------------------- */

static int by_arrival(const void *a, const void *b)
{
    const struct flight *x = a, *y = b;
    if (x->arrives_ms != y->arrives_ms)
        return x->arrives_ms < y->arrives_ms ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void arrive(struct sensing *s, int64_t now_ms)
{
    arrived_drop(s);
    if (s->flight_count > 0)
        qsort(s->flights, s->flight_count, sizeof *s->flights, by_arrival);
    size_t landed = 0;
    for (; landed < s->flight_count && s->flights[landed].arrives_ms <= now_ms; landed++) {
        struct flight *flight = &s->flights[landed];
        s->arrived = grown(s->arrived, s->arrived_count, &s->arrived_room, sizeof *s->arrived);
        s->arrived[s->arrived_count++] =
            tifo__v1__readings__unpack(NULL, flight->size, flight->bytes);
        free(flight->bytes);
    }
    s->flight_count -= landed;
    if (s->flight_count > 0)
        memmove(s->flights, s->flights + landed, s->flight_count * sizeof *s->flights);
}

const Tifo__V1__Readings *const *sensing_read(struct sensing *s, const Tifo__V1__Readings *exact,
                                              int64_t now_ms, size_t *count)
{
    send_turnstiles(s, exact);
    send_zones(s, exact);
    send_queues(s, exact);
    send_devices(s, exact);
    arrive(s, now_ms);
    *count = s->arrived_count;
    return (const Tifo__V1__Readings *const *)s->arrived;
}
