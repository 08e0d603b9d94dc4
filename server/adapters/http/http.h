/*
 * Sensors that are asked over HTTP, again and again, over libcurl: one thread for all of them, a
 * connection kept for each. One that does not answer in time, or not with 200, is asked less and
 * less often, up to every 30 s, and holds up no other one. What has not changed since (ETag, 304)
 * is not taken again. Nothing is acknowledged: a device that is asked has its reading still.
 */
#ifndef ADAPTERS_HTTP_HTTP_H
#define ADAPTERS_HTTP_HTTP_H

#include "server/base/log.h"
#include "server/ports/sensors.h"

enum { HTTP_BODY_BYTES = 256 * 1024 };

/* Copied, but for `name`, which outlives the source. */
struct http_poll {
    const char *name; /* The link's, and its messages' topic. */
    const char *url;
    const char *user, *password; /* NULL: none. */
    const char *ca;              /* PEM file; NULL: the system's CAs. */
    int64_t every_ms, timeout_ms;
};

/* A link for each poll. `log` outlives the source. */
struct sensor_source *http_sensors_open(const struct http_poll *polls, uint32_t count,
                                        const struct log *log);

#endif
