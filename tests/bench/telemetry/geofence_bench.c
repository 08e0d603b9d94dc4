/*
 * From a position to its place on a ground: the grid, and every polygon in turn as reference.
 *
 * Both find the same but on edges, which the polygons are asked about in metres.
 *
 *     geofence_bench VENUE.geojson grid|polygons  ->  ns a lookup, and lookups that found a place
 */
#include "clients/c/tifo.h"
#include "server/base/prng.h"
#include "server/wire/geofence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { GRID_LOOKUPS = 10 * 1000 * 1000, POLYGON_LOOKUPS = 200 * 1000, PLACES_MOST = 65536 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A random point around a random place, on one of its levels: as phones are. */
struct spot {
    int32_t x_cm, y_cm, level;
};
static struct spot draw(const Tifo__V1__Venue *venue, struct prng *prng)
{
    const uint32_t place = prng_below(prng, tifo_place_count(venue));
    const Tifo__V1__Path *outline = tifo_place_outline(venue, place);
    const uint32_t a = 2 * prng_below(prng, (uint32_t)(outline->n_xy_cm / 2));
    const uint32_t b = 2 * prng_below(prng, (uint32_t)(outline->n_xy_cm / 2));
    const int32_t part = (int32_t)prng_below(prng, 1000);
    return (struct spot){
        outline->xy_cm[a] + (outline->xy_cm[b] - outline->xy_cm[a]) / 1000 * part,
        outline->xy_cm[a + 1] + (outline->xy_cm[b + 1] - outline->xy_cm[a + 1]) / 1000 * part,
        tifo_place_level(venue, place),
    };
}

static bool every_polygon(const Tifo__V1__Venue *venue, struct spot spot)
{
    for (uint32_t i = 0; i < tifo_place_count(venue); i++)
        if (tifo_place_level(venue, i) <= spot.level &&
            spot.level <= tifo_place_level_to(venue, i) &&
            tifo_place_has(venue, i, spot.x_cm / 100.0, spot.y_cm / 100.0))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct tifo_problem problem;
    Tifo__V1__Venue *venue;
    const bool grid = argc == 3 && strcmp(argv[2], "grid") == 0;
    if (argc != 3 || !tifo_venue_load(argv[1], &venue, &problem)) {
        fprintf(stderr, "usage: geofence_bench VENUE.geojson grid|polygons\n");
        return 1;
    }
    const size_t size = tifo__v1__venue__get_packed_size(venue);
    uint8_t *document = malloc(size);
    tifo__v1__venue__pack(venue, document);
    const struct venue core = { .document = { document, size } };
    const double made_s = now_s();
    struct geofence *fence = wire_geofence(&core);
    fprintf(stderr, "geofence_bench: made in %.1f ms\n", (now_s() - made_s) * 1000);
    struct prng prng = { 1 };
    const uint32_t lookups = grid ? GRID_LOOKUPS : POLYGON_LOOKUPS;
    struct spot *spots = malloc(lookups * sizeof *spots);
    for (uint32_t i = 0; i < lookups; i++)
        spots[i] = draw(venue, &prng);
    uint64_t found = 0;
    const double began_s = now_s();
    for (uint32_t i = 0; i < lookups; i++)
        found += grid ? geofence_find(fence, spots[i].x_cm, spots[i].y_cm, spots[i].level) !=
                            GEOFENCE_NONE
                      : every_polygon(venue, spots[i]);
    printf("%.2f %.4f\n", (now_s() - began_s) * 1e9 / lookups, (double)found / lookups);
    free(spots);
    geofence_destroy(fence);
    free(document);
    tifo_venue_free(venue);
    return 0;
}
