#include "server/app/pace.h"

enum { WINDOW_MS = 100 };

void pace_append_begins(struct pace *pace, int64_t now_ms)
{
    pace->began_ms = now_ms;
}

void pace_append_ends(struct pace *pace, int64_t now_ms)
{
    pace->busy_ms += now_ms - pace->began_ms;
}

uint32_t pace_estimate(struct pace *pace)
{
    if (pace->busy_ms < WINDOW_MS)
        return 0;
    const int64_t count = (int64_t)pace->durable * PACE_WAIT_MS / pace->busy_ms;
    pace->busy_ms = 0;
    pace->durable = 0;
    return count > PACE_LEAST ? (uint32_t)count : PACE_LEAST;
}
