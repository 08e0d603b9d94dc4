#include "server/core/id_map.h"

#include "server/base/arena.h"
#include "server/base/hash.h"

#include <assert.h>
#include <stdlib.h>

void id_map_fini(struct id_map *map)
{
    free(map->slots);
    *map = (struct id_map){ 0 };
}

/* Where an id would like to be. */
static uint32_t home(const struct id_map *map, struct id id)
{
    return (uint32_t)hash_end(hash_word(id.high, id.low)) & (map->room - 1);
}

/* Where it is, or the empty slot where it would go. */
static uint32_t place(const struct id_map *map, struct id id)
{
    uint32_t at = home(map, id);
    while (map->slots[at].row && !id_equal(map->slots[at].id, id))
        at = (at + 1) & (map->room - 1);
    return at;
}

static void grow(struct id_map *map)
{
    struct id_map old = *map;
    map->room = old.room ? old.room * 2 : 64;
    map->slots = base_alloc(map->room * sizeof(*map->slots));
    for (uint32_t i = 0; i < old.room; i++) {
        if (old.slots[i].row)
            map->slots[place(map, old.slots[i].id)] = old.slots[i];
    }
    free(old.slots);
}

uint32_t id_map_find(const struct id_map *map, struct id id)
{
    if (map->count == 0)
        return ID_MAP_NONE;
    uint32_t row = map->slots[place(map, id)].row;
    return row ? row - 1 : ID_MAP_NONE;
}

void id_map_add(struct id_map *map, struct id id, uint32_t index)
{
    if (map->count >= map->room / 2)
        grow(map);
    struct id_map_slot *slot = &map->slots[place(map, id)];
    assert(!slot->row);
    *slot = (struct id_map_slot){ id, index + 1 };
    map->count++;
}

void id_map_remove(struct id_map *map, struct id id)
{
    uint32_t mask = map->room - 1, hole = place(map, id);
    assert(map->slots[hole].row);
    /* What follows without a gap moves up, as far as its home allows. */
    for (uint32_t at = (hole + 1) & mask; map->slots[at].row; at = (at + 1) & mask) {
        uint32_t from_home = (at - home(map, map->slots[at].id)) & mask;
        if (from_home >= ((at - hole) & mask)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole].row = 0;
    map->count--;
}

/* What is in the slots, in their order: so they are filled one after the other, too. */
void id_map_image(struct image *image, struct id_map *map)
{
    struct entry {
        uint64_t high, low, row;
    } entry;
    uint32_t count = map->count, room = map->room;
    image_count(image, &count, UINT32_MAX / 4);
    for (uint32_t i = 0; !image_reads(image) && i < room; i++) {
        const struct id_map_slot *slot = &map->slots[i];
        entry = (struct entry){ slot->id.high, slot->id.low, slot->row };
        if (slot->row)
            image_bytes(image, &entry, sizeof(entry));
    }
    for (uint32_t i = 0; image_reads(image) && i < count; i++) {
        image_bytes(image, &entry, sizeof(entry));
        if (image->broken)
            return;
        if (entry.row == 0 || entry.row >= UINT32_MAX ||
            id_map_find(map, (struct id){ entry.high, entry.low }) != ID_MAP_NONE) {
            image->broken = true;
            return;
        }
        id_map_add(map, (struct id){ entry.high, entry.low }, (uint32_t)entry.row - 1);
    }
}
