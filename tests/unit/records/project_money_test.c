/* Whatever is done with money, resale and seats that are kept: the records are the stadium's. */
#include "server/adapters/memory/records.h"
#include "server/base/prng.h"
#include "server/core/state.h"
#include "server/records/project.h"
#include "server/records/project_tickets.h"
#include "server/records/rows.h"
#include "tests/support/play_money.h"
#include "tests/support/play_random.h"
#include "tests/support/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 24, STEPS = 500 };

static struct play play;
static struct records *records;
static struct {
    uint32_t seats, partly, listings[4], allocations, entries, addons, reversed;
} seen;

static uint32_t draw(void *ctx, uint32_t bound)
{
    return (uint32_t)prng_below(ctx, bound);
}

static void play_round(uint64_t seed)
{
    struct prng prng = { seed };
    const struct dice dice = { draw, &prng };
    play_init(&play, NULL);
    play_import(&play);
    struct set_policy terms = play_terms_form(play_event(&play));
    terms.payment_ttl_s = PAYMENT_TTL_MIN_S;
    memcpy(terms.tax_country, "DE", sizeof("DE"));
    play_terms(&play, &terms);
    for (int i = 0; i < STEPS; i++) {
        play.now_ms += roll(&dice, 3) ? 0 : roll(&dice, 1500);
        play_random_money(&play, &dice);
        if (roll(&dice, 3) == 0 && stadium_due(play.stadium) <= play.now_ms)
            play_command(&play, (struct command){ .kind = COMMAND_TICK });
    }
}

static void project_all(struct memory_records *memory)
{
    char why[RECORDS_WHY_SIZE];
    struct arena arena = { 0 };
    const struct records_place place = memory_records_place(memory);
    assert_int_equal(place.open(&place, &records_schema, false, &records, why, sizeof why),
                     STATUS_OK);
    for (uint32_t i = 0; i < play.journal_count; i++) {
        struct fact fact;
        arena_reset(&arena);
        assert_true(fact_decode(play.journal[i], &arena, &fact));
        project(records, i + 1, &fact);
    }
    assert_int_equal(records->ops->commit(records, play.journal_count, why, sizeof why), STATUS_OK);
    arena_fini(&arena);
}

static void get(uint32_t table, void *row)
{
    assert_true(records->ops->get(records, table, row));
}

static void check_seats(uint32_t event)
{
    static const char *const states[] = { "", "free", "held", "sold", "not_on_sale" };
    uint32_t count;
    const struct seat *seats = stadium_seats(play.stadium, event, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct seat_record seat = { .event = event, .seat = i };
        if (!records->ops->get(records, RECORDS_SEAT, &seat))
            continue;
        assert_string_equal(seat.state, states[seats[i].state]);
        seen.seats++;
    }
}

static void check_order(uint32_t index)
{
    static const char *const states[] = { "",          "pending",  "paid",
                                          "cancelled", "refunded", "expired",
                                          "approval",  "rejected", "partially_refunded" };
    static const char *const ticket_states[] = { "", "valid", "checked_in", "cancelled",
                                                 "checked_out" };
    const struct order *from = stadium_order(play.stadium, index);
    const struct order_money *money = stadium_order_money(play.stadium, index);
    struct order_record order = { .number = index };
    get(RECORDS_ORDER, &order);
    assert_string_equal(order.state, states[from->state]);
    assert_string_equal(order.person, from->person);
    assert_int_equal(order.captured_minor, money->captured_minor);
    assert_int_equal(order.refunded_minor, money->refunded_minor);
    if (from->ticket_count)
        assert_string_equal(order.buyer_tax_id, stadium_buyer(play.stadium, from->hold));
    seen.reversed += from->ticket_count && order.buyer_tax_id[0];
    seen.partly += from->state == ORDER_PARTIALLY_REFUNDED;
    for (uint32_t k = 0; k < from->ticket_count; k++) {
        const struct ticket *t = stadium_ticket(play.stadium, from->first_ticket + k);
        struct ticket_record ticket = { .number = from->first_ticket + k };
        get(RECORDS_TICKET, &ticket);
        assert_string_equal(ticket.state, ticket_states[t->state]);
        assert_int_equal(ticket.seat, t->seat);
        assert_int_equal(ticket.generation, t->generation);
    }
}

static void check_listings(void)
{
    static const char *const states[] = { "", "open", "sold", "withdrawn" };
    const struct pool *listings = &play.stadium->booking.resales.listings;
    for (uint32_t i = 0; i < listings->count; i++) {
        const struct listing *from = pool_get(listings, i);
        struct listing_record row = { .ticket = from->ticket };
        get(RECORDS_LISTING, &row);
        assert_string_equal(row.state, states[from->state]);
        assert_int_equal(row.price_minor, from->price_minor);
        seen.listings[from->state]++;
    }
}

static void check_allocations(uint32_t event)
{
    const struct allocation *from;
    for (uint32_t n = 1; (from = stadium_allocation(play.stadium, event, n)); n++) {
        struct allocation_record row = { .event = event, .number = n };
        struct allocation_range_record range = { .event = event, .number = n };
        get(RECORDS_ALLOCATION, &row);
        get(RECORDS_ALLOCATION_RANGE, &range);
        assert_int_equal(row.released, from->released);
        assert_int_equal(range.first_seat, from->first.v[0]);
        assert_int_equal(range.seats, from->count.v[0]);
        seen.allocations++;
    }
}

static void check_companions(uint32_t index)
{
    const struct order *order = stadium_order(play.stadium, index);
    for (uint32_t i = 0; i < stadium_hold(play.stadium, order->hold)->seat_count; i++) {
        struct hold_line_record row = { .position = i };
        bool bundled;
        const uint32_t with = stadium_companion(play.stadium, order->hold, i, &bundled);
        records_set_id(row.hold_id, stadium_hold(play.stadium, order->hold)->id.high,
                       stadium_hold(play.stadium, order->hold)->id.low);
        get(RECORDS_HOLD_LINE, &row);
        assert_int_equal(row.addon_to, with + 1);
        assert_int_equal(row.bundled, bundled);
        seen.addons += with != NO_LINE;
    }
}

struct sums {
    uint32_t event;
    const char *account;
    int64_t amount_minor;
};

static bool add_entry(void *ctx, const void *row)
{
    struct sums *sums = ctx;
    const struct ledger_entry_record *entry = row;
    if (entry->event == sums->event && strcmp(entry->account, sums->account) == 0) {
        sums->amount_minor += entry->amount_minor;
        seen.entries++;
    }
    return true;
}

static void check_books(uint32_t event)
{
    static const char *const accounts[] = { "provider", "cash_box", "external", "receivable",
                                            "revenue",  "tax",      "fees",     "refunds",
                                            "kept",     "reverse",  "bank",     "charges" };
    const struct ledger_balance *balances = stadium_balances(play.stadium, event);
    char why[RECORDS_WHY_SIZE];
    for (uint32_t i = 0; i < LEDGER_ACCOUNTS; i++) {
        struct sums sums = { event, accounts[i], 0 };
        records->ops->each(records, RECORDS_LEDGER_ENTRY, NULL, 0, add_entry, &sums, why,
                           sizeof why);
        assert_int_equal(sums.amount_minor, balances[i].balance_minor);
    }
}

static void the_records_are_the_stadiums(void **state)
{
    (void)state;
    const uint64_t seed = test_seed();
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct memory_records memory = { 0 };
        uint32_t events;
        play_round(seed + round);
        project_all(&memory);
        stadium_events(play.stadium, &events);
        for (uint32_t i = 0; i < events; i++) {
            check_seats(i);
            check_allocations(i);
            check_books(i);
        }
        for (uint32_t i = 0; i < stadium_order_count(play.stadium); i++) {
            check_order(i);
            check_companions(i);
        }
        check_listings();
        records->ops->close(records);
        memory_records_fini(&memory);
        play_fini(&play);
    }
    assert_true(seen.seats > 100 && seen.partly > 0 && seen.entries > 100);
    assert_true(seen.reversed > 0);
    assert_true(seen.allocations > 0 && seen.addons > 0 && seen.listings[LISTING_OPEN] > 0);
    assert_true(seen.listings[LISTING_SOLD] > 0 && seen.listings[LISTING_WITHDRAWN] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(the_records_are_the_stadiums) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
