/* Sense: how everybody looks to the others, and whether there is room somewhere. */
#include "sim/core/memory.h"
#include "sim/core/state.h"

/* People of two areas see each other when both are this near to the door between them. */
#define SILL_SIGHT_M 1.2
#define SQUEEZE_MOST 0.9

static float sill_nearby(const struct walls *walls, uint32_t cell, struct point at)
{
    uint32_t count;
    const uint32_t *near = walls_listed_doors(walls, cell, &count);
    double nearest = SILL_SIGHT_M;
    float sill = NAN;
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = &walls->edges[near[i]];
        double distance = edge_distance(edge, at);
        if (distance < nearest) {
            nearest = distance;
            sill = (float)edge->door;
        }
    }
    return sill;
}

static double ramp(double value, double from, double to)
{
    return value <= from ? 0 : value >= to ? 1 : (value - from) / (to - from);
}

/* First a shoulder; and who is stuck all the same for ten seconds gets past whatever it takes. */
static double squeeze_of(const struct walking *w, double stuck_s)
{
    return w->squeeze_share * ramp(stuck_s, w->squeeze_after_s, w->squeeze_after_s + 1) +
           (SQUEEZE_MOST - w->squeeze_share) * ramp(stuck_s, 4, STUCK_MAX_S);
}

void sense_look_at(struct crowd *c, uint32_t k)
{
    const struct people *p = &c->people;
    const struct bodies *b = &c->grid.bodies;
    uint32_t i = c->grid.sorted[k];
    struct point at = person_at(c, i);
    bool walks = p->mode[i] == PERSON_WALKING, queues = p->mode[i] == PERSON_QUEUED;
    c->grid.marks[k] |= walks || queues ? MARK_MOVES : 0;
    b->x[k] = (float)(at.x - c->grid.low.x);
    b->y[k] = (float)(at.y - c->grid.low.y);
    b->vx[k] = p->vx[i];
    b->vy[k] = p->vy[i];
    b->ex[k] = p->ex[i];
    b->ey[k] = p->ey[i];
    b->want_mps[k] = p->want_mps[i];
    b->radius[k] = p->radius[i];
    b->stuck_s[k] = p->stuck_s[i];
    b->squeeze[k] = p->stuck_s[i] > 0 ? (float)squeeze_of(c->walking, p->stuck_s[i]) : 0;
    b->rank[k] = p->rank[i];
    b->area[k] = p->place[i];
    const struct walls *walls = &c->ground->areas[p->place[i]].walls;
    uint32_t cell = walls_cell_at(walls, at), edges;
    walls_listed(walls, cell, &edges);
    c->grid.by_edges[k] = edges ? cell : NO_CELL;
    b->sill[k] = edges ? sill_nearby(walls, cell, at) : NAN;
    b->queued[k] = queues;
    b->stands[k] = !walks || (p->ex[i] == 0 && p->ey[i] == 0);
}

/* Whose way was found on their own was looked at there, unless their group has held them since. */
static void look_part(void *ctx, uint32_t from, uint32_t to)
{
    struct crowd *c = ctx;
    for (uint32_t k = from; k < to; k++) {
        if (!c->grouped)
            k = marked_from(&c->grid, k, to, MARK_TURN);
        if (k < to)
            sense_look_at(c, k);
    }
}

/* After rows, counters and routes; not those who were called to a counter since step_sort(). */
void step_look(struct crowd *c)
{
    workers_run(c->workers, look_part, c, c->grid.active_count);
}

bool sense_has_room(const struct crowd *c, uint32_t area, struct point at, double radius_m)
{
    const struct grid *g = &c->grid;
    uint32_t column = (uint32_t)((at.x - g->low.x) / GRID_CELL_M);
    uint32_t row = (uint32_t)((at.y - g->low.y) / GRID_CELL_M);
    for (uint32_t r = row - 1; r <= row + 1 && r < g->rows; r++)
        for (uint32_t cell = r * g->columns + column - 1; cell <= r * g->columns + column + 1;
             cell++)
            for (uint32_t k = g->first[cell]; k < g->first[cell + 1]; k++) {
                uint32_t i = g->sorted[k];
                if (c->people.mode[i] != PERSON_IN_ROW && c->people.place[i] == area &&
                    point_distance(person_at(c, i), at) < radius_m + c->people.radius[i])
                    return false;
            }
    for (uint32_t k = 0; k < c->arrived_count; k++) {
        uint32_t i = c->arrived[k];
        if (c->people.place[i] == area &&
            point_distance(person_at(c, i), at) < radius_m + c->people.radius[i])
            return false;
    }
    return true;
}

void sense_note_arrival(struct crowd *c, uint32_t i)
{
    if (c->arrived_count == c->arrived_capacity) {
        c->arrived_capacity = c->arrived_capacity ? 2 * c->arrived_capacity : 64;
        c->arrived = memory_resized(c->arrived, c->arrived_capacity, sizeof *c->arrived);
    }
    c->arrived[c->arrived_count++] = i;
}
