/*
 * From an event to the turnstile with `tifo` and a tifod on SQLite, which is killed again and
 * again: whatever it has said is still so afterwards.
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

static char code[2][200], order[40];

/* "Derby", in an hour, so that doors are open: rows 1 and 2 of block 101 are its seats 1 to 42. */
static int start(void **state)
{
    (void)state;
    by_hand_start(NULL);
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Derby --price 25.50 "
                          "--starts $(date -u -d '1 hour' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_said("\"Derby\" is a draft, 5000 seats");
    assert_int_equal(tifo("event publish Derby"), 0);
    return 0;
}

/* The line after the first one that holds `mark`, without its end. */
static void copy_line_after(const char *mark, char *to, size_t size)
{
    const char *at = strstr(shell_said, mark);
    assert_non_null(at);
    at = strchr(at, '\n') + 1;
    snprintf(to, size, "%.*s", (int)strcspn(at, "\n"), at);
}

static void seats_are_bought_and_stay_bought(void **state)
{
    (void)state;
    assert_int_equal(tifo("buy Derby 101/1/3-4 --key first"), 0);
    assert_said("paid, 51.00 EUR");
    copy_line_after("101 row 1 seat 3", code[0], sizeof code[0]);
    copy_line_after("101 row 1 seat 4", code[1], sizeof code[1]);
    snprintf(order, sizeof order, "%.32s", shell_said + strlen("order "));
    by_hand_kill_and_serve();
    char first[4096];
    assert_int_equal(tifo("buy Derby 101/1/3-4 --key first"), 0); /* The same answer. */
    snprintf(first, sizeof first, "%.4000s", shell_said);
    char line[64];
    snprintf(line, sizeof line, "order show %s", order);
    assert_int_equal(tifo(line), 0);
    assert_string_equal(shell_said, first);
    assert_said(code[0]);
    assert_said(code[1]);
    assert_int_equal(tifo("buy Derby 101/1/4"), 1);
    assert_said("SEAT_TAKEN");
    assert_int_equal(tifo("buy Derby 101/1/5 --key first"), 1);
    assert_said("KEY_REUSED");
}

static int scan(const char *what, const char *more)
{
    char line[512];
    snprintf(line, sizeof line, "scan %s --gate G1 %s", what, more);
    return tifo(line);
}

static void a_ticket_lets_in_once_whatever_happens(void **state)
{
    (void)state;
    assert_int_equal(scan(code[0], "--nonce 42 --event Derby"), 0);
    assert_said("IN: ");
    assert_said("101 row 1 seat 3");
    by_hand_kill_and_serve();
    assert_int_equal(scan(code[0], "--nonce 42"), 0); /* Asked again: who got no answer. */
    assert_int_equal(scan(code[0], "--nonce 43"), 1);
    assert_said("STOP: Somebody is in with it already");
    assert_said("by G1");
    assert_int_equal(scan(code[0], "--json"), 1);
    assert_said("\"result\":\"SCAN_RESULT_ALREADY_REDEEMED\"");
    const char sign = code[1][100];
    code[1][100] = sign == 'A' ? 'B' : 'A'; /* A letter: the shell has its own ideas of signs. */
    assert_int_equal(scan(code[1], ""), 1);
    assert_said("Not one of our tickets");
    code[1][100] = sign;
    assert_int_equal(tifo("event show Derby"), 0);
    assert_said("5000 seats: 4998 free, 0 held, 2 sold; 1 are in");
}

static void n_concurrent_redemptions_of_n_uses_succeed_each_once(void **state)
{
    char line[512];
    (void)state;
    assert_int_equal(tifo("event create Gala --price 20.00 --starts 2030-01-01T20:00"), 0);
    assert_int_equal(tifo("voucher add Gala friends --percent 50 --uses 4"), 0);
    assert_int_equal(tifo("event publish Gala"), 0);
    snprintf(
        line, sizeof(line),
        "for n in 1 2 3 4 5 6 7 8 9; do"
        " (USER=fan-$n '%s' hold Gala 101/3/$n --voucher FRIENDS --server %s 2>&1) & done; wait",
        TIFO, by_hand_server.address);
    assert_int_equal(shell(line), 0);
    int held = 0, refused = 0;
    for (const char *at = shell_said; (at = strstr(at, "10.00 EUR  (voucher)")); at++)
        held++;
    for (const char *at = shell_said; (at = strstr(at, "VOUCHER_USED_UP")); at++)
        refused++;
    assert_int_equal(held, 4);
    assert_int_equal(refused, 5);
    assert_int_equal(tifo("voucher list Gala"), 0);
    assert_said("4 of 4 used");
    assert_int_equal(tifo("voucher set Gala friends --uses 3"), 1);
    assert_said("VOUCHER_USED_UP");
    assert_int_equal(tifo("voucher set Gala foes --uses 9"), 1);
    assert_said("no voucher \"foes\"");
    assert_int_equal(tifo("voucher set Gala friends --uses 5"), 0);
    assert_said("4 of 5 used");
    assert_int_equal(tifo("hold Gala 101/4/1 --voucher friends"), 0);
}

static void places_and_carts_by_hand(void **state)
{
    char id[33], line[200];
    (void)state;
    assert_int_equal(tifo("event create Fair --price 20.00 --city Bern --starts 2030-01-02T20:00"),
                     0);
    assert_int_equal(tifo("quota add Fair Standing --capacity 3"), 0);
    assert_int_equal(tifo("type add Fair Standing --general --quota 0 --price 10.00 --tax 19"), 0);
    assert_int_equal(tifo("type add Fair Nowhere --general --price 1"), 1);
    assert_said("type.quotas");
    assert_int_equal(tifo("event publish Fair"), 0);
    assert_int_equal(tifo("hold Fair 101/4/1"), 0);
    snprintf(id, sizeof id, "%.32s", shell_said + strlen("hold "));
    snprintf(line, sizeof line, "cart add %s 2 --type Standing", id);
    assert_int_equal(tifo(line), 0);
    assert_said("43.80 EUR");
    assert_said("tax 3.80 EUR");
    assert_int_equal(tifo("hold Fair 2 --type Standing"), 1);
    assert_said("SOLD_OUT");
    snprintf(line, sizeof line, "cart remove %s 1,3", id);
    assert_int_equal(tifo(line), 0);
    assert_said("11.90 EUR");
    snprintf(line, sizeof line, "cart extend %s", id);
    assert_int_equal(tifo(line), 0);
    assert_int_equal(tifo("cart list"), 0);
    assert_said(id);
    assert_int_equal(tifo("quota set Fair Standing --capacity 0"), 1);
    assert_said("QUOTA_BELOW_SOLD");
    assert_int_equal(tifo("event unpublish Fair"), 1);
    assert_int_equal(tifo("event update Fair --title Market --starts 2030-01-03T20:00"), 0);
    assert_int_equal(tifo("buy Market 2 --type 1"), 0);
    assert_said("23.80 EUR");
    assert_said("a place");
}

static void a_hold_keeps_others_away_until_it_is_released(void **state)
{
    (void)state;
    char id[40], line[64];
    assert_int_equal(tifo("hold Derby 101/2/1,101/2/3"), 0);
    assert_said("101 row 2 seat 3");
    snprintf(id, sizeof id, "%.32s", shell_said + strlen("hold "));
    assert_int_equal(tifo("hold Derby 101/2/2-3"), 1);
    assert_said("SEAT_TAKEN, seats[1]");
    assert_int_equal(tifo("seats show Derby --block 101"), 0);
    assert_said("row 1      from seat 1    ..xx....");
    assert_said("row 2      from seat 1    h.h.....");
    snprintf(line, sizeof line, "release %s", id);
    assert_int_equal(tifo(line), 0);
    assert_said("2 seats are free again");
    assert_int_equal(tifo(line), 1);
    assert_said("HOLD_ENDED");
}

static void what_cannot_be_is_said_in_peoples_words(void **state)
{
    (void)state;
    assert_int_equal(tifo("buy Derby 101/1/99"), 1);
    assert_said("bowl-5000 has no seat 99 in row 1 of block 101");
    assert_int_equal(tifo("buy Derby 101-1-99"), 1);
    assert_said("\"101-1-99\" names no seat; write BLOCK/ROW/NUMBER");
    assert_int_equal(tifo("buy Derby 101/1/1-17"), 1);
    assert_said("at most 16 seats");
    assert_int_equal(tifo("buy Rugby 101/1/1"), 1);
    assert_said("there is no event \"Rugby\"");
    assert_int_equal(tifo("buy Derby 101/1/1 --token cash"), 1);
    assert_said("tok_ok");
    assert_int_equal(tifo("event create Later --starts tomorrow"), 2);
    assert_said("write it as 2026-05-16T15:00");
    assert_int_equal(tifo("event create Later --starts 2030-01-01T00:00 --price 1.234"), 2);
    assert_said("\"1.234\" is no price in EUR");
    assert_int_equal(tifo("scan x --gate G9"), 1);
    assert_said("has no gate G9; it has G1");
}

static void stands_have_their_prices(void **state)
{
    (void)state;
    assert_int_equal(tifo("event create Cup --starts 2030-05-16T15:00 --currency JPY "
                          "--prices 'North lower=3000,South lower=2500'"),
                     0);
    assert_int_equal(tifo("event show Cup"), 0);
    assert_said("2500 JPY");
    assert_said("draft");
    assert_int_equal(tifo("event list"), 0);
    assert_said("Cup");
    assert_int_equal(tifo("seats show Cup --block 101"), 0);
    assert_said("North lower                   84");
    assert_int_equal(tifo("event create Bad --starts 2030-05-16T15:00 --prices 'Moon=1'"), 2);
    assert_said("bowl-5000 has no stand \"Moon\"");
}

/* A watch has no end of its own, so it is ended once it has told what it should. */
struct watch {
    pid_t pid;
    FILE *lines;
};

static struct watch watch_start(const char *noun, const char *event, const char *caller)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct watch watch = { .pid = fork() };
    assert_true(watch.pid >= 0);
    if (watch.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        setenv("USER", caller, 1);
        execl(TIFO, TIFO, noun, "watch", "--server", by_hand_server.address, event, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    watch.lines = fdopen(ends[0], "r");
    return watch;
}

static void watch_until(const struct watch *watch, const char *said)
{
    char line[256];
    do
        assert_non_null(fgets(line, sizeof line, watch->lines));
    while (!strstr(line, said));
}

static void watch_end(const struct watch *watch)
{
    int status;
    kill(watch->pid, SIGTERM);
    assert_int_equal(waitpid(watch->pid, &status, 0), watch->pid);
    fclose(watch->lines);
}

static void a_watch_tells_what_changes(void **state)
{
    (void)state;
    const struct watch watch = watch_start("seats", "Derby", "ann");
    watch_until(&watch, "101 "); /* The whole map comes first. */
    assert_int_equal(tifo("buy Derby 101/1/10"), 0);
    watch_until(&watch, "101 row 1 seat 10");
    watch_end(&watch);
}

/* The last place comes free, is declined, and is the next one's: who waits hears of it. */
static void offers_are_pushed_to_who_waits(void **state)
{
    (void)state;
    char line[64];
    assert_int_equal(tifo("event create Show --starts 2030-01-02T20:00"), 0);
    assert_int_equal(tifo("quota add Show Standing --capacity 1"), 0);
    assert_int_equal(tifo("type add Show Standing --general --quota 0 --price 10.00"), 0);
    assert_int_equal(tifo("event publish Show"), 0);
    assert_int_equal(tifo("waitlist open Show"), 0);
    assert_int_equal(tifo("hold Show 1 --type Standing"), 0);
    snprintf(line, sizeof line, "release %.32s", shell_said + strlen("hold "));
    assert_int_equal(tifo_as("bob", "waitlist enter Show --type 1"), 0);
    assert_int_equal(tifo_as("cyd", "waitlist enter Show --type 1"), 0);
    const struct watch bob = watch_start("waitlist", NULL, "bob");
    const struct watch cyd = watch_start("waitlist", NULL, "cyd");
    watch_until(&bob, "bob waits, 1 of type 1");
    watch_until(&cyd, ", 1 ahead");
    assert_int_equal(tifo(line), 0);
    watch_until(&bob, "bob has an offer");
    watch_until(&cyd, ", 0 ahead");
    assert_int_equal(tifo_as("bob", "waitlist leave Show"), 0);
    watch_until(&bob, "bob declined");
    watch_until(&cyd, "cyd has an offer");
    assert_int_equal(tifo_as("cyd", "waitlist leave Show"), 0);
    watch_until(&cyd, "cyd declined");
    watch_end(&bob);
    watch_end(&cyd);
}

static void a_cancelled_event_refunds_and_shuts_the_gates(void **state)
{
    (void)state;
    char line[64];
    assert_int_equal(tifo("event cancel Derby --reason Snow"), 0);
    by_hand_kill_and_serve();
    assert_int_equal(tifo("event show Derby"), 0);
    assert_said("cancelled: Snow");
    snprintf(line, sizeof line, "order show %s", order);
    assert_int_equal(tifo(line), 0);
    assert_said("refunded, 51.00 EUR");
    assert_int_equal(scan(code[1], ""), 1);
    assert_said("STOP: Cancelled");
    assert_int_equal(tifo("buy Derby 101/1/20"), 1);
    assert_said("EVENT_CANCELLED");
    assert_int_equal(tifo("order list --json"), 0);
    assert_said("\"state\":\"ORDER_STATE_REFUNDED\"");
}

static void a_new_key_signs_and_the_old_one_still_opens(void **state)
{
    (void)state;
    char line[256], old[200], new[200];
    assert_int_equal(tifo("event create Friendly --starts "
                          "$(date -u -d '1 hour' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_int_equal(tifo("event publish Friendly"), 0);
    assert_int_equal(tifo("buy Friendly 101/1/1"), 0);
    copy_line_after("101 row 1 seat 1", old, sizeof old);
    snprintf(line, sizeof line, "'%s' new-key --data %s/data", TIFOD, by_hand_folder);
    assert_int_equal(shell(line), 0);
    assert_said("key 2 is made");
    by_hand_kill_and_serve();
    assert_int_equal(tifo("buy Friendly 101/1/2"), 0);
    copy_line_after("101 row 1 seat 2", new, sizeof new);
    /* Scheme 1, key 1 and 2: the key id ends in the upper four bits of the seventh character. */
    assert_memory_equal(old, "AQAAAA", 6);
    assert_true(old[6] >= 'E' && old[6] <= 'H');
    assert_memory_equal(new, "AQAAAA", 6);
    assert_true(new[6] >= 'I' && new[6] <= 'L');
    assert_int_equal(scan(old, ""), 0);
    assert_int_equal(scan(new, ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seats_are_bought_and_stay_bought),
        cmocka_unit_test(a_ticket_lets_in_once_whatever_happens),
        cmocka_unit_test(a_hold_keeps_others_away_until_it_is_released),
        cmocka_unit_test(n_concurrent_redemptions_of_n_uses_succeed_each_once),
        cmocka_unit_test(places_and_carts_by_hand),
        cmocka_unit_test(what_cannot_be_is_said_in_peoples_words),
        cmocka_unit_test(stands_have_their_prices),
        cmocka_unit_test(a_watch_tells_what_changes),
        cmocka_unit_test(offers_are_pushed_to_who_waits),
        cmocka_unit_test(a_cancelled_event_refunds_and_shuts_the_gates),
        cmocka_unit_test(a_new_key_signs_and_the_old_one_still_opens),
    };
    return cmocka_run_group_tests(tests, start, by_hand_stop);
}
