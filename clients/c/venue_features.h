/*
 * One reader for each kind of feature, in one table: a new kind is a new row.
 */
#ifndef CLIENTS_C_VENUE_FEATURES_H
#define CLIENTS_C_VENUE_FEATURES_H

#include <jansson.h>

#include "clients/c/draft.h"
#include "clients/c/feature_geometry.h"

/* What the readers share. */
struct reader {
    struct draft *draft;
    struct plane plane;
    json_t *ids;    /* id -> feature index, over all features but rows. */
    json_t *zones;  /* id -> zone index; -1 when the zone itself is wrong. */
    json_t *blocks; /* The same for blocks. */
};

struct feature_kind {
    const char *word;     /* `kind` in the file. */
    const char *geometry; /* GeoJSON type. */
    int pass;             /* Names are resolved against earlier passes. */
    bool has_id;
    bool (*read)(struct reader *reader, const struct feature *feature);
};
#define FEATURE_PASSES 3

/* NULL: unknown. */
const struct feature_kind *feature_kind_find(const char *word);
/* "zone, block, ..." */
void feature_kind_words(char *out, size_t size);

#endif
