/* Random commands about who takes part, who waits, and who stands in line: few people, little
 * room. */
#include "tests/support/play_join.h"
#include "tests/support/play_money.h"
#include "tests/support/play_random.h"
#include "tests/support/play_tickets.h"
#include "tests/support/play_wait.h"
#include "tests/support/play_waitroom.h"

#include "tests/support/must.h"

#include <string.h>

static const char *random_person(const struct dice *dice)
{
    static const char *const people[] = { "ann", "bob", "cyd", "dee", "eve" };
    return people[roll(dice, 5)];
}

static struct model_event *some_event(struct play *play, const struct dice *dice)
{
    struct ticket_model *model = &play->model;
    const uint32_t count = model->event_count;
    return count ? &model->events[count - 1 - roll(dice, count < 2 ? count : 2)] : NULL;
}

/* ---- Taking part -------------------------------------------------------------------------- */

static void random_join(struct play *play, const struct dice *dice, struct id event)
{
    const char *person = random_person(dice);
    switch (roll(dice, 10)) {
    case 0:
        play_set_joining(play, event, roll(dice, 3));
        break;
    case 1:
        play_kick(play, event, person);
        break;
    case 2:
        play_ban(play, event, person, roll(dice, 8) ? play->now_ms + 1 + roll(dice, 3000) : 0);
        break;
    case 3:
        play_unban(play, event, person);
        break;
    case 4:
    case 5:
        play_unjoin(play, event, person);
        break;
    default:
        play_join(play, event, person);
    }
}

/* ---- Waiting for tickets ------------------------------------------------------------------ */

static void random_wait(struct play *play, const struct dice *dice, const struct model_event *event)
{
    const char *person = random_person(dice);
    switch (roll(dice, 8)) {
    case 0:
        play_set_waitlist(play, event->id, roll(dice, 4), roll(dice, 3) ? 60 + roll(dice, 60) : 0);
        break;
    case 1:
        play_leave_waitlist(play, event->id, person);
        break;
    default:
        play_enter_waitlist(play, event->id, person,
                            roll(dice, event->type_count + !roll(dice, 30)),
                            roll(dice, 20) ? 1 + roll(dice, 3) : roll(dice, 18));
    }
}

/* ---- Standing in line --------------------------------------------------------------------- */

static void random_room(struct play *play, const struct dice *dice, struct id event)
{
    struct set_waitroom form = play_waitroom_form(play, event);
    form.mode = roll(dice, 6) ? WAITROOM_NORMAL : roll(dice, 6);
    form.opens_ms = roll(dice, 3) ? 0 : play->now_ms + 1 + roll(dice, 4000);
    form.rate_ppm = 1 + roll(dice, 2000);
    form.max_active = 1 + roll(dice, 3);
    form.claim_s = form.session_s = 10 + roll(dice, 20);
    form.keeps = roll(dice, 3) ? 0 : roll(dice, 64);
    play_set_waitroom(play, &form);
}

static void random_line(struct play *play, const struct dice *dice, const struct model_event *event)
{
    const char *person = random_person(dice);
    if (!event->room) {
        if (roll(dice, 40) == 0)
            random_room(play, dice, event->id);
        return;
    }
    switch (roll(dice, 12)) {
    case 0:
        random_room(play, dice, event->id);
        break;
    case 1:
        play_leave(play, event->id, person);
        break;
    case 2:
        play_admit(play, event->id, person);
        break;
    default:
        play_enter(play, event->id, person, roll(dice, 1000));
    }
}

uint32_t play_random_admission(const struct play *play, struct id event, const char *person)
{
    const struct model_event *row = model_event_find(&play->model, event);
    return row ? model_waiter_find(row->room, person) : 0;
}

void play_random_waits(struct play *play, const struct dice *dice)
{
    const struct model_event *event = some_event(play, dice);
    if (!event)
        return;
    const uint32_t what = roll(dice, 6);
    if (what == 0)
        random_line(play, dice, event);
    else if (what < 3)
        random_join(play, dice, event->id);
    else
        random_wait(play, dice, event);
}

/* ---- Events that are small ---------------------------------------------------------------- */

enum { PLACES = 1 }; /* The type of ticket that is general admission. */

static void small_event(struct play *play, const struct dice *dice)
{
    static const uint32_t none[SMALL_BLOCKS] = { 0, 0 }, upper[SMALL_BLOCKS] = { 0, 1 };
    struct create_event form = play_event_form(play);
    form.block_category.v = roll(dice, 2) ? none : upper;
    form.hold_ttl_s = 10 + roll(dice, 10);
    form.starts_ms = play->now_ms + 1000 * (30 + roll(dice, 200));
    form.ends_ms = form.starts_ms + 1000 * (1 + roll(dice, 30));
    play_create(play, &form);
    struct command quota = { .kind = COMMAND_SET_QUOTA };
    quota.as.set_quota.event = form.id;
    quota.as.set_quota.quota = (struct quota){ .name = "Room", .capacity = 1 + roll(dice, 4) };
    play_command(play, quota);
    struct command type = { .kind = COMMAND_SET_TICKET_TYPE };
    type.as.set_ticket_type = (struct set_ticket_type){
        .event = form.id,
        .type = { .name = "Place",
                  .rule = PRICE_LISTED,
                  .general = 1,
                  .quotas = 1,
                  .price_minor = { roll(dice, 3) ? 0 : 100 },
                  .max_per_person = roll(dice, 2) ? 0 : 2 },
        .prices = 1,
    };
    play_command(play, type);
    play_publish(play, form.id);
    play_set_joining(play, form.id, roll(dice, 4));
    play_set_waitlist(play, form.id, 0, 60);
    struct set_policy terms = play_terms_form(form.id);
    terms.policy.tiers[0].notice_s = roll(dice, 100);
    terms.policy.tiers[1].seat = POLICY_SEAT_ON_SALE + (roll(dice, 4) == 0);
    terms.payment_ttl_s = terms.approval_ttl_s = 0;
    if (roll(dice, 3))
        play_terms(play, &terms);
    if (roll(dice, 4) == 0)
        random_room(play, dice, form.id);
}

static void small_hold(struct play *play, const struct dice *dice, const struct model_event *event)
{
    uint32_t seats[2] = { NO_SEAT, NO_SEAT }, types[2] = { PLACES, PLACES };
    const struct wanted_lines lines = { .seats = { seats, 1 + roll(dice, 2) },
                                        .types = { types, 0 } };
    struct wanted_lines wanted = lines;
    wanted.types.count = lines.seats.count;
    play_hold_lines(play, event->id, random_person(dice), &wanted, "", NULL);
}

/* Of a late hold, by its owner. */
static void small_change(struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    if (model->hold_count == 0)
        return;
    const uint32_t back = roll(dice, model->hold_count < 8 ? model->hold_count : 8);
    const struct model_hold hold = model->holds[model->hold_count - 1 - back];
    uint32_t seat = NO_SEAT, type = PLACES;
    const struct wanted_lines one = { .seats = { &seat, 1 }, .types = { &type, 1 } };
    switch (roll(dice, 6)) {
    case 0:
        play_release(play, hold.id, hold.person);
        break;
    case 1:
        play_extend(play, hold.id);
        break;
    case 2:
        play_change(play, hold.id, roll(dice, 2), &one, NULL);
        break;
    case 3: /* At the very instant of its end, or just before. */
        if (hold.expires_ms > play->now_ms && hold.expires_ms < play->now_ms + 100000)
            play->now_ms = hold.expires_ms - roll(dice, 2);
        break;
    default:
        play_confirm(play, hold.id, NULL);
    }
}

/* Of a late order: a line or two, or all that is left; or a line for that of a late hold. */
static void small_give_back(struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    if (model->order_count == 0)
        return;
    const uint32_t back = roll(dice, model->order_count < 8 ? model->order_count : 8);
    const struct id order = model->orders[model->order_count - 1 - back].id;
    const uint32_t late = roll(dice, model->hold_count < 5 ? model->hold_count : 5);
    const struct id hold = model->holds[model->hold_count - 1 - late].id;
    if (roll(dice, 2))
        play_exchange(play, order, 1u << roll(dice, 2), hold, roll(dice, 8) ? "tok_ok" : "");
    else
        play_give_back(play, order, POLICY_BY_OWNER + (roll(dice, 4) == 0),
                       roll(dice, 3) ? roll(dice, 4) : 0);
}

void play_random_crowded(struct play *play, const struct dice *dice)
{
    play->modelled = true;
    play->now_ms += roll(dice, 4) ? 0 : 250 * roll(dice, 8);
    const struct model_event *event = some_event(play, dice);
    const uint32_t what = roll(dice, 16);
    if (!stadium_venue(play->stadium))
        play_import(play);
    else if (!event ||
             (what == 0 && (event->starts_ms < play->now_ms || event->state == EVENT_CANCELLED)))
        small_event(play, dice);
    else if (what < 4)
        small_hold(play, dice, event);
    else if (what < 7)
        small_change(play, dice);
    else if (what < 8)
        play_settle_payment(play, roll(dice, 3) ? PAYMENT_DONE : PAYMENT_DECLINED);
    else if (what < 9)
        small_give_back(play, dice);
    else if (what < 10 && roll(dice, 150) == 0)
        play_cancel(play, event->id);
    else
        play_random_waits(play, dice);
    stadium_check(play->stadium);
    if (roll(dice, 3) && stadium_due(play->stadium) <= play->now_ms) {
        play_command(play, (struct command){ .kind = COMMAND_TICK });
        must(play->facts.count > 0, "a tick that is due has something to say");
        stadium_check(play->stadium);
    }
}
