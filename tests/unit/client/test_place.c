/*
 * Small questions about venues, and the person hash, whose values are a promise.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "clients/c/tifo.h"
#include "tests/unit/client/files.h"

static void places_are_zones_then_blocks(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue;
    assert_true(tifo_venue_load(venue_path_of("four-gates.geojson"), &venue, NULL));
    uint32_t place;
    assert_true(tifo_place_find(venue, "U2", &place));
    assert_int_equal(place, venue->n_zones + 5);
    assert_true(tifo_place_is_block(venue, place));
    assert_string_equal(tifo_place_name(venue, place), "Block U2");
    assert_int_equal(tifo_place_level(venue, place), 2);
    assert_true(tifo_place_find(venue, "stairs-E", &place));
    assert_true(tifo_place_is_stairs(venue, place));
    assert_int_equal(tifo_place_level(venue, place), 1);
    assert_int_equal(tifo_place_level_to(venue, place), 2);
    assert_true(tifo_place_find(venue, "out-3", &place));
    assert_true(tifo_place_is_outside(venue, place));
    assert_false(tifo_place_find(venue, "G1", &place));
    assert_true(tifo_gate_find(venue, "G3", &place));
    assert_int_equal(place, 2);
    assert_true(tifo_facility_find(venue, "T1", &place));
    assert_int_equal(place, 4);
    tifo_venue_free(venue);
}

static void seats_are_spread_over_their_row(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue;
    assert_true(tifo_venue_load(venue_path_of("four-gates.geojson"), &venue, NULL));
    const Tifo__V1__Row *row = venue->blocks[0]->rows[0]; /* (-13, 12.5) to (-1, 12.5), 24 seats */
    struct tifo_spot seat = tifo_row_seat(row, 0);
    assert_true(fabs(seat.x_m - -12.75) < 1e-9 && fabs(seat.y_m - 12.5) < 1e-9);
    seat = tifo_row_seat(row, 23);
    assert_true(fabs(seat.x_m - -1.25) < 1e-9);
    assert_true(fabs(tifo_path_length_m(row->line) - 12) < 1e-9);
    struct tifo_spot middle = tifo_path_middle(venue->gates[0]->line);
    assert_true(fabs(middle.x_m - -8.5) < 1e-9 && fabs(middle.y_m - 22) < 1e-9);
    tifo_venue_free(venue);
}

static void every_seat_lies_in_its_block(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue;
    assert_true(tifo_venue_load(venue_path_of("bowl-5000.geojson"), &venue, NULL));
    uint32_t seats = 0;
    for (uint32_t b = 0; b < venue->n_blocks; b++) {
        const Tifo__V1__Block *block = venue->blocks[b];
        for (size_t r = 0; r < block->n_rows; r++) {
            for (uint32_t k = 0; k < block->rows[r]->seats; k++, seats++) {
                struct tifo_spot seat = tifo_row_seat(block->rows[r], k);
                assert_true(
                    tifo_place_has(venue, (uint32_t)venue->n_zones + b, seat.x_m, seat.y_m));
            }
        }
    }
    assert_int_equal(seats, 5000);
    tifo_venue_free(venue);
}

/* Changing these would send people elsewhere in runs that were recorded. */
static void seats_are_found_by_what_is_written_on_them(void **state)
{
    (void)state;
    Tifo__V1__Venue *venue;
    assert_true(tifo_venue_load(venue_path_of("four-gates.geojson"), &venue, NULL));
    const uint32_t count = tifo_seat_count(venue);
    struct tifo_seat at;
    uint32_t again;
    for (uint32_t seat = 0; seat < count; seat++) {
        assert_true(tifo_seat_place(venue, seat, &at));
        const Tifo__V1__Block *block = venue->blocks[at.block];
        const Tifo__V1__Row *row = block->rows[at.row];
        assert_true(at.k < row->seats);
        assert_true(
            tifo_seat_find(venue, block->block_id, row->label, row->first_seat + at.k, &again));
        assert_int_equal(again, seat);
    }
    assert_true(tifo_seat_find(venue, "Block U2", venue->blocks[5]->rows[0]->label,
                               venue->blocks[5]->rows[0]->first_seat, &again));
    assert_false(tifo_seat_place(venue, count, &at));
    const Tifo__V1__Block *last = venue->blocks[venue->n_blocks - 1];
    const Tifo__V1__Row *row = last->rows[0];
    assert_false(
        tifo_seat_find(venue, last->block_id, row->label, row->first_seat + row->seats, &again));
    assert_false(tifo_seat_find(venue, last->block_id, "no row", row->first_seat, &again));
    assert_false(tifo_seat_find(venue, "nowhere", row->label, row->first_seat, &again));
    tifo_venue_free(venue);
}

static void the_person_hash_stays_as_it_is(void **state)
{
    (void)state;
    static const struct {
        uint32_t person, hash;
    } golden[] = {
        { 0u, 0x92ca2f0eu },    { 1u, 0x96a0f96bu },     { 2u, 0xb4421bbbu },
        { 1000u, 0x276d0a38u }, { 59999u, 0x3e060fe0u }, { 4294967295u, 0x36deb503u },
    };
    for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
        assert_int_equal(tifo_person_hash(golden[i].person), golden[i].hash);
}

static void the_person_hash_spreads_people_evenly(void **state)
{
    (void)state;
    uint32_t tenths[10] = { 0 };
    for (uint32_t person = 0; person < 100000; person++)
        tenths[tifo_person_hash(person) % 1000 / 100]++;
    for (int i = 0; i < 10; i++)
        assert_in_range(tenths[i], 9700, 10300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_zones_then_blocks),
        cmocka_unit_test(seats_are_spread_over_their_row),
        cmocka_unit_test(every_seat_lies_in_its_block),
        cmocka_unit_test(seats_are_found_by_what_is_written_on_them),
        cmocka_unit_test(the_person_hash_stays_as_it_is),
        cmocka_unit_test(the_person_hash_spreads_people_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
