/* The best seats and the orphan rule, against an oracle that tries every set of seats. */
#include "server/base/prng.h"
#include "server/core/seat_choice.h"
#include "tests/support/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEATS_MOST = 36, ROWS_MOST = 4, ROW_MOST = 12, TRIES = 6000 };

struct hall {
    struct seat_plan plan;
    struct row_of_seats rows[ROWS_MOST];
    uint32_t row_of[SEATS_MOST], nearest[ROWS_MOST], distance_cm[SEATS_MOST];
    uint8_t aisle_after[SEATS_MOST], use[SEATS_MOST], open[SEATS_MOST];
};

static bool is_open(const void *ctx, uint32_t seat)
{
    return ((const struct hall *)ctx)->open[seat];
}

static struct seat_view view_of(const struct hall *hall)
{
    return (struct seat_view){ is_open, hall };
}

static void add_row(struct hall *hall, uint32_t block, uint32_t count)
{
    struct seat_plan *plan = &hall->plan;
    hall->rows[plan->row_count] =
        (struct row_of_seats){ plan->seat_count, count, block, UINT32_MAX };
    for (uint32_t k = 0; k < count; k++)
        hall->row_of[plan->seat_count++] = plan->row_count;
    plan->row_count++;
}

/* Distances are there. */
static void finish(struct hall *hall)
{
    struct seat_plan *plan = &hall->plan;
    for (uint32_t r = 0; r < plan->row_count; r++) {
        struct row_of_seats *row = &hall->rows[r];
        for (uint32_t k = 0; k < row->count; k++)
            if (hall->distance_cm[row->first + k] < row->near_cm)
                row->near_cm = hall->distance_cm[row->first + k];
        uint32_t at = r;
        for (; at > 0 && hall->rows[hall->nearest[at - 1]].near_cm > row->near_cm; at--)
            hall->nearest[at] = hall->nearest[at - 1];
        hall->nearest[at] = r;
    }
    plan->rows = hall->rows;
    plan->row_of = hall->row_of;
    plan->nearest = hall->nearest;
    plan->distance_cm = hall->distance_cm;
    plan->aisle_after = hall->aisle_after;
    plan->use = hall->use;
}

static void make_hall(struct hall *hall, struct prng *dice, uint32_t most_seats)
{
    *hall = (struct hall){ 0 };
    uint32_t block = 0, rows = 1 + prng_below(dice, ROWS_MOST);
    for (uint32_t r = 0; r < rows && hall->plan.seat_count < most_seats; r++) {
        uint32_t room = most_seats - hall->plan.seat_count, count = 1 + prng_below(dice, ROW_MOST);
        block += r > 0 && prng_below(dice, 3) == 0;
        add_row(hall, block, count < room ? count : room);
    }
    uint32_t openness = 1 + prng_below(dice, 9);
    for (uint32_t seat = 0; seat < hall->plan.seat_count; seat++) {
        hall->distance_cm[seat] = prng_below(dice, 12); /* Ties are wanted. */
        hall->aisle_after[seat] = prng_below(dice, 8) == 0;
        hall->use[seat] = prng_below(dice, 6) ? SEAT_FOR_ALL : (uint8_t)(1 + prng_below(dice, 2));
        hall->open[seat] = prng_below(dice, 10) < openness;
    }
    finish(hall);
}

/* ---- The oracle: a set of seats is a mask */

static bool at_side(const struct hall *hall, uint32_t seat) /* seat and seat + 1 */
{
    return seat + 1 < hall->plan.seat_count && hall->row_of[seat] == hall->row_of[seat + 1] &&
           !hall->aisle_after[seat];
}

static bool has(uint64_t set, uint32_t seat)
{
    return set >> seat & 1;
}

static bool has_free_side(const struct hall *hall, uint32_t seat, uint64_t taken)
{
    return (seat > 0 && at_side(hall, seat - 1) && hall->open[seat - 1] && !has(taken, seat - 1)) ||
           (at_side(hall, seat) && hall->open[seat + 1] && !has(taken, seat + 1));
}

/* A seat of the row that the set strands; -1: none. */
static int stranded_in(const struct hall *hall, uint64_t set, uint32_t row)
{
    for (uint32_t seat = 0; seat < hall->plan.seat_count; seat++)
        if (hall->row_of[seat] == row && hall->open[seat] && !has(set, seat) &&
            has_free_side(hall, seat, 0) && !has_free_side(hall, seat, set))
            return (int)seat;
    return -1;
}

struct verdict {
    enum seat_fit fit;
    uint32_t alone;
    uint64_t cost;
    uint64_t set;
};

static struct verdict judge(const struct hall *hall, uint64_t set)
{
    struct verdict verdict = { .set = set };
    uint32_t count = 0, joints = 0, first = UINT32_MAX, last = 0;
    for (uint32_t seat = 0; seat < hall->plan.seat_count; seat++) {
        if (!has(set, seat))
            continue;
        bool left = seat > 0 && has(set, seat - 1) && at_side(hall, seat - 1);
        bool right = at_side(hall, seat) && has(set, seat + 1);
        count++;
        joints += right;
        verdict.alone += !left && !right;
        verdict.cost += hall->distance_cm[seat];
        first = seat < first ? seat : first;
        last = seat;
    }
    bool one_block = hall->rows[hall->row_of[first]].block == hall->rows[hall->row_of[last]].block;
    if (joints == count - 1) {
        verdict.alone = 0;
        verdict.fit =
            stranded_in(hall, set, hall->row_of[first]) < 0 ? SEAT_FIT_TOGETHER : SEAT_FIT_ORPHANS;
    } else {
        verdict.fit = verdict.alone ? SEAT_FIT_ALONE : one_block ? SEAT_FIT_BLOCK : SEAT_FIT_APART;
    }
    return verdict;
}

static bool may_sit(const struct hall *hall, uint64_t set, enum seat_fit fit, uint32_t accessible)
{
    uint32_t found = 0;
    for (uint32_t seat = 0; seat < hall->plan.seat_count; seat++) {
        if (!has(set, seat))
            continue;
        if (hall->use[seat] == SEAT_COMPANION && !accessible)
            return false;
        found += hall->use[seat] == SEAT_ACCESSIBLE;
    }
    return found == accessible && (!accessible || fit <= SEAT_FIT_ORPHANS);
}

static bool is_better(const struct verdict *a, const struct verdict *b)
{
    if (b->fit == SEAT_FIT_NONE || a->fit != b->fit)
        return b->fit == SEAT_FIT_NONE || a->fit < b->fit;
    return a->alone != b->alone ? a->alone < b->alone : a->cost < b->cost;
}

static struct verdict oracle(const struct hall *hall, uint32_t count, uint32_t accessible)
{
    struct verdict best = { .fit = SEAT_FIT_NONE };
    for (uint64_t set = 1; set < (uint64_t)1 << hall->plan.seat_count; set++) {
        bool is_open_set = (uint32_t)__builtin_popcountll(set) == count;
        for (uint32_t seat = 0; is_open_set && seat < hall->plan.seat_count; seat++)
            is_open_set = !has(set, seat) || hall->open[seat];
        if (!is_open_set)
            continue;
        struct verdict verdict = judge(hall, set);
        if (may_sit(hall, set, verdict.fit, accessible) && is_better(&verdict, &best))
            best = verdict;
    }
    return best;
}

static uint64_t set_of(const uint32_t *seats, uint32_t count)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < count; i++)
        set |= (uint64_t)1 << seats[i];
    return set;
}

static void the_best_seats_are_those_of_the_oracle(void **state)
{
    (void)state;
    struct prng dice = { test_seed() };
    uint32_t fits[SEAT_FIT_ALONE + 1] = { 0 };
    for (int try = 0; try < TRIES; try++) {
        struct hall hall;
        uint32_t seats[SEAT_CHOICE_MOST], count = 1 + prng_below(&dice, 5);
        uint32_t accessible = prng_below(&dice, 4) ? 0 : 1 + prng_below(&dice, count);
        make_hall(&hall, &dice, 13);
        struct verdict want = oracle(&hall, count, accessible);
        enum seat_fit fit = seat_choice_best(&hall.plan, view_of(&hall), count, accessible, seats);
        fits[fit]++;
        assert_int_equal(fit, want.fit);
        if (fit == SEAT_FIT_NONE)
            continue;
        struct verdict got = judge(&hall, set_of(seats, count));
        assert_int_equal(__builtin_popcountll(got.set), count);
        assert_true(may_sit(&hall, got.set, got.fit, accessible));
        assert_int_equal(got.fit, want.fit);
        assert_int_equal(got.alone, want.alone);
        assert_int_equal(got.cost, want.cost);
        for (uint32_t i = 0; i < count; i++)
            assert_true(hall.open[seats[i]] && (i == 0 || seats[i] > seats[i - 1]));
        if (fit <= SEAT_FIT_ORPHANS) /* Of equal ones the first. */
            assert_true(seats[0] <= (uint32_t)__builtin_ctzll(want.set));
    }
    for (enum seat_fit fit = SEAT_FIT_NONE; fit <= SEAT_FIT_ALONE; fit++)
        assert_true(fits[fit] > 20);
}

static bool oracle_strands(const struct hall *hall, uint64_t set)
{
    for (uint32_t r = 0; r < hall->plan.row_count; r++) {
        const struct row_of_seats *row = &hall->rows[r];
        uint64_t mask = (((uint64_t)1 << row->count) - 1) << row->first;
        uint32_t in_row = (uint32_t)__builtin_popcountll(set & mask);
        if (in_row == 0 || stranded_in(hall, set, r) < 0)
            continue;
        for (uint32_t first = row->first; first + in_row <= row->first + row->count; first++) {
            uint64_t other = (((uint64_t)1 << in_row) - 1) << first;
            bool together = true;
            for (uint32_t seat = first; seat < first + in_row; seat++)
                together = together && hall->open[seat] &&
                           (seat + 1 == first + in_row || at_side(hall, seat));
            if (together && stranded_in(hall, other, r) < 0)
                return true;
        }
    }
    return false;
}

static void a_choice_strands_a_seat_when_the_oracle_says_so(void **state)
{
    (void)state;
    struct prng dice = { test_seed() };
    uint32_t strands = 0;
    for (int try = 0; try < 20 * TRIES; try++) {
        struct hall hall;
        uint32_t seats[SEAT_CHOICE_MOST], count = 0, orphan = 0;
        make_hall(&hall, &dice, SEATS_MOST);
        uint32_t rarity = 2 + prng_below(&dice, 6);
        for (uint32_t seat = 0; seat < hall.plan.seat_count && count < 8; seat++)
            if (hall.open[seat] && prng_below(&dice, rarity) == 0)
                seats[count++] = seat;
        if (count == 0)
            continue;
        uint64_t set = set_of(seats, count);
        bool expected = oracle_strands(&hall, set);
        assert_int_equal(seat_choice_strands(&hall.plan, view_of(&hall), seats, count, &orphan),
                         expected);
        strands += expected;
        if (expected)
            assert_true(hall.open[orphan] && !has(set, orphan) && has_free_side(&hall, orphan, 0) &&
                        !has_free_side(&hall, orphan, set));
    }
    assert_true(strands > TRIES);
}

/* ---- By hand */

static void one_row(struct hall *hall, const char *seats)
{
    *hall = (struct hall){ 0 };
    add_row(hall, 0, (uint32_t)strlen(seats));
    for (uint32_t k = 0; k < hall->plan.seat_count; k++) {
        hall->distance_cm[k] = k;
        hall->open[k] = seats[k] == '.';
    }
    finish(hall);
}

static bool strands(const char *row, uint32_t first, uint32_t count)
{
    struct hall hall;
    uint32_t seats[SEAT_CHOICE_MOST], orphan;
    one_row(&hall, row);
    for (uint32_t i = 0; i < count; i++)
        seats[i] = first + i;
    return seat_choice_strands(&hall.plan, view_of(&hall), seats, count, &orphan);
}

static void a_pair_may_have_two_of_three_seats_when_there_is_no_other_place_in_the_row(void **state)
{
    (void)state;
    assert_false(strands("#...#", 1, 2));
    assert_true(strands("#...#..", 1, 2)); /* The pair of seats beyond would do. */
    assert_true(strands(".....", 1, 2));   /* One further left, and nobody is alone. */
    assert_false(strands(".....", 0, 5));
    assert_false(strands(".#...", 2, 3)); /* It was alone before. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_seats_are_those_of_the_oracle),
        cmocka_unit_test(a_choice_strands_a_seat_when_the_oracle_says_so),
        cmocka_unit_test(
            a_pair_may_have_two_of_three_seats_when_there_is_no_other_place_in_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
