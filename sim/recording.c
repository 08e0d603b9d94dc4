#include "sim/recording.h"

#include "sim/ground.h"
#include "sim/memory.h"
#include "sim/tape/tape.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recording {
    struct tape_writer *writer;
    const Tifo__V1__Venue *venue;
    uint32_t gates, facilities;
    uint32_t *doors; /* By gate. */
    struct tape_frame frame;
    uint32_t room;
};

struct recording *recording_open(const char *path, const struct recording_def *def, char *why,
                                 size_t why_size)
{
    struct recording *r = memory_array(1, sizeof *r);
    r->gates = (uint32_t)def->venue->n_gates;
    r->facilities = (uint32_t)def->venue->n_facilities;
    r->doors = memory_array(r->gates, sizeof *r->doors);
    for (uint32_t g = 0; g < r->gates; g++)
        r->doors[g] = ground_gate_door(def->venue, g);
    size_t counts = TAPE_FACILITY(r->gates, r->facilities);
    r->frame.counts = memory_array(counts, sizeof *r->frame.counts);
    size_t size = tifo__v1__venue__get_packed_size(def->venue);
    uint8_t *venue = memory_array(size, 1);
    tifo__v1__venue__pack(def->venue, venue);
    r->writer = tape_create(path,
                            &(struct tape_head){ .frame_ms = (uint32_t)lround(def->frame_s * 1000),
                                                 .start_ms = def->start_ms,
                                                 .count_count = (uint32_t)counts,
                                                 .title = def->title,
                                                 .venue = venue,
                                                 .venue_size = size },
                            def->from);
    int code = errno;
    free(venue);
    if (r->writer != NULL)
        return r;
    snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(code));
    recording_close(r, false);
    return NULL;
}

static void make_room(struct recording *r, uint32_t people)
{
    if (people <= r->room && r->frame.x_cm != NULL)
        return;
    free(r->frame.x_cm);
    free(r->frame.y_cm);
    free(r->frame.place);
    free(r->frame.state);
    r->room = 2 * people;
    r->frame.x_cm = memory_array(r->room, sizeof *r->frame.x_cm);
    r->frame.y_cm = memory_array(r->room, sizeof *r->frame.y_cm);
    r->frame.place = memory_array(r->room, sizeof *r->frame.place);
    r->frame.state = memory_array(r->room, sizeof *r->frame.state);
}

static const uint8_t state_of[] = {
    [PERSON_SEATED] = TAPE_SEATED,  [PERSON_IN_ROW] = TAPE_ON_FOOT, [PERSON_WALKING] = TAPE_ON_FOOT,
    [PERSON_QUEUED] = TAPE_WAITING, [PERSON_SERVED] = TAPE_WAITING, [PERSON_LEFT] = TAPE_ABSENT,
    [PERSON_AWAY] = TAPE_ABSENT,
};

bool recording_frame(struct recording *r, const struct crowd *crowd,
                     const struct behaviour *behaviour, uint32_t phase)
{
    struct crowd_people people = crowd_people(crowd);
    struct crowd_tally tally = crowd_tally(crowd);
    const uint32_t *waiting_at = crowd_waiting_at(crowd);
    make_room(r, people.count);
    r->frame.people = people.count;
    for (uint32_t p = 0; p < people.count; p++) {
        r->frame.x_cm[p] = (int32_t)lround(people.x[p] * 100);
        r->frame.y_cm[p] = (int32_t)lround(people.y[p] * 100);
        r->frame.place[p] = people.place[p];
        r->frame.state[p] = state_of[people.mode[p]];
    }
    r->frame.counts[0] = phase;
    for (uint32_t g = 0; g < r->gates; g++) {
        uint32_t *gate = r->frame.counts + TAPE_GATE(g), door = r->doors[g];
        gate[TAPE_GATE_OPEN] = crowd_gate_is_open(crowd, door);
        gate[TAPE_GATE_IN] = tally.door_backward[door];
        gate[TAPE_GATE_OUT] = tally.door_forward[door];
        gate[TAPE_GATE_QUEUE] =
            waiting_at[door] + (behaviour ? behaviour_waiting_outside(behaviour, g) : 0);
    }
    for (uint32_t f = 0; f < r->facilities; f++) {
        uint32_t *facility = r->frame.counts + TAPE_FACILITY(r->gates, f);
        facility[TAPE_FACILITY_QUEUE] = tally.queue_at[f];
        facility[TAPE_FACILITY_SERVED] = tally.served_by[f];
    }
    return tape_write(r->writer, &r->frame);
}

uint64_t recording_written(struct recording *r)
{
    return tape_written(r->writer);
}

bool recording_close(struct recording *r, bool end)
{
    if (r == NULL)
        return true;
    bool good = tape_finish(r->writer, end);
    free(r->doors);
    free(r->frame.x_cm);
    free(r->frame.y_cm);
    free(r->frame.place);
    free(r->frame.state);
    free(r->frame.counts);
    free(r);
    return good;
}

/* ---- Floors of a foreign scenario ------------------------------------------------------------ */

static Tifo__V1__Path *path_of(struct path ring)
{
    Tifo__V1__Path *path = memory_array(1, sizeof *path);
    tifo__v1__path__init(path);
    path->n_xy_cm = 2 * (size_t)ring.count;
    path->xy_cm = memory_array(path->n_xy_cm, sizeof *path->xy_cm);
    for (uint32_t i = 0; i < ring.count; i++) {
        path->xy_cm[2 * i] = (int32_t)lround(ring.points[i].x * 100);
        path->xy_cm[2 * i + 1] = (int32_t)lround(ring.points[i].y * 100);
    }
    return path;
}

static double ring_m2(struct path ring)
{
    double sum = 0;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++)
        sum += (ring.points[j].x - ring.points[0].x) * (ring.points[i].y - ring.points[0].y) -
               (ring.points[i].x - ring.points[0].x) * (ring.points[j].y - ring.points[0].y);
    return fabs(sum) / 2;
}

static Tifo__V1__Zone *zone_of(const struct foreign_area *area, size_t number)
{
    Tifo__V1__Zone *zone = memory_array(1, sizeof *zone);
    tifo__v1__zone__init(zone);
    zone->zone_id = memory_array(32, 1);
    zone->name = memory_array(32, 1);
    snprintf(zone->zone_id, 32, "floor-%zu", number + 1);
    snprintf(zone->name, 32, "Floor %zu", number + 1);
    zone->kind = TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE;
    zone->outline = path_of(area->outline);
    zone->n_holes = area->hole_count;
    zone->holes = memory_array(area->hole_count, sizeof(Tifo__V1__Path *));
    zone->area_m2 = ring_m2(area->outline);
    for (size_t h = 0; h < area->hole_count; h++) {
        zone->holes[h] = path_of(area->holes[h]);
        zone->area_m2 -= ring_m2(area->holes[h]);
    }
    zone->area_m2 = fmax(zone->area_m2, 1);
    zone->capacity_people = (uint32_t)(4 * zone->area_m2);
    zone->centre = memory_array(1, sizeof *zone->centre);
    tifo__v1__point__init(zone->centre);
    zone->centre->x = (zone->outline->xy_cm[0] + zone->outline->xy_cm[4]) / 200.0;
    zone->centre->y = (zone->outline->xy_cm[1] + zone->outline->xy_cm[5]) / 200.0;
    return zone;
}

static char *copied(const char *text)
{
    char *copy = memory_array(strlen(text) + 1, 1);
    return strcpy(copy, text);
}

Tifo__V1__Venue *recording_venue(const struct foreign *foreign)
{
    Tifo__V1__Venue *venue = memory_array(1, sizeof *venue);
    tifo__v1__venue__init(venue);
    venue->venue_id = copied("foreign");
    venue->name = copied(foreign->title[0] ? foreign->title : foreign->format);
    venue->n_levels = 1;
    venue->levels = memory_array(1, sizeof(Tifo__V1__Level *));
    venue->levels[0] = memory_array(1, sizeof(Tifo__V1__Level));
    tifo__v1__level__init(venue->levels[0]);
    venue->levels[0]->name = copied("Floor");
    venue->n_zones = foreign->area_count;
    venue->zones = memory_array(foreign->area_count, sizeof(Tifo__V1__Zone *));
    for (size_t i = 0; i < foreign->area_count; i++)
        venue->zones[i] = zone_of(&foreign->areas[i], i);
    return venue;
}
