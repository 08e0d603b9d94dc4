/* Random commands about tickets: few people who want the same few seats. */
#include "server/core/state.h"
#include "tests/support/play_random.h"
#include "tests/support/play_tickets.h"

#include <string.h>

enum { EVENTS = 3, FIRST_SEAT = SMALL_SEATS - 6, SEATS = 12 }; /* Around the end of a block. */

static const char *random_person(const struct dice *dice)
{
    static const char *const people[] = { "ann", "bob", "cyd" };
    return people[roll(dice, 3)];
}

static struct id random_event(const struct play *play, const struct dice *dice)
{
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    return count ? events[roll(dice, count)].id : (struct id){ 1, 1 };
}

static enum status random_create(struct play *play, const struct dice *dice)
{
    uint32_t events;
    stadium_events(play->stadium, &events);
    if (events >= EVENTS && roll(dice, 64) > 0)
        return STATUS_OK;
    static const uint32_t seats_on_sale[][SMALL_BLOCKS] = {
        { 1, 2 }, { 1, 1 }, { 2, 1 }, { 0, 1 }
    };
    struct create_event form = play_event_form(play);
    form.block_category.v = seats_on_sale[roll(dice, 4)];
    form.hold_ttl_s = 10 + roll(dice, 30);
    form.starts_ms = play->now_ms + 1000 * (1 + roll(dice, 300));
    form.ends_ms = form.starts_ms + 1000 * (1 + roll(dice, 300));
    form.doors_ms = roll(dice, 3) ? play->now_ms : form.starts_ms;
    if (roll(dice, 2))
        form.words.description = (struct bytes){ (const uint8_t *)"Derby", 5 };
    enum status status = play_create(play, &form);
    return status == STATUS_OK && roll(dice, 4) ? play_publish(play, form.id) : status;
}

static enum status random_hold(struct play *play, const struct dice *dice)
{
    uint32_t seats[5];
    struct u32s column = { seats, 1 + roll(dice, 4) };
    uint32_t from = FIRST_SEAT + roll(dice, SEATS);
    for (uint32_t i = 0; i < column.count; i++)
        seats[i] = from + i;
    if (roll(dice, 20) == 0)
        seats[roll(dice, column.count)] =
            roll(dice, 2) ? from : SMALL_BLOCKS * SMALL_SEATS + roll(dice, 3);
    column.count *= roll(dice, 50) > 0;
    return play_hold(play, random_event(play, dice), random_person(dice), column, NULL);
}

/* Its owner mostly, or somebody else. */
static const char *who(const struct seathold *hold, const struct dice *dice)
{
    return roll(dice, 10) ? hold->person : random_person(dice);
}

static const struct seathold *random_known_hold(const struct play *play, const struct dice *dice)
{
    static const struct seathold none = { .id = { 1, 2 }, .person = "ann" };
    const uint32_t count = play->stadium->booking.holds.count;
    if (count == 0)
        return &none;
    /* Mostly a late one: the others have ended. */
    uint32_t back = roll(dice, roll(dice, 4) && count > 6 ? 6 : count);
    return stadium_hold(play->stadium, count - 1 - back);
}

static enum status random_release(struct play *play, const struct dice *dice)
{
    const struct seathold *hold = random_known_hold(play, dice);
    return play_release(play, hold->id, who(hold, dice));
}

static enum status random_confirm(struct play *play, const struct dice *dice)
{
    const struct seathold *hold = random_known_hold(play, dice);
    uint64_t version = hold->version - (roll(dice, 10) == 0);
    return play_confirm_as(play, hold->id, who(hold, dice), version, roll(dice, 20) ? "tok_ok" : "",
                           NULL);
}

static enum status random_settle(struct play *play, const struct dice *dice)
{
    return play_settle_payment(play, roll(dice, 3) ? PAYMENT_DONE : PAYMENT_DECLINED);
}

void play_random_tickets(struct play *play, const struct dice *dice)
{
    switch (roll(dice, 37)) {
    case 0:
        random_create(play, dice);
        break;
    case 1:
        play_publish(play, random_event(play, dice));
        break;
    case 2:
        if (roll(dice, 6) == 0)
            play_cancel(play, random_event(play, dice));
        break;
    case 3:
        random_release(play, dice);
        break;
    case 4:
    case 5:
    case 6:
        random_confirm(play, dice);
        break;
    case 7:
    case 8:
        random_settle(play, dice);
        break;
    case 9:
    case 10:
    case 11:
    case 12:
    case 13:
        play_random_doors(play, dice);
        break;
    case 14:
    case 15:
    case 16:
    case 17:
    case 18:
    case 19:
    case 20:
    case 21:
    case 22:
    case 23:
        play_random_sale(play, dice);
        break;
    case 24:
    case 25:
    case 26:
    case 27:
    case 28:
    case 29:
        play_random_waits(play, dice);
        break;
    default:
        random_hold(play, dice);
    }
}
