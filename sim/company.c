#include "sim/company.h"

#include "sim/chance.h"

enum { LEAST = 2, MOST = 4 };

/* The mean of 2, 3 and 4: of so many people one is a group's first. */
static const double mean_size = 3;

/* The row of a seat, counted over the venue; seats are asked for in their order. */
struct rows {
    const Tifo__V1__Venue *venue;
    size_t block, row;
    uint32_t end; /* first seat behind the row */
};

static void go_to_row(struct rows *r, uint32_t seat)
{
    while (seat >= r->end) {
        if (r->row == r->venue->blocks[r->block]->n_rows) {
            r->block++;
            r->row = 0;
            continue;
        }
        r->end += r->venue->blocks[r->block]->rows[r->row++]->seats;
    }
}

static void join(const struct behaviour_def *def, struct traveller *travellers, uint32_t person,
                 uint32_t first)
{
    bool reports = travellers[person].reports;
    bool step_free = travellers[person].step_free || travellers[first].step_free;
    travellers[person] = travellers[first];
    travellers[person].reports = reports;
    travellers[person].chooses = travellers[first].chooses = false;
    travellers[first].step_free = step_free;
    crowd_put_together(def->crowd, person, first);
}

void company_form(const struct behaviour_def *def, const uint32_t *seats,
                  struct traveller *travellers, uint32_t people)
{
    double share = def->scenario->people.in_groups;
    /* Of those who are not in a group yet, so many begin one. */
    double begins = share > 0 ? share / (mean_size - share * (mean_size - 1)) : 0;
    struct rows rows = { .venue = def->venue };
    for (uint32_t first = 0; first < people;) {
        uint32_t size = 1;
        double u = chance(def->seed, CHANCE_GROUP, first);
        go_to_row(&rows, seats[first]);
        if (u < begins)
            size = LEAST + (uint32_t)(u / begins * (MOST - LEAST + 1));
        uint32_t next = first + 1;
        for (; next < people && next < first + size && seats[next] < rows.end; next++)
            join(def, travellers, next, first);
        /* Who goes with somebody goes their way. */
        for (uint32_t person = first + 1; person < next; person++)
            travellers[person].step_free = travellers[first].step_free;
        if (travellers[first].step_free && next > first + 1)
            for (uint32_t person = first; person < next; person++) {
                travellers[person].complies = false;
                travellers[person].nearest_gate = true;
            }
        first = next;
    }
}
