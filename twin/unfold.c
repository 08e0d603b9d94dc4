#include "twin/unfold.h"

#include "twin/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float quarter_turn = 1.57079633f;

/* ---- The rectangle */

float base_length(const struct base *base)
{
    return 4 * (base->half_x + base->half_y) + 4 * quarter_turn * base->reference;
}

float base_way(const struct base *base, float a, float b)
{
    float length = base_length(base), way = fmodf(b - a, length);
    return way > length / 2 ? way - length : way < -length / 2 ? way + length : way;
}

/* u where each piece begins: half a side, then corner and side in turn. */
static void pieces(const struct base *base, float start[9])
{
    const float arc = quarter_turn * base->reference;
    const float lengths[9] = { base->half_y,     arc, 2 * base->half_x, arc, 2 * base->half_y, arc,
                               2 * base->half_x, arc, base->half_y };
    float u = 0;
    for (int i = 0; i < 9; i++) {
        start[i] = u;
        u += lengths[i];
    }
}

struct base_spot base_spot(const struct base *base, struct point m)
{
    float dx = m.x - base->centre.x, dy = m.y - base->centre.y;
    float x = dx * base->cosine + dy * base->sine, y = dy * base->cosine - dx * base->sine;
    float a = base->half_x, b = base->half_y, start[9];
    pieces(base, start);
    if (fabsf(x) > a && fabsf(y) > b) { /* A corner. */
        float over_x = fabsf(x) - a, over_y = fabsf(y) - b, turn = atan2f(over_y, over_x);
        int corner = y > 0 ? (x > 0 ? 0 : 1) : (x < 0 ? 2 : 3);
        if (corner % 2) /* Every second one is gone through the other way round. */
            turn = quarter_turn - turn;
        return (struct base_spot){ start[1 + 2 * corner] + turn * base->reference,
                                   hypotf(over_x, over_y) };
    }
    if (fabsf(x) - a > fabsf(y) - b) {
        float u = x > 0 ? (y >= 0 ? y : start[8] + b + y) : start[4] + b - y;
        return (struct base_spot){ u, fabsf(x) - a };
    }
    return (struct base_spot){ y > 0 ? start[2] + a - x : start[6] + a + x, fabsf(y) - b };
}

struct point base_point(const struct base *base, struct base_spot spot)
{
    static const float corner_x[4] = { 1, -1, -1, 1 }, corner_y[4] = { 1, 1, -1, -1 };
    float a = base->half_x, b = base->half_y, length = base_length(base), start[9], x, y;
    pieces(base, start);
    float u = spot.u - floorf(spot.u / length) * length;
    int piece = 8;
    while (piece > 0 && u < start[piece])
        piece--;
    float along = u - start[piece];
    if (piece % 2) {
        int corner = piece / 2;
        float turn = along / base->reference + quarter_turn * (float)corner;
        x = corner_x[corner] * a + spot.d * cosf(turn);
        y = corner_y[corner] * b + spot.d * sinf(turn);
    } else if (piece == 2 || piece == 6) {
        x = piece == 2 ? a - along : along - a;
        y = piece == 2 ? b + spot.d : -b - spot.d;
    } else {
        x = piece == 4 ? -a - spot.d : a + spot.d;
        y = piece == 4 ? b - along : piece == 0 ? along : along - b;
    }
    return (struct point){ base->centre.x + x * base->cosine - y * base->sine,
                           base->centre.y + x * base->sine + y * base->cosine };
}

static struct point vertex(const Tifo__V1__Path *path, size_t i)
{
    i = i % (path->n_xy_cm / 2);
    return (struct point){ (float)path->xy_cm[2 * i] / 100, (float)path->xy_cm[2 * i + 1] / 100 };
}

static const Tifo__V1__Path *outline_of(const Tifo__V1__Venue *v, uint32_t place)
{
    return place < v->n_zones ? v->zones[place]->outline : v->blocks[place - v->n_zones]->outline;
}

/* The farthest that an outline reaches in a direction. */
static void reach(const Tifo__V1__Path *path, float dx, float dy, float *most)
{
    for (size_t i = 0; i < path->n_xy_cm / 2; i++) {
        struct point p = vertex(path, i);
        *most = fmaxf(*most, p.x * dx + p.y * dy);
    }
}

/* Of everything inside, in the rectangle's own directions. */
static float reach_of_all(const Tifo__V1__Venue *v, const struct base *base, float angle)
{
    float dx = cosf(angle) * base->cosine - sinf(angle) * base->sine;
    float dy = cosf(angle) * base->sine + sinf(angle) * base->cosine, most = -INFINITY;
    for (uint32_t z = 0; z < v->n_zones; z++)
        if (v->zones[z]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE)
            reach(v->zones[z]->outline, dx, dy, &most);
    return most;
}

/* Along the pitch's longest side. */
static void turn_with_pitch(struct base *base, const Tifo__V1__Venue *v)
{
    float longest = 0;
    base->cosine = 1, base->sine = 0;
    for (size_t i = 0; v->pitch && i < v->pitch->n_xy_cm / 2; i++) {
        struct point a = vertex(v->pitch, i), b = vertex(v->pitch, i + 1);
        float length = hypotf(b.x - a.x, b.y - a.y);
        if (length > longest * 1.01f) {
            longest = length;
            base->cosine = (b.x - a.x) / length;
            base->sine = (b.y - a.y) / length;
        }
    }
}

/* A rounded rectangle reaches (W, H) to its sides and h at 45 degrees: its corners' radius is
 * (W + H - h sqrt 2) / (2 - sqrt 2), and what is left of W and H is the rectangle. It must lie
 * within all seats, so that everything is outside of it. */
static bool find_base(struct base *base, const Tifo__V1__Venue *v)
{
    turn_with_pitch(base, v);
    float side[8];
    for (int i = 0; i < 8; i++) {
        side[i] = reach_of_all(v, base, quarter_turn * (float)i / 2);
        if (!isfinite(side[i]))
            return false;
    }
    float x = (side[0] - side[4]) / 2, y = (side[2] - side[6]) / 2;
    float width = (side[0] + side[4]) / 2, height = (side[2] + side[6]) / 2;
    float diagonal = (side[1] + side[3] + side[5] + side[7]) / 4, root = sqrtf(2);
    float radius = (width + height - diagonal * root) / (2 - root);
    radius = fminf(fmaxf(radius, 0), fminf(width, height) - 1);
    base->centre =
        (struct point){ x * base->cosine - y * base->sine, x * base->sine + y * base->cosine };
    base->half_x = width - radius, base->half_y = height - radius;
    base->reference = fmaxf(radius, 1);
    float nearest = INFINITY;
    for (size_t b = 0; b < v->n_blocks; b++)
        for (size_t i = 0; i < v->blocks[b]->outline->n_xy_cm / 2; i++)
            nearest = fminf(nearest, base_spot(base, vertex(v->blocks[b]->outline, i)).d);
    if (!isfinite(nearest))
        return false;
    float shrink = fmaxf(0, 2 - nearest);
    base->half_x = fmaxf(base->half_x - shrink, 1);
    base->half_y = fmaxf(base->half_y - shrink, 1);
    base->reference += shrink;
    return true;
}

/* ---- Rings */

static int find_ring(const struct unfold *unfold, enum ring_kind kind, int32_t level)
{
    for (int i = 0; i < unfold->ring_count; i++)
        if (unfold->rings[i].kind == kind && unfold->rings[i].level == level)
            return i;
    return NO_RING;
}

static void add_ring(struct unfold *unfold, enum ring_kind kind, int32_t level)
{
    if (find_ring(unfold, kind, level) != NO_RING || unfold->ring_count == RINGS_MOST)
        return;
    unfold->rings[unfold->ring_count++] = (struct ring){ .kind = kind, .level = level };
}

static bool is_stairs(const Tifo__V1__Zone *zone)
{
    return zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS ||
           zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP;
}

/* Is ring `a` drawn within ring `b`? */
static bool within(const struct ring *a, const struct ring *b)
{
    if ((a->kind == RING_TIER) != (b->kind == RING_TIER))
        return a->kind == RING_TIER;
    if (a->kind == RING_TIER)
        return a->level < b->level;
    if (a->gates != b->gates)
        return b->gates;
    if (a->level != b->level)
        return a->level > b->level;
    return a->kind == RING_STAIRS;
}

static void collect_rings(struct unfold *unfold, const Tifo__V1__Venue *v)
{
    for (size_t b = 0; b < v->n_blocks; b++)
        add_ring(unfold, RING_TIER, v->blocks[b]->level);
    for (size_t z = 0; z < v->n_zones; z++) {
        if (v->zones[z]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE)
            add_ring(unfold, RING_CONCOURSE, v->zones[z]->level);
        else if (is_stairs(v->zones[z]))
            add_ring(unfold, RING_STAIRS, v->zones[z]->level);
    }
    for (size_t g = 0; g < v->n_gates; g++)
        for (int i = 0; i < unfold->ring_count; i++)
            unfold->rings[i].gates |=
                unfold->rings[i].kind != RING_TIER && unfold->rings[i].level == v->gates[g]->level;
    for (int i = 1; i < unfold->ring_count; i++) {
        struct ring ring = unfold->rings[i];
        int at = i;
        for (; at > 0 && within(&ring, &unfold->rings[at - 1]); at--)
            unfold->rings[at] = unfold->rings[at - 1];
        unfold->rings[at] = ring;
    }
}

static int ring_of(const struct unfold *unfold, const Tifo__V1__Venue *v, uint32_t place)
{
    if (place >= v->n_zones)
        return find_ring(unfold, RING_TIER, v->blocks[place - v->n_zones]->level);
    const Tifo__V1__Zone *zone = v->zones[place];
    if (!zone_is_inside(zone))
        return NO_RING;
    if (is_stairs(zone))
        return find_ring(unfold, RING_STAIRS, zone->level);
    if (zone->kind != TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE)
        return find_ring(unfold, RING_CONCOURSE, zone->level);
    int tier = find_ring(unfold, RING_TIER, zone->level);
    return tier != NO_RING ? tier : find_ring(unfold, RING_CONCOURSE, zone->level);
}

/* A line from the rectangle straight outwards. */
struct ray {
    float x, y, nx, ny;
};

/* Where a ray crosses an outline. */
static void cross_outline(const struct ray *ray, const Tifo__V1__Path *path, struct ring *ring,
                          int bin)
{
    const struct point foot = { ray->x, ray->y };
    const float nx = ray->nx, ny = ray->ny;
    for (size_t i = 0; i < path->n_xy_cm / 2; i++) {
        struct point a = vertex(path, i), b = vertex(path, i + 1);
        float side_a = nx * (a.y - foot.y) - ny * (a.x - foot.x);
        float side_b = nx * (b.y - foot.y) - ny * (b.x - foot.x);
        if ((side_a > 0) == (side_b > 0))
            continue;
        float part = side_a / (side_a - side_b);
        float d =
            (a.x + (b.x - a.x) * part - foot.x) * nx + (a.y + (b.y - a.y) * part - foot.y) * ny;
        if (d <= 0) /* On the other side of the rectangle. */
            continue;
        ring->inner[bin] = ring->there[bin] ? fminf(ring->inner[bin], d) : d;
        ring->outer[bin] = ring->there[bin] ? fmaxf(ring->outer[bin], d) : d;
        ring->there[bin] = true;
    }
}

/* Directions without anything of the ring take the nearest one's edges. */
static void fill_bins(struct ring *ring)
{
    int known = 0;
    for (int i = 0; i < RING_BINS; i++)
        known += ring->there[i];
    ring->covered = (float)known / RING_BINS;
    for (int i = 0; known && i < RING_BINS; i++) {
        for (int step = 1; !ring->there[i] && step < RING_BINS; step++) {
            int before = (i + RING_BINS - step) % RING_BINS, after = (i + step) % RING_BINS;
            int near = ring->there[before] ? before : after;
            if (!ring->there[near])
                continue;
            ring->inner[i] = ring->inner[near];
            ring->outer[i] = ring->outer[near];
            break;
        }
    }
}

static float spread_of(const float values[RING_BINS], float *mean)
{
    float low = INFINITY, high = -INFINITY, sum = 0;
    for (int i = 0; i < RING_BINS; i++) {
        low = fminf(low, values[i]), high = fmaxf(high, values[i]);
        sum += values[i];
    }
    *mean = sum / RING_BINS;
    return high - low;
}

static void find_means(struct ring *ring)
{
    static const float even_m = 0.6f; /* Arcs are drawn as chords. */
    float inner = spread_of(ring->inner, &ring->mean_inner);
    float outer = spread_of(ring->outer, &ring->mean_outer);
    ring->even = inner < even_m && outer < even_m;
}

static void measure_rings(struct unfold *unfold, const Tifo__V1__Venue *v)
{
    const struct base *base = &unfold->base;
    struct ray rays[RING_BINS];
    for (int bin = 0; bin < RING_BINS; bin++) {
        float u = (float)bin * base_length(base) / RING_BINS;
        struct point foot = base_point(base, (struct base_spot){ u, 0 });
        struct point far = base_point(base, (struct base_spot){ u, 1 });
        rays[bin] = (struct ray){ foot.x, foot.y, far.x - foot.x, far.y - foot.y };
    }
    for (uint32_t place = 0; place < unfold->places; place++) {
        int ring = unfold->place_ring[place];
        bool aisle =
            place < v->n_zones && v->zones[place]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE;
        if (ring == NO_RING || (aisle && unfold->rings[ring].kind == RING_TIER))
            continue; /* Aisles run on under other tiers. */
        for (int bin = 0; bin < RING_BINS; bin++)
            cross_outline(&rays[bin], outline_of(v, place), &unfold->rings[ring], bin);
    }
    for (int i = 0; i < unfold->ring_count; i++) {
        fill_bins(&unfold->rings[i]);
        find_means(&unfold->rings[i]);
    }
}

/* How wide a ring is drawn: as it is, but within shares of the drawing's mean half size, so that
 * all can be read whatever the ground's size. */
static float drawn_width(const struct ring *ring, float size)
{
    static const float least[] = { [RING_TIER] = 0.10f, [RING_CONCOURSE] = 0.075f };
    static const float most[] = { [RING_TIER] = 0.165f, [RING_CONCOURSE] = 0.13f };
    static const float least_gates = 0.135f, most_gates = 0.17f, stairs = 0.034f;
    if (ring->kind == RING_STAIRS)
        return stairs * size;
    float low = ring->gates ? least_gates : least[ring->kind];
    float high = ring->gates ? most_gates : most[ring->kind];
    return fminf(fmaxf(ring->mean_outer - ring->mean_inner, low * size), high * size);
}

static float gap_before(const struct ring *inner, const struct ring *ring, float size)
{
    if (ring->kind == RING_TIER)
        return 0.024f * size;
    if (inner->kind == RING_TIER)
        return 0.032f * size;
    return (ring->kind == RING_STAIRS || inner->kind == RING_STAIRS ? 0.003f : 0.024f) * size;
}

/* Seats keep their distance to the pitch; everything else follows outwards. */
static void lay_out(struct unfold *unfold)
{
    float front = INFINITY;
    for (int i = 0; i < RING_BINS; i++)
        if (unfold->rings[0].there[i])
            front = fminf(front, unfold->rings[0].inner[i]);
    float half = (unfold->base.half_x + unfold->base.half_y) / 2, size = half + front;
    for (int pass = 0; pass < 40; pass++) {
        float d = front;
        for (int i = 0; i < unfold->ring_count; i++) {
            if (i)
                d += gap_before(&unfold->rings[i - 1], &unfold->rings[i], size);
            unfold->rings[i].from = d;
            d += drawn_width(&unfold->rings[i], size);
            unfold->rings[i].to = d;
        }
        size = half + d;
    }
}

/* The outer concourse goes around, and so do the seats, nearly. */
static bool unfolds(const struct unfold *unfold)
{
    static const float around = 0.9f, nearly = 0.6f;
    bool seats = false;
    const struct ring *last = &unfold->rings[unfold->ring_count - 1];
    for (int i = 0; i < unfold->ring_count; i++)
        seats |= unfold->rings[i].kind == RING_TIER && unfold->rings[i].covered >= nearly;
    return seats && last->kind == RING_CONCOURSE && last->covered >= around;
}

bool unfold_init(struct unfold *unfold, const Tifo__V1__Venue *venue)
{
    *unfold = (struct unfold){ .places = venue->n_zones + venue->n_blocks };
    if (!find_base(&unfold->base, venue))
        return false;
    collect_rings(unfold, venue);
    unfold->place_ring = calloc(unfold->places + 1, sizeof *unfold->place_ring);
    if (!unfold->place_ring)
        abort();
    for (uint32_t place = 0; place < unfold->places; place++)
        unfold->place_ring[place] = ring_of(unfold, venue, place);
    measure_rings(unfold, venue);
    if (!unfold->ring_count || !unfolds(unfold)) {
        unfold_fini(unfold);
        return false;
    }
    lay_out(unfold);
    return true;
}

void unfold_fini(struct unfold *unfold)
{
    free(unfold->place_ring);
    *unfold = (struct unfold){ 0 };
}

/* ---- There and back */

static void edges_at(const struct ring *ring, const struct base *base, float u, float *inner,
                     float *outer)
{
    float at = u / base_length(base) * RING_BINS;
    at -= floorf(at / RING_BINS) * RING_BINS;
    int bin = (int)at, next = bin + 1;
    float part = at - (float)bin;
    bin %= RING_BINS, next %= RING_BINS;
    *inner = ring->inner[bin] + (ring->inner[next] - ring->inner[bin]) * part;
    *outer = ring->outer[bin] + (ring->outer[next] - ring->outer[bin]) * part;
}

float unfold_distance(const struct ring *ring, const struct base *base, struct base_spot spot)
{
    float inner, outer;
    edges_at(ring, base, spot.u, &inner, &outer);
    float part = (spot.d - inner) / fmaxf(outer - inner, 0.01f);
    return ring->from + (ring->to - ring->from) * fminf(fmaxf(part, 0), 1);
}

struct point unfold_point(const struct unfold *unfold, uint32_t place, struct point m)
{
    int ring = place < unfold->places ? unfold->place_ring[place] : NO_RING;
    if (ring == NO_RING)
        return m;
    struct base_spot spot = base_spot(&unfold->base, m);
    spot.d = unfold_distance(&unfold->rings[ring], &unfold->base, spot);
    return base_point(&unfold->base, spot);
}

/* Asked for every second pixel of a floor, so without base_spot()'s angle where it can be spared.
 */
struct point unfold_back(const struct unfold *unfold, int ring, struct point drawn)
{
    const struct ring *r = &unfold->rings[ring];
    const struct base *base = &unfold->base;
    float dx = drawn.x - base->centre.x, dy = drawn.y - base->centre.y;
    float x = dx * base->cosine + dy * base->sine, y = dy * base->cosine - dx * base->sine;
    float foot_x = fminf(fmaxf(x, -base->half_x), base->half_x);
    float foot_y = fminf(fmaxf(y, -base->half_y), base->half_y);
    float nx = x - foot_x, ny = y - foot_y, d = sqrtf(nx * nx + ny * ny);
    float inner = r->mean_inner, outer = r->mean_outer;
    if (!r->even)
        edges_at(r, base, base_spot(base, drawn).u, &inner, &outer);
    float part = fminf(fmaxf((d - r->from) / (r->to - r->from), 0), 1);
    float scale = (inner + (outer - inner) * part) / fmaxf(d, 0.01f);
    x = foot_x + nx * scale, y = foot_y + ny * scale;
    return (struct point){ base->centre.x + x * base->cosine - y * base->sine,
                           base->centre.y + x * base->sine + y * base->cosine };
}

float unfold_edge(const struct unfold *unfold)
{
    return unfold->rings[unfold->ring_count - 1].to;
}
