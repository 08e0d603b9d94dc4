/* Which row of a pool has an id, where the row begins with its id (struct id): the map need not
 * keep it. Derived from the rows: no part of the digest. */
#ifndef CORE_ROW_MAP_H
#define CORE_ROW_MAP_H

#include "server/base/image.h"
#include "server/core/id_map.h"

/* There are as many as there are holds, orders and tickets: 8 bytes each. */
struct row_map_slot {
    uint32_t row; /* 1 + index; 0: the slot is empty. */
    uint32_t tag; /* The id's hash: other rows are hardly ever looked at. */
};

struct row_map {
    const struct pool *rows;
    struct row_map_slot *slots; /* Open addressing, at most seven eighths full. */
    uint32_t room;
    uint32_t count;
};
void row_map_init(struct row_map *map, const struct pool *rows);
void row_map_fini(struct row_map *map);

/* The index, or ID_MAP_NONE. */
uint32_t row_map_find(const struct row_map *map, struct id id);
/* Of a row that has its id, which is not there; of one that is, before it changes. */
void row_map_add(struct row_map *map, uint32_t index);
void row_map_remove(struct row_map *map, uint32_t index);
/* After that of its rows. */
void row_map_image(struct image *image, struct row_map *map);

#endif
