/* Steer: the model of walking, and the only file that knows it. Writes the displacement that
 * everybody would like to make in this step; reads only what earlier phases wrote, so people are
 * independent.
 *
 * First order, collision-free speed: one looks along a few directions around the way wanted,
 * expects others where they will be in a moment, and takes the direction that gets on best; the
 * speed along it is the room to the body ahead over the headway (Tordeux, Chraibi, Seyfried 2016),
 * so bodies do not run into each other. Those who overlap all the same are moved apart. Who stands
 * face to face with somebody for a while turns a shoulder and needs less room, so that two-way
 * flows always dissolve. */
#include "sim/core/state.h"

enum { SEEN_MAX = 24, ENOUGH_SEEN = 9 };

#define SIGHT_M      1.6   /* what two cells each way are sure to hold */
#define NEAR_MISS    0.83f /* bodies pass shoulder to shoulder with this share of the sum of radii */
#define APART_SHARE  0.25  /* of an overlap undone in a step, by each of the two */
#define APART_MAX_M  0.04  /* in a step */
#define TURN_SHARE   0.5   /* of the way from the old direction to the new in a step */
#define KEEP_RIGHT   0.15  /* preference when somebody comes towards one */
#define KEEP_WAY     0.10  /* preference for the direction one already has */
#define WOBBLE       0.03  /* a person's own whim, so that nothing is exactly symmetric */
#define WALL_BODY_M  0.13  /* nobody walks nearer to a wall than this, unless pushed */
#define STANDS_SHARE 0.30  /* less room to those who stand: they make way */

/* Directions looked at, around the way wanted: 0, +-20, +-40, +-65 degrees, and the one last walked
 * in. */
enum { LOOKS = 8, LOOK_AS_BEFORE = 7 };
static const float look_cosine[LOOKS] = {
    1, 0.9397f, 0.9397f, 0.7660f, 0.7660f, 0.4226f, 0.4226f, 1
};
static const float look_sine[LOOKS] = { 0,        0.3420f, -0.3420f, 0.6428f,
                                        -0.6428f, 0.9063f, -0.9063f, 0 };

/* Other bodies, in the frame of the way wanted: `ahead` along it, `left` of it, now and as
 * expected. `room` is how near the two middles may come. Columns of floats, so that loops over
 * looks vectorise. */
struct bodies {
    uint32_t count;
    float ahead[SEEN_MAX], left[SEEN_MAX];
    float ahead_then[SEEN_MAX], left_then[SEEN_MAX];
    float room[SEEN_MAX], per_room[SEEN_MAX];
};

/* A wall near by: unit vector towards its nearest point in that frame, and the distance. */
struct seen_wall {
    double ahead, left, distance;
};

struct view {
    struct bodies bodies;
    struct seen_wall walls[8];
    uint32_t wall_count;
    struct point apart; /* displacement out of overlaps, in the plane */
    bool oncoming;      /* somebody ahead wants another way */
    bool faced;         /* and is close */
};

static struct point in_frame(struct point way, double x, double y)
{
    return (struct point){ x * way.x + y * way.y, y * way.x - x * way.y };
}

/* 0: wants the same way; 1: the opposite, or stands while I walk. */
static double conflict_of(struct point way, const struct body *other)
{
    if (other->queued || (other->ex == 0 && other->ey == 0))
        return 1;
    return (1 - way.x * other->ex - way.y * other->ey) / 2;
}

static void keep_apart(struct view *view, const struct body *me, const struct body *other,
                       double overlap)
{
    double dx = other->x - me->x, dy = other->y - me->y, distance = sqrt(dx * dx + dy * dy);
    /* Exactly on top of each other: the lower number goes one way, the higher the other. */
    struct point off = { me->person < other->person ? 1 : -1, 0 };
    if (distance > 1e-6)
        off = (struct point){ dx / distance, dy / distance };
    view->apart.x -= APART_SHARE * overlap * off.x;
    view->apart.y -= APART_SHARE * overlap * off.y;
}

static void see_body(struct view *view, const struct walking *w, const struct body *me,
                     struct point way, const struct body *other)
{
    double dx = other->x - me->x, dy = other->y - me->y;
    double distance2 = dx * dx + dy * dy;
    if (distance2 > SIGHT_M * SIGHT_M)
        return;
    struct point at = in_frame(way, dx, dy);
    double touch = me->radius + other->radius;
    bool behind = at.x < -0.1 || (way.x == 0 && way.y == 0);
    if (behind && distance2 >= touch * touch)
        return;
    double conflict = conflict_of(way, other);
    double squeeze = me->squeeze > other->squeeze ? me->squeeze : other->squeeze;
    double give = conflict * squeeze;
    if (other->queued != me->queued && give < STANDS_SHARE)
        give = STANDS_SHARE;
    double room = touch * (1 - give);
    if (distance2 < room * room)
        keep_apart(view, me, other, room - sqrt(distance2));
    if (behind)
        return;
    struct point v = in_frame(way, other->vx, other->vy);
    double then = at.x + w->anticipation_s * v.x;
    double nearest = at.x < room ? at.x : room; /* who comes towards me is not expected behind me */
    view->oncoming |= conflict > 0.6;
    view->faced |= conflict > 0.4 && distance2 < (room + 0.15) * (room + 0.15) && at.x > 0;
    struct bodies *b = &view->bodies;
    if (b->count == SEEN_MAX)
        return;
    b->ahead[b->count] = (float)at.x;
    b->left[b->count] = (float)at.y;
    b->ahead_then[b->count] = (float)(then > nearest ? then : nearest);
    b->left_then[b->count] = (float)(at.y + w->anticipation_s * v.y);
    b->room[b->count] = (float)room;
    b->per_room[b->count] = (float)(1 / room);
    b->count++;
}

static bool in_sight(const struct body *me, const struct body *other)
{
    return me->area == other->area || (me->sill != NONE && me->sill == other->sill);
}

/* Columns from..to of one row of cells: their bodies lie one behind the other in memory. */
static void see_cells(struct view *view, const struct crowd *c, const struct body *me,
                      struct point way, int row, int from, int to)
{
    const struct grid *g = &c->grid;
    if (row < 0 || row >= (int)g->rows)
        return;
    from = from < 0 ? 0 : from;
    to = to >= (int)g->columns ? (int)g->columns - 1 : to;
    if (from > to)
        return;
    uint32_t first = (uint32_t)row * g->columns;
    uint32_t end = g->first[first + (uint32_t)to + 1];
    for (uint32_t k = g->first[first + (uint32_t)from]; k < end; k++)
        if (g->bodies[k].person != me->person && in_sight(me, &g->bodies[k]))
            see_body(view, c->walking, me, way, &g->bodies[k]);
}

/* The nearest cells first; the ring around them only where these do not already fill the view. */
static void see_bodies(struct view *view, const struct crowd *c, const struct body *me,
                       struct point way)
{
    const struct grid *g = &c->grid;
    int column = (int)((me->x - g->low.x) / GRID_CELL_M),
        row = (int)((me->y - g->low.y) / GRID_CELL_M);
    for (int r = row - 1; r <= row + 1; r++)
        see_cells(view, c, me, way, r, column - 1, column + 1);
    if (view->bodies.count >= ENOUGH_SEEN)
        return;
    see_cells(view, c, me, way, row - 2, column - 2, column + 2);
    for (int r = row - 1; r <= row + 1; r++) {
        see_cells(view, c, me, way, r, column - 2, column - 2);
        see_cells(view, c, me, way, r, column + 2, column + 2);
    }
    see_cells(view, c, me, way, row + 2, column - 2, column + 2);
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

/* Room now along one direction, up to the first body. Branch-free but for the loop. */
static double room_now(const struct bodies *b, double along, double across, double far_m)
{
    float cosine = (float)along, sine = (float)across, far = (float)far_m, least = far;
    for (uint32_t k = 0; k < b->count; k++) {
        float ahead = b->ahead[k] * cosine + b->left[k] * sine;
        float share = (b->left[k] * cosine - b->ahead[k] * sine) * b->per_room[k];
        float room = ahead - b->room[k] * (1 - share * share);
        float in_front = ahead > 0 ? room : far;
        float in_way = share * share < NEAR_MISS * NEAR_MISS ? in_front : far;
        least = in_way < least ? in_way : least;
    }
    return least;
}

/* Nobody nearer straight ahead? */
static bool is_clear(const struct bodies *b, double far_m)
{
    for (uint32_t k = 0; k < b->count; k++)
        if (b->ahead[k] > 0 && b->ahead[k] - b->room[k] < far_m && fabsf(b->left[k]) < b->room[k])
            return false;
    return true;
}

/* One body's part in the room expected along each look. Branch-free: the loop becomes two vectors
 * wide. */
static void rooms_beside(const struct bodies *b, uint32_t j, const float *restrict cosine,
                         const float *restrict sine, float far_m, float *restrict least)
{
    float ahead_then = b->ahead_then[j], left_then = b->left_then[j];
    float body_room = b->room[j], per_room = b->per_room[j];
    for (int k = 0; k < LOOKS; k++) {
        float ahead = ahead_then * cosine[k] + left_then * sine[k];
        float share = (left_then * cosine[k] - ahead_then * sine[k]) * per_room;
        float room = ahead - body_room * (1 - share * share);
        float in_front = ahead > 0 ? room : far_m;
        float in_way = share * share < 1 ? in_front : far_m;
        float before = least[k];
        least[k] = in_way < before ? in_way : before;
    }
}

/* A velocity without what would run into walls: only the part towards a wall is braked, the rest
 * slides. */
static struct point off_walls(const struct view *view, const struct walking *w,
                              struct point velocity)
{
    for (uint32_t k = 0; k < view->wall_count; k++) {
        const struct seen_wall *s = &view->walls[k];
        double towards = s->ahead * velocity.x + s->left * velocity.y;
        double room = s->distance - WALL_BODY_M;
        double most = room > 0 ? room / w->wall_headway_s : 0;
        if (towards > most) {
            velocity.x -= s->ahead * (towards - most);
            velocity.y -= s->left * (towards - most);
        }
    }
    return velocity;
}

static double speed_of_room(const struct walking *w, double room, double want_mps)
{
    double speed = room > 0 ? room / w->headway_s : 0;
    return speed < want_mps ? speed : want_mps;
}

/* The look that gets on best; as (cosine, sine) in the frame of the way wanted. */
static struct point best_look(const struct view *view, const struct crowd *c, const struct body *me,
                              struct point way, double want_mps)
{
    const struct walking *w = c->walking;
    double right = view->oncoming ? KEEP_RIGHT : 0;
    double whim =
        WOBBLE * (2 * dice_uniform(dice_bits(c->seed, me->person, DICE_WOBBLE, c->step / 16)) - 1);
    struct point going = point_unit(in_frame(way, me->vx, me->vy));
    float cosine[LOOKS], sine[LOOKS], room[LOOKS], far_m = (float)(want_mps * w->headway_s);
    for (int k = 0; k < LOOKS; k++) {
        cosine[k] = look_cosine[k];
        sine[k] = look_sine[k];
        room[k] = far_m;
    }
    if (going.x > 0) {
        cosine[LOOK_AS_BEFORE] = (float)going.x;
        sine[LOOK_AS_BEFORE] = (float)going.y;
    }
    for (uint32_t j = 0; j < view->bodies.count; j++)
        rooms_beside(&view->bodies, j, cosine, sine, far_m, room);
    struct point best = { 1, 0 };
    double best_score = -1;
    for (int k = 0; k < LOOKS; k++) {
        double speed = speed_of_room(w, room[k], want_mps);
        struct point v = off_walls(view, w, (struct point){ speed * cosine[k], speed * sine[k] });
        double score = v.x + KEEP_WAY * point_dot(going, v) + (whim - right) * v.y;
        if (score > best_score + 1e-9) {
            best_score = score;
            best = (struct point){ cosine[k], sine[k] };
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
    struct view view;
    view.bodies.count = view.wall_count = 0;
    view.apart = (struct point){ 0, 0 };
    view.oncoming = view.faced = false;
    see_bodies(&view, c, me, way);
    struct point step = { 0, 0 };
    if (want_mps > 0) {
        see_walls(&view, c, me, way);
        double far_m = want_mps * c->walking->headway_s;
        bool clear = !view.oncoming && is_clear(&view.bodies, far_m);
        struct point look = { 1, 0 };
        if (!clear)
            look = best_look(&view, c, me, way, want_mps);
        struct point old = in_frame(way, me->vx, me->vy);
        double old_mps = point_length(old);
        if (old_mps > 0.1)
            look = point_unit(point_between(point_scaled(old, 1 / old_mps), look, TURN_SHARE));
        double room = room_now(&view.bodies, look.x, look.y, far_m);
        double speed = speed_of_room(c->walking, room, want_mps);
        struct point v = off_walls(&view, c->walking, point_scaled(look, speed));
        step.x = (v.x * way.x - v.y * way.y) * c->step_s;
        step.y = (v.x * way.y + v.y * way.x) * c->step_s;
    }
    double apart = point_length(view.apart);
    if (apart > APART_MAX_M)
        view.apart = point_scaled(view.apart, APART_MAX_M / apart);
    p->steer_x[i] = step.x + view.apart.x;
    p->steer_y[i] = step.y + view.apart.y;
    p->faced[i] = view.faced;
}

static void steer_part(void *ctx, uint32_t from, uint32_t to)
{
    struct crowd *c = ctx;
    for (uint32_t k = from; k < to; k++) {
        uint8_t mode = c->people.mode[c->grid.bodies[k].person];
        if (mode == PERSON_WALKING || mode == PERSON_QUEUED)
            steer(c, &c->grid.bodies[k]);
    }
}

void step_steer(struct crowd *c)
{
    workers_run(c->workers, steer_part, c, c->grid.active_count);
}
