/*
 * Rows of one transaction in memory: what is put and read again and again until the commit is
 * written once, with it. Keyed by table and the table's leading fields.
 */
#ifndef ADAPTERS_SQLITE_ROW_CACHE_H
#define ADAPTERS_SQLITE_ROW_CACHE_H

#include "server/base/arena.h"
#include "server/ports/records.h"

struct cached_row {
    uint64_t hash; /* Of table and key. */
    uint32_t table;
    bool changed; /* It is still to be written. */
    void *row;
};

/* Zeroed is empty. */
struct row_cache {
    struct arena arena; /* The rows themselves. */
    struct cached_row *rows;
    uint32_t count, room;
    uint32_t *slots; /* Hash -> row + 1; 0: empty. Twice the room. */
};
void row_cache_fini(struct row_cache *cache);
/* Forgets all rows. */
void row_cache_clear(struct row_cache *cache);

/* NULL: none with the key of `row` is there. Valid until the next one is added. */
struct cached_row *row_cache_find(const struct row_cache *cache,
                                  const struct records_schema *schema, uint32_t table,
                                  const void *row);
/* Copies a row whose key is not there yet. */
struct cached_row *row_cache_add(struct row_cache *cache, const struct records_schema *schema,
                                 uint32_t table, const void *row);

#endif
