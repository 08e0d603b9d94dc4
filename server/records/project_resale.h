/* The part of the projection that is about tickets that are offered to others. */
#ifndef RECORDS_PROJECT_RESALE_H
#define RECORDS_PROJECT_RESALE_H

#include "server/records/project_tickets.h"

extern const struct projection resale_projections[]; /* Ended by { 0, NULL }. */
/* The ticket is no longer what it was when it was offered; if it was. */
void records_listing_gone(struct records *records, uint32_t ticket, int64_t at_ms, uint64_t seq);

#endif
