#include "clients/cli/bowl_parts.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "clients/cli/venue_builder.h"

#define ROW_SKIP_CM 100.0 /* From the aisle to a short row's first seat, at most. */

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

uint32_t layout_build_blocks(struct layout *layout, uint32_t t)
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

/* How many seats each block's row loses: whole blocks' rows far from the main stand (south) first.
 */
static void share_surplus(const struct bowl_tier *tier, uint32_t surplus, const uint32_t *seats,
                          uint32_t *lost)
{
    for (uint32_t step = 0; step < tier->aisles && surplus > 0; step++) {
        uint32_t away = (step + 1) / 2; /* From the north, alternating sides. */
        uint32_t i = step % 2 ? away : (tier->aisles - away) % tier->aisles;
        lost[i] = seats[i] < surplus ? seats[i] : surplus;
        surplus -= lost[i];
    }
    assert(surplus == 0);
}

void layout_build_rows(struct layout *layout, uint32_t t, uint32_t first_block)
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
        if (t + 1 == layout->plan->request.tiers)
            share_surplus(tier, bowl_row_surplus(layout->plan, tier, r), seats, lost);
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
