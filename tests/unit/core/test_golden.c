/*
 * Journals that older versions wrote must mean the same for ever: each file of golden/ is a
 * journal, one fact a line in hex, and the digest that replaying it gives. A new format gets a new
 * file beside the old ones (`test_core_golden write FILE`); an old file never changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play_addon.h"
#include "tests/support/play_allocation.h"
#include "tests/support/play_device.h"
#include "tests/support/play_join.h"
#include "tests/support/play_money.h"
#include "tests/support/play_question.h"
#include "tests/support/play_resale.h"
#include "tests/support/play_rule.h"
#include "tests/support/play_tickets.h"
#include "tests/support/play_wait.h"
#include "tests/support/play_waitroom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Writing ----------------------------------------------------------------------------- */

static void adopt_priced(struct play *play, uint32_t g0, uint32_t g1, uint32_t free_s)
{
    const struct proposed_split split = {
        .origin = SMALL_B2,
        .purpose = PURPOSE_EXIT,
        .count = 2,
        .stay_s = 100,
        .destination = { 0, 1 },
        .share_milli = { g0, g1 },
        .next_place = { SMALL_STAIRS, SMALL_SOUTH },
    };
    static const uint32_t all[] = { 0, 1, 2 };
    struct plan_bound bound = { .wanted = stadium_plan(play->stadium)->wanted,
                                .people = 780,
                                .fit_ms = 260000,
                                .bound_ms = 210000,
                                .cut_people = 480,
                                .cut_milli_ppm = 132686,
                                .cut_gate = { all + 1, 2 },
                                .cut_opening = { all, 1 } };
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan = (struct adopt_plan){ .wanted = bound.wanted,
                                                 .clearance_s = 300,
                                                 .free_clearance_s = free_s,
                                                 .splits = &split,
                                                 .split_count = 1,
                                                 .bound = &bound,
                                                 .compliance_milli = 640 };
    play_command(play, command);
    bound.exact = 1;
    bound.fit_ms -= 7000;
    command = (struct command){ .kind = COMMAND_BOUND_PLAN };
    command.as.bound_plan.bound = bound;
    play_command(play, command);
}

static void adopt(struct play *play, uint32_t g0, uint32_t g1)
{
    adopt_priced(play, g0, g1, 0);
}

/* A list and rules; a ticket that changes hands, is blocked for a while, comes in and leaves; and
 * another that a scanner let in offline. */
static void use_doors(struct play *play, struct id event, struct id ticket, struct id other)
{
    static const uint32_t all[] = { 0, 1 };
    struct set_door_rules rules = play_rules_form(event);
    struct set_checkin_list list = { .event = event, .name = "Lounge", .gates = { all, 2 } };
    struct scan_ticket form = play_scan_form(play, ticket, 0, 11);
    struct scan result;
    rules.reentry = true;
    list.blocks = (struct u32s){ all, 2 };
    list.checks_id = true;
    play_rules(play, &rules);
    play_list(play, &list);
    play_reissue(play, ticket, "ann", "bob");
    play_block(play, ticket, "reported stolen");
    play_scan(play, &form);
    play_block(play, ticket, NULL);
    form.generation = 2;
    play_scan(play, &form);
    form.exit = true;
    play_scan(play, &form);
    form.exit = false;
    form.list = 1;
    form.id_checked = true;
    play_scan(play, &form);
    form = play_scan_form(play, other, 1, 12);
    form.at_ms = play->now_ms - 1000;
    play_upload(play, "gate-2", 7, &form, 1, &result);
    form.nonce = 13;
    play_upload(play, "gate-3", 1, &form, 1, &result);
}

/* Two orders that are paid, one that is declined; somebody comes in; then it is cancelled. */
static void sell(struct play *play)
{
    static const uint32_t seats[] = { SMALL_SEATS - 1, SMALL_SEATS, SMALL_SEATS + 1 };
    struct id event = play_event(play), holds[3], order, paid;
    for (int i = 0; i < 3; i++)
        play_hold(play, event, "ann", (struct u32s){ &seats[i], 1 }, &holds[i]);
    play_confirm(play, holds[0], NULL);
    play_settle_payment(play, PAYMENT_DECLINED);
    play_confirm(play, holds[0], &paid);
    play_settle_payment(play, PAYMENT_DONE);
    play_confirm(play, holds[1], &order);
    struct scan_ticket form = play_scan_form(play, play_ticket(play, order, 0), 0, 1);
    play_scan(play, &form);
    form.nonce = 2;
    play_scan(play, &form);
    play_release(play, holds[2], "ann");
    use_doors(play, event, play_ticket(play, paid, 0), play_ticket(play, order, 0));
    play_cancel(play, event);
    play_settle(play);
    play_settle_payment(play, PAYMENT_DONE);
}

/* Some wait, one leaves, one is let in ahead; the others come in, and stay away. */
static void wait(struct play *play)
{
    struct id event = play_event(play);
    struct set_waitroom form = play_waitroom_form(play, event);
    play_set_waitroom(play, &form);
    play_enter_many(play, event, "p", 5);
    play_leave(play, event, "p1");
    play_admit(play, event, "p3");
    play_wait(play, 61000);
    play_hold_admitted(play, event, "p0", 3, NULL);
    play_wait(play, CLAIM_S * 1000);
}

/* An event with all there is to say, and a cart that is filled and changed. */
static void sell_types(struct play *play)
{
    static const uint32_t seats[] = { 0, 1, NO_SEAT }, types[] = { 0, 0, 1 };
    const struct wanted_lines lines = { .seats = { seats, 3 }, .types = { types, 3 } };
    const struct wanted_lines place = { .seats = { seats + 2, 1 }, .types = { types + 2, 1 } };
    struct create_event form = play_event_form(play);
    struct id hold, order;
    form.words.description = (struct bytes){ (const uint8_t *)"A cup final", 11 };
    snprintf(form.words.city, sizeof(form.words.city), "Bern");
    snprintf(form.by.person, sizeof(form.by.person), "club");
    form.series = stadium_events(play->stadium, &(uint32_t){ 0 })[0].id;
    play_create(play, &form);
    play->by = (struct actor){ .person = "club" };
    play_quota(play, form.id, "Standing", 10);
    play_type(play, form.id,
              &(struct ticket_type){ .name = "Standing",
                                     .general = 1,
                                     .quotas = 1,
                                     .tier_until_sold = { 1 },
                                     .tier_off_minor = { 500 },
                                     .tax_milli_percent = 19000,
                                     .fee_minor = 100,
                                     .max_per_person = 4 });
    play_voucher(play, form.id, "half-price", 3);
    play_publish(play, form.id);
    play_unpublish(play, form.id);
    play_update(play, form.id, "The cup final");
    play_publish(play, form.id);
    play_hold_lines(play, form.id, "ann", &lines, "", &hold);
    play_change(play, hold, 1, &place, "HALF-PRICE");
    play_extend(play, hold);
    play_confirm(play, hold, &order);
    play_settle_payment(play, PAYMENT_DONE);
    play->by = (struct actor){ 0 };
}

/* Three for one place: one goes, one is banned for a while, one comes again. */
static void join(struct play *play)
{
    struct id event = play_event(play);
    play_set_joining(play, event, 1);
    play_join(play, event, "ann");
    play_join(play, event, "bob");
    play_join(play, event, "cyd");
    play_unjoin(play, event, "ann");
    play_settle(play);
    play_ban(play, event, "cyd", 0);
    play_unban(play, event, "cyd");
    play_join(play, event, "ann");
}

static uint32_t last_payment(const struct play *play)
{
    const struct payment *open = stadium_payment_open(play->stadium);
    return open ? open->number : 0;
}

static struct id order_for(struct play *play, struct id event, uint32_t seat)
{
    struct id hold, order;
    play_hold(play, event, "bob", (struct u32s){ &seat, 1 }, &hold);
    play_confirm(play, hold, &order);
    return order;
}

/* Paid late, given back, exchanged with and without paying for it, approved and rejected. */
static void settle(struct play *play)
{
    const struct id event = play_event(play);
    struct set_policy terms = play_terms_form(event);
    uint32_t seat = 4;
    struct id order = order_for(play, event, 1), hold;
    play_terms(play, &terms);
    play_answer(play, last_payment(play), PAYMENT_PENDING, 0);
    play_wait(play, 1000 * (int64_t)PAYMENT_TTL_S);
    play_answer(play, last_payment(play), PAYMENT_DONE, 0);
    play_give_back(play, order, POLICY_BY_OWNER, 0);
    play_answer(play, last_payment(play), PAYMENT_DONE, 0);
    order = order_for(play, event, SMALL_SEATS);
    play_hold(play, event, "bob", (struct u32s){ &seat, 1 }, &hold);
    play_exchange(play, order, 1, hold, "tok_ok");
    play_answer(play, last_payment(play), PAYMENT_DECLINED, 0);
    play_exchange(play, order, 1, hold, "tok_ok");
    play_answer(play, last_payment(play), PAYMENT_DONE, 0);
    terms.approval_required = true;
    play_terms(play, &terms);
    order = order_for(play, event, 6);
    play_answer(play, last_payment(play), PAYMENT_DONE, 0);
    play_approve(play, order);
    play_answer(play, last_payment(play), PAYMENT_DONE, 0);
    play_reject(play, order_for(play, event, 7));
}

/* A short match day that has every kind of fact but those that are written no more. */
/* Three wait for one place: one takes it, one goes, one waits in vain. */
static void wait_for_tickets(struct play *play)
{
    static const char *const people[] = { "ann", "bob", "cyd" };
    const struct ticket_type lawn = { .name = "Lawn", .general = 1, .quotas = 1 };
    struct id event = play_event(play);
    play_quota(play, event, "Lawn", 0);
    play_type(play, event, &lawn);
    play_set_waitlist(play, event, 0, 0);
    for (int i = 0; i < 3; i++)
        play_enter_waitlist(play, event, people[i], 1, 1);
    play_quota_grows(play, event, 1);
    play_settle(play);
    play_leave_waitlist(play, event, "bob");
}

static void pay_all(struct play *play)
{
    while (last_payment(play))
        play_answer(play, last_payment(play), PAYMENT_DONE, 0);
}

/* Offered, taken back, offered again and sold. */
static void resell(struct play *play)
{
    const struct id event = play_event(play);
    struct id order = order_for(play, event, 3), hold;
    pay_all(play);
    const struct id ticket = play_ticket(play, order, 0);
    play_resale(play, event, 90, 250);
    play_offer(play, ticket, 2000);
    play_withdraw(play, ticket);
    play_offer(play, ticket, 2250);
    play_hold_offer(play, ticket, "cyd", &hold);
    play_confirm(play, hold, &order);
    pay_all(play);
}

/* Two seats are kept for a while. */
static void keep_seats(struct play *play)
{
    const struct id event = play_event(play);
    play_allocation(play, event, 0, "club", 10, 2, play->now_ms + 1000);
    play_wait(play, 1000);
}

/* A camera that errs, until somebody counts. */
static void sense(struct play *play)
{
    play_sensed(play, SMALL_NORTH, 40);
    play->now_ms += 1000;
    play_sensed(play, SMALL_NORTH, 52);
    play_sensed(play, SMALL_SOUTH, 30);
    play->now_ms += 1000;
    play_people(play, SMALL_SOUTH, 31);
    play->now_ms += 300000; /* A forecast that is judged. */
    play_people(play, SMALL_SOUTH, 20);
}

/* A seat that brings a scarf, and a place for the car; one of two is given back. */
static void sell_extras(struct play *play)
{
    const struct id event = play_event(play);
    const uint32_t scarf = play_extra(play, event, "Scarf", 5, 900);
    const uint32_t parking = play_extra(play, event, "Parking", 5, 500);
    uint32_t seat[] = { 3, 4, NO_SEAT }, type[] = { 0, 0, parking }, with[] = { 0, 0, 2 };
    const struct wanted_lines lines = { .seats = { seat, 3 },
                                        .types = { type, 3 },
                                        .with = { with, 3 } };
    const struct set_policy terms = play_terms_form(event);
    struct id hold, order;
    play_terms(play, &terms);
    play_addon(play, event, scarf, 1, 0, 0);
    play_addon(play, event, parking, 1, 0, 1);
    play_bundle(play, event, 0, scarf, 1, 300);
    play_hold_lines(play, event, "ann", &lines, "", &hold);
    play_confirm(play, hold, &order);
    pay_all(play);
    play_give_back(play, order, POLICY_BY_OWNER, 1);
    pay_all(play);
}

static void ask_buyers(struct play *play)
{
    static const uint32_t seat = 5;
    const struct id event = play_event(play);
    struct id hold;
    play_question(play, event, "Which bus?", "North\0South", 2, 0);
    play_question(play, event, "Meat?", NULL, 0, 1);
    play_hold(play, event, "ann", (struct u32s){ (uint32_t *)&seat, 1 }, &hold);
    play_answers(play, hold, 2, (uint32_t[]){ 1, 0, 2, 2, 1, 1 }, NULL);
    play_withdraw_question(play, event, 2);
    pay_all(play);
}

/* A gateway with two behind it falls silent, and one device by itself. */
static void watch_devices(struct play *play)
{
    play_gateway(play, "gw-1");
    play_device_behind(play, "cam-1", "gw-1");
    play_device_behind(play, "cam-2", "gw-1");
    struct set_device form = play_device_form("cam-3", SMALL_SOUTH);
    form.is.located = 1;
    form.is.x_cm = -120;
    form.is.y_cm = 450;
    form.is.level = -1;
    play_set_device(play, &form);
    play_registration(play, true);
    play_heard(play, 0, 4);
    play_silent(play, 0, 4);
    play_wait(play, 11000);
    play_heard(play, 0, 3);
    play_settle(play);
    play_tend_device(play, COMMAND_ROTATE_DEVICE, "cam-1");
    play_tend_device(play, COMMAND_RETIRE_DEVICE, "cam-3");
    play_settle(play);
}

/* A type of which one means of payment buys two; one is given back. */
static void bound_means(struct play *play)
{
    static const uint32_t seats[] = { 11, 12 };
    const struct id event = play_event(play);
    const struct ticket_type family = { .name = "Family", .max_per_means = 2 };
    const struct set_policy terms = play_terms_form(event);
    struct id order[2];
    play_terms(play, &terms);
    play_type(play, event, &family);
    for (int i = 0; i < 2; i++) {
        uint32_t seat = seats[i], type = 1;
        const struct wanted_lines lines = { .seats = { &seat, 1 }, .types = { &type, 1 } };
        struct id hold;
        play_hold_lines(play, event, "ann", &lines, "", &hold);
        play_confirm_by(play, hold, "5e1f", &order[i]);
        pay_all(play);
    }
    play_give_back(play, order[0], POLICY_BY_OWNER, 1);
    pay_all(play);
}

/* One over the crowd, one over what a device measures. */
static void make_rules(struct play *play)
{
    struct rule_set north = play_rule_form("north", SMALL_NORTH);
    const struct rule_set heat = play_measured_form("heat");
    north.hold_ms = 1000;
    play_set_rule(play, &north);
    play_set_rule(play, &heat);
    play_people(play, SMALL_NORTH, 210);
    play_measured(play, 1, 41250);
    play_wait(play, 2000);
    play_measured(play, 1, -5000);
    play_settle(play);
    play_delete_rule(play, "north");
    play_settle(play);
}

/* A business of another country buys without tax. */
static void sell_reversed(struct play *play)
{
    const struct id event = play_event(play);
    const struct ticket_type taxed = {
        .name = "Taxed", .fee_minor = 130, .tax_milli_percent = 19000, .tax_included = 1
    };
    struct set_policy terms = play_terms_form(event);
    uint32_t seat = 14, type = 1;
    const struct wanted_lines lines = { .seats = { &seat, 1 }, .types = { &type, 1 } };
    struct id hold, order;
    memcpy(terms.tax_country, "DE", sizeof("DE"));
    play_terms(play, &terms);
    play_type(play, event, &taxed);
    play_hold_lines(play, event, "ann", &lines, "", &hold);
    play_buyer(play, hold, "ATU12345678");
    play_confirm(play, hold, &order);
    pay_all(play);
    play_give_back(play, order, POLICY_BY_OWNER, 1);
    pay_all(play);
}

/* What the provider and the cash box have is paid out; one statement is recorded wrongly. */
static void pay_out(struct play *play)
{
    static const uint32_t seats[] = { 16, 17 };
    const struct id event = play_event(play);
    struct id hold;
    play_hold(play, event, "ann", (struct u32s){ &seats[0], 1 }, &hold);
    play_confirm(play, hold, NULL);
    pay_all(play);
    play_hold(play, event, "bob", (struct u32s){ &seats[1], 1 }, &hold);
    play_sell(play, hold, TENDER_CASH, NULL);
    play_settlement(play, event, LEDGER_PROVIDER, 400, 12, "po-1");
    play_settlement(play, event, LEDGER_CASH_BOX, play_balance(play, event, LEDGER_CASH_BOX), 0,
                    "till");
    play_void(play, event, 1);
    play_settlement(play, event, LEDGER_PROVIDER, play_balance(play, event, LEDGER_PROVIDER), 14,
                    "po-1");
}

/* A ticket is exchanged for a band, which is lost; another takes its place, and is handed back. */
static void give_bands(struct play *play)
{
    static const uint32_t seat = 18;
    const struct id event = play_event(play);
    struct id hold, order;
    play_hold(play, event, "ann", (struct u32s){ &seat, 1 }, &hold);
    play_confirm(play, hold, &order);
    pay_all(play);
    const struct id ticket = play_ticket(play, order, 0);
    play_medium(play, MEDIUM_ISSUE, "band-1", ticket, NULL);
    play_medium(play, MEDIUM_BLOCK, "band-1", (struct id){ 0 }, "lost");
    play_medium(play, MEDIUM_ISSUE, "band-2", ticket, NULL);
    play_medium(play, MEDIUM_RETURN, "band-2", (struct id){ 0 }, NULL);
}

/* A blocked stair; a split that is fixed, an exit that is forbidden, and what that costs. */
static void override_signs(struct play *play)
{
    const struct override fixed = { .origin = SMALL_B2,
                                    .purpose = PURPOSE_EXIT,
                                    .kind = OVERRIDE_FIXED,
                                    .count = 2,
                                    .destination = { 0, 1 },
                                    .share_milli = { 250, 750 },
                                    .reason = "by the police" };
    const struct override forbidden = { .origin = SMALL_B1,
                                        .purpose = PURPOSE_EXIT,
                                        .kind = OVERRIDE_FORBIDDEN,
                                        .count = 1,
                                        .destination = { 2 } };
    struct override back = forbidden;
    back.kind = OVERRIDE_TAKEN_BACK;
    back.count = 0;
    play_opening(play, 3, GATE_CLOSED);
    play_override(play, &fixed);
    play_override(play, &forbidden);
    play_settle(play);
    adopt_priced(play, 250, 750, 290);
    play_override(play, &back);
    play_opening(play, 3, GATE_OPEN);
    play_settle(play);
    adopt_priced(play, 250, 750, 280);
}

static void golden_day(struct play *play)
{
    struct source source = { "sim", 1 };
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .sources = &source, .source_count = 1 };
    play->now_ms = 1778942460000; /* 2026-05-16T14:41:00Z */
    play_import(play);
    play_command(play, command);
    adopt(play, 0, 1000);
    play_phase(play, PHASE_EGRESS);
    play_people(play, SMALL_B2, 480);
    play_people(play, SMALL_SOUTH, 300);
    play_settle(play);
    adopt(play, 0, 1000);
    play_gate(play, 1, GATE_CLOSED);
    play_settle(play);
    play_passed(play, 0, 1, 12);
    play_queue(play, 2, 40, 3);
    play_wait(play, 11000);
    play_acknowledge(play, 1);
    play_shelve(play, 1, 2000);
    play_wait(play, 2000);
    play_people(play, SMALL_SOUTH, 380);
    play_settle(play);
    play_gate(play, 1, GATE_OPEN);
    play_settle(play);
    adopt(play, 400, 600);
    play_people(play, SMALL_SOUTH, 20);
    play_wait(play, 21000);
    play_answered(play, &(struct answered){ .scope_high = UINT64_MAX,
                                            .scope_low = 1,
                                            .body_high = 2,
                                            .body_low = 3,
                                            .caller = 4,
                                            .code = 9,
                                            .answer = { (const uint8_t *)"\x08\x09", 2 } });
    sell(play);
    wait(play);
    sell_types(play);
    join(play);
    settle(play);
    wait_for_tickets(play);
    resell(play);
    keep_seats(play);
    sense(play);
    sell_extras(play);
    ask_buyers(play);
    watch_devices(play);
    bound_means(play);
    make_rules(play);
    sell_reversed(play);
    override_signs(play);
    pay_out(play);
    give_bands(play);
}

static int write_golden(const char *path)
{
    struct play play;
    play_init(&play, NULL);
    golden_day(&play);
    FILE *out = fopen(path, "w");
    if (!out)
        return 1;
    for (uint32_t i = 0; i < play.journal_count; i++) {
        for (size_t k = 0; k < play.journal[i].size; k++)
            fprintf(out, "%02x", play.journal[i].data[k]);
        fprintf(out, "\n");
    }
    fprintf(out, "digest %016llx\n", (unsigned long long)stadium_digest(play.stadium));
    play_fini(&play);
    return fclose(out) != 0;
}

/* ---- Replaying --------------------------------------------------------------------------- */

static size_t from_hex(const char *line, uint8_t *data)
{
    size_t size = 0;
    unsigned byte;
    for (; sscanf(line, "%2x", &byte) == 1; line += 2)
        data[size++] = (uint8_t)byte;
    return size;
}

/* Replays one file and marks the kinds that are in it. */
static void replay(const char *path, bool *seen)
{
    static char line[8192];
    static uint8_t data[sizeof(line) / 2];
    unsigned long long expected = 0;
    struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct arena arena = { 0 };
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    while (fgets(line, sizeof(line), in) && sscanf(line, "digest %llx", &expected) != 1) {
        struct fact fact;
        arena_reset(&arena);
        assert_true(fact_decode((struct bytes){ data, from_hex(line, data) }, &arena, &fact));
        stadium_evolve(stadium, &fact);
        seen[fact.kind] = true;
        struct bytes again = fact_encode(&fact, &arena);
        assert_memory_equal(again.data, data, again.size);
    }
    fclose(in);
    assert_true(expected != 0);
    assert_true(stadium_digest(stadium) == expected);
    stadium_destroy(stadium);
    arena_fini(&arena);
}

enum { KINDS = 1024 };

static void old_journals_still_give_their_digests(void **state)
{
    (void)state;
    static const char *const files[] = {
        GOLDEN_DIR "/journal-1.txt",
        GOLDEN_DIR "/journal-2-alarms-answered.txt",
        GOLDEN_DIR "/journal-3-writes-answered.txt",
        GOLDEN_DIR "/journal-4-tickets.txt",
        GOLDEN_DIR "/journal-5-doors.txt",
        GOLDEN_DIR "/journal-6-waiting-room.txt",
        GOLDEN_DIR "/journal-7-ticket-types.txt",
        GOLDEN_DIR "/journal-8-joins.txt",
        GOLDEN_DIR "/journal-9-money.txt",
        GOLDEN_DIR "/journal-10-waitlist.txt",
        GOLDEN_DIR "/journal-11-resale.txt",
        GOLDEN_DIR "/journal-12-allocations.txt",
        GOLDEN_DIR "/journal-13-estimates.txt",
        GOLDEN_DIR "/journal-14-forecasts.txt",
        GOLDEN_DIR "/journal-15-addons.txt",
        GOLDEN_DIR "/journal-16-plan-bounds.txt",
        GOLDEN_DIR "/journal-17-devices.txt",
        GOLDEN_DIR "/journal-18-means.txt",
        GOLDEN_DIR "/journal-19-rules.txt",
        GOLDEN_DIR "/journal-20-reverse-charge.txt",
        GOLDEN_DIR "/journal-21-overrides.txt",
        GOLDEN_DIR "/journal-22-settlements.txt",
        GOLDEN_DIR "/journal-23-media.txt",
    };
    bool seen[KINDS] = { false };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        replay(files[i], seen);
    for (enum fact_kind kind = fact_kind_next(0); kind; kind = fact_kind_next(kind)) {
        if (!seen[kind])
            fail_msg("no %s in the golden journals", fact_fields(kind)->name);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "write") == 0)
        return write_golden(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_journals_still_give_their_digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
