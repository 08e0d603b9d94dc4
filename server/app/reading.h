/* One reading of one device, as api/tifo/v1/telemetry.proto's Reading: checked by itself, then
 * taken as columns of one row. */
#ifndef APP_READING_H
#define APP_READING_H

#include "server/app/readings.h"
#include "server/base/geofence.h"

enum reading_kind {
    READING_NONE = 0, /* It says nothing: refused. */
    READING_TURNSTILE,
    READING_ZONE,
    READING_QUEUE,
    READING_POSITION,
    READING_MEASUREMENT,
};

/* Where a position is told, and how it says the place. */
enum reading_where { WHERE_NONE = 0, WHERE_LOCAL, WHERE_WGS84 };
enum reading_at { AT_NONE = 0, AT_LEVEL, AT_PLACE };

struct reading {
    const char *device;
    uint64_t sequence;
    int64_t at_ms;
    enum reading_kind kind;
    uint32_t index;  /* Gate, place or queue. */
    uint32_t people; /* In; people; waiting. */
    uint32_t others; /* Out; served. */
    enum reading_where where;
    double x, y; /* LOCAL: metres. WGS84: longitude, latitude in degrees. */
    enum reading_at at;
    int32_t level;
    const char *quantity; /* MEASUREMENT */
    double value;
    bool replay;                         /* As in struct readings, */
    const struct credential *credential; /* the same. */
};

/* What reading_place() finds. */
struct reading_spot {
    int32_t x_cm, y_cm;
    uint32_t place;
};

/* Everything that telemetry.proto promises of a reading; a position gets its *spot. Fields of the
 * refusal begin at the reading: "turnstile.gate". */
bool reading_check(const struct reading *reading, const struct venue *venue,
                   const struct geofence *fence, int64_t now_ms, struct reading_spot *spot,
                   struct refusal *refusal);

/* Columns of one row that point into both. Of a position the device is the sender itself. */
void reading_columns(const struct reading *reading, const struct reading_spot *spot,
                     struct readings *out);

#endif
