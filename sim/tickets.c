#include "sim/tickets.h"

#include "sim/chance.h"
#include "sim/memory.h"

#include <stdlib.h>

/* The next one after `person` who has bought a ticket; when nobody has, the person again. */
static uint32_t next_buyer(const struct tickets *t, const bool *bought, uint32_t person)
{
    for (uint32_t k = 1; k < t->people; k++)
        if (bought[(person + k) % t->people])
            return (person + k) % t->people;
    return person;
}

void tickets_init(struct tickets *t, const struct ticketing *ticketing, uint64_t seed,
                  uint32_t people)
{
    bool *bought = memory_array(people, sizeof *bought);
    t->people = people;
    t->holds = memory_array(people, sizeof *t->holds);
    t->redeemed = memory_array(people, sizeof *t->redeemed);
    for (uint32_t p = 0; p < people; p++) {
        double u = chance(seed, CHANCE_TICKET, p);
        t->holds[p] = u < ticketing->forged ? TICKET_FORGED : p;
        bought[p] = u >= ticketing->forged + ticketing->copied;
    }
    for (uint32_t p = 0; p < people; p++)
        if (!bought[p] && t->holds[p] != TICKET_FORGED)
            t->holds[p] = next_buyer(t, bought, p);
    free(bought);
}

void tickets_fini(struct tickets *t)
{
    free(t->holds);
    free(t->redeemed);
}

bool tickets_bought(const struct tickets *t, uint32_t person)
{
    return t->holds[person] == person;
}

enum scan tickets_scan(struct tickets *t, uint32_t person)
{
    uint32_t owner = t->holds[person];
    if (owner == TICKET_FORGED)
        return SCAN_INVALID;
    if (t->redeemed[owner])
        return SCAN_REDEEMED;
    t->redeemed[owner] = true;
    return SCAN_ADMITTED;
}

void tickets_archive(struct tickets *tickets, struct archive *archive)
{
    archive_fixed(archive, tickets->redeemed, tickets->people, sizeof *tickets->redeemed);
}
