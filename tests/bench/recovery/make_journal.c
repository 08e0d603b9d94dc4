/*
 * Writes a journal as a long sale leaves it: people hold two seats and let them go, every tenth
 * buys them, and each write has a key.
 *
 *   make_journal DIRECTORY FACTS
 *
 * Prints facts, digest and stadium time as `tifod digest` does.
 */
#include "server/adapters/sqlite/journal.h"
#include "server/base/prng.h"
#include "tests/bench/sale/sale.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_FACTS = 4096, ORDERS = 200000, TICK = 20 };

struct maker {
    struct stadium *stadium;
    struct journal *journal;
    struct facts facts;
    struct arena arena;
    struct journal_row rows[TURN_FACTS + 64];
    uint32_t count;
    int64_t now_ms;
    uint64_t ids;

    pthread_mutex_t mutex;
    pthread_cond_t over_cond;
    bool over;
};

static void fail(const char *why)
{
    fprintf(stderr, "make_journal: %s\n", why);
    exit(1);
}

static void done(struct journal_append *append, enum status status, const char *why)
{
    struct maker *maker = append->ctx;
    if (status != STATUS_OK)
        fail(why);
    pthread_mutex_lock(&maker->mutex);
    maker->over = true;
    pthread_cond_signal(&maker->over_cond);
    pthread_mutex_unlock(&maker->mutex);
}

static void flush(struct maker *maker)
{
    struct journal_append append = {
        .rows = maker->rows, .count = maker->count, .done = done, .ctx = maker
    };
    if (maker->count == 0)
        return;
    maker->over = false;
    if (maker->journal->ops->append(maker->journal, &append) != STATUS_OK)
        fail("the journal takes no more");
    pthread_mutex_lock(&maker->mutex);
    while (!maker->over)
        pthread_cond_wait(&maker->over_cond, &maker->mutex);
    pthread_mutex_unlock(&maker->mutex);
    maker->count = 0;
    arena_reset(&maker->arena);
}

static void keep(struct maker *maker, const struct fact *fact)
{
    stadium_evolve(maker->stadium, fact);
    maker->rows[maker->count++] =
        (struct journal_row){ .seq = stadium_seq(maker->stadium),
                              .kind = (uint32_t)fact->kind,
                              .time_ms = fact->time_ms,
                              .payload = fact_encode(fact, &maker->arena) };
}

static void perform(struct maker *maker, struct command *command, bool has_key)
{
    static const uint8_t reply[120] = { 10, 118 };
    command->time_ms = maker->now_ms;
    if (stadium_decide(maker->stadium, command, &maker->facts) != STATUS_OK)
        fail(maker->facts.refusal.message);
    for (uint32_t i = 0; i < maker->facts.count; i++)
        keep(maker, &maker->facts.items[i]);
    struct prng prng = { ++maker->ids };
    const uint64_t high = prng_next(&prng), low = prng_next(&prng);
    const struct fact answered = {
        .kind = FACT_ANSWERED,
        .time_ms = maker->now_ms,
        .as.answered = { high, low, low, high, high % 200000, 0, { reply, sizeof reply } },
    };
    if (has_key)
        keep(maker, &answered);
    if (maker->count >= TURN_FACTS)
        flush(maker);
}

static struct id next_id(struct maker *maker)
{
    struct prng prng = { ++maker->ids };
    return (struct id){ prng_next(&prng), maker->ids };
}

static struct id sell(struct maker *maker)
{
    const struct id event = next_id(maker);
    struct command command = sale_create(event, maker->now_ms, 0);
    perform(maker, &command, true);
    command = sale_publish(event);
    perform(maker, &command, true);
    return event;
}

static void person_of(uint64_t number, char *person)
{
    snprintf(person, PERSON_BYTES + 1, "fan-%" PRIu64, number % 200000);
}

/* Two seats are held, and let go or bought. */
static void visit(struct maker *maker, struct id event, uint32_t seat, bool buys)
{
    const uint32_t seats[] = { seat, seat + 1 };
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    const struct id hold = next_id(maker);
    char person[PERSON_BYTES + 1];
    person_of(maker->ids * 2654435761u, person);
    command.as.hold_seats =
        (struct hold_seats){ .id = hold, .event = event, .lines.seats = { seats, 2 } };
    memcpy(command.as.hold_seats.person, person, sizeof person);
    perform(maker, &command, true);
    if (buys) {
        command = (struct command){ .kind = COMMAND_CONFIRM_HOLD };
        struct confirm_hold *confirm = &command.as.confirm_hold;
        *confirm = (struct confirm_hold){ .hold = hold, .order = next_id(maker) };
        confirm->version = stadium_hold_find(maker->stadium, hold)->version;
        for (int i = 0; i < 2; i++)
            confirm->tickets[i] = next_id(maker);
        memcpy(confirm->person, person, sizeof person);
    } else {
        command = (struct command){ .kind = COMMAND_RELEASE_HOLD };
        command.as.release_hold.hold = hold;
        memcpy(command.as.release_hold.person, person, sizeof person);
    }
    perform(maker, &command, true);
}

int main(int argc, char **argv)
{
    static struct maker maker = { .now_ms = INT64_C(1700000000000) };
    char why[JOURNAL_WHY_SIZE] = "";
    const struct limits limits = limits_default();
    if (argc != 3)
        return fprintf(stderr, "usage: make_journal DIRECTORY FACTS\n"), 2;
    const uint64_t wanted = strtoull(argv[2], NULL, 10);
    const struct sqlite_journal_options options = { .directory = argv[1] };
    if (sqlite_journal_open(&options, &maker.journal, why, sizeof why) != STATUS_OK)
        fail(why);
    maker.stadium = stadium_create(&limits);
    pthread_mutex_init(&maker.mutex, NULL);
    pthread_cond_init(&maker.over_cond, NULL);
    struct command command = sale_import();
    perform(&maker, &command, false);
    struct id event = { 0 };
    uint32_t seat = SALE_SEATS, orders = 0;
    for (uint64_t visits = 0; stadium_seq(maker.stadium) < wanted; visits++) {
        const bool buys = visits % 10 == 0 && orders < ORDERS;
        if (seat >= SALE_SEATS - 1) {
            event = sell(&maker);
            seat = 0;
        }
        visit(&maker, event, seat, buys);
        seat += buys ? 2 : 0;
        orders += buys;
        maker.now_ms += TICK;
    }
    flush(&maker);
    printf("%" PRIu64 " %016" PRIx64 " %" PRId64 "\n", stadium_seq(maker.stadium),
           stadium_digest(maker.stadium), stadium_now_ms(maker.stadium));
    maker.journal->ops->close(maker.journal);
    stadium_destroy(maker.stadium);
    return 0;
}
