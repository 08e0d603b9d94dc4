/* Types of ticket, quotas, vouchers, and holds as carts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/core/state.h"
#include "tests/support/play_tickets.h"

#include <string.h>

enum { STANDING = 1 }; /* The type that open_sale() adds. */

static const uint32_t places[HOLD_SEATS] = {
    NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT,
    NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT, NO_SEAT,
};
static const uint32_t standing[HOLD_SEATS] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

/* So many places of type 1. */
static struct wanted_lines some(uint32_t count)
{
    return (struct wanted_lines){ .seats = { places, count }, .types = { standing, count } };
}

/* A published event of which `capacity` people may stand, too. */
static struct id open_sale(struct play *play, uint32_t capacity, const struct ticket_type *more)
{
    struct ticket_type type = more ? *more : (struct ticket_type){ 0 };
    play_init(play, NULL);
    play_import(play);
    const struct id event = play_event(play);
    type.general = 1;
    type.quotas = 1;
    memcpy(type.name, "Standing", sizeof("Standing"));
    assert_int_equal(play_quota(play, event, "Standing", capacity), STATUS_OK);
    assert_int_equal(play_type(play, event, &type), STATUS_OK);
    return event;
}

static enum status take(struct play *play, struct id event, const char *person, uint32_t count,
                        const char *voucher, struct id *hold)
{
    const struct wanted_lines lines = some(count);
    const enum status status = play_hold_lines(play, event, person, &lines, voucher, hold);
    stadium_check(play->stadium);
    return status;
}

static const struct hold_lines *lines_of(const struct play *play, struct id hold)
{
    return stadium_hold_lines(play->stadium, stadium_hold_find(play->stadium, hold));
}

static struct stock quota(const struct play *play)
{
    struct stock stock;
    stadium_quota(play->stadium, 0, 0, &stock);
    return stock;
}

static void finish(struct play *play)
{
    stadium_check(play->stadium);
    assert_true(play_replayed_digest(play) == stadium_digest(play->stadium));
    play_fini(play);
}

/* ---- Quotas ------------------------------------------------------------------------------ */

static void general_admission_is_never_oversold(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 5, NULL), hold;
    assert_int_equal(take(&play, event, "ann", 3, "", &hold), STATUS_OK);
    assert_int_equal(take(&play, event, "bob", 3, "", NULL), STATUS_SOLD_OUT);
    assert_int_equal(take(&play, event, "bob", 2, "", NULL), STATUS_OK);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    assert_int_equal(take(&play, event, "cyd", 3, "", &hold), STATUS_OK);
    struct id order;
    assert_int_equal(play_confirm(&play, hold, &order), STATUS_OK);
    assert_int_equal(play_settle_payment(&play, PAYMENT_DONE), STATUS_OK);
    assert_int_equal(quota(&play).sold, 3);
    assert_int_equal(quota(&play).held, 2);
    const struct ticket *ticket = stadium_ticket_find(play.stadium, play_ticket(&play, order, 0));
    assert_true(ticket->seat == NO_SEAT && ticket->type == STANDING);
    finish(&play);
}

/* On the millisecond, whether or not a tick has seen it. */
static void places_are_back_on_sale_at_the_ttl(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 2, NULL);
    assert_int_equal(take(&play, event, "ann", 2, "", NULL), STATUS_OK);
    play.now_ms += PLAY_TTL_MS - 1;
    assert_int_equal(take(&play, event, "bob", 1, "", NULL), STATUS_SOLD_OUT);
    play.now_ms += 1;
    assert_int_equal(take(&play, event, "bob", 2, "", NULL), STATUS_OK);
    finish(&play);
}

static void capacity_is_not_lowered_under_what_is_sold(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 5, NULL);
    struct command command = { .kind = COMMAND_SET_QUOTA };
    struct set_quota *set = &command.as.set_quota;
    struct stock stock;
    assert_int_equal(take(&play, event, "ann", 3, "", NULL), STATUS_OK);
    *set = (struct set_quota){ .event = event, .update = true, .quota = { .name = "North" } };
    set->quota.capacity = 2;
    assert_int_equal(play_command(&play, command), STATUS_EVENT_CHANGED);
    set->quota.version = stadium_quota(play.stadium, 0, 0, &stock)->version;
    assert_int_equal(play_command(&play, command), STATUS_QUOTA_BELOW_SOLD);
    set->quota.capacity = 3;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(take(&play, event, "bob", 1, "", NULL), STATUS_SOLD_OUT);
    set->quota.version = stadium_quota(play.stadium, 0, 0, &stock)->version;
    set->quota.capacity = 4;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_non_null(play_fact(&play, FACT_QUOTA_SET)); /* Who waits hears of it. */
    assert_int_equal(take(&play, event, "bob", 1, "", NULL), STATUS_OK);
    finish(&play);
}

/* ---- Windows and limits ------------------------------------------------------------------ */

static void a_type_is_sold_in_its_window(void **state)
{
    (void)state;
    struct play play;
    const struct ticket_type window = { .sale_from_ms = 1001000, .sale_until_ms = 1002000 };
    struct id event = open_sale(&play, 9, &window);
    play.now_ms = 1000999;
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_NOT_ON_SALE);
    play.now_ms = 1001000;
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_OK);
    play.now_ms = 1001999;
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_OK);
    play.now_ms = 1002000;
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_NOT_ON_SALE);
    finish(&play);
}

static void an_order_and_a_person_have_limits(void **state)
{
    (void)state;
    struct play play;
    const struct ticket_type limits = { .min_per_order = 2,
                                        .max_per_order = 4,
                                        .max_per_person = 5 };
    struct id event = open_sale(&play, 99, &limits), hold;
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_ORDER_LIMIT);
    assert_int_equal(take(&play, event, "ann", 5, "", NULL), STATUS_ORDER_LIMIT);
    assert_int_equal(take(&play, event, "ann", 3, "", &hold), STATUS_OK);
    assert_int_equal(take(&play, event, "ann", 3, "", NULL), STATUS_PERSON_LIMIT);
    assert_int_equal(take(&play, event, "bob", 3, "", NULL), STATUS_OK);
    play_confirm(&play, hold, NULL);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_int_equal(take(&play, event, "ann", 3, "", NULL), STATUS_PERSON_LIMIT);
    assert_int_equal(take(&play, event, "ann", 2, "", &hold), STATUS_OK);
    assert_int_equal(take(&play, event, "ann", 2, "", NULL), STATUS_PERSON_LIMIT);
    play.now_ms += PLAY_TTL_MS; /* What is over counts no more, before any tick. */
    assert_int_equal(take(&play, event, "ann", 2, "", NULL), STATUS_OK);
    finish(&play);
}

/* ---- Vouchers ---------------------------------------------------------------------------- */

static void a_voucher_is_used_once_a_line_and_given_back(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 99, NULL), hold;
    uint32_t used;
    assert_int_equal(play_voucher(&play, event, "Half", 3), STATUS_OK);
    assert_int_equal(play_voucher(&play, event, "HALF", 3), STATUS_VOUCHER_EXISTS);
    assert_int_equal(take(&play, event, "ann", 1, "nope", NULL), STATUS_UNKNOWN_VOUCHER);
    assert_int_equal(take(&play, event, "ann", 4, "half", NULL), STATUS_VOUCHER_USED_UP);
    assert_int_equal(take(&play, event, "ann", 2, "half", &hold), STATUS_OK);
    assert_int_equal(lines_of(&play, hold)->price_minor[1], PLAY_PRICE_MINOR / 2);
    assert_int_equal(take(&play, event, "bob", 2, "half", NULL), STATUS_VOUCHER_USED_UP);
    assert_int_equal(play_release(&play, hold, "ann"), STATUS_OK);
    stadium_voucher(play.stadium, 0, &used);
    assert_int_equal(used, 0);
    assert_int_equal(take(&play, event, "bob", 2, "half", NULL), STATUS_OK);
    play.now_ms += PLAY_TTL_MS;
    assert_int_equal(take(&play, event, "ann", 3, "half", NULL), STATUS_OK);
    finish(&play);
}

static void a_hidden_type_needs_its_voucher(void **state)
{
    (void)state;
    struct play play;
    const struct ticket_type hidden = { .hidden = 1 };
    struct id event = open_sale(&play, 99, &hidden);
    struct command command = { .kind = COMMAND_SET_VOUCHER };
    struct voucher *voucher = &command.as.set_voucher.voucher;
    command.as.set_voucher.event = event;
    *voucher = (struct voucher){ .code = "SEATS", .effect = VOUCHER_NONE, .types = 1, .uses = 9 };
    assert_int_equal(play_command(&play, command), STATUS_OK);
    *voucher = (struct voucher){ .code = "CLUB",
                                 .effect = VOUCHER_NONE,
                                 .types = 2,
                                 .uses = 9,
                                 .from_ms = play.now_ms,
                                 .until_ms = play.now_ms + 10 };
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_VOUCHER_NEEDED);
    assert_int_equal(take(&play, event, "ann", 1, "seats", NULL), STATUS_VOUCHER_NOT_VALID);
    assert_int_equal(take(&play, event, "ann", 1, "club", NULL), STATUS_OK);
    play.now_ms += 10;
    assert_int_equal(take(&play, event, "ann", 1, "club", NULL), STATUS_VOUCHER_NOT_VALID);
    finish(&play);
}

static void what_a_voucher_reserves_is_for_who_has_it(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 5, NULL), hold;
    struct command command = { .kind = COMMAND_SET_VOUCHER };
    struct voucher *voucher = &command.as.set_voucher.voucher;
    command.as.set_voucher.event = event;
    *voucher = (struct voucher){
        .code = "FANCLUB", .effect = VOUCHER_NONE, .types = 2, .uses = 6, .reserve = 1
    };
    assert_int_equal(play_command(&play, command), STATUS_SOLD_OUT);
    voucher->uses = 4;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(take(&play, event, "ann", 2, "", NULL), STATUS_SOLD_OUT);
    assert_int_equal(take(&play, event, "ann", 1, "", NULL), STATUS_OK);
    assert_int_equal(take(&play, event, "bob", 3, "fanclub", &hold), STATUS_OK);
    assert_int_equal(quota(&play).reserved, 1);
    assert_int_equal(play_release(&play, hold, "bob"), STATUS_OK);
    assert_int_equal(quota(&play).reserved, 4);
    command.as.set_voucher.update = true;
    voucher->uses = 2;
    voucher->version = voucher_get(play.stadium, 0)->version;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(take(&play, event, "ann", 2, "", NULL), STATUS_OK);
    finish(&play);
}

/* ---- Prices ------------------------------------------------------------------------------ */

static void prices_stay_as_they_were_when_held(void **state)
{
    (void)state;
    struct play play;
    const struct ticket_type tiers = { .tier_until_sold = { 2 },
                                       .tier_off_minor = { 500 },
                                       .tax_milli_percent = 19000,
                                       .fee_minor = 100 };
    struct id event = open_sale(&play, 99, &tiers), hold, order;
    assert_int_equal(take(&play, event, "ann", 3, "", &hold), STATUS_OK);
    const struct hold_lines *lines = lines_of(&play, hold);
    assert_int_equal(lines->price_minor[1], PLAY_PRICE_MINOR - 500);
    assert_int_equal(lines->price_minor[2], PLAY_PRICE_MINOR);
    assert_int_equal(lines->fee_minor[2], 100);
    assert_int_equal(lines->tax_minor[0], 399); /* 19 % of 21.00 */
    assert_int_equal(lines->tax_minor[2], 494); /* 19 % of 26.00 */
    const int64_t total = 2 * (2000 + 100 + 399) + 2500 + 100 + 494;
    struct command command = { .kind = COMMAND_SET_TICKET_TYPE };
    struct stock stock;
    command.as.set_ticket_type = (struct set_ticket_type){
        .event = event,
        .update = true,
        .type = *stadium_ticket_type(play.stadium, 0, STANDING, &stock),
        .prices = 1,
    };
    command.as.set_ticket_type.type.price_minor[0] = 9900;
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, &order), STATUS_OK);
    assert_true(stadium_order_find(play.stadium, order)->total_minor == total);
    command.as.set_ticket_type.type.quotas = 0;
    command.as.set_ticket_type.type.version =
        stadium_ticket_type(play.stadium, 0, STANDING, &stock)->version;
    assert_int_equal(play_command(&play, command), STATUS_EVENT_SOLD);
    finish(&play);
}

static void a_donation_is_what_is_given(void **state)
{
    (void)state;
    struct play play;
    const struct ticket_type donation = { .rule = PRICE_DONATION, .price_minor = { 500 } };
    struct id event = open_sale(&play, 99, &donation), hold;
    static const uint32_t given[] = { 0, 400, 1200 };
    struct wanted_lines lines = some(3);
    lines.given = (struct u32s){ given, 3 };
    assert_int_equal(play_hold_lines(&play, event, "ann", &lines, "", &hold), STATUS_OK);
    assert_int_equal(lines_of(&play, hold)->price_minor[0], 500);
    assert_int_equal(lines_of(&play, hold)->price_minor[1], 500);
    assert_int_equal(lines_of(&play, hold)->price_minor[2], 1200);
    finish(&play);
}

/* ---- Carts ------------------------------------------------------------------------------- */

static void a_cart_changes_whole_or_not_at_all(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 3, NULL), cart, other;
    static const uint32_t seats[] = { 4, 5, 6 };
    play_voucher(&play, event, "HALF", 2);
    play_hold(&play, event, "bob", (struct u32s){ seats + 2, 1 }, &other);
    play_hold(&play, event, "ann", (struct u32s){ seats, 1 }, &cart);
    const struct seathold *hold = stadium_hold_find(play.stadium, cart);
    const int64_t expires_ms = hold->expires_ms;
    const uint64_t version = hold->version;
    struct wanted_lines more = some(4), taken = { .seats = { seats + 1, 2 } };
    play.now_ms += 1000;
    assert_int_equal(play_change(&play, cart, 0, &more, NULL), STATUS_SOLD_OUT);
    assert_int_equal(play_change(&play, cart, 0, &taken, NULL), STATUS_SEAT_TAKEN);
    assert_int_equal(play_change(&play, cart, 1, &(struct wanted_lines){ 0 }, NULL),
                     STATUS_BAD_FIELD);
    assert_true(hold->version == version && hold->seat_count == 1);
    more = some(2);
    assert_int_equal(play_change(&play, cart, 0, &more, NULL), STATUS_OK);
    assert_true(hold->version > version && hold->seat_count == 3);
    assert_true(hold->expires_ms == expires_ms);
    assert_int_equal(play_confirm_as(&play, cart, "ann", version, "tok_ok", NULL),
                     STATUS_HOLD_CHANGED);
    assert_int_equal(play_change(&play, cart, 0, &(struct wanted_lines){ 0 }, "half"),
                     STATUS_VOUCHER_USED_UP);
    assert_int_equal(play_change(&play, cart, 1, &(struct wanted_lines){ 0 }, "half"), STATUS_OK);
    assert_int_equal(play_seat(&play, event, 4), SEAT_FREE);
    assert_int_equal(lines_of(&play, cart)->price_minor[1], PLAY_PRICE_MINOR / 2);
    assert_int_equal(play_change(&play, cart, 0, &(struct wanted_lines){ 0 }, ""), STATUS_OK);
    assert_int_equal(lines_of(&play, cart)->price_minor[1], PLAY_PRICE_MINOR);
    finish(&play);
}

static void the_last_ticket_in_two_carts_is_one_persons(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 1, NULL), ann, bob;
    static const uint32_t seats[] = { 4, 5 };
    const struct wanted_lines one = some(1);
    play_hold(&play, event, "ann", (struct u32s){ seats, 1 }, &ann);
    play_hold(&play, event, "bob", (struct u32s){ seats + 1, 1 }, &bob);
    assert_int_equal(play_change(&play, ann, 0, &one, NULL), STATUS_OK);
    assert_int_equal(play_change(&play, bob, 0, &one, NULL), STATUS_SOLD_OUT);
    finish(&play);
}

static void a_hold_is_extended_three_times_by_its_owner(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 9, NULL), hold;
    assert_int_equal(take(&play, event, "ann", 1, "", &hold), STATUS_OK);
    for (int i = 0; i < 3; i++) {
        play.now_ms += PLAY_TTL_MS - 1;
        assert_int_equal(play_extend(&play, hold), STATUS_OK);
        assert_true(stadium_hold_find(play.stadium, hold)->expires_ms == play.now_ms + PLAY_TTL_MS);
    }
    assert_int_equal(play_extend(&play, hold), STATUS_EXTENSIONS_USED);
    play.now_ms += PLAY_TTL_MS;
    assert_int_equal(play_extend(&play, hold), STATUS_HOLD_ENDED);
    finish(&play);
}

/* ---- Events ------------------------------------------------------------------------------ */

static void an_event_is_its_organisers(void **state)
{
    (void)state;
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    struct create_event form = play_event_form(&play);
    form.by = (struct actor){ .person = "club" };
    assert_int_equal(play_create(&play, &form), STATUS_OK);
    play.by = (struct actor){ .person = "ann" };
    assert_int_equal(play_publish(&play, form.id), STATUS_NOT_ORGANISER);
    assert_int_equal(play_update(&play, form.id, "Ours"), STATUS_NOT_ORGANISER);
    assert_int_equal(play_quota(&play, form.id, "Ours", 1), STATUS_NOT_ORGANISER);
    assert_int_equal(play_voucher(&play, form.id, "OURS", 1), STATUS_NOT_ORGANISER);
    assert_int_equal(play_cancel(&play, form.id), STATUS_NOT_ORGANISER);
    play.by = form.by;
    assert_int_equal(play_publish(&play, form.id), STATUS_OK);
    play.by = (struct actor){ .person = "police", .is_operator = true };
    assert_int_equal(play_cancel(&play, form.id), STATUS_OK);
    assert_string_equal(stadium_event_detail(play.stadium, 0)->cancelled_by, "police");
    finish(&play);
}

static void an_event_goes_back_to_draft_while_nothing_is_sold(void **state)
{
    (void)state;
    struct play play;
    struct id event = open_sale(&play, 9, NULL), hold;
    assert_int_equal(take(&play, event, "ann", 1, "", &hold), STATUS_OK);
    assert_int_equal(play_unpublish(&play, event), STATUS_EVENT_SOLD);
    play.now_ms += PLAY_TTL_MS;
    assert_int_equal(play_unpublish(&play, event), STATUS_OK);
    assert_int_equal(take(&play, event, "ann", 1, "", &hold), STATUS_EVENT_STATE);
    assert_int_equal(play_update(&play, event, "Later"), STATUS_OK);
    assert_int_equal(play_publish(&play, event), STATUS_OK);
    play.now_ms += 5 * 60 * 60 * 1000;
    assert_int_equal(play_update(&play, event, "Too late"), STATUS_EVENT_OVER);
    assert_int_equal(play_unpublish(&play, event), STATUS_EVENT_OVER);
    finish(&play);
}

static void events_of_a_series_are_listed(void **state)
{
    (void)state;
    struct play play;
    struct id ids[3];
    play_init(&play, NULL);
    play_import(&play);
    for (int i = 0; i < 3; i++) {
        struct create_event form = play_event_form(&play);
        form.series = i ? ids[i - 1] : (struct id){ 0, 0 };
        ids[i] = form.id;
        assert_int_equal(play_create(&play, &form), STATUS_OK);
        play_event(&play); /* Of no series. */
    }
    assert_true(id_equal(stadium_event_detail(play.stadium, 4)->series, ids[0]));
    assert_int_equal(stadium_series_after(play.stadium, 0, 0), 3);
    assert_int_equal(stadium_series_after(play.stadium, 0, 2), 5);
    assert_int_equal(stadium_series_after(play.stadium, 0, 4), 0);
    finish(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(general_admission_is_never_oversold),
        cmocka_unit_test(places_are_back_on_sale_at_the_ttl),
        cmocka_unit_test(capacity_is_not_lowered_under_what_is_sold),
        cmocka_unit_test(a_type_is_sold_in_its_window),
        cmocka_unit_test(an_order_and_a_person_have_limits),
        cmocka_unit_test(a_voucher_is_used_once_a_line_and_given_back),
        cmocka_unit_test(a_hidden_type_needs_its_voucher),
        cmocka_unit_test(what_a_voucher_reserves_is_for_who_has_it),
        cmocka_unit_test(prices_stay_as_they_were_when_held),
        cmocka_unit_test(a_donation_is_what_is_given),
        cmocka_unit_test(a_cart_changes_whole_or_not_at_all),
        cmocka_unit_test(the_last_ticket_in_two_carts_is_one_persons),
        cmocka_unit_test(a_hold_is_extended_three_times_by_its_owner),
        cmocka_unit_test(an_event_is_its_organisers),
        cmocka_unit_test(an_event_goes_back_to_draft_while_nothing_is_sold),
        cmocka_unit_test(events_of_a_series_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
