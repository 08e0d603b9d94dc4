#include "clients/c/feature_readers.h"

#include <stdio.h>
#include <string.h>

#include "clients/c/memory.h"

struct fields feature_fields(const struct feature *feature)
{
    return (struct fields){ feature->log, &feature->at, feature->properties };
}

static bool level_exists(const struct reader *reader, const struct feature *feature,
                         const char *field, int64_t level)
{
    const Tifo__V1__Venue *venue = reader->draft->venue;
    for (size_t i = 0; i < venue->n_levels; i++)
        if (venue->levels[i]->number == level)
            return true;
    problem_add(feature->log, &feature->at, field, "level %lld is not in tifo.levels; add it there",
                (long long)level);
    return false;
}

bool feature_level(const struct reader *reader, const struct feature *feature, const char *field,
                   int32_t *out)
{
    struct fields fields = feature_fields(feature);
    int64_t level;
    if (!field_whole(&fields, field, FIELD_REQUIRED, -20, 100, &level) ||
        !level_exists(reader, feature, field, level))
        return false;
    *out = (int32_t)level;
    return true;
}

bool feature_name(const struct fields *fields, char **out)
{
    const char *name = "";
    bool ok = field_text(fields, "name", FIELD_OPTIONAL, NAME_BYTES, &name);
    if (ok && name[0])
        *out = memory_string(name);
    return ok;
}

bool feature_resolve(const struct reader *reader, const struct feature *feature, const char *field,
                     const json_t *table, const char *what, const char *id, uint32_t *out)
{
    const json_t *index = json_object_get(table, id);
    if (!index) {
        bool other = json_object_get(reader->ids, id) != NULL;
        problem_add(feature->log, &feature->at, field, "\"%s\" is not a %s; %s", id, what,
                    other ? "another kind of feature has this id" : "no feature has this id");
        return false;
    }
    *out = (uint32_t)json_integer_value(index);
    return json_integer_value(index) >= 0;
}

bool feature_reference(const struct reader *reader, const struct feature *feature,
                       const char *field, const json_t *table, const char *what, uint32_t *out)
{
    struct fields fields = feature_fields(feature);
    const char *id;
    return field_id(&fields, field, ID_BYTES, &id) &&
           feature_resolve(reader, feature, field, table, what, id, out);
}

/* ---- The table --------------------------------------------------------------------- */

static const struct feature_kind kinds[] = {
    { "zone", "Polygon", 0, true, feature_read_zone },
    { "block", "Polygon", 1, true, feature_read_block },
    { "row", "LineString", 2, false, feature_read_row },
    { "opening", "LineString", 2, true, feature_read_opening },
    { "gate", "LineString", 2, true, feature_read_gate },
    { "facility", "LineString", 2, true, feature_read_facility },
    { "pitch", "Polygon", 2, false, feature_read_pitch },
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

const struct feature_kind *feature_kind_find(const char *word)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(kinds[i].word, word) == 0)
            return &kinds[i];
    return NULL;
}

void feature_kind_words(char *out, size_t size)
{
    out[0] = '\0';
    for (size_t i = 0; i < KIND_COUNT; i++) {
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", i ? ", " : "", kinds[i].word);
    }
}
