/* People come: a free place in their source for each. */
#include "sim/foreign/walkers_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NURSERY_CELL_M 1.3 /* No two bodies of 0.6 m reach past a neighbouring cell. */
#define OFF_WALL_M     0.12
#define RADIUS_MOST_M  0.6
#define DENSE_SHARE    0.4 /* Bodies' share of a source from which on they come on a lattice. */

enum { TRIES = 60, WHAT_PLACE = 2, WHAT_PERSON = 3, WHAT_SHUFFLE = 4 };

static void *room_for(size_t count, size_t size)
{
    void *room = calloc(count ? count : 1, size);
    if (room == NULL)
        abort();
    return room;
}

void spawn_init(struct walkers *w)
{
    const struct foreign *f = w->foreign;
    struct nursery *n = &w->nursery;
    n->box = box_of(f->areas[0].outline, 1);
    for (size_t i = 1; i < f->area_count; i++) {
        struct box box = box_of(f->areas[i].outline, 1);
        n->box.low.x = fmin(n->box.low.x, box.low.x);
        n->box.low.y = fmin(n->box.low.y, box.low.y);
        n->box.high.x = fmax(n->box.high.x, box.high.x);
        n->box.high.y = fmax(n->box.high.y, box.high.y);
    }
    n->columns = (uint32_t)((n->box.high.x - n->box.low.x) / NURSERY_CELL_M) + 1;
    n->rows = (uint32_t)((n->box.high.y - n->box.low.y) / NURSERY_CELL_M) + 1;
    size_t cells = (size_t)n->columns * n->rows;
    n->first = room_for(cells, sizeof *n->first);
    memset(n->first, 0xff, cells * sizeof *n->first);
    n->next = room_for(w->room, sizeof *n->next);
    n->new = room_for(w->room, sizeof *n->new);
    w->lattices = room_for(f->source_count, sizeof *w->lattices);
}

void spawn_fini(struct walkers *w)
{
    for (size_t i = 0; i < w->foreign->source_count; i++)
        free(w->lattices[i].points);
    free(w->lattices);
    free(w->nursery.first);
    free(w->nursery.next);
    free(w->nursery.new);
}

static uint32_t cell_of(const struct nursery *n, struct point at)
{
    uint32_t column = (uint32_t)((at.x - n->box.low.x) / NURSERY_CELL_M);
    uint32_t row = (uint32_t)((at.y - n->box.low.y) / NURSERY_CELL_M);
    return row * n->columns + column;
}

static bool new_ones_leave_room(const struct walkers *w, struct point at, double radius_m)
{
    const struct nursery *n = &w->nursery;
    struct crowd_people people = crowd_people(w->crowd);
    uint32_t middle = cell_of(n, at), column = middle % n->columns, row = middle / n->columns;
    for (uint32_t r = row ? row - 1 : 0; r <= row + 1 && r < n->rows; r++)
        for (uint32_t c = column ? column - 1 : 0; c <= column + 1 && c < n->columns; c++)
            for (uint32_t i = n->first[r * n->columns + c]; i != NOBODY; i = n->next[i]) {
                double dx = people.x[i] - at.x, dy = people.y[i] - at.y;
                double reach = radius_m + w->people[i].radius_m;
                if (dx * dx + dy * dy < reach * reach)
                    return false;
            }
    return true;
}

/* On the floor, off the walls, nobody near. */
static bool is_free(const struct walkers *w, struct point at, double radius_m, uint32_t *area)
{
    return foreign_area_at(w->ground, w->foreign->area_count, at, area) &&
           ground_clearance(w->ground, *area, at) >= fmax(OFF_WALL_M, 0.7 * radius_m) &&
           crowd_has_room(w->crowd, *area, at, fmin(2 * radius_m, 0.8)) &&
           new_ones_leave_room(w, at, radius_m);
}

/* ---- Lattices -------------------------------------------------------------------------------- */

static void shuffle(struct lattice *lattice, struct die die)
{
    for (size_t i = lattice->count; i > 1; i--) {
        size_t k = (size_t)(die_uniform(&die) * (double)i);
        struct point kept = lattice->points[i - 1];
        lattice->points[i - 1] = lattice->points[k];
        lattice->points[k] = kept;
    }
}

/* Rows of bodies that touch, each in the gaps of the one before, in an order by chance. */
static void make_lattice(struct walkers *w, size_t source)
{
    struct lattice *lattice = &w->lattices[source];
    struct path ring = w->foreign->sources[source].ring;
    struct box box = box_of(ring, 0);
    double radius = fmin(fmax(w->foreign->sources[source].radius_m.a, 0.1), RADIUS_MOST_M);
    double step = 2 * radius * 1.005, rise = step * 0.8661;
    double y = box.low.y + radius;
    for (int row = 0; y <= box.high.y - 0.5 * radius; row++, y += rise)
        for (double x = box.low.x + radius + (row % 2 ? step / 2 : 0);
             x <= box.high.x - 0.5 * radius; x += step) {
            uint32_t area;
            struct point at = { x, y };
            if (!ring_holds(ring, box, at, 0) ||
                !foreign_area_at(w->ground, w->foreign->area_count, at, &area) ||
                ground_clearance(w->ground, area, at) < OFF_WALL_M)
                continue;
            lattice->points = foreign_add(lattice->points, &lattice->count, sizeof at);
            lattice->points[lattice->count - 1] = at;
        }
    shuffle(lattice, die_of(w->seed, source, WHAT_SHUFFLE));
    lattice->made = true;
}

bool spawn_load(struct walkers *w, const char *from)
{
    for (size_t i = 0; i < w->foreign->source_count; i++) {
        uint64_t at;
        memcpy(&at, from + i * sizeof at, sizeof at);
        if (at == 0)
            continue;
        make_lattice(w, i);
        if (at > w->lattices[i].count + 1)
            return false;
        w->lattices[i].at = at - 1;
    }
    return true;
}

static bool from_lattice(struct walkers *w, size_t source, double radius_m, struct point *at,
                         uint32_t *area)
{
    struct lattice *lattice = &w->lattices[source];
    if (!lattice->made)
        make_lattice(w, source);
    for (size_t i = 0; i < lattice->count; i++) {
        *at = lattice->points[lattice->at];
        lattice->at = (lattice->at + 1) % lattice->count;
        if (is_free(w, *at, fmin(radius_m, fmax(w->foreign->sources[source].radius_m.a, 0.1)),
                    area))
            return true;
    }
    return false;
}

static bool by_chance(struct walkers *w, size_t source, double radius_m, struct die *die,
                      struct point *at, uint32_t *area)
{
    struct path ring = w->foreign->sources[source].ring;
    struct box box = box_of(ring, 0);
    for (int i = 0; i < TRIES; i++) {
        *at = (struct point){ box.low.x + die_uniform(die) * (box.high.x - box.low.x),
                              box.low.y + die_uniform(die) * (box.high.y - box.low.y) };
        if (ring_holds(ring, box, *at, 0) && is_free(w, *at, radius_m, area))
            return true;
    }
    return false;
}

/* ---- Coming ---------------------------------------------------------------------------------- */

static uint32_t add(struct walkers *w, struct point at, uint32_t area, double speed_mps,
                    double radius_m)
{
    struct person_def def = { .seat_block = NO_SEAT,
                              .area = area,
                              .at = at,
                              .speed_mps = fmax(speed_mps, 0.05),
                              .radius_m = fmin(fmax(radius_m, 0.05), RADIUS_MOST_M) };
    uint32_t person = crowd_add(w->crowd, &def);
    struct nursery *n = &w->nursery;
    n->new[n->count++] = person;
    n->next[person] = n->first[cell_of(n, at)];
    n->first[cell_of(n, at)] = person;
    w->people[w->count++] = (struct walker){ .x = at.x,
                                             .y = at.y,
                                             .free_mps = def.speed_mps,
                                             .radius_m = def.radius_m,
                                             .pace = 1,
                                             .told_pace = 1,
                                             .left_s = NAN };
    return person;
}

static bool come(struct walkers *w, size_t source, double now_s)
{
    const struct foreign_source *from = &w->foreign->sources[source];
    struct die self = die_of(w->seed, w->count, WHAT_PERSON);
    double speed = draw_next(&from->speed_mps, &self), radius = draw_next(&from->radius_m, &self);
    radius = fmin(fmax(radius, 0.05), RADIUS_MOST_M);
    struct die place = die_of(w->seed ^ crowd_hash(w->crowd), w->count, WHAT_PLACE);
    struct point at;
    uint32_t area;
    double bodies = w->sources[source].pending * 3.14159265 * radius * radius;
    struct box box = box_of(from->ring, 0);
    double room = (box.high.x - box.low.x) * (box.high.y - box.low.y);
    bool dense = from->lattice || w->lattices[source].made || bodies > DENSE_SHARE * room;
    if (!(dense && from_lattice(w, source, radius, &at, &area)) &&
        !by_chance(w, source, radius, &place, &at, &area) &&
        !(!dense && from_lattice(w, source, radius, &at, &area)))
        return false;
    uint32_t person = add(w, at, area, speed, radius);
    w->sources[source].came++;
    w->sources[source].last_s = now_s;
    walker_begin(w, person, from, w->foreign->spot_count + source, SIZE_MAX, now_s);
    return true;
}

static void forget_new_ones(struct walkers *w)
{
    struct nursery *n = &w->nursery;
    struct crowd_people people = crowd_people(w->crowd);
    for (uint32_t i = 0; i < n->count; i++)
        n->first[cell_of(n, (struct point){ people.x[n->new[i]], people.y[n->new[i]] })] = NOBODY;
    n->count = 0;
}

/* Those whom the file puts somewhere. Who would stand in a wall is left out. */
static void stand_there(struct walkers *w)
{
    for (size_t i = 0; i < w->foreign->people_count; i++) {
        const struct foreign_person *p = &w->foreign->people[i];
        uint32_t area;
        if (!foreign_area_at(w->ground, w->foreign->area_count, p->at, &area) ||
            ground_clearance(w->ground, area, p->at) < 0.05)
            continue;
        uint32_t person = add(w, p->at, area, p->speed_mps, p->radius_m);
        walker_begin(w, person, NULL, 0, p->route, 0);
    }
}

void spawn_step(struct walkers *w, double now_s)
{
    if (now_s == 0)
        stand_there(w);
    for (size_t i = 0; i < w->foreign->source_count; i++) {
        const struct foreign_source *source = &w->foreign->sources[i];
        while (w->batch[i] < source->batch_count &&
               source->batches[w->batch[i]].at_s <= now_s + 1e-9)
            w->sources[i].pending += source->batches[w->batch[i]++].count;
        while (w->sources[i].pending > 0 && come(w, i, now_s))
            w->sources[i].pending--;
    }
    forget_new_ones(w);
}
