/*
 * Points a second into the time series of a file: so many series, a point each a second, with
 * every tenth of them late, merged into its second, minute and hour.
 *
 *     series_bench FOLDER  ->  points a second
 */
#include "server/adapters/sqlite/telemetry_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SERIES = 10000, SECONDS = 20 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static char names[SERIES][32];
    static struct series_bucket buckets[SERIES];
    char why[TELEMETRY_WHY_SIZE] = "give a folder";
    struct telemetry_store *store =
        argc == 2 ? sqlite_telemetry_store_open(argv[1], why, sizeof why) : NULL;
    if (!store) {
        fprintf(stderr, "series_bench: %s\n", why);
        return 1;
    }
    const int64_t start_s = 1778940000;
    const double began_s = now_s();
    for (int64_t second = 0; second < SECONDS; second++) {
        for (int i = 0; i < SERIES; i++) {
            const int64_t at_s = start_s + second - (i % 10 == 0 ? 30 : 0);
            snprintf(names[i], sizeof names[i], "place/%d/people", i);
            buckets[i] = (struct series_bucket){ names[i], at_s, 1, i, i, i, i, at_s * 1000 };
        }
        uint64_t dropped;
        if (store->ops->put(store, buckets, SERIES, NULL, 0, &dropped) != STATUS_OK) {
            fprintf(stderr, "series_bench: %s\n", store->why);
            return 1;
        }
    }
    printf("%.0f\n", SERIES * SECONDS / (now_s() - began_s));
    store->ops->close(store);
    return 0;
}
