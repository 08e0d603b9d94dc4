/* Rows: people sidle along their row, past those who sit, one behind another; they step out where
 * the aisle has room, and sit down when they reach their seat. Two who meet in a row pass each
 * other. */
#include "sim/core/state.h"

#define FOLLOW_M 0.45 /* kept to the person ahead in the row */
#define REACH_M  0.45 /* from the aisle one steps to a sill no farther than this */
#define BRUSH_M  0.01 /* bodies may overlap so much when one steps out */
#define ENTRY_M  0.15 /* from the sill to where one stands in the aisle */

static struct point entry_point(const struct way *way)
{
    return point_add(way->sill, point_scaled(way->inward, ENTRY_M));
}

/* Along the row, of the way's sill. */
static double sill_m(const struct way *way)
{
    return way->end_m > 0 ? way->end_m + way->lead_m : -way->lead_m;
}

struct row_choice rows_way_out(const struct crowd *c, uint32_t i, uint32_t goal)
{
    const struct people *p = &c->people;
    const struct row *row = &c->ground->rows[p->seat_row[i]];
    struct row_choice best = { INFINITY, NONE };
    for (int side = 0; side < 2; side++) {
        if (row->way[side] == NONE)
            continue;
        const struct way *way = &c->ground->ways[row->way[side]];
        double seconds = fabs(p->row_m[i] - sill_m(way)) / c->walking->row_mps +
                         ground_choose(c->ground, way->area, entry_point(way), goal).seconds;
        /* With no way to the goal, the first way at least leads out of the row. */
        if (seconds < best.seconds || best.way == NONE)
            best = (struct row_choice){ seconds, row->way[side] };
    }
    return best;
}

struct row_choice rows_way_in(const struct crowd *c, uint32_t i)
{
    const struct people *p = &c->people;
    const struct row *row = &c->ground->rows[p->seat_row[i]];
    double seat_m = row_seat_m(row, p->seat[i]);
    struct row_choice best = { INFINITY, NONE };
    if (p->mode[i] == PERSON_SEATED || p->mode[i] == PERSON_IN_ROW || p->mode[i] == PERSON_AWAY)
        return (struct row_choice){ fabs(p->row_m[i] - seat_m) / c->walking->row_mps, p->way[i] };
    for (int side = 0; side < 2; side++) {
        if (row->way[side] == NONE)
            continue;
        const struct way *way = &c->ground->ways[row->way[side]];
        double seconds =
            p->place[i] == way->area
                ? ground_walk_s(c->ground, way->area,
                                ground_distance(c->ground, way->field, person_at(c, i)), 0)
                : ground_choose(c->ground, p->place[i], person_at(c, i), way->door).seconds;
        seconds += fabs(seat_m - sill_m(way)) / c->walking->row_mps;
        if (seconds < best.seconds)
            best = (struct row_choice){ seconds, row->way[side] };
    }
    return best;
}

/* Room to the next person who goes the same way, INFINITY when there is none. */
static double room_ahead(const struct crowd *c, uint32_t i, double sign)
{
    const struct people *p = &c->people;
    double room = INFINITY;
    for (uint32_t j = c->row_people[p->seat_row[i]]; j != NONE; j = c->next_in_row[j]) {
        if (j == i || p->mode[j] != PERSON_IN_ROW)
            continue;
        bool same_way =
            sign > 0 ? p->vx[j] > 0 : p->vx[j] < 0; /* in rows vx is the speed along the row */
        double ahead = (p->row_m[j] - p->row_m[i]) * sign;
        if (same_way && (ahead > 0 || (ahead == 0 && j < i)))
            room = fmin(room, ahead);
    }
    return room;
}

bool rows_enter(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    const struct way *way = &c->ground->ways[p->way[i]];
    if (p->place[i] != way->area || point_distance(person_at(c, i), way->sill) > REACH_M)
        return false;
    double sign = way->end_m > 0 ? -1 : 1;
    p->row_m[i] = sill_m(way);
    if (room_ahead(c, i, sign) < FOLLOW_M)
        return false;
    p->mode[i] = PERSON_IN_ROW;
    p->vx[i] = sign * c->walking->row_mps;
    p->vy[i] = 0;
    p->wait_s[i] = p->stuck_s[i] = 0;
    return true;
}

/* Is there room at the sill to step into the aisle? Who is in the way may be brushed. */
static bool may_step_out(const struct crowd *c, uint32_t i, const struct way *way)
{
    return sense_has_room(c, way->area, entry_point(way), c->people.radius[i] - BRUSH_M);
}

static void step_out(struct crowd *c, uint32_t i, const struct way *way)
{
    struct people *p = &c->people;
    if (p->place[i] != way->area) {
        struct point entry = entry_point(way);
        p->x[i] = entry.x;
        p->y[i] = entry.y;
        sense_note_arrival(c, i);
        crowd_change_place(c, i, way->door, way->area);
    }
    p->mode[i] = PERSON_WALKING;
    p->vx[i] = p->vy[i] = p->ex[i] = p->ey[i] = 0;
    p->wait_s[i] = p->stuck_s[i] = 0;
    p->way[i] = p->door[i] = p->field[i] = NONE;
}

/* Who has just left the aisle walks to the sill first, then on along the row. True while on the way
 * there. */
static bool walk_to_line(struct crowd *c, uint32_t i, double step_m)
{
    struct people *p = &c->people;
    struct point line = ground_row_at(c->ground, p->seat_row[i], p->row_m[i]);
    struct point off = point_sub(line, person_at(c, i));
    double distance = point_length(off);
    if (distance <= step_m) {
        p->x[i] = line.x;
        p->y[i] = line.y;
        uint32_t place = c->ground->area_count + c->ground->rows[p->seat_row[i]].block;
        if (p->place[i] != place)
            crowd_change_place(c, i, c->ground->ways[p->way[i]].door, place);
        return false;
    }
    p->x[i] += off.x / distance * step_m;
    p->y[i] += off.y / distance * step_m;
    return true;
}

static void sidle(struct crowd *c, uint32_t i, double to_m)
{
    struct people *p = &c->people;
    double sign = to_m >= p->row_m[i] ? 1 : -1;
    double room = room_ahead(c, i, sign);
    double step = fmin(c->walking->row_mps * c->step_s, fabs(to_m - p->row_m[i]));
    step = fmax(0, fmin(step, (room - FOLLOW_M) / c->walking->headway_s * c->step_s));
    p->vx[i] = sign * c->walking->row_mps; /* the way one faces, also when it is not yet free */
    p->row_m[i] += sign * step;
    p->speed_mps[i] = (float)(step / c->step_s);
    struct point at = ground_row_at(c->ground, p->seat_row[i], p->row_m[i]);
    p->x[i] = at.x;
    p->y[i] = at.y;
}

static void sit_down(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    p->mode[i] = PERSON_SEATED;
    p->vx[i] = 0;
    p->speed_mps[i] = 0;
    p->way[i] = NONE;
    crowd_tell(c, (struct crowd_event){ EVENT_SEATED, i, p->place[i], NONE, false });
}

static void row_step(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    bool inward = p->goal[i].kind == GOAL_SEAT;
    if (walk_to_line(c, i, c->walking->row_mps * c->step_s))
        return;
    if (!inward && p->goal[i].kind == GOAL_STAND)
        return;
    double seat_m = row_seat_m(&c->ground->rows[p->seat_row[i]], p->seat[i]);
    const struct way *way = &c->ground->ways[p->way[i]];
    double to_m = inward ? seat_m : sill_m(way);
    if (fabs(p->row_m[i] - to_m) > 1e-9) {
        sidle(c, i, to_m);
    } else if (inward) {
        sit_down(c, i);
    } else if (may_step_out(c, i, way)) {
        step_out(c, i, way);
    } else {
        p->wait_s[i] += c->step_s;
        p->speed_mps[i] = 0;
    }
}

void step_rows(struct crowd *c)
{
    struct people *p = &c->people;
    for (uint32_t k = 0; k < c->grid.in_row_count; k++) {
        uint32_t i = c->grid.in_row[k];
        if (p->mode[i] == PERSON_SEATED) {
            p->mode[i] = PERSON_IN_ROW;
            p->rising[i] = false;
            crowd_tell(c, (struct crowd_event){ EVENT_STOOD_UP, i, p->place[i], NONE, false });
        }
        row_step(c, i);
    }
}
