#include "sim/sensors.h"

#include "clients/c/tifo.h"
#include "sim/ground.h"
#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>

enum {
    READS_PER_COUNT = 4,       /* Cameras and queues: once a second. */
    READS_PER_POSITION = 2,    /* Devices on foot: every half second ... */
    POSITIONS_PER_SEATED = 10, /* ... in seats: every tenth of those. */
};

struct sensors {
    const Tifo__V1__Venue *venue;
    const struct crowd *crowd;
    const struct behaviour *behaviour;
    bool tickets_scanned, often;
    uint32_t *gate_in, *gate_out, *served; /* Totals at the reading before. */
    Tifo__V1__Readings readings;
    Tifo__V1__TurnstileCounts turnstiles;
    Tifo__V1__ZoneCounts zones;
    Tifo__V1__QueueCounts queues;
    Tifo__V1__DevicePositions positions;
};

struct sensors *sensors_create(const Tifo__V1__Venue *venue, const struct crowd *crowd,
                               const struct behaviour *behaviour, bool tickets_scanned)
{
    struct sensors *s = memory_array(1, sizeof *s);
    uint32_t people = crowd_tally(crowd).people;
    size_t gates = venue->n_gates, places = tifo_place_count(venue);
    size_t queues = venue->n_facilities + gates;
    s->venue = venue;
    s->crowd = crowd;
    s->behaviour = behaviour;
    s->tickets_scanned = tickets_scanned;
    s->gate_in = memory_array(gates, sizeof(uint32_t));
    s->gate_out = memory_array(gates, sizeof(uint32_t));
    s->served = memory_array(venue->n_facilities, sizeof(uint32_t));
    tifo__v1__readings__init(&s->readings);
    tifo__v1__turnstile_counts__init(&s->turnstiles);
    tifo__v1__zone_counts__init(&s->zones);
    tifo__v1__queue_counts__init(&s->queues);
    tifo__v1__device_positions__init(&s->positions);
    s->turnstiles.gate = memory_array(gates, sizeof(uint32_t));
    s->turnstiles.in = memory_array(gates, sizeof(uint32_t));
    s->turnstiles.out = memory_array(gates, sizeof(uint32_t));
    s->zones.place = memory_array(places, sizeof(uint32_t));
    s->zones.people = memory_array(places, sizeof(uint32_t));
    s->queues.queue = memory_array(queues, sizeof(uint32_t));
    s->queues.waiting = memory_array(queues, sizeof(uint32_t));
    s->queues.served = memory_array(queues, sizeof(uint32_t));
    s->positions.device = memory_array(people, sizeof(uint32_t));
    s->positions.x_cm = memory_array(people, sizeof(int32_t));
    s->positions.y_cm = memory_array(people, sizeof(int32_t));
    s->positions.place = memory_array(people, sizeof(uint32_t));
    return s;
}

void sensors_destroy(struct sensors *s)
{
    if (s == NULL)
        return;
    void *const arrays[] = { s->gate_in,        s->gate_out,        s->served,
                             s->turnstiles.in,  s->turnstiles.gate, s->turnstiles.out,
                             s->zones.place,    s->zones.people,    s->queues.queue,
                             s->queues.served,  s->queues.waiting,  s->positions.device,
                             s->positions.x_cm, s->positions.y_cm,  s->positions.place };
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
    free(s);
}

/* Only gates that somebody passed have a row. */
static void read_turnstiles(struct sensors *s, const struct crowd_tally *tally)
{
    size_t rows = 0;
    for (uint32_t g = 0; g < s->venue->n_gates; g++) {
        uint32_t door = ground_gate_door(s->venue, g);
        uint32_t out = tally->door_forward[door];
        uint32_t in = s->tickets_scanned ? 0 : tally->door_backward[door];
        if (out == s->gate_out[g] && in == s->gate_in[g])
            continue;
        s->turnstiles.gate[rows] = g;
        s->turnstiles.out[rows] = out - s->gate_out[g];
        s->turnstiles.in[rows++] = in - s->gate_in[g];
        s->gate_out[g] = out;
        s->gate_in[g] = in;
    }
    s->turnstiles.n_gate = s->turnstiles.n_in = s->turnstiles.n_out = rows;
    s->readings.turnstiles = rows > 0 ? &s->turnstiles : NULL;
}

/* The outside is not counted: nobody watches the street. */
static void read_zones(struct sensors *s, const struct crowd_tally *tally)
{
    size_t rows = 0;
    for (uint32_t place = 0; place < tifo_place_count(s->venue); place++) {
        if (tifo_place_is_outside(s->venue, place))
            continue;
        s->zones.place[rows] = place;
        s->zones.people[rows++] = tally->in_place[place];
    }
    s->zones.n_place = s->zones.n_people = rows;
    s->readings.zones = &s->zones;
}

static void read_queues(struct sensors *s, const struct crowd_tally *tally)
{
    const uint32_t *waiting_at = crowd_waiting_at(s->crowd);
    uint32_t facilities = (uint32_t)s->venue->n_facilities, rows = 0;
    for (uint32_t f = 0; f < facilities; f++, rows++) {
        s->queues.queue[rows] = f;
        s->queues.waiting[rows] = tally->queue_at[f];
        s->queues.served[rows] = tally->served_by[f] - s->served[f];
        s->served[f] = tally->served_by[f];
    }
    for (uint32_t g = 0; g < s->venue->n_gates; g++, rows++) {
        s->queues.queue[rows] = facilities + g;
        s->queues.waiting[rows] = waiting_at[ground_gate_door(s->venue, g)] +
                                  behaviour_waiting_outside(s->behaviour, g);
        s->queues.served[rows] = 0;
    }
    s->queues.n_queue = s->queues.n_waiting = s->queues.n_served = rows;
    s->readings.queues = &s->queues;
}

static void read_positions(struct sensors *s, uint64_t turn)
{
    struct crowd_people people = crowd_people(s->crowd);
    size_t rows = 0;
    for (uint32_t p = 0; p < people.count; p++) {
        if (people.mode[p] >= PERSON_LEFT || !behaviour_reports(s->behaviour, p))
            continue;
        if (people.mode[p] == PERSON_SEATED && (p + turn) % POSITIONS_PER_SEATED != 0)
            continue;
        s->positions.device[rows] = p;
        s->positions.x_cm[rows] = (int32_t)lround(people.x[p] * 100);
        s->positions.y_cm[rows] = (int32_t)lround(people.y[p] * 100);
        s->positions.place[rows++] = people.place[p];
    }
    s->positions.n_device = s->positions.n_x_cm = s->positions.n_y_cm = rows;
    s->positions.n_place = rows;
    s->readings.positions = rows > 0 ? &s->positions : NULL;
}

void sensors_count_often(struct sensors *s)
{
    s->often = true;
}

const Tifo__V1__Readings *sensors_read(struct sensors *s, uint64_t sequence, int64_t at_ms)
{
    struct crowd_tally tally = crowd_tally(s->crowd);
    s->readings.venue_id = s->venue->venue_id;
    s->readings.source = "sim";
    s->readings.sequence = sequence;
    s->readings.at_ms = at_ms;
    s->readings.zones = NULL;
    s->readings.queues = NULL;
    s->readings.positions = NULL;
    read_turnstiles(s, &tally);
    if (s->often || sequence % READS_PER_COUNT == 1)
        read_zones(s, &tally);
    if (sequence % READS_PER_COUNT == 1)
        read_queues(s, &tally);
    if (sequence % READS_PER_POSITION == 1)
        read_positions(s, sequence / READS_PER_POSITION);
    return &s->readings;
}
