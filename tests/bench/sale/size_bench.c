/*
 * How much memory a stadium takes with so many events of 60,000 seats, half of them sold and a
 * twentieth held, two at a time, each hold, order, payment and answer of the provider's decided and
 * evolved, within the default limits. Ids are drawn as tifod draws them; time goes on by a few
 * milliseconds at each; 20 events sell at a time, in turns; every buyer buys several times.
 *
 *   size_bench EVENTS
 *
 * Prints what is resident, as JSON.
 */
#include "server/base/prng.h"
#include "server/core/kin.h"
#include "tests/bench/sale/sale.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SOLD = SALE_SEATS / 2, HELD = SALE_SEATS / 20, PEOPLE_LEAST = 20000, PEOPLE_EACH = 1000 };
enum { AT_ONCE = 20 }; /* Events that sell at a time. */
enum { HOLD_KEY = 0x5eed };

struct sale_state {
    struct stadium *stadium;
    struct facts facts;
    struct prng prng;
    uint32_t events;
    int64_t now_ms;
};

static void perform(struct sale_state *sale, struct command *command)
{
    command->time_ms = sale->now_ms;
    if (stadium_decide(sale->stadium, command, &sale->facts) != STATUS_OK) {
        fprintf(stderr, "size_bench: %s\n", sale->facts.refusal.message);
        exit(1);
    }
    for (uint32_t i = 0; i < sale->facts.count; i++) /* One turn. */
        stadium_evolve(sale->stadium, &sale->facts.items[i]);
    stadium_rest(sale->stadium);
}

static struct id draw(struct sale_state *sale)
{
    const uint64_t high = prng_next(&sale->prng);
    return (struct id){ high, prng_next(&sale->prng) };
}

static void pay(struct sale_state *sale, struct id hold, const char *person)
{
    struct command command = { .kind = COMMAND_CONFIRM_HOLD };
    struct confirm_hold *confirm = &command.as.confirm_hold;
    confirm->hold = hold;
    confirm->version = stadium_hold_find(sale->stadium, hold)->version;
    confirm->order = kin_at(hold, KIN_ORDER);
    memcpy(confirm->person, person, sizeof confirm->person);
    snprintf(confirm->payment_token, sizeof confirm->payment_token, "tok_ok");
    perform(sale, &command);
    const struct payment *payment = stadium_payment_open(sale->stadium);
    command = (struct command){ .kind = COMMAND_SETTLE_PAYMENT };
    struct settle_payment *settle = &command.as.settle_payment;
    settle->number = payment->number;
    settle->outcome = PAYMENT_DONE;
    settle->tickets[0] = kin_at(hold, KIN_TICKET);
    settle->tickets[1] = kin_at(hold, KIN_TICKET + 1);
    snprintf(settle->reference, sizeof settle->reference, "sandbox-%" PRIu32, payment->number);
    perform(sale, &command);
}

static void visit(struct sale_state *sale, struct id event, uint32_t seat, bool buys)
{
    const uint32_t seats[] = { seat, seat + 1 };
    const uint32_t more = PEOPLE_EACH * sale->events;
    const uint32_t people = more > PEOPLE_LEAST ? more : PEOPLE_LEAST;
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    const struct id hold = stadium_hold_id(sale->stadium, HOLD_KEY); /* As tifod draws them. */
    char person[PERSON_BYTES + 1] = "";
    sale->now_ms += prng_below(&sale->prng, 4);
    snprintf(person, sizeof person, "fan-%" PRIu32, prng_below(&sale->prng, people));
    command.as.hold_seats =
        (struct hold_seats){ .id = hold, .event = event, .lines.seats = { seats, 2 } };
    memcpy(command.as.hold_seats.person, person, sizeof person);
    perform(sale, &command);
    if (buys)
        pay(sale, hold, person);
}

static uint64_t resident_bytes(void)
{
    unsigned long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%lu %lu", &all, &resident) != 2)
        exit(1);
    fclose(file);
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Events in turns, two seats each. */
static void sell(struct sale_state *sale, uint32_t events)
{
    struct id event[AT_ONCE];
    for (uint32_t i = 0; i < events; i++) {
        event[i] = draw(sale);
        struct command command = sale_create(event[i], sale->now_ms, 2500);
        perform(sale, &command);
        command = sale_publish(event[i]);
        perform(sale, &command);
    }
    for (uint32_t seat = 0; seat < SOLD + HELD; seat += 2)
        for (uint32_t i = 0; i < events; i++)
            visit(sale, event[i], seat, seat < SOLD);
}

int main(int argc, char **argv)
{
    struct sale_state sale = { .prng = { 1 }, .now_ms = INT64_C(1700000000000) };
    const struct limits limits = limits_default();
    if (argc != 2 || !(sale.events = (uint32_t)strtoul(argv[1], NULL, 10)))
        return fprintf(stderr, "usage: size_bench EVENTS\n"), 2;
    sale.stadium = stadium_create(&limits);
    struct command command = sale_import();
    perform(&sale, &command);
    for (uint32_t done = 0; done < sale.events; done += AT_ONCE)
        sell(&sale, sale.events - done < AT_ONCE ? sale.events - done : AT_ONCE);
    const uint64_t resident = resident_bytes(), sold = (uint64_t)sale.events * SOLD;
    printf("{\"events\": %" PRIu32 ", \"sold\": %" PRIu64 ", \"held\": %" PRIu64
           ", \"resident_bytes\": %" PRIu64 ", \"bytes_a_sold_seat\": %.1f}\n",
           sale.events, sold, (uint64_t)sale.events * HELD, resident,
           (double)resident / (double)sold);
    facts_fini(&sale.facts);
    stadium_destroy(sale.stadium);
    return 0;
}
