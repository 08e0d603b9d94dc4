#include "clients/cli/bowl_parts.h"

#include <assert.h>
#include <math.h>

#include "clients/cli/venue_builder.h"

#define COUNTER_MIN_CM    300.0
#define COUNTER_MAX_CM    500.0
#define COUNTER_SERVER_CM 80.0
#define SPOT_MARGIN_CM    60.0 /* Between a counter and the next opening. */
#define TILLS_A_COUNTER   6
#define TOILETS_A_COUNTER 10

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
            double half = layout_to_u(layout, &walls[w]->wall, u, length_cm / 2 + SPOT_MARGIN_CM);
            double bound = bowl_sector_u(layout->plan, sector + 0.5);
            double other = bowl_sector_u(layout->plan, sector - 0.5);
            if (u + half > bound || u - half < other ||
                !ring_is_free(layout, walls[w], u - half, u + half))
                continue;
            *front = ring_open(layout, walls[w], u, length_cm);
            return true;
        }
    }
    return false;
}

/* Finds places for a level's counters, food and toilets in turn, before the walls are cut. */
size_t layout_place_counters(struct layout *layout, bool upper, uint32_t tills, uint32_t toilets,
                             struct counter *out)
{
    uint32_t wanted = tills / TILLS_A_COUNTER + toilets / TOILETS_A_COUNTER;
    uint32_t rounds = (wanted + BOWL_SECTORS - 1) / BOWL_SECTORS;
    rounds = rounds < 1 ? 1 : rounds > BOWL_COUNTERS_A_SECTOR ? BOWL_COUNTERS_A_SECTOR : rounds;
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

void layout_build_counters(struct layout *layout, uint32_t first_zone, uint32_t tills,
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
