#include "server/core/row_map.h"

#include "server/base/hash.h"

#include <assert.h>
#include <stdlib.h>

enum { ROOM_LEAST = 64, ROOM_MOST = 1 << 30 };

void row_map_init(struct row_map *map, const struct pool *rows)
{
    *map = (struct row_map){ .rows = rows };
}

void row_map_fini(struct row_map *map)
{
    free(map->slots);
    map->slots = NULL;
    map->room = map->count = 0;
}

static struct id id_of(const struct row_map *map, uint32_t index)
{
    return *(const struct id *)pool_get(map->rows, index);
}

static uint32_t tag_of(struct id id)
{
    return (uint32_t)hash_end(hash_word(id.high, id.low));
}

/* Slots are as many as are needed and a few; homes follow the tags. */
static uint32_t home_of(const struct row_map *map, uint32_t tag)
{
    return (uint32_t)((uint64_t)tag * map->room >> 32);
}

static uint32_t after(const struct row_map *map, uint32_t at)
{
    return at + 1 < map->room ? at + 1 : 0;
}

/* From one slot on to another. */
static uint32_t distance(const struct row_map *map, uint32_t from, uint32_t to)
{
    return to >= from ? to - from : to + map->room - from;
}

/* Where it is, or the empty slot where it would go. */
static uint32_t place(const struct row_map *map, struct id id)
{
    const uint32_t tag = tag_of(id);
    uint32_t at = home_of(map, tag);
    for (; map->slots[at].row; at = after(map, at))
        if (map->slots[at].tag == tag && id_equal(id_of(map, map->slots[at].row - 1), id))
            break;
    return at;
}

static void resize(struct row_map *map, uint32_t room)
{
    const struct row_map old = *map;
    map->room = room;
    map->slots = base_alloc(room * sizeof(*map->slots));
    for (uint32_t i = 0; i < old.room; i++) {
        if (!old.slots[i].row)
            continue;
        uint32_t at = home_of(map, old.slots[i].tag);
        while (map->slots[at].row)
            at = after(map, at);
        map->slots[at] = old.slots[i];
    }
    free(old.slots);
}

uint32_t row_map_find(const struct row_map *map, struct id id)
{
    if (map->count == 0)
        return ID_MAP_NONE;
    const uint32_t row = map->slots[place(map, id)].row;
    return row ? row - 1 : ID_MAP_NONE;
}

void row_map_add(struct row_map *map, uint32_t index)
{
    if (map->count >= map->room - map->room / 8)
        resize(map, map->room ? map->room + map->room / 4 : ROOM_LEAST);
    const struct id id = id_of(map, index);
    struct row_map_slot *slot = &map->slots[place(map, id)];
    assert(!slot->row);
    *slot = (struct row_map_slot){ index + 1, tag_of(id) };
    map->count++;
}

void row_map_remove(struct row_map *map, uint32_t index)
{
    const struct id id = id_of(map, index);
    uint32_t hole = place(map, id);
    assert(map->slots[hole].row == index + 1);
    /* What follows without a gap moves up, as far as its home allows. */
    for (uint32_t at = after(map, hole); map->slots[at].row; at = after(map, at)) {
        const uint32_t home = home_of(map, map->slots[at].tag);
        if (distance(map, home, at) >= distance(map, hole, at)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole] = (struct row_map_slot){ 0 };
    map->count--;
}

/* As it is. */
void row_map_image(struct image *image, struct row_map *map)
{
    image_count(image, &map->room, ROOM_MOST);
    image_count(image, &map->count, map->room);
    image_heap_array(image, (void **)&map->slots, map->room, sizeof(*map->slots));
    if (image->broken && image_reads(image))
        map->room = map->count = 0;
}
