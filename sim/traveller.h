/*
 * One person of a run: what they are, drawn once, and how far their trip is.
 */
#ifndef SIM_TRAVELLER_H
#define SIM_TRAVELLER_H

#include "sim/behaviour.h"

#include <stdbool.h>
#include <stdint.h>

enum { NO_TRIP = 255, COMES_IN = 254 };

struct traveller {
    double leave_s;  /* When they stand up; who comes in: when they come to a gate. */
    uint32_t first;  /* Of their group; of who is alone, themselves. */
    double resume_s; /* While hesitating: when it ends. */
    /* On the way to a gate: the walking time that was left when they last got on, and when. */
    float left_s, got_on_s;
    uint16_t usual_gate;
    uint8_t trip;   /* NO_TRIP: stays seated. COMES_IN: arrives. */
    uint8_t stop;   /* The one they are heading for; stop_count: back to the seat. */
    uint16_t place; /* Where they came in last, of places; and the one before. */
    uint16_t came_from;
    uint8_t signs; /* Arrows followed. */
    bool complies, reports, nearest_gate;
    bool step_free;  /* Takes no stairs, or is with somebody who takes none. */
    bool chooses;    /* Unguided: takes the gate that looks quickest on the way. */
    bool guided;     /* The present destination came from a plan. */
    bool redirected; /* Has changed once. */
    bool looked_again;
    bool hesitates;
};

/* Draws a person of the filled crowd: a function of seed and person number alone. Who takes no
 * stairs goes by the ways they know: plans and queues say nothing of stairs. */
struct traveller traveller_draw(const struct behaviour_def *def, uint32_t person, uint32_t block,
                                bool step_free);

#endif
