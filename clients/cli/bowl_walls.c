#include "clients/cli/bowl_parts.h"

#include <math.h>

#define PLAZA_HALF_CM     800.0
#define GATE_CLEARANCE_CM 300.0 /* Along the wall opposite a gate. */

/* Centimetres along a wall to u. */
double layout_to_u(const struct layout *layout, const struct wall *wall, double u, double cm)
{
    bool corner = curve_frame(&layout->plan->curve, u).in_corner;
    return corner ? cm * layout->plan->curve.reference_cm / wall->d : cm;
}

static void ring_take(struct ring_wall *ring, double u0, double u1)
{
    ring->taken[ring->taken_count].u0 = u0;
    ring->taken[ring->taken_count++].u1 = u1;
}

bool ring_is_free(const struct layout *layout, const struct ring_wall *ring, double u0, double u1)
{
    for (size_t i = 0; i < ring->taken_count; i++)
        for (int lap = -1; lap <= 1; lap++)
            if (ring->taken[i].u0 + lap * layout->around < u1 &&
                ring->taken[i].u1 + lap * layout->around > u0)
                return false;
    /* Nor may a marked bend lie in it, such as the end of a plaza: openings are straight. */
    for (size_t i = 0; i < ring->wall.count; i++) {
        double u = ring->wall.stations[i].u;
        for (int lap = -1; lap <= 1; lap++)
            if (ring->wall.stations[i].edge && u + lap * layout->around > u0 &&
                u + lap * layout->around < u1)
                return false;
    }
    return true;
}

struct line_cm ring_open(struct layout *layout, struct ring_wall *ring, double u, double width_cm)
{
    double half = layout_to_u(layout, &ring->wall, u, width_cm / 2);
    ring_take(ring, u - half, u + half);
    return wall_open(&ring->wall, u, width_cm);
}

/* The two ends of stairs i: u of the box, and of the openings at its ends. */
void layout_stairs_span(const struct layout *layout, uint32_t i, double *u0, double *u1)
{
    const struct bowl_plan *plan = layout->plan;
    double u = bowl_stairs_u(plan, i);
    double half = layout_to_u(layout, &layout->inner.wall, u, plan->stairs_length_cm / 2);
    *u0 = u - half;
    *u1 = u + half;
}

static void open_stairs(struct layout *layout, uint32_t i)
{
    double u0, u1, width_cm = layout->plan->stairs_cm;
    layout_stairs_span(layout, i, &u0, &u1);
    struct ring_wall *walls[] = { &layout->inner, &layout->upper_outer };
    for (size_t w = 0; w < 2; w++) {
        wall_mark(&walls[w]->wall, u0);
        wall_mark(&walls[w]->wall, u1);
    }
    /* A hand's breadth stays at each end, so that openings in corners keep inside the box. */
    double bottom = u0 + layout_to_u(layout, &layout->inner.wall, u0, width_cm / 2);
    double top = u1 - layout_to_u(layout, &layout->upper_outer.wall, u1, width_cm / 2);
    ring_take(&layout->inner, u0, u1);
    ring_take(&layout->upper_outer, u0, u1);
    layout->stairs_bottom[i] =
        ring_open(layout, &layout->inner, bottom, width_cm - BOWL_STAIRS_JAMB_CM);
    layout->stairs_top[i] =
        ring_open(layout, &layout->upper_outer, top, width_cm - BOWL_STAIRS_JAMB_CM);
}

double layout_plaza_half_u(const struct layout *layout, uint32_t gate)
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
    return fmin(layout_to_u(layout, &layout->outer.wall, u, half_cm), nearest / 2 - 50);
}

void layout_open_walls(struct layout *layout)
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
                ring_open(layout, t ? &layout->upper_inner : &layout->inner,
                          bowl_aisle_u(plan, &plan->tiers[t], (int)i), plan->tiers[t].aisle_cm);
    for (uint32_t i = 0; i < plan->stairs; i++)
        open_stairs(layout, i);
    for (uint32_t i = 0; i < plan->request.gates; i++) {
        double u = plan->gates[i].u, half = layout_plaza_half_u(layout, i);
        wall_mark(&layout->outer.wall, u - half);
        wall_mark(&layout->outer.wall, u + half);
        layout->gate_lines[i] = ring_open(layout, &layout->outer, u, plan->gates[i].width_cm);
        /* No queue across the way out. */
        double clear = layout_to_u(layout, &layout->inner.wall, u,
                                   plan->gates[i].width_cm / 2 + GATE_CLEARANCE_CM);
        ring_take(&layout->inner, u - clear, u + clear);
    }
}

/* The sector that holds u. */
uint32_t layout_sector_at(const struct layout *layout, double u)
{
    double sector = floor(u / layout->around * BOWL_SECTORS + 0.5);
    return (uint32_t)((int)sector + BOWL_SECTORS) % BOWL_SECTORS;
}

void layout_close_walls(struct layout *layout)
{
    wall_fini(&layout->inner.wall);
    wall_fini(&layout->outer.wall);
    wall_fini(&layout->upper_inner.wall);
    wall_fini(&layout->upper_outer.wall);
}
