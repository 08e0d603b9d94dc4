#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/state.h"
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
#include "tests/support/seed.h"

#include <string.h>

static uint32_t draw(void *ctx, uint32_t bound)
{
    return prng_below(ctx, bound);
}

/* ---- Sensitivity ------------------------------------------------------------------------- */

struct tamper {
    const struct stadium *stadium;
    uint64_t digest;
    bool seen[ROW_KINDS];
};

/* Changes one bit of the field, looks at the digest, and changes it back. */
static void tamper_field(const struct tamper *tamper, const struct field *field, const void *row)
{
    unsigned char *at = (unsigned char *)row + field->offset;
    if (field->type == FIELD_U32S) {
        struct u32s *column = (struct u32s *)at;
        column->count--;
        assert_int_not_equal(stadium_digest_anew(tamper->stadium), tamper->digest);
        column->count++;
        return;
    }
    assert_int_not_equal(field->type, FIELD_U64S); /* No row of state has any. */
    if (field->type == FIELD_BYTES) {
        struct bytes *bytes = (struct bytes *)at;
        bytes->size--;
        assert_int_not_equal(stadium_digest_anew(tamper->stadium), tamper->digest);
        bytes->size++;
        return;
    }
    size_t step = field->type == FIELD_U32_ARRAY   ? sizeof(uint32_t)
                  : field->type == FIELD_U64_ARRAY ? sizeof(uint64_t)
                                                   : field->size;
    for (size_t k = 0; k < field->size; k += step) {
        at[k] ^= 0x20;
        assert_int_not_equal(stadium_digest_anew(tamper->stadium), tamper->digest);
        at[k] ^= 0x20;
    }
}

static void tamper_seat(const struct tamper *tamper, uint32_t key)
{
    struct seat *seat = &tamper->stadium->booking.sales[key / (SMALL_BLOCKS * SMALL_SEATS)]
                             .seats[key % (SMALL_BLOCKS * SMALL_SEATS)];
    const struct seat before = *seat;
    seat->state ^= 1;
    assert_int_not_equal(stadium_digest_anew(tamper->stadium), tamper->digest);
    *seat = before;
    seat->owner ^= 0x20;
    assert_int_not_equal(stadium_digest_anew(tamper->stadium), tamper->digest);
    *seat = before;
    seat->version ^= 0x20;
    assert_int_not_equal(stadium_digest_anew(tamper->stadium), tamper->digest);
    *seat = before;
}

static void tamper_row(void *ctx, enum row_kind kind, uint32_t key, const void *row)
{
    struct tamper *tamper = ctx;
    tamper->seen[kind] = true;
    if (kind == ROW_SEAT) { /* What is visited is a copy. */
        tamper_seat(tamper, key);
        return;
    }
    const struct fields *fields = row_fields(kind);
    for (size_t i = 0; i < fields->count; i++)
        tamper_field(tamper, &fields->rows[i], row);
}

/* A list, somebody else's ticket that comes in twice, once by a scanner that was offline, and is
 * exchanged. */
static void use_doors(struct play *play, struct id event, struct id ticket)
{
    static const uint32_t zero = 0, one = 1;
    struct set_checkin_list list = { .event = event,
                                     .name = "west",
                                     .until_ms = INT64_MAX / 100000 };
    struct scan_ticket form = play_scan_form(play, ticket, 1, 1);
    struct scan result;
    list.blocks = list.gates = (struct u32s){ &one, 1 };
    list.types = (struct u32s){ &zero, 1 };
    play_list(play, &list);
    play_reissue(play, ticket, "ann", "bob");
    form.generation = 2;
    form.list = 1;
    play_scan(play, &form);
    form.nonce = 2;
    play_upload(play, "spare", 1, &form, 1, &result);
    play_medium(play, MEDIUM_ISSUE, "band-1", ticket, NULL);
    play_block(play, ticket, "stolen");
}

/* One order that is paid and given back, of which the refund waits. */
static void change(struct play *play, struct id event)
{
    static const uint32_t seat = 9;
    const struct set_policy terms = play_terms_form(event);
    struct id hold, order;
    play_terms(play, &terms);
    play_hold(play, event, "bob", (struct u32s){ (uint32_t *)&seat, 1 }, &hold);
    play_confirm(play, hold, &order);
    const uint32_t number = play->stadium->booking.payment_number;
    play_answer(play, number, PAYMENT_DONE, 0);
    play_give_back(play, order, POLICY_BY_OWNER, 0);
    play_answer(play, number + 1, PAYMENT_PENDING, 0);
}

/* A ticket that is offered to others. */
static void offer(struct play *play, struct id event)
{
    static const uint32_t seat = 10;
    struct id hold, order;
    play_hold(play, event, "bob", (struct u32s){ (uint32_t *)&seat, 1 }, &hold);
    play_confirm(play, hold, &order);
    play_answer(play, play->stadium->booking.payment_number, PAYMENT_DONE, 0);
    play_resale(play, event, 100, 500);
    play_offer(play, play_ticket(play, order, 0), 1000);
}

/* One order with a ticket, one that waits for its payment; an event that says all there is to say.
 */
static void sell(struct play *play)
{
    static const uint32_t seats[] = { 7, SMALL_SEATS };
    struct id event = play_event(play), hold, order;
    for (int i = 0; i < 2; i++) {
        play_hold(play, event, "ann", (struct u32s){ &seats[i], 1 }, &hold);
        play_confirm(play, hold, &order);
    }
    use_doors(play, event, play_ticket(play, order, 0));
    change(play, event);
    offer(play, event);
    play_allocation(play, event, 0, "CLUB", 3, 2, 0);
    play_addon(play, event, play_extra(play, event, "Scarf", 5, 900), 1, 0, 2);
    play_bundle(play, event, 0, 1, 1, 300);
    play_type(play, event, &(struct ticket_type){ .name = "Family", .max_per_means = 2 });
    play_hold(play, event, "ann", (struct u32s){ (uint32_t[]){ 13 }, 1 }, &hold);
    play_confirm_by(play, hold, "5e1f", NULL);
    play_question(play, event, "Which bus?", "North\0South", 2, 0);
    play_hold(play, event, "ann", (struct u32s){ (uint32_t[]){ 12 }, 1 }, &hold);
    play_answers(play, hold, 1, (uint32_t[]){ 1, 0, 2 }, NULL);
    struct set_policy terms = play_terms_form(event);
    memcpy(terms.tax_country, "DE", sizeof("DE"));
    play_terms(play, &terms);
    play_hold(play, event, "ann", (struct u32s){ (uint32_t[]){ 14 }, 1 }, &hold);
    play_buyer(play, hold, "ATU12345678");
    play_settlement(play, event, LEDGER_PROVIDER, 1, 1, "po-1");
    struct create_event form = play_event_form(play);
    form.words.description = (struct bytes){ (const uint8_t *)"Derby", 5 };
    play_create(play, &form);
    play_quota(play, event, "Standing", 10);
    play_voucher(play, event, "CODE", 3);
    play_type(play, event, &(struct ticket_type){ .name = "Standing", .general = 1, .quotas = 1 });
}

/* Some who stand in line. */
static void wait(struct play *play)
{
    struct set_waitroom form = play_waitroom_form(play, play_event(play));
    play_set_waitroom(play, &form);
    play_enter_many(play, form.event, "p", 3);
    play_set_joining(play, form.event, 1);
    play_join(play, form.event, "ann");
    play_ban(play, form.event, "bob", 0);
    play_quota(play, form.event, "None", 0);
    play_type(play, form.event, &(struct ticket_type){ .name = "None", .general = 1, .quotas = 1 });
    play_set_waitlist(play, form.event, 5, 0);
    play_enter_waitlist(play, form.event, "cyd", 1, 1);
}

/* A plan that comes with what no plan can beat. */
static void bound(struct play *play)
{
    static const uint32_t one = 1;
    const struct plan_bound bound = { .wanted = stadium_plan(play->stadium)->wanted,
                                      .people = 100,
                                      .cut_gate = { &one, 1 },
                                      .cut_opening = { &one, 1 } };
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan = (struct adopt_plan){ .wanted = bound.wanted, .bound = &bound };
    play_command(play, command);
    command = (struct command){ .kind = COMMAND_BOUND_PLAN };
    command.as.bound_plan.bound = bound;
    play_command(play, command);
}

static void every_field_of_every_row_changes_the_digest(void **state)
{
    (void)state;
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    play_people(&play, SMALL_B1, 100);
    play_sensed(&play, SMALL_NORTH, 10);
    struct source source = { "sim", 1 };
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .sources = &source, .source_count = 1 };
    play_command(&play, command);
    play_stage(&play, (struct u32s){ (uint32_t[]){ 0 }, 1 });
    play_people(&play, SMALL_B1, 100);
    play_gate(&play, 0, GATE_CLOSED);
    play_settle(&play);
    play_acknowledge(&play, 1);
    bound(&play);
    sell(&play);
    wait(&play);
    play_device(&play, "cam-1", SMALL_NORTH);
    play_opening(&play, 1, GATE_CLOSED);
    play_override(&play, &(struct override){ .origin = SMALL_B1,
                                             .purpose = PURPOSE_EXIT,
                                             .kind = OVERRIDE_FORBIDDEN,
                                             .count = 1,
                                             .destination = { 2 } });
    const struct rule_set rule = play_rule_form("north", SMALL_NORTH);
    play_set_rule(&play, &rule);
    struct tamper tamper = { play.stadium, stadium_digest_anew(play.stadium), { false } };
    stadium_each_row(play.stadium, tamper_row, &tamper);
    for (int kind = 0; kind < ROW_KINDS; kind++)
        assert_true(tamper.seen[kind]);
    stadium_check(play.stadium);
    play_fini(&play);
}

static size_t field_align(const struct field *field)
{
    switch (field->type) {
    case FIELD_TEXT:
        return 1;
    case FIELD_U32:
    case FIELD_I32:
    case FIELD_U32_ARRAY:
        return 4;
    default:
        return 8;
    }
}

/* No member of a row may be missing from its table: between fields lies nothing but padding. */
static void tables_cover_their_structs(void **state)
{
    (void)state;
    for (enum row_kind kind = 0; kind < ROW_KINDS; kind++) {
        const struct fields *fields = row_fields(kind);
        size_t at = 0, align = 1;
        while (at < fields->size) {
            const struct field *next = NULL;
            for (size_t i = 0; i < fields->count; i++) {
                const struct field *field = &fields->rows[i];
                if (field->offset >= at && (!next || field->offset < next->offset))
                    next = field;
            }
            size_t gap = (next ? next->offset : fields->size) - at;
            align = next && field_align(next) > align ? field_align(next) : align;
            if (gap >= (next ? field_align(next) : align))
                fail_msg("%s: %zu bytes at %zu are in no field", fields->name, gap, at);
            at = next ? next->offset + next->size : fields->size;
        }
    }
}

/* ---- Replay ------------------------------------------------------------------------------ */

static uint64_t play_and_replay(void (*step)(struct play *, const struct dice *), int rounds,
                                int steps)
{
    const uint64_t seed = test_seed();
    uint64_t facts = 0;
    for (int round = 0; round < rounds; round++) {
        struct prng prng = { seed + (uint64_t)round };
        const struct dice dice = { draw, &prng };
        struct play play;
        play_init(&play, NULL);
        for (int i = 0; i < steps; i++)
            step(&play, &dice);
        assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
        facts += play.journal_count;
        play_fini(&play);
    }
    return facts;
}

static void replaying_the_facts_gives_the_same_digest(void **state)
{
    (void)state;
    assert_true(play_and_replay(play_random, 40, 300) > 10000);
}

static void so_it_does_where_many_wait(void **state)
{
    (void)state;
    assert_true(play_and_replay(play_random_crowded, 30, 800) > 6000);
}

static void a_refused_command_changes_nothing(void **state)
{
    (void)state;
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    uint64_t digest = stadium_digest(play.stadium), seq = stadium_seq(play.stadium);
    assert_int_equal(play_gate(&play, 99, GATE_CLOSED), STATUS_UNKNOWN_GATE);
    assert_int_equal(play_people(&play, 99, 1), STATUS_BAD_FIELD);
    assert_true(stadium_digest(play.stadium) == digest && stadium_seq(play.stadium) == seq);
    play_fini(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_every_row_changes_the_digest),
        cmocka_unit_test(tables_cover_their_structs),
        cmocka_unit_test(replaying_the_facts_gives_the_same_digest),
        cmocka_unit_test(so_it_does_where_many_wait),
        cmocka_unit_test(a_refused_command_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
