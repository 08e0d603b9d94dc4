/* What facts come to in the records, against the stadium that made them. */
#include "tests/unit/records/match.h"

#include "server/adapters/memory/records.h"
#include "server/records/project.h"
#include "server/records/rows.h"
#include "tests/support/seed.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MATCHES = 50, STEPS = 400 };

/* A match, and the records of it. */
static struct subject {
    struct match match;
    struct memory_records memory;
    struct records *records;
} subjects[MATCHES], *now;

/* Over all matches, so that no test looks at nothing. */
static struct {
    uint32_t stages, sources, alarms, seats, orders, tickets, admissions, conflicts, media;
} seen;

#define EACH_MATCH for (now = subjects; now < subjects + MATCHES; now++)

static int start(void **state)
{
    char why[RECORDS_WHY_SIZE];
    const uint64_t seed = test_seed();
    struct arena arena = { 0 };
    (void)state;
    EACH_MATCH
    {
        struct match *match = &now->match;
        match_init(match, seed + (uint64_t)(now - subjects));
        for (int i = 0; i < STEPS; i++)
            match_step(match);
        const struct records_place place = memory_records_place(&now->memory);
        assert_int_equal(place.open(&place, &records_schema, false, &now->records, why, sizeof why),
                         STATUS_OK);
        for (uint32_t i = 0; i < match->play.journal_count; i++) {
            struct fact fact;
            arena_reset(&arena);
            assert_true(fact_decode(match->play.journal[i], &arena, &fact));
            project(now->records, i + 1, &fact);
        }
        assert_int_equal(
            now->records->ops->commit(now->records, match->play.journal_count, why, sizeof why),
            STATUS_OK);
    }
    arena_fini(&arena);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    EACH_MATCH
    {
        now->records->ops->close(now->records);
        memory_records_fini(&now->memory);
        match_fini(&now->match);
    }
    return 0;
}

static void must_get(uint32_t table, void *row)
{
    assert_true(now->records->ops->get(now->records, table, row));
}

static bool count_row(void *ctx, const void *row)
{
    (void)row;
    ++*(uint32_t *)ctx;
    return true;
}

static uint32_t rows_of(uint32_t table)
{
    char why[RECORDS_WHY_SIZE];
    uint32_t count = 0;
    assert_int_equal(
        now->records->ops->each(now->records, table, NULL, 0, count_row, &count, why, sizeof why),
        STATUS_OK);
    return count;
}

static bool keep_last(void *ctx, const void *row)
{
    *(struct phase_change_record *)ctx = *(const struct phase_change_record *)row;
    return true;
}

/* Rows come in the order of their keys. */
static void check_the_phase_is_the_last_one_with_its_blocks(void)
{
    const struct phase *phase = stadium_phase(now->match.play.stadium);
    struct phase_change_record last = { 0 };
    char why[RECORDS_WHY_SIZE];
    assert_int_equal(now->records->ops->each(now->records, RECORDS_PHASE_CHANGE, NULL, 0, keep_last,
                                             &last, why, sizeof why),
                     STATUS_OK);
    assert_int_equal(last.started_ms, phase->started_ms);
    for (uint32_t i = 0; i < phase->leave_block.count; i++) {
        struct phase_block_record row = { last.seq, phase->leave_block.v[i] };
        must_get(RECORDS_PHASE_BLOCK, &row);
    }
    seen.stages += phase->leave_block.count > 0;
}

static void same_id(const char *text, struct id id)
{
    char hex[40];
    snprintf(hex, sizeof hex, "%016" PRIx64 "%016" PRIx64, id.high, id.low);
    assert_string_equal(text, hex);
}

static void check_the_ground_is_there_row_by_row(void)
{
    const struct venue *venue = stadium_venue(now->match.play.stadium);
    struct venue_record own = { 0 };
    must_get(RECORDS_VENUE, &own);
    assert_string_equal(own.id, venue->id);
    assert_int_equal(rows_of(RECORDS_ZONE), venue->zone_count);
    assert_int_equal(rows_of(RECORDS_BLOCK), venue->block_count);
    assert_int_equal(rows_of(RECORDS_GATE), venue->gate_count);
    assert_int_equal(rows_of(RECORDS_FACILITY), venue->facility_count);
    for (uint32_t i = 0; i < venue->zone_count; i++) {
        struct zone_record zone = { .zone = i };
        must_get(RECORDS_ZONE, &zone);
        assert_string_equal(zone.id, venue->zones[i].id);
        assert_int_equal(zone.area_dm2, venue->zones[i].area_dm2);
    }
    for (uint32_t i = 0; i < venue->block_count; i++) {
        struct block_record block = { .block = i };
        must_get(RECORDS_BLOCK, &block);
        assert_string_equal(block.id, venue->blocks[i].id);
        assert_int_equal(block.seats, venue->blocks[i].seats);
    }
    for (uint32_t i = 0; i < venue->facility_count; i++) {
        struct facility_record facility = { .facility = i };
        must_get(RECORDS_FACILITY, &facility);
        assert_string_equal(facility.id, venue->facilities[i].id);
    }
    for (uint32_t i = 0; i < venue->gate_count; i++) {
        struct gate_record gate = { .gate = i };
        must_get(RECORDS_GATE, &gate);
        assert_string_equal(gate.id, venue->gates[i].id);
        assert_string_equal(gate.mode, stadium_gates(now->match.play.stadium)[i].mode == GATE_OPEN
                                           ? "open"
                                           : "closed");
        assert_int_equal(gate.set_ms, stadium_gates(now->match.play.stadium)[i].set_ms);
    }
}

static void check_sources_are_as_far_as_they_were_taken(void)
{
    uint32_t count;
    const struct source *sources = stadium_sources(now->match.play.stadium, &count);
    seen.sources += count;
    assert_int_equal(rows_of(RECORDS_SOURCE), count);
    for (uint32_t i = 0; i < count; i++) {
        struct source_record source = { .source = i };
        must_get(RECORDS_SOURCE, &source);
        assert_string_equal(source.name, sources[i].name);
        assert_int_equal(source.last_sequence, sources[i].last_sequence);
    }
}

struct open_alarms {
    uint32_t seen;
};

static bool see_alarm(void *ctx, const void *row)
{
    static const char *const priorities[] = { "", "low", "medium", "high" };
    const struct alarm_record *alarm = row;
    struct open_alarms *open = ctx;
    uint32_t count;
    const struct alarm *alarms = stadium_alarms(now->match.play.stadium, &count);
    if (alarm->cleared_ms)
        return true;
    for (uint32_t i = 0; i < count; i++) {
        if (alarms[i].number != alarm->number)
            continue;
        const struct alarm_answer *answer = alarm_answer(now->match.play.stadium, alarm->number);
        assert_string_equal(alarm->priority, priorities[alarms[i].priority]);
        assert_int_equal(alarm->subject, alarms[i].subject);
        assert_int_equal(alarm->acknowledged_ms, answer->acknowledged_ms);
        assert_string_equal(alarm->acknowledged_by, answer->acknowledged_by);
        assert_int_equal(alarm->shelved_until_ms, answer->shelved_until_ms);
        assert_string_equal(alarm->shelved_reason, answer->shelved_reason);
        open->seen++;
    }
    return true;
}

static void check_open_alarms_are_those_of_the_stadium(void)
{
    char why[RECORDS_WHY_SIZE];
    struct open_alarms open = { 0 };
    uint32_t count;
    stadium_alarms(now->match.play.stadium, &count);
    now->records->ops->each(now->records, RECORDS_ALARM, NULL, 0, see_alarm, &open, why,
                            sizeof why);
    assert_int_equal(open.seen, count);
    assert_true(rows_of(RECORDS_ALARM_CHANGE) >= rows_of(RECORDS_ALARM));
    seen.alarms += rows_of(RECORDS_ALARM);
}

static void check_every_question_has_its_answer(void)
{
    const struct plan *plan = stadium_plan(now->match.play.stadium);
    assert_int_equal(rows_of(RECORDS_PLAN), plan->wanted);
    if (plan->answered == 0)
        return;
    struct plan_record last = { .wanted = plan->answered };
    must_get(RECORDS_PLAN, &last);
    assert_string_not_equal(last.answer, "");
    assert_int_equal(last.clearance_s, plan->clearance_s);
}

static void check_every_seat_is_who_holds_it(void)
{
    static const char *const states[] = { "", "free", "held", "sold", "not_on_sale" };
    uint32_t events, touched = 0;
    stadium_events(now->match.play.stadium, &events);
    for (uint32_t e = 0; e < events; e++) {
        uint32_t count;
        const struct seat *seats = stadium_seats(now->match.play.stadium, e, &count);
        for (uint32_t i = 0; i < count; i++) {
            struct seat_record seat = { .event = e, .seat = i };
            if (!now->records->ops->get(now->records, RECORDS_SEAT, &seat)) {
                assert_true(seats[i].state == SEAT_FREE || seats[i].state == SEAT_NOT_ON_SALE);
                continue;
            }
            touched++;
            assert_string_equal(seat.state, states[seats[i].state]);
            if (seats[i].state == SEAT_HELD)
                same_id(seat.hold_id, stadium_hold(now->match.play.stadium, seats[i].owner)->id);
            if (seats[i].state == SEAT_FREE)
                assert_string_equal(seat.hold_id, "");
        }
    }
    seen.seats += touched;
}

static void check_media(const struct stadium *s)
{
    const struct pool *media = &s->doors.media;
    assert_int_equal(rows_of(RECORDS_MEDIUM), media->count);
    for (uint32_t i = 0; i < media->count; i++) {
        const struct medium *medium = pool_get(media, i);
        struct medium_record row = { .medium = i };
        must_get(RECORDS_MEDIUM, &row);
        assert_string_equal(row.name, medium->name);
        assert_int_equal(row.blocked, medium->blocked);
        assert_string_equal(row.reason, medium->reason);
        assert_int_equal(row.version, medium->version);
        if (medium->ticket)
            same_id(row.ticket_id, stadium_ticket(s, medium->ticket - 1)->id);
        else
            assert_string_equal(row.ticket_id, "");
    }
    seen.media += media->count;
}

static void check_events_orders_and_tickets_are_those_of_the_stadium(void)
{
    static const char *const event_states[] = { "", "draft", "published", "cancelled" };
    static const char *const states[] = {
        "",        "pending",  "paid",     "cancelled",          "refunded",
        "expired", "approval", "rejected", "partially_refunded",
    };
    static const char *const ticket_states[] = { "", "valid", "checked_in", "cancelled",
                                                 "checked_out" };
    const struct stadium *s = now->match.play.stadium;
    uint32_t events, tickets = 0;
    const struct event *event_rows = stadium_events(s, &events);
    assert_int_equal(rows_of(RECORDS_EVENT), events);
    for (uint32_t i = 0; i < events; i++) {
        struct event_record event = { .event = i };
        must_get(RECORDS_EVENT, &event);
        same_id(event.id, event_rows[i].id);
        assert_string_equal(event.state, event_states[event_rows[i].state]);
        assert_int_equal(event.version, event_rows[i].version);
    }
    assert_int_equal(rows_of(RECORDS_ORDER), stadium_order_count(s));
    seen.orders += stadium_order_count(s);
    for (uint32_t i = 0; i < stadium_order_count(s); i++) {
        const struct order *from = stadium_order(s, i);
        struct order_record order = { .number = i };
        must_get(RECORDS_ORDER, &order);
        same_id(order.id, from->id);
        same_id(order.hold_id, stadium_hold(s, from->hold)->id);
        assert_string_equal(order.state, states[from->state]);
        assert_string_equal(order.person, from->person);
        assert_int_equal(order.tickets, from->ticket_count);
        assert_int_equal(order.version, from->version);
        for (uint32_t k = 0; k < from->ticket_count; k++, tickets++) {
            const struct ticket *t = stadium_ticket(s, from->first_ticket + k);
            struct ticket_record ticket = { .number = from->first_ticket + k };
            must_get(RECORDS_TICKET, &ticket);
            same_id(ticket.id, t->id);
            assert_int_equal(ticket.seat, t->seat);
            assert_string_equal(ticket.state, ticket_states[t->state]);
            assert_int_equal(ticket.admitted_ms, t->admitted_ms);
            assert_int_equal(ticket.generation, t->generation);
            assert_int_equal(ticket.blocked,
                             stadium_ticket_blocked(s, from->first_ticket + k, NULL));
            assert_string_equal(ticket.holder, stadium_ticket_person(s, from->first_ticket + k));
        }
    }
    seen.tickets += tickets;
    assert_int_equal(rows_of(RECORDS_TICKET), tickets);
    seen.admissions += rows_of(RECORDS_ADMISSION);
    assert_int_equal(rows_of(RECORDS_SCAN_CONFLICT), stadium_conflict_count(s));
    seen.conflicts += stadium_conflict_count(s);
    check_media(s);
}

static void the_ground_is_there_row_by_row(void **state)
{
    (void)state;
    EACH_MATCH
    check_the_ground_is_there_row_by_row();
}

static void the_phase_is_the_last_one_with_its_blocks(void **state)
{
    (void)state;
    EACH_MATCH
    check_the_phase_is_the_last_one_with_its_blocks();
    assert_true(seen.stages > 0);
}

static void sources_are_as_far_as_they_were_taken(void **state)
{
    (void)state;
    EACH_MATCH
    check_sources_are_as_far_as_they_were_taken();
    assert_true(seen.sources > 50);
}

static void open_alarms_are_those_of_the_stadium(void **state)
{
    (void)state;
    EACH_MATCH
    check_open_alarms_are_those_of_the_stadium();
    assert_true(seen.alarms > 50);
}

static void every_question_has_its_answer(void **state)
{
    (void)state;
    EACH_MATCH
    check_every_question_has_its_answer();
}

static void every_seat_is_who_holds_it(void **state)
{
    (void)state;
    EACH_MATCH
    check_every_seat_is_who_holds_it();
    assert_true(seen.seats > 100);
}

static void events_orders_and_tickets_are_those_of_the_stadium(void **state)
{
    (void)state;
    EACH_MATCH
    check_events_orders_and_tickets_are_those_of_the_stadium();
    assert_true(seen.orders > 20 && seen.tickets > 10 && seen.admissions > 5 && seen.conflicts > 0);
    assert_true(seen.media > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ground_is_there_row_by_row),
        cmocka_unit_test(the_phase_is_the_last_one_with_its_blocks),
        cmocka_unit_test(sources_are_as_far_as_they_were_taken),
        cmocka_unit_test(open_alarms_are_those_of_the_stadium),
        cmocka_unit_test(every_question_has_its_answer),
        cmocka_unit_test(every_seat_is_who_holds_it),
        cmocka_unit_test(events_orders_and_tickets_are_those_of_the_stadium),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
