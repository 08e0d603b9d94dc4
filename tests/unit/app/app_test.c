/* When answers leave, what a failing disk does, and how time passes. */
#include "tests/unit/app/fixture.h"

#include "server/app/recover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void ask(struct fixture *f, struct asked *asked)
{
    assert_int_equal(app_post(f->app, &asked->request), STATUS_OK);
    fixture_run(f);
}

static void import(struct fixture *f)
{
    struct asked asked;
    asked_import(&asked);
    ask(f, &asked);
    while (memory_journal_release(f->journal, 1))
        fixture_run(f);
    assert_true(asked.answered);
    assert_int_equal(asked.request.refusal.status, STATUS_OK);
}

static void advance(struct fixture *f, int64_t to_ms)
{
    struct asked asked;
    asked_advance(&asked, to_ms);
    ask(f, &asked);
    while (memory_journal_release(f->journal, 1))
        fixture_run(f);
    assert_true(asked.answered);
    assert_int_equal(asked.request.refusal.status, STATUS_OK);
}

static void report(struct fixture *f, uint64_t sequence, int64_t at_ms, uint32_t people)
{
    static const uint32_t place = 0;
    struct intake_outcome outcome;
    const struct readings readings = { .source = "camera",
                                       .sequence = sequence,
                                       .at_ms = at_ms,
                                       .place = { &place, 1 },
                                       .people = { &people, 1 } };
    assert_int_equal(intake_take(app_intake(f->app), "", &readings, app_now_ms(f->app), &outcome),
                     STATUS_OK);
}

/* ---- Durability -------------------------------------------------------------------------------
 */

static void an_answer_waits_until_it_is_durable(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .journal.hold = true });
    import(&f);
    struct asked gate;
    asked_gate(&gate, 0, GATE_CLOSED);
    ask(&f, &gate);
    assert_true(gate.looked_seq > 0);
    assert_false(gate.answered);
    assert_int_equal(memory_journal_release(f.journal, 1), 1);
    fixture_run(&f);
    assert_true(gate.answered);
    assert_true(gate.request.fact_count > 0);
    memory_journal_release(f.journal, UINT32_MAX);
    fixture_fini(&f);
}

static void a_read_hears_nothing_that_a_crash_could_take_back(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .journal.hold = true });
    import(&f);
    struct asked read, gate, refused;
    asked_read(&read);
    ask(&f, &read);
    assert_true(read.answered); /* Nothing is under way. */

    asked_gate(&gate, 0, GATE_CLOSED);
    ask(&f, &gate);
    asked_read(&read);
    ask(&f, &read);
    asked_gate(&refused, 99, GATE_CLOSED);
    ask(&f, &refused);
    assert_false(read.answered);
    assert_false(refused.answered);
    while (memory_journal_release(f.journal, 1))
        fixture_run(&f);
    assert_true(read.answered);
    assert_true(refused.answered);
    assert_int_equal(refused.request.refusal.status, STATUS_UNKNOWN_GATE);
    assert_int_equal(refused.looked_seq, 0);
    fixture_fini(&f);
}

static void turns_collect_while_one_is_appended(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){
                         .journal.hold = true, .real_clock = true, .hold_plans = true });
    import(&f);
    struct asked first, second, third;
    asked_gate(&first, 0, GATE_CLOSED);
    ask(&f, &first);
    asked_gate(&second, 1, GATE_CLOSED);
    ask(&f, &second);
    asked_gate(&third, 0, GATE_OPEN);
    ask(&f, &third);
    assert_int_equal(memory_journal_release(f.journal, 9), 1);
    fixture_run(&f);
    assert_true(first.answered);
    assert_false(second.answered);
    /* Both others are one append: group commit. */
    assert_int_equal(memory_journal_release(f.journal, 9), 1);
    fixture_run(&f);
    assert_true(second.answered);
    assert_true(third.answered);
    fixture_fini(&f);
}

static void a_failed_append_stops_the_app_and_everyone_hears_it(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .journal.fail_append = 2 });
    import(&f);
    struct asked gate, late;
    asked_gate(&gate, 0, GATE_CLOSED);
    ask(&f, &gate);
    assert_true(gate.answered);
    assert_int_equal(gate.request.refusal.status, STATUS_JOURNAL_FAILED);
    assert_non_null(strstr(gate.request.refusal.message, "told to fail"));
    assert_non_null(strstr(app_failure(f.app), "told to fail"));
    asked_read(&late);
    ask(&f, &late);
    assert_true(late.answered);
    assert_int_equal(late.request.refusal.status, STATUS_JOURNAL_FAILED);
    assert_false(app_finish(f.app));
    fixture_fini(&f);
}

static void a_full_inbox_refuses_before_any_work(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .inbox_room = 2 });
    struct asked asked[3];
    for (int i = 0; i < 3; i++)
        asked_read(&asked[i]);
    assert_int_equal(app_post(f.app, &asked[0].request), STATUS_OK);
    assert_int_equal(app_post(f.app, &asked[1].request), STATUS_OK);
    assert_int_equal(app_post(f.app, &asked[2].request), STATUS_INBOX_FULL);
    fixture_run(&f);
    assert_true(asked[0].answered && asked[1].answered && !asked[2].answered);
    fixture_fini(&f);
}

static void what_was_kept_is_recovered(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ 0 });
    import(&f);
    advance(&f, START_MS);
    report(&f, 5, START_MS, 40);
    advance(&f, START_MS + 250);
    const struct limits limits = limits_default();
    struct stadium *again = stadium_create(&limits);
    char why[JOURNAL_WHY_SIZE];
    assert_int_equal(recover(f.journal, again, NULL, why, sizeof why), STATUS_OK);
    assert_true(stadium_digest(again) == stadium_digest(f.stadium));
    assert_int_equal(stadium_seq(again), stadium_seq(f.stadium));
    assert_int_equal(stadium_source_find(again, "camera")->last_sequence, 5);
    stadium_destroy(again);
    fixture_fini(&f);
}

/* ---- Time -------------------------------------------------------------------------------------
 */

static void an_advance_ticks_at_boundaries_only(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ 0 });
    import(&f);
    advance(&f, START_MS);
    report(&f, 1, START_MS + 10, 40);
    advance(&f, START_MS + 249);
    assert_int_equal(stadium_places(f.stadium)[0].people, 0);
    advance(&f, START_MS + 600);
    assert_int_equal(stadium_places(f.stadium)[0].people, 40);
    assert_int_equal(app_now_ms(f.app), START_MS + 600);
    assert_int_equal(stadium_now_ms(f.stadium) % TICK_MS, START_MS % TICK_MS);
    fixture_fini(&f);
}

static void the_same_time_by_steps_or_at_once_is_the_same_journal(void **state)
{
    (void)state;
    uint64_t digest[2];
    for (int way = 0; way < 2; way++) {
        struct fixture f;
        fixture_init(&f, &(struct fixture_options){ 0 });
        import(&f);
        advance(&f, START_MS);
        report(&f, 1, START_MS + 10, 3900);
        for (int64_t to_ms = 250; way == 0 && to_ms < 200000; to_ms += 250)
            advance(&f, START_MS + to_ms);
        advance(&f, START_MS + 200000);
        digest[way] = stadium_digest(f.stadium);
        fixture_fini(&f);
    }
    assert_true(digest[0] == digest[1]);
}

static void time_waits_for_the_plan_that_it_asked_for(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .hold_plans = true });
    struct asked asked;
    asked_import(&asked);
    ask(&f, &asked);
    assert_non_null(f.planner.job);
    struct asked to, read;
    asked_advance(&to, START_MS);
    ask(&f, &to);
    asked_read(&read);
    ask(&f, &read);
    assert_false(to.answered);
    assert_false(read.answered);
    assert_int_equal(app_now_ms(f.app), CLOCK_UNSET_MS);
    hand_planner_answer(&f.planner);
    fixture_run(&f);
    assert_true(to.answered);
    assert_true(read.answered);
    assert_int_equal(app_now_ms(f.app), START_MS);
    fixture_fini(&f);
}

/* Before anybody set the clock there is nothing to hold a reading's time against. */
static void readings_from_a_far_future_do_not_stay_the_newest(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ 0 });
    import(&f);
    report(&f, 1, START_MS * 2, 40);
    advance(&f, START_MS);
    assert_int_equal(stadium_places(f.stadium)[0].people, 40);
    assert_int_equal(stadium_measured_ms(f.stadium), START_MS + READINGS_AHEAD_MS);
    struct intake_outcome outcome;
    const struct readings endless = { .source = "e", .sequence = 1, .at_ms = INT64_MAX };
    assert_int_equal(intake_take(app_intake(f.app), "", &endless, CLOCK_UNSET_MS, &outcome),
                     STATUS_BAD_FIELD);
    assert_string_equal(outcome.refusal.field, "readings.at_ms");
    fixture_fini(&f);
}

/* A driven clock that brings readings whenever it is looked at, as sensors that never pause do. */
static struct fixture *busy;
static const struct clock_ops *plain;
static uint64_t readings_sent;
static bool is_reporting;

static int64_t busy_now_ms(struct clock *clock)
{
    const int64_t now_ms = plain->now_ms(clock);
    if (!is_reporting) {
        is_reporting = true;
        report(busy, ++readings_sent, now_ms, 40);
        is_reporting = false;
    }
    return now_ms;
}

static enum status busy_advance(struct clock *clock, int64_t to_ms)
{
    return plain->advance(clock, to_ms);
}

static void busy_close(struct clock *clock)
{
    plain->close(clock);
}

static void a_long_advance_waits_for_the_journal(void **state)
{
    (void)state;
    enum { TICKS = 40000, FACTS = 16384 + 64 };
    static const struct clock_ops ops = { busy_now_ms, busy_advance, busy_close };
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .journal = { .hold = true } });
    import(&f);
    advance(&f, START_MS);
    busy = &f;
    plain = f.clock->ops;
    readings_sent = 0;
    f.clock->ops = &ops;
    struct asked to, read;
    asked_advance(&to, START_MS + (int64_t)TICKS * TICK_MS);
    asked_read(&read);
    const uint64_t before = stadium_seq(f.stadium);
    ask(&f, &to);
    ask(&f, &read);
    assert_in_range(stadium_seq(f.stadium) - before, 1, 2 * FACTS);
    assert_false(read.answered);
    uint32_t appends = 0;
    for (; memory_journal_release(f.journal, 1); appends++) {
        assert_false(to.answered);
        const uint64_t seq = stadium_seq(f.stadium);
        fixture_run(&f);
        assert_in_range(stadium_seq(f.stadium) - seq, 0, FACTS);
    }
    assert_true(appends > 2);
    assert_true(to.answered && read.answered);
    assert_int_equal(app_now_ms(f.app), START_MS + (int64_t)TICKS * TICK_MS);
    fixture_fini(&f);
}

/* Going on without the plan would write another journal than the run that is not ended. */
static void an_ending_app_does_not_go_on_without_its_plan(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .hold_plans = true });
    import(&f);
    struct asked to, gate;
    asked_advance(&to, START_MS);
    ask(&f, &to);
    hand_planner_answer(&f.planner);
    fixture_run(&f);
    assert_true(to.answered);
    report(&f, 1, START_MS, 40);
    asked_gate(&gate, 0, GATE_CLOSED);
    assert_int_equal(app_post(f.app, &gate.request), STATUS_OK);
    asked_advance(&to, START_MS + 60 * 1000);
    assert_int_equal(app_post(f.app, &to.request), STATUS_OK);
    assert_true(app_finish(f.app));
    assert_true(gate.answered);
    assert_true(to.answered);
    assert_int_equal(to.request.refusal.status, STATUS_STOPPING);
    assert_int_equal(stadium_places(f.stadium)[0].people, 0);
    assert_int_equal(app_now_ms(f.app), START_MS);
    fixture_fini(&f);
}

static void with_a_real_clock_nobody_waits_for_plans(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .hold_plans = true, .real_clock = true });
    import(&f);
    assert_non_null(f.planner.job);
    struct asked read, to;
    asked_read(&read);
    ask(&f, &read);
    assert_true(read.answered);
    asked_advance(&to, app_now_ms(f.app) + 1000);
    ask(&f, &to);
    assert_int_equal(to.request.refusal.status, STATUS_CLOCK_NOT_DRIVEN);
    fixture_fini(&f);
}

static void a_real_clock_ticks_every_quarter_second(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .real_clock = true });
    import(&f);
    fixture_run(&f);
    report(&f, 1, app_now_ms(f.app), 40);
    const int64_t due_ms = app_due_ms(f.app);
    assert_in_range(due_ms, 1, TICK_MS);
    f.machine_ms = due_ms - 1;
    fixture_run(&f);
    assert_int_equal(stadium_places(f.stadium)[0].people, 0);
    f.machine_ms = due_ms;
    fixture_run(&f);
    assert_int_equal(stadium_places(f.stadium)[0].people, 40);
    assert_int_equal(app_due_ms(f.app), due_ms + TICK_MS);
    /* The last readings are not lost in an orderly end. */
    report(&f, 2, app_now_ms(f.app), 41);
    assert_true(app_finish(f.app));
    assert_int_equal(stadium_places(f.stadium)[0].people, 41);
    fixture_fini(&f);
}

/* A camera that is to be heard every second. */
static void add_camera(struct fixture *f)
{
    struct asked asked;
    asked_gate(&asked, 0, GATE_OPEN);
    asked.request.command = (struct command){ .kind = COMMAND_SET_DEVICE };
    asked.request.command.as.set_device =
        (struct set_device){ .is_new = true,
                             .is = { .id = "camera", .kind = DEVICE_CAMERA, .interval_ms = 1000 } };
    ask(f, &asked);
    assert_true(asked.answered);
    assert_int_equal(asked.request.refusal.status, STATUS_OK);
}

/* No reading comes any more, and nothing else is due: its silence alone makes a tick. */
static void with_a_real_clock_silence_is_noticed(void **state)
{
    (void)state;
    static const uint32_t place = 0, people = 40;
    struct fixture f;
    struct intake_outcome outcome;
    uint32_t count;
    fixture_init(&f, &(struct fixture_options){ .real_clock = true });
    import(&f);
    add_camera(&f);
    /* As if it had come five seconds ago. */
    const int64_t heard_ms = app_now_ms(f.app) - 5000;
    const struct readings readings = { .source = "camera",
                                       .sequence = 1,
                                       .at_ms = heard_ms,
                                       .place = { &place, 1 },
                                       .people = { &people, 1 } };
    assert_int_equal(intake_take(app_intake(f.app), "", &readings, heard_ms, &outcome), STATUS_OK);
    f.machine_ms = app_due_ms(f.app);
    fixture_run(&f);
    assert_int_equal(stadium_devices(f.stadium, &count)[0].state, DEVICE_ONLINE);
    assert_false(intake_pending(app_intake(f.app)));
    f.machine_ms = app_due_ms(f.app);
    fixture_run(&f);
    assert_int_equal(stadium_devices(f.stadium, &count)[0].state, DEVICE_OFFLINE);
    assert_int_equal(stadium_devices(f.stadium, &count)[0].seen_ms, heard_ms);
    fixture_fini(&f);
}

/* ---- A large event is cancelled ----------------------------------------------------------------
 */

enum { HOLDS = 4000, TURN_HOLDS = 2048 };

static const struct id event_id = { 1, 1 };

static void tell(struct fixture *f, struct command command)
{
    struct asked asked;
    asked_read(&asked);
    asked.request.kind = REQUEST_COMMAND;
    asked.request.command = command;
    ask(f, &asked);
    assert_true(asked.answered);
    assert_int_equal(asked.request.refusal.status, STATUS_OK);
}

/* An event with each seat held for somebody. */
static void fill_event(struct fixture *f)
{
    static const char *const names[] = { "All" };
    static const uint32_t price = 0, category = 1;
    const int64_t now_ms = app_now_ms(f->app);
    struct command create = { .kind = COMMAND_CREATE_EVENT };
    create.as.create_event = (struct create_event){ .id = event_id,
                                                    .title = "Final",
                                                    .starts_ms = now_ms + 3600000,
                                                    .ends_ms = now_ms + 7200000,
                                                    .doors_ms = now_ms,
                                                    .currency = "EUR",
                                                    .category_names = names,
                                                    .price_minor = { &price, 1 },
                                                    .block_category = { &category, 1 } };
    tell(f, create);
    struct command publish = { .kind = COMMAND_PUBLISH_EVENT };
    publish.as.publish_event.event = event_id;
    tell(f, publish);
    for (uint32_t seat = 0; seat < HOLDS; seat++) {
        struct command hold = { .kind = COMMAND_HOLD_SEATS };
        hold.as.hold_seats = (struct hold_seats){
            .id = { 2, seat + 1 }, .event = event_id, .person = "ann", .lines.seats = { &seat, 1 }
        };
        tell(f, hold);
    }
}

static uint32_t seats_held(const struct fixture *f)
{
    return stadium_event_find(f->stadium, event_id)->held;
}

static void post_cancel(struct fixture *f, struct asked *cancel)
{
    asked_read(cancel);
    cancel->request.kind = REQUEST_COMMAND;
    cancel->request.command.kind = COMMAND_CANCEL_EVENT;
    cancel->request.command.as.cancel_event =
        (struct cancel_event){ .event = event_id, .reason = "rain" };
    assert_int_equal(app_post(f->app, &cancel->request), STATUS_OK);
}

static void a_large_event_is_wound_up_between_requests(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .real_clock = true });
    import(&f);
    fill_event(&f);
    static struct asked reads[HOLDS];
    struct asked cancel;
    uint32_t turns = 0;
    post_cancel(&f, &cancel);
    for (uint32_t held = HOLDS; held > 0; turns++) {
        asked_read(&reads[turns]);
        assert_int_equal(app_post(f.app, &reads[turns].request), STATUS_OK);
        app_turn(f.app);
        assert_true(reads[turns].looked_seq > 0);
        assert_in_range(held - seats_held(&f), 1, TURN_HOLDS);
        held = seats_held(&f);
    }
    assert_true(turns > 1);
    fixture_run(&f);
    assert_true(cancel.answered && reads[turns - 1].answered);
    fixture_fini(&f);
}

/* Whatever is asked next, it finds all of it done. */
static void under_a_driven_clock_it_is_wound_up_at_once(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ 0 });
    import(&f);
    advance(&f, START_MS);
    fill_event(&f);
    struct asked cancel;
    post_cancel(&f, &cancel);
    app_turn(f.app);
    assert_int_equal(seats_held(&f), 0);
    fixture_run(&f);
    assert_true(cancel.answered);
    fixture_fini(&f);
}

static void an_ending_app_winds_up_what_is_cancelled(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .real_clock = true });
    import(&f);
    fill_event(&f);
    struct asked cancel;
    post_cancel(&f, &cancel);
    assert_true(app_finish(f.app));
    assert_true(cancel.answered);
    assert_int_equal(seats_held(&f), 0);
    fixture_fini(&f);
}

/* The planner is closed by then. */
static void an_ending_app_asks_for_no_plans(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, &(struct fixture_options){ .hold_plans = true, .real_clock = true });
    import(&f);
    hand_planner_answer(&f.planner);
    fixture_run(&f);
    struct asked gate;
    asked_gate(&gate, 0, GATE_CLOSED);
    assert_int_equal(app_post(f.app, &gate.request), STATUS_OK);
    assert_true(app_finish(f.app));
    assert_true(gate.answered);
    assert_true(stadium_plan(f.stadium)->wanted != stadium_plan(f.stadium)->answered);
    assert_null(f.planner.job);
    fixture_fini(&f);
}

/* ---- Feeds ------------------------------------------------------------------------------------
 */

struct gate_feed {
    struct feed feed;
    int looked, published;
};

static uint64_t gate_version(const struct feed *feed, const struct app *app)
{
    (void)feed;
    return stadium_guidance_seq(app_stadium(app));
}

static void gate_look(struct feed *feed, const struct app *app)
{
    (void)app;
    ((struct gate_feed *)feed)->looked++;
}

static void gate_publish(struct feed *feed)
{
    ((struct gate_feed *)feed)->published++;
}

static void a_feed_is_published_when_durable_and_not_too_often(void **state)
{
    (void)state;
    struct fixture f;
    struct gate_feed feed = { .feed = { .interval_ms = 250,
                                        .driven_interval_ms = 250,
                                        .version = gate_version,
                                        .look = gate_look,
                                        .publish = gate_publish } };
    fixture_init(&f, &(struct fixture_options){ .journal.hold = true });
    app_add_feed(f.app, &feed.feed);
    import(&f);
    assert_int_equal(feed.published, 1);

    struct asked gate;
    f.machine_ms = 300;
    asked_gate(&gate, 0, GATE_CLOSED);
    ask(&f, &gate);
    assert_int_equal(feed.looked, 2);
    assert_int_equal(feed.published, 1);
    while (memory_journal_release(f.journal, 1))
        fixture_run(&f);
    assert_int_equal(feed.published, 2);

    asked_gate(&gate, 0, GATE_OPEN);
    ask(&f, &gate);
    while (memory_journal_release(f.journal, 1))
        fixture_run(&f);
    assert_int_equal(feed.published, 2);
    assert_int_equal(app_due_ms(f.app), 550);
    f.machine_ms = 550;
    fixture_run(&f);
    assert_int_equal(feed.published, 3);
    assert_true(app_due_ms(f.app) == INT64_MAX);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_waits_until_it_is_durable),
        cmocka_unit_test(a_read_hears_nothing_that_a_crash_could_take_back),
        cmocka_unit_test(turns_collect_while_one_is_appended),
        cmocka_unit_test(a_failed_append_stops_the_app_and_everyone_hears_it),
        cmocka_unit_test(a_full_inbox_refuses_before_any_work),
        cmocka_unit_test(what_was_kept_is_recovered),
        cmocka_unit_test(an_advance_ticks_at_boundaries_only),
        cmocka_unit_test(the_same_time_by_steps_or_at_once_is_the_same_journal),
        cmocka_unit_test(time_waits_for_the_plan_that_it_asked_for),
        cmocka_unit_test(readings_from_a_far_future_do_not_stay_the_newest),
        cmocka_unit_test(a_long_advance_waits_for_the_journal),
        cmocka_unit_test(an_ending_app_does_not_go_on_without_its_plan),
        cmocka_unit_test(with_a_real_clock_nobody_waits_for_plans),
        cmocka_unit_test(a_real_clock_ticks_every_quarter_second),
        cmocka_unit_test(with_a_real_clock_silence_is_noticed),
        cmocka_unit_test(a_large_event_is_wound_up_between_requests),
        cmocka_unit_test(under_a_driven_clock_it_is_wound_up_at_once),
        cmocka_unit_test(an_ending_app_winds_up_what_is_cancelled),
        cmocka_unit_test(an_ending_app_asks_for_no_plans),
        cmocka_unit_test(a_feed_is_published_when_durable_and_not_too_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
