/* Inside of project.c: which function shows which kind of fact. */
#ifndef RECORDS_PROJECT_TICKETS_H
#define RECORDS_PROJECT_TICKETS_H

#include "server/core/fact.h"
#include "server/ports/records.h"

struct projection {
    enum fact_kind kind; /* 0 ends a list. */
    void (*project)(struct records *records, uint64_t seq, const struct fact *fact);
};
extern const struct projection ticket_projections[];
extern const struct projection event_projections[];

#endif
