/* Manifests that are made a few tickets at a time, while other things happen. */
#include "server/wire/manifest.h"

#include "server/base/prng.h"
#include "tests/support/play_tickets.h"
#include "tests/support/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint32_t draw(void *ctx, uint32_t bound)
{
    return prng_below(ctx, bound);
}

/* All of it at once, as of now. */
static void make_now(const struct play *play, const struct manifest_ask *ask, struct arena *arena,
                     struct manifest *out)
{
    struct manifest_walk walk = { .ask = *ask };
    assert_true(wire_manifest_step(play->stadium, &walk, UINT32_MAX, play->now_ms, arena, out));
    wire_manifest_sort(&walk, out);
}

/* Steps, and random commands between them; how many steps it took. */
static uint32_t make_slowly(struct play *play, const struct dice *dice,
                            const struct manifest_ask *ask, struct arena *arena,
                            struct manifest *out)
{
    struct manifest_walk walk = { .ask = *ask };
    uint32_t steps = 1;
    while (!wire_manifest_step(play->stadium, &walk, 1 + draw(dice->ctx, 6), play->now_ms, arena,
                               out)) {
        for (uint32_t i = draw(dice->ctx, 4); i > 0; i--)
            play_random(play, dice);
        assert_true(++steps < 10000);
    }
    wire_manifest_sort(&walk, out);
    return steps;
}

static void check_same(const struct manifest *one, const struct manifest *other)
{
    assert_int_equal(one->kind, other->kind);
    assert_int_equal(one->from_seq, other->from_seq);
    assert_int_equal(one->to_seq, other->to_seq);
    assert_int_equal(one->ticket_count, other->ticket_count);
    if (one->ticket_count)
        assert_memory_equal(one->tickets, other->tickets,
                            (size_t)one->ticket_count * MANIFEST_ROW_BYTES);
    assert_int_equal(one->medium_count, other->medium_count);
    if (one->medium_count)
        assert_memory_equal(one->media, other->media,
                            (size_t)one->medium_count * MANIFEST_MEDIUM_BYTES);
}

/* What a medium stands for is there, and was exchanged; and the other way round. */
static void check_media(const struct manifest *m)
{
    uint32_t exchanged = 0;
    for (uint32_t i = 0; i < m->ticket_count; i++)
        exchanged += (m->tickets[(i + 1) * MANIFEST_ROW_BYTES - 1] & MANIFEST_EXCHANGED) != 0;
    if (m->has_media)
        assert_int_equal(m->medium_count, exchanged);
    for (uint32_t i = 0; i < m->medium_count; i++) {
        const uint8_t *row = m->media + (size_t)i * MANIFEST_MEDIUM_BYTES;
        assert_true(i == 0 || memcmp(row - MANIFEST_MEDIUM_BYTES, row, MANIFEST_KEY_BYTES) < 0);
        const uint8_t *ticket =
            manifest_find(m->tickets, m->ticket_count, row + MANIFEST_KEY_BYTES);
        assert_non_null(ticket);
        assert_true(ticket[MANIFEST_ROW_BYTES - 1] & MANIFEST_EXCHANGED);
    }
}

struct seen {
    uint32_t interrupted, media, kinds[4];
};

/* How much a ground sells is left to chance: more of them are played until each kind of manifest
   was compared, and enough were made in steps. */
enum { GROUNDS_MOST = 400 };

static bool seen_enough(const struct seen *seen)
{
    return seen->interrupted > 20 && seen->media > 20 && seen->kinds[MANIFEST_FULL] &&
           seen->kinds[MANIFEST_REVOKED] && seen->kinds[MANIFEST_CHANGES];
}

static void compare_once(struct play *play, const struct dice *dice, struct seen *seen)
{
    struct arena arena = { 0 };
    struct manifest slowly, now;
    uint32_t events;
    stadium_events(play->stadium, &events);
    if (events == 0)
        return;
    struct manifest_ask ask = { .event = draw(dice->ctx, events),
                                .revoked_only = draw(dice->ctx, 2),
                                .media = draw(dice->ctx, 4) > 0 };
    const struct door_rules rules = stadium_door_rules(play->stadium, ask.event);
    ask.list = draw(dice->ctx, rules.lists + 1);
    if (draw(dice->ctx, 2))
        ask.since_seq = draw(dice->ctx, (uint32_t)stadium_seq(play->stadium) + 1);
    seen->interrupted += make_slowly(play, dice, &ask, &arena, &slowly) > 1;
    make_now(play, &ask, &arena, &now);
    check_same(&slowly, &now);
    check_media(&now);
    seen->media += now.medium_count > 0;
    seen->kinds[now.kind] += now.ticket_count > 0;
    arena_fini(&arena);
}

static void in_steps_it_is_as_of_its_last(void **state)
{
    (void)state;
    static struct play play;
    struct prng prng = { test_seed() };
    const struct dice dice = { draw, &prng };
    struct seen seen = { 0 };
    int ground = 0;
    for (; ground < 16 || (ground < GROUNDS_MOST && !seen_enough(&seen)); ground++) {
        play_init(&play, NULL);
        play_import(&play);
        for (int round = 0; round < 40; round++) {
            for (int i = 0; i < 20; i++)
                play_random(&play, &dice);
            compare_once(&play, &dice, &seen);
        }
        play_fini(&play);
    }
    print_message("%d grounds: %u in steps, %u with media; whole %u, revoked %u, changes %u\n",
                  ground, seen.interrupted, seen.media, seen.kinds[MANIFEST_FULL],
                  seen.kinds[MANIFEST_REVOKED], seen.kinds[MANIFEST_CHANGES]);
    assert_true(seen_enough(&seen));
}

/* Somebody comes in, and another ticket is sold, when all but one have been copied. */
static void what_happens_on_the_way_is_in_it(void **state)
{
    (void)state;
    static struct play play;
    struct arena arena = { 0 };
    struct manifest made;
    struct id hold, order;
    uint32_t seats[] = { 0, 1, 2 }, later = 3;
    play_init(&play, NULL);
    play_import(&play);
    const struct id event = play_event(&play);
    assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ seats, 3 }, &hold), STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, &order), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    struct manifest_walk walk = { .ask = { .event = 0 } };
    assert_false(wire_manifest_step(play.stadium, &walk, 2, play.now_ms, &arena, &made));
    const struct scan_ticket form = play_scan_form(&play, play_ticket(&play, order, 0), 0, 1);
    assert_int_equal(play_scan(&play, &form), SCAN_OK);
    assert_int_equal(play_hold(&play, event, "bob", (struct u32s){ &later, 1 }, &hold), STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, &order), STATUS_OK);
    play_settle_payment(&play, PAYMENT_DONE);
    assert_true(wire_manifest_step(play.stadium, &walk, 2, play.now_ms, &arena, &made));
    assert_int_equal(made.to_seq, stadium_seq(play.stadium));
    wire_manifest_sort(&walk, &made);
    assert_int_equal(made.ticket_count, 4);
    uint32_t in = 0;
    for (uint32_t i = 0; i < made.ticket_count; i++) {
        struct manifest_ticket row;
        manifest_ticket_read(made.tickets + (size_t)i * MANIFEST_ROW_BYTES, &row);
        in += row.flags == MANIFEST_IN && row.seat == 0;
    }
    assert_int_equal(in, 1);
    arena_fini(&arena);
    play_fini(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happens_on_the_way_is_in_it),
        cmocka_unit_test(in_steps_it_is_as_of_its_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
