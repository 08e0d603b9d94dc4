/* The part of the model of ticketing that is about doors: what scans come to, and whose tickets
 * are. Written from what the API promises. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdio.h>
#include <string.h>

bool door_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SCAN_TICKET || kind == COMMAND_REISSUE_TICKET ||
           kind == COMMAND_BLOCK_TICKET || kind == COMMAND_SET_DOOR_RULES ||
           kind == COMMAND_SET_CHECKIN_LIST || kind == COMMAND_UPLOAD_SCANS ||
           kind == COMMAND_SET_MEDIUM;
}

static struct model_event *event_of(const struct ticket_model *m, const struct model_ticket *ticket)
{
    return model_event_of(m, &m->holds[m->orders[ticket->order].hold]);
}

/* ---- Whose tickets are -------------------------------------------------------------------- */

static void reissue(struct model_ticket *ticket, const char *to)
{
    ticket->generation++;
    if (to[0])
        snprintf(ticket->person, sizeof(ticket->person), "%s", to);
}

static enum status reissue_wanted(struct ticket_model *m, const struct reissue_ticket *ask,
                                  int64_t now_ms)
{
    struct model_ticket *ticket = model_ticket_find(m, ask->ticket);
    if (!ticket || strcmp(ticket->person, ask->person) != 0)
        return STATUS_UNKNOWN_TICKET;
    const struct model_event *event = event_of(m, ticket);
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (model_event_state(event, now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    if (ticket->state != TICKET_VALID)
        return STATUS_TICKET_STATE;
    if (ticket->blocked)
        return STATUS_TICKET_BLOCKED;
    if (ticket->listing.open)
        return STATUS_TICKET_LISTED;
    if (model_medium_of(m, ticket))
        return STATUS_TICKET_EXCHANGED;
    if (ask->to[0] && !event->rules.transfers)
        return STATUS_TICKET_FIXED;
    if (strcmp(ask->to, ask->person) == 0)
        return STATUS_BAD_FIELD;
    if (ask->to[0] && addon_model_is_ticket(m, ticket))
        return STATUS_TICKET_FIXED;
    if (m->only_says)
        return STATUS_OK;
    reissue(ticket, ask->to);
    const uint32_t with = ask->to[0] ? addon_model_tickets(m, ticket) : 0;
    struct model_ticket *first = &m->tickets[m->orders[ticket->order].first_ticket];
    for (uint32_t i = 0; i < HOLD_SEATS; i++) {
        if ((with >> i & 1) && first[i].state == TICKET_VALID)
            reissue(&first[i], ask->to);
    }
    return STATUS_OK;
}

static enum status block_wanted(struct ticket_model *m, const struct block_ticket *ask)
{
    struct model_ticket *ticket = model_ticket_find(m, ask->ticket);
    if (!ticket)
        return STATUS_UNKNOWN_TICKET;
    if (ask->blocked && !ask->reason[0])
        return STATUS_BAD_FIELD;
    ticket->blocked = ask->blocked;
    return STATUS_OK;
}

/* ---- What they are exchanged for ----------------------------------------------------------- */

const struct model_medium *model_medium_of(const struct ticket_model *m,
                                           const struct model_ticket *ticket)
{
    for (uint32_t i = 0; i < m->medium_count; i++) {
        if (m->media[i].ticket == (uint32_t)(ticket - m->tickets) + 1)
            return &m->media[i];
    }
    return NULL;
}

struct model_medium *model_medium_find(struct ticket_model *m, const char *name)
{
    for (uint32_t i = 0; i < m->medium_count; i++) {
        if (m->media[i].ticket && strcmp(m->media[i].name, name) == 0)
            return &m->media[i];
    }
    return NULL;
}

/* 1 + its place; 0: there never was one of this name. */
static uint32_t medium_named(const struct ticket_model *m, const char *name)
{
    for (uint32_t i = 0; i < m->medium_count; i++) {
        if (strcmp(m->media[i].name, name) == 0)
            return i + 1;
    }
    return 0;
}

static enum status good(const struct ticket_model *m, const struct model_ticket *ticket,
                        int64_t now_ms)
{
    const struct model_event *event = event_of(m, ticket);
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (model_event_state(event, now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    return ticket->state == TICKET_CANCELLED || ticket->listing.sold ? STATUS_TICKET_STATE
                                                                     : STATUS_OK;
}

static enum status issue_wanted(struct ticket_model *m, const struct set_medium *ask,
                                int64_t now_ms)
{
    struct model_ticket *ticket = model_ticket_find(m, ask->ticket);
    const uint32_t named = medium_named(m, ask->medium);
    struct model_medium *medium = named ? &m->media[named - 1] : NULL;
    if (!ask->medium[0])
        return STATUS_BAD_FIELD;
    if (!ticket)
        return STATUS_UNKNOWN_TICKET;
    if (!model_is_organiser(event_of(m, ticket), &ask->by))
        return STATUS_NOT_ORGANISER;
    const enum status status = good(m, ticket, now_ms);
    if (status != STATUS_OK)
        return status;
    if (ticket->blocked)
        return STATUS_TICKET_BLOCKED;
    if (ticket->listing.open)
        return STATUS_TICKET_LISTED;
    const struct model_medium *before = model_medium_of(m, ticket);
    if (medium && medium->blocked)
        return STATUS_MEDIUM_BLOCKED;
    if (medium && medium == before)
        return STATUS_OK;
    if (medium && medium->ticket && good(m, &m->tickets[medium->ticket - 1], now_ms) == STATUS_OK)
        return STATUS_MEDIUM_IN_USE;
    if (m->only_says)
        return STATUS_OK;
    if (before) {
        m->media[before - m->media].ticket = 0;
        m->media[before - m->media].blocked = false;
    }
    must(medium || m->medium_count < MODEL_MEDIA, "the model has room for the medium");
    medium = medium ? medium : &m->media[m->medium_count++];
    *medium = (struct model_medium){ .ticket = (uint32_t)(ticket - m->tickets) + 1 };
    memcpy(medium->name, ask->medium, sizeof(medium->name));
    return STATUS_OK;
}

static enum status medium_wanted(struct ticket_model *m, const struct set_medium *ask,
                                 int64_t now_ms)
{
    if (ask->change == MEDIUM_ISSUE)
        return issue_wanted(m, ask, now_ms);
    struct model_medium *medium = model_medium_find(m, ask->medium);
    if (!medium)
        return STATUS_UNKNOWN_MEDIUM;
    if (!model_is_organiser(event_of(m, &m->tickets[medium->ticket - 1]), &ask->by))
        return STATUS_NOT_ORGANISER;
    if (ask->change == MEDIUM_BLOCK && !ask->reason[0])
        return STATUS_BAD_FIELD;
    if (m->only_says)
        return STATUS_OK;
    medium->blocked = ask->change == MEDIUM_BLOCK;
    if (ask->change == MEDIUM_RETURN)
        medium->ticket = 0;
    return STATUS_OK;
}

/* ---- Rules and lists ---------------------------------------------------------------------- */

static enum status rules_wanted(struct ticket_model *m, const struct set_door_rules *ask)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    event->rules = *ask;
    return STATUS_OK;
}

static uint64_t bits(struct u32s column)
{
    uint64_t out = 0;
    for (uint32_t i = 0; i < column.count; i++)
        out |= column.v[i] < 64 ? UINT64_C(1) << column.v[i] : 0;
    return column.count ? out : UINT64_MAX;
}

static enum status list_wanted(struct ticket_model *m, const struct set_checkin_list *ask)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (ask->number > event->list_count)
        return STATUS_UNKNOWN_LIST;
    if (ask->number == 0 && event->list_count == CHECKIN_LISTS)
        return STATUS_LISTS_FULL;
    if (!ask->name[0] || (ask->until_ms && ask->from_ms >= ask->until_ms))
        return STATUS_BAD_FIELD;
    const uint32_t at = ask->number ? ask->number - 1 : event->list_count++;
    event->lists[at] = *ask;
    event->list_blocks[at] = bits(ask->blocks);
    event->list_gates[at] = bits(ask->gates);
    return STATUS_OK;
}

/* ---- Scans -------------------------------------------------------------------------------- */

static bool has(uint64_t set, uint32_t index)
{
    return set == UINT64_MAX || (index < 64 && (set >> index & 1));
}

static uint32_t block_of(const struct ticket_model *m, uint32_t seat)
{
    uint32_t block = 0;
    if (seat == NO_SEAT)
        return UINT32_MAX; /* In none. */
    while (seat >= m->block_seats[block])
        seat -= m->block_seats[block++];
    return block;
}

/* An add-on's: lists of this model name no types. */
static bool opens_no_door(const struct ticket_model *m, const struct model_ticket *ticket)
{
    const struct model_order *order = &m->orders[ticket->order];
    const struct model_line line =
        order->lines[(uint32_t)(ticket - m->tickets) - order->first_ticket];
    const struct model_hold *hold = &m->holds[line.hold];
    return addon_model_is(model_event_of(m, hold), hold->type[line.at]);
}

/* Of a ticket that is good: at a list, or (number 0) at the doors of the event. */
static enum scan_result list_says(const struct ticket_model *m, const struct model_event *event,
                                  const struct model_ticket *ticket, const struct scan_ticket *ask,
                                  int64_t now_ms)
{
    static const struct set_checkin_list everybody = { 0 };
    const bool any = ask->list == 0;
    const uint32_t at = ask->list - 1;
    const struct set_checkin_list *list = any ? &everybody : &event->lists[at];
    const struct model_passing *last = &ticket->at[ask->list];
    if (ask->by_hand && list->codes_only)
        return SCAN_MEDIUM_INVALID;
    if (now_ms < (list->from_ms ? list->from_ms : event->doors_ms) ||
        now_ms > (list->until_ms ? list->until_ms : event->ends_ms))
        return SCAN_INVALID_TIME;
    if (opens_no_door(m, ticket) ||
        (!any && !has(event->list_blocks[at], block_of(m, ticket->seat))))
        return SCAN_PRODUCT;
    if (last->came && last->inside != ask->exit && last->gate == ask->gate &&
        last->nonce == ask->nonce)
        return SCAN_OK;
    if (ask->exit && !last->inside)
        return SCAN_RULES;
    if (!ask->exit &&
        (last->inside || (last->came && !(any ? event->rules.reentry : list->reentry))))
        return SCAN_ALREADY_REDEEMED;
    if (m->gate_closed[ask->gate] || (!any && !has(event->list_gates[at], ask->gate)))
        return SCAN_RULES;
    return list->checks_id && !ask->exit && !ask->id_checked ? SCAN_INCOMPLETE : SCAN_OK;
}

static enum scan_result ticket_says(const struct ticket_model *m, const struct model_event *event,
                                    const struct model_ticket *ticket,
                                    const struct scan_ticket *ask, int64_t now_ms)
{
    const struct model_medium *medium = model_medium_of(m, ticket);
    const bool code = !ask->by_hand && !ask->medium[0];
    if (code && (!id_equal(event->id, ask->ticket_event) || ask->generation > ticket->generation))
        return SCAN_INVALID;
    if (!id_is_none(ask->event) && !id_equal(event->id, ask->event))
        return SCAN_PRODUCT;
    if (event->state != EVENT_CANCELLED && ticket->listing.sold)
        return SCAN_REVOKED;
    if (event->state == EVENT_CANCELLED || ticket->state == TICKET_CANCELLED)
        return SCAN_CANCELLED;
    if (code && ask->generation != ticket->generation)
        return SCAN_REVOKED;
    if (ticket->blocked || ticket->listing.open)
        return SCAN_BLOCKED;
    if (medium && !ask->medium[0])
        return SCAN_ALREADY_EXCHANGED;
    if (ask->medium[0] &&
        (!medium || medium->blocked || strcmp(medium->name, ask->medium) != 0))
        return SCAN_MEDIUM_INVALID;
    if (ask->list > event->list_count)
        return SCAN_PRODUCT;
    return list_says(m, event, ticket, ask, now_ms);
}

static struct model_ticket *meant(struct ticket_model *m, const struct scan_ticket *ask,
                                  enum scan_result *result)
{
    const struct model_medium *medium = model_medium_find(m, ask->medium);
    *result = SCAN_MEDIUM_INVALID;
    if (ask->medium[0] && !ask->forged && id_is_none(ask->ticket))
        return medium ? &m->tickets[medium->ticket - 1] : NULL;
    struct model_ticket *ticket = ask->forged ? NULL : model_ticket_find(m, ask->ticket);
    if (ask->medium[0])
        return ticket;
    const struct model_order *order = model_order_find(m, ask->ticket);
    *result = SCAN_INVALID;
    if (ticket || ask->forged || !ask->by_hand || !order)
        return ticket;
    if (order->state == ORDER_PENDING)
        *result = SCAN_UNPAID;
    else if (order->state == ORDER_APPROVAL)
        *result = SCAN_UNAPPROVED;
    else if (order->ticket_count == 0)
        *result = SCAN_CANCELLED;
    else if (order->ticket_count > 1)
        *result = SCAN_AMBIGUOUS;
    return order->ticket_count == 1 ? &m->tickets[order->first_ticket] : NULL;
}

/* Who is let in all the same has passed, unless the ticket is not theirs. */
static bool passes(const struct model_event *event, const struct model_passing *last,
                   const struct scan_ticket *ask, enum scan_result result)
{
    if (result == SCAN_OK)
        return true;
    return ask->forced && last->inside == ask->exit && ask->list <= event->list_count &&
           (id_is_none(ask->event) || id_equal(ask->event, event->id)) &&
           (result == SCAN_PRODUCT || result == SCAN_INVALID_TIME || result == SCAN_RULES ||
            result == SCAN_ALREADY_REDEEMED || result == SCAN_INCOMPLETE ||
            (result == SCAN_MEDIUM_INVALID && ask->by_hand));
}

static enum scan_result scan_of(struct ticket_model *m, const struct scan_ticket *ask,
                                int64_t now_ms)
{
    enum scan_result result;
    struct model_ticket *ticket = meant(m, ask, &result);
    if (!ticket)
        return result;
    const struct model_event *event = event_of(m, ticket);
    result = ticket_says(m, event, ticket, ask, now_ms);
    struct model_passing *last = &ticket->at[ask->list <= CHECKIN_LISTS ? ask->list : 0];
    const bool again = last->came && last->inside != ask->exit && last->gate == ask->gate &&
                       last->nonce == ask->nonce && ask->list <= event->list_count;
    if (again && ask->forced)
        return SCAN_OK;
    if (!passes(event, last, ask, result))
        return result;
    *last = (struct model_passing){ true, !ask->exit, ask->gate, ask->nonce };
    if (ask->list == 0)
        ticket->state = ask->exit ? TICKET_CHECKED_OUT : TICKET_CHECKED_IN;
    return result;
}

static enum status scan_wanted(struct ticket_model *m, const struct scan_ticket *ask,
                               int64_t now_ms, enum scan_result *scan)
{
    if (!m->block_seats)
        return STATUS_UNKNOWN_VENUE;
    if (ask->gate >= m->gate_count)
        return STATUS_UNKNOWN_GATE;
    if (ask->nonce == 0)
        return STATUS_BAD_FIELD;
    const enum scan_result result = scan_of(m, ask, now_ms);
    if (scan)
        *scan = result;
    return STATUS_OK;
}

static struct scanner *scanner_of(struct ticket_model *m, const char *name)
{
    uint32_t i = 0;
    while (i < MODEL_SCANNERS && m->scanners[i].name[0] && strcmp(m->scanners[i].name, name) != 0)
        i++;
    must(i < MODEL_SCANNERS, "the model has room for a scanner");
    return &m->scanners[i];
}

/* What was done is done. As many as do not follow from another of the same call. */
static enum status upload_wanted(struct ticket_model *m, const struct upload_scans *ask,
                                 int64_t now_ms)
{
    if (!ask->scanner[0] || ask->count < 1 || ask->count > UPLOAD_SCANS)
        return STATUS_BAD_FIELD;
    for (uint32_t i = 0; i < ask->count; i++) {
        if (ask->sequences[i] <= (i > 0 ? ask->sequences[i - 1] : 0))
            return STATUS_BAD_FIELD;
        if (!m->block_seats)
            return STATUS_UNKNOWN_VENUE;
        if (ask->scans[i].gate >= m->gate_count)
            return STATUS_UNKNOWN_GATE;
        if (ask->scans[i].nonce == 0)
            return STATUS_BAD_FIELD;
    }
    struct scanner *scanner = scanner_of(m, ask->scanner);
    uint32_t first = 0, next;
    while (first < ask->count && ask->sequences[first] <= scanner->last_sequence)
        first++;
    for (next = first; next < ask->count; next++) {
        struct scan_ticket scan = ask->scans[next];
        enum scan_result unused;
        const struct model_ticket *ticket = meant(m, &scan, &unused);
        for (uint32_t k = first; ticket && k < next; k++) {
            if (meant(m, &ask->scans[k], &unused) == ticket)
                return STATUS_OK;
        }
        scan.forced = true;
        const bool known = scan.at_ms > 0 && scan.at_ms <= now_ms;
        const enum scan_result result = scan_of(m, &scan, known ? scan.at_ms : now_ms);
        must(ask->results[next].result == (uint32_t)result,
             "an uploaded scan comes to what the model says");
        memcpy(scanner->name, ask->scanner, sizeof(scanner->name));
        scanner->last_sequence = ask->sequences[next];
    }
    return STATUS_OK;
}

enum status door_model_do(struct ticket_model *m, const struct command *command,
                          enum scan_result *scan)
{
    switch (command->kind) {
    case COMMAND_REISSUE_TICKET:
        return reissue_wanted(m, &command->as.reissue_ticket, command->time_ms);
    case COMMAND_BLOCK_TICKET:
        return block_wanted(m, &command->as.block_ticket);
    case COMMAND_SET_MEDIUM:
        return medium_wanted(m, &command->as.set_medium, command->time_ms);
    case COMMAND_SET_DOOR_RULES:
        return rules_wanted(m, &command->as.set_door_rules);
    case COMMAND_SET_CHECKIN_LIST:
        return list_wanted(m, &command->as.set_checkin_list);
    case COMMAND_UPLOAD_SCANS:
        return upload_wanted(m, &command->as.upload_scans, command->time_ms);
    default:
        must(command->kind == COMMAND_SCAN_TICKET, "the model knows the command");
        return scan_wanted(m, &command->as.scan_ticket, command->time_ms, scan);
    }
}
