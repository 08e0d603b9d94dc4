#include "server/app/app.h"

#include "server/app/question.h"
#include "server/app/state.h"
#include "server/core/kin.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH_REQUESTS = 256,    /* Taken in one turn. */
    ANSWERS_TOGETHER = 32,   /* The first of them waits for the last. */
    COLLECTED_FACTS = 16384, /* Nothing more is done while so many facts wait. */
    SETTLED_FACTS = 1024,    /* Real clock: nothing more that is due is done while so many wait. */
    SETTLE_TICKS = 10000,    /* A stadium that is due more often than this at once is broken. */
};

int64_t app_now_ms(const struct app *app)
{
    return app->options.clock->ops->now_ms(app->options.clock);
}

bool app_driven(const struct app *app)
{
    return app->driven;
}

bool app_is_timed(const struct app *app)
{
    return app->options.monotonic_ms != NULL;
}

int64_t app_monotonic_ms(const struct app *app)
{
    return app->options.monotonic_ms ? app->options.monotonic_ms(app->options.ctx) : 0;
}

const struct stadium *app_stadium(const struct app *app)
{
    return app->options.stadium;
}

struct intake *app_intake(struct app *app)
{
    return app->intake;
}

const char *app_failure(const struct app *app)
{
    return app->failed == STATUS_OK ? NULL : app->failure;
}

/* ---- Life ------------------------------------------------------------------------------------ */

static void open_intake(struct app *app)
{
    const struct stadium *stadium = app->options.stadium;
    const bool durable = app->venue_seq && app->venue_seq <= app->store.durable_seq;
    if (!durable || intake_venue(app->intake))
        return;
    uint32_t count;
    const struct source *sources = stadium_sources(stadium, &count);
    for (uint32_t i = 0; i < count; i++)
        intake_restore(app->intake, &sources[i]);
    const struct device *devices = stadium_devices(stadium, &count);
    for (uint32_t i = 0; i < count; i++)
        intake_put_device(app->intake, i, &devices[i], app_now_ms(app));
    intake_require_registration(app->intake, stadium_registration_required(stadium));
    const struct rule *rules = stadium_rules(stadium, &count);
    for (uint32_t i = 0; i < count; i++)
        intake_put_rule(app->intake, i, &rules[i]);
    intake_open(app->intake, stadium_venue(stadium));
}

/* When there is one for the first time. */
static void note_venue(struct app *app)
{
    struct stadium *stadium = app->options.stadium;
    if (app->venue_seq || !stadium_venue(stadium))
        return;
    app->venue_seq = stadium_seq(stadium);
    if (app->options.venue_there)
        app->options.venue_there(stadium);
}

struct app *app_create(const struct app_options *options)
{
    struct app *app = base_alloc(sizeof *app);
    app->options = *options;
    app->driven = options->clock->driven;
    inbox_init(&app->inbox, options->inbox_room ? options->inbox_room : INBOX_ROOM);
    if (!app->driven)
        inbox_allow(&app->inbox, PACE_FIRST);
    app->intake = intake_create(options->sources_max);
    if (options->keep_series)
        intake_keep_series(app->intake);
    store_init(&app->store, stadium_seq(options->stadium));
    if (options->draw_ids) {
        struct id key;
        options->draw_ids(0, &key, 1);
        app->hold_key = key.high;
    }
    note_venue(app);
    open_intake(app);
    payments_init(&app->payments, app);
    return app;
}

void app_destroy(struct app *app)
{
    if (!app)
        return;
    assert(!app->answers.first && !app->replays.under_way && inbox_is_empty(&app->inbox));
    payments_fini(&app->payments);
    store_fini(&app->store);
    facts_fini(&app->facts);
    arena_fini(&app->scratch);
    arena_fini(&app->question);
    arena_fini(&app->job.arena);
    intake_destroy(app->intake);
    inbox_fini(&app->inbox);
    free(app);
}

void app_wake(struct app *app)
{
    if (!atomic_exchange(&app->awake, true) && app->options.wake)
        app->options.wake(app->options.ctx);
}

enum status app_post(struct app *app, struct request *request)
{
    request->posted = true;
    if (!inbox_put(&app->inbox, request))
        return STATUS_INBOX_FULL;
    app_wake(app);
    return STATUS_OK;
}

bool app_has_room(struct app *app)
{
    return inbox_has_room(&app->inbox);
}

void app_post_again(struct app *app, struct request *request)
{
    request->posted = true;
    inbox_put_back(&app->inbox, request);
    app_wake(app);
}

/* ---- Answers --------------------------------------------------------------------------------- */

void app_done(struct app *app, struct request *request)
{
    request->seq = stadium_seq(app->options.stadium);
    request->next = NULL;
    if (app->answers.last)
        app->answers.last->next = request;
    else
        app->answers.first = request;
    app->answers.last = request;
}

void app_answer(struct app *app, struct request *request)
{
    app->pace.durable += request->kind == REQUEST_COMMAND;
    request->answer(request);
}

/* The inbox hears how many may come. Under a driven clock, whose runs must not hang on the
 * machine's pace, its room is the only bound. */
static void keep_pace(struct app *app)
{
    const uint32_t most = pace_estimate(&app->pace);
    if (most && !app->driven)
        inbox_allow(&app->inbox, most);
}

static void answer_first(struct app *app)
{
    struct request *request = app->answers.first;
    app->answers.first = request->next;
    if (!app->answers.first)
        app->answers.last = NULL;
    request->next = NULL;
    if (request->replay_seq && app->failed == STATUS_OK)
        once_fetch(app, request);
    else
        app_answer(app, request);
}

/* Whoever hears an answer may ask the next thing at once: there is room for it before. */
static void make_room(struct app *app)
{
    uint32_t count = 0;
    for (const struct request *request = app->answers.first;
         request && request->seq <= app->store.durable_seq; request = request->next)
        count += request->posted;
    if (count)
        inbox_answered(&app->inbox, count);
}

static bool is_first_durable(const struct app *app)
{
    return app->answers.first && app->answers.first->seq <= app->store.durable_seq;
}

static void answer_some(struct app *app)
{
    const struct app_options *options = &app->options;
    if (options->answers_begin)
        options->answers_begin();
    for (int i = 0; i < ANSWERS_TOGETHER && is_first_durable(app); i++)
        answer_first(app);
    if (options->answers_end)
        options->answers_end();
}

static void answer_durable(struct app *app)
{
    make_room(app);
    while (is_first_durable(app))
        answer_some(app);
    once_collect(app);
    keep_pace(app);
}

static void refuse(struct app *app, struct request *request)
{
    request->refusal = (struct refusal){ .status = app->failed };
    snprintf(request->refusal.message, sizeof request->refusal.message, "%.239s", app->failure);
}

void app_fail(struct app *app, enum status status, const char *why)
{
    if (app->failed != STATUS_OK)
        return;
    app->failed = status;
    snprintf(app->failure, sizeof app->failure, "%s", why);
    log_write(app->options.log, LOG_ERROR, "journal-failed", "reason=%s", status_reason(status));
}

/* Nothing more will be durable: everyone hears why. */
static void answer_failed(struct app *app)
{
    struct request *request;
    while ((request = inbox_take(&app->inbox)))
        app_done(app, request);
    if (app->advancing)
        app_done(app, app->advancing);
    app->advancing = NULL;
    for (request = app->answers.first; request; request = request->next)
        refuse(app, request);
    while (app->answers.first)
        answer_first(app);
    once_collect(app);
}

/* ---- Deciding -------------------------------------------------------------------------------- */

/* Readings that come from now on meet the registry as it is now. */
static void tell_intake(struct app *app, uint32_t index)
{
    uint32_t count;
    const struct device *devices = stadium_devices(app->options.stadium, &count);
    intake_put_device(app->intake, index, &devices[index], app_now_ms(app));
}

static void tell_rule(struct app *app, uint32_t index)
{
    uint32_t count;
    const struct rule *rules = stadium_rules(app->options.stadium, &count);
    intake_put_rule(app->intake, index, &rules[index]);
}

static void note_registry(struct app *app, const struct fact *fact)
{
    switch (fact->kind) {
    case FACT_DEVICE_SET:
        tell_intake(app, fact->as.device_set.device);
        break;
    case FACT_DEVICE_KEYED:
        tell_intake(app, fact->as.device_keyed.device);
        break;
    case FACT_DEVICE_RETIRED:
        tell_intake(app, fact->as.device_retired.device);
        break;
    case FACT_RULE_SET:
        tell_rule(app, fact->as.rule_set.rule);
        break;
    case FACT_RULE_DELETED:
        tell_rule(app, fact->as.rule_deleted.rule);
        break;
    case FACT_REGISTRATION_SET:
        intake_require_registration(app->intake, fact->as.registration_set.required);
        break;
    default:
        break;
    }
}

void app_evolve(struct app *app, const struct fact *fact)
{
    stadium_evolve(app->options.stadium, fact);
    note_registry(app, fact);
    turn_add(&app->store.turns[app->store.collecting], stadium_seq(app->options.stadium), fact);
}

/* Ids of what the command makes, if the app draws them. A hold's has its row in it, and those of
 * its order and tickets follow from it where they can: then they take next to no memory. */
static void draw_ids(const struct app *app, struct command *command)
{
    ids_draw *draw = app->options.draw_ids;
    const struct stadium *stadium = app->options.stadium;
    const uint64_t seq = stadium_seq(stadium);
    const struct payment *payment;
    struct id ids[1 + HOLD_SEATS];
    if (!draw)
        return;
    switch (command->kind) {
    case COMMAND_CREATE_EVENT:
        draw(seq, &command->as.create_event.id, 1);
        break;
    case COMMAND_HOLD_SEATS:
        command->as.hold_seats.id = stadium_hold_id(stadium, app->hold_key);
        break;
    case COMMAND_CONFIRM_HOLD:
        draw(seq, ids, 1 + HOLD_SEATS);
        command->as.confirm_hold.order = ids[0];
        memcpy(command->as.confirm_hold.tickets, ids + 1, sizeof ids - sizeof ids[0]);
        stadium_kin_of_hold(stadium, command->as.confirm_hold.hold, &command->as.confirm_hold.order,
                            command->as.confirm_hold.tickets);
        break;
    case COMMAND_ENTER_WAITLIST:
        draw(seq, ids, 2);
        command->as.enter_waitlist.id = ids[0];
        command->as.enter_waitlist.hold = kin_first(ids[1]);
        break;
    case COMMAND_JOIN_EVENT:
        draw(seq, &command->as.join_event.id, 1);
        break;
    case COMMAND_SET_WAITROOM:
        draw(seq, command->as.set_waitroom.seed, 2);
        break;
    case COMMAND_SETTLE_PAYMENT:
        draw(seq, command->as.settle_payment.tickets, HOLD_SEATS);
        payment = stadium_payment(stadium, command->as.settle_payment.number);
        stadium_kin_of_order(stadium, payment ? stadium_order(stadium, payment->order) : NULL,
                             command->as.settle_payment.tickets);
        break;
    case COMMAND_APPROVE_ORDER:
        draw(seq, command->as.approve_order.tickets, HOLD_SEATS);
        stadium_kin_of_order(stadium, stadium_order_find(stadium, command->as.approve_order.order),
                             command->as.approve_order.tickets);
        break;
    default:
        break;
    }
}

enum status app_perform(struct app *app, struct command *command)
{
    struct stadium *stadium = app->options.stadium;
    command->time_ms = app_now_ms(app);
    draw_ids(app, command);
    const enum status status = stadium_decide(stadium, command, &app->facts);
    if (status != STATUS_OK)
        return status;
    for (uint32_t i = 0; i < app->facts.count; i++)
        app_evolve(app, &app->facts.items[i]);
    note_venue(app);
    return STATUS_OK;
}

void app_tick(struct app *app, bool with_readings)
{
    struct command command = { .kind = COMMAND_TICK };
    arena_reset(&app->scratch);
    if (with_readings) {
        intake_drain(app->intake, &app->scratch, &command.as.tick);
        intake_drain_news(app->intake, app_now_ms(app), &app->scratch, &command.as.tick);
        app->store.turns[app->store.collecting].readings_mark = intake_mark(app->intake) - 1;
    }
    /* What came before anybody set the clock may claim any time. */
    const int64_t newest_ms = app_now_ms(app) + READINGS_AHEAD_MS;
    if (command.as.tick.measured_ms > newest_ms)
        command.as.tick.measured_ms = newest_ms;
    if (!app->driven) /* Else the same requests would not give the same journal. */
        command.as.tick.load_percent = inbox_load_percent(&app->inbox);
    const enum status status = app_perform(app, &command);
    if (status != STATUS_OK)
        log_write(app->options.log, LOG_ERROR, "tick-refused", "reason=%s %s",
                  status_reason(status), app->facts.refusal.message);
}

/* ---- Planning -------------------------------------------------------------------------------- */

/* The planner's thread. */
static void plan_done(struct planner_job *job)
{
    struct app *app = job->ctx;
    atomic_store(&app->planned, true);
    app_wake(app);
}

static void adopt(struct app *app)
{
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan =
        (struct adopt_plan){ .wanted = app->job.wanted,
                             .clearance_s = app->job.clearance_s,
                             .free_clearance_s = app->job.free_clearance_s,
                             .splits = app->job.proposed,
                             .split_count = app->job.proposed_count,
                             .bound = &app->job.bound,
                             .compliance_milli = app->job.seen_compliance_milli };
    enum status status = app_perform(app, &command);
    if (status == STATUS_OK || status == STATUS_PLAN_STALE)
        return;
    log_write(app->options.log, LOG_ERROR, "plan-refused", "reason=%s %s", status_reason(status),
              app->facts.refusal.message);
    /* Without an answer the question would stay open for ever. */
    command.as.adopt_plan.split_count = 0;
    command.as.adopt_plan.bound = NULL;
    status = app_perform(app, &command);
    assert(status == STATUS_OK);
}

/* Refused when people have been asked about anew. */
static void adopt_bound(struct app *app)
{
    struct command command = { .kind = COMMAND_BOUND_PLAN };
    command.as.bound_plan.bound = app->job.bound;
    if (app->job.bound.wanted)
        (void)app_perform(app, &command);
}

static void take_answer(struct app *app)
{
    const bool exact = app->job.exact;
    app->planning = false;
    atomic_store(&app->planned, false);
    if (app->dry) {
        dry_end(app);
        return;
    }
    (exact ? adopt_bound : adopt)(app);
}

static void start(struct app *app)
{
    struct planner *planner = app->options.planner;
    app->planning = true;
    if (planner->ops->start(planner, &app->job) != STATUS_OK)
        atomic_store(&app->planned, true);
}

void app_pose(struct app *app)
{
    arena_reset(&app->question);
    arena_reset(&app->job.arena);
    app->job = (struct planner_job){ .arena = app->job.arena, .done = plan_done, .ctx = app };
    question_ask(app->options.stadium, &app->question, &app->job);
}

static void ask(struct app *app)
{
    app_pose(app);
    start(app);
}

/* The same question, as far as people have stayed where they were. */
static void ask_exactly(struct app *app)
{
    app_pose(app);
    app->job.exact = true;
    start(app);
}

/* Much may be due at once, as when a sold-out event is cancelled. A real clock's turn does a part
 * of it; each append that is over wakes the app for the next, and requests are taken in between.
 * Under a driven clock all of it is done first, whatever the journal's pace. */
static bool leaves_rest(const struct app *app)
{
    return !app->driven && app->store.turns[app->store.collecting].count >= SETTLED_FACTS;
}

static void tick_due(struct app *app)
{
    for (int i = 0; stadium_due(app->options.stadium) <= app_now_ms(app) && !leaves_rest(app);
         i++) {
        assert(i < SETTLE_TICKS);
        app_tick(app, false);
    }
}

void app_settle_now(struct app *app)
{
    uint32_t settled = 0;
    do
        tick_due(app);
    while (payments_turn(app, &settled));
}

void app_settle(struct app *app)
{
    for (;;) {
        app_settle_now(app);
        const bool open = question_open(app->options.stadium);
        if (!app->planning && !app->finishing && open)
            ask(app);
        else if (!app->planning && !app->finishing && dry_start(app))
            start(app);
        else if (!app->planning && !app->finishing && stadium_exact_wanted(app->options.stadium))
            ask_exactly(app);
        if (app->planning && app->job.exact && (open || app->dry_first || app->finishing))
            atomic_store(&app->job.cancelled, true);
        if (!app->planning || !atomic_load(&app->planned))
            return;
        take_answer(app);
    }
}

/* ---- A turn ---------------------------------------------------------------------------------- */

static void tick_in_time(struct app *app)
{
    const int64_t now_ms = app_monotonic_ms(app);
    if (app->driven || now_ms < app->next_tick_ms)
        return;
    app->next_tick_ms = now_ms + TICK_MS;
    if (intake_pending(app->intake) || intake_news_due_ms(app->intake) <= app_now_ms(app))
        app_tick(app, true);
}

static void perform(struct app *app, struct request *request)
{
    if (app_perform(app, &request->command) != STATUS_OK)
        request->refusal = app->facts.refusal;
    request->fact_count = app->facts.count;
    request->scan = app->facts.scan;
    app_settle_now(app);
}

static void take(struct app *app, struct request *request)
{
    request->refusal = (struct refusal){ 0 };
    request->fact_count = 0;
    request->replayed = false;
    request->replay_seq = 0;
    if (request->kind == REQUEST_ADVANCE) {
        advance_begin(app, request);
        return;
    }
    if (request->kind == REQUEST_DRY_RUN) {
        dry_begin(app, request);
        return;
    }
    if (request->once && !once_begin(app, request))
        return;
    if (request->kind == REQUEST_COMMAND)
        perform(app, request);
    request->seq = stadium_seq(app->options.stadium) + (request->once ? 1 : 0);
    if (request->look && request->refusal.status == STATUS_OK)
        request->look(request, app);
    if (request->once)
        once_end(app, request);
    app_done(app, request);
}

bool app_is_full(const struct app *app)
{
    return app->store.turns[app->store.collecting].count >= COLLECTED_FACTS;
}

/* Driven: time, plans and payments come one after the other, so that their order never depends on
 * threads. */
static bool may_take(const struct app *app)
{
    return !(app->driven && app->planning) && !payments_hold_up(app) && !app->advancing &&
           !app_is_full(app);
}

static void take_batch(struct app *app)
{
    struct request *request;
    for (int i = 0; i < BATCH_REQUESTS && may_take(app); i++) {
        if (!(request = inbox_take(&app->inbox)))
            return;
        take(app, request);
        app_settle(app);
    }
}

bool app_turn(struct app *app)
{
    atomic_store(&app->awake, false);
    store_collect(app);
    if (app->failed == STATUS_OK) {
        app_settle(app);
        advance_on(app);
        tick_in_time(app);
        app_settle(app);
        take_batch(app);
        open_intake(app);
        feeds_turn(app);
        store_flush(app);
        stadium_rest(app->options.stadium);
    }
    if (app->failed != STATUS_OK) {
        answer_failed(app);
        return false;
    }
    answer_durable(app);
    return atomic_load(&app->awake) || (may_take(app) && !inbox_is_empty(&app->inbox));
}

int64_t app_due_ms(const struct app *app)
{
    int64_t due_ms = feeds_due_ms(app);
    if (!app->driven && app->venue_seq && app->next_tick_ms < due_ms)
        due_ms = app->next_tick_ms;
    return due_ms;
}

bool app_finish(struct app *app)
{
    app->finishing = true;
    dry_stop(app);
    if (!app->driven && app->failed == STATUS_OK && intake_pending(app->intake)) {
        app_tick(app, true);
        app_settle(app);
    }
    while (app->failed == STATUS_OK) {
        app_turn(app);
        if (!app->store.appending && !app->replays.under_way && inbox_is_empty(&app->inbox) &&
            !app->answers.first && !app->advancing)
            break;
        store_wait(app);
    }
    return app->failed == STATUS_OK;
}
