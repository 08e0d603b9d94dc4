#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/play.h"

#include <stdio.h>
#include <string.h>

static enum status import(struct play *play, const struct venue *venue)
{
    struct command command = { .kind = COMMAND_IMPORT_VENUE };
    command.as.import_venue.venue = *venue;
    return play_command(play, command);
}

static void an_imported_venue_is_there_as_it_was_sent(void **state)
{
    (void)state;
    struct play play;
    struct small_venue small;
    play_init(&play, NULL);
    small_venue_init(&small);
    assert_null(stadium_venue(play.stadium));
    assert_int_equal(import(&play, &small.venue), STATUS_OK);
    assert_int_equal(play.facts.count, 1 + SMALL_PLACES + SMALL_OPENINGS + SMALL_GATES +
                                           SMALL_FACILITIES + SMALL_LINKS);
    const struct venue *venue = stadium_venue(play.stadium);
    assert_non_null(venue);
    assert_string_equal(venue->id, "small");
    assert_string_equal(venue->name, "Small ground");
    assert_int_equal(venue->document.size, small.venue.document.size);
    assert_memory_equal(venue->document.data, small.venue.document.data, venue->document.size);
    assert_memory_equal(venue->links, small.links, sizeof(small.links));
    assert_int_equal(venue_places(venue), SMALL_PLACES);
    assert_string_equal(venue_place_name(venue, SMALL_B2), "Block 2");
    assert_string_equal(venue_place_name(venue, SMALL_OUTSIDE), "outside");
    assert_string_equal(venue_gate_name(venue, 2), "G3");
    assert_int_equal(stadium_gates(play.stadium)[0].mode, GATE_OPEN);
    assert_int_equal(stadium_places(play.stadium)[0].los, LOS_NONE);
    assert_int_equal(stadium_seq(play.stadium), play.facts.count);
    stadium_check(play.stadium);
    play_fini(&play);
}

static void the_same_venue_again_changes_nothing(void **state)
{
    (void)state;
    struct play play;
    struct small_venue small;
    play_init(&play, NULL);
    small_venue_init(&small);
    import(&play, &small.venue);
    uint64_t digest = stadium_digest(play.stadium);
    play.now_ms += 1000;
    assert_int_equal(import(&play, &small.venue), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(stadium_digest(play.stadium), digest);
    play_fini(&play);
}

static void another_venue_is_refused(void **state)
{
    (void)state;
    struct play play;
    struct small_venue small;
    play_init(&play, NULL);
    small_venue_init(&small);
    import(&play, &small.venue);
    small.venue.document.size--;
    assert_int_equal(import(&play, &small.venue), STATUS_VENUE_EXISTS);
    assert_string_equal(play.facts.refusal.field, "venue.venue_id");
    assert_int_equal(play.facts.count, 0);
    small_venue_init(&small);
    strcpy(small.venue.id, "other");
    assert_int_equal(import(&play, &small.venue), STATUS_VENUE_EXISTS);
    assert_non_null(strstr(play.facts.refusal.message, "\"small\""));
    play_fini(&play);
}

/* One thing is wrong in each. */
static void bad_id(struct small_venue *v)
{
    strcpy(v->venue.id, "Small");
}
static void no_id(struct small_venue *v)
{
    v->venue.id[0] = 0;
}
static void no_gate(struct small_venue *v)
{
    v->venue.gate_count = 0;
}
static void bad_zone_id(struct small_venue *v)
{
    strcpy(v->zones[1].id, "so uth");
}
static void bad_zone_kind(struct small_venue *v)
{
    v->zones[2].kind = 6;
}
static void flat_zone_climbs(struct small_venue *v)
{
    v->zones[0].level_to = 2;
}
static void stairs_go_down(struct small_venue *v)
{
    v->zones[2].level_to = 0;
}
static void no_area(struct small_venue *v)
{
    v->zones[0].area_dm2 = 0;
}
static void no_seats(struct small_venue *v)
{
    v->blocks[1].seats = 0;
}
static void opening_to_nowhere(struct small_venue *v)
{
    v->openings[3].place_b = SMALL_PLACES;
}
static void opening_to_itself(struct small_venue *v)
{
    v->openings[3].place_b = v->openings[3].place_a;
}
static void opening_without_width(struct small_venue *v)
{
    v->openings[0].width_cm = 0;
}
static void gate_inside_outside(struct small_venue *v)
{
    v->gates[1].zone_inside = SMALL_OUTSIDE;
}
static void gate_outside_inside(struct small_venue *v)
{
    v->gates[1].zone_outside = SMALL_NORTH;
}
static void gate_too_fast(struct small_venue *v)
{
    v->gates[0].entry_rate_milli_pph = 660001;
}
static void gate_shut_for_ever(struct small_venue *v)
{
    v->gates[0].exit_capacity_milli_ppm = 0;
}
static void facility_of_no_kind(struct small_venue *v)
{
    v->facilities[1].kind = 0;
}
static void facility_outside(struct small_venue *v)
{
    v->facilities[1].zone = SMALL_OUTSIDE;
}
static void facility_without_servers(struct small_venue *v)
{
    v->facilities[2].servers = 0;
}
static void link_of_no_kind(struct small_venue *v)
{
    v->links[0].kind = 4;
}
static void link_beyond_the_list(struct small_venue *v)
{
    v->links[4].index = SMALL_GATES;
}
static void link_joins_others(struct small_venue *v)
{
    v->links[4].node_a = SMALL_SOUTH;
}
static void link_without_capacity(struct small_venue *v)
{
    v->links[9].capacity_milli_ppm = 0;
}
static void doorway_too_slow(struct small_venue *v)
{
    v->links[0].capacity_milli_ppm = 19999;
}
static void id_twice(struct small_venue *v)
{
    strcpy(v->blocks[1].id, "north");
}
static void opening_without_link(struct small_venue *v)
{
    v->links[3] = v->links[2];
}
static void block_cut_off(struct small_venue *v)
{
    v->openings[1].place_b = SMALL_B1;
    v->links[1].node_b = SMALL_B1;
    v->openings[0].place_b = SMALL_B2;
    v->links[0].node_b = SMALL_B2;
}

static void what_does_not_hold_together_is_named(void **state)
{
    (void)state;
    static const struct {
        void (*spoil)(struct small_venue *);
        enum status status;
        const char *field;
    } cases[] = {
        { bad_id, STATUS_BAD_FIELD, "venue.venue_id" },
        { no_id, STATUS_BAD_FIELD, "venue.venue_id" },
        { no_gate, STATUS_VENUE_BROKEN, "venue.gates" },
        { bad_zone_id, STATUS_BAD_FIELD, "venue.zones[1].zone_id" },
        { bad_zone_kind, STATUS_BAD_FIELD, "venue.zones[2].kind" },
        { flat_zone_climbs, STATUS_BAD_FIELD, "venue.zones[0].level_to" },
        { stairs_go_down, STATUS_BAD_FIELD, "venue.zones[2].level_to" },
        { no_area, STATUS_BAD_FIELD, "venue.zones[0].area_m2" },
        { no_seats, STATUS_BAD_FIELD, "venue.blocks[1].seats" },
        { opening_to_nowhere, STATUS_BAD_FIELD, "venue.openings[3].place_b" },
        { opening_to_itself, STATUS_BAD_FIELD, "venue.openings[3].place_b" },
        { opening_without_width, STATUS_BAD_FIELD, "venue.openings[0].width_m" },
        { gate_inside_outside, STATUS_BAD_FIELD, "venue.gates[1].zone_inside" },
        { gate_outside_inside, STATUS_BAD_FIELD, "venue.gates[1].zone_outside" },
        { gate_too_fast, STATUS_BAD_FIELD, "venue.gates[0].entry_rate_pph" },
        { gate_shut_for_ever, STATUS_BAD_FIELD, "venue.gates[0].exit_capacity_ppm" },
        { facility_of_no_kind, STATUS_BAD_FIELD, "venue.facilities[1].kind" },
        { facility_outside, STATUS_BAD_FIELD, "venue.facilities[1].zone" },
        { facility_without_servers, STATUS_BAD_FIELD, "venue.facilities[2].servers" },
        { link_of_no_kind, STATUS_BAD_FIELD, "venue.links[0].kind" },
        { link_beyond_the_list, STATUS_BAD_FIELD, "venue.links[4].index" },
        { link_joins_others, STATUS_BAD_FIELD, "venue.links[4].node_a" },
        { link_without_capacity, STATUS_BAD_FIELD, "venue.links[9].capacity_ppm" },
        { doorway_too_slow, STATUS_BAD_FIELD, "venue.links[0].capacity_ppm" },
        { id_twice, STATUS_BAD_FIELD, "venue.blocks[1]" },
        { opening_without_link, STATUS_BAD_FIELD, "venue.openings[3]" },
        { block_cut_off, STATUS_VENUE_BROKEN, "venue.blocks[0]" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct play play;
        struct small_venue small;
        play_init(&play, NULL);
        small_venue_init(&small);
        cases[i].spoil(&small);
        assert_int_equal(import(&play, &small.venue), cases[i].status);
        assert_string_equal(play.facts.refusal.field, cases[i].field);
        assert_true(strlen(play.facts.refusal.message) > 20);
        assert_int_equal(play.facts.count, 0);
        assert_null(stadium_venue(play.stadium));
        play_fini(&play);
    }
}

static void limits_hold_for_every_list(void **state)
{
    (void)state;
    static const struct {
        size_t limit;
        uint32_t value;
        const char *field;
    } cases[] = {
        { offsetof(struct limits, places), SMALL_ZONES - 1, "venue.zones" },
        { offsetof(struct limits, places), SMALL_PLACES - 1, "venue.blocks" },
        { offsetof(struct limits, openings), SMALL_OPENINGS - 1, "venue.openings" },
        { offsetof(struct limits, gates), SMALL_GATES - 1, "venue.gates" },
        { offsetof(struct limits, facilities), SMALL_FACILITIES - 1, "venue.facilities" },
        { offsetof(struct limits, links), SMALL_LINKS - 1, "venue.links" },
        { offsetof(struct limits, document_bytes), 5, "venue" },
    };
    struct small_venue small;
    small_venue_init(&small);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct limits limits = limits_default();
        uint32_t *limit = (uint32_t *)((char *)&limits + cases[i].limit);
        struct play play;
        *limit = cases[i].value;
        play_init(&play, &limits);
        assert_int_equal(import(&play, &small.venue), STATUS_VENUE_TOO_LARGE);
        assert_string_equal(play.facts.refusal.field, cases[i].field);
        play_fini(&play);
        /* One more is enough, but for the sum of zones and blocks. */
        *limit = cases[i].limit == offsetof(struct limits, places) ? SMALL_PLACES : 1000;
        play_init(&play, &limits);
        assert_int_equal(import(&play, &small.venue), STATUS_OK);
        play_fini(&play);
    }
}

static void time_never_goes_back(void **state)
{
    (void)state;
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    play.now_ms--;
    assert_int_equal(play_people(&play, 0, 1), STATUS_CLOCK_BACKWARDS);
    play.now_ms++;
    assert_int_equal(play_people(&play, 0, 1), STATUS_OK);
    play.now_ms = INT64_MAX;
    assert_int_equal(play_people(&play, 0, 1), STATUS_BAD_FIELD);
    play_fini(&play);
}

static void nothing_works_without_a_venue(void **state)
{
    (void)state;
    struct play play;
    play_init(&play, NULL);
    assert_int_equal(play_people(&play, 0, 1), STATUS_UNKNOWN_VENUE);
    assert_int_equal(play_gate(&play, 0, GATE_CLOSED), STATUS_UNKNOWN_VENUE);
    assert_int_equal(play_phase(&play, PHASE_PLAY), STATUS_UNKNOWN_VENUE);
    assert_true(stadium_due(play.stadium) == STADIUM_NEVER);
    play_fini(&play);
}

static void a_phase_is_kept_and_checked(void **state)
{
    (void)state;
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    struct command command = { .kind = COMMAND_SET_PHASE };
    struct phase *phase = &command.as.set_phase.phase;
    *phase = (struct phase){ .kind = PHASE_BREAK,
                              .label = "half time",
                              .started_ms = 5000,
                              .ends_ms = 9000,
                              .next_label = "second half" };
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_string_equal(stadium_phase(play.stadium)->label, "half time");
    assert_int_equal(play_command(&play, command), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    phase->ends_ms = 4000;
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "phase.ends_ms");
    /* Whoever shows it takes the difference of its times. */
    static const int64_t no_times[] = { INT64_MIN, -1, INT64_MAX };
    for (size_t i = 0; i < sizeof no_times / sizeof no_times[0]; i++) {
        *phase = (struct phase){ .kind = PHASE_BREAK, .started_ms = no_times[i] };
        assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
        assert_string_equal(play.facts.refusal.field, "phase.started_ms");
        *phase = (struct phase){ .kind = PHASE_BREAK, .ends_ms = no_times[i] };
        assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
        assert_string_equal(play.facts.refusal.field, "phase.ends_ms");
    }
    phase->kind = PHASE_NONE;
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "phase.kind");
    play_fini(&play);
}

static void assert_no_stage(struct play *play, struct u32s leave_block, const char *why)
{
    assert_int_equal(play_stage(play, leave_block), STATUS_BAD_FIELD);
    assert_string_equal(play->facts.refusal.field, "phase.leave_block");
    assert_string_equal(play->facts.refusal.message, why);
}

static void an_evacuation_is_by_stages(void **state)
{
    (void)state;
    static const uint32_t first[] = { 1 }, both[] = { 0, 1 };
    static const uint32_t wrong[] = { 1, 2 }, twice[] = { 1, 1 };
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    const struct phase *phase = stadium_phase(play.stadium);
    assert_int_equal(play_stage(&play, (struct u32s){ first, 1 }), STATUS_OK);
    assert_true(phase_keeps(phase, 0) && !phase_keeps(phase, 1));
    assert_int_equal(play_stage(&play, (struct u32s){ first, 1 }), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    /* The next one says all who leave: it adds nothing to the one before. */
    const int64_t began_ms = phase->started_ms;
    play.now_ms += 5000;
    assert_int_equal(play_stage(&play, (struct u32s){ both, 2 }), STATUS_OK);
    assert_true(!phase_keeps(phase, 0) && !phase_keeps(phase, 1));
    assert_int_equal(phase->started_ms, began_ms + 5000);
    assert_int_equal(play_stage(&play, (struct u32s){ both, 1 }), STATUS_OK);
    assert_true(!phase_keeps(phase, 0) && phase_keeps(phase, 1));

    assert_no_stage(&play, (struct u32s){ wrong, 2 },
                    "phase.leave_block: 2 is no block of \"small\"; it has 0 to 1");
    assert_no_stage(&play, (struct u32s){ twice, 2 },
                    "phase.leave_block: 1 comes after 1; blocks ascend, each once");
    struct command egress = { .kind = COMMAND_SET_PHASE };
    egress.as.set_phase.phase =
        (struct phase){ .kind = PHASE_EGRESS, .leave_block = { both, 2 } };
    assert_int_equal(play_command(&play, egress), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "phase.leave_block");
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));

    assert_int_equal(play_phase(&play, PHASE_EVACUATION), STATUS_OK);
    assert_true(!phase_keeps(phase, 0) && !phase_keeps(phase, 1));
    assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    play_fini(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_imported_venue_is_there_as_it_was_sent),
        cmocka_unit_test(the_same_venue_again_changes_nothing),
        cmocka_unit_test(another_venue_is_refused),
        cmocka_unit_test(what_does_not_hold_together_is_named),
        cmocka_unit_test(limits_hold_for_every_list),
        cmocka_unit_test(time_never_goes_back),
        cmocka_unit_test(nothing_works_without_a_venue),
        cmocka_unit_test(a_phase_is_kept_and_checked),
        cmocka_unit_test(an_evacuation_is_by_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
