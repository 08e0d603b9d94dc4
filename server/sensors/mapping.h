/* A sensor's message as readings: JSON, or a plain number, by a route of the configuration. */
#ifndef SENSORS_MAPPING_H
#define SENSORS_MAPPING_H

#include "server/app/readings.h"
#include "server/base/arena.h"
#include "server/ports/sensors.h"
#include "server/sensors/config.h"
#include "server/sensors/names.h"

enum { MAPPING_ROWS = 4096, MAPPING_PAYLOAD_BYTES = 256 * 1024, MAPPING_WHY_BYTES = 200 };

/* Why a message is refused before the intake sees it. */
struct mapping_refusal {
    const char *reason; /* "UNKNOWN_TOPIC": static. */
    char why[MAPPING_WHY_BYTES];
};

/* Running totals by device, place and value: their last ones, so that steps can be told. */
struct totals;
struct totals *totals_create(void);
void totals_destroy(struct totals *totals);

/* A total that is the last one from now on, if the intake takes the message. */
struct total_step {
    uint64_t key;
    double total;
};

struct mapped {
    struct readings readings; /* In the arena. `sequence` 0: the message has none. */
    struct total_step *steps;
    uint32_t step_count;
    bool flows; /* Counts what happened since the last message. */
};

/* False: *refusal says why. `now_ms` is when it is true unless the message says so. */
bool mapping_read(const struct sensor_route *route, const struct topic_parts *parts,
                  const struct sensor_message *message, const struct names *names,
                  const struct totals *totals, int64_t now_ms, struct arena *arena,
                  struct mapped *out, struct mapping_refusal *refusal);
/* False: there is no room for another total. */
bool totals_keep(struct totals *totals, const struct mapped *mapped);

#endif
