#include "clients/cli/bowl_layout.h"

#include <stdio.h>

#include "clients/cli/bowl_parts.h"
#include "clients/cli/venue_builder.h"

#define PLAZA_DEPTH_CM 800.0

static const char *const winds[BOWL_SECTORS] = { "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                                 "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW" };

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

static void build_stairs_zones(struct layout *layout)
{
    layout->stairs = (uint32_t)layout->venue->n_zones;
    for (uint32_t i = 0; i < layout->plan->stairs; i++) {
        double u0, u1;
        layout_stairs_span(layout, i, &u0, &u1);
        const char *wind = winds[layout_sector_at(layout, (u0 + u1) / 2)];
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
        double u = layout->plan->gates[i].u, half = layout_plaza_half_u(layout, i);
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
        build_opening(layout->venue, aisle, sectors + layout_sector_at(layout, u),
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
        layout_stairs_span(layout, i, &u0, &u1);
        build_opening(layout->venue, layout->stairs + i,
                      layout->sectors + layout_sector_at(layout, u0 + 50),
                      layout->stairs_bottom[i]);
        build_opening(layout->venue, layout->stairs + i,
                      layout->upper_sectors + layout_sector_at(layout, u1 - 50),
                      layout->stairs_top[i]);
    }
}

static void build_gates(struct layout *layout)
{
    for (uint32_t i = 0; i < layout->plan->request.gates; i++) {
        const struct bowl_gate *gate = &layout->plan->gates[i];
        uint32_t sector = layout_sector_at(layout, gate->u);
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

    layout_open_walls(&layout);
    uint32_t seats = plan->tiers[0].seats + plan->tiers[1].seats;
    uint32_t tills = (uint32_t)((uint64_t)plan->tills * plan->tiers[0].seats / seats);
    uint32_t toilets = (uint32_t)((uint64_t)plan->toilets * plan->tiers[0].seats / seats);
    struct counter counters[2][BOWL_COUNTERS_MAX];
    size_t counts[2] = { layout_place_counters(&layout, false, tills, toilets, counters[0]), 0 };
    if (upper)
        counts[1] = layout_place_counters(&layout, true, plan->tills - tills,
                                          plan->toilets - toilets, counters[1]);

    layout.sectors = build_sectors(&layout, 1, &layout.inner, &layout.outer);
    if (upper)
        layout.upper_sectors = build_sectors(&layout, 2, &layout.upper_inner, &layout.upper_outer);
    for (uint32_t t = 0; t < plan->request.tiers; t++)
        layout.aisles[t] = build_aisles(&layout, t);
    build_stairs_zones(&layout);
    build_plazas(&layout);

    uint32_t blocks[2] = { 0 };
    for (uint32_t t = 0; t < plan->request.tiers; t++) {
        blocks[t] = layout_build_blocks(&layout, t);
        layout_build_rows(&layout, t, blocks[t]);
    }
    join_sectors(&layout, layout.sectors, &layout.inner, &layout.outer);
    if (upper)
        join_sectors(&layout, layout.upper_sectors, &layout.upper_inner, &layout.upper_outer);
    for (uint32_t t = 0; t < plan->request.tiers; t++)
        join_aisles(&layout, t, blocks[t], t ? layout.upper_sectors : layout.sectors);
    join_stairs(&layout);
    build_gates(&layout);
    layout_build_counters(&layout, layout.sectors, tills, toilets, counters[0], counts[0]);
    if (upper)
        layout_build_counters(&layout, layout.upper_sectors, plan->tills - tills,
                              plan->toilets - toilets, counters[1], counts[1]);
    layout_close_walls(&layout);
    return layout.venue;
}
