/* The model of walking, first: whom and what one sees. See step_steer.c. */
#ifndef SIM_CORE_STEP_STEER_SEE_H
#define SIM_CORE_STEP_STEER_SEE_H

#include "sim/core/lanes.h"
#include "sim/core/state.h"

enum { SEEN_MAX = 40, CLOSE_MAX = 24, WALLS_MAX = 8, NEAR_MAX = 32 /* eights */ };

#define SIGHT_M       1.7f  /* what two cells each way are sure to hold */
#define BUSY          10    /* this many in the nine cells around: two cells only the way wanted */
#define CROWDED       18    /* this many: no farther is looked */
#define MEETING_SHARE 0.25f /* the same to those who come towards one */
#define TURNS_FROM    0.57f
#define BROAD_M       0.3f  /* who is broader looks two cells far all the same */
#define BACK          0.6f  /* of the way wanted along an axis: what lies against it is behind */
#define NEAR_MISS     0.83f /* one passes shoulder to shoulder with this share of two radii */
#define WALL_BODY_M   0.13f /* nobody walks nearer to a wall than this, unless pushed */
#define WALL_SIGHT_M  0.6f
#define STANDS_SHARE  0.30f /* less room to those who stand: they make way */
#define PART_S        0.40f /* who overlap come apart over this ... */
#define PART_MPS      0.40f /* ... no faster than this */
#define RANK_M        0.10f /* from who is stuck and nearer than this, those of lower rank ... */
#define RANK_MPS      .3f   /* ... step back so fast */
#define RANK_FADES    0.85f /* from one who gives way to the next behind */
#define FAST_MPS      2.0f  /* two closing at this each may touch within the step */
#define FOR_ONE_M     0.9f  /* a way as narrow as this is one for one; one gets to its middle ... */
#define MIDDLE_S      0.5f  /* ... within this */
#define OPPOSITE      -0.9f
#define FILE_SIGHT_M  2.5f /* in single file one minds those who are as far as this ... */
#define FILE_CONE2    0.5f /* ... within 45 degrees ... */
#define SAME_WAY      0.7f /* ... and go the same way */

struct vec {
    float x, y;
};

/* Others, in columns. Those ahead, in the frame of the way wanted: `ahead` along it, `left` of it,
 * now and as expected; `room` is how near the two middles may come. */
struct seen {
    uint32_t count;
    float ahead[SEEN_MAX + LANES], left[SEEN_MAX + LANES]; /* lanes beyond the end are read too */
    float ahead_then[SEEN_MAX + LANES], left_then[SEEN_MAX + LANES];
    float room[SEEN_MAX + LANES], per_room[SEEN_MAX + LANES];
};

/* Those whom this step could touch, anywhere around: unit vector towards them (before part_close():
 * the way to them), in the plane, and how fast one may come nearer: as one should, and at the very
 * most (before: where the two touch, and the other's rank). */
struct close {
    uint32_t count;
    float x[CLOSE_MAX + LANES], y[CLOSE_MAX + LANES];
    union {
        float should_mps[CLOSE_MAX + LANES], touch[CLOSE_MAX + LANES];
    };
    union {
        float most_mps[CLOSE_MAX + LANES], rank[CLOSE_MAX + LANES];
    };
    float passed_on; /* the highest rank of those who are to be given way to */
};

/* A wall near by: unit vector towards its nearest point, how far it is, and how fast one may walk
 * that way. */
struct seen_wall {
    float x, y, metres, most_mps;
};

struct view {
    const struct crowd *c;
    uint32_t me;  /* sorted */
    float ex, ey; /* way wanted */
    float want_mps, step_s;
    struct seen seen;
    struct close close;
    struct seen_wall walls[WALLS_MAX];
    uint32_t wall_count;
    /* Bits of any lane: somebody ahead wants another way; is in the way so; is touched. */
    uint32_t oncoming, faced, touched;
    float rank;           /* one's own, and then of whom one gives way to */
    float aside;          /* one keeps to the right so much */
    bool open;            /* the place has no doors: any place by a wall may be one */
    bool in_doorway, one; /* by a door; in a way for one */
    uint8_t marks;
    /* Looks around. Who does not goes on this way (in the frame of the way wanted), and of those
     * ahead needs to know no more than how far away the first is there: room, up to far. */
    bool looks;
    struct vec look;
    float room_m;
};

/* Neighbours, eight by eight: where each eight starts among the sorted people, and which of them
 * are meant. */
struct eights {
    uint32_t at[NEAR_MAX + EIGHTS];
    uint8_t bits[NEAR_MAX + EIGHTS];
};

/* Exactly on top of each other: they part by their numbers. */
static lanes part_by_number(uint32_t me, const uint32_t at[EIGHTS])
{
    float apart[LANES];
    for (uint32_t k = 0; k < LANES; k++)
        apart[k] = at[k / 8] + k % 8 > me ? 1e-4f : -1e-4f;
    return lanes_load(apart);
}

/* How far one gets before the first of `who`, if that is less than `least`: they are `along` the
 * direction, and beside it by so large a `share` of `body`, how near the two middles may come. Who
 * is farther beside it than `miss` is not in the way. */
static inline lanes room_before(lanes least, lanes_mask who, lanes along, lanes share, lanes body,
                                float miss)
{
    lanes share2 = share * share;
    lanes_mask in_way = who & lanes_less(lanes_all(0), along) &
                        lanes_less(share2, lanes_all(miss * miss));
    return lanes_min_where(in_way, along - body * (lanes_all(1) - share2), least);
}

/* Compiled for those who look around and for those who do not. */
static inline __attribute__((always_inline)) void see_who(struct view *v, struct eights *near,
                                                          uint32_t count, const bool looks)
{
    /* Copied: nothing that is written here changes them. */
    const struct bodies b = v->c->grid.bodies;
    struct seen *seen = &v->seen;
    struct close *close = &v->close;
    uint32_t seen_count = seen->count, close_count = close->count;
    uint32_t oncoming = 0, faced = 0, touched = 0;
    lanes gap = lanes_all(v->c->steer.gap_m);
    const struct lanes_table *table = v->c->table;
    uint32_t me = v->me;
    lanes ex = lanes_all(v->ex), ey = lanes_all(v->ey), zero = lanes_all(0), one = lanes_all(1);
    lanes my_x = lanes_all(b.x[me]), my_y = lanes_all(b.y[me]);
    lanes radius = lanes_all(b.radius[me]), squeeze = lanes_all(b.squeeze[me]);
    lanes area = lanes_all(b.area[me]), sill = lanes_all(b.sill[me]);
    lanes queued = lanes_all(b.queued[me]), then_s = lanes_all(v->c->steer.anticipation_s);
    lanes reach = lanes_all(2 * FAST_MPS * v->step_s);
    lanes cosine = lanes_all(v->look.x), sine = lanes_all(v->look.y), least = lanes_all(v->room_m);
    for (uint32_t k = 0; k < EIGHTS; k++) { /* the last ones are nobody */
        near->at[count + k] = me;
        near->bits[count + k] = 0;
    }
    for (uint32_t k = 0; k < count; k += EIGHTS) {
        uint32_t at[EIGHTS];
        memcpy(at, near->at + k, sizeof at);
        uint32_t all = 0;
        for (uint32_t n = 0; n < EIGHTS; n++)
            all |= (uint32_t)near->bits[k + n] << 8 * n;
        for (uint32_t n = 0; n < EIGHTS; n++) /* but for oneself */
            all &= ~((uint32_t)(me - at[n] < 8) << (8 * n + (me - at[n]) % 8));
        lanes_mask mask = lanes_of_bits(all);
        mask &= lanes_equal(lanes_load_eights(b.area, at), area) |
                lanes_equal(lanes_load_eights(b.sill, at), sill);
        lanes dx = lanes_load_eights(b.x, at) - my_x, dy = lanes_load_eights(b.y, at) - my_y;
        lanes distance2 = dx * dx + dy * dy;
        lanes_mask same = mask & lanes_less(distance2, lanes_all(1e-10f));
        if (lanes_bits(same)) {
            dx = lanes_select(same, part_by_number(me, at), dx);
            dy = lanes_select(same, zero, dy);
            distance2 = dx * dx + dy * dy;
        }
        mask &= lanes_less(distance2, lanes_all(SIGHT_M * SIGHT_M));
        lanes ahead = dx * ex + dy * ey, left = dy * ex - dx * ey;
        lanes touch = radius + lanes_load_eights(b.radius, at);
        /* 0: wants the same way; 1: the opposite, or stands while I walk. */
        lanes other_ex = lanes_load_eights(b.ex, at), other_ey = lanes_load_eights(b.ey, at);
        lanes conflict = (one - ex * other_ex - ey * other_ey) * lanes_all(0.5f);
        lanes_mask against = mask & lanes_less(lanes_all(0.6f), conflict);
        conflict = lanes_max(conflict, lanes_load_eights(b.stands, at));
        lanes squeezed = lanes_max(squeeze, lanes_load_eights(b.squeeze, at));
        lanes other_queued = lanes_load_eights(b.queued, at);
        lanes give = conflict * lanes_max(squeezed, lanes_all(MEETING_SHARE));
        give = lanes_max(
            give, lanes_select(lanes_equal(other_queued, queued), zero, lanes_all(STANDS_SHARE)));
        lanes room = (touch + gap) * (one - give);

        lanes turned = squeezed - lanes_all(TURNS_FROM);
        lanes hard = touch * (one - lanes_max(turned, zero) * conflict);
        lanes close2 = hard + reach;
        uint32_t closely = lanes_bits(mask & lanes_less(distance2, close2 * close2));
        if (closely) {
            lanes_pack(close->x + close_count, dx, closely, table);
            lanes_pack(close->y + close_count, dy, closely, table);
            lanes_pack(close->touch + close_count, hard, closely, table);
            lanes_pack(close->rank + close_count, lanes_load_eights(b.rank, at), closely, table);
            close_count += (uint32_t)__builtin_popcount(closely);
            close_count = close_count < CLOSE_MAX ? close_count : CLOSE_MAX;
        }

        mask &= lanes_less(lanes_all(-0.1f), ahead);
        uint32_t bits = lanes_bits(mask);
        if (bits == 0)
            continue;
        lanes_mask before = mask & lanes_less(zero, ahead);
        lanes facing = room + lanes_all(0.15f);
        oncoming |= lanes_bits(mask & against);
        faced |= lanes_bits(before & lanes_less(lanes_all(0.6f), conflict) &
                            lanes_less(distance2, facing * facing));
        if (v->in_doorway) {
            lanes touching = touch + lanes_all(0.03f);
            touched |= lanes_bits(before & lanes_less(distance2, touching * touching));
        }
        if (!looks) {
            lanes along = ahead * cosine + left * sine;
            lanes share = (left * cosine - ahead * sine) / room;
            least = room_before(least, mask, along, share, room, NEAR_MISS);
            continue;
        }
        lanes vx = lanes_load_eights(b.vx, at), vy = lanes_load_eights(b.vy, at);
        /* Who comes towards me is not expected behind me; who goes my way, no farther than now, or
         * nobody would overtake. */
        lanes then = ahead + then_s * lanes_min(vx * ex + vy * ey, zero);
        then = lanes_max(then, lanes_min(ahead, room));
        lanes left_then = left + then_s * (vy * ex - vx * ey);
        lanes_pack(seen->ahead + seen_count, ahead, bits, table);
        lanes_pack(seen->left + seen_count, left, bits, table);
        lanes_pack(seen->ahead_then + seen_count, then, bits, table);
        lanes_pack(seen->left_then + seen_count, left_then, bits, table);
        lanes_pack(seen->room + seen_count, room, bits, table);
        seen_count += (uint32_t)__builtin_popcount(bits);
        seen_count = seen_count < SEEN_MAX ? seen_count : SEEN_MAX;
    }
    seen->count = seen_count;
    close->count = close_count;
    if (!looks)
        v->room_m = lanes_least(least);
    v->oncoming |= oncoming;
    v->faced |= faced;
    v->touched |= touched;
}

static void see_eights(struct view *v, struct eights *near, uint32_t count)
{
    if (v->looks)
        see_who(v, near, count, true);
    else
        see_who(v, near, count, false);
}

/* What follows of who was seen, once of all. */
static inline void seen_all(struct view *v)
{
    struct seen *s = &v->seen;
    for (uint32_t k = 0; k < s->count; k += LANES)
        lanes_store(s->per_room + k, lanes_all(1) / lanes_load(s->room + k));
    /* The last lanes beyond the end are compared too. */
    lanes far = lanes_all(-1e6f), zero = lanes_all(0), one = lanes_all(1);
    lanes_store(s->ahead + s->count, far);
    lanes_store(s->left + s->count, zero);
    lanes_store(s->ahead_then + s->count, far);
    lanes_store(s->left_then + s->count, zero);
    lanes_store(s->room + s->count, one);
    lanes_store(s->per_room + s->count, one);
}

/* Each of two takes at most half of what is between them, so they cannot meet; who overlap part. Of
 * two who are near, the higher rank takes all of it, and the lower steps back. */
static inline void part_close(struct view *v)
{
    struct close *c = &v->close;
    lanes zero = lanes_all(0), my_rank = lanes_all(v->rank);
    for (uint32_t k = 0; k < c->count; k += LANES) {
        lanes_mask mask = lanes_first((int32_t)(c->count - k));
        lanes dx = lanes_load(c->x + k), dy = lanes_load(c->y + k);
        lanes rank = lanes_load(c->rank + k), distance = lanes_sqrt(dx * dx + dy * dy);
        lanes per_distance = lanes_all(1) / distance, gap = distance - lanes_load(c->touch + k);
        lanes_mask apart = lanes_less(zero, gap), near = lanes_less(gap, lanes_all(RANK_M));
        lanes_mask higher = mask & near & lanes_less(my_rank, rank);
        lanes_mask lower = near & apart & lanes_less(rank, my_rank);
        lanes half = gap * lanes_all(v->c->steer.half_per_step);
        lanes parting = lanes_max(gap * lanes_all(1 / PART_S), lanes_all(-PART_MPS));
        lanes most = lanes_select(apart, half, zero);
        most = lanes_select(lower, half + half, lanes_select(higher, zero, most));
        lanes should = lanes_select(apart, most, parting);
        should = lanes_select(higher, lanes_all(-RANK_MPS), should);
        if (lanes_bits(higher)) {
            float passed_on = lanes_greatest(lanes_select(higher, rank, zero)) * RANK_FADES;
            v->close.passed_on = passed_on > v->close.passed_on ? passed_on : v->close.passed_on;
        }
        lanes_store(c->x + k, dx * per_distance);
        lanes_store(c->y + k, dy * per_distance);
        lanes_store(c->should_mps + k, should);
        lanes_store(c->most_mps + k, most);
    }
}

/* Those of first..end, eight by eight; hardly ever more than sixteen. Returns the count. */
static inline uint32_t add_run(struct view *v, struct eights *near, uint32_t count, uint32_t first,
                               uint32_t end)
{
    for (bool more = true; more; more = first < end) {
        if (count + 2 > NEAR_MAX) {
            see_eights(v, near, count);
            count = 0;
        }
        for (int n = 0; n < 2; n++, first += 8) {
            int32_t left = (int32_t)(end - first);
            near->at[count] = first;
            near->bits[count] = (uint8_t)((1u << (left < 0 ? 0 : left < 8 ? left : 8)) - 1);
            count += left > 0;
        }
    }
    return count;
}

static uint32_t in_cells(const struct grid *g, uint32_t row, uint32_t column)
{
    uint32_t count = 0;
    for (uint32_t r = row - 1; r <= row + 1; r++)
        count += g->first[r * g->columns + column + 2] - g->first[r * g->columns + column - 1];
    return count;
}

/* Two cells the way wanted and to its sides, one back; where it is busy, one to the sides, too;
 * where it is crowded, one all around. */
static void see_bodies(struct view *v)
{
    const struct grid *g = &v->c->grid;
    int column = (int)(g->bodies.x[v->me] * (float)(1 / GRID_CELL_M));
    int row = (int)(g->bodies.y[v->me] * (float)(1 / GRID_CELL_M));
    uint32_t around = g->bodies.radius[v->me] < BROAD_M
                          ? in_cells(g, (uint32_t)row, (uint32_t)column)
                          : 0;
    bool near = around >= CROWDED;
    float back = around >= BUSY ? -BACK : BACK;
    int left = column - (near || v->ex > back ? 1 : 2);
    int right = column + (near || v->ex < -back ? 1 : 2);
    int low = row - (near || v->ey > back ? 1 : 2), high = row + (near || v->ey < -back ? 1 : 2);
    /* The grid has a cell beyond the ground on each side, but looks go two cells far. */
    left = left < 0 ? 0 : left;
    right = right < (int)g->columns ? right : (int)g->columns - 1;
    low = low < 0 ? 0 : low;
    high = high < (int)g->rows ? high : (int)g->rows - 1;
    struct eights eights;
    uint32_t count = 0;
    for (int r = low; r <= high; r++) {
        const uint32_t *first = g->first + (uint32_t)r * g->columns;
        count = add_run(v, &eights, count, first[left], first[right + 1]);
    }
    see_eights(v, &eights, count);
}

static void see_edges(struct view *v)
{
    uint32_t cell = v->c->grid.by_edges[v->me], person = v->c->grid.sorted[v->me], count;
    if (cell == NO_CELL)
        return;
    const struct walls *walls = &v->c->ground->areas[v->c->people.place[person]].walls;
    const uint32_t *near = walls_listed(walls, cell, &count);
    struct point at = person_at(v->c, person);
    float reach = FAST_MPS * v->step_s + (float)WALL_MARGIN_M + PART_MPS * v->step_s;
    for (uint32_t i = 0; i < count; i++) {
        const struct edge *edge = &walls->edges[near[i]];
        struct point foot = edge_nearest(edge, at);
        struct vec to = { (float)(foot.x - at.x), (float)(foot.y - at.y) };
        float distance = __builtin_sqrtf(to.x * to.x + to.y * to.y);
        if (distance < reach)
            v->marks |= MARK_BY_EDGE;
        if (edge->kind != EDGE_WALL || distance > WALL_SIGHT_M || distance < 1e-6f ||
            v->wall_count == WALLS_MAX)
            continue;
        float room = distance - WALL_BODY_M;
        v->walls[v->wall_count++] =
            (struct seen_wall){ to.x / distance, to.y / distance, distance,
                                room > 0 ? room * v->c->steer.per_wall_headway : 0 };
    }
}

/* In a way for one, people walk in the middle, one behind the other: which way the middle is, as a
 * velocity. False: it is wider. */
static bool for_one(const struct view *v, struct vec *to_middle)
{
    for (uint32_t k = 0; k < v->wall_count; k++)
        for (uint32_t j = k + 1; j < v->wall_count; j++) {
            const struct seen_wall *a = &v->walls[k], *b = &v->walls[j];
            if (a->metres + b->metres > FOR_ONE_M || a->x * b->x + a->y * b->y > OPPOSITE)
                continue;
            float off = (a->metres - b->metres) * 0.5f / MIDDLE_S;
            *to_middle = (struct vec){ a->x * off, a->y * off };
            return true;
        }
    return false;
}

/* Single file: nobody is overtaken, so one looks farther both ways. */
struct file {
    float room_m;       /* to the next ahead */
    float follower_mps; /* the fastest behind would walk */
};

static void look_along(const struct view *v, uint32_t from, uint32_t end, struct file *out)
{
    const struct bodies *b = &v->c->grid.bodies;
    uint32_t me = v->me;
    for (uint32_t k = from; k < end; k++) {
        float dx = b->x[k] - b->x[me], dy = b->y[k] - b->y[me];
        float ahead = dx * v->ex + dy * v->ey, distance2 = dx * dx + dy * dy;
        if (distance2 > FILE_SIGHT_M * FILE_SIGHT_M || ahead * ahead < FILE_CONE2 * distance2 ||
            b->ex[k] * v->ex + b->ey[k] * v->ey < SAME_WAY ||
            (b->area[k] != b->area[me] && b->sill[k] != b->sill[me]))
            continue;
        float room = __builtin_sqrtf(distance2) - b->radius[k] - b->radius[me] - v->c->steer.gap_m;
        if (ahead > 0)
            out->room_m = room < out->room_m ? room : out->room_m;
        else if (ahead < 0)
            out->follower_mps =
                b->want_mps[k] > out->follower_mps ? b->want_mps[k] : out->follower_mps;
    }
}

static struct file see_file(const struct view *v)
{
    const struct grid *g = &v->c->grid;
    struct file file = { FILE_SIGHT_M, 0 };
    int reach = (int)(FILE_SIGHT_M * (float)(1 / GRID_CELL_M)) + 1;
    int column = (int)(g->bodies.x[v->me] * (float)(1 / GRID_CELL_M));
    int row = (int)(g->bodies.y[v->me] * (float)(1 / GRID_CELL_M));
    int left = column < reach ? 0 : column - reach;
    int right = column + reach < (int)g->columns ? column + reach : (int)g->columns - 1;
    for (int r = row < reach ? 0 : row - reach; r <= row + reach && r < (int)g->rows; r++) {
        const uint32_t *first = g->first + (uint32_t)r * g->columns;
        look_along(v, first[left], first[right + 1], &file);
    }
    return file;
}

#endif
