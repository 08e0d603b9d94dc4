#include "sim/record.h"

#include "sim/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    TEXT,   /* char[room] */
    NUMBER, /* double; NAN is null */
    WHOLE,  /* uint32_t */
    SIGNED, /* int32_t */
    FLAG,   /* bool */
    HASH,   /* uint64_t, as 16 hexadecimal digits */
    SERIES, /* struct series */
    ROWS,   /* struct rows */
};

struct table;
struct field {
    const char *key;
    enum kind kind;
    size_t offset;
    size_t room;               /* Of TEXT. */
    const struct table *table; /* Of ROWS. */
};
struct table {
    size_t size;
    const struct field *fields;
    size_t field_count;
};

#define AT(type, member)   offsetof(struct type, member)
#define ROOM(type, member) sizeof(((struct type *)0)->member)
#define TABLE(name)                                                                                \
    {                                                                                              \
        sizeof(struct name), name##_fields, sizeof name##_fields / sizeof name##_fields[0]         \
    }

static const struct field record_zone_fields[] = {
    { "id", TEXT, AT(record_zone, id), .room = ROOM(record_zone, id) },
    { "name", TEXT, AT(record_zone, name), .room = ROOM(record_zone, name) },
    { "kind", WHOLE, AT(record_zone, kind), 0, NULL },
    { "level", SIGNED, AT(record_zone, level), 0, NULL },
    { "area_m2", NUMBER, AT(record_zone, area_m2), 0, NULL },
    { "outline_cm", SERIES, AT(record_zone, outline), 0, NULL },
    { "density_centi", SERIES, AT(record_zone, density), 0, NULL },
    { "peak_density", NUMBER, AT(record_zone, peak_density), 0, NULL },
};
static const struct field record_block_fields[] = {
    { "id", TEXT, AT(record_block, id), .room = ROOM(record_block, id) },
    { "level", SIGNED, AT(record_block, level), 0, NULL },
    { "outline_cm", SERIES, AT(record_block, outline), 0, NULL },
};
static const struct field record_gate_fields[] = {
    { "id", TEXT, AT(record_gate, id), .room = ROOM(record_gate, id) },
    { "name", TEXT, AT(record_gate, name), .room = ROOM(record_gate, name) },
    { "level", SIGNED, AT(record_gate, level), 0, NULL },
    { "line_cm", SERIES, AT(record_gate, line), 0, NULL },
    { "people_out", WHOLE, AT(record_gate, people_out), 0, NULL },
    { "people_in", WHOLE, AT(record_gate, people_in), 0, NULL },
    { "longest_queue", WHOLE, AT(record_gate, longest_queue), 0, NULL },
    { "longest_wait_s", NUMBER, AT(record_gate, longest_wait_s), 0, NULL },
    { "last_out_s", NUMBER, AT(record_gate, last_out_s), 0, NULL },
    { "last_in_s", NUMBER, AT(record_gate, last_in_s), 0, NULL },
    { "closed_from_s", NUMBER, AT(record_gate, closed_from_s), 0, NULL },
    { "closed_to_s", NUMBER, AT(record_gate, closed_to_s), 0, NULL },
    { "out", SERIES, AT(record_gate, out), 0, NULL },
    { "in", SERIES, AT(record_gate, in), 0, NULL },
    { "queue", SERIES, AT(record_gate, queue), 0, NULL },
};
static const struct field record_facility_fields[] = {
    { "id", TEXT, AT(record_facility, id), .room = ROOM(record_facility, id) },
    { "name", TEXT, AT(record_facility, name), .room = ROOM(record_facility, name) },
    { "kind", WHOLE, AT(record_facility, kind), 0, NULL },
    { "level", SIGNED, AT(record_facility, level), 0, NULL },
    { "front_cm", SERIES, AT(record_facility, front), 0, NULL },
    { "served", WHOLE, AT(record_facility, served), 0, NULL },
    { "longest_queue", WHOLE, AT(record_facility, longest_queue), 0, NULL },
    { "longest_wait_s", NUMBER, AT(record_facility, longest_wait_s), 0, NULL },
    { "queue", SERIES, AT(record_facility, queue), 0, NULL },
};
static const struct field record_level_fields[] = {
    { "level", SIGNED, AT(record_level, level), 0, NULL },
    { "x0_m", NUMBER, AT(record_level, x0_m), 0, NULL },
    { "y0_m", NUMBER, AT(record_level, y0_m), 0, NULL },
    { "columns", WHOLE, AT(record_level, columns), 0, NULL },
    { "rows", WHOLE, AT(record_level, rows), 0, NULL },
    { "floor_centi_m2", SERIES, AT(record_level, floor), 0, NULL },
};
static const struct field record_map_fields[] = {
    { "grid", WHOLE, AT(record_map, grid), 0, NULL },
    { "from_s", NUMBER, AT(record_map, from_s), 0, NULL },
    { "to_s", NUMBER, AT(record_map, to_s), 0, NULL },
    { "worst", FLAG, AT(record_map, worst), 0, NULL },
    { "peak", NUMBER, AT(record_map, peak), 0, NULL },
    { "cells_centi", SERIES, AT(record_map, cells), 0, NULL },
};
static const struct table zone_table = TABLE(record_zone);
static const struct table block_table = TABLE(record_block);
static const struct table gate_table = TABLE(record_gate);
static const struct table facility_table = TABLE(record_facility);
static const struct table level_table = TABLE(record_level);
static const struct table map_table = TABLE(record_map);

static const struct field record_fields[] = {
    { "tifo", TEXT, AT(record, version), .room = ROOM(record, version) },
    { "scenario", TEXT, AT(record, scenario), .room = ROOM(record, scenario) },
    { "title", TEXT, AT(record, title), .room = ROOM(record, title) },
    { "venue_id", TEXT, AT(record, venue_id), .room = ROOM(record, venue_id) },
    { "venue", TEXT, AT(record, venue), .room = ROOM(record, venue) },
    { "start_unix_s", NUMBER, AT(record, start_unix_s), 0, NULL },
    { "duration_s", NUMBER, AT(record, duration_s), 0, NULL },
    { "clock_zero_s", NUMBER, AT(record, clock_zero_s), 0, NULL },
    { "deadline_s", NUMBER, AT(record, deadline_s), 0, NULL },
    { "seed", NUMBER, AT(record, seed), 0, NULL },
    { "occupancy", NUMBER, AT(record, occupancy), 0, NULL },
    { "compliance", NUMBER, AT(record, compliance), 0, NULL },
    { "nearest_gate", NUMBER, AT(record, nearest_gate), 0, NULL },
    { "reporting", NUMBER, AT(record, reporting), 0, NULL },
    { "occasion", WHOLE, AT(record, occasion), 0, NULL },
    { "returns", FLAG, AT(record, returns), 0, NULL },
    { "arrives", FLAG, AT(record, arrives), 0, NULL },
    { "tickets", FLAG, AT(record, tickets), 0, NULL },
    { "with_server", FLAG, AT(record, with_server), 0, NULL },
    { "guided", FLAG, AT(record, guided), 0, NULL },
    { "people", WHOLE, AT(record, people), 0, NULL },
    { "travellers", WHOLE, AT(record, travellers), 0, NULL },
    { "done", WHOLE, AT(record, done), 0, NULL },
    { "followed", WHOLE, AT(record, followed), 0, NULL },
    { "redirected", WHOLE, AT(record, redirected), 0, NULL },
    { "found_shut", WHOLE, AT(record, found_shut), 0, NULL },
    { "gave_up", WHOLE, AT(record, gave_up), 0, NULL },
    { "clearance_s", NUMBER, AT(record, clearance_s), 0, NULL },
    { "late_people", NUMBER, AT(record, late_people), 0, NULL },
    { "peak_density", NUMBER, AT(record, peak_density), 0, NULL },
    { "peak_from_s", NUMBER, AT(record, peak_from_s), 0, NULL },
    { "peak_x_m", NUMBER, AT(record, peak_x_m), 0, NULL },
    { "peak_y_m", NUMBER, AT(record, peak_y_m), 0, NULL },
    { "peak_level", SIGNED, AT(record, peak_level), 0, NULL },
    { "person_minutes_f", NUMBER, AT(record, person_minutes_f), 0, NULL },
    { "waiting_person_minutes", NUMBER, AT(record, waiting_person_minutes), 0, NULL },
    { "longest_gate_wait_s", NUMBER, AT(record, longest_gate_wait_s), 0, NULL },
    { "longest_facility_wait_s", NUMBER, AT(record, longest_facility_wait_s), 0, NULL },
    { "entry_wait_mean_s", NUMBER, AT(record, entry_wait_mean_s), 0, NULL },
    { "entry_wait_p95_s", NUMBER, AT(record, entry_wait_p95_s), 0, NULL },
    { "all_in_s", NUMBER, AT(record, all_in_s), 0, NULL },
    { "sold", WHOLE, AT(record, sold), 0, NULL },
    { "admitted", WHOLE, AT(record, admitted), 0, NULL },
    { "refused_invalid", WHOLE, AT(record, refused_invalid), 0, NULL },
    { "refused_redeemed", WHOLE, AT(record, refused_redeemed), 0, NULL },
    { "refused_other", WHOLE, AT(record, refused_other), 0, NULL },
    { "hash", HASH, AT(record, hash), 0, NULL },
    { "journal_digest", HASH, AT(record, digest), 0, NULL },
    { "journal_seq", NUMBER, AT(record, journal_seq), 0, NULL },
    { "sample_s", NUMBER, AT(record, sample_s), 0, NULL },
    { "map_period_s", NUMBER, AT(record, map_period_s), 0, NULL },
    { "inside", SERIES, AT(record, inside), 0, NULL },
    { "outside", SERIES, AT(record, outside), 0, NULL },
    { "seated", SERIES, AT(record, seated), 0, NULL },
    { "away", SERIES, AT(record, away), 0, NULL },
    { "done_people", SERIES, AT(record, done_people), 0, NULL },
    { "waiting", SERIES, AT(record, waiting), 0, NULL },
    { "pitch_cm", SERIES, AT(record, pitch), 0, NULL },
    { "zones", ROWS, AT(record, zones), .table = &zone_table },
    { "blocks", ROWS, AT(record, blocks), .table = &block_table },
    { "gates", ROWS, AT(record, gates), .table = &gate_table },
    { "facilities", ROWS, AT(record, facilities), .table = &facility_table },
    { "levels", ROWS, AT(record, levels), .table = &level_table },
    { "maps", ROWS, AT(record, maps), .table = &map_table },
};
static const struct table record_table = TABLE(record);

/* Series have their room already, rows of `maps` apart. */
static void archive_series(struct series *series, struct archive *archive)
{
    uint64_t count = series->count;
    ARCHIVE(archive, count);
    if (archive->what == ARCHIVE_LOAD && series->values == NULL && count <= archive->size)
        series->values = memory_array(count, sizeof *series->values);
    archive_bytes(archive, series->values, count * sizeof *series->values);
    series->count = count;
}

static const size_t plain_size[] = { [NUMBER] = sizeof(double),
                                     [WHOLE] = sizeof(uint32_t),
                                     [SIGNED] = sizeof(int32_t),
                                     [FLAG] = sizeof(bool),
                                     [HASH] = sizeof(uint64_t) };

static void archive_table(const struct table *table, void *base, struct archive *archive)
{
    for (size_t i = 0; i < table->field_count && archive->problem == NULL; i++) {
        const struct field *field = &table->fields[i];
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
    archive_table(&record_table, record, archive);
}

static void fini_table(const struct table *table, void *base)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
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
    fini_table(&record_table, record);
}

const char *record_end(const struct record *record)
{
    return record->arrives ? "in their seats" : record->returns ? "back in their seats" : "outside";
}

/* ---- Out ------------------------------------------------------------------------------------ */

static json_t *table_to_json(const struct table *table, const void *base);

/* Three decimals are a millimetre, a millisecond and a thousandth of a person: enough, and short.
 */
static json_t *number_to_json(double value)
{
    return isnan(value) ? json_null() : json_real(round(value * 1000) / 1000);
}

static json_t *hash_to_json(uint64_t hash)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    return json_string(text);
}

static json_t *field_to_json(const struct field *field, const void *at)
{
    const struct series *series = at;
    const struct rows *rows = at;
    json_t *list;
    switch (field->kind) {
    case TEXT:
        return json_string(at);
    case NUMBER:
        return number_to_json(*(const double *)at);
    case WHOLE:
        return json_integer(*(const uint32_t *)at);
    case SIGNED:
        return json_integer(*(const int32_t *)at);
    case FLAG:
        return json_boolean(*(const bool *)at);
    case HASH:
        return hash_to_json(*(const uint64_t *)at);
    case SERIES:
        list = json_array();
        for (size_t i = 0; i < series->count; i++)
            json_array_append_new(list, json_integer(series->values[i]));
        return list;
    case ROWS:
        list = json_array();
        for (size_t i = 0; i < rows->count; i++)
            json_array_append_new(list, table_to_json(field->table, (const char *)rows->data +
                                                                        i * field->table->size));
        return list;
    }
    return NULL;
}

static json_t *table_to_json(const struct table *table, const void *base)
{
    json_t *object = json_object();
    for (size_t i = 0; i < table->field_count; i++)
        json_object_set_new(
            object, table->fields[i].key,
            field_to_json(&table->fields[i], (const char *)base + table->fields[i].offset));
    return object;
}

bool record_write(const struct record *record, const char *path, char *why, size_t why_size)
{
    json_t *root = table_to_json(&record_table, record);
    FILE *file = fopen(path, "wb");
    bool good = file != NULL && json_dumpf(root, file, JSON_COMPACT | JSON_REAL_PRECISION(12)) == 0;
    if (file != NULL && fclose(file) != 0)
        good = false;
    if (!good)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    json_decref(root);
    return good;
}

/* ---- In ------------------------------------------------------------------------------------- */

struct reading {
    const char *path;
    char *why;
    size_t why_size;
};

static bool refuse(const struct reading *r, const char *key)
{
    snprintf(r->why, r->why_size, "%s: \"%s\" is missing or wrong; run tifo-sim run again", r->path,
             key);
    return false;
}

static bool table_from_json(const struct reading *r, const struct table *table,
                            const json_t *object, void *base);

static bool series_from_json(const json_t *json, struct series *series)
{
    if (!json_is_array(json))
        return false;
    series->count = json_array_size(json);
    series->values = memory_array(series->count, sizeof *series->values);
    for (size_t i = 0; i < series->count; i++) {
        const json_t *value = json_array_get(json, i);
        if (!json_is_integer(value))
            return false;
        series->values[i] = (int32_t)json_integer_value(value);
    }
    return true;
}

static bool rows_from_json(const struct reading *r, const struct field *field, const json_t *json,
                           struct rows *rows)
{
    if (!json_is_array(json))
        return refuse(r, field->key);
    rows->count = json_array_size(json);
    rows->data = memory_array(rows->count, field->table->size);
    for (size_t i = 0; i < rows->count; i++)
        if (!table_from_json(r, field->table, json_array_get(json, i),
                             (char *)rows->data + i * field->table->size))
            return false;
    return true;
}

static bool field_from_json(const struct field *field, const json_t *json, void *at)
{
    switch (field->kind) {
    case TEXT:
        if (!json_is_string(json) || strlen(json_string_value(json)) >= field->room)
            return false;
        strcpy(at, json_string_value(json));
        return true;
    case NUMBER:
        *(double *)at = json_is_null(json) ? NAN : json_number_value(json);
        return json_is_null(json) || json_is_number(json);
    case WHOLE:
        *(uint32_t *)at = (uint32_t)json_integer_value(json);
        return json_is_integer(json);
    case SIGNED:
        *(int32_t *)at = (int32_t)json_integer_value(json);
        return json_is_integer(json);
    case FLAG:
        *(bool *)at = json_is_true(json);
        return json_is_boolean(json);
    case HASH:
        *(uint64_t *)at = json_is_string(json) ? strtoull(json_string_value(json), NULL, 16) : 0;
        return json_is_string(json);
    case SERIES:
        return series_from_json(json, at);
    case ROWS:
        break;
    }
    return false;
}

static bool table_from_json(const struct reading *r, const struct table *table,
                            const json_t *object, void *base)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        const json_t *json = json_object_get(object, field->key);
        void *at = (char *)base + field->offset;
        if (json == NULL)
            return refuse(r, field->key);
        if (field->kind == ROWS ? !rows_from_json(r, field, json, at)
                                : !field_from_json(field, json, at))
            return field->kind == ROWS ? false : refuse(r, field->key);
    }
    return true;
}

/* What other parts of a report index with. */
static bool check_maps(const struct reading *r, const struct record *record)
{
    for (size_t i = 0; i < record->levels.count; i++) {
        const struct record_level *level = &RECORD_LEVELS(record)[i];
        if (level->floor.count != (size_t)level->columns * level->rows)
            return refuse(r, "floor_centi_m2");
    }
    for (size_t i = 0; i < record->maps.count; i++) {
        const struct record_map *map = &RECORD_MAPS(record)[i];
        if (map->grid >= record->levels.count || map->cells.count % 2 != 0)
            return refuse(r, "maps");
        size_t cells = RECORD_LEVELS(record)[map->grid].floor.count;
        for (size_t k = 0; k < map->cells.count; k += 2)
            if (map->cells.values[k] < 0 || (size_t)map->cells.values[k] >= cells)
                return refuse(r, "cells_centi");
    }
    return true;
}

bool record_read(const char *path, struct record *out, char *why, size_t why_size)
{
    struct reading r = { path, why, why_size };
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    memset(out, 0, sizeof *out);
    if (root == NULL) {
        if (error.line > 0)
            snprintf(why, why_size, "%s:%d:%d: %s", path, error.line, error.column, error.text);
        else
            snprintf(why, why_size, "%s: cannot be read: %s; tifo-sim run writes it", path,
                     strerror(errno));
        return false;
    }
    bool good = table_from_json(&r, &record_table, root, out) && check_maps(&r, out);
    json_decref(root);
    if (!good)
        record_fini(out);
    return good;
}
