/* The model of walking, last: the step, for one instruction set. step_steer.c, step_steer_avx2.c
 * and step_steer_avx512.c include this with STEER_PART named. */
#include "sim/core/step_steer_look.h"

#define TURN_S          0.10f /* one turns from the old direction to the new over this */
#define RANK_AFTER_S    0.20f /* stuck so long, one gets a rank */
#define PRESSED_AFTER_S 1.0f  /* and so long, in a doorway */
#define LEAST_RANK      0.05f
#define RANK_S          3.0 /* ranks are drawn anew so often */
#define LOOKS_EACH_S    0.2 /* one looks where to go so often */

/* Length 1, or 0. */
static inline void unit(lanes *x, lanes *y)
{
    lanes length = lanes_sqrt(*x * *x + *y * *y), zero = lanes_all(0);
    lanes_mask some = lanes_less(lanes_all(1e-6f), length);
    *x = lanes_select(some, *x / length, zero);
    *y = lanes_select(some, *y / length, zero);
}

/* A velocity without what would run into walls: only the part towards a wall is braked, the rest
 * slides. */
static struct vec off_walls(const struct view *v, struct vec velocity)
{
    for (uint32_t k = 0; k < v->wall_count; k++) {
        const struct seen_wall *wall = &v->walls[k];
        float towards = wall->x * velocity.x + wall->y * velocity.y;
        if (towards > wall->most_mps) {
            velocity.x -= wall->x * (towards - wall->most_mps);
            velocity.y -= wall->y * (towards - wall->most_mps);
        }
    }
    return velocity;
}

/* One neighbour after the other, in their order: those who are not in the way are passed over,
 * LANES at a time. */
static inline struct vec off_bodies(const struct view *v, struct vec velocity)
{
    const struct close *c = &v->close;
    for (uint32_t from = 0; from < c->count; from += LANES) {
        lanes x = lanes_load(c->x + from), y = lanes_load(c->y + from);
        lanes should = lanes_load(c->should_mps + from);
        uint32_t later = lanes_bits(lanes_first((int32_t)(c->count - from))), hit;
        for (;;) {
            lanes fast = x * lanes_all(velocity.x) + y * lanes_all(velocity.y) - should;
            hit = later & lanes_bits(lanes_less(lanes_all(0), fast));
            if (!hit)
                break;
            uint32_t k = from + (uint32_t)__builtin_ctz(hit);
            float too_fast = c->x[k] * velocity.x + c->y[k] * velocity.y - c->should_mps[k];
            velocity.x -= c->x[k] * too_fast;
            velocity.y -= c->y[k] * too_fast;
            later &= ~(hit ^ (hit - 1));
        }
    }
    return velocity;
}

/* What others take of their gaps is theirs: whatever was said by the one neighbour after the other,
 * no gap is more than half used up. */
static inline struct vec held(const struct view *v, struct vec velocity)
{
    const struct close *c = &v->close;
    float share = 1;
    for (uint32_t k = 0; k < c->count; k++) {
        float towards = c->x[k] * velocity.x + c->y[k] * velocity.y;
        if (towards * share > c->most_mps[k])
            share = c->most_mps[k] / towards;
    }
    return (struct vec){ velocity.x * share, velocity.y * share };
}

/* One's rank for the next step: drawn when stuck, or taken over from whom one gives way to. */
static float rank_of(const struct view *v, uint32_t i)
{
    const struct crowd *c = v->c;
    float after_s = v->marks & MARK_FACED ? RANK_AFTER_S : PRESSED_AFTER_S, rank = 0;
    if (c->grid.bodies.stuck_s[v->me] > after_s)
        rank = (float)dice_uniform(dice_bits(c->seed, i, DICE_RANK, c->steer.round));
    rank = v->close.passed_on > rank ? v->close.passed_on : rank;
    return rank > LEAST_RANK ? rank : 0;
}

/* What is known of one before others are looked at. */
static inline void begin_one(struct abreast *a, struct crowd *c, uint32_t lane)
{
    const struct grid *g = &c->grid;
    struct view *v = &a->view[lane];
    uint32_t k = a->first + lane, i = g->sorted[k];
    v->c = c;
    v->me = k;
    v->ex = g->bodies.ex[k];
    v->ey = g->bodies.ey[k];
    v->want_mps = g->bodies.want_mps[k];
    v->step_s = c->steer.step_s;
    v->rank = g->bodies.rank[k];
    v->close.passed_on = 0;
    v->seen.count = v->close.count = v->wall_count = v->oncoming = v->faced = v->touched = 0;
    v->marks = 0;
    v->open = c->ground->areas[(uint32_t)g->bodies.area[k]].door_count == 0;
    v->in_doorway = g->bodies.sill[k] >= 0 || v->open;
    see_edges(v);
    a->want_mps[lane] = v->want_mps;
    a->moving |= 1u << lane;
    if (v->want_mps > 0)
        a->wanting |= 1u << lane;
    /* By doors, and where the way may be one for one, one always looks. */
    v->looks = v->want_mps > 0 && (g->marks[k] & MARK_LOOKS || v->wall_count > 1 || v->in_doorway);
    if (v->looks) {
        a->looking |= 1u << lane;
        return;
    }
    a->look_x[lane] = c->people.look_x[i];
    a->look_y[lane] = c->people.look_y[i];
}

/* Others, and what follows of them. */
static inline void see_one(struct abreast *a, struct crowd *c, uint32_t lane)
{
    struct view *v = &a->view[lane];
    uint32_t i = c->grid.sorted[v->me];
    v->look = (struct vec){ a->look_x[lane], a->look_y[lane] };
    v->room_m = a->far_m[lane];
    see_bodies(v);
    a->room_m[lane] = v->room_m;
    if (v->faced)
        v->marks |= MARK_FACED;
    float aside = c->people.aside[i];
    v->aside = v->oncoming ? 1 : aside - v->step_s / ASIDE_S;
    v->aside = v->aside > 0 ? v->aside : 0;
    if (v->aside != aside)
        c->people.aside[i] = v->aside;
    if (v->looks)
        seen_all(v);
    part_close(v);
    if (v->touched && (v->wall_count > 0 || !v->open))
        v->marks |= MARK_PRESSED;
    struct vec middle = { 0, 0 };
    struct file file = { INFINITY, 0 };
    v->one = v->want_mps > 0 && v->aside == 0 && for_one(v, &middle);
    if (v->one && c->steer.hurry_share > 0) {
        file = see_file(v);
        if (file.follower_mps > v->want_mps) /* who holds others up hurries for them */
            v->want_mps += c->steer.hurry_share * (file.follower_mps - v->want_mps);
    }
    a->want_mps[lane] = v->want_mps;
    a->creep_m[lane] = c->steer.gap_m - (v->in_doorway ? 0 : c->steer.creep_rest_m);
    a->file_m[lane] = file.room_m;
    a->middle_x[lane] = middle.x;
    a->middle_y[lane] = middle.y;
}

/* Which way they go now, in the frame of the way wanted. */
static inline void go_on(struct abreast *a)
{
    const struct bodies *b = &a->c->grid.bodies;
    lanes ex = lanes_load(b->ex + a->first), ey = lanes_load(b->ey + a->first);
    lanes old_x = lanes_load(b->vx + a->first), old_y = lanes_load(b->vy + a->first);
    lanes going_x = old_x * ex + old_y * ey, going_y = old_y * ex - old_x * ey;
    unit(&going_x, &going_y);
    lanes_store(a->going_x, going_x);
    lanes_store(a->going_y, going_y);
}

/* Full speed along the looks chosen, as far as one turns there in a step, and off walls: velocity,
 * and the looks that come of it. */
static inline void turn_to_looks(struct abreast *a, uint32_t whose)
{
    const struct bodies *b = &a->c->grid.bodies;
    lanes ex = lanes_load(b->ex + a->first), ey = lanes_load(b->ey + a->first);
    lanes old_x = lanes_load(b->vx + a->first), old_y = lanes_load(b->vy + a->first);
    lanes want_mps = lanes_load(a->want_mps), turn = lanes_all(a->c->steer.turn_share);
    lanes going_x = lanes_load(a->going_x), going_y = lanes_load(a->going_y);
    lanes look_x = lanes_load(a->look_x), look_y = lanes_load(a->look_y);
    lanes turned_x = going_x + (look_x - going_x) * turn;
    lanes turned_y = going_y + (look_y - going_y) * turn;
    unit(&turned_x, &turned_y);
    lanes_mask mask = lanes_of_bits(whose);
    lanes_mask moved = mask & lanes_less(lanes_all(0.01f), old_x * old_x + old_y * old_y);
    look_x = lanes_select(moved, turned_x, look_x);
    look_y = lanes_select(moved, turned_y, look_y);
    lanes full_x = (look_x * ex - look_y * ey) * want_mps;
    lanes full_y = (look_x * ey + look_y * ex) * want_mps;
    lanes_store(a->full_x, lanes_select(mask, full_x, lanes_load(a->full_x)));
    lanes_store(a->full_y, lanes_select(mask, full_y, lanes_load(a->full_y)));
    uint32_t by_wall = 0;
    for (uint32_t left = whose; left; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(left);
        if (a->view[lane].wall_count == 0)
            continue;
        by_wall |= 1u << lane;
        struct vec slid =
            off_walls(&a->view[lane], (struct vec){ a->full_x[lane], a->full_y[lane] });
        a->full_x[lane] = slid.x;
        a->full_y[lane] = slid.y;
    }
    full_x = lanes_load(a->full_x);
    full_y = lanes_load(a->full_y);
    lanes slid_x = full_x * ex + full_y * ey, slid_y = full_y * ex - full_x * ey;
    unit(&slid_x, &slid_y);
    lanes_mask slides = lanes_of_bits(by_wall);
    lanes_store(a->look_x, lanes_select(slides, slid_x, look_x));
    lanes_store(a->look_y, lanes_select(slides, slid_y, look_y));
}

/* Velocities wanted with nobody touching, of those who look around: where to go is found out. */
static inline void look(struct abreast *a, struct crowd *c)
{
    lanes_store(a->far_m, far_of(&c->steer, lanes_load(a->want_mps))); /* some hurry for others */
    for (uint32_t left = a->looking; left; left &= left - 1)
        look_around(a, (uint32_t)__builtin_ctz(left));
    choose_looks(a);
    for (uint32_t left = a->looking; left; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(left), i = c->grid.sorted[a->first + lane];
        c->people.look_x[i] = a->look_x[lane];
        c->people.look_y[i] = a->look_y[lane];
    }
    turn_to_looks(a, a->looking);
    for (uint32_t left = a->looking; left; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(left);
        a->room_m[lane] = room_now(
            &a->view[lane].seen, (struct vec){ a->look_x[lane], a->look_y[lane] }, a->far_m[lane]);
    }
}

/* Velocities wanted with nobody touching: full speed, or what the room ahead allows. */
static inline void want(struct abreast *a)
{
    const struct steer *s = &a->c->steer;
    lanes full_x = lanes_load(a->full_x), full_y = lanes_load(a->full_y);
    lanes room = lanes_min(lanes_load(a->room_m), lanes_load(a->file_m));
    lanes most = lanes_sqrt(full_x * full_x + full_y * full_y), zero = lanes_all(0);
    lanes speed = speed_of_room(s, room, lanes_load(a->creep_m), lanes_load(a->want_mps));
    lanes share = lanes_select(lanes_less(speed, most), speed / most, lanes_all(1));
    lanes_mask wanting = lanes_of_bits(a->wanting);
    lanes_store(a->velocity_x,
                lanes_select(wanting, full_x * share + lanes_load(a->middle_x), zero));
    lanes_store(a->velocity_y,
                lanes_select(wanting, full_y * share + lanes_load(a->middle_y), zero));
}

static inline void go_one(const struct abreast *a, struct crowd *c, uint32_t lane)
{
    const struct view *v = &a->view[lane];
    uint32_t k = v->me, i = c->grid.sorted[k];
    struct vec velocity = { a->velocity_x[lane], a->velocity_y[lane] };
    float rank = rank_of(v, i);
    if (rank != c->grid.bodies.rank[k])
        c->people.rank[i] = rank;
    struct vec off = off_bodies(v, velocity);
    if (v->wall_count > 0 || off.x != velocity.x || off.y != velocity.y)
        off = held(v, off_walls(v, off_bodies(v, off))); /* Else nobody would be moved by these. */
    velocity = off;
    c->grid.step_x[k] = velocity.x * v->step_s;
    c->grid.step_y[k] = velocity.y * v->step_s;
    c->grid.marks[k] = v->marks | MARK_MOVES;
}

static void steer_abreast(struct crowd *c, uint32_t first, uint32_t count)
{
    struct abreast a;
    a.c = c;
    a.first = first;
    a.moving = a.wanting = a.looking = 0;
    for (uint32_t lane = 0; lane < count; lane++)
        if (c->grid.marks[first + lane] & MARK_MOVES)
            begin_one(&a, c, lane);
    go_on(&a);
    lanes_store(a.far_m, far_of(&c->steer, lanes_load(a.want_mps)));
    turn_to_looks(&a, a.wanting & ~a.looking);
    for (uint32_t left = a.looking; left; left &= left - 1)
        see_one(&a, c, (uint32_t)__builtin_ctz(left));
    for (uint32_t left = a.moving & ~a.looking; left; left &= left - 1)
        see_one(&a, c, (uint32_t)__builtin_ctz(left));
    if (a.looking)
        look(&a, c);
    want(&a);
    for (uint32_t left = a.moving; left; left &= left - 1)
        go_one(&a, c, (uint32_t)__builtin_ctz(left));
}

void STEER_PART(void *ctx, uint32_t from, uint32_t to)
{
    for (uint32_t k = from; k < to; k += LANES)
        steer_abreast(ctx, k, to - k < LANES ? to - k : LANES);
}
