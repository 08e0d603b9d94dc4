/* Whether a venue that is to be imported holds together. Fields are named as the API does. */
#include "server/core/state.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What no ground reaches: 1 km2, 1 km, an hour. 660 people an hour is the Green Guide's turnstile.
 */
enum { AREA_MAX_DM2 = 100 * 1000 * 1000, SERVICE_MAX_MS = 3600 * 1000 };
enum { WIDTH_MAX_CM = 100 * 1000, ENTRY_RATE_MAX_MILLI_PPH = 660 * 1000 };
enum { SEATS_MAX = 200 * 1000, SERVERS_MAX = 10 * 1000 };

struct check {
    const struct venue *venue;
    struct facts *out;
    const char *list; /* What is being checked: "zones", row `row`. */
    uint32_t row;
};

static enum status wrong(const struct check *check, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum status wrong(const struct check *check, const char *field, const char *format, ...)
{
    char path[80], message[200];
    snprintf(path, sizeof(path), "venue.%s[%u]%s%s", check->list, check->row, field[0] ? "." : "",
             field);
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    return facts_refuse(check->out, STATUS_BAD_FIELD, path, "%s: %s", path, message);
}

#define ID_LETTERS       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"
#define VENUE_ID_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

/* At least one letter, and only these. */
static bool only(const char *text, const char *letters)
{
    return text[0] && text[strspn(text, letters)] == 0;
}

static bool is_zone(const struct venue *venue, uint32_t zone, bool outside)
{
    return zone < venue->zone_count && (venue->zones[zone].kind == ZONE_OUTSIDE) == outside;
}

static enum status check_id(const struct check *c, const char *field, const char *id)
{
    if (!only(id, ID_LETTERS))
        return wrong(c, field, "\"%s\" is no id; use 1 to %d of A-Z a-z 0-9 -", id, PLACE_ID_BYTES);
    return STATUS_OK;
}

static enum status check_zone(const struct check *c, const void *row)
{
    const struct zone *zone = row;
    enum status status = check_id(c, "zone_id", zone->id);
    if (status != STATUS_OK)
        return status;
    if (zone->kind < ZONE_CONCOURSE || zone->kind > ZONE_OUTSIDE)
        return wrong(c, "kind",
                     "%u is no kind of zone; use CONCOURSE, AISLE, STAIRS, RAMP or OUTSIDE",
                     zone->kind);
    bool sloped = zone->kind == ZONE_STAIRS || zone->kind == ZONE_RAMP;
    if (sloped ? zone->level_to < zone->level : zone->level_to != zone->level)
        return wrong(
            c, "level_to",
            "%d does not go with level %d; stairs and ramps go up, other zones stay on their level",
            zone->level_to, zone->level);
    if (zone->kind != ZONE_OUTSIDE && zone->area_dm2 == 0)
        return wrong(c, "area_m2", "zone \"%s\" has no walkable area", zone->id);
    if (zone->area_dm2 > AREA_MAX_DM2)
        return wrong(c, "area_m2", "zone \"%s\" is larger than 1 km2", zone->id);
    return STATUS_OK;
}

static enum status check_block(const struct check *c, const void *row)
{
    const struct block *block = row;
    enum status status = check_id(c, "block_id", block->id);
    if (status != STATUS_OK)
        return status;
    if (block->seats < 1 || block->seats > SEATS_MAX)
        return wrong(c, "seats", "block \"%s\" has %u seats; 1 to %d are possible", block->id,
                     block->seats, SEATS_MAX);
    return STATUS_OK;
}

static enum status check_width(const struct check *c, const char *id, uint32_t width_cm)
{
    if (width_cm == 0 || width_cm > WIDTH_MAX_CM)
        return wrong(c, "width_m", "\"%s\" is %u cm wide; 1 cm to 1 km are possible", id, width_cm);
    return STATUS_OK;
}

static enum status check_opening(const struct check *c, const void *row)
{
    const struct opening *opening = row;
    uint32_t places = venue_places(c->venue);
    enum status status = check_id(c, "opening_id", opening->id);
    if (status != STATUS_OK)
        return status;
    if (opening->place_a >= places)
        return wrong(c, "place_a", "there is no place %u", opening->place_a);
    if (opening->place_b >= places)
        return wrong(c, "place_b", "there is no place %u", opening->place_b);
    if (opening->place_a == opening->place_b)
        return wrong(c, "place_b", "opening \"%s\" leads back to its own place", opening->id);
    return check_width(c, opening->id, opening->width_cm);
}

static enum status check_gate(const struct check *c, const void *row)
{
    const struct gate *gate = row;
    const struct venue *venue = c->venue;
    enum status status = check_id(c, "gate_id", gate->id);
    if (status != STATUS_OK)
        return status;
    if (!is_zone(venue, gate->zone_inside, false))
        return wrong(c, "zone_inside", "gate \"%s\" needs a zone inside the ground here, not %u",
                     gate->id, gate->zone_inside);
    if (!is_zone(venue, gate->zone_outside, true))
        return wrong(c, "zone_outside", "gate \"%s\" needs a zone of kind OUTSIDE here, not %u",
                     gate->id, gate->zone_outside);
    if (gate->entry_rate_milli_pph > ENTRY_RATE_MAX_MILLI_PPH)
        return wrong(c, "entry_rate_pph",
                     "a turnstile of gate \"%s\" lets in more than 660 people an hour", gate->id);
    if (gate->exit_capacity_milli_ppm == 0)
        return wrong(c, "exit_capacity_ppm",
                     "gate \"%s\" lets nobody out; close it with SetGate instead", gate->id);
    if (gate->exit_limited > 1)
        return wrong(c, "exit_limited", "is neither true nor false");
    return check_width(c, gate->id, gate->width_cm);
}

static enum status check_facility(const struct check *c, const void *row)
{
    const struct facility *facility = row;
    const struct venue *venue = c->venue;
    enum status status = check_id(c, "facility_id", facility->id);
    if (status != STATUS_OK)
        return status;
    if (facility->kind != FACILITY_FOOD && facility->kind != FACILITY_TOILETS)
        return wrong(c, "kind", "%u is no kind of facility; use FOOD or TOILETS", facility->kind);
    if (!is_zone(venue, facility->zone, false))
        return wrong(c, "zone", "facility \"%s\" needs a zone inside the ground here, not %u",
                     facility->id, facility->zone);
    if (facility->servers < 1 || facility->servers > SERVERS_MAX)
        return wrong(c, "servers", "facility \"%s\" serves %u at once; 1 to %d are possible",
                     facility->id, facility->servers, SERVERS_MAX);
    if (facility->service_ms < 1 || facility->service_ms > SERVICE_MAX_MS)
        return wrong(c, "service_mean_s",
                     "facility \"%s\" takes %u ms a person; 1 ms to an hour are possible",
                     facility->id, facility->service_ms);
    return STATUS_OK;
}

/* A link joins what its opening, gate or facility joins, in either direction. */
static enum status check_link(const struct check *c, const void *row)
{
    const struct link *link = row;
    const struct venue *venue = c->venue;
    uint32_t a, b, count;
    switch (link->kind) {
    case LINK_OPENING:
        count = venue->opening_count;
        break;
    case LINK_GATE:
        count = venue->gate_count;
        break;
    case LINK_FACILITY:
        count = venue->facility_count;
        break;
    default:
        return wrong(c, "kind", "%u is no kind of link; use OPENING, GATE or FACILITY", link->kind);
    }
    if (link->index >= count)
        return wrong(c, "index", "%u is beyond the list of %u", link->index, count);
    if (link->kind == LINK_OPENING) {
        a = venue->openings[link->index].place_a;
        b = venue->openings[link->index].place_b;
    } else if (link->kind == LINK_GATE) {
        a = venue->gates[link->index].zone_inside;
        b = venue->gates[link->index].zone_outside;
    } else {
        a = venue->facilities[link->index].zone;
        b = venue_places(venue) + link->index;
    }
    bool joins =
        (link->node_a == a && link->node_b == b) || (link->node_a == b && link->node_b == a);
    if (!joins)
        return wrong(c, "node_a", "joins nodes %u and %u, but what it passes joins %u and %u",
                     link->node_a, link->node_b, a, b);
    if (link->capacity_milli_ppm == 0)
        return wrong(c, "capacity_ppm", "lets nobody pass");
    return STATUS_OK;
}

/* ---- Lists -------------------------------------------------------------------------------------
 */

struct list {
    const char *name; /* As in the API. */
    const void *rows;
    uint32_t count;
    uint32_t limit;
    size_t size; /* Of a row. It starts with its id, if it has one. */
    bool has_ids;
    enum status (*check_row)(const struct check *check, const void *row);
};

enum { LISTS = 6 };

static void lists_of(const struct venue *venue, const struct limits *limits, struct list *lists)
{
    const struct list all[LISTS] = {
        { "zones", venue->zones, venue->zone_count, limits->places, sizeof(struct zone), true,
          check_zone },
        { "blocks", venue->blocks, venue->block_count, limits->places, sizeof(struct block), true,
          check_block },
        { "openings", venue->openings, venue->opening_count, limits->openings,
          sizeof(struct opening), true, check_opening },
        { "gates", venue->gates, venue->gate_count, limits->gates, sizeof(struct gate), true,
          check_gate },
        { "facilities", venue->facilities, venue->facility_count, limits->facilities,
          sizeof(struct facility), true, check_facility },
        { "links", venue->links, venue->link_count, limits->links, sizeof(struct link), false,
          check_link },
    };
    memcpy(lists, all, sizeof(all));
}

static enum status check_sizes(const struct venue *venue, const struct limits *limits,
                               const struct list *lists, struct facts *out)
{
    for (int i = 0; i < LISTS; i++) {
        if (lists[i].count > lists[i].limit) {
            char path[32];
            snprintf(path, sizeof(path), "venue.%s", lists[i].name);
            return facts_refuse(out, STATUS_VENUE_TOO_LARGE, path,
                                "The venue has %u %s; this server takes %u", lists[i].count,
                                lists[i].name, lists[i].limit);
        }
    }
    if (venue_places(venue) > limits->places)
        return facts_refuse(out, STATUS_VENUE_TOO_LARGE, "venue.blocks",
                            "The venue has %u zones and blocks; this server takes %u",
                            venue_places(venue), limits->places);
    if (venue->document.size > limits->document_bytes)
        return facts_refuse(out, STATUS_VENUE_TOO_LARGE, "venue",
                            "The venue is %zu bytes long; this server takes %u",
                            venue->document.size, limits->document_bytes);
    return STATUS_OK;
}

static enum status check_rows(struct check *check, const struct list *list)
{
    check->list = list->name;
    for (check->row = 0; check->row < list->count; check->row++) {
        const char *row = (const char *)list->rows + check->row * list->size;
        enum status status = list->check_row(check, row);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

struct named {
    const char *id;
    uint32_t list;
    uint32_t row;
};

static int named_compare(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    if (order != 0)
        return order;
    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Ids are unique over all lists: whoever says "N3" means one thing. */
static enum status check_unique(struct check *check, const struct list *lists)
{
    size_t count = 0;
    for (int i = 0; i < LISTS; i++)
        count += lists[i].has_ids ? lists[i].count : 0;
    struct named *names = arena_array(&check->out->arena, count, sizeof(*names));
    size_t used = 0;
    for (uint32_t i = 0; i < LISTS; i++) {
        for (uint32_t row = 0; lists[i].has_ids && row < lists[i].count; row++)
            names[used++] =
                (struct named){ (const char *)lists[i].rows + row * lists[i].size, i, row };
    }
    qsort(names, count, sizeof(*names), named_compare);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(names[i].id, names[i - 1].id) == 0) {
            check->list = lists[names[i].list].name;
            check->row = names[i].row;
            return wrong(check, "", "the id \"%s\" is that of %s[%u] too; ids are unique",
                         names[i].id, lists[names[i - 1].list].name, names[i - 1].row);
        }
    }
    return STATUS_OK;
}

/* ---- The graph ---------------------------------------------------------------------------------
 */

/* Spreads "reached" from the outside over openings and gates until nothing changes: a venue is a
 * few steps deep, so a pass over the links a step is quick enough. */
static void reach(const struct venue *venue, bool *reached)
{
    uint32_t places = venue_places(venue);
    for (uint32_t i = 0; i < venue->zone_count; i++)
        reached[i] = venue->zones[i].kind == ZONE_OUTSIDE;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < venue->link_count; i++) {
            const struct link *link = &venue->links[i];
            if (link->node_a >= places || link->node_b >= places ||
                reached[link->node_a] == reached[link->node_b])
                continue;
            reached[link->node_a] = reached[link->node_b] = true;
            changed = true;
        }
    }
}

/* Everything that can be passed is a link, so that nothing is missing from the graph. */
static enum status check_linked(struct check *check, const struct list *lists)
{
    const struct venue *venue = check->venue;
    static const uint32_t list_of_kind[] = {
        [LINK_OPENING] = 2, [LINK_GATE] = 3, [LINK_FACILITY] = 4
    };
    for (uint32_t kind = LINK_OPENING; kind <= LINK_FACILITY; kind++) {
        const struct list *list = &lists[list_of_kind[kind]];
        bool *linked = arena_array(&check->out->arena, list->count, sizeof(*linked));
        for (uint32_t i = 0; i < venue->link_count; i++) {
            if (venue->links[i].kind == kind)
                linked[venue->links[i].index] = true;
        }
        check->list = list->name;
        for (check->row = 0; check->row < list->count; check->row++) {
            if (!linked[check->row])
                return wrong(check, "", "no link passes it; clients/c derives one for each");
        }
    }
    return STATUS_OK;
}

static enum status check_graph(struct check *check, const struct list *lists)
{
    const struct venue *venue = check->venue;
    enum status status = check_linked(check, lists);
    if (status != STATUS_OK)
        return status;
    uint32_t places = venue_places(venue);
    bool *reached = arena_array(&check->out->arena, places, sizeof(*reached));
    reach(venue, reached);
    for (uint32_t i = 0; i < places; i++) {
        if (reached[i])
            continue;
        char path[80];
        bool zone = i < venue->zone_count;
        uint32_t row = zone ? i : i - venue->zone_count;
        snprintf(path, sizeof(path), "venue.%s[%u]", zone ? "zones" : "blocks", row);
        return facts_refuse(check->out, STATUS_VENUE_BROKEN, path,
                            "No way leads from \"%s\" to a gate; give it an opening",
                            zone ? venue->zones[row].id : venue->blocks[row].id);
    }
    return STATUS_OK;
}

enum status venue_check(const struct venue *venue, const struct limits *limits, struct facts *out)
{
    struct check check = { .venue = venue, .out = out };
    struct list lists[LISTS];
    lists_of(venue, limits, lists);
    if (!only(venue->id, VENUE_ID_LETTERS))
        return facts_refuse(out, STATUS_BAD_FIELD, "venue.venue_id",
                            "venue.venue_id: \"%s\" is no id; use 1 to %d of a-z 0-9 -", venue->id,
                            VENUE_ID_BYTES);
    if (venue->zone_count == 0 || venue->gate_count == 0)
        return facts_refuse(out, STATUS_VENUE_BROKEN,
                            venue->zone_count ? "venue.gates" : "venue.zones",
                            "The venue needs zones to walk in and a gate to leave by");
    enum status status = check_sizes(venue, limits, lists, out);
    for (int i = 0; i < LISTS && status == STATUS_OK; i++)
        status = check_rows(&check, &lists[i]);
    if (status == STATUS_OK)
        status = check_unique(&check, lists);
    if (status == STATUS_OK)
        status = check_graph(&check, lists);
    return status;
}
