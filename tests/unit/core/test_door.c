#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_money.h"
#include "tests/support/play_tickets.h"
#include "tests/unit/core/imported.h"

#include <string.h>

static struct id event, order, ticket, other;

/* Two tickets of ann's for block B2, one order. */
static int sold(void **state)
{
    static const uint32_t seats[] = { SMALL_SEATS, SMALL_SEATS + 1 };
    struct id hold;
    start(state);
    event = play_event(&play);
    play_hold(&play, event, "ann", (struct u32s){ seats, 2 }, &hold);
    play_confirm(&play, hold, &order);
    ticket = play_ticket(&play, order, 0);
    other = play_ticket(&play, order, 1);
    return 0;
}

static uint32_t index_of(struct id id)
{
    return stadium_ticket_index(play.stadium, stadium_ticket_find(play.stadium, id));
}

static struct scan_ticket form_of(uint64_t nonce)
{
    struct scan_ticket form = play_scan_form(&play, ticket, 0, nonce);
    form.generation = stadium_ticket_find(play.stadium, ticket)->generation;
    return form;
}

/* ---- Whose a ticket is -------------------------------------------------------------------- */

static void a_ticket_that_is_given_away_is_the_others(void **state)
{
    (void)state;
    struct scan_ticket old = form_of(1);
    assert_int_equal(play_reissue(&play, ticket, "ann", "bob"), STATUS_OK);
    assert_string_equal(stadium_ticket_person(play.stadium, index_of(ticket)), "bob");
    assert_int_equal(stadium_given_first(play.stadium, "bob")->ticket, index_of(ticket));
    assert_int_equal(play_reissue(&play, ticket, "ann", "cyd"), STATUS_UNKNOWN_TICKET);
    assert_int_equal(play_scan(&play, &old), SCAN_REVOKED);
    struct scan_ticket new = form_of(2);
    assert_int_equal(play_scan(&play, &new), SCAN_OK);
    assert_int_equal(play_reissue(&play, ticket, "bob", "cyd"), STATUS_TICKET_STATE);
}

static void tickets_that_were_given_are_listed_by_person(void **state)
{
    (void)state;
    play_reissue(&play, ticket, "ann", "bob");
    play_reissue(&play, other, "ann", "bob");
    const struct ticket_holder *first = stadium_given_first(play.stadium, "bob");
    assert_int_equal(first->ticket, index_of(ticket));
    assert_int_equal(stadium_given_after(play.stadium, first)->ticket, index_of(other));
    assert_null(stadium_given_after(play.stadium, stadium_given_after(play.stadium, first)));
    play_reissue(&play, ticket, "bob", "ann"); /* And back. */
    assert_int_equal(stadium_given_first(play.stadium, "bob")->ticket, index_of(other));
    assert_int_equal(stadium_given_first(play.stadium, "ann")->ticket, index_of(ticket));
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->generation, 3);
}

static void a_ticket_can_be_issued_again_to_the_same_person(void **state)
{
    (void)state;
    struct scan_ticket old = form_of(1);
    assert_int_equal(play_reissue(&play, ticket, "ann", NULL), STATUS_OK);
    assert_int_equal(play_scan(&play, &old), SCAN_REVOKED);
    assert_string_equal(stadium_ticket_person(play.stadium, index_of(ticket)), "ann");
    assert_null(stadium_given_first(play.stadium, "ann"));
}

static void what_stands_against_a_transfer(void **state)
{
    (void)state;
    struct set_door_rules rules = play_rules_form(event);
    assert_int_equal(play_reissue(&play, event, "ann", "bob"), STATUS_UNKNOWN_TICKET);
    assert_int_equal(play_reissue(&play, ticket, "ann", "ann"), STATUS_BAD_FIELD);
    play_block(&play, ticket, "stolen");
    assert_int_equal(play_reissue(&play, ticket, "ann", "bob"), STATUS_TICKET_BLOCKED);
    rules.transfers = false;
    play_rules(&play, &rules);
    assert_int_equal(play_reissue(&play, other, "ann", "bob"), STATUS_TICKET_FIXED);
    assert_int_equal(play_reissue(&play, other, "ann", NULL), STATUS_OK);
    play_cancel(&play, event);
    assert_int_equal(play_reissue(&play, other, "ann", NULL), STATUS_EVENT_CANCELLED);
}

static void a_blocked_ticket_opens_nothing_until_it_is_unblocked(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(1);
    const char *reason;
    assert_int_equal(play_block(&play, ticket, ""), STATUS_BAD_FIELD);
    assert_int_equal(play_block(&play, event, "x"), STATUS_UNKNOWN_TICKET);
    play_block(&play, ticket, "stolen");
    assert_true(stadium_ticket_blocked(play.stadium, index_of(ticket), &reason));
    assert_string_equal(reason, "stolen");
    assert_int_equal(play_scan(&play, &form), SCAN_BLOCKED);
    assert_int_equal(play_block(&play, ticket, "stolen"), STATUS_OK);
    assert_int_equal(play.facts.count, 0); /* It was. */
    play_block(&play, ticket, NULL);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
}

static void what_was_given_away_is_not_given_back_by_the_buyer(void **state)
{
    (void)state;
    struct set_policy terms = play_terms_form(event);
    assert_int_equal(play_terms(&play, &terms), STATUS_OK);
    play_reissue(&play, ticket, "ann", "bob");
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1), STATUS_ORDER_STATE);
    assert_string_equal(stadium_ticket_person(play.stadium, index_of(ticket)), "bob");
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 2), STATUS_OK); /* The other. */
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 1), STATUS_OK);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->state, TICKET_CANCELLED);
}

static void who_was_in_does_not_get_their_money_back(void **state)
{
    (void)state;
    struct set_policy terms = play_terms_form(event);
    struct scan_ticket form = form_of(1);
    play_terms(&play, &terms);
    play_scan(&play, &form);
    form.exit = true;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1), STATUS_TICKET_USED);
}

/* ---- Lists --------------------------------------------------------------------------------- */

static void who_leaves_comes_in_again_only_with_re_entry(void **state)
{
    (void)state;
    struct set_door_rules rules = play_rules_form(event);
    struct scan_ticket form = form_of(1);
    form.exit = true;
    assert_int_equal(play_scan(&play, &form), SCAN_RULES); /* They are not in. */
    form.exit = false;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    form.exit = true;
    form.nonce = 2;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_int_equal(play_scan(&play, &form), SCAN_OK); /* The same scan again. */
    assert_true(play.facts.scan.again);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->state, TICKET_CHECKED_OUT);
    assert_int_equal(stadium_door_rules(play.stadium, 0).left, 1);
    form.exit = false;
    form.nonce = 3;
    assert_int_equal(play_scan(&play, &form), SCAN_ALREADY_REDEEMED);
    assert_int_equal(play.facts.scan.first_ms, play.now_ms);
    rules.reentry = true;
    play_rules(&play, &rules);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_int_equal(stadium_door_rules(play.stadium, 0).left, 0);
    assert_int_equal(stadium_event_find(play.stadium, event)->admitted, 1);
    const struct gate_state *gate = &stadium_gates(play.stadium)[0];
    assert_int_equal(gate->total_in, 2);
    assert_int_equal(gate->total_out, 1);
}

static struct set_checkin_list list_form(void)
{
    return (struct set_checkin_list){ .event = event, .name = "Lounge" };
}

static void each_list_admits_once_and_counts(void **state)
{
    (void)state;
    struct set_checkin_list list = list_form();
    struct scan_ticket form = form_of(1);
    assert_int_equal(play_list(&play, &list), STATUS_OK);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    form.list = 1;
    assert_int_equal(play_scan(&play, &form), SCAN_OK); /* The nonce counts for each list. */
    form.nonce = 2;
    assert_int_equal(play_scan(&play, &form), SCAN_ALREADY_REDEEMED);
    assert_int_equal(stadium_checkin_list(play.stadium, 0, 1)->admitted, 1);
    form.exit = true;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_int_equal(stadium_checkin_list(play.stadium, 0, 1)->inside, 0);
    assert_int_equal(stadium_ticket_passing(play.stadium, index_of(ticket), 1), PASSING_OUT);
    assert_int_equal(stadium_ticket_passing(play.stadium, index_of(ticket), 0), PASSING_IN);
    form.list = 2;
    assert_int_equal(play_scan(&play, &form), SCAN_PRODUCT);
}

static void a_list_says_which_blocks_gates_and_times(void **state)
{
    (void)state;
    static const uint32_t zero = 0, one = 1;
    struct set_checkin_list list = list_form();
    struct scan_ticket form = form_of(1);
    form.list = 1;
    list.blocks = (struct u32s){ &zero, 1 }; /* The ticket is for block 1. */
    play_list(&play, &list);
    assert_int_equal(play_scan(&play, &form), SCAN_PRODUCT);
    list.number = 1;
    list.blocks = (struct u32s){ &one, 1 };
    list.types = (struct u32s){ &one, 1 }; /* The ticket is of type 0. */
    play_list(&play, &list);
    assert_int_equal(play_scan(&play, &form), SCAN_PRODUCT);
    list.types = (struct u32s){ &zero, 1 };
    list.gates = (struct u32s){ &one, 1 };
    play_list(&play, &list);
    assert_int_equal(play_scan(&play, &form), SCAN_RULES);
    form.gate = 1;
    list.from_ms = play.now_ms + 1;
    play_list(&play, &list);
    assert_int_equal(play_scan(&play, &form), SCAN_INVALID_TIME);
    play.now_ms++;
    list.checks_id = true;
    play_list(&play, &list);
    assert_int_equal(play_scan(&play, &form), SCAN_INCOMPLETE);
    form.id_checked = true;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
}

static void lists_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const uint32_t backwards[] = { 1, 0 }, beyond = SMALL_GATES;
    struct set_checkin_list list = list_form();
    list.types = (struct u32s){ backwards, 2 };
    assert_int_equal(play_list(&play, &list), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "list.types");
    list = list_form();
    list.name[0] = 0;
    assert_int_equal(play_list(&play, &list), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "list.name");
    list = list_form();
    list.blocks = (struct u32s){ backwards, 2 };
    assert_int_equal(play_list(&play, &list), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "list.blocks");
    list = list_form();
    list.gates = (struct u32s){ &beyond, 1 };
    assert_int_equal(play_list(&play, &list), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "list.gates");
    list = list_form();
    list.from_ms = list.until_ms = 5;
    assert_int_equal(play_list(&play, &list), STATUS_BAD_FIELD);
    list = list_form();
    list.number = 1;
    assert_int_equal(play_list(&play, &list), STATUS_UNKNOWN_LIST);
    list.number = 0;
    for (int i = 0; i < CHECKIN_LISTS; i++)
        assert_int_equal(play_list(&play, &list), STATUS_OK);
    assert_int_equal(play_list(&play, &list), STATUS_LISTS_FULL);
}

static void rules_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    struct set_door_rules rules = play_rules_form(event);
    rules.offline = 0;
    assert_int_equal(play_rules(&play, &rules), STATUS_BAD_FIELD);
    rules = play_rules_form(event);
    rules.sealed_s = UINT32_MAX;
    assert_int_equal(play_rules(&play, &rules), STATUS_BAD_FIELD);
    rules = play_rules_form(ticket);
    assert_int_equal(play_rules(&play, &rules), STATUS_UNKNOWN_EVENT);
    rules = play_rules_form(event);
    assert_int_equal(play_rules(&play, &rules), STATUS_OK);
    assert_int_equal(play.facts.count, 1);
    assert_int_equal(play_rules(&play, &rules), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
}

/* ---- By hand ------------------------------------------------------------------------------- */

static void an_order_that_is_typed_must_mean_one_ticket(void **state)
{
    (void)state;
    static const uint32_t seat = 0;
    struct scan_ticket form = { .by_hand = true, .ticket = order, .nonce = 1 };
    struct id hold, pending;
    struct set_checkin_list list = list_form();
    assert_int_equal(play_scan(&play, &form), SCAN_AMBIGUOUS);
    form.ticket = ticket;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    form.ticket = event;
    assert_int_equal(play_scan(&play, &form), SCAN_INVALID);
    play_hold(&play, event, "bob", (struct u32s){ &seat, 1 }, &hold);
    play_confirm(&play, hold, &pending);
    form.ticket = pending;
    assert_int_equal(play_scan(&play, &form), SCAN_UNPAID);
    play_settle_payment(&play, PAYMENT_DONE);
    list.codes_only = true;
    play_list(&play, &list);
    form.list = 1;
    assert_int_equal(play_scan(&play, &form), SCAN_MEDIUM_INVALID);
    form.list = 0;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
}

/* ---- Forced, offline ------------------------------------------------------------------------ */

static void what_is_forced_is_kept_and_found_out(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(1);
    play_gate(&play, 0, GATE_CLOSED);
    form.forced = true;
    assert_int_equal(play_scan(&play, &form), SCAN_RULES);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->state, TICKET_CHECKED_IN);
    assert_int_equal(stadium_conflict_count(play.stadium), 1);
    assert_int_equal(stadium_conflict(play.stadium, 0)->result, SCAN_RULES);
    assert_int_equal(play_scan(&play, &form), SCAN_OK); /* Again. */
    assert_int_equal(stadium_conflict_count(play.stadium), 1);
}

/* I12: at most one is admitted; the others are found. */
static void what_two_gates_let_in_offline_is_found_at_the_upload(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(11);
    struct scan result;
    const int64_t first_ms = play.now_ms + 5000;
    play.now_ms += 60 * 1000;
    form.at_ms = first_ms;
    form.gate = 1;
    assert_int_equal(play_upload(&play, "one", 1, &form, 1, &result), STATUS_OK);
    assert_int_equal(result.result, SCAN_OK);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->admitted_ms, first_ms);
    form.gate = 2;
    form.nonce = 12;
    form.at_ms = first_ms + 1000;
    play_upload(&play, "two", 1, &form, 1, &result);
    assert_int_equal(result.result, SCAN_ALREADY_REDEEMED);
    const struct scan_conflict *conflict = stadium_conflict(play.stadium, 0);
    assert_int_equal(conflict->first_gate, 1);
    assert_int_equal(conflict->first_ms, first_ms);
    assert_int_equal(conflict->gate, 2);
    assert_int_equal(conflict->at_ms, first_ms + 1000);
    assert_string_equal(stadium_scanner(play.stadium, conflict->scanner - 1)->name, "two");
    assert_int_equal(stadium_event_find(play.stadium, event)->admitted, 1);
    /* Sent once more, all of it is in. */
    play_upload(&play, "two", 1, &form, 1, &result);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(stadium_door_rules(play.stadium, 0).conflicts, 1);
}

static uint32_t flow_in(uint32_t gate)
{
    return stadium_gates(play.stadium)[gate].flow_in_ppm;
}

/* The gate's flow is that of the last 30 s: who came in longer ago is in its total alone. */
static void what_was_offline_counts_when_it_was(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(11);
    struct scan result;
    play_wait(&play, 60 * 1000);
    form.gate = 1;
    form.at_ms = play.now_ms - 10 * 1000;
    play_upload(&play, "one", 1, &form, 1, &result);
    assert_int_equal(result.result, SCAN_OK);
    assert_int_equal(flow_in(1), 2); /* One in 30 s, */
    play_wait(&play, 19 * 1000);
    assert_int_equal(flow_in(1), 2);
    play_wait(&play, 2 * 1000);
    assert_int_equal(flow_in(1),
                     0); /* which are over 30 s after they came, not after the upload. */
    form.ticket = other;
    form.at_ms = play.now_ms - 40 * 1000;
    form.nonce = 12;
    play_upload(&play, "one", 2, &form, 1, &result);
    assert_int_equal(result.result, SCAN_OK);
    assert_int_equal(flow_in(1), 0);
    assert_int_equal(stadium_gates(play.stadium)[1].total_in, 2);
    assert_int_equal(play_replayed_digest(&play), stadium_digest(play.stadium));
}

/* The event begins an hour later: codes from before are good then. */
static void a_code_from_before_goes_by_the_present_times(void **state)
{
    (void)state;
    const struct event *row = stadium_event_find(play.stadium, event);
    struct scan_ticket form = form_of(1);
    const int64_t ended_ms = row->ends_ms;
    play_update(&play, event, "Put off");
    play.now_ms = ended_ms + 1;
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    form.ticket = other;
    play.now_ms = row->ends_ms + 1;
    assert_int_equal(play_scan(&play, &form), SCAN_INVALID_TIME);
}

static void an_upload_stops_before_a_ticket_comes_twice(void **state)
{
    (void)state;
    struct scan_ticket scans[3] = { form_of(1), form_of(2), form_of(3) };
    struct scan results[3];
    uint32_t index;
    scans[1].ticket = other;
    scans[2].exit = true;
    assert_int_equal(play_upload(&play, "one", 5, scans, 3, results), STATUS_OK);
    assert_int_equal(stadium_scanner_find(play.stadium, "one", &index)->last_sequence, 6);
    assert_int_equal(play_upload(&play, "one", 5, scans, 3, results), STATUS_OK);
    assert_int_equal(stadium_scanner_find(play.stadium, "one", &index)->last_sequence, 7);
    assert_int_equal(results[2].result, SCAN_OK);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->state, TICKET_CHECKED_OUT);
    assert_int_equal(stadium_ticket_find(play.stadium, other)->state, TICKET_CHECKED_IN);
}

static void who_came_in_with_an_older_code_does_not_use_up_the_ticket(void **state)
{
    (void)state;
    struct scan_ticket old = form_of(1);
    struct scan result;
    play_reissue(&play, ticket, "ann", "bob");
    play_upload(&play, "one", 1, &old, 1, &result);
    assert_int_equal(result.result, SCAN_REVOKED);
    assert_int_equal(stadium_conflict(play.stadium, 0)->result, SCAN_REVOKED);
    struct scan_ticket new = form_of(2);
    assert_int_equal(play_scan(&play, &new), SCAN_OK);
}

static void an_upload_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(1);
    struct scan result;
    assert_int_equal(play_upload(&play, "", 1, &form, 1, &result), STATUS_BAD_FIELD);
    assert_int_equal(play_upload(&play, "one", 0, &form, 1, &result), STATUS_BAD_FIELD);
    assert_int_equal(play_upload(&play, "one", 1, &form, 0, &result), STATUS_BAD_FIELD);
    form.gate = SMALL_GATES;
    assert_int_equal(play_upload(&play, "one", 1, &form, 1, &result), STATUS_UNKNOWN_GATE);
}

static void who_was_offline_hears_what_changed(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct u32s changed;
    const uint64_t before = stadium_seq(play.stadium);
    assert_true(stadium_door_changes(play.stadium, before, &arena, &changed));
    assert_int_equal(changed.count, 0);
    play_block(&play, other, "stolen");
    play_reissue(&play, ticket, "ann", "bob");
    assert_true(stadium_door_changes(play.stadium, before, &arena, &changed));
    assert_int_equal(changed.count, 2);
    assert_int_equal(changed.v[0], index_of(other));
    assert_int_equal(changed.v[1], index_of(ticket));
    assert_int_equal(stadium_event_ticket_count(play.stadium, 0), 2);
    assert_int_equal(stadium_event_ticket_first(play.stadium, 0), 1 + index_of(ticket));
    arena_fini(&arena);
}

/* ---- Media -------------------------------------------------------------------------------- */

static struct scan_ticket form_of_medium(const char *name, uint64_t nonce)
{
    struct scan_ticket form = play_scan_form(&play, (struct id){ 0 }, 0, nonce);
    memcpy(form.medium, name, strlen(name) + 1);
    return form;
}

static enum scan_result scan_medium(const char *name, uint64_t nonce)
{
    const struct scan_ticket form = form_of_medium(name, nonce);
    return play_scan(&play, &form);
}

static enum status issue(const char *name, struct id to)
{
    return play_medium(&play, MEDIUM_ISSUE, name, to, NULL);
}

static void a_ticket_is_exchanged_for_a_medium(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(1);
    assert_int_equal(scan_medium("band-1", 1), SCAN_MEDIUM_INVALID);
    assert_int_equal(issue("band-1", ticket), STATUS_OK);
    assert_int_equal(issue("band-1", ticket), STATUS_OK); /* The same again: */
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(play_scan(&play, &form), SCAN_ALREADY_EXCHANGED);
    form.by_hand = true;
    assert_int_equal(play_scan(&play, &form), SCAN_ALREADY_EXCHANGED);
    assert_int_equal(scan_medium("band-1", 2), SCAN_OK);
    assert_int_equal(scan_medium("band-1", 2), SCAN_OK); /* The same scan again. */
    assert_int_equal(scan_medium("band-1", 3), SCAN_ALREADY_REDEEMED);
    assert_int_equal(stadium_event_find(play.stadium, event)->admitted, 1);
    assert_int_equal(issue("band-1", other), STATUS_MEDIUM_IN_USE);
    assert_int_equal(play_medium(&play, MEDIUM_RETURN, "band-1", other, NULL), STATUS_OK);
    assert_int_equal(scan_medium("band-1", 4), SCAN_MEDIUM_INVALID);
    form.by_hand = false;
    assert_int_equal(play_scan(&play, &form), SCAN_ALREADY_REDEEMED); /* Who is in is in. */
    assert_int_equal(issue("band-1", other), STATUS_OK);
    assert_int_equal(scan_medium("band-1", 5), SCAN_OK);
}

static void a_medium_that_is_lost_opens_nothing(void **state)
{
    (void)state;
    const struct scan_ticket old = form_of(1);
    struct scan_ticket forced = form_of_medium("band-1", 1);
    issue("band-1", ticket);
    assert_int_equal(play_medium(&play, MEDIUM_BLOCK, "band-1", ticket, NULL), STATUS_BAD_FIELD);
    assert_int_equal(play_medium(&play, MEDIUM_BLOCK, "band-1", ticket, "lost"), STATUS_OK);
    assert_int_equal(scan_medium("band-1", 1), SCAN_MEDIUM_INVALID);
    assert_int_equal(play_scan(&play, &old), SCAN_ALREADY_EXCHANGED);
    forced.forced = true; /* Who found it is in; its ticket is not used up. */
    assert_int_equal(play_scan(&play, &forced), SCAN_MEDIUM_INVALID);
    assert_int_equal(stadium_conflict_count(play.stadium), 1);
    assert_int_equal(stadium_ticket_find(play.stadium, ticket)->state, TICKET_VALID);
    assert_int_equal(issue("band-1", other), STATUS_MEDIUM_BLOCKED);
    assert_int_equal(issue("band-2", ticket), STATUS_OK); /* It takes the first one's place, */
    assert_int_equal(scan_medium("band-1", 2), SCAN_MEDIUM_INVALID);
    assert_int_equal(scan_medium("band-2", 3), SCAN_OK);
    assert_int_equal(play_medium(&play, MEDIUM_UNBLOCK, "band-1", ticket, NULL),
                     STATUS_UNKNOWN_MEDIUM);
    assert_int_equal(issue("band-1", other), STATUS_OK); /* which is free again. */
}

static void what_was_exchanged_does_not_change_hands(void **state)
{
    (void)state;
    issue("band-1", ticket);
    assert_int_equal(play_reissue(&play, ticket, "ann", "bob"), STATUS_TICKET_EXCHANGED);
    assert_int_equal(play_reissue(&play, ticket, "ann", NULL), STATUS_TICKET_EXCHANGED);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_OWNER, 1), STATUS_TICKET_EXCHANGED);
    assert_int_equal(play_give_back(&play, order, POLICY_BY_ORGANISER, 1), STATUS_OK);
    assert_int_equal(scan_medium("band-1", 1), SCAN_CANCELLED);
    assert_int_equal(issue("band-1", other), STATUS_OK); /* Its ticket is good no more. */
    assert_int_equal(scan_medium("band-1", 2), SCAN_OK);
}

static void what_an_exchanged_ticket_let_in_offline_is_a_conflict(void **state)
{
    (void)state;
    struct scan_ticket form = form_of(7);
    struct scan result;
    form.at_ms = play.now_ms;
    issue("band-1", ticket);
    assert_int_equal(play_upload(&play, "gate-1", 1, &form, 1, &result), STATUS_OK);
    assert_int_equal(result.result, SCAN_ALREADY_EXCHANGED);
    assert_int_equal(stadium_conflict_count(play.stadium), 1);
    assert_int_equal(scan_medium("band-1", 8), SCAN_OK); /* And they come in. */
}

static void what_makes_no_sense_of_media_is_refused(void **state)
{
    (void)state;
    assert_int_equal(issue("", ticket), STATUS_BAD_FIELD);
    assert_int_equal(issue("band-1", (struct id){ 9, 9 }), STATUS_UNKNOWN_TICKET);
    assert_int_equal(play_medium(&play, MEDIUM_RETURN, "band-1", ticket, NULL),
                     STATUS_UNKNOWN_MEDIUM);
    play_block(&play, ticket, "stolen");
    assert_int_equal(issue("band-1", ticket), STATUS_TICKET_BLOCKED);
    play_cancel(&play, event);
    assert_int_equal(issue("band-1", other), STATUS_EVENT_CANCELLED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sold, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_that_is_given_away_is_the_others),
        TEST(tickets_that_were_given_are_listed_by_person),
        TEST(a_ticket_can_be_issued_again_to_the_same_person),
        TEST(what_stands_against_a_transfer),
        TEST(what_was_given_away_is_not_given_back_by_the_buyer),
        TEST(who_was_in_does_not_get_their_money_back),
        TEST(a_blocked_ticket_opens_nothing_until_it_is_unblocked),
        TEST(who_leaves_comes_in_again_only_with_re_entry),
        TEST(each_list_admits_once_and_counts),
        TEST(a_list_says_which_blocks_gates_and_times),
        TEST(lists_that_make_no_sense_are_refused),
        TEST(rules_that_make_no_sense_are_refused),
        TEST(an_order_that_is_typed_must_mean_one_ticket),
        TEST(what_is_forced_is_kept_and_found_out),
        TEST(what_two_gates_let_in_offline_is_found_at_the_upload),
        TEST(what_was_offline_counts_when_it_was),
        TEST(a_code_from_before_goes_by_the_present_times),
        TEST(an_upload_stops_before_a_ticket_comes_twice),
        TEST(who_came_in_with_an_older_code_does_not_use_up_the_ticket),
        TEST(an_upload_that_makes_no_sense_is_refused),
        TEST(who_was_offline_hears_what_changed),
        TEST(a_ticket_is_exchanged_for_a_medium),
        TEST(a_medium_that_is_lost_opens_nothing),
        TEST(what_was_exchanged_does_not_change_hands),
        TEST(what_an_exchanged_ticket_let_in_offline_is_a_conflict),
        TEST(what_makes_no_sense_of_media_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
