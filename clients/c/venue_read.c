/*
 * A GeoJSON document becomes a draft. scenarios/venues/README.md describes the format.
 */
#include <stdlib.h>
#include <string.h>

#include "clients/c/feature_lines.h"
#include "clients/c/json_fields.h"
#include "clients/c/memory.h"
#include "clients/c/pretix.h"
#include "clients/c/venue_features.h"

#define FORMAT       1
#define FEATURES_MAX 200000
#define LEVELS_MAX   32

/* `size` becomes 0 when the text is no venue but a seating plan: then features have no lines in it. */
static json_t *parse_json(struct problem_log *log, const char *text, size_t *size)
{
    json_error_t error;
    json_t *document = json_loadb(text, *size, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        struct feature_ref at = { -1, error.line, error.column, NULL, NULL };
        problem_add(log, &at, NULL, "this is not JSON: %s", error.text);
        return NULL;
    }
    if (pretix_is_plan(document)) {
        json_t *venue = pretix_venue(log, document);
        json_decref(document);
        *size = 0;
        return venue;
    }
    const char *type = json_string_value(json_object_get(document, "type"));
    if (!type || strcmp(type, "FeatureCollection") != 0) {
        problem_add(log, NULL, "type",
                    "is not \"FeatureCollection\"; a venue is one GeoJSON FeatureCollection, "
                    "or a seating plan of pretix");
    } else if (!json_is_array(json_object_get(document, "features"))) {
        problem_add(log, NULL, "features", "is missing; give the list of features");
    } else if (json_array_size(json_object_get(document, "features")) > FEATURES_MAX) {
        problem_add(log, NULL, "features", "has more than %d features", FEATURES_MAX);
    } else if (!json_is_object(json_object_get(document, "tifo"))) {
        problem_add(
            log, NULL, "tifo",
            "is missing; give {\"format\": 1, \"id\": ..., \"name\": ..., \"levels\": [...]}");
    } else {
        return document;
    }
    json_decref(document);
    return NULL;
}

/* ---- The member `tifo` ------------------------------------------------------------- */

static bool read_format(const struct fields *fields)
{
    int64_t format = 0;
    if (!field_whole(fields, "format", FIELD_REQUIRED, INT32_MIN, INT32_MAX, &format))
        return false;
    if (format != FORMAT)
        problem_add(fields->log, NULL, "format", "%lld is unknown; this program reads format %d",
                    (long long)format, FORMAT);
    return format == FORMAT;
}

static bool read_names(const struct fields *fields, Tifo__V1__Venue *venue)
{
    const char *id = NULL, *name = NULL;
    bool ok = field_id(fields, "id", 64, &id);
    if (ok && strpbrk(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        problem_add(fields->log, NULL, "id", "\"%s\" has capital letters; use small ones", id);
        ok = false;
    }
    if (ok)
        venue->venue_id = memory_string(id);
    if (field_text(fields, "name", FIELD_REQUIRED, 120, &name))
        venue->name = memory_string(name);
    return ok && name;
}

static bool read_level_row(const struct fields *fields, Tifo__V1__Venue *venue)
{
    int64_t number = 0;
    const char *name = "";
    double elevation_m = 0;
    bool ok = field_whole(fields, "level", FIELD_REQUIRED, -20, 100, &number);
    ok &= field_text(fields, "name", FIELD_OPTIONAL, 120, &name);
    ok &= field_number(fields, "elevation_m", FIELD_OPTIONAL, -500, 500, &elevation_m);
    for (size_t i = 0; i < venue->n_levels && ok; i++) {
        if (venue->levels[i]->number == number) {
            problem_add(fields->log, NULL, "levels", "level %lld is there twice",
                        (long long)number);
            ok = false;
        }
    }
    if (!ok)
        return false;
    Tifo__V1__Level *level = memory_cleared(1, sizeof(*level));
    tifo__v1__level__init(level);
    level->number = (int32_t)number;
    level->elevation_m = elevation_m;
    if (name[0])
        level->name = memory_string(name);
    venue->levels = memory_grow(venue->levels, venue->n_levels, sizeof(*venue->levels));
    venue->levels[venue->n_levels++] = level;
    return true;
}

static bool read_levels(const struct fields *fields, Tifo__V1__Venue *venue)
{
    const json_t *levels = json_object_get(fields->object, "levels");
    size_t count = json_array_size(levels);
    if (count < 1 || count > LEVELS_MAX) {
        problem_add(fields->log, NULL, "levels",
                    "must list 1 to %d levels, such as [{\"level\": 1, \"elevation_m\": 0}]",
                    LEVELS_MAX);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        struct fields row = { fields->log, NULL, json_array_get(levels, i) };
        ok &= read_level_row(&row, venue);
    }
    return ok;
}

static bool read_plane(const struct fields *fields, Tifo__V1__Venue *venue, struct plane *plane)
{
    bool local = false;
    double bearing_deg = 0;
    if (!field_bool(fields, "local_metres", FIELD_OPTIONAL, &local))
        return false;
    const json_t *origin = json_object_get(fields->object, "origin");
    if (local == (origin != NULL)) {
        problem_add(fields->log, NULL, "origin",
                    "give either origin [longitude, latitude] or \"local_metres\": true%s",
                    local ? ", not both" : "");
        return false;
    }
    if (local)
        return true;
    const json_t *lon = json_array_get(origin, 0), *lat = json_array_get(origin, 1);
    if (json_array_size(origin) != 2 || !json_is_number(lon) || !json_is_number(lat) ||
        !(json_number_value(lon) >= -180 && json_number_value(lon) <= 180) ||
        !(json_number_value(lat) >= -85 && json_number_value(lat) <= 85)) {
        problem_add(fields->log, NULL, "origin",
                    "must be [longitude, latitude] in degrees, -180 to 180 and -85 to 85");
        return false;
    }
    if (!field_number(fields, "bearing_deg", FIELD_OPTIONAL, 0, 360, &bearing_deg))
        return false;
    *plane = plane_init(json_number_value(lon), json_number_value(lat), bearing_deg);
    venue->anchor = memory_cleared(1, sizeof(*venue->anchor));
    tifo__v1__anchor__init(venue->anchor);
    venue->anchor->longitude_deg = plane->longitude_deg;
    venue->anchor->latitude_deg = plane->latitude_deg;
    venue->anchor->bearing_deg = bearing_deg;
    return true;
}

static bool read_header(struct reader *reader, const json_t *document)
{
    struct fields fields = { &reader->draft->log, NULL, json_object_get(document, "tifo") };
    Tifo__V1__Venue *venue = reader->draft->venue;
    if (!read_format(&fields))
        return false;
    bool ok = read_names(&fields, venue);
    ok &= read_levels(&fields, venue);
    ok &= read_plane(&fields, venue, &reader->plane);
    return ok;
}

/* ---- Features ---------------------------------------------------------------------- */

/* Its kind and id, or NULL with a problem; done once, in the first pass. */
static const struct feature_kind *identify(struct reader *reader, const json_t *value,
                                           struct feature *feature)
{
    struct fields fields = { feature->log, &feature->at, feature->properties };
    char words[160];
    feature_kind_words(words, sizeof(words));
    const char *word;
    if (!json_is_object(value) || !json_is_object(feature->properties)) {
        problem_add(feature->log, &feature->at, "properties",
                    "is missing; a feature is {\"type\": \"Feature\", \"geometry\": ..., "
                    "\"properties\": {\"kind\": ...}}");
        return NULL;
    }
    if (!field_text(&fields, "kind", FIELD_REQUIRED, 200, &word))
        return NULL;
    const struct feature_kind *kind = feature_kind_find(word);
    if (!kind) {
        problem_add(feature->log, &feature->at, "kind", "\"%.40s\" is unknown; give one of %s",
                    word, words);
        return NULL;
    }
    const char *id;
    if (!kind->has_id)
        return kind;
    if (!field_id(&fields, "id", 32, &id))
        return NULL;
    const json_t *other = json_object_get(reader->ids, id);
    if (other) {
        problem_add(feature->log, &feature->at, "id",
                    "feature %lld has the same id; ids are unique over all features",
                    (long long)json_integer_value(other));
        return NULL;
    }
    json_object_set_new(reader->ids, id, json_integer(feature->at.index));
    return kind;
}

static bool has_geometry(const struct feature *feature, const json_t *value,
                         const struct feature_kind *kind)
{
    const json_t *type = json_object_get(json_object_get(value, "geometry"), "type");
    if (json_is_string(type) && strcmp(json_string_value(type), kind->geometry) == 0)
        return true;
    problem_add(feature->log, &feature->at, "geometry", "a %s is a %s, not %s", kind->word,
                kind->geometry, json_is_string(type) ? json_string_value(type) : "nothing");
    return false;
}

static struct feature feature_at(struct reader *reader, const json_t *value, size_t i,
                                 const struct text_position *lines)
{
    const json_t *properties = json_object_get(value, "properties");
    const char *kind = json_string_value(json_object_get(properties, "kind"));
    const char *id = json_string_value(
        json_object_get(properties, kind && strcmp(kind, "row") == 0 ? "block" : "id"));
    return (struct feature){
        .log = &reader->draft->log,
        .at = { (int)i, lines[i].line, lines[i].column, kind, id },
        .plane = &reader->plane,
        .coordinates = json_object_get(json_object_get(value, "geometry"), "coordinates"),
        .properties = properties,
    };
}

static bool read_features(struct reader *reader, const json_t *features,
                          const struct text_position *lines)
{
    size_t count = json_array_size(features);
    const struct feature_kind **kinds = memory_cleared(count, sizeof(*kinds));
    bool ok = true;
    for (int pass = -1; pass < FEATURE_PASSES; pass++) {
        for (size_t i = 0; i < count && !problem_log_full(&reader->draft->log); i++) {
            const json_t *value = json_array_get(features, i);
            struct feature feature = feature_at(reader, value, i, lines);
            if (pass < 0) {
                kinds[i] = identify(reader, value, &feature);
                if (kinds[i] && !has_geometry(&feature, value, kinds[i]))
                    kinds[i] = NULL;
                ok &= kinds[i] != NULL;
            } else if (kinds[i] && kinds[i]->pass == pass) {
                ok &= kinds[i]->read(reader, &feature);
            }
        }
    }
    free(kinds);
    return ok;
}

bool venue_read(struct draft *draft, const char *text, size_t size)
{
    json_t *document = parse_json(&draft->log, text, &size);
    if (!document)
        return false;
    struct reader reader = {
        .draft = draft,
        .ids = json_object(),
        .zones = json_object(),
        .blocks = json_object(),
    };
    const json_t *features = json_object_get(document, "features");
    struct text_position *lines = feature_lines(text, size, json_array_size(features));
    bool ok = read_header(&reader, document) && read_features(&reader, features, lines);
    free(lines);
    json_decref(reader.ids);
    json_decref(reader.zones);
    json_decref(reader.blocks);
    draft->document = document; /* The features' ids in draft->*_at point into it. */
    return ok;
}
