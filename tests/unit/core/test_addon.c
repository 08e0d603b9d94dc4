#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_addon.h"
#include "tests/support/play_money.h"
#include "tests/support/play_resale.h"
#include "tests/unit/core/imported.h"

#include <string.h>

enum { SEAT = 4, PARKING_MINOR = 500, SCARF_MINOR = 900 };

static struct id event;
static uint32_t parking, scarf; /* Types. */

/* Parking for at most one car a seat, two places; scarves, ten. */
static int open_sale(void **state)
{
    start(state);
    event = play_event(&play);
    parking = play_extra(&play, event, "Parking", 2, PARKING_MINOR);
    scarf = play_extra(&play, event, "Scarf", 10, SCARF_MINOR);
    assert_int_equal(play_addon(&play, event, parking, 1, 0, 1), STATUS_OK);
    assert_int_equal(play_addon(&play, event, scarf, 1, 0, 0), STATUS_OK);
    return 0;
}

static int checked(void **state)
{
    stadium_check(play.stadium);
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    return stop(state);
}

/* `seats` from SEAT on, then so many of an add-on, all to the line `with` (1 + line; 0: any). */
static enum status take(uint32_t seats, uint32_t addon, uint32_t count, uint32_t with,
                        struct id *hold)
{
    uint32_t seat[HOLD_SEATS], type[HOLD_SEATS], to[HOLD_SEATS];
    for (uint32_t i = 0; i < seats + count; i++) {
        seat[i] = i < seats ? SEAT + i : NO_SEAT;
        type[i] = i < seats ? 0 : addon;
        to[i] = i < seats ? 0 : with;
    }
    const struct wanted_lines lines = { .seats = { seat, seats + count },
                                        .types = { type, seats + count },
                                        .with = { to, seats + count } };
    return play_hold_lines(&play, event, "ann", &lines, "", hold);
}

static struct companions of(struct id hold)
{
    return companions_of(play.stadium, hold_find(play.stadium, hold));
}

static struct id buy(uint32_t seats, uint32_t addon, uint32_t count, uint32_t with)
{
    struct id hold, order;
    assert_int_equal(take(seats, addon, count, with, &hold), STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, &order), STATUS_OK);
    play_answer(&play, play.stadium->booking.payment_number, PAYMENT_DONE, 0);
    return order;
}

static void they_go_with_a_ticket(void **state)
{
    (void)state;
    struct id hold;
    assert_int_equal(take(0, parking, 1, 0, NULL), STATUS_ADDON_ALONE);
    assert_string_equal(play.facts.refusal.field, "lines");
    assert_int_equal(take(1, parking, 1, 3, NULL), STATUS_ADDON_ALONE);
    assert_int_equal(take(1, parking, 1, 2, NULL), STATUS_ADDON_ALONE); /* With itself. */
    assert_int_equal(take(1, parking, 2, 0, NULL), STATUS_ADDON_ALONE);
    assert_int_equal(take(2, parking, 2, 1, NULL), STATUS_ORDER_LIMIT);
    assert_int_equal(take(2, parking, 2, 0, &hold), STATUS_OK);
    const struct companions with = of(hold);
    assert_int_equal(companion_of(&with, 0), NO_LINE);
    assert_int_equal(companion_of(&with, 2), 0);
    assert_int_equal(companion_of(&with, 3), 1);
}

static void their_quota_is_their_own(void **state)
{
    (void)state;
    struct id hold;
    assert_int_equal(take(2, parking, 2, 0, &hold), STATUS_OK);
    uint32_t seat[] = { SEAT + 4, NO_SEAT }, type[] = { 0, parking };
    const struct wanted_lines more = { .seats = { seat, 2 }, .types = { type, 2 } };
    assert_int_equal(play_hold_lines(&play, event, "bob", &more, "", NULL), STATUS_SOLD_OUT);
    assert_int_equal(play_seat(&play, event, SEAT + 4), SEAT_FREE); /* All or nothing. */
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    assert_int_equal(play_hold_lines(&play, event, "bob", &more, "", NULL), STATUS_OK);
}

static void what_a_ticket_needs_is_asked_for_at_the_end(void **state)
{
    (void)state;
    struct id hold;
    assert_int_equal(play_addon(&play, event, scarf, 1, 2, 3), STATUS_OK);
    assert_int_equal(take(1, scarf, 1, 0, &hold), STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, NULL), STATUS_ADDON_NEEDED);
    uint32_t none = NO_SEAT;
    const struct wanted_lines one = { .seats = { &none, 1 }, .types = { &scarf, 1 } };
    assert_int_equal(play_change(&play, hold, 0, &one, NULL), STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, NULL), STATUS_OK);
}

static void who_takes_a_ticket_out_takes_them_out(void **state)
{
    (void)state;
    struct id hold;
    assert_int_equal(take(2, scarf, 3, 1, &hold), STATUS_OK);
    assert_int_equal(play_change(&play, hold, 1, &(struct wanted_lines){ 0 }, NULL), STATUS_OK);
    const struct seathold *left = stadium_hold_find(play.stadium, hold);
    assert_int_equal(left->seat_count, 1);
    assert_int_equal(left->seats[0], SEAT + 1);
    assert_int_equal(of(hold).addons, 0);
}

/* What lines of a hold cost. */
static const struct hold_lines *lines_of(struct id hold)
{
    return stadium_hold_lines(play.stadium, stadium_hold_find(play.stadium, hold));
}

static void a_bundle_costs_what_its_ticket_does(void **state)
{
    (void)state;
    struct id hold;
    assert_int_equal(play_bundle(&play, event, 0, scarf, 2, 300), STATUS_OK);
    assert_int_equal(take(1, parking, 1, 0, &hold), STATUS_OK);
    const struct hold_lines *lines = lines_of(hold);
    assert_int_equal(stadium_hold_find(play.stadium, hold)->seat_count, 4);
    assert_int_equal(lines->price_minor[0], PLAY_PRICE_MINOR - 600);
    assert_int_equal(lines->price_minor[1], PARKING_MINOR);
    assert_int_equal(lines->price_minor[2], 300);
    assert_int_equal(lines->type[3], scarf);
    assert_int_equal(of(hold).bundled, 0xC);
    /* With a voucher the ticket's part is half; without it again, it is as before. */
    play_voucher(&play, event, "HALF", 5);
    assert_int_equal(play_change(&play, hold, 0, &(struct wanted_lines){ 0 }, "half"), STATUS_OK);
    lines = lines_of(hold);
    assert_int_equal(lines->price_minor[0], (PLAY_PRICE_MINOR - 600) / 2);
    assert_int_equal(lines->price_minor[2], 300);
    assert_int_equal(play_change(&play, hold, 0, &(struct wanted_lines){ 0 }, ""), STATUS_OK);
    assert_int_equal(lines_of(hold)->price_minor[0], PLAY_PRICE_MINOR - 600);
    /* More than the ticket costs: what there is of it. */
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    assert_int_equal(play_bundle(&play, event, 0, scarf, 2, PLAY_PRICE_MINOR - 1), STATUS_OK);
    assert_int_equal(take(1, 0, 0, 0, &hold), STATUS_OK);
    lines = lines_of(hold);
    assert_int_equal(lines->price_minor[0], 0);
    assert_int_equal(lines->price_minor[1], PLAY_PRICE_MINOR - 1);
    assert_int_equal(lines->price_minor[2], 1);
}

static void what_it_brings_stays_with_it(void **state)
{
    (void)state;
    struct id hold;
    static uint32_t second = 2;
    assert_int_equal(play_bundle(&play, event, 0, scarf, 1, 300), STATUS_OK);
    assert_int_equal(take(2, 0, 0, 0, &hold), STATUS_OK);
    struct command command = { .kind = COMMAND_CHANGE_HOLD };
    struct change_hold *change = &command.as.change_hold;
    *change = (struct change_hold){ .hold = hold,
                                    .version = stadium_hold_find(play.stadium, hold)->version,
                                    .person = "ann",
                                    .remove = { &second, 1 } };
    assert_int_equal(play_command(&play, command), STATUS_ADDON_BUNDLED);
}

static void they_are_given_back_with_it(void **state)
{
    (void)state;
    const struct set_policy terms = play_terms_form(event);
    play_terms(&play, &terms);
    assert_int_equal(play_bundle(&play, event, 0, scarf, 1, 300), STATUS_OK);
    const struct id order = buy(2, parking, 1, 1);
    const uint32_t index =
        stadium_order_index(play.stadium, stadium_order_find(play.stadium, order));
    /* Lines: two seats, parking, two scarves. */
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1 << 3), STATUS_ADDON_BUNDLED);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1 << 0), STATUS_OK);
    for (uint32_t i = 0; i < 5; i++) {
        const struct order_line line = stadium_order_line(play.stadium, index, i);
        assert_int_equal(line.cancelled, i == 0 || i == 2 || i == 3);
    }
    const int64_t half = (PLAY_PRICE_MINOR - 300) / 2 + PARKING_MINOR / 2 + 300 / 2;
    assert_int_equal(stadium_order_money(play.stadium, index)->refunding_minor, half);
    struct id again;
    assert_int_equal(take(1, parking, 1, 0, &again), STATUS_OK); /* The place is free again. */
}

static void they_are_exchanged_together(void **state)
{
    (void)state;
    const struct id order = buy(1, parking, 1, 0);
    struct id hold;
    uint32_t seat[] = { SEAT + 6, NO_SEAT }, type[] = { 0, parking };
    const struct wanted_lines both = { .seats = { seat, 2 }, .types = { type, 2 } };
    const struct wanted_lines alone = { .seats = { seat, 1 }, .types = { type, 1 } };
    assert_int_equal(play_hold_lines(&play, event, "ann", &alone, "", &hold), STATUS_OK);
    assert_int_equal(play_exchange(&play, order, 1, hold, "tok_ok"), STATUS_BAD_FIELD);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    assert_int_equal(play_hold_lines(&play, event, "ann", &both, "", &hold), STATUS_OK);
    assert_int_equal(play_exchange(&play, order, 1, hold, "tok_ok"), STATUS_OK);
    const struct ticket *ticket = stadium_ticket_find(play.stadium, play_ticket(&play, order, 0));
    assert_int_equal(ticket->seat, SEAT + 6);
    assert_int_equal(ticket->generation, 2);
}

static void they_go_where_their_ticket_goes(void **state)
{
    (void)state;
    const struct set_door_rules rules = play_rules_form(event);
    play_rules(&play, &rules);
    play_resale(&play, event, 100, 0);
    const struct id order = buy(1, parking, 1, 0);
    const struct id ticket = play_ticket(&play, order, 0), place = play_ticket(&play, order, 1);
    assert_int_equal(play_offer(&play, ticket, 1000), STATUS_TICKET_FIXED);
    assert_int_equal(play_offer(&play, place, 100), STATUS_TICKET_FIXED);
    assert_int_equal(play_reissue(&play, place, "ann", "bob"), STATUS_TICKET_FIXED);
    assert_int_equal(play_reissue(&play, ticket, "ann", "bob"), STATUS_OK);
    const uint32_t index =
        stadium_ticket_index(play.stadium, stadium_ticket_find(play.stadium, place));
    assert_string_equal(stadium_ticket_person(play.stadium, index), "bob");
}

static void they_open_what_is_for_them(void **state)
{
    (void)state;
    struct set_checkin_list list = { .event = event, .name = "car park" };
    list.types = (struct u32s){ &parking, 1 };
    assert_int_equal(play_list(&play, &list), STATUS_OK);
    const struct id order = buy(1, parking, 1, 0);
    struct scan_ticket form = play_scan_form(&play, play_ticket(&play, order, 1), 1, 1);
    assert_int_equal(play_scan(&play, &form), SCAN_PRODUCT);
    form.list = 1;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    form = play_scan_form(&play, play_ticket(&play, order, 0), 1, 2);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
}

static void terms_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    assert_int_equal(play_addon(&play, event, 0, 1 << parking, 0, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_addon(&play, event, parking, 1u << 9, 0, 0), STATUS_UNKNOWN_TICKET_TYPE);
    assert_int_equal(play_addon(&play, event, 9, 1, 0, 0), STATUS_UNKNOWN_TICKET_TYPE);
    assert_int_equal(play_addon(&play, event, parking, 1 << scarf, 0, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_addon(&play, event, parking, 1, 3, 2), STATUS_BAD_FIELD);
    assert_int_equal(play_bundle(&play, event, scarf, parking, 1, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_bundle(&play, event, 0, parking, HOLD_SEATS, 0), STATUS_BAD_FIELD);
    assert_int_equal(play_bundle(&play, event, 0, parking, 1, 100), STATUS_OK);
    assert_int_equal(play_addon(&play, event, parking, 0, 0, 0), STATUS_BAD_FIELD);
    struct id hold;
    assert_int_equal(take(1, 0, 0, 0, &hold), STATUS_OK);
    assert_int_equal(play_bundle(&play, event, 0, 0, 0, 0), STATUS_OK);
    assert_int_equal(play_addon(&play, event, parking, 0, 0, 0), STATUS_EVENT_SOLD);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    assert_int_equal(play_addon(&play, event, parking, 0, 0, 0), STATUS_OK);
    assert_null(stadium_addon(play.stadium, 0, parking));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_sale, checked)
    const struct CMUnitTest tests[] = {
        CASE(they_go_with_a_ticket),
        CASE(their_quota_is_their_own),
        CASE(what_a_ticket_needs_is_asked_for_at_the_end),
        CASE(who_takes_a_ticket_out_takes_them_out),
        CASE(a_bundle_costs_what_its_ticket_does),
        CASE(what_it_brings_stays_with_it),
        CASE(they_are_given_back_with_it),
        CASE(they_are_exchanged_together),
        CASE(they_go_where_their_ticket_goes),
        CASE(they_open_what_is_for_them),
        CASE(terms_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
