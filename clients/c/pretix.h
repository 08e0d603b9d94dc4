/*
 * Seating plans of pretix as venue files.
 *
 * A plan (JSON: zones, rows, seats with seat_guid, seat_number, position, category) says who sits
 * beside whom and what it costs, not where people walk. So each zone and category becomes a block
 * of straight rows, 0.5 m a seat and 0.9 m a row, with an aisle at its side, all of them along one
 * concourse with gates to the street. Seats keep their numbers and neighbours: seats of a row are
 * put in order by their position, and where the next is farther than 1.6 times the usual there is
 * an aisle between.
 */
#ifndef CLIENTS_C_PRETIX_H
#define CLIENTS_C_PRETIX_H

#include <jansson.h>
#include <stdbool.h>

#include "clients/c/problem.h"

bool pretix_is_plan(const json_t *document);
/* The venue file, new; NULL: the log says what is wrong, by its path such as zones[0].rows[2]. */
json_t *pretix_venue(struct problem_log *log, const json_t *plan);

#endif
