#include "sim/guide.h"

#include "clients/c/tifo.h"
#include "sim/memory.h"

#include <stdlib.h>

enum { PURPOSES = TIFO__V1__PURPOSE__PURPOSE_TOILETS + 1, NO_SPLIT = -1 };

void guide_init(struct guide *guide, const Tifo__V1__Venue *venue)
{
    size_t rows = (size_t)PURPOSES * tifo_place_count(venue);
    *guide = (struct guide){ .venue = venue };
    guide->split_of = memory_array(rows, sizeof *guide->split_of);
    guide->gate_used = memory_array(venue->n_gates, sizeof *guide->gate_used);
    guide_follow(guide, NULL);
}

void guide_fini(struct guide *guide)
{
    free(guide->split_of);
    free(guide->gate_used);
}

static void index_split(struct guide *guide, size_t row)
{
    const Tifo__V1__Split *split = guide->plan->splits[row];
    uint32_t places = tifo_place_count(guide->venue);
    /* A newer server's plan may hold what this program does not know. */
    if (split->origin >= places || (unsigned)split->purpose >= PURPOSES ||
        split->n_share_milli != split->n_destination)
        return;
    guide->split_of[(size_t)split->purpose * places + split->origin] = (int32_t)row;
    for (size_t i = 0; i < split->n_destination; i++)
        if (split->purpose == TIFO__V1__PURPOSE__PURPOSE_EXIT &&
            split->destination[i] < guide->venue->n_gates && split->share_milli[i] > 0)
            guide->leads = guide->gate_used[split->destination[i]] = true;
}

void guide_follow(struct guide *guide, const Tifo__V1__Plan *plan)
{
    guide->plan = plan;
    guide->leads = false;
    for (size_t i = 0; i < (size_t)PURPOSES * tifo_place_count(guide->venue); i++)
        guide->split_of[i] = NO_SPLIT;
    for (size_t i = 0; i < guide->venue->n_gates; i++)
        guide->gate_used[i] = false;
    for (size_t i = 0; plan != NULL && i < plan->n_splits; i++)
        index_split(guide, i);
}

/* The destination by the contract of Split: a person's hash among the cumulative shares. */
static bool destination(const struct guide *guide, uint32_t place, uint32_t person, int purpose,
                        uint32_t *out)
{
    int32_t row = guide->split_of[(size_t)purpose * tifo_place_count(guide->venue) + place];
    if (row == NO_SPLIT)
        return false;
    const Tifo__V1__Split *split = guide->plan->splits[row];
    uint32_t h = tifo_person_hash(person) % 1000, total = 0;
    for (size_t i = 0; i < split->n_destination; i++) {
        total += split->share_milli[i];
        if (h < total) {
            *out = split->destination[i];
            return true;
        }
    }
    return false;
}

bool guide_gate(const struct guide *guide, uint32_t place, uint32_t person, uint32_t *gate)
{
    return destination(guide, place, person, TIFO__V1__PURPOSE__PURPOSE_EXIT, gate) &&
           *gate < guide->venue->n_gates;
}

bool guide_facility(const struct guide *guide, uint32_t place, uint32_t person, int kind,
                    uint32_t *facility)
{
    int purpose = kind == TIFO__V1__FACILITY_KIND__FACILITY_KIND_FOOD
                      ? TIFO__V1__PURPOSE__PURPOSE_FOOD
                      : TIFO__V1__PURPOSE__PURPOSE_TOILETS;
    return destination(guide, place, person, purpose, facility) &&
           *facility < guide->venue->n_facilities &&
           (int)guide->venue->facilities[*facility]->kind == kind;
}

bool guide_next(const struct guide *guide, uint32_t place, uint32_t gate, uint32_t *next)
{
    uint32_t places = tifo_place_count(guide->venue);
    int32_t row = guide->split_of[(size_t)TIFO__V1__PURPOSE__PURPOSE_EXIT * places + place];
    const Tifo__V1__Split *split = row != NO_SPLIT ? guide->plan->splits[row] : NULL;
    for (size_t i = 0; split != NULL && i < split->n_next_place; i++)
        if (i < split->n_destination && split->destination[i] == gate) {
            *next = split->next_place[i];
            return *next < places && *next != place;
        }
    return false;
}

bool guide_uses_gate(const struct guide *guide, uint32_t gate)
{
    return guide->gate_used[gate];
}

bool guide_avoids_gate(const struct guide *guide, uint32_t gate)
{
    return guide->leads && !guide->gate_used[gate];
}
