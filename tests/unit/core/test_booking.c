/* Ticketing by itself, under random commands and the eyes of its model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "tests/support/play_money.h"
#include "tests/support/play_random.h"
#include "tests/support/seed.h"

#include <stdlib.h>

enum { ROUNDS = 30, MONEY_ROUNDS = 150, LONG_ROUNDS = 10000, STEPS = 800, KINDS = 1024 };

static uint32_t draw(void *ctx, uint32_t bound)
{
    return prng_below(ctx, bound);
}

static void note_kinds(const struct play *play, bool *seen)
{
    struct arena arena = { 0 };
    for (uint32_t i = 0; i < play->journal_count; i++) {
        struct fact fact;
        arena_reset(&arena);
        assert_true(fact_decode(play->journal[i], &arena, &fact));
        seen[fact.kind] = true;
    }
    arena_fini(&arena);
}

/* Time goes on a little, and what is due is done at once, later, or not yet. */
static void step(struct play *play, const struct dice *dice)
{
    play->now_ms += roll(dice, 3) ? 0 : roll(dice, 3000);
    play_random_tickets(play, dice);
    if (roll(dice, 4) == 0 && stadium_due(play->stadium) <= play->now_ms)
        play_command(play, (struct command){ .kind = COMMAND_TICK });
    if (roll(dice, 100) == 0)
        play_gate(play, roll(dice, SMALL_GATES), 1 + roll(dice, 2));
}

static void random_bookings_are_what_the_model_says(void **state)
{
    (void)state;
    uint64_t seed = test_seed();
    bool seen[KINDS] = { false };
    struct limits limits = limits_default();
    limits.facts_per_command = 4; /* Cancelled events take their time. */
    const uint64_t rounds = getenv("TIFO_LONG") ? LONG_ROUNDS : ROUNDS;
    for (uint64_t round = 0; round < rounds; round++) {
        struct prng prng = { seed + round };
        const struct dice dice = { draw, &prng };
        struct play play;
        play_init(&play, &limits);
        play.packs = round % 3 == 0;
        play_import(&play);
        play.modelled = true;
        for (int i = 0; i < STEPS; i++) {
            step(&play, &dice);
            if (i % 16 == 0)
                stadium_check(play.stadium);
        }
        stadium_check(play.stadium);
        assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
        note_kinds(&play, seen);
        play_fini(&play);
    }
    for (enum fact_kind kind = FACT_EVENT_CREATED; kind && kind <= FACT_EVENT_UNPUBLISHED;
         kind = fact_kind_next(kind)) {
        if (!seen[kind] && kind != FACT_SEATS_HELD && kind != FACT_ORDER_PLACED &&
            kind != FACT_PAYMENT_SETTLED && kind != FACT_ANSWERED) /* Of older versions. */
            fail_msg("no %s among the random facts", fact_fields(kind)->name);
    }
}

/* An event that goes on selling, and does not wait long for a payment. */
static void open_shop(struct play *play)
{
    struct set_policy terms = play_terms_form(play_event(play));
    terms.payment_ttl_s = PAYMENT_TTL_MIN_S;
    play_terms(play, &terms);
}

/* What the model does not know: whatever is done with the money, the books say the same, nothing is
 * lost, and replay agrees. */
static void random_money_is_all_accounted_for(void **state)
{
    (void)state;
    uint64_t seed = test_seed();
    bool seen[KINDS] = { false };
    struct limits limits = limits_default();
    limits.facts_per_command = 4;
    const uint64_t rounds = getenv("TIFO_LONG") ? LONG_ROUNDS : MONEY_ROUNDS;
    for (uint64_t round = 0; round < rounds; round++) {
        struct prng prng = { seed + round };
        const struct dice dice = { draw, &prng };
        struct play play;
        play_init(&play, &limits);
        play.packs = round % 3 == 0;
        play_import(&play);
        open_shop(&play);
        for (int i = 0; i < STEPS; i++) {
            play.now_ms += roll(&dice, 3) ? 0 : roll(&dice, 1500);
            play_random_money(&play, &dice);
            if (roll(&dice, 3) == 0 && stadium_due(play.stadium) <= play.now_ms)
                play_command(&play, (struct command){ .kind = COMMAND_TICK });
            if (i % 8 == 0)
                stadium_check(play.stadium);
        }
        stadium_check(play.stadium);
        assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
        note_kinds(&play, seen);
        play_fini(&play);
    }
    for (enum fact_kind kind = FACT_ORDER_OPENED; kind && kind <= FACT_ORDER_EXCHANGED;
         kind = fact_kind_next(kind)) {
        if (!seen[kind])
            fail_msg("no %s among the random facts", fact_fields(kind)->name);
    }
    for (enum fact_kind kind = FACT_RESALE_SET; kind && kind <= FACT_ADDONS_HELD;
         kind = fact_kind_next(kind)) {
        if (!seen[kind])
            fail_msg("no %s among the random facts", fact_fields(kind)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bookings_are_what_the_model_says),
        cmocka_unit_test(random_money_is_all_accounted_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
