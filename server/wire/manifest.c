#include "server/wire/manifest.h"

#include "server/core/medium.h"
#include "server/wire/id.h"

#include <stdlib.h>
#include <string.h>

/* ---- Tickets ----------------------------------------------------------------------------------
 */

/* Scanners that know no media take what was exchanged for blocked. */
static uint8_t flags_of_medium(const struct medium *medium, bool media)
{
    if (!medium)
        return 0;
    if (!media)
        return MANIFEST_EXCHANGED | MANIFEST_BLOCKED;
    return MANIFEST_EXCHANGED | (medium->blocked ? MANIFEST_MEDIUM_BLOCKED : 0);
}

static struct manifest_ticket row_of(const struct stadium *stadium, uint32_t ticket,
                                     const struct manifest_ask *ask)
{
    const struct ticket *from = stadium_ticket(stadium, ticket);
    const enum passing passing = stadium_ticket_passing(stadium, ticket, ask->list);
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
                  flags_of_medium(stadium_ticket_medium(stadium, ticket), ask->media) |
                  (from->state == TICKET_CANCELLED && !resold ? MANIFEST_CANCELLED : 0));
    return row;
}

/* In no manifest: a copy that takes an earlier one of its ticket away. */
enum { GONE = 128 };

static void add_row(struct manifest_walk *walk, const struct manifest_ticket *row,
                    struct arena *arena)
{
    if (walk->count == walk->room) {
        const uint32_t room = 2 * walk->room + 64;
        uint8_t *rows = arena_array(arena, room, MANIFEST_ROW_BYTES);
        if (walk->count)
            memcpy(rows, walk->rows, (size_t)walk->count * MANIFEST_ROW_BYTES);
        walk->rows = rows;
        walk->room = room;
    }
    manifest_ticket_write(row, walk->rows + (size_t)walk->count++ * MANIFEST_ROW_BYTES);
}

/* Of the ticket that was copied last. */
static void add_medium(struct manifest_walk *walk, const struct medium *medium,
                       const struct manifest_ticket *row, struct arena *arena)
{
    if (walk->medium_count == walk->medium_room) {
        const uint32_t room = 2 * walk->medium_room + 64;
        struct manifest_medium *media = arena_array(arena, room, sizeof *media);
        if (walk->medium_count)
            memcpy(media, walk->media, walk->medium_count * sizeof *media);
        walk->media = media;
        walk->medium_room = room;
    }
    struct manifest_medium *to = &walk->media[walk->medium_count++];
    manifest_medium_write(medium->name, row->id, to->row);
    to->copy = walk->count - 1;
}

/* `again`: there may be a copy of it. */
static void add(const struct stadium *stadium, struct manifest_walk *walk, uint32_t ticket,
                bool again, struct arena *arena)
{
    const struct manifest_ask *ask = &walk->ask;
    const struct checkin_list *list = stadium_checkin_list(stadium, ask->event, ask->list);
    struct manifest_ticket row = row_of(stadium, ticket, ask);
    const struct medium *medium = ask->media ? stadium_ticket_medium(stadium, ticket) : NULL;
    const bool left_out = !checkin_list_has(stadium, list, stadium_ticket(stadium, ticket)) ||
                          (walk->changed_only && row.generation == 1 && row.flags == 0);
    if (left_out && !again)
        return;
    row.flags |= left_out ? GONE : 0;
    add_row(walk, &row, arena);
    if (medium && !left_out)
        add_medium(walk, medium, &row, arena);
}

static uint64_t version_of(const struct stadium *stadium, const struct manifest_ask *ask)
{
    const struct checkin_list *list = stadium_checkin_list(stadium, ask->event, ask->list);
    return list ? list->version : 0;
}

static void begin(const struct stadium *stadium, struct manifest_walk *walk, struct arena *arena)
{
    const struct manifest_ask *ask = &walk->ask;
    const struct checkin_list *list = stadium_checkin_list(stadium, ask->event, ask->list);
    walk->begun = true;
    walk->count = walk->medium_count = 0;
    walk->first_seq = stadium_seq(stadium);
    walk->list_version = version_of(stadium, ask);
    walk->whole = ask->since_seq == 0 || ask->since_seq > walk->first_seq ||
                  !stadium_door_changes(stadium, ask->since_seq, arena, &walk->changed);
    walk->changed_only = walk->whole && ask->revoked_only && !(list && list->types.count > 0) &&
                         !stadium_has_addons(stadium, ask->event);
    walk->next = walk->whole ? stadium_event_ticket_first(stadium, ask->event) : 0;
}

/* False: there are more. */
static bool go_on(const struct stadium *stadium, struct manifest_walk *walk, uint32_t tickets,
                  struct arena *arena)
{
    if (walk->whole) {
        for (; walk->next && tickets > 0; tickets--) {
            add(stadium, walk, walk->next - 1, false, arena);
            walk->next = stadium_event_ticket_after(stadium, walk->next - 1);
        }
        return walk->next == 0;
    }
    for (; walk->next < walk->changed.count && tickets > 0; tickets--, walk->next++) {
        const uint32_t ticket = walk->changed.v[walk->next];
        if (stadium_ticket(stadium, ticket)->event == walk->ask.event)
            add(stadium, walk, ticket, false, arena);
    }
    return walk->next == walk->changed.count;
}

/* What has changed since the first step, once more. False: that is not known. */
static bool catch_up(const struct stadium *stadium, struct manifest_walk *walk, struct arena *arena)
{
    struct u32s changed;
    if (!stadium_door_changes(stadium, walk->first_seq, arena, &changed))
        return false;
    for (uint32_t i = 0; i < changed.count; i++) {
        if (stadium_ticket(stadium, changed.v[i])->event == walk->ask.event)
            add(stadium, walk, changed.v[i], true, arena);
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
    to->closed |= list->types.count > 0; /* Codes do not say their type. */
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
    to->closed = stadium_has_addons(stadium, ask->event);
    to->list = ask->list;
    to->from_ms = event->doors_ms;
    to->until_ms = event->ends_ms;
    to->gate_count = stadium_venue(stadium)->gate_count;
    for (uint32_t i = 0; i < to->gate_count; i++)
        to->gates[i / 8] |= (uint8_t)(1 << i % 8);
    memcpy(to->title, event->title, sizeof event->title);
}

bool wire_manifest_step(const struct stadium *stadium, struct manifest_walk *walk, uint32_t tickets,
                        int64_t now_ms, struct arena *arena, struct manifest *to)
{
    const struct manifest_ask *ask = &walk->ask;
    const struct checkin_list *list = stadium_checkin_list(stadium, ask->event, ask->list);
    /* The list is for other tickets now: from the beginning. */
    if (!walk->begun || walk->list_version != version_of(stadium, ask))
        begin(stadium, walk, arena);
    if (!go_on(stadium, walk, tickets, arena))
        return false;
    if (!catch_up(stadium, walk, arena)) {
        walk->begun = false;
        return false;
    }
    *to = (struct manifest){ .from_seq = walk->whole ? 0 : ask->since_seq,
                             .to_seq = stadium_seq(stadium),
                             .made_ms = now_ms,
                             .has_media = ask->media };
    set_event(stadium, ask, to);
    if (list)
        set_list(stadium, list, arena, to);
    to->kind = !walk->whole         ? MANIFEST_CHANGES
               : walk->changed_only ? MANIFEST_REVOKED
                                    : MANIFEST_FULL;
    to->tickets = walk->rows;
    to->ticket_count = walk->count;
    return true;
}

/* ---- Their order ------------------------------------------------------------------------------
 */

struct copy {
    uint8_t row[MANIFEST_ROW_BYTES];
    uint32_t at; /* Where it was. */
};

static int by_id(const void *a, const void *b)
{
    const struct copy *x = a, *y = b;
    const int order = memcmp(x->row, y->row, TICKET_ID_BYTES);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static int by_key(const void *a, const void *b)
{
    const struct manifest_medium *x = a, *y = b;
    return memcmp(x->row, y->row, MANIFEST_KEY_BYTES);
}

/* Those of copies that are kept: each stands for one ticket then. */
static void sort_media(const struct manifest_walk *walk, const bool *kept,
                       struct manifest *manifest)
{
    struct manifest_medium *media = walk->media;
    uint32_t count = 0;
    for (uint32_t i = 0; i < walk->medium_count; i++) {
        if (kept[media[i].copy])
            media[count++] = media[i];
    }
    if (count > 0)
        qsort(media, count, sizeof *media, by_key);
    for (uint32_t i = 0; i < count; i++) /* One after the other, without the numbers. */
        memmove((uint8_t *)media + (size_t)i * MANIFEST_MEDIUM_BYTES, media[i].row,
                MANIFEST_MEDIUM_BYTES);
    manifest->media = (uint8_t *)media;
    manifest->medium_count = count;
}

void wire_manifest_sort(const struct manifest_walk *walk, struct manifest *manifest)
{
    uint8_t *rows = (uint8_t *)manifest->tickets; /* The arena's: ours. */
    const uint32_t count = manifest->ticket_count;
    struct copy *copies = base_alloc((count + 1) * sizeof *copies);
    bool *kept = base_alloc(count + 1);
    for (uint32_t i = 0; i < count; i++) {
        memcpy(copies[i].row, rows + (size_t)i * MANIFEST_ROW_BYTES, MANIFEST_ROW_BYTES);
        copies[i].at = i;
    }
    qsort(copies, count, sizeof *copies, by_id);
    manifest->ticket_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        const bool last =
            i + 1 == count || memcmp(copies[i].row, copies[i + 1].row, TICKET_ID_BYTES) != 0;
        if (!last || copies[i].row[MANIFEST_ROW_BYTES - 1] & GONE)
            continue;
        kept[copies[i].at] = true;
        memcpy(rows + (size_t)manifest->ticket_count++ * MANIFEST_ROW_BYTES, copies[i].row,
               MANIFEST_ROW_BYTES);
    }
    sort_media(walk, kept, manifest);
    free(copies);
    free(kept);
}
