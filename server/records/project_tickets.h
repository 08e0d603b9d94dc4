/* Inside of project.c: which function shows which kind of fact. */
#ifndef RECORDS_PROJECT_TICKETS_H
#define RECORDS_PROJECT_TICKETS_H

#include "server/core/fact.h"
#include "server/ports/records.h"
#include "server/records/rows.h"

struct projection {
    enum fact_kind kind; /* 0 ends a list. */
    void (*project)(struct records *records, uint64_t seq, const struct fact *fact);
};
extern const struct projection ticket_projections[];
extern const struct projection event_projections[];

/* What the files about orders share with it. */
void records_set_id(char out[ID_BYTES + 1], uint64_t high, uint64_t low);
/* The hold in this slot now. */
struct seat_hold_record records_hold_in(struct records *records, uint32_t slot);
void records_hold_move(struct records *records, struct seat_hold_record *hold, const char *state,
                       uint64_t seq);
/* A new one in this slot, with its lines. */
void records_put_hold(struct records *records, uint32_t slot, struct seat_hold_record *hold,
                      const struct held_lines *lines);
/* All seats of the hold: "free", "held" or "sold". */
void records_put_seats(struct records *records, const struct seat_hold_record *hold,
                       const char *state, uint64_t seq);

#endif
