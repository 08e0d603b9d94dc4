#include "server/wire/manifest.h"

#include "server/wire/id.h"

#include <stdlib.h>
#include <string.h>

/* ---- Tickets ----------------------------------------------------------------------------------
 */

static struct manifest_ticket row_of(const struct stadium *stadium, uint32_t ticket, uint32_t list)
{
    const struct ticket *from = stadium_ticket(stadium, ticket);
    const enum passing passing = stadium_ticket_passing(stadium, ticket, list);
    const bool resold = stadium_ticket_resold(stadium, ticket); /* All of its codes are revoked. */
    const bool blocked =
        stadium_ticket_blocked(stadium, ticket, NULL) || stadium_listing(stadium, ticket);
    struct manifest_ticket row = { .seat = from->seat, .generation = from->generation + resold };
    if (row.generation > GENERATION_MAX) /* Exchanges know no bound: all codes but the last end. */
        row.generation = GENERATION_MAX;
    wire_id_to_bytes(from->id, row.id);
    row.flags =
        (uint8_t)((passing == PASSING_IN ? MANIFEST_IN : 0) |
                  (passing == PASSING_OUT ? MANIFEST_OUT : 0) | (blocked ? MANIFEST_BLOCKED : 0) |
                  (from->state == TICKET_CANCELLED && !resold ? MANIFEST_CANCELLED : 0));
    return row;
}

struct rows {
    const struct stadium *stadium;
    const struct manifest_ask *ask;
    uint8_t *bytes;
    uint32_t count;
    bool changed_only; /* As they were sold: left out. */
};

static bool list_has(const struct rows *rows, const struct ticket *ticket)
{
    const struct checkin_list *list =
        stadium_checkin_list(rows->stadium, rows->ask->event, rows->ask->list);
    return !list || checkin_list_has(rows->stadium, list, ticket);
}

static void add(struct rows *rows, uint32_t ticket)
{
    if (!list_has(rows, stadium_ticket(rows->stadium, ticket)))
        return;
    const struct manifest_ticket row = row_of(rows->stadium, ticket, rows->ask->list);
    if (rows->changed_only && row.generation == 1 && row.flags == 0)
        return;
    manifest_ticket_write(&row, rows->bytes + (size_t)rows->count++ * MANIFEST_ROW_BYTES);
}

static void add_all(struct rows *rows, struct arena *arena)
{
    const struct stadium *stadium = rows->stadium;
    const uint32_t event = rows->ask->event;
    rows->bytes =
        arena_array(arena, stadium_event_ticket_count(stadium, event), MANIFEST_ROW_BYTES);
    for (uint32_t t = stadium_event_ticket_first(stadium, event); t;
         t = stadium_event_ticket_after(stadium, t - 1))
        add(rows, t - 1);
}

static bool add_changes(struct rows *rows, struct arena *arena)
{
    struct u32s changed;
    if (!stadium_door_changes(rows->stadium, rows->ask->since_seq, arena, &changed))
        return false;
    rows->bytes = arena_array(arena, changed.count, MANIFEST_ROW_BYTES);
    for (uint32_t i = 0; i < changed.count; i++) {
        if (stadium_ticket(rows->stadium, changed.v[i])->event == rows->ask->event)
            add(rows, changed.v[i]);
    }
    return true;
}

/* ---- The event and its list -------------------------------------------------------------------
 */

static void set_list(const struct stadium *stadium, const struct checkin_list *list,
                     struct arena *arena, struct manifest *to)
{
    uint8_t *ranges = arena_array(arena, list->blocks.count, sizeof(struct manifest_range));
    for (uint32_t i = 0; i < list->blocks.count; i++) {
        const uint32_t block = list->blocks.v[i];
        const struct manifest_range range = { stadium_first_seat(stadium, block),
                                              stadium_first_seat(stadium, block + 1) };
        manifest_range_write(range, ranges + (size_t)i * sizeof range);
    }
    to->ranges = ranges;
    to->range_count = list->blocks.count;
    if (list->gates.count)
        memset(to->gates, 0, sizeof to->gates);
    for (uint32_t i = 0; i < list->gates.count; i++)
        to->gates[list->gates.v[i] / 8] |= (uint8_t)(1 << list->gates.v[i] % 8);
    to->from_ms = list->from_ms ? list->from_ms : to->from_ms;
    to->until_ms = list->until_ms ? list->until_ms : to->until_ms;
    to->reentry = list->reentry;
    to->checks_id = list->checks_id;
    to->codes_only = list->codes_only;
    to->closed = list->types.count > 0; /* Codes do not say their type. */
    memcpy(to->name, list->name, sizeof list->name);
}

static void set_event(const struct stadium *stadium, const struct manifest_ask *ask,
                      struct manifest *to)
{
    uint32_t count;
    const struct event *event = &stadium_events(stadium, &count)[ask->event];
    const struct door_rules rules = stadium_door_rules(stadium, ask->event);
    wire_id_to_bytes(event->id, to->event);
    to->cancelled = event->state == EVENT_CANCELLED;
    to->policy = (enum manifest_policy)rules.offline;
    to->reentry = rules.reentry;
    to->list = ask->list;
    to->from_ms = event->doors_ms;
    to->until_ms = event->ends_ms;
    to->gate_count = stadium_venue(stadium)->gate_count;
    for (uint32_t i = 0; i < to->gate_count; i++)
        to->gates[i / 8] |= (uint8_t)(1 << i % 8);
    memcpy(to->title, event->title, sizeof event->title);
}

void wire_manifest(const struct stadium *stadium, const struct manifest_ask *ask, int64_t now_ms,
                   struct arena *arena, struct manifest *to)
{
    struct rows rows = { .stadium = stadium, .ask = ask };
    const struct checkin_list *list = stadium_checkin_list(stadium, ask->event, ask->list);
    *to = (struct manifest){ .from_seq = ask->since_seq, .to_seq = ask->to_seq, .made_ms = now_ms };
    set_event(stadium, ask, to);
    if (list)
        set_list(stadium, list, arena, to);
    if (ask->since_seq > 0 && ask->since_seq <= ask->to_seq && add_changes(&rows, arena)) {
        to->kind = MANIFEST_CHANGES;
    } else {
        rows.changed_only = ask->revoked_only && !to->closed;
        add_all(&rows, arena);
        to->kind = rows.changed_only ? MANIFEST_REVOKED : MANIFEST_FULL;
        to->from_seq = 0;
    }
    to->tickets = rows.bytes;
    to->ticket_count = rows.count;
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, TICKET_ID_BYTES);
}

void wire_manifest_sort(struct manifest *manifest)
{
    uint8_t *rows = (uint8_t *)manifest->tickets; /* The arena's: ours. */
    uint32_t kept = 0;
    if (manifest->ticket_count == 0)
        return;
    qsort(rows, manifest->ticket_count, MANIFEST_ROW_BYTES, by_id);
    for (uint32_t i = 1; i < manifest->ticket_count; i++) {
        const uint8_t *row = rows + (size_t)i * MANIFEST_ROW_BYTES;
        if (by_id(rows + (size_t)kept * MANIFEST_ROW_BYTES, row) == 0)
            continue; /* Both say the same: what the ticket is now. */
        kept++;
        memmove(rows + (size_t)kept * MANIFEST_ROW_BYTES, row, MANIFEST_ROW_BYTES);
    }
    manifest->ticket_count = kept + 1;
}
