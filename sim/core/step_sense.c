/* Sense: lists who is active and sorts them into a grid (counting sort by cell, ids ascending
 * within). */
#include "sim/core/state.h"

/* People of two areas see each other when both are this near to the door between them. */
#define SILL_SIGHT_M 1.2
#define SQUEEZE_MOST 0.9

static void list_active(struct crowd *c)
{
    struct grid *g = &c->grid;
    g->active_count = g->in_row_count = 0;
    for (uint32_t i = 0; i < c->people.count; i++) {
        uint8_t mode = c->people.mode[i];
        if (mode == PERSON_WALKING || mode == PERSON_QUEUED)
            g->active[g->active_count++] = i;
        else if (mode == PERSON_IN_ROW || (mode == PERSON_SEATED && c->people.rising[i]))
            g->in_row[g->in_row_count++] = i;
    }
}

static uint32_t sill_nearby(const struct walls *walls, struct point at)
{
    uint32_t count, sill = NONE;
    const uint32_t *near = walls_near(walls, at, &count);
    double nearest = SILL_SIGHT_M;
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = &walls->edges[near[i]];
        if (edge->kind == EDGE_WALL)
            continue;
        double distance = segment_distance(edge->line, at);
        if (distance < nearest) {
            nearest = distance;
            sill = edge->door;
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

static struct body body_of(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    return (struct body){
        .x = p->x[i],
        .y = p->y[i],
        .vx = p->vx[i],
        .vy = p->vy[i],
        .ex = p->ex[i],
        .ey = p->ey[i],
        .radius = p->radius[i],
        .squeeze = squeeze_of(c->walking, p->stuck_s[i]),
        .person = i,
        .sill = sill_nearby(&c->ground->areas[p->place[i]].walls, person_at(c, i)),
        .area = p->place[i],
        .queued = p->mode[i] == PERSON_QUEUED,
    };
}

bool sense_has_room(const struct crowd *c, uint32_t area, struct point at, double room_m)
{
    const struct grid *g = &c->grid;
    uint32_t column = (uint32_t)((at.x - g->low.x) / GRID_CELL_M);
    uint32_t row = (uint32_t)((at.y - g->low.y) / GRID_CELL_M);
    for (uint32_t r = row - 1; r <= row + 1 && r < g->rows; r++)
        for (uint32_t cell = r * g->columns + column - 1; cell <= r * g->columns + column + 1;
             cell++)
            for (uint32_t k = g->first[cell]; k < g->first[cell + 1]; k++) {
                uint32_t i = g->bodies[k].person;
                if (c->people.place[i] == area && point_distance(person_at(c, i), at) < room_m)
                    return false;
            }
    return true;
}

void step_sense(struct crowd *c)
{
    struct grid *g = &c->grid;
    uint32_t cells = g->columns * g->rows;
    list_active(c);
    for (uint32_t cell = 0; cell <= cells; cell++)
        g->first[cell] = 0;
    for (uint32_t k = 0; k < g->active_count; k++) {
        uint32_t i = g->active[k];
        uint32_t column = (uint32_t)((c->people.x[i] - g->low.x) / GRID_CELL_M);
        uint32_t row = (uint32_t)((c->people.y[i] - g->low.y) / GRID_CELL_M);
        g->cell[k] = row * g->columns + column;
        g->first[g->cell[k] + 1]++;
    }
    for (uint32_t cell = 0; cell < cells; cell++)
        g->first[cell + 1] += g->first[cell];
    /* Filled from each cell's end, so that first[] ends up as the start. */
    for (uint32_t k = g->active_count; k-- > 0;)
        g->bodies[--g->first[g->cell[k] + 1]] = body_of(c, g->active[k]);
    for (uint32_t cell = 0; cell < cells; cell++)
        g->first[cell] = g->first[cell + 1];
    g->first[cells] = g->active_count;
}
