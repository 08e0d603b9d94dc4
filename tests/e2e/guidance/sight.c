#include "tests/e2e/guidance/sight.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Readings that are late: so many seconds are kept. */
enum { LATE_MOST_S = 128 };

struct sight {
    uint32_t *place, *people, *gate, *in, *out, *queue, *waiting, *served;
    struct tick tick; /* Made of them. */
};

struct sights {
    const struct world *world;
    double noise;
    uint32_t late_s, looked;
    struct sight sight[LATE_MOST_S];
    double *there; /* By place: as it is. */
    double *told;  /* By destination: served, as far as it was said. */
};

static void sight_init(struct sight *s, const struct venue *venue)
{
    const size_t most = venue_places(venue) + venue->gate_count + venue->facility_count;
    uint32_t **columns[] = { &s->place, &s->people, &s->gate,    &s->in,
                             &s->out,   &s->queue,  &s->waiting, &s->served };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        *columns[i] = calloc(most, sizeof(uint32_t));
}

static void sight_fini(struct sight *s)
{
    free(s->place);
    free(s->people);
    free(s->gate);
    free(s->in);
    free(s->out);
    free(s->queue);
    free(s->waiting);
    free(s->served);
}

static uint32_t seen(const struct sights *all, double people, struct dice *seed)
{
    return (uint32_t)lround(fmax(0, people * (1 + all->noise * draw(seed, -1.7, 1.7))));
}

static void look(struct sights *all, struct sight *s, struct dice *seed)
{
    const struct world *w = all->world;
    struct tick tick = { 0 };
    uint32_t places = 0, gates = 0, queues = 0;
    world_count(w, all->there);
    for (uint32_t p = 0; p < w->places; p++)
        if (venue_place_is_inside(w->venue, p)) {
            s->place[places] = p;
            s->people[places++] = seen(all, all->there[p], seed);
        }
    for (uint32_t d = 0; d < w->destinations; d++) {
        const bool gate = w->purpose == PURPOSE_EXIT;
        const uint32_t more = (uint32_t)(w->served_by[d] - all->told[d]);
        all->told[d] += more;
        s->queue[queues] = gate ? w->venue->facility_count + w->index[d] : w->index[d];
        s->waiting[queues] = seen(all, world_waiting(w, d), seed);
        s->served[queues++] = gate ? 0 : more;
        if (gate) {
            s->gate[gates] = w->index[d];
            s->out[gates++] = more;
        }
    }
    tick.place = (struct u32s){ s->place, places };
    tick.people = (struct u32s){ s->people, places };
    tick.gate = (struct u32s){ s->gate, gates };
    tick.gate_in = (struct u32s){ s->in, gates };
    tick.gate_out = (struct u32s){ s->out, gates };
    tick.queue = (struct u32s){ s->queue, queues };
    tick.waiting = (struct u32s){ s->waiting, queues };
    tick.served = (struct u32s){ s->served, queues };
    s->tick = tick;
}

struct tick sights_look(struct sights *all, struct dice *seed)
{
    const uint32_t now = all->looked++;
    look(all, &all->sight[now % LATE_MOST_S], seed);
    return now >= all->late_s ? all->sight[(now - all->late_s) % LATE_MOST_S].tick
                              : (struct tick){ 0 };
}

struct tick sights_first(struct sights *all, struct dice *seed)
{
    struct sight *s = &all->sight[LATE_MOST_S - 1];
    look(all, s, seed);
    return s->tick;
}

struct sights *sights_open(const struct world *world, double noise, uint32_t late_s)
{
    assert(late_s < LATE_MOST_S);
    struct sights *all = calloc(1, sizeof *all);
    all->world = world;
    all->noise = noise;
    all->late_s = late_s;
    for (int i = 0; i < LATE_MOST_S; i++)
        sight_init(&all->sight[i], world->venue);
    all->there = calloc(world->places, sizeof *all->there);
    all->told = calloc(world->destinations, sizeof *all->told);
    return all;
}

void sights_close(struct sights *all)
{
    for (int i = 0; i < LATE_MOST_S; i++)
        sight_fini(&all->sight[i]);
    free(all->there);
    free(all->told);
    free(all);
}
