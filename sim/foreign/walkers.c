#include "sim/foreign/walkers_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void *walkers_room(size_t count, size_t size)
{
    void *room = calloc(count ? count : 1, size);
    if (room == NULL)
        abort();
    return room;
}

struct box box_of(struct path ring, double margin_m)
{
    struct box box = { { INFINITY, INFINITY }, { -INFINITY, -INFINITY } };
    for (uint32_t i = 0; i < ring.count; i++) {
        box.low.x = fmin(box.low.x, ring.points[i].x - margin_m);
        box.low.y = fmin(box.low.y, ring.points[i].y - margin_m);
        box.high.x = fmax(box.high.x, ring.points[i].x + margin_m);
        box.high.y = fmax(box.high.y, ring.points[i].y + margin_m);
    }
    return box;
}

static double distance2_to(struct point a, struct point b, struct point p)
{
    double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    double share = length2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2 : 0;
    share = fmin(fmax(share, 0), 1);
    dx = a.x + share * dx - p.x;
    dy = a.y + share * dy - p.y;
    return dx * dx + dy * dy;
}

bool ring_holds(struct path ring, struct box box, struct point p, double reach_m)
{
    if (p.x < box.low.x || p.y < box.low.y || p.x > box.high.x || p.y > box.high.y)
        return false;
    bool inside = false;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++) {
        struct point a = ring.points[i], b = ring.points[j];
        if (reach_m > 0 && distance2_to(a, b, p) < reach_m * reach_m)
            return true;
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y))
            inside = !inside;
    }
    return inside;
}

struct walkers *walkers_create(const struct foreign *f, const struct ground *ground,
                               struct crowd *crowd, uint64_t seed)
{
    struct walkers *w = walkers_room(1, sizeof *w);
    w->foreign = f;
    w->ground = ground;
    w->crowd = crowd;
    w->seed = seed;
    w->room = foreign_people(f);
    w->people = walkers_room(w->room, sizeof *w->people);
    w->line = walkers_room(w->room, sizeof *w->line);
    w->spots = walkers_room(f->spot_count, sizeof *w->spots);
    w->inside = walkers_room(f->spot_count, sizeof *w->inside);
    w->free_at_s = walkers_room(f->spot_count, sizeof *w->free_at_s);
    w->sources = walkers_room(f->source_count, sizeof *w->sources);
    w->batch = walkers_room(f->source_count, sizeof *w->batch);
    w->zones = walkers_room(f->zone_count, sizeof *w->zones);
    w->changers = walkers_room(f->changer_count, sizeof *w->changers);
    for (size_t i = 0; i < f->zone_count; i++)
        w->zones[i] = box_of(f->zones[i].ring, 0);
    for (size_t i = 0; i < f->changer_count; i++)
        w->changers[i] = box_of(f->changers[i].ring, f->changers[i].reach_m);
    for (size_t i = 0; i < f->spot_count; i++)
        w->spots[i].first_s = w->spots[i].last_s = NAN;
    for (size_t i = 0; i < f->source_count; i++) {
        w->sources[i].last_s = NAN;
        for (size_t b = 0; b < f->sources[i].batch_count; b++)
            w->sources[i].planned += f->sources[i].batches[b].count;
    }
    spawn_init(w);
    return w;
}

void walkers_destroy(struct walkers *w)
{
    if (w == NULL)
        return;
    spawn_fini(w);
    free(w->people);
    free(w->stops);
    free(w->line);
    free(w->spots);
    free(w->inside);
    free(w->free_at_s);
    free(w->sources);
    free(w->batch);
    free(w->zones);
    free(w->changers);
    free(w);
}

void walkers_step(struct walkers *w)
{
    double now_s = crowd_time_s(w->crowd);
    size_t count;
    const struct crowd_event *events = crowd_events(w->crowd, &count);
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == EVENT_REACHED)
            walker_reach(w, events[i].person, events[i].index, now_s);
    walkers_serve(w, now_s);
    walkers_look_around(w, now_s);
    spawn_step(w, now_s);
}

bool walkers_done(const struct walkers *w)
{
    for (size_t i = 0; i < w->foreign->source_count; i++)
        if (w->sources[i].pending > 0 || w->batch[i] < w->foreign->sources[i].batch_count)
            return false;
    return w->active == 0;
}

const struct walkers_spot *walkers_spots(const struct walkers *w)
{
    return w->spots;
}

const struct walkers_source *walkers_sources(const struct walkers *w)
{
    return w->sources;
}

double walkers_came_s(const struct walkers *w, uint32_t person)
{
    return w->people[person].came_s;
}

double walkers_left_s(const struct walkers *w, uint32_t person)
{
    return w->people[person].left_s;
}
