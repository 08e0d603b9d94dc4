/* One message of a telemetry source, as columns that stay the caller's. */
#ifndef APP_READINGS_H
#define APP_READINGS_H

#include "server/base/slice.h"
#include "server/core/fact.h"
#include "server/core/venue.h"

struct i32s {
    const int32_t *v;
    uint32_t count;
};

struct readings {
    const char *source;
    uint64_t sequence;
    int64_t at_ms;
    struct u32s gate, gate_in, gate_out;
    struct u32s place, people;
    struct u32s queue, waiting, served;
    struct u32s device, device_place;
    struct i32s device_x_cm, device_y_cm;
};

/* Readings at most this far ahead of stadium time are taken. */
enum { READINGS_AHEAD_MS = 60 * 1000 };
/* The end of the year 9999: the core takes no time beyond it, and sums of times cannot overflow. */
#define READINGS_LAST_MS INT64_C(253402300799999)

/* Rows of all four groups. */
uint64_t readings_rows(const struct readings *readings);

/* Checks everything that telemetry.proto promises, against the venue. While `now_ms` is
 * CLOCK_UNSET_MS only a time after the year 9999 is too far ahead. On false *refusal says what is
 * wrong where. */
bool readings_check(const struct readings *readings, const struct venue *venue, int64_t now_ms,
                    struct refusal *refusal);

#endif
