#include "tests/support/ticket_model.h"
#include "tests/support/must.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

void ticket_model_fini(struct ticket_model *model)
{
    for (uint32_t i = 0; i < model->event_count; i++) {
        free(model->events[i].seats);
        free(model->events[i].settlements);
        model_room_free(model->events[i].room);
    }
    free(model->joins);
    free(model->waits);
    free(model->known_joins);
    id_map_fini(&model->join_ids);
    id_map_fini(&model->wait_ids);
    id_map_fini(&model->offers);
    free(model->events);
    free(model->holds);
    free(model->orders);
    free(model->tickets);
    free(model->block_seats);
    id_map_fini(&model->event_ids);
    id_map_fini(&model->hold_ids);
    id_map_fini(&model->order_ids);
    id_map_fini(&model->ticket_ids);
    id_map_fini(&model->payments);
    *model = (struct ticket_model){ 0 };
}

/* The next row of a list, zeroed but for the id that it begins with. */
static void *row_add_to(void *list, uint32_t *count, uint32_t *room, size_t size,
                        struct id_map *ids, struct id id)
{
    void **rows = list;
    if (*count == *room) {
        *room = *room ? *room * 2 : 8;
        *rows = realloc(*rows, *room * size);
        must(*rows, "the model has memory");
    }
    must(id_map_find(ids, id) == NONE, "an id is given once");
    id_map_add(ids, id, *count);
    struct id *row = memset((char *)*rows + (*count)++ * size, 0, size);
    *row = id;
    return row;
}

#define ADD(m, noun, id)                                                                           \
    row_add_to(&(m)->noun##s, &(m)->noun##_count, &(m)->noun##_room, sizeof(*(m)->noun##s),        \
               &(m)->noun##_ids, id)

#define DEFINE_FIND(noun)                                                                          \
    struct model_##noun *model_##noun##_find(const struct ticket_model *m, struct id id)           \
    {                                                                                              \
        uint32_t index = id_map_find(&m->noun##_ids, id);                                          \
        return index == NONE ? NULL : &m->noun##s[index];                                          \
    }
DEFINE_FIND(event)
DEFINE_FIND(hold)
DEFINE_FIND(order)
DEFINE_FIND(ticket)

void ticket_model_venue(struct ticket_model *m, const struct venue *venue)
{
    must(!m->block_seats && venue->gate_count <= MODEL_GATES, "the model can have this venue");
    m->block_seats = malloc(venue->block_count * sizeof(*m->block_seats) + 1);
    m->block_count = venue->block_count;
    m->gate_count = venue->gate_count;
    for (uint32_t i = 0; i < venue->block_count; i++) {
        m->block_seats[i] = venue->blocks[i].seats;
        m->seat_count += venue->blocks[i].seats;
    }
}

/* ---- What is when ------------------------------------------------------------------------ */

enum event_state model_event_state(const struct model_event *event, int64_t now_ms)
{
    return event->state == EVENT_PUBLISHED && now_ms >= event->ends_ms ? EVENT_ENDED : event->state;
}

enum hold_state model_hold_state(const struct ticket_model *m, const struct model_hold *hold,
                                 int64_t now_ms)
{
    if (hold->state == HOLD_HELD && now_ms >= hold->expires_ms && !m->strict)
        return HOLD_EXPIRED;
    if (hold->state == HOLD_HELD && model_event_of(m, hold)->state == EVENT_CANCELLED)
        return HOLD_RELEASED;
    return hold->state;
}

enum seat_state model_seat_state(const struct ticket_model *m, const struct model_event *event,
                                 uint32_t seat, int64_t now_ms)
{
    const struct model_seat *row = &event->seats[seat];
    if (!row->on_sale)
        return SEAT_NOT_ON_SALE;
    if (!row->hold)
        return SEAT_FREE;
    switch (model_hold_state(m, &m->holds[row->hold - 1], now_ms)) {
    case HOLD_HELD:
    case HOLD_CONFIRMING:
        return SEAT_HELD;
    case HOLD_CONFIRMED:
        return SEAT_SOLD;
    default:
        return SEAT_FREE;
    }
}

/* ---- Holds ------------------------------------------------------------------------------- */

static void hold_change(struct ticket_model *m, struct model_hold *hold, enum hold_state state)
{
    hold->state = state;
    hold->changed = true;
    if (state != HOLD_HELD && state != HOLD_CONFIRMING)
        wait_model_hold_ended(m, hold);
}

void ticket_model_hold_moved(struct ticket_model *m, struct model_hold *hold, enum hold_state state)
{
    hold_change(m, hold, state);
}

void ticket_model_hold_ended(struct ticket_model *m, struct model_hold *hold, enum hold_state state)
{
    if (hold->state == HOLD_HELD)
        hold_change(m, hold, state);
}

struct model_hold *model_hold_add(struct ticket_model *m, struct id id)
{
    return ADD(m, hold, id);
}

static enum status hold_wanted(struct ticket_model *m, const struct hold_seats *ask, int64_t now_ms)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (model_event_state(event, now_ms) != EVENT_PUBLISHED)
        return event->state == EVENT_DRAFT       ? STATUS_EVENT_STATE
               : event->state == EVENT_CANCELLED ? STATUS_EVENT_CANCELLED
                                                 : STATUS_EVENT_OVER;
    if (join_model_is_banned(m, (uint32_t)(event - m->events), ask->person, now_ms))
        return STATUS_BANNED;
    enum status status = room_model_check(m, event, ask->person, ask->admission, now_ms);
    if (status == STATUS_OK && !id_is_none(ask->listing)) {
        status = resale_model_hold(m, event, ask, now_ms);
        if (status == STATUS_OK && !m->only_says)
            room_model_held(event, ask->person, now_ms);
        return status;
    }
    if (status == STATUS_OK && ask->allocation[0] && !model_allocation_find(event, ask->allocation))
        status = STATUS_UNKNOWN_ALLOCATION;
    if (status == STATUS_OK && wait_model_fits(m, event, now_ms))
        status = STATUS_SOLD_OUT;
    if (status == STATUS_OK)
        status = sale_model_hold(m, event, ask, now_ms);
    if (status == STATUS_OK && !m->only_says)
        room_model_held(event, ask->person, now_ms);
    return status;
}

static struct model_hold *hold_owned(const struct ticket_model *m, struct id id, const char *person)
{
    struct model_hold *hold = model_hold_find(m, id);
    return hold && strcmp(hold->person, person) == 0 ? hold : NULL;
}

static enum status release_wanted(struct ticket_model *m, const struct release_hold *ask,
                                  int64_t now_ms)
{
    struct model_hold *hold = hold_owned(m, ask->hold, ask->person);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (hold->state == HOLD_CONFIRMING)
        return STATUS_HOLD_CHANGED;
    if (model_hold_state(m, hold, now_ms) != HOLD_HELD)
        return STATUS_HOLD_ENDED;
    if (m->only_says)
        return STATUS_OK;
    hold_change(m, hold, HOLD_RELEASED);
    return STATUS_OK;
}

/* ---- Orders ------------------------------------------------------------------------------ */

void ticket_model_paid(struct ticket_model *m, struct model_order *order, const struct id *tickets)
{
    struct model_hold *hold = &m->holds[order->hold];
    order->state = ORDER_PAID;
    order->first_ticket = m->ticket_count;
    order->ticket_count = hold->seat_count;
    for (uint32_t i = 0; i < hold->seat_count; i++) {
        struct model_ticket *ticket = ADD(m, ticket, tickets[i]);
        ticket->order = (uint32_t)(order - m->orders);
        ticket->seat = hold->seats[i];
        ticket->state = TICKET_VALID;
        ticket->generation = 1;
        memcpy(ticket->person, order->person, sizeof(ticket->person));
    }
    hold_change(m, hold, HOLD_CONFIRMED);
    room_model_bought(model_event_of(m, hold), hold->person);
}

void ticket_model_unpaid(struct ticket_model *m, struct model_order *order)
{
    struct model_hold *hold = &m->holds[order->hold];
    const bool cancelled = model_event_of(m, hold)->state == EVENT_CANCELLED;
    order->state = ORDER_CANCELLED;
    hold_change(m, hold, cancelled ? HOLD_RELEASED : HOLD_HELD);
}

static enum status confirm_wanted(struct ticket_model *m, const struct confirm_hold *ask,
                                  int64_t now_ms)
{
    struct model_hold *hold = hold_owned(m, ask->hold, ask->person);
    if (!hold)
        return STATUS_UNKNOWN_HOLD;
    if (model_event_of(m, hold)->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    enum hold_state state = model_hold_state(m, hold, now_ms);
    if (state != HOLD_HELD && state != HOLD_CONFIRMING)
        return STATUS_HOLD_ENDED;
    if (state == HOLD_CONFIRMING || hold->version != ask->version)
        return STATUS_HOLD_CHANGED;
    if (model_event_state(model_event_of(m, hold), now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    if (hold->resale && !resale_model_stands(m, hold))
        return STATUS_NOT_LISTED;
    enum status status = checkout_model_check(m, hold, ask);
    if (status != STATUS_OK || m->only_says)
        return status;
    const enum tender tender = ask->tender ? ask->tender : TENDER_CARD;
    const int64_t total_minor = checkout_model_total(hold, tender);
    struct model_order *order = ADD(m, order, ask->order);
    order->older = model_event_of(m, hold)->newest_order;
    model_event_of(m, hold)->newest_order = m->order_count;
    order->hold = (uint32_t)(hold - m->holds);
    order->total_minor = total_minor;
    order->line_count = hold->seat_count;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        order->lines[i] = (struct model_line){ order->hold, i };
    const bool approval = tender == TENDER_CARD && model_event_of(m, hold)->approval_required;
    checkout_model_note(m, order, ask);
    order->state = approval ? ORDER_APPROVAL : ORDER_PENDING;
    order->expires_ms = approval_model_until_ms(model_event_of(m, hold), approval, now_ms);
    if (order->expires_ms < hold->expires_ms)
        order->expires_ms = hold->expires_ms;
    hold_change(m, hold, HOLD_CONFIRMING);
    if (tender != TENDER_CARD)
        order->captured_minor = total_minor;
    if ((total_minor == 0 || tender != TENDER_CARD) && !approval)
        ticket_model_paid(m, order, ask->tickets);
    return STATUS_OK;
}

/* Whether an order that has expired gets its seats after all. */
static bool is_revived(struct ticket_model *m, const struct model_hold *hold, int64_t now_ms)
{
    return model_event_state(model_event_of(m, hold), now_ms) == EVENT_PUBLISHED &&
           (hold->resale ? resale_model_revives(m, hold, now_ms)
                         : sale_model_revives(m, hold, now_ms));
}

static void take_back(struct ticket_model *m, struct model_order *order, const struct id *tickets)
{
    struct model_hold *hold = &m->holds[order->hold];
    if (hold->resale)
        resale_model_sell(m, hold);
    for (uint32_t i = 0; i < hold->seat_count; i++)
        if (hold->seats[i] != NO_SEAT)
            model_event_of(m, hold)->seats[hold->seats[i]].hold = order->hold + 1;
    ticket_model_paid(m, order, tickets);
}

static void settle_charge(struct ticket_model *m, struct model_order *order,
                          const struct settle_payment *settle, int64_t now_ms)
{
    struct model_hold *hold = &m->holds[order->hold];
    bool done = settle->outcome == PAYMENT_DONE;
    bool cancelled = model_event_of(m, hold)->state == EVENT_CANCELLED;
    order->charge = 0;
    order->captured_minor = done ? order->total_minor : 0;
    if (order->state == ORDER_EXPIRED) {
        if (done && is_revived(m, hold, now_ms))
            take_back(m, order, settle->tickets);
        return;
    }
    if (done && !cancelled && (!hold->resale || resale_model_stands(m, hold))) {
        if (hold->resale)
            resale_model_sell(m, hold);
        ticket_model_paid(m, order, settle->tickets);
        return;
    }
    ticket_model_unpaid(m, order);
}

static struct id number_key(uint32_t number)
{
    return (struct id){ 0, number };
}

static enum status settle_wanted(struct ticket_model *m, const struct settle_payment *settle,
                                 int64_t now_ms)
{
    uint32_t index = id_map_find(&m->payments, number_key(settle->number));
    if (index == NONE)
        return STATUS_OK;
    struct model_order *order = &m->orders[index];
    id_map_remove(&m->payments, number_key(settle->number));
    if (approval_model_settled(m, order, settle))
        return STATUS_OK;
    if (order->charge == settle->number) {
        settle_charge(m, order, settle, now_ms);
        return STATUS_OK;
    }
    if (refund_model_settled(order, settle) || exchange_model_settled(m, order, settle, now_ms))
        return STATUS_OK;
    order->refund = 0;
    if (settle->outcome == PAYMENT_DONE) {
        order->refunded_minor += order->refund_minor;
        order->refunded = true;
        order->state = ORDER_REFUNDED;
    }
    return STATUS_OK;
}

/* ---- Events ------------------------------------------------------------------------------ */

static void seats_create(struct ticket_model *m, struct model_event *event,
                         const struct create_event *ask)
{
    struct model_seat *seat = calloc(m->seat_count + 1, sizeof(*seat));
    must(seat, "the model has memory");
    event->seats = seat;
    for (uint32_t block = 0; block < m->block_count; block++) {
        uint32_t category = ask->block_category.count ? ask->block_category.v[block] : 1;
        for (uint32_t i = 0; i < m->block_seats[block]; i++, seat++) {
            seat->on_sale = category != 0;
            seat->category = category ? category - 1 : 0;
        }
    }
}

enum { DOORS_BEFORE_MS = 2 * 60 * 60 * 1000 };

static enum status create_wanted(struct ticket_model *m, const struct create_event *ask)
{
    if (!m->block_seats)
        return STATUS_UNKNOWN_VENUE;
    if (m->event_count == limits_default().events)
        return STATUS_EVENTS_FULL;
    if (m->only_says)
        return STATUS_OK;
    struct model_event *event = ADD(m, event, ask->id);
    event->state = EVENT_DRAFT;
    event->starts_ms = ask->starts_ms;
    event->ends_ms = ask->ends_ms;
    event->doors_ms = ask->doors_ms ? ask->doors_ms : ask->starts_ms - DOORS_BEFORE_MS;
    event->ttl_ms = (ask->hold_ttl_s ? ask->hold_ttl_s : 600) * (int64_t)1000;
    event->rules = (struct set_door_rules){ .transfers = true };
    memcpy(event->organiser, ask->by.person, sizeof(event->organiser));
    seats_create(m, event, ask);
    sale_model_begin(event, ask);
    return STATUS_OK;
}

bool model_is_organiser(const struct model_event *event, const struct actor *by)
{
    return !event->organiser[0] || by->is_operator || strcmp(event->organiser, by->person) == 0;
}

static enum status publish_wanted(struct ticket_model *m, const struct publish_event *ask,
                                  int64_t now_ms)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (!model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (event->state == EVENT_CANCELLED)
        return STATUS_EVENT_CANCELLED;
    if (event->state == EVENT_DRAFT && now_ms >= event->starts_ms)
        return STATUS_EVENT_OVER;
    if (m->only_says)
        return STATUS_OK;
    event->state = EVENT_PUBLISHED;
    return STATUS_OK;
}

static void cancel_order(struct ticket_model *m, struct model_order *order)
{
    if (order->state != ORDER_PAID && order->state != ORDER_PARTIALLY_REFUNDED)
        return;
    for (uint32_t k = 0; k < order->ticket_count; k++)
        m->tickets[order->first_ticket + k].state = TICKET_CANCELLED;
    const int64_t left_minor = refund_model_left(m, order);
    if (left_minor == 0 || order->tender != TENDER_CARD)
        order->state = ORDER_REFUNDED;
    if (order->tender == TENDER_CARD)
        return;
    order->refunded_minor += left_minor; /* Over the counter. */
    order->refunded = true;
    order->unreturned_minor = left_minor;
}

static enum status cancel_wanted(struct ticket_model *m, const struct cancel_event *ask,
                                 int64_t now_ms)
{
    struct model_event *event = model_event_find(m, ask->event);
    if (!event)
        return STATUS_UNKNOWN_EVENT;
    if (!model_is_organiser(event, &ask->by))
        return STATUS_NOT_ORGANISER;
    if (model_event_state(event, now_ms) == EVENT_ENDED)
        return STATUS_EVENT_OVER;
    if (event->state == EVENT_CANCELLED)
        return STATUS_OK;
    if (m->only_says)
        return STATUS_OK;
    event->state = EVENT_CANCELLED;
    for (uint32_t i = event->newest_order; i; i = m->orders[i - 1].older)
        cancel_order(m, &m->orders[i - 1]);
    return STATUS_OK;
}

/* ---- Commands ---------------------------------------------------------------------------- */

enum status ticket_model_do(struct ticket_model *m, const struct command *command,
                            enum scan_result *scan)
{
    int64_t now_ms = command->time_ms;
    switch (command->kind) {
    case COMMAND_CREATE_EVENT:
        return create_wanted(m, &command->as.create_event);
    case COMMAND_PUBLISH_EVENT:
        return publish_wanted(m, &command->as.publish_event, now_ms);
    case COMMAND_CANCEL_EVENT:
        return cancel_wanted(m, &command->as.cancel_event, now_ms);
    case COMMAND_HOLD_SEATS:
        return hold_wanted(m, &command->as.hold_seats, now_ms);
    case COMMAND_RELEASE_HOLD:
        return release_wanted(m, &command->as.release_hold, now_ms);
    case COMMAND_CONFIRM_HOLD:
        return confirm_wanted(m, &command->as.confirm_hold, now_ms);
    case COMMAND_SETTLE_PAYMENT:
        return settle_wanted(m, &command->as.settle_payment, now_ms);
    default:
        if (sale_model_knows(command->kind))
            return sale_model_do(m, command);
        if (join_model_knows(command->kind))
            return join_model_do(m, command);
        if (wait_model_knows(command->kind))
            return wait_model_do(m, command);
        if (room_model_knows(command->kind))
            return room_model_do(m, command);
        if (refund_model_knows(command->kind))
            return refund_model_do(m, command);
        if (allocation_model_knows(command->kind))
            return allocation_model_do(m, command);
        if (approval_model_knows(command->kind))
            return approval_model_do(m, command);
        if (resale_model_knows(command->kind))
            return resale_model_do(m, command);
        if (addon_model_knows(command->kind))
            return addon_model_do(m, command);
        if (checkout_model_knows(command->kind))
            return checkout_model_do(m, command);
        if (ledger_model_knows(command->kind))
            return ledger_model_do(m, command);
        return door_model_knows(command->kind) ? door_model_do(m, command, scan) : STATUS_OK;
    }
}

enum status ticket_model_says(struct ticket_model *m, const struct command *command)
{
    m->only_says = true;
    enum status status = ticket_model_do(m, command, NULL);
    m->only_says = false;
    return status;
}

/* Who is asked for money, and who gets it back: once, the right amount, and for a reason. */
const char *ticket_model_pays(struct ticket_model *m, struct id id,
                              const struct payment_wanted *wanted)
{
    struct model_order *order = model_order_find(m, id);
    if (!order)
        return "a payment is for an order";
    const bool all = wanted->kind == PAYMENT_CHARGE || wanted->kind == PAYMENT_REFUND;
    const char *wrong = all                              ? NULL
                        : wanted->kind == PAYMENT_RETURN ? refund_model_wanted(order, wanted)
                        : wanted->kind == PAYMENT_TOP_UP ? exchange_model_wanted(order, wanted)
                                                         : approval_model_wanted(order, wanted);
    if (wrong)
        return wrong;
    const int64_t due_minor = refund_model_left(m, order);
    if (all && (wanted->amount_minor != due_minor || due_minor <= 0))
        return "a payment is of what the order costs";
    if (all && (order->charge || order->refund))
        return "an order has one payment of all at a time";
    if (!all) {
        /* Kept above. */
    } else if (wanted->kind == PAYMENT_CHARGE) {
        if (order->state != ORDER_PENDING)
            return "who is charged waits for it";
        order->charge = wanted->number;
    } else {
        if (order->captured_minor <= 0 || order->refunded)
            return "what was paid goes back, once";
        const bool unsold = order->state == ORDER_CANCELLED && order->ticket_count == 0;
        if (model_event_of(m, &m->holds[order->hold])->state != EVENT_CANCELLED &&
            order->state != ORDER_EXPIRED && !unsold)
            return "money goes back for a reason";
        order->refund = wanted->number;
        order->refund_minor = wanted->amount_minor;
        for (uint32_t i = 0; i < order->ticket_count; i++)
            m->tickets[order->first_ticket + i].listing.open = false;
    }
    id_map_add(&m->payments, number_key(wanted->number), (uint32_t)(order - m->orders));
    return NULL;
}

const char *ticket_model_expires(struct ticket_model *m, struct id id, int64_t now_ms)
{
    struct model_order *order = model_order_find(m, id);
    if (!order || (order->state != ORDER_PENDING && order->state != ORDER_APPROVAL))
        return "what expires waits for its payment, or to be approved";
    if (now_ms < order->expires_ms)
        return "an order does not expire before its time";
    order->state = ORDER_EXPIRED;
    hold_change(m, &m->holds[order->hold], HOLD_EXPIRED);
    return NULL;
}

const char *ticket_model_time(struct ticket_model *m, const struct fact *fact,
                              const struct fact *next)
{
    switch (fact->kind) {
    case FACT_LINES_HELD:
        if (!next || next->kind != FACT_WAIT_OFFERED)
            return NULL;
        return wait_model_offer(m, next->as.wait_offered.wait, &fact->as.lines_held, fact->time_ms);
    case FACT_WAIT_ENDED:
        return wait_model_end(m, &fact->as.wait_ended, fact->time_ms);
    case FACT_JOINS_MOVED:
        return join_model_see(m, fact);
    case FACT_EXCHANGE_DROPPED:
        return exchange_model_dropped(m, &fact->as.exchange_dropped, fact->time_ms);
    case FACT_ORDER_REJECTED:
        return approval_model_rejected(m, fact->as.order_rejected.order);
    case FACT_ALLOCATION_RELEASED:
        return allocation_model_see(m, &fact->as.allocation_released, fact->time_ms);
    case FACT_ORDER_REFUNDED:
        ledger_model_refunded(m, fact->as.order_refunded.order);
        return NULL;
    case FACT_WAITROOM_DRAWN:
    case FACT_WAITERS_SERVED:
    case FACT_WAITERS_ENDED:
        return room_model_see(m, fact);
    default:
        return NULL;
    }
}

/* ---- Beside a stadium -------------------------------------------------------------------- */

static void know_venue(struct ticket_model *m, const struct stadium *stadium)
{
    const struct venue *venue = stadium_venue(stadium);
    if (!venue)
        return;
    if (!m->block_seats)
        ticket_model_venue(m, venue);
    for (uint32_t i = 0; i < m->gate_count; i++)
        m->gate_closed[i] = stadium_gates(stadium)[i].mode == GATE_CLOSED;
}

/* Its slot may have gone to a newer one with the same command. */
static void hear_hold_ended(struct ticket_model *m, const struct stadium *stadium,
                            const struct hold_ended *ended)
{
    struct model_hold *hold = model_hold_find(m, stadium_hold(stadium, ended->hold)->id);
    if (hold && stadium_hold(stadium, ended->hold)->state == ended->state)
        ticket_model_hold_ended(m, hold, (enum hold_state)ended->state);
}

void ticket_model_hear(struct ticket_model *m, const struct stadium *stadium,
                       const struct command *command, enum status said, const struct facts *facts)
{
    enum scan_result scan = 0;
    know_venue(m, stadium);
    if ((command->kind >= COMMAND_CREATE_EVENT && command->kind <= COMMAND_SETTLE_PAYMENT) ||
        sale_model_knows(command->kind) || door_model_knows(command->kind) ||
        join_model_knows(command->kind) || wait_model_knows(command->kind) ||
        room_model_knows(command->kind) || refund_model_knows(command->kind) ||
        allocation_model_knows(command->kind) || approval_model_knows(command->kind) ||
        resale_model_knows(command->kind) || addon_model_knows(command->kind) ||
        checkout_model_knows(command->kind) || ledger_model_knows(command->kind)) {
        enum status status = ticket_model_do(m, command, &scan);
        must_say(said == status, "%s was answered, and the model says %s", status_reason(said),
                 status_reason(status));
        must(command->kind != COMMAND_SCAN_TICKET || said != STATUS_OK ||
                 facts->scan.result == (uint32_t)scan,
             "a scan comes to what the model says");
    }
    for (uint32_t i = 0; i < facts->count; i++) {
        const struct payment_wanted *wanted = &facts->items[i].as.payment_wanted;
        const struct fact *fact = &facts->items[i];
        const uint32_t brings = i + 1 < facts->count && fact[1].kind == FACT_ADDONS_HELD;
        const struct fact *next = i + 1 + brings < facts->count ? fact + 1 + brings : NULL;
        const char *wrong = ticket_model_time(m, fact, next);
        must(fact->kind != FACT_WAIT_OFFERED ||
                 (i > 0 && (fact[-1].kind == FACT_LINES_HELD ||
                            (fact[-1].kind == FACT_ADDONS_HELD && i > 1))),
             "an offer has its hold");
        if (fact->kind == FACT_HOLD_ENDED)
            hear_hold_ended(m, stadium, &fact->as.hold_ended);
        if (facts->items[i].kind == FACT_ORDER_EXPIRED)
            wrong = ticket_model_expires(
                m, stadium_order(stadium, facts->items[i].as.order_expired.order)->id,
                command->time_ms);
        else if (facts->items[i].kind == FACT_PAYMENT_WANTED)
            wrong = ticket_model_pays(m, stadium_order(stadium, wanted->order)->id, wanted);
        must_say(!wrong, "not true: %s", wrong);
    }
    ticket_model_compare(m, stadium, command->time_ms);
}
