/* The part of the projection that is about who waits, takes part, or may not. */
#ifndef RECORDS_PROJECT_WAITING_H
#define RECORDS_PROJECT_WAITING_H

#include "server/records/project_tickets.h"

extern const struct projection waiting_projections[]; /* Ended by { 0, NULL }. */

#endif
