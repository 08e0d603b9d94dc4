#include "tests/support/play_tickets.h"
#include "server/core/kin.h"
#include "tests/support/play_random.h"

#include <stdio.h>
#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000 };

struct id play_id(struct play *play)
{
    const struct id id = { 7, ++play->ids };
    if (!play->packs)
        return id;
    return play->ids & 1 ? kin_first(id) : stadium_hold_id(play->stadium, play->ids);
}

struct create_event play_event_form(struct play *play)
{
    static const char *const names[] = { "North", "South" };
    static const uint32_t prices[] = { PLAY_PRICE_MINOR, 0 };
    static const uint32_t blocks[SMALL_BLOCKS] = { 1, 2 };
    return (struct create_event){
        .id = play_id(play),
        .title = "City - United",
        .starts_ms = play->now_ms + HOUR_MS,
        .ends_ms = play->now_ms + 3 * HOUR_MS,
        .doors_ms = play->now_ms,
        .currency = "EUR",
        .category_names = names,
        .price_minor = { prices, 2 },
        .block_category = { blocks, SMALL_BLOCKS },
    };
}

enum status play_create(struct play *play, const struct create_event *form)
{
    struct command command = { .kind = COMMAND_CREATE_EVENT };
    command.as.create_event = *form;
    return play_command(play, command);
}

enum status play_publish(struct play *play, struct id event)
{
    struct command command = { .kind = COMMAND_PUBLISH_EVENT };
    command.as.publish_event = (struct publish_event){ event, play->by };
    return play_command(play, command);
}

enum status play_cancel(struct play *play, struct id event)
{
    struct command command = { .kind = COMMAND_CANCEL_EVENT };
    command.as.cancel_event = (struct cancel_event){ event, "rain", play->by };
    return play_command(play, command);
}

enum status play_unpublish(struct play *play, struct id event)
{
    struct command command = { .kind = COMMAND_UNPUBLISH_EVENT };
    command.as.unpublish_event = (struct unpublish_event){ event, play->by };
    return play_command(play, command);
}

enum status play_update(struct play *play, struct id event, const char *title)
{
    const struct event *row = stadium_event_find(play->stadium, event);
    struct command command = { .kind = COMMAND_UPDATE_EVENT };
    struct update_event *ask = &command.as.update_event;
    *ask = (struct update_event){ .event = event,
                                  .version = row->version,
                                  .starts_ms = row->starts_ms + HOUR_MS,
                                  .ends_ms = row->ends_ms + HOUR_MS,
                                  .doors_ms = row->doors_ms,
                                  .by = play->by };
    snprintf(ask->title, sizeof(ask->title), "%s", title);
    return play_command(play, command);
}

struct id play_event(struct play *play)
{
    struct create_event form = play_event_form(play);
    play_create(play, &form);
    play_publish(play, form.id);
    return form.id;
}

enum status play_type(struct play *play, struct id event, const struct ticket_type *type)
{
    struct command command = { .kind = COMMAND_SET_TICKET_TYPE };
    struct set_ticket_type *set = &command.as.set_ticket_type;
    *set = (struct set_ticket_type){ .event = event, .type = *type, .prices = 1, .by = play->by };
    set->type.rule = type->rule ? type->rule : PRICE_LISTED;
    set->type.price_minor[0] = type->price_minor[0] ? type->price_minor[0] : PLAY_PRICE_MINOR;
    return play_command(play, command);
}

enum status play_quota(struct play *play, struct id event, const char *name, uint32_t capacity)
{
    struct command command = { .kind = COMMAND_SET_QUOTA };
    struct set_quota *set = &command.as.set_quota;
    *set = (struct set_quota){ .event = event, .quota.capacity = capacity, .by = play->by };
    snprintf(set->quota.name, sizeof(set->quota.name), "%s", name);
    return play_command(play, command);
}

enum status play_voucher(struct play *play, struct id event, const char *code, uint32_t uses)
{
    struct command command = { .kind = COMMAND_SET_VOUCHER };
    struct set_voucher *set = &command.as.set_voucher;
    *set = (struct set_voucher){
        .event = event,
        .voucher = { .effect = VOUCHER_PERCENT, .percent_milli = 50000, .uses = uses },
        .by = play->by,
    };
    snprintf(set->voucher.code, sizeof(set->voucher.code), "%s", code);
    return play_command(play, command);
}

enum status play_hold(struct play *play, struct id event, const char *person, struct u32s seats,
                      struct id *hold)
{
    return play_hold_lines(play, event, person, &(struct wanted_lines){ .seats = seats }, "", hold);
}

enum status play_hold_lines(struct play *play, struct id event, const char *person,
                            const struct wanted_lines *lines, const char *voucher, struct id *hold)
{
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    struct hold_seats *ask = &command.as.hold_seats;
    *ask = (struct hold_seats){ .id = play_id(play), .event = event, .lines = *lines };
    snprintf(ask->person, sizeof(ask->person), "%s", person);
    snprintf(ask->voucher, sizeof(ask->voucher), "%s", voucher);
    if (play->modelled) /* Random people show what they have. */
        ask->admission = play_random_admission(play, event, person);
    if (hold)
        *hold = ask->id;
    return play_command(play, command);
}

enum status play_change(struct play *play, struct id hold, uint32_t remove,
                        const struct wanted_lines *add, const char *voucher)
{
    static const uint32_t places[HOLD_SEATS] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                                 8, 9, 10, 11, 12, 13, 14, 15 };
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    struct command command = { .kind = COMMAND_CHANGE_HOLD };
    struct change_hold *ask = &command.as.change_hold;
    *ask = (struct change_hold){ .hold = hold,
                                 .version = row ? row->version : 0,
                                 .remove = { places, remove },
                                 .add = *add,
                                 .change_voucher = voucher != NULL };
    snprintf(ask->person, sizeof(ask->person), "%s", row ? row->person : "");
    snprintf(ask->voucher, sizeof(ask->voucher), "%s", voucher ? voucher : "");
    return play_command(play, command);
}

enum status play_extend(struct play *play, struct id hold)
{
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    struct command command = { .kind = COMMAND_EXTEND_HOLD };
    struct extend_hold *ask = &command.as.extend_hold;
    *ask = (struct extend_hold){ .hold = hold, .version = row ? row->version : 0 };
    snprintf(ask->person, sizeof(ask->person), "%s", row ? row->person : "");
    return play_command(play, command);
}

enum status play_release(struct play *play, struct id hold, const char *person)
{
    struct command command = { .kind = COMMAND_RELEASE_HOLD };
    command.as.release_hold = (struct release_hold){ .hold = hold };
    snprintf(command.as.release_hold.person, sizeof(command.as.release_hold.person), "%s", person);
    return play_command(play, command);
}

enum status play_confirm_as(struct play *play, struct id hold, const char *person, uint64_t version,
                            const char *token, struct id *order)
{
    struct command command = { .kind = COMMAND_CONFIRM_HOLD };
    struct confirm_hold *ask = &command.as.confirm_hold;
    *ask = (struct confirm_hold){ .hold = hold, .version = version, .order = play_id(play) };
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        ask->tickets[i] = play_id(play);
    stadium_kin_of_hold(play->stadium, hold, &ask->order, ask->tickets);
    snprintf(ask->person, sizeof(ask->person), "%s", person);
    snprintf(ask->payment_token, sizeof(ask->payment_token), "%s", token);
    if (order)
        *order = ask->order;
    return play_command(play, command);
}

enum status play_confirm(struct play *play, struct id hold, struct id *order)
{
    const struct seathold *row = stadium_hold_find(play->stadium, hold);
    return play_confirm_as(play, hold, row ? row->person : "", row ? row->version : 0, "tok_ok",
                           order);
}

enum status play_settle_payment(struct play *play, enum payment_outcome outcome)
{
    const struct payment *open = stadium_payment_open(play->stadium);
    struct command command = { .kind = COMMAND_SETTLE_PAYMENT };
    command.as.settle_payment =
        (struct settle_payment){ .number = open ? open->number : 0, .outcome = outcome };
    for (uint32_t i = 0; i < HOLD_SEATS; i++)
        command.as.settle_payment.tickets[i] = play_id(play);
    return play_command(play, command);
}

struct scan_ticket play_scan_form(const struct play *play, struct id ticket, uint32_t gate,
                                  uint64_t nonce)
{
    uint32_t count;
    const struct ticket *row = stadium_ticket_find(play->stadium, ticket);
    struct scan_ticket form = { .ticket = ticket, .generation = 1, .gate = gate, .nonce = nonce };
    if (row)
        form.ticket_event = stadium_events(play->stadium, &count)[row->event].id;
    return form;
}

enum scan_result play_scan(struct play *play, const struct scan_ticket *form)
{
    struct command command = { .kind = COMMAND_SCAN_TICKET };
    command.as.scan_ticket = *form;
    play_command(play, command);
    return play->facts.scan.result;
}

struct id play_ticket(const struct play *play, struct id order, uint32_t nth)
{
    const struct order *row = stadium_order_find(play->stadium, order);
    return stadium_ticket(play->stadium, row->first_ticket + nth)->id;
}

enum seat_state play_seat(const struct play *play, struct id event, uint32_t seat)
{
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    const struct event *row = stadium_event_find(play->stadium, event);
    return stadium_seats(play->stadium, (uint32_t)(row - events), &count)[seat].state;
}
