/*
 * What becomes of money, by hand, with a tifod on SQLite that is killed meanwhile: given back,
 * exchanged, late, paid twice, sold at the door, and what the books say of it.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/by_hand.h"

enum { POLLS = 3000 };

/* `tifo WORDS ORDER REST`. */
static int tifo_order(const char *words, const char *order, const char *rest)
{
    char line[512];
    snprintf(line, sizeof line, "%s %.32s %s", words, order, rest);
    return tifo(line);
}

/* "Cup" is ann's: 25.00 everywhere, tickets can be given back for half. */
static int start(void **state)
{
    (void)state;
    by_hand_start(NULL);
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Cup --price 25.00 "
                          "--starts $(date -u -d '1 hour' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_int_equal(tifo("event publish Cup"), 0);
    assert_int_equal(tifo("terms show Cup"), 0);
    assert_said("tickets cannot be given back");
    assert_int_equal(tifo("terms set Cup --tiers 7d:0,0h:50"), 0);
    assert_said("0 h before the start or earlier: 50 %");
    return 0;
}

/* Of what was said last: "order ID: ...". */
static void copy_order(char order[40])
{
    const char *at = strstr(shell_said, "order ");
    assert_non_null(at);
    snprintf(order, 40, "%.32s", at + strlen("order "));
}

static void buy(const char *rest, char order[40])
{
    char line[256];
    snprintf(line, sizeof line, "buy Cup %s", rest);
    assert_int_equal(tifo(line), 0);
    copy_order(order);
}

/* Until the order is so. */
static void wait_for(const char *order, const char *what)
{
    for (int i = 0; i < POLLS; i++) {
        assert_int_equal(tifo_order("order show", order, ""), 0);
        if (strstr(shell_said, what))
            return;
    }
    fail_msg("the order does not become %s: %s", what, shell_said);
}

static void tickets_are_given_back_for_what_was_quoted(void **state)
{
    (void)state;
    char order[40];
    buy("101/1/1-3", order);
    assert_int_equal(tifo_order("order quote", order, "--lines 1"), 0);
    assert_said("12.50 EUR of 25.00 EUR goes back, 12.50 EUR is kept.");
    assert_int_equal(tifo_order("order quote", order, "--organiser"), 0);
    assert_said("The organiser cancels: all of it, 75.00 EUR, goes back.");
    assert_int_equal(tifo_order("order cancel", order, "--lines 1"), 0);
    assert_said("partially refunded, 12.50 EUR refunded");
    by_hand_kill_and_serve();
    assert_int_equal(tifo_order("order cancel", order, "--lines 1"), 1);
    assert_said("ORDER_STATE");
    assert_int_equal(tifo("buy Cup 101/1/2"), 0); /* On sale again. */
    assert_int_equal(tifo_order("order cancel", order, "--lines 7"), 1);
    assert_said("7 is no line of the order");
    assert_int_equal(tifo("ledger Cup"), 0);
    assert_said("kept       -        12.50 EUR");
    assert_said("provider            87.50 EUR");
}

static void lines_are_exchanged_and_old_codes_end(void **state)
{
    (void)state;
    char order[40], line[512], code[200];
    buy("102/1/1-2", order);
    const char *at = strstr(shell_said, "102 row 1 seat 2");
    assert_non_null(at);
    at = strchr(at, '\n') + 1;
    snprintf(code, sizeof code, "%.*s", (int)strcspn(at, "\n"), at);
    snprintf(line, sizeof line, "order exchange %s 102/2/5 --lines 1", order);
    assert_int_equal(tifo(line), 0);
    assert_said("102 row 2 seat 5");
    snprintf(line, sizeof line, "scan %s --gate G1", code);
    assert_int_equal(tifo(line), 1);
    assert_said("A newer ticket");
    assert_int_equal(tifo("buy Cup 102/1/2"), 0);
    snprintf(line, sizeof line, "order exchange %s 102/3/5-6 --lines 1", order);
    assert_int_equal(tifo(line), 1);
    assert_said("exchange one for one");
}

static void what_times_out_is_asked_again_also_after_a_crash(void **state)
{
    (void)state;
    char order[40], twice[40];
    buy("103/1/1-2 --token tok_timeout_then_ok", order);
    assert_said("pending");
    by_hand_kill_and_serve();
    wait_for(order, "paid");
    buy("103/1/3 --token tok_pay_twice", twice);
    assert_int_equal(tifo_order("order show", twice, "--json"), 0);
    assert_said("\"captured_minor\":5000");
    assert_said("\"refunded_minor\":2500");
    buy("103/1/4 --token tok_refund_declined", order);
    assert_int_equal(tifo_order("order cancel", order, "--organiser"), 0);
    assert_said("25.00 EUR on the way back");
    by_hand_kill_and_serve();
    wait_for(order, "refunded");
}

/* A charge that nobody knows the end of, and a refund that is declined twice: both are listed, and
 * asked for again by hand, also after a crash. */
static void what_the_provider_does_not_settle_is_listed_and_asked_for(void **state)
{
    (void)state;
    char order[40], line[256];
    unsigned number = 0;
    assert_int_equal(tifo("event create Stuck --price 20.00 --starts 2030-01-02T20:00"), 0);
    assert_int_equal(tifo("event publish Stuck"), 0);
    assert_int_equal(tifo("buy Stuck 101/1/1 --token tok_ok"), 0);
    assert_int_equal(tifo("payment list Stuck"), 0);
    assert_string_equal(shell_said, "");
    assert_int_equal(tifo("buy Stuck 101/1/2 --token tok_pay_late_3600"), 0);
    copy_order(order);
    by_hand_kill_and_serve();
    assert_int_equal(tifo("payment list Stuck --stuck"), 0);
    assert_said(order);
    assert_said("charge    20.00 EUR, asked ");
    assert_int_equal(sscanf(shell_said, "%u", &number), 1);
    snprintf(line, sizeof line, "payment ask %u", number);
    assert_int_equal(tifo_as("bob", line), 1);
    assert_said("NOT_ORGANISER");
    assert_int_equal(tifo(line), 0);
    assert_said("charge    20.00 EUR"); /* Not yet. */
    assert_int_equal(tifo("payment ask 4000000000"), 1);
    assert_said("UNKNOWN_PAYMENT");
    assert_int_equal(tifo_as("bob", "payment list Stuck"), 1);
    assert_said("NOT_ORGANISER");
    assert_int_equal(tifo("buy Stuck 101/1/3 --token tok_refund_declined"), 0);
    copy_order(order);
    assert_int_equal(tifo_order("order cancel", order, "--organiser"), 0);
    for (int i = 0; i < 8; i++) { /* It counts as another payment each time. */
        assert_int_equal(tifo("payment list Stuck"), 0);
        const char *at = strstr(shell_said, order);
        if (!at)
            break;
        assert_non_null(strstr(at, "return    20.00 EUR"));
        while (at > shell_said && at[-1] != '\n')
            at--;
        assert_int_equal(sscanf(at, "%u", &number), 1);
        snprintf(line, sizeof line, "payment ask %u", number);
        tifo(line); /* Or its time has come meanwhile, and it is over. */
    }
    assert_int_equal(tifo_order("order show", order, ""), 0);
    assert_said("refunded");
}

/* Ann offers, bob buys: her code ends, his opens; the money goes round once, also over a crash. */
static void a_ticket_is_resold_for_no_more_than_the_cap(void **state)
{
    (void)state;
    char order[40], line[512], code[200], ticket[40];
    buy("201/1/1-2", order);
    const char *at = strchr(strstr(shell_said, "201 row 1 seat 1"), '\n') + 1;
    snprintf(code, sizeof code, "%.*s", (int)strcspn(at, "\n"), at);
    assert_int_equal(tifo("ticket find Cup --seats 201/1/1"), 0);
    snprintf(ticket, sizeof ticket, "%.32s", shell_said);
    assert_int_equal(tifo_order("resale offer", ticket, "25.00"), 1);
    assert_said("RESALE_CLOSED");
    assert_int_equal(tifo("resale set Cup --cap 90 --fee 10"), 0);
    assert_said("at most 90 % of what was paid; 10 % of the price");
    assert_int_equal(tifo_order("resale offer", ticket, "22.51"), 1);
    assert_said("PRICE_CAPPED");
    assert_int_equal(tifo_order("resale offer", ticket, "22.50"), 0);
    assert_int_equal(tifo_as("bob", "resale list Cup"), 0);
    assert_said(ticket);
    assert_said("201 row 1 seat 1");
    snprintf(line, sizeof line, "scan %s --gate G1", code);
    assert_int_equal(tifo(line), 1);
    assert_said("offered for resale");
    by_hand_kill_and_serve();
    snprintf(line, sizeof line, "buy Cup resale:%s", ticket);
    assert_int_equal(tifo_as("bob", line), 0);
    assert_said("22.50 EUR");
    assert_said("201 row 1 seat 1");
    at = strchr(strstr(shell_said, "201 row 1 seat 1"), '\n') + 1;
    snprintf(line, sizeof line, "scan %.*s --gate G1", (int)strcspn(at, "\n"), at);
    assert_int_equal(tifo(line), 0);
    snprintf(line, sizeof line, "scan %s --gate G1", code);
    assert_int_equal(tifo(line), 1);
    assert_said("A newer ticket");
    by_hand_kill_and_serve();
    wait_for(order, "partially refunded");
    assert_int_equal(tifo_order("order show", order, "--json"), 0);
    assert_said("\"refunded_minor\":2025"); /* 22.50 less 10 %. */
    snprintf(line, sizeof line, "buy Cup resale:%s", ticket);
    assert_int_equal(tifo_as("cyd", line), 1);
    assert_said("NOT_LISTED");
}

static void seats_are_kept_for_who_has_the_code(void **state)
{
    (void)state;
    assert_int_equal(tifo("allocation list Cup"), 0);
    assert_said("no seats are kept");
    assert_int_equal(tifo("allocation set Cup 202/1,202/3/1-4 --name Away --code away "
                          "--release $(date -u -d '40 minutes' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_said("code AWAY, until ");
    assert_int_equal(tifo_as("bob", "buy Cup 202/3/4"), 1);
    assert_said("SEAT_KEPT");
    assert_int_equal(tifo_as("bob", "allocation list Cup"), 0);
    assert_said("Away");
    assert_null(strstr(shell_said, "AWAY"));
    by_hand_kill_and_serve();
    assert_int_equal(tifo_as("bob", "buy Cup 202/3/4 --allocation away"), 0);
    assert_int_equal(tifo_as("bob", "buy Cup 202/3/5"), 0);
    assert_int_equal(tifo("allocation set Cup 202/1,202/3/1-4 --name Away --code away --number 1 "
                          "--release $(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_said("released");
    assert_int_equal(tifo_as("bob", "buy Cup 202/3/1-3"), 0);
}

static void a_car_parks_only_with_a_seat(void **state)
{
    (void)state;
    assert_int_equal(tifo("quota add Cup Parking --capacity 2"), 0);
    assert_int_equal(tifo("type add Cup Parking --general --quota 0 --price 5.00"), 0);
    assert_int_equal(tifo("addon set Cup Parking --with 0 --max 1"), 0);
    assert_said("at most 1");
    assert_int_equal(tifo("addon set Cup Parking"), 2);
    assert_int_equal(tifo_as("bob", "hold Cup 1 --type Parking"), 1);
    assert_said("ADDON_ALONE");
    assert_int_equal(tifo_as("bob", "buy Cup 202/2/1 --addon Parking:1 --json"), 0);
    assert_said("addon_to");
    by_hand_kill_and_serve();
    assert_int_equal(tifo("addon list Cup --json"), 0);
    assert_said("max_per_ticket");
    assert_int_equal(tifo_as("bob", "buy Cup 202/2/2-3 --addon Parking:2"), 1);
    assert_said("SOLD_OUT");
}

static void who_buys_says_which_bus(void **state)
{
    (void)state;
    assert_int_equal(tifo("question add Cup 'Which bus?' --choices North,South --required"), 0);
    assert_said("1 North, 2 South");
    assert_int_equal(tifo_as("bob", "buy Cup 202/2/5"), 1);
    assert_said("ANSWER_NEEDED");
    assert_int_equal(tifo_as("bob", "buy Cup 202/2/6 --answer north"), 1);
    assert_said("write QUESTION:ANSWER");
    assert_int_equal(tifo_as("bob", "buy Cup 202/2/7 --answer 1:2"), 0);
    by_hand_kill_and_serve();
    assert_int_equal(tifo("question withdraw Cup 1 --json"), 0);
    assert_int_equal(tifo("question list Cup"), 0);
    assert_said("withdrawn");
    assert_int_equal(tifo_as("bob", "buy Cup 202/2/8"), 0);
}

static void the_box_office_sells_gives_away_and_imports(void **state)
{
    (void)state;
    char line[256], first[512];
    assert_int_equal(tifo("buy Cup 104/1/1-2 --cash"), 0);
    assert_int_equal(tifo("buy Cup 104/1/3 --comp --for bob"), 0);
    assert_said("for bob");
    assert_int_equal(tifo_as("bob", "order list"), 0);
    assert_said("0.00 EUR");
    assert_int_equal(tifo_as("bob", "buy Cup 104/1/4 --comp"), 1);
    assert_said("NOT_ORGANISER");
    snprintf(line, sizeof line,
             "printf '# who\\ncyd;105/1/1-2;external\\ndan;105/1/3;comp\\n' > %s/orders.csv",
             by_hand_folder);
    assert_int_equal(shell(line), 0);
    snprintf(line, sizeof line, "order import Cup %s/orders.csv", by_hand_folder);
    assert_int_equal(tifo(line), 0);
    assert_said("cyd");
    snprintf(first, sizeof first, "%.500s", shell_said);
    assert_int_equal(tifo(line), 0); /* Once more: the same orders. */
    assert_string_equal(shell_said, first);
    assert_int_equal(tifo("ledger Cup"), 0);
    assert_said("cash-box");
    assert_said("external            50.00 EUR");
    assert_int_equal(tifo_as("bob", "ledger Cup"), 1);
    assert_said("NOT_ORGANISER");
    snprintf(line, sizeof line, "printf 'eve;105/1/9;gold\\n' > %s/orders.csv", by_hand_folder);
    assert_int_equal(shell(line), 0);
    snprintf(line, sizeof line, "order import Cup %s/orders.csv --key again", by_hand_folder);
    assert_int_equal(tifo(line), 1);
    assert_said("orders.csv:1: \"gold\" is no tender");
}

static void orders_wait_for_the_organiser(void **state)
{
    (void)state;
    char order[40];
    assert_int_equal(tifo("terms set Cup --approve --tiers 0h:50"), 0);
    assert_int_equal(tifo_as("bob", "buy Cup 106/1/1"), 0);
    assert_said("waits for approval");
    copy_order(order);
    assert_int_equal(tifo("order list --event Cup --all --waiting"), 0);
    assert_said(order);
    assert_int_equal(tifo_order("order approve", order, ""), 0);
    assert_said("paid");
    assert_int_equal(tifo_as("bob", "buy Cup 106/1/2"), 0);
    copy_order(order);
    assert_int_equal(tifo_order("order reject", order, "--reason 'not for sale'"), 0);
    assert_said("rejected");
    assert_int_equal(tifo_order("order approve", order, ""), 1);
    assert_said("ORDER_STATE");
}

/* 119.00 with 19 % in it are 100.00 for who owes the tax itself; the books say so, also after a
 * crash. */
static void a_business_of_another_country_buys_without_tax(void **state)
{
    (void)state;
    char line[128], id[40];
    assert_int_equal(tifo("event create Expo --starts 2030-01-02T20:00"), 0);
    assert_int_equal(tifo("quota add Expo Hall --capacity 5"), 0);
    assert_int_equal(tifo("type add Expo Hall --general --quota 0 --price 119.00 --tax 19 "
                          "--tax-included"),
                     0);
    assert_int_equal(tifo("event publish Expo"), 0);
    assert_int_equal(tifo("buy Expo 1 --type Hall --tax-id ATU12345678"), 1);
    assert_said("NO_REVERSE_CHARGE");
    assert_int_equal(tifo("terms set Expo --tiers 0h:0 --tax-country DE"), 0);
    assert_said("taxes are of DE");
    assert_int_equal(tifo("buy Expo 1 --type Hall --tax-id ATU12345678"), 0);
    assert_said("100.00 EUR");
    assert_said("reverse charge, ATU12345678 owes it");
    assert_int_equal(tifo("hold Expo 1 --type Hall"), 0);
    assert_said("119.00 EUR");
    snprintf(id, sizeof id, "%.32s", shell_said + strlen("hold "));
    snprintf(line, sizeof line, "cart buyer %s DE123456789", id);
    assert_int_equal(tifo(line), 1);
    assert_said("taxed in the same country, DE");
    by_hand_kill_and_serve();
    snprintf(line, sizeof line, "cart buyer %s fr-ab.123456789", id);
    assert_int_equal(tifo(line), 0);
    assert_said("100.00 EUR");
    assert_said("FRAB123456789 owes it");
    assert_int_equal(tifo("ledger Expo"), 0);
    assert_said("reverse    -       100.00 EUR");
    assert_said("provider           100.00 EUR");
}

static int count_lines(void)
{
    int count = 0;
    for (const char *at = shell_said; (at = strchr(at, '\n')); at++)
        count++;
    return count;
}

/* Paid out, recorded wrongly, taken back, over a crash; what is left shows, and every entry. */
static void what_came_in_is_paid_out_to_the_bank(void **state)
{
    (void)state;
    assert_int_equal(tifo("event create Payout --price 20.00 --starts 2030-01-02T20:00"), 0);
    assert_int_equal(tifo("event publish Payout"), 0);
    assert_int_equal(tifo("buy Payout 101/1/1-2"), 0);
    assert_int_equal(tifo("buy Payout 101/2/1 --cash"), 0);
    assert_int_equal(tifo("settlement record Payout 39.00"), 2);
    assert_said("--reference is missing");
    assert_int_equal(tifo("settlement record Payout 40.01 --reference po-1"), 1);
    assert_said("SETTLES_TOO_MUCH");
    assert_int_equal(tifo("settlement record Payout 39.00 --fee 0.90 --reference po-1"), 0);
    assert_said("39.00 EUR, charges 0.90 EUR, to the bank 38.10 EUR  \"po-1\"");
    assert_int_equal(tifo("settlement record Payout 1.00 --reference po-1"), 1);
    assert_said("SETTLEMENT_EXISTS");
    assert_int_equal(tifo("settlement record Payout 20.00 --account cash-box --reference till"), 0);
    assert_int_equal(tifo("settlement void Payout 1 --reason \"it was all of it\""), 0);
    assert_said("voided");
    by_hand_kill_and_serve();
    assert_int_equal(tifo("settlement record Payout 40.00 --fee 0.95 --reference po-1"), 0);
    assert_int_equal(tifo("settlement list Payout"), 0);
    assert_said("po-1\"  voided");
    assert_said("  3  ");
    assert_said("all is settled");
    assert_int_equal(tifo("ledger Payout"), 0);
    assert_said("bank                59.05 EUR");
    assert_said("charges              0.95 EUR");
    assert_int_equal(tifo("ledger entries Payout --account bank"), 0);
    assert_said("settlement 1");
    assert_said("bank       -        38.10 EUR"); /* It was taken back. */
    assert_int_equal(tifo_as("bob", "settlement list Payout"), 1);
    assert_said("NOT_ORGANISER");
    assert_int_equal(tifo_as("bob", "settlement record Payout 1.00 --reference x"), 1);
    assert_int_equal(tifo("settlement record Payout 1.00 --back --reference po-2"), 1);
    assert_said("SETTLES_TOO_MUCH");
}

/* Each sale, payment and return, also right after it, and after a crash. */
static void the_books_are_told_entry_by_entry(void **state)
{
    (void)state;
    char order[40], line[256];
    assert_int_equal(tifo("event create Gala --price 20.00 --starts 2030-01-02T20:00"), 0);
    assert_int_equal(tifo("event publish Gala"), 0);
    assert_int_equal(tifo("ledger entries Gala"), 0);
    assert_string_equal(shell_said, "");
    assert_int_equal(tifo("buy Gala 101/1/1-2"), 0);
    copy_order(order);
    assert_int_equal(tifo("ledger entries Gala"), 0);
    assert_int_equal(count_lines(), 4); /* Receivable to revenue, provider to receivable. */
    assert_said("provider            40.00 EUR");
    assert_said("revenue    -        40.00 EUR");
    assert_int_equal(tifo("buy Gala 101/2/1 --cash"), 0);
    assert_int_equal(tifo("ledger entries Gala --account cash-box"), 0);
    assert_int_equal(count_lines(), 1);
    assert_said("20.00 EUR");
    by_hand_kill_and_serve();
    snprintf(line, sizeof line, "ledger entries Gala --order %s", order);
    assert_int_equal(tifo(line), 0);
    assert_int_equal(count_lines(), 4);
    assert_int_equal(tifo("ledger entries Gala --before 2020-01-01T00:00"), 0);
    assert_string_equal(shell_said, "");
    assert_int_equal(tifo("ledger entries Gala --json --from 2020-01-01T00:00"), 0);
    assert_int_equal(count_lines(), 8);
    assert_said("\"account\":\"LEDGER_ACCOUNT_CASH_BOX\"");
    for (int i = 0; i < 25; i++) { /* Then a page is not enough. */
        snprintf(line, sizeof line, "buy Gala 102/%d/%d --cash", 1 + i / 13, 1 + i % 13);
        assert_int_equal(tifo(line), 0);
    }
    assert_int_equal(tifo("ledger entries Gala"), 0);
    assert_int_equal(count_lines(), 8 + 25 * 4);
    assert_int_equal(tifo("ledger entries Gala --account cash-box"), 0);
    assert_int_equal(count_lines(), 26);
    assert_int_equal(tifo("ledger entries Gala --account gold"), 2);
    assert_said("one of provider cash-box");
    assert_int_equal(tifo("ledger entries Gala --order 00000000000000000000000000000001"), 1);
    assert_said("UNKNOWN_ORDER");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tickets_are_given_back_for_what_was_quoted),
        cmocka_unit_test(lines_are_exchanged_and_old_codes_end),
        cmocka_unit_test(what_times_out_is_asked_again_also_after_a_crash),
        cmocka_unit_test(what_the_provider_does_not_settle_is_listed_and_asked_for),
        cmocka_unit_test(a_ticket_is_resold_for_no_more_than_the_cap),
        cmocka_unit_test(seats_are_kept_for_who_has_the_code),
        cmocka_unit_test(a_car_parks_only_with_a_seat),
        cmocka_unit_test(who_buys_says_which_bus),
        cmocka_unit_test(the_box_office_sells_gives_away_and_imports),
        cmocka_unit_test(orders_wait_for_the_organiser),
        cmocka_unit_test(a_business_of_another_country_buys_without_tax),
        cmocka_unit_test(what_came_in_is_paid_out_to_the_bank),
        cmocka_unit_test(the_books_are_told_entry_by_entry),
    };
    return cmocka_run_group_tests(tests, start, by_hand_stop);
}
