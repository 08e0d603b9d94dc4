// Steer: the model of walking, and the only file that knows it. Writes the displacement that
// everybody would like to make in this step; reads only what earlier phases wrote, so people are
// independent.
//
// First order, collision-free speed: one looks along a few directions around the way wanted,
// expects others where they will be in a moment, and takes the direction that gets on best; the
// speed along it is the room to the body ahead over the headway (Tordeux, Chraibi, Seyfried 2016),
// so bodies do not run into each other. Those who overlap all the same are moved apart. Who stands
// face to face with somebody for a while turns a shoulder and needs less room, so that two-way
// flows always dissolve.
#include "sim/core/state.h"

enum { SEEN_MAX = 24, ENOUGH_SEEN = 9 };

#define NEAR_MISS    0.83 // bodies pass shoulder to shoulder with this share of the sum of radii
#define APART_SHARE  0.25 // of an overlap undone in a step, by each of the two
#define APART_MAX_M  0.04 // in a step
#define TURN_SHARE   0.5  // of the way from the old direction to the new in a step
#define KEEP_RIGHT   0.06 // preference when somebody comes towards one
#define KEEP_WAY     0.10 // preference for the direction one already has
#define WOBBLE       0.03 // a person's own whim, so that nothing is exactly symmetric
#define WALL_BODY_M  0.13 // the speed towards a wall is 0 here
#define STANDS_SHARE 0.30 // less room to those who stand: they make way

// Directions looked at: cosine and sine of 0, +-20, +-40, +-60, +-85 degrees.
static const double looks[][2] = {
    { 1, 0 },           { 0.9397, 0.3420 },  { 0.9397, -0.3420 },
    { 0.7660, 0.6428 }, { 0.7660, -0.6428 }, { 0.5, 0.8660 },
    { 0.5, -0.8660 },   { 0.0872, 0.9962 },  { 0.0872, -0.9962 },
};
enum { LOOKS = sizeof looks / sizeof looks[0] };

// Another body, in the frame of the way wanted: `ahead` along it, `left` of it. `room` is how near
// the two middles may come.
struct seen {
    double ahead, left, room;
    double ahead_then, left_then; // expected
};

// A wall near by: unit vector towards its nearest point in that frame, and the distance.
struct seen_wall {
    double ahead, left, distance;
};

struct view {
    struct seen bodies[SEEN_MAX];
    uint32_t body_count;
    struct seen_wall walls[8];
    uint32_t wall_count;
    struct point apart; // displacement out of overlaps, in the plane
    bool oncoming;      // somebody ahead wants another way
    bool faced;         // and is close
};

static struct point in_frame(struct point way, double x, double y)
{
    return (struct point){ x * way.x + y * way.y, y * way.x - x * way.y };
}

// 0: wants the same way; 1: the opposite, or stands while I walk.
static double conflict_of(struct point way, const struct body *other)
{
    if (other->queued || (other->ex == 0 && other->ey == 0))
        return 1;
    return (1 - way.x * other->ex - way.y * other->ey) / 2;
}

static void see_body(struct view *view, const struct walking *w, const struct body *me,
                     struct point way, const struct body *other)
{
    double dx = other->x - me->x, dy = other->y - me->y;
    double distance2 = dx * dx + dy * dy;
    double conflict = conflict_of(way, other);
    double squeeze = me->squeeze > other->squeeze ? me->squeeze : other->squeeze;
    double give = conflict * squeeze;
    if (other->queued != me->queued && give < STANDS_SHARE)
        give = STANDS_SHARE;
    double room = (me->radius + other->radius) * (1 - give);
    if (distance2 < room * room) {
        double distance = sqrt(distance2);
        double undo = APART_SHARE * (room - distance);
        // Exactly on top of each other: the lower number goes right, the other left.
        double ux = distance > 1e-6 ? dx / distance : (me->person < other->person ? way.y : -way.y);
        double uy = distance > 1e-6 ? dy / distance : (me->person < other->person ? -way.x : way.x);
        view->apart.x -= undo * ux;
        view->apart.y -= undo * uy;
    }
    struct point at = in_frame(way, dx, dy);
    if (at.x < -0.1 || (way.x == 0 && way.y == 0))
        return;
    struct point v = in_frame(way, other->vx, other->vy);
    double then = at.x + w->anticipation_s * v.x;
    double nearest = at.x < room ? at.x : room; // who comes towards me is not expected behind me
    if (conflict > 0.4) {
        view->oncoming = true;
        view->faced |= distance2 < (room + 0.15) * (room + 0.15) && at.x > 0;
    }
    if (view->body_count == SEEN_MAX)
        return;
    view->bodies[view->body_count++] =
        (struct seen){ at.x, at.y, room, then > nearest ? then : nearest,
                       at.y + w->anticipation_s * v.y };
}

static bool in_sight(const struct body *me, const struct body *other)
{
    return me->area == other->area || (me->sill != NONE && me->sill == other->sill);
}

static void see_cell(struct view *view, const struct crowd *c, const struct body *me,
                     struct point way, int column, int row)
{
    const struct grid *g = &c->grid;
    if (column < 0 || row < 0 || column >= (int)g->columns || row >= (int)g->rows)
        return;
    uint32_t cell = (uint32_t)row * g->columns + (uint32_t)column;
    for (uint32_t k = g->first[cell]; k < g->first[cell + 1]; k++)
        if (g->bodies[k].person != me->person && in_sight(me, &g->bodies[k]))
            see_body(view, c->walking, me, way, &g->bodies[k]);
}

// The nearest cells first; the ring around them only where these do not already fill the view.
static void see_bodies(struct view *view, const struct crowd *c, const struct body *me,
                       struct point way)
{
    const struct grid *g = &c->grid;
    int column = (int)((me->x - g->low.x) / GRID_CELL_M),
        row = (int)((me->y - g->low.y) / GRID_CELL_M);
    for (int r = row - 1; r <= row + 1; r++)
        for (int col = column - 1; col <= column + 1; col++)
            see_cell(view, c, me, way, col, r);
    if (view->body_count >= ENOUGH_SEEN)
        return;
    for (int r = row - 2; r <= row + 2; r++)
        for (int col = column - 2; col <= column + 2; col++)
            if (r == row - 2 || r == row + 2 || col == column - 2 || col == column + 2)
                see_cell(view, c, me, way, col, r);
}

static void see_walls(struct view *view, const struct crowd *c, const struct body *me,
                      struct point way)
{
    const struct walls *walls = &c->ground->areas[me->area].walls;
    struct point at = { me->x, me->y };
    uint32_t count;
    const uint32_t *near = walls_near(walls, at, &count);
    for (uint32_t i = 0; i < count && view->wall_count < 8; i++) {
        const struct edge *edge = &walls->edges[near[i]];
        if (edge->kind != EDGE_WALL)
            continue;
        struct point to = point_sub(segment_nearest(edge->line, at), at);
        double distance = point_length(to);
        if (distance > 0.6 || distance < 1e-9)
            continue;
        struct point unit = in_frame(way, to.x / distance, to.y / distance);
        view->walls[view->wall_count++] = (struct seen_wall){ unit.x, unit.y, distance };
    }
}

// Room in a direction (cosine, sine) up to the first body.
static double room_now(const struct view *view, double cosine, double sine, double far_m)
{
    double least = far_m;
    for (uint32_t k = 0; k < view->body_count; k++) {
        const struct seen *s = &view->bodies[k];
        double ahead = s->ahead * cosine + s->left * sine,
               aside = s->left * cosine - s->ahead * sine;
        double share = aside / s->room;
        if (ahead <= 0 || share > NEAR_MISS || share < -NEAR_MISS)
            continue;
        double room = ahead - s->room * (1 - share * share);
        least = room < least ? room : least;
    }
    return least;
}

static double room_then(const struct view *view, double cosine, double sine, double far_m)
{
    double least = far_m;
    for (uint32_t k = 0; k < view->body_count; k++) {
        const struct seen *s = &view->bodies[k];
        double ahead = s->ahead_then * cosine + s->left_then * sine;
        double aside = s->left_then * cosine - s->ahead_then * sine;
        double share = aside / s->room;
        if (ahead <= 0 || share > 1 || share < -1)
            continue;
        double room = ahead - s->room * (1 - share * share);
        least = room < least ? room : least;
    }
    return least;
}

static double wall_speed(const struct view *view, const struct walking *w, double cosine,
                         double sine, double speed)
{
    for (uint32_t k = 0; k < view->wall_count; k++) {
        const struct seen_wall *s = &view->walls[k];
        double towards = s->ahead * cosine + s->left * sine;
        if (towards <= 0.05)
            continue;
        double room = s->distance - WALL_BODY_M;
        double most = room > 0 ? room / (w->wall_headway_s * towards) : 0;
        speed = most < speed ? most : speed;
    }
    return speed;
}

static double speed_of_room(const struct walking *w, double room, double want_mps)
{
    double speed = room > 0 ? room / w->headway_s : 0;
    return speed < want_mps ? speed : want_mps;
}

// The look that gets on best; as (cosine, sine) in the frame of the way wanted.
static struct point best_look(const struct view *view, const struct crowd *c, const struct body *me,
                              struct point way, double want_mps)
{
    const struct walking *w = c->walking;
    double far_m = want_mps * w->headway_s;
    double right = view->oncoming ? KEEP_RIGHT : 0;
    double whim =
        WOBBLE * (2 * dice_uniform(dice_bits(c->seed, me->person, DICE_WOBBLE, c->step / 16)) - 1);
    struct point going = point_unit(in_frame(way, me->vx, me->vy));
    struct point best = { 1, 0 };
    double best_score = -1;
    for (int k = 0; k < LOOKS; k++) {
        double cosine = looks[k][0], sine = looks[k][1];
        double speed = speed_of_room(w, room_then(view, cosine, sine, far_m), want_mps);
        speed = wall_speed(view, w, cosine, sine, speed) / want_mps;
        if (k == 0 && speed > 0.98 && !view->oncoming)
            return best;
        double liking =
            cosine + KEEP_WAY * (going.x * cosine + going.y * sine) + (whim - right) * sine;
        double score = speed * liking;
        if (score > best_score + 1e-9) {
            best_score = score;
            best = (struct point){ cosine, sine };
        }
    }
    return best;
}

static void steer(struct crowd *c, const struct body *me)
{
    struct people *p = &c->people;
    uint32_t i = me->person;
    struct point way = { p->ex[i], p->ey[i] };
    double want_mps = p->want_mps[i];
    struct view view = { .body_count = 0 };
    see_bodies(&view, c, me, way);
    struct point step = { 0, 0 };
    if (want_mps > 0) {
        see_walls(&view, c, me, way);
        struct point look = best_look(&view, c, me, way, want_mps);
        struct point old = in_frame(way, me->vx, me->vy);
        double old_mps = point_length(old);
        if (old_mps > 0.1)
            look = point_unit(point_between(point_scaled(old, 1 / old_mps), look, TURN_SHARE));
        double room = room_now(&view, look.x, look.y, want_mps * c->walking->headway_s);
        double speed = speed_of_room(c->walking, room, want_mps);
        speed = wall_speed(&view, c->walking, look.x, look.y, speed) * CROWD_STEP_S;
        step.x = speed * (look.x * way.x - look.y * way.y);
        step.y = speed * (look.x * way.y + look.y * way.x);
    }
    double apart = point_length(view.apart);
    if (apart > APART_MAX_M)
        view.apart = point_scaled(view.apart, APART_MAX_M / apart);
    p->steer_x[i] = step.x + view.apart.x;
    p->steer_y[i] = step.y + view.apart.y;
    p->faced[i] = view.faced;
}

void step_steer(struct crowd *c)
{
    for (uint32_t k = 0; k < c->grid.active_count; k++) {
        uint8_t mode = c->people.mode[c->grid.bodies[k].person];
        if (mode == PERSON_WALKING || mode == PERSON_QUEUED)
            steer(c, &c->grid.bodies[k]);
    }
}
