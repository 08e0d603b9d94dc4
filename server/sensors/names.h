/* Names of a venue's places, gates and queues, found quickly. */
#ifndef SENSORS_NAMES_H
#define SENSORS_NAMES_H

#include "server/core/venue.h"

struct name {
    const char *id; /* The venue's. */
    uint32_t index;
};
struct name_list {
    struct name *names; /* Ascending by id. */
    uint32_t count;
};
struct names {
    struct name_list places; /* Zones, blocks: place index. */
    struct name_list gates;
    struct name_list queues; /* Facilities, gates: as telemetry.proto counts queues. */
};

void names_init(struct names *names, const struct venue *venue);
void names_fini(struct names *names);
bool names_find(const struct name_list *list, const char *id, uint32_t *index);

#endif
