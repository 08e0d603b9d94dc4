#include "tests/bench/load/latency.h"

#include <stdio.h>
#include <stdlib.h>

void latency_add(struct latency *latency, uint64_t us)
{
    if (latency->count == latency->room) {
        latency->room = latency->room ? latency->room * 2 : 1 << 16;
        latency->each_us = realloc(latency->each_us, latency->room * sizeof *latency->each_us);
        if (!latency->each_us) {
            fprintf(stderr, "load: out of memory\n");
            abort();
        }
    }
    latency->each_us[latency->count++] = us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

void latency_clear(struct latency *latency)
{
    latency->count = 0;
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

uint32_t latency_quantile_us(struct latency *latency, double part)
{
    if (latency->count == 0)
        return 0;
    qsort(latency->each_us, latency->count, sizeof *latency->each_us, compare);
    return latency->each_us[(size_t)(part * (double)(latency->count - 1))];
}
