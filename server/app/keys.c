#include "server/app/keys.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600 * 1000, ROOM_MIN = 64, MOVES = 16 };

/* What a key is kept as: nothing but this grows with their number. */
struct key_row {
    uint64_t scope_high, scope_low;
    uint64_t body; /* The low half of its hash. */
    uint64_t seq;  /* 0: an empty slot. */
};
_Static_assert(sizeof(struct key_row) == 32, "a key is 32 bytes");

struct caller_row {
    uint64_t caller;
    uint64_t count; /* 0: an empty slot. */
};

/* Both open addressing, with linear probes; the hashes are BLAKE2b's, so a part of one says where.
 * `room` is 0 or a power of two. */
struct key_rows {
    struct key_row *rows;
    uint64_t room;
};
/* Its rows move to a table twice as large a few at a time: nobody waits until a million have. */
struct key_table {
    struct key_rows now, before; /* `before`: some of its rows are in `now` not yet. */
    uint64_t moved;              /* So many slots of `before` have been looked at. */
    uint64_t count;
};
struct caller_table {
    struct caller_row *rows;
    uint64_t room, count;
};

struct generation {
    int64_t hour;
    struct key_table keys;
    struct caller_table callers;
};

struct keys {
    uint64_t most, most_each;
    struct generation generations[KEYS_KEPT_HOURS + 1]; /* Oldest first. */
    uint32_t generation_count;
    uint64_t count;
    struct caller_table callers; /* Over all generations. */
};

/* ---- Tables ---------------------------------------------------------------------------------- */

static struct key_row *key_slot(const struct key_rows *in, uint64_t high, uint64_t low)
{
    uint64_t at = low & (in->room - 1);
    while (in->rows[at].seq && (in->rows[at].scope_high != high || in->rows[at].scope_low != low))
        at = (at + 1) & (in->room - 1);
    return &in->rows[at];
}

static struct key_rows key_rows(uint64_t room)
{
    return (struct key_rows){ base_alloc(room * sizeof(struct key_row)), room };
}

static void key_move(struct key_table *table, uint64_t slots)
{
    struct key_rows *before = &table->before;
    for (; slots > 0 && table->moved < before->room; slots--, table->moved++) {
        const struct key_row *row = &before->rows[table->moved];
        if (row->seq)
            *key_slot(&table->now, row->scope_high, row->scope_low) = *row;
    }
    if (table->moved < before->room)
        return;
    free(before->rows);
    *before = (struct key_rows){ 0 };
    table->moved = 0;
}

/* Seven eighths full: there are as many keys to come, and MOVES for each, before it is so again. */
static void key_grow(struct key_table *table)
{
    assert(!table->before.room);
    table->before = table->now;
    table->now = key_rows(table->before.room ? 2 * table->before.room : ROOM_MIN);
}

static struct caller_row *caller_slot(const struct caller_table *table, uint64_t caller)
{
    uint64_t at = caller & (table->room - 1);
    while (table->rows[at].count && table->rows[at].caller != caller)
        at = (at + 1) & (table->room - 1);
    return &table->rows[at];
}

static void caller_add(struct caller_table *table, uint64_t caller, uint64_t count)
{
    if (table->count >= table->room - table->room / 4) {
        const struct caller_table old = *table;
        table->room = old.room ? 2 * old.room : ROOM_MIN;
        table->rows = base_alloc(table->room * sizeof *table->rows);
        for (uint64_t i = 0; i < old.room; i++)
            if (old.rows[i].count)
                *caller_slot(table, old.rows[i].caller) = old.rows[i];
        free(old.rows);
    }
    struct caller_row *row = caller_slot(table, caller);
    table->count += row->count == 0;
    row->caller = caller;
    row->count += count;
}

/* ---- Life ------------------------------------------------------------------------------------ */

struct keys *keys_create(const struct limits *limits)
{
    struct keys *keys = base_alloc(sizeof *keys);
    keys->most = limits->keys;
    keys->most_each = limits->keys_each;
    return keys;
}

static void generation_fini(struct generation *generation)
{
    free(generation->keys.now.rows);
    free(generation->keys.before.rows);
    free(generation->callers.rows);
}

void keys_destroy(struct keys *keys)
{
    if (!keys)
        return;
    for (uint32_t i = 0; i < keys->generation_count; i++)
        generation_fini(&keys->generations[i]);
    free(keys->callers.rows);
    free(keys);
}

/* Shares are what is left in the generations. */
static void count_callers(struct keys *keys)
{
    free(keys->callers.rows);
    keys->callers = (struct caller_table){ 0 };
    for (uint32_t g = 0; g < keys->generation_count; g++) {
        const struct caller_table *callers = &keys->generations[g].callers;
        for (uint64_t i = 0; i < callers->room; i++)
            if (callers->rows[i].count)
                caller_add(&keys->callers, callers->rows[i].caller, callers->rows[i].count);
    }
}

void keys_expire(struct keys *keys, int64_t now_ms)
{
    const int64_t hour = now_ms / HOUR_MS;
    uint32_t old = 0;
    while (old < keys->generation_count && keys->generations[old].hour + KEYS_KEPT_HOURS < hour)
        old++;
    if (old == 0)
        return;
    for (uint32_t i = 0; i < old; i++) {
        keys->count -= keys->generations[i].keys.count;
        generation_fini(&keys->generations[i]);
    }
    keys->generation_count -= old;
    memmove(keys->generations, keys->generations + old,
            keys->generation_count * sizeof keys->generations[0]);
    count_callers(keys);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static const struct key_row *key_find(const struct key_table *table, uint64_t scope_high,
                                      uint64_t scope_low)
{
    const struct key_row *row = key_slot(&table->now, scope_high, scope_low);
    if (!row->seq && table->before.room)
        row = key_slot(&table->before, scope_high, scope_low);
    return row->seq ? row : NULL;
}

uint64_t keys_find(const struct keys *keys, uint64_t scope_high, uint64_t scope_low, uint64_t *body)
{
    for (uint32_t g = keys->generation_count; g-- > 0;) {
        const struct key_row *row = key_find(&keys->generations[g].keys, scope_high, scope_low);
        if (row) {
            *body = row->body;
            return row->seq;
        }
    }
    return 0;
}

enum keys_room keys_room(const struct keys *keys, uint64_t caller)
{
    if (keys->count >= keys->most)
        return KEYS_ALL_FULL;
    const uint64_t used = keys->callers.room ? caller_slot(&keys->callers, caller)->count : 0;
    return used >= keys->most_each ? KEYS_CALLER_FULL : KEYS_ROOM;
}

static struct generation *newest(struct keys *keys, int64_t hour)
{
    if (keys->generation_count > 0) {
        struct generation *last = &keys->generations[keys->generation_count - 1];
        assert(last->hour <= hour);
        if (last->hour == hour)
            return last;
    }
    assert(keys->generation_count < KEYS_KEPT_HOURS + 1);
    struct generation *generation = &keys->generations[keys->generation_count++];
    *generation = (struct generation){ .hour = hour };
    return generation;
}

/* The slot of one that is not there. */
static struct key_row *key_add(struct key_table *table, uint64_t scope_high, uint64_t scope_low)
{
    key_move(table, MOVES);
    if (table->count >= table->now.room - table->now.room / 8)
        key_grow(table);
    struct key_row *row = key_slot(&table->now, scope_high, scope_low);
    table->count += row->seq == 0;
    return row;
}

void keys_add(struct keys *keys, const struct answered *answered, int64_t time_ms, uint64_t seq)
{
    keys_expire(keys, time_ms);
    struct generation *generation = newest(keys, time_ms / HOUR_MS);
    struct key_row *row = key_add(&generation->keys, answered->scope_high, answered->scope_low);
    assert(!row->seq && seq > 0);
    *row = (struct key_row){ answered->scope_high, answered->scope_low, answered->body_low, seq };
    keys->count++;
    caller_add(&generation->callers, answered->caller, 1);
    caller_add(&keys->callers, answered->caller, 1);
}

uint64_t keys_count(const struct keys *keys)
{
    return keys->count;
}

/* ---- As bytes -------------------------------------------------------------------------------- */

enum { IMAGE_ROWS_MAX = 1 << 28 };

/* Rows that come in the order of their hashes pile up in a table that grows meanwhile. */
static uint64_t room_for(uint64_t rows)
{
    uint64_t room = ROOM_MIN;
    while (rows >= room - room / 4)
        room *= 2;
    return room;
}

static void write_rows(struct image *image, const struct key_rows *from, uint64_t first)
{
    for (uint64_t i = first; i < from->room; i++)
        if (from->rows[i].seq)
            image_bytes(image, &from->rows[i], sizeof from->rows[i]);
}

/* The rows that are there; tables are made anew. */
static void generation_image(struct image *image, struct keys *keys, struct generation *generation)
{
    struct key_table *table = &generation->keys;
    uint64_t rows = table->count;
    image_bytes(image, &rows, sizeof rows);
    image->broken = image->broken || rows > IMAGE_ROWS_MAX;
    if (!image_reads(image)) {
        write_rows(image, &table->now, 0);
        write_rows(image, &table->before, table->moved);
        return;
    }
    if (!image->broken)
        table->now = key_rows(room_for(rows));
    for (uint64_t i = 0; i < rows; i++) {
        struct key_row row;
        image_bytes(image, &row, sizeof row);
        if (image->broken || !row.seq)
            break;
        *key_add(table, row.scope_high, row.scope_low) = row;
        keys->count++;
    }
}

static void callers_image(struct image *image, struct caller_table *callers)
{
    uint64_t rows = callers->count;
    image_bytes(image, &rows, sizeof rows);
    image->broken = image->broken || rows > IMAGE_ROWS_MAX;
    if (image_reads(image) && !image->broken) {
        callers->room = room_for(rows);
        callers->rows = base_alloc(callers->room * sizeof *callers->rows);
    }
    for (uint64_t i = 0; !image_reads(image) && i < callers->room; i++)
        if (callers->rows[i].count)
            image_bytes(image, &callers->rows[i], sizeof callers->rows[i]);
    for (uint64_t i = 0; image_reads(image) && i < rows; i++) {
        struct caller_row row;
        image_bytes(image, &row, sizeof row);
        if (image->broken || !row.count)
            break;
        caller_add(callers, row.caller, row.count);
    }
}

void keys_image(struct image *image, struct keys *keys)
{
    image_count(image, &keys->generation_count, KEYS_KEPT_HOURS + 1);
    for (uint32_t i = 0; i < keys->generation_count; i++) {
        struct generation *generation = &keys->generations[i];
        image_bytes(image, &generation->hour, sizeof generation->hour);
        generation_image(image, keys, generation);
        callers_image(image, &generation->callers);
    }
    if (image_reads(image) && !image->broken)
        count_callers(keys);
}
