/* The model of walking, for one instruction set: step_steer.c, step_steer_avx2.c and
 * step_steer_avx512.c include this with STEER_PART named. See step_steer.c for what it does. */
#include "sim/core/step_steer_see.h"

#define NEAR_MISS       0.83f /* one passes shoulder to shoulder with this share of two radii */
#define KEEP_RIGHT      0.55f /* preference when somebody comes towards one ... */
#define ASIDE_S         4.0f  /* ... which fades out over this */
#define KEEP_WAY        0.10f /* preference for the direction one already has */
#define HAIR            1e-6f /* a look that is better by less is not */
#define WOBBLE          0.03f /* a person's own whim, so that nothing is exactly symmetric */
#define TURN_S          0.10f /* one turns from the old direction to the new over this */
#define RANK_AFTER_S    0.20f /* stuck so long, one gets a rank */
#define PRESSED_AFTER_S 1.0f  /* and so long, in a doorway */
#define LEAST_RANK      0.05f
#define RANK_S          3.0 /* ranks are drawn anew so often */

/* Directions looked at, around the way wanted: 0, +-13, +-32, +-60 degrees, and the one last walked
 * in. */
enum { LOOKS = 8, LOOK_AS_BEFORE = LOOKS - 1 };
static const float look_cosine[LOOKS] = { 1, 0.9744f, 0.9744f, 0.8480f, 0.8480f, 0.5f, 0.5f, 1 };
static const float look_sine[LOOKS] = { 0,        0.2250f, -0.2250f, 0.5299f,
                                        -0.5299f, 0.8660f, -0.8660f, 0 };

/* Room along one direction (in the frame of the way), up to the first body now. */
static inline float room_now(const struct seen *s, struct vec look, float far_m)
{
    lanes cosine = lanes_all(look.x), sine = lanes_all(look.y), least = lanes_all(far_m),
          one = lanes_all(1), zero = lanes_all(0);
    for (uint32_t k = 0; k < s->count; k += LANES) {
        lanes at = lanes_load(s->ahead + k), left = lanes_load(s->left + k);
        lanes body = lanes_load(s->room + k);
        lanes ahead = at * cosine + left * sine;
        lanes share = (left * cosine - at * sine) * lanes_load(s->per_room + k);
        lanes share2 = share * share;
        lanes room = ahead - body * (one - share2);
        lanes_mask in_way =
            lanes_less(zero, ahead) & lanes_less(share2, lanes_all(NEAR_MISS * NEAR_MISS));
        least = lanes_min_where(in_way, room, least);
    }
    return lanes_least(least);
}

/* Nobody nearer straight ahead? */
static inline bool is_clear(const struct seen *s, float far_m)
{
    uint32_t in_way = 0;
    for (uint32_t k = 0; k < s->count; k += LANES) {
        lanes ahead = lanes_load(s->ahead + k), left = lanes_load(s->left + k);
        lanes body = lanes_load(s->room + k);
        in_way |= lanes_bits(lanes_less(lanes_all(0), ahead) &
                             lanes_less(ahead - body, lanes_all(far_m)) &
                             lanes_less(left * left, body * body));
    }
    return in_way == 0;
}

/* Room expected along each look, up to the first body. */
static inline lanes rooms_then(const struct seen *s, lanes cosine, lanes sine, float far_m)
{
    lanes least = lanes_all(far_m), one = lanes_all(1), zero = lanes_all(0);
    for (uint32_t j = 0; j < s->count; j += LANES / LOOKS) {
        lanes at = lanes_on_eights(s->ahead_then + j), left = lanes_on_eights(s->left_then + j);
        lanes body = lanes_on_eights(s->room + j);
        lanes ahead = at * cosine + left * sine;
        lanes share = (left * cosine - at * sine) * lanes_on_eights(s->per_room + j);
        lanes share2 = share * share;
        lanes room = ahead - body * (one - share2);
        lanes_mask in_way = lanes_less(zero, ahead) & lanes_less(share2, one);
        least = lanes_min_where(in_way, room, least);
    }
    return lanes_least_of_eights(least);
}

/* Room in which one walks as fast as one wants. */
static inline lanes far_of(const struct steer *s, lanes want_mps)
{
    lanes stride_mps = lanes_all(s->stride_mps);
    lanes stride = lanes_all(s->stride_m) + (want_mps - stride_mps) / lanes_all(s->per_stride);
    return lanes_select(lanes_less(stride_mps, want_mps), stride,
                        want_mps / lanes_all(s->per_headway));
}

static inline lanes speed_of_room(const struct steer *s, lanes room, lanes creep_m, lanes most_mps)
{
    lanes creep = (room + creep_m) * lanes_all(s->per_creep);
    lanes stride =
        lanes_all(s->stride_mps) + (room - lanes_all(s->stride_m)) * lanes_all(s->per_stride);
    lanes speed = lanes_max(lanes_min(room * lanes_all(s->per_headway), stride), creep);
    return lanes_min(lanes_max(speed, lanes_all(0)), most_mps);
}

/* Velocities of full speed along the looks, without what would run into walls: who is beside a wall
 * and looks at it walks along it. Turns the looks that way, and returns the speeds left. */
static lanes slide_looks(const struct view *v, lanes *cosine, lanes *sine)
{
    lanes speed = lanes_all(v->want_mps);
    lanes along = *cosine * speed, across = *sine * speed;
    for (uint32_t w = 0; w < v->wall_count; w++) {
        const struct seen_wall *wall = &v->walls[w];
        lanes to_x = lanes_all(wall->x * v->ex + wall->y * v->ey);
        lanes to_y = lanes_all(wall->y * v->ex - wall->x * v->ey);
        lanes too_fast = along * to_x + across * to_y - lanes_all(wall->most_mps);
        too_fast = lanes_max(too_fast, lanes_all(0));
        along -= to_x * too_fast;
        across -= to_y * too_fast;
    }
    speed = lanes_sqrt(along * along + across * across);
    lanes per_speed = lanes_all(1) / lanes_max(speed, lanes_all(1e-6f));
    *cosine = along * per_speed;
    *sine = across * per_speed;
    return speed;
}

/* LANES people, one in each lane, and what is found out about them one after the other. */
struct abreast {
    const struct crowd *c;
    uint32_t first;   /* sorted person of the first lane */
    uint32_t moving;  /* bits: lanes whose people walk or queue, and ... */
    uint32_t wanting; /* ... want to get on */
    float want_mps[LANES], file_m[LANES], far_m[LANES];
    float creep_m[LANES]; /* how much nearer than a gap one would come */
    float middle_x[LANES], middle_y[LANES];            /* velocity to the middle of a way for one */
    float going_x[LANES], going_y[LANES];              /* in the frame of the way: direction now */
    float look_x[LANES], look_y[LANES], room_m[LANES]; /* direction chosen, and room there */
    float velocity_x[LANES], velocity_y[LANES];
    float score[LANES][LOOKS], cosine[LANES][LOOKS], sine[LANES][LOOKS];
    struct view view[LANES];
};

/* Looks where to go: how well each look gets on. Who has nobody ahead walks straight on. */
static inline void look_around(struct abreast *a, uint32_t lane)
{
    const struct view *v = &a->view[lane];
    const struct steer *s = &a->c->steer;
    if (v->one || (v->aside == 0 && is_clear(&v->seen, a->far_m[lane]))) {
        memset(a->score[lane], 0, sizeof a->score[lane]);
        a->cosine[lane][0] = 1;
        a->sine[lane][0] = 0;
        return;
    }
    lanes going_x = lanes_all(a->going_x[lane]), going_y = lanes_all(a->going_y[lane]);
    lanes cosine = lanes_of_eight(look_cosine), sine = lanes_of_eight(look_sine);
    if (a->going_x[lane] > 0) {
        lanes_mask as_before = lanes_of_bits(0x0101u << LOOK_AS_BEFORE);
        cosine = lanes_select(as_before, going_x, cosine);
        sine = lanes_select(as_before, going_y, sine);
    }
    lanes most = lanes_all(v->want_mps);
    if (v->wall_count > 0)
        most = slide_looks(v, &cosine, &sine);
    lanes room = rooms_then(&v->seen, cosine, sine, a->far_m[lane]);
    lanes speed = speed_of_room(s, room, lanes_all(a->creep_m[lane]), most);
    lanes along = speed * cosine, across = speed * sine;
    uint64_t dice = dice_of(s->whim_key, a->c->grid.sorted[v->me], s->whim);
    float aside = WOBBLE * (float)(2 * dice_uniform(dice) - 1) - KEEP_RIGHT * v->aside;
    lanes as_now = along * going_x + across * going_y;
    lanes_store_eight(a->score[lane],
                      along + lanes_all(KEEP_WAY) * as_now + lanes_all(aside) * across);
    lanes_store_eight(a->cosine[lane], cosine);
    lanes_store_eight(a->sine[lane], sine);
}

/* The first look, or a later one that is better by more than a hair. */
static inline void choose_looks(struct abreast *a)
{
    lanes best = lanes_load_apart(&a->score[0][0], LOOKS), which = lanes_all(0);
    for (int k = 1; k < LOOKS; k++) {
        lanes score = lanes_load_apart(&a->score[0][k], LOOKS);
        lanes_mask better = lanes_less(best + lanes_all(HAIR), score);
        best = lanes_select(better, score, best);
        which = lanes_select(better, lanes_all((float)k), which);
    }
    float number[LANES];
    lanes_store(number, which);
    for (uint32_t lane = 0; lane < LANES; lane++) {
        a->look_x[lane] = a->cosine[lane][(int)number[lane]];
        a->look_y[lane] = a->sine[lane][(int)number[lane]];
    }
}

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

static inline void see_one(struct abreast *a, struct crowd *c, uint32_t lane)
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
    /* Where a place has no doors, as in the open, any place by a wall may be one. */
    bool open = c->ground->areas[(uint32_t)g->bodies.area[k]].door_count == 0;
    v->in_doorway = g->bodies.sill[k] >= 0 || open;
    see_bodies(v);
    if (v->faced)
        v->marks |= MARK_FACED;
    float aside = c->people.aside[i];
    v->aside = v->oncoming ? 1 : aside - v->step_s / ASIDE_S;
    v->aside = v->aside > 0 ? v->aside : 0;
    if (v->aside != aside)
        c->people.aside[i] = v->aside;
    see_edges(v);
    seen_all(v);
    part_close(v);
    if (v->touched && (v->wall_count > 0 || !open))
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
    a->moving |= 1u << lane;
    if (v->want_mps > 0)
        a->wanting |= 1u << lane;
}

/* Velocities wanted with nobody touching. */
static inline void want(struct abreast *a)
{
    const struct steer *s = &a->c->steer;
    const struct bodies *b = &a->c->grid.bodies;
    lanes ex = lanes_load(b->ex + a->first), ey = lanes_load(b->ey + a->first);
    lanes old_x = lanes_load(b->vx + a->first), old_y = lanes_load(b->vy + a->first);
    lanes want_mps = lanes_load(a->want_mps);
    lanes going_x = old_x * ex + old_y * ey, going_y = old_y * ex - old_x * ey;
    unit(&going_x, &going_y);
    lanes_store(a->going_x, going_x);
    lanes_store(a->going_y, going_y);
    lanes_store(a->far_m, far_of(s, want_mps));
    for (uint32_t left = a->wanting; left; left &= left - 1)
        look_around(a, (uint32_t)__builtin_ctz(left));
    choose_looks(a);

    lanes look_x = lanes_load(a->look_x), look_y = lanes_load(a->look_y);
    lanes turn = lanes_all(s->turn_share);
    lanes turned_x = going_x + (look_x - going_x) * turn;
    lanes turned_y = going_y + (look_y - going_y) * turn;
    unit(&turned_x, &turned_y);
    lanes_mask moved = lanes_less(lanes_all(0.01f), old_x * old_x + old_y * old_y);
    look_x = lanes_select(moved, turned_x, look_x);
    look_y = lanes_select(moved, turned_y, look_y);
    lanes_store(a->velocity_x, (look_x * ex - look_y * ey) * want_mps);
    lanes_store(a->velocity_y, (look_x * ey + look_y * ex) * want_mps);
    uint32_t by_wall = 0;
    for (uint32_t left = a->wanting; left; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(left);
        if (a->view[lane].wall_count == 0)
            continue;
        by_wall |= 1u << lane;
        struct vec slid =
            off_walls(&a->view[lane], (struct vec){ a->velocity_x[lane], a->velocity_y[lane] });
        a->velocity_x[lane] = slid.x;
        a->velocity_y[lane] = slid.y;
    }
    lanes full_x = lanes_load(a->velocity_x), full_y = lanes_load(a->velocity_y);
    lanes slid_x = full_x * ex + full_y * ey, slid_y = full_y * ex - full_x * ey;
    unit(&slid_x, &slid_y);
    lanes_mask slides = lanes_of_bits(by_wall);
    lanes_store(a->look_x, lanes_select(slides, slid_x, look_x));
    lanes_store(a->look_y, lanes_select(slides, slid_y, look_y));
    for (uint32_t left = a->wanting; left; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(left);
        a->room_m[lane] = room_now(
            &a->view[lane].seen, (struct vec){ a->look_x[lane], a->look_y[lane] }, a->far_m[lane]);
    }
    lanes room = lanes_min(lanes_load(a->room_m), lanes_load(a->file_m));
    lanes most = lanes_sqrt(full_x * full_x + full_y * full_y);
    lanes speed = speed_of_room(s, room, lanes_load(a->creep_m), want_mps), zero = lanes_all(0);
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
    a.moving = a.wanting = 0;
    for (uint32_t lane = 0; lane < count; lane++)
        if (c->grid.marks[first + lane] & MARK_MOVES)
            see_one(&a, c, lane);
    want(&a);
    for (uint32_t left = a.moving; left; left &= left - 1)
        go_one(&a, c, (uint32_t)__builtin_ctz(left));
}

void STEER_PART(void *ctx, uint32_t from, uint32_t to)
{
    for (uint32_t k = from; k < to; k += LANES)
        steer_abreast(ctx, k, to - k < LANES ? to - k : LANES);
}
