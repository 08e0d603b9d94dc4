/*
 * What holding two seats costs the core (decide and evolve, no journal) when so many events are on
 * sale, the events in random order.
 *
 *   hold_bench EVENTS HOLDS
 *
 * Prints nanoseconds of this thread's CPU time a hold, as JSON.
 */
#include "server/base/prng.h"
#include "tests/bench/sale/sale.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEOPLE = 50000 };

static const int64_t now_ms = INT64_C(1700000000000);

static void perform(struct stadium *stadium, struct facts *facts, struct command *command)
{
    command->time_ms = now_ms;
    if (stadium_decide(stadium, command, facts) != STATUS_OK) {
        fprintf(stderr, "hold_bench: %s\n", facts->refusal.message);
        exit(1);
    }
    for (uint32_t i = 0; i < facts->count; i++)
        stadium_evolve(stadium, &facts->items[i]);
}

static struct id event_id(uint32_t number)
{
    return (struct id){ 1, number + 1 };
}

static struct stadium *open_sale(uint32_t events, struct facts *facts)
{
    const struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct command command = sale_import();
    perform(stadium, facts, &command);
    for (uint32_t i = 0; i < events; i++) {
        command = sale_create(event_id(i), now_ms, 2500);
        perform(stadium, facts, &command);
        command = sale_publish(event_id(i));
        perform(stadium, facts, &command);
    }
    return stadium;
}

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    struct facts facts = { 0 };
    struct prng prng = { 1 };
    if (argc != 3)
        return fprintf(stderr, "usage: hold_bench EVENTS HOLDS\n"), 2;
    const uint32_t events = (uint32_t)strtoul(argv[1], NULL, 10);
    const uint32_t holds = (uint32_t)strtoul(argv[2], NULL, 10);
    if (events == 0 || holds == 0 || (uint64_t)holds * 4 > (uint64_t)events * SALE_SEATS)
        return fprintf(stderr, "hold_bench: at most %u holds\n", events * SALE_SEATS / 4), 2;
    struct stadium *stadium = open_sale(events, &facts);
    uint32_t *next = calloc(events, sizeof *next);
    double begun = cpu_ns();
    for (uint32_t i = 0; i < holds; i++) {
        uint32_t event = (uint32_t)(prng_next(&prng) % events);
        while (next[event] >= SALE_SEATS / 2)
            event = (event + 1) % events;
        /* All over the ground, not side by side. */
        const uint32_t seat = next[event]++ * 7919 % (SALE_SEATS / 2) * 2;
        const uint32_t seats[] = { seat, seat + 1 };
        struct command command = { .kind = COMMAND_HOLD_SEATS };
        command.as.hold_seats = (struct hold_seats){ .id = { 2, prng_next(&prng) },
                                                     .event = event_id(event),
                                                     .lines.seats = { seats, 2 } };
        snprintf(command.as.hold_seats.person, PERSON_BYTES, "fan-%" PRIu64,
                 prng_next(&prng) % PEOPLE);
        perform(stadium, &facts, &command);
    }
    printf("{\"ns_a_hold\": %.1f}\n", (cpu_ns() - begun) / holds);
    free(next);
    facts_fini(&facts);
    stadium_destroy(stadium);
    return 0;
}
