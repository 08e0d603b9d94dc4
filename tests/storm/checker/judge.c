/* What each method asks for, and what its answer has to say. */
#include "tests/storm/checker/judge.h"

#include "server/wire/id.h"
#include "server/wire/question.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/orders.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct id judge_id(const char *text)
{
    struct id id = { 0 };
    wire_id_read(text, &id);
    return id;
}

void judge_person(const struct deed *deed, char *person)
{
    snprintf(person, PERSON_BYTES + 1, "%s", deed->operation->caller);
}

/* ---- Holds ----------------------------------------------------------------------------------- */

void judge_lines(const struct checker *c, struct u32s seated, Tifo__V1__NewLines *const *rows,
                 size_t row_count, struct wanted_lines *to)
{
    struct arena *arena = (struct arena *)&c->scratch;
    uint32_t *seats = arena_array(arena, HOLD_SEATS + 1, sizeof *seats);
    uint32_t *types = arena_array(arena, HOLD_SEATS + 1, sizeof *types);
    uint32_t *with = arena_array(arena, HOLD_SEATS + 1, sizeof *with);
    uint32_t count = 0;
    for (uint32_t i = 0; i < seated.count && count <= HOLD_SEATS; i++)
        seats[count++] = seated.v[i];
    for (size_t i = 0; i < row_count; i++) {
        const Tifo__V1__NewLines *row = rows[i];
        for (size_t k = 0; k < row->n_seats + row->places && count <= HOLD_SEATS; k++) {
            seats[count] = row->places ? NO_SEAT : row->seats[k];
            with[count] = row->addon_to;
            types[count++] = row->ticket_type;
        }
    }
    *to = (struct wanted_lines){ .seats = { seats, count },
                                 .types = { types, count },
                                 .with = { with, count } };
}

static void ask_hold(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__HoldSeatsRequest *request = (const void *)deed->request;
    struct hold_seats *hold = &command->as.hold_seats;
    command->kind = COMMAND_HOLD_SEATS;
    hold->id = deed->made;
    hold->event = judge_id(request->event_id);
    judge_lines(c, (struct u32s){ request->seats, (uint32_t)request->n_seats }, request->lines,
                request->n_lines, &hold->lines);
    snprintf(hold->voucher, sizeof hold->voucher, "%s", request->voucher);
    snprintf(hold->allocation, sizeof hold->allocation, "%s", request->allocation_code);
    hold->listing = judge_id(request->resale_ticket_id);
    judge_person(deed, hold->person);
    hold->admission =
        judge_admission(c, request->admission_token, hold->event, deed->operation->caller);
}

static void ask_release(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__ReleaseHoldRequest *request = (const void *)deed->request;
    command->kind = COMMAND_RELEASE_HOLD;
    command->as.release_hold.hold = judge_id(request->hold_id);
    judge_person(deed, command->as.release_hold.person);
}

static int64_t total_of(const struct model_hold *hold)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < hold->seat_count; i++)
        total += hold->total_minor[i];
    return total;
}

void judge_times(const struct deed *deed, int64_t times[2])
{
    times[0] = deed->operation->earliest_ms;
    times[1] = deed->operation->latest_ms;
    if (deed->method->ask || times[0] < deed->time_ms)
        times[0] = deed->time_ms;
    if (deed->method->ask || times[1] < times[0])
        times[1] = times[0];
}

static bool is_state(const struct checker *c, const struct deed *deed,
                     const struct model_hold *hold, int state)
{
    int64_t times[2];
    judge_times(deed, times);
    for (int i = 0; i < 2; i++) {
        enum hold_state now = model_hold_state(&c->model, hold, times[i]);
        now = now == HOLD_CONFIRMING ? HOLD_HELD : now;
        if (state == (int)now)
            return true;
    }
    /* A cancelled event's are wound up later. */
    return model_event_of(&c->model, hold)->state == EVENT_CANCELLED &&
           (state == HOLD_HELD || state == HOLD_RELEASED || state == HOLD_EXPIRED);
}

/* The code of its voucher. */
static const char *voucher_of(const struct checker *c, const struct model_hold *hold)
{
    return hold->voucher ? model_event_of(&c->model, hold)->vouchers[hold->voucher - 1].code : "";
}

bool judge_hold(struct checker *c, const struct deed *deed, const Tifo__V1__Hold *told)
{
    struct model_hold *hold = model_hold_find(&c->model, judge_id(told->hold_id));
    if (!hold || strcmp(hold->person, deed->operation->caller) != 0)
        return mismatch(c, deed, "it was told of a hold that is not the caller's");
    if (!is_state(c, deed, hold, (int)told->state))
        return mismatch(c, deed, "the hold is said to be %d at %lld", (int)told->state,
                        (long long)deed->time_ms);
    if (told->n_seats != hold->seat_count ||
        memcmp(told->seats, hold->seats, told->n_seats * sizeof *told->seats) != 0)
        return mismatch(c, deed, "the hold is said to have other seats");
    if (told->total_minor != total_of(hold))
        return mismatch(c, deed, "the hold is said to cost %lld", (long long)told->total_minor);
    if (strcmp(told->voucher, voucher_of(c, hold)) != 0 || told->extensions != hold->extensions)
        return mismatch(c, deed, "the hold is said to have voucher %.40s and %u extensions",
                        told->voucher, told->extensions);
    if (strcmp(told->buyer_tax_id, hold->tax_id) != 0)
        return mismatch(c, deed, "the hold is said to be bought by %.20s", told->buyer_tax_id);
    for (uint32_t i = 0; i < hold->seat_count; i++)
        if (told->lines[i]->addon_to != hold->with[i])
            return mismatch(c, deed, "line %u is said to go with %u", i, told->lines[i]->addon_to);
    for (uint32_t i = 0; i < hold->seat_count; i++)
        if (told->lines[i]->bundled != hold->bundled[i] ||
            told->lines[i]->price_minor != hold->price_minor[i])
            return mismatch(c, deed, "line %u is said to cost %lld, and to be brought, or not", i,
                            (long long)told->lines[i]->price_minor);
    const bool over = (int)told->state != HOLD_HELD;
    if (hold->changed || over ? told->version < hold->version : told->version != hold->version)
        return mismatch(c, deed, "the hold is said to have version %llu, and has %llu",
                        (unsigned long long)told->version, (unsigned long long)hold->version);
    return true;
}

static bool tell_held(struct checker *c, const struct deed *deed)
{
    return judge_hold(c, deed, ((const Tifo__V1__HoldSeatsResponse *)deed->reply)->hold);
}

static bool tell_released(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__Hold *told = ((const Tifo__V1__ReleaseHoldResponse *)deed->reply)->hold;
    return judge_hold(c, deed, told) && ((int)told->state == HOLD_RELEASED ||
                                         mismatch(c, deed, "a hold let go is not released"));
}

static bool tell_get_hold(struct checker *c, const struct deed *deed)
{
    return judge_hold(c, deed, ((const Tifo__V1__GetHoldResponse *)deed->reply)->hold);
}

/* ---- Orders ---------------------------------------------------------------------------------- */

static void read_answers(const struct checker *c, const Tifo__V1__ConfirmHoldRequest *request,
                         struct answer_columns *to)
{
    struct refusal unused = { 0 };
    wire_answers(request->answers, request->n_answers, (struct arena *)&c->scratch, to, &unused);
}

static void ask_confirm(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__ConfirmHoldRequest *request = (const void *)deed->request;
    struct confirm_hold *confirm = &command->as.confirm_hold;
    command->kind = COMMAND_CONFIRM_HOLD;
    confirm->hold = judge_id(request->hold_id);
    confirm->version = request->version;
    confirm->order = deed->made;
    memcpy(confirm->tickets, deed->tickets, sizeof confirm->tickets);
    snprintf(confirm->payment_token, sizeof confirm->payment_token, "%s", request->payment_token);
    /* One token is one card. */
    snprintf(confirm->means, sizeof confirm->means, "%.*s", MEANS_BYTES, request->payment_token);
    confirm->tender = (uint32_t)request->tender;
    snprintf(confirm->for_person, sizeof confirm->for_person, "%s", request->for_person);
    read_answers(c, request, &confirm->answers);
    judge_person(deed, confirm->person);
}

/* What came in, and what went back or will. */
static bool is_paid(const struct model_order *order, const Tifo__V1__Order *told)
{
    const int64_t back_minor =
        order->refunded_minor + refund_model_due(order) + (order->refund ? order->refund_minor : 0);
    return told->captured_minor == order->captured_minor &&
           told->refunded_minor + told->refunding_minor == back_minor &&
           told->refunded_minor == order->refunded_minor;
}

bool judge_order(struct checker *c, const struct deed *deed, const Tifo__V1__Order *told)
{
    const struct model_order *order = model_order_find(&c->model, judge_id(told->order_id));
    const struct model_hold *hold = order ? &c->model.holds[order->hold] : NULL;
    struct actor by = { .is_operator = false };
    judge_person(deed, by.person);
    if (!order || (strcmp(order->person, by.person) != 0 &&
                   !model_is_organiser(model_event_of(&c->model, hold), &by)))
        return mismatch(c, deed, "it was told of an order that is not the caller's");
    const bool winds_up = model_event_of(&c->model, hold)->state == EVENT_CANCELLED;
    if ((int)told->state != (int)order->state &&
        !(winds_up && order->state == ORDER_REFUNDED &&
          ((int)told->state == ORDER_PAID || (int)told->state == ORDER_PARTIALLY_REFUNDED)))
        return mismatch(c, deed, "the order is said to be %d, and is %d", (int)told->state,
                        (int)order->state);
    /* One that was not paid has the lines of its hold, until that has others. */
    const bool bare = order->state == ORDER_CANCELLED && order->ticket_count == 0 &&
                      hold->lines_version > order->version;
    const uint32_t lines = bare ? 0 : order->ticket_count ? order->line_count : hold->seat_count;
    if (!id_equal(judge_id(told->hold_id), hold->id) || told->total_minor != order->total_minor ||
        told->n_seats != lines || told->n_lines != lines)
        return mismatch(c, deed, "the order is said to be of another hold, seats or total");
    if (!winds_up && (told->version != order->version || !is_paid(order, told)))
        return mismatch(c, deed, "the order is said to have version %llu, and %lld of %lld back",
                        (unsigned long long)told->version,
                        (long long)(told->refunded_minor + told->refunding_minor),
                        (long long)told->captured_minor);
    if (strcmp(told->person, order->person) != 0 || (int)told->tender != (int)order->tender)
        return mismatch(c, deed, "the order is said to be %.40s's, paid for in way %d",
                        told->person, (int)told->tender);
    for (uint32_t i = 0; i < lines; i++) {
        const struct model_line line =
            order->ticket_count ? order->lines[i] : (struct model_line){ order->hold, i };
        const struct model_hold *of = &c->model.holds[line.hold];
        const uint32_t at = line.at;
        const int64_t cost_minor = order->tender == TENDER_COMP ? 0 : of->total_minor[at];
        if (told->lines[i]->seat != of->seats[at] || told->seats[i] != of->seats[at] ||
            told->lines[i]->total_minor != cost_minor ||
            (!winds_up && told->lines[i]->cancelled != (order->ticket_count && of->gone[at])))
            return mismatch(c, deed, "line %u is said to be another, or given back, or not", i);
        if (told->lines[i]->addon_to != hold->with[i] ||
            told->lines[i]->bundled != hold->bundled[i])
            return mismatch(c, deed, "line %u is said to go with %u, or to be brought, or not", i,
                            told->lines[i]->addon_to);
    }
    if (!winds_up && told->exchanging != (order->exchange_hold != 0))
        return mismatch(c, deed, "an exchange is said to be paid for, or not");
    const bool waits = order->state == ORDER_PENDING || order->state == ORDER_APPROVAL;
    if (waits && told->expires_ms != order->expires_ms)
        return mismatch(c, deed, "the order is said to wait until %lld, and does until %lld",
                        (long long)told->expires_ms, (long long)order->expires_ms);
    if (told->n_ticket_ids != order->ticket_count)
        return mismatch(c, deed, "the order is said to have %zu tickets", told->n_ticket_ids);
    for (uint32_t i = 0; i < order->ticket_count; i++)
        if (!id_equal(judge_id(told->ticket_ids[i]), c->model.tickets[order->first_ticket + i].id))
            return mismatch(c, deed, "the order is said to have other tickets");
    return true;
}

static bool tell_confirmed(struct checker *c, const struct deed *deed)
{
    return judge_order(c, deed, ((const Tifo__V1__ConfirmHoldResponse *)deed->reply)->order);
}

static bool tell_get_order(struct checker *c, const struct deed *deed)
{
    return judge_order(c, deed, ((const Tifo__V1__GetOrderResponse *)deed->reply)->order);
}

/* ---- Events ---------------------------------------------------------------------------------- */

static void ask_create(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__Event *event =
        ((const Tifo__V1__CreateEventRequest *)(const void *)deed->request)->event;
    struct arena *arena = (struct arena *)&c->scratch;
    struct create_event *create = &command->as.create_event;
    uint32_t *prices = arena_array(arena, event->n_categories, sizeof *prices);
    command->kind = COMMAND_CREATE_EVENT;
    for (size_t i = 0; i < event->n_categories; i++)
        prices[i] = (uint32_t)event->categories[i]->price_minor;
    *create = (struct create_event){
        .id = deed->made,
        .starts_ms = event->starts_ms,
        .ends_ms = event->ends_ms,
        .doors_ms = event->doors_ms,
        .hold_ttl_s = event->hold_ttl_s,
        .price_minor = { prices, (uint32_t)event->n_categories },
        .block_category = { event->block_category, (uint32_t)event->n_block_category },
    };
    judge_person(deed, create->by.person);
}

static void ask_publish(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__PublishEventRequest *request = (const void *)deed->request;
    command->kind = COMMAND_PUBLISH_EVENT;
    command->as.publish_event.event = judge_id(request->event_id);
    judge_person(deed, command->as.publish_event.by.person);
}

static void ask_cancel(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__CancelEventRequest *request = (const void *)deed->request;
    command->kind = COMMAND_CANCEL_EVENT;
    command->as.cancel_event.event = judge_id(request->event_id);
    judge_person(deed, command->as.cancel_event.by.person);
}

/* Counts are of seats, but for those whose hold is over and which a tick has not freed yet. */
static bool tell_counts(struct checker *c, const struct deed *deed, const Tifo__V1__Event *told,
                        const struct model_event *event)
{
    uint32_t held = 0, late = 0, sold = 0, on_sale = 0;
    for (uint32_t i = 0; i < c->model.seat_count; i++) {
        const enum seat_state state = model_seat_state(&c->model, event, i, deed->time_ms);
        const uint32_t hold = event->seats[i].hold;
        on_sale += state != SEAT_NOT_ON_SALE;
        held += state == SEAT_HELD;
        sold += state == SEAT_SOLD;
        late += state == SEAT_FREE && hold && c->model.holds[hold - 1].state == HOLD_HELD;
    }
    if (told->seats == on_sale && told->sold == sold && told->held >= held &&
        told->held <= held + late && told->held + told->sold <= told->seats)
        return true;
    return mismatch(c, deed, "%u seats are said to be held and %u sold; %u to %u are, and %u",
                    told->held, told->sold, held, held + late, sold);
}

static bool tell_event(struct checker *c, const struct deed *deed, const Tifo__V1__Event *told)
{
    const struct model_event *event = model_event_find(&c->model, judge_id(told->event_id));
    if (!event)
        return mismatch(c, deed, "it was told of an event that there is not");
    if ((int)told->state != (int)event->state && (int)told->state != EVENT_ENDED)
        return mismatch(c, deed, "the event is said to be %d, and is %d", (int)told->state,
                        (int)event->state);
    return tell_counts(c, deed, told, event);
}

static bool tell_created(struct checker *c, const struct deed *deed)
{
    return tell_event(c, deed, ((const Tifo__V1__CreateEventResponse *)deed->reply)->event);
}

static bool tell_published(struct checker *c, const struct deed *deed)
{
    return tell_event(c, deed, ((const Tifo__V1__PublishEventResponse *)deed->reply)->event);
}

static bool tell_cancelled(struct checker *c, const struct deed *deed)
{
    return tell_event(c, deed, ((const Tifo__V1__CancelEventResponse *)deed->reply)->event);
}

static bool tell_get_event(struct checker *c, const struct deed *deed)
{
    return tell_event(c, deed, ((const Tifo__V1__GetEventResponse *)deed->reply)->event);
}

/* ---- Types and quotas -------------------------------------------------------------------------
 */

static void ask_type(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__AddTicketTypeRequest *request = (const void *)deed->request;
    struct set_ticket_type *set = &command->as.set_ticket_type;
    command->kind = COMMAND_SET_TICKET_TYPE;
    set->event = judge_id(request->event_id);
    set->prices = (uint32_t)request->type->n_price_minor;
    set->type.rule = PRICE_LISTED;
    set->type.general = request->type->general;
    set->type.price_minor[0] = (uint32_t)request->type->price_minor[0];
    set->type.max_per_order = request->type->max_per_order;
    set->type.max_per_means = request->type->max_per_means;
    set->type.tax_milli_percent = request->type->tax_milli_percent;
    set->type.tax_included = request->type->tax_included;
    for (size_t i = 0; i < request->type->n_quotas; i++)
        set->type.quotas |= UINT32_C(1) << request->type->quotas[i];
    judge_person(deed, set->by.person);
}

static bool tell_type(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__AddTicketTypeRequest *request = (const void *)deed->request;
    const Tifo__V1__AddTicketTypeResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    return (event && told->type->index == event->type_count - 1) ||
           mismatch(c, deed, "a new type is said to be %u", told->type->index);
}

static void ask_quota(const struct deed *deed, const char *event, const Tifo__V1__Quota *quota,
                      bool update, struct command *command)
{
    struct set_quota *set = &command->as.set_quota;
    command->kind = COMMAND_SET_QUOTA;
    set->event = judge_id(event);
    set->update = update;
    set->quota.index = quota->index;
    set->quota.capacity = quota->capacity;
    set->quota.version = quota->version;
    judge_person(deed, set->by.person);
}

static void ask_add_quota(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__AddQuotaRequest *request = (const void *)deed->request;
    ask_quota(deed, request->event_id, request->quota, false, command);
}

static void ask_update_quota(const struct checker *c, const struct deed *deed,
                             struct command *command)
{
    (void)c;
    const Tifo__V1__UpdateQuotaRequest *request = (const void *)deed->request;
    ask_quota(deed, request->event_id, request->quota, true, command);
}

/* Never more than there is. */
static bool tell_quota(struct checker *c, const struct deed *deed, const char *id,
                       const Tifo__V1__Quota *told)
{
    struct model_event *event = model_event_find(&c->model, judge_id(id));
    if (!event || told->index >= event->quota_count)
        return mismatch(c, deed, "there is no such quota");
    struct quota *quota = &event->quotas[told->index];
    quota->version = told->version;
    if (told->capacity == quota->capacity && told->held + told->sold <= told->capacity)
        return true;
    return mismatch(c, deed, "a quota is said to have %u of %u taken, and has room for %u",
                    told->held + told->sold, told->capacity, quota->capacity);
}

static bool tell_added_quota(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__AddQuotaRequest *request = (const void *)deed->request;
    return tell_quota(c, deed, request->event_id,
                      ((const Tifo__V1__AddQuotaResponse *)deed->reply)->quota);
}

static bool tell_updated_quota(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__UpdateQuotaRequest *request = (const void *)deed->request;
    return tell_quota(c, deed, request->event_id,
                      ((const Tifo__V1__UpdateQuotaResponse *)deed->reply)->quota);
}

/* ---- The seat map ---------------------------------------------------------------------------- */

/* As told, or held still because nobody has looked since its time. */
static bool is_seat(const struct checker *c, const struct model_event *event, uint32_t seat,
                    int64_t now_ms, int told)
{
    const enum seat_state state = model_seat_state(&c->model, event, seat, now_ms);
    const uint32_t hold = event->seats[seat].hold;
    const bool kept = state == SEAT_FREE && event->seats[seat].kept;
    if (told == (kept ? (int)TIFO__V1__SEAT_STATE__SEAT_STATE_KEPT : (int)state))
        return true;
    return told == SEAT_HELD && state == SEAT_FREE && hold &&
           (c->model.holds[hold - 1].state == HOLD_HELD ||
            model_event_of(&c->model, &c->model.holds[hold - 1])->state == EVENT_CANCELLED);
}

static bool tell_seat(struct checker *c, const struct deed *deed, const struct model_event *event,
                      uint32_t seat, int told)
{
    return is_seat(c, event, seat, deed->time_ms, told) ||
           mismatch(c, deed, "seat %u is said to be %d, and is %d", seat, told,
                    (int)model_seat_state(&c->model, event, seat, deed->time_ms));
}

static bool tell_blocks(struct checker *c, const struct deed *deed, const struct model_event *event,
                        Tifo__V1__SeatBlock *const *blocks, size_t count, uint8_t *states)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t first = 0;
        for (uint32_t block = 0; block < blocks[i]->block && block < c->model.block_count; block++)
            first += c->model.block_seats[block];
        if (first + blocks[i]->states.len > c->model.seat_count)
            return mismatch(c, deed, "a block is said to have more seats than the venue");
        for (uint32_t k = 0; k < blocks[i]->states.len; k++)
            if (!tell_seat(c, deed, event, first + k, blocks[i]->states.data[k]))
                return false;
        if (states)
            memcpy(states + first, blocks[i]->states.data, blocks[i]->states.len);
    }
    return true;
}

static bool tell_map(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__GetSeatMapRequest *request = (const void *)deed->request;
    const Tifo__V1__GetSeatMapResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    return event ? tell_blocks(c, deed, event, told->blocks, told->n_blocks, NULL)
                 : mismatch(c, deed, "there is no such event");
}

static bool tell_change(struct checker *c, const struct deed *deed, const struct model_event *event,
                        const struct change *change, const uint8_t *states)
{
    if (change->hold == UINT32_MAX) {
        for (uint32_t i = 0; i < c->model.seat_count; i++)
            if (!tell_seat(c, deed, event, i, states[i]))
                return false;
        return true;
    }
    const struct model_hold *hold = &c->model.holds[change->hold];
    for (uint32_t i = 0; i < hold->seat_count; i++)
        if (hold->seats[i] != NO_SEAT &&
            !tell_seat(c, deed, event, hold->seats[i], states[hold->seats[i]]))
            return false;
    return true;
}

/* All that changed up to the message is as the follower sees it now. */
static bool tell_changes(struct checker *c, const struct deed *deed, struct follower_map *follower,
                         const struct model_event *event)
{
    for (; follower->next_change < c->change_count &&
           c->changes[follower->next_change].seq <= deed->seq;
         follower->next_change++) {
        const struct change *change = &c->changes[follower->next_change];
        if (change->event == follower->event &&
            !tell_change(c, deed, event, change, follower->states))
            return false;
    }
    return true;
}

static bool tell_watch(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__WatchSeatsRequest *request = (const void *)deed->request;
    const Tifo__V1__WatchSeatsResponse *told = (const void *)deed->reply;
    struct follower_map *follower = &c->followers[deed->operation->stream - 1];
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    if (!event)
        return mismatch(c, deed, "there is no such event");
    if (told->from_seq != 0 && told->from_seq != follower->to_seq)
        return mismatch(c, deed, "the stream goes on from %llu; its follower is at %llu",
                        (unsigned long long)told->from_seq, (unsigned long long)follower->to_seq);
    follower->event = (uint32_t)(event - c->model.events);
    follower->to_seq = told->to_seq;
    if (!follower->states)
        follower->states = base_alloc(c->model.seat_count + 1);
    if (told->from_seq == 0) {
        follower->next_change = c->change_count;
        return tell_blocks(c, deed, event, told->blocks, told->n_blocks, follower->states);
    }
    for (size_t i = 0; i < told->n_seat; i++) {
        if (told->seat[i] >= c->model.seat_count)
            return mismatch(c, deed, "there is no seat %u", told->seat[i]);
        follower->states[told->seat[i]] = (uint8_t)told->state[i];
    }
    for (size_t i = 0; i < told->n_seat; i++) /* One may be there twice: the last counts. */
        if (!tell_seat(c, deed, event, told->seat[i], follower->states[told->seat[i]]))
            return false;
    return tell_changes(c, deed, follower, event);
}

/* ---- The table ------------------------------------------------------------------------------- */

static const struct method methods[] = {
    { "/tifo.v1.Seats/HoldSeats", MESSAGES(hold_seats), ask_hold, FACT_LINES_HELD,
      FACT_LISTING_HELD, tell_held },
    { "/tifo.v1.Seats/ReleaseHold", MESSAGES(release_hold), ask_release, FACT_HOLD_ENDED, 0,
      tell_released },
    { "/tifo.v1.Seats/GetHold", MESSAGES(get_hold), NULL, 0, 0, tell_get_hold },
    { "/tifo.v1.Seats/GetSeatMap", MESSAGES(get_seat_map), NULL, 0, 0, tell_map },
    { "/tifo.v1.Seats/WatchSeats", MESSAGES(watch_seats), NULL, 0, 0, tell_watch },
    { "/tifo.v1.Orders/ConfirmHold", MESSAGES(confirm_hold), ask_confirm, FACT_ORDER_OPENED, 0,
      tell_confirmed },
    { "/tifo.v1.Orders/GetOrder", MESSAGES(get_order), NULL, 0, 0, tell_get_order },
    { "/tifo.v1.Events/CreateEvent", MESSAGES(create_event), ask_create, FACT_EVENT_CREATED, 0,
      tell_created },
    { "/tifo.v1.Events/PublishEvent", MESSAGES(publish_event), ask_publish, FACT_EVENT_PUBLISHED, 0,
      tell_published },
    { "/tifo.v1.Events/CancelEvent", MESSAGES(cancel_event), ask_cancel, FACT_EVENT_CANCELLED, 0,
      tell_cancelled },
    { "/tifo.v1.Events/GetEvent", MESSAGES(get_event), NULL, 0, 0, tell_get_event },
    { "/tifo.v1.Events/AddTicketType", MESSAGES(add_ticket_type), ask_type, FACT_TICKET_TYPE_SET, 0,
      tell_type },
    { "/tifo.v1.Events/AddQuota", MESSAGES(add_quota), ask_add_quota, FACT_QUOTA_SET, 0,
      tell_added_quota },
    { "/tifo.v1.Events/UpdateQuota", MESSAGES(update_quota), ask_update_quota, FACT_QUOTA_SET, 0,
      tell_updated_quota },
    { 0 },
};

const struct method *method_find(const char *name)
{
    static const struct method *const tables[] = {
        methods,        allocation_methods, cart_methods,   checkout_methods,
        join_methods,   ledger_methods,     medium_methods, refund_methods,
        resale_methods, room_methods,       ticket_methods, wait_methods
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const struct method *method = tables[i]; method->name; method++)
            if (strcmp(method->name, name) == 0)
                return method;
    return NULL;
}
