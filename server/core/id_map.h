/* Which row has an id. Derived from the rows: no part of the digest. */
#ifndef CORE_ID_MAP_H
#define CORE_ID_MAP_H

#include "server/base/image.h"
#include "server/core/id.h"

struct id_map_slot {
    struct id id;
    uint32_t row; /* 1 + index; 0: the slot is empty. */
};

/* Zeroed is empty. Open addressing, at most half full. */
struct id_map {
    struct id_map_slot *slots;
    uint32_t room; /* A power of two, or 0. */
    uint32_t count;
};
void id_map_fini(struct id_map *map);

#define ID_MAP_NONE UINT32_MAX
/* The index, or ID_MAP_NONE. */
uint32_t id_map_find(const struct id_map *map, struct id id);
/* An id that is not there. */
void id_map_add(struct id_map *map, struct id id, uint32_t index);
/* An id that is. */
void id_map_remove(struct id_map *map, struct id id);
void id_map_image(struct image *image, struct id_map *map);

#endif
