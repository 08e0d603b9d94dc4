#include "sim/record_table.h"

#include "sim/memory.h"

#include <stdlib.h>

/* Series have their room already, rows of `maps` apart. */
static void archive_series(struct series *series, struct archive *archive)
{
    uint64_t count = series->count;
    ARCHIVE(archive, count);
    if (archive->what == ARCHIVE_LOAD && series->values == NULL && count > 0 &&
        count <= archive->size)
        series->values = memory_array(count, sizeof *series->values);
    archive_bytes(archive, series->values, count * sizeof *series->values);
    series->count = count;
}

static const size_t plain_size[] = { [NUMBER] = sizeof(double),
                                     [WHOLE] = sizeof(uint32_t),
                                     [SIGNED] = sizeof(int32_t),
                                     [FLAG] = sizeof(bool),
                                     [HASH] = sizeof(uint64_t) };

static void archive_table(const struct record_table *table, void *base, struct archive *archive)
{
    for (size_t i = 0; i < table->field_count && archive->problem == NULL; i++) {
        const struct record_field *field = &table->fields[i];
        void *at = (char *)base + field->offset;
        if (field->kind == SERIES) {
            archive_series(at, archive);
        } else if (field->kind == ROWS) {
            struct rows *rows = at;
            uint64_t count = rows->count;
            ARCHIVE(archive, count);
            rows->count = count;
            for (size_t k = 0; k < rows->count && archive->problem == NULL; k++)
                archive_table(field->table, (char *)rows->data + k * field->table->size, archive);
        } else {
            archive_bytes(archive, at, field->kind == TEXT ? field->room : plain_size[field->kind]);
        }
    }
}

void record_archive(struct record *record, struct archive *archive)
{
    archive_table(&record_fields_table, record, archive);
}

static void fini_table(const struct record_table *table, void *base)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct record_field *field = &table->fields[i];
        void *at = (char *)base + field->offset;
        if (field->kind == SERIES)
            free(((struct series *)at)->values);
        if (field->kind != ROWS)
            continue;
        struct rows *rows = at;
        for (size_t k = 0; k < rows->count; k++)
            fini_table(field->table, (char *)rows->data + k * field->table->size);
        free(rows->data);
    }
}

void record_fini(struct record *record)
{
    fini_table(&record_fields_table, record);
}

const char *record_end(const struct record *record)
{
    return record->arrives ? "in their seats" : record->returns ? "back in their seats" : "outside";
}
