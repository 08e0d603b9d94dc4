#include "sim/foreign/foreign.h"

#include "sim/core/crowd.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPAN_MOST_M2 4e6

enum { NOTE = 400, NOTES_MOST = 200, SAMPLES = 12 };

void *foreign_add(void *array, size_t *count, size_t size)
{
    /* Grows when the count is a power of two. */
    if ((*count & (*count - 1)) == 0) {
        array = realloc(array, (*count ? 2 * *count : 1) * size);
        if (array == NULL)
            abort();
    }
    memset((char *)array + *count * size, 0, size);
    (*count)++;
    return array;
}

void foreign_note(struct foreign *f, const char *format, ...)
{
    char words[NOTE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < f->note_count; i++)
        if (strcmp(f->notes[i], words) == 0)
            return;
    if (f->note_count == NOTES_MOST - 1)
        strcpy(words, "more notes like these were left out");
    if (f->note_count == NOTES_MOST)
        return;
    f->notes = foreign_add(f->notes, &f->note_count, sizeof *f->notes);
    f->notes[f->note_count - 1] = strdup(words);
}

size_t foreign_route(struct foreign *f, const size_t *stops, size_t count)
{
    f->routes = foreign_add(f->routes, &f->route_count, sizeof *f->routes);
    f->routes[f->route_count - 1] = (struct foreign_route){ f->stop_count, count };
    for (size_t i = 0; i < count; i++) {
        f->stops = foreign_add(f->stops, &f->stop_count, sizeof *f->stops);
        f->stops[f->stop_count - 1] = stops[i];
    }
    return f->route_count - 1;
}

size_t foreign_people(const struct foreign *f)
{
    size_t people = f->people_count;
    for (size_t i = 0; i < f->source_count; i++)
        for (size_t b = 0; b < f->sources[i].batch_count; b++)
            people += f->sources[i].batches[b].count;
    return people;
}

static void paths_fini(struct path *paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((void *)paths[i].points);
    free(paths);
}

static void source_fini(struct foreign_source *source)
{
    free((void *)source->ring.points);
    free(source->batches);
    free(source->choices);
    draw_fini(&source->speed_mps);
    draw_fini(&source->radius_m);
    draw_fini(&source->delay_s);
}

void foreign_fini(struct foreign *f)
{
    for (size_t i = 0; i < f->area_count; i++) {
        free((void *)f->areas[i].outline.points);
        paths_fini(f->areas[i].holes, f->areas[i].hole_count);
    }
    for (size_t i = 0; i < f->spot_count; i++) {
        paths_fini(f->spots[i].rings, f->spots[i].ring_count);
        draw_fini(&f->spots[i].wait);
    }
    for (size_t i = 0; i < f->source_count; i++)
        source_fini(&f->sources[i]);
    for (size_t i = 0; i < f->zone_count; i++)
        free((void *)f->zones[i].ring.points);
    for (size_t i = 0; i < f->changer_count; i++) {
        free((void *)f->changers[i].ring.points);
        free(f->changers[i].chances);
    }
    for (size_t i = 0; i < f->measure_count; i++)
        free((void *)f->measures[i].ring.points);
    for (size_t i = 0; i < f->note_count; i++)
        free(f->notes[i]);
    free(f->areas);
    free(f->spots);
    free(f->sources);
    free(f->people);
    free(f->zones);
    free(f->changers);
    free(f->measures);
    free(f->edges);
    free(f->routes);
    free(f->stops);
    free(f->notes);
    *f = (struct foreign){ .area_count = 0 };
}

/* ---- The ground ------------------------------------------------------------------------------ */

static void widen(struct path ring, struct point *low, struct point *high)
{
    for (uint32_t i = 0; i < ring.count; i++) {
        *low = (struct point){ fmin(low->x, ring.points[i].x), fmin(low->y, ring.points[i].y) };
        *high = (struct point){ fmax(high->x, ring.points[i].x), fmax(high->y, ring.points[i].y) };
    }
}

static bool ring_contains(struct path ring, struct point p)
{
    bool inside = false;
    for (uint32_t i = 0, j = ring.count - 1; i < ring.count; j = i++) {
        struct point a = ring.points[i], b = ring.points[j];
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y))
            inside = !inside;
    }
    return inside;
}

/* How many samples of a spot's box lie in both. */
static size_t shared(const struct foreign_spot *spot, const struct foreign_area *area)
{
    struct point low = { INFINITY, INFINITY }, high = { -INFINITY, -INFINITY };
    for (size_t r = 0; r < spot->ring_count; r++)
        widen(spot->rings[r], &low, &high);
    size_t count = 0;
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        struct point at = { low.x + (high.x - low.x) * (i % SAMPLES + 0.5) / SAMPLES,
                            low.y + (high.y - low.y) * (i / SAMPLES + 0.5) / SAMPLES };
        bool in_spot = false;
        for (size_t r = 0; r < spot->ring_count; r++)
            in_spot |= ring_contains(spot->rings[r], at);
        count += in_spot && ring_contains(area->outline, at);
    }
    return count;
}

static uint32_t area_of(const struct foreign *f, const struct foreign_spot *spot)
{
    uint32_t best = 0;
    size_t most = 0;
    for (size_t i = 0; f->area_count > 1 && i < f->area_count; i++) {
        size_t count = shared(spot, &f->areas[i]);
        if (count > most) {
            most = count;
            best = (uint32_t)i;
        }
    }
    return best;
}

/* Areas far from each other would make grids of nothing. */
static bool fits(const struct foreign *f, struct ground_error *error)
{
    struct point low = { INFINITY, INFINITY }, high = { -INFINITY, -INFINITY };
    for (size_t i = 0; i < f->area_count; i++)
        widen(f->areas[i].outline, &low, &high);
    double width = high.x - low.x, depth = high.y - low.y;
    if (width * depth <= SPAN_MOST_M2)
        return true;
    snprintf(error->text, sizeof error->text,
             "all floors together span %.0f m by %.0f m, more than the %.0f m2 that can be walked",
             width, depth, SPAN_MOST_M2);
    return false;
}

struct ground *foreign_ground(const struct foreign *f, struct ground_error *error)
{
    if (!fits(f, error))
        return NULL;
    struct area_def *areas = calloc(f->area_count + 1, sizeof *areas);
    struct spot_def *spots = calloc(f->spot_count + 1, sizeof *spots);
    if (areas == NULL || spots == NULL)
        abort();
    for (size_t i = 0; i < f->area_count; i++)
        areas[i] = (struct area_def){ .name = "of the file",
                                      .outline = f->areas[i].outline,
                                      .holes = f->areas[i].holes,
                                      .hole_count = (uint32_t)f->areas[i].hole_count };
    for (size_t i = 0; i < f->spot_count; i++)
        spots[i] = (struct spot_def){ .name = f->spots[i].name,
                                      .area = area_of(f, &f->spots[i]),
                                      .rings = f->spots[i].rings,
                                      .ring_count = (uint32_t)f->spots[i].ring_count,
                                      .reach_m = f->spots[i].reach_m };
    struct ground_def def = { .areas = areas,
                              .area_count = (uint32_t)f->area_count,
                              .spots = spots,
                              .spot_count = (uint32_t)f->spot_count };
    struct ground *ground = ground_create(&def, error);
    free(areas);
    free(spots);
    return ground;
}

bool foreign_area_at(const struct ground *ground, size_t areas, struct point at, uint32_t *area)
{
    for (*area = 0; *area < areas; (*area)++)
        if (ground_contains(ground, *area, at))
            return true;
    return false;
}
