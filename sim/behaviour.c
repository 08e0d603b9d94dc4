#include "sim/behaviour_state.h"

#include "clients/c/tifo.h"
#include "sim/chance.h"
#include "sim/company.h"
#include "sim/ground.h"
#include "sim/memory.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How much of the game one misses for a place in a queue: judgement. */
static const double give_up_after_restart_s = 60;

/* NIST TN 1822, verification 2.10. */
static const double impaired_mps = 0.8, impaired_radius_m = 0.4;

/* ---- People --------------------------------------------------------------------------------- */

/* Whoever takes no stairs was given a seat that has a way without. */
static bool needs_step_free(const struct behaviour *b, uint32_t block)
{
    return b->step_free != NULL &&
           chance(b->def.seed, CHANCE_STEP_FREE, b->tally.people) <
               b->def.scenario->people.step_free &&
           step_free_has_way_out(b->step_free, (uint32_t)b->def.venue->n_zones + block);
}

static void fill_seats(struct behaviour *b)
{
    uint32_t seat = 0;
    b->seats = memory_array(tifo_seat_count(b->def.venue), sizeof *b->seats);
    b->blocks = memory_array(tifo_seat_count(b->def.venue), sizeof *b->blocks);
    b->wants_step_free = memory_array(tifo_seat_count(b->def.venue), 1);
    for (uint32_t block = 0; block < b->def.venue->n_blocks; block++) {
        double taken = scenario_occupancy(b->def.scenario, b->def.venue->blocks[block]->stand);
        for (uint32_t row = 0; row < b->def.venue->blocks[block]->n_rows; row++)
            for (uint32_t k = 0; k < b->def.venue->blocks[block]->rows[row]->seats; k++, seat++) {
                if (chance(b->def.seed, CHANCE_SEAT_TAKEN, seat) >= taken)
                    continue;
                struct person_def person = { .seat_block = block,
                                             .seat_row = row,
                                             .seat = k,
                                             .seated = !b->arrives,
                                             .away = b->arrives };
                bool step_free = needs_step_free(b, block);
                if (step_free || chance(b->def.seed, CHANCE_IMPAIRED, b->tally.people) <
                                     b->def.scenario->people.impaired) {
                    person.speed_mps = impaired_mps;
                    person.radius_m = impaired_radius_m;
                }
                uint32_t id = crowd_add(b->def.crowd, &person);
                assert(id == b->tally.people);
                b->seats[id] = seat;
                b->blocks[id] = (uint16_t)block;
                b->wants_step_free[id] = step_free;
                b->tally.people = id + 1;
            }
    }
}

struct departure {
    double leave_s;
    uint32_t person;
};

static int compare_departures(const void *left, const void *right)
{
    const struct departure *a = left, *b = right;
    if (a->leave_s != b->leave_s)
        return a->leave_s < b->leave_s ? -1 : 1;
    return a->person < b->person ? -1 : 1;
}

static void order_departures(struct behaviour *b)
{
    struct departure *order = memory_array(b->tally.people, sizeof *order);
    uint32_t count = 0;
    for (uint32_t p = 0; p < b->tally.people; p++)
        if (b->travellers[p].trip != NO_TRIP)
            order[count++] = (struct departure){ b->travellers[p].leave_s, p };
    qsort(order, count, sizeof *order, compare_departures);
    b->departures = memory_array(count, sizeof *b->departures);
    for (uint32_t i = 0; i < count; i++)
        b->departures[i] = order[i].person;
    b->tally.travellers = count;
    free(order);
}

static double give_up_time_s(const struct scenario *scenario)
{
    for (size_t i = scenario->phase_count; i-- > 1;)
        if (scenario->phases[i].kind == PHASE_PLAY && scenario->phases[i - 1].kind == PHASE_BREAK)
            return scenario->phases[i].from_s + give_up_after_restart_s;
    return INFINITY;
}

struct behaviour *behaviour_create(const struct behaviour_def *def)
{
    struct behaviour *b = memory_array(1, sizeof *b);
    b->def = *def;
    b->arrives = scenario_arrives(def->scenario);
    b->give_up_s = b->arrives ? INFINITY : give_up_time_s(def->scenario);
    guide_init(&b->guide, def->venue);
    if (def->scenario->people.step_free > 0)
        b->step_free = step_free_create(def->venue);
    fill_seats(b);
    uint32_t people = b->tally.people;
    b->travellers = memory_array(people, sizeof *b->travellers);
    for (uint32_t p = 0; p < people; p++)
        b->travellers[p] = traveller_draw(def, p, b->blocks[p], b->wants_step_free[p]);
    company_form(def, b->seats, b->travellers, people);
    b->found_shut = memory_array(people * b->def.venue->n_gates, 1);
    b->hesitating = memory_array(people, sizeof *b->hesitating);
    order_departures(b);
    arrival_init(&b->arrival, def);
    b->arrival.step_free = b->step_free;
    b->arrival.blocks = b->blocks;
    return b;
}

void behaviour_destroy(struct behaviour *b)
{
    if (b == NULL)
        return;
    free(b->travellers);
    free(b->seats);
    free(b->found_shut);
    free(b->departures);
    free(b->hesitating);
    free(b->blocks);
    free(b->wants_step_free);
    step_free_destroy(b->step_free);
    guide_fini(&b->guide);
    arrival_fini(&b->arrival);
    free(b->events);
    free(b);
}

/* ---- Time ----------------------------------------------------------------------------------- */

static void hesitate(struct behaviour *b, uint32_t person, uint32_t gate)
{
    struct traveller *t = &b->travellers[person];
    b->found_shut[(size_t)person * b->def.venue->n_gates + gate] = 1;
    b->tally.found_shut++;
    if (t->hesitates)
        return;
    /* From half to one and a half times the mean. */
    double share = 0.5 + chance(b->def.seed, CHANCE_HESITATION, person);
    t->resume_s = crowd_time_s(b->def.crowd) + b->def.scenario->people.hesitation_s * share;
    t->hesitates = true;
    b->hesitating[b->hesitating_count++] = person;
    crowd_set_goal(b->def.crowd, person, (struct goal){ GOAL_STAND, 0 });
}

static bool is_concourse(const struct behaviour *b, uint32_t place)
{
    return place < b->def.venue->n_zones &&
           b->def.venue->zones[place]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE;
}

/* At the turnstile: in, or back to the street. */
static void enter(struct behaviour *b, uint32_t person, uint32_t facility)
{
    uint32_t gate;
    if (!ground_turnstiles_gate(b->def.venue, facility, &gate))
        return;
    if (b->def.admit == NULL || b->def.admit(b->def.admit_ctx, person, gate)) {
        b->tally.admitted++;
        return;
    }
    b->tally.refused++;
    crowd_set_goal(b->def.crowd, person,
                   (struct goal){ GOAL_GATE, ground_gate_door(b->def.venue, gate) });
}

static void take_event(struct behaviour *b, const struct crowd_event *event)
{
    struct traveller *t = &b->travellers[event->person];
    uint32_t gate;
    switch (event->kind) {
    case EVENT_CALLED:
        if (ground_turnstiles_gate(b->def.venue, event->index, &gate))
            arrival_called(&b->arrival, gate);
        break;
    case EVENT_SERVED:
        if (b->arrives) {
            enter(b, event->person, event->index);
            break;
        }
        t->stop++;
        if (t->stop < b->def.scenario->trips[t->trip].stop_count)
            behaviour_go_on(b, event->person);
        else
            behaviour_point_step_free(b, event->person);
        break;
    case EVENT_SEATED:
    case EVENT_LEFT:
        b->tally.done++;
        break;
    case EVENT_CHANGED_PLACE:
        t->came_from = t->place;
        t->place = (uint16_t)event->place;
        if (is_concourse(b, event->place))
            behaviour_look_again(b, event->person);
        behaviour_follow_sign(b, event->person);
        behaviour_point_step_free(b, event->person);
        break;
    case EVENT_GATE_SHUT:
        if (ground_door_gate(b->def.venue, event->index, &gate))
            hesitate(b, event->person, gate);
        break;
    default:
        break;
    }
}

static void end_hesitations(struct behaviour *b, double now_s)
{
    size_t kept = 0;
    for (size_t i = 0; i < b->hesitating_count; i++) {
        uint32_t person = b->hesitating[i];
        if (b->travellers[person].resume_s > now_s) {
            b->hesitating[kept++] = person;
            continue;
        }
        b->travellers[person].hesitates = false;
        behaviour_go_to_gate(b, person);
    }
    b->hesitating_count = kept;
}

/* Everyone who still walks to a facility or queues there, but not who is being served. */
static void give_up(struct behaviour *b)
{
    b->gave_up = true;
    struct crowd_people people = crowd_people(b->def.crowd);
    for (uint32_t p = 0; p < b->tally.people; p++) {
        bool seeks = people.goal[p].kind == GOAL_FACILITY && people.mode[p] != PERSON_SERVED &&
                     people.mode[p] != PERSON_SEATED;
        if (!seeks)
            continue;
        b->tally.gave_up++;
        behaviour_go_on(b, p);
    }
}

static size_t copy_events(struct behaviour *b)
{
    size_t count;
    const struct crowd_event *events = crowd_events(b->def.crowd, &count);
    if (count > b->event_room) {
        free(b->events);
        b->event_room = 2 * count;
        b->events = memory_array(b->event_room, sizeof *b->events);
    }
    if (count > 0)
        memcpy(b->events, events, count * sizeof *events);
    return count;
}

void behaviour_step(struct behaviour *b)
{
    double now_s = crowd_time_s(b->def.crowd);
    size_t count = copy_events(b);
    for (size_t i = 0; i < count; i++)
        take_event(b, &b->events[i]);
    end_hesitations(b, now_s);
    behaviour_lose_patience(b, now_s);
    if (!b->gave_up && now_s >= b->give_up_s)
        give_up(b);
    while (b->departed < b->tally.travellers &&
           b->travellers[b->departures[b->departed]].leave_s <= now_s) {
        uint32_t person = b->departures[b->departed++];
        b->tally.set_out++;
        if (b->arrives)
            b->tally.guided += arrival_come(&b->arrival, person, &b->travellers[person]);
        else
            behaviour_go_on(b, person);
    }
    arrival_step(&b->arrival);
}

struct behaviour_tally behaviour_tally(const struct behaviour *b)
{
    return b->tally;
}

void behaviour_hear_waits(struct behaviour *b, const uint32_t *wait_s)
{
    arrival_hear(&b->arrival, wait_s);
}

uint32_t behaviour_seat(const struct behaviour *b, uint32_t person)
{
    return b->seats[person];
}

uint32_t behaviour_waiting_outside(const struct behaviour *b, uint32_t gate)
{
    return b->arrival.lines[gate].waiting;
}

double behaviour_comes_s(const struct behaviour *b, uint32_t person)
{
    return b->travellers[person].leave_s;
}

bool behaviour_reports(const struct behaviour *b, uint32_t person)
{
    return b->travellers[person].reports;
}

/* Who sits where, when they set out and in which order are a function of the seed. A plan is not
 * kept: there is none without a server. */
void behaviour_archive(struct behaviour *b, struct archive *archive)
{
    size_t gates = b->def.venue->n_gates;
    archive_fixed(archive, b->travellers, b->tally.people, sizeof *b->travellers);
    archive_fixed(archive, b->found_shut, b->tally.people * gates, sizeof *b->found_shut);
    ARCHIVE(archive, b->departed);
    ARCHIVE(archive, b->hesitating_count);
    archive_fixed(archive, b->hesitating, b->tally.people, sizeof *b->hesitating);
    ARCHIVE(archive, b->gave_up);
    ARCHIVE(archive, b->tally);
    if (b->arrives)
        arrival_archive(&b->arrival, archive);
}
