#include "tests/support/play_tickets.h"

#include <stdio.h>
#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000 };

struct id play_id(struct play *play)
{
    return (struct id){ 7, ++play->ids };
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
    command.as.publish_event.event = event;
    return play_command(play, command);
}

enum status play_cancel(struct play *play, struct id event)
{
    struct command command = { .kind = COMMAND_CANCEL_EVENT };
    command.as.cancel_event = (struct cancel_event){ event, "rain" };
    return play_command(play, command);
}

struct id play_event(struct play *play)
{
    struct create_event form = play_event_form(play);
    play_create(play, &form);
    play_publish(play, form.id);
    return form.id;
}

enum status play_hold(struct play *play, struct id event, const char *person, struct u32s seats,
                      struct id *hold)
{
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    command.as.hold_seats =
        (struct hold_seats){ .id = play_id(play), .event = event, .seats = seats };
    snprintf(command.as.hold_seats.person, sizeof(command.as.hold_seats.person), "%s", person);
    if (hold)
        *hold = command.as.hold_seats.id;
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
    form.not_after_ms = INT64_MAX;
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
