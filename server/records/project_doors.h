/* The part of the projection that is about doors, and whose tickets are. */
#ifndef RECORDS_PROJECT_DOORS_H
#define RECORDS_PROJECT_DOORS_H

#include "server/records/project_tickets.h"

extern const struct projection door_projections[]; /* Ended by { 0, NULL }. */

#endif
