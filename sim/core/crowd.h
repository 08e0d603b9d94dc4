/* The crowd engine: people on a ground, moved in steps of a tenth of a second.
 *
 *   struct ground *ground = ground_create(&ground_def, &error);
 *   struct crowd *crowd = crowd_create(ground, &(struct crowd_def){ .seed = 7 });
 *   crowd_add(crowd, &person) ...; crowd_set_goal(crowd, id, goal) ...
 *   loop: crowd_step(crowd); read crowd_events(), crowd_people(), crowd_tally(); set goals.
 *
 * Always true: the same ground, seed and calls give the same crowd_hash(), on every machine and
 * however many threads; nobody crosses a wall or a shut gate; everyone is in exactly one place;
 * nobody vanishes: away + seated + in_rows + walking + queued + left = people (asserted at each
 * step).
 * Nothing here does I/O, reads a clock or keeps a global. Mistakes of the caller (an index out of
 * range, a seat taken twice) are asserted. */
#ifndef SIM_CORE_CROWD_H
#define SIM_CORE_CROWD_H

#include "sim/core/design.h"
#include "sim/core/ground.h"
#include "sim/core/walking.h"

#include <stddef.h>
#include <stdint.h>

struct crowd;

struct crowd_def {
    uint64_t seed;
    const struct walking
        *walking; /* NULL: walking_weidmann. Kept by pointer, must outlive the crowd. */
    const struct design *design; /* code values that doors keep to; NULL: what people push through.
                                    Kept by pointer as well. */
    double step_s;               /* a step's length, at most CROWD_STEP_MAX_S; 0: CROWD_STEP_S */
    uint32_t threads; /* that share a step, the caller's included; 0: 1. Nothing depends on it. */
};

/* The usual length of a step. Short against the headway (0.7 s), so that speeds relax without
 * ringing, and 0.1 s x 1.34 m/s = 13 cm is less than a body: nobody can jump past somebody. */
#define CROWD_STEP_S     0.1
#define CROWD_STEP_MAX_S 0.125

#define NO_SEAT UINT32_MAX

struct person_def {
    /* Own seat: block, row and seat index; seat_block NO_SEAT: none. */
    uint32_t seat_block;
    uint32_t seat_row;
    uint32_t seat;
    /* Starts seated there, or not here yet (crowd_arrive() brings them), or standing in an area
     * (then `at` is on its floor, a step from walls). */
    bool seated, away;
    uint32_t area;
    struct point at;
    double speed_mps; /* free speed on the level; 0: drawn from struct walking */
    double radius_m;  /* body, at most 0.6; 0: drawn from struct walking */
    double start_s;   /* premovement: stands still until this time of the crowd's clock */
};

enum goal_kind {
    GOAL_STAND,    /* stay where you are */
    GOAL_SEAT,     /* the own seat */
    GOAL_GATE,     /* index: a door with .gate; out through it, then left */
    GOAL_FACILITY, /* index: a facility; queue, be served; then GOAL_SEAT by itself */
    GOAL_SPOT,     /* index: a spot; then GOAL_POINT, where one stands, by itself */
    GOAL_POINT,    /* straight to a point of one's area, and stand there: crowd_stand_at() */
};
struct goal {
    enum goal_kind kind;
    uint32_t index;
};

enum person_mode {
    PERSON_SEATED,
    PERSON_IN_ROW,  /* between the own seat and the row's end */
    PERSON_WALKING, /* in an area; also who stands there or presses at a gate */
    PERSON_QUEUED,  /* in a facility's queue */
    PERSON_SERVED,  /* at its counter */
    PERSON_LEFT,    /* outside; no longer simulated, position stays where it was */
    PERSON_AWAY,    /* has not come yet; position is the own seat's */
};

enum crowd_event_kind {
    EVENT_STOOD_UP,      /* place: block */
    EVENT_SEATED,        /* place: block */
    EVENT_CHANGED_PLACE, /* place: the new one; index: door */
    EVENT_PASSED_GATE,   /* index: door; outward tells the direction */
    EVENT_LEFT,          /* place: outside area; index: door of the gate used last */
    EVENT_JOINED_QUEUE,  /* index: facility */
    EVENT_CALLED,        /* index: facility. To its counter: it is their turn */
    EVENT_SERVED,        /* index: facility; the goal is now the seat, set another to change it */
    EVENT_GATE_SHUT,     /* index: door. Came within sight of the goal's gate and it is shut; once a
                            goal */
    EVENT_REACHED,       /* index: spot. They stand there until they have another goal */
};
struct crowd_event {
    enum crowd_event_kind kind;
    uint32_t person;
    uint32_t place;
    uint32_t index;
    bool outward;
};

/* The arrays of all people, by person id. Valid until the next crowd_add(); the values until
 * the next call that changes the crowd. */
struct crowd_people {
    uint32_t count;
    const double *x; /* metres */
    const double *y;
    const float *speed_mps; /* walked in the last step */
    const float *radius_m;  /* of the body */
    const uint16_t *place;  /* area, or number of areas + block */
    const uint8_t *mode;    /* enum person_mode */
    const struct goal *goal;
};

/* What can be counted now, and since the start. Same lifetime as struct crowd_people. */
struct crowd_tally {
    uint32_t people, away, seated, in_rows, walking, left;
    uint32_t queued;          /* PERSON_QUEUED and PERSON_SERVED */
    const uint32_t *in_place; /* people by place, seated ones included, left and away ones not */
    const uint32_t *door_forward;  /* passages a -> b since the start (gates: out), by door */
    const uint32_t *door_backward; /* passages b -> a */
    const uint32_t *queue_at;  /* by facility: waiting, those at the counter not counted */
    const uint32_t *served_by; /* by facility: since the start */
};

struct crowd *crowd_create(const struct ground *ground, const struct crowd_def *def);
void crowd_destroy(struct crowd *crowd);

/* Person ids are 0, 1, 2 ... in the order of adding. People may be added between any two steps. */
uint32_t crowd_add(struct crowd *crowd, const struct person_def *person);
/* Somebody who was away comes from the street to a gate: they stand at the far end of its outside
 * from now on. False: there is no room there now; try again after the next step. */
bool crowd_arrive(struct crowd *crowd, uint32_t person, uint32_t gate);
/* May be called between any two steps. No effect on people who have left or are away. */
void crowd_set_goal(struct crowd *crowd, uint32_t person, struct goal goal);
/* Straight to the point, past no wall, and stay there. */
void crowd_stand_at(struct crowd *crowd, uint32_t person, struct point at);
/* From now on the free speed is so many times (0 to 3) what it was at first. */
void crowd_set_pace(struct crowd *crowd, uint32_t person, double pace);
/* Somebody who walks has left: for what lies beyond a spot. Tells EVENT_LEFT, index UINT32_MAX. */
void crowd_take_off(struct crowd *crowd, uint32_t person);
/* Was nobody nearer to the point than that (up to 0.8 m) when the last step began? */
bool crowd_has_room(const struct crowd *crowd, uint32_t area, struct point at, double room_m);
/* A sign: where the person is now, go on through a door to `place`, if there is one that leads to
 * the goal; else, and everywhere after it, the way is their own. Forgotten with the next goal. */
void crowd_set_sign(struct crowd *crowd, uint32_t person, uint32_t place);
/* How somebody chooses a gate. */
struct exit_choice {
    double taste_s;  /* how much gates' times may differ for equal people: the scale of a logit; 0:
                        always the soonest */
    double follow_s; /* a gate that everybody in sight walks to is worth so many seconds */
    uint32_t familiar_gate; /* taken so many times as often as one that takes as long; with */
    double familiar_weight; /* a taste of 0 it does not matter. 0: none is familiar. */
};
/* Leaves by a gate of their own choice, until they are given another goal: by walking time, and in
 * their own place by the queue they see before each gate, and by whether it is shut. They look
 * again every five seconds and in each new place. */
void crowd_let_choose(struct crowd *crowd, uint32_t person, struct exit_choice choice);
/* From now on the two, and all who are with them, stay together: who is nearer to the goal waits
 * for who has farthest to go. */
void crowd_put_together(struct crowd *crowd, uint32_t person, uint32_t other);
bool crowd_are_together(const struct crowd *crowd, uint32_t person, uint32_t other);
/* Smoke of so much extinction a metre on the whole area; 0: none, as at the start. People walk more
 * slowly in it, by half for 1 a metre, but no slower than 0.3 m/s. */
void crowd_set_smoke(struct crowd *crowd, uint32_t area, double extinction_per_m);
/* Gates are open at the start. */
void crowd_set_gate(struct crowd *crowd, uint32_t door, bool open);
bool crowd_gate_is_open(const struct crowd *crowd, uint32_t door);
/* Lanes that turn so many out a second are opened, or again as they were: exit_rate_pps holds for
 * all gates unless they are freed. Design values hold all the same. */
void crowd_free_gate(struct crowd *crowd, uint32_t door, bool freed);

void crowd_step(struct crowd *crowd);

double crowd_step_s(const struct crowd *crowd);
double crowd_time_s(const struct crowd *crowd); /* steps taken x crowd_step_s() */
/* What happened in the last step, in the order in which it happened. Valid until the next step, so
 * goals may be set while reading. */
const struct crowd_event *crowd_events(const struct crowd *crowd, size_t *count);
struct crowd_people crowd_people(const struct crowd *crowd);
struct crowd_tally crowd_tally(const struct crowd *crowd);
/* By door: who wants out through this gate, within 8 m of it and slower than 0.4 m/s. Looks at
 * everybody at each call, so once a second will do. Valid until the next call. */
const uint32_t *crowd_waiting_at(const struct crowd *crowd);
/* Walking time from where the person is now to a goal, with nobody in the way; who is away is taken
 * as seated. INFINITY: no way there. */
double crowd_way_s(const struct crowd *crowd, uint32_t person, struct goal goal);
/* Of the whole trajectory so far: every moving person's position and mode at every step. */
uint64_t crowd_hash(const struct crowd *crowd);

/* A checkpoint: all of the crowd between two steps. A crowd loaded from it goes on with the same
 * trajectory, hash and events as the one that was saved. The bytes are for the same build of the
 * engine only: they are checked, not converted.
 * Returns the checkpoint's length in bytes; writes it if `size` is at least that. */
size_t crowd_save(const struct crowd *crowd, void *buffer, size_t size);
/* The ground, walking parameters and design values must equal those of the crowd that was saved;
 * seed and step length come from the checkpoint, threads from `def`. NULL with *error (static text)
 * set when something does not fit, or bytes are damaged. */
struct crowd *crowd_load(const struct ground *ground, const struct crowd_def *def,
                         const void *buffer, size_t size, const char **error);
/* The same into a crowd on that ground, whose people are forgotten. After false it is of no use. */
bool crowd_restore(struct crowd *crowd, const void *buffer, size_t size, const char **error);

#endif
