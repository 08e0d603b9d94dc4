/* The doors and gates of a record, with their code values, and what they say of the ground's
 * capacity. */
#include "sim/record_subject.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <math.h>
#include <stdio.h>

/* Green Guide, 6th edition: normal egress within it, and what a turnstile may be counted with. */
#define EGRESS_MIN       8.0
#define TURNSTILE_MOST_H 660.0

static const Tifo__V1__Link *link_of(const Tifo__V1__Venue *venue, Tifo__V1__LinkKind kind,
                                     uint32_t index)
{
    for (size_t i = 0; i < venue->n_links; i++)
        if (venue->links[i]->kind == kind && venue->links[i]->index == index)
            return venue->links[i];
    return NULL;
}

static void describe(struct record_door *door, const struct record_subject *subject, const char *id,
                     uint32_t a, uint32_t b, int32_t level, const Tifo__V1__Path *line,
                     const Tifo__V1__Link *link)
{
    const Tifo__V1__Venue *venue = subject->venue;
    snprintf(door->id, sizeof door->id, "%s", id);
    snprintf(door->from, sizeof door->from, "%s", tifo_place_name(venue, a));
    snprintf(door->to, sizeof door->to, "%s", tifo_place_name(venue, b));
    door->level = level;
    door->stepped = tifo_place_is_stairs(venue, a) || tifo_place_is_stairs(venue, b);
    door->width_m = link != NULL ? link->width_m : tifo_path_length_m(line);
    door->code_ppm = link != NULL ? link->capacity_ppm : 0;
    door->passed = series_with_room(subject->samples);
}

static bool is_viewing(const Tifo__V1__Venue *venue, uint32_t place)
{
    return tifo_place_is_block(venue, place) ||
           venue->zones[place]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE;
}

static void count_capacity(struct record *record, const Tifo__V1__Venue *venue)
{
    record->capacity_seats = tifo_seat_count(venue);
    for (uint32_t i = 0; i < venue->n_openings; i++) {
        const Tifo__V1__Opening *opening = venue->openings[i];
        if (is_viewing(venue, opening->place_a) != is_viewing(venue, opening->place_b))
            record->capacity_stands += RECORD_DOORS(record)[i].code_ppm * EGRESS_MIN;
    }
    for (size_t i = 0; i < venue->n_gates; i++) {
        record->capacity_entry +=
            venue->gates[i]->turnstiles * fmin(venue->gates[i]->entry_rate_pph, TURNSTILE_MOST_H);
        record->capacity_gates += venue->gates[i]->exit_capacity_ppm * EGRESS_MIN;
    }
}

bool record_leaves_stands(const Tifo__V1__Venue *venue, uint32_t door, uint32_t to_place)
{
    if (door >= venue->n_openings || is_viewing(venue, to_place))
        return false;
    return is_viewing(venue, venue->openings[door]->place_a) ||
           is_viewing(venue, venue->openings[door]->place_b);
}

void record_passages(struct record *record, const struct record_subject *subject)
{
    const Tifo__V1__Venue *venue = subject->venue;
    record->doors.count = venue->n_openings + venue->n_gates;
    record->doors.data = memory_array(record->doors.count, sizeof(struct record_door));
    for (uint32_t i = 0; i < venue->n_openings; i++) {
        const Tifo__V1__Opening *o = venue->openings[i];
        describe(&RECORD_DOORS(record)[i], subject, o->opening_id, o->place_a, o->place_b, o->level,
                 o->line, link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_OPENING, i));
    }
    for (uint32_t i = 0; i < venue->n_gates; i++) {
        const Tifo__V1__Gate *g = venue->gates[i];
        describe(&RECORD_DOORS(record)[venue->n_openings + i], subject, g->gate_id, g->zone_inside,
                 g->zone_outside, g->level, g->line,
                 link_of(venue, TIFO__V1__LINK_KIND__LINK_KIND_GATE, i));
    }
    count_capacity(record, venue);
}

double record_busiest_ppm(const struct series *passed, double sample_s)
{
    size_t span = (size_t)fmax(1, lround(60 / sample_s));
    double sum = 0, most = 0;
    for (size_t i = 0; i < passed->count; i++) {
        sum += passed->values[i];
        if (i >= span)
            sum -= passed->values[i - span];
        most = fmax(most, sum);
    }
    return most * 60 / ((double)span * sample_s);
}
