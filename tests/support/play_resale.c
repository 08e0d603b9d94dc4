#include "tests/support/play_resale.h"

#include "server/core/state.h"
#include "tests/support/play_random.h"

#include <stdio.h>

enum status play_resale(struct play *play, struct id event, uint32_t cap_percent, uint32_t fee_bp)
{
    struct command command = { .kind = COMMAND_SET_RESALE };
    command.as.set_resale = (struct set_resale){
        .event = event, .cap_percent = cap_percent, .fee_bp = fee_bp, .by = play->by
    };
    return play_command(play, command);
}

/* Whose it is; nobody: there is no such ticket. */
static const char *holder(const struct play *play, struct id ticket)
{
    const struct ticket *row = stadium_ticket_find(play->stadium, ticket);
    return row ? stadium_ticket_person(play->stadium, stadium_ticket_index(play->stadium, row))
               : "nobody";
}

enum status play_offer(struct play *play, struct id ticket, uint32_t price_minor)
{
    struct command command = { .kind = COMMAND_LIST_TICKET };
    struct list_ticket *ask = &command.as.list_ticket;
    *ask = (struct list_ticket){ .ticket = ticket, .price_minor = price_minor };
    snprintf(ask->person, sizeof(ask->person), "%s", holder(play, ticket));
    return play_command(play, command);
}

enum status play_withdraw(struct play *play, struct id ticket)
{
    struct command command = { .kind = COMMAND_WITHDRAW_LISTING };
    struct withdraw_listing *ask = &command.as.withdraw_listing;
    *ask = (struct withdraw_listing){ .ticket = ticket };
    snprintf(ask->person, sizeof(ask->person), "%s", holder(play, ticket));
    return play_command(play, command);
}

enum status play_hold_offer(struct play *play, struct id ticket, const char *person,
                            struct id *hold)
{
    const struct ticket *row = stadium_ticket_find(play->stadium, ticket);
    uint32_t events;
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    struct hold_seats *ask = &command.as.hold_seats;
    *ask = (struct hold_seats){ .id = play_id(play), .listing = ticket };
    if (row)
        ask->event = stadium_events(play->stadium, &events)[row->event].id;
    snprintf(ask->person, sizeof(ask->person), "%s", person);
    *hold = ask->id;
    return play_command(play, command);
}

/* ---- At random ---------------------------------------------------------------------------- */

static struct id random_ticket(const struct play *play, const struct dice *dice)
{
    const uint32_t count = play->stadium->booking.tickets.count;
    const uint32_t back = count ? roll(dice, count > 8 ? 8 : count) : 0;
    return count ? stadium_ticket(play->stadium, count - 1 - back)->id : (struct id){ 1, 3 };
}

/* One that is offered, if any is. */
static struct id random_offer(const struct play *play, const struct dice *dice)
{
    const struct pool *listings = &play->stadium->booking.resales.listings;
    if (listings->count == 0)
        return random_ticket(play, dice);
    const struct listing *listing = pool_get(listings, roll(dice, listings->count));
    return stadium_ticket(play->stadium, listing->ticket)->id;
}

void play_random_resale(struct play *play, const struct dice *dice)
{
    static const char *const people[] = { "ann", "bob", "cyd", "dan" };
    uint32_t count;
    struct id hold;
    const struct event *events = stadium_events(play->stadium, &count);
    switch (roll(dice, 10)) {
    case 0:
        if (count > 0)
            play_resale(play, events[roll(dice, count)].id, roll(dice, 6) ? 100 : roll(dice, 101),
                        roll(dice, 3) * 500);
        break;
    case 1:
        play_withdraw(play, random_offer(play, dice));
        break;
    case 2:
    case 3:
    case 4:
        play_offer(play, random_ticket(play, dice), 1 + roll(dice, PLAY_PRICE_MINOR));
        break;
    default:
        if (play_hold_offer(play, random_offer(play, dice), people[roll(dice, 4)], &hold) ==
                STATUS_OK &&
            roll(dice, 4))
            play_confirm(play, hold, NULL);
    }
}
