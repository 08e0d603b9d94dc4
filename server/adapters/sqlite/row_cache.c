#include "server/adapters/sqlite/row_cache.h"

#include "server/base/hash.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_MIN = 256 };

void row_cache_fini(struct row_cache *cache)
{
    arena_fini(&cache->arena);
    free(cache->rows);
    free(cache->slots);
    *cache = (struct row_cache){ 0 };
}

void row_cache_clear(struct row_cache *cache)
{
    arena_reset(&cache->arena);
    if (cache->count)
        memset(cache->slots, 0, 2 * (size_t)cache->room * sizeof *cache->slots);
    cache->count = 0;
}

static uint64_t key_hash(const struct records_table *table, uint32_t number, const void *row)
{
    uint64_t hash = hash_word(0, number);
    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct field *field = &table->fields->rows[i];
        const char *text = (const char *)row + field->offset;
        if (field->type == FIELD_TEXT)
            hash = hash_bytes(hash, text, strlen(text));
        else
            hash = hash_word(hash, (uint64_t)field_integer(field, row));
    }
    return hash_end(hash);
}

static bool same_key(const struct records_table *table, const void *a, const void *b)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct field *field = &table->fields->rows[i];
        if (field->type == FIELD_TEXT
                ? strcmp((const char *)a + field->offset, (const char *)b + field->offset) != 0
                : field_integer(field, a) != field_integer(field, b))
            return false;
    }
    return true;
}

struct cached_row *row_cache_find(const struct row_cache *cache,
                                  const struct records_schema *schema, uint32_t table,
                                  const void *row)
{
    if (cache->count == 0)
        return NULL;
    const uint32_t mask = 2 * cache->room - 1;
    const uint64_t hash = key_hash(&schema->tables[table], table, row);
    for (uint32_t at = (uint32_t)hash & mask; cache->slots[at]; at = (at + 1) & mask) {
        struct cached_row *found = &cache->rows[cache->slots[at] - 1];
        if (found->hash == hash && found->table == table &&
            same_key(&schema->tables[table], found->row, row))
            return found;
    }
    return NULL;
}

static void enter(struct row_cache *cache, uint32_t index)
{
    const uint32_t mask = 2 * cache->room - 1;
    uint32_t at = (uint32_t)cache->rows[index].hash & mask;
    while (cache->slots[at])
        at = (at + 1) & mask;
    cache->slots[at] = index + 1;
}

static void grow(struct row_cache *cache)
{
    struct cached_row *old = cache->rows;
    cache->room = cache->room ? 2 * cache->room : ROOM_MIN;
    cache->rows = base_alloc(cache->room * sizeof *cache->rows);
    if (cache->count)
        memcpy(cache->rows, old, cache->count * sizeof *old);
    free(old);
    free(cache->slots);
    cache->slots = base_alloc(2 * (size_t)cache->room * sizeof *cache->slots);
    for (uint32_t i = 0; i < cache->count; i++)
        enter(cache, i);
}

struct cached_row *row_cache_add(struct row_cache *cache, const struct records_schema *schema,
                                 uint32_t table, const void *row)
{
    const struct records_table *t = &schema->tables[table];
    if (cache->count == cache->room)
        grow(cache);
    struct cached_row *added = &cache->rows[cache->count];
    *added = (struct cached_row){ .hash = key_hash(t, table, row),
                                  .table = table,
                                  .row = arena_copy(&cache->arena, row, t->fields->size) };
    enter(cache, cache->count++);
    return added;
}
