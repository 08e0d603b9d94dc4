#include "clients/cli/bowl_layout.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clients/cli/venue_builder.h"

#define PLAZA_DEPTH_CM    800.0
#define PLAZA_HALF_CM     800.0
#define COUNTER_MIN_CM    300.0
#define COUNTER_MAX_CM    500.0
#define COUNTER_SERVER_CM 80.0
#define GATE_CLEARANCE_CM 300.0 /* Along the wall opposite a gate. */
#define ROW_SKIP_CM       100.0 /* From the aisle to a short row's first seat, at most. */
#define SPOT_MARGIN_CM    60.0  /* Between a counter and the next opening. */
#define TILLS_A_COUNTER   6
#define TOILETS_A_COUNTER 10
#define COUNTERS_A_SECTOR 5

static const char *const winds[BOWL_SECTORS] = { "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                                 "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW" };

/* A wall of a concourse, and the pieces of it that are taken. */
struct ring_wall {
    struct wall wall;
    struct {
        double u0, u1;
    } taken[BOWL_AISLES_MAX + 2 * BOWL_STAIRS_MAX + BOWL_GATES_MAX +
            BOWL_SECTORS * COUNTERS_A_SECTOR];
    size_t taken_count;
};

struct layout {
    const struct bowl_plan *plan;
    Tifo__V1__Venue *venue;
    double around; /* Length of u. */
    double marks[BOWL_SECTORS];
    struct ring_wall inner, outer;             /* Level 1 */
    struct ring_wall upper_inner, upper_outer; /* Level 2 */
    /* Where people come in and out, found before the zones are drawn. */
    struct line_cm aisle_ends[2][BOWL_AISLES_MAX];
    struct line_cm stairs_bottom[BOWL_STAIRS_MAX], stairs_top[BOWL_STAIRS_MAX];
    struct line_cm gate_lines[BOWL_GATES_MAX];
    /* First zone of each kind. */
    uint32_t sectors, upper_sectors, aisles[2], stairs, plazas;
    uint32_t food_count, toilets_count;
};

/* ---- Walls and what opens in them -------------------------------------------------- */

/* Centimetres along a wall to u. */
static double to_u(const struct layout *layout, const struct wall *wall, double u, double cm)
{
    bool corner = curve_frame(&layout->plan->curve, u).in_corner;
    return corner ? cm * layout->plan->curve.reference_cm / wall->d : cm;
}

static void take(struct ring_wall *ring, double u0, double u1)
{
    ring->taken[ring->taken_count].u0 = u0;
    ring->taken[ring->taken_count++].u1 = u1;
}

static bool is_free(const struct layout *layout, const struct ring_wall *ring, double u0, double u1)
{
    for (size_t i = 0; i < ring->taken_count; i++)
        for (int lap = -1; lap <= 1; lap++)
            if (ring->taken[i].u0 + lap * layout->around < u1 &&
                ring->taken[i].u1 + lap * layout->around > u0)
                return false;
    return true;
}

static struct line_cm open_ring(struct layout *layout, struct ring_wall *ring, double u,
                                double width_cm)
{
    double half = to_u(layout, &ring->wall, u, width_cm / 2);
    take(ring, u - half, u + half);
    return wall_open(&ring->wall, u, width_cm);
}

/* The two ends of stairs i: u of the box, and of the openings at its ends. */
static void stairs_span(const struct layout *layout, uint32_t i, double *u0, double *u1)
{
    const struct bowl_plan *plan = layout->plan;
    double u = bowl_stairs_u(plan, i);
    double half = to_u(layout, &layout->inner.wall, u, plan->stairs_length_cm / 2);
    *u0 = u - half;
    *u1 = u + half;
}

static void open_stairs(struct layout *layout, uint32_t i)
{
    double u0, u1, width_cm = layout->plan->stairs_cm;
    stairs_span(layout, i, &u0, &u1);
    struct ring_wall *walls[] = { &layout->inner, &layout->upper_outer };
    for (size_t w = 0; w < 2; w++) {
        wall_mark(&walls[w]->wall, u0);
        wall_mark(&walls[w]->wall, u1);
    }
    /* A hand's breadth stays at each end, so that openings in corners keep inside the box. */
    double bottom = u0 + to_u(layout, &layout->inner.wall, u0, width_cm / 2);
    double top = u1 - to_u(layout, &layout->upper_outer.wall, u1, width_cm / 2);
    take(&layout->inner, u0, u1);
    take(&layout->upper_outer, u0, u1);
    layout->stairs_bottom[i] =
        open_ring(layout, &layout->inner, bottom, width_cm - BOWL_STAIRS_JAMB_CM);
    layout->stairs_top[i] =
        open_ring(layout, &layout->upper_outer, top, width_cm - BOWL_STAIRS_JAMB_CM);
}

static double plaza_half_u(const struct layout *layout, uint32_t gate)
{
    double nearest = layout->around;
    uint32_t gates = layout->plan->request.gates;
    double u = layout->plan->gates[gate].u;
    for (uint32_t i = 0; i < gates; i++) {
        double apart = fabs(layout->plan->gates[i].u - u);
        if (i != gate)
            nearest = fmin(nearest, fmin(apart, layout->around - apart));
    }
    double half_cm = fmax(PLAZA_HALF_CM, layout->plan->gates[gate].width_cm);
    return fmin(to_u(layout, &layout->outer.wall, u, half_cm), nearest / 2 - 50);
}

static void open_walls(struct layout *layout)
{
    const struct bowl_plan *plan = layout->plan;
    bool upper = plan->request.tiers == 2;
    for (size_t i = 0; i < BOWL_SECTORS; i++)
        layout->marks[i] = bowl_sector_u(plan, (double)i + 0.5);
    const struct {
        struct ring_wall *ring;
        double d;
    } rings[] = { { &layout->inner, plan->ring_in_cm },
                  { &layout->outer, plan->ring_out_cm },
                  { &layout->upper_inner, plan->upper_ring_in_cm },
                  { &layout->upper_outer, plan->upper_ring_out_cm } };
    for (size_t i = 0; i < (upper ? 4 : 2); i++)
        wall_init(&rings[i].ring->wall, &plan->curve, rings[i].d, layout->marks, BOWL_SECTORS);
    for (uint32_t t = 0; t < plan->request.tiers; t++)
        for (uint32_t i = 0; i < plan->tiers[t].aisles; i++)
            layout->aisle_ends[t][i] =
                open_ring(layout, t ? &layout->upper_inner : &layout->inner,
                          bowl_aisle_u(plan, &plan->tiers[t], (int)i), plan->tiers[t].aisle_cm);
    for (uint32_t i = 0; i < plan->stairs; i++)
        open_stairs(layout, i);
    for (uint32_t i = 0; i < plan->request.gates; i++) {
        double u = plan->gates[i].u, half = plaza_half_u(layout, i);
        wall_mark(&layout->outer.wall, u - half);
        wall_mark(&layout->outer.wall, u + half);
        layout->gate_lines[i] = open_ring(layout, &layout->outer, u, plan->gates[i].width_cm);
        /* No queue across the way out. */
        double clear =
            to_u(layout, &layout->inner.wall, u, plan->gates[i].width_cm / 2 + GATE_CLEARANCE_CM);
        take(&layout->inner, u - clear, u + clear);
    }
}

/* ---- Counters ---------------------------------------------------------------------- */

struct counter {
    Tifo__V1__FacilityKind kind;
    uint32_t sector; /* 0..15 */
    struct line_cm front;
};

/* A counter in the sector, where a wall is free: first in the middle of the inner wall. */
static bool find_spot(struct layout *layout, bool upper, uint32_t sector, double length_cm,
                      struct line_cm *front)
{
    static const double offsets[] = { 0, -0.375, 0.375, -0.3, 0.3, -0.15, 0.15 };
    struct ring_wall *walls[] = { upper ? &layout->upper_outer : &layout->inner,
                                  upper ? &layout->upper_inner : &layout->outer };
    for (size_t w = 0; w < 2; w++) {
        for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
            double u = bowl_sector_u(layout->plan, sector + offsets[i]);
            double half = to_u(layout, &walls[w]->wall, u, length_cm / 2 + SPOT_MARGIN_CM);
            double bound = bowl_sector_u(layout->plan, sector + 0.5);
            double other = bowl_sector_u(layout->plan, sector - 0.5);
            if (u + half > bound || u - half < other ||
                !is_free(layout, walls[w], u - half, u + half))
                continue;
            *front = open_ring(layout, walls[w], u, length_cm);
            return true;
        }
    }
    return false;
}

/* Finds places for a level's counters, food and toilets in turn, before the walls are cut. */
static size_t place_counters(struct layout *layout, bool upper, uint32_t tills, uint32_t toilets,
                             struct counter *out)
{
    uint32_t wanted = tills / TILLS_A_COUNTER + toilets / TOILETS_A_COUNTER;
    uint32_t rounds = (wanted + BOWL_SECTORS - 1) / BOWL_SECTORS;
    rounds = rounds < 1 ? 1 : rounds > COUNTERS_A_SECTOR ? COUNTERS_A_SECTOR : rounds;
    double servers = (double)tills / (rounds * BOWL_SECTORS / 2);
    double length_cm = fmin(COUNTER_MAX_CM, fmax(COUNTER_MIN_CM, servers * COUNTER_SERVER_CM));
    size_t count = 0;
    for (uint32_t round = 0; round < rounds; round++) {
        for (uint32_t sector = 0; sector < BOWL_SECTORS; sector++) {
            struct counter *counter = &out[count];
            counter->sector = sector;
            counter->kind = (count + upper) % 2 ? TIFO__V1__FACILITY_KIND__FACILITY_KIND_TOILETS
                                                : TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
            count += find_spot(layout, upper, sector, floor(length_cm / 10) * 10, &counter->front);
        }
    }
    return count;
}

static void build_counters(struct layout *layout, uint32_t first_zone, uint32_t tills,
                           uint32_t toilets, const struct counter *counters, size_t count)
{
    uint32_t food = 0;
    for (size_t i = 0; i < count; i++)
        food += counters[i].kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
    uint32_t other = (uint32_t)count - food;
    assert(food > 0 && other > 0);
    for (size_t i = 0; i < count; i++) {
        bool is_food = counters[i].kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD;
        uint32_t servers = is_food ? (tills + food - 1) / food : (toilets + other - 1) / other;
        build_facility(layout->venue, counters[i].kind,
                       is_food ? ++layout->food_count : ++layout->toilets_count,
                       first_zone + counters[i].sector, servers,
                       is_food ? BOWL_TILL_S : BOWL_TOILET_S, counters[i].front);
    }
}

/* ---- Zones ------------------------------------------------------------------------- */

static uint32_t build_sectors(struct layout *layout, int32_t level, const struct ring_wall *inner,
                              const struct ring_wall *outer)
{
    uint32_t first = (uint32_t)layout->venue->n_zones;
    for (uint32_t i = 0; i < BOWL_SECTORS; i++) {
        double u0 = bowl_sector_u(layout->plan, i - 0.5), u1 = bowl_sector_u(layout->plan, i + 0.5);
        char id[24], name[32];
        snprintf(id, sizeof(id), "L%d-%s", level, winds[i]);
        snprintf(name, sizeof(name), "Level %d %s", level, winds[i]);
        struct trace outline = { 0 };
        wall_cut(&inner->wall, u0, u1, true, &outline);
        wall_cut_back(&outer->wall, u0, u1, true, &outline);
        build_zone(layout->venue,
                   &(struct zone_spec){ .id = id,
                                        .name = name,
                                        .level = level,
                                        .kind = TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE },
                   &outline);
    }
    return first;
}

static uint32_t build_aisles(struct layout *layout, uint32_t t)
{
    const struct bowl_tier *tier = &layout->plan->tiers[t];
    struct wall front = { .curve = &layout->plan->curve, .d = tier->front_cm };
    uint32_t first = (uint32_t)layout->venue->n_zones;
    for (uint32_t i = 0; i < tier->aisles; i++) {
        struct line_cm start =
            wall_chord(&front, bowl_aisle_u(layout->plan, tier, (int)i), tier->aisle_cm);
        struct line_cm end = layout->aisle_ends[t][i];
        char id[24], name[32];
        snprintf(id, sizeof(id), "A%u%02u", t + 1, i + 1);
        snprintf(name, sizeof(name), "Aisle %u%02u", t + 1, i + 1);
        struct trace outline = { 0 };
        trace_add(&outline, start.x0, start.y0);
        trace_add(&outline, start.x1, start.y1);
        trace_add(&outline, end.x1, end.y1);
        trace_add(&outline, end.x0, end.y0);
        build_zone(layout->venue,
                   &(struct zone_spec){ .id = id,
                                        .name = name,
                                        .level = (int32_t)t + 1,
                                        .kind = TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE },
                   &outline);
    }
    return first;
}

/* The sector that holds u. */
static uint32_t sector_at(const struct layout *layout, double u)
{
    double sector = floor(u / layout->around * BOWL_SECTORS + 0.5);
    return (uint32_t)((int)sector + BOWL_SECTORS) % BOWL_SECTORS;
}

static void build_stairs_zones(struct layout *layout)
{
    layout->stairs = (uint32_t)layout->venue->n_zones;
    for (uint32_t i = 0; i < layout->plan->stairs; i++) {
        double u0, u1;
        stairs_span(layout, i, &u0, &u1);
        const char *wind = winds[sector_at(layout, (u0 + u1) / 2)];
        char id[24], name[32];
        snprintf(id, sizeof(id), "S%u", i + 1);
        snprintf(name, sizeof(name), "Stairs %u %s", i + 1, wind);
        struct trace outline = { 0 };
        wall_cut(&layout->upper_outer.wall, u0, u1, true, &outline);
        wall_cut_back(&layout->inner.wall, u0, u1, true, &outline);
        build_zone(layout->venue,
                   &(struct zone_spec){ .id = id,
                                        .name = name,
                                        .level = 1,
                                        .level_to = 2,
                                        .rise_m = BOWL_RISE_M,
                                        .kind = TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS },
                   &outline);
    }
}

static void build_plazas(struct layout *layout)
{
    struct wall edge;
    wall_init(&edge, &layout->plan->curve, layout->plan->ring_out_cm + PLAZA_DEPTH_CM, NULL, 0);
    layout->plazas = (uint32_t)layout->venue->n_zones;
    for (uint32_t i = 0; i < layout->plan->request.gates; i++) {
        double u = layout->plan->gates[i].u, half = plaza_half_u(layout, i);
        char id[24], name[32];
        snprintf(id, sizeof(id), "out-G%u", i + 1);
        snprintf(name, sizeof(name), "Plaza G%u", i + 1);
        struct trace outline = { 0 };
        wall_cut(&layout->outer.wall, u - half, u + half, true, &outline);
        wall_cut_back(&edge, u - half, u + half, true, &outline);
        build_zone(layout->venue,
                   &(struct zone_spec){ .id = id,
                                        .name = name,
                                        .level = 1,
                                        .kind = TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE },
                   &outline);
    }
    wall_fini(&edge);
}

/* ---- Blocks ------------------------------------------------------------------------ */

/* The part of a row that has seats: in its middle, but never far from where it starts. */
static struct trace seat_line(const struct trace *row, uint32_t seats)
{
    double seated = seats * BOWL_SEAT_CM, at = 0;
    double skip = fmin((trace_length_cm(row) - seated) / 2, ROW_SKIP_CM);
    double ends[2] = { skip, skip + seated };
    struct trace line = { 0 };
    for (size_t i = 1; i < row->count; i++) {
        const int32_t *a = &row->xy[2 * i - 2], *b = &row->xy[2 * i];
        double piece = trace_length_cm(&(struct trace){ row->xy + 2 * i - 2, 2 });
        for (int e = 0; e < 2; e++) {
            double part = (ends[e] - at) / piece;
            if (part >= -1e-9 && part <= 1 + 1e-9)
                trace_add(&line, (int32_t)lround(a[0] + (b[0] - a[0]) * part),
                          (int32_t)lround(a[1] + (b[1] - a[1]) * part));
            if (e == 0 && at + piece > ends[0] && at + piece < ends[1] && i + 1 < row->count)
                trace_add(&line, b[0], b[1]);
        }
        at += piece;
    }
    return line;
}

/* "North lower", by the quarter that the middle of the block lies in. */
static void stand_name(const struct layout *layout, uint32_t t, double u, char *out, size_t size)
{
    static const char *const sides[] = { "North", "East", "South", "West" };
    int quarter = (int)floor(u / layout->around * 4 + 0.5 + 1e-9) % 4;
    const char *tier = t ? " upper" : " lower";
    snprintf(out, size, "%s%s", sides[quarter], layout->plan->request.tiers == 2 ? tier : "");
}

static uint32_t build_tier_blocks(struct layout *layout, uint32_t t)
{
    const struct bowl_tier *tier = &layout->plan->tiers[t];
    struct wall front, back;
    bowl_tier_wall(layout->plan, tier, tier->front_cm, &front);
    bowl_tier_wall(layout->plan, tier, tier->back_cm, &back);
    uint32_t first = (uint32_t)layout->venue->n_blocks;
    for (uint32_t i = 0; i < tier->aisles; i++) {
        double u0 = bowl_aisle_u(layout->plan, tier, (int)i - 1);
        double u1 = bowl_aisle_u(layout->plan, tier, (int)i);
        char id[24], stand[24];
        snprintf(id, sizeof(id), "%u%02u", t + 1, i + 1);
        stand_name(layout, t, (u0 + u1) / 2, stand, sizeof(stand));
        struct trace outline = { 0 };
        wall_cut(&front, u0, u1, false, &outline);
        wall_cut_back(&back, u0, u1, false, &outline);
        build_block(layout->venue, id, stand, (int32_t)t + 1, &outline);
    }
    wall_fini(&front);
    wall_fini(&back);
    return first;
}

/* How many seats each block's last row loses: whole rows far from the main stand (south) first. */
static void share_surplus(const struct layout *layout, const struct bowl_tier *tier,
                          const uint32_t *seats, uint32_t *lost)
{
    uint32_t surplus = layout->plan->surplus, half = tier->aisles / 2;
    for (uint32_t step = 0; step < tier->aisles && surplus > 0; step++) {
        uint32_t away = (step + 1) / 2; /* From the north, alternating sides. */
        uint32_t i = step % 2 ? away : (tier->aisles - away) % tier->aisles;
        assert(away <= half);
        lost[i] = seats[i] < surplus ? seats[i] : surplus;
        surplus -= lost[i];
    }
    assert(surplus == 0);
}

static void build_rows(struct layout *layout, uint32_t t, uint32_t first_block)
{
    const struct bowl_tier *tier = &layout->plan->tiers[t];
    for (uint32_t r = 0; r < tier->rows; r++) {
        struct wall line;
        bowl_tier_wall(layout->plan, tier, tier->front_cm + (r + 0.5) * BOWL_ROW_CM, &line);
        struct trace rows[BOWL_AISLES_MAX] = { 0 };
        uint32_t seats[BOWL_AISLES_MAX], lost[BOWL_AISLES_MAX] = { 0 };
        for (uint32_t i = 0; i < tier->aisles; i++) {
            wall_cut(&line, bowl_aisle_u(layout->plan, tier, (int)i - 1),
                     bowl_aisle_u(layout->plan, tier, (int)i), false, &rows[i]);
            seats[i] = bowl_row_seats(trace_length_cm(&rows[i]));
        }
        if (r + 1 == tier->rows && t + 1 == layout->plan->request.tiers)
            share_surplus(layout, tier, seats, lost);
        for (uint32_t i = 0; i < tier->aisles; i++) {
            if (seats[i] > lost[i]) {
                struct trace seated = seat_line(&rows[i], seats[i] - lost[i]);
                build_row(layout->venue->blocks[first_block + i], seats[i] - lost[i], &seated);
                trace_fini(&seated);
            }
            trace_fini(&rows[i]);
        }
        wall_fini(&line);
    }
}

/* ---- Openings and gates ------------------------------------------------------------ */

static void join_sectors(struct layout *layout, uint32_t first, const struct ring_wall *inner,
                         const struct ring_wall *outer)
{
    for (uint32_t i = 0; i < BOWL_SECTORS; i++) {
        struct line_cm a = wall_chord(&inner->wall, layout->marks[i], 0);
        struct line_cm b = wall_chord(&outer->wall, layout->marks[i], 0);
        build_opening(layout->venue, first + i, first + (i + 1) % BOWL_SECTORS,
                      (struct line_cm){ a.x0, a.y0, b.x0, b.y0 });
    }
}

/* An aisle opens to its concourse, and along both its sides to its blocks. */
static void join_aisles(struct layout *layout, uint32_t t, uint32_t first_block, uint32_t sectors)
{
    const struct bowl_tier *tier = &layout->plan->tiers[t];
    struct wall front = { .curve = &layout->plan->curve, .d = tier->front_cm };
    struct wall back = { .curve = &layout->plan->curve, .d = tier->back_cm };
    uint32_t blocks = (uint32_t)layout->venue->n_zones + first_block;
    for (uint32_t i = 0; i < tier->aisles; i++) {
        double u = bowl_aisle_u(layout->plan, tier, (int)i);
        struct line_cm a = wall_chord(&front, u, tier->aisle_cm);
        struct line_cm b = wall_chord(&back, u, tier->aisle_cm);
        uint32_t aisle = layout->aisles[t] + i;
        build_opening(layout->venue, aisle, sectors + sector_at(layout, u),
                      layout->aisle_ends[t][i]);
        build_opening(layout->venue, blocks + i, aisle, (struct line_cm){ a.x0, a.y0, b.x0, b.y0 });
        build_opening(layout->venue, blocks + (i + 1) % tier->aisles, aisle,
                      (struct line_cm){ a.x1, a.y1, b.x1, b.y1 });
    }
}

static void join_stairs(struct layout *layout)
{
    for (uint32_t i = 0; i < layout->plan->stairs; i++) {
        double u0, u1;
        stairs_span(layout, i, &u0, &u1);
        build_opening(layout->venue, layout->stairs + i,
                      layout->sectors + sector_at(layout, u0 + 50), layout->stairs_bottom[i]);
        build_opening(layout->venue, layout->stairs + i,
                      layout->upper_sectors + sector_at(layout, u1 - 50), layout->stairs_top[i]);
    }
}

static void build_gates(struct layout *layout)
{
    for (uint32_t i = 0; i < layout->plan->request.gates; i++) {
        const struct bowl_gate *gate = &layout->plan->gates[i];
        uint32_t sector = sector_at(layout, gate->u);
        build_gate(layout->venue, winds[sector], layout->sectors + sector, layout->plazas + i,
                   gate->turnstiles, layout->gate_lines[i]);
    }
}

static void build_pitch(Tifo__V1__Venue *venue)
{
    int32_t xy[] = { -5250, -3400, 5250, -3400, 5250, 3400, -5250, 3400 };
    venue->pitch = build_path(&(struct trace){ xy, 4 });
}

Tifo__V1__Venue *bowl_layout(const struct bowl_plan *plan, const struct bowl_names *names)
{
    struct layout layout = { .plan = plan, .around = curve_length_cm(&plan->curve) };
    bool upper = plan->request.tiers == 2;
    layout.venue = build_venue(names->id, names->name, names->anchor);
    build_level(layout.venue, 1, 0);
    if (upper)
        build_level(layout.venue, 2, BOWL_RISE_M);
    build_pitch(layout.venue);

    open_walls(&layout);
    uint32_t seats = plan->tiers[0].seats + plan->tiers[1].seats;
    uint32_t tills = (uint32_t)((uint64_t)plan->tills * plan->tiers[0].seats / seats);
    uint32_t toilets = (uint32_t)((uint64_t)plan->toilets * plan->tiers[0].seats / seats);
    struct counter counters[2][BOWL_SECTORS * COUNTERS_A_SECTOR];
    size_t counts[2] = { place_counters(&layout, false, tills, toilets, counters[0]), 0 };
    if (upper)
        counts[1] = place_counters(&layout, true, plan->tills - tills, plan->toilets - toilets,
                                   counters[1]);

    layout.sectors = build_sectors(&layout, 1, &layout.inner, &layout.outer);
    if (upper)
        layout.upper_sectors = build_sectors(&layout, 2, &layout.upper_inner, &layout.upper_outer);
    for (uint32_t t = 0; t < plan->request.tiers; t++)
        layout.aisles[t] = build_aisles(&layout, t);
    build_stairs_zones(&layout);
    build_plazas(&layout);

    uint32_t blocks[2] = { 0 };
    for (uint32_t t = 0; t < plan->request.tiers; t++) {
        blocks[t] = build_tier_blocks(&layout, t);
        build_rows(&layout, t, blocks[t]);
    }
    join_sectors(&layout, layout.sectors, &layout.inner, &layout.outer);
    if (upper)
        join_sectors(&layout, layout.upper_sectors, &layout.upper_inner, &layout.upper_outer);
    for (uint32_t t = 0; t < plan->request.tiers; t++)
        join_aisles(&layout, t, blocks[t], t ? layout.upper_sectors : layout.sectors);
    join_stairs(&layout);
    build_gates(&layout);
    build_counters(&layout, layout.sectors, tills, toilets, counters[0], counts[0]);
    if (upper)
        build_counters(&layout, layout.upper_sectors, plan->tills - tills, plan->toilets - toilets,
                       counters[1], counts[1]);
    wall_fini(&layout.inner.wall);
    wall_fini(&layout.outer.wall);
    wall_fini(&layout.upper_inner.wall);
    wall_fini(&layout.upper_outer.wall);
    return layout.venue;
}
