/* Whether a venue that is to be imported holds together: sizes, names, the graph. Fields are named
 * as the API does. */
#include "server/core/venue_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- The graph --------------------------------------------------------------------------- */

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
    if (!only_letters(venue->id, "abcdefghijklmnopqrstuvwxyz0123456789-"))
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
