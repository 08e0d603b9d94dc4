#include "sim/behaviour.h"

#include "clients/c/tifo.h"
#include "sim/arrival.h"
#include "sim/chance.h"
#include "sim/company.h"
#include "sim/ground.h"
#include "sim/guide.h"
#include "sim/memory.h"
#include "sim/traveller.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Whoever is nearer to their gate than this sees for themselves whether it is open. */
static const double in_sight_s = 10;

/* How much of the game one misses for a place in a queue: judgement. */
static const double give_up_after_restart_s = 60;

/* NIST TN 1822, verification 2.10. */
static const double impaired_mps = 0.8, impaired_radius_m = 0.4;

struct behaviour {
    struct behaviour_def def;
    struct traveller *travellers; /* By person. */
    uint32_t *seats;              /* By person: their seat. */
    uint8_t *found_shut;          /* person x gates: has found it shut. */
    uint32_t *departures;         /* Persons with a trip, by leave_s; ties by person. */
    size_t departed;              /* How many of them have set out. */
    uint32_t *hesitating;         /* Persons, in the order in which they stopped. */
    size_t hesitating_count;
    struct guide guide;
    struct crowd_event *events; /* A copy of the last step's: setting goals may end theirs. */
    size_t event_room;
    bool arrives; /* People come in, and have no trips. */
    struct arrival arrival;
    double give_up_s; /* When toilets and food are no longer worth it; INFINITY: never. */
    bool gave_up;
    struct behaviour_tally tally;
};

static const int facility_of_stop[] = {
    [STOP_TOILETS] = TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS,
    [STOP_FOOD] = TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD,
};

/* ---- People --------------------------------------------------------------------------------- */

static double way_to_gate_s(const struct behaviour *b, uint32_t person, uint32_t gate)
{
    struct goal goal = { GOAL_GATE, ground_gate_door(b->def.venue, gate) };
    return crowd_way_s(b->def.crowd, person, goal);
}

static void fill_seats(struct behaviour *b)
{
    uint32_t seat = 0;
    b->seats = memory_array(tifo_seat_count(b->def.venue), sizeof *b->seats);
    for (uint32_t block = 0; block < b->def.venue->n_blocks; block++)
        for (uint32_t row = 0; row < b->def.venue->blocks[block]->n_rows; row++)
            for (uint32_t k = 0; k < b->def.venue->blocks[block]->rows[row]->seats; k++, seat++) {
                if (chance(b->def.seed, CHANCE_SEAT_TAKEN, seat) >= b->def.scenario->occupancy)
                    continue;
                struct person_def person = { .seat_block = block,
                                             .seat_row = row,
                                             .seat = k,
                                             .seated = !b->arrives,
                                             .away = b->arrives };
                if (chance(b->def.seed, CHANCE_IMPAIRED, b->tally.people) <
                    b->def.scenario->people.impaired) {
                    person.speed_mps = impaired_mps;
                    person.radius_m = impaired_radius_m;
                }
                uint32_t id = crowd_add(b->def.crowd, &person);
                assert(id == b->tally.people);
                b->seats[id] = seat;
                b->tally.people = id + 1;
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
    fill_seats(b);
    uint32_t people = b->tally.people;
    b->travellers = memory_array(people, sizeof *b->travellers);
    for (uint32_t p = 0; p < people; p++)
        b->travellers[p] = traveller_draw(def, p);
    company_form(def, b->seats, b->travellers, people);
    b->found_shut = memory_array(people * b->def.venue->n_gates, 1);
    b->hesitating = memory_array(people, sizeof *b->hesitating);
    order_departures(b);
    arrival_init(&b->arrival, def);
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
    guide_fini(&b->guide);
    arrival_fini(&b->arrival);
    free(b->events);
    free(b);
}

/* ---- Choosing ------------------------------------------------------------------------------- */

static enum stop stop_of(const struct behaviour *b, uint32_t person)
{
    const struct traveller *t = &b->travellers[person];
    return (enum stop)b->def.scenario->trips[t->trip].stops[t->stop];
}

static bool nearest_facility(const struct behaviour *b, uint32_t person, enum stop stop,
                             uint32_t *facility)
{
    double best_s = INFINITY;
    for (uint32_t f = 0; f < b->def.venue->n_facilities; f++) {
        if ((int)b->def.venue->facilities[f]->kind != facility_of_stop[stop])
            continue;
        double way_s = crowd_way_s(b->def.crowd, person, (struct goal){ GOAL_FACILITY, f });
        if (way_s < best_s) {
            best_s = way_s;
            *facility = f;
        }
    }
    return isfinite(best_s);
}

/* The nearest gate that this person has not found shut. */
static bool nearest_gate(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    const uint8_t *found_shut = b->found_shut + (size_t)person * b->def.venue->n_gates;
    double best_s = INFINITY;
    for (uint32_t g = 0; g < b->def.venue->n_gates; g++) {
        double way_s = found_shut[g] ? INFINITY : way_to_gate_s(b, person, g);
        if (way_s < best_s) {
            best_s = way_s;
            *gate = g;
        }
    }
    return isfinite(best_s);
}

static bool own_gate(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    const struct traveller *t = &b->travellers[person];
    *gate = t->usual_gate;
    if (!t->nearest_gate && !b->found_shut[(size_t)person * b->def.venue->n_gates + *gate])
        return true;
    return nearest_gate(b, person, gate);
}

/* The gate that the plan in force has for this person here, if they comply and have not found it
 * shut. */
static bool plan_gate(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    return b->travellers[person].complies &&
           guide_gate(&b->guide, crowd_people(b->def.crowd).place[person],
                      b->travellers[person].first, gate) &&
           !b->found_shut[(size_t)person * b->def.venue->n_gates + *gate];
}

static bool plan_facility(const struct behaviour *b, uint32_t person, enum stop stop,
                          uint32_t *facility)
{
    return b->travellers[person].complies &&
           guide_facility(&b->guide, crowd_people(b->def.crowd).place[person],
                          b->travellers[person].first, facility_of_stop[stop], facility);
}

/* Judgement: equal people differ by some seconds, and what others do counts as much. */
static const struct exit_choice by_what_they_see = { .taste_s = 4, .follow_s = 4 };

static void go_to_gate(struct behaviour *b, uint32_t person)
{
    struct traveller *t = &b->travellers[person];
    uint32_t gate;
    t->guided = plan_gate(b, person, &gate);
    if (!t->guided && !own_gate(b, person, &gate)) {
        /* Every way out was found shut: start over with the first. */
        for (uint32_t g = 0; g < b->def.venue->n_gates; g++)
            b->found_shut[(size_t)person * b->def.venue->n_gates + g] = 0;
        if (!nearest_gate(b, person, &gate))
            gate = t->usual_gate;
    }
    b->tally.guided += t->guided;
    crowd_set_goal(b->def.crowd, person,
                   (struct goal){ GOAL_GATE, ground_gate_door(b->def.venue, gate) });
    if (!t->guided && t->chooses)
        crowd_let_choose(b->def.crowd, person, by_what_they_see);
}

/* Heads for the present stop. A stop that does not exist in this venue is left out. */
static void go_on(struct behaviour *b, uint32_t person)
{
    struct traveller *t = &b->travellers[person];
    const struct trip *trip = &b->def.scenario->trips[t->trip];
    for (; t->stop < trip->stop_count; t->stop++) {
        enum stop stop = stop_of(b, person);
        if (stop == STOP_EXIT) {
            go_to_gate(b, person);
            return;
        }
        if (b->gave_up)
            continue;
        uint32_t facility;
        t->guided = plan_facility(b, person, stop, &facility);
        if (t->guided || nearest_facility(b, person, stop, &facility)) {
            b->tally.guided += t->guided;
            crowd_set_goal(b->def.crowd, person, (struct goal){ GOAL_FACILITY, facility });
            return;
        }
    }
    t->guided = false;
    if (crowd_people(b->def.crowd).mode[person] == PERSON_SEATED)
        b->tally.done++;
    else
        crowd_set_goal(b->def.crowd, person, (struct goal){ GOAL_SEAT, 0 });
}

/* ---- Guidance ------------------------------------------------------------------------------- */

/* Takes what the plan says here and now, if that is another gate; once a person. */
static void change_gate(struct behaviour *b, uint32_t person, uint32_t present_gate)
{
    struct traveller *t = &b->travellers[person];
    uint32_t gate;
    if (t->redirected || !plan_gate(b, person, &gate) || gate == present_gate)
        return;
    t->redirected = true;
    b->tally.redirected++;
    crowd_set_goal(b->def.crowd, person,
                   (struct goal){ GOAL_GATE, ground_gate_door(b->def.venue, gate) });
}

/* The gate that a guided person is under way to; false: they are not. */
static bool guided_to(const struct behaviour *b, uint32_t person, uint32_t *gate)
{
    struct crowd_people people = crowd_people(b->def.crowd);
    return b->travellers[person].guided && people.mode[person] != PERSON_LEFT &&
           people.goal[person].kind == GOAL_GATE &&
           ground_door_gate(b->def.venue, people.goal[person].index, gate) &&
           way_to_gate_s(b, person, *gate) >= in_sight_s;
}

/* Those whose gate nobody is sent to any more change at once. */
static void leave_dropped_gates(struct behaviour *b)
{
    for (uint32_t p = 0; p < b->tally.people; p++) {
        uint32_t gate;
        if (guided_to(b, p, &gate) && !guide_uses_gate(&b->guide, gate))
            change_gate(b, p, gate);
    }
}

/* Whoever steps onto a concourse looks at the guidance again: from the seat to here it may have
 * taken minutes. */
static void look_again(struct behaviour *b, uint32_t person)
{
    struct traveller *t = &b->travellers[person];
    uint32_t gate;
    if (t->looked_again || !guided_to(b, person, &gate))
        return;
    t->looked_again = true;
    change_gate(b, person, gate);
}

/* Goes the way that the plan's arrow points, but not back, and not round for ever: arrows show
 * where most go, and two places' need not fit each other. */
static void follow_sign(struct behaviour *b, uint32_t person)
{
    enum { SIGNS_MOST = 8 };
    struct traveller *t = &b->travellers[person];
    struct crowd_people people = crowd_people(b->def.crowd);
    uint32_t gate, next;
    if (!t->guided || t->signs == SIGNS_MOST || people.mode[person] != PERSON_WALKING ||
        people.goal[person].kind != GOAL_GATE ||
        !ground_door_gate(b->def.venue, people.goal[person].index, &gate) ||
        !guide_next(&b->guide, t->place, gate, &next) || next == t->came_from)
        return;
    t->signs++;
    crowd_set_sign(b->def.crowd, person, next);
}

void behaviour_follow(struct behaviour *b, const Tifo__V1__Plan *plan)
{
    guide_follow(&b->guide, plan);
    if (plan != NULL)
        leave_dropped_gates(b);
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
            go_on(b, event->person);
        break;
    case EVENT_SEATED:
    case EVENT_LEFT:
        b->tally.done++;
        break;
    case EVENT_CHANGED_PLACE:
        t->came_from = t->place;
        t->place = (uint16_t)event->place;
        if (is_concourse(b, event->place))
            look_again(b, event->person);
        follow_sign(b, event->person);
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
        go_to_gate(b, person);
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
        go_on(b, p);
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
    if (!b->gave_up && now_s >= b->give_up_s)
        give_up(b);
    while (b->departed < b->tally.travellers &&
           b->travellers[b->departures[b->departed]].leave_s <= now_s) {
        uint32_t person = b->departures[b->departed++];
        b->tally.set_out++;
        if (b->arrives)
            b->tally.guided += arrival_come(&b->arrival, person, &b->travellers[person]);
        else
            go_on(b, person);
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
