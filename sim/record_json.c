#include "sim/record_table.h"

#include "sim/json_values.h"
#include "sim/memory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Out ------------------------------------------------------------------------------------ */

static json_t *table_to_json(const struct record_table *table, const void *base);

static json_t *field_to_json(const struct record_field *field, const void *at)
{
    const struct series *series = at;
    const struct rows *rows = at;
    json_t *list;
    switch (field->kind) {
    case TEXT:
        return json_string(at);
    case NUMBER:
        return json_rounded(*(const double *)at);
    case WHOLE:
        return json_integer(*(const uint32_t *)at);
    case SIGNED:
        return json_integer(*(const int32_t *)at);
    case FLAG:
        return json_boolean(*(const bool *)at);
    case HASH:
        return json_hash(*(const uint64_t *)at);
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

static json_t *table_to_json(const struct record_table *table, const void *base)
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
    json_t *root = table_to_json(&record_fields_table, record);
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

static bool table_from_json(const struct reading *r, const struct record_table *table,
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

static bool rows_from_json(const struct reading *r, const struct record_field *field,
                           const json_t *json, struct rows *rows)
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

static bool field_from_json(const struct record_field *field, const json_t *json, void *at)
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

static bool table_from_json(const struct reading *r, const struct record_table *table,
                            const json_t *object, void *base)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct record_field *field = &table->fields[i];
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

/* Pairs of a cell and a value of 0 to `most`. */
static bool check_pairs(const struct series *pairs, size_t cells, int32_t most)
{
    for (size_t k = 0; k + 1 < pairs->count; k += 2)
        if (pairs->values[k] < 0 || (size_t)pairs->values[k] >= cells || pairs->values[k + 1] < 0 ||
            pairs->values[k + 1] > most)
            return false;
    return pairs->count % 2 == 0;
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
    for (size_t i = 0; i < record->levels.count; i++)
        if (!check_pairs(&RECORD_LEVELS(record)[i].service, RECORD_LEVELS(record)[i].floor.count,
                         5))
            return refuse(r, "service");
    for (size_t i = 0; i < record->loads.count; i++) {
        const struct record_load *load = &RECORD_LOADS(record)[i];
        size_t cells = (size_t)load->columns * load->rows;
        if (!check_pairs(&load->peak, cells, INT32_MAX) ||
            !check_pairs(&load->above_2, cells, INT32_MAX) ||
            !check_pairs(&load->above_4, cells, INT32_MAX))
            return refuse(r, "loads");
    }
    return record->loads.count == record->levels.count || refuse(r, "loads");
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
    bool good = table_from_json(&r, &record_fields_table, root, out) && check_maps(&r, out);
    json_decref(root);
    if (!good)
        record_fini(out);
    return good;
}
