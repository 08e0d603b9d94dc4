#include "sim/foreign/times.h"

#include <math.h>
#include <stdlib.h>

#define GAP_LEAST_S 0.001 /* So that time goes on. */

void times_add_batch(struct foreign_source *source, double at_s, uint32_t count)
{
    if (count == 0)
        return;
    source->batches = foreign_add(source->batches, &source->batch_count, sizeof *source->batches);
    source->batches[source->batch_count - 1] = (struct foreign_batch){ at_s, count };
}

static const struct draw *gap_at(const struct times *times, double at_s)
{
    for (size_t i = 0; i < times->part_count; i++)
        if (at_s < times->parts[i].until_s)
            return &times->parts[i].gap_s;
    return NULL;
}

bool times_add(const struct times *times, struct foreign_source *source)
{
    long people = 0;
    struct die die = die_of(times->seed, times->subject, 1);
    for (double at_s = times->from_s; at_s <= times->to_s && times->count > 0;) {
        long count = times->count;
        if (times->most >= 0 && people + count > times->most)
            count = times->most - people;
        if (count <= 0)
            break;
        people += count;
        if (people > FOREIGN_PEOPLE_MOST)
            return false;
        times_add_batch(source, at_s, (uint32_t)count);
        const struct draw *gap = gap_at(times, at_s);
        if (times->from_s == times->to_s || gap == NULL || gap->kind == DRAW_NONE)
            break;
        at_s += fmax(draw_next(gap, &die), GAP_LEAST_S);
    }
    return true;
}

bool times_add_flow(struct foreign_source *source, double from_s, double to_s, long number)
{
    if (number > FOREIGN_PEOPLE_MOST)
        return false;
    for (long i = 0; i < number; i++)
        times_add_batch(source, from_s + (to_s - from_s) * (double)i / (double)number, 1);
    return true;
}

static int by_time(const void *left, const void *right)
{
    const struct foreign_batch *a = left, *b = right;
    return (a->at_s > b->at_s) - (a->at_s < b->at_s);
}

void times_sort(struct foreign_source *source)
{
    if (source->batch_count > 1)
        qsort(source->batches, source->batch_count, sizeof *source->batches, by_time);
}
