/* What a fact means for the records: which rows change, and how. What is written follows from the
 * facts alone, whatever transactions they came in. */
#ifndef RECORDS_PROJECT_H
#define RECORDS_PROJECT_H

#include "server/core/fact.h"
#include "server/ports/records.h"

/* Puts what changes; nothing is committed. A kind that no table shows changes nothing. */
void project(struct records *records, uint64_t seq, const struct fact *fact);

#endif
