#include "tests/unit/app/fixture.h"

#include "server/adapters/clock/clock.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- The planner -------------------------------------------------------------------------------
 */

void hand_planner_answer(struct hand_planner *planner)
{
    struct planner_job *job = planner->job;
    assert(job);
    planner->job = NULL;
    job->done(job);
}

static enum status start(struct planner *planner, struct planner_job *job)
{
    struct hand_planner *own = (struct hand_planner *)planner;
    assert(!own->job);
    own->job = job;
    if (own->at_once)
        hand_planner_answer(own);
    return STATUS_OK;
}

static void close_planner(struct planner *planner)
{
    struct hand_planner *own = (struct hand_planner *)planner;
    if (own->job)
        hand_planner_answer(own);
}

/* ---- The app -----------------------------------------------------------------------------------
 */

static int64_t machine_ms(void *ctx)
{
    return ((struct fixture *)ctx)->machine_ms;
}

void fixture_init(struct fixture *f, const struct fixture_options *options)
{
    static const struct planner_ops planner_ops = { start, close_planner };
    struct limits limits = limits_default();
    if (options->keys)
        limits.keys = options->keys;
    if (options->keys_each)
        limits.keys_each = options->keys_each;
    *f = (struct fixture){ .log = { stderr, LOG_QUIET } };
    f->journal =
        options->own_journal ? options->own_journal : memory_journal_open(&options->journal);
    f->stadium = stadium_create(&limits);
    f->keys = keys_create(&limits);
    f->clock = options->real_clock ? real_clock_open(START_MS) : driven_clock_open(0);
    f->planner = (struct hand_planner){ { &planner_ops }, NULL, !options->hold_plans };
    f->app = app_create(&(struct app_options){ .stadium = f->stadium,
                                               .keys = f->keys,
                                               .journal = f->journal,
                                               .clock = f->clock,
                                               .planner = &f->planner.planner,
                                               .log = &f->log,
                                               .sources_max = limits.sources,
                                               .inbox_room = options->inbox_room,
                                               .monotonic_ms = machine_ms,
                                               .ctx = f });
}

void fixture_run(struct fixture *f)
{
    while (app_turn(f->app))
        ;
}

void fixture_fini(struct fixture *f)
{
    f->planner.planner.ops->close(&f->planner.planner);
    fixture_run(f);
    app_destroy(f->app);
    f->clock->ops->close(f->clock);
    keys_destroy(f->keys);
    stadium_destroy(f->stadium);
    f->journal->ops->close(f->journal);
}

/* ---- Requests ----------------------------------------------------------------------------------
 */

static void look(struct request *request, const struct app *app)
{
    ((struct asked *)request)->looked_seq = stadium_seq(app_stadium(app));
}

static struct bytes pack(struct request *request)
{
    struct asked *asked = (struct asked *)request;
    if (request->refusal.status == STATUS_OK)
        snprintf(asked->text, sizeof asked->text, "seq %llu", (unsigned long long)request->seq);
    else
        snprintf(asked->text, sizeof asked->text, "%s", request->refusal.message);
    return (struct bytes){ (const uint8_t *)asked->text, strlen(asked->text) };
}

static void answer(struct request *request)
{
    struct asked *asked = (struct asked *)request;
    assert(!asked->answered);
    asked->answered = true;
    asked_hear(asked);
}

void asked_hear(struct asked *asked)
{
    const struct request *request = &asked->request;
    if (request->replayed)
        snprintf(asked->text, sizeof asked->text, "%.*s", (int)request->replay.size,
                 (const char *)request->replay.data);
}

static void init(struct asked *asked, enum request_kind kind)
{
    *asked =
        (struct asked){ .request = { .kind = kind, .look = look, .pack = pack, .answer = answer } };
}

void asked_once(struct asked *asked, uint64_t key, uint64_t body)
{
    asked->once = (struct once){ key, ~key, body, ~body, 1 };
    asked->request.once = &asked->once;
}

void asked_read(struct asked *asked)
{
    init(asked, REQUEST_READ);
}

void asked_gate(struct asked *asked, uint32_t gate, enum gate_mode mode)
{
    init(asked, REQUEST_COMMAND);
    asked->request.command.kind = COMMAND_SET_GATE;
    asked->request.command.as.set_gate = (struct set_gate){ .gate = gate, .mode = (uint32_t)mode };
}

void asked_advance(struct asked *asked, int64_t to_ms)
{
    init(asked, REQUEST_ADVANCE);
    asked->request.to_ms = to_ms;
}

void asked_import(struct asked *asked)
{
    static const struct zone zones[] = {
        { .id = "C", .kind = ZONE_CONCOURSE, .level = 1, .level_to = 1, .area_dm2 = 100000 },
        { .id = "O", .kind = ZONE_OUTSIDE, .level = 1, .level_to = 1, .area_dm2 = 100000 },
    };
    static const struct block blocks[] = { { .id = "B", .level = 1, .seats = 4000 } };
    static const struct opening openings[] = {
        { .id = "OB", .place_a = 0, .place_b = 2, .width_cm = 200, .level = 1 }
    };
    static const struct gate gates[] = {
        { .id = "G1",
          .zone_inside = 0,
          .zone_outside = 1,
          .width_cm = 200,
          .exit_capacity_milli_ppm = 164000 },
        { .id = "G2",
          .zone_inside = 0,
          .zone_outside = 1,
          .width_cm = 200,
          .exit_capacity_milli_ppm = 164000 },
    };
    static const struct link links[] = {
        { .kind = LINK_OPENING,
          .index = 0,
          .node_a = 0,
          .node_b = 2,
          .walk_ms = 9000,
          .capacity_milli_ppm = 164000 },
        { .kind = LINK_GATE,
          .index = 0,
          .node_a = 0,
          .node_b = 1,
          .walk_ms = 9000,
          .capacity_milli_ppm = 164000 },
        { .kind = LINK_GATE,
          .index = 1,
          .node_a = 0,
          .node_b = 1,
          .walk_ms = 9000,
          .capacity_milli_ppm = 164000 },
    };
    init(asked, REQUEST_COMMAND);
    asked->request.command.kind = COMMAND_IMPORT_VENUE;
    asked->request.command.as.import_venue.venue = (struct venue){
        .id = "small",
        .document = { (const uint8_t *)"doc", 3 },
        .zone_count = 2,
        .block_count = 1,
        .opening_count = 1,
        .gate_count = 2,
        .link_count = 3,
        .zones = zones,
        .blocks = blocks,
        .openings = openings,
        .gates = gates,
        .links = links,
    };
}
