/*
 * Bowls of any size are sound venues, have exactly the seats that were asked for, and keep the
 * Green Guide's figures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "clients/cli/bowl_layout.h"

static const struct bowl_names names = { .id = "bowl", .name = "Bowl" };

/* NULL when the plan refuses. */
static Tifo__V1__Venue *make(const struct bowl_request *request, size_t *text_size)
{
    struct bowl_plan plan;
    char why[200];
    if (!bowl_plan_make(&plan, request, why, sizeof(why)))
        return NULL;
    Tifo__V1__Venue *drawn = bowl_layout(&plan, &names), *venue;
    char *text = tifo_venue_text(drawn, text_size);
    struct tifo_problems problems;
    if (!tifo_venue_parse("bowl", text, *text_size, &venue, &problems))
        fail_msg("seats %u gates %u tiers %u seed %u: %s %s", request->seats, request->gates,
                 request->tiers, request->seed, problems.rows[0].id, problems.rows[0].sentence);
    free(text);
    tifo_venue_free(drawn);
    return venue;
}

static void assert_green_guide(const Tifo__V1__Venue *venue)
{
    double seats = tifo_seat_count(venue), out_ppm = 0, in_pph = 0;
    for (size_t i = 0; i < venue->n_gates; i++) {
        out_ppm += venue->gates[i]->exit_capacity_ppm;
        in_pph += venue->gates[i]->turnstiles * venue->gates[i]->entry_rate_pph;
    }
    assert_true(out_ppm * 8 >= seats);
    assert_true(in_pph >= seats);
    for (size_t i = 0; i < venue->n_blocks; i++)
        for (size_t r = 0; r < venue->blocks[i]->n_rows; r++)
            assert_in_range(venue->blocks[i]->rows[r]->seats, 1, 28);
    for (size_t i = 0; i < venue->n_openings; i++)
        assert_true(venue->openings[i]->width_m >= 1.18); /* 1.2 m, rounded to centimetres */
}

static uint32_t random_state;

static uint32_t random_between(uint32_t low, uint32_t high)
{
    random_state += 1;
    return low + tifo_person_hash(random_state) % (high - low + 1);
}

static void bowls_of_any_size_are_sound(void **state)
{
    (void)state;
    const char *seed = getenv("TIFO_SEED");
    random_state = seed ? (uint32_t)strtoul(seed, NULL, 10) : 20260516;
    print_message("TIFO_SEED=%u\n", random_state);
    for (int i = 0; i < 25; i++) {
        struct bowl_request request = { .tiers = random_between(1, 2) };
        request.seats =
            request.tiers == 1 ? random_between(1000, 20000) : random_between(2800, 20000);
        request.gates = random_between(4, 16);
        request.seed = random_between(0, 1000000);
        size_t size;
        Tifo__V1__Venue *venue = make(&request, &size);
        if (!venue)
            fail_msg("seats %u gates %u tiers %u refused", request.seats, request.gates,
                     request.tiers);
        assert_int_equal(tifo_seat_count(venue), request.seats);
        assert_int_equal(venue->n_gates, request.gates);
        assert_green_guide(venue);
        tifo_venue_free(venue);
    }
}

/* Concourses have room for two in five of their tier at 0.6 m2 each. */
static void assert_holding(const Tifo__V1__Venue *venue)
{
    for (size_t l = 0; l < venue->n_levels; l++) {
        double seats = 0, floor_m2 = 0;
        for (size_t i = 0; i < venue->n_blocks; i++)
            seats +=
                venue->blocks[i]->level == venue->levels[l]->number ? venue->blocks[i]->seats : 0;
        for (size_t i = 0; i < venue->n_zones; i++)
            if (venue->zones[i]->kind == TIFO__V1__ZONE_KIND__ZONE_KIND_CONCOURSE &&
                venue->zones[i]->level == venue->levels[l]->number)
                floor_m2 += venue->zones[i]->area_m2;
        assert_true(floor_m2 >= seats * 0.4 * 0.6);
    }
}

static void sixty_thousand_seats_stay_small(void **state)
{
    (void)state;
    static const uint32_t gates[] = { 8, 16, 24 };
    for (size_t i = 0; i < sizeof(gates) / sizeof(gates[0]); i++) {
        struct bowl_request request = { .seats = 60000, .gates = gates[i], .tiers = 2, .seed = 1 };
        size_t size;
        Tifo__V1__Venue *venue = make(&request, &size);
        assert_non_null(venue);
        assert_int_equal(tifo_seat_count(venue), 60000);
        assert_green_guide(venue);
        assert_holding(venue);
        assert_true(size < 2000000);
        assert_true(tifo__v1__venue__get_packed_size(venue) < 4194304);
        tifo_venue_free(venue);
    }
}

static void too_few_seats_and_gates_are_refused(void **state)
{
    (void)state;
    size_t size;
    assert_null(make(&(struct bowl_request){ .seats = 1000, .gates = 4, .tiers = 2 }, &size));
    assert_null(make(&(struct bowl_request){ .seats = 60000, .gates = 2, .tiers = 2 }, &size));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bowls_of_any_size_are_sound),
        cmocka_unit_test(sixty_thousand_seats_stay_small),
        cmocka_unit_test(too_few_seats_and_gates_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
