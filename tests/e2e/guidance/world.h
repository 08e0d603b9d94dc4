/*
 * A ground on which people are a fluid: the network model's world, second by second. People wait at
 * a place for the next passage on their way, which lets through what was measured on average, and
 * walk to the next place; where they look at guidance they go by the stadium's plan in force.
 * Nothing here optimises: shares come from the plan, ways from a place to a gate are the shortest.
 */
#ifndef TESTS_GUIDANCE_WORLD_H
#define TESTS_GUIDANCE_WORLD_H

#include "server/adapters/planner/walkways.h"
#include "server/core/stadium.h"
#include "sim/flow/expanded.h"

enum { WORLD_DESTINATIONS = 64, WORLD_WALK_S = 128 };

struct way_on {
    uint32_t from, to; /* Places; `to` of the last one is where people are served: no place. */
    uint32_t walk_s;
    double room_ps;
    uint32_t opening; /* UINT32_MAX: of none. */
    uint32_t serves;  /* Destination; UINT32_MAX: none. */
    bool closed;
};

/* Somebody heads for destination d as one of these: */
enum mind {
    MIND_SETTLED, /* Has looked at the plan for the last time. */
    MIND_LOOKING, /* Looks again at the next place. */
    MIND_DEAF,    /* Goes to the nearest. */
    MINDS,
};

struct world {
    const struct venue *venue;
    enum purpose purpose;
    uint32_t places;
    struct way_on *passages;
    uint32_t passage_count;
    uint32_t destinations;
    uint32_t index[WORLD_DESTINATIONS];   /* Gate or facility. */
    uint32_t serving[WORLD_DESTINATIONS]; /* Its passage. */
    bool known_shut[WORLD_DESTINATIONS];  /* To those who listen. */
    double compliance;
    uint32_t now_s;
    double *unborn;     /* By place: who has not set out, ... */
    double *sets_out;   /* ... people a second ... */
    uint32_t *starts_s; /* ... from this second on. */
    double *stock;      /* [passage][mind * destinations + destination]: wait for it. */
    double *walking;    /* [second modulo][passage][...]: are there then. */
    double *distance;   /* [destination][place]: with nobody in the way. */
    uint32_t *way;      /* [destination][place]: the passage to take. */
    double served, everybody;
    double *served_by; /* By destination. */
    double moved_late; /* People whose destination was changed on their way. */
};

/* Passages and destinations from `ways`, the facilities' from the venue; `job` is what ways were
 * made of. */
void world_init(struct world *world, const struct planner_job *job, const struct walkways *ways,
                enum purpose purpose);
void world_fini(struct world *world);
/* Puts people in a place who set out evenly in that time. */
void world_put(struct world *world, uint32_t place, double people, uint32_t from_s, uint32_t to_s);
/* One second; splits are the plan in force. */
void world_step(struct world *world, const struct split *splits);
/* From now on nobody passes; those who listen turn at once. */
void world_shut(struct world *world, uint32_t destination, const struct split *splits);
void world_block(struct world *world, uint32_t opening, const struct split *splits);
/* The same with nobody in it, and back. */
void world_bar(struct world *world, uint32_t opening, bool closed);
/* Who is where, as a camera over each place would count them, and who waits at a destination. */
void world_count(const struct world *world, double *people); /* By place. */
double world_waiting(const struct world *world, uint32_t destination);
/* The most that could be out by when, if everybody did the best from the beginning, and T*fit, when
 * 98 % are: of what is in the world at the start. For the caller to free. */
struct flow_expanded world_best(const struct world *world);

#endif
