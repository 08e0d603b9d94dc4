/* Messages to core rows and back. */
#include "tests/support/ground.h"

#include "server/wire/seat_plan.h"
#include "server/wire/crowd.h"
#include "server/wire/guidance.h"
#include "server/wire/venue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START_MS INT64_C(1778942460000)

static void perform(struct stadium *stadium, struct command *command)
{
    struct facts facts = { 0 };
    if (stadium_decide(stadium, command, &facts) != STATUS_OK)
        fail_msg("%s", facts.refusal.message);
    for (uint32_t i = 0; i < facts.count; i++)
        stadium_evolve(stadium, &facts.items[i]);
    facts_fini(&facts);
}

/* A stadium that holds the small ground. */
static struct stadium *ground_stadium(void)
{
    const struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct command command = { .kind = COMMAND_IMPORT_VENUE, .time_ms = START_MS };
    struct arena arena = { 0 };
    struct refusal refusal = { 0 };
    Tifo__V1__Venue *ground = ground_venue("ground");
    assert_int_equal(wire_venue(ground, &arena, &command.as.import_venue.venue, &refusal),
                     STATUS_OK);
    perform(stadium, &command);
    ground_free(ground);
    arena_fini(&arena);
    return stadium;
}

static void a_venue_becomes_whole_numbers(void **state)
{
    (void)state;
    struct stadium *stadium = ground_stadium();
    const struct venue *venue = stadium_venue(stadium);
    assert_int_equal(venue->zone_count, GROUND_ZONES);
    assert_int_equal(venue->gate_count, GROUND_GATES);
    assert_int_equal(venue->facility_count, GROUND_FACILITIES);
    const struct zone *zone = &venue->zones[6];
    assert_string_equal(zone->id, "SN");
    assert_int_equal(zone->kind, ZONE_STAIRS);
    assert_int_equal(zone->level, 1);
    assert_int_equal(zone->level_to, 2);
    assert_int_equal(zone->rise_cm, 400);
    assert_int_equal(zone->area_dm2, 2400);
    assert_int_equal(zone->capacity_people, 96);
    assert_int_equal(zone->x_cm, 10400);
    assert_int_equal(zone->y_cm, 8550);
    const struct block *block = &venue->blocks[2];
    assert_string_equal(block->stand, "North upper");
    assert_int_equal(block->seats, GROUND_BLOCK_SEATS);
    const struct gate *gate = &venue->gates[1];
    assert_string_equal(gate->id, "G2");
    assert_int_equal(gate->zone_inside, 3);
    assert_int_equal(gate->zone_outside, GROUND_OUTSIDE);
    assert_int_equal(gate->width_cm, 300);
    assert_int_equal(gate->entry_rate_milli_pph, 660000);
    assert_int_equal(gate->exit_capacity_milli_ppm, 246000);
    const struct facility *facility = &venue->facilities[0];
    assert_int_equal(facility->kind, FACILITY_FOOD);
    assert_int_equal(facility->servers, 8);
    assert_int_equal(facility->service_ms, 30000);
    const struct opening *opening = &venue->openings[4];
    assert_int_equal(opening->place_a, 0);
    assert_int_equal(opening->place_b, 6);
    assert_int_equal(opening->width_cm, 200);
    const struct link *link = &venue->links[4];
    assert_int_equal(link->kind, LINK_OPENING);
    assert_int_equal(link->index, 4);
    assert_int_equal(link->capacity_milli_ppm, 132000);
    stadium_destroy(stadium);
}

static void a_venue_comes_back_byte_for_byte(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct stadium *stadium = ground_stadium();
    Tifo__V1__Venue *ground = ground_venue("ground");
    Tifo__V1__Venue *again = wire_venue_message(stadium_venue(stadium), &arena);
    const size_t size = tifo__v1__venue__get_packed_size(ground);
    assert_int_equal(tifo__v1__venue__get_packed_size(again), size);
    uint8_t *a = malloc(size), *b = malloc(size);
    tifo__v1__venue__pack(ground, a);
    tifo__v1__venue__pack(again, b);
    assert_memory_equal(a, b, size);
    free(a);
    free(b);
    arena_fini(&arena);
    ground_free(ground);
    stadium_destroy(stadium);
}

static void a_phase_goes_there_and_back(void **state)
{
    (void)state;
    Tifo__V1__Phase phase = TIFO__V1__PHASE__INIT, again;
    struct phase kept;
    struct refusal refusal = { 0 };
    phase.kind = TIFO__V1__PHASE_KIND__PHASE_KIND_EGRESS;
    phase.label = "going home";
    phase.started_ms = START_MS;
    phase.ends_ms = 0;
    phase.next_label = "";
    assert_int_equal(wire_phase(&phase, &kept, &refusal), STATUS_OK);
    wire_phase_message(&kept, &again);
    assert_int_equal(again.kind, phase.kind);
    assert_string_equal(again.label, phase.label);
    assert_string_equal(again.next_label, "");
    assert_int_equal(again.started_ms, START_MS);
    assert_int_equal(again.n_leave_block, 0);

    uint32_t blocks[] = { 3, 7 };
    phase.leave_block = blocks;
    phase.n_leave_block = 2;
    assert_int_equal(wire_phase(&phase, &kept, &refusal), STATUS_OK);
    wire_phase_message(&kept, &again);
    assert_int_equal(again.n_leave_block, 2);
    assert_memory_equal(again.leave_block, blocks, sizeof blocks);

    phase.label = "a label of more than forty bytes, which is the most";
    assert_int_equal(wire_phase(&phase, &kept, &refusal), STATUS_BAD_FIELD);
    assert_string_equal(refusal.field, "phase.label");
}

static void a_crowd_shows_what_was_measured(void **state)
{
    (void)state;
    struct stadium *stadium = ground_stadium();
    const uint32_t place[] = { 2, 9 }, people[] = { 1400, 280 };
    const uint32_t gate[] = { 3 }, in[] = { 40 }, out[] = { 2 };
    const uint32_t queue[] = { 1, GROUND_FACILITIES + 3 }, waiting[] = { 16, 30 },
                   served[] = { 4, 0 };
    struct command tick = { .kind = COMMAND_TICK, .time_ms = START_MS + 1000 };
    tick.as.tick = (struct tick){ .measured_ms = START_MS + 900,
                                  .place = { place, 2 },
                                  .people = { people, 2 },
                                  .gate = { gate, 1 },
                                  .gate_in = { in, 1 },
                                  .gate_out = { out, 1 },
                                  .queue = { queue, 2 },
                                  .waiting = { waiting, 2 },
                                  .served = { served, 2 } };
    perform(stadium, &tick);
    struct command shut = { .kind = COMMAND_SET_GATE, .time_ms = START_MS + 1000 };
    shut.as.set_gate = (struct set_gate){ .gate = 0, .mode = GATE_CLOSED };
    perform(stadium, &shut);

    struct arena arena = { 0 };
    const Tifo__V1__CrowdState *crowd = wire_crowd(stadium, START_MS + 1100, true, &arena);
    assert_int_equal(crowd->from_seq, 0);
    assert_int_equal(crowd->to_seq, stadium_seq(stadium));
    assert_int_equal(crowd->at_ms, START_MS + 1100);
    assert_int_equal(crowd->measured_ms, START_MS + 900);
    assert_true(crowd->simulated);
    assert_int_equal(crowd->inside, 1680);
    assert_int_equal(crowd->people[2], 1400);
    assert_int_equal(crowd->density_milli[2], 2000);
    assert_int_equal(crowd->los[2], TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_E);
    assert_int_equal(crowd->los[9], TIFO__V1__LEVEL_OF_SERVICE__LEVEL_OF_SERVICE_UNSPECIFIED);
    assert_int_equal(crowd->measured_ago_ms[9], 200);
    assert_int_equal(crowd->measured_ago_ms[0], UINT32_MAX);
    assert_int_equal(crowd->gate_total_in[3], 40);
    assert_int_equal(crowd->gate_total_out[3], 2);
    assert_int_equal(crowd->gate_queue[3], 30);
    assert_int_equal(crowd->gate_mode[0], TIFO__V1__GATE_MODE__GATE_MODE_CLOSED);
    assert_int_equal(crowd->gate_wait_s[0], UINT32_MAX);
    assert_int_equal(crowd->facility_queue[1], 16);
    arena_fini(&arena);
    stadium_destroy(stadium);
}

static void a_plan_shows_its_splits(void **state)
{
    (void)state;
    struct stadium *stadium = ground_stadium();
    while (stadium_due(stadium) <= START_MS) {
        struct command tick = { .kind = COMMAND_TICK, .time_ms = START_MS };
        perform(stadium, &tick);
    }
    const struct proposed_split splits[] = {
        { .origin = 9,
          .purpose = PURPOSE_EXIT,
          .count = 2,
          .stay_s = UINT32_MAX,
          .move_s = 90,
          .destination = { 0, 3 },
          .share_milli = { 750, 250 },
          .next_place = { 0, 0 } },
    };
    struct command adopt = { .kind = COMMAND_ADOPT_PLAN, .time_ms = START_MS };
    adopt.as.adopt_plan = (struct adopt_plan){ .wanted = stadium_plan(stadium)->wanted,
                                               .clearance_s = 123,
                                               .splits = splits,
                                               .split_count = 1 };
    perform(stadium, &adopt);
    struct arena arena = { 0 };
    const Tifo__V1__Plan *plan = wire_plan(stadium, &arena);
    assert_int_equal(plan->number, 1);
    assert_int_equal(plan->to_seq, stadium_seq(stadium));
    assert_int_equal(plan->adopted_ms, START_MS);
    assert_int_equal(plan->clearance_s, 123);
    assert_int_equal(plan->n_splits, 1);
    const Tifo__V1__Split *split = plan->splits[0];
    assert_int_equal(split->origin, 9);
    assert_int_equal(split->purpose, TIFO__V1__PURPOSE__PURPOSE_EXIT);
    assert_int_equal(split->n_destination, 2);
    assert_int_equal(split->destination[1], 3);
    assert_int_equal(split->share_milli[0], 750);
    assert_int_equal(split->next_place[1], 0);
    arena_fini(&arena);
    stadium_destroy(stadium);
}

static void seats_are_as_far_from_the_pitch_as_they_are(void **state)
{
    (void)state;
    struct stadium *stadium = ground_stadium();
    struct seat_plan *plan = seat_plan_create(stadium_venue(stadium));
    assert_int_equal(plan->seat_count, GROUND_BLOCKS * GROUND_BLOCK_SEATS);
    uint32_t seat = 0;
    for (uint32_t r = 0; r < plan->row_count; r++) {
        const struct row_of_seats *row = &plan->rows[r];
        uint32_t least = UINT32_MAX;
        assert_int_equal(row->first, seat);
        for (; seat < row->first + row->count; seat++) {
            assert_int_equal(plan->row_of[seat], r);
            least = plan->distance_cm[seat] < least ? plan->distance_cm[seat] : least;
        }
        assert_int_equal(row->near_cm, least);
        assert_true(r == 0 || plan->rows[plan->nearest[r - 1]].near_cm <=
                                  plan->rows[plan->nearest[r]].near_cm);
    }
    /* Rows run straight: the ends are farther than the middle, and both as far. */
    const struct row_of_seats *row = &plan->rows[0];
    uint32_t last = row->first + row->count - 1, middle = row->first + row->count / 2;
    assert_true(plan->distance_cm[row->first] == plan->distance_cm[last]);
    assert_true(plan->distance_cm[middle] < plan->distance_cm[last]);
    seat_plan_destroy(plan);
    stadium_destroy(stadium);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_venue_becomes_whole_numbers),
        cmocka_unit_test(a_venue_comes_back_byte_for_byte),
        cmocka_unit_test(a_phase_goes_there_and_back),
        cmocka_unit_test(a_crowd_shows_what_was_measured),
        cmocka_unit_test(a_plan_shows_its_splits),
        cmocka_unit_test(seats_are_as_far_from_the_pitch_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
