/* Times as sensors write them. */
#ifndef SENSORS_WHEN_H
#define SENSORS_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* RFC 3339, "2026-05-16T14:41:00.250+02:00": Unix milliseconds. */
bool when_parse(const char *text, int64_t *ms);

#endif
