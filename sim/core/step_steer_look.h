/* The model of walking, second: where one goes, and how much room is there. See step_steer.c. */
#ifndef SIM_CORE_STEP_STEER_LOOK_H
#define SIM_CORE_STEP_STEER_LOOK_H

#include "sim/core/step_steer_see.h"

#define KEEP_RIGHT      0.55f /* preference when somebody comes towards one ... */
#define ASIDE_S         4.0f  /* ... which fades out over this */
#define KEEP_WAY        0.10f /* preference for the direction one already has */
#define HAIR            1e-6f /* a look that is better by less is not */
#define WOBBLE          0.03f /* a person's own whim, so that nothing is exactly symmetric */

/* Directions looked at, around the way wanted: 0, +-13, +-32, +-60 degrees, and the one last walked
 * in. */
enum { LOOKS = 8, LOOK_AS_BEFORE = LOOKS - 1 };
static const float look_cosine[LOOKS] = { 1, 0.9744f, 0.9744f, 0.8480f, 0.8480f, 0.5f, 0.5f, 1 };
static const float look_sine[LOOKS] = { 0,        0.2250f, -0.2250f, 0.5299f,
                                        -0.5299f, 0.8660f, -0.8660f, 0 };

/* Room along one direction (in the frame of the way), up to the first body now. */
static inline float room_now(const struct seen *s, struct vec look, float far_m)
{
    lanes cosine = lanes_all(look.x), sine = lanes_all(look.y), least = lanes_all(far_m);
    for (uint32_t k = 0; k < s->count; k += LANES) {
        lanes at = lanes_load(s->ahead + k), left = lanes_load(s->left + k);
        lanes share = (left * cosine - at * sine) * lanes_load(s->per_room + k);
        least = room_before(least, lanes_first(LANES), at * cosine + left * sine, share,
                            lanes_load(s->room + k), NEAR_MISS);
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
    lanes least = lanes_all(far_m);
    for (uint32_t j = 0; j < s->count; j += LANES / LOOKS) {
        lanes at = lanes_on_eights(s->ahead_then + j), left = lanes_on_eights(s->left_then + j);
        lanes share = (left * cosine - at * sine) * lanes_on_eights(s->per_room + j);
        least = room_before(least, lanes_first(LANES), at * cosine + left * sine, share,
                            lanes_on_eights(s->room + j), 1);
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
    uint32_t wanting; /* ... want to get on, and ... */
    uint32_t looking; /* ... look around */
    float want_mps[LANES], file_m[LANES], far_m[LANES];
    float creep_m[LANES]; /* how much nearer than a gap one would come */
    float middle_x[LANES], middle_y[LANES];            /* velocity to the middle of a way for one */
    float going_x[LANES], going_y[LANES];              /* in the frame of the way: direction now */
    float look_x[LANES], look_y[LANES], room_m[LANES]; /* direction chosen, and room there */
    float full_x[LANES], full_y[LANES]; /* velocity there with nobody in the way */
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
    for (uint32_t left = a->looking; left; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctz(left);
        a->look_x[lane] = a->cosine[lane][(int)number[lane]];
        a->look_y[lane] = a->sine[lane][(int)number[lane]];
    }
}

#endif
