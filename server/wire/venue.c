#include "server/wire/venue.h"

#include "server/wire/check.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Shapes stay in the document, but readers count on them being there. */
static bool path(const struct check *check, const char *field, const Tifo__V1__Path *from,
                 size_t points)
{
    if (!from || from->n_xy_cm < 2 * points || from->n_xy_cm % 2 != 0)
        return check_refuse(check, field,
                            "needs at least %zu points as x and y; load venues with "
                            "clients/c",
                            points);
    return true;
}

static bool centre(const struct check *check, const Tifo__V1__Point *from, int32_t *x_cm,
                   int32_t *y_cm)
{
    if (!from)
        return check_refuse(check, "centre", "is missing; load venues with clients/c");
    return check_scaled_signed(check, "centre.x", from->x, 100, x_cm) &&
           check_scaled_signed(check, "centre.y", from->y, 100, y_cm);
}

static bool copy_zone(const struct check *c, const ProtobufCMessage *message, void *row)
{
    const Tifo__V1__Zone *from = (const Tifo__V1__Zone *)message;
    struct zone *to = row;
    to->kind = (uint32_t)from->kind;
    to->level = from->level;
    to->level_to = from->level_to;
    to->capacity_people = from->capacity_people;
    return check_text(c, "zone_id", from->zone_id, to->id, sizeof to->id) &&
           check_text(c, "name", from->name, to->name, sizeof to->name) &&
           path(c, "outline", from->outline, 3) && centre(c, from->centre, &to->x_cm, &to->y_cm) &&
           check_scaled(c, "rise_m", from->rise_m, 100, &to->rise_cm) &&
           check_scaled(c, "area_m2", from->area_m2, 100, &to->area_dm2);
}

/* Positions of seats in the row, ascending. */
static bool seats(const struct check *check, const char *field, const Tifo__V1__Row *row,
                  const uint32_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] >= row->seats || (i > 0 && list[i] <= list[i - 1]))
            return check_refuse(check, field,
                                "needs seats of the row, ascending; load venues with clients/c");
    return true;
}

static bool rows(const struct check *check, const Tifo__V1__Block *block)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < block->n_rows; i++) {
        const Tifo__V1__Row *row = block->rows[i];
        if (!path(check, "rows.line", row->line, 2) ||
            !seats(check, "rows.accessible", row, row->accessible, row->n_accessible) ||
            !seats(check, "rows.companion", row, row->companion, row->n_companion) ||
            !seats(check, "rows.aisle_after", row, row->aisle_after, row->n_aisle_after))
            return false;
        if (row->n_numbers && row->n_numbers != row->seats)
            return check_refuse(check, "rows.numbers",
                                "needs one a seat, or none; load venues with clients/c");
        sum += row->seats;
    }
    if (sum != block->seats)
        return check_refuse(check, "seats",
                            "is %u, but its rows have %llu; load venues with clients/c",
                            block->seats, (unsigned long long)sum);
    return true;
}

static bool copy_block(const struct check *c, const ProtobufCMessage *message, void *row)
{
    const Tifo__V1__Block *from = (const Tifo__V1__Block *)message;
    struct block *to = row;
    to->level = from->level;
    to->seats = from->seats;
    return check_text(c, "block_id", from->block_id, to->id, sizeof to->id) &&
           check_text(c, "name", from->name, to->name, sizeof to->name) &&
           check_text(c, "stand", from->stand, to->stand, sizeof to->stand) &&
           path(c, "outline", from->outline, 3) && centre(c, from->centre, &to->x_cm, &to->y_cm) &&
           rows(c, from);
}

static bool copy_opening(const struct check *c, const ProtobufCMessage *message, void *row)
{
    const Tifo__V1__Opening *from = (const Tifo__V1__Opening *)message;
    struct opening *to = row;
    to->place_a = from->place_a;
    to->place_b = from->place_b;
    to->level = from->level;
    return check_text(c, "opening_id", from->opening_id, to->id, sizeof to->id) &&
           path(c, "line", from->line, 2) &&
           check_scaled(c, "width_m", from->width_m, 100, &to->width_cm);
}

static bool copy_gate(const struct check *c, const ProtobufCMessage *message, void *row)
{
    const Tifo__V1__Gate *from = (const Tifo__V1__Gate *)message;
    struct gate *to = row;
    to->zone_inside = from->zone_inside;
    to->zone_outside = from->zone_outside;
    to->level = from->level;
    to->turnstiles = from->turnstiles;
    to->exit_limited = from->exit_limited;
    return check_text(c, "gate_id", from->gate_id, to->id, sizeof to->id) &&
           check_text(c, "name", from->name, to->name, sizeof to->name) &&
           path(c, "line", from->line, 2) &&
           check_scaled(c, "width_m", from->width_m, 100, &to->width_cm) &&
           check_scaled(c, "entry_rate_pph", from->entry_rate_pph, 1000,
                        &to->entry_rate_milli_pph) &&
           check_scaled(c, "exit_capacity_ppm", from->exit_capacity_ppm, 1000,
                        &to->exit_capacity_milli_ppm);
}

static bool copy_facility(const struct check *c, const ProtobufCMessage *message, void *row)
{
    const Tifo__V1__Facility *from = (const Tifo__V1__Facility *)message;
    struct facility *to = row;
    to->kind = (uint32_t)from->kind;
    to->zone = from->zone;
    to->servers = from->servers;
    to->level = from->level;
    return check_text(c, "facility_id", from->facility_id, to->id, sizeof to->id) &&
           check_text(c, "name", from->name, to->name, sizeof to->name) &&
           path(c, "front", from->front, 2) &&
           check_scaled(c, "service_mean_s", from->service_mean_s, 1000, &to->service_ms);
}

static bool copy_link(const struct check *c, const ProtobufCMessage *message, void *row)
{
    const Tifo__V1__Link *from = (const Tifo__V1__Link *)message;
    struct link *to = row;
    to->kind = (uint32_t)from->kind;
    to->index = from->index;
    to->node_a = from->node_a;
    to->node_b = from->node_b;
    return check_scaled(c, "length_m", from->length_m, 100, &to->length_cm) &&
           check_scaled(c, "width_m", from->width_m, 100, &to->width_cm) &&
           check_scaled(c, "capacity_ppm", from->capacity_ppm, 1000, &to->capacity_milli_ppm) &&
           check_scaled(c, "walk_s", from->walk_s, 1000, &to->walk_ms);
}

/* ---- The whole ------------------------------------------------------------------------------- */

struct list {
    const char *name;
    void *messages; /* An array of pointers to messages. */
    size_t count;
    size_t row_size;
    bool (*copy)(const struct check *check, const ProtobufCMessage *message, void *row);
    const void **rows; /* Where the core's array goes ... */
    uint32_t *row_count;
};

static bool copy_list(const struct list *list, struct arena *arena, struct refusal *refusal)
{
    ProtobufCMessage *const *messages = list->messages;
    char *rows = arena_array(arena, list->count, list->row_size);
    for (size_t i = 0; i < list->count; i++) {
        struct check check = { .refusal = refusal };
        snprintf(check.at, sizeof check.at, "venue.%s[%zu]", list->name, i);
        if (!list->copy(&check, messages[i], rows + i * list->row_size))
            return false;
    }
    *list->rows = rows;
    *list->row_count = (uint32_t)list->count;
    return true;
}

static struct bytes pack(const Tifo__V1__Venue *from, struct arena *arena)
{
    const size_t size = tifo__v1__venue__get_packed_size(from);
    uint8_t *data = arena_alloc(arena, size);
    tifo__v1__venue__pack(from, data);
    return (struct bytes){ data, size };
}

enum status wire_venue(const Tifo__V1__Venue *from, struct arena *arena, struct venue *to,
                       struct refusal *refusal)
{
    *to = (struct venue){ 0 };
    const struct list lists[] = {
        { "zones", from->zones, from->n_zones, sizeof(struct zone), copy_zone,
          (const void **)&to->zones, &to->zone_count },
        { "blocks", from->blocks, from->n_blocks, sizeof(struct block), copy_block,
          (const void **)&to->blocks, &to->block_count },
        { "openings", from->openings, from->n_openings, sizeof(struct opening), copy_opening,
          (const void **)&to->openings, &to->opening_count },
        { "gates", from->gates, from->n_gates, sizeof(struct gate), copy_gate,
          (const void **)&to->gates, &to->gate_count },
        { "facilities", from->facilities, from->n_facilities, sizeof(struct facility),
          copy_facility, (const void **)&to->facilities, &to->facility_count },
        { "links", from->links, from->n_links, sizeof(struct link), copy_link,
          (const void **)&to->links, &to->link_count },
    };
    const struct check top = { .refusal = refusal, .at = "venue" };
    if (!check_text(&top, "venue_id", from->venue_id, to->id, sizeof to->id) ||
        !check_text(&top, "name", from->name, to->name, sizeof to->name))
        return refusal->status;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (!copy_list(&lists[i], arena, refusal))
            return refusal->status;
    to->document = pack(from, arena);
    return STATUS_OK;
}

static void *take(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void drop(void *arena, void *memory)
{
    (void)arena, (void)memory;
}

Tifo__V1__Venue *wire_venue_message(const struct venue *venue, struct arena *arena)
{
    ProtobufCAllocator allocator = { take, drop, arena };
    Tifo__V1__Venue *message =
        tifo__v1__venue__unpack(&allocator, venue->document.size, venue->document.data);
    assert(message); /* wire_venue() packed it. */
    return message;
}

enum status wire_phase(const Tifo__V1__Phase *from, struct phase *to, struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "phase" };
    *to = (struct phase){ .kind = (uint32_t)from->kind,
                          .started_ms = from->started_ms,
                          .ends_ms = from->ends_ms,
                          .leave_block = { from->leave_block, (uint32_t)from->n_leave_block } };
    if (!check_text(&check, "label", from->label, to->label, sizeof to->label) ||
        !check_text(&check, "next_label", from->next_label, to->next_label, sizeof to->next_label))
        return refusal->status;
    return STATUS_OK;
}

void wire_phase_message(const struct phase *from, Tifo__V1__Phase *to)
{
    tifo__v1__phase__init(to);
    to->kind = (Tifo__V1__PhaseKind)from->kind;
    to->label = (char *)from->label;
    to->started_ms = from->started_ms;
    to->ends_ms = from->ends_ms;
    to->next_label = (char *)from->next_label;
    to->leave_block = (uint32_t *)from->leave_block.v;
    to->n_leave_block = from->leave_block.count;
}
