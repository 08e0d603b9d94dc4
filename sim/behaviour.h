/*
 * Who goes where and when: fills the seats, sends people off on their trips, and decides for each
 * of them which gate or facility to take. The engine moves them; this only sets goals.
 *
 * Unguided people do what people do. They take the nearest facility by walking time. They leave by
 * the nearest gate, or by the one they are used to. In front of a shut gate they stand for a moment
 * and then turn to the nearest one that they have not yet found shut; nobody tells anybody else.
 *
 * Guided people (the scenario's compliance) take the destination that the plan in force gives to
 * their place and purpose when they set out. They look at it again when they step onto the
 * concourse, and at once when a later plan sends nobody to their gate any more, and then change,
 * but once only and not within sight of their gate. From place to place they go where its arrows
 * for their gate point. Where a plan says nothing they do as the unguided, but turn to no gate that
 * it sends nobody to, while there is another.
 *
 * Who takes no stairs, and whoever is with them, goes by ways without (sim/step_free.h), to the
 * nearest gate or facility that can be reached so; guidance knows nothing of stairs, so they do not
 * follow it.
 *
 * Where a scenario has arrivals instead of trips, everybody is away at first and comes to a gate
 * (sim/arrival.h); at the turnstile somebody else says whether they are let in.
 *
 * When play has been on again for a minute after a break, whoever has not been served by then gives
 * up and returns to the seat.
 *
 * Everything a person is comes from seed and person number (sim/chance.h), so the run with and the
 * run without guidance are about the same people.
 */
#ifndef SIM_BEHAVIOUR_H
#define SIM_BEHAVIOUR_H

#include "sim/archive.h"
#include "sim/scenario.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

struct behaviour;

/* All are kept by pointer and must outlive the behaviour. The crowd is empty and becomes filled. */
struct behaviour_def {
    const struct scenario *scenario;
    uint64_t seed;
    const Tifo__V1__Venue *venue;
    struct crowd *crowd;
    /* Whether a person is let in at a gate's turnstile, asked once. NULL: everybody is. */
    bool (*admit)(void *ctx, uint32_t person, uint32_t gate);
    void *admit_ctx;
};

struct behaviour *behaviour_create(const struct behaviour_def *def);
void behaviour_destroy(struct behaviour *behaviour);

/* The plan in force from now on; NULL: none. Kept by pointer until the next call. */
void behaviour_follow(struct behaviour *behaviour, const Tifo__V1__Plan *plan);

/* The server's expected waits in seconds, by gate (copied), for those who come; NULL: none. */
void behaviour_hear_waits(struct behaviour *behaviour, const uint32_t *wait_s);

/* Once before the first crowd_step() and once after each: reads its events, sets goals. */
void behaviour_step(struct behaviour *behaviour);

/* For a checkpoint, after the crowd. */
void behaviour_archive(struct behaviour *behaviour, struct archive *archive);

struct behaviour_tally {
    uint32_t people;     /* In the ground at the start, or to come. */
    uint32_t travellers; /* Who have a trip, or come in. */
    uint32_t set_out;    /* Who stood up for it, or came to a gate, so far. */
    uint32_t done;       /* (Back) in their seats, or outside, all stops made. */
    uint32_t admitted;   /* Let in at a turnstile. */
    uint32_t refused;    /* Not let in. */
    uint32_t guided;     /* Destinations taken from a plan. */
    uint32_t redirected; /* Destinations changed on the way because the plan had. */
    uint32_t found_shut; /* Times that somebody came to a gate and it was shut. */
    uint32_t gave_up;    /* Returned to their seats unserved because play was on again. */
};
struct behaviour_tally behaviour_tally(const struct behaviour *behaviour);

/* A person's own seat, counted over all blocks and rows of the venue. */
uint32_t behaviour_seat(const struct behaviour *behaviour, uint32_t person);
/* Who has come to the gate and has not been called to its turnstiles, the street included. */
uint32_t behaviour_waiting_outside(const struct behaviour *behaviour, uint32_t gate);
/* When a person came to a gate, or will. */
double behaviour_comes_s(const struct behaviour *behaviour, uint32_t person);

/* Carries a device that reports its position. */
bool behaviour_reports(const struct behaviour *behaviour, uint32_t person);

#endif
