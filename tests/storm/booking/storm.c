#include "tests/storm/booking/world.h"

#include "server/adapters/memory/journal.h"
#include "server/adapters/sqlite/journal.h"
#include "tests/support/ground.h"
#include "tests/support/must.h"
#include "tests/support/shop.h"
#include "tests/support/stadium_check.h"

#include <stdio.h>
#include <string.h>

enum { CRASH_EVERY = 300, FAIL_EVERY = 900, SETTLE_STEPS = 100000 };

static void open_inner(struct world *w, const char *directory)
{
    char why[JOURNAL_WHY_SIZE] = "";
    if (!directory) {
        w->inner = memory_journal_open(NULL);
        return;
    }
    const struct sqlite_journal_options options = { .directory = directory };
    const enum status status = sqlite_journal_open(&options, &w->inner, why, sizeof why);
    must_say(status == STATUS_OK, "%s", why);
}

/* Where its clock begins when the machine's says `wall_ms`: never before what was. */
static void start_server(struct world *w, int64_t wall_ms)
{
    w->journal = fault_journal_open(w->inner);
    w->clock = storm_clock_open(wall_ms);
    const struct test_server_parts parts = {
        .journal = w->journal,
        .clock = w->clock,
        .payment = w->late_payments ? late_payment_open(&w->ledger) : NULL,
        .inbox_room = w->inbox_room,
        .log_level = LOG_QUIET,
    };
    test_server_open_with(&w->server, &parts);
    const int64_t floor_ms = stadium_now_ms(w->server.stadium);
    w->now_ms = wall_ms > floor_ms ? wall_ms : floor_ms;
    storm_clock_set(w->clock, w->now_ms);
    stadium_check(w->server.stadium);
}

static void stop_server(struct world *w)
{
    clients_forget(w);
    test_server_close(&w->server);
    w->journal->ops->close(w->journal);
}

/* As SIGKILL: what is not in the journal is gone, nobody hears anything more. What is being
 * written may get there. */
static void crash(struct world *w)
{
    w->crashes++;
    fault_journal_fail(w->journal, world_roll(w, 2));
    stop_server(w);
    /* Somebody may have set the machine's clock meanwhile, both ways. */
    const int64_t step_ms =
        world_roll(w, 4) ? (int64_t)world_roll(w, 5000) : (int64_t)world_roll(w, 240000) - 120000;
    start_server(w, w->now_ms + step_ms);
}

/* The disk does not take it; the server says so to all who wait, and must be started again. */
static void fail_append(struct world *w)
{
    fault_journal_fail(w->journal, false);
    test_server_run(&w->server);
    clients_hear(w);
    crash(w);
}

static void pass_time(struct world *w)
{
    const uint32_t roll = world_roll(w, 400);
    w->now_ms += roll == 0 ? world_roll(w, 120000) : roll < 200 ? world_roll(w, 600) : 0;
    storm_clock_set(w->clock, w->now_ms);
}

static void step(struct world *w)
{
    for (uint32_t i = world_roll(w, 6); i > 0; i--)
        clients_ask(w);
    if (world_roll(w, 8))
        app_turn(w->server.app);
    if (world_roll(w, 3))
        fault_journal_let_go(w->journal);
    if (w->late_payments && world_roll(w, 2) && late_payment_waits(w->server.payment))
        late_payment_answer(w->server.payment, &w->prng);
    clients_hear(w);
    clients_follow(w);
    pass_time(w);
}

/* Until nothing is left to do. */
static void settle(struct world *w)
{
    bool busy = true;
    for (int i = 0; busy || w->asking_count > 0; i++) {
        must(i < SETTLE_STEPS, "a server that nobody asks anything comes to rest");
        busy = app_turn(w->server.app);
        busy |= fault_journal_waits(w->journal);
        fault_journal_let_go(w->journal);
        if (w->late_payments && late_payment_waits(w->server.payment)) {
            late_payment_answer(w->server.payment, &w->prng);
            busy = true;
        }
        clients_hear(w);
    }
    must(stadium_due(w->server.stadium) > w->now_ms, "what is due is done");
}

static void open_sale(struct world *w)
{
    struct test_server *server = &w->server;
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    request.venue = ground_venue("ground");
    struct rpc_memory_call *call =
        rpc_memory_start(server->rpc, "/tifo.v1.Venues/ImportVenue", NULL, 0, &request.base);
    ground_free(request.venue);
    while (!rpc_memory_ended(call, NULL)) {
        app_turn(server->app);
        fault_journal_let_go(w->journal);
    }
    rpc_memory_destroy(call);
    for (int i = 0; i < 3; i++)
        clients_sell(w);
    settle(w);
}

/* The books sum to zero, nobody owes anything, and the provider has what they say. */
static void check_books(const struct world *w)
{
    const struct stadium *stadium = w->server.stadium;
    uint32_t count;
    int64_t provider_minor = 0;
    stadium_events(stadium, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct ledger_balance *of = stadium_balances(stadium, i);
        int64_t sum = 0;
        for (uint32_t k = 0; k < LEDGER_ACCOUNTS; k++)
            sum += of[k].balance_minor;
        must(sum == 0, "the books of an event sum to zero");
        must(of[LEDGER_RECEIVABLE - 1].balance_minor == 0, "in the end nobody owes anything");
        provider_minor += of[LEDGER_PROVIDER - 1].balance_minor;
    }
    const struct settlement *paid;
    for (uint32_t i = 0; (paid = stadium_settlement(stadium, i)); i++)
        if (paid->account == LEDGER_PROVIDER && !paid->voided)
            provider_minor += paid->amount_minor; /* It paid that out. */
    must(!w->late_payments || provider_minor == ledger_total(&w->ledger),
         "the provider has what the books say");
}

/* Tickets or the money, for each order (I9), and nothing is owed any more. */
static void check_money(const struct world *w)
{
    const struct stadium *stadium = w->server.stadium;
    int64_t kept = 0;
    must(!stadium_payment_open(stadium), "no payment is open in the end");
    for (uint32_t i = 0; w->late_payments && i < stadium_order_count(stadium); i++) {
        const struct order *order = stadium_order(stadium, i);
        const struct order_money *money = stadium_order_money(stadium, i);
        const int64_t paid = money->captured_minor - money->refunded_minor;
        const int64_t by_card = money->tender == TENDER_CARD ? paid : 0;
        must(money->refunding_minor == 0 && paid >= 0, "what is owed has gone back");
        must(order->state != ORDER_PAID || paid == order->total_minor, "who is in paid for all");
        must(order->state != ORDER_PENDING, "no order waits for its payment in the end");
        must(!money->authorised || order->state == ORDER_APPROVAL,
             "what was reserved is captured or given up");
        must_say(ledger_balance(&w->ledger, order->id) == by_card,
                 "not true: the provider has %lld of an order that is %u and costs %lld",
                 (long long)ledger_balance(&w->ledger, order->id), order->state,
                 (long long)order->total_minor);
        kept += by_card;
    }
    must(!w->late_payments || ledger_total(&w->ledger) == kept,
         "the provider has nobody's money of whom we know nothing");
}

void storm_run(const struct storm_options *options, struct storm_outcome *out)
{
    struct world w = { .prng = { options->seed }, .now_ms = SHOP_NOW_MS };
    size_t key_count;
    w.late_payments = world_roll(&w, 2);
    w.ledger.declines = world_roll(&w, 2) ? 9 : 0;
    w.inbox_room = world_roll(&w, 3) ? 0 : 8;
    open_inner(&w, options->directory);
    start_server(&w, w.now_ms);
    open_sale(&w);
    while (w.calls < options->calls) {
        step(&w);
        if (world_roll(&w, CRASH_EVERY) == 0)
            crash(&w);
        else if (world_roll(&w, FAIL_EVERY) == 0)
            fail_append(&w);
    }
    settle(&w);
    check_money(&w);
    check_books(&w);
    stop_server(&w);
    start_server(&w, w.now_ms);
    const struct keyring *keyring = signer_keyring(w.server.signer);
    w.history.keys = keyring_keys(keyring, &key_count);
    w.history.key_count = key_count;
    check_history(&w.history, w.inner, w.server.stadium, &out->verdict);
    out->calls = w.calls;
    out->crashes = w.crashes;
    stop_server(&w);
    w.inner->ops->close(w.inner);
    ledger_fini(&w.ledger);
    history_fini(&w.history);
}
