/* What a scan comes to, and what is kept of it. */
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

/* ---- Who has passed ----------------------------------------------------------------------- */

static struct id passage_key(uint32_t ticket, uint32_t list)
{
    return (struct id){ (uint64_t)list + 1, (uint64_t)ticket + 1 };
}

/* Where they are as far as the list knows, and since when. */
struct standing {
    bool came, inside;
    uint32_t gate;
    int64_t at_ms;
    uint64_t nonce;
};

static struct standing standing_of(const struct stadium *s, uint32_t ticket, uint32_t list)
{
    const uint32_t row = id_map_find(&s->doors.of_passage, passage_key(ticket, list));
    if (row != ID_MAP_NONE) {
        const struct passage *p = pool_get(&s->doors.passages, row);
        return (struct standing){ true, p->inside, p->gate, p->at_ms, p->nonce };
    }
    const struct ticket *t = stadium_ticket(s, ticket);
    if (list > 0 || t->admitted_ms == 0)
        return (struct standing){ 0 };
    return (struct standing){ true, true, t->gate, t->admitted_ms, t->nonce };
}

enum passing stadium_ticket_passing(const struct stadium *s, uint32_t ticket, uint32_t list)
{
    const struct standing at = standing_of(s, ticket, list);
    return !at.came ? PASSING_NEVER : at.inside ? PASSING_IN : PASSING_OUT;
}

/* ---- Judging ------------------------------------------------------------------------------ */

static bool has(struct u32s column, uint32_t value)
{
    uint32_t i = 0;
    while (i < column.count && column.v[i] != value)
        i++;
    return i < column.count || column.count == 0;
}

bool checkin_list_has(const struct stadium *s, const struct checkin_list *list,
                      const struct ticket *ticket)
{
    if (addon_is(s, ticket->event, ticket->type) && (!list || list->types.count == 0))
        return false; /* It opens what is for it, not the ground. */
    return !list || (has(list->types, ticket->type) &&
                     has(list->blocks, stadium_block_of_seat(s, ticket->seat)));
}

/* What the ticket itself says, wherever it is shown. */
static enum scan_result judge_ticket(const struct stadium *s, const struct ticket *ticket,
                                     uint32_t index, const struct scan_ticket *ask)
{
    const struct event *event = &s->booking.events[ticket->event];
    const bool code = !ask->by_hand && !ask->medium[0];
    if (code && (!id_equal(event->id, ask->ticket_event) || ask->generation > ticket->generation))
        return SCAN_INVALID; /* We never signed that. */
    if (!id_is_none(ask->event) && !id_equal(event->id, ask->event))
        return SCAN_PRODUCT;
    if (event->state != EVENT_CANCELLED && stadium_ticket_resold(s, index))
        return SCAN_REVOKED;
    if (ticket->state == TICKET_CANCELLED || event->state == EVENT_CANCELLED)
        return SCAN_CANCELLED;
    if (code && ask->generation < ticket->generation)
        return SCAN_REVOKED;
    if (stadium_ticket_blocked(s, index, NULL) || stadium_listing(s, index))
        return SCAN_BLOCKED;
    const struct medium *medium = stadium_ticket_medium(s, index);
    if (ask->medium[0]) /* A gate that was offline may have taken it for what it was before. */
        return !medium || medium->blocked || strcmp(medium->name, ask->medium) != 0
                   ? SCAN_MEDIUM_INVALID
                   : SCAN_OK;
    return medium ? SCAN_ALREADY_EXCHANGED : SCAN_OK;
}

/* As the event and the list are now: what a code says of its times is for gates that know nothing
 * else, and the event may have been put off since. */
static bool in_time(const struct event *event, const struct checkin_list *list, int64_t now_ms)
{
    const int64_t from_ms = list && list->from_ms ? list->from_ms : event->doors_ms;
    const int64_t until_ms = list && list->until_ms ? list->until_ms : event->ends_ms;
    return now_ms >= from_ms && now_ms <= until_ms;
}

/* What the list says of a ticket that is good. */
static enum scan_result judge_list(const struct stadium *s, const struct ticket *ticket,
                                   const struct standing *at, const struct scan_ticket *ask,
                                   int64_t now_ms)
{
    const struct checkin_list *list = stadium_checkin_list(s, ticket->event, ask->list);
    const uint32_t reentry = list ? list->reentry : stadium_door_rules(s, ticket->event).reentry;
    if (ask->list > 0 && !list)
        return SCAN_PRODUCT;
    if (ask->by_hand && list && list->codes_only)
        return SCAN_MEDIUM_INVALID;
    if (!in_time(&s->booking.events[ticket->event], list, now_ms))
        return SCAN_INVALID_TIME;
    if (!checkin_list_has(s, list, ticket))
        return SCAN_PRODUCT;
    if (at->came && at->inside == !ask->exit && at->nonce == ask->nonce && at->gate == ask->gate)
        return SCAN_OK; /* Again. */
    if (ask->exit && !at->inside)
        return SCAN_RULES;
    if (!ask->exit && at->came && (at->inside || !reentry))
        return SCAN_ALREADY_REDEEMED;
    if (s->gate_states[ask->gate].mode == GATE_CLOSED || (list && !has(list->gates, ask->gate)))
        return SCAN_RULES;
    if (!ask->exit && list && list->checks_id && !ask->id_checked)
        return SCAN_INCOMPLETE;
    return SCAN_OK;
}

/* The ticket that is meant; ID_MAP_NONE: *result says why there is none. */
static uint32_t ticket_meant(const struct stadium *s, const struct scan_ticket *ask,
                             enum scan_result *result)
{
    if (ask->medium[0]) {
        *result = SCAN_MEDIUM_INVALID;
        if (ask->forged || !id_is_none(ask->ticket))
            return ask->forged ? ID_MAP_NONE : ticket_find(s, ask->ticket);
        const struct medium *medium = stadium_medium_find(s, ask->medium);
        return medium ? medium->ticket - 1 : ID_MAP_NONE;
    }
    *result = SCAN_INVALID;
    if (ask->forged)
        return ID_MAP_NONE;
    const uint32_t index = ticket_find(s, ask->ticket);
    if (index != ID_MAP_NONE || !ask->by_hand)
        return index;
    const struct order *order = stadium_order_find(s, ask->ticket);
    if (!order)
        return ID_MAP_NONE;
    if (order->state == ORDER_PENDING)
        *result = SCAN_UNPAID;
    else if (order->state == ORDER_APPROVAL)
        *result = SCAN_UNAPPROVED;
    else if (order->ticket_count == 0)
        *result = SCAN_CANCELLED;
    else if (order->ticket_count > 1)
        *result = SCAN_AMBIGUOUS;
    return order->ticket_count == 1 ? order->first_ticket : ID_MAP_NONE;
}

static struct scan scan_of(const struct stadium *s, const struct scan_ticket *ask, int64_t now_ms)
{
    enum scan_result result;
    const uint32_t index = ticket_meant(s, ask, &result);
    if (index == ID_MAP_NONE)
        return (struct scan){ .result = result };
    const struct ticket *ticket = stadium_ticket(s, index);
    const struct standing at = standing_of(s, index, ask->list);
    struct scan scan = { .ticket = index + 1 };
    result = judge_ticket(s, ticket, index, ask);
    if (result == SCAN_OK)
        result = judge_list(s, ticket, &at, ask, now_ms);
    scan.again = at.came && at.inside == !ask->exit && at.nonce == ask->nonce &&
                 at.gate == ask->gate && (result == SCAN_OK || ask->forced);
    scan.result = scan.again ? SCAN_OK : result;
    if (result == SCAN_ALREADY_REDEEMED) {
        scan.first_ms = at.at_ms;
        scan.first_gate = at.gate;
    }
    return scan;
}

/* ---- What is kept of it ------------------------------------------------------------------- */

/* Without a row of its own: the first entry at list 0. */
static bool needs_row(const struct stadium *s, uint32_t ticket, const struct scan_ticket *ask)
{
    const bool first = ask->list == 0 && stadium_ticket(s, ticket)->admitted_ms == 0;
    return !first &&
           id_map_find(&s->doors.of_passage, passage_key(ticket, ask->list)) == ID_MAP_NONE;
}

static void pass(const struct scan_ticket *ask, const struct scan *scan, uint32_t scanner,
                 int64_t now_ms, struct facts *out)
{
    facts_add(out, FACT_TICKET_PASSED, now_ms)->as.ticket_passed = (struct ticket_passed){
        .ticket = scan->ticket - 1,
        .list = ask->list,
        .gate = ask->gate,
        .left = ask->exit,
        .nonce = ask->nonce,
        .at_ms = ask->at_ms,
        .forced = scan->result == SCAN_OK ? 0 : scan->result,
        .scanner = scanner,
        .counted_ms = scanner ? ask->at_ms : 0,
    };
}

/* What is forced in spite of it: they did pass. The others' tickets are not theirs. */
static bool passes_anyway(const struct stadium *s, const struct scan_ticket *ask,
                          const struct scan *scan)
{
    static const bool mends[SCAN_ERROR + 1] = {
        [SCAN_PRODUCT] = true, [SCAN_INVALID_TIME] = true, [SCAN_ALREADY_REDEEMED] = true,
        [SCAN_RULES] = true,   [SCAN_INCOMPLETE] = true,   [SCAN_MEDIUM_INVALID] = true,
    };
    if (scan->ticket == 0 || !mends[scan->result])
        return false;
    if (scan->result == SCAN_MEDIUM_INVALID && !ask->by_hand)
        return false; /* A medium that is blocked is somebody else's, perhaps. */
    const struct ticket *ticket = stadium_ticket(s, scan->ticket - 1);
    if (!id_is_none(ask->event) && !id_equal(ask->event, s->booking.events[ticket->event].id))
        return false;
    if (ask->list > 0 && !stadium_checkin_list(s, ticket->event, ask->list))
        return false;
    return standing_of(s, scan->ticket - 1, ask->list).inside == ask->exit;
}

static void conflict(const struct scan_ticket *ask, const struct scan *scan, uint32_t scanner,
                     int64_t now_ms, struct facts *out)
{
    facts_add(out, FACT_SCAN_CONFLICTED, now_ms)->as.scan_conflicted = (struct scan_conflicted){
        .ticket = scan->ticket - 1,
        .list = ask->list,
        .gate = ask->gate,
        .result = scan->result,
        .scanner = scanner,
        .at_ms = ask->at_ms,
        .first_gate = scan->first_gate,
        .first_ms = scan->first_ms,
    };
}

/* Judges one scan and adds its facts. `ask` has its time. */
static struct scan scan_one(const struct stadium *s, const struct scan_ticket *ask,
                            uint32_t scanner, int64_t now_ms, struct facts *out)
{
    struct scan scan = scan_of(s, ask, ask->at_ms);
    const bool known = scan.ticket > 0 && scan.result != SCAN_INVALID;
    if (scan.again)
        return scan;
    bool passes = scan.result == SCAN_OK;
    if (ask->forced && known && !passes) {
        conflict(ask, &scan, scanner, now_ms, out);
        passes = passes_anyway(s, ask, &scan);
        if (!passes)
            return scan;
    }
    if (passes && needs_row(s, scan.ticket - 1, ask) &&
        s->doors.passages.count + out->count >= s->limits.passages) {
        scan.result = SCAN_ERROR;
        passes = false;
    }
    if (!passes)
        facts_add(out, FACT_TICKET_REFUSED, now_ms)->as.ticket_refused =
            (struct ticket_refused){ scan.ticket, ask->gate, scan.result };
    else if (ask->list == 0 && !ask->exit && !ask->forced &&
             stadium_ticket(s, scan.ticket - 1)->admitted_ms == 0)
        facts_add(out, FACT_TICKET_ADMITTED, now_ms)->as.ticket_admitted =
            (struct ticket_admitted){ scan.ticket - 1, ask->gate, ask->nonce };
    else
        pass(ask, &scan, scanner, now_ms, out);
    return scan;
}

static enum status check_scan(const struct stadium *s, const struct scan_ticket *ask,
                              struct facts *out)
{
    const struct venue *venue = stadium_venue(s);
    if (!venue)
        return facts_refuse(out, STATUS_UNKNOWN_VENUE, NULL, "%s",
                            status_sentence(STATUS_UNKNOWN_VENUE));
    if (ask->gate >= venue->gate_count)
        return facts_refuse(out, STATUS_UNKNOWN_GATE, "gate",
                            "gate: %u is no gate of \"%s\"; it has 0 to %u", ask->gate, venue->id,
                            venue->gate_count - 1);
    if (ask->nonce == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "nonce",
                            "nonce: draw a number for each scan, but not 0");
    return STATUS_OK;
}

enum status scan_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    struct scan_ticket ask = command->as.scan_ticket;
    const enum status status = check_scan(s, &ask, out);
    if (status != STATUS_OK)
        return status;
    ask.at_ms = command->time_ms;
    out->scan = scan_one(s, &ask, 0, command->time_ms, out);
    return STATUS_OK;
}

/* ---- What was done offline ---------------------------------------------------------------- */

const struct scanner *stadium_scanner_find(const struct stadium *s, const char *name,
                                           uint32_t *index)
{
    const struct pool *scanners = &s->doors.scanners;
    for (*index = 0; *index < scanners->count; ++*index) {
        const struct scanner *scanner = pool_get(scanners, *index);
        if (strcmp(scanner->name, name) == 0)
            return scanner;
    }
    return NULL;
}

static enum status check_upload(const struct stadium *s, const struct upload_scans *ask,
                                struct facts *out)
{
    if (!ask->scanner[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "scanner",
                            "scanner: say which it is, in 1 to %d bytes", SCANNER_NAME_BYTES);
    if (ask->count < 1 || ask->count > UPLOAD_SCANS)
        return facts_refuse(out, STATUS_BAD_FIELD, "scans",
                            "scans: %u of them; 1 to %d are possible in one call", ask->count,
                            UPLOAD_SCANS);
    for (uint32_t i = 0; i < ask->count; i++) {
        if (ask->sequences[i] <= (i > 0 ? ask->sequences[i - 1] : 0))
            return facts_refuse(out, STATUS_BAD_FIELD, "scans",
                                "scans[%u].sequence: they are numbered from 1, ascending", i);
        const enum status status = check_scan(s, &ask->scans[i], out);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* The end of those from `next` on that mean different tickets: what follows from one is not evolved
 * yet. An order's id may mean the same ticket. */
static uint32_t end_of(const struct stadium *s, const struct upload_scans *ask, uint32_t next,
                       struct arena *arena)
{
    enum scan_result result;
    uint32_t *tickets = arena_array(arena, ask->count, sizeof(*tickets));
    uint32_t end = next;
    for (; end < ask->count; end++) {
        tickets[end] = ticket_meant(s, &ask->scans[end], &result);
        for (uint32_t k = next; tickets[end] != ID_MAP_NONE && k < end; k++) {
            if (tickets[k] == tickets[end])
                return end;
        }
    }
    return end;
}

enum status upload_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct upload_scans *ask = &command->as.upload_scans;
    enum status status = check_upload(s, ask, out);
    if (status != STATUS_OK)
        return status;
    uint32_t index, next = 0;
    const struct scanner *known = stadium_scanner_find(s, ask->scanner, &index);
    if (!known && index == s->limits.scanners)
        return facts_refuse(out, STATUS_SCANNERS_FULL, NULL, "%s",
                            status_sentence(STATUS_SCANNERS_FULL));
    while (next < ask->count && known && ask->sequences[next] <= known->last_sequence)
        next++;
    const uint32_t end = end_of(s, ask, next, &out->arena);
    if (next == end)
        return STATUS_OK; /* They are all in. */
    struct scans_taken *taken = &facts_add(out, FACT_SCANS_TAKEN, command->time_ms)->as.scans_taken;
    taken->scanner = index;
    memcpy(taken->name, ask->scanner, sizeof(taken->name));
    taken->sequence = ask->sequences[end - 1];
    for (; next < end; next++) {
        struct scan_ticket scan = ask->scans[next];
        scan.forced = true;
        if (scan.at_ms <= 0 || scan.at_ms > command->time_ms)
            scan.at_ms = command->time_ms;
        ask->results[next] = scan_one(s, &scan, index + 1, command->time_ms, out);
    }
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------- */

static struct passage *passage_open(struct stadium *s, uint32_t ticket, uint32_t list,
                                    uint32_t *row)
{
    struct doors *d = &s->doors;
    *row = id_map_find(&d->of_passage, passage_key(ticket, list));
    if (*row != ID_MAP_NONE) {
        struct passage *passage = pool_get(&d->passages, *row);
        row_remove(s, ROW_PASSAGE, *row, passage);
        return passage;
    }
    const struct standing at = standing_of(s, ticket, list);
    *row = d->passages.count;
    struct passage *passage = pool_add(&d->passages);
    id_map_add(&d->of_passage, passage_key(ticket, list), *row);
    passage->ticket = ticket;
    passage->list = list;
    passage->inside = at.inside;
    passage->entries = at.came;
    return passage;
}

/* Tickets of a list that ever came in, and are in. */
static void list_count(struct stadium *s, const struct passage *passage)
{
    const uint32_t event = stadium_ticket(s, passage->ticket)->event;
    if (passage->list == 0) {
        struct door_rules *rules = door_rules_open(s, event);
        rules->left += passage->inside ? UINT32_MAX : 1;
        door_rules_close(s, event);
        ticket_open(s, passage->ticket)->state =
            passage->inside ? TICKET_CHECKED_IN : TICKET_CHECKED_OUT;
        ticket_close(s, passage->ticket);
        return;
    }
    struct checkin_list *list = &door_of(s, event)->lists[passage->list - 1];
    const uint32_t key = door_list_key(event, passage->list);
    row_remove(s, ROW_CHECKIN_LIST, key, list);
    list->inside += passage->inside ? 1 : UINT32_MAX;
    list->admitted += passage->inside && passage->entries == 1;
    row_add(s, ROW_CHECKIN_LIST, key, list);
    door_ticket_changed(s, passage->ticket);
}

static void passed_evolve(struct stadium *s, const struct ticket_passed *passed, int64_t now_ms)
{
    crowd_admit(s, passed->gate, passed->left, passed->counted_ms ? passed->counted_ms : now_ms,
                now_ms);
    if (passed->list == 0 && !passed->left && stadium_ticket(s, passed->ticket)->admitted_ms == 0) {
        const struct ticket_admitted first = { passed->ticket, passed->gate, passed->nonce };
        ticket_admit(s, &first, passed->at_ms);
        return;
    }
    uint32_t row;
    struct passage *passage = passage_open(s, passed->ticket, passed->list, &row);
    assert(passage->inside == passed->left);
    passage->inside = !passed->left;
    passage->entries += !passed->left;
    passage->exits += passed->left;
    passage->gate = passed->gate;
    passage->at_ms = passed->at_ms;
    passage->nonce = passed->nonce;
    row_add(s, ROW_PASSAGE, row, passage);
    list_count(s, passage);
}

static void conflicted_evolve(struct stadium *s, const struct scan_conflicted *from, int64_t now_ms)
{
    struct doors *d = &s->doors;
    const uint32_t event = stadium_ticket(s, from->ticket)->event;
    door_rules_open(s, event)->conflicts++;
    door_rules_close(s, event);
    if (d->conflicts.count == s->limits.conflicts)
        return;
    struct scan_conflict *to = pool_add(&d->conflicts);
    *to = (struct scan_conflict){
        .event = event,
        .ticket = from->ticket,
        .list = from->list,
        .gate = from->gate,
        .result = from->result,
        .scanner = from->scanner,
        .at_ms = from->at_ms,
        .found_ms = now_ms,
        .first_gate = from->first_gate,
        .first_ms = from->first_ms,
    };
    row_add(s, ROW_CONFLICT, d->conflicts.count - 1, to);
}

static void taken_evolve(struct stadium *s, const struct scans_taken *taken)
{
    struct pool *scanners = &s->doors.scanners;
    if (taken->scanner < scanners->count) {
        row_remove(s, ROW_SCANNER, taken->scanner, pool_get(scanners, taken->scanner));
    } else {
        assert(taken->scanner == scanners->count);
        pool_add(scanners);
    }
    struct scanner *scanner = pool_get(scanners, taken->scanner);
    memcpy(scanner->name, taken->name, sizeof(scanner->name));
    scanner->last_sequence = taken->sequence;
    row_add(s, ROW_SCANNER, taken->scanner, scanner);
}

void passage_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_TICKET_PASSED) {
        passed_evolve(s, &fact->as.ticket_passed, fact->time_ms);
    } else if (fact->kind == FACT_SCAN_CONFLICTED) {
        conflicted_evolve(s, &fact->as.scan_conflicted, fact->time_ms);
    } else {
        assert(fact->kind == FACT_SCANS_TAKEN);
        taken_evolve(s, &fact->as.scans_taken);
    }
}
