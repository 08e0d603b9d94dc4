#include "server/adapters/memory/records.h"

#include "server/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows in the order of their keys. */
struct memory_records_table {
    uint8_t *rows;
    size_t count, room;
};

/* One that is open: a copy of the place's tables, which replaces them at each commit. */
struct open_records {
    struct records records;
    struct memory_records *memory;
    struct memory_records_table *tables;
};

static size_t row_size(const struct records_schema *schema, uint32_t table)
{
    return schema->tables[table].fields->size;
}

static int compare(const struct records_table *table, const void *a, const void *b)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        const struct field *field = &table->fields->rows[i];
        int order;
        if (field->type == FIELD_TEXT) {
            order = strcmp((const char *)a + field->offset, (const char *)b + field->offset);
        } else {
            const int64_t x = field_integer(field, a), y = field_integer(field, b);
            order = (x > y) - (x < y);
        }
        if (order)
            return order;
    }
    return 0;
}

/* Where the row with this key is, or would be. */
static size_t find(const struct open_records *self, uint32_t table, const void *row, bool *found)
{
    const struct memory_records_table *t = &self->tables[table];
    const size_t size = row_size(self->records.schema, table);
    size_t low = 0, high = t->count;
    *found = false;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order =
            compare(&self->records.schema->tables[table], t->rows + middle * size, row);
        *found |= order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void put(struct records *records, uint32_t table, const void *row)
{
    struct open_records *self = (struct open_records *)records;
    struct memory_records_table *t = &self->tables[table];
    const size_t size = row_size(records->schema, table);
    bool found;
    const size_t at = find(self, table, row, &found);
    if (!found && t->count == t->room) {
        const size_t room = t->room ? 2 * t->room : 64;
        uint8_t *rows = base_alloc(room * size);
        if (t->count)
            memcpy(rows, t->rows, t->count * size);
        free(t->rows);
        t->rows = rows;
        t->room = room;
    }
    if (!found)
        memmove(t->rows + (at + 1) * size, t->rows + at * size, (t->count++ - at) * size);
    memcpy(t->rows + at * size, row, size);
}

static bool get(struct records *records, uint32_t table, void *row)
{
    const struct open_records *self = (struct open_records *)records;
    const size_t size = row_size(records->schema, table);
    bool found;
    const size_t at = find(self, table, row, &found);
    if (found)
        memcpy(row, self->tables[table].rows + at * size, size);
    return found;
}

static void free_tables(struct memory_records_table *tables, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        free(tables[i].rows);
    free(tables);
}

static struct memory_records_table *copy_tables(const struct records_schema *schema,
                                                const struct memory_records_table *from)
{
    struct memory_records_table *to = base_alloc(schema->table_count * sizeof *to);
    for (uint32_t i = 0; from && i < schema->table_count; i++) {
        const size_t size = from[i].count * row_size(schema, i);
        to[i] = (struct memory_records_table){ NULL, from[i].count, from[i].count };
        if (size)
            to[i].rows = memcpy(base_alloc(size), from[i].rows, size);
    }
    return to;
}

static enum status commit(struct records *records, uint64_t applied_seq, char *why, size_t why_size)
{
    struct open_records *self = (struct open_records *)records;
    struct memory_records *memory = self->memory;
    if (memory->fail_commits) {
        memory->fail_commits--;
        snprintf(why, why_size, "the memory records were told to fail");
        return STATUS_RECORDS_UNAVAILABLE;
    }
    free_tables(memory->tables, memory->table_count);
    memory->tables = copy_tables(records->schema, self->tables);
    memory->table_count = records->schema->table_count;
    memory->applied_seq = records->applied_seq = applied_seq;
    return STATUS_OK;
}

static bool is_in(const struct records_table *table, const struct records_range *range,
                  const void *row)
{
    if (range->after && compare(table, row, range->after) <= 0)
        return false;
    for (size_t i = 0; range->column && i < table->fields->count; i++) {
        const struct field *field = &table->fields->rows[i];
        if (strcmp(field->name, range->column) == 0)
            return (uint64_t)field_integer(field, row) == range->value;
    }
    return true;
}

static enum status each(struct records *records, uint32_t table, const struct records_range *range,
                        uint64_t min_seq, records_visit *visit, void *ctx, char *why,
                        size_t why_size)
{
    const struct records_table *form = &records->schema->tables[table];
    const struct memory_records *memory = ((struct open_records *)records)->memory;
    const size_t size = row_size(records->schema, table);
    if (records->applied_seq < min_seq) {
        snprintf(why, why_size, "%s", status_sentence(STATUS_RECORDS_BEHIND));
        return STATUS_RECORDS_BEHIND;
    }
    const struct memory_records_table *t = memory->tables ? &memory->tables[table] : NULL;
    for (size_t i = 0; t && i < t->count; i++)
        if ((!range || is_in(form, range, t->rows + i * size)) && !visit(ctx, t->rows + i * size))
            break;
    return STATUS_OK;
}

static void close_records(struct records *records)
{
    struct open_records *self = (struct open_records *)records;
    free_tables(self->tables, records->schema->table_count);
    free(self);
}

static enum status open_records(const struct records_place *place,
                                const struct records_schema *schema, bool fresh,
                                struct records **out, char *why, size_t why_size)
{
    static const struct records_ops ops = { put, get, commit, each, close_records };
    struct memory_records *memory = (struct memory_records *)place->ctx;
    (void)why, (void)why_size;
    if (fresh) {
        const uint32_t fail_commits = memory->fail_commits;
        memory_records_fini(memory);
        memory->fail_commits = fail_commits;
    }
    struct open_records *self = base_alloc(sizeof *self);
    self->records = (struct records){ &ops, schema, memory->applied_seq };
    self->memory = memory;
    self->tables = copy_tables(schema, memory->tables);
    *out = &self->records;
    return STATUS_OK;
}

struct records_place memory_records_place(struct memory_records *memory)
{
    return (struct records_place){ open_records, memory };
}

void memory_records_fini(struct memory_records *memory)
{
    free_tables(memory->tables, memory->table_count);
    *memory = (struct memory_records){ 0 };
}
