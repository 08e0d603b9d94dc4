#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/base/sha256.h"
#include "tests/support/play_tickets.h"
#include "tests/support/play_waitroom.h"
#include "tests/support/seed.h"
#include "tests/unit/core/imported.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

static struct id room(struct set_waitroom *form)
{
    struct id event = play_event(&play);
    *form = play_waitroom_form(&play, event);
    return event;
}

/* A room that is open, with nobody in it. */
static struct id open_room(uint32_t rate_ppm, uint32_t max_active)
{
    struct set_waitroom form;
    struct id event = room(&form);
    form.opens_ms = 0;
    form.rate_ppm = rate_ppm;
    form.max_active = max_active;
    assert_int_equal(play_set_waitroom(&play, &form), STATUS_OK);
    play_settle(&play);
    return event;
}

/* By hand, as the API says it: the lowest key first. */
static uint64_t key_by_hand(const struct waitroom *of, uint32_t entry, uint64_t nonce)
{
    uint8_t bytes[44], hash[SHA256_BYTES], commitment[SEED_BYTES];
    waitroom_seed(of, bytes, commitment);
    for (int i = 0; i < 4; i++)
        bytes[32 + i] = (uint8_t)(entry >> (24 - 8 * i));
    for (int i = 0; i < 8; i++)
        bytes[36 + i] = (uint8_t)(nonce >> (56 - 8 * i));
    sha256(bytes, sizeof(bytes), hash);
    uint64_t key = 0;
    for (int i = 0; i < 8; i++)
        key = key << 8 | hash[i];
    return key;
}

static void the_order_before_opening_is_drawn_from_the_seed(void **state)
{
    (void)state;
    enum { PEOPLE = 200 };
    struct set_waitroom form;
    struct id event = room(&form);
    assert_int_equal(play_set_waitroom(&play, &form), STATUS_OK);
    assert_int_equal(play_enter_many(&play, event, "p", PEOPLE), STATUS_OK);
    assert_int_equal(play_number(&play, event, "p7"), 0);
    play_wait(&play, MINUTE_MS);
    const struct waitroom *of = play_waitroom(&play, event);
    assert_int_equal(of->open, 1);
    assert_int_equal(of->drawn, PEOPLE);
    uint32_t moved = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        uint32_t before = 1;
        const uint32_t number = stadium_waiter_number(play.stadium, 0, i + 1);
        for (uint32_t k = 0; k < PEOPLE; k++)
            before += key_by_hand(of, k + 1, k) < key_by_hand(of, i + 1, i);
        assert_int_equal(number, before);
        moved += number != i + 1;
    }
    assert_true(moved > PEOPLE / 2);
    /* Later ones stand behind all of them. */
    play_enter(&play, event, "late", 1);
    assert_int_equal(play_number(&play, event, "late"), PEOPLE + 1);
}

static void ten_thousand_are_let_in_exactly_at_the_rate_and_in_line(void **state)
{
    (void)state;
    struct id event = open_room(6000, 100000);
    for (int i = 0; i < 10; i++) {
        char prefix[8];
        snprintf(prefix, sizeof(prefix), "p%d-", i);
        assert_int_equal(play_enter_many(&play, event, prefix, 1000), STATUS_OK);
    }
    const struct waitroom *of = play_waitroom(&play, event);
    const uint32_t before = of->admitted;
    for (int second = 1; second <= 60; second++) {
        play_wait(&play, 1000);
        assert_in_range(of->admitted - before, (uint32_t)(100 * second) - 1,
                        (uint32_t)(100 * second) + 100);
        assert_int_equal(of->served, of->admitted);
    }
    for (uint32_t entry = 1; entry <= of->entered; entry++)
        assert_int_equal(stadium_waiter(play.stadium, 0, entry)->state,
                         entry <= of->served ? WAITER_ADMITTED : WAITER_WAITING);
    assert_in_range(waitroom_served_ppm(of, play.now_ms), 5800, 6200);
}

static void no_more_are_in_than_may_be_and_slots_are_used_again(void **state)
{
    (void)state;
    struct id event = open_room(60000, 10);
    play_enter_many(&play, event, "p", 100);
    play_wait(&play, 10 * 1000);
    const struct waitroom *of = play_waitroom(&play, event);
    assert_int_equal(of->active, 10);
    assert_int_equal(of->served, 10);
    /* One leaves, one buys, the others never come. */
    play_leave(&play, event, "p0");
    struct id hold;
    assert_int_equal(play_hold_admitted(&play, event, "p1", SMALL_BLOCKS * SMALL_SEATS - 1, &hold),
                     STATUS_OK);
    assert_int_equal(play_confirm(&play, hold, NULL), STATUS_OK);
    assert_int_equal(play_waiter(&play, event, "p1")->state, WAITER_DONE);
    play_wait(&play, 1000);
    assert_int_equal(of->active, 10);
    assert_int_equal(of->served, 12);
    play_wait(&play, (CLAIM_S - 10) * 1000);
    assert_int_equal(play_waiter(&play, event, "p2")->state, WAITER_EXPIRED);
    assert_int_equal(of->active, 10);
    assert_int_equal(of->served, 20);
}

static void a_hold_shows_an_admission(void **state)
{
    (void)state;
    struct id event = open_room(600, 1), hold;
    assert_int_equal(play_hold_admitted(&play, event, "ann", 3, NULL), STATUS_ADMISSION_REQUIRED);
    play_enter(&play, event, "ann", 1);
    play_enter(&play, event, "bob", 2);
    play_wait(&play, 1000);
    assert_int_equal(play_hold(&play, event, "ann", (struct u32s){ (uint32_t[]){ 3 }, 1 }, NULL),
                     STATUS_ADMISSION_REQUIRED);
    assert_string_equal(play.facts.refusal.field, "admission_token");
    assert_int_equal(play_hold_admitted(&play, event, "bob", 3, NULL), STATUS_ADMISSION_EXPIRED);
    assert_int_equal(play_hold_admitted(&play, event, "ann", 3, &hold), STATUS_OK);
    /* The hold has renewed it, for as long as a session; to the millisecond. */
    play.now_ms += SESSION_S * 1000 - 1;
    assert_int_equal(play_hold_admitted(&play, event, "ann", 4, &hold), STATUS_OK);
    play.now_ms += SESSION_S * 1000;
    assert_int_equal(play_hold_admitted(&play, event, "ann", 5, NULL), STATUS_ADMISSION_EXPIRED);
    play_settle(&play);
    assert_int_equal(play_waiter(&play, event, "bob")->state, WAITER_ADMITTED);
    /* Again, at the end of the line. */
    play_enter(&play, event, "ann", 9);
    assert_int_equal(play_number(&play, event, "ann"), 3);
    assert_int_equal(play_waiter(&play, event, "ann")->state, WAITER_WAITING);
}

static void without_a_room_nothing_is_asked(void **state)
{
    (void)state;
    struct id with = open_room(600, 1), without = play_event(&play);
    assert_int_equal(play_hold_admitted(&play, with, "ann", 3, NULL), STATUS_ADMISSION_REQUIRED);
    assert_int_equal(play_hold_admitted(&play, without, "ann", 3, NULL), STATUS_OK);
    assert_int_equal(play_enter(&play, without, "ann", 3), STATUS_UNKNOWN_WAITROOM);
}

static void entering_twice_keeps_the_place(void **state)
{
    (void)state;
    struct set_waitroom form;
    struct id event = room(&form);
    play_set_waitroom(&play, &form);
    for (int i = 0; i < 30; i++)
        assert_int_equal(play_enter(&play, event, "ann", (uint64_t)i), STATUS_OK);
    assert_int_equal(play_waitroom(&play, event)->entered, 1);
    assert_int_equal(play.facts.count, 0);
}

static void gaps_are_passed_over_and_cost_nothing(void **state)
{
    (void)state;
    struct id event = open_room(60, 1000);
    play_enter_many(&play, event, "p", 10);
    for (int i = 1; i < 9; i++) {
        char name[8];
        snprintf(name, sizeof(name), "p%d", i);
        play_leave(&play, event, name);
    }
    play_wait(&play, 2000);
    assert_int_equal(play_waiter(&play, event, "p9")->state, WAITER_ADMITTED);
    assert_int_equal(play_waitroom(&play, event)->admitted, 2);
    assert_int_equal(play_waitroom(&play, event)->served, 10);
    play_enter(&play, event, "p3", 1);
    assert_int_equal(play_number(&play, event, "p3"), 11);
}

static void an_operator_pauses_queues_passes_and_rejects(void **state)
{
    (void)state;
    struct set_waitroom form;
    struct id event = room(&form);
    form.opens_ms = 0;
    play_set_waitroom(&play, &form);
    play_enter_many(&play, event, "p", 20);
    play_wait(&play, 1000);
    const struct waitroom *of = play_waitroom(&play, event);
    const uint32_t served = of->served;
    assert_in_range(served, 9, 11);

    form.mode = WAITROOM_PAUSED;
    play_set_waitroom(&play, &form);
    play_wait(&play, 5000);
    assert_int_equal(of->served, served);
    assert_int_equal(play_hold_admitted(&play, event, "p0", 3, NULL), STATUS_OK);

    form.mode = WAITROOM_QUEUE_ALL;
    play_set_waitroom(&play, &form);
    assert_int_equal(play_hold_admitted(&play, event, "p1", 4, NULL), STATUS_WAITROOM_SHUT);
    play_wait(&play, 1000 * 1000); /* Nobody's admission ends meanwhile. */
    assert_int_equal(of->active, served);

    form.mode = WAITROOM_NORMAL;
    play_set_waitroom(&play, &form);
    assert_int_equal(play_hold_admitted(&play, event, "p1", 4, NULL), STATUS_OK);
    play_wait(&play, 1000);
    assert_in_range(of->served, served + 9, served + 11);

    form.mode = WAITROOM_PASS;
    play_set_waitroom(&play, &form);
    assert_int_equal(play_hold_admitted(&play, event, "somebody", 5, NULL), STATUS_OK);

    form.mode = WAITROOM_REJECT;
    play_set_waitroom(&play, &form);
    assert_int_equal(play_enter(&play, event, "new", 1), STATUS_WAITROOM_SHUT);
    assert_int_equal(play_enter(&play, event, "p19", 1), STATUS_OK); /* Has a place. */
    assert_int_equal(play_admit(&play, event, "vip"), STATUS_OK);
    assert_int_equal(play_waiter(&play, event, "vip")->state, WAITER_ADMITTED);
}

static void an_operator_lets_somebody_in_ahead(void **state)
{
    (void)state;
    struct set_waitroom form;
    struct id event = room(&form);
    form.max_active = 1;
    play_set_waitroom(&play, &form);
    play_enter_many(&play, event, "p", 5);
    assert_int_equal(play_admit(&play, event, "p3"), STATUS_OK);
    assert_int_equal(play_admit(&play, event, "vip"), STATUS_OK);
    assert_int_equal(play_admit(&play, event, "vip"), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(play_hold_admitted(&play, event, "vip", 3, NULL), STATUS_OK);
    assert_int_equal(play_waitroom(&play, event)->active, 2);
    play_wait(&play, MINUTE_MS);
    assert_int_equal(play_waiter(&play, event, "p3")->state, WAITER_ADMITTED);
    assert_int_equal(play_waitroom(&play, event)->drawn, 6);
}

static void a_loaded_server_lets_nobody_in(void **state)
{
    (void)state;
    struct id event = open_room(600, 100);
    play_enter_many(&play, event, "p", 50);
    const struct waitroom *of = play_waitroom(&play, event);
    struct command tick = { .kind = COMMAND_TICK };
    for (int i = 0; i < 20; i++) {
        play.now_ms += 250;
        tick.as.tick.load_percent = 75;
        while (stadium_due(play.stadium) <= play.now_ms)
            play_command(&play, tick);
    }
    assert_int_equal(of->served, 0);
    tick.as.tick.load_percent = 74;
    play.now_ms += 250;
    while (stadium_due(play.stadium) <= play.now_ms)
        play_command(&play, tick);
    assert_in_range(of->served, 1, 3); /* And not all that had to wait. */
}

static void bots_have_to_work_and_a_device_enters_few(void **state)
{
    (void)state;
    struct set_waitroom form;
    struct id event = room(&form);
    form.proof_bits = 8;
    form.device_waiters = 2;
    play_set_waitroom(&play, &form);
    uint8_t bytes[SEED_BYTES + 8 + 3], seed[SEED_BYTES], hash[SHA256_BYTES];
    waitroom_seed(play_waitroom(&play, event), seed, bytes);
    memcpy(bytes + SEED_BYTES + 8, "ann", 3);
    uint64_t good = 0;
    for (;; good++) {
        for (int i = 0; i < 8; i++)
            bytes[SEED_BYTES + i] = (uint8_t)(good >> (56 - 8 * i));
        sha256(bytes, sizeof(bytes), hash);
        if (hash[0] == 0)
            break;
    }
    const char *persons[] = { "ann" }, *devices[] = { "phone" };
    const uint64_t nonces[] = { good, good + 1 };
    struct command command = { .kind = COMMAND_ENTER_WAITROOM };
    command.as.enter_waitroom =
        (struct enter_waitroom){ event, persons, 1, { nonces + 1, 1 }, devices };
    assert_int_equal(play_command(&play, command), STATUS_PROOF_MISSING);
    command.as.enter_waitroom.nonce.v = nonces;
    assert_int_equal(play_command(&play, command), STATUS_OK);

    form.proof_bits = 0;
    play_set_waitroom(&play, &form);
    assert_int_equal(play_enter(&play, event, "bob", 1), STATUS_BAD_FIELD); /* No device. */
    persons[0] = "bob";
    assert_int_equal(play_command(&play, command), STATUS_OK);
    persons[0] = "cyd";
    assert_int_equal(play_command(&play, command), STATUS_DEVICE_FULL);
    assert_string_equal(play.facts.refusal.field, "device[0]");
    persons[0] = "ann"; /* Has a place. */
    assert_int_equal(play_command(&play, command), STATUS_OK);
    const char *two[] = { "dee", "eve", "fay" }, *same[] = { "pad", "pad", "pad" };
    const uint64_t three[] = { 1, 2, 3 };
    command.as.enter_waitroom = (struct enter_waitroom){ event, two, 3, { three, 3 }, same };
    assert_int_equal(play_command(&play, command), STATUS_DEVICE_FULL);
    assert_string_equal(play.facts.refusal.field, "device[2]");
    assert_int_equal(play_waitroom(&play, event)->entered, 2);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct set_waitroom form;
    struct id event = room(&form);
    struct set_waitroom bad = form;
    bad.rate_ppm = 0;
    assert_int_equal(play_set_waitroom(&play, &bad), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "settings.rate_per_minute");
    bad = form;
    bad.mode = WAITROOM_REJECT + 1;
    assert_int_equal(play_set_waitroom(&play, &bad), STATUS_BAD_FIELD);
    bad = form;
    bad.event = play_id(&play);
    assert_int_equal(play_set_waitroom(&play, &bad), STATUS_UNKNOWN_EVENT);
    assert_int_equal(play_set_waitroom(&play, &form), STATUS_OK);
    assert_int_equal(play_set_waitroom(&play, &form), STATUS_OK);
    assert_int_equal(play.facts.count, 0);
    assert_int_equal(play_enter(&play, event, "", 1), STATUS_BAD_FIELD);
    assert_int_equal(play_enter_many(&play, event, "p", 0), STATUS_BAD_FIELD);
    const char *twice[] = { "ann", "bob", "ann" };
    const uint64_t nonces[] = { 1, 2, 3 };
    const char *devices[] = { "", "", "" };
    struct command command = { .kind = COMMAND_ENTER_WAITROOM };
    command.as.enter_waitroom = (struct enter_waitroom){ event, twice, 3, { nonces, 3 }, devices };
    assert_int_equal(play_command(&play, command), STATUS_BAD_FIELD);
    assert_string_equal(play.facts.refusal.field, "persons[2]");
    play_wait(&play, MINUTE_MS);
    form.opens_ms += 1;
    assert_int_equal(play_set_waitroom(&play, &form), STATUS_WAITROOM_SHUT);
    play_cancel(&play, event);
    assert_int_equal(play_enter(&play, event, "ann", 1), STATUS_EVENT_CANCELLED);
}

static void a_replayed_room_is_the_same(void **state)
{
    (void)state;
    struct set_waitroom form;
    struct id event = room(&form);
    play_set_waitroom(&play, &form);
    play_enter_many(&play, event, "p", 300);
    play_leave(&play, event, "p5");
    play_wait(&play, 2 * MINUTE_MS);
    play_hold_admitted(&play, event, "p9", 3, NULL);
    form.mode = WAITROOM_QUEUE_ALL;
    play_set_waitroom(&play, &form);
    play_wait(&play, 1000);
    assert_int_equal(play_replayed_digest(&play), stadium_digest(play.stadium));
}

/* ---- At random --------------------------------------------------------------------------- */

static const char *nth(uint32_t n)
{
    static char name[16];
    snprintf(name, sizeof(name), "p%u", n);
    return name;
}

static const char *random_name(struct prng *prng)
{
    return nth(prng_below(prng, 12));
}

static void random_room(struct prng *prng, struct id event)
{
    struct set_waitroom form = play_waitroom_form(&play, event);
    const struct waitroom *of = play_waitroom(&play, event);
    form.opens_ms = of ? of->opens_ms : play.now_ms + 250 * prng_below(prng, 40);
    form.mode = 1 + prng_below(prng, WAITROOM_REJECT);
    form.rate_ppm = 1 + prng_below(prng, 3000);
    form.max_active = 1 + prng_below(prng, 4);
    form.claim_s = 10 + prng_below(prng, 10);
    form.session_s = 10 + prng_below(prng, 20);
    play_set_waitroom(&play, &form);
}

static void random_step(struct prng *prng, struct id event, bool *ahead)
{
    switch (prng_below(prng, 12)) {
    case 0:
        random_room(prng, event);
        break;
    case 1:
        play_leave(&play, event, random_name(prng));
        break;
    case 2:
        *ahead |=
            prng_below(prng, 8) == 0 && play_admit(&play, event, random_name(prng)) == STATUS_OK;
        break;
    case 3:
    case 4:
        play_hold_admitted(&play, event, random_name(prng),
                           prng_below(prng, SMALL_BLOCKS * SMALL_SEATS), NULL);
        break;
    case 5:
    case 6:
    case 7:
        play.now_ms += 250 * prng_below(prng, 30);
        play_settle(&play);
        break;
    default:
        play_enter(&play, event, random_name(prng), prng_next(prng));
    }
}

/* Counts are those of the rows, each number is somebody's, and not too many are in. */
static void check_room(struct id event, uint32_t most)
{
    const struct waitroom *of = play_waitroom(&play, event);
    uint32_t waiting = 0, active = 0;
    bool given[1000] = { false };
    for (uint32_t entry = 1; of && entry <= of->entered; entry++) {
        const uint32_t state = stadium_waiter(play.stadium, 0, entry)->state;
        const uint32_t number = stadium_waiter_number(play.stadium, 0, entry);
        waiting += state == WAITER_WAITING;
        active += state == WAITER_ADMITTED;
        assert_true(!of->open || (number >= 1 && number <= of->entered && !given[number]));
        assert_true(state != WAITER_WAITING || !of->open || number > of->served);
        given[number] = of->open;
    }
    if (!of)
        return;
    assert_int_equal(of->waiting, waiting);
    assert_int_equal(of->active, active);
    assert_true(active <= most);
}

static void whatever_happens_a_room_holds_together(void **state)
{
    (void)state;
    const uint64_t seed = test_seed();
    for (uint64_t round = 0; round < 30; round++) {
        struct prng prng = { seed + round };
        bool ahead = false;
        stop(NULL);
        start(NULL);
        struct id event = play_event(&play);
        for (int i = 0; i < 300; i++) {
            random_step(&prng, event, &ahead);
            check_room(event, ahead ? UINT32_MAX : 4);
        }
        assert_true(play_replayed_digest(&play) == stadium_digest(play.stadium));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_order_before_opening_is_drawn_from_the_seed, start,
                                        stop),
        cmocka_unit_test_setup_teardown(ten_thousand_are_let_in_exactly_at_the_rate_and_in_line,
                                        start, stop),
        cmocka_unit_test_setup_teardown(no_more_are_in_than_may_be_and_slots_are_used_again, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_hold_shows_an_admission, start, stop),
        cmocka_unit_test_setup_teardown(without_a_room_nothing_is_asked, start, stop),
        cmocka_unit_test_setup_teardown(entering_twice_keeps_the_place, start, stop),
        cmocka_unit_test_setup_teardown(gaps_are_passed_over_and_cost_nothing, start, stop),
        cmocka_unit_test_setup_teardown(an_operator_pauses_queues_passes_and_rejects, start, stop),
        cmocka_unit_test_setup_teardown(an_operator_lets_somebody_in_ahead, start, stop),
        cmocka_unit_test_setup_teardown(a_loaded_server_lets_nobody_in, start, stop),
        cmocka_unit_test_setup_teardown(bots_have_to_work_and_a_device_enters_few, start, stop),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(a_replayed_room_is_the_same, start, stop),
        cmocka_unit_test_setup_teardown(whatever_happens_a_room_holds_together, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
