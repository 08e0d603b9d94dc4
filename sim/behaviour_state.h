/*
 * Inside of the behaviour: who is sent where is behaviour_choose.c's, what guidance changes on the
 * way behaviour_guided.c's, when things happen behaviour.c's.
 */
#ifndef SIM_BEHAVIOUR_STATE_H
#define SIM_BEHAVIOUR_STATE_H

#include "sim/arrival.h"
#include "sim/behaviour.h"
#include "sim/guide.h"
#include "sim/step_free.h"
#include "sim/traveller.h"

struct behaviour {
    struct behaviour_def def;
    struct traveller *travellers; /* By person. */
    uint32_t *seats;              /* By person: their seat. */
    uint16_t *blocks;             /* By person: of their seat. */
    uint8_t *wants_step_free;     /* By person: takes no stairs. */
    uint8_t *found_shut;          /* person x gates: has found it shut. */
    uint32_t *departures;         /* Persons with a trip, by leave_s; ties by person. */
    size_t departed;              /* How many of them have set out. */
    uint32_t *hesitating;         /* Persons, in the order in which they stopped. */
    size_t hesitating_count;
    struct guide guide;
    struct step_free *step_free; /* NULL: nobody needs it. */
    struct crowd_event *events;  /* A copy of the last step's: setting goals may end theirs. */
    size_t event_room;
    bool arrives; /* People come in, and have no trips. */
    struct arrival arrival;
    double give_up_s; /* When toilets and food are no longer worth it; INFINITY: never. */
    bool gave_up;
    struct behaviour_tally tally;
};

/* Whoever is nearer to their gate than this, walking, sees it. */
#define BEHAVIOUR_IN_SIGHT_S 10.0

/* With nobody in the way. */
double behaviour_way_to_gate_s(const struct behaviour *behaviour, uint32_t person, uint32_t gate);
/* The gate that the plan in force has for this person here, if they comply and have not found it
 * shut. */
bool behaviour_plan_gate(const struct behaviour *behaviour, uint32_t person, uint32_t *gate);
void behaviour_go_to_gate(struct behaviour *behaviour, uint32_t person);
/* Points somebody who takes no stairs to the place that comes next; for all others nothing. */
void behaviour_point_step_free(struct behaviour *behaviour, uint32_t person);
/* Heads for the present stop. A stop that does not exist in this venue is left out. */
void behaviour_go_on(struct behaviour *behaviour, uint32_t person);
/* Who does not get on for long, and is not in the queue before their gate, gives it up like one
 * that is shut and turns to the next. Who stands before another gate meanwhile, and sees that it is
 * open, takes it much sooner; the guided trust the plan for longer. Who chooses by what they see does
 * so all the time (sim/core/exits.c). */
void behaviour_lose_patience(struct behaviour *behaviour, double now_s);

/* Whoever steps onto a concourse looks at the guidance again: from the seat to here it may have
 * taken minutes. */
void behaviour_look_again(struct behaviour *behaviour, uint32_t person);
/* Goes the way that the plan's arrow points, but not back, and not round for ever: arrows show
 * where most go, and two places' need not fit each other. */
void behaviour_follow_sign(struct behaviour *behaviour, uint32_t person);

#endif
