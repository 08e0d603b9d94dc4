#include "clients/c/feature_readers.h"

#include "clients/c/json_fields.h"
#include "clients/c/memory.h"

static const struct field_choice zone_uses[] = {
    { "concourse", TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE },
    { "aisle", TIFO__V1__ZONE_KIND__ZONE_KIND_AISLE },
    { "stairs", TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS },
    { "ramp", TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP },
    { "outside", TIFO__V1__ZONE_KIND__ZONE_KIND_OUTSIDE },
    { NULL, 0 },
};

static bool read_zone_levels(const struct reader *reader, const struct feature *feature,
                             Tifo__V1__Zone *zone)
{
    bool climbs = zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_STAIRS ||
                  zone->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_RAMP;
    if (!climbs) {
        bool ok = feature_level(reader, feature, "level", &zone->level);
        zone->level_to = zone->level;
        return ok;
    }
    struct fields fields = feature_fields(feature);
    bool from = feature_level(reader, feature, "level_from", &zone->level);
    bool to = feature_level(reader, feature, "level_to", &zone->level_to);
    bool rise = field_number(&fields, "rise_m", FIELD_REQUIRED, 0, 100, &zone->rise_m);
    if (!from || !to || !rise)
        return false;
    if (zone->level == zone->level_to) {
        problem_add(feature->log, &feature->at, "level_to",
                    "is the same as level_from; stairs and ramps join two levels");
        return false;
    }
    if (zone->level > zone->level_to) {
        int32_t upper = zone->level;
        zone->level = zone->level_to;
        zone->level_to = upper;
    }
    return true;
}

static bool read_zone_capacity(const struct feature *feature, Tifo__V1__Zone *zone)
{
    struct fields fields = feature_fields(feature);
    int64_t people = (int64_t)(zone->area_m2 * HOLDING_PEOPLE_PER_M2);
    if (!field_whole(&fields, "capacity_people", FIELD_OPTIONAL, 1, 10000000, &people))
        return false;
    if ((double)people > zone->area_m2 * HOLDING_MAX_PER_M2) {
        problem_add(feature->log, &feature->at, "capacity_people",
                    "%lld people on %.1f m2 is more than 4.7 a m2 (Green Guide); give at most %.0f",
                    (long long)people, zone->area_m2, zone->area_m2 * HOLDING_MAX_PER_M2 - 0.5);
        return false;
    }
    zone->capacity_people = (uint32_t)people;
    return true;
}

bool feature_read_zone(struct reader *reader, const struct feature *feature)
{
    struct fields fields = feature_fields(feature);
    struct draft *draft = reader->draft;
    Tifo__V1__Zone *zone = memory_cleared(1, sizeof(*zone));
    tifo__v1__zone__init(zone);
    zone->zone_id = memory_string(feature->at.id);
    int kind = 0;
    bool ok = feature_name(&fields, &zone->name);
    if (field_choice(&fields, "use", zone_uses, &kind)) {
        zone->kind = (Tifo__V1__ZoneKind)kind;
        ok &= read_zone_levels(reader, feature, zone);
    } else {
        ok = false;
    }
    zone->outline = feature_polygon(feature, &zone->holes, &zone->n_holes, VENUE_HOLES_MAX);
    if (ok && zone->outline) {
        struct path holes[VENUE_HOLES_MAX];
        for (size_t i = 0; i < zone->n_holes; i++)
            holes[i] = venue_path(zone->holes[i]);
        struct shape shape = { venue_path(zone->outline), holes, zone->n_holes };
        zone->area_m2 = shape_area_m2(&shape);
        ok = read_zone_capacity(feature, zone);
    }
    if (!ok || !zone->outline) {
        tifo__v1__zone__free_unpacked(zone, NULL);
        json_object_set_new(reader->zones, feature->at.id, json_integer(-1));
        return false;
    }
    Tifo__V1__Venue *venue = draft->venue;
    json_object_set_new(reader->zones, feature->at.id, json_integer((json_int_t)venue->n_zones));
    draft->zone_at = memory_grow(draft->zone_at, venue->n_zones, sizeof(*draft->zone_at));
    draft->zone_at[venue->n_zones] = feature->at;
    venue->zones = memory_grow(venue->zones, venue->n_zones, sizeof(*venue->zones));
    venue->zones[venue->n_zones++] = zone;
    return true;
}
