/*
 * Doors by `tifo`, with a tifod that goes and comes back: tickets change hands, keys are renewed
 * while codes of the old one are about, and a scanner at a gate goes on by itself.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/by_hand.h"

enum { TICKETS = 6 };

static char code[TICKETS][200], id[TICKETS][40];

/* "... STATE\nCODE\n", of ann's order: a line with the seat, then one with the code. */
static void keep_tickets(void)
{
    char line[512];
    for (int i = 0; i < TICKETS; i++) {
        snprintf(line, sizeof line, "ticket find Derby --seats 101/1/%d", i + 1);
        assert_int_equal(tifo(line), 0);
        snprintf(id[i], sizeof id[i], "%.32s", shell_said);
        snprintf(line, sizeof line, "ticket show %s", id[i]);
        assert_int_equal(tifo(line), 0);
        const char *at = strchr(shell_said, '\n');
        assert_non_null(at);
        snprintf(code[i], sizeof code[i], "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
        assert_int_equal(strlen(code[i]), 167);
    }
}

static int start(void **state)
{
    (void)state;
    by_hand_start(NULL);
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Derby --price 25.50 "
                          "--starts $(date -u -d '1 hour' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_int_equal(tifo("event publish Derby"), 0);
    assert_int_equal(tifo("buy Derby 101/1/1-6"), 0);
    keep_tickets();
    return 0;
}

static int with_id(const char *who, const char *format, const char *which)
{
    char line[512];
    snprintf(line, sizeof line, format, which);
    return tifo_as(who, line);
}

/* ---- By hand -----------------------------------------------------------------------------------
 */

static void a_ticket_changes_hands(void **state)
{
    (void)state;
    assert_int_equal(with_id("ann", "ticket transfer %s bob", id[5]), 0);
    assert_said("given away");
    assert_int_equal(with_id("ann", "ticket show %s", id[5]), 1);
    assert_said("UNKNOWN_TICKET");
    assert_int_equal(tifo_as("bob", "ticket list"), 0);
    assert_said(id[5]);
    assert_int_equal(with_id("ann", "scan %s --gate G1", code[5]), 1);
    assert_said("STOP: A newer ticket was issued");
    assert_int_equal(with_id("bob", "ticket reissue %s", id[5]), 0);
    assert_said("of bob");
    assert_int_equal(with_id("ann", "ticket block %s --reason lost", id[5]), 0);
    assert_int_equal(with_id("ann", "scan %s --gate G1 --by-hand", id[5]), 1);
    assert_said("STOP: Blocked: lost");
    assert_int_equal(with_id("ann", "ticket unblock %s", id[5]), 0);
    assert_said("valid");
}

static void a_ticket_is_exchanged_for_a_wristband(void **state)
{
    (void)state;
    assert_int_equal(with_id("ann", "medium issue %s band-1", id[3]), 0);
    assert_said("band-1 stands for");
    assert_int_equal(with_id("ann", "scan %s --gate G1", code[3]), 1);
    assert_said("STOP: It was exchanged for a wristband");
    assert_int_equal(tifo("medium block band-1 --reason lost"), 0);
    assert_int_equal(tifo("scan band-1 --medium --gate G1"), 1);
    assert_said("STOP: It is blocked: lost");
    assert_int_equal(tifo("medium unblock band-1"), 0);
    assert_int_equal(tifo("medium show band-1"), 0);
    assert_said(id[3]);
    assert_int_equal(tifo("scan band-2 --medium --gate G1"), 1);
    assert_said("STOP: It stands for no ticket. Ask for the ticket, and scan that.");
    assert_int_equal(tifo("medium return band-1"), 0);
    assert_said("band-1 is free");
    assert_int_equal(with_id("ann", "ticket show %s", id[3]), 0);
    assert_said("valid");
}

static void doors_have_rules_and_lists(void **state)
{
    (void)state;
    assert_int_equal(tifo("doors rules Derby --sealed-hours 48 --reentry yes --offline open"), 0);
    assert_said("codes from 48 h before the start; transfers yes; re-entry yes");
    assert_int_equal(tifo("doors rules Derby --offline ajar"), 1);
    assert_said("say closed, pinned or open");
    assert_int_equal(tifo("doors list Derby Lounge --blocks 101 --gates G2 --checks-id"), 0);
    assert_said("list 1 \"Lounge\": 6 expected, 0 came, 0 are in; blocks 101; gates G2");
    assert_int_equal(with_id("ann", "scan %s --gate G1 --list 1", code[4]), 1);
    assert_said("STOP: Not through this gate");
    assert_int_equal(with_id("ann", "scan %s --gate G2 --list 1 --id-checked", code[4]), 0);
    assert_int_equal(with_id("ann", "scan %s --gate G2 --list 1 --exit", code[4]), 0);
    assert_said("OUT: ");
    assert_int_equal(tifo("doors show Derby"), 0);
    assert_said("1 came, 0 are in");
    assert_int_equal(tifo("ticket find Derby --person nobody"), 1);
    assert_said("there is no such ticket");
}

/* Whoever reads what is drawn, with other people's programs, reads the code. */
static void what_is_drawn_is_read_by_others(void **state)
{
    (void)state;
    char line[1024], png[80];
    snprintf(png, sizeof png, "%s/ticket.png", by_hand_folder);
    snprintf(line, sizeof line, "ticket qr %s -o %s", id[0], png);
    assert_int_equal(tifo(line), 0);
    snprintf(line, sizeof line, "zbarimg --raw -q %s 2>&1", png);
    assert_int_equal(shell(line), 0);
    assert_said(code[0]);
    snprintf(line, sizeof line, "ticket pdf %s -o %s/ticket.pdf", id[0], by_hand_folder);
    assert_int_equal(tifo(line), 0);
    snprintf(line, sizeof line, "pdftotext -layout %s/ticket.pdf - 2>&1", by_hand_folder);
    assert_int_equal(shell(line), 0);
    assert_said("Derby");
    assert_said("ann");
    assert_said(id[0]);
    snprintf(line, sizeof line,
             "pdftoppm -r 150 -png -singlefile %s/ticket.pdf %s/page && zbarimg --raw -q "
             "%s/page.png 2>&1",
             by_hand_folder, by_hand_folder, by_hand_folder);
    assert_int_equal(shell(line), 0);
    assert_said(code[0]);
    snprintf(line, sizeof line, "ticket pdf %s", id[0]);
    assert_int_equal(tifo(line), 1);
    assert_said("-o is missing");
}

/* ---- Keys --------------------------------------------------------------------------------------
 */

static void codes_of_the_old_key_stay_good_beside_those_of_the_new_one(void **state)
{
    (void)state;
    char line[256], fresh[200];
    snprintf(line, sizeof line, "'%s' new-key --data %s/data 2>&1", TIFOD, by_hand_folder);
    by_hand_kill();
    assert_int_equal(shell(line), 0);
    by_hand_serve_again();
    assert_int_equal(with_id("ann", "ticket show %s", id[3]), 0);
    const char *at = strchr(shell_said, '\n');
    snprintf(fresh, sizeof fresh, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    assert_string_not_equal(fresh, code[3]); /* Signed with the new key, */
    assert_int_equal(with_id("ann", "scan %s --gate G1", fresh), 0);
    assert_int_equal(with_id("ann", "scan %s --gate G1", code[2]), 0); /* with the old one. */
    assert_int_equal(with_id("ann", "scan %s --gate G1", code[3]), 1); /* It is the same ticket. */
    assert_said("Somebody is in with it already");
}

/* ---- A scanner on a terminal -------------------------------------------------------------------
 */

struct terminal {
    pid_t pid;
    int in;
    FILE *out;
};

/* `read`: "--medium", or NULL. */
static struct terminal terminal_open(const char *read)
{
    struct terminal t;
    char keep[64];
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    snprintf(keep, sizeof keep, "%s/gate", by_hand_folder);
    t.pid = fork();
    assert_true(t.pid >= 0);
    if (t.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(out[1], STDERR_FILENO);
        close(in[1]);
        close(out[0]);
        execl(TIFO, TIFO, "scan", "-", "--gate", "G1", "--event", "Derby", "--offline-dir", keep,
              "--server", by_hand_server.address, read, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    t.in = in[1];
    fcntl(in[1], F_SETFD, FD_CLOEXEC); /* A server that is started meanwhile must not keep it. */
    fcntl(out[0], F_SETFD, FD_CLOEXEC);
    t.out = fdopen(out[0], "r");
    return t;
}

static void type(const struct terminal *t, const char *what)
{
    assert_int_equal(write(t->in, what, strlen(what)), strlen(what));
    assert_int_equal(write(t->in, "\n", 1), 1);
}

static void hears(const struct terminal *t, const char *part)
{
    char line[512];
    do {
        if (!fgets(line, sizeof line, t->out))
            fail_msg("it ended before it said \"%s\"", part);
    } while (!strstr(line, part));
}

/* To its end. */
static void terminal_close(struct terminal *t, const char *last)
{
    int status;
    close(t->in);
    if (last)
        hears(t, last);
    while (fgetc(t->out) != EOF)
        ;
    fclose(t->out);
    assert_int_equal(waitpid(t->pid, &status, 0), t->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_scanner_goes_on_without_the_server_and_brings_back_what_it_did(void **state)
{
    (void)state;
    struct terminal t = terminal_open(NULL);
    type(&t, code[0]);
    hears(&t, "IN: Welcome.");
    hears(&t, "101 row 1 seat 1");
    by_hand_kill();
    type(&t, code[0]);
    hears(&t, "STOP (offline): Somebody is in with it already.");
    type(&t, code[1]);
    hears(&t, "IN (offline): Welcome.");
    type(&t, "{\"ticket\":\"unsigned\"}");
    hears(&t, "STOP (offline): Not one of our tickets");
    terminal_close(&t, "1 scans are still to be uploaded");
    /* Started without the server it knows where it stands. */
    t = terminal_open(NULL);
    hears(&t, "going on without it");
    type(&t, code[1]);
    hears(&t, "STOP (offline): Somebody is in with it already.");
    by_hand_serve_again();
    hears(&t, "1 scans uploaded"); /* As soon as it finds the server. */
    type(&t, code[1]);
    hears(&t, "STOP: Somebody is in with it already, since");
    terminal_close(&t, NULL);
    assert_int_equal(tifo("doors show Derby"), 0);
    assert_said("0 conflicts");
}

static void a_wristband_opens_without_the_server(void **state)
{
    (void)state;
    assert_int_equal(with_id("ann", "medium issue %s band-5", id[5]), 0);
    assert_int_equal(with_id("ann", "medium issue %s band-4", id[4]), 0);
    assert_int_equal(tifo("medium block band-4 --reason lost"), 0);
    struct terminal t = terminal_open("--medium");
    type(&t, "band-9");
    hears(&t, "STOP: It stands for no ticket. Ask for the ticket, and scan that.");
    by_hand_kill();
    type(&t, "band-5");
    hears(&t, "IN (offline): Welcome.");
    hears(&t, "101 row 1 seat 6");
    type(&t, "band-5");
    hears(&t, "STOP (offline): Somebody is in with it already.");
    type(&t, "band-4");
    hears(&t, "STOP (offline): It is blocked. Send them to the ticket office.");
    type(&t, "band-9");
    hears(&t, "STOP (offline): It stands for no ticket that is known here.");
    by_hand_serve_again();
    hears(&t, "1 scans uploaded");
    terminal_close(&t, NULL);
    assert_int_equal(tifo("scan band-5 --medium --gate G1"), 1);
    assert_said("STOP: Somebody is in with it already");
    assert_int_equal(tifo("doors show Derby"), 0);
    assert_said("0 conflicts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_changes_hands),
        cmocka_unit_test(a_ticket_is_exchanged_for_a_wristband),
        cmocka_unit_test(what_is_drawn_is_read_by_others),
        cmocka_unit_test(doors_have_rules_and_lists),
        cmocka_unit_test(codes_of_the_old_key_stay_good_beside_those_of_the_new_one),
        cmocka_unit_test(a_scanner_goes_on_without_the_server_and_brings_back_what_it_did),
        cmocka_unit_test(a_wristband_opens_without_the_server),
    };
    return cmocka_run_group_tests(tests, start, by_hand_stop);
}
